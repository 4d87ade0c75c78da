"""The values of these words, with error bars."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dlcards.claims.balls.matrices import (
    Matrix,
    column,
    convolution,
    log_sum_exp,
    mean,
    softmax,
    variance,
    weighted_log,
)
from dlcards.claims.balls.numbers import Mode, Number, negate, rational
from dlcards.claims.balls.point import Reading
from dlcards.claims.balls.readings import MatrixWord, of_matrices, of_matrix
from dlcards.claims.words.chance.balls import divergence


def _entropy(p: Matrix, mode: Mode) -> Number:
    return negate(weighted_log(p.vector(), p.vector(), mode))


def _cross_entropy(p: Matrix, q: Matrix, mode: Mode) -> Number:
    return negate(weighted_log(p.vector(), q.vector(), mode))


_OF_ONE: Mapping[str, MatrixWord] = {
    "len": lambda a, _: rational(a.shape[0]),
    "mean": lambda a, _: mean(a.vector()),
    "var": lambda a, _: variance(a.vector()),
    "softmax": lambda a, mode: column(softmax(a.vector(), mode)),
    "softmax_rows": lambda a, mode: Matrix([softmax(row, mode) for row in a.rows]),
    "logsumexp": lambda a, mode: log_sum_exp(a.vector(), mode),
    "entropy": _entropy,
}

_OF_TWO: Mapping[str, Callable[[Matrix, Matrix, Mode], Matrix | Number]] = {
    "xent": _cross_entropy,
    "conv": lambda a, b, _: convolution(a, b),
}

WORDS: Mapping[str, Reading] = {
    **{word: of_matrix(function) for word, function in _OF_ONE.items()},
    **{word: of_matrices(function) for word, function in _OF_TWO.items()},
    "KL": divergence,
}
