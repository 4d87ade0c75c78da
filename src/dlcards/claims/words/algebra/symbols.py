"""What SymPy makes of these words; None marks a word that is never proved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sympy as sp

from dlcards.claims.prove.definite import is_positive_definite
from dlcards.claims.prove.evaluator import Evaluator, Reading
from dlcards.claims.prove.signs import NONZERO, POSITIVE
from dlcards.claims.prove.symbols import is_matrix
from dlcards.claims.prove.zero import NoProof
from dlcards.claims.tree import Node


def of_matrices(function: Callable[..., Any]) -> Reading:
    """Read a word that has a value for all vectors and matrices."""

    def reading(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
        return function(*[evaluate.matrix(arg) for arg in args])

    return reading


def _of_squares(function: Callable[[Any], Any]) -> Reading:
    """Read a word of a square matrix, which may be a plain number as ``x.T @ x`` is."""

    def reading(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
        return function(_as_matrix(evaluate(args[0])))

    return reading


def _as_matrix(value: Any) -> Any:
    return value if is_matrix(value) else sp.Matrix([value])


def _inverse(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    value = evaluate(args[0])
    matrix = _as_matrix(value)
    determinant = _determinant(matrix)
    if not is_positive_definite(args[0], evaluate.statement):
        evaluate.require(determinant, NONZERO, Node("call", args, name="det"))
    if not is_matrix(value):
        return 1 / determinant
    n = matrix.shape[0]
    if n == 1:
        return sp.Matrix([1 / determinant])
    return sp.Matrix(n, n, lambda i, j: _cofactor(matrix, j, i) / determinant)


def _cofactor(matrix: Any, i: int, j: int) -> Any:
    return (-1) ** (i + j) * _determinant(matrix.minor_submatrix(i, j))


def _determinant(matrix: Any) -> Any:
    rows, columns = matrix.shape
    if rows != columns:
        raise NoProof("a square matrix is needed")
    if rows > 4:
        raise NoProof("a large determinant")
    if rows == 1:
        return matrix[0, 0]
    return sp.Add(*[matrix[0, j] * _cofactor(matrix, 0, j) for j in range(rows)])


def _trace(matrix: Any) -> Any:
    return sp.Add(*[matrix[i, i] for i in range(min(matrix.shape))])


def _norm(matrix: Any) -> Any:
    return sp.sqrt(sp.Add(*[entry**2 for entry in matrix]))


def _diagonal(matrix: Any) -> Any:
    if matrix.shape[1] == 1:
        return sp.diag(*matrix)
    return sp.Matrix([matrix[i, i] for i in range(min(matrix.shape))])


def _stacked(matrix: Any) -> Any:
    rows, columns = matrix.shape
    return sp.Matrix([matrix[i, j] for j in range(columns) for i in range(rows)])


def _p_norm(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    vector, p = evaluate.matrix(args[0]), evaluate.number(args[1])
    evaluate.require(p, POSITIVE, args[1])
    return sp.Add(*[sp.Abs(entry) ** p for entry in vector]) ** (1 / p)


def _eye(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    return sp.eye(evaluate.size(args[0]))


def _ones(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    return sp.ones(evaluate.size(args[0]), 1)


def _zeros(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    rows = evaluate.size(args[0])
    return sp.zeros(rows, evaluate.size(args[1]) if len(args) > 1 else 1)


def _basis(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    place, count = evaluate.size(args[0]), evaluate.size(args[1])
    if place > count:
        raise NoProof("an index out of range")
    return sp.Matrix(count, 1, lambda i, _: sp.Integer(i == place - 1))


def _column(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    matrix, place = evaluate.matrix(args[0]), evaluate.size(args[1])
    if place > matrix.shape[1]:
        raise NoProof("an index out of range")
    return matrix[:, place - 1]


def _row(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    matrix, place = evaluate.matrix(args[0]), evaluate.size(args[1])
    if place > matrix.shape[0]:
        raise NoProof("an index out of range")
    return matrix[place - 1, :]


def _cross(a: Any, b: Any) -> Any:
    if a.shape != (3, 1) or b.shape != (3, 1):
        raise NoProof("vectors of size 3 are needed")
    return a.cross(b)


READINGS: Mapping[str, Reading | None] = {
    "inv": _inverse,
    "pinv": None,
    "det": _of_squares(_determinant),
    "tr": _of_squares(_trace),
    "rank": None,
    "norm": of_matrices(_norm),
    "norm1": of_matrices(lambda x: sp.Add(*[sp.Abs(entry) for entry in x])),
    "norminf": of_matrices(lambda x: sp.Max(*[sp.Abs(entry) for entry in x])),
    "pnorm": _p_norm,
    "fro": of_matrices(_norm),
    "opnorm": None,
    "diag": of_matrices(_diagonal),
    "eye": _eye,
    "ones": _ones,
    "zeros": _zeros,
    "basis": _basis,
    "eigvals": None,
    "eigvecs": None,
    "lammax": None,
    "lammin": None,
    "svdU": None,
    "svdS": None,
    "svdV": None,
    "vec": of_matrices(_stacked),
    "col": _column,
    "row": _row,
    "cross": of_matrices(_cross),
    "kron": of_matrices(sp.kronecker_product),
    "expm": None,
    "logm": None,
    "sqrtm": None,
    "block": None,
}
