"""Cards as Anki shows them: templates filled with the fields of a note."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from dlcards.cards.deletions import Deletion, parse_deletions
from dlcards.cards.generation import card_rule
from dlcards.cards.template import (
    Part,
    Replacement,
    TemplateError,
    field_is_empty,
    parse_template,
)
from dlcards.model import CardTemplate, Note, NoteKind, NoteType

_MATHJAX = re.compile(r"(\\[(\[])(.*?)(\\[\])])", re.DOTALL)
_HTML_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class RenderedCard:
    """Both sides of a card.

    Parameters
    ----------
    name : str
        Of the template, such as ``Recall``.
    number : int
        Counted from 1; Anki gives the page the class ``card1``.
    front, back : str
        HTML, without the style of the note type.
    """

    name: str
    number: int
    front: str
    back: str


def render(note: Note, note_type: NoteType) -> tuple[RenderedCard, ...]:
    """Return the cards of a note, each as Anki would show it.

    Raises
    ------
    TemplateError
        If a template uses what cannot be shown here.

    Examples
    --------
    >>> from dlcards.model import Field
    >>> template = CardTemplate("Card 1", 1, "{{Front}}", "{{FrontSide}} is {{Back}}")
    >>> shape = NoteType(1, "T", NoteKind.BASIC, (Field("Front", 1), Field("Back", 2)),
    ...     (template,), "")
    >>> render(Note("g", "T", ("a", "b")), shape)[0].back
    'a is b'
    """
    fields = dict(zip(note_type.field_names(), note.fields, strict=True))
    cards = []
    for index in card_rule(note_type)(note.fields):
        is_cloze = note_type.kind is NoteKind.CLOZE
        template = note_type.templates[0 if is_cloze else index]
        name = f"{template.name} {index + 1}" if is_cloze else template.name
        cards.append(_card(template, name, index + 1, fields))
    return tuple(cards)


def _card(
    template: CardTemplate, name: str, number: int, fields: Mapping[str, str]
) -> RenderedCard:
    front = _fill(template.front, fields, number, answer=False)
    with_front = {**fields, "FrontSide": front}
    return RenderedCard(name, number, front, _fill(template.back, with_front, number, answer=True))


def _fill(template: str, fields: Mapping[str, str], number: int, *, answer: bool) -> str:
    return "".join(_filled(parse_template(template), fields, number, answer=answer))


def _filled(
    parts: Sequence[Part], fields: Mapping[str, str], number: int, *, answer: bool
) -> Iterator[str]:
    for part in parts:
        if isinstance(part, str):
            yield part
        elif isinstance(part, Replacement):
            yield _value(part, fields, number, answer=answer)
        elif field_is_empty(_field(part.name, fields)) == part.inverted:
            yield from _filled(part.parts, fields, number, answer=answer)


def _field(name: str, fields: Mapping[str, str]) -> str:
    if name not in fields:
        raise TemplateError(f"there is no field '{name}'")
    return fields[name]


def _value(part: Replacement, fields: Mapping[str, str], number: int, *, answer: bool) -> str:
    if part.name == "FrontSide":
        return fields.get(part.name, "")
    text = _field(part.name, fields)
    if not part.filters:
        return text
    if part.filters != "cloze":
        raise TemplateError(f"'{part.filters}' is not a filter that can be shown here")
    return _strip_in_formulas(reveal(text, number, answer=answer))


def _strip_in_formulas(text: str) -> str:
    """Remove HTML tags inside formulas, as Anki does before MathJax reads them."""
    return _MATHJAX.sub(lambda m: m[1] + _HTML_TAG.sub("", m[2]) + m[3], text)


def reveal(text: str, number: int, *, answer: bool) -> str:
    """Return a text with one blank asked for, or answered, and the others shown.

    Examples
    --------
    >>> reveal("{{c1::a::hint}} {{c2::b}}", 1, answer=False)
    '<span class="cloze" data-cloze="a" data-ordinal="1">[hint]</span> \
<span class="cloze-inactive" data-ordinal="2">b</span>'
    """
    return "".join(_revealed(parse_deletions(text)[0], number, answer=answer))


def _revealed(parts: Sequence[str | Deletion], number: int, *, answer: bool) -> Iterator[str]:
    for part in parts:
        if isinstance(part, str):
            yield part
            continue
        content = "".join(_revealed(part.parts, number, answer=answer))
        if number not in part.numbers:
            yield f'<span class="cloze-inactive" data-ordinal="{_ordinal(part)}">{content}</span>'
        elif answer:
            yield f'<span class="cloze" data-ordinal="{_ordinal(part)}">{content}</span>'
        else:
            hidden = escape("".join(_revealed(part.parts, number, answer=True)), quote=True)
            yield (
                f'<span class="cloze" data-cloze="{hidden}" data-ordinal="{_ordinal(part)}">'
                f"[{part.hint or '...'}]</span>"
            )


def _ordinal(deletion: Deletion) -> str:
    return ",".join(map(str, deletion.numbers))
