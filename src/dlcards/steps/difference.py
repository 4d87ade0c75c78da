"""Compares two packages the way a learner's Anki will when the second is imported.

Packages come from anywhere, so nothing of them is trusted: sizes are limited, nothing
is unpacked under a name of the archive's choosing, and the database is only read.
"""

from __future__ import annotations

import contextlib
import difflib
import hashlib
import json
import re
import sqlite3
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from dlcards.problems import ToolError, UsageError

MEBIBYTE = 1 << 20
_FIELD_SEPARATOR = "\x1f"
_DATABASES = ("collection.anki21", "collection.anki2")
_NEW_DATABASE = "collection.anki21b"
_COPY_BYTES = 1 << 18
_STEPS_PER_CALL = 10_000
_CALLS = 100_000  # a billion steps: minutes of work on the largest sound package
_WORD = re.compile(r"<[^>]*>|\\[A-Za-z]+|\w+|\s+|.", re.DOTALL)
_LONGEST_DIFF = 20_000  # words; beyond it the comparison of words would take minutes
_CONTEXT = 6


@dataclass(frozen=True, slots=True)
class Limits:
    """What a package may hold before it is refused as a bomb."""

    database: int = 1024 * MEBIBYTE
    media_map: int = 64 * MEBIBYTE
    media: int = 4096 * MEBIBYTE
    entries: int = 500_000


class Fate(StrEnum):
    """What Anki does with something when the new package is imported."""

    NEW = "new"
    UPDATED = "updated"
    REWRITTEN = "rewritten"
    NOT_UPDATED = "not updated"
    CONFLICT = "conflict"
    KEPT = "kept"
    MOVED = "moved"
    SECOND_TYPE = "second note type"


HARMFUL = frozenset({Fate.REWRITTEN, Fate.NOT_UPDATED, Fate.CONFLICT, Fate.SECOND_TYPE})

