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
        Added to the name of the file: ``.core``, a point and the code of the language.

    Raises
    ------
    ContentError
        When the ledger cannot be trusted or Anki would refuse a note.
    """
    now = int(time.time())
    released, misread = ledger.read_file(root, now=now)
    if misread:
        raise ContentError(misread)
    stamps, problems = stamp_plans(released, output, plans, now=now, note=True)
    unreleased = frozenset(stamps.unreleased)
    written = []
    for plan in plans:
        target = output / f"{plan.name}{suffix}.apkg"
        made = write_package(plan, target, modified=stamps.modified, ids=released.ids())
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


def stamp_plans(
    released: ledger.Ledger, output: Path, plans: Sequence[DeckPlan], *, now: int, note: bool
) -> tuple[ledger.Stamps, tuple[Problem, ...]]:
    """Return the times of change of all notes and note types.

    Parameters
    ----------
    released : Ledger
    output : Path
        The folder that remembers unreleased content.
    plans : sequence of DeckPlan
    now : int
        Seconds since 1970.
    note : bool
        Whether to remember the content of these plans.
    """
    path = output / FIRST_BUILT
    first_built, wrong = ledger.read_first_built(read_text(path), file=FIRST_BUILT, now=now)
    stamps = ledger.stamp(
        released, plans, first_built=first_built, now=now, epoch=source_date_epoch()
    )
    changed = stamps.first_built != first_built or wrong is not None or not path.exists()
    if note and changed:
        # Before any package: if this build is killed now, the next must give the same times.
        write_atomically(path, ledger.write_first_built(stamps.first_built), output)
    return stamps, (wrong,) if wrong is not None else ()


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
