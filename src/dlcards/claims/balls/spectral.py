"""Eigenvalues, singular values and their vectors, from flint's certified eigenvalues."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cmp_to_key, partial, reduce

from flint import acb_mat, arb

from dlcards.claims.balls.elementary import sqrt
from dlcards.claims.balls.errors import Unsettled, Unsupported, WrongShape
from dlcards.claims.balls.matrices import (
    Matrix,
    column,
    diagonal,
    has_complex,
    has_jets,
    identity,
    matmul,
    rationals,
    square,
    transpose,
)
from dlcards.claims.balls.numbers import (
    ZERO,
    Mode,
    Number,
    add,
    compare,
    complex_ball,
    divide,
    is_zero,
    multiply,
    real_ball,
    subtract,
    surely_differ,
    total,
)


def eigenvalues(matrix: Matrix, mode: Mode) -> list[Number]:
    """Return the eigenvalues of a symmetric matrix, smallest first.

    Raises
    ------
    WrongShape
        If the matrix is not symmetric.
    Unsupported
        For a derivative, or under an integral.
    """
    _check_symmetric(matrix)
    size = matrix.shape[0]
    if size == 1:
        return [matrix.rows[0][0]]
    if has_jets(matrix):
        raise Unsupported("a derivative of eigenvalues")
    if has_complex(matrix):
        raise Unsupported("an integral over eigenvalues")
    if all(is_zero(matrix.rows[i][j]) for i in range(size) for j in range(size) if i != j):
        own = [matrix.rows[i][i] for i in range(size)]
        return sorted(own, key=cmp_to_key(partial(_compared, mode)))
    found = _certified(matrix)
    # The k-th eigenvalue lies between the k-th smallest lower and upper ends.
    lower = sorted((x.lower() for x in found), key=cmp_to_key(_order))
    upper = sorted((x.upper() for x in found), key=cmp_to_key(_order))
    return [low.union(high) for low, high in zip(lower, upper, strict=True)]


def _compared(mode: Mode, a: Number, b: Number) -> int:
    return compare(a, b, mode)


def _order(a: arb, b: arb) -> int:
    return (a > b) - (a < b)


def _certified(matrix: Matrix) -> list[arb]:
    complex_matrix = acb_mat(*matrix.shape, [complex_ball(x) for x in matrix.entries])
    try:
        found = complex_matrix.eig(multiple=True)
    except (ValueError, ZeroDivisionError):
        raise Unsettled("eigenvalues that are too close") from None
    return [value.real for value in found]


def _check_symmetric(matrix: Matrix) -> None:
    square(matrix)
    for i, row in enumerate(matrix.rows):
        for j in range(i):
            if surely_differ(row[j], matrix.rows[j][i]):
                raise WrongShape("a symmetric matrix is needed")


def largest_singular_value(matrix: Matrix, mode: Mode) -> Number:
    """Return the operator norm."""
    turned = transpose(matrix)
    tall = matrix.shape[0] >= matrix.shape[1]
    gram = matmul(turned, matrix) if tall else matmul(matrix, turned)
    top = eigenvalues(gram, mode)[-1]
    return sqrt(top.nonnegative_part() if isinstance(top, arb) else top, mode)


def eigenvectors(matrix: Matrix, mode: Mode) -> Matrix:
    """Return orthonormal eigenvectors of a symmetric matrix as columns.

    Equal eigenvalues share a space; an orthonormal basis of it is found by projecting
    with the product of (A - μ)/(λ - μ) over the other eigenvalues μ.
    """
    values = [real_ball(x) for x in eigenvalues(matrix, mode)]
    groups: list[list[arb]] = []
    for value in values:
        if groups and groups[-1][-1].overlaps(value):
            groups[-1].append(value)
        else:
            groups.append([value])
    vectors: list[list[Number]] = []
    for group in groups:
        others = [other[0] for other in groups if other is not group]
        vectors += _basis(_projector(matrix, group[0], others), len(group), [])
    return transpose(Matrix(vectors))


def _projector(matrix: Matrix, value: arb, others: Sequence[arb]) -> Matrix:
    size = matrix.shape[0]
    result = identity(size)
    for other in others:
        gap = value - other
        if gap.contains(0):
            raise Unsettled("eigenvalues that are too close")
        shifted = matrix.combined(diagonal([other] * size), subtract)
        result = matmul(result, shifted.map(lambda x, gap=gap: divide(x, gap)))  # type: ignore[misc]
    return result


def _basis(projector: Matrix, count: int, known: list[list[Number]]) -> list[list[Number]]:
    """Return orthonormal vectors of the range of a projector, orthogonal to known ones."""
    columns = transpose(projector).rows
    found: list[list[Number]] = []
    while len(found) < count:
        candidates = [_orthogonal_part(line, known + found) for line in columns]
        sizes = [real_ball(total(multiply(x, x) for x in line)) for line in candidates]
        best = reduce(lambda i, j: j if sizes[j].mid() > sizes[i].mid() else i, range(len(sizes)))
        if sizes[best].contains(0):
            raise Unsettled("eigenvectors of eigenvalues that are too close")
        norm = sizes[best].sqrt()
        found.append([divide(x, norm) for x in candidates[best]])
    return found


def _orthogonal_part(line: Sequence[Number], known: Sequence[Sequence[Number]]) -> list[Number]:
    rest = list(line)
    for _ in range(2):  # the second time removes what wide balls left
        for other in known:
            overlap = total(map(multiply, rest, other))
            rest = [subtract(x, multiply(overlap, y)) for x, y in zip(rest, other, strict=True)]
    return rest


def singular_values(matrix: Matrix, mode: Mode) -> list[Number]:
    """Return the singular values, largest first; those beyond an exact rank are 0."""
    count = min(matrix.shape)
    exact = rationals(matrix)
    positive = exact.rank() if exact is not None else count
    turned = transpose(matrix)
    tall = matrix.shape[0] >= matrix.shape[1]
    gram = matmul(turned, matrix) if tall else matmul(matrix, turned)
    squares = eigenvalues(gram, mode)[::-1][:positive]
    roots = [sqrt(x.nonnegative_part() if isinstance(x, arb) else x, mode) for x in squares]
    return roots + [ZERO] * (count - positive)


def singular_vectors(matrix: Matrix, mode: Mode) -> tuple[Matrix, Matrix]:
    """Return left and right singular vectors as columns, in the order of the values."""
    count = min(matrix.shape)
    values = singular_values(matrix, mode)
    turned = transpose(matrix)
    right = transpose(eigenvectors(matmul(turned, matrix), mode)).rows[::-1][:count]
    left: list[list[Number]] = []
    for value, vector in zip(values, right, strict=True):
        if is_zero(value):
            break
        if real_ball(value).contains(0):
            raise Unsettled("a singular value that may be 0")
        image = matmul(matrix, column(vector)).vector()
        left.append([divide(x, value) for x in image])
    if len(left) < count:
        left += _basis(identity(matrix.shape[0]), count - len(left), left)
    return transpose(Matrix(left)), transpose(Matrix(right))


def spectral_function(matrix: Matrix, values: Sequence[Number], mode: Mode) -> Matrix:
    """Return V diag(values) V.T for the eigenvectors V of a symmetric matrix."""
    vectors = eigenvectors(matrix, mode)
    return matmul(matmul(vectors, diagonal(values)), transpose(vectors))


def combined_sum(left: Matrix, right: Matrix) -> Matrix:
    """Return the sum of two matrices."""
    return left.combined(right, add)
