"""A walk to the bottom of an inequality, over the numbers of one point.

Parabolas through three values lead to the place where an inequality is tightest; a
simple fraction beside that place may be the one where it fails.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, Protocol, TypeVar, overload

import numpy as np
from flint import fmpq

from dlcards.claims.balls.matrices import Matrix
from dlcards.claims.balls.numbers import (
    Number,
    as_float,
    complex_number,
    imaginary_part,
    real_part,
)
from dlcards.claims.balls.values import as_number
from dlcards.claims.judge.numeric.values import Array
from dlcards.claims.points.draw import Point
from dlcards.claims.points.source import rounded

ROUNDS = 30
_FIRST_STEP = 0.25
_SHRINK = 5.0
_IDLE = 3
"""Rounds without a lower point that end the descent."""
_BITS = 60
_SLOW = 20.0
"""A round over the coordinates that brings less than this factor is followed by Newton's step."""
_MOST_RAISED = 700.0
_NEWTON_PART = 0.05
_NEWTON_STEPS = (1.0, 0.25, 0.05)
_DENOMINATORS = (1, 2, 12, 60)
_BESIDE = 1e-6

P = TypeVar("P")

Slack = Callable[[P], "float | None"]
"""By how much an inequality holds at a point; None where it has no value."""


class Mover(Protocol[P]):
    """A number of a point that may move by itself."""

    def of(self, point: P, /) -> float:
        """Return the number."""
        ...

    def moved(self, point: P, x: fmpq, /) -> P:
        """Return the point with another number."""
        ...


@dataclass(frozen=True, slots=True)
class Latent:
    """One of the normal numbers that a point is made of."""

    place: int

    def of(self, point: tuple[float, ...]) -> float:
        """Return the number."""
        return point[self.place]

    def moved(self, point: tuple[float, ...], x: fmpq) -> tuple[float, ...]:
        """Return the numbers with another one."""
        return (*point[: self.place], as_float(x), *point[self.place + 1 :])


@dataclass(frozen=True, slots=True)
class Coordinate:
    """A number of a point that may move: a name, a part of one, or one of its entries.

    Parameters
    ----------
    place : tuple of int, optional
        Row and column of an entry; (0,) and (1,) are the parts of a complex number.
    """

    name: str
    place: tuple[int, ...] = ()

    def of(self, point: Point) -> float:
        """Return the number."""
        return as_float(self._exact(point))

    def moved(self, point: Point, x: fmpq) -> Point:
        """Return the point with another number."""
        moved = point.copy()
        value = point.values[self.name]
        match self.place:
            case ():
                moved.values[self.name] = x
            case (0,):
                moved.values[self.name] = complex_number(x, imaginary_part(as_number(value)))
            case (_,):
                moved.values[self.name] = complex_number(real_part(as_number(value)), x)
            case (row, place):
                assert isinstance(value, Matrix)
                rows = [list(each) for each in value.rows]
                rows[row][place] = x
                moved.values[self.name] = Matrix(rows)
        return moved

    def _exact(self, point: Point) -> Number:
        value = point.values[self.name]
        if isinstance(value, Matrix):
            row, place = self.place
            return value.rows[row][place]
        number = as_number(value)
        if not self.place:
            return number
        return imaginary_part(number) if self.place[0] else real_part(number)


@dataclass(frozen=True, slots=True)
class Bottom(Generic[P]):
    """The lowest point that was found, and whether it is higher on both sides of it."""

    point: P
    slack: float
    is_inside: bool


@overload
def raised(slack: float) -> float: ...
@overload
def raised(slack: None) -> None: ...
@overload
def raised(slack: float | None) -> float | None: ...
def raised(slack: float | None) -> float | None:
    """Return how far the ratio of two sides is from 1, given its logarithm.

    Near a bottom the logarithm is no parabola where the sides are far from each other.
    """
    return None if slack is None else math.expm1(min(slack, _MOST_RAISED))


def descend(point: P, slack: float, among: Sequence[Mover[P]], at: Slack[P]) -> Bottom[P]:
    """Move some numbers of a point to where an inequality is tightest.

    Parameters
    ----------
    slack : float
        At the point itself.
    among : sequence of Mover
        The numbers that may move.
    at : callable
        Raises an exception of its own where the inequality is false.
    """
    best, low, step = point, slack, _FIRST_STEP
    idle = 0
    for _ in range(ROUNDS):
        before, start = low, best
        for coordinate in among:
            best, low = _along(best, low, coordinate, step, at)
        if len(among) > 1 and before / _SLOW < low < before:
            best, low = _by_curvature(best, low, among, step, at)
        for simple in _simple(best, among):
            found = at(simple)
            if found is not None and found < low:
                best, low = simple, found
        if not any(_is_step(each.of(best) - each.of(start), each.of(best), step) for each in among):
            step /= _SHRINK
        idle = idle + 1 if low == before else 0
        if idle == _IDLE:
            break
    return Bottom(best, low, is_inside(best, low, among, at))


