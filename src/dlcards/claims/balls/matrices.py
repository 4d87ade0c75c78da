"""Matrices of numbers: exact over the rationals, balls elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial, reduce

from flint import acb, acb_mat, arb, arb_mat, fmpq, fmpq_mat

from dlcards.claims.balls.elementary import (
    MAX_INTEGER_BITS,
    absolute,
    conjugate,
    exp,
    log,
    maximum,
    power,
    sqrt,
)
from dlcards.claims.balls.errors import TooMuchWork, Undefined, Unsettled, Unsupported, WrongShape
from dlcards.claims.balls.numbers import (
    ONE,
    ZERO,
    Complex,
    Infinity,
    Jet,
    Mode,
    Number,
    add,
    base,
    coefficient,
    complex_ball,
    divide,
    imaginary_part,
    is_complex,
    is_zero,
    limited,
    multiply,
    negate,
    rational,
    real_ball,
    real_part,
    sign,
    subtract,
    total,
)

MAX_ENTRIES = 20_000
MAX_MINORS = 4
"""Determinants of jets up to this size are expanded by minors, larger ones eliminated."""


@dataclass(slots=True, eq=False)
class Matrix:
    """A matrix, or a vector as one column."""

    rows: list[list[Number]]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.rows), len(self.rows[0])

    @property
    def is_vector(self) -> bool:
        """Whether there is one column."""
        return len(self.rows[0]) == 1

    @property
    def entries(self) -> list[Number]:
        """All entries, row by row."""
        return [x for row in self.rows for x in row]

    def map(self, function: Callable[[Number], Number]) -> Matrix:
        """Apply a function to every entry."""
        return Matrix([[function(x) for x in row] for row in self.rows])

    def combined(self, other: Matrix, function: Callable[[Number, Number], Number]) -> Matrix:
        """Apply a function to the entries of two matrices of one shape."""
        if self.shape != other.shape:
            raise WrongShape(f"{described(self)} beside {described(other)}")
        return Matrix(
            [
                [function(x, y) for x, y in zip(mine, yours, strict=True)]
                for mine, yours in zip(self.rows, other.rows, strict=True)
            ]
        )

    def vector(self) -> list[Number]:
        """Return the entries of a vector.

        Raises
        ------
        WrongShape
            If there are several columns.
        """
        if not self.is_vector:
            raise WrongShape(f"a vector is needed, not {described(self)}")
        return [row[0] for row in self.rows]


def described(matrix: Matrix) -> str:
    """Return the shape in words."""
    rows, columns = matrix.shape
    return f"a {rows}x{columns} matrix"


def column(numbers: Iterable[Number]) -> Matrix:
    """Return a vector."""
    return Matrix([[x] for x in numbers])


def collapsed(matrix: Matrix) -> Matrix | Number:
    """Return the entry of a one-by-one matrix, any other matrix as it is."""
    return matrix.rows[0][0] if matrix.shape == (1, 1) else matrix


def identity(size: int) -> Matrix:
    """Return the identity matrix."""
    return Matrix([[rational(int(i == j)) for j in range(size)] for i in range(size)])


def diagonal(numbers: Sequence[Number], rows: int | None = None) -> Matrix:
    """Return the matrix with these numbers on its diagonal."""
    count = len(numbers) if rows is None else rows
    return Matrix(
        [[numbers[i] if i == j else ZERO for j in range(len(numbers))] for i in range(count)]
    )


def transpose(matrix: Matrix) -> Matrix:
    """Return the transpose."""
    return Matrix([list(line) for line in zip(*matrix.rows, strict=True)])


def square(matrix: Matrix) -> Matrix:
    """Return a matrix that must have as many rows as columns."""
    if matrix.shape[0] != matrix.shape[1]:
        raise WrongShape(f"a square matrix is needed, not {described(matrix)}")
    return matrix


def rationals(matrix: Matrix) -> fmpq_mat | None:
    """Return a matrix of rationals as flint's, or None when an entry is none."""
    exact = [x for x in matrix.entries if isinstance(x, fmpq)]
    rows, columns = matrix.shape
    return fmpq_mat(rows, columns, exact) if len(exact) == rows * columns else None


