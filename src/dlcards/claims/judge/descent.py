"""A walk to the bottom of an inequality, over the numbers of one point.

Parabolas through three values lead to the place where an inequality is tightest; a
simple fraction beside that place may be the one where it fails.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq

from dlcards.claims.balls.numbers import as_float
from dlcards.claims.balls.values import as_number
from dlcards.claims.points.draw import Point
from dlcards.claims.points.source import rounded

ROUNDS = 12
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
class Bottom:
    """The lowest point that was found, and whether it is higher on both sides of it."""

    point: Point
    slack: float
    is_inside: bool


def descend(point: Point, slack: float, names: Sequence[str], at: Slack) -> Bottom:
    """Move some numbers of a point to where an inequality is tightest.

    Parameters
    ----------
    slack : float
        At the point itself.
    names : sequence of str
        The numbers that may move.
    at : callable
        Raises an exception of its own where the inequality is false.
    """
    best, low, step = point, slack, _FIRST_STEP
    idle = 0
    for _ in range(ROUNDS):
        before = low
        for name in names:
            best, low = _along(best, low, name, step, at)
        for simple in _simple(best, names):
            found = at(simple)
            if found is not None and found < low:
                best, low = simple, found
        step /= _SHRINK
        idle = idle + 1 if low == before else 0
        if idle == _IDLE:
            break
    inside = all(_rises(best, low, name, at) for name in names) and not _at_a_hole(best, names, at)
    return Bottom(best, low, inside)


def _along(point: Point, slack: float, name: str, step: float, at: Slack) -> tuple[Point, float]:
    x = as_float(as_number(point.values[name]))
    h = step * max(abs(x), 1.0)
    left, right = _moved(point, name, x - h), _moved(point, name, x + h)
    below, above = at(left), at(right)
    tried = [(found, each) for found, each in ((below, left), (above, right)) if found is not None]
    if below is not None and above is not None:
        bend = below - 2 * slack + above
        if bend > 0:
            shift = h * (below - above) / (2 * bend)
            vertex = _moved(point, name, x + max(-4 * h, min(shift, 4 * h)))
            found = at(vertex)
            if found is not None:
                tried.append((found, vertex))
    lowest, best = min(tried, key=lambda pair: pair[0], default=(slack, point))
    return (best, lowest) if lowest < slack else (point, slack)


def _moved(point: Point, name: str, x: float) -> Point:
    moved = point.copy()
    moved.values[name] = rounded(x, _BITS)
    return moved


def _simple(point: Point, names: Sequence[str]) -> list[Point]:
    """Return the point with its numbers replaced by simple fractions near them."""
    found: list[Point] = []
    for largest in _DENOMINATORS:
        simple = point.copy()
        for name in names:
            near = Fraction(as_float(as_number(point.values[name]))).limit_denominator(largest)
            simple.values[name] = fmpq(near.numerator, near.denominator)
        found.append(simple)
    return found


def _at_a_hole(point: Point, names: Sequence[str], at: Slack) -> bool:
    """Tell whether a simple fraction right beside the point is excluded, as 0 of ``nonzero``."""

    def gap(simple: Point, name: str) -> float:
        a, b = (as_float(as_number(each.values[name])) for each in (point, simple))
        return abs(a - b)

    return any(
        all(gap(simple, name) < _BESIDE for name in names) and at(simple) is None
        for simple in _simple(point, names)
    )


def _rises(point: Point, slack: float, name: str, at: Slack) -> bool:
    """Tell whether an inequality is less tight on both sides of a number."""
    x = as_float(as_number(point.values[name]))
    h = _BESIDE * max(abs(x), 1.0)
    sides = [at(_moved(point, name, x + side * h)) for side in (-1, 1)]
    return all(found is not None and found > slack for found in sides)