FATES = {
    Fate.NEW: "added",
    Fate.UPDATED: "updated; a learner's later edit wins",
    Fate.REWRITTEN: "nothing changed but the time: learners' own edits and tags get lost",
    Fate.NOT_UPDATED: "changed without a later time: learners keep the old one",
    Fate.CONFLICT: "changed its note type: Anki refuses it for ever",
    Fate.KEPT: "no longer in the package: learners keep it",
    Fate.MOVED: "in another deck: cards that learners have stay where they are",
    Fate.SECOND_TYPE: "fields or templates changed: Anki makes a second note type",
}
"""What to tell about each fate."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field before and after."""

    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class NoteChange:
    """What becomes of one note.

    Parameters
    ----------
    guid, title : str
    fate : Fate
    fields : tuple of FieldChange
        Tags and deck are told as the fields ``(tags)`` and ``(deck)``.
    new_cards, lost_cards : tuple of str
        Names of templates, or numbers of blanks.
    harm : tuple of str
        How it hurts learners; empty when it does not.
    """

    guid: str
    title: str
    fate: Fate
    fields: tuple[FieldChange, ...] = ()
    new_cards: tuple[str, ...] = ()
    lost_cards: tuple[str, ...] = ()
    harm: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TypeChange:
    """What becomes of one note type."""

    name: str
    fate: Fate
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that differs between two packages."""

    notes: tuple[NoteChange, ...] = ()
    note_types: tuple[TypeChange, ...] = ()
    media_added: tuple[str, ...] = ()
    media_removed: tuple[str, ...] = ()
    media_changed: tuple[str, ...] = ()
    unchanged: int = 0
    harm: tuple[str, ...] = ()

    def hurts(self) -> bool:
        """Tell whether importing the new package would hurt learners."""
        return bool(
            self.harm
            or any(change.harm or change.fate in HARMFUL for change in self.notes)
            or any(change.fate in HARMFUL for change in self.note_types)
        )

    def is_empty(self) -> bool:
        """Tell whether the packages hold the same."""
        media = (*self.media_added, *self.media_removed, *self.media_changed)
        return not (self.notes or self.note_types or media)


# ── Reading packages ──────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Note:
    guid: str
    type_id: str
    modified: int
    tags: tuple[str, ...]
    fields: tuple[str, ...]
    cards: frozenset[int] = frozenset()
    deck: str = ""


@dataclass(frozen=True, slots=True)
class _Package:
    notes: dict[str, _Note]
    types: dict[str, dict[str, Any]]
    media: dict[str, str]
    doubled: tuple[str, ...] = ()


def compare_packages(old: Path, new: Path, *, limits: Limits | None = None) -> Difference:
    """Tell what importing a package will do to learners who have an older one.

    Parameters
    ----------
    old, new : Path
        Packages in the format that all versions of Anki read.
    limits : Limits, optional

    Raises
    ------
    UsageError
        If a file is no such package.
    ToolError
        If a package is larger than the limits, or damaged.
    """
    allowed = limits or Limits()
    return _difference(_read(old, allowed), _read(new, allowed))


def _read(path: Path, limits: Limits) -> _Package:
    try:
        with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory() as scratch:
            infos = {info.filename: info for info in archive.infolist()}
            if len(archive.infolist()) > limits.entries:
                raise ToolError(f"{path.name} holds too many files")
            name = _database_name(path, infos)
            media = _read_media(archive, infos, limits)
            database = Path(scratch) / "collection"
            with database.open("xb") as copy:
                for chunk in _chunks(archive, infos[name], limits.database):
                    copy.write(chunk)
            return _read_database(database, media)
    except (FileNotFoundError, IsADirectoryError) as error:
        raise UsageError(f"there is no package {path}") from error
    except zipfile.BadZipFile as error:
        raise UsageError(f"{path.name} is not an Anki package: {error}") from error
    except (
        sqlite3.DatabaseError,
        zlib.error,
        struct.error,
        OSError,
        ArithmeticError,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
    ) as error:
        raise ToolError(f"{path.name} is damaged: {error}") from error


def _database_name(path: Path, infos: Mapping[str, zipfile.ZipInfo]) -> str:
    if _NEW_DATABASE in infos:
        hint = "export it with 'Support older Anki versions'"
        raise UsageError(f"{path.name} is in a format only the newest Anki reads; {hint}")
    for name in _DATABASES:
        if name in infos:
            return name
    raise UsageError(f"{path.name} is not an Anki package: it holds no collection")


def _chunks(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> Iterator[bytes]:
    """Yield the content of an entry, but never more than allowed, whatever it declares."""
    read = 0
    with archive.open(info) as stream:
        while chunk := stream.read(_COPY_BYTES):
            read += len(chunk)
            if read > limit:
                raise ToolError(f"'{info.filename}' is larger than {limit // MEBIBYTE} MB")
            yield chunk


def _read_media(
    archive: zipfile.ZipFile, infos: Mapping[str, zipfile.ZipInfo], limits: Limits
) -> dict[str, str]:
    """Return the hash of every media file by name."""
    if "media" not in infos:
        return {}
    names = json.loads(b"".join(_chunks(archive, infos["media"], limits.media_map)))
    hashes = {}
    left = limits.media
    for number, name in names.items():
        if number not in infos:
            continue
        total = hashlib.sha256()
        for chunk in _chunks(archive, infos[number], left):
            total.update(chunk)
            left -= len(chunk)
        hashes[str(name)] = total.hexdigest()
    return hashes


def _read_database(path: Path, media: dict[str, str]) -> _Package:
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        calls = iter(range(_CALLS))
        connection.set_progress_handler(lambda: next(calls, None) is None, _STEPS_PER_CALL)
        connection.execute("PRAGMA trusted_schema = OFF")
        tables = dict(connection.execute("SELECT name, type FROM sqlite_master"))
        for table in ("col", "notes", "cards"):
            if tables.get(table) != "table":
                raise ValueError(f"the collection has no table '{table}'")
        models, decks = connection.execute("SELECT models, decks FROM col").fetchone()
        types = {str(key): dict(value) for key, value in json.loads(models).items()}
        deck_names = {str(key): str(value["name"]) for key, value in json.loads(decks).items()}
        cards: dict[int, set[int]] = {}
        homes: dict[int, str] = {}
        for note, position, deck in connection.execute("SELECT nid, ord, did FROM cards"):
            cards.setdefault(note, set()).add(int(position))
            homes.setdefault(note, deck_names.get(str(deck), ""))
        notes: dict[str, _Note] = {}
        doubled = []
        for number, guid, type_id, modified, tags, fields in connection.execute(
            "SELECT id, guid, mid, mod, tags, flds FROM notes"
        ):
            if guid in notes:
                doubled.append(str(guid))
            notes[str(guid)] = _Note(
                str(guid),
                str(type_id),
                int(modified),
                tuple(sorted(str(tags).split())),
                tuple(str(fields).split(_FIELD_SEPARATOR)),
                frozenset(cards.get(number, ())),
                homes.get(number, ""),
            )
    return _Package(notes, types, media, tuple(doubled))


# ── Comparing ─────────────────────────────────────────────────────────────────────


def _difference(old: _Package, new: _Package) -> Difference:
    types = tuple(_type_changes(old, new))
    common = old.media.keys() & new.media.keys()
    redrawn = frozenset(name for name in common if old.media[name] != new.media[name])
    notes = []
    for guid in sorted(old.notes.keys() | new.notes.keys()):
        before, after = old.notes.get(guid), new.notes.get(guid)
        change = _note_change(before, after, new.types, redrawn)
        if change is not None:
            notes.append(change)
    changed = {change.guid for change in notes}
    harm = [f"the GUID '{guid}' is used twice" for guid in new.doubled]
    harm += _doubled_under_another_guid(old, new)
    return Difference(
        notes=tuple(notes),
        note_types=types,
        media_added=tuple(sorted(new.media.keys() - common)),
        media_removed=tuple(sorted(old.media.keys() - common)),
        media_changed=tuple(sorted(redrawn)),
        unchanged=len(new.notes.keys() - changed),
        harm=tuple(harm),
    )


def _note_change(
    before: _Note | None,
    after: _Note | None,
    types: Mapping[str, dict[str, Any]],
    redrawn: frozenset[str],
) -> NoteChange | None:
    if before is None:
        assert after is not None
        cards = _card_names(after.cards, types.get(after.type_id, {}))
        return NoteChange(after.guid, _title(after), Fate.NEW, new_cards=cards)
    if after is None:
        return NoteChange(before.guid, _title(before), Fate.KEPT)
    kind = types.get(after.type_id, {})
    fields = tuple(_field_changes(before, after, kind))
    content = [change for change in fields if change.name != "(deck)"]
    new_cards = _card_names(after.cards - before.cards, kind)
    lost = _card_names(before.cards - after.cards, kind)
    harm = []
    if before.type_id != after.type_id:
        fate = Fate.CONFLICT
    elif content or new_cards or lost or _shows(after, redrawn):
        fate = Fate.UPDATED if after.modified > before.modified else Fate.NOT_UPDATED
    elif after.modified > before.modified:
        fate = Fate.REWRITTEN
    elif fields:
        fate = Fate.MOVED
    else:
        return None
    if lost:
        harm.append(f"cards that turn blank: {', '.join(lost)}")
    harm += _moved_questions(before, after, kind)
    return NoteChange(after.guid, _title(after), fate, fields, new_cards, lost, tuple(harm))


def _title(note: _Note) -> str:
    return re.sub(r"<[^>]*>", "", note.fields[0])[:80]


def _shows(note: _Note, names: frozenset[str]) -> bool:
    text = _FIELD_SEPARATOR.join(note.fields)
    return any(name in text for name in names)


def _field_names(kind: Mapping[str, Any], count: int) -> list[str]:
    names = [str(part.get("name", "")) for part in kind.get("flds", ())]
    return names + [f"field {i + 1}" for i in range(len(names), count)]


def _field_changes(before: _Note, after: _Note, kind: Mapping[str, Any]) -> Iterator[FieldChange]:
    count = max(len(before.fields), len(after.fields))
    pad: tuple[str, ...] = ("",) * count
    names = _field_names(kind, count)
    for name, old, new in zip(names, before.fields + pad, after.fields + pad, strict=False):
        if old != new:
            yield FieldChange(name, old, new)
    if before.tags != after.tags:
        yield FieldChange("(tags)", " ".join(before.tags), " ".join(after.tags))
    if before.deck != after.deck:
        yield FieldChange("(deck)", before.deck, after.deck)


def _card_names(positions: frozenset[int], kind: Mapping[str, Any]) -> tuple[str, ...]:
    templates = [str(part.get("name", "")) for part in kind.get("tmpls", ())]
    if kind.get("type") == 1:
        return tuple(f"blank {i + 1}" for i in sorted(positions))
    return tuple(templates[i] if i < len(templates) else f"card {i + 1}" for i in sorted(positions))


def _moved_questions(before: _Note, after: _Note, kind: Mapping[str, Any]) -> list[str]:
    """Find text that moved from one field to another, where another card's history is."""
    names = _field_names(kind, len(after.fields))
    harm = []
    pairs = list(zip(before.fields, after.fields, strict=False))
    for i, (old, _) in enumerate(pairs):
        for j, (was, now) in enumerate(pairs):
            if i != j and len(old) > 3 and now == old and was and was != now:
                harm.append(f"'{names[j]}' holds now what '{names[i]}' held")
    return harm


