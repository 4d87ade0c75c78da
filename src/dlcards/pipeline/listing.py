"""What there is: entries and decks, for people and programs."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def list_entries(root: Path, deck: str | None = None) -> list[dict[str, Any]]:
    """Return every entry, or those of a deck in learning order, with what it has.

    The level is what ``checks.lock`` knows; nothing is checked here.

    Raises
    ------
    UsageError
        For a deck that does not exist.
    ContentError
        When an entry cannot be read.
    """
    from dlcards.claims.lock import read_lock
    from dlcards.library import deck_items, find_deck, read_library
    from dlcards.problems import ContentError, has_errors

    library, problems = read_library(root)
    if has_errors(problems):
        raise ContentError(problems)
    lock, _ = read_lock(root / "formulas" / "checks.lock")
    if deck is not None:
        items = deck_items(library, find_deck(library, deck))
    else:
        items = tuple(library.items.values())
    return [_row(item, lock) for item in items]


def _row(item: Any, lock: Any) -> dict[str, Any]:
    from dlcards.library import checked_text
    from dlcards.steps.prepare import summary

    entry = item.entry
    checked = lock.find(checked_text(item))
    found = summary(entry, checked.verdicts if checked is not None else ())
    missing = checked is None and bool(entry.claim)
    return {
        "id": item.id,
        "kind": entry.kind,
        "subject": item.subject,
        "topic": entry.topic,
        "title": entry.title,
        "priority": entry.priority,
        "level": None if missing or found is None else str(found.level),
        "figure": entry.figure is not None,
        "code": entry.code is not None,
        "questions": len(entry.questions),
        "requires": list(entry.requires),
        "sources": list(entry.sources),
        "translations": sorted(item.translations),
    }


def list_decks(root: Path) -> list[dict[str, Any]]:
    """Return every deck with its title and number of entries."""
    from dlcards.library import deck_items, read_library

    library, _ = read_library(root)
    return [
        {
            "name": source.name,
            "title": source.deck.title,
            "entries": len(deck_items(library, source)),
        }
        for source in library.decks.values()
    ]
