"""What SymPy makes of these words; None marks a word that is never proved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sympy as sp

from dlcards.claims.prove.evaluator import Evaluator, Reading
from dlcards.claims.prove.signs import NONNEGATIVE, NONZERO, POSITIVE
from dlcards.claims.prove.symbols import is_matrix
from dlcards.claims.prove.zero import NoProof
from dlcards.claims.tree import Node
from dlcards.claims.unparser import formula_text


def _everywhere(function: Callable[[Any], Any]) -> Reading:
    """Read a function that has a value for every number."""
    return entry_by_entry(lambda _evaluate, value, _node: function(value))


def entry_by_entry(function: Callable[[Evaluator, Any, Node], Any]) -> Reading:
    """Read a function of one number, applied to every entry of a vector or matrix."""

    def reading(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
        value = evaluate(args[0])
        if isinstance(value, bool):
            raise NoProof("a number is needed")
        if is_matrix(value):
            return value.applyfunc(lambda entry: function(evaluate, entry, args[0]))
        return function(evaluate, value, args[0])

    return reading


def _log(evaluate: Evaluator, value: Any, node: Node) -> Any:
    evaluate.require(value, POSITIVE, node)
    return sp.log(value)


def _sqrt(evaluate: Evaluator, value: Any, node: Node) -> Any:
    evaluate.require(value, NONNEGATIVE, node)
    return sp.sqrt(value)


def _tan(evaluate: Evaluator, value: Any, node: Node) -> Any:
    evaluate.require(sp.cos(value), NONZERO, Node("call", (node,), name="cos"))
    return sp.tan(value)


def _inverse_of_circle(function: Callable[[Any], Any]) -> Callable[[Evaluator, Any, Node], Any]:
    def at(evaluate: Evaluator, value: Any, node: Node) -> Any:
        size = Node("call", (node,), name="abs")
        evaluate.require(1 - value**2, NONNEGATIVE, size, f"{formula_text(size)} <= 1")
        return function(value)

    return at


def _gamma(evaluate: Evaluator, value: Any, node: Node) -> Any:
    evaluate.require(value, POSITIVE, node)
    return sp.gamma(value)


READINGS: Mapping[str, Reading | None] = {
    "exp": _everywhere(sp.exp),
    "log": entry_by_entry(_log),
    "sqrt": entry_by_entry(_sqrt),
    "sin": _everywhere(sp.sin),
    "cos": _everywhere(sp.cos),
    "tan": entry_by_entry(_tan),
    "asin": entry_by_entry(_inverse_of_circle(sp.asin)),
    "acos": entry_by_entry(_inverse_of_circle(sp.acos)),
    "atan": _everywhere(sp.atan),
    "tanh": _everywhere(sp.tanh),
    "sinh": _everywhere(sp.sinh),
    "cosh": _everywhere(sp.cosh),
    "abs": _everywhere(sp.Abs),
    "sign": _everywhere(sp.sign),
    "sigmoid": _everywhere(lambda x: 1 / (1 + sp.exp(-x))),
    "softplus": _everywhere(lambda x: sp.log(1 + sp.exp(x))),
    "relu": _everywhere(lambda x: sp.Max(x, 0)),
    "erf": _everywhere(sp.erf),
    "gamma": entry_by_entry(_gamma),
    "floor": _everywhere(sp.floor),
    "ceil": _everywhere(sp.ceiling),
}
