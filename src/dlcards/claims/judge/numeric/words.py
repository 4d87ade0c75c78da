"""Words whose value depends on the values of their arguments alone."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from dlcards.claims.judge.numeric.values import Array, Matrix, Scalar, WrongShape, collapsed, column


def _by_entry(function: Callable[[float], float]) -> Callable[[Array], Array]:
    def whole(x: Array) -> Array:
        return np.asarray(np.frompyfunc(function, 1, 1)(x), float)

    return whole


def _gamma(x: float) -> float:
    try:
        return math.gamma(x)
    except (ValueError, OverflowError):
        return math.nan


def _factorial(x: float) -> float:
    whole = 0 <= x <= 170 and abs(x - round(x)) < 1e-9
    return float(math.factorial(round(x))) if whole else math.nan


def _log(x: Array) -> Array:
    return np.log(np.where(x > 0, x, np.nan))


def _sqrt(x: Array) -> Array:
    return np.sqrt(np.where(x >= 0, x, np.nan))


def _within_one(x: Array) -> Array:
    return np.where(np.abs(x) <= 1, x, np.nan)


def _sigmoid(x: Array) -> Array:
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, small) / (1.0 + small)


ELEMENTWISE: dict[str, Callable[[Array], Array]] = {
    "exp": np.exp,
    "log": _log,
    "sqrt": _sqrt,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "asin": lambda x: np.arcsin(_within_one(x)),
    "acos": lambda x: np.arccos(_within_one(x)),
    "atan": np.arctan,
    "tanh": np.tanh,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "abs": np.abs,
    "sign": np.sign,
    "sigmoid": _sigmoid,
    "softplus": lambda x: np.logaddexp(0.0, x),
    "relu": lambda x: np.maximum(x, 0.0),
    "floor": lambda x: np.floor(x + 1e-9),
    "ceil": lambda x: np.ceil(x - 1e-9),
    "erf": _by_entry(math.erf),
    "gamma": _by_entry(_gamma),
    "factorial": _by_entry(_factorial),
}
"""Words of one number, applied to every entry; NaN where undefined."""

MEMBERSHIP: dict[str, str] = {
    "log": "the logarithm of a number that is not positive",
    "sqrt": "the square root of a negative number",
    "factorial": "the factorial of a number that is not 0, 1, 2, …",
    "gamma": "the gamma function of 0, a negative whole number or a large number",
    "tan": "the tangent of an odd multiple of a right angle",
    "asin": "an angle whose sine is beyond 1",
    "acos": "an angle whose cosine is beyond 1",
    "inv": "the inverse of a singular matrix",
    "entropy": "the entropy of a vector with a negative entry",
    "KL": "the divergence of vectors that are not positive",
    "xent": "the cross-entropy of vectors that are not positive",
}
"""What to say when a word is undefined."""


def _square(matrix: Matrix) -> Array:
    rows, columns = matrix.shape
    if rows != columns:
        raise WrongShape(f"a square matrix is needed, not {rows}x{columns}")
    return matrix.entries


def _vector(matrix: Matrix) -> Array:
    if not matrix.is_vector:
        raise WrongShape("a vector is needed, not a matrix")
    numbers: Array = matrix.entries[..., 0]
    return numbers


def _symmetric(matrix: Matrix) -> Array:
    entries = _square(matrix)
    if not np.allclose(entries, np.swapaxes(entries, -1, -2), equal_nan=True):
        raise WrongShape("a symmetric matrix is needed")
    return entries


def _where_finite(function: Callable[[Array], Array], entries: Array) -> Array:
    """Apply a routine of linear algebra that does not accept NaN."""
    bad = np.asarray(~np.isfinite(entries).all(axis=(-1, -2)))
    if not bad.any():
        return np.asarray(function(entries), float)
    safe = np.where(bad[..., None, None], np.eye(*entries.shape[-2:]), entries)
    result = np.asarray(function(safe), float)
    return np.where(bad.reshape(bad.shape + (1,) * (result.ndim - bad.ndim)), np.nan, result)


def _inverse(matrix: Matrix) -> Matrix:
    entries = _square(matrix)
    try:
        inverse = np.linalg.inv(entries)
    except np.linalg.LinAlgError:
        each = entries.reshape(-1, *entries.shape[-2:])
        inverse = np.array([_one_inverse(one) for one in each]).reshape(entries.shape)
    size = np.abs(entries).max(axis=(-1, -2)) * np.abs(inverse).max(axis=(-1, -2))
    return Matrix(np.where((size < 1e13)[..., None, None], inverse, np.nan))


def _one_inverse(entries: Array) -> Array:
    try:
        return np.linalg.inv(entries)
    except np.linalg.LinAlgError:
        return np.full_like(entries, np.nan)


def _diagonal(matrix: Matrix) -> Matrix:
    if matrix.is_vector:
        numbers = _vector(matrix)
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

        return Matrix(_where_finite(factor, matrix.entries))

    return word


def _softmax(scores: Array, axis: int) -> Array:
    raised = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return np.asarray(raised / raised.sum(axis=axis, keepdims=True))


def _logsumexp(matrix: Matrix) -> Array:
    scores = _vector(matrix)
    top = scores.max(axis=-1)
    return np.asarray(top + np.log(np.exp(scores - top[..., None]).sum(axis=-1)))


def _weighted_log(weights: Array, numbers: Array) -> Array:
    """Return sum of w log x with 0 log x = 0; NaN for a negative w or x."""
    none = weights == 0
    logs = np.where(none, 0.0, weights * _log(np.where(none, 1.0, numbers)))
    return np.asarray(np.where((weights < 0) | (numbers < 0), np.nan, logs).sum(axis=-1))


def _pair(a: Matrix, b: Matrix) -> tuple[Array, Array]:
    p, q = _vector(a), _vector(b)
    if p.shape[-1] != q.shape[-1]:
        raise WrongShape(f"two vectors of {p.shape[-1]} and {q.shape[-1]} entries")
    return np.broadcast_arrays(p, q)  # type: ignore[return-value]  # it gives a tuple of two


def _entropy(p: Matrix) -> Array:
    return -_weighted_log(_vector(p), _vector(p))


def _divergence(a: Matrix, b: Matrix) -> Array:
    p, q = _pair(a, b)
    return _weighted_log(p, p) - _weighted_log(p, q)


def _cross_entropy(a: Matrix, b: Matrix) -> Array:
    return -_weighted_log(*_pair(a, b))


def _kronecker(a: Matrix, b: Matrix) -> Matrix:
    product = np.einsum("...ij,...kl->...ikjl", a.entries, b.entries)
    rows, columns = a.shape[0] * b.shape[0], a.shape[1] * b.shape[1]
    if rows * columns > 20_000:
        raise WrongShape("the Kronecker product is too large")
    return Matrix(product.reshape(*product.shape[:-4], rows, columns))


def _convolution(a: Matrix, b: Matrix) -> Matrix:
    x, w = _vector(a), _vector(b)
    n, m = x.shape[-1], w.shape[-1]
    batch = np.broadcast_shapes(x.shape[:-1], w.shape[:-1])
    result = np.zeros((*batch, n + m - 1))
    for k in range(m):
        result[..., k : k + n] += x * w[..., k, None]
    return column(result)


def _cross(a: Matrix, b: Matrix) -> Matrix:
    u, v = _pair(a, b)
    if u.shape[-1] != 3:
        raise WrongShape(f"a cross product needs 3 entries, not {u.shape[-1]}")
    return column(np.cross(u, v))


MATRIX_WORDS: dict[str, Callable[..., Matrix | Scalar]] = {
    "inv": _inverse,
    "pinv": lambda a: Matrix(_where_finite(np.linalg.pinv, a.entries)),
    "det": lambda a: np.linalg.det(_square(a)),
    "tr": lambda a: np.trace(_square(a), axis1=-2, axis2=-1),
    "rank": lambda a: _where_finite(np.linalg.matrix_rank, a.entries),
    "norm": lambda x: np.sqrt((_vector(x) ** 2).sum(axis=-1)),
    "norm1": lambda x: np.abs(_vector(x)).sum(axis=-1),
    "norminf": lambda x: np.abs(_vector(x)).max(axis=-1),
    "fro": lambda a: np.sqrt((a.entries**2).sum(axis=(-1, -2))),
    "opnorm": lambda a: _where_finite(
        lambda e: np.linalg.svd(e, compute_uv=False)[..., 0], a.entries
    ),
    "diag": _diagonal,
    "eigvals": lambda a: column(_where_finite(np.linalg.eigvalsh, _symmetric(a))),
    "eigvecs": lambda a: Matrix(_where_finite(lambda e: np.linalg.eigh(e)[1], _symmetric(a))),
    "lammin": lambda a: _where_finite(lambda e: np.linalg.eigvalsh(e)[..., 0], _symmetric(a)),
    "lammax": lambda a: _where_finite(lambda e: np.linalg.eigvalsh(e)[..., -1], _symmetric(a)),
    "svdU": _singular(0),
    "svdS": _singular(1),
    "svdV": _singular(2),
    "vec": _stacked,
    "kron": _kronecker,
    "cross": _cross,
    "len": lambda x: float(x.shape[0]),
    "mean": lambda x: _vector(x).mean(axis=-1),
    "var": lambda x: _vector(x).var(axis=-1),
    "softmax": lambda z: column(_softmax(_vector(z), -1)),
    "softmax_rows": lambda a: Matrix(_softmax(a.entries, -1)),
    "logsumexp": _logsumexp,
    "entropy": _entropy,
    "KL": _divergence,
    "xent": _cross_entropy,
    "conv": _convolution,
}
"""Words of vectors and matrices."""


def apply_matrix_word(name: str, arguments: list[Matrix]) -> Matrix | Scalar:
    """Return the value of a word of :data:`MATRIX_WORDS`; a one-by-one result is a number.

    Raises
    ------
    WrongShape
        If an argument does not have the shape the word needs.

    Examples
    --------
    >>> float(apply_matrix_word("det", [Matrix(np.array([[1.0, 2.0], [3.0, 4.0]]))]).round(9))
    -2.0
    """
    result = MATRIX_WORDS[name](*arguments)
    return collapsed(result) if isinstance(result, Matrix) else result
