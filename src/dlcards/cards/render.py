"""Cards as Anki shows them: templates filled with the fields of a note."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape

from dlcards.cards.generation import TemplateError, card_rule, field_is_empty
from dlcards.model import CardTemplate, Note, NoteKind, NoteType

_TAG = re.compile(r"<!--.*?-->|\{\{(.*?)\}\}", re.DOTALL)
_CLOZE_TOKEN = re.compile(r"\{\{c([0-9]+)::|\}\}")
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
    out: list[str] = []
    shown = [("", True)]
    end = 0
    for match in _TAG.finditer(template):
        if match[1] is None:
            continue
        visible = all(is_shown for _, is_shown in shown)
        if visible:
            out.append(template[end : match.start()])
        end = match.end()
        tag = match[1].strip()
        sign, name = tag[:1], tag[1:].strip()
        if sign in ("#", "^"):
            filled = not field_is_empty(_field(name, fields))
            shown.append((name, filled == (sign == "#")))
        elif sign == "/":
            if shown.pop()[0] != name or not shown:
                raise TemplateError(f"'{{{{/{name}}}}}' closes a section that is not open")
        elif visible:
            out.append(_value(tag, fields, number, answer=answer))
    if len(shown) > 1:
        raise TemplateError(f"'{{{{#{shown[-1][0]}}}}}' is never closed")
    out.append(template[end:])
    return "".join(out)


def _field(name: str, fields: Mapping[str, str]) -> str:
    if name not in fields:
        raise TemplateError(f"there is no field '{name}'")
    return fields[name]


def _value(tag: str, fields: Mapping[str, str], number: int, *, answer: bool) -> str:
    if tag == "FrontSide":
        return fields.get(tag, "")
    filters, _, name = tag.rpartition(":")
    text = _field(name.strip(), fields)
    if not filters:
        return text
    if filters.strip() != "cloze":
        raise TemplateError(f"'{filters}' is not a filter that can be shown here")
    return _strip_in_formulas(reveal(text, number, answer=answer))


def _strip_in_formulas(text: str) -> str:
    """Take the tags out of formulas, as Anki does before MathJax reads them."""
    return _MATHJAX.sub(lambda m: m[1] + _HTML_TAG.sub("", m[2]) + m[3], text)


@dataclass(slots=True)
class _Blank:
    number: int
    parts: list[str | _Blank] = field(default_factory=list)


def reveal(text: str, number: int, *, answer: bool) -> str:
    """Return a text with one blank asked for, or answered, and the others shown.

    Examples
    --------
    >>> reveal("{{c1::a::hint}} {{c2::b}}", 1, answer=False)
    '<span class="cloze" data-cloze="a" data-ordinal="1">[hint]</span> \
<span class="cloze-inactive" data-ordinal="2">b</span>'
    """
    return "".join(_revealed(_blanks(text).parts, number, answer=answer))


def _blanks(text: str) -> _Blank:
    stack = [_Blank(0)]
    end = 0
    for match in _CLOZE_TOKEN.finditer(text):
        if match[1] is None and len(stack) == 1:
            continue
        stack[-1].parts.append(text[end : match.start()])
        end = match.end()
        if match[1] is not None:
            stack.append(_Blank(int(match[1])))
        else:
            done = stack.pop()
            stack[-1].parts.append(done)
    stack[-1].parts.append(text[end:])
    return stack[0]


def _revealed(parts: list[str | _Blank], number: int, *, answer: bool) -> Iterator[str]:
    for part in parts:
        if isinstance(part, str):
            yield part
            continue
        shown, hint = _split_hint(part)
        content = "".join(_revealed(shown, number, answer=answer))
        if part.number != number:
            yield f'<span class="cloze-inactive" data-ordinal="{part.number}">{content}</span>'
        elif answer:
            yield f'<span class="cloze" data-ordinal="{part.number}">{content}</span>'
        else:
            hidden = escape("".join(_revealed(shown, number, answer=True)), quote=True)
            yield (
                f'<span class="cloze" data-cloze="{hidden}" data-ordinal="{part.number}">'
                f"[{hint or '...'}]</span>"
            )


def _split_hint(blank: _Blank) -> tuple[list[str | _Blank], str]:
    """Part the hint, which stands behind the last pair of colons, from what is hidden."""
    last = blank.parts[-1]
    if isinstance(last, str) and "::" in last:
        text, _, hint = last.partition("::")
        return [*blank.parts[:-1], text], hint
    return blank.parts, ""