def _doubled_under_another_guid(old: _Package, new: _Package) -> list[str]:
    """Find notes whose content is there again under a new GUID: learners get both."""
    gone = {
        (note.type_id, note.fields): guid
        for guid, note in old.notes.items()
        if guid not in new.notes
    }
    titles = {
        (note.type_id, note.fields[0]): guid
        for guid, note in old.notes.items()
        if guid not in new.notes
    }
    harm = []
    for guid, note in new.notes.items():
        if guid in old.notes:
            continue
        was = gone.get((note.type_id, note.fields)) or titles.get((note.type_id, note.fields[0]))
        if was is not None:
            harm.append(f"'{was}' comes again as '{guid}': learners get it twice, without history")
    return harm


# ── Note types ────────────────────────────────────────────────────────────────────


def _type_changes(old: _Package, new: _Package) -> Iterator[TypeChange]:
    names = {str(kind.get("name")): key for key, kind in old.types.items()}
    for key, after in sorted(new.types.items()):
        before = old.types.get(key)
        name = str(after.get("name"))
        if before is None:
            if name in names:
                reason = f"its id was {names[name]} and is {key} now"
                yield TypeChange(name, Fate.SECOND_TYPE, (reason,))
            else:
                yield TypeChange(name, Fate.NEW, ())
            continue
        what = tuple(_type_differences(before, after))
        if _skeleton(before) != _skeleton(after):
            yield TypeChange(name, Fate.SECOND_TYPE, what)
        elif what:
            later = int(after.get("mod", 0)) > int(before.get("mod", 0))
            yield TypeChange(name, Fate.UPDATED if later else Fate.NOT_UPDATED, what)


