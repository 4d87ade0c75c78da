"""Laws of vectors: their densities, and finite laws with the same low moments.

The mean of a polynomial of low degree is the same for every law with the same moments, so
it is taken over a finite one: exact, whatever the size.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterator, Sequence

from flint import fmpq

from dlcards.claims.balls.elementary import exp, log, power, sqrt, whole_number
from dlcards.claims.balls.errors import TooMuchWork, Undefined, Unsupported
from dlcards.claims.balls.laws import gamma, require_positive, require_probability
from dlcards.claims.balls.matrices import (
    Matrix,
    column,
    determinant,
    inverse,
    matmul,
    square,
    trace,
    transpose,
)
from dlcards.claims.balls.numbers import (
    HALF,
    ONE,
    ZERO,
    Mode,
    Number,
    PiMultiple,
    add,
    compare,
    divide,
    is_zero,
    multiply,
    negate,
    rational,
    sign,
    subtract,
    surely_differ,
    total,
)
from dlcards.claims.balls.polynomials import depends
from dlcards.claims.tree import Node

Outcomes = list[tuple[Number, Matrix]]

VECTOR_LAWS = frozenset({"Multinomial", "Dirichlet", "MultivariateNormal"})
MAX_OUTCOMES = 6000


# Degrees


_LINEAR = frozenset({"tr", "sum", "diag", "vec", "mean", "col", "row", "block"})


def degree(node: Node, names: Collection[str]) -> int | None:
    """Return a bound for the degree of a formula as a polynomial in vectors, if it is one.

    Examples
    --------
    >>> from dlcards.claims.parser import parse_formula
    >>> degree(parse_formula("norm(X)**2 + sum(X)"), ["X"])
    2
    """
    if not depends(node, names):
        return 0
    parts = [degree(arg, names) for arg in node.args]
    known = [part for part in parts if part is not None]
    match node.op:
        case "sym":
            return 1
        case "add" | "sub" | "neg" | "T" | "list" | "index":
            return max(known) if len(known) == len(parts) else None
        case "mul" | "matmul":
            return sum(known) if len(known) == len(parts) else None
        case "div":
            return parts[0] if parts[1] == 0 else None
        case "pow":
            return _power_degree(node, names)
        case "call" if node.name in _LINEAR:
            return max(known) if len(known) == len(parts) else None
    return None


def _power_degree(node: Node, names: Collection[str]) -> int | None:
    inner, exponent = node.args
    if exponent.op != "num" or exponent.number.denominator != 1 or exponent.number < 0:
        return None
    times = int(exponent.number)
    if inner.op == "call" and inner.name in ("norm", "fro") and times % 2 == 0:
        inner = inner.args[0]
    found = degree(inner, names)
    return None if found is None else times * found


# Finite laws


def outcomes(kind: str, own: Sequence[Number | Matrix], order: int, mode: Mode) -> Outcomes:
    """Return a finite law with the same moments as a law of vectors, up to an order."""
    if kind == "Multinomial":
        return list(_multinomial(own, mode))
    if kind == "Dirichlet":
        return _dirichlet(_vector(own[0]), order, mode)
    return _normal(own, order, mode)


def _vector(x: Number | Matrix) -> list[Number]:
    return x.vector() if isinstance(x, Matrix) else [x]


def _probabilities(x: Number | Matrix, mode: Mode) -> list[Number]:
    found = _vector(x)
    for p in found:
        require_probability(p, mode)
    if surely_differ(total(found), ONE):
        raise Undefined("probabilities that do not add up to 1")
    return found


def _counts(n: int, kinds: int) -> Iterator[tuple[int, ...]]:
    if kinds == 1:
        yield (n,)
        return
    for first in range(n + 1):
        for rest in _counts(n - first, kinds - 1):
            yield (first, *rest)


def _tries(x: Number | Matrix) -> int:
    n = whole_number(_vector(x)[0], "a number of tries")
    if n < 0:
        raise Undefined("a negative number of tries")
    return n


def _multinomial(own: Sequence[Number | Matrix], mode: Mode) -> Iterator[tuple[Number, Matrix]]:
    n, chances = _tries(own[0]), _probabilities(own[1], mode)
    if math.comb(n + len(chances) - 1, n) > MAX_OUTCOMES:
        raise TooMuchWork("a law of many outcomes")
    for counts in _counts(n, len(chances)):
        place = column(rational(k) for k in counts)
        yield _multinomial_chance(place, own, mode), place


def _dirichlet(shapes: Sequence[Number], order: int, mode: Mode) -> Outcomes:
    if order > 2:
        raise Unsupported("a moment of a Dirichlet vector beyond the second")
    for shape in shapes:
        require_positive(shape, "a parameter", mode)
    whole = total(shapes)
    middle = [divide(shape, whole) for shape in shapes]
    step = sqrt(divide(ONE, add(whole, ONE)), mode)
    found: Outcomes = []
    for i, weight in enumerate(middle):
        corner = [subtract(rational(int(i == j)), x) for j, x in enumerate(middle)]
        for side in (step, negate(step)):
            place = [add(x, multiply(side, y)) for x, y in zip(middle, corner, strict=True)]
            found.append((multiply(HALF, weight), column(place)))
    return found


def _normal(own: Sequence[Number | Matrix], order: int, mode: Mode) -> Outcomes:
    middle, factor = column(_vector(own[0])), cholesky(own[1], mode)
    size = factor.shape[0]
    if order <= 3:
        far = sqrt(rational(size), mode)
        weight = rational(1, 2 * size)
        points = [
            (weight, [multiply(side, far) if i == j else ZERO for j in range(size)])
            for i in range(size)
            for side in (ONE, -ONE)
        ]
    elif order <= 5 and 3**size <= MAX_OUTCOMES:
        root = sqrt(rational(3), mode)
        one = ((rational(2, 3), ZERO), (rational(1, 6), root), (rational(1, 6), negate(root)))
        points = [
            (_product(weight for weight, _ in combination), [x for _, x in combination])
            for combination in itertools.product(one, repeat=size)
        ]
    else:
        raise Unsupported("a high moment of a normal vector")
    return [
        (weight, middle.combined(matmul(factor, column(place)), add)) for weight, place in points
    ]


def _product(numbers: Iterator[fmpq]) -> fmpq:
    result = ONE
    for x in numbers:
        result = result * x
    return result


def cholesky(matrix: Number | Matrix, mode: Mode) -> Matrix:
    """Return the lower triangular L with L @ L.T equal to a covariance matrix.

    Raises
    ------
    Undefined
        If the matrix is not positive semidefinite.
    """
    rows = square(matrix if isinstance(matrix, Matrix) else Matrix([[matrix]])).rows
    size = len(rows)
    found: list[list[Number]] = [[ZERO] * size for _ in range(size)]
    for j in range(size):
        rest = subtract(rows[j][j], total(multiply(x, x) for x in found[j][:j]))
        if sign(rest, mode) < 0:
            raise Undefined("a covariance matrix with a negative eigenvalue")
        pivot = found[j][j] = sqrt(rest, mode)
        for i in range(j + 1, size):
            gap = subtract(rows[i][j], total(map(multiply, found[i][:j], found[j][:j])))
            if not is_zero(gap) or not is_zero(pivot):
                found[i][j] = divide(gap, pivot)
    return Matrix(found)


# Densities


def density(kind: str, own: Sequence[Number | Matrix], place: Matrix, mode: Mode) -> Number:
    """Return the density or probability of a law of vectors at a place."""
    if kind == "Multinomial":
        return _multinomial_chance(place, own, mode)
    if kind == "Dirichlet":
        return _dirichlet_density(place.vector(), _vector(own[0]), mode)
    middle = column(_vector(own[0]))
    covariance = _covariance(own, mode)
    gap = place.combined(middle, subtract)
    squares = matmul(matmul(transpose(gap), inverse(covariance)), gap).rows[0][0]
    scaled = covariance.map(lambda x: multiply(PiMultiple(fmpq(2)), x))
    return divide(exp(negate(multiply(HALF, squares)), mode), sqrt(determinant(scaled), mode))


def _multinomial_chance(place: Matrix, own: Sequence[Number | Matrix], mode: Mode) -> Number:
    n, chances = _tries(own[0]), _probabilities(own[1], mode)
    counts = place.vector()
    if len(counts) != len(chances):
        raise Undefined("counts of another number of outcomes than the law has")
    numbers = [whole_number(x, "a count") for x in counts]
    if sum(numbers) != n or min(numbers) < 0:
        return ZERO
    result: Number = fmpq(math.factorial(n), math.prod(map(math.factorial, numbers)))
    for p, k in zip(chances, numbers, strict=True):
        result = multiply(result, power(p, rational(k), mode))
    return result


def _dirichlet_density(place: Sequence[Number], shapes: Sequence[Number], mode: Mode) -> Number:
    if surely_differ(total(place), ONE) or any(compare(x, ZERO, mode) < 0 for x in place):
        return ZERO
    result = gamma(total(shapes), mode)
    for x, shape in zip(place, shapes, strict=True):
        raised = power(x, subtract(shape, ONE), mode)
        result = divide(multiply(result, raised), gamma(shape, mode))
    return result


# Normal vectors


def normal_entropy(own: Sequence[Number | Matrix], mode: Mode) -> Number:
    """Return the differential entropy of a normal vector: log det(2 pi e S)/2."""
    factor = multiply(PiMultiple(fmpq(2)), exp(ONE, mode))
    scaled = _covariance(own, mode).map(lambda x: multiply(factor, x))
    return multiply(HALF, log(determinant(scaled), mode))


def normal_divergence(
    own: Sequence[Number | Matrix], other: Sequence[Number | Matrix], mode: Mode
) -> Number:
    """Return the Kullback-Leibler divergence of two normal vectors."""
    spread, wider = _covariance(own, mode), _covariance(other, mode)
    back = inverse(wider)
    gap = column(_vector(other[0])).combined(column(_vector(own[0])), subtract)
    squares = matmul(matmul(transpose(gap), back), gap).rows[0][0]
    ratio = divide(determinant(wider), determinant(spread))
    parts = [trace(matmul(back, spread)), squares, rational(-spread.shape[0]), log(ratio, mode)]
    return multiply(HALF, total(parts))


def _covariance(own: Sequence[Number | Matrix], mode: Mode) -> Matrix:
    cholesky(own[1], mode)
    return own[1] if isinstance(own[1], Matrix) else Matrix([[own[1]]])
