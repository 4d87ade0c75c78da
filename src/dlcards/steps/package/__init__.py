"""Writes a deck as an Anki package; the same plan gives the same bytes."""

from __future__ import annotations

import contextlib
import glob
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dlcards.model import DeckPlan
from dlcards.problems import ContentError, ToolError
from dlcards.steps.package.archive import write_archive
from dlcards.steps.package.checks import check_plan
from dlcards.steps.package.database import deck_id, package_base, write_database

__all__ = [
    "PackageSummary",
    "check_plan",
    "deck_id",
    "package_base",
    "write_package",
]

_UNFINISHED = ".unfinished"
_ABANDONED_AFTER = 3600  # seconds; no write takes as long, however many notes


@dataclass(frozen=True, slots=True)
class PackageSummary:
    """What a package holds, and its size."""

    notes: int
    cards: int
    media: int
    bytes: int


def write_package(
    plan: DeckPlan,
    target: Path,
    *,
    modified: Mapping[str, int],
    base_ms: int | None = None,
) -> PackageSummary:
    """Write a deck as a package that Anki imports.

    The package appears at its place complete or not at all: whatever goes wrong,
    a package that was there before stays untouched.

    Parameters
    ----------
    plan : DeckPlan
        Notes in the order in which new cards appear.
    target : Path
        The ``.apkg`` file; missing folders are made.
    modified : mapping of str to int
        Seconds since 1970 by GUID, and by ``notetype:NAME``. Anki replaces a
        learner's note only by one with a later time.
    base_ms : int, optional
        First note and card id, in milliseconds since 1970 and in the past; derived
        from the name of the deck by default.

    Raises
    ------
    ContentError
        If `check_plan` finds a problem.
    ToolError
        If the file cannot be written: a full disk, a folder without permission.
    KeyError
        If a note or note type has no modification time.
    """
    problems = check_plan(plan)
    if problems:
        raise ContentError(problems)
    target = Path(os.path.realpath(target))
    base = package_base(plan.title) if base_ms is None else base_ms
    try:
        return _write(plan, target, modified, base)
    except (OSError, sqlite3.OperationalError) as error:
        raise ToolError(f"cannot write {target.name}: {error}") from error


def _write(plan: DeckPlan, target: Path, modified: Mapping[str, int], base: int) -> PackageSummary:
    target.parent.mkdir(parents=True, exist_ok=True)
    _clear_away(target)
    scratch = Path(tempfile.mkdtemp(_UNFINISHED, f".{target.name}.", target.parent))
    try:
        database = scratch / "collection.anki2"
        made = write_database(plan, database, modified, base)
        package = scratch / "package.apkg"
        write_archive(plan.media, database, package)
        size = package.stat().st_size
        package.replace(target)
        _sync_folder(target.parent)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return PackageSummary(len(plan.notes), made, len(plan.media), size)


def _clear_away(target: Path) -> None:
    """Remove what a build left here that was killed long ago."""
    for folder in target.parent.glob(f".{glob.escape(target.name)}.*{_UNFINISHED}"):
        with contextlib.suppress(FileNotFoundError):  # another build has finished meanwhile
            if time.time() - folder.stat().st_mtime > _ABANDONED_AFTER:
                shutil.rmtree(folder, ignore_errors=True)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":  # other systems cannot open a folder
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
