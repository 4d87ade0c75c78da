"""Double means whose kinks move: the form of the inner one, settled for a whole interval.

Where a switch depends on two names, such as ``U + W <= t`` or ``abs(X - Y)``, its zero in
the inner name moves with the outer one. The outer interval is cut where that zero meets a
bound of the inner law, another zero, or infinity. Between two such places the order of all
ends stays as it is at the middle, and the inner mean is a smooth function.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cmp_to_key, partial
from typing import TypeAlias

from dlcards.claims.balls.crossings import zeros
from dlcards.claims.balls.errors import NoValue, Unsettled
from dlcards.claims.balls.numbers import ZERO, Infinity, Number, divide, is_zero, negate
from dlcards.claims.balls.pieces import (
    MAX_PIECES,
    Piece,
    Switch,
    between,
    compared,
    is_below,
    ordered,
    resolved,
    switches_of,
)
from dlcards.claims.balls.point import Point
from dlcards.claims.balls.polynomials import depends, polynomial, substituted
from dlcards.claims.tree import Node, num, sym

_END = " end"
"""The name of a bound that is put in for the inner name; no text can spell it."""


@dataclass(frozen=True, slots=True)
class _Zero:
    """A factor of a switch that is linear in the inner name: slope * name + start."""

    switch: Switch
    number: Node
    inner: str
    start: Node
    slope: Node

    def place(self, point: Point) -> Number | None:
        """Return where the number is 0 while the outer name has its value."""
        found = polynomial(point, self.number, frozenset({self.inner})) or {}
        slope = found.get(((self.inner, 1),), ZERO)
        return None if is_zero(slope) else negate(divide(found.get((), ZERO), slope))


End: TypeAlias = "Number | Infinity | _Zero"
"""A bound of the inner law, or a zero that moves."""


@dataclass(frozen=True, slots=True)
class Form:
    """A formula without switches between two ends in the inner name."""

    node: Node
    lower: End
    upper: End

    def at(self, point: Point) -> Piece:
        """Return it with the ends it has where the outer name has its value."""
        return Piece(self.node, *(_placed(point, end) for end in (self.lower, self.upper)))


@dataclass(frozen=True, slots=True)
class Stretch:
    """An interval of the outer name, and the forms of the inner one there."""

    piece: Piece
    forms: tuple[Form, ...]


def stretches(
    point: Point, piece: Piece, outer: str, inner: str, bounds: Sequence[Number | Infinity]
) -> list[Stretch] | None:
    """Cut an interval where the form of the inner mean changes, or return None.

    Parameters
    ----------
    bounds : sequence
        Of the inner law, the lower one first.
    """
    try:
        return _stretches(point, piece, outer, inner, bounds)
    except NoValue:
        return None


def _stretches(
    point: Point, piece: Piece, outer: str, inner: str, bounds: Sequence[Number | Infinity]
) -> list[Stretch] | None:
    with point.happening({outer: between(piece.lower, piece.upper)}):
        moving = [
            _zero(point, switch, factor, inner)
            for switch in switches_of(piece.node, inner)
            for factor in switch.factors
            if depends(factor, [inner])
        ]
    known = [zero for zero in moving if zero is not None]
    if not known or len(known) < len(moving):
        return None
    cuts: list[Number] = []
    for number, values in _meetings(known, inner, bounds):
        with point.binding(values):
            found = zeros(point, number, outer)
        if found is None:
            return None
        cuts += found
    ends = ordered(point, cuts, piece.lower, piece.upper)
    if len(ends) > MAX_PIECES:
        return None
    return [
        Stretch(
            Piece(piece.node, low, high),
            tuple(_forms(point, piece.node, {outer: between(low, high)}, inner, known, bounds)),
        )
        for low, high in itertools.pairwise(ends)
    ]


def _zero(point: Point, switch: Switch, number: Node, inner: str) -> _Zero | None:
    found = polynomial(point, number, frozenset({inner}))
    if found is None or any(monomial and monomial[0][1] > 1 for monomial in found):
        return None
    start, after = (substituted(number, {inner: num(k)}) for k in (0, 1))
    slope = _slope(number, inner) or Node("sub", (after, start))
    return _Zero(switch, number, inner, start, slope)


def _slope(node: Node, name: str) -> Node | None:
    """Return what a name is multiplied by in a linear formula, if that is plain to see."""
    if node.op == "sym":
        return num(1)
    if node.op not in ("add", "sub", "neg", "mul", "div"):
        return None
    moving = [arg for arg in node.args if depends(arg, [name])]
    slopes = [slope for arg in moving if (slope := _slope(arg, name)) is not None]
    if len(slopes) < len(moving):
        return None
    if len(moving) == len(node.args):
        return node.with_args(tuple(slopes)) if node.op in ("add", "sub", "neg") else None
    if node.op in ("mul", "div"):
        return node.with_args(tuple(slopes[0] if arg is moving[0] else arg for arg in node.args))
    is_turned = node.op == "sub" and moving[0] is node.args[1]
    return Node("neg", (slopes[0],)) if is_turned else slopes[0]


def _meetings(
    moving: Sequence[_Zero], inner: str, bounds: Sequence[Number | Infinity]
) -> list[tuple[Node, dict[str, Number]]]:
    """Return the numbers at whose zeros in the outer name the order of the ends changes."""
    found: list[tuple[Node, dict[str, Number]]] = []
    for zero in moving:
        found.append((zero.slope, {}))
        for bound in bounds:
            if not isinstance(bound, Infinity):
                number = substituted(zero.number, {inner: sym(_END)})
                found.append((number, {_END: bound}))
    for a, b in itertools.combinations(moving, 2):
        sides = (Node("mul", (a.start, b.slope)), Node("mul", (b.start, a.slope)))
        found.append((Node("sub", sides), {}))
    return found


def _forms(
    point: Point,
    node: Node,
    outcome: dict[str, Number],
    inner: str,
    moving: Sequence[_Zero],
    bounds: Sequence[Number | Infinity],
) -> list[Form]:
    """Return the inner forms, in the order that their ends have at one outcome."""
    lower, upper = bounds
    with point.happening(outcome):
        found = [(zero.place(point), zero) for zero in moving]
        places = [(value, zero) for value, zero in found if value is not None]
        key = cmp_to_key(partial(compared, point.mode))
        inside = [
            (value, zero)
            for value, zero in sorted(places, key=lambda place: key(place[0]))
            if is_below(point, lower, value) and is_below(point, value, upper)
        ]
        ends: list[tuple[Number | Infinity, End]] = [(lower, lower), *inside, (upper, upper)]
        switches = [zero.switch for zero in moving]
        return [
            Form(resolved(point, node, inner, switches, between(low, high)), first, last)
            for (low, first), (high, last) in itertools.pairwise(ends)
            if low is high or is_below(point, low, high)
        ]


def _placed(point: Point, end: End) -> Number | Infinity:
    if not isinstance(end, _Zero):
        return end
    found = end.place(point)
    if found is None:
        raise Unsettled("a kink that moves away")
    return found
