"""Ids of notes and cards: they follow from GUID and slot, and never change once released.

Anki expects milliseconds since 1970 and shows them as the day a note was added. So an id lies
in the day before the first release of its note or card; where in that day, the hash of its
key decides. Two devices of a learner that import different packages agree on every id.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from itertools import count

from dlcards.cards.generation import card_slot
from dlcards.model import DeckPlan, Note, NoteType

FIRST_TIME = 1_577_836_800
"""Seconds; the time of what was never released, before any release: 2020-01-01."""

_DAY = 86_400_000  # milliseconds


def choose_ids(
    keys: Iterable[str], known: Mapping[str, int], *, first: int = FIRST_TIME
) -> dict[str, int]:
    """Return the ids of notes, or of cards.

    Parameters
    ----------
    keys : iterable of str
        GUIDs, or ``GUID#slot``.
    known : mapping of str to int
        Released ids, which stay as they are.
    first : int
        Seconds since 1970: the first release of the keys that are not known.

    Examples
    --------
    >>> ids = choose_ids(["dlcards/chain-rule"], {})
    >>> choose_ids(["dlcards/chain-rule", "dlcards/sum-rule"], {}).items() > ids.items()
    True
    >>> 0 < FIRST_TIME * 1000 - ids["dlcards/chain-rule"] <= 86_400_000
    True
    """
    wanted = set(keys)
    ids = {key: known[key] for key in wanted & known.keys()}
    taken = set(known.values())
    for key in sorted(wanted - known.keys()):  # a collision is resolved the same way everywhere
        for attempt in count():
            number = first * 1000 - 1 - _hash(key, attempt) % _DAY
            if number not in taken:
                break
        ids[key] = number
        taken.add(number)
    return ids


def _hash(key: str, attempt: int) -> int:
    text = f"{key} {attempt}" if attempt else key  # no GUID holds a space
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def card_key(note: Note, note_type: NoteType, position: int) -> str:
    """Return the key of a card: ``GUID#slot``."""
    return f"{note.guid}#{card_slot(note_type, position)}"


def plan_ids(
    plan: DeckPlan, card_numbers: Iterable[tuple[int, ...]], known: Mapping[str, int]
) -> dict[str, int]:
    """Return the ids of all notes and cards of a deck.

    Parameters
    ----------
    plan : DeckPlan
    card_numbers : iterable of tuple of int
        The positions of the cards of every note.
    known : mapping of str to int
        Released ids by GUID and ``GUID#slot``.
    """
    types = {note_type.name: note_type for note_type in plan.note_types}
    cards = [
        card_key(note, types[note.note_type], position)
        for note, positions in zip(plan.notes, card_numbers, strict=True)
        for position in positions
    ]
    notes = {key: number for key, number in known.items() if "#" not in key}
    slots = {key: number for key, number in known.items() if "#" in key}
    return choose_ids((note.guid for note in plan.notes), notes) | choose_ids(cards, slots)
