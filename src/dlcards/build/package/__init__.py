"""Package: write a deck as an Anki package; the same plan gives the same bytes."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from dlcards.build.package.archive import write_archive
from dlcards.build.package.checks import check_plan, examine_plan
from dlcards.build.package.database import deck_id, write_database
from dlcards.files import clear_leftovers, scratch_folder
from dlcards.model import DeckPlan
from dlcards.problems import ContentError, ToolError
from dlcards.release.ledger import plan_ids

__all__ = [
    "PackageSummary",
    "check_plan",
    "deck_id",
    "write_package",
]

NO_IDS: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class PackageSummary:
    """What a package holds, its size, and the time of its writing in nanoseconds since 1970."""

    notes: int
    cards: int
    media: int
    bytes: int
    modified: int = 0


def write_package(
    plan: DeckPlan,
    target: Path,
    *,
    modified: Mapping[str, int],
    ids: Mapping[str, int] = NO_IDS,
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
    ids : mapping of str to int
        Ids of released notes and cards, by GUID and ``GUID#slot``. Those of others
        follow from these keys, whatever else is in the deck.

    Raises
    ------
    ContentError
        If `check_plan` finds a problem.
    ToolError
        If the file cannot be written: a full disk, a folder without permission.
    KeyError
        If a note or note type has no modification time.
    """
    problems, card_numbers = examine_plan(plan)
    if problems:
        raise ContentError(problems)
    try:
        return _write(plan, target, modified, plan_ids(plan, card_numbers, ids), card_numbers)
    except (OSError, sqlite3.OperationalError) as error:
        raise ToolError(f"cannot write {target.name}: {error}") from error


def _write(
    plan: DeckPlan,
    target: Path,
    modified: Mapping[str, int],
    ids: Mapping[str, int],
    card_numbers: Sequence[tuple[int, ...]],
) -> PackageSummary:
    clear_leftovers(target.parent)
    with scratch_folder(target) as scratch:
        database = scratch / "collection.anki2"
        made = write_database(plan, database, modified, ids, card_numbers)
        package = scratch / "package.apkg"
        write_archive(plan.media, database, package)
        status = package.stat()
        package.replace(target)
        _sync_folder(target.parent)
    return PackageSummary(
        len(plan.notes), made, len(plan.media), status.st_size, status.st_mtime_ns
    )


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":  # other systems cannot open a folder
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
