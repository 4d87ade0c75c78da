"""The values of these words in floats, for many points at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from dlcards.claims.judge.numeric.indexed import bounds, terms
from dlcards.claims.judge.numeric.linear import by_entry
from dlcards.claims.judge.numeric.operators import check_same
from dlcards.claims.judge.numeric.point import Point, Reading, Value, plain_value
from dlcards.claims.judge.numeric.values import Array, Matrix, WrongShape, lifted
from dlcards.claims.tree import Node


def _factorial(x: float) -> float:
    whole = 0 <= x <= 170 and abs(x - round(x)) < 1e-9
    return float(math.factorial(round(x))) if whole else math.nan


def _cases(point: Point, node: Node) -> Value:
    args = node.args
    result = plain_value(point.evaluate(args[-1]))
    for value, condition in reversed(list(zip(args[:-1:2], args[1::2], strict=True))):
        truth = np.asarray(point.number(condition), float)
        chosen = plain_value(point.evaluate(value))
        check_same(chosen, result, "in cases")
        if isinstance(chosen, Matrix) and isinstance(result, Matrix):
            mask = np.asarray(lifted(truth))
            picked = np.where(mask > 0, chosen.entries, result.entries)
            result = Matrix(np.where(np.isnan(mask), np.nan, picked))
        elif not isinstance(chosen, Matrix) and not isinstance(result, Matrix):
            picked = np.where(truth > 0, chosen, result)
            result = np.where(np.isnan(truth), np.nan, picked)
    return result


def _indicator(point: Point, node: Node) -> Value:
    return point.number(node.args[0])


def _largest(point: Point, node: Node) -> Array:
    """Return the largest entry of a vector or matrix, or the largest number at an index."""
    if len(node.args) == 1:
        return np.asarray(point.matrix(node.args[0], node.name).entries.max(axis=(-1, -2)))
    low, high = bounds(point, node)
    none = high < low
    point.undefined(none, "the largest or smallest of no numbers", node)
    if none.all():
        return np.asarray(np.nan)
    found, places = terms(point, node, low, high)
    if isinstance(found, Matrix):
        raise WrongShape("numbers are compared, not vectors")
    within = np.where((places >= low) & (places <= high), found, -np.inf)
    return np.where(none, np.nan, within.max(axis=0))


def _max(point: Point, node: Node) -> Value:
    if len(node.args) != 2:
        return _largest(point, node)
    return np.maximum(point.number(node.args[0]), point.number(node.args[1]))


def _min(point: Point, node: Node) -> Value:
    if len(node.args) != 2:
        opposite = node.with_args((Node("neg", node.args[:1]), *node.args[1:]))
        return -_largest(point, opposite)
    return np.minimum(point.number(node.args[0]), point.number(node.args[1]))


def _binomial(point: Point, node: Node) -> Value:
    n, k = (np.asarray(point.number(arg), float) for arg in node.args)
    result = np.asarray(np.frompyfunc(_choose, 2, 1)(n, k), float)
    point.undefined(np.isnan(result), "a binomial of numbers that are not 0, 1, 2, …", node)
    return result


def _choose(n: float, k: float) -> float:
    whole = abs(n - round(n)) + abs(k - round(k)) < 1e-9
    return float(math.comb(round(n), round(k))) if whole and 0 <= n <= 1000 and k >= 0 else math.nan


ENTRYWISE: Mapping[str, Callable[[Array], Array]] = {
    "factorial": by_entry(_factorial),
}
"""Of one number, applied to every entry; NaN where undefined."""

WORDS: Mapping[str, Reading] = {
    "binomial": _binomial,
    "ind": _indicator,
    "max": _max,
    "min": _min,
    "cases": _cases,
}
"""Of a point and the call."""

UNDEFINED: Mapping[str, str] = {
    "factorial": "the factorial of a number that is not 0, 1, 2, …",
}
"""What to say where a word is undefined."""
