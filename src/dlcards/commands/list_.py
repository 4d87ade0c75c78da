"""What there is: entries and decks, for people and programs."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, NamedTuple

from dlcards.cache import results as remembered
from dlcards.cache.manifest import Stamp, take_stamp

_NAME = "listing"


class _Listing(NamedTuple):
    """Everything below a root.

    Parameters
    ----------
    rows : dict of str to row
        Entries by id, see :func:`list_entries`.
    decks : dict of str to (title, ids of entries)
    """

    rows: dict[str, dict[str, Any]]
    decks: dict[str, tuple[str, list[str]]]


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
    stamp = take_stamp(root, time.time_ns())
    listing = _recall(root, stamp)
    if listing is None or (deck is not None and deck not in listing.decks):
        listing = _survey(root, deck, stamp)
    if deck is None:
        return list(listing.rows.values())
    return [listing.rows[name] for name in listing.decks[deck][1]]


def list_decks(root: Path) -> list[dict[str, Any]]:
    """Return every deck with its title and number of entries."""
    listing = _recall(root, take_stamp(root, time.time_ns()))
    if listing is None:
        from dlcards.content.library import read_library

        library, _ = read_library(root)
        decks = _decks(library)
    else:
        decks = listing.decks
    return [
        {"name": name, "title": title, "entries": len(entries)}
        for name, (title, entries) in decks.items()
    ]


def _recall(root: Path, stamp: Stamp) -> _Listing | None:
    found = remembered.recall(root, _NAME, stamp)
    return None if found is None else _Listing(*found)


def _survey(root: Path, deck: str | None, stamp: Stamp) -> _Listing:
    """Read everything, and keep it for the next time."""
    from dlcards.claims.lock import read_lock
    from dlcards.content.library import find_deck, read_library
    from dlcards.problems import ContentError, has_errors

    library, problems = read_library(root)
    if has_errors(problems):
        raise ContentError(problems)
    if deck is not None:
        find_deck(library, deck)
    lock, _ = read_lock(root / "formulas" / "checks.lock")
    rows = {item.id: _row(item, lock) for item in library.items.values()}
    listing = _Listing(rows, _decks(library))
    remembered.keep(root, _NAME, stamp, listing)
    return listing


def _decks(library: Any) -> dict[str, tuple[str, list[str]]]:
    from dlcards.content.library import deck_items

    return {
        name: (source.deck.title, [item.id for item in deck_items(library, source)])
        for name, source in library.decks.items()
    }


def _row(item: Any, lock: Any) -> dict[str, Any]:
    from dlcards.build.prepare import summary
    from dlcards.content.library import checked_text

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
