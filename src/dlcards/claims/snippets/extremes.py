"""Inputs at the corners of the declared types, with the exact value of the formula there.

Points come from :mod:`dlcards.claims.points`: zeros, ties, both sides of jumps, many
scales, sizes 1 to 12. They are rounded to floats, and the formula is evaluated with error
bars at these very floats, so that only the rounding of the snippet itself counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from flint import fmpq

from dlcards.claims.balls.errors import NoValue, Unsettled
from dlcards.claims.balls.evaluate import Evaluation
from dlcards.claims.balls.matrices import Matrix as ExactMatrix
from dlcards.claims.balls.numbers import as_float, precision
from dlcards.claims.balls.values import Value as ExactValue
from dlcards.claims.judge.conditions import is_free
from dlcards.claims.judge.float_points import float_value
from dlcards.claims.judge.kinks import has_jumps
from dlcards.claims.judge.numeric.functions import FloatFunction
from dlcards.claims.judge.numeric.point import Scope, Value
from dlcards.claims.judge.numeric.values import Array, Matrix, NumericError
from dlcards.claims.points.domain import EmptyDomain
from dlcards.claims.points.draw import Point as ExactPoint
from dlcards.claims.points.draw import draw_point
from dlcards.claims.points.hypotheses import satisfied
from dlcards.claims.points.source import Source
from dlcards.claims.statement import Statement
from dlcards.claims.tree import Node, walk
from dlcards.claims.types import FUNCTION_TYPES, PARAMETRIC_TYPES, RANDOM_TYPES, WHOLE_OR_SIZE

POINTS = 40
"""Points drawn: all corners, and some of every tier."""

LARGE = 12
"""A size that every snippet over one size is tried at."""

LAST_POINT = 200
"""Where the search for a point of the large size ends."""

LARGEST_SIZE = 1500.0
"""The exponential of it is no float."""

SIZES: Mapping[int, float] = {9: LARGEST_SIZE, 5: 1e-6}
"""The points, by their last digit, at which the largest entry of every value has this size.

Lengths of a millionth show what was added to them.
"""

SHIFTS: Mapping[int, float] = {19: LARGEST_SIZE, 39: -LARGEST_SIZE}
"""The points at which all entries lie around a large number, each on one side of 0.

