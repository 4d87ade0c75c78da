r"""What was released when, so that updates keep learners' histories.

Anki replaces a learner's note only by one with a later modification time, and then
replaces all of it. So a note must carry the time of the release in which it last
changed, neither earlier nor later; `decks/ledger.tsv` records it.

Every line is ``kind, key, time, id, hash, text, check``, separated by tabs and sorted by
kind and key. Every line is true on its own, so that git merges branches by keeping the
lines of both (``merge=union``); of several about one thing the latest counts. An edit by
hand is noticed:

============  ==================  =============================================
kind          key                 text
============  ==================  =============================================
``deck``      title               name of its file
``note``      GUID                entry it is made from, id of its note type
``notetype``  id                  name, kind, hashes of the ids of fields, templates
``release``   version
``retired``   GUID or GUID#slot   what it was
``slot``      GUID#slot           what the card asks, to notice another meaning
============  ==================  =============================================

A note has the id of its GUID, a slot that of its card, see
:mod:`~dlcards.release.ledger.identity`.
"""

from __future__ import annotations

from dlcards.release.ledger.changes import Comparison, check_continuity, compare, meaning_changed
from dlcards.release.ledger.content import (
    Survey,
    content_hash,
    note_type_hash,
    slot_texts,
    survey,
)
from dlcards.release.ledger.identity import FIRST_TIME, card_key, choose_ids, plan_ids
from dlcards.release.ledger.lines import (
    HEADER,
    LEDGER,
    Ledger,
    Line,
    LineKind,
    entry_and_type,
    merge,
    read,
    read_file,
    write,
)
from dlcards.release.ledger.stamps import (
    NOTE_TYPE_KEY,
    FirstBuilt,
    Stamps,
    read_first_built,
    stamp,
    write_first_built,
)

__all__ = [
    "FIRST_TIME",
    "HEADER",
    "LEDGER",
    "NOTE_TYPE_KEY",
    "Comparison",
    "FirstBuilt",
    "Ledger",
    "Line",
    "LineKind",
    "Stamps",
    "Survey",
    "card_key",
    "check_continuity",
    "choose_ids",
    "compare",
    "content_hash",
    "entry_and_type",
    "meaning_changed",
    "merge",
    "note_type_hash",
    "plan_ids",
    "read",
    "read_file",
    "read_first_built",
    "slot_texts",
    "stamp",
    "survey",
    "write",
    "write_first_built",
]
