"""Sums, products and series at a point."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dlcards.claims.judge.numeric.calculus import limit_of
from dlcards.claims.judge.numeric.point import Point, Reading, Value, plain_value
from dlcards.claims.judge.numeric.values import (
    Array,
    Matrix,
    NeedsLoop,
    NumericError,
    TooMuchWork,
    Unsettled,
    WrongShape,
)
from dlcards.claims.tree import Node

MAX_TERMS = 2_000
MAX_SERIES = 4_096
_EXTRAPOLATED = 2 ** np.arange(4, 13)
"""Partial sums from which a slow series is extrapolated."""


def _sum(point: Point, node: Node) -> Value:
    if len(node.args) == 1:
        return np.asarray(point.matrix(node.args[0], "sum").entries.sum(axis=(-1, -2)))
    low, high = _bounds(point, node)
    if np.isinf(high).any():
        return _series(point, node, low)
    return _terms(point, node, low, high, product=False)


def _prod(point: Point, node: Node) -> Value:
    if len(node.args) == 1:
        return np.asarray(point.matrix(node.args[0], "prod").entries.prod(axis=(-1, -2)))
    low, high = _bounds(point, node)
    return _terms(point, node, low, high, product=True)


def _bounds(point: Point, node: Node) -> tuple[Array, Array]:
    low, high = (np.asarray(point.number(arg), float) for arg in node.args[2:])
    for bound in (low, high):
        whole = np.abs(bound - np.round(bound)) < 1e-9
        if not (whole | (bound == np.inf)).all():
            raise NumericError("the bounds of a sum must be whole numbers")
    return np.round(low), np.round(high)


def _terms(point: Point, node: Node, low: Array, high: Array, *, product: bool) -> Value:
    body, index = node.args[0], node.args[1]
    first, last = int(low.min()), high.max()
    if last - first > MAX_TERMS:
        raise TooMuchWork("a sum of too many terms")
    if last < first:
        return 1.0 if product else 0.0
    counts = np.arange(first, int(last) + 1, dtype=float)
    places = point.spread(counts)
    try:
        found = point.along(index.name, places, len(counts), body)
    except NeedsLoop:
        found = _looped(point, body, index.name, counts)
    point.note(found)
    ragged = low.size > 1 or high.size > 1
    neutral = 1.0 if product else 0.0
    if not isinstance(found, Matrix):
        if ragged:
            found = np.where((places >= low) & (places <= high), found, neutral)
        return np.asarray(found.prod(axis=0) if product else found.sum(axis=0))
    if ragged:
        raise NeedsLoop("the bounds may not depend on a bound variable")
    if not product:
        return Matrix(found.entries.sum(axis=0))
    result: Array = found.entries[0]
    for factor in found.entries[1:]:
        if result.shape[-1] != factor.shape[-2]:
            raise WrongShape("the factors of the product do not fit")
        result = result @ factor
    return Matrix(result)


def _looped(point: Point, body: Node, name: str, counts: Array) -> Matrix | Array:
    """Evaluate one index after the other, for terms whose sizes differ."""
    found = []
    for count in counts:
        with point.bound(name, float(count)):
            found.append(plain_value(point.evaluate(body)))
    matrices = [value for value in found if isinstance(value, Matrix)]
    if not matrices:
        numbers = [np.asarray(v) for v in found if not isinstance(v, Matrix)]
        return np.stack(np.broadcast_arrays(*numbers))
    if len(matrices) < len(found) or len({m.shape for m in matrices}) > 1:
        raise WrongShape("the terms have different shapes")
    return Matrix(np.stack(np.broadcast_arrays(*(m.entries for m in matrices))))


def _series(point: Point, node: Node, low: Array) -> Value:
    body, index = node.args[0], node.args[1]
    point.tolerance = max(point.tolerance, 1e-9)
    if low.size > 1:
        raise NeedsLoop("the first index may not depend on a bound variable")
    count = 50
    while True:
        counts = float(low.flat[0]) + np.arange(count)
        terms = point.along(index.name, point.spread(counts), count, body)
        if isinstance(terms, Matrix):
            raise NumericError("the terms of a series must be numbers")
        sums = np.cumsum(terms, axis=0)
        small = np.abs(terms) <= 1e-17 * (1 + np.abs(sums))
        quiet = np.logical_and.reduce([small[k : count - 5 + k] for k in range(6)])
        done, place = quiet.any(axis=0), np.argmax(quiet, axis=0)
        lost = np.isnan(terms[:count]).any(axis=0) & ~done
        if done.all() or lost.any() or count >= MAX_SERIES:
            break
        count = min(4 * count, MAX_SERIES)
    point.undefined(lost, "a series with a term that is undefined", node)
    point.note(np.where(np.arange(count).reshape(-1, *(1,) * place.ndim) <= place, terms, 0.0))
    result = np.where(done, np.take_along_axis(sums, place[None], axis=0)[0], np.nan)
    if (done | lost).all():
        return result
    slow, settled = limit_of(sums[_EXTRAPOLATED - 1])
    # Partial sums of 1 - 1 + 1 - … agree at even places; only the terms show the trouble.
    settled &= np.abs(terms[-1]) <= 0.75 * np.abs(terms[count // 2 - 1])
    if not (done | lost | settled).all():
        raise Unsettled("the series does not converge")
    point.tolerance = max(point.tolerance, 1e-6)
    return np.where(done | lost, result, slow)


WORDS: Mapping[str, Reading] = {
    "sum": _sum,
    "prod": _prod,
}
