"""The packages of a build: every note gets the time of its last change."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from dlcards.build.package import write_package
from dlcards.files import read_text, write_atomically
from dlcards.model import DeckPlan
from dlcards.problems import ContentError, Problem, UsageError
from dlcards.release import ledger
from dlcards.requests import BuiltDeck

FIRST_BUILT = "first-built.json"


def package_decks(
    root: Path,
    output: Path,
    plans: Sequence[DeckPlan],
    levels: Mapping[str, Mapping[str, int]],
    suffix: str = "",
) -> tuple[tuple[BuiltDeck, ...], tuple[Problem, ...]]:
    """Write the package of every deck.

    Parameters
    ----------
    root, output : Path
    plans : sequence of DeckPlan
    levels : mapping of str to mapping of str to int
        For the report: by deck, how many claims have a level.
    suffix : str
        Added to the name of the file, such as ``.ko``.

    Raises
    ------
    ContentError
        When the ledger cannot be trusted or Anki would refuse a note.
    """
    modified, unreleased, problems = _stamp(root, output, plans)
    written = []
    for plan in plans:
        target = output / f"{plan.name}{suffix}.apkg"
        made = write_package(plan, target, modified=modified)
        written.append(
            BuiltDeck(
                name=plan.name,
                package=target,
                notes=made.notes,
                cards=made.cards,
                media=made.media,
                size=made.bytes,
                modified=made.modified,
                levels=dict(levels.get(plan.name, {})),
                unreleased=sum(note.guid in unreleased for note in plan.notes),
            )
        )
    return tuple(written), problems


def _stamp(
    root: Path, output: Path, plans: Sequence[DeckPlan]
) -> tuple[Mapping[str, int], frozenset[str], tuple[Problem, ...]]:
    """Return the times of change and the GUIDs that are not released; note new times."""
    now = int(time.time())
    released, misread = ledger.read_file(root, now=now)
    if misread:
        raise ContentError(misread)
    path = output / FIRST_BUILT
    first_built, damaged = ledger.read_first_built(read_text(path), file=FIRST_BUILT)
    stamps = ledger.stamp(
        released, plans, first_built=first_built, now=now, epoch=source_date_epoch()
    )
    if stamps.first_built != first_built or damaged is not None or not path.exists():
        # Before any package: if this build is killed now, the next must give the same times.
        write_atomically(path, ledger.write_first_built(stamps.first_built), output)
    problems = (damaged,) if damaged is not None else ()
    return stamps.modified, frozenset(stamps.unreleased), problems


def source_date_epoch() -> int | None:
    """Return the time all new content is stamped with, when the environment names one.

    Raises
    ------
    UsageError
        When ``SOURCE_DATE_EPOCH`` is not a number of seconds in the past.
    """
    text = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not text:
        return None
    if not text.isdecimal() or int(text) > time.time():
        message = f"SOURCE_DATE_EPOCH={text!r} is not a number of seconds before now"
        raise UsageError(message)
    return int(text)
