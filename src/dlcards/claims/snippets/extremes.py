"""Inputs at the corners of the declared types, with the exact value of the formula there.

Points come from :mod:`dlcards.claims.points`: zeros, ties, both sides of jumps, many
scales, sizes 1 to 12. They are rounded to floats, and the formula is evaluated with error
bars at these very floats, so that only the rounding of the snippet itself counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from flint import arb, fmpq

from dlcards.claims.balls.errors import NoValue, Unsettled
from dlcards.claims.balls.evaluate import Evaluation
from dlcards.claims.balls.matrices import Matrix as ExactMatrix
from dlcards.claims.balls.numbers import as_float, precision
from dlcards.claims.balls.point import MAX_WORK
from dlcards.claims.balls.values import Value as ExactValue
from dlcards.claims.judge.conditions import is_free
from dlcards.claims.judge.constants import constants_of
from dlcards.claims.judge.float_points import float_value
from dlcards.claims.judge.kinks import has_jumps, may_move
from dlcards.claims.judge.numeric.functions import FloatFunction
from dlcards.claims.judge.numeric.point import Scope, Value
from dlcards.claims.judge.numeric.values import Array, Matrix, NumericError
from dlcards.claims.points.domain import EmptyDomain
from dlcards.claims.points.draw import Point as ExactPoint
from dlcards.claims.points.draw import contains, draw_point
from dlcards.claims.points.hypotheses import satisfied
from dlcards.claims.points.source import CORNERS, Source
from dlcards.claims.statement import Statement
from dlcards.claims.tree import Node, walk
from dlcards.claims.types import (
    FUNCTION_TYPES,
    MATRIX_TYPES,
    PARAMETRIC_TYPES,
    RANDOM_TYPES,
    VECTOR_TYPES,
    WHOLE,
    WHOLE_OR_SIZE,
)

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

WHOLE_NUMBERS: Mapping[int, float] = {12: 25.0, 22: 60.0}
"""The points at which every natural number has this value: 25! is no whole number of 64 bits."""

NEARLY_TIED = 7
"""The last digit of the points at which numbers of one type differ by a millionth."""

BESIDE = (1 + 2.0**-6, 1 - 2.0**-6)
"""Where a snippet compares with a number: factors for a value beyond it, and one below."""

LARGEST_POSITIVE = 100.0
"""Up to which size values that must be positive are scaled."""

LARGEST_WHOLE = 1000
"""Up to which whole numbers come beside a threshold."""

TIES = (0.5, 2.5, -0.5, 1.5, -2.5, -1.5, 0.0, 1.0, -3.0, 2.0, 0.25, -0.75, 0.125, 10.0, -4.0)
"""Numbers at which something is rounded, to the even neighbour or not, or is whole already."""

TIED_POINTS = 24
"""Points at ties of a statement over numbers alone."""

TIED_ARRAYS = 8
"""Points at ties of a statement over vectors or matrices."""

SINGULAR = 2
"""The point at ties, of every four, at which matrices have rank one."""

MOST_CONSTANTS = 6
"""Constants of a formula that are ties, too."""

FAR = (100, 600, 999, 3000, 9_999, 90_001)
"""Whole numbers far out, where integers of 64 bits wrap around: the sum of 90 001 cubes does."""

FAR_WORK = 60_000
"""Formulas that may be evaluated at a point far out."""

BITS = 256
"""Of the error bars; results are compared as floats of 53."""

NUDGE = 2.0**-50
"""A relative change of the inputs: eight units in the last place."""

_SCALED = frozenset(
    {"real", "nonzero", "vector", "nonzero_vector", "nonconstant"}
    | {"matrix", "square", "symmetric"}
)
_SHRUNK = frozenset({"positive", "nonnegative", "positive_vector"})
_STRETCHED = frozenset({"diagonal", "fullrank", "invertible", "spd"})
"""Types that a positive factor does not leave, though a shift does."""

_BOUNDED = frozenset({"probability", "interval", "closed_interval"})
_TIED = (_SCALED | _SHRUNK | _BOUNDED | WHOLE) - {"symmetric"}


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
    far : float
        The largest whole number if it is far out, where nobody asks for the work of a loop;
        otherwise 0.
    """

    values: Mapping[str, Value]
    expected: Array
    slack: float
    far: float = 0.0

    @property
    def largest(self) -> float:
        """The largest number among the values, whatever its sign."""
        arrays = (x.entries if isinstance(x, Matrix) else x for x in self.values.values())
        return max((float(np.max(np.abs(np.asarray(x)))) for x in arrays), default=0.0)


