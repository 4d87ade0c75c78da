"""What the decks hold: hashes of their content, and what their slots ask."""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from dlcards.cards.deletions import hidden_texts
from dlcards.cards.generation import card_rule, card_slot
from dlcards.cards.html import without_related_titles
from dlcards.model import DeckPlan, Note, NoteType
from dlcards.problems import Location, Problem, in_order
from dlcards.release.ledger.lines import Line, LineKind

_QUESTION = re.compile(r"q\d+")
_STEP = re.compile(r"[nrsgci]\d+")
"""The line, rule and slip of a derivation, the gap, call, slip and invariant of an algorithm.

What they mean is the answer.
"""
_FOLD = re.compile(r"<details\b.*?</details>|\[sound:[^\]]*\]", re.DOTALL)
"""A hint below a question and the name of a sound, which are no part of what is asked."""
_LONGEST_TEXT = 160


def _digest(parts: Iterable[str]) -> str:
    # No package holds a NUL, so it keeps ("ab", "c") and ("a", "bc") apart.
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


def content_hash(note: Note) -> str:
    """Return the hash of everything of a note that reaches a learner.

    A picture counts by its name, which follows from its specification: drawn by another
    version of Matplotlib it is the same picture. A related entry counts by its id: its title
    may change. The note type is no part of the content: it may be renamed.

    Examples
    --------
    >>> note = Note("dlcards/x", "T", ("a", "b"))
    >>> content_hash(note) == content_hash(Note("other", "T", ("a", "b")))
    True
    >>> content_hash(note) == content_hash(Note("dlcards/x", "T", ("ab", "")))
    False
    """
    fields = [without_related_titles(text) for text in note.fields]
    return _digest([str(len(fields)), *fields, *sorted(note.tags), *sorted(note.media)])


def note_type_hash(note_type: NoteType) -> str:
    """Return the hash of a note type: names, ids, templates and style."""
    shape = [
        note_type.id,
        note_type.name,
        note_type.kind.value,
        [[f.name, f.id] for f in note_type.fields],
        [[t.name, t.id, t.front, t.back] for t in note_type.templates],
        note_type.css,
    ]
    return _digest([json.dumps(shape, ensure_ascii=False)])


def _structure(note_type: NoteType) -> str:
    """Return what must never change of a note type: Anki would make a second one."""
    fields = _ids(field.id for field in note_type.fields)
    templates = _ids(template.id for template in note_type.templates)
    return f"{note_type.name}; {note_type.kind}; fields {fields}; templates {templates}"


def _ids(numbers: Iterable[int]) -> str:
    texts = [str(number) for number in numbers]
    return f"{len(texts)} {_digest(texts)[:8]}"


def _plain(text: str) -> str:
    words = html.unescape(re.sub(r"<[^>]*>", " ", text)).split()
    return " ".join(words)[:_LONGEST_TEXT].strip()


def slot_texts(note: Note, names: Sequence[str], slots: Iterable[str]) -> dict[str, str]:
    """Return what every slot of a note asks, in plain text.

    ``cloze:2`` is the text that blank 2 hides, ``q1`` the field ``Q1``, ``n1`` the line that
    the card of a derivation asks for, ``g1`` the gap in code. Any other slot,
    such as ``recall``, means what its name says, whatever the words: its text is empty.

    Parameters
    ----------
    note : Note
    names : sequence of str
        Names of the fields of its note type.
    slots : iterable of str
        Names of its cards.

    Examples
    --------
    >>> note = Note("g", "T", ("<b>Why</b>?", "{{c2::x}}"))
    >>> slot_texts(note, ("Q1", "Text"), ("q1", "cloze:2"))
    {'q1': 'Why ?', 'cloze:2': 'x'}
    """
    by_name = {n.casefold(): text for n, text in zip(names, note.fields, strict=False)}
    texts = {}
    for slot in slots:
        kind, _, number = slot.partition(":")
        if kind == "cloze" and number.isdecimal():
            hidden = [hidden_texts(text).texts for text in note.fields]
            texts[slot] = _plain(" ".join(h[int(number)] for h in hidden if int(number) in h))
        elif _QUESTION.fullmatch(slot):
            texts[slot] = _plain(_FOLD.sub(" ", by_name.get(slot, "")))
        elif _STEP.fullmatch(slot):
            texts[slot] = _plain(by_name.get(f"reply {slot}", ""))
        else:
            texts[slot] = ""
    return texts


@dataclass(frozen=True, slots=True)
class Survey:
    """What a set of decks holds, each thing once.

    Parameters
    ----------
    notes : dict of str to Line
        By GUID, with time 0.
    note_types : dict of str to Line
        By id.
    slots : dict of str to Line
        By ``GUID#slot``, one for every card.
    decks : dict of str to Line
        By title.
    """

    notes: dict[str, Line] = field(default_factory=dict)
    note_types: dict[str, Line] = field(default_factory=dict)
    slots: dict[str, Line] = field(default_factory=dict)
    decks: dict[str, Line] = field(default_factory=dict)

    def lines(self) -> Iterator[Line]:
        """Yield a line for everything."""
        for group in (self.notes, self.note_types, self.slots, self.decks):
            yield from group.values()


def survey(plans: Iterable[DeckPlan]) -> tuple[Survey, tuple[Problem, ...]]:
    """Collect what the decks hold; a note in two decks must be the same in both.

    Anki keeps the note of the package that is imported first, so that two versions
    of one note would leave it to chance what a learner sees.
    """
    found = Survey()
    problems: list[Problem] = []
    for plan in plans:
        types = {t.name: (t, t.field_names(), card_rule(t)) for t in plan.note_types}
        found.decks[plan.title] = Line(LineKind.DECK, plan.title, 0, "", plan.name)
        for note_type in plan.note_types:
            line = Line(
                LineKind.NOTE_TYPE,
                str(note_type.id),
                0,
                note_type_hash(note_type),
                _structure(note_type),
            )
            if found.note_types.setdefault(line.key, line) != line:
                problems.append(_differs(plan, f"the note type '{note_type.name}'", plan.name))
        for note in plan.notes:
            note_type, names, rule = types[note.note_type]
            text = f"{note.entry}; type {note_type.id}"
            line = Line(LineKind.NOTE, note.guid, 0, content_hash(note), text)
            if found.notes.setdefault(note.guid, line) != line:
                problems.append(_differs(plan, f"the note '{note.guid}'", note.entry))
            cards = [card_slot(note_type, position) for position in rule(note.fields)]
            for slot, text in slot_texts(note, names, cards).items():
                key = f"{note.guid}#{slot}"
                found.slots[key] = Line(LineKind.SLOT, key, 0, "", text)
    return found, in_order(problems)


def _differs(plan: DeckPlan, what: str, place: str) -> Problem:
    message = f"{what} is another one in '{plan.name}' than in the decks before it"
    hint = "let both decks show the same content"
    return Problem(Location(place or plan.name), "note-differs", message, hint)