def _skeleton(kind: Mapping[str, Any]) -> tuple[object, ...]:
    """Return what Anki compares to tell one note type from another."""

    def identity(part: Mapping[str, Any]) -> object:
        return part.get("id") or part.get("name")

    return (
        kind.get("type"),
        tuple(identity(part) for part in kind.get("flds", ())),
        tuple(identity(part) for part in kind.get("tmpls", ())),
    )


def _type_differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    if before.get("name") != after.get("name"):
        yield f"renamed from '{before.get('name')}'"
    if before.get("type") != after.get("type"):
        yield "kind changed"
    if before.get("css") != after.get("css"):
        yield "style changed"
    for key, word in (("flds", "field"), ("tmpls", "template")):
        old, new = _by_identity(before, key), _by_identity(after, key)
        yield from (f"{word} '{old[i].get('name')}' removed" for i in old if i not in new)
        yield from (f"{word} '{new[i].get('name')}' added" for i in new if i not in old)
        both = [i for i in old if i in new]
        if both != [i for i in new if i in old]:
            yield f"{word}s in another order"
        for i in both:
            was, now = old[i].get("name"), new[i].get("name")
            if was != now:
                yield f"{word} '{was}' renamed to '{now}' (a new one for Anki before 23.12)"
            if any(old[i].get(side) != new[i].get(side) for side in ("qfmt", "afmt")):
                yield f"template '{now}' changed"


