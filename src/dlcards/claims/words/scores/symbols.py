"""What SymPy makes of these words; None marks a word that is never proved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy as sp

from dlcards.claims.prove.evaluator import Evaluator, Reading
from dlcards.claims.prove.signs import NONNEGATIVE, POSITIVE
from dlcards.claims.prove.zero import NoProof
from dlcards.claims.tree import Node
from dlcards.claims.words.algebra.symbols import of_matrices


def _softmax(scores: Any) -> Any:
    powers = scores.applyfunc(sp.exp)
    return powers / sp.Add(*powers)


def _softmax_rows(scores: Any) -> Any:
    return sp.Matrix.vstack(*[_softmax(scores[i, :]) for i in range(scores.shape[0])])


def _entropy(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    p = evaluate.matrix(args[0])
    return -_expected_log(evaluate, p, p, args[0])


def _cross_entropy(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    p, q = (evaluate.matrix(arg) for arg in args)
    return -_expected_log(evaluate, p, q, args[1])


def _divergence(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    p, q = (evaluate.matrix(arg) for arg in args)
    own = _expected_log(evaluate, p, p, args[0])
    return own - _expected_log(evaluate, p, q, args[1])


def _expected_log(evaluate: Evaluator, weights: Any, numbers: Any, node: Node) -> Any:
    """Add weights times logarithms, where a weight of 0 counts for nothing."""
    if weights.shape != numbers.shape:
        raise NoProof("shapes")
    total: Any = sp.Integer(0)
    for weight, number in zip(weights, numbers, strict=True):
        if weight != 0:
            # The logarithm of the weight itself may be that of 0: it counts for nothing.
            evaluate.require(number, NONNEGATIVE if number == weight else POSITIVE, node)
            total += weight * sp.log(number)
    return total


def _convolution(a: Any, b: Any) -> Any:
    result = [sp.Integer(0)] * (len(a) + len(b) - 1)
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            result[i + j] += x * y
    return sp.Matrix(result)


def _mean(vector: Any) -> Any:
    return sp.Add(*vector) / len(vector)


def _variance(vector: Any) -> Any:
    middle = _mean(vector)
    return sp.Add(*[(entry - middle) ** 2 for entry in vector]) / len(vector)


READINGS: Mapping[str, Reading | None] = {
    "softmax": of_matrices(_softmax),
    "softmax_rows": of_matrices(_softmax_rows),
    "logsumexp": of_matrices(lambda z: sp.log(sp.Add(*z.applyfunc(sp.exp)))),
    "entropy": _entropy,
    "xent": _cross_entropy,
    "KL": _divergence,
    "len": of_matrices(lambda x: sp.Integer(x.shape[0])),
    "mean": of_matrices(_mean),
    "var": of_matrices(_variance),
    "conv": of_matrices(_convolution),
}
