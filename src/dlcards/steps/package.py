"""Writes a deck as an Anki package. The only user of genanki.

genanki's classes and schema give the package its shape. Rows go in by bulk, every
note and note type carries its own modification time, and the same plan gives the
same bytes.
"""

from __future__ import annotations

import contextlib
import glob
import hashlib
import html
import json
import os
import re
import shutil
import sqlite3
import tempfile
import time
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlcards import cards
from dlcards.model import DeckPlan, MediaFile, Note, NoteKind, NoteType
from dlcards.problems import ContentError, Location, Problem, ToolError, in_order

if TYPE_CHECKING:
    import genanki

CardRule = Callable[[Sequence[str]], tuple[int, ...]]

NOTE_TYPE_KEY = "notetype:"
"""Prefix of a note type's name among the modification times."""

_UNFINISHED = ".unfinished"
_ABANDONED_AFTER = 3600  # seconds; no write takes as long, however many notes
_FIELD_SEPARATOR = "\x1f"
_PRAGMAS = (
    "PRAGMA page_size = 4096",
    "PRAGMA journal_mode = OFF",  # a failed write throws the file away
    "PRAGMA synchronous = OFF",
    "PRAGMA locking_mode = EXCLUSIVE",
    "PRAGMA temp_store = MEMORY",
)
_BATCH = 2000
_LARGE_DATABASE = 8 * 1024 * 1024  # beyond it level 6 costs seconds and gains a tenth
_COPY_BYTES = 1 << 20
_SQLITE_VERSION = (96, (3_040_001).to_bytes(4, "big"))
_PACKED_ALREADY = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".mp3", ".mp4", ".ogg")
_LONGEST_MEDIA_NAME = 120  # bytes; Anki shortens longer names
_MEDIA_NAME_FORBIDS = re.compile(r'[][<>:"/?*^\\|\x00-\x1f\x7f]')
_STRAY_LESS_THAN = re.compile(r"<(?![A-Za-z/!])")
_REFERENCE = re.compile(
    r"""<(?:img|audio|video|source|object)\b[^>]*?\s(?:src|data)\s*=\s*
        (?:"([^"]*)"|'([^']*)'|([^\s>]+)) | \[sound:([^\]]+)\]""",
    re.IGNORECASE | re.VERBOSE,
)
_REMOTE = re.compile(r"(?:https?|data):", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PackageSummary:
    """What a package holds, and its size."""

    notes: int
    cards: int
    media: int
    bytes: int


def write_package(
    plan: DeckPlan,
    target: Path,
    *,
    modified: Mapping[str, int],
    base_ms: int | None = None,
) -> PackageSummary:
    """Write a deck as a package that Anki imports.

    The package appears at its place complete or not at all: whatever goes wrong,
    a package that was there before stays untouched.

    Parameters
    ----------
    plan : DeckPlan
        Notes in the order in which new cards appear.
    target : Path
        The ``.apkg`` file; missing folders are made.
    modified : mapping of str to int
        Seconds since 1970 by GUID, and by ``notetype:NAME``. Anki replaces a
        learner's note only by one with a later time.
    base_ms : int, optional
        First note and card id, in milliseconds since 1970 and in the past; derived
        from the name of the deck by default.

    Raises
    ------
    ContentError
        If `check_plan` finds a problem.
    ToolError
        If the file cannot be written: a full disk, a folder without permission.
    KeyError
        If a note or note type has no modification time.
    """
    problems = check_plan(plan)
    if problems:
        raise ContentError(problems)
    target = Path(os.path.realpath(target))
    base = package_base(plan.title) if base_ms is None else base_ms
    try:
        return _write(plan, target, modified, base)
    except (OSError, sqlite3.OperationalError) as error:
        raise ToolError(f"cannot write {target.name}: {error}") from error


def _write(plan: DeckPlan, target: Path, modified: Mapping[str, int], base: int) -> PackageSummary:
    target.parent.mkdir(parents=True, exist_ok=True)
    _clear_away(target)
    scratch = Path(tempfile.mkdtemp(_UNFINISHED, f".{target.name}.", target.parent))
    try:
        database = scratch / "collection.anki2"
        made = _write_database(plan, database, modified, base)
        package = scratch / "package.apkg"
        _write_archive(plan.media, database, package)
        size = package.stat().st_size
        package.replace(target)
        _sync_folder(target.parent)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return PackageSummary(len(plan.notes), made, len(plan.media), size)


def _clear_away(target: Path) -> None:
    """Remove what a build left here that was killed long ago."""
    for folder in target.parent.glob(f".{glob.escape(target.name)}.*{_UNFINISHED}"):
        with contextlib.suppress(FileNotFoundError):  # another build has finished meanwhile
            if time.time() - folder.stat().st_mtime > _ABANDONED_AFTER:
                shutil.rmtree(folder, ignore_errors=True)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":  # other systems cannot open a folder
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# ── Identity ──────────────────────────────────────────────────────────────────────


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


def package_base(name: str) -> int:
    """Return the first note id of a deck's package: in the past, far from other decks'.

    Examples
    --------
    >>> 1_500_000_000_000 <= package_base("Deep Learning Math") < 1_700_000_000_000
    True
    """
    return 1_500_000_000_000 + _number(f"package {name}", 200_000) * 1_000_000


def _deck_ids(plan: DeckPlan) -> dict[str, int]:
    """Ids of the decks of a package; parents first, because Anki nests by name."""
    names = {plan.title} | {note.deck or plan.title for note in plan.notes}
    ids: dict[str, int] = {}
    for name in sorted(names):
        number = deck_id(name)
        while number in ids.values():
            number += 1
        ids[name] = number
    return ids


# ── What Anki would not say ───────────────────────────────────────────────────────


def check_plan(plan: DeckPlan) -> tuple[Problem, ...]:
    """Find what would make Anki drop, double or misread something, before it does.

    The location of a problem names the entry a note was composed from.
    """
    rules, problems = _check_note_types(plan.note_types)
    problems += _check_media(plan.media)
    seen: dict[str, Note] = {}
    used: set[str] = set()
    types = {note_type.name: note_type for note_type in plan.note_types}
    media = {file.name for file in plan.media}
    for note in plan.notes:
        if note.guid in seen:
            other = seen[note.guid].entry or "another note"
            problems.append(_duplicate(note, other))
        seen[note.guid] = note
        if note.note_type not in types:
            problems.append(_unknown_type(note, types))
            continue
        problems += _check_note(note, types[note.note_type], rules.get(note.note_type))
        used |= _check_references(note, media, problems)
    unused = sorted(name for name in media - used if not name.startswith("_"))
    problems += [
        _problem(name, "unused-media", f"no note shows '{name}', so Anki would drop it")
        for name in unused
    ]
    problems += _check_deck_names(plan)
    return in_order(problems)


def _problem(place: str, code: str, message: str, hint: str = "") -> Problem:
    return Problem(Location(place), code, message, hint)


def _duplicate(note: Note, other: str) -> Problem:
    return _problem(
        note.entry or note.guid,
        "duplicate-guid",
        f"the GUID '{note.guid}' is used twice, here and by {other}",
        "give one of the two another id",
    )


def _unknown_type(note: Note, types: Mapping[str, NoteType]) -> Problem:
    return _problem(
        note.entry or note.guid,
        "unknown-note-type",
        f"the note '{note.guid}' is of the type '{note.note_type}', which the deck does not hold",
        f"the note types are: {', '.join(sorted(types)) or 'none'}",
    )


def _check_note_types(
    note_types: Sequence[NoteType],
) -> tuple[dict[str, CardRule], list[Problem]]:
    rules: dict[str, CardRule] = {}
    problems: list[Problem] = []
    ids: set[int] = set()
    for note_type in note_types:
        if note_type.name in rules or note_type.id in ids:
            problems.append(
                _problem(
                    note_type.name,
                    "duplicate-note-type",
                    f"the note type '{note_type.name}' shares its name or id with another",
                )
            )
        ids.add(note_type.id)
        mistakes = tuple(_template_mistakes(note_type))
        problems += [_problem(note_type.name, "bad-template", text) for text in mistakes]
        if not mistakes:
            rules[note_type.name] = cards.card_rule(note_type)
    return rules, problems


def _template_mistakes(note_type: NoteType) -> Iterator[str]:
    names = note_type.field_names()
    ids = [f.id for f in note_type.fields] + [t.id for t in note_type.templates]
    if len(set(names)) < len(names) or len(set(ids)) < len(ids):
        yield f"two fields or templates of '{note_type.name}' share a name or an id"
    for template in note_type.templates:
        for side in (template.front, template.back):
            try:
                unknown = cards.unknown_fields(side, names)
            except cards.TemplateError as error:
                yield f"the template '{template.name}' cannot be read: {error}"
                continue
            for name in unknown:
                yield f"the template '{template.name}' shows '{name}', which is not a field"


def _check_note(note: Note, note_type: NoteType, rule: CardRule | None) -> Iterator[Problem]:
    place = note.entry or note.guid
    if not _is_word(note.guid):
        message = f"the GUID {note.guid!r} is empty or holds a space"
        yield _problem(place, "bad-guid", message, "use letters, digits, hyphens and slashes")
    expected = len(note_type.fields)
    if len(note.fields) != expected:
        message = f"the note '{note.guid}' has {len(note.fields)} fields instead of {expected}"
        yield _problem(place, "wrong-field-count", message)
        return
    joined = _FIELD_SEPARATOR.join(note.fields)
    if joined.count(_FIELD_SEPARATOR) != expected - 1 or "\0" in joined:
        message = f"a field of the note '{note.guid}' holds a control character"
        yield _problem(place, "control-character", message, "remove it from the text")
    if "<" in joined and _STRAY_LESS_THAN.search(joined):
        message = f"a field of the note '{note.guid}' holds a '<' that opens no tag"
        yield _problem(place, "unescaped-html", message, "write it as &lt;")
    for tag in note.tags:
        if not _is_word(tag):
            message = f"the tag '{tag}' of the note '{note.guid}' is empty or holds a space"
            yield _problem(place, "bad-tag", message, "join its words with a hyphen")
    if note_type.kind is NoteKind.CLOZE:
        yield from _check_blanks(note)
    elif rule is not None and not rule(note.fields):
        yield _problem(
            place,
            "note-without-cards",
            f"no card would be made of the note '{note.guid}'",
            "fill a field that a front shows",
        )


def _is_word(text: str) -> bool:
    return text != "" and text.isprintable() and " " not in text  # no other space is printable


def _check_blanks(note: Note) -> Iterator[Problem]:
    place = note.entry or note.guid
    read = [cards.read_blanks(text) for text in note.fields]
    numbers = {number for blanks in read for number in blanks.hidden}
    if any(blanks.unclosed for blanks in read):
        message = f"a blank of the note '{note.guid}' is never closed, so Anki would drop it"
        yield _problem(place, "unclosed-cloze", message, "separate braces of formulas: '} }'")
    if any(blanks.shared for blanks in read):
        message = f"a blank of the note '{note.guid}' has several numbers"
        hint = "Anki before 25 cannot read it: give each blank one number"
        yield _problem(place, "cloze-number", message, hint)
    if not numbers:
        message = f"the note '{note.guid}' has no blank, so no card would be made of it"
        yield _problem(place, "cloze-without-blank", message, "add a blank")
    wrong = sorted(n for n in numbers if not 1 <= n <= cards.LARGEST_BLANK)
    if wrong:
        message = f"the blank {wrong[0]} of the note '{note.guid}' is out of range"
        yield _problem(place, "cloze-number", message, f"number from 1 to {cards.LARGEST_BLANK}")


def _check_references(note: Note, media: set[str], problems: list[Problem]) -> set[str]:
    """Return the media a note shows, and add a problem for each that is not there."""
    shown: set[str] = set()
    for text in note.fields:
        if "<" in text or "[sound:" in text:  # most fields need no search
            shown.update(next(filter(None, m.groups()), "") for m in _REFERENCE.finditer(text))
    if not shown and not note.media:
        return shown
    shown = {html.unescape(name) for name in shown if name and not _REMOTE.match(name)}
    for name in sorted((shown | set(note.media)) - media):
        message = f"the note '{note.guid}' shows '{name}', which the deck does not hold"
        problems.append(_problem(note.entry or note.guid, "missing-media", message))
    return shown


def _check_media(media: Sequence[MediaFile]) -> list[Problem]:
    problems: list[Problem] = []
    seen: set[str] = set()
    for file in media:
        key = file.name.casefold()  # some learners' disks do not tell cases apart
        if key in seen:
            message = f"two media files are called '{file.name}'"
            problems.append(_problem(file.name, "duplicate-media", message))
        seen.add(key)
        if not _is_media_name(file.name):
            message = f"Anki would rename the media file '{file.name}'"
            hint = "use letters, digits, hyphens and one dot"
            problems.append(_problem(file.name, "bad-media-name", message, hint))
    return problems


def _is_media_name(name: str) -> bool:
    return (
        bool(name.strip(". "))
        and name == name.strip()
        and unicodedata.is_normalized("NFC", name)
        and len(name.encode()) <= _LONGEST_MEDIA_NAME
        and not _MEDIA_NAME_FORBIDS.search(name)
    )


def _check_deck_names(plan: DeckPlan) -> Iterator[Problem]:
    for name in sorted({plan.title} | {note.deck for note in plan.notes if note.deck}):
        parts = name.split("::")
        if not all(part.strip() for part in parts) or '"' in name:
            message = f"'{name}' is not a deck name that Anki keeps"
            yield _problem(plan.title, "bad-deck-name", message, "write 'Deck' or 'Deck::Sub-deck'")


# ── The database ──────────────────────────────────────────────────────────────────


def _model(note_type: NoteType, modified: int) -> dict[str, Any]:
    """Return a note type as Anki stores it, with the ids that make renames harmless."""
    import genanki

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
    model.__dict__["_req"] = cards.required_fields(note_type)  # genanki's costs half a second
    data: dict[str, Any] = model.to_json(modified, 1)
    return data


def _schema() -> tuple[list[str], list[str]]:
    """Return genanki's schema as tables and indexes; indexes are cheaper when made last."""
    from genanki.apkg_schema import APKG_SCHEMA

    statements = [part.strip() for part in APKG_SCHEMA.split(";") if part.strip()]
    indexes = [part for part in statements if part.upper().startswith("CREATE INDEX")]
    tables = [part for part in statements if part not in indexes]
    return tables, indexes


def _write_database(plan: DeckPlan, path: Path, modified: Mapping[str, int], base: int) -> int:
    """Write the collection of a package and return its number of cards."""
    tables, indexes = _schema()
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        for statement in (*_PRAGMAS, "BEGIN", *tables):
            connection.execute(statement)
        _insert_collection(connection, plan, modified)
        made = _insert_notes(connection, plan, modified, base)
        for statement in (*indexes, "COMMIT"):
            connection.execute(statement)
    finally:
        connection.close()
    offset, version = _SQLITE_VERSION
    with path.open("r+b") as file:  # the only bytes that tell which SQLite wrote them
        file.seek(offset)
        file.write(version)
    return made


def _insert_collection(
    connection: sqlite3.Connection, plan: DeckPlan, modified: Mapping[str, int]
) -> None:
    import genanki
    from genanki.apkg_col import APKG_COL

    connection.execute(APKG_COL.strip().rstrip(";"))
    row = connection.execute("SELECT decks FROM col").fetchone()
    decks = json.loads(row[0])
    for name, number in _deck_ids(plan).items():
        description = plan.description if name == plan.title else ""
        deck: genanki.Deck = genanki.Deck(number, name, description)
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
    connection: sqlite3.Connection, plan: DeckPlan, modified: Mapping[str, int], base: int
) -> int:
    """Insert notes and cards batch by batch, so that memory stays flat."""
    decks = _deck_ids(plan)
    types = {t.name: (t.id, cards.card_rule(t)) for t in plan.note_types}
    made = 0
    numbered = enumerate(plan.notes)
    while batch := list(islice(numbered, _BATCH)):
        note_rows = []
        card_rows = []
        for index, note in batch:
            type_id, rule = types[note.note_type]
            note_id, seconds = base + index, modified[note.guid]
            deck = decks[note.deck or plan.title]
            text = _FIELD_SEPARATOR.join(note.fields)
            tags = f" {' '.join(note.tags)} " if note.tags else ""
            note_rows.append((note_id, note.guid, type_id, seconds, tags, text, note.fields[0]))
            for position in rule(note.fields):
                card_rows.append((base + made, note_id, deck, position, seconds, index + 1))
                made += 1
        connection.executemany(_INSERT_NOTE, note_rows)
        connection.executemany(_INSERT_CARD, card_rows)
    return made


