"""Exact points as the float evaluator takes them: the same values, functions and laws."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from dlcards.claims.balls.matrices import Matrix as ExactMatrix
from dlcards.claims.balls.numbers import Infinity, Number, as_float
from dlcards.claims.balls.values import Laws, as_number
from dlcards.claims.balls.values import Value as ExactValue
from dlcards.claims.judge.numeric.evaluate import READINGS, Point, Work
from dlcards.claims.judge.numeric.functions import FloatFunction
from dlcards.claims.judge.numeric.laws import CONTINUOUS, LISTED, Law, parametric_points
from dlcards.claims.judge.numeric.point import Scope, Value
from dlcards.claims.judge.numeric.values import Array, Matrix
from dlcards.claims.points.draw import Point as ExactPoint
from dlcards.claims.types import PARAMETRIC_TYPES
from dlcards.claims.types.functions.drawn import Quadratic, SampleFunction

NODES = {1: 24, 2: 24, 3: 24, 4: 11}
"""Nodes of the quadrature of each continuous law, by how many of them multiply."""

FEWEST_NODES = 5
MOST_OUTCOMES = 20_000


def float_point(scope: Scope, exact: ExactPoint) -> Point | None:
    """Return the same point for the float evaluator, or None if its law is too large."""
    values = {name: float_value(value) for name, value in exact.values.items()}
    return point_at(scope, values, exact.laws)


def point_at(scope: Scope, values: Mapping[str, Value], laws: Laws | None = None) -> Point | None:
    """Return the point with these floats, or None if its law is too large.

    Raises
    ------
    Undefined
        If a named law has an impossible parameter.
    NumericError
        If a named law has too many values.
    """
    point = Point(scope, Work(), READINGS, values=dict(values))
    point.law = _product([*_drawn_laws(laws or Laws()), *_named_laws(scope, point)])
    return point if point.law is not None else None


Part = tuple[Array, dict[str, Array]]
"""Weights, and the values of names that they belong to."""


def _drawn_laws(laws: Laws) -> list[Part]:
    parts: list[Part] = []
    if laws.joint:
        values = {name: _stacked(list(found)) for name, found in laws.joint.items()}
        parts.append((_floats(laws.weights), values))
    for name, atoms in laws.independent.items():
        parts.append((_floats([w for w, _ in atoms]), {name: _floats([v for _, v in atoms])}))
    for name, entries in laws.white.items():
        for entry in entries:
            column = _floats([v for _, v in entry]).reshape(-1, 1, 1)
            parts.append((_floats([w for w, _ in entry]), {name: column}))
    return parts


def _named_laws(scope: Scope, point: Point) -> list[Part]:
    """Return the laws that floats know; the means of the others have error bars or no value."""
    kinds = {name: kind for name, kind in scope.types.items() if kind.name in PARAMETRIC_TYPES}
    nodes = NODES.get(sum(kind.name in CONTINUOUS for kind in kinds.values()), FEWEST_NODES)
    parts: list[Part] = []
    for name, kind in kinds.items():
        if kind.name in LISTED:
            arguments = [point.plain(arg) for arg in kind.args]
            values, weights = parametric_points(kind.name, arguments, nodes)
            parts.append((weights, {name: values}))
    return parts


def _product(parts: Sequence[Part]) -> Law | None:
    sizes = [len(weights) for weights, _ in parts]
    if not parts:
        # Without chance there is one outcome, so that the mean of a constant is the constant.
        return Law(np.ones(1), {})
    if np.prod(sizes) > MOST_OUTCOMES:
        return None
    places = np.indices(sizes).reshape(len(parts), -1)
    weights = np.ones(places.shape[1])
    values: dict[str, Array] = {}
    for (part, found), place in zip(parts, places, strict=True):
        weights = weights * part[place]
        for name, numbers in found.items():
            # Independent entries of one vector arrive one after the other.
            column = numbers[place]
            values[name] = np.concatenate([values[name], column], 1) if name in values else column
    return Law(weights, values)


def _floats(numbers: Sequence[Number]) -> Array:
    return np.array([_float(x) for x in numbers])


def _float(x: Number) -> float:
    """Return a number as a float; a mask has entries of minus infinity."""
    return x.sign * math.inf if isinstance(x, Infinity) else as_float(x)


def _stacked(values: Sequence[Number | ExactMatrix]) -> Array:
    return np.array([_entries(v) if isinstance(v, ExactMatrix) else as_float(v) for v in values])


def _entries(matrix: ExactMatrix) -> Array:
    return np.array([[_float(x) for x in row] for row in matrix.rows])


def float_value(value: ExactValue) -> Value:
    """Return a value in floating point."""
    if isinstance(value, ExactMatrix):
        return Matrix(_entries(value))
    if isinstance(value, Quadratic):
        return _quadratic(value)
    if isinstance(value, SampleFunction):
        return _function(value)
    return as_float(as_number(value))


def _quadratic(function: Quadratic) -> FloatFunction:
    bowl, slope = _entries(function.bowl), _entries(function.slope)

    def value(x: Array) -> Array:
        return np.asarray(np.swapaxes(x, -1, -2) @ (0.5 * bowl @ x + slope))

    def jacobian(x: Array) -> Array:
        return np.asarray(np.swapaxes(bowl @ x + slope, -1, -2))

    return FloatFunction(function.inputs, None, value, jacobian)


def _function(function: SampleFunction) -> FloatFunction:
    """Return the same function for arrays; see :class:`SampleFunction` for its terms."""
    terms = _terms(function)
    is_positive = function.kind == "positive_function"

    def value(x: Array) -> Array:
        found = _sum([term(x) for term, _ in terms])
        return np.exp(found / 2) if is_positive else found

    def jacobian(x: Array) -> Array:
        found = _sum([slope(x) for _, slope in terms])
        return value(x)[..., None] * found / 2 if is_positive else found

    if function.inputs is None:
        slopes = (
            lambda x: jacobian(np.asarray(x, float)[..., None])[..., 0, 0],
            *_higher_slopes(function),
        )
        return FloatFunction(
            None, None, lambda x: value(np.asarray(x, float)[..., None])[..., 0], slopes=slopes
        )
    return FloatFunction(
        function.inputs,
        function.outputs,
        lambda x: np.asarray(value(x[..., 0])[..., None]),
        lambda x: jacobian(x[..., 0]),
    )


Term = tuple[Callable[[Array], Array], Callable[[Array], Array]]
"""A term, from inputs on the last axis to outputs, and its Jacobian matrix."""


def _terms(function: SampleFunction) -> list[Term]:
    slope = np.array([_floats(row) for row in function.slope])
    level, bend = _floats(function.level), _floats(function.bend)
    terms: list[Term] = [
        (lambda x: level + np.zeros((*x.shape[:-1], len(level))), lambda x: _flat(x, len(level)))
    ]
    if function.form == "constant":
        return terms
    terms.append((lambda x: x @ slope.T, lambda x: slope + _flat(x, len(level))))
    if function.form == "linear":
        return terms
    terms.append((lambda x: bend * _squares(x), lambda x: 2 * bend[:, None] * x[..., None, :]))
    return [*terms, _bent(function)]


def _bent(function: SampleFunction) -> Term:
    """Return the last term: waves, soft bends, or what grows fast."""
    turns, waves = (np.array([_floats(row) for row in p]) for p in (function.turns, function.waves))
    shifts, growth = _floats(function.shifts), _floats(function.growth)
    rate = as_float(function.rate)
    if function.kind == "convex" and function.form == "steep":
        return lambda x: _squares(x) ** 2, lambda x: 4 * (_squares(x) * x)[..., None, :]
    if function.kind == "convex":
        return (
            lambda x: np.logaddexp(0, x @ turns.T + shifts).sum(-1, keepdims=True),
            lambda x: (np.exp(-np.logaddexp(0, -(x @ turns.T + shifts))) @ turns)[..., None, :],
        )
    if function.form == "steep":

        def grown(x: Array) -> Array:
            return np.asarray(growth * np.exp(rate * x.sum(-1, keepdims=True)))

        return grown, lambda x: rate * grown(x)[..., None] + _flat(x, len(growth))
    return (
        lambda x: np.sin(x @ turns.T + shifts) @ waves.T,
        lambda x: (waves * np.cos(x @ turns.T + shifts)[..., None, :]) @ turns,
    )


def _higher_slopes(function: SampleFunction) -> tuple[Callable[[Array], Array], ...]:
    """Return the second and third derivative of waves of one number; of others none."""
    if function.form != "wave" or function.kind != "function":
        return ()
    turns, waves = _floats([row[0] for row in function.turns]), _floats(function.waves[0])
    shifts, bend = _floats(function.shifts), as_float(function.bend[0])

    def slope(order: int, rest: float) -> Callable[[Array], Array]:
        turned = waves * turns**order
        return lambda x: (
            rest
            + (turned * np.sin(np.asarray(x)[..., None] * turns + shifts + order * np.pi / 2)).sum(
                -1
            )
        )

    return slope(2, 2 * bend), slope(3, 0.0)


def _squares(x: Array) -> Array:
    return np.asarray((x**2).sum(-1, keepdims=True))


def _flat(x: Array, outputs: int) -> Array:
    """Return the Jacobian matrix of a constant."""
    return np.zeros((*x.shape[:-1], outputs, x.shape[-1]))


def _sum(parts: Sequence[Array]) -> Array:
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total
