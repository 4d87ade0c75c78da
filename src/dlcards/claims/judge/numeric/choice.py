"""Words that choose, count and build vectors, at a point."""

from __future__ import annotations

import math

import numpy as np

from dlcards.claims.judge.numeric.operators import check_same, index_place
from dlcards.claims.judge.numeric.point import Point, Reading, Value, plain_value
from dlcards.claims.judge.numeric.values import Matrix, WrongShape, collapsed, column, lifted
from dlcards.claims.tree import Node


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


def _max(point: Point, node: Node) -> Value:
    if len(node.args) == 1:
        return np.asarray(point.matrix(node.args[0], "max").entries.max(axis=(-1, -2)))
    return np.maximum(point.number(node.args[0]), point.number(node.args[1]))


def _min(point: Point, node: Node) -> Value:
    if len(node.args) == 1:
        return np.asarray(point.matrix(node.args[0], "min").entries.min(axis=(-1, -2)))
    return np.minimum(point.number(node.args[0]), point.number(node.args[1]))


def _binomial(point: Point, node: Node) -> Value:
    n, k = (np.asarray(point.number(arg), float) for arg in node.args)
    result = np.asarray(np.frompyfunc(_choose, 2, 1)(n, k), float)
    point.undefined(np.isnan(result), "a binomial of numbers that are not 0, 1, 2, …", node)
    return result


def _eye(point: Point, node: Node) -> Value:
    return Matrix(np.eye(point.size(node.args[0])))


def _ones(point: Point, node: Node) -> Value:
    return Matrix(np.ones((point.size(node.args[0]), 1)))


def _zeros(point: Point, node: Node) -> Value:
    rows = point.size(node.args[0])
    return Matrix(np.zeros((rows, point.size(node.args[1]) if len(node.args) > 1 else 1)))


def _basis(point: Point, node: Node) -> Value:
    n = point.size(node.args[1])
    place, inside = index_place(point, np.asarray(point.number(node.args[0]), float), n, node)
    units = (place[..., None] == np.arange(n)).astype(float)
    return column(np.where(inside[..., None], units, np.nan))


def _column(point: Point, node: Node) -> Value:
    return _taken(point, node, -1)


def _row(point: Point, node: Node) -> Value:
    return _taken(point, node, -2)


def _taken(point: Point, node: Node, axis: int) -> Value:
    entries = point.matrix(node.args[0], node.name).entries
    wanted = np.asarray(point.number(node.args[1]), float)
    place, inside = index_place(point, wanted, entries.shape[axis], node)
    batch = np.broadcast_shapes(entries.shape[:-2], place.shape)
    entries = np.broadcast_to(entries, (*batch, *entries.shape[-2:]))
    where = np.broadcast_to(place, batch)[..., None, None]
    found = np.take_along_axis(entries, where, axis)
    return collapsed(Matrix(np.where(inside[..., None, None], found, np.nan)))


def _p_norm(point: Point, node: Node) -> Value:
    matrix = point.matrix(node.args[0], "pnorm")
    if not matrix.is_vector:
        raise WrongShape("a vector is needed, not a matrix")
    power = np.asarray(point.number(node.args[1]), float)
    point.undefined(power <= 0, "a norm of an order that is not positive", node)
    power = np.where(power > 0, power, np.nan)
    sizes = np.abs(matrix.entries[..., 0]) ** power[..., None]
    return np.asarray(sizes.sum(axis=-1) ** (1 / power))


def _choose(n: float, k: float) -> float:
    whole = abs(n - round(n)) + abs(k - round(k)) < 1e-9
    return float(math.comb(round(n), round(k))) if whole and 0 <= n <= 1000 and k >= 0 else math.nan


CHOICE_WORDS: dict[str, Reading] = {
    "cases": _cases,
    "ind": _indicator,
    "max": _max,
    "min": _min,
    "binomial": _binomial,
    "eye": _eye,
    "ones": _ones,
    "zeros": _zeros,
    "basis": _basis,
    "col": _column,
    "row": _row,
    "pnorm": _p_norm,
}
"""The readings of these words."""
