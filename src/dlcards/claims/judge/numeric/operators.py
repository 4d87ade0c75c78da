"""The operators of the claim language at a point."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from dlcards.claims.judge.numeric.functions import FloatFunction
from dlcards.claims.judge.numeric.linear import inverse
from dlcards.claims.judge.numeric.point import Point, Reading, Value, scalar_value
from dlcards.claims.judge.numeric.values import (
    Array,
    Matrix,
    NumericError,
    Scalar,
    WrongShape,
    collapsed,
    column,
    lifted,
)
from dlcards.claims.tree import Node


def _number(point: Point, node: Node) -> Value:
    return float(node.number)


def _symbol(point: Point, node: Node) -> Value:
    name = node.name
    value = point.values.get(name)
    if value is not None:
        return value
    if point.law is not None and name in point.law.values:
        return _random(point, name)
    if name in point.scope.definitions:
        return point.evaluate(point.scope.definitions[name].body)
    if name == "pi":
        return math.pi
    if name == "oo":
        return math.inf
    raise NumericError(f"'{name}' has no value")


def _random(point: Point, name: str) -> Value:
    assert point.law is not None
    if point.law_depth is None:
        raise NumericError(f"{name} is random: wrap it in E, Var or P")
    points = point.law.values[name]
    shape = (len(points), *(1,) * point.law_depth)
    if points.ndim == 1:
        return points.reshape(shape)
    return Matrix(points.reshape(*shape, *points.shape[1:]))


def check_same(a: Value, b: Value, sign: str) -> None:
    """Refuse two values of different shapes.

    Raises
    ------
    WrongShape
        If the shapes differ.
    """
    if isinstance(a, FloatFunction) or isinstance(b, FloatFunction):
        raise WrongShape("a function needs an argument")
    shape_a = a.shape if isinstance(a, Matrix) else ()
    shape_b = b.shape if isinstance(b, Matrix) else ()
    if shape_a != shape_b:
        raise WrongShape(f"{_shape_text(a)} {sign} {_shape_text(b)} do not fit")


def _add(point: Point, node: Node) -> Value:
    a, b = point.evaluate(node.args[0]), point.evaluate(node.args[1])
    check_same(a, b, "+")
    point.note(a, b)
    if isinstance(a, Matrix) and isinstance(b, Matrix):
        return Matrix(a.entries + b.entries)
    return a + b  # type: ignore[operator]  # both are numbers


def _sub(point: Point, node: Node) -> Value:
    a, b = point.evaluate(node.args[0]), point.evaluate(node.args[1])
    check_same(a, b, "-")
    point.note(a, b)
    if isinstance(a, Matrix) and isinstance(b, Matrix):
        return Matrix(a.entries - b.entries)
    return a - b  # type: ignore[operator]  # both are numbers


def _neg(point: Point, node: Node) -> Value:
    a = point.evaluate(node.args[0])
    if isinstance(a, FloatFunction):
        raise WrongShape("a function needs an argument")
    return Matrix(-a.entries) if isinstance(a, Matrix) else -a


def _mul(point: Point, node: Node) -> Value:
    a, b = point.evaluate(node.args[0]), point.evaluate(node.args[1])
    if isinstance(a, Matrix) and isinstance(b, Matrix):
        check_same(a, b, "* (@ is the matrix product)")
        return Matrix(a.entries * b.entries)
    if isinstance(a, FloatFunction) or isinstance(b, FloatFunction):
        raise WrongShape("a function needs an argument")
    if isinstance(a, Matrix):
        return Matrix(a.entries * lifted(scalar_value(b)))
    if isinstance(b, Matrix):
        return Matrix(lifted(a) * b.entries)
    return a * b


def _div(point: Point, node: Node) -> Value:
    a, b = point.evaluate(node.args[0]), point.evaluate(node.args[1])
    if isinstance(a, FloatFunction) or isinstance(b, FloatFunction):
        raise WrongShape("a function needs an argument")
    if isinstance(b, Matrix):
        check_same(a, b, "/")
    below = b.entries if isinstance(b, Matrix) else np.asarray(b)
    zero = below == 0
    if zero.any():
        point.undefined(True, "division by zero", node)
        below = np.where(zero, np.nan, below)
    if isinstance(a, Matrix):
        return Matrix(a.entries / (below if isinstance(b, Matrix) else lifted(below)))
    return np.asarray(a / below)


def _pow(point: Point, node: Node) -> Value:
    base, exponent = point.evaluate(node.args[0]), point.evaluate(node.args[1])
    if isinstance(base, FloatFunction) or isinstance(exponent, FloatFunction):
        raise WrongShape("a function needs an argument")
    if isinstance(exponent, Matrix):
        raise WrongShape("a power must be a number")
    if isinstance(base, Matrix):
        if base.is_vector:
            return Matrix(_raised(point, base.entries, np.asarray(lifted(exponent)), node))
        return _matrix_power(point, base, node)
    return _raised(point, np.asarray(base, float), np.asarray(exponent, float), node)


def _raised(point: Point, base: Array, exponent: Array, node: Node) -> Array:
    result = np.power(base, exponent)
    bad = np.isnan(base) | np.isnan(exponent) | ((base == 0) & (exponent < 0))
    if np.any(bad):
        result = np.where(bad, np.nan, result)
    undefined = np.isnan(result) & ~np.isnan(base) & ~np.isnan(exponent)
    point.undefined(undefined, "a power of a number that is not positive", node)
    return np.asarray(result)


def _matrix_power(point: Point, base: Matrix, node: Node) -> Value:
    rows, columns = base.shape
    exponent = point.plain(node.args[1])
    if rows != columns or not exponent.is_integer() or abs(exponent) > 64:
        raise WrongShape("only a square matrix has powers, and only whole ones")
    if exponent < 0:
        base = inverse(base)
        point.undefined(np.isnan(base.entries), "the inverse of a singular matrix", node)
    return Matrix(np.linalg.matrix_power(base.entries, int(abs(exponent))))


def _matmul(point: Point, node: Node) -> Value:
    a, b = point.matrix(node.args[0], "@"), point.matrix(node.args[1], "@")
    if a.shape[1] != b.shape[0]:
        raise WrongShape(f"{_shape_text(a)} @ {_shape_text(b)} do not fit")
    point.note(a, b)
    return collapsed(Matrix(a.entries @ b.entries))


def _transpose(point: Point, node: Node) -> Value:
    a = point.evaluate(node.args[0])
    return Matrix(np.swapaxes(a.entries, -1, -2)) if isinstance(a, Matrix) else a


def _list(point: Point, node: Node) -> Value:
    if node.args and all(row.op == "list" for row in node.args):
        rows = [_stack(point, row.args) for row in node.args]
        if len({row.shape[-1] for row in rows}) != 1:
            raise WrongShape("the rows of a matrix have different lengths")
        return Matrix(np.stack(np.broadcast_arrays(*rows), axis=-2))
    return column(_stack(point, node.args))


def _stack(point: Point, items: Sequence[Node]) -> Array:
    numbers = [np.asarray(point.number(item), float) for item in items]
    return np.stack(np.broadcast_arrays(*numbers), axis=-1)


def _index(point: Point, node: Node) -> Value:
    whole = point.matrix(node.args[0], "an index")
    places = [np.asarray(point.number(i), float) for i in node.args[1:]]
    rows, columns = whole.shape
    if len(places) == 1 and columns != 1:
        place = index_place(point, places[0], rows, node)
        row = _gathered(whole.entries, place[0], np.arange(columns))
        return column(np.where(place[1][..., None], row, np.nan))
    row_place = index_place(point, places[0], rows, node)
    column_place = index_place(point, places[1], columns, node) if len(places) == 2 else None
    across = column_place[0] if column_place else np.zeros((), int)
    inside = row_place[1] & column_place[1] if column_place else row_place[1]
    entry = _entry(whole.entries, row_place[0], across)
    return np.where(inside, entry, np.nan)


def index_place(point: Point, place: Array, count: int, node: Node) -> tuple[Array, Array]:
    """Return indices counted from 0, and which of them are inside 1 to ``count``."""
    whole = np.round(place)
    inside = (np.abs(place - whole) < 1e-9) & (whole >= 1) & (whole <= count)
    point.undefined(~inside, f"an index outside 1 to {count}", node)
    return np.where(inside, whole - 1, 0).astype(int), inside


def _and(point: Point, node: Node) -> Value:
    return point.number(node.args[0]) * point.number(node.args[1])


def _not(point: Point, node: Node) -> Value:
    return 1.0 - point.number(node.args[0])


def _given(point: Point, node: Node) -> Value:
    raise NumericError("| is only allowed inside E, Var, Cov, P and H")


def _relation(point: Point, node: Node) -> Value:
    sides = [point.evaluate(arg) for arg in node.args]
    truth: Scalar = 1.0
    for sign, a, b in zip(node.relations, sides, sides[1:], strict=False):
        check_same(a, b, sign)
        truth = truth * _truth(sign, a, b)
    return truth


def _shape_text(value: Value) -> str:
    if isinstance(value, Matrix):
        return "x".join(map(str, value.shape))
    return "number"


def _gathered(entries: Array, rows: Array, columns: Array) -> Array:
    """Return one row of every matrix of a batch."""
    return _entry(entries[..., None, :, :], rows[..., None], columns)


def _entry(entries: Array, rows: Array, columns: Array) -> Array:
    """Return one entry of every matrix of a batch."""
    if rows.ndim == 0 and columns.ndim == 0:
        single: Array = entries[..., int(rows), int(columns)]
        return single
    batch = np.broadcast_shapes(entries.shape[:-2], rows.shape, columns.shape)
    wide = np.broadcast_to(entries, (*batch, *entries.shape[-2:]))
    flat = wide.reshape(*batch, -1)
    place = np.broadcast_to(rows * entries.shape[-1] + columns, batch)
    return np.take_along_axis(flat, place[..., None], axis=-1)[..., 0]


def _truth(sign: str, a: Value, b: Value) -> Array:
    if isinstance(a, Matrix) and isinstance(b, Matrix):
        if sign not in ("==", "!="):
            raise WrongShape("only numbers can be compared with < and >")
        difference = np.abs(a.entries - b.entries).max(axis=(-1, -2))
    else:
        difference = np.asarray(scalar_value(a) - scalar_value(b))
    truth = {
        "==": np.abs(difference) < 1e-12,
        "!=": np.abs(difference) >= 1e-12,
        "<": difference < 0,
        "<=": difference <= 1e-12,
        ">": difference > 0,
        ">=": difference >= -1e-12,
    }[sign]
    return np.where(np.isnan(difference), np.nan, truth.astype(float))


OPERATORS: dict[str, Reading] = {
    "num": _number,
    "sym": _symbol,
    "list": _list,
    "index": _index,
    "rel": _relation,
    "T": _transpose,
    "neg": _neg,
    "not": _not,
    "add": _add,
    "sub": _sub,
    "mul": _mul,
    "div": _div,
    "pow": _pow,
    "matmul": _matmul,
    "given": _given,
    "and": _and,
}
"""The reading of every operator."""