@dataclass(frozen=True, slots=True)
class _Place:
    """A drawn point, and what is made of its values."""

    index: int
    beside: float = 0.0
    ties: Sequence[float] = ()
    far: Mapping[str, float] = field(default_factory=dict)


def extremes(
    statement: Statement,
    scope: Scope,
    formula: Node,
    seed: str,
    thresholds: Sequence[float] = (),
    *,
    has_steps: bool = False,
) -> Iterator[Extreme]:
    """Yield the corners at which a formula over plain names has a value.

    A formula over functions or over laws that are drawn has none here.

    Parameters
    ----------
    thresholds : sequence of float
        Numbers that the largest entry of every value comes beside, too.
    has_steps : bool
        Whether the snippet rounds or compares, so that ties count.
    """
    if is_free(formula, scope) or not _is_plain(scope, formula):
        return
    relation = Node("rel", (formula,))
    smooth = not has_jumps(relation, scope)
    ties: tuple[float, ...] = ()
    if has_steps or not smooth:
        constants = [as_float(x) for x in constants_of(relation, scope)][:MOST_CONSTANTS]
        ties = tuple(dict.fromkeys([*_both(thresholds), *TIES, *_both(constants)]))
    for place in _places(scope, seed, thresholds, ties):
        try:
            point = draw_point(scope, Source(seed, place.index))
            values = _moved(scope, place, point)
            exact = {name: _exact(value) for name, value in values.items()}
            point = ExactPoint(exact, point.laws, point.tier)
            put = place.far or (_tying(scope) if place.ties else ())
            if not _is_inside(scope, point, put) or not satisfied(scope, point, statement.given):
                continue
            work = FAR_WORK if place.far else MAX_WORK
            expected, error = _evaluated(scope, exact, formula, work)
            rounding = _slack(scope, formula, values, expected, place.index) if smooth else 0.0
            slack = rounding + error
        except (NoValue, EmptyDomain, NumericError, ArithmeticError, ValueError):
            continue
        if np.isfinite(expected).all() and np.isfinite(slack):
            yield Extreme(values, expected, slack, _farthest(scope, values))


def _farthest(scope: Scope, values: Mapping[str, Value]) -> float:
    """Return the largest whole number if it is far out, or 0."""
    whole = [name for name, kind in scope.types.items() if kind.name in WHOLE]
    largest = max((abs(float(np.asarray(values[name]))) for name in whole), default=0.0)
    return largest if largest >= FAR[0] else 0.0


def _both(sizes: Sequence[float]) -> Iterator[float]:
    for size in sizes:
        yield from (size, -size)


def _moved(scope: Scope, place: _Place, point: ExactPoint) -> dict[str, Value]:
    values = {name: _rounded(value) for name, value in point.values.items()}
    index = place.index
    if place.far:
        return {**values, **place.far}
    if place.ties:
        return values | _tied(scope, point, values, place.ties, index)
    if place.beside:
        values |= _beside(scope, values, place.beside)
    elif index % 10 in SIZES:
        values |= _scaled(scope, values, SIZES[index % 10], SHIFTS.get(index, 0.0))
    if index in WHOLE_NUMBERS:
        values |= _whole(scope, values, WHOLE_NUMBERS[index])
    if index % 10 == NEARLY_TIED:
        values |= _nearly_tied(scope, values)
    return values


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


def _places(
    scope: Scope, seed: str, thresholds: Sequence[float], ties: Sequence[float]
) -> Iterator[_Place]:
    """Yield the points in the order in which they are tried: those far out are the last."""
    yield from (_Place(index) for index in range(POINTS))
    sizes = [threshold * factor for threshold in thresholds for factor in BESIDE]
    for index, size in enumerate(sizes, 1):
        yield from (_Place(index, beside=sign * size) for sign in (1, -1))
    yield from _large(scope, seed)
    if ties and _tying(scope):
        arrays = any(kind.name in VECTOR_TYPES | MATRIX_TYPES for kind in scope.types.values())
        count = TIED_ARRAYS if arrays else TIED_POINTS
        yield from (_Place(index, ties=ties) for index in range(count))
    yield from (_Place(index, far=far) for index, far in enumerate(_far(scope), CORNERS))


