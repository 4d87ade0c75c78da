"""What changed since the last build; answered without loading anything heavy."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from dlcards.pipeline.requests import BuildRequest, BuiltDeck
from dlcards.problems import UsageError

RACY_NANOSECONDS = 100_000_000
"""A file changed this short before it was looked at may change again unseen."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """The state of all files that a build reads, without reading them."""

    digest: str
    newest: int


@dataclass(frozen=True, slots=True)
class Taken:
    """A stamp and when it was taken, in nanoseconds since 1970."""

    stamp: Stamp
    taken: int

    def settled(self) -> bool:
        """Whether no file is so new that it may still change unseen."""
        return self.stamp.newest < self.taken - RACY_NANOSECONDS


def output_folder(request: BuildRequest) -> Path:
    """Return the folder of the packages; content inside the installed package is not touched."""
    if request.output is not None:
        return request.output.resolve()
    bundled = Path(__file__).parent.parent
    top = Path.cwd() if request.root.is_relative_to(bundled) else request.root
    return top / "build"


def _files(top: str, suffixes: tuple[str, ...]) -> Iterator[tuple[str, int, int]]:
    """Yield path, size and time of files below a folder, sorted by folder and name."""
    stack = [top]
    while stack:
        folder = stack.pop()
        try:
            found = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except (FileNotFoundError, NotADirectoryError):
            continue
        for entry in found:
            if entry.is_dir(follow_symlinks=False):
                stack.append(entry.path)
            elif entry.name.endswith(suffixes):
                status = entry.stat(follow_symlinks=False)
                yield entry.path, status.st_size, status.st_mtime_ns


def take_stamp(root: Path) -> Stamp:
    """Look at every file a build depends on: content, ledger and our own code.

    The lock of the claims is left to :func:`lock_state`: a build may write it itself.
    """
    digest = sha256()
    newest = 0
    content = (".yaml", ".yml", ".tsv")
    code = (".py", ".html", ".css", ".yaml", ".js")
    tops = (
        (root / "decks", content),
        (root / "formulas", content),
        (Path(__file__).parent.parent, code),
    )
    for top, suffixes in tops:
        for path, size, modified in _files(str(top), suffixes):
            digest.update(f"{path}\0{size}\0{modified}\n".encode())
            newest = max(newest, modified)
    digest.update(os.environ.get("SOURCE_DATE_EPOCH", "").encode())
    return Stamp(digest.hexdigest(), newest)


def lock_state(root: Path) -> list[int]:
    """Return size and time of ``checks.lock``, nothing where there is none."""
    try:
        status = (root / "formulas" / "checks.lock").stat()
    except OSError:
        return []
    return [status.st_size, status.st_mtime_ns]


def _manifest_path(output: Path, name: str) -> Path:
    return output / ".cache" / f"deck-{name}.json"


def _options(request: BuildRequest) -> list[Any]:
    return [request.language, request.strict, str(request.root)]


def unchanged(request: BuildRequest, output: Path, name: str, stamp: Stamp) -> BuiltDeck | None:
    """Return the deck of the last build when nothing it depends on has changed since."""
    try:
        kept = json.loads(_manifest_path(output, name).read_text(encoding="utf-8"))
        package = output / kept["package"]
        status = package.stat()
        same = (
            kept["stamp"] == stamp.digest
            and kept["settled"]
            and kept["lock"] == lock_state(request.root)
            and kept["options"] == _options(request)
            and kept["file"] == [status.st_size, status.st_mtime_ns]
        )
        if not same:
            return None
        deck = kept["deck"]
        return BuiltDeck(
            name,
            package,
            deck["notes"],
            deck["cards"],
            deck["media"],
            status.st_size,
            unchanged=True,
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def remember(request: BuildRequest, output: Path, deck: BuiltDeck, stamped: Taken) -> None:
    """Keep what a later build needs to find out that nothing changed."""
    from dlcards.files import write_atomically

    status = deck.package.stat()
    kept = {
        "stamp": stamped.stamp.digest,
        "settled": stamped.settled(),
        "lock": lock_state(request.root),
        "options": _options(request),
        "package": deck.package.name,
        "file": [status.st_size, status.st_mtime_ns],
        "deck": {"notes": deck.notes, "cards": deck.cards, "media": deck.media},
    }
    write_atomically(_manifest_path(output, deck.name), json.dumps(kept, indent=1))


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
    bundled = Path(__file__).parent.parent / "content"
    if given is None and (bundled / "decks").is_dir():
        return bundled
    message = f"no folder with decks/ and formulas/ at {'or above ' * (given is None)}{top}"
    raise UsageError(f"{message}; start a project with: dlcards init my-cards")
