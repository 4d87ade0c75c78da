"""Merge a new package with what a learner has."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path

from dlcards.problems import ContentError, Location, Problem, ToolError, UsageError
from dlcards.release import ledger
from dlcards.release.diff.read import Limits, ReadPackage, read_package
from dlcards.release.ledger import LineKind
from dlcards.release.merge import Merge, merge
from dlcards.release.rewrite import write_merged

EXPORT_LIMITS = Limits(database=256 << 20)
"""A larger collection is exported deck by deck."""


@dataclass(frozen=True, slots=True)
class MergeRequest:
    """What is to be merged.

    Parameters
    ----------
    new, mine : Path
        The release, and an export of the learner's collection.
    base : Path or None
        The release that the learner has.
    target : Path
        The package to write.
    root : Path or None
        The project, when there is one: its ledger knows the times of releases.
    """

    new: Path
    mine: Path
    base: Path | None
    target: Path
    root: Path | None = None


def merge_packages(request: MergeRequest) -> Merge:
    """Write the merged package, unless there is a problem.

    Raises
    ------
    DlcardsError
        If the new package or the old one is no package, or the target cannot be written.
    """
    limits = Limits()
    new = _sound(read_package(request.new, limits), request.new)
    base = None
    if request.base is not None:
        base = _sound(read_package(request.base, limits, media=False), request.base)
    mine, problems = read_export(request.mine)
    if mine is None:
        return Merge(problems=problems)
    releases = _release_times(request.root) if request.root else frozenset[int]()
    merged = merge(new, mine, base, releases=releases, export=request.mine.name)
    if not merged.problems:
        write_merged(merged, request.new, request.target, limits)
    return merged


def read_export(path: Path) -> tuple[ReadPackage | None, tuple[Problem, ...]]:
    """Read an export of a learner's collection, or say why it cannot be read."""
    try:
        return _sound(read_package(path, EXPORT_LIMITS, media=False, newest=True), path), ()
    except ToolError as error:
        message, hint = str(error), "export one deck after the other"
    except ContentError as error:
        message, hint = "; ".join(p.message for p in error.problems), "export the deck again"
    except UsageError as error:
        message, hint = (
            str(error),
            "export the deck again, with 'Support older Anki versions' ticked",
        )
    return None, (Problem(Location(path.name), "unreadable-export", message, hint),)


def _sound(package: ReadPackage, path: Path) -> ReadPackage:
    """Return a package whose notes all have a note type with named fields and templates."""
    types = package.types
    whole = all(note.type_id in types for note in package.notes.values()) and all(
        isinstance(kind.get(key), list) and all(_is_named(part) for part in kind[key])
        for kind in types.values()
        for key in ("flds", "tmpls")
    )
    try:  # it will be written again
        json.dumps(types, ensure_ascii=False, allow_nan=False).encode()
    except ValueError:
        whole = False
    if not whole:
        message = "the package is damaged: a note type is not as Anki writes it"
        raise ContentError(
            [Problem(Location(path.name), "damaged-package", message, "export it again")]
        )
    return package


def _is_named(part: object) -> bool:
    texts = ("name", "qfmt", "afmt")
    return (
        isinstance(part, dict)
        and isinstance(part.get("name"), str)
        and all(isinstance(part.get(key, ""), str) for key in texts)
        and isinstance(part.get("id") or 0, int)
    )


def _release_times(root: Path) -> frozenset[int]:
    known, _ = ledger.read_file(root, now=int(time.time()))
    return frozenset(line.modified for line in known.lines if line.kind is LineKind.RELEASE)
