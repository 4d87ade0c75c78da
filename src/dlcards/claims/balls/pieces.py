"""Intervals on which a formula has no kinks or jumps, where these can be found.

A switch is a part that changes its form where some number changes its sign: a relation,
``abs``, ``sign``, ``relu`` or ``max``. Where the zeros of that number can be found
(:mod:`.crossings`), they cut the interval, and on every piece the switch is replaced
by the form it has there. What remains is smooth, so that quadrature is fast, and the
moving zeros are differentiated as bounds.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cmp_to_key, partial

from flint import acb

from dlcards.claims.balls.crossings import zeros
from dlcards.claims.balls.elementary import absolute
from dlcards.claims.balls.errors import NoValue
from dlcards.claims.balls.numbers import (
    HALF,
    ONE,
    Infinity,
    Mode,
    Number,
    add,
    base,
    is_zero,
    multiply,
    rational,
    sign,
    subtract,
    total,
)
from dlcards.claims.balls.operators import HOLDS
from dlcards.claims.balls.point import Point
from dlcards.claims.balls.polynomials import depends
from dlcards.claims.balls.values import as_number
from dlcards.claims.tree import Node, num

MAX_PIECES = 24


@dataclass(frozen=True, slots=True)
class Piece:
    """A formula between two bounds."""

    node: Node
    lower: Number | Infinity
    upper: Number | Infinity


@dataclass(frozen=True, slots=True)
class Switch:
    """A part of a formula, and the number at whose zeros it changes its form.

    Attributes
    ----------
    factors : tuple of Node
        Formulas that have these zeros together, and poles: of ``X/Y - c``, ``X - c*Y``
        and ``Y``.
    """

    node: Node
    number: Node

    @property
    def factors(self) -> tuple[Node, ...]:
        """The number, without a fraction if it is one less something else."""
        if self.number.op == "sub":
            left, right = self.number.args
            for fraction, other in ((left, right), (right, left)):
                if fraction.op == "div" and fraction.args[1].op != "num":
                    above, below = fraction.args
                    return Node("sub", (above, Node("mul", (other, below)))), below
        return (self.number,)


def pieces(
    point: Point, node: Node, name: str, lower: Number | Infinity, upper: Number | Infinity
) -> list[Piece]:
    """Cut an interval where the switches of a formula change, if that can be found out.

    Parameters
    ----------
    node : Node
        Without definitions.
    """
    whole = [Piece(node, lower, upper)]
    try:
        switches, cuts = [], []
        for switch in switches_of(node, name):
            found = [zeros(point, factor, name) for factor in switch.factors]
            if None not in found:
                switches.append(switch)
                cuts += [place for places in found for place in places or ()]
        if not switches:
            return whole
        ends = ordered(point, cuts, lower, upper)
        if len(ends) > MAX_PIECES:
            return whole
        return [
            part
            for a, b in itertools.pairwise(ends)
            # abs(x) <= c has its zeros only once abs is gone
            for part in pieces(
                point, resolved(point, node, name, switches, between(a, b)), name, a, b
            )
        ]
    except NoValue:
        return whole


def switches_of(node: Node, name: str) -> Iterator[Switch]:
    """Yield the switches of a formula that depend on a name."""
    if not depends(node, [name]):
        return
    if node.op == "rel" and len(node.args) == 2:
        yield Switch(node, Node("sub", node.args))
    elif node.op == "call" and node.name in ("abs", "sign", "relu"):
        yield Switch(node, node.args[0])
    elif node.op == "call" and node.name in ("max", "min") and len(node.args) == 2:
        yield Switch(node, Node("sub", node.args))
    for arg in node.args:
        yield from switches_of(arg, name)


def ordered(
    point: Point,
    cuts: Sequence[Number],
    lower: Number | Infinity,
    upper: Number | Infinity,
) -> list[Number | Infinity]:
    """Return the bounds with the cuts between them, each once, in order."""
    reversed_bounds = is_below(point, upper, lower)
    low, high = (upper, lower) if reversed_bounds else (lower, upper)
    inside: list[Number] = []
    for cut in sorted(cuts, key=cmp_to_key(partial(compared, point.mode))):
        after = inside[-1] if inside else low
        if is_below(point, after, cut) and is_below(point, cut, high):
            inside.append(cut)
    ends: list[Number | Infinity] = [low, *inside, high]
    return ends[::-1] if reversed_bounds else ends


def compared(mode: Mode, a: Number, b: Number) -> int:
    """Compare two places; those that an outer integral moves, by their real parts.

    Two that meet and are moved by a derivative are told apart on its side.
    """
    return _side(subtract(a, b), mode)


def _side(x: Number, mode: Mode) -> int:
    """Return the sign of a number; of one that is differentiated, on the side at hand."""
    lowest = base(x)
    return sign(lowest.real if isinstance(lowest, acb) else x, mode)


def is_below(point: Point, a: Number | Infinity, b: Number | Infinity) -> bool:
    """Tell whether one end lies below another."""
    if isinstance(a, Infinity):
        return a.sign < 0
    if isinstance(b, Infinity):
        return b.sign > 0
    return compared(point.mode, a, b) < 0


def between(a: Number | Infinity, b: Number | Infinity) -> Number:
    """Return a number strictly between two ends that is nothing special."""
    if isinstance(a, Infinity):
        return rational(1, 3) if isinstance(b, Infinity) else _beyond(base(b), a.sign)
    if isinstance(b, Infinity):
        return _beyond(base(a), b.sign)
    if is_zero(subtract(base(a), base(b))):
        return multiply(HALF, total((a, b)))
    return base(add(multiply(rational(10, 17), a), multiply(rational(7, 17), b)))


def _beyond(end: Number, side: int) -> Number:
    """Return a number beyond an end, so far that it can be told from it."""
    if isinstance(end, acb):
        return add(end, rational(side))
    far = add(ONE, absolute(end, Mode()))
    return add(end, multiply(rational(4 * side, 3), far))


def resolved(
    point: Point, node: Node, name: str, switches: Sequence[Switch], middle: Number
) -> Node:
    """Replace the switches of a formula by the form they have at a place."""
    found = next((switch for switch in switches if switch.node is node), None)
    args = tuple(resolved(point, arg, name, switches, middle) for arg in node.args)
    if found is None:
        changed = any(new is not old for new, old in zip(args, node.args, strict=True))
        return node.with_args(args) if changed else node
    value = as_number(point.within({name: middle}, found.number))
    side = _side(value, point.mode)
    if node.op == "rel":
        return num(int(HOLDS[node.relations[0]](side)))
    match node.name:
        case "sign":
            return num(side)
        case "abs":
            return args[0] if side >= 0 else Node("neg", args)
        case "relu":
            return args[0] if side >= 0 else num(0)
        case "max":
            return args[0] if side >= 0 else args[1]
        case _:
            return args[0] if side <= 0 else args[1]