def _large(scope: Scope, seed: str) -> Iterator[_Place]:
    """Yield a point of a large size, if there is one size."""
    if [kind.name for kind in scope.types.values()].count("dim") != 1:
        return
    size = next(name for name, kind in scope.types.items() if kind.name == "dim")
    for index in range(POINTS, LAST_POINT):
        try:
            if draw_point(scope, Source(seed, index)).values[size] == LARGE:
                yield _Place(index)
                return
        except (NoValue, EmptyDomain, ArithmeticError, ValueError):
            continue


def _far(scope: Scope) -> Iterator[dict[str, float]]:
    """Yield whole numbers far out: all of them, each a little from the others, and each alone."""
    names = [name for name, kind in scope.types.items() if kind.name in WHOLE]
    names = [name for name in names if may_move(name, scope)]
    groups = [names] if len(names) < 2 else [names, *([name] for name in names)]
    for size in FAR if names else ():
        for group in groups:
            far = {name: float(size + 7 * place) for place, name in enumerate(group)}
            yield far
            if any(scope.types[name].name == "integer" for name in group):
                yield {name: -x for name, x in far.items()}


def _is_inside(scope: Scope, point: ExactPoint, names: Iterable[str]) -> bool:
    """Tell whether the values that were put in are of their types."""
    evaluation = Evaluation(scope, point.values, precision=BITS)
    return all(contains(scope.types[name], point.values[name], evaluation) for name in names)


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
    is_small = 0 < size <= LARGEST_POSITIVE
    allowed = _SCALED | _SHRUNK | _STRETCHED if is_small else _SCALED
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


def _tied(
    scope: Scope,
    point: ExactPoint,
    values: Mapping[str, Value],
    ties: Sequence[float],
    index: int,
) -> dict[str, Value]:
    """Take ties for values: the next one of its type for a number, any few for entries."""
    rng = np.random.default_rng(index)
    evaluation = Evaluation(scope, point.values, precision=BITS)
    found: dict[str, Value] = {}
    for place, name in enumerate(_tying(scope)):
        kind, value = scope.types[name], values[name]
        if isinstance(value, Matrix):
            allowed = [x for x in ties if x > 0 or kind.name not in _SHRUNK]
            few = allowed if index % 2 else allowed[: len(allowed) // 2]
            rows, columns = value.shape
            if index % 4 == SINGULAR:
                entries = np.outer(rng.choice(few, rows), rng.choice(few, columns))
            else:
                entries = rng.choice(few, value.shape)
            found[name] = Matrix(entries)
            continue
        start = index + place * (1 + index // len(ties))
        turned = [ties[(start + step) % len(ties)] for step in range(len(ties))]
        inside = (x for x in turned if contains(kind, _ratio(x), evaluation))
        found[name] = next(inside, float(np.asarray(value)))
    return found


def _tying(scope: Scope) -> list[str]:
    return [name for name, kind in scope.types.items() if kind.name in _TIED]


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
        return _evaluated(scope, near, formula)[0]

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
    return _evaluated(scope, plain, formula)[0]


def _evaluated(
    scope: Scope, values: Mapping[str, ExactValue], formula: Node, work: int = MAX_WORK
) -> tuple[Array, float]:
    """Return a formula's value in floats, and the largest error bar."""
    with precision(BITS):
        evaluation = Evaluation(scope, values, precision=BITS, work=work)
        value = evaluation.value(formula)
        if evaluation.estimated:
            raise Unsettled("an estimated value")
        if isinstance(value, ExactMatrix):
            entries = np.array([[as_float(x) for x in row] for row in value.rows])
            error = max(_radius(x) for row in value.rows for x in row)
            return (entries[:, 0] if value.is_vector else entries), error
        return np.asarray(as_float(value)), _radius(value)  # type: ignore[arg-type]


def _radius(x: object) -> float:
    return float(x.rad()) if isinstance(x, arb) else 0.0
