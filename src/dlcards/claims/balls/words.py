"""Words whose value depends on the values of their arguments alone, and choices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from dlcards.claims.balls.elementary import (
    ELEMENTARY,
    LOG,
    SQRT,
    Function,
    absolute,
    beta_incomplete,
    binomial,
    floor,
    maximum,
    minimum,
)
from dlcards.claims.balls.errors import TooMuchWork, Undefined, Unsupported, WrongShape
from dlcards.claims.balls.matrices import (
    Matrix,
    collapsed,
    column,
    convolution,
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
    log_sum_exp,
    mean,
    p_norm,
    pseudo_inverse,
    rank,
    softmax,
    stacked,
    trace,
    transpose,
    variance,
    weighted_log,
)
from dlcards.claims.balls.numbers import (
    ONE,
    ZERO,
    Mode,
    Number,
    add,
    compare,
    divide,
    is_zero,
    multiply,
    negate,
    rational,
    subtract,
    total,
)
from dlcards.claims.balls.point import Point, Reading
from dlcards.claims.balls.spectral import (
    eigenvalues,
    eigenvectors,
    largest_singular_value,
    matrix_function,
    singular_values,
    singular_vectors,
)
from dlcards.claims.balls.values import Value, as_number, plain
from dlcards.claims.tree import Node

MAX_INDEX = 20_000

MatrixWord: TypeAlias = Callable[[Matrix, Mode], "Matrix | Number"]


def _entry_by_entry(function: Function) -> Reading:
    def reading(point: Point, node: Node) -> Value:
        value = point.plain(node.args[0])
        if isinstance(value, Matrix):
            return value.map(lambda x: function(x, point.mode))
        return function(value, point.mode)

    return reading


def _of_matrix(word: MatrixWord, cost: int = 0) -> Reading:
    def reading(point: Point, node: Node) -> Value:
        matrix = point.matrix(node.args[0])
        point.work -= cost * matrix.shape[0] * matrix.shape[1]
        result = word(matrix, point.mode)
        return collapsed(result) if isinstance(result, Matrix) else result

    return reading


def _of_matrices(word: Callable[[Matrix, Matrix, Mode], Matrix | Number]) -> Reading:
    def reading(point: Point, node: Node) -> Value:
        result = word(point.matrix(node.args[0]), point.matrix(node.args[1]), point.mode)
        return collapsed(result) if isinstance(result, Matrix) else result

    return reading


def _entropy(p: Matrix, mode: Mode) -> Number:
    return negate(weighted_log(p.vector(), p.vector(), mode))


def _cross_entropy(p: Matrix, q: Matrix, mode: Mode) -> Number:
    return negate(weighted_log(p.vector(), q.vector(), mode))


def _divergence(p: Matrix, q: Matrix, mode: Mode) -> Number:
    own = weighted_log(p.vector(), p.vector(), mode)
    return subtract(own, weighted_log(p.vector(), q.vector(), mode))


MATRIX_WORDS: Mapping[str, MatrixWord] = {
    "inv": lambda a, _: inverse(a),
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
    "lammin": lambda a, mode: eigenvalues(a, mode)[0],
    "lammax": lambda a, mode: eigenvalues(a, mode)[-1],
    "svdU": lambda a, mode: singular_vectors(a, mode)[0],
    "svdS": lambda a, mode: diagonal(singular_values(a, mode)),
    "svdV": lambda a, mode: singular_vectors(a, mode)[1],
    "vec": lambda a, _: stacked(a),
    "len": lambda a, _: rational(a.shape[0]),
    "mean": lambda a, _: mean(a.vector()),
    "var": lambda a, _: variance(a.vector()),
    "softmax": lambda a, mode: column(softmax(a.vector(), mode)),
    "softmax_rows": lambda a, mode: Matrix([softmax(row, mode) for row in a.rows]),
    "logsumexp": lambda a, mode: log_sum_exp(a.vector(), mode),
    "entropy": _entropy,
    "expm": lambda a, _: exponential(a),
    "logm": lambda a, mode: matrix_function(a, LOG, mode),
    "sqrtm": lambda a, mode: matrix_function(a, SQRT, mode),
}
"""Words of one vector or matrix."""

PAIR_WORDS: Mapping[str, Callable[[Matrix, Matrix, Mode], Matrix | Number]] = {
    "kron": lambda a, b, _: kronecker(a, b),
    "cross": lambda a, b, _: cross_product(a, b),
    "conv": lambda a, b, _: convolution(a, b),
    "KL": _divergence,
    "xent": _cross_entropy,
}
"""Words of two vectors or matrices."""


# Choices


def cases(point: Point, node: Node) -> Value:
    """Return the value beside the first condition that holds, else the last one."""
    return _chosen(point, node.args)


def _chosen(point: Point, args: tuple[Node, ...]) -> Value:
    if len(args) == 1:
        return point.evaluate(args[0])
    truth = point.number(args[1])
    if is_zero(truth):
        return _chosen(point, args[2:])
    if is_zero(subtract(truth, ONE)):
        return point.evaluate(args[0])
    here, rest = point.number(args[0]), _chosen(point, args[2:])
    other = plain(rest)
    if isinstance(other, Matrix):
        raise WrongShape("cases of different shapes")
    return add(multiply(truth, here), multiply(subtract(ONE, truth), other))


def indicator(point: Point, node: Node) -> Value:
    """Return 1 when the relation holds, else 0."""
    return point.number(node.args[0])


def larger(point: Point, node: Node) -> Value:
    """Return the larger of two numbers, or the largest entry or indexed number."""
    if len(node.args) == 2:
        return maximum(point.number(node.args[0]), point.number(node.args[1]), point.mode)
    return largest([x for _, x in _candidates(point, node)], point.mode)


def smaller(point: Point, node: Node) -> Value:
    """Return the smaller of two numbers, or the smallest entry or indexed number."""
    if len(node.args) == 2:
        return minimum(point.number(node.args[0]), point.number(node.args[1]), point.mode)
    return negate(largest([negate(x) for _, x in _candidates(point, node)], point.mode))


def _candidates(point: Point, node: Node) -> list[tuple[int, Number]]:
    """Return the entries of a vector, or the values at an index, with their places."""
    if len(node.args) == 1:
        return list(enumerate(point.matrix(node.args[0]).entries, 1))
    name, (low, high) = node.args[1].name, (point.whole(arg) for arg in node.args[2:])
    if high < low:
        raise Undefined("the largest or smallest of no numbers")
    if high - low > MAX_INDEX:
        raise TooMuchWork("a largest or smallest of many numbers")
    return [
        (k, as_number(point.within({name: rational(k)}, node.args[0])))
        for k in range(low, high + 1)
    ]


def _best(sense: int) -> Reading:
    """Return the place of the first largest (sense 1) or smallest (sense -1) number."""

    def reading(point: Point, node: Node) -> Value:
        if len(node.args) == 2:
            raise Unsupported("an optimum inside a formula")
        candidates = _candidates(point, node)
        place, top = candidates[0]
        for k, x in candidates[1:]:
            if sense * compare(x, top, point.mode) > 0:
                place, top = k, x
        return rational(place)

    return reading


def everywhere(point: Point, node: Node) -> Value:
    """Return 1 when a relation holds for every index, else 0."""
    result: Number = ONE
    for _, truth in _candidates(point, node):
        result = multiply(result, truth)
    return result


def remainder(point: Point, node: Node) -> Value:
    """Return what a division leaves."""
    a, b = point.number(node.args[0]), point.number(node.args[1])
    return subtract(a, multiply(b, floor(divide(a, b), point.mode)))


def incomplete_beta(point: Point, node: Node) -> Value:
    """Return the regularized incomplete beta function."""
    a, b, x = (point.number(arg) for arg in node.args)
    return beta_incomplete(a, b, x, point.mode)


def blocks(point: Point, node: Node) -> Value:
    """Return the matrix made of blocks."""
    written = node.args[0]
    if written.op != "list":
        return point.plain(written)
    if written.args and all(row.op == "list" for row in written.args):
        return joined([[point.matrix(x) for x in row.args] for row in written.args])
    return joined([[point.matrix(x)] for x in written.args])


def union(point: Point, node: Node) -> Value:
    """Return 1 when one of two events happens."""
    a, b = point.number(node.args[0]), point.number(node.args[1])
    return subtract(add(a, b), multiply(a, b))


def choose(point: Point, node: Node) -> Value:
    """Return a binomial coefficient."""
    return binomial(point.number(node.args[0]), point.number(node.args[1]))


# Made of sizes


def eye(point: Point, node: Node) -> Value:
    """Return the identity matrix of a size."""
    return identity(_size(point, node.args[0]))


def ones(point: Point, node: Node) -> Value:
    """Return the vector of ones."""
    return column([ONE] * _size(point, node.args[0]))


def zeros(point: Point, node: Node) -> Value:
    """Return a vector or matrix of zeros."""
    sizes = [_size(point, arg) for arg in node.args]
    return Matrix([[ZERO] * (sizes[1] if len(sizes) > 1 else 1) for _ in range(sizes[0])])


def basis(point: Point, node: Node) -> Value:
    """Return a unit vector along an axis."""
    size = _size(point, node.args[1])
    place = _place(point, node.args[0], size)
    return column([rational(int(i == place)) for i in range(size)])


def _size(point: Point, node: Node) -> int:
    size = point.whole(node, "a size")
    if size < 1:
        raise Undefined("a size that is not 1, 2, 3, …")
    if size > MAX_SIZE:
        raise TooMuchWork("a large vector or matrix")
    return size


def _place(point: Point, node: Node, size: int) -> int:
    place = point.whole(node)
    if not 1 <= place <= size:
        raise Undefined(f"an index outside 1 to {size}")
    return place - 1


def column_of(point: Point, node: Node) -> Value:
    """Return a column of a matrix."""
    matrix = point.matrix(node.args[0])
    place = _place(point, node.args[1], matrix.shape[1])
    return collapsed(column(row[place] for row in matrix.rows))


def row_of(point: Point, node: Node) -> Value:
    """Return a row of a matrix, itself a matrix with one row."""
    matrix = point.matrix(node.args[0])
    place = _place(point, node.args[1], matrix.shape[0])
    return collapsed(transpose(column(matrix.rows[place])))


def norm_of_order(point: Point, node: Node) -> Value:
    """Return the p-norm."""
    numbers = point.matrix(node.args[0]).vector()
    return p_norm(numbers, point.number(node.args[1]), point.mode)


_COSTS: Mapping[str, int] = {
    **dict.fromkeys(("eigvals", "lammin", "lammax", "opnorm", "svdS"), 10),
    **dict.fromkeys(("eigvecs", "svdU", "svdV", "sqrtm", "logm"), 40),
}
"""What words of eigenvalues count as, in evaluations for each entry of the matrix."""

MAX_SIZE = 256

WORDS: Mapping[str, Reading] = {
    **{word: _entry_by_entry(function) for word, function in ELEMENTARY.items()},
    **{word: _of_matrix(function, _COSTS.get(word, 0)) for word, function in MATRIX_WORDS.items()},
    **{word: _of_matrices(function) for word, function in PAIR_WORDS.items()},
    "cases": cases,
    "ind": indicator,
    "max": larger,
    "min": smaller,
    "argmax": _best(1),
    "argmin": _best(-1),
    "all": everywhere,
    "mod": remainder,
    "betainc": incomplete_beta,
    "block": blocks,
    "union": union,
    "binomial": choose,
    "eye": eye,
    "ones": ones,
    "zeros": zeros,
    "basis": basis,
    "col": column_of,
    "row": row_of,
    "pnorm": norm_of_order,
}
