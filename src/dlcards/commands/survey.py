"""Read all entries and decks: the work behind ``dlcards list``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from dlcards.build.prepare import summary
from dlcards.claims.lock import Lock, read_lock
from dlcards.claims.locks import LockFile
from dlcards.content.families import ExerciseItem, family_text
from dlcards.content.library import Item, Library
from dlcards.content.lists import NoteList
from dlcards.content.project_file import of_project
from dlcards.content.reader import read_library
from dlcards.content.selection import deck_content, deck_exercises, derived_entries, find_deck
from dlcards.content.texts import checked_text
from dlcards.exercises.lock import Locked, fingerprint
from dlcards.exercises.lock import read_lock as read_variants
from dlcards.problems import ContentError, has_errors
from dlcards.project import CHECKS_LOCK, VARIANTS_LOCK
from dlcards.requests import Listing

_NOTHING: Mapping[str, Any] = MappingProxyType(
    {
        "id": "",
        "kind": "",
        "subject": "",
        "topic": "",
        "title": "",
        "priority": None,
        "level": None,
        "figure": False,
        "code": False,
        "derivation": 0,
        "questions": 0,
        "missing": {},
        "variants": 0,
        "draws": [],
        "requires": [],
        "sources": [],
        "translations": [],
    }
)
"""A row of which nothing is known, in the order in which its keys are shown."""


def survey(root: Path, deck: str | None = None) -> Listing:
    """Read everything; errors as for :func:`dlcards.commands.list_.list_entries`."""
    library, problems = read_library(root)
    if has_errors(problems):
        raise ContentError(problems)
    return _listing(library, root, deck)


def survey_readable(root: Path, deck: str | None = None) -> list[dict[str, Any]]:
    """Return what can be read beside broken files, as ``list`` shows it."""
    library, problems = read_library(root)
    if of_project(problems):
        return []
    listing = _listing(library, root, deck)
    return listing.shown(deck)


def _listing(library: Library, root: Path, deck: str | None) -> Listing:
    if deck is not None:
        find_deck(library, deck)
    lock, _ = read_lock(root / CHECKS_LOCK)
    rows = {item.id: row(item, lock) for item in library.items.values()}
    rows |= {each.id: list_row(each) for each in library.lists.values()}
    variants = read_variants(root / VARIANTS_LOCK)
    rows |= {each.id: exercise_row(each, variants) for each in library.exercises.values()}
    return Listing(rows, _decks(library))


def survey_decks(root: Path) -> dict[str, tuple[str, list[str], list[str], int]]:
    """Return what every deck holds, as far as it can be read."""
    library, _ = read_library(root)
    return _decks(library)


def _decks(library: Library) -> dict[str, tuple[str, list[str], list[str], int]]:
    return {
        name: (
            source.deck.title,
            [each.id for each in deck_content(library, source)],
            [each.id for each in deck_exercises(library, source)],
            len(derived_entries(library, source)),
        )
        for name, source in library.decks.items()
    }


def list_row(questions: NoteList) -> dict[str, Any]:
    """Return what ``list`` shows of a list."""
    head = questions.head
    return {
        **_NOTHING,
        "id": questions.id,
        "kind": "list",
        "subject": questions.subject,
        "topic": head.topic,
        "title": head.title,
        "priority": head.priority,
        "questions": len(questions.notes),
        "sources": list(head.sources),
    }


def exercise_row(item: ExerciseItem, lock: LockFile[Locked]) -> dict[str, Any]:
    """Return what ``list`` shows of a family of exercises."""
    exercise = item.exercise
    locked = lock.records.get(item.first_id)
    judged = locked is not None and locked.key == fingerprint(family_text(exercise, item.first_id))
    return {
        **_NOTHING,
        "id": item.id,
        "kind": exercise.kind,
        "subject": item.subject,
        "topic": exercise.topic,
        "title": exercise.title,
        "priority": exercise.level,
        "level": "computed" if judged else None,
        "requires": list(exercise.drills),
        "sources": list(exercise.sources),
        "variants": len(locked.variants) if locked is not None and judged else 0,
        "draws": [locked.passed, locked.tried] if locked is not None and judged else [],
    }


def row(item: Item, lock: Lock) -> dict[str, Any]:
    """Return what ``list`` shows of an entry."""
    entry = item.entry
    checked = lock.find(checked_text(item))
    found = summary(entry, checked.verdicts if checked is not None else ())
    unjudged = checked is None and bool(entry.claim)
    parts = entry.parts()
    return {
        **_NOTHING,
        "id": item.id,
        "kind": entry.kind,
        "subject": item.subject,
        "topic": entry.topic,
        "title": entry.title,
        "priority": entry.priority,
        "level": None if unjudged or found is None else str(found.level),
        "figure": parts["figure"],
        "code": parts["code"],
        "derivation": len(entry.derivation.lines) if entry.derivation is not None else 0,
        "questions": len(entry.questions),
        "missing": dict(entry.missing),
        "requires": list(entry.requires),
        "sources": list(entry.sources),
        "translations": sorted(item.translations),
    }
