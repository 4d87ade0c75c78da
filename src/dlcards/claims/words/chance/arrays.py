"""Expectations, probabilities and entropies at a point, as finite sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from dlcards.claims.judge.numeric.continuous import broken_variable, piecewise_expectation
from dlcards.claims.judge.numeric.laws import density
from dlcards.claims.judge.numeric.point import (
    Point,
    Reading,
    Value,
    is_event,
    plain_value,
    scalar_value,
)
from dlcards.claims.judge.numeric.values import (
    Array,
    Matrix,
    NumericError,
    Scalar,
    WrongShape,
    collapsed,
    lifted,
)
from dlcards.claims.tree import Node, sym
from dlcards.claims.types import PARAMETRIC_TYPES


def _weights(point: Point, condition: Node | None, node: Node) -> Array:
    """Return the probabilities of the points, given the condition."""
    outer = None
    if condition is not None and not is_event(condition, point.scope):
        if point.law_depth is None:
            raise NumericError("E(X | Y) is random: it needs an outer E or Var")
        outer = plain_value(point.evaluate(condition))
    with point.chance() as unconditional:
        if condition is None:
            return unconditional
        inner = plain_value(point.evaluate(condition))
        if outer is None:
            if isinstance(inner, Matrix):
                raise WrongShape("a condition is an event or a random variable")
            weights = np.asarray(unconditional * inner)
        else:
            weights = np.asarray(unconditional * _equal(inner, outer))
    total = weights.sum(axis=0)
    impossible = ~(total > 1e-12)
    point.undefined(impossible, "a condition of probability zero", node)
    return np.asarray(weights / np.where(impossible, np.nan, total))


def _expectation(point: Point, node: Node) -> Value:
    body, condition = _split(node.args[0])
    return _mean(point, body, condition, node)


def _mean(point: Point, body: Node, condition: Node | None, node: Node) -> Value:
    broken = broken_variable(point, body, condition)
    if broken is not None:
        return piecewise_expectation(point, broken, body, condition)
    weights = _weights(point, condition, node)
    found = point.distribution(body)
    point.note(found)
    return _average(weights, found)


def _variance(point: Point, node: Node) -> Value:
    first = node.args[0]
    return _moment(point, first, node.args[1] if len(node.args) > 1 else first, node)


def _correlation(point: Point, node: Node) -> Value:
    a, b = node.args
    spread = np.asarray(_moment(point, a, a, node)) * np.asarray(_moment(point, b, b, node))
    point.undefined(spread <= 0, "the correlation of a constant", node)
    return np.asarray(_moment(point, a, b, node)) / np.sqrt(np.where(spread > 0, spread, np.nan))


def _moment(point: Point, a: Node, b: Node, node: Node) -> Value:
    first, condition = _split(a)
    second, other = _split(b)
    both = Node("list", (first, second))
    if broken_variable(point, both, condition or other) is not None:
        return _broken_moment(point, first, second, condition or other, node)
    weights = _weights(point, condition or other, node)
    x = point.distribution(first)
    y = x if second == first else point.distribution(second)
    for found in (x, y):
        entries = found.entries if isinstance(found, Matrix) else found
        point.note(Matrix(entries**2) if isinstance(found, Matrix) else entries**2)
    mean_x, mean_y = _average(weights, x), _average(weights, y)
    if isinstance(x, Matrix) and isinstance(y, Matrix):
        if not (x.is_vector and y.is_vector):
            raise WrongShape("the covariance of a matrix")
        assert isinstance(mean_x, Matrix)
        assert isinstance(mean_y, Matrix)
        left = x.entries - mean_x.entries
        right = np.swapaxes(y.entries - mean_y.entries, -1, -2)
        return _average(weights, Matrix(left @ right))
    if isinstance(x, Matrix) or isinstance(y, Matrix):
        raise WrongShape("the covariance of a number and a vector")
    return _average(weights, (x - np.asarray(mean_x)) * (y - np.asarray(mean_y)))


def _broken_moment(
    point: Point, first: Node, second: Node, condition: Node | None, node: Node
) -> Value:
    """Return the covariance of two numbers that jump or bend, by way of their means."""
    means = [scalar_value(_mean(point, part, condition, node)) for part in (first, second)]
    names = (" first mean", " second mean")  # no name of the language begins with a blank
    with point.bound(names[0], means[0]), point.bound(names[1], means[1]):
        parts = (Node("sub", (a, sym(n))) for a, n in zip((first, second), names, strict=True))
        return _mean(point, Node("mul", tuple(parts)), condition, node)


def _entropy(point: Point, node: Node) -> Value:
    body, condition = _split(node.args[0])
    parts = list(body.args) if body.op == "list" else [body]
    joint = _entropy_of(point, [*parts, condition] if condition is not None else parts)
    return joint - _entropy_of(point, [condition]) if condition is not None else joint


def _entropy_of(point: Point, nodes: Sequence[Node]) -> Array:
    assert point.law is not None or not nodes
    rows = []
    for node in nodes:
        found = point.distribution(node)
        entries = found.entries if isinstance(found, Matrix) else found[..., None, None]
        rows.append(entries.reshape(*entries.shape[:-2], -1))
    assert point.law is not None
    batch = np.broadcast_shapes(*(row.shape[1:-1] for row in rows))
    count = len(point.law.weights)
    keys = np.concatenate(
        [np.broadcast_to(row, (count, *batch, row.shape[-1])) for row in rows], axis=-1
    )
    flat = np.round(keys, 12).reshape(count, -1, keys.shape[-1])
    weights = point.law.weights
    entropies = [_entropy_of_rows(flat[:, k], weights) for k in range(flat.shape[1])]
    return np.array(entropies).reshape(batch)


def _information(point: Point, node: Node) -> Value:
    first, second = (list(arg.args) if arg.op == "list" else [arg] for arg in node.args)
    separate = _entropy_of(point, first) + _entropy_of(point, second)
    return separate - _entropy_of(point, [*first, *second])


def _union(point: Point, node: Node) -> Value:
    return np.maximum(point.number(node.args[0]), point.number(node.args[1]))


def _density(point: Point, node: Node) -> Value:
    kind = point.scope.types[node.args[0].name]
    if kind.name not in PARAMETRIC_TYPES:
        raise NumericError("pdf needs a variable with a named law")
    arguments = [point.plain(arg) for arg in kind.args]
    return density(kind.name, arguments, np.asarray(point.number(node.args[1]), float))


def _split(node: Node) -> tuple[Node, Node | None]:
    return (node.args[0], node.args[1]) if node.op == "given" else (node, None)


def _equal(a: Matrix | Scalar, b: Matrix | Scalar) -> Array:
    if isinstance(a, Matrix) and isinstance(b, Matrix):
        return np.asarray((a.entries == b.entries).all(axis=(-1, -2)), float)
    return np.asarray(np.asarray(scalar_value(a)) == np.asarray(scalar_value(b)), float)


def _average(weights: Array, values: Matrix | Array) -> Value:
    if isinstance(values, Matrix):
        heavy = np.asarray(lifted(weights))
        product = np.where(heavy == 0, 0.0, heavy * values.entries)
        return collapsed(Matrix(product.sum(axis=0)))
    return np.asarray(np.where(weights == 0, 0.0, weights * values).sum(axis=0))


def _entropy_of_rows(rows: Array, weights: Array) -> float:
    _, places = np.unique(rows, axis=0, return_inverse=True)
    masses = np.bincount(places.ravel(), weights)
    masses = masses[masses > 0]
    return float(-(masses * np.log(masses)).sum())


WORDS: Mapping[str, Reading] = {
    "E": _expectation,
    "P": _expectation,
    "Var": _variance,
    "Cov": _variance,
    "Corr": _correlation,
    "H": _entropy,
    "MI": _information,
    "union": _union,
    "pdf": _density,
}
