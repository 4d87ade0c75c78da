"""A walk to the bottom of an inequality, over the numbers of one point.

Parabolas through three values lead to the place where an inequality is tightest; a
simple fraction beside that place may be the one where it fails.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

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
from dlcards.claims.points.draw import Point
from dlcards.claims.points.source import rounded

ROUNDS = 30
_FIRST_STEP = 0.25
_SHRINK = 5.0
_IDLE = 3
"""Rounds without a lower point that end the descent."""
_BITS = 60
_DENOMINATORS = (1, 2, 12, 60)
_BESIDE = 1e-6

Slack = Callable[[Point], "float | None"]
"""By how much an inequality holds at a point; None where it has no value."""


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
class Bottom:
    """The lowest point that was found, and whether it is higher on both sides of it."""

    point: Point
    slack: float
    is_inside: bool


def descend(point: Point, slack: float, among: Sequence[Coordinate], at: Slack) -> Bottom:
    """Move some numbers of a point to where an inequality is tightest.

    Parameters
    ----------
    slack : float
        At the point itself.
    among : sequence of Coordinate
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


def is_inside(point: Point, slack: float, among: Sequence[Coordinate], at: Slack) -> bool:
    """Tell whether an inequality is less tight on all sides of a point, none of them excluded."""
    rises = all(_rises(point, slack, coordinate, at) for coordinate in among)
    return rises and not _at_a_hole(point, among, at)


def _along(
    point: Point, slack: float, coordinate: Coordinate, step: float, at: Slack
) -> tuple[Point, float]:
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


def _is_step(moved: float, x: float, step: float) -> bool:
    """Tell whether a number moved about as far as it may: then steps stay as long."""
    return abs(moved) >= 0.9 * step * max(abs(x), 1.0)


def _moved(point: Point, coordinate: Coordinate, x: float) -> Point:
    return coordinate.moved(point, rounded(x, _BITS))


def _simple(point: Point, among: Sequence[Coordinate]) -> list[Point]:
    """Return the point with its numbers replaced by simple fractions near them."""
    found: list[Point] = []
    for largest in _DENOMINATORS:
        simple = point
        for coordinate in among:
            near = Fraction(coordinate.of(point)).limit_denominator(largest)
            simple = coordinate.moved(simple, fmpq(near.numerator, near.denominator))
        found.append(simple)
    return found


def _at_a_hole(point: Point, among: Sequence[Coordinate], at: Slack) -> bool:
    """Tell whether a simple fraction right beside the point is excluded, as 0 of ``nonzero``."""
    return any(
        all(abs(each.of(simple) - each.of(point)) < _BESIDE for each in among)
        and at(simple) is None
        for simple in _simple(point, among)
    )


def _rises(point: Point, slack: float, coordinate: Coordinate, at: Slack) -> bool:
    """Tell whether an inequality is less tight on both sides of a number."""
    x = coordinate.of(point)
    h = _BESIDE * max(abs(x), 1.0)
    sides = [at(_moved(point, coordinate, x + side * h)) for side in (-1, 1)]
    return all(found is not None and found > slack for found in sides)
