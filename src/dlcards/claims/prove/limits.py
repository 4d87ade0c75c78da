"""Limits with a certificate: Taylor coefficients where both sides are smooth.

A limit is taken as a positive number s tends to 0, once for each side. A quotient of
two functions that are smooth at 0 tends to the quotient of their first coefficients
that are not both zero (Taylor's theorem with remainder). Only decaying exponentials and
logarithms are left to SymPy, and what it says is compared with the numbers.
"""

from __future__ import annotations

import itertools
from typing import Any

import mpmath
import sympy as sp

from dlcards.claims.prove.budget import MAX_ORDER
from dlcards.claims.prove.evaluator import Evaluator
from dlcards.claims.prove.signs import NONZERO, ZERO, requirements
from dlcards.claims.prove.zero import NoProof, show_zero


def right_limit(evaluate: Evaluator, expression: Any, step: Any) -> Any:
    """Return the limit of an expression as a positive symbol tends to 0.

    Raises
    ------
    NoProof
        If there is none that can be shown.
    """
    if not expression.has(step):
        return expression
    value = _smooth_quotient(evaluate, expression, step)
    if value is not None:
        return value
    if (expression.is_Pow and expression.exp.has(step)) or isinstance(expression, sp.exp):
        base, exponent = expression.as_base_exp()
        inner = exponent if base == sp.E else exponent * sp.log(base)
        return sp.exp(right_limit(evaluate, inner, step))
    if expression.is_Add:
        return sp.Add(*[right_limit(evaluate, part, step) for part in expression.args])
    if expression.is_Mul:
        return _of_product(evaluate, expression, step)
    return _confirmed(evaluate, expression, step)


def _of_product(evaluate: Evaluator, expression: Any, step: Any) -> Any:
    """Split off the factors that have a limit other than zero; the rest stays together."""
    done, waiting = [], []
    for part in expression.args:
        value = _smooth_quotient(evaluate, part, step)
        if value is not None and evaluate.facts.imply(value, NONZERO):
            done.append(value)
        else:
            waiting.append(part)
    rest = sp.Mul(*waiting)
    if not done or not waiting:
        return _confirmed(evaluate, expression, step)
    return sp.Mul(*done) * right_limit(evaluate, rest, step)


def _smooth_quotient(evaluate: Evaluator, expression: Any, step: Any) -> Any:
    top, bottom = sp.fraction(sp.together(expression))
    if not (smooth_at_zero(evaluate, top, step) and smooth_at_zero(evaluate, bottom, step)):
        return None
    for order in range(MAX_ORDER + 1):
        below = coefficient(bottom, step, order)
        above = coefficient(top, step, order)
        if evaluate.facts.imply(below, NONZERO):
            return above / below
        if not (_is_zero(evaluate, below) and _is_zero(evaluate, above)):
            return None
    return None


def _is_zero(evaluate: Evaluator, value: Any) -> bool:
    if evaluate.facts.signs(value) == ZERO:
        return True
    try:
        show_zero(value, evaluate.facts)
    except NoProof:
        return False
    return True


def coefficient(expression: Any, step: Any, order: int) -> Any:
    """Return a Taylor coefficient at 0 of what is smooth there."""
    return sp.diff(expression, step, order).subs(step, 0) / sp.factorial(order)


def smooth_at_zero(evaluate: Evaluator, expression: Any, step: Any) -> bool:
    """Tell whether an expression is smooth at 0 in one of its symbols."""
    try:
        needed = list(requirements(expression, frozenset({step})))
    except ValueError:
        return False
    for needs, signs in needed:
        there = needs.subs(step, 0)
        if there.has(sp.oo, sp.zoo, sp.nan) or not evaluate.facts.imply(there, signs):
            return False
    return True


def at_infinity(evaluate: Evaluator, expression: Any, variable: Any) -> Any:
    """Return the limit of an expression as a variable grows without bound."""
    step = evaluate.fresh("s", positive=True)
    total = sp.Integer(0)
    for term in sp.Add.make_args(sp.expand(expression)):
        total += _term_at_infinity(evaluate, term, variable, step)
    return total


def _term_at_infinity(evaluate: Evaluator, term: Any, variable: Any, step: Any) -> Any:
    rest, moving = term.as_independent(variable, as_Add=False)
    if isinstance(moving, (sp.erf, sp.atan, sp.tanh)):
        slope = sp.expand(moving.args[0]).coeff(variable)
        sign = evaluate.facts.signs(slope)
        linear = sp.expand(moving.args[0] - slope * variable)
        if not linear.has(variable) and len(sign) == 1 and sign != ZERO:
            (side,) = sign
            return rest * side * (sp.pi / 2 if isinstance(moving, sp.atan) else 1)
    return right_limit(evaluate, term.subs(variable, 1 / step), step)


_FARTHEST = 400
"""Powers of ten towards the limit; a logarithm there is still below a thousand."""

_TRUSTED = (sp.Add, sp.Mul, sp.Pow, sp.exp, sp.log, sp.Symbol, sp.Number, sp.NumberSymbol)


def _confirmed(evaluate: Evaluator, expression: Any, step: Any) -> Any:
    """Return SymPy's limit of exponentials and logarithms, if computed values approach it too."""
    if expression.free_symbols != {step}:
        raise NoProof("a limit with names")
    if not all(isinstance(node, _TRUSTED) for node in sp.preorder_traversal(expression)):
        raise NoProof("a limit that is not known")
    value = sp.limit(expression, step, 0, "+")
    if not value.is_finite:
        raise NoProof("no finite limit")
    with mpmath.workdps(2 * _FARTHEST):
        there = sp.lambdify(step, expression, "mpmath")
        wanted = mpmath.mpf(str(value.evalf(50)))
        gaps = [
            abs(there(mpmath.mpf(10) ** -place) - wanted) for place in (20, 100, 200, _FARTHEST)
        ]
    if not all(b <= a for a, b in itertools.pairwise(gaps)) or gaps[-1] > 1e-6:
        raise NoProof("a limit that no numbers confirm")
    evaluate.estimated = True
    return value
