"""Anki's cloze deletions, ``{{c1::hidden::hint}}``, read from a field to a tree."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

_TOKEN = re.compile(r"\{\{c([0-9,]+)::|\}\}")
_SHARED = re.compile(r"\{\{c[0-9]*,[0-9,]*::")


@dataclass(frozen=True, slots=True)
class Deletion:
    """One cloze deletion; several numbers, ``{{c1,2::…}}``, need Anki 25."""

    numbers: tuple[int, ...]
    parts: tuple[str | Deletion, ...]
    hint: str = ""

    def text(self) -> str:
        """Return what is hidden, without hints."""
        return "".join(part if isinstance(part, str) else part.text() for part in self.parts)


@dataclass(slots=True)
class _Open:
    numbers: tuple[int, ...]
    parts: list[str | Deletion] = field(default_factory=list)
    hint: str = ""


def parse_deletions(html: str) -> tuple[tuple[str | Deletion, ...], bool]:
    """Read a field the way Anki does, nested deletions included.

    Returns
    -------
    parts : tuple of str or Deletion
    unclosed : bool
        Whether a deletion is opened and never closed; Anki then drops it.

    Examples
    --------
    >>> parse_deletions("a {{c1::b::hint}}")
    (('a ', Deletion(numbers=(1,), parts=('b',), hint='hint')), False)
    """
    stack = [_Open(())]
    end = 0
    for match in _TOKEN.finditer(html):
        if match[1] is None and len(stack) == 1:
            continue
        _take_text(html[end : match.start()], stack)
        end = match.end()
        if match[1] is not None:
            stack.append(_Open(tuple(int(n) for n in match[1].split(",") if n)))
        else:
            done = stack.pop()
            stack[-1].parts.append(Deletion(done.numbers, tuple(done.parts), done.hint))
    _take_text(html[end:], stack)
    return tuple(stack[0].parts), len(stack) > 1


def _take_text(text: str, stack: list[_Open]) -> None:
    if len(stack) > 1 and "::" in text:
        text, _, stack[-1].hint = text.partition("::")
    if text:
        stack[-1].parts.append(text)


@dataclass(frozen=True, slots=True)
class Hidden:
    """What the deletions of a field hide.

    Parameters
    ----------
    texts : dict of int to str
        By number, inner deletions included, hints left out.
    unclosed : bool
        Whether a deletion is never closed.
    shared : bool
        Whether a deletion has several numbers, which Anki before 25 does not read.
    """

    texts: dict[int, str]
    unclosed: bool = False
    shared: bool = False


def hidden_texts(html: str) -> Hidden:
    """Return what each number hides in a field.

    Examples
    --------
    >>> hidden_texts("{{c1::a {{c2::b::hint}} }} and {{c1::d}}").texts
    {2: 'b', 1: 'a b d'}
    """
    if "{{c" not in html:
        return Hidden({})
    parts, unclosed = parse_deletions(html)
    texts: dict[int, str] = {}
    for deletion in _from_inside(parts):
        for number in deletion.numbers:
            text = deletion.text().strip()
            texts[number] = f"{texts[number]} {text}" if number in texts else text
    return Hidden(texts, unclosed, shared=_SHARED.search(html) is not None)


def _from_inside(parts: Sequence[str | Deletion]) -> Iterator[Deletion]:
    for part in parts:
        if isinstance(part, Deletion):
            yield from _from_inside(part.parts)
            yield part
