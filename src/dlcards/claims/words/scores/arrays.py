"""The values of these words in floats, for many points at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from dlcards.claims.judge.numeric.linear import log, pair, vector
from dlcards.claims.judge.numeric.values import Array, Matrix, Scalar, column


def _softmax(scores: Array, axis: int) -> Array:
    raised = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return np.asarray(raised / raised.sum(axis=axis, keepdims=True))


def _logsumexp(matrix: Matrix) -> Array:
    scores = vector(matrix)
    top = scores.max(axis=-1)
    return np.asarray(top + np.log(np.exp(scores - top[..., None]).sum(axis=-1)))


def _weighted_log(weights: Array, numbers: Array) -> Array:
    """Return sum of w log x with 0 log x = 0; NaN for a negative w or x."""
    none = weights == 0
    logs = np.where(none, 0.0, weights * log(np.where(none, 1.0, numbers)))
    return np.asarray(np.where((weights < 0) | (numbers < 0), np.nan, logs).sum(axis=-1))


def _entropy(p: Matrix) -> Array:
    return -_weighted_log(vector(p), vector(p))


def _divergence(a: Matrix, b: Matrix) -> Array:
    p, q = pair(a, b)
    return _weighted_log(p, p) - _weighted_log(p, q)


def _cross_entropy(a: Matrix, b: Matrix) -> Array:
    return -_weighted_log(*pair(a, b))


def _convolution(a: Matrix, b: Matrix) -> Matrix:
    x, w = vector(a), vector(b)
    n, m = x.shape[-1], w.shape[-1]
    batch = np.broadcast_shapes(x.shape[:-1], w.shape[:-1])
    result = np.zeros((*batch, n + m - 1))
    for k in range(m):
        result[..., k : k + n] += x * w[..., k, None]
    return column(result)


OF_MATRICES: Mapping[str, Callable[..., Matrix | Scalar]] = {
    "len": lambda x: float(x.shape[0]),
    "mean": lambda x: vector(x).mean(axis=-1),
    "var": lambda x: vector(x).var(axis=-1),
    "softmax": lambda z: column(_softmax(vector(z), -1)),
    "softmax_rows": lambda a: Matrix(_softmax(a.entries, -1)),
    "logsumexp": _logsumexp,
    "entropy": _entropy,
    "xent": _cross_entropy,
    "KL": _divergence,
    "conv": _convolution,
}
"""Of vectors and matrices."""

UNDEFINED: Mapping[str, str] = {
    "entropy": "the entropy of a vector with a negative entry",
    "xent": "the cross-entropy of vectors that are not positive",
    "KL": "the divergence of vectors that are not positive",
}
"""What to say where a word is undefined."""