What starts from 0 or a small number, or takes one exponential only, shows there.
"""

WHOLE_NUMBERS: Mapping[int, float] = {12: 25.0, 22: 60.0, 32: 150.0, 36: 600.0}
"""The points at which every natural number has this value: 25! is no whole number of 64 bits."""

NEARLY_TIED = 7
"""The last digit of the points at which numbers of one type differ by a millionth."""

BESIDE = (1 + 2.0**-6, 1 - 2.0**-6)
"""Where a snippet compares with a number: factors for a value beyond it, and one below."""

LARGEST_POSITIVE = 100.0
"""Up to which size values that must be positive are scaled."""

LARGEST_WHOLE = 1000
"""Up to which whole numbers come beside a threshold."""

BITS = 256
"""Of the error bars; results are compared as floats of 53."""

NUDGE = 2.0**-50
"""A relative change of the inputs: eight units in the last place."""

_SCALED = frozenset(
    {"real", "nonzero", "vector", "nonzero_vector", "nonconstant"}
    | {"matrix", "square", "symmetric"}
)
_SHRUNK = frozenset({"positive", "nonnegative", "positive_vector"})


@dataclass(frozen=True, slots=True)
class Extreme:
    """Values for all names, and what the formula is worth there.

    Parameters
    ----------
    values : mapping of str to Value
    expected : Array
    slack : float
        How much an honest computation in floats may lose: what a change of the inputs in
        the last places does to the value.
    """

    values: Mapping[str, Value]
    expected: Array
    slack: float

    @property
    def largest(self) -> float:
        """The largest number among the values, whatever its sign."""
        arrays = (x.entries if isinstance(x, Matrix) else x for x in self.values.values())
        return max((float(np.max(np.abs(np.asarray(x)))) for x in arrays), default=0.0)


def extremes(
    statement: Statement, scope: Scope, formula: Node, seed: str, thresholds: Sequence[float] = ()
) -> Iterator[Extreme]:
    """Yield the corners at which a formula over plain names has a value.

    A formula over functions or over laws that are drawn has none here.

    Parameters
    ----------
    thresholds : sequence of float
        Numbers that the largest entry of every value comes beside, too.
    """
    if is_free(formula, scope) or not _is_plain(scope, formula):
        return
    smooth = not has_jumps(Node("rel", (formula,)), scope)
    for index, beside in _indices(scope, seed, thresholds):
        try:
            point = draw_point(scope, Source(seed, index))
            values = {name: _rounded(value) for name, value in point.values.items()}
            if beside:
                values |= _beside(scope, values, beside)
            elif index % 10 in SIZES:
                values |= _scaled(scope, values, SIZES[index % 10], SHIFTS.get(index, 0.0))
            if index in WHOLE_NUMBERS:
                values |= _whole(scope, values, WHOLE_NUMBERS[index])
            if index % 10 == NEARLY_TIED:
                values |= _nearly_tied(scope, values)
            exact = {name: _exact(value) for name, value in values.items()}
            point = ExactPoint(exact, point.laws, point.tier)
            if not satisfied(scope, point, statement.given):
                continue
            expected = _evaluated(scope, exact, formula)
            slack = _slack(scope, formula, values, expected, index) if smooth else 0.0
        except (NoValue, EmptyDomain, NumericError, ArithmeticError, ValueError):
            continue
        if np.isfinite(expected).all() and np.isfinite(slack):
            yield Extreme(values, expected, slack)


def _is_plain(scope: Scope, formula: Node) -> bool:
    waiting, seen = [formula], set[str]()
    while waiting:
        for node in walk(waiting.pop()):
            kind = scope.types.get(node.name)
            if kind is not None and kind.name in FUNCTION_TYPES | _DRAWN:
                return False
            if node.name in scope.definitions and node.name not in seen:
                seen.add(node.name)
                waiting.append(scope.definitions[node.name].body)
    return True


_DRAWN = (RANDOM_TYPES - PARAMETRIC_TYPES) | {"event", "partition"}
"""Types whose law is drawn, not named."""


def _indices(scope: Scope, seed: str, thresholds: Sequence[float]) -> Iterator[tuple[int, float]]:
    """Yield the points, each with the size that its entries shall have, or 0."""
    yield from ((index, 0.0) for index in range(POINTS))
    sizes = [threshold * factor for threshold in thresholds for factor in BESIDE]
    yield from ((index, sign * size) for index, size in enumerate(sizes, 1) for sign in (1, -1))
    if [kind.name for kind in scope.types.values()].count("dim") != 1:
        return
    size = next(name for name, kind in scope.types.items() if kind.name == "dim")
    for index in range(POINTS, LAST_POINT):
        try:
            if draw_point(scope, Source(seed, index)).values[size] == LARGE:
                yield index, 0.0
                return
        except (NoValue, EmptyDomain, ArithmeticError, ValueError):
            continue


def _rounded(value: ExactValue) -> Value:
    if callable(value):
        raise NumericError("a function has no float")
    return float_value(value)


def _exact(value: Value) -> ExactValue:
    if isinstance(value, Matrix):
        return ExactMatrix([[_ratio(x) for x in row] for row in value.entries.tolist()])
    return _ratio(float(np.asarray(value)))


def _ratio(x: float) -> fmpq:
    return fmpq(*x.as_integer_ratio())


def _scaled(
    scope: Scope, values: Mapping[str, Value], size: float, shift: float
) -> dict[str, Value]:
    allowed = _SCALED | _SHRUNK if 0 < size <= LARGEST_POSITIVE else _SCALED
    found: dict[str, Value] = {}
    for name, value in values.items():
        entries = np.asarray(value.entries if isinstance(value, Matrix) else value, float)
        largest = float(np.max(np.abs(entries)))
        if scope.types[name].name in allowed and (largest > 0 or shift):
            moved = entries * (size / largest) if largest > 0 else entries
            if shift:
                moved = shift + moved / 10
            found[name] = Matrix(moved) if isinstance(value, Matrix) else float(moved)
    return found


def _whole(scope: Scope, values: Mapping[str, Value], size: float) -> dict[str, Value]:
    return {name: size for name in values if scope.types[name].name == "natural"}


def _beside(scope: Scope, values: Mapping[str, Value], size: float) -> dict[str, Value]:
    """Bring all values beside a threshold; whole numbers to the next beyond, or below."""
    whole = float(np.ceil(size) if size > np.round(size) else np.floor(size))
    found = _scaled(scope, values, size, 0.0)
    return found | (_whole(scope, values, whole) if 1 <= whole <= LARGEST_WHOLE else {})


def _nearly_tied(scope: Scope, values: Mapping[str, Value]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for name, value in values.items():
        kind = scope.types[name]
        if kind.name in _SCALED | _SHRUNK and not isinstance(value, Matrix):
            first = next(other for other in values if scope.types[other] == kind)
            near = float(np.asarray(values[first]))
            found[name] = near if name == first else near * (1 + 1e-6)
    return found


def _slack(
    scope: Scope, formula: Node, values: Mapping[str, Value], expected: Array, index: int
) -> float:
    """Return how far rounding may move a value.

    That is its slope over a few units in the last place, and its curvature over half of
    the digits, which shows where two large terms cancel.
    """

    def moved(step: float) -> Array:
        rng = np.random.default_rng(index)
        near = {
            name: _exact(
                value if scope.types[name].name in WHOLE_OR_SIZE else _nudged(value, step, rng)
            )
            for name, value in values.items()
        }
        return _evaluated(scope, near, formula)

    slope = moved(NUDGE) - expected
    half = NUDGE**0.5
    curvature = moved(half) - 2 * expected + moved(-half)
    return float(np.max(np.abs(slope)) + np.max(np.abs(curvature)))


def _nudged(value: Value, step: float, rng: np.random.Generator) -> Value:
    """Move every entry by a small part of itself, up or down."""
    if isinstance(value, Matrix):
        return Matrix(value.entries * (1 + step * rng.choice((-1, 1), value.shape)))
    return float(np.asarray(value)) * (1 + step * float(rng.choice((-1, 1))))


def exact_value(scope: Scope, values: Mapping[str, Value], formula: Node) -> Array:
    """Return a formula's value at floats, evaluated with error bars.

    Raises
    ------
    NoValue
        If it has none, or needs the outcomes of a law that is drawn.
    """
    plain = {n: _exact(v) for n, v in values.items() if not isinstance(v, FloatFunction)}
    return _evaluated(scope, plain, formula)


def _evaluated(scope: Scope, values: Mapping[str, ExactValue], formula: Node) -> Array:
    with precision(BITS):
        evaluation = Evaluation(scope, values, precision=BITS)
        value = evaluation.value(formula)
        if evaluation.estimated:
            raise Unsettled("an estimated value")
        if isinstance(value, ExactMatrix):
            entries = np.array([[as_float(x) for x in row] for row in value.rows])
            return entries[:, 0] if value.is_vector else entries
        return np.asarray(as_float(value))  # type: ignore[arg-type]
