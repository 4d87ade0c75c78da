"""How much a line changes: whether it makes two moves that could be made one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dlcards.claims.tree import Node, walk

MOST_PLACES = 4
"""A line that differs in more places is written anew as a whole, which is one move."""

SMALL = 2
"""A part of so few nodes is tidied up by the way."""


@dataclass(frozen=True, slots=True)
class Place:
    """A part of a line that changes, by the way down to it."""

    way: tuple[int, ...]
    old: Node
    new: Node


def places(old: Node, new: Node, way: tuple[int, ...] = ()) -> Iterator[Place]:
    """Yield the smallest parts in which two lines differ.

    Examples
    --------
    >>> from dlcards.claims.parser import parse_formula
    >>> old, new = parse_formula("exp(a)*exp(b) + c"), parse_formula("exp(a + b) + c")
    >>> [place.way for place in places(old, new)]
    [(0,)]
    """
    if old == new:
        return
    if old.with_args(()) != new.with_args(()) or len(old.args) != len(new.args):
        yield Place(way, old, new)
        return
    for index, (left, right) in enumerate(zip(old.args, new.args, strict=True)):
        yield from places(left, right, (*way, index))


def halfway(old: Node, new: Node) -> tuple[Node, ...]:
    """Return the lines that lie between two lines, if these differ by moves of two kinds.

    Each holds one of the moves alone. Parts that begin alike are changed by the same rule.

    Examples
    --------
    >>> from dlcards.claims.parser import parse_formula
    >>> from dlcards.claims.unparser import formula_text
    >>> old, new = parse_formula("log(exp(x)) + (x + 1)**2"), parse_formula("x + (x**2 + 2*x + 1)")
    >>> [formula_text(node) for node in halfway(old, new)]
    ['x + (x + 1)**2', 'log(exp(x)) + (x**2 + 2*x + 1)']
    """
    found = [place for place in places(old, new) if _size(place) > SMALL]
    kinds = {(place.old.op, place.old.name) for place in found}
    if len(kinds) < 2 or len(found) > MOST_PLACES:
        return ()
    return tuple(_with(old, place.way, place.new) for place in found)


def _size(place: Place) -> int:
    return max(sum(1 for _ in walk(node)) for node in (place.old, place.new))


def _with(node: Node, way: tuple[int, ...], new: Node) -> Node:
    if not way:
        return new
    first, *rest = way
    args = (
        _with(arg, tuple(rest), new) if index == first else arg
        for index, arg in enumerate(node.args)
    )
    return node.with_args(tuple(args))
