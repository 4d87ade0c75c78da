"""Entries that earlier builds read and notes that they composed, by the hash of their inputs.

A change of our code or of the installed libraries makes all of them outdated.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dlcards.cache import store
from dlcards.claims.lock import Checked
from dlcards.content.families import ExerciseItem
from dlcards.content.library import Item, KnownEntry, Library
from dlcards.content.project_file import Project
from dlcards.content.texts import asserted
from dlcards.exercises.lock import Locked
from dlcards.model import Illustration, Note


@dataclass(frozen=True, slots=True)
class CachedNotes:
    """What earlier builds read and composed.

    Parameters
    ----------
    entries : dict of str to KnownEntry
        By the hash of the text of the file.
    notes : dict of str to (key, notes)
        By id of the entry; the key is that of :func:`composing_key`.
    damaged : bool
        Whether the file could not be read.
    """

    entries: Mapping[str, KnownEntry] = field(default_factory=dict)
    notes: Mapping[str, tuple[str, tuple[Note, ...]]] = field(default_factory=dict)
    damaged: bool = False

    def notes_of(self, item: Item | ExerciseItem, key: str) -> tuple[Note, ...] | None:
        """Return the notes of an entry, None when their inputs have changed."""
        found = self.notes.get(item.id)
        return found[1] if found is not None and found[0] == key else None


def composing_key(
    item: Item,
    library: Library,
    checked: Checked,
    pictures: Iterable[Illustration | None],
    sounds: Mapping[str, str],
    language: str,
    derived: str = "",
) -> str:
    """Return the hash of all inputs of the notes of an entry, without our own code.

    Parameters
    ----------
    derived : str
        What is known about the lines of its derivation.
    """
    required = [library.items[name] for name in item.entry.requires if name in library.items]
    cited = dict.fromkeys(source.partition(":")[0] for source in item.entry.sources)
    inputs = [
        language,
        item.id,
        item.subject,
        item.digest,
        _translated(item, language),
        [[v.claim, v.level, v.points, v.note] for v in checked.verdicts],
        [checked.code_points, checked.examples, checked.exact],
        [p and [p.media.name, *_shown(p)] for p in pictures],
        dict(sounds),
        [[other.id, other.entry.title, _translated(other, language)] for other in required],
        [repr(library.sources.get(code)) for code in cited],
        _shared(library.project),
        derived,
    ]
    return hashlib.sha256(json.dumps(inputs).encode()).hexdigest()


def exercise_key(item: ExerciseItem, library: Library, locked: Locked, language: str) -> str:
    """Return the hash of all inputs of the note of a family, without our own code."""
    drilled = [library.items[name] for name in item.exercise.drills if name in library.items]
    cited = dict.fromkeys(
        source.partition(":")[0]
        for source in (*item.exercise.sources, *(s for d in drilled for s in d.entry.sources))
    )
    inputs = [
        language,
        item.id,
        item.subject,
        item.digest,
        list(locked.variants),
        _shared(library.project),
        [[d.id, d.entry.title, d.entry.sources, _translated(d, language)] for d in drilled],
        [repr(library.sources.get(code)) for code in cited],
    ]
    return hashlib.sha256(json.dumps(inputs).encode()).hexdigest()


def _shown(picture: Illustration) -> tuple[Any, ...]:
    size = (picture.width, picture.height)
    return (picture.alt, picture.caption, *size, picture.credit, picture.keep)


def _shared(project: Project) -> list[Any]:
    """Return what of a project stands on every note."""
    return [project.namespace, project.language, project.tags, dict(project.macros)]


def _translated(item: Item, language: str) -> str:
    document = item.translation_documents.get(language)
    return document.text if document is not None else ""


def read_notes(cache: Path | None, language: str, code: str) -> CachedNotes:
    """Read what earlier builds read and composed.

    Parameters
    ----------
    cache : Path or None
    language : str
    code : str
        The state of our code and of the libraries.
    """
    data, damaged = store.read(cache, store.NOTES, language, made_by=_hash(code))
    if data is None:
        return CachedNotes(damaged=damaged)
    try:
        return CachedNotes(
            {key: _entry(*value) for key, value in data["entries"].items()},
            {name: (key, tuple(map(_note, notes))) for name, (key, notes) in data["notes"].items()},
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return CachedNotes(damaged=True)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _entry(data: dict[str, Any], relations: Iterable[tuple[list[str], str]]) -> KnownEntry:
    return KnownEntry(data, tuple((tuple(path), formula) for path, formula in relations))


def _note(parts: list[Any]) -> Note:
    guid, note_type, fields, tags, media, entry, slots = parts
    if any(type(each) is not str for each in (guid, entry, *fields, *tags, *media, *slots)):
        raise TypeError(guid)
    return Note(guid, note_type, tuple(fields), tuple(tags), tuple(media), "", entry, tuple(slots))


def write_notes(
    cache: Path | None,
    language: str,
    code: str,
    library: Library,
    notes: Mapping[str, tuple[str, tuple[Note, ...]]],
) -> None:
    """Write the entries without a mistake, and the notes of entries that still exist."""
    entries = {
        item.digest: [item.document.data, item.known.asserted if item.known else asserted(item)]
        for item in library.items.values()
        if item.sound
    }
    entries |= {
        library.exercises[name].digest: [library.exercises[name].document.data, []]
        for name in notes
        if name in library.exercises  # only of a family without a mistake
    }
    composed = {
        name: [key, [_parts(note) for note in found]]
        for name, (key, found) in notes.items()
        if name in library.items or name in library.exercises
    }
    data = {"entries": entries, "notes": composed}
    store.write(cache, store.NOTES, data, language, made_by=_hash(code))


def _parts(note: Note) -> list[Any]:
    named = [note.guid, note.note_type, note.fields, note.tags, note.media]
    return [*named, note.entry, note.slots]
