"""What SymPy makes of these words; None marks a word that is never proved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy as sp

from dlcards.claims.prove.budget import MAX_SUM
from dlcards.claims.prove.evaluator import Evaluator, Reading
from dlcards.claims.prove.series import multiplied, summed
from dlcards.claims.prove.symbols import is_matrix
from dlcards.claims.prove.zero import NoProof
from dlcards.claims.tree import Node


def _sum(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    if len(args) == 1:
        return sp.Add(*evaluate.matrix(args[0]))
    terms = _terms(evaluate, args)
    if terms is None:
        value, index, low, high = _symbolic(evaluate, args)
        return summed(evaluate, value, index, low, high, args[0])
    if not terms:
        return sp.Integer(0)
    return sum(terms[1:], terms[0]) if is_matrix(terms[0]) else sp.Add(*terms)


def _product(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    if len(args) == 1:
        return sp.Mul(*evaluate.matrix(args[0]))
    terms = _terms(evaluate, args)
    if terms is None:
        return multiplied(evaluate, *_symbolic(evaluate, args))
    if any(is_matrix(term) for term in terms):
        raise NoProof("a product of matrices")
    return sp.Mul(*terms)


def _terms(evaluate: Evaluator, args: tuple[Node, ...]) -> list[Any] | None:
    """Return the terms of a sum or product with plain bounds."""
    formula, index, low, high = args
    first, last = evaluate(low), evaluate(high)
    if not (first.is_Integer and last.is_Integer):
        return None
    if last - first > MAX_SUM:
        raise NoProof("a long sum")
    return [
        evaluate.bound(index.name, sp.Integer(k), formula) for k in range(int(first), int(last) + 1)
    ]


def _symbolic(evaluate: Evaluator, args: tuple[Node, ...]) -> tuple[Any, Any, Any, Any]:
    """Return the term at a symbolic index, the index and its bounds."""
    formula, index, lower, upper = args
    low, high = evaluate.number(lower), evaluate.number(upper)
    sign = "positive" if low.is_positive else "nonnegative" if low.is_nonnegative else "real"
    k = evaluate.fresh("k", integer=True, **{sign: True})
    value = evaluate.bound(index.name, k, formula)
    if is_matrix(value) or isinstance(value, bool):
        raise NoProof("a symbolic sum of vectors")
    return value, k, low, high


READINGS: Mapping[str, Reading | None] = {
    "sum": _sum,
    "prod": _product,
    "argmin": None,
    "argmax": None,
}
