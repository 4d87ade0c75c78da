"""Sums, products and series at a point."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dlcards.claims.judge.numeric.calculus import limit_of
from dlcards.claims.judge.numeric.indexed import bounds, terms
from dlcards.claims.judge.numeric.point import Point, Reading, Value
from dlcards.claims.judge.numeric.values import (
    Array,
    Matrix,
    NeedsLoop,
    NumericError,
    Unsettled,
    WrongShape,
)
from dlcards.claims.tree import Node

MAX_SERIES = 4_096
_EXTRAPOLATED = 2 ** np.arange(4, 13)
"""Partial sums from which a slow series is extrapolated."""


def _sum(point: Point, node: Node) -> Value:
    if len(node.args) == 1:
        return np.asarray(point.matrix(node.args[0], "sum").entries.sum(axis=(-1, -2)))
    low, high = bounds(point, node)
    if np.isinf(high).any():
        return _series(point, node, low)
    return _terms(point, node, low, high, product=False)


def _prod(point: Point, node: Node) -> Value:
    if len(node.args) == 1:
        return np.asarray(point.matrix(node.args[0], "prod").entries.prod(axis=(-1, -2)))
    low, high = bounds(point, node)
    return _terms(point, node, low, high, product=True)


def _terms(point: Point, node: Node, low: Array, high: Array, *, product: bool) -> Value:
    neutral = 1.0 if product else 0.0
    if high.max() < low.min():
        return neutral
    found, counts = terms(point, node, low, high)
    point.note(found)
    ragged = low.size > 1 or high.size > 1
    if not isinstance(found, Matrix):
        if ragged:
            found = np.where((counts >= low) & (counts <= high), found, neutral)
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
