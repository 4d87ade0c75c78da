"""Estimates the width of a formula, so that long ones are set a little smaller."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dlcards.cards.latex import commands, tokens

LONG, LONGER = 16.0, 19.0
"""Widths in em from which a formula no longer fits a phone at full or reduced size."""

_SPACED = frozenset("+-=<>") | commands(
    "le leq ge geq ne neq approx equiv sim in to cdot times mid quad colon implies iff"
    " rightarrow Rightarrow mapsto pm propto subset cup cap"
)
_SILENT = frozenset("{}&") | commands(
    "left right bigl bigr big Big boldsymbol mathbf mathbb mathcal mathrm operatorname"
    " text displaystyle limits , ; ! :"
)
_WORDS = commands("log exp sin cos tan max min det lim")


def size_class(latex: str) -> str:
    r"""Return the CSS class of a formula: ``""``, ``"long"`` or ``"longer"``.

    Examples
    --------
    >>> size_class("a^{2} + b^{2} = c^{2}")
    ''
    """
    lines = latex.split(r"\\")
    width = max(_width(_groups(iter(tokens(line)))) for line in lines)
    if width < LONG:
        return ""
    return "long" if width < LONGER else "longer"


_Group = str | list["_Group"]


def _groups(texts: Iterator[str]) -> list[_Group]:
    """Nest tokens by their braces; a missing brace ends the formula."""
    nested: list[_Group] = []
    for text in texts:
        if text == "}":
            break
        nested.append(_groups(texts) if text == "{" else text)
    return nested


def _width(items: Sequence[_Group]) -> float:
    total, index = 0.0, 0
    while index < len(items):
        item = items[index]
        if item in (r"\frac", r"\tfrac", r"\dfrac"):
            total += max((_part(part) for part in items[index + 1 : index + 3]), default=0.0)
            index += 3
        elif item in ("_", "^"):
            total += 0.7 * _part(items[index + 1]) if index + 1 < len(items) else 0.0
            index += 2
        elif item in (r"\begin", r"\end", r"\phantom", r"\class"):
            index += 2
        else:
            total += _part(item)
            index += 1
    return total


def _part(item: _Group) -> float:
    if isinstance(item, list):
        return _width(item)
    if item in _SILENT:
        return 0.1
    if item in _SPACED:
        return 1.4
    if item in _WORDS:
        return 1.6
    if item in (r"\sum", r"\int", r"\prod"):
        return 1.3
    if item in "()[]|,.'":
        return 0.42
    return 0.8 if item.isupper() or item.startswith("\\") else 0.6
