"""Eigenvalues, singular values and their vectors, from flint's certified eigenvalues."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import cmp_to_key, partial, reduce
from typing import cast

from flint import acb, acb_mat, arb, arb_mat, fmpq

from dlcards.claims.balls.elementary import Function, sqrt
from dlcards.claims.balls.errors import Unsettled, Unsupported, WrongShape
from dlcards.claims.balls.matrices import (
    Matrix,
    coefficient_of,
    column,
    diagonal,
    has_complex,
    has_jets,
    identity,
    inverse,
    matmul,
    rationals,
    square,
    transpose,
)
from dlcards.claims.balls.numbers import (
    HALF,
    ZERO,
    Complex,
    Jet,
    Mode,
    Number,
    add,
    compare,
    complex_ball,
    divide,
    imaginary_part,
    is_zero,
    multiply,
    negate,
    real_ball,
    real_part,
    subtract,
    surely_differ,
    total,
)

_SQUARINGS = 64
_MOST_ROOTS, _LARGE = 9, 16
"""Sizes up to which eigenvalues that are too close are found as roots, and all are at all."""


def eigenvalues(matrix: Matrix, mode: Mode) -> list[Number]:
    """Return the eigenvalues of a symmetric matrix, smallest first.

    Raises
    ------
    WrongShape
        If the matrix is not symmetric.
    Unsupported
        For a derivative inside a derivative, or under an integral.
    """
    _check_symmetric(matrix)
    size = matrix.shape[0]
    if size == 1:
        return [matrix.rows[0][0]]
    if has_jets(matrix):
        return _moving_eigenvalues(matrix, mode)
    if has_complex(matrix):
        raise Unsupported("an integral over eigenvalues")
    if all(is_zero(matrix.rows[i][j]) for i in range(size) for j in range(size) if i != j):
        own = [matrix.rows[i][i] for i in range(size)]
        return sorted(own, key=cmp_to_key(partial(_compared, mode)))
    found = _certified(matrix)
    # The k-th eigenvalue lies between the k-th smallest lower and upper ends.
    lower = sorted((x.lower() for x in found), key=cmp_to_key(_order))
    upper = sorted((x.upper() for x in found), key=cmp_to_key(_order))
    values = [low.union(high) for low, high in zip(lower, upper, strict=True)]
    return _with_exact_zeros(matrix, values)


def _moving_eigenvalues(matrix: Matrix, mode: Mode) -> list[Number]:
    """Return the eigenvalues of A + B t + C t² + … as Taylor polynomials in t.

    Those of a simple eigenvalue follow from Rayleigh-Schrödinger perturbation. Equal ones
    part with the slopes of B in their own space, the other way round on the side of t < 0.
    """
    jets = [x for x in matrix.entries if isinstance(x, Jet)]
    level = max(x.level for x in jets)
    count = max(len(x.coefficients) for x in jets if x.level == level)
    parts = [matrix.map(partial(coefficient_of, level=level, k=k)) for k in range(count)]
    if any(map(has_jets, parts)):
        raise Unsupported("a derivative inside a derivative of eigenvalues")
    vectors = eigenvectors(parts[0], mode)
    found: list[Number] = []
    for group in _grouped(eigenvalues(parts[0], mode)):
        own = [column(line) for line in transpose(vectors).rows[len(found) :][: len(group)]]
        if len(group) == 1:
            found.append(Jet(_simple_series(parts, group[0], own[0]), level))
            continue
        if count > 2:
            raise Unsupported("a higher derivative of equal eigenvalues")
        mode.tied = True
        space = transpose(Matrix([vector.vector() for vector in own]))
        slopes = eigenvalues(_symmetric_part(_within(space, parts[1])), mode)
        ordered = slopes if mode.side >= 0 else slopes[::-1]
        found += [Jet([x, slope], level) for x, slope in zip(group, ordered, strict=True)]
    return found


def _within(space: Matrix, matrix: Matrix) -> Matrix:
    return matmul(matmul(transpose(space), matrix), space)


def _symmetric_part(matrix: Matrix) -> Matrix:
    return matrix.combined(transpose(matrix), add).map(lambda x: multiply(HALF, x))


def _simple_series(parts: Sequence[Matrix], value: Number, vector: Matrix) -> list[Number]:
    """Return the Taylor coefficients of a simple eigenvalue.

    Its vector v + v₁ t + … is kept so that v.T vₖ = 0; vₖ solves (A - λ) vₖ = -rest.
    """
    size = len(vector.rows)
    shifted = parts[0].combined(diagonal([value] * size), subtract)
    # Adding v v.T makes A - λ invertible, and changes nothing on what is orthogonal to v.
    regular = inverse(shifted.combined(matmul(vector, transpose(vector)), add))
    values, vectors = [value], [vector]
    for k in range(1, len(parts)):
        rest = column([ZERO] * size)
        for j in range(1, k + 1):
            rest = rest.combined(matmul(parts[j], vectors[k - j]), add)
        for j in range(1, k):
            rest = rest.combined(vectors[k - j].map(partial(multiply, values[j])), subtract)
        slope = total(map(multiply, vector.vector(), rest.vector()))
        values.append(slope)
        rest = rest.combined(vector.map(partial(multiply, slope)), subtract)
        vectors.append(matmul(regular, rest.map(negate)))
    return values


def _with_exact_zeros(matrix: Matrix, values: Sequence[arb]) -> list[Number]:
    """Make eigenvalues exactly 0 when the rank of a rational matrix says that they are."""
    exact = rationals(matrix)
    around = [value for value in values if value.contains(0)]
    if exact is None or len(around) != len(values) - exact.rank():
        return list(values)
    return [ZERO if value.contains(0) else value for value in values]


def _compared(mode: Mode, a: Number, b: Number) -> int:
    return compare(a, b, mode)


def _order(a: arb, b: arb) -> int:
    return (a > b) - (a < b)


def _certified(matrix: Matrix) -> list[arb]:
    complex_matrix = acb_mat(*matrix.shape, [complex_ball(x) for x in matrix.entries])
    try:
        found = complex_matrix.eig(multiple=True)
    except (ValueError, ZeroDivisionError):
        return _roots_of_rational(matrix)
    return [value.real for value in found]


def _roots_of_rational(matrix: Matrix) -> list[arb]:
    """Return the eigenvalues of a rational matrix, equal ones by the factors of a polynomial."""
    exact = rationals(matrix) if matrix.shape[0] <= _MOST_ROOTS else None
    if exact is None:
        raise Unsettled("eigenvalues that are too close")
    polynomial = exact.charpoly().numer()
    found = cast("list[tuple[acb, int]]", polynomial.complex_roots())
    return [root.real for root, times in found for _ in range(times)]


def _check_symmetric(matrix: Matrix) -> None:
    if not _is_symmetric(square(matrix)):
        raise WrongShape("a symmetric matrix is needed")


def largest_singular_value(matrix: Matrix, mode: Mode) -> Number:
    """Return the operator norm."""
    turned = transpose(matrix)
    tall = matrix.shape[0] >= matrix.shape[1]
    gram = matmul(turned, matrix) if tall else matmul(matrix, turned)
    try:
        top = eigenvalues(gram, mode)[-1]
    except Unsettled:
        top = _largest_by_powers(gram)
    return sqrt(top.nonnegative_part() if isinstance(top, arb) else top, mode)


def largest_eigenvalue(matrix: Matrix, mode: Mode) -> Number:
    """Return the largest eigenvalue of a symmetric matrix, others may be equal."""
    if not _is_large(matrix):
        try:
            return eigenvalues(matrix, mode)[-1]
        except Unsettled:
            if has_jets(matrix) or has_complex(matrix):
                raise
    _check_symmetric(matrix)
    bound = sum((real_ball(x).abs_upper() for x in matrix.entries), arb(0)).upper()
    raised = matrix.combined(diagonal([bound] * matrix.shape[0]), add)
    return subtract(_largest_by_powers(raised), bound)


def smallest_eigenvalue(matrix: Matrix, mode: Mode) -> Number:
    """Return the smallest eigenvalue of a symmetric matrix."""
    if not _is_large(matrix):
        with suppress(Unsettled):
            return eigenvalues(matrix, mode)[0]
    return negate(largest_eigenvalue(matrix.map(negate), mode))


def _is_large(matrix: Matrix) -> bool:
    """Tell whether powers find one eigenvalue sooner than all of them are found."""
    return matrix.shape[0] > _LARGE and not has_jets(matrix) and not has_complex(matrix)


def _largest_by_powers(gram: Matrix) -> arb:
    """Enclose the largest eigenvalue of a matrix that has no negative ones.

    The trace of a power m lies between the largest eigenvalue to the power m and n times
    that. The power is squared over and over, scaled to trace 1.
    """
    size = gram.shape[0]
    matrix = arb_mat(size, size, [real_ball(x) for x in gram.entries])
    logarithm, scale = arb(0), arb(1)
    whole = sum((matrix[i, i] for i in range(size)), arb(0))
    if not whole > 0:
        return whole.upper().union(arb(0))
    for _ in range(_SQUARINGS):
        trace = sum((matrix[i, i] for i in range(size)), arb(0))
        if not trace > 0:
            raise Unsettled("eigenvalues that are too close")
        logarithm += trace.log() * scale
        matrix = matrix * (1 / trace)
        matrix, scale = matrix * matrix, scale / 2
    # The largest eigenvalue of what is left lies between 1/n**2 and 1.
    rest = arb(size).log() * arb(-1, 1)
    return (logarithm + rest * scale).exp()


def eigenvectors(matrix: Matrix, mode: Mode) -> Matrix:
    """Return orthonormal eigenvectors of a symmetric matrix as columns.

    Equal eigenvalues share a space; an orthonormal basis of it is found by projecting
    with the product of (A - μ)/(λ - μ) over the other eigenvalues μ.
    """
    groups = _grouped(eigenvalues(matrix, mode))
    vectors: list[list[Number]] = []
    for group in groups:
        if len(group) > 1 and not all(isinstance(x, fmpq) for x in group):
            mode.estimated = True  # taken for equal
        others = [real_ball(other[0]) for other in groups if other is not group]
        vectors += _basis(_projector(matrix, real_ball(group[0]), others), len(group), [])
    return transpose(Matrix(vectors))


def _grouped(values: Sequence[Number]) -> list[list[Number]]:
    """Return sorted eigenvalues, those together that may be equal."""
    groups: list[list[Number]] = []
    for value in values:
        if groups and real_ball(groups[-1][-1]).overlaps(real_ball(value)):
            groups[-1].append(value)
        else:
            groups.append([value])
    return groups


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


def matrix_function(matrix: Matrix, function: Function, mode: Mode) -> Matrix:
    """Return a function of a square matrix, such as its logarithm or its square root.

    The function is applied to the eigenvalues: f(A) is the sum of f(λ) times the
    projector on the eigenvectors of λ.
    """
    square(matrix)
    if _is_symmetric(matrix):
        return _of_symmetric(matrix, function, mode)
    complex_matrix = acb_mat(*matrix.shape, [complex_ball(x) for x in matrix.entries])
    try:
        values, vectors = complex_matrix.eig(right=True)
        back = vectors.inv()
    except (ValueError, ZeroDivisionError):
        raise Unsettled("a function of a matrix with equal eigenvalues") from None
    size = matrix.shape[0]
    images = [_at_eigenvalue(value, function, mode) for value in values]
    middle = acb_mat(
        size, size, [images[i] if i == j else 0 for i in range(size) for j in range(size)]
    )
    found = vectors * middle * back
    return Matrix([[found[i, j].real for j in range(size)] for i in range(size)])


def _at_eigenvalue(value: acb, function: Function, mode: Mode) -> acb:
    found = function(Complex(value.real, value.imag), mode)
    return acb(real_ball(real_part(found)), real_ball(imaginary_part(found)))


def _is_symmetric(matrix: Matrix) -> bool:
    return not any(
        surely_differ(row[j], matrix.rows[j][i])
        for i, row in enumerate(matrix.rows)
        for j in range(i)
    )


def _of_symmetric(matrix: Matrix, function: Function, mode: Mode) -> Matrix:
    groups = _grouped(eigenvalues(matrix, mode))
    result: Matrix | None = None
    for group in groups:
        others = [real_ball(other[0]) for other in groups if other is not group]
        image = function(group[0], mode)
        projector = _projector(matrix, real_ball(group[0]), others)
        term = projector.map(partial(multiply, image))
        result = term if result is None else result.combined(term, add)
    assert result is not None
    return result
