"""The float evaluator at the exact points, for words that have no ball version.

Floats are only believed where several ordinary points tell the same: a claim without limits,
integrals and derivatives is refuted when both sides differ by much at three of them, and
undecided when they differ anywhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from dlcards.claims.balls.matrices import Matrix as ExactMatrix
from dlcards.claims.balls.numbers import Number, as_float
from dlcards.claims.balls.values import Value as ExactValue
from dlcards.claims.balls.values import as_number
from dlcards.claims.judge.constants import all_parts
from dlcards.claims.judge.numeric.evaluate import READINGS, Point, Work, names_in, settle
from dlcards.claims.judge.numeric.laws import CONTINUOUS, LISTED, Law, parametric_points
from dlcards.claims.judge.numeric.point import Scope, Value
from dlcards.claims.judge.numeric.sampling import RandomFunction, Stream
from dlcards.claims.judge.numeric.values import (
    Array,
    Matrix,
    NumericError,
    TooMuchWork,
    Undefined,
    WrongShape,
)
from dlcards.claims.judge.show import show_point
from dlcards.claims.points.domain import EmptyDomain
from dlcards.claims.points.draw import Point as ExactPoint
from dlcards.claims.points.draw import draw_point
from dlcards.claims.points.hypotheses import satisfying
from dlcards.claims.points.source import Source, Tier
from dlcards.claims.statement import Claim
from dlcards.claims.tree import Node
from dlcards.claims.types import PARAMETRIC_TYPES
from dlcards.claims.types.functions.drawn import Quadratic, SampleFunction

TOLERANCE = 1e-7
"""Sides that differ relatively by less than this agree in floating point."""

LARGE = 1e-3
"""Sides that differ by more than this at several ordinary points refute."""

POINTS = 32
REFUTING_POINTS = 3
FEWEST_POINTS = 6
_NODES = 24
_MOST_OUTCOMES = 20_000


def float_trial(
    scope: Scope, claim: Claim, hypotheses: Sequence[Node], seed: str
) -> tuple[int, str, str]:
    """Compare both sides in floating point.

    Returns
    -------
    tuple of int, str, str
        The number of points; why the claim is false, or else why it is not decided.
    """
    names = sorted(names_in(claim.tree, scope))
    plain = _is_plain(claim.tree, scope)
    agreed, doubts, refutations = 0, [], []
    for exact in _points(scope, hypotheses, seed):
        point = _float_point(scope, exact)
        if point is None:
            continue
        try:
            with np.errstate(all="ignore"):
                worst = max(_gaps(point, claim), default=0.0)
        except WrongShape:
            raise
        except TooMuchWork:
            break
        except (NumericError, Undefined, ArithmeticError, ValueError) as error:
            doubts.append(f"{error}{show_point(scope, exact, names)}")
            continue
        where = show_point(scope, exact, names)
        if worst <= TOLERANCE:
            agreed += 1
        elif worst > LARGE and exact.tier is Tier.BENIGN and plain:
            refutations.append(f"false in floating point{where}")
            if len(refutations) >= REFUTING_POINTS:
                return agreed, refutations[0], ""
        else:
            doubts.append(f"floating point cannot tell{where}")
        if agreed >= POINTS:
            break
    doubtful = [*refutations, *doubts]
    if agreed < FEWEST_POINTS and names:
        return agreed, "", doubtful[0] if doubtful else "hardly any point could be compared"
    if refutations or len(doubts) > 0.3 * (agreed + len(doubts)):
        return agreed, "", doubtful[0]
    return agreed, "", ""


_APPROXIMATED = frozenset({"integral", "limit", "d", "pd", "D", "grad", "jac", "hess"})
_AVERAGES = frozenset({"E", "Var", "Cov", "Corr", "P", "H", "MI"})


def _is_plain(tree: Node, scope: Scope) -> bool:
    """Tell whether floats evaluate a claim without approximating a limit."""
    for part in all_parts(tree, scope):
        if part.name in _APPROXIMATED or part.name == "oo":
            return False
        kinds = {scope.types[name].name for name in names_in(part, scope)}
        if part.name in _AVERAGES and kinds & PARAMETRIC_TYPES:
            return False
    return True


def _points(scope: Scope, hypotheses: Sequence[Node], seed: str) -> Iterator[ExactPoint]:
    for index in range(2 * POINTS):
        source = Source(seed, index + 3, tier=Tier.BENIGN if index % 3 else Tier.SPECIAL)
        try:
            drawn = draw_point(scope, source)
            point = satisfying(scope, drawn, hypotheses, source) if hypotheses else drawn
        except (EmptyDomain, ValueError):
            continue
        if point is not None:
            yield point


def _gaps(point: Point, claim: Claim) -> Iterator[float]:
    tree = claim.tree
    for sign, left, right in zip(tree.relations, tree.args, tree.args[1:], strict=False):
        a, b = settle(point, point.evaluate(left)), settle(point, point.evaluate(right))
        x, y = (v.entries if isinstance(v, Matrix) else np.asarray(v, float) for v in (a, b))
        if isinstance(a, Matrix) != isinstance(b, Matrix) or (
            isinstance(a, Matrix) and x.shape != y.shape
        ):
            raise WrongShape("the two sides have different shapes")
        size = max(float(np.max(np.abs(x))), float(np.max(np.abs(y))), min(point.peak, 1.0))
        yield _gap(sign, x, y) / (size or 1.0)


def _gap(sign: str, x: Array, y: Array) -> float:
    if sign in ("<", "<="):
        return float(np.max(np.maximum(x - y, 0)))
    if sign in (">", ">="):
        return float(np.max(np.maximum(y - x, 0)))
    gap = float(np.max(np.abs(x - y)))
    return gap if sign == "==" else float(gap == 0)


def _float_point(scope: Scope, exact: ExactPoint) -> Point | None:
    """Return the same point for the float evaluator, or None if its law is too large."""
    point = Point(scope, Stream(np.random.default_rng(0)), Work(), READINGS, 0)
    for name, value in exact.values.items():
        point.values[name] = _float_value(value)
    parts: list[tuple[Array, dict[str, Array]]] = []
    laws = exact.laws
    if laws.joint:
        values = {name: _stacked(list(found)) for name, found in laws.joint.items()}
        parts.append((_floats(laws.weights), values))
    for name, atoms in laws.independent.items():
        parts.append((_floats([w for w, _ in atoms]), {name: _floats([v for _, v in atoms])}))
    for name, entries in laws.white.items():
        for entry in entries:
            column = _floats([v for _, v in entry]).reshape(-1, 1, 1)
            parts.append((_floats([w for w, _ in entry]), {name: column}))
    for name, kind in scope.types.items():
        if kind.name in PARAMETRIC_TYPES:
            nodes = _NODES if kind.name in CONTINUOUS else 0
            known = kind.args if kind.name in LISTED else ()
            arguments = [float(np.asarray(point.plain(arg))) for arg in known]
            values_of, weights = parametric_points(kind.name, arguments, nodes)
            parts.append((weights, {name: values_of}))
    point.law = _product(parts)
    return point if point.law is not None else None


def _product(parts: Sequence[tuple[Array, dict[str, Array]]]) -> Law | None:
    sizes = [len(weights) for weights, _ in parts]
    if not parts:
        return Law(np.ones(1), {})
    if np.prod(sizes) > _MOST_OUTCOMES:
        return None
    places = np.indices(sizes).reshape(len(parts), -1)
    weights = np.ones(places.shape[1])
    values: dict[str, Array] = {}
    for (part, found), place in zip(parts, places, strict=True):
        weights = weights * part[place]
        for name, numbers in found.items():
            column = numbers[place]
            values[name] = np.concatenate([values[name], column], 1) if name in values else column
    return Law(weights, values)


def _floats(numbers: Sequence[Number]) -> Array:
    return np.array([as_float(x) for x in numbers])


def _stacked(values: Sequence[Number | ExactMatrix]) -> Array:
    return np.array([_entries(v) if isinstance(v, ExactMatrix) else as_float(v) for v in values])


def _entries(matrix: ExactMatrix) -> Array:
    return np.array([[as_float(x) for x in row] for row in matrix.rows])


def _float_value(value: ExactValue) -> Value:
    if isinstance(value, ExactMatrix):
        return Matrix(_entries(value))
    if isinstance(value, Quadratic):
        return _quadratic(value)
    if isinstance(value, SampleFunction):
        return _function(value)
    return as_float(as_number(value))


def _quadratic(function: Quadratic) -> RandomFunction:
    bowl, slope = _entries(function.bowl), _entries(function.slope)

    def value(x: Array) -> Array:
        return np.asarray(np.swapaxes(x, -1, -2) @ (0.5 * bowl @ x + slope))

    def jacobian(x: Array) -> Array:
        return np.asarray(np.swapaxes(bowl @ x + slope, -1, -2))

    return RandomFunction(function.inputs, None, value, jacobian)


def _function(function: SampleFunction) -> RandomFunction:
    """Return the same function for arrays; see :class:`SampleFunction` for its terms."""
    turns = np.array([_floats(row) for row in function.turns])
    waves = np.array([_floats(row) for row in function.waves])
    slope = np.array([_floats(row) for row in function.slope])
    shifts, level, bend, growth = (
        _floats(part) for part in (function.shifts, function.level, function.bend, function.growth)
    )
    rate = as_float(function.rate)

    def terms(x: Array) -> Array:
        squares = (x**2).sum(-1, keepdims=True)
        found: Array = level + np.zeros((*x.shape[:-1], len(level)))
        if function.form == "constant":
            return found
        found = np.asarray(found + x @ slope.T)
        if function.form == "linear":
            return found
        found = np.asarray(found + bend * squares)
        if function.kind == "convex":
            if function.form == "steep":
                return np.asarray(found + squares**2)
            soft = np.logaddexp(0, x @ turns.T + shifts)
            return np.asarray(found + soft.sum(-1, keepdims=True))
        if function.form == "steep":
            return np.asarray(found + growth * np.exp(rate * x.sum(-1, keepdims=True)))
        return np.asarray(found + np.sin(x @ turns.T + shifts) @ waves.T)

    def at(x: Array) -> Array:
        found = terms(x)
        return np.exp(found / 2) if function.kind == "positive_function" else found

    if function.inputs is None:
        return RandomFunction(None, None, lambda x: at(np.asarray(x, float)[..., None])[..., 0])
    return RandomFunction(
        function.inputs, function.outputs, lambda x: np.asarray(at(x[..., 0])[..., None])
    )
