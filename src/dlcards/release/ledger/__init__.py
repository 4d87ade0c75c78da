r"""What was released when, so that updates keep learners' histories.

Anki replaces a learner's note only by one with a later modification time, and then
replaces all of it. So a note must carry the time of the release in which it last
changed, neither earlier nor later; `decks/ledger.tsv` records it.

Every line is ``kind, key, time, hash, text, check``, separated by tabs and sorted by
kind and key, so that two branches that release different things merge line by line,
and a merge that went wrong, or an edit by hand, is noticed:

============  ==================  =============================================
kind          key                 text
============  ==================  =============================================
``note``      GUID                entry it is made from, id of its note type
``notetype``  id                  name, kind, hashes of the ids of fields, templates
``release``   version
``retired``   GUID or GUID#slot   what it was
``slot``      GUID#slot           what it asks, to notice another meaning
============  ==================  =============================================
"""

from __future__ import annotations

from dlcards.release.ledger.changes import Comparison, check_continuity, compare, meaning_changed
from dlcards.release.ledger.content import (
    Survey,
    content_hash,
    media_digests,
    note_type_hash,
    slot_texts,
    survey,
)
from dlcards.release.ledger.lines import (
    HEADER,
    LEDGER,
    Ledger,
    Line,
    LineKind,
    entry_and_type,
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
    "check_continuity",
    "compare",
    "content_hash",
    "entry_and_type",
    "meaning_changed",
    "media_digests",
    "note_type_hash",
    "read",
    "read_file",
    "read_first_built",
    "slot_texts",
    "stamp",
    "survey",
    "write",
    "write_first_built",
]