def real_balls(matrix: Matrix) -> arb_mat:
    """Return a matrix as balls; Unsupported for jets and under an integral."""
    return arb_mat(*matrix.shape, [real_ball(x) for x in matrix.entries])


def _from_rationals(matrix: fmpq_mat) -> Matrix:
    return Matrix([[limited(x) for x in row] for row in matrix.tolist()])


def _from_balls(matrix: arb_mat | acb_mat) -> Matrix:
    rows, columns = matrix.nrows(), matrix.ncols()
    return Matrix([[matrix[i, j] for j in range(columns)] for i in range(rows)])


def has_jets(matrix: Matrix) -> bool:
    """Tell whether an entry is no ball: it depends on a derivative's variable, or is complex."""
    return any(isinstance(x, Jet | Complex) for x in matrix.entries)


def has_complex(matrix: Matrix) -> bool:
    """Tell whether an entry depends on the variable of an integral."""
    return any(map(is_complex, matrix.entries))


# Products, determinants, inverses


def matmul(a: Matrix, b: Matrix) -> Matrix:
    """Return the matrix product."""
    if a.shape[1] != b.shape[0]:
        raise WrongShape(f"{described(a)} @ {described(b)}")
    p, q = rationals(a), rationals(b)
    if p is not None and q is not None:
        return _from_rationals(p * q)
    columns = list(zip(*b.rows, strict=True))
    return Matrix([[total(map(multiply, row, line)) for line in columns] for row in a.rows])


def whole_power(matrix: Matrix, exponent: int) -> Matrix:
    """Return a matrix multiplied with itself; a negative exponent inverts it."""
    square(matrix)
    if abs(exponent) > 10_000:
        raise TooMuchWork("a high power of a matrix")
    if exponent < 0:
        matrix, exponent = inverse(matrix), -exponent
    result = identity(matrix.shape[0])
    while exponent:
        if exponent & 1:
            result = matmul(result, matrix)
        exponent >>= 1
        if exponent:
            matrix = matmul(matrix, matrix)
    return result


def determinant(matrix: Matrix) -> Number:
    """Return the determinant.

    Examples
    --------
    >>> determinant(Matrix([[fmpq(1), fmpq(2)], [fmpq(3), fmpq(4)]]))
    -2
    """
    exact = rationals(square(matrix))
    if exact is not None:
        return limited(exact.det(), MAX_INTEGER_BITS)
    if has_jets(matrix):
        if matrix.shape[0] <= MAX_MINORS:
            return _by_minors(matrix.rows)
        return _eliminated(matrix, None)[0]
    if has_complex(matrix):
        return acb_mat(*matrix.shape, [complex_ball(x) for x in matrix.entries]).det()
    return real_balls(matrix).det()


def _by_minors(rows: list[list[Number]]) -> Number:
    if len(rows) == 1:
        return rows[0][0]
    result: Number = ZERO
    for j, x in enumerate(rows[0]):
        if not is_zero(x):
            term = multiply(x, _by_minors([row[:j] + row[j + 1 :] for row in rows[1:]]))
            result = add(result, negate(term) if j % 2 else term)
    return result


def _eliminated(matrix: Matrix, right: Matrix | None) -> tuple[Number, Matrix]:
    """Return the determinant and the solution X of matrix @ X = right, by elimination."""
    size = matrix.shape[0]
    rows = [
        [*row, *(right.rows[i] if right is not None else [])] for i, row in enumerate(matrix.rows)
    ]
    result: Number = ONE
    for k in range(size):
        pivot = _pivot(rows, k)
        if pivot != k:
            rows[pivot], rows[k] = rows[k], rows[pivot]
            result = negate(result)
        head = rows[k][k]
        result = multiply(result, head)
        for i in range(size):
            if i == k or is_zero(rows[i][k]) or (right is None and i < k):
                continue
            factor = divide(rows[i][k], head)
            rows[i] = [
                subtract(x, multiply(factor, y)) for x, y in zip(rows[i], rows[k], strict=True)
            ]
    solution = [[divide(x, row[k]) for x in row[size:]] for k, row in enumerate(rows)]
    return result, Matrix(solution)


