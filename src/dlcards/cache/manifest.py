"""What changed since the last build; answered without loading anything heavy."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from dlcards.requests import BuildRequest, BuildResult, BuiltDeck

if TYPE_CHECKING:
    from dlcards.problems import Problem

RACY_NANOSECONDS = 100_000_000
"""A file changed this short before it was looked at may change again unseen."""

CODE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
"""The folder of this package."""


class Stamp(NamedTuple):
    """The state of all files that a build reads, without reading them.

    Parameters
    ----------
    text : str
        One line per file: path, size, time of its last change.
    newest : int
        The latest of these times, in nanoseconds since 1970.
    taken : int
        When it was looked at.
    code : str
        The lines of the text that are about code and libraries.
    """

    text: str
    newest: int
    taken: int
    code: str

    def settled(self) -> bool:
        """Whether no file is so new that it may still change unseen."""
        return self.newest < self.taken - RACY_NANOSECONDS


def output_folder(request: BuildRequest) -> Path:
    """Return the folder of the packages; content inside the installed package is not touched."""
    if request.output is not None:
        return request.output.resolve()
    top = Path.cwd() if request.root.is_relative_to(CODE) else request.root
    return top / "build"


def places_written(root: Path, output: Path) -> tuple[Path, ...]:
    """Return the folders in which dlcards writes files."""
    cache = output / ".cache"
    try:
        kept = tuple(sorted(path for path in cache.iterdir() if path.is_dir()))
    except OSError:
        kept = ()
    return (root / "formulas", root / "decks", output, cache, *kept)


def _files(top: str, suffixes: tuple[str, ...]) -> Iterator[tuple[str, int, int]]:
    """Yield path, size and time of files below a folder, sorted by folder and name."""
    stack = [top]
    while stack:
        folder = stack.pop()
        try:
            with os.scandir(folder) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except (FileNotFoundError, NotADirectoryError):
            continue
        for entry in found:
            if entry.name.endswith(suffixes):
                status = entry.stat(follow_symlinks=False)
                yield entry.path, status.st_size, status.st_mtime_ns
            elif entry.is_dir(follow_symlinks=False) and entry.name != "__pycache__":
                stack.append(entry.path)


def take_stamp(root: Path, taken: int) -> Stamp:
    """Look at every file a build depends on: content, ledger, our own code, libraries.

    The lock of the claims is left to :func:`lock_state`: a build may write it itself.

    Parameters
    ----------
    root : Path
    taken : int
        The time now, in nanoseconds since 1970.
    """
    content = (".yaml", ".yml", ".tsv")
    code = (".py", ".html", ".css", ".yaml", ".js")
    tops = ((str(root / "decks"), content), (str(root / "formulas"), content), (CODE, code))
    lines = [f"SOURCE_DATE_EPOCH={os.environ.get('SOURCE_DATE_EPOCH', '')}"]
    newest = start = 0
    for top, suffixes in tops:
        start = len(lines)
        for path, size, modified in _files(top, suffixes):
            lines.append(f"{path} {size} {modified}")
            newest = max(newest, modified)
    lines += (sys.version, *_installed())
    return Stamp("\n".join(lines), newest, taken, "\n".join(lines[start:]))


def _installed() -> Iterator[str]:
    """Yield the state of the folders of libraries; installing anything changes one of them."""
    for folder in sys.path:
        if folder.endswith(("site-packages", "dist-packages")):
            try:
                yield f"{folder} 0 {os.stat(folder).st_mtime_ns}"  # noqa: PTH116
            except OSError:
                continue


def lock_state(root: Path) -> list[int]:
    """Return size and time of ``checks.lock``, nothing where there is none."""
    try:
        status = (root / "formulas" / "checks.lock").stat()
    except OSError:
        return []
    return [status.st_size, status.st_mtime_ns]


def _manifest_path(output: Path, name: str, language: str) -> Path:
    return output / ".cache" / f"deck-{name}.{language}.json"


def _options(request: BuildRequest) -> list[Any]:
    return [request.language, request.strict, str(request.root)]


def unchanged(
    request: BuildRequest, output: Path, names: Sequence[str], stamp: Stamp
) -> BuildResult | None:
    """Return what the last build said when nothing it depends on has changed since."""
    decks: list[BuiltDeck] = []
    told: list[Any] = []
    if any(os.path.basename(name) != name for name in names):  # noqa: PTH119 - never elsewhere
        return None
    try:
        for name in names:
            path = _manifest_path(output, name, request.language)
            if not path.is_file():  # reading a pipe would never end
                return None
            kept = json.loads(path.read_text(encoding="utf-8"))
            package = output / os.path.basename(kept["package"])  # noqa: PTH119
            status = package.stat()
            same = (
                kept["stamp"] == stamp.text
                and kept["settled"]
                and kept["lock"] == lock_state(request.root)
                and kept["options"] == _options(request)
                and kept["file"] == [status.st_size, status.st_mtime_ns]
            )
            if not same:
                return None
            deck = kept["deck"]
            numbers = (deck["notes"], deck["cards"], deck["media"], status.st_size)
            decks.append(BuiltDeck(name, package, *numbers, unchanged=True))
            told += kept["problems"]
        return BuildResult(tuple(decks), _problems(told) if told else ()) if decks else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _problems(told: Sequence[Any]) -> tuple[Problem, ...]:
    """Return the warnings of the last build; they hold as long as nothing changes."""
    from dlcards.problems import Location, Problem, Severity, in_order

    return in_order(
        Problem(
            Location(*item["location"]),
            **{**item["said"], "severity": Severity(item["said"]["severity"])},
        )
        for item in told
    )


def remember(
    request: BuildRequest, output: Path, deck: BuiltDeck, stamp: Stamp, found: Sequence[Problem]
) -> None:
    """Keep what a later build needs to find out that nothing changed."""
    from contextlib import suppress

    from dlcards.files import write_atomically

    kept = {
        "package": deck.package.name,
        "file": [deck.size, deck.modified],
        "deck": {"notes": deck.notes, "cards": deck.cards, "media": deck.media},
        "options": _options(request),
        "lock": lock_state(request.root),
        "problems": [_told(problem) for problem in found],
        "settled": stamp.settled(),
        "stamp": stamp.text,
    }
    path = _manifest_path(output, deck.name, request.language)
    with suppress(OSError):  # what cannot be remembered costs time, not correctness
        write_atomically(path, json.dumps(kept, indent=1))


def _told(problem: Problem) -> dict[str, Any]:
    place = problem.location
    said = {
        name: getattr(problem, name)
        for name in ("code", "message", "hint", "severity", "source", "width")
    }
    return {"location": [place.file, place.line, place.column], "said": said}


def what_changed(
    request: BuildRequest, output: Path, names: Sequence[str], stamp: Stamp
) -> tuple[str, ...]:
    """Say what differs from the last build, as far as it is known."""
    try:
        path = _manifest_path(output, names[0], request.language)
        if path.exists() and not path.is_file():
            raise ValueError(path)
        before = set(json.loads(path.read_text(encoding="utf-8"))["stamp"].splitlines())
    except (OSError, IndexError):
        return ()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return ("the record of the last build is damaged; everything is looked at anew",)
    differing = before.symmetric_difference(stamp.text.splitlines())
    return tuple(f"changed: {path}" for path in sorted({s.rsplit(" ", 2)[0] for s in differing}))


def check_language(code: str) -> None:
    """Refuse what is no code of a language: it becomes part of file names.

    Raises
    ------
    UsageError
        For anything but two or three letters, and a region if need be.
    """
    main, dash, region = code.partition("-")
    good = main.isalpha() and main.islower() and 2 <= len(main) <= 3
    if dash:
        good = good and region.isalpha() and 2 <= len(region) <= 4
    if not good or not code.isascii():
        from dlcards.problems import UsageError

        raise UsageError(f"{code!r} is not the code of a language; write it as ko, de or pt-BR")


def deck_names(root: Path) -> tuple[str, ...]:
    """Return the names of all decks."""
    return tuple(sorted(path.stem for path in (root / "decks").glob("*.yaml")))


def find_root(given: Path | None, start: Path) -> Path:
    """Return the folder that holds formulas/ and decks/: the given one, or the nearest above.

    Where there is none, the content that is installed with the package is taken, so
    that an installed ``dlcards build --deck calculus`` works in any folder.

    Raises
    ------
    UsageError
        When there is no content anywhere.
    """
    top = (given or start).resolve()
    for folder in (top,) if given is not None else (top, *top.parents):
        if (folder / "decks").is_dir() and (folder / "formulas").is_dir():
            return folder
    bundled = Path(CODE) / "content"
    if given is None and (bundled / "decks").is_dir():
        return bundled
    from dlcards.problems import UsageError

    message = f"no folder with decks/ and formulas/ at {'or above ' * (given is None)}{top}"
    raise UsageError(f"{message}; start a project with: dlcards init my-cards")