def _by_identity(kind: Mapping[str, Any], key: str) -> dict[object, Mapping[str, Any]]:
    return {part.get("id") or part.get("name"): part for part in kind.get(key, ())}


# ── Telling ───────────────────────────────────────────────────────────────────────


def word_difference(old: str, new: str) -> str:
    """Return one text with the removed and added words marked.

    Examples
    --------
    >>> word_difference("the slope of a sum", "the slopes of a sum")
    'the [-slope-]{+slopes+} of a sum'
    """
    before, after = _WORD.findall(old), _WORD.findall(new)
    if len(before) + len(after) > _LONGEST_DIFF:
        return f"[-{len(old)} characters-]{{+{len(new)} characters+}}"
    pieces = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(_shortened(before[i:j], first=i == 0, last=j == len(before)))
            continue
        removed, added = "".join(before[i:j]), "".join(after[k:m])
        pieces.append(f"[-{removed}-]" if removed else "")
        pieces.append(f"{{+{added}+}}" if added else "")
    return "".join(pieces)


def _shortened(words: Sequence[str], *, first: bool, last: bool) -> str:
    """Leave out the middle of a long unchanged part."""
    if len(words) <= 4 * _CONTEXT:
        return "".join(words)
    head = "" if first else "".join(words[: 2 * _CONTEXT])
    tail = "" if last else "".join(words[-2 * _CONTEXT :])
    return f"{head} … {tail}"


def describe(difference: Difference) -> str:
    """Return a difference as text: first what hurts, then what changes.

    Examples
    --------
    >>> print(describe(Difference(unchanged=3)))
    no difference: 3 notes, all the same
    """
    if difference.is_empty() and not difference.harm:
        return f"no difference: {difference.unchanged} notes, all the same"
    parts = [_headline(difference)]
    parts += [f"harm: {text}" for text in difference.harm]
    for kind in difference.note_types:
        what = f" ({'; '.join(kind.what)})" if kind.what else ""
        parts.append(
            f"{_mark(kind.fate in HARMFUL)} note type {kind.name}: {FATES[kind.fate]}{what}"
        )
    for change in difference.notes:
        parts += _told(change)
    for word, names in (
        ("added", difference.media_added),
        ("no longer there", difference.media_removed),
        ("changed under the same name", difference.media_changed),
    ):
        if names:
            parts.append(f"media {word}: {', '.join(names)}")
    # A package from elsewhere shall not steer the reader's terminal.
    return "\n".join("".join(c if c.isprintable() else "\ufffd" for c in part) for part in parts)


def _headline(difference: Difference) -> str:
    counts = dict.fromkeys(Fate, 0)
    for change in difference.notes:
        counts[change.fate] += 1
    told = [f"{number} {fate}" for fate, number in counts.items() if number]
    return "notes: " + ", ".join([*told, f"{difference.unchanged} unchanged"])


def _mark(harmful: bool) -> str:
    return "!" if harmful else " "


def _told(change: NoteChange) -> Iterator[str]:
    harmful = bool(change.harm) or change.fate in HARMFUL
    yield f"{_mark(harmful)} {change.guid} ({change.title}): {FATES[change.fate]}"
    yield from (f"    harm: {text}" for text in change.harm)
    if change.new_cards and change.fate is not Fate.NEW:
        yield f"    new cards: {', '.join(change.new_cards)}"
    for part in change.fields:
        yield f"    {part.name}: {word_difference(part.old, part.new)}"
