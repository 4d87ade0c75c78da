"""Estimates the width of a formula, so that long ones are broken, or set a little smaller."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dlcards.cards.latex import commands, tokens

LONG, LONGER, LONGEST = 16.0, 19.0, 22.5
"""Widths in em from which a formula no longer fits a phone at full or reduced sizes."""
BLANK = 0.4
"""What a box around a part adds."""
SHORT = 4.0
"""A left side after which no line is broken."""

_SPACED = frozenset("+-=<>") | commands(
    "le leq ge geq ne neq approx equiv sim in to cdot times mid quad colon implies iff"
    " rightarrow Rightarrow mapsto pm propto subset cup cap"
)
_SILENT = frozenset("{}&") | commands(
    "left right bigl bigr big Big boldsymbol mathbf mathbb mathcal mathrm operatorname"
    " text displaystyle limits , ; ! :"
)
_WORDS = commands("log exp sin cos tan max min det lim")


def size_class(latex: str, *, blanks: int = 0) -> str:
    r"""Return the CSS class of a formula: ``""``, ``"long"``, ``"longer"`` or ``"longest"``.

    Parameters
    ----------
    latex : str
    blanks : int
        Number of boxes that are drawn around its parts.

    Examples
    --------
    >>> size_class("a^{2} + b^{2} = c^{2}")
    ''
    """
    width = max(map(_line_width, latex.split(r"\\"))) + BLANK * blanks
    classes = ((LONG, ""), (LONGER, "long"), (LONGEST, "longer"))
    return next((css for most, css in classes if width < most), "longest")


def broken(latex: str) -> str:
    r"""Break a line that fits a phone at no size before a relation, then before terms of a sum.

    Examples
    --------
    >>> broken("a + b = c")
    'a + b = c'
    >>> broken("f(x + y) = " + "x y z " * 12).count(r"\\")
    1
    """
    inner = _ALIGNED.fullmatch(latex)
    lines = _top(inner[1], _ROW) if inner else [f"&{latex}"]
    if all(_line_width(line) < LONGEST for line in lines):
        return latex
    rows = [row for line in lines for row in _rows(line)]
    joined = r" \\ ".join(rows)
    return rf"\begin{{aligned}}{joined}\end{{aligned}}" if len(rows) > 1 else latex


def _rows(line: str) -> Iterator[str]:
    """Yield the rows of a line that is too long; each but the first begins with its sign."""
    for sign, indent in ((_RELATION, r"&\quad "), (_SUM, r"&\qquad {}")):
        row, *others = _top(line, sign)
        alone = sign is _RELATION  # the left side, if breaking after it saves anything
        if _line_width(line) < LONGEST or not others or (alone and _line_width(row) < SHORT):
            continue
        for part in others:
            if alone or _line_width(row + part) >= LONGER:
                yield from _rows(row.strip())
                row = indent + part
            else:
                row += part
            alone = False
        yield from _rows(row)
        return
    yield line.strip()


_ALIGNED = re.compile(r"\\begin\{aligned\}(.*)\\end\{aligned\}", re.DOTALL)
_ROW = re.compile(r"\\\\")
_RELATION = re.compile(r"[=<>]|\\(?:le|ge|ne|approx|to|sim)(?![a-zA-Z])")
_SUM = re.compile(r"[+-]")
_OPENS = frozenset("{([") | commands("left begin lVert lvert langle lfloor lceil")
_CLOSES = frozenset("})]") | commands("right end rVert rvert rangle rfloor rceil")
_NESTING = re.compile(r"\\(?:[A-Za-z]+|.)|[{(\[})\]|]")
_NO_TERM = re.compile(r"(?:^|[^\w})\]'!|]|\{\}|\\(?:le|ge|ne|approx|to|sim|q?quad|cdot|times))$")
"""What a binary sign cannot follow."""


def _top(latex: str, sign: re.Pattern[str]) -> list[str]:
    """Split a formula before the signs that stand in no brackets; ends of rows are left out."""
    deep = bytearray(len(latex))
    depth, bars, before = 0, False, 0
    for match in _NESTING.finditer(latex):
        if depth or bars:
            deep[before : match.start()] = b"\1" * (match.start() - before)
        depth += (match[0] in _OPENS) - (match[0] in _CLOSES)
        bars ^= match[0] == "|" and not depth
        before = match.start()
    parts, start = [], 0
    for match in sign.finditer(latex):
        at, end = match.span()
        binary = sign is _ROW or not _NO_TERM.search(latex[:at].rstrip())
        if not deep[at] and binary:
            parts.append(latex[start:at])
            start = end if sign is _ROW else at
    return [*parts, latex[start:]]


def _line_width(line: str) -> float:
    return _width(_groups(iter(tokens(line))))


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
