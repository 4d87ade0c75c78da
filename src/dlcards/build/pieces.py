"""What has been read becomes what is printed, for the steps that print texts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import cycle

from dlcards import languages
from dlcards.claims.print.latex import definition_latex, to_latex
from dlcards.claims.print.where import WhereLine, part_lines, part_of, used_names, where_lines
from dlcards.claims.prose import Inline, InlineKind
from dlcards.claims.statement import Claim, Statement
from dlcards.claims.tree import Node, walk
from dlcards.content.prose import Link
from dlcards.model import Piece, PieceKind, Prose, math

_MANY_DIGITS = re.compile(r"(?<!\d)(\d+\.\d{4})\d+")


def with_few_digits(text: str) -> str:
    """Return a text in which decimals end after the fourth digit.

    Examples
    --------
    >>> with_few_digits("left 0.693147180560, right 1/2")
    'left 0.6931…, right 1/2'
    """
    return _MANY_DIGITS.sub(r"\1…", text)


def where_prose(line: WhereLine) -> Prose:
    """Return a line of the where line: names and their set, then what is said in words."""
    if not line.words:
        return math(line.latex)
    first, *others = line.words
    kinds = cycle((PieceKind.TEXT, PieceKind.MATH))
    pieces = map(Piece, kinds, (f" {first}", *others))
    return (*math(line.latex), *(piece for piece in pieces if piece.text))


def names_in(*trees: Node) -> frozenset[str]:
    """Return every name in some formulas."""
    return frozenset(node.name for tree in trees for node in walk(tree) if node.name)


def defined_names(trees: Iterable[Node], statement: Statement) -> tuple[str, ...]:
    """Return the defined names in formulas and in what they stand for, as they are met."""
    found: dict[str, None] = {}
    queue = list(trees)
    for tree in queue:  # grows by the definitions that are met
        for node in walk(tree):
            defined = node.op in ("sym", "call") and node.name in statement.definitions
            if defined and node.name not in found:
                found[node.name] = None
                queue.append(statement.definitions[node.name].body)
    return tuple(found)


def definitions_of(names: Iterable[str], statement: Statement) -> tuple[Prose, ...]:
    """Print definitions; what stands for a part of a decomposition :func:`types_of` tells."""
    bodies = {name: statement.definitions[name].body for name in names}
    told = (name for name, body in bodies.items() if part_of(body) is None)
    return tuple(math(definition_latex(name, statement)) for name in told)


def types_of(trees: Iterable[Node], statement: Statement, lang: str) -> tuple[Prose, ...]:
    """Return the types of the names in formulas, and the hypotheses, as a card prints them.

    Behind them, what the parts of decompositions are: in what order, of which length.
    """
    trees = tuple(trees)
    table = languages.table(languages.or_source(lang), "where")
    claims = tuple(Claim("", tree) for tree in trees)
    shown = replace(statement, claims=claims, definition=None, code=None, example=None)
    defined = defined_names(trees, statement)
    lines = where_lines(shown, table, names=used_names(shown, defined))
    parts = part_lines(trees, statement, table["parts"], defined)
    return tuple(map(where_prose, (*lines, *parts)))


def printed(inlines: Iterable[Inline], statement: Statement) -> Prose:
    """Print the formulas of a text; words stay as they are."""
    return tuple(_piece(inline, statement) for inline in inlines)


def _piece(inline: Inline, statement: Statement) -> Piece:
    if inline.node is not None:
        return Piece(PieceKind.MATH, to_latex(inline.node, statement))
    if inline.kind is InlineKind.MATH:
        return Piece(PieceKind.WRITTEN, inline.text)
    if isinstance(inline, Link):
        return Piece(PieceKind.LINK, inline.text, inline.url)
    return Piece(PieceKind(inline.kind.value), inline.text)
