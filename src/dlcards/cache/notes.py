"""What earlier builds read and composed, kept in one file and found by the hash of its causes.

Everything is forgotten when any of our code or of the installed libraries changes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dlcards.claims.lock import Checked
from dlcards.content.library import Item, KnownEntry, Library, asserted
from dlcards.files import read_kept as read_ordinary
from dlcards.files import seal, unseal, write_atomically
from dlcards.model import Illustration, Note


@dataclass(frozen=True, slots=True)
class Kept:
    """What earlier builds read and composed.

    Parameters
    ----------
    entries : dict of str to KnownEntry
        By the hash of the text of the file.
    notes : dict of str to (key, notes)
        By id of the entry; the key is that of :func:`composing_key`.
    damaged : bool
        Whether there was something that could not be read.
    """

    entries: dict[str, KnownEntry] = field(default_factory=dict)
    notes: dict[str, tuple[str, tuple[Note, ...]]] = field(default_factory=dict)
    damaged: bool = False

    def notes_of(self, item: Item, key: str) -> tuple[Note, ...] | None:
        """Return the notes of an entry when nothing they come from has changed."""
        found = self.notes.get(item.id)
        return found[1] if found is not None and found[0] == key else None


def composing_key(
    item: Item,
    library: Library,
    checked: Checked,
    pictures: Iterable[Illustration | None],
    language: str,
) -> str:
    """Return the hash of all that the notes of an entry come from, but for our own code."""
    required = [library.items[name] for name in item.entry.requires if name in library.items]
    cited = dict.fromkeys(source.partition(":")[0] for source in item.entry.sources)
    causes = [
        language,
        item.id,
        item.subject,
        item.digest,
        _translated(item, language),
        [[v.claim, v.level, v.points, v.note] for v in checked.verdicts],
        [checked.code_points, checked.examples, checked.exact],
        [p and [p.media.name, p.alt, p.caption, p.width, p.height] for p in pictures],
        [[other.id, other.entry.title, _translated(other, language)] for other in required],
        [repr(library.sources.get(code)) for code in cited],
    ]
    return hashlib.sha256(json.dumps(causes).encode()).hexdigest()


def _translated(item: Item, language: str) -> str:
    document = item.translation_documents.get(language)
    return document.text if document is not None else ""


def _path(cache: Path, language: str) -> Path:
    return cache / f"composed.{language}.json"


def read_kept(cache: Path, language: str, code: str) -> Kept:
    """Read what is kept; what is damaged, or was made by other code, counts as nothing.

    Parameters
    ----------
    cache : Path
    language : str
    code : str
        The state of our code and of the libraries.
    """
    try:
        sealed = unseal(read_ordinary(_path(cache, language)).decode("ascii"))
    except FileNotFoundError:
        return Kept()
    except (OSError, ValueError):
        return Kept(damaged=True)
    if sealed is None:
        return Kept(damaged=True)
    made_by, body = sealed
    if made_by != _hash(code):
        return Kept()
    try:
        data = json.loads(body)
        return Kept(
            {key: _entry(*value) for key, value in data["entries"].items()},
            {name: (key, tuple(map(_note, notes))) for name, (key, notes) in data["notes"].items()},
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return Kept(damaged=True)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _entry(data: dict[str, Any], relations: Iterable[tuple[list[str], str]]) -> KnownEntry:
    return KnownEntry(data, tuple((tuple(path), formula) for path, formula in relations))


def _note(parts: list[Any]) -> Note:
    guid, note_type, fields, tags, media, entry, slots = parts
    if any(type(each) is not str for each in (guid, entry, *fields, *tags, *media, *slots)):
        raise TypeError(guid)
    return Note(guid, note_type, tuple(fields), tuple(tags), tuple(media), "", entry, tuple(slots))


def write_kept(
    cache: Path,
    language: str,
    code: str,
    library: Library,
    notes: Mapping[str, tuple[str, tuple[Note, ...]]],
) -> None:
    """Keep what was read without a mistake, and the notes of the entries that still exist."""
    entries = {
        item.digest: [item.document.data, item.known.asserted if item.known else asserted(item)]
        for item in library.items.values()
        if item.sound
    }
    composed = {
        name: [key, [_parts(note) for note in found]]
        for name, (key, found) in notes.items()
        if name in library.items
    }
    body = json.dumps({"entries": entries, "notes": composed})
    with suppress(OSError):  # what cannot be kept costs time, not correctness
        write_atomically(_path(cache, language), seal(body, _hash(code)))


def _parts(note: Note) -> list[Any]:
    named = [note.guid, note.note_type, note.fields, note.tags, note.media]
    return [*named, note.entry, note.slots]