# ── The archive ───────────────────────────────────────────────────────────────────


def _write_archive(media: Sequence[MediaFile], database: Path, package: Path) -> None:
    """Pack database and media with fixed dates, rights and order."""
    level = 1 if database.stat().st_size > _LARGE_DATABASE else 6
    files = sorted(media, key=lambda file: file.name)
    names = {str(i): file.name for i, file in enumerate(files)}
    with package.open("xb") as stream:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
            _pack_database(archive, database)
            archive.writestr(_entry("media"), _json(names), zipfile.ZIP_DEFLATED, 6)
            for number, file in enumerate(files):
                packed = file.name.lower().endswith(_PACKED_ALREADY)
                method = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
                archive.writestr(_entry(str(number)), file.content, method, 6)
        stream.flush()
        os.fsync(stream.fileno())


def _pack_database(archive: zipfile.ZipFile, database: Path) -> None:
    # Opened by name, an entry takes the level of its archive and the date 1980-01-01.
    large = database.stat().st_size >= 1 << 31
    with (
        database.open("rb") as source,
        archive.open("collection.anki2", "w", force_zip64=large) as entry,
    ):
        shutil.copyfileobj(source, entry, _COPY_BYTES)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.create_system = 3
    entry.external_attr = 0o644 << 16
    return entry