def _pivot(rows: list[list[Number]], k: int) -> int:
    best, place = arb(0), -1
    for i in range(k, len(rows)):
        entry = base(rows[i][k])
        size = abs(acb(real_ball(real_part(entry)), real_ball(imaginary_part(entry))))
        if not size.contains(0) and size.mid() > best:
            best, place = size.mid(), i
    if place < 0:
        if all(is_zero(base(row[k])) for row in rows[k:]):
            raise Unsupported("a derivative at a singular matrix")
        raise Unsettled("a matrix that may be singular")
    return place


def inverse(matrix: Matrix) -> Matrix:
    """Return the inverse.

    Raises
    ------
    Undefined
        If the matrix is singular.
    """
    exact = rationals(square(matrix))
    if exact is not None:
        if exact.det() == 0:
            raise Undefined("the inverse of a singular matrix")
        return _from_rationals(exact.inv())
    if has_jets(matrix):
        start = rationals(matrix.map(base))
        if start is not None and start.det() == 0:
            raise Undefined("the inverse of a singular matrix")
        return _eliminated(matrix, identity(matrix.shape[0]))[1]
    try:
        if has_complex(matrix):
            return _from_balls(
                acb_mat(*matrix.shape, [complex_ball(x) for x in matrix.entries]).inv()
            )
        return _from_balls(real_balls(matrix).inv())
    except ZeroDivisionError:
        raise Unsettled("the inverse of a matrix that may be singular") from None


def _gram(matrix: Matrix) -> Matrix:
    """Return the smaller of A.T @ A and A @ A.T."""
    turned = transpose(matrix)
    tall = matrix.shape[0] >= matrix.shape[1]
    return matmul(turned, matrix) if tall else matmul(matrix, turned)


def rank(matrix: Matrix) -> Number:
    """Return the rank, which is decided for rational matrices and full ranks."""
    exact = rationals(matrix)
    if exact is not None:
        return rational(exact.rank())
    gram = _gram(matrix)
    if real_balls(gram).det().contains(0):
        raise Unsettled("a rank that may be smaller")
    return rational(gram.shape[0])


def _is_diagonal(matrix: Matrix) -> bool:
    return all(is_zero(x) for i, row in enumerate(matrix.rows) for j, x in enumerate(row) if i != j)


def pseudo_inverse(matrix: Matrix) -> Matrix:
    """Return the Moore-Penrose inverse: by a rank factorisation, or by full rank."""
    exact = rationals(matrix)
    if exact is None and _is_diagonal(matrix):
        turned = transpose(matrix)
        return turned.map(lambda x: x if is_zero(x) else divide(ONE, x))
    if exact is None:
        turned = transpose(matrix)
        inner = inverse(_gram(matrix))
        tall = matrix.shape[0] >= matrix.shape[1]
        return matmul(inner, turned) if tall else matmul(turned, inner)
    reduced, count = exact.rref()
    if count == 0:
        return Matrix([[ZERO] * matrix.shape[0] for _ in range(matrix.shape[1])])
    table = reduced.tolist()[:count]
    pivots = [next(j for j, x in enumerate(row) if x != 0) for row in table]
    right = Matrix([list(row) for row in table])
    left = Matrix([[row[j] for j in pivots] for row in matrix.rows])
    return matmul(_right_inverse(right), transpose(_right_inverse(transpose(left))))


def _right_inverse(matrix: Matrix) -> Matrix:
    turned = transpose(matrix)
    return matmul(turned, inverse(matmul(matrix, turned)))


