"""Bring notes from a table, a package of Anki or Markdown into a project, as a list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlcards.build.flow import workers
from dlcards.build.pictures import read_pictures
from dlcards.content.files import find_files
from dlcards.content.foreign import Taken, from_fields, read_markdown, read_table, slug, write_list
from dlcards.content.lists import SUFFIX, read_list
from dlcards.files import LONGEST_ID, LONGEST_SUBJECT, RESERVED_IDS, is_id, read_regular, write_new
from dlcards.media import MediaError, read_sound
from dlcards.media.files import LARGEST_PICTURE, LARGEST_SOUND
from dlcards.problems import ContentError, Location, Problem, UsageError
from dlcards.release.diff.read import Limits, read_media, read_package
from dlcards.validation import nearest

SUFFIXES = (".csv", ".tsv", ".txt", ".apkg", ".md")
LARGEST = 64_000_000
MOST_MEDIA = 1_000_000_000
_FIELD = re.compile(r"\{\{(?![#^/!])(?:[^{}:]*:)*\s*([^{}]+?)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Imported:
    """The list that was written, the files beside it, and how often something was lost."""

    file: str
    notes: int
    lost: dict[str, int]
    media: int = 0


def import_notes(root: Path, path: Path, subject: str, name: str = "") -> Imported:
    """Write the notes of a file as a list; a failure leaves nothing behind.

    Parameters
    ----------
    root : Path
        The project.
    path : Path
        A table, a package of Anki, or Markdown.
    subject : str
        The folder in formulas/.
    name : str
        Of the list; that of the file where none is given.

    Raises
    ------
    UsageError
        When the file is of another sort, or the list exists.
    ContentError
        When the file cannot be read, or holds no note.
    OSError
        When the list cannot be written.
    """
    name = name or slug(path.stem) or "imported"
    for what, word, longest in (
        ("a list", name, LONGEST_ID),
        ("a folder", subject, LONGEST_SUBJECT),
    ):
        if not is_id(word, longest) or word in RESERVED_IDS:
            message = f"{word!r} cannot be the name of {what}: at most {longest}"
            raise UsageError(f"{message} lower-case letters, digits and single hyphens")
    there = find_files(root, list[Problem]())
    for known in (there.entries, there.lists):
        if name in known:
            taken = known[name][1].relative_to(root).as_posix()
            raise UsageError(f"{name!r} exists already: {taken}; give another --name")
    if path.suffix.lower() not in SUFFIXES:
        hint = nearest(path.suffix, SUFFIXES) or f"one of {', '.join(SUFFIXES)}"
        raise UsageError(f"{path.name}: dlcards reads no {path.suffix or 'such'} files; {hint}")
    found = _read(path)
    if not found.notes:
        message = "the file holds no note with a question and an answer"
        hint = "name the columns ask and answer; in Markdown write: question :: answer"
        raise ContentError([Problem(Location(path.name), "nothing-to-import", message, hint)])
    media = _media(path, found) if path.suffix.lower() == ".apkg" else {}
    notes = [note.with_media(media) for note in found.notes]
    found.notes = [note for note in notes if note is not None]
    for _ in range(len(notes) - len(found.notes)):
        found.lose("notes of which no picture and no sound is left")
    folder = root / "formulas" / subject
    places = _places(media, name)
    text = write_list(path.stem, subject, f"imported from {path.name}", found.notes, places)
    target = folder / f"{name}{SUFFIX}.yaml"
    shown = target.relative_to(root).as_posix()
    _, problems = read_list(text, shown, name, subject)
    if problems:
        raise ContentError(problems)
    written: list[Path] = []
    try:
        for each, place in places.items():
            write_new(folder / place, media[each][0], root)
            written.append(folder / place)
        write_new(target, text, root)
    except OSError:
        for file in written:
            file.unlink()
        with suppress(OSError):  # it holds something else
            (folder / name).rmdir()
        raise
    return Imported(shown, len(found.notes), dict(sorted(found.lost.items())), len(written))


def _media(path: Path, found: Taken) -> dict[str, tuple[bytes, str]]:
    """Return content and suffix of the pictures and sounds of notes, by their names there."""
    pictures = {note.picture.name for note in found.notes if note.picture}
    sounds = {name for note in found.notes for name in (note.audio, note.ask_audio) if name}
    files: dict[str, tuple[bytes, str]] = {}
    waiting: dict[str, bytes] = {}
    largest = max(LARGEST_PICTURE, LARGEST_SOUND)
    for name, data in read_media(path, pictures | sounds, Limits(), largest=largest):
        if name in pictures:
            waiting[name] = data
        else:
            try:
                files[name] = (data, read_sound(data))
            except MediaError as error:
                found.lose(f"sounds: {error}")
                sounds.discard(name)
        if sum(map(len, waiting.values())) > LARGEST:
            files |= _reduced(waiting, found)
            pictures -= waiting.keys()
            waiting = {}
        if sum(len(each) for each, _ in files.values()) > MOST_MEDIA:
            message = f"the pictures and sounds have more than {MOST_MEDIA:,} bytes"
            raise ContentError([Problem(Location(path.name), "too-large", message, "split it")])
    files |= _reduced(waiting, found)
    for _ in (pictures | sounds) - files.keys() - waiting.keys():
        found.lose("pictures and sounds that the package lacks, or that are too large")
    return files


def _reduced(waiting: Mapping[str, bytes], found: Taken) -> dict[str, tuple[bytes, str]]:
    """Return pictures reduced to what is seen; what cannot be used is counted."""
    files = {}
    read = read_pictures([*waiting.values()], None, workers(None))
    for name, picture in zip(waiting, read, strict=True):
        if isinstance(picture, MediaError):
            found.lose(f"pictures: {picture}")
        else:
            files[name] = (picture.content, picture.suffix)
    return files


def _places(files: Mapping[str, tuple[bytes, str]], folder: str) -> dict[str, str]:
    """Return where each file goes: a folder beside the list, under a name that harms nothing."""
    places: dict[str, str] = {}
    taken: set[str] = set()
    for number, (name, (_, suffix)) in enumerate(sorted(files.items()), 1):
        stem = slug(Path(name).stem) or f"file-{number}"
        if f"{stem}{suffix}" in taken:
            stem = f"{stem}-{number}"
        taken.add(f"{stem}{suffix}")
        places[name] = f"{folder}/{stem}{suffix}"
    return places


def _read(path: Path) -> Taken:
    if path.suffix.lower() == ".apkg":
        return _from_package(path)
    try:
        data = read_regular(path)
    except FileNotFoundError:
        raise UsageError(f"there is no file {path}") from None
    if len(data) > LARGEST:
        message = f"the file has {len(data):,} bytes"
        raise ContentError([Problem(Location(path.name), "too-large", message, "split it")])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        place = Location(path.name, line, column)
        hint = "save the file as UTF-8; in a spreadsheet choose 'CSV UTF-8'"
        raise ContentError([Problem(place, "not-utf-8", "this is not UTF-8 text", hint)]) from None
    if path.suffix.lower() == ".md":
        return read_markdown(text)
    separator = "\t" if path.suffix.lower() == ".tsv" else ""
    taken, problems = read_table(text, path.name, separator)
    if problems:
        raise ContentError(problems)
    return taken


def _from_package(path: Path) -> Taken:
    package = read_package(path, Limits(), media=False, newest=True)
    taken = Taken()
    for note in package.notes.values():
        kind = package.types.get(note.type_id, {})
        templates = kind.get("tmpls", [])
        cloze = kind.get("type") == 1
        reverse = not cloze and len(templates) == 2 and len(note.cards) == 2
        if not cloze and len(templates) > 2:
            taken.lose("further cards of a note")
        front = _front(kind)
        from_fields(note.fields, note.tags, taken, cloze=cloze, reverse=reverse, front=front)
    return taken


def _front(kind: Mapping[str, Any]) -> tuple[int, ...]:
    """Return the numbers of the fields that the front of the first card shows."""
    names = [field["name"] for field in kind.get("flds", [])]
    template = next(iter(kind.get("tmpls", [])), None)
    shown = _FIELD.findall(template["qfmt"]) if template else []
    return tuple(dict.fromkeys(names.index(name) for name in shown if name in names)) or (0,)
