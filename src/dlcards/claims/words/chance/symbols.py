"""What SymPy makes of these words; None marks a word that is never proved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy as sp

from dlcards.claims.prove.evaluator import Evaluator, Reading
from dlcards.claims.prove.integrals import inside, integrated
from dlcards.claims.prove.series import summed
from dlcards.claims.prove.signs import NONNEGATIVE, POSITIVE
from dlcards.claims.prove.symbols import is_matrix
from dlcards.claims.prove.zero import NoProof
from dlcards.claims.tree import Node, call
from dlcards.claims.types.chance.symbols import expectation_by_moments


def expectation(evaluate: Evaluator, node: Node) -> Any:
    """Return the expectation of a formula, which may be conditional.

    Raises
    ------
    NoProof
        If the stand-ins of its random names do not give it.
    """
    inner, condition = node.args if node.op == "given" else (node, None)
    if evaluate.groups:
        if condition is not None:
            raise NoProof("conditional expectation")
        value = evaluate(inner)
        if not is_matrix(value):
            return expectation_by_moments(value, evaluate.groups)
        return value.applyfunc(lambda e: expectation_by_moments(e, evaluate.groups))
    if evaluate.laws:
        if condition is not None:
            raise NoProof("conditional expectation")
        return _by_law(evaluate, inner)
    if not evaluate.space.atoms:
        raise NoProof("nothing is random")
    return _by_sum(evaluate, inner, condition)


def _by_sum(evaluate: Evaluator, node: Node, condition: Node | None) -> Any:
    here = evaluate.atom
    weights = evaluate.space.weights
    kept = list(range(len(weights)))
    try:
        if condition is not None:
            kept = _where(evaluate, condition, here)
            possible = sp.Add(*[weights[place] for place in kept])
            evaluate.require(possible, POSITIVE, call("P", condition))
        total: Any = None
        for place in kept:
            evaluate.atom = place
            value = evaluate(node)
            if isinstance(value, bool):
                value = sp.Integer(int(value))
            term = value * weights[place]
            total = term if total is None else total + term
    finally:
        evaluate.atom = here
    if total is None:
        raise NoProof("an impossible condition")
    if condition is None:
        return total
    return total / sp.Add(*[weights[place] for place in kept])


def _where(evaluate: Evaluator, condition: Node, here: int | None) -> list[int]:
    found = []
    for place in range(len(evaluate.space.atoms)):
        evaluate.atom = place
        found.append(evaluate(condition))
    if isinstance(found[0], bool):
        return [place for place, holds in enumerate(found) if holds]
    if here is None:
        raise NoProof("a conditional expectation at no particular point")
    if condition.name not in evaluate.statement.types:
        # Other formulas may take one value at points where the names differ.
        raise NoProof("a condition on a formula")
    return [place for place, value in enumerate(found) if value == found[here]]


def _by_law(evaluate: Evaluator, node: Node) -> Any:
    if len(evaluate.laws) > 1 or evaluate.space.atoms:
        raise NoProof("a joint law")
    ((name, type_),) = evaluate.laws.items()
    parameters = evaluate.parameters(type_)
    first = parameters[0]
    match type_.name:
        case "Bernoulli":
            yes, no = (_at(evaluate, name, sp.Integer(k), node) for k in (1, 0))
            return first * yes + (1 - first) * no
        case "Poisson":
            k = evaluate.fresh("k", integer=True, nonnegative=True)
            value = _at(evaluate, name, k, node)
            weight = sp.exp(-first) * first**k / sp.factorial(k)
            return summed(evaluate, value * weight, k, sp.Integer(0), sp.oo, node)
        case "Normal":
            mean, variance = parameters
            evaluate.require(variance, POSITIVE, type_.args[1])
            x = evaluate.fresh("x", real=True)
            density = _bell(x, mean, variance)
            return _by_density(evaluate, name, node, (x, density, -sp.oo, sp.oo))
        case "Exponential":
            x = evaluate.fresh("x", real=True)
            law = (x, first * sp.exp(-first * x), sp.Integer(0), sp.oo)
            return _by_density(evaluate, name, node, law)
        case "Uniform":
            low, high = parameters
            x = evaluate.fresh("x", real=True)
            return _by_density(evaluate, name, node, (x, 1 / (high - low), low, high))
        case _:
            raise NoProof("a sum over a symbolic number of tries")


def _bell(x: Any, mean: Any, variance: Any) -> Any:
    return sp.exp(-((x - mean) ** 2) / (2 * variance)) / sp.sqrt(2 * sp.pi * variance)


def _by_density(evaluate: Evaluator, name: str, node: Node, law: tuple[Any, Any, Any, Any]) -> Any:
    x, density, low, high = law
    with evaluate.between(inside(evaluate, x, low, high)):
        value = _at(evaluate, name, x, node)
    if is_matrix(value) or isinstance(value, bool):
        raise NoProof("the expectation of a vector or an event")
    return integrated(evaluate, sp.expand(value) * density, x, low, high, node)


def _at(evaluate: Evaluator, name: str, value: Any, node: Node) -> Any:
    with evaluate.moving(name, value):
        return evaluate(node)


def covariance(evaluate: Evaluator, left: Node, right: Node) -> Any:
    """Return the covariance of two numbers, or the covariance matrix of two vectors."""
    same = left == right
    condition = None
    if left.op == "given":
        left, condition = left.args
    if right.op == "given":
        right, condition = right.args
    first = expectation(evaluate, _given(left, condition))
    second = expectation(evaluate, _given(right, condition))
    # These names cannot be written, so that they shadow nothing.
    with evaluate.binding({"_mean_1": first, "_mean_2": second}):
        a = Node("sub", (left, Node("sym", name="_mean_1")))
        b = Node("sub", (right, Node("sym", name="_mean_2")))
        if not is_matrix(first):
            value = expectation(evaluate, _given(Node("mul", (a, b)), condition))
            if same:
                evaluate.facts.learn(value, NONNEGATIVE)
            return value
        if first.shape[1] != 1 or second.shape[1] != 1:
            raise NoProof("the covariance of a matrix")
        product = Node("matmul", (a, Node("T", (b,))))
        return expectation(evaluate, _given(product, condition))


def _given(node: Node, condition: Node | None) -> Node:
    return node if condition is None else Node("given", (node, condition))


def _expectation(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    return expectation(evaluate, args[0])


def _probability(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    event, condition = args[0].args if args[0].op == "given" else (args[0], None)
    return expectation(evaluate, _given(call("ind", event), condition))


def _covariance(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    return covariance(evaluate, args[0], args[-1])


def _correlation(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    a, b = args
    spreads = [covariance(evaluate, arg, arg) for arg in args]
    for spread, arg in zip(spreads, args, strict=True):
        evaluate.require(spread, POSITIVE, call("Var", arg))
    return covariance(evaluate, a, b) / sp.sqrt(spreads[0] * spreads[1])


def _union(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    happens = [evaluate.truth(arg) for arg in args]
    return any(happens)


def _density(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    type_ = evaluate.statement.types[args[0].name]
    if type_.name != "Normal":
        raise NoProof(f"the density of {type_.name} has cases")
    mean, variance = evaluate.parameters(type_)
    evaluate.require(variance, POSITIVE, type_.args[1])
    return _bell(evaluate.number(args[1]), mean, variance)


READINGS: Mapping[str, Reading | None] = {
    "E": _expectation,
    "Var": _covariance,
    "Cov": _covariance,
    "Corr": _correlation,
    "P": _probability,
    "union": _union,
    "MI": None,
    "H": None,
    "pdf": _density,
    "avg": None,
    "converges": None,
    "iid": None,
    "distributed": None,
}