def exponential(matrix: Matrix) -> Matrix:
    """Return the matrix exponential."""
    square(matrix)
    if all(map(is_zero, matrix.entries)):
        return identity(matrix.shape[0])
    if has_jets(matrix):
        return _exponential_of_jets(matrix)
    return _from_balls(real_balls(matrix).exp())


def _exponential_of_jets(matrix: Matrix) -> Matrix:
    """Return the exponential of A + B t + …: t becomes a nilpotent matrix of blocks."""
    jets = [x for x in matrix.entries if isinstance(x, Jet)]
    level = max(x.level for x in jets)
    count = max(len(x.coefficients) for x in jets if x.level == level)
    size = matrix.shape[0]
    zero = Matrix([[ZERO] * size for _ in range(size)])
    parts = [matrix.map(partial(coefficient_of, level=level, k=k)) for k in range(count)]
    blocks = [[parts[j - i] if j >= i else zero for j in range(count)] for i in range(count)]
    whole = exponential(joined(blocks)).rows
    return Matrix(
        [
            [Jet([whole[i][k * size + j] for k in range(count)], level) for j in range(size)]
            for i in range(size)
        ]
    )


def joined(parts: Sequence[Sequence[Matrix]]) -> Matrix:
    """Return the matrix made of blocks, given as rows of blocks."""
    rows: list[list[Number]] = []
    for blocks in parts:
        heights = {block.shape[0] for block in blocks}
        if len(heights) > 1:
            raise WrongShape("blocks of different heights beside one another")
        rows += [[x for block in blocks for x in block.rows[i]] for i in range(blocks[0].shape[0])]
    if len({len(row) for row in rows}) > 1:
        raise WrongShape("blocks of different widths below one another")
    return Matrix(rows)


# Words of vectors and matrices


def length(numbers: Sequence[Number], mode: Mode) -> Number:
    """Return the Euclidean length; at 0 of a jet, the one on the side of the mode."""
    level = max((x.level for x in numbers if isinstance(x, Jet)), default=0)
    if level and all(is_zero(coefficient_of(x, level, 0)) for x in numbers):
        return _length_from_zero(numbers, level, mode)
    squares = total(multiply(x, conjugate(x)) for x in numbers)
    if isinstance(squares, arb):
        return squares.nonnegative_part().sqrt()
    return sqrt(squares, mode)


def coefficient_of(x: Number, level: int, k: int) -> Number:
    """Return a Taylor coefficient in the variable of the derivative of this level."""
    outer = isinstance(x, Jet) and x.level == level
    return coefficient(x, k) if outer else x if k == 0 else ZERO


def _length_from_zero(numbers: Sequence[Number], level: int, mode: Mode) -> Number:
    """Return abs(t) times the length of x/t."""
    order = max(len(x.coefficients) for x in numbers if isinstance(x, Jet) and x.level == level) - 1
    shifted: list[Number] = []
    for x in numbers:
        rest = [coefficient_of(x, level, k) for k in range(1, order + 1)]
        shifted.append(rest[0] if order == 1 else Jet(rest, level))
    if all(map(is_zero, shifted)):
        return Jet([ZERO] * (order + 1), level)
    mode.tied = True
    slope = length(shifted, mode)
    if mode.side < 0:
        slope = negate(slope)
    return Jet([ZERO, *(coefficient_of(slope, level, k) for k in range(order))], level)


def largest(numbers: Sequence[Number], mode: Mode) -> Number:
    """Return the largest of some numbers."""
    return reduce(lambda x, y: maximum(x, y, mode), numbers)


def trace(matrix: Matrix) -> Number:
    """Return the sum of the diagonal."""
    return total(row[i] for i, row in enumerate(square(matrix).rows))


def diagonal_of(matrix: Matrix) -> Matrix:
    """Return the diagonal matrix of a vector, or the diagonal of a matrix."""
    if matrix.is_vector:
        return diagonal(matrix.vector())
    return column(matrix.rows[i][i] for i in range(min(matrix.shape)))


def stacked(matrix: Matrix) -> Matrix:
    """Return the columns under one another."""
    return column(transpose(matrix).entries)


