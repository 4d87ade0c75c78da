"""Which cards Anki makes of a note: its rules for templates, blanks and empty fields.

Anki decides at import which templates of a note become cards. The same rules are
kept here, so that a note without cards, a template that names a missing field or a
blank that is never closed is found before Anki sees it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from dlcards.model import NoteKind, NoteType

LARGEST_BLANK = 499
"""Anki gives every blank above 500 the same card; 499 keeps a distance."""

_SPECIAL_FIELDS = frozenset(
    {"FrontSide", "Tags", "Type", "Deck", "Subdeck", "Card", "CardFlag", "CardID"}
)
_EMPTY = re.compile(r"(?:[ \t\n\v\f\r]|</?(?:br|div) ?/?>)*", re.ASCII | re.IGNORECASE)
_TAG = re.compile(r"<!--.*?-->|\{\{(.*?)\}\}", re.DOTALL)
_CLOZE_TOKEN = re.compile(r"\{\{c([0-9,]+)::|\}\}")
_CLOZE_FIELD = re.compile(r"c[0-9]+", re.ASCII)


class TemplateError(ValueError):
    """A template that Anki would refuse or read in a way nobody meant."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """``{{filter:Name}}``: the text of a field."""

    name: str


@dataclass(frozen=True, slots=True)
class Section:
    """``{{#Name}}…{{/Name}}``, or ``{{^Name}}…{{/Name}}`` when inverted."""

    name: str
    inverted: bool
    children: tuple[Part, ...]


Part = Replacement | Section


@dataclass(slots=True)
class _Open:
    name: str
    inverted: bool
    children: list[Part] = field(default_factory=list)


def field_is_empty(html: str) -> bool:
    r"""Tell whether Anki takes a field for empty.

    Blanks, line breaks and empty ``div`` elements do not fill a field.

    Examples
    --------
    >>> field_is_empty("<div><br></div>\n"), field_is_empty("<b></b>")
    (True, False)
    """
    if html and html[0] > " " and html[0] != "<":
        return False
    return _EMPTY.fullmatch(html) is not None


def parse_template(text: str) -> tuple[Part, ...]:
    """Read the fields and conditions of a card template.

    Raises
    ------
    TemplateError
        If a section is not closed, or closed by another name.

    Examples
    --------
    >>> parse_template("{{#Q1}}{{text:Q1}}{{/Q1}}")
    (Section(name='Q1', inverted=False, children=(Replacement(name='Q1'),)),)
    """
    stack = [_Open("", inverted=False)]
    for match in _TAG.finditer(text):
        if match[1] is not None:
            _take(match[1].strip(), stack)
    if len(stack) > 1:
        raise TemplateError(f"'{{{{#{stack[-1].name}}}}}' is never closed")
    return tuple(stack[0].children)


def _take(tag: str, stack: list[_Open]) -> None:
    sign, name = tag[:1], tag[1:].strip()
    if sign in ("#", "^"):
        stack.append(_Open(name, inverted=sign == "^"))
    elif sign == "/":
        last = stack.pop()
        if not stack or last.name != name:
            raise TemplateError(f"'{{{{/{name}}}}}' closes a section that is not open")
        stack[-1].children.append(Section(name, last.inverted, tuple(last.children)))
    else:
        stack[-1].children.append(Replacement(tag.rpartition(":")[2].strip()))


def _names(parts: Sequence[Part]) -> Iterator[str]:
    for part in parts:
        yield part.name
        if isinstance(part, Section):
            yield from _names(part.children)


def unknown_fields(text: str, names: Sequence[str]) -> tuple[str, ...]:
    """Return what a template refers to though the note type has no such field.

    Examples
    --------
    >>> unknown_fields("{{Front}} {{text:Bakc}} {{FrontSide}}", ("Front", "Back"))
    ('Bakc',)
    """
    known = _SPECIAL_FIELDS.union(names)
    found = dict.fromkeys(_names(parse_template(text)))
    return tuple(n for n in found if n not in known and not _CLOZE_FIELD.fullmatch(n))


def _shows(parts: Sequence[Part], filled: frozenset[str]) -> bool:
    for part in parts:
        if isinstance(part, Replacement):
            if part.name in filled:
                return True
        elif (part.name in filled) != part.inverted and _shows(part.children, filled):
            return True
    return False


def card_rule(note_type: NoteType) -> Callable[[Sequence[str]], tuple[int, ...]]:
    """Return the function that tells which cards a note of this type has.

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
    asked = {name for front in fronts for name in _names(front)}
    positions = tuple((i, name) for i, name in enumerate(note_type.field_names()) if name in asked)
    return partial(_template_cards, fronts, positions, {})


def _template_cards(
    fronts: tuple[tuple[Part, ...], ...],
    positions: tuple[tuple[int, str], ...],
    seen: dict[tuple[str, ...], tuple[int, ...]],
    fields: Sequence[str],
) -> tuple[int, ...]:
    # Most fields hold nothing, or start with a letter: that is seen without a call.
    filled = tuple(
        [n for i, n in positions if (f := fields[i]) and (f > "=" or not field_is_empty(f))]
    )
    cards = seen.get(filled)
    if cards is None:  # few patterns of filled fields serve all notes
        names = frozenset(filled)
        cards = tuple(i for i, front in enumerate(fronts) if _shows(front, names))
        seen[filled] = cards
    return cards


def required_fields(note_type: NoteType) -> list[tuple[int, str, list[int]]]:
    """Return per template which fields must be filled, as programs before 2020 ask for it."""
    names = note_type.field_names()
    required: list[tuple[int, str, list[int]]] = []
    for i, template in enumerate(note_type.templates):
        front = parse_template(template.front)
        all_of = [j for j, n in enumerate(names) if not _shows(front, frozenset(names) - {n})]
        any_of = [j for j, n in enumerate(names) if _shows(front, frozenset({n}))]
        if all_of:
            required.append((i, "all", all_of))
        else:
            required.append((i, "any" if any_of else "none", any_of))
    return required


@dataclass(frozen=True, slots=True)
class Blanks:
    """The blanks of a text.

    Parameters
    ----------
    hidden : dict of int to str
        What each number hides, inner blanks included, hints left out.
    unclosed : bool
        Whether a blank is opened and never closed; Anki then drops it.
    shared : bool
        Whether a blank has several numbers, which Anki before 25 does not read.
    """

    hidden: dict[int, str]
    unclosed: bool = False
    shared: bool = False


@dataclass(slots=True)
class _OpenBlank:
    numbers: tuple[int, ...]
    text: str = ""
    inner: list[tuple[int, str]] = field(default_factory=list)


def read_blanks(text: str) -> Blanks:
    """Find the blanks of a text the way Anki does, nested ones included.

    Examples
    --------
    >>> read_blanks("{{c1::a {{c2::b::hint}} }} and {{c1::d}}").hidden
    {2: 'b', 1: 'a b d'}
    """
    if "{{c" not in text:
        return Blanks({})
    stack = [_OpenBlank(())]
    end = 0
    shared = False
    for match in _CLOZE_TOKEN.finditer(text):
        stack[-1].text += text[end : match.start()]
        end = match.end()
        if match[1]:
            numbers = tuple(int(n) for n in match[1].split(",") if n)
            stack.append(_OpenBlank(numbers))
            shared |= "," in match[1]
        elif len(stack) > 1:
            _close(stack)
    hidden: dict[int, str] = {}
    for number, shown in stack[0].inner:
        hidden[number] = f"{hidden[number]} {shown}" if number in hidden else shown
    return Blanks(hidden, unclosed=len(stack) > 1, shared=shared)


def _close(stack: list[_OpenBlank]) -> None:
    done = stack.pop()
    shown = done.text.partition("::")[0]
    stack[-1].text += shown
    stack[-1].inner += done.inner
    stack[-1].inner += [(number, shown.strip()) for number in done.numbers]


def _cloze_cards(fields: Sequence[str]) -> tuple[int, ...]:
    numbers: set[int] = set()
    for text in fields:
        if "{{c" in text:
            numbers.update(read_blanks(text).hidden)
    return tuple(sorted(number - 1 for number in numbers if number > 0))