def is_inside(point: P, slack: float, among: Sequence[Mover[P]], at: Slack[P]) -> bool:
    """Tell whether an inequality is less tight on all sides of a point, none of them excluded."""
    rises = all(_rises(point, slack, coordinate, at) for coordinate in among)
    return rises and not _at_a_hole(point, among, at)


def _along(
    point: P, slack: float, coordinate: Mover[P], step: float, at: Slack[P]
) -> tuple[P, float]:
    x = coordinate.of(point)
    h = step * max(abs(x), 1.0)
    left, right = _moved(point, coordinate, x - h), _moved(point, coordinate, x + h)
    below, above = at(left), at(right)
    tried = [(found, each) for found, each in ((below, left), (above, right)) if found is not None]
    if below is not None and above is not None:
        bend = below - 2 * slack + above
        if bend > 0:
            shift = h * (below - above) / (2 * bend)
            vertex = _moved(point, coordinate, x + max(-4 * h, min(shift, 4 * h)))
            found = at(vertex)
            if found is not None:
                tried.append((found, vertex))
    lowest, best = min(tried, key=lambda pair: pair[0], default=(slack, point))
    return (best, lowest) if lowest < slack else (point, slack)


def _by_curvature(
    point: P, slack: float, among: Sequence[Mover[P]], step: float, at: Slack[P]
) -> tuple[P, float]:
    """Take a step of Newton's method, which follows a valley that runs along no coordinate.

    Directions in which the slack bends down are taken as if it bent up as much.
    """
    xs = np.array([each.of(point) for each in among])
    sides = _NEWTON_PART * step * np.maximum(abs(xs), 1.0)

    def value(moves: Array) -> float:
        found = at(_placed(point, among, xs + moves))
        return math.nan if found is None else found

    count = len(among)
    steps = np.diag(sides)
    ahead = [value(steps[i]) for i in range(count)]
    behind = [value(-steps[i]) for i in range(count)]
    bends = np.zeros((count, count))
    for i in range(count):
        bends[i, i] = ahead[i] - 2 * slack + behind[i]
        for j in range(i):
            both = value(steps[i] + steps[j])
            bends[i, j] = bends[j, i] = both - ahead[i] - ahead[j] + slack
    slopes = (np.array(ahead) - np.array(behind)) / 2
    if not (np.isfinite(bends).all() and np.isfinite(slopes).all()):
        return point, slack
    curvatures, axes = np.linalg.eigh(bends)
    curvatures = np.maximum(abs(curvatures), 1e-9 * max(abs(curvatures).max(), 1e-300))
    whole = -axes @ ((axes.T @ slopes) / curvatures) * sides
    for part in _NEWTON_STEPS:
        found = value(part * whole)
        if found < slack:
            return _placed(point, among, xs + part * whole), found
    return point, slack


def _placed(point: P, among: Sequence[Mover[P]], xs: Array) -> P:
    for coordinate, x in zip(among, xs, strict=True):
        point = _moved(point, coordinate, float(x))
    return point


def _is_step(moved: float, x: float, step: float) -> bool:
    """Tell whether a number moved about as far as it may: then steps stay as long."""
    return abs(moved) >= 0.9 * step * max(abs(x), 1.0)


def _moved(point: P, coordinate: Mover[P], x: float) -> P:
    return coordinate.moved(point, rounded(x, _BITS))


def _simple(point: P, among: Sequence[Mover[P]]) -> list[P]:
    """Return the point with its numbers replaced by simple fractions near them."""
    found: list[P] = []
    for largest in _DENOMINATORS:
        simple = point
        for coordinate in among:
            near = Fraction(coordinate.of(point)).limit_denominator(largest)
            simple = coordinate.moved(simple, fmpq(near.numerator, near.denominator))
        found.append(simple)
    return found


def _at_a_hole(point: P, among: Sequence[Mover[P]], at: Slack[P]) -> bool:
    """Tell whether a simple fraction right beside the point is excluded, as 0 of ``nonzero``."""
    return any(
        all(abs(each.of(simple) - each.of(point)) < _BESIDE for each in among)
        and at(simple) is None
        for simple in _simple(point, among)
    )


def _rises(point: P, slack: float, coordinate: Mover[P], at: Slack[P]) -> bool:
    """Tell whether an inequality is less tight on both sides of a number."""
    x = coordinate.of(point)
    h = _BESIDE * max(abs(x), 1.0)
    sides = [at(_moved(point, coordinate, x + side * h)) for side in (-1, 1)]
    return all(found is not None and found > slack for found in sides)
