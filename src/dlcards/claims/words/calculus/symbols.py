"""What SymPy makes of these words; None marks a word that is never proved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sympy as sp

from dlcards.claims.prove.evaluator import Evaluator, Reading
from dlcards.claims.prove.integrals import inside, integrated
from dlcards.claims.prove.limits import right_limit
from dlcards.claims.prove.symbols import is_matrix
from dlcards.claims.prove.zero import NoProof, WrongShape, show_zero
from dlcards.claims.tree import Node


def _derivative(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    formula, variable = args[:2]
    order = _order(evaluate, args)
    if variable.op == "index":
        return _in_entry(evaluate, formula, variable, order)
    here = evaluate.value(variable.name)
    if is_matrix(here):
        raise WrongShape("a derivative in a vector or matrix")
    fresh = _mobile(evaluate, here)
    with evaluate.at({fresh: here}), evaluate.moving(variable.name, fresh):
        slope = _differentiated(evaluate, evaluate(formula), fresh, order, formula)
    return _replaced(slope, {fresh: here})


def _in_entry(evaluate: Evaluator, formula: Node, variable: Node, order: int) -> Any:
    name = variable.args[0].name
    whole, entry = evaluate.matrix(variable.args[0]), evaluate(variable)
    if not entry.is_Symbol or list(whole).count(entry) > 1:
        raise NoProof("a derivative in a constrained entry")
    fresh = _mobile(evaluate, entry)
    with evaluate.at({fresh: entry}), evaluate.moving(name, whole.subs(entry, fresh)):
        slope = _differentiated(evaluate, evaluate(formula), fresh, order, formula)
    return _replaced(slope, {fresh: entry})


def _mobile(evaluate: Evaluator, here: Any) -> Any:
    """Return a symbol to differentiate in, with the sign of a place all around which it holds."""
    if here.is_integer and here.free_symbols:
        raise NoProof("a derivative in a whole number")
    if here.is_Symbol:
        for sign in ("positive", "negative", "nonzero"):
            if getattr(here, f"is_{sign}"):
                return evaluate.fresh("t", real=True, **{sign: True})
    return evaluate.fresh("t", real=True)


def _order(evaluate: Evaluator, args: tuple[Node, ...]) -> int:
    order = evaluate(args[2]) if len(args) > 2 else sp.Integer(1)
    if not (order.is_Integer and order >= 0):
        raise NoProof("a symbolic order")
    return int(order)


def _differentiated(evaluate: Evaluator, value: Any, variable: Any, order: int, node: Node) -> Any:
    for entry in value if is_matrix(value) else [value]:
        evaluate.require_smooth(entry, frozenset({variable}), node)
    slope = sp.diff(value, variable, order)
    if slope.has(sp.DiracDelta):
        raise NoProof("the derivative of a jump")
    return slope


def _replaced(value: Any, values: Mapping[Any, Any]) -> Any:
    return value.subs(values, simultaneous=True)


def _slope_of(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    function = evaluate.function(args[0].name)
    point = evaluate(args[1])
    order = _order(evaluate, args)
    if is_matrix(point) and evaluate.takes_a_number(args[0].name):
        return point.applyfunc(lambda entry: _slope_at(evaluate, function, entry, order, args[0]))
    if not is_matrix(point):
        return _slope_at(evaluate, function, point, order, args[0])
    if order != 1:
        raise NoProof("a higher derivative in a vector")
    fresh = [evaluate.fresh("t", real=True) for _ in point]
    here = dict(zip(fresh, point, strict=True))
    with evaluate.at(here):
        value = function(fresh)
        for entry in value if is_matrix(value) else [value]:
            evaluate.require_smooth(entry, frozenset(fresh), args[0])
    jacobian = (value if is_matrix(value) else sp.Matrix([value])).jacobian(fresh)
    return _replaced(jacobian if is_matrix(value) else jacobian.T, here)


def _slope_at(
    evaluate: Evaluator, function: Callable[[Any], Any], point: Any, order: int, node: Node
) -> Any:
    fresh = _mobile(evaluate, point)
    with evaluate.at({fresh: point}):
        slope = _differentiated(evaluate, function([fresh]), fresh, order, node)
    return _replaced(slope, {fresh: point})


def _in_vector(
    evaluate: Evaluator, args: tuple[Node, ...], differentiate: Callable[[Any, Any], Any]
) -> Any:
    """Differentiate in all entries of a vector or matrix, which must be free to move."""
    formula, variable = args
    here = evaluate.value(variable.name)
    if not is_matrix(here):
        raise NoProof("a vector or matrix is needed")
    if all(entry.is_Symbol for entry in here) and len(set(here)) < len(here):
        raise NoProof("a derivative in a constrained matrix")
    # Equal entries move apart, as applyfunc would not let them.
    fresh = sp.Matrix(*here.shape, [_mobile(evaluate, entry) for entry in here])
    there = dict(zip(fresh, here, strict=True))
    with evaluate.at(there), evaluate.moving(variable.name, fresh):
        result = differentiate(_smooth(evaluate, formula, fresh), fresh)
    return _replaced(result, there)


def _smooth(evaluate: Evaluator, formula: Node, variables: Any) -> Any:
    value = evaluate(formula)
    for entry in value if is_matrix(value) else [value]:
        evaluate.require_smooth(entry, frozenset(variables), formula)
    return value


def _gradient(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    def differentiate(value: Any, variables: Any) -> Any:
        if is_matrix(value):
            raise NoProof("the gradient of a vector")
        return variables.applyfunc(lambda entry: sp.diff(value, entry))

    return _in_vector(evaluate, args, differentiate)


def _jacobian(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    def differentiate(value: Any, variables: Any) -> Any:
        return (value if is_matrix(value) else sp.Matrix([value])).jacobian(list(variables))

    return _in_vector(evaluate, args, differentiate)


def _hessian(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    def differentiate(value: Any, variables: Any) -> Any:
        if is_matrix(value):
            raise NoProof("the Hessian of a vector")
        v = list(variables)
        return sp.Matrix(len(v), len(v), lambda i, j: sp.diff(value, v[j], v[i]))

    return _in_vector(evaluate, args, differentiate)


def _integral(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    formula, variable, lower, upper = args
    low, high = evaluate.number(lower), evaluate.number(upper)
    fresh = evaluate.fresh("t", real=True)
    with evaluate.between(inside(evaluate, fresh, low, high)):
        value = evaluate.bound(variable.name, fresh, formula)
    if is_matrix(value) or isinstance(value, bool):
        raise NoProof("the integral of a vector")
    return integrated(evaluate, value, fresh, low, high, formula)


def _limit(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    formula, variable, towards = args
    target = evaluate.number(towards)
    step = evaluate.fresh("s", positive=True)
    if target in (sp.oo, -sp.oo):
        sides = [sp.sign(target) / step]
    else:
        sides = [target + step, target - step]
    values = [_from_one_side(evaluate, formula, variable.name, side, step) for side in sides]
    for other in values[1:]:
        show_zero(other - values[0], evaluate.facts)
    return values[0]


def _from_one_side(evaluate: Evaluator, formula: Node, name: str, side: Any, step: Any) -> Any:
    start = len(evaluate.obligations)
    value = evaluate.bound(name, side, formula)
    evaluate.obligations[start:] = [
        obligation
        for obligation in evaluate.obligations[start:]
        if not evaluate.holds_near(obligation, step)
    ]
    if is_matrix(value) or isinstance(value, bool):
        raise NoProof("the limit of a vector")
    return right_limit(evaluate, value, step)


READINGS: Mapping[str, Reading | None] = {
    "d": _derivative,
    "pd": _derivative,
    "D": _slope_of,
    "grad": _gradient,
    "jac": _jacobian,
    "hess": _hessian,
    "integral": _integral,
    "limit": _limit,
    "O": None,
}
