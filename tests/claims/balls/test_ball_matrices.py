"""Matrices: exact over the rationals, certified eigenvalues, functions of matrices."""

from __future__ import annotations

import pytest
from evaluated import digits, value
from flint import arb, fmpq

from dlcards.claims.balls.errors import Undefined, WrongShape
from dlcards.claims.balls.matrices import Matrix, identity, matmul, transpose
from dlcards.claims.balls.numbers import ZERO, Infinity, Mode, precision, real_ball, subtract
from dlcards.claims.balls.spectral import eigenvalues, eigenvectors, singular_vectors
from dlcards.claims.balls.values import plain

SQUARE = {"A": "square(n)"}


@pytest.mark.parametrize(
    ("formula", "entries", "known"),
    [
        ("det(A)", [[1, 2], [3, 4]], "-2"),
        ("inv(A)[1, 2]", [[1, 2], [3, 4]], "1"),
        ("rank(A)", [[1, 2], [2, 4]], "1"),
        ("pinv(A)[1, 1]", [[1, 2], [2, 4]], "1/25"),
        ("tr(A**5)", [[1, 1], [0, 2]], "33"),
        ("(A**(-1))[1, 1]", [[2, 0], [0, 4]], "1/2"),
        ("lammax(A)", [[2, 0], [0, 7]], "7"),
        ("det(expm(A))", [[0, 0], [0, 0]], "1"),
    ],
)
def test_rational_matrices_are_exact(formula: str, entries: object, known: str) -> None:
    assert digits(value(formula, SQUARE, {"A": entries, "n": 2})) == known


@pytest.mark.parametrize("formula", ["inv(A)[1, 1]", "A[3, 1]", "logm(A)[1, 1]"])
def test_a_singular_matrix_has_no_inverse(formula: str) -> None:
    with pytest.raises(Undefined):
        value(formula, SQUARE, {"A": [[1, 2], [2, 4]], "n": 2})


@pytest.mark.parametrize(
    ("formula", "known"), [("softmax(z + M)[1]", "0"), ("sum(softmax(z + M))", "1")]
)
def test_what_a_mask_hides_has_no_share(formula: str, known: str) -> None:
    let = {"z": "vector(n)", "M": "mask(n)"}
    mask = Matrix([[Infinity(-1)], [ZERO]])
    assert digits(value(formula, let, {"z": [1, 0], "M": mask, "n": 2})) == known


def test_shapes_must_fit() -> None:
    let = {"A": "matrix(m, n)", "u": "vector(m)"}
    with pytest.raises(WrongShape):
        value("A @ u", let, {"A": [[1, 2, 3], [4, 5, 6]], "u": [1, 2], "m": 2, "n": 3})


def small(matrix: Matrix) -> bool:
    return all(abs(real_ball(x)) < arb(10) ** -20 for x in matrix.entries)


@pytest.mark.parametrize(
    "rows",
    [
        [[2, 1, 0], [1, 2, 1], [0, 1, 2]],
        [[1, 1, 1], [1, 1, 1], [1, 1, 1]],
        [[3, 0, 0], [0, 3, 0], [0, 0, 3]],
        [[0, 1, 0], [1, 0, 0], [0, 0, 1]],
    ],
)
def test_eigenvectors_rebuild_the_matrix(rows: list[list[int]]) -> None:
    matrix = Matrix([[fmpq(x) for x in row] for row in rows])
    with precision(160):
        vectors = eigenvectors(matrix, Mode())
        middle = identity(3)
        for i, x in enumerate(eigenvalues(matrix, Mode())):
            middle.rows[i][i] = x
        rebuilt = matmul(matmul(vectors, middle), transpose(vectors))
        assert small(rebuilt.combined(matrix, subtract))
        assert small(matmul(transpose(vectors), vectors).combined(identity(3), subtract))
        left, right = singular_vectors(matrix, Mode())
        assert small(matmul(transpose(left), left).combined(identity(3), subtract))
        assert small(matmul(transpose(right), right).combined(identity(3), subtract))


def test_functions_of_a_matrix_that_is_not_symmetric() -> None:
    at = {"A": [[1, 2], ["1/2", 3]], "n": 2}
    for formula in ("sqrtm(A) @ sqrtm(A) - A", "expm(logm(A)) - A"):
        found = plain(value(formula, SQUARE, at))
        assert isinstance(found, Matrix)
        assert small(found)


def test_blocks_are_put_together() -> None:
    at = {"A": [[1, 2], [3, 4]], "n": 2}
    assert digits(value("det(block([[A, 0*A], [A, A]]))", SQUARE, at)) == "4"


def test_what_a_law_excludes_is_infinitely_surprising() -> None:
    let = {"p, q": "simplex(n)"}
    at = {"p": ["1/2", "1/2"], "q": [1, 0], "n": 2}
    assert digits(value("KL(p, q)", let, at)) == "oo"
    assert digits(value("xent(p, q)", let, at)) == "oo"
    assert digits(value("xent(q, p) - entropy(q) - KL(q, p)", let, at), 3) in ("0", "0e-38")
