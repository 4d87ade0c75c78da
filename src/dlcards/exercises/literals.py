"""Numbers, vectors and matrices written out as trees."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from dlcards.claims.tree import Node, num


def literal(value: int | Fraction) -> Node:
    """Write a number: a fraction as one, a negative number with its sign in front.

    Examples
    --------
    >>> from dlcards.claims.unparser import formula_text
    >>> formula_text(literal(Fraction(-3, 4)))
    '-(3/4)'
    """
    exact = Fraction(value)
    size = abs(exact)
    node = num(size)
    if size.denominator != 1:
        node = Node("div", (num(size.numerator), num(size.denominator)))
    return Node("neg", (node,)) if exact < 0 else node


def column(entries: Sequence[Node]) -> Node:
    """Write a vector."""
    return Node("list", tuple(entries))


def matrix(rows: Sequence[Sequence[Node]]) -> Node:
    """Write a matrix by its rows."""
    return Node("list", tuple(Node("list", tuple(row)) for row in rows))


def as_fraction(node: Node) -> Fraction | None:
    """Return the number that is written, or None.

    Examples
    --------
    >>> as_fraction(literal(Fraction(-3, 4)))
    Fraction(-3, 4)
    """
    if node.op == "num":
        return node.number
    if node.op == "neg":
        inner = as_fraction(node.args[0])
        return None if inner is None else -inner
    if node.op == "div":
        above, below = map(as_fraction, node.args)
        if above is not None and below:
            return above / below
    return None


def as_integer(node: Node) -> int | None:
    """Return the whole number that is written, or None."""
    exact = as_fraction(node)
    return int(exact) if exact is not None and exact.denominator == 1 else None


def rows_of(node: Node) -> list[list[Node]]:
    """Return the entries of what is written: a number is one row of one, a vector a column.

    Examples
    --------
    >>> [len(rows_of(each)) for each in (num(2), column([num(1), num(2)]))]
    [1, 2]
    """
    if node.op != "list":
        return [[node]]
    if node.args and node.args[0].op == "list":
        return [list(row.args) for row in node.args]
    return [[entry] for entry in node.args]
