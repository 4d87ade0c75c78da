"""Which cards Anki makes of a note: its rules for templates, clozes and empty fields.

Anki decides at import which templates of a note become cards. The same rules are
kept here, so that a note without cards is found before Anki sees it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from dlcards.cards.deletions import hidden_texts
from dlcards.cards.template import Part, Replacement, Section, field_is_empty, names, parse_template
from dlcards.model import NoteKind, NoteType

LARGEST_BLANK = 499
"""Anki gives every blank above 500 the same card; 499 keeps a distance."""


def card_rule(note_type: NoteType) -> Callable[[Sequence[str]], tuple[int, ...]]:
    """Return the function that finds which cards a note of this type has.

    The function takes the fields of a note and returns the numbers of its cards,
    counted from 0: positions of templates, or blanks minus one.

    Raises
    ------
    TemplateError
        If a front cannot be read.

    Examples
    --------
    >>> from dlcards.model import CardTemplate, Field, NoteKind, NoteType
    >>> front = CardTemplate("Card 1", 1, "{{#Q}}{{F}}{{/Q}}", "")
    >>> there = CardTemplate("Card 2", 2, "{{Q}}", "")
    >>> fields = (Field("F", 1), Field("Q", 2))
    >>> rule = card_rule(NoteType(1, "T", NoteKind.BASIC, fields, (front, there), ""))
    >>> rule(("f", "q")), rule(("", "q")), rule(("f", "<br>"))
    ((0, 1), (1,), ())
    """
    if note_type.kind is NoteKind.CLOZE:
        return _cloze_cards
    fronts = tuple(parse_template(template.front) for template in note_type.templates)
    asked = {name for front in fronts for name in names(front)}
    positions = tuple((i, name) for i, name in enumerate(note_type.field_names()) if name in asked)
    return partial(_template_cards, fronts, positions, {})


def card_slot(note_type: NoteType, position: int) -> str:
    """Return the name of a card within its note, which never changes.

    Examples
    --------
    >>> from dlcards.cards.note_types import note_type
    >>> card_slot(note_type("formula"), 0), card_slot(note_type("cloze"), 1)
    ('recall', 'cloze:2')
    """
    if note_type.kind is NoteKind.CLOZE:
        return f"cloze:{position + 1}"
    template = note_type.templates[position]
    return template.slot or str(template.id)


def _template_cards(
    fronts: tuple[tuple[Part, ...], ...],
    positions: tuple[tuple[int, str], ...],
    seen: dict[tuple[str, ...], tuple[int, ...]],
    fields: Sequence[str],
) -> tuple[int, ...]:
    # Most fields are empty or start with a letter, which needs no call to tell.
    filled = tuple(
        [n for i, n in positions if (f := fields[i]) and (f > "=" or not field_is_empty(f))]
    )
    cards = seen.get(filled)
    if cards is None:  # all notes share a few patterns of filled fields
        known = frozenset(filled)
        cards = tuple(i for i, front in enumerate(fronts) if _shows(front, known))
        seen[filled] = cards
    return cards


def required_fields(note_type: NoteType) -> list[tuple[int, str, list[int]]]:
    """Return for each template which fields must be filled, for programs older than 2020."""
    fields = note_type.field_names()
    required: list[tuple[int, str, list[int]]] = []
    for i, template in enumerate(note_type.templates):
        front = parse_template(template.front)
        all_of = [j for j, n in enumerate(fields) if not _shows(front, frozenset(fields) - {n})]
        any_of = [j for j, n in enumerate(fields) if _shows(front, frozenset({n}))]
        if all_of:
            required.append((i, "all", all_of))
        else:
            required.append((i, "any" if any_of else "none", any_of))
    return required


def _shows(parts: Sequence[Part], filled: frozenset[str]) -> bool:
    """Return whether a front shows anything of the note when these fields are filled."""
    for part in parts:
        if isinstance(part, Replacement):
            if part.name in filled:
                return True
        elif isinstance(part, Section):
            visible = (part.name in filled) != part.inverted
            if visible and _shows(part.parts, filled):
                return True
    return False


def _cloze_cards(fields: Sequence[str]) -> tuple[int, ...]:
    numbers: set[int] = set()
    for text in fields:
        numbers.update(hidden_texts(text).texts)
    return tuple(sorted(number - 1 for number in numbers if number > 0))
