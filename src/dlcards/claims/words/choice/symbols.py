"""What SymPy makes of these words; None marks a word that is never proved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy as sp

from dlcards.claims.prove.evaluator import Evaluator, Reading
from dlcards.claims.prove.zero import NoProof
from dlcards.claims.tree import Node
from dlcards.claims.words.elementary.symbols import entry_by_entry


def _indicator(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    return sp.Integer(int(evaluate.truth(args[0])))


def _cases(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    for place in range(0, len(args) - 1, 2):
        if evaluate.truth(args[place + 1]):
            return evaluate(args[place])
    return evaluate(args[-1])


def _extreme(function: Any) -> Reading:
    def reading(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
        if len(args) == 1:
            return function(*evaluate.matrix(args[0]))
        return function(*[evaluate.number(arg) for arg in args])

    return reading


def _binomial(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    n, k = (evaluate.number(arg) for arg in args)
    if not (n.is_integer and n.is_nonnegative and k.is_integer and k.is_nonnegative):
        raise NoProof("a choice among what may not be natural")
    if k.is_Integer and k <= 20:
        return sp.ff(n, k) / sp.factorial(k)
    return sp.binomial(n, k)


def _factorial(_evaluate: Evaluator, value: Any, _node: Node) -> Any:
    if not (value.is_integer and value.is_nonnegative):
        raise NoProof("the factorial of what may not be natural")
    return sp.factorial(value)


READINGS: Mapping[str, Reading | None] = {
    "binomial": _binomial,
    "ind": _indicator,
    "max": _extreme(sp.Max),
    "min": _extreme(sp.Min),
    "cases": _cases,
    "factorial": entry_by_entry(_factorial),
    "mod": None,
    "all": None,
}
