"""Errors of a stated order, by Taylor's theorem."""

from __future__ import annotations

import sympy as sp

from dlcards.claims.prove.evaluator import Evaluator
from dlcards.claims.prove.limits import coefficient, smooth_at_zero
from dlcards.claims.prove.signs import NONZERO
from dlcards.claims.prove.symbols import is_matrix
from dlcards.claims.prove.zero import RIGOROUS, NoProof, show_zero
from dlcards.claims.tree import Node, num, walk

MAX_EXPONENT = 8
"""The highest order; every coefficient below it is compared."""


def order_of(left: Node, right: Node) -> Node | None:
    """Return what stands in ``O(...)`` on one of two sides, or None.

    Raises
    ------
    NoProof
        If there are several, or one is not just a term of a sum.
    """
    everywhere = [node for side in (left, right) for node in walk(side) if node.name == "O"]
    added = [node for side in (left, right) for node in _terms(side) if node.name == "O"]
    if not everywhere:
        return None
    if len(everywhere) != 1 or len(added) != 1:
        raise NoProof("an error that is not a term of its own")
    return added[0].args[0]


def _terms(node: Node) -> list[Node]:
    if node.op in ("add", "sub", "neg"):
        return [term for arg in node.args for term in _terms(arg)]
    return [node]


def show_order(evaluate: Evaluator, left: Node, right: Node, order: Node) -> str:
    """Show that both sides agree at 0 up to the stated order.

    Their difference must be smooth at 0, or a quotient of what is; then the error is of
    an order when the Taylor coefficients below it are zero, from both sides of 0.

    Raises
    ------
    NoProof
        If that was not shown.
    """
    base, exponent = order.args if order.op == "pow" else (order, num(1))
    if base.op != "sym":
        raise NoProof("an error in something else than a name")
    step = evaluate.value(base.name)
    start = len(evaluate.obligations)
    difference = evaluate(_without_order(left)) - evaluate(_without_order(right))
    power = evaluate(exponent)
    if is_matrix(difference) or is_matrix(step) or not step.is_Symbol:
        raise NoProof("an error of a symbolic order")
    if evaluate.moves_others(base.name, step):
        raise NoProof("an error in a number that bounds another")
    if step.is_integer or step in evaluate.facts.bounded:
        raise NoProof("an error in a number that does not tend to 0")
    if not (power.is_Integer and 0 < power <= MAX_EXPONENT):
        raise NoProof("an error of a symbolic order")
    _keep_what_matters(evaluate, start, step)
    top, bottom = sp.fraction(sp.together(difference))
    if not (smooth_at_zero(evaluate, top, step) and smooth_at_zero(evaluate, bottom, step)):
        raise NoProof("a difference that is not smooth at 0")
    lost = _order_of_zero(evaluate, bottom, step)
    ways = {show_zero(coefficient(top, step, k), evaluate.facts) for k in range(int(power) + lost)}
    return "Taylor coefficients" if ways <= RIGOROUS else "Taylor coefficients, simplified"


def _keep_what_matters(evaluate: Evaluator, start: int, step: sp.Symbol) -> None:
    """Drop requirements that hold near 0, perhaps not at 0 itself."""
    evaluate.obligations[start:] = [
        obligation
        for obligation in evaluate.obligations[start:]
        if not evaluate.holds_near(obligation, step)
    ]


def _order_of_zero(evaluate: Evaluator, bottom: sp.Expr, step: sp.Symbol) -> int:
    for k in range(MAX_EXPONENT):
        value = coefficient(bottom, step, k)
        if evaluate.facts.imply(value, NONZERO):
            return k
        show_zero(value, evaluate.facts)
    raise NoProof("a denominator that vanishes")


def _without_order(node: Node) -> Node:
    if node.op == "call" and node.name == "O":
        return num(0)
    return node.with_args(tuple(_without_order(child) for child in node.args))