def kronecker(a: Matrix, b: Matrix) -> Matrix:
    """Return the Kronecker product."""
    if len(a.entries) * len(b.entries) > MAX_ENTRIES:
        raise TooMuchWork("a large Kronecker product")
    return Matrix(
        [[multiply(x, y) for x in above for y in below] for above in a.rows for below in b.rows]
    )


def cross_product(a: Matrix, b: Matrix) -> Matrix:
    """Return the cross product of two vectors of three entries."""
    u, v = a.vector(), b.vector()
    if len(u) != 3 or len(v) != 3:
        raise WrongShape("a cross product needs vectors of 3 entries")
    return column(
        subtract(multiply(u[i - 2], v[i - 1]), multiply(u[i - 1], v[i - 2])) for i in range(3)
    )


def convolution(a: Matrix, b: Matrix) -> Matrix:
    """Return the convolution of two vectors."""
    x, w = a.vector(), b.vector()
    result: list[Number] = [ZERO] * (len(x) + len(w) - 1)
    for i, p in enumerate(x):
        for j, q in enumerate(w):
            result[i + j] = add(result[i + j], multiply(p, q))
    return column(result)


def mean(numbers: Sequence[Number]) -> Number:
    """Return the arithmetic mean."""
    return divide(total(numbers), rational(len(numbers)))


def variance(numbers: Sequence[Number]) -> Number:
    """Return the mean squared deviation from the mean."""
    middle = mean(numbers)
    deviations = [subtract(x, middle) for x in numbers]
    return mean([multiply(x, x) for x in deviations])


def p_norm(numbers: Sequence[Number], order: Number, mode: Mode) -> Number:
    """Return the p-norm."""
    if sign(order, mode) <= 0:
        raise Undefined("a norm of an order that is not positive")
    powers = total(power(absolute(x, mode), order, mode) for x in numbers)
    return power(powers, divide(ONE, order), mode)


def softmax(scores: Sequence[Number], mode: Mode) -> list[Number]:
    """Return scores turned into probabilities."""
    middle = _middle(scores)
    raised = [exp(subtract(x, middle), mode) for x in scores]
    whole = total(raised)
    return [divide(x, whole) for x in raised]


def log_sum_exp(scores: Sequence[Number], mode: Mode) -> Number:
    """Return the logarithm of the sum of exponentials."""
    middle = _middle(scores)
    return add(middle, log(total(exp(subtract(x, middle), mode) for x in scores), mode))


def _middle(scores: Sequence[Number]) -> Number:
    """Return a score to subtract from all, so that exponentials stay in range."""
    if any(isinstance(x, Jet | acb) for x in scores):
        return ZERO
    finite = [x for x in scores if not isinstance(x, Infinity)]
    return max(finite, key=lambda x: real_ball(x).mid(), default=ZERO)


def weighted_log(weights: Sequence[Number], numbers: Sequence[Number], mode: Mode) -> Number:
    """Return the sum of w log x, where 0 log x is 0 and w log 0 is minus infinity.

    Raises
    ------
    Undefined
        If a weight or an x is negative.
    """
    if len(weights) != len(numbers):
        raise WrongShape(f"two vectors of {len(weights)} and {len(numbers)} entries")
    result: Number = ZERO
    for weight, x in zip(weights, numbers, strict=True):
        if is_zero(weight):
            continue
        if not is_complex(weight) and sign(base(weight), mode) < 0:
            raise Undefined("the entropy of a vector with a negative entry")
        if isinstance(x, fmpq) and x == 0 and isinstance(weight, fmpq):
            result = add(result, Infinity(-1))
        else:
            result = add(result, multiply(weight, log(x, mode)))
    return result


def relative_entropy(p: Sequence[Number], q: Sequence[Number], mode: Mode) -> Number:
    """Return the Kullback-Leibler divergence of two vectors of probabilities."""
    return subtract(weighted_log(p, p, mode), weighted_log(p, q, mode))
