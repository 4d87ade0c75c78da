"""The values of these words in floats, for many points at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from dlcards.claims.judge.numeric.linear import (
    inverse,
    pair,
    square,
    symmetric,
    vector,
    where_finite,
)
from dlcards.claims.judge.numeric.operators import index_place
from dlcards.claims.judge.numeric.point import Point, Reading, Value
from dlcards.claims.judge.numeric.values import Array, Matrix, Scalar, WrongShape, collapsed, column
from dlcards.claims.tree import Node


def _diagonal(matrix: Matrix) -> Matrix:
    if matrix.is_vector:
        numbers = vector(matrix)
        return Matrix(numbers[..., None] * np.eye(numbers.shape[-1]))
    return column(np.diagonal(matrix.entries, axis1=-2, axis2=-1))


def _stacked(matrix: Matrix) -> Matrix:
    turned = np.swapaxes(matrix.entries, -1, -2)
    return column(turned.reshape(*turned.shape[:-2], -1))


def _singular(part: int) -> Callable[[Matrix], Matrix]:
    def word(matrix: Matrix) -> Matrix:
        def factor(entries: Array) -> Array:
            parts = np.linalg.svd(entries, full_matrices=False)
            if part == 1:
                return parts[1][..., None] * np.eye(parts[1].shape[-1])
            return parts[0] if part == 0 else np.swapaxes(parts[2], -1, -2)

        return Matrix(where_finite(factor, matrix.entries))

    return word


def _kronecker(a: Matrix, b: Matrix) -> Matrix:
    product = np.einsum("...ij,...kl->...ikjl", a.entries, b.entries)
    rows, columns = a.shape[0] * b.shape[0], a.shape[1] * b.shape[1]
    if rows * columns > 20_000:
        raise WrongShape("the Kronecker product is too large")
    return Matrix(product.reshape(*product.shape[:-4], rows, columns))


def _cross(a: Matrix, b: Matrix) -> Matrix:
    u, v = pair(a, b)
    if u.shape[-1] != 3:
        raise WrongShape(f"a cross product needs 3 entries, not {u.shape[-1]}")
    return column(np.cross(u, v))


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


OF_MATRICES: Mapping[str, Callable[..., Matrix | Scalar]] = {
    "inv": inverse,
    "pinv": lambda a: Matrix(where_finite(np.linalg.pinv, a.entries)),
    "det": lambda a: np.linalg.det(square(a)),
    "tr": lambda a: np.trace(square(a), axis1=-2, axis2=-1),
    "rank": lambda a: where_finite(np.linalg.matrix_rank, a.entries),
    "norm": lambda x: np.sqrt((vector(x) ** 2).sum(axis=-1)),
    "norm1": lambda x: np.abs(vector(x)).sum(axis=-1),
    "norminf": lambda x: np.abs(vector(x)).max(axis=-1),
    "fro": lambda a: np.sqrt((a.entries**2).sum(axis=(-1, -2))),
    "opnorm": lambda a: where_finite(
        lambda e: np.linalg.svd(e, compute_uv=False)[..., 0], a.entries
    ),
    "diag": _diagonal,
    "eigvals": lambda a: column(where_finite(np.linalg.eigvalsh, symmetric(a))),
    "eigvecs": lambda a: Matrix(where_finite(lambda e: np.linalg.eigh(e)[1], symmetric(a))),
    "lammax": lambda a: where_finite(lambda e: np.linalg.eigvalsh(e)[..., -1], symmetric(a)),
    "lammin": lambda a: where_finite(lambda e: np.linalg.eigvalsh(e)[..., 0], symmetric(a)),
    "svdU": _singular(0),
    "svdS": _singular(1),
    "svdV": _singular(2),
    "vec": _stacked,
    "cross": _cross,
    "kron": _kronecker,
}
"""Of vectors and matrices."""

WORDS: Mapping[str, Reading] = {
    "pnorm": _p_norm,
    "eye": _eye,
    "ones": _ones,
    "zeros": _zeros,
    "basis": _basis,
    "col": _column,
    "row": _row,
}
"""Of a point and the call."""

UNDEFINED: Mapping[str, str] = {
    "inv": "the inverse of a singular matrix",
}
"""What to say where a word is undefined."""
