"""Anki's template language, read to a tree: text, fields and conditions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

_TAG = re.compile(r"<!--.*?-->|\{\{(.*?)\}\}", re.DOTALL)
_EMPTY = re.compile(r"(?:[ \t\n\v\f\r]|</?(?:br|div) ?/?>)*", re.ASCII | re.IGNORECASE)
_SPECIAL_FIELDS = frozenset(
    {"FrontSide", "Tags", "Type", "Deck", "Subdeck", "Card", "CardFlag", "CardID"}
)
_CLOZE_FIELD = re.compile(r"c[0-9]+", re.ASCII)


class TemplateError(ValueError):
    """A template that Anki would refuse or read in a way nobody meant."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """``{{filter:Name}}``: the text of a field; several filters are joined by colons."""

    name: str
    filters: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """``{{#Name}}…{{/Name}}``, or ``{{^Name}}…{{/Name}}`` when inverted."""

    name: str
    inverted: bool
    parts: tuple[Part, ...]


Part = str | Replacement | Section


@dataclass(slots=True)
class _Open:
    name: str
    inverted: bool
    parts: list[Part] = field(default_factory=list)


@cache
def parse_template(text: str) -> tuple[Part, ...]:
    """Read a card template.

    Raises
    ------
    TemplateError
        If a section is not closed, or closed by another name.

    Examples
    --------
    >>> parse_template("{{#Q1}}<p>{{text:Q1}}{{/Q1}}")
    (Section(name='Q1', inverted=False, parts=('<p>', Replacement(name='Q1', filters='text'))),)
    """
    stack = [_Open("", inverted=False)]
    end = 0
    for match in _TAG.finditer(text):
        if match[1] is None:  # a comment is text
            continue
        _take_text(text[end : match.start()], stack)
        _take_tag(match[1].strip(), stack)
        end = match.end()
    _take_text(text[end:], stack)
    if len(stack) > 1:
        raise TemplateError(f"'{{{{#{stack[-1].name}}}}}' is never closed")
    return tuple(stack[0].parts)


def _take_text(text: str, stack: list[_Open]) -> None:
    if text:
        stack[-1].parts.append(text)


def _take_tag(tag: str, stack: list[_Open]) -> None:
    sign, name = tag[:1], tag[1:].strip()
    if sign in ("#", "^"):
        stack.append(_Open(name, inverted=sign == "^"))
    elif sign == "/":
        last = stack.pop()
        if not stack or last.name != name:
            raise TemplateError(f"'{{{{/{name}}}}}' closes a section that is not open")
        stack[-1].parts.append(Section(name, last.inverted, tuple(last.parts)))
    else:
        filters, _, name = tag.rpartition(":")
        stack[-1].parts.append(Replacement(name.strip(), filters.strip()))


def names(parts: Sequence[Part]) -> Iterator[str]:
    """Yield the fields that parts of a template refer to, in order."""
    for part in parts:
        if not isinstance(part, str):
            yield part.name
        if isinstance(part, Section):
            yield from names(part.parts)


def unknown_fields(text: str, known: Sequence[str]) -> tuple[str, ...]:
    """Return what a template refers to though the note type has no such field.

    Examples
    --------
    >>> unknown_fields("{{Front}} {{text:Bakc}} {{FrontSide}}", ("Front", "Back"))
    ('Bakc',)
    """
    there = _SPECIAL_FIELDS.union(known)
    found = dict.fromkeys(names(parse_template(text)))
    return tuple(n for n in found if n not in there and not _CLOZE_FIELD.fullmatch(n))


def field_is_empty(html: str) -> bool:
    r"""Return whether Anki takes a field for empty.

    White space, line breaks and empty ``div`` elements do not fill a field.

    Examples
    --------
    >>> field_is_empty("<div><br></div>\n"), field_is_empty("<b></b>")
    (True, False)
    """
    if html and html[0] > " " and html[0] != "<":
        return False
    return _EMPTY.fullmatch(html) is not None
