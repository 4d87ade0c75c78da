"""The collection inside a package. The only user of genanki.

genanki's classes and schema give it its shape; rows go in by bulk, and every note and
note type carries its own modification time.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import genanki
from genanki.apkg_col import APKG_COL
from genanki.apkg_schema import APKG_SCHEMA

from dlcards.build.package.checks import FIELD_SEPARATOR
from dlcards.cards import generation
from dlcards.model import DeckPlan, Note, NoteKind, NoteType
from dlcards.release.ledger import NOTE_TYPE_KEY, card_key

_PRAGMAS = (
    "PRAGMA page_size = 4096",
    "PRAGMA journal_mode = OFF",  # a failed write throws the file away
    "PRAGMA synchronous = OFF",
    "PRAGMA locking_mode = EXCLUSIVE",
    "PRAGMA temp_store = MEMORY",
)
_BATCH = 2000
_PROTECTED = 4
"""Fields of a note type of Anki's own that its editor keeps."""
_SQLITE_VERSION = (96, (3_040_001).to_bytes(4, "big"))


def _number(text: str, size: int) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % size


def deck_id(name: str) -> int:
    """Return the id of a deck, always the same for the same name.

    Examples
    --------
    >>> deck_id("Deep Learning Math") == deck_id("Deep Learning Math") > 1
    True
    """
    return 1_400_000_000_000 + _number(f"deck {name}", 10**11)


def _deck_ids(plan: DeckPlan) -> dict[str, int]:
    """Ids of the decks of a package; parents first, because Anki nests by name."""
    names = {plan.title, *plan.held} | {note.deck or plan.title for note in plan.notes}
    ids: dict[str, int] = {}
    for name in sorted(names):
        number = deck_id(name)
        while number in ids.values():
            number += 1
        ids[name] = number
    return ids


def _model(note_type: NoteType, modified: int) -> dict[str, Any]:
    """Return a note type as Anki stores it, with the ids that make renames harmless."""
    kind = genanki.Model.CLOZE if note_type.kind is NoteKind.CLOZE else genanki.Model.FRONT_BACK
    model = genanki.Model(
        note_type.id,
        note_type.name,
        fields=[{"name": f.name, "id": f.id, "font": "Arial"} for f in note_type.fields],
        templates=[
            {"name": t.name, "id": t.id, "qfmt": t.front, "afmt": t.back}
            for t in note_type.templates
        ],
        css=note_type.css,
        model_type=kind,
    )
    model.__dict__["_req"] = generation.required_fields(note_type)  # genanki's costs half a second
    data: dict[str, Any] = model.to_json(modified, 1)
    if note_type.stock:
        data["originalStockKind"] = note_type.stock
        for place, field in enumerate(data["flds"]):  # its editor finds the fields by these
            field["tag"] = place
            field["preventDeletion"] = place < _PROTECTED
    return data


def _schema() -> tuple[list[str], list[str]]:
    """Return genanki's schema as tables and indexes; indexes are cheaper when made last."""
    statements = [part.strip() for part in APKG_SCHEMA.split(";") if part.strip()]
    indexes = [part for part in statements if part.upper().startswith("CREATE INDEX")]
    tables = [part for part in statements if part not in indexes]
    return tables, indexes


def write_database(
    plan: DeckPlan,
    path: Path,
    modified: Mapping[str, int],
    ids: Mapping[str, int],
    card_numbers: Sequence[tuple[int, ...]],
) -> int:
    """Write the collection of a package and return its number of cards.

    Parameters
    ----------
    plan : DeckPlan
    path : Path
    modified : mapping of str to int
        Seconds since 1970 by GUID, and by ``notetype:NAME``.
    ids : mapping of str to int
        Of every note by GUID, of every card by ``GUID#slot``.
    card_numbers : sequence of tuple of int
        Per note.
    """
    tables, indexes = _schema()
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        for statement in (*_PRAGMAS, "BEGIN", *tables):
            connection.execute(statement)
        _insert_collection(connection, plan, modified)
        made = _insert_notes(connection, plan, modified, ids, card_numbers)
        for statement in (*indexes, "COMMIT"):
            connection.execute(statement)
    finally:
        connection.close()
    offset, version = _SQLITE_VERSION
    with path.open("r+b") as file:  # the only bytes that depend on the version of SQLite
        file.seek(offset)
        file.write(version)
    return made


def _insert_collection(
    connection: sqlite3.Connection, plan: DeckPlan, modified: Mapping[str, int]
) -> None:
    connection.execute(APKG_COL.strip().rstrip(";"))
    row = connection.execute("SELECT decks FROM col").fetchone()
    decks = json.loads(row[0])
    for name, number in _deck_ids(plan).items():
        description = plan.description if name == plan.title else plan.held.get(name, "")
        deck = genanki.Deck(number, name, description)
        decks[str(number)] = deck.to_json()
    models = {
        str(note_type.id): _model(note_type, modified[NOTE_TYPE_KEY + note_type.name])
        for note_type in sorted(plan.note_types, key=lambda t: t.id)
    }
    connection.execute("UPDATE col SET decks = ?, models = ?", (_json(decks), _json(models)))


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


_INSERT_NOTE = "INSERT INTO notes VALUES (?, ?, ?, ?, -1, ?, ?, ?, 0, 0, '')"
_INSERT_CARD = "INSERT INTO cards VALUES (?, ?, ?, ?, ?, -1, 0, 0, ?, 0, 0, 0, 0, 0, 0, 0, 0, '')"


def _insert_notes(
    connection: sqlite3.Connection,
    plan: DeckPlan,
    modified: Mapping[str, int],
    ids: Mapping[str, int],
    card_numbers: Sequence[tuple[int, ...]],
) -> int:
    """Insert notes and cards in the order of their ids, batch by batch."""
    decks = _deck_ids(plan)
    types = {t.name: t for t in plan.note_types}
    cards = []
    for place, (note, positions) in enumerate(zip(plan.notes, card_numbers, strict=True)):
        note_type = types[note.note_type]
        cards += [(ids[card_key(note, note_type, p)], place, p) for p in positions]

    def note_row(note: Note) -> tuple[object, ...]:
        text = FIELD_SEPARATOR.join(note.fields)
        tags = f" {' '.join(note.tags)} " if note.tags else ""
        start = (ids[note.guid], note.guid, types[note.note_type].id, modified[note.guid])
        return (*start, tags, text, note.fields[0])

    def card_row(number: int, place: int, position: int) -> tuple[object, ...]:
        note = plan.notes[place]
        deck = decks[note.deck or plan.title]
        return (number, ids[note.guid], deck, position, modified[note.guid], place + 1)

    for batch in _batches(sorted(plan.notes, key=lambda note: ids[note.guid])):
        connection.executemany(_INSERT_NOTE, [note_row(note) for note in batch])
    for batch in _batches(sorted(cards)):
        connection.executemany(_INSERT_CARD, [card_row(*card) for card in batch])
    return len(cards)


def _batches(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), _BATCH):
        yield rows[start : start + _BATCH]
