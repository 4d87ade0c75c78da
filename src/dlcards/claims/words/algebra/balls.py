"""The values of these words, with error bars."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dlcards.claims.balls.elementary import LOG, SQRT, absolute
from dlcards.claims.balls.matrices import (
    Matrix,
    collapsed,
    column,
    cross_product,
    determinant,
    diagonal,
    diagonal_of,
    exponential,
    identity,
    inverse,
    joined,
    kronecker,
    largest,
    length,
    p_norm,
    pseudo_inverse,
    rank,
    stacked,
    trace,
    transpose,
)
from dlcards.claims.balls.numbers import ONE, ZERO, Mode, Number, rational, total
from dlcards.claims.balls.point import Point, Reading
from dlcards.claims.balls.readings import MatrixWord, of_matrices, of_matrix, place_at, size_at
from dlcards.claims.balls.spectral import (
    eigenvalues,
    eigenvectors,
    largest_eigenvalue,
    largest_singular_value,
    matrix_function,
    singular_values,
    singular_vectors,
    smallest_eigenvalue,
)
from dlcards.claims.balls.values import Value
from dlcards.claims.tree import Node


def blocks(point: Point, node: Node) -> Value:
    """Return the matrix made of blocks."""
    written = node.args[0]
    if written.op != "list":
        return point.plain(written)
    if written.args and all(row.op == "list" for row in written.args):
        return joined([[point.matrix(x) for x in row.args] for row in written.args])
    return joined([[point.matrix(x)] for x in written.args])


def norm_of_order(point: Point, node: Node) -> Value:
    """Return the p-norm."""
    numbers = point.matrix(node.args[0]).vector()
    return p_norm(numbers, point.number(node.args[1]), point.mode)


def eye(point: Point, node: Node) -> Value:
    """Return the identity matrix of a size."""
    return identity(size_at(point, node.args[0]))


def ones(point: Point, node: Node) -> Value:
    """Return the vector of ones."""
    return column([ONE] * size_at(point, node.args[0]))


def zeros(point: Point, node: Node) -> Value:
    """Return a vector or matrix of zeros."""
    sizes = [size_at(point, arg) for arg in node.args]
    return Matrix([[ZERO] * (sizes[1] if len(sizes) > 1 else 1) for _ in range(sizes[0])])


def basis(point: Point, node: Node) -> Value:
    """Return a unit vector along an axis."""
    size = size_at(point, node.args[1])
    place = place_at(point, node.args[0], size)
    return column([rational(int(i == place)) for i in range(size)])


def column_of(point: Point, node: Node) -> Value:
    """Return a column of a matrix."""
    matrix = point.matrix(node.args[0])
    place = place_at(point, node.args[1], matrix.shape[1])
    return collapsed(column(row[place] for row in matrix.rows))


def row_of(point: Point, node: Node) -> Value:
    """Return a row of a matrix, itself a matrix with one row."""
    matrix = point.matrix(node.args[0])
    place = place_at(point, node.args[1], matrix.shape[0])
    return collapsed(transpose(column(matrix.rows[place])))


_OF_ONE: Mapping[str, MatrixWord] = {
    "inv": lambda a, _: inverse(a),
    "expm": lambda a, _: exponential(a),
    "logm": lambda a, mode: matrix_function(a, LOG, mode),
    "sqrtm": lambda a, mode: matrix_function(a, SQRT, mode),
    "pinv": lambda a, _: pseudo_inverse(a),
    "det": lambda a, _: determinant(a),
    "tr": lambda a, _: trace(a),
    "rank": lambda a, _: rank(a),
    "norm": lambda a, mode: length(a.vector(), mode),
    "norm1": lambda a, mode: total(absolute(x, mode) for x in a.vector()),
    "norminf": lambda a, mode: largest([absolute(x, mode) for x in a.vector()], mode),
    "fro": lambda a, mode: length(a.entries, mode),
    "opnorm": largest_singular_value,
    "diag": lambda a, _: diagonal_of(a),
    "eigvals": lambda a, mode: column(eigenvalues(a, mode)),
    "eigvecs": eigenvectors,
    "lammax": largest_eigenvalue,
    "lammin": smallest_eigenvalue,
    "svdU": lambda a, mode: singular_vectors(a, mode)[0],
    "svdS": lambda a, mode: diagonal(singular_values(a, mode)),
    "svdV": lambda a, mode: singular_vectors(a, mode)[1],
    "vec": lambda a, _: stacked(a),
}

_OF_TWO: Mapping[str, Callable[[Matrix, Matrix, Mode], Matrix | Number]] = {
    "cross": lambda a, b, _: cross_product(a, b),
    "kron": lambda a, b, _: kronecker(a, b),
}

_COSTS: Mapping[str, int] = {
    **dict.fromkeys(("eigvals", "lammin", "lammax", "opnorm", "svdS"), 10),
    **dict.fromkeys(("eigvecs", "svdU", "svdV", "sqrtm", "logm"), 40),
}
"""What words of eigenvalues count as, in evaluations for each entry of the matrix."""

WORDS: Mapping[str, Reading] = {
    **{word: of_matrix(function, _COSTS.get(word, 0)) for word, function in _OF_ONE.items()},
    **{word: of_matrices(function) for word, function in _OF_TWO.items()},
    "block": blocks,
    "pnorm": norm_of_order,
    "eye": eye,
    "ones": ones,
    "zeros": zeros,
    "basis": basis,
    "col": column_of,
    "row": row_of,
}
