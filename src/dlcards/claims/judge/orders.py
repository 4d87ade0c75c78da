"""Errors of a stated order, ``O(h**2)``: the ratio to the power stays bounded from both sides."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from functools import partial

from flint import arb, fmpq

from dlcards.claims.balls.errors import NoValue, Unsettled, Unsupported, WrongShape
from dlcards.claims.balls.evaluate import Evaluation
from dlcards.claims.balls.matrices import Matrix
from dlcards.claims.balls.numbers import (
    ZERO,
    Number,
    as_float,
    multiply,
    precision,
    real_ball,
    subtract,
)
from dlcards.claims.judge.compare import numbers_of
from dlcards.claims.judge.numeric.point import Scope
from dlcards.claims.points.draw import Point
from dlcards.claims.tree import Node, num, walk

_HALVINGS = (8, 16, 32, 64, 128)
"""Steps 2**-k at which the error is measured."""

_FEW_HALVINGS = (3, 6, 12)
"""The same where smaller steps drown in the error of an integral."""

_FAR_HALVINGS = (10**3, 10**6, 10**9)
_STEADY_GAIN = 0.1
_KEPT = 0.9
"""A ratio like log(log(1/y)) gains as much from each of these steps to the next."""

_BOTH_SIDES = frozenset({"real", "nonzero", "interval"})
_NOTHING = 1e-20
"""Ratios as small as this are no error at all."""

_SMALL = 1e-9
"""A ratio that may be 0 and is no larger than this is known well enough."""

_GROWTH = 1.7
"""A bounded ratio does not grow by this factor twice in a row; a logarithm doubles each time."""

_FAR_GROWTH = 1e6

_FEWEST = 3
"""So many ratios have to be known for a verdict."""


def orders_in(node: Node) -> list[Node]:
    """Return the ``O(...)`` terms of a formula."""
    return [part for part in walk(node) if part.op == "call" and part.name == "O"]


def without_orders(node: Node) -> Node:
    """Return the formula with every ``O(...)`` replaced by 0."""
    if node.op == "call" and node.name == "O":
        return num(0)
    return node.with_args(tuple(without_orders(arg) for arg in node.args)) if node.args else node


def order_mistake(
    scope: Scope,
    point: Point,
    left: Node,
    right: Node,
    evaluation_of: Callable[[Point, int], Evaluation],
) -> str:
    """Say from which side the two sides differ by more than the stated order, if they do.

    The difference is measured at steps 2**-8 to 2**-128; divided by the stated size it may
    not grow without bound.

    Parameters
    ----------
    evaluation_of : callable
        Makes an evaluation at a point with a precision.
    """
    size = (orders_in(left) + orders_in(right))[0].args[0]
    name = next((n.name for n in walk(size) if n.op == "sym" and n.name in point.values), "")
    if not name:
        raise Unsupported("O of something else than a power of a declared name")
    exponent = _exponent(size, evaluation_of(point, 128))
    both = scope.types[name].name in _BOTH_SIDES and not isinstance(point.values[name], Matrix)

    def ratio(side: int, k: int) -> arb:
        bits = 100 + int(3 * k * (exponent + 4))
        evaluation = evaluation_of(_at_step(point, name, fmpq(side, 2**k)), bits)
        sides = [evaluation.value(without_orders(s)) for s in (left, right)]
        stated = evaluation.value(size)
        with precision(bits):
            return _gap(*sides) / _gap(stated, _zeros_like(stated))

    def far_ratio(side: int, k: int) -> arb:
        evaluation = evaluation_of(_at_step(point, name, side * arb(2) ** -k), 128)
        sides = [evaluation.value(without_orders(s)) for s in (left, right)]
        stated = evaluation.value(size)
        with precision(128):
            return _gap(*sides) / _gap(stated, _zeros_like(stated))

    for side in (1, -1) if both else (1,):
        known = _known(partial(ratio, side), _HALVINGS) or _known(
            partial(ratio, side), _FEW_HALVINGS
        )
        _expect_bounded(partial(far_ratio, side))
        if _grows(known):
            return f"{name} -> 0{'+' if side > 0 else '-'}" if both else f"{name} -> 0"
    return ""


def _expect_bounded(ratio: Callable[[int], arb]) -> None:
    """Doubt an order if the ratio goes on growing steadily, however slowly, far out.

    Raises
    ------
    Unsettled
        If every thousandth part of the logarithm of the step adds as much to the ratio.
    """
    try:
        ratios = [ratio(k) for k in _FAR_HALVINGS]
    except (NoValue, ArithmeticError):
        return
    if all(x.is_finite() and x.rad() < abs(x.mid()) / 1000 for x in ratios):
        gains = [as_float(b - a) for a, b in itertools.pairwise(ratios)]
        least = _STEADY_GAIN * as_float(ratios[0])
        if all(gain > least for gain in gains) and gains[1] > _KEPT * gains[0]:
            raise Unsettled("an error whose ratio to the order keeps growing, slowly")


def _exponent(size: Node, evaluation: Evaluation) -> float:
    """Return the power of the step that a size is, for the precision that it needs."""
    if size.op != "pow":
        return 1.0
    return as_float(numbers_of(evaluation.value(size.args[1]))[0])


def _zeros_like(value: object) -> object:
    """Return 0, or a matrix of zeros of the same shape."""
    return value.map(lambda _: ZERO) if isinstance(value, Matrix) else ZERO


def _at_step(point: Point, name: str, step: fmpq | arb) -> Point:
    moved = point.copy()
    now = point.values[name]
    moved.values[name] = now.map(lambda x: multiply(x, step)) if isinstance(now, Matrix) else step
    return moved


def _gap(left: object, right: object) -> arb:
    first, second = numbers_of(left), numbers_of(right)
    if len(first) != len(second):
        raise WrongShape("the two sides of an equation up to O(...) have different shapes")
    gaps = [_distance(a, b) for a, b in zip(first, second, strict=True)]
    largest = gaps[0]
    for gap in gaps[1:]:
        largest = largest.max(gap)
    return largest


def _distance(a: Number, b: Number) -> arb:
    return abs(real_ball(subtract(a, b)))


def _known(ratio: Callable[[int], arb], halvings: Sequence[int]) -> list[arb]:
    """Return the ratios at some steps, up to where error bars hide them; nothing if too few."""
    known = list(itertools.takewhile(_is_known, map(ratio, halvings)))
    return known if len(known) >= _FEWEST else []


def _is_known(ratio: arb) -> bool:
    middle, radius = as_float(abs(ratio.mid())), as_float(ratio.rad())
    return radius <= 0.1 * middle or middle + radius < _SMALL


def _grows(ratios: list[arb]) -> bool:
    """Tell whether ratios grow without bound.

    Raises
    ------
    Unsettled
        If there are none.
    """
    if not ratios:
        raise Unsettled("an error that is not known well enough near 0")
    upper = [as_float(x.upper()) for x in ratios]
    lower = [as_float(x.lower()) for x in ratios]
    if all(x < _NOTHING for x in upper[2:]):
        return False
    steady = lower[-1] > _GROWTH * upper[-2] and lower[-2] > _GROWTH * upper[-3]
    far = lower[-1] > _FAR_GROWTH * max(upper[1], 1e-30)
    return (steady and lower[-1] > 1e-12) or far
