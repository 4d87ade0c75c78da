"""The manifest of a built deck: whether anything changed since, without loading anything heavy.

On the warm path: imports nothing that takes time to load.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlcards.cache import store
from dlcards.cache.stamp import Stamp, lock_state
from dlcards.languages import SOURCE
from dlcards.project import cache_folder
from dlcards.requests import BuildRequest, BuildResult, BuiltDeck

if TYPE_CHECKING:
    from dlcards.problems import Problem


def unchanged(
    request: BuildRequest, output: Path, names: Sequence[str], stamp: Stamp
) -> BuildResult | None:
    """Return the result of the last build when nothing it depends on has changed since."""
    decks: list[BuiltDeck] = []
    problems: list[Any] = []
    if any(os.path.basename(name) != name for name in names):  # noqa: PTH119 - never elsewhere
        return None
    try:
        for name in names:
            manifest = _read(output, name, request).data
            package = output / os.path.basename(manifest["package"])  # noqa: PTH119
            status = package.stat()
            same = (
                manifest["stamp"] == stamp.text
                and manifest["settled"]
                and manifest["lock"] == lock_state(request.root)
                and manifest["options"] == _options(request)
                and manifest["file"] == [status.st_size, status.st_mtime_ns]
            )
            if not same:
                return None
            deck = manifest["deck"]
            numbers = (deck["notes"], deck["cards"], deck["media"], status.st_size)
            decks.append(BuiltDeck(name, package, *numbers, unchanged=True))
            problems += manifest["problems"]
        return BuildResult(tuple(decks), _problems(problems) if problems else ()) if decks else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def what_changed(
    request: BuildRequest, output: Path, names: Sequence[str], stamp: Stamp
) -> tuple[str, ...]:
    """Return a line for each file that differs from the last build, as far as it is known."""
    if not names:
        return ()
    stored = _read(output, names[0], request)
    if stored.data is None and not stored.damaged:
        return ()
    try:
        before = set(stored.data["stamp"].splitlines())
    except (KeyError, TypeError, AttributeError):
        return ("the manifest of the last build is damaged; everything is built anew",)
    differing = before.symmetric_difference(stamp.text.splitlines())
    return tuple(f"changed: {path}" for path in sorted({s.rsplit(" ", 2)[0] for s in differing}))


def write_manifest(
    request: BuildRequest, output: Path, deck: BuiltDeck, stamp: Stamp, problems: Sequence[Problem]
) -> None:
    """Write what the next build needs to see that nothing changed.

    Parameters
    ----------
    request : BuildRequest
    output : Path
    deck : BuiltDeck
    stamp : Stamp
        Taken before anything was read.
    problems : sequence of Problem
        Warnings to repeat as long as nothing changes.
    """
    manifest = {
        "package": deck.package.name,
        "file": [deck.size, deck.modified],
        "deck": {"notes": deck.notes, "cards": deck.cards, "media": deck.media},
        "options": _options(request),
        "lock": lock_state(request.root),
        "problems": [_problem_data(problem) for problem in problems],
        "settled": stamp.settled(),
        "stamp": stamp.text,
    }
    key = _key(deck.name, request)
    store.write(cache_folder(output), store.MANIFESTS, manifest, key)


def _read(output: Path, name: str, request: BuildRequest) -> store.Stored:
    return store.read(cache_folder(output), store.MANIFESTS, _key(name, request))


def _key(name: str, request: BuildRequest) -> str:
    return f"{name}{request._replace(language=SOURCE).suffix()}.{request.language}"


def _options(request: BuildRequest) -> list[Any]:
    return [request.language, request.strict, str(request.root), request.choice.options()]


def _problems(data: Sequence[Any]) -> tuple[Problem, ...]:
    from dlcards.problems import Location, Problem, Severity, in_order  # start-up

    return in_order(
        Problem(
            Location(*item["location"]),
            **{**item["rest"], "severity": Severity(item["rest"]["severity"])},
        )
        for item in data
    )


def _problem_data(problem: Problem) -> dict[str, Any]:
    place = problem.location
    names = ("code", "message", "hint", "severity", "source", "width")
    return {
        "location": [place.file, place.line, place.column],
        "rest": {name: getattr(problem, name) for name in names},
    }
