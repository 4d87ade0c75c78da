"""Tell what is wrong in a package of anybody; it is only read."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from dlcards.build.package import check_plan
from dlcards.cards.deletions import parse_deletions
from dlcards.cards.generation import card_rule
from dlcards.cards.latex import typesetting_fault
from dlcards.cards.template import TemplateError
from dlcards.documents import shortened
from dlcards.model import (
    CardTemplate,
    DeckPlan,
    Field,
    MediaFile,
    Note,
    NoteKind,
    NoteType,
)
from dlcards.problems import Location, Problem, Severity, in_order
from dlcards.release.diff.read import Limits, ReadNote, ReadPackage, read_package

MOST_OF_A_CODE = 20
_TAG = re.compile(r"<[^<>]*>")
_MATHS = re.compile(
    r"\\\((?P<inline>.*?)\\\)|\\\[(?P<display>.*?)\\\]"
    r"|<anki-mathjax[^>]*>(?P<element>.*?)</anki-mathjax>|(?P<open>\\[(\[])",
    re.DOTALL,
)
_SCRIPT = re.compile(r"<script\b|\son[a-z]+\s*=|javascript:", re.IGNORECASE)
_REMOTE = re.compile(r"<(?:img|audio|video|source)\b[^>]*\ssrc\s*=\s*[\"']?https?:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Linted:
    """What a package holds and what is wrong with it."""

    notes: int
    cards: int
    media: int
    problems: tuple[Problem, ...]


def lint_package(path: Path) -> Linted:
    """Find broken formulas, missing media, duplicates and empty cards.

    Raises
    ------
    DlcardsError
        When it is no package, or could not be read within the limits.
    """
    package = read_package(path, Limits(), newest=True)
    shapes = {key: _shape(key, kind) for key, kind in package.types.items()}
    notes = [_note(note, shapes) for note in package.notes.values()]
    used = {note.note_type for note in notes}
    plan = DeckPlan(
        path.stem,
        path.stem,
        "",
        tuple(notes),
        tuple(MediaFile(name, b"") for name in sorted(package.media)),
        tuple(each for each in shapes.values() if each.name in used),
    )
    found = [*check_plan(plan), *_doubled(package), *_alike(notes), *_lost_cards(package, shapes)]
    for note in notes:
        found += _faults(note)
    placed = (replace(p, location=Location(f"{path.name}: {p.location}")) for p in found)
    cards = sum(len(note.cards) for note in package.notes.values())
    problems = tuple(_few(in_order(placed)))
    return Linted(len(notes), cards, len(package.media), problems)


def _shape(key: str, kind: dict[str, object]) -> NoteType:
    fields, templates = kind["flds"], kind["tmpls"]
    assert isinstance(fields, list)
    assert isinstance(templates, list)
    return NoteType(
        id=int(key) if key.isdecimal() else 0,
        name=f"{kind['name']}",
        kind=NoteKind.CLOZE if kind.get("type") == 1 else NoteKind.BASIC,
        fields=tuple(Field(part["name"], i) for i, part in enumerate(fields)),
        templates=tuple(
            CardTemplate(part["name"], 10_000 + i, part["qfmt"], part["afmt"])
            for i, part in enumerate(templates)
        ),
        css="",
    )


def _note(note: ReadNote, shapes: dict[str, NoteType]) -> Note:
    shape = shapes.get(note.type_id)
    first = " ".join(html.unescape(_TAG.sub(" ", note.fields[0])).split())
    return Note(
        note.guid,
        shape.name if shape else note.type_id,
        note.fields,
        note.tags,
        (),
        note.deck,
        shortened(first or note.guid, 50),
    )


def _doubled(package: ReadPackage) -> Iterator[Problem]:
    for guid in package.doubled:
        message = f"the GUID {guid!r} is used twice"
        yield Problem(Location(guid), "duplicate-guid", message, "delete one of the notes")


def _alike(notes: list[Note]) -> Iterator[Problem]:
    """Yield a warning for notes of one type with the same first field, as Anki calls duplicates."""
    seen: dict[tuple[str, str], Note] = {}
    for note in notes:
        key = (note.note_type, " ".join(_TAG.sub(" ", note.fields[0]).split()).casefold())
        if key[1] and key in seen:
            message = f"two notes have the same first field: {note.guid} and {seen[key].guid}"
            hint = "delete one, or say what tells them apart"
            yield _warning(note.entry, "duplicate-note", message, hint)
        seen.setdefault(key, note)


def _lost_cards(package: ReadPackage, shapes: dict[str, NoteType]) -> Iterator[Problem]:
    """Yield a warning for cards whose fronts show nothing of the note."""
    rules = {}
    for key, shape in shapes.items():
        try:
            rules[key] = card_rule(shape)
        except TemplateError:
            continue  # told by the check of note types
    for note in package.notes.values():
        if note.type_id not in rules:
            continue
        shape = shapes[note.type_id]
        if len(note.fields) != len(shape.fields):
            continue
        empty = note.cards - set(rules[note.type_id](note.fields))
        if empty and shape.templates:
            message = f"the card {min(empty) + 1} of this note has an empty front"
            place = _note(note, shapes).entry
            yield _warning(place, "empty-card", message, "in Anki: Tools → Empty Cards")


def _faults(note: Note) -> Iterator[Problem]:
    """Yield a warning for each formula that MathJax would not set, and for scripts."""
    for text in note.fields:
        if "\\" in text or "<anki-mathjax" in text:
            shown = "".join(p if isinstance(p, str) else p.text() for p in parse_deletions(text)[0])
            for match in _MATHS.finditer(shown):
                latex = next((part for part in match.groups()[:3] if part is not None), None)
                if latex is None:
                    wrong = f"{match.group()} opens a formula that is never closed"
                else:
                    wrong = typesetting_fault(html.unescape(_TAG.sub(" ", latex)))
                if wrong:
                    hint = "correct the LaTeX; Anki shows it as it is written"
                    yield _warning(note.entry, "broken-formula", wrong, hint)
        if "<" in text and _SCRIPT.search(text):
            message = "a field holds a script, which runs on every device that shows the card"
            yield _warning(note.entry, "script-in-field", message, "see whether you trust it")
        if "<" in text and _REMOTE.search(text):
            message = "a field shows a file of the web, which is gone without a network"
            yield _warning(note.entry, "remote-media", message, "add the file to the collection")


def _few(problems: tuple[Problem, ...]) -> Iterator[Problem]:
    """Yield the first problems of each code, and how many more there are."""
    counts: dict[str, int] = {}
    for problem in problems:
        counts[problem.code] = counts.get(problem.code, 0) + 1
        if counts[problem.code] <= MOST_OF_A_CODE:
            yield problem
    for problem in problems:
        more = counts.pop(problem.code, 0) - MOST_OF_A_CODE
        if more > 0:
            yield replace(problem, message=f"… and {more:,} more of this sort", hint="")


def _warning(place: str, code: str, message: str, hint: str) -> Problem:
    return Problem(Location(place), code, message, hint, Severity.WARNING)
