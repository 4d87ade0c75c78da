"""Lists of plain questions: thousands of notes in one file, read at the speed they need.

A list is YAML like every other file. Where each of its notes stands on one line, or on
three, in the plainest form, it is read without a YAML parser; anything else about it
leaves the whole file to the parser, so that both ways say the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from dlcards.content.schema import TEXT_KEYS, ListHead, PlainQuestion, WholeList, read_model
from dlcards.documents import has_invisible, read_document
from dlcards.files import LONGEST_ID
from dlcards.problems import Problem

if TYPE_CHECKING:
    from dlcards.claims.prose import Inline

SUFFIX = ".notes"
"""A list is called ``bones.notes.yaml``."""

MAX_BYTES = 64_000_000
MAX_VALUES = 1_000_000
LONGEST_TEXT = 1200
_PIECE = 500_000
"""Characters that are read at once; a note of the longest texts has 2,500."""
_NOT_TEXT = frozenset({"null", "true", "false"})

# Repetitions give nothing back (``*+``): a line of millions of words would cost gigabytes.
_WORD = r"[\w'?!.;()/+=-]+"
_PLAIN = rf"(?!(?i:null|true|false)[\n,}}])([^\W\d_](?:{_WORD})?(?: {_WORD})*+)"
_QUOTED = (
    r'"((?! )[^"\\\x00-\x1f\x7f-\xa0\u2000-\u206f\ud800-\udfff\ufeff\ufff0-\U0010ffff]+(?<! ))"'
)
_TEXT = f"(?:{_PLAIN}|{_QUOTED})"
_ID = "([a-z][a-z0-9]*(?:-[a-z0-9]+)*+)"
_NOTE = re.compile(
    rf"(  {_ID}:(?: \{{ask: {_TEXT}, answer: {_TEXT}\}}|\n    ask: {_TEXT}\n    answer: {_TEXT})\n)"
)
"""One note of which a YAML parser says the same: words that need no quotes, or quoted ones."""

_PLAIN_KEYS = frozenset({"ask", "answer"})
NOTHING: Mapping[str, Any] = MappingProxyType({})
_NOTES = "\nnotes:\n"
_ODD_HEAD = re.compile(r"\A(?:(?:#.*| *)\n)*+ |^(?![a-z]+:|[ #]|- |$)", re.MULTILINE)
"""A head that says something else when it stands alone, such as one that ends its document."""


@dataclass(frozen=True, slots=True)
class NoteList:
    """Questions and answers, mostly in plain words.

    Parameters
    ----------
    id, subject : str
        File name and folder.
    head : ListHead
        What all notes share.
    notes : mapping of str to (str, str)
        Question and answer by id, in the order of the file.
    file : str
        As shown in problems.
    more : mapping of str to PlainQuestion
        Notes that say more than question and answer.
    marked : mapping of str to mapping of str to inlines
        Texts of notes that hold formulas or other markup, by id and key.
    """

    id: str
    subject: str
    head: ListHead
    notes: Mapping[str, tuple[str, str]]
    file: str
    more: Mapping[str, PlainQuestion] = field(default_factory=lambda: NOTHING)
    marked: Mapping[str, Mapping[str, tuple[Inline, ...]]] = field(default_factory=lambda: NOTHING)


def read_list(
    text: str, file: str, name: str, subject: str
) -> tuple[NoteList | None, tuple[Problem, ...]]:
    r"""Read the text of a list.

    Examples
    --------
    >>> text = "title: Bones\ntopic: bones\nsources: [Atlas]\nnotes:\n"
    >>> text += "  femur: {ask: Which bone is the longest?, answer: The femur}\n"
    >>> found, problems = read_list(text, "bones.notes.yaml", "bones", "anatomy")
    >>> found.notes
    {'femur': ('Which bone is the longest?', 'The femur')}
    """
    found = read_plainly(text)
    if found is None:
        return _read_strictly(text, file, name, subject)
    head_text, notes = found
    document, _ = read_document(head_text, file)
    head = read_model(ListHead, document)[0] if document is not None else None
    if head is None:
        return _read_strictly(text, file, name, subject)
    return NoteList(name, subject, head, notes, file), ()


def read_plainly(text: str) -> tuple[str, dict[str, tuple[str, str]]] | None:
    """Return the head and the notes of a list in the plainest form, None for any other."""
    end = text.find(_NOTES)
    if end < 0 or len(text) > MAX_BYTES or _ODD_HEAD.search(text, 0, end) or has_invisible(text):
        return None
    notes = _read_notes(text, end + len(_NOTES))
    if not notes:
        return None
    longest = max(max(len(ask), len(answer)) for ask, answer in notes.values())
    fits = longest <= LONGEST_TEXT and max(map(len, notes)) <= LONGEST_ID
    return (f"{text[:end]}\n", notes) if fits and not notes.keys() & _NOT_TEXT else None


def _read_notes(text: str, start: int) -> dict[str, tuple[str, str]] | None:
    """Return the notes from a place to the end, None where anything else stands between."""
    notes: dict[str, tuple[str, str]] = {}
    count, at = 0, start
    while at < len(text):  # piece by piece: what a pattern finds takes ten times the text
        rows = _NOTE.findall(text, at, at + _PIECE)
        covered = "".join([row[0] for row in rows])
        if not rows or not text.startswith(covered, at):
            return None
        notes.update(
            (name, (a or b or e or f, c or d or g or h)) for _, name, a, b, c, d, e, f, g, h in rows
        )
        count += len(rows)
        at += len(covered)
    return notes if len(notes) == count else None


def _read_strictly(
    text: str, file: str, name: str, subject: str
) -> tuple[NoteList | None, tuple[Problem, ...]]:
    document, problems = read_document(
        text, file, max_bytes=MAX_BYTES, max_values=MAX_VALUES, texts=TEXT_KEYS
    )
    if document is None:
        return None, problems
    whole, misfits = read_model(WholeList, document)
    if whole is None:
        return None, tuple(misfits)
    notes = {key: (note.ask, note.answer) for key, note in whole.notes.items()}
    shared = {key: getattr(whole, key) for key in ListHead.model_fields}
    head = ListHead.model_construct(**shared)
    more = {key: note for key, note in whole.notes.items() if note.model_fields_set - _PLAIN_KEYS}
    return NoteList(name, subject, head, notes, file, more), ()
