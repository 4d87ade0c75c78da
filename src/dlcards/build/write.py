"""From notes to packages: decks, times of change, files."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from dlcards import __version__
from dlcards.build.compose import compose_questions, deck_for, place
from dlcards.build.describe import describe_deck
from dlcards.build.flow import Content
from dlcards.build.package import write_package
from dlcards.build.prepare import prepare_list
from dlcards.cards.note_types import note_type, note_types
from dlcards.claims.lock import Checked
from dlcards.content.library import DeckSource, Item, Library, deck_lists
from dlcards.files import read_kept, write_atomically
from dlcards.model import DeckPlan
from dlcards.problems import ContentError, Problem, ToolError, UsageError
from dlcards.release import ledger
from dlcards.requests import BuiltDeck

LEDGER = "decks/ledger.tsv"


def plan_deck(
    library: Library, source: DeckSource, items: Sequence[Item], content: Content, language: str
) -> DeckPlan:
    """Put the notes of a deck in the order in which a learner meets them.

    Lists of plain questions come after the entries, each in its own order.
    """
    deck = source.deck
    composed = [note for item in items for note in content.notes.get(item.id, ())]
    notes = list(place(composed, deck.title, lang=language, split=deck.exercises))
    cards = deck_for(note_type("formula").name, deck.title, lang=language, split=deck.exercises)
    for questions in deck_lists(library, source):
        notes += compose_questions(prepare_list(questions, library, lang=language), cards)
    used = {name for note in notes for name in note.media}
    types = {note.note_type for note in notes}
    return DeckPlan(
        name=source.name,
        title=deck.title,
        description=describe_deck(
            deck.description, lang=language, version=deck.version or __version__
        ),
        notes=tuple(notes),
        media=tuple(content.media[name] for name in sorted(used)),
        note_types=tuple(each for each in note_types() if each.name in types),
    )


def write_decks(
    root: Path,
    output: Path,
    plans: Sequence[DeckPlan],
    counts: Mapping[str, Mapping[str, int]],
    suffix: str = "",
) -> tuple[tuple[BuiltDeck, ...], tuple[Problem, ...]]:
    """Write every deck, each note with the time of its last change.

    Parameters
    ----------
    plans : sequence of DeckPlan
    counts : mapping of deck name to level to number
        For the report.
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
                levels=dict(counts.get(plan.name, {})),
                unreleased=sum(note.guid in unreleased for note in plan.notes),
            )
        )
    return tuple(written), problems


def _stamp(
    root: Path, output: Path, plans: Sequence[DeckPlan]
) -> tuple[Mapping[str, int], frozenset[str], tuple[Problem, ...]]:
    """Return the times of change and the GUIDs that are not released; remember new times."""
    now = int(time.time())
    known = _read_ledger(root, now)
    memory = output / "first-built.json"
    first_built, damaged = ledger.read_first_built(_text(memory), file="first-built.json")
    stamps = ledger.stamp(known, plans, first_built=first_built, now=now, epoch=source_date_epoch())
    if stamps.first_built != first_built or damaged is not None or not memory.exists():
        # Remembered first: a build that is killed now must not give new times tomorrow.
        write_atomically(memory, ledger.write_first_built(stamps.first_built))
    problems = (damaged,) if damaged is not None else ()
    return stamps.modified, frozenset(stamps.unreleased), problems


def _read_ledger(root: Path, now: int) -> ledger.Ledger:
    found, problems = ledger.read(_text(root / LEDGER), file=LEDGER, now=now)
    if problems:
        raise ContentError(problems)
    return found


def _text(path: Path) -> str:
    try:
        return read_kept(path).decode("utf-8", "replace")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise ToolError(f"{path}: {error.strerror}") from error


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


def count_levels(items: Sequence[Item], checked: Mapping[str, Checked]) -> dict[str, int]:
    """Count the claims of a deck by level, the strongest first."""
    from dlcards.claims.verdict import Level

    counts = dict.fromkeys((str(level) for level in Level), 0)
    for item in items:
        for verdict in checked.get(item.id, Checked()).verdicts:
            if verdict.level is not None:
                counts[str(verdict.level)] += 1
        if item.entry.unchecked is not None:
            counts[str(Level.UNCHECKED)] += 1
        elif item.entry.definition is not None and not item.entry.claim:
            counts[str(Level.DEFINITION)] += 1
    return {level: number for level, number in counts.items() if number}
