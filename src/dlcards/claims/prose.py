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

_PIECE = re.compile(
    r"(?P<escaped>\\[$*`\\])"
    r"|(?P<math>\$)"
    r"|(?P<code>`)"
    r"|(?P<emphasis>(?<![\w*])\*(?=[^\s*])(?P<stressed>[^*\n]*[^\s*])\*(?![\w*]))"
)
_CONDITION = re.compile(r"\s*if\s+")


class PieceKind(StrEnum):
    """What a piece of a text is."""

    TEXT = "text"
    CODE = "code"
    EMPHASIS = "emphasis"
    MATH = "math"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a text.

    Parameters
    ----------
    kind : PieceKind
    text : str
        Without the signs around it; for mathematics the formula as it was written.
    node : Node or None
        The formula; its positions count from the start of the whole text.
    condition : bool
        Whether the formula is a condition, which is printed and not checked.
    start, end : int
        Where the piece stands in the whole text, with the signs around it.
    """

    kind: PieceKind
    text: str
    node: Node | None = None
    condition: bool = False
    start: int = 0
    end: int = 0


def read_prose(
    text: str, statement: Statement | None = None, path: Path = ()
) -> tuple[tuple[Piece, ...], tuple[FormulaProblem, ...]]:
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
    pieces : tuple of Piece
    problems : tuple of FormulaProblem

    Examples
    --------
    >>> pieces, problems = read_prose("Write *twice* as `2 * x` or $2*x$.")
    >>> [(str(piece.kind), piece.text) for piece in pieces]
    [('text', 'Write '), ('emphasis', 'twice'), ('text', ' as '), ('code', '2 * x'), \
('text', ' or '), ('math', '2*x'), ('text', '.')]
    """
    known = statement if statement is not None else Statement("", {}, {})
    pieces: list[Piece] = []
    problems: list[FormulaProblem] = []
    for piece in _pieces(text, path, problems):
        if piece.kind is PieceKind.MATH:
            read, found = _read_math(piece, known, path)
            pieces.append(read)
            problems += found
        elif pieces and piece.kind is PieceKind.TEXT and pieces[-1].kind is PieceKind.TEXT:
            merged = replace(pieces[-1], text=pieces[-1].text + piece.text, end=piece.end)
            pieces[-1] = merged
        else:
            pieces.append(piece)
    return tuple(pieces), tuple(problems)


def relations(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Return the pieces that assert something, which the numeric judge has to check.

    Examples
    --------
    >>> pieces, _ = read_prose("$1 + 1 == 2$, and $if 2 > 1$ also $2*3$")
    >>> [piece.text for piece in relations(pieces)]
    ['1 + 1 == 2']
    """
    return tuple(
        piece
        for piece in pieces
        if piece.node is not None
        and not piece.condition
        and (piece.node.op == "rel" or (piece.node.op == "call" and piece.node.name in CLAIM_WORDS))
    )


def _pieces(text: str, path: Path, problems: list[FormulaProblem]) -> Iterator[Piece]:
    position = 0
    while position < len(text):
        match = _PIECE.search(text, position)
        if match is None:
            yield Piece(PieceKind.TEXT, text[position:], start=position, end=len(text))
            return
        start = match.start()
        if start > position:
            yield Piece(PieceKind.TEXT, text[position:start], start=position, end=start)
        position = match.end()
        if match["escaped"]:
            yield Piece(PieceKind.TEXT, match["escaped"][1], start=start, end=position)
        elif match["emphasis"]:
            yield Piece(PieceKind.EMPHASIS, match["stressed"], start=start, end=position)
        else:
            sign = match.group()
            closing = text.find(sign, position)
            if closing < 0:
                problems.append(_unclosed(sign, path, start))
                yield Piece(PieceKind.TEXT, text[start:], start=start, end=len(text))
                return
            kind = PieceKind.MATH if sign == "$" else PieceKind.CODE
            yield Piece(kind, text[position:closing], start=start, end=closing + 1)
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
    piece: Piece, statement: Statement, path: Path
) -> tuple[Piece, tuple[FormulaProblem, ...]]:
    condition = _CONDITION.match(piece.text)
    skipped = condition.end() if condition else 0
    offset = piece.start + 1 + skipped
    text = piece.text[skipped:]
    node, problems = read_formula(text, statement, path, strict=False)
    if node is not None and node.op == "rel" and not condition:
        node, problems = read_formula(text, statement, path)
    moved = tuple(
        replace(problem, start=problem.start + offset, end=problem.end + offset)
        for problem in problems
    )
    shifted = _shifted(node, offset) if node is not None else None
    return replace(piece, text=text, node=shifted, condition=condition is not None), moved


def _shifted(node: Node, by: int) -> Node:
    args = tuple(_shifted(arg, by) for arg in node.args)
    return replace(node, args=args, start=node.start + by, end=node.end + by)
