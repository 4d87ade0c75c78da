"""List entries and decks, for people and programs.

On the warm path: imports nothing that takes time to load.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from dlcards.cache import store
from dlcards.cache.results import read_result, write_result
from dlcards.cache.stamp import take_stamp
from dlcards.requests import Listing


def list_entries(root: Path, deck: str | None = None) -> list[dict[str, Any]]:
    """Return every entry, list and exercise, or those of a deck in learning order.

    The level is what the locks know; nothing is checked here.

    Raises
    ------
    UsageError
        For a deck that does not exist.
    ContentError
        When an entry cannot be read.
    """
    stamp = take_stamp(root, time.time_ns())
    stored = read_result(root, store.LIST, stamp)
    listing = Listing(*stored) if stored is not None else None
    if listing is None or (deck is not None and deck not in listing.decks):
        from dlcards.commands.survey import survey  # start-up

        listing = survey(root, deck)
        write_result(root, store.LIST, stamp, listing)
    return listing.shown(deck)


def list_decks(root: Path) -> list[dict[str, Any]]:
    """Return every deck with its title and what it holds, even beside broken entries."""
    stored = read_result(root, store.LIST, take_stamp(root, time.time_ns()))
    if stored is not None:
        decks = Listing(*stored).decks
    else:
        from dlcards.commands.survey import survey_decks  # start-up

        decks = survey_decks(root)
    return [
        {
            "name": name,
            "title": title,
            "entries": len(entries),
            "exercises": len(exercises),
            "derivations": derivations,
        }
        for name, (title, entries, exercises, derivations) in decks.items()
    ]
