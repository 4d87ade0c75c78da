r"""Texts of an entry: plain words with ``$…$``, `` `code` `` and ``*emphasis*``.

Between dollars stands the claim language. A relation there is checked like a claim,
unless it starts with ``if``: ``$if x > 0$`` prints a condition that nothing asserts.
A backslash before ``$``, ``*`` or a backtick makes the sign an ordinary one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from dlcards.claims.resolver import read_formula
from dlcards.claims.statement import FormulaProblem, Path, Statement
from dlcards.claims.tree import Node
from dlcards.claims.words import CLAIM_WORDS

_SIGN = re.compile(
    r"(?P<escaped>\\[$*`\\])"
    r"|(?P<math>\$)"
    r"|(?P<code>`)"
    r"|(?P<emphasis>(?<![\w*])\*(?=[^\s*])(?P<stressed>[^*\n]*[^\s*])\*(?![\w*]))"
)
_CONDITION = re.compile(r"\s*if\s+")


class InlineKind(StrEnum):
    """The kinds of inlines."""

    TEXT = "text"
    CODE = "code"
    EMPHASIS = "emphasis"
    MATH = "math"


@dataclass(frozen=True, slots=True)
class Inline:
    """A run of a text: words, code, emphasis or a formula, as Markdown calls it.

    Parameters
    ----------
    kind : InlineKind
    text : str
        Without the signs around it; for mathematics the formula as it was written.
    node : Node or None
        The formula; its positions count from the start of the whole text.
    condition : bool
        Whether the formula is a condition, which is printed and not checked.
    start, end : int
        Where it stands in the whole text, with the signs around it.
    """

    kind: InlineKind
    text: str
    node: Node | None = None
    condition: bool = False
    start: int = 0
    end: int = 0


def read_prose(
    text: str, statement: Statement | None = None, path: Path = ()
) -> tuple[tuple[Inline, ...], tuple[FormulaProblem, ...]]:
    """Split a text into words, code, emphasis and formulas.

    Parameters
    ----------
    statement : Statement, optional
        What the names in the formulas mean. A bare expression may use other names,
        a relation may not: it will be checked.
    path : tuple of str or int
        Where the text stands in its entry, for the problems.

    Returns
    -------
    inlines : tuple of Inline
    problems : tuple of FormulaProblem

    Examples
    --------
    >>> inlines, problems = read_prose("Write *twice* as `2 * x` or $2*x$.")
    >>> [(str(inline.kind), inline.text) for inline in inlines]
    [('text', 'Write '), ('emphasis', 'twice'), ('text', ' as '), ('code', '2 * x'), \
('text', ' or '), ('math', '2*x'), ('text', '.')]
    """
    known = statement if statement is not None else Statement("", {}, {})
    inlines: list[Inline] = []
    problems: list[FormulaProblem] = []
    for inline in _split(text, path, problems):
        if inline.kind is InlineKind.MATH:
            read, found = _read_math(inline, known, path)
            inlines.append(read)
            problems += found
        elif inlines and inline.kind is InlineKind.TEXT and inlines[-1].kind is InlineKind.TEXT:
            merged = replace(inlines[-1], text=inlines[-1].text + inline.text, end=inline.end)
            inlines[-1] = merged
        else:
            inlines.append(inline)
    return tuple(inlines), tuple(problems)


def relations(inlines: Iterable[Inline]) -> tuple[Inline, ...]:
    """Return the inlines that assert something, which the numeric judge has to check.

    Examples
    --------
    >>> inlines, _ = read_prose("$1 + 1 == 2$, and $if 2 > 1$ also $2*3$")
    >>> [inline.text for inline in relations(inlines)]
    ['1 + 1 == 2']
    """
    return tuple(
        inline
        for inline in inlines
        if inline.node is not None
        and not inline.condition
        and (
            inline.node.op == "rel"
            or (inline.node.op == "call" and inline.node.name in CLAIM_WORDS)
        )
    )


def _split(text: str, path: Path, problems: list[FormulaProblem]) -> Iterator[Inline]:
    position = 0
    while position < len(text):
        match = _SIGN.search(text, position)
        if match is None:
            yield Inline(InlineKind.TEXT, text[position:], start=position, end=len(text))
            return
        start = match.start()
        if start > position:
            yield Inline(InlineKind.TEXT, text[position:start], start=position, end=start)
        position = match.end()
        if match["escaped"]:
            yield Inline(InlineKind.TEXT, match["escaped"][1], start=start, end=position)
        elif match["emphasis"]:
            yield Inline(InlineKind.EMPHASIS, match["stressed"], start=start, end=position)
        else:
            sign = match.group()
            closing = text.find(sign, position)
            if closing < 0:
                problems.append(_unclosed(sign, path, start))
                yield Inline(InlineKind.TEXT, text[start:], start=start, end=len(text))
                return
            kind = InlineKind.MATH if sign == "$" else InlineKind.CODE
            yield Inline(kind, text[position:closing], start=start, end=closing + 1)
            position = closing + 1


def _unclosed(sign: str, path: Path, start: int) -> FormulaProblem:
    return FormulaProblem(
        path,
        "unclosed-sign",
        f"'{sign}' opens something that is never closed",
        f"close it, or write \\{sign} for the sign itself",
        start,
        start + 1,
    )


def _read_math(
    inline: Inline, statement: Statement, path: Path
) -> tuple[Inline, tuple[FormulaProblem, ...]]:
    condition = _CONDITION.match(inline.text)
    skipped = condition.end() if condition else 0
    offset = inline.start + 1 + skipped
    text = inline.text[skipped:]
    node, problems = read_formula(text, statement, path, strict=False)
    if node is not None and node.op == "rel" and not condition:
        node, problems = read_formula(text, statement, path)
    moved = tuple(
        replace(problem, start=problem.start + offset, end=problem.end + offset)
        for problem in problems
    )
    shifted = _shifted(node, offset) if node is not None else None
    return replace(inline, text=text, node=shifted, condition=condition is not None), moved


def _shifted(node: Node, by: int) -> Node:
    args = tuple(_shifted(arg, by) for arg in node.args)
    return replace(node, args=args, start=node.start + by, end=node.end + by)
