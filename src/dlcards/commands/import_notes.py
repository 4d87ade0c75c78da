"""Bring notes from a table, a package of Anki or Markdown into a project, as a list."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dlcards.content.files import find_files
from dlcards.content.foreign import Taken, from_fields, read_markdown, read_table, slug, write_list
from dlcards.content.lists import SUFFIX, read_list
from dlcards.files import LONGEST_ID, LONGEST_SUBJECT, RESERVED_IDS, is_id, read_regular, write_new
from dlcards.problems import ContentError, Location, Problem, UsageError
from dlcards.release.diff.read import Limits, read_package
from dlcards.validation import nearest

SUFFIXES = (".csv", ".tsv", ".txt", ".apkg", ".md")
LARGEST = 64_000_000


@dataclass(frozen=True, slots=True)
class Imported:
    """The list that was written, and how often something could not be taken."""

    file: str
    notes: int
    lost: dict[str, int]


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
    files = find_files(root, list[Problem]())
    for known in (files.entries, files.lists):
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
    text = write_list(path.stem, subject, f"imported from {path.name}", found.notes)
    target = root / "formulas" / subject / f"{name}{SUFFIX}.yaml"
    shown = target.relative_to(root).as_posix()
    _, problems = read_list(text, shown, name, subject)
    if problems:
        raise ContentError(problems)
    write_new(target, text, root)
    return Imported(shown, len(found.notes), dict(sorted(found.lost.items())))


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
    package = read_package(path, Limits(), media=False)
    taken = Taken()
    for note in package.notes.values():
        kind = package.types.get(note.type_id, {})
        templates = kind.get("tmpls", [])
        cloze = kind.get("type") == 1
        reverse = not cloze and len(templates) == 2 and len(note.cards) == 2
        if not cloze and len(templates) > 2:
            taken.lose("further cards of a note")
        from_fields(note.fields, note.tags, taken, cloze=cloze, reverse=reverse)
    return taken
