"""Terms with an index, for sums, products and the largest of them."""

from __future__ import annotations

import numpy as np

from dlcards.claims.judge.numeric.point import Point, plain_value
from dlcards.claims.judge.numeric.values import (
    Array,
    Matrix,
    NeedsLoop,
    NumericError,
    TooMuchWork,
    WrongShape,
)
from dlcards.claims.tree import Node

MAX_TERMS = 2_000


def bounds(point: Point, node: Node) -> tuple[Array, Array]:
    """Return the first and the last index; both may depend on variables bound outside."""
    low, high = (np.asarray(point.number(arg), float) for arg in node.args[2:])
    for bound in (low, high):
        whole = np.abs(bound - np.round(bound)) < 1e-9
        if not (whole | (bound == np.inf)).all():
            raise NumericError("the bounds of a sum must be whole numbers")
    return np.round(low), np.round(high)


def terms(point: Point, node: Node, low: Array, high: Array) -> tuple[Matrix | Array, Array]:
    """Return the terms from the lowest to the highest index that occur, and these indices."""
    body, index = node.args[0], node.args[1]
    first, last = int(low.min()), high.max()
    if last - first > MAX_TERMS:
        raise TooMuchWork("a sum of too many terms")
    counts = np.arange(first, int(last) + 1, dtype=float)
    places = point.spread(counts)
    try:
        return point.along(index.name, places, len(counts), body), places
    except NeedsLoop:
        return _looped(point, body, index.name, counts), places


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
