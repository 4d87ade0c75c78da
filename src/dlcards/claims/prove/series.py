"""Sums and products with symbolic bounds, each with a certificate.

A finite sum: SymPy suggests S(m) for the sum from a to m. What is shown is that
S(m) - S(m - 1) is the last term and S(a - 1) = 0; then induction gives S for every
m >= a - 1. A sum from a to b with b < a - 1 is empty here (and not, as in Karr's
convention, minus a sum), so b >= a - 1 must be implied. Infinite series are geometric
and exponential ones with polynomial factors, and the four functions made of them.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from dlcards.claims.prove.evaluator import Evaluator
from dlcards.claims.prove.signs import NONNEGATIVE, NONZERO, POSITIVE, defined
from dlcards.claims.prove.unknown import UnknownFunction
from dlcards.claims.prove.zero import NoProof, show_zero
from dlcards.claims.tree import Node
from dlcards.claims.types.chance.symbols import stirling


def summed(evaluate: Evaluator, term: Any, index: Any, low: Any, high: Any, node: Node) -> Any:
    """Return a sum with a symbolic or infinite bound in closed form.

    Raises
    ------
    NoProof
        If no closed form was shown to be one.
    """
    if term.has(UnknownFunction) or not low.is_integer:
        raise NoProof("a symbolic sum of unknown terms")
    if high == sp.oo:
        if not low.is_Integer:
            raise NoProof("a series from a symbolic start")
        parts = sp.Add.make_args(sp.expand(term))
        return sp.Add(*[_series(evaluate, part, index, int(low), node) for part in parts])
    _require_range(evaluate, low, high)
    last = evaluate.fresh("last", **_assumptions(low - 1))
    binomial = _binomial_sum(evaluate, term, index, low, high, node)
    if binomial is not None:
        return binomial
    for total in _branches(sp.summation(term, (index, low, last))):
        if total.has(sp.Sum):
            continue
        step = total - total.subs(last, last - 1) - term.subs(index, last)
        if _certified(evaluate, total, step, total.subs(last, low - 1), last):
            return total.subs(last, high)
    raise NoProof("no closed form was shown to be one")


def multiplied(evaluate: Evaluator, factor: Any, index: Any, low: Any, high: Any) -> Any:
    """Return a product with a symbolic bound in closed form.

    Raises
    ------
    NoProof
        If no closed form was shown to be one.
    """
    if factor.has(UnknownFunction) or not low.is_integer or high == sp.oo:
        raise NoProof("a symbolic product")
    _require_range(evaluate, low, high)
    last = evaluate.fresh("last", **_assumptions(low - 1))
    for total in _branches(sp.product(factor, (index, low, last))):
        if total.has(sp.Product):
            continue
        step = total - total.subs(last, last - 1) * factor.subs(index, last)
        if _certified(evaluate, total, step, total.subs(last, low - 1) - 1, last):
            return total.subs(last, high)
    raise NoProof("no closed form was shown to be one")


def _assumptions(least: Any) -> dict[str, bool]:
    """Return what is known of an index from its least value."""
    found = {"integer": True}
    if least.is_positive:
        found["positive"] = True
    elif least.is_nonnegative:
        found["nonnegative"] = True
    return found


def _require_range(evaluate: Evaluator, low: Any, high: Any) -> None:
    if not high.is_integer:
        raise NoProof("a sum to a bound that is not whole")
    if not evaluate.facts.imply(high - low + 1, NONNEGATIVE):
        raise NoProof("a range that may be empty")


def _branches(found: Any) -> list[Any]:
    """Return the branches of a case distinction; the certificate shows which one is right."""
    if isinstance(found, sp.Piecewise):
        return [value for value, _ in found.args]
    if found.has(sp.Piecewise):
        expanded = sp.piecewise_fold(found)
        return [value for value, _ in expanded.args] if isinstance(expanded, sp.Piecewise) else []
    return [found]


def _certified(evaluate: Evaluator, total: Any, step: Any, start: Any, last: Any) -> bool:
    if total.has(sp.oo, sp.zoo, sp.nan):
        return False
    try:
        needed = list(defined(total))
        if not all(evaluate.facts.imply(needs, signs) for needs, signs in needed):
            return False
        show_zero(step, evaluate.facts)
        show_zero(start, evaluate.facts)
    except (NoProof, ValueError):
        return False
    return True


# -- closed forms


def _binomial_sum(
    evaluate: Evaluator, term: Any, index: Any, low: Any, high: Any, node: Node
) -> Any:
    """Sum polynomials times ``binomial(n, k)*r**k`` from 0 (or 1) to n, by the binomial theorem."""
    if low not in (0, 1):
        return None
    total: Any = sp.Integer(0)
    for part in sp.Add.make_args(sp.expand(term)):
        chosen = [f for f in sp.Mul.make_args(part) if isinstance(f, sp.binomial)]
        if len(chosen) != 1 or chosen[0].args != (high, index):
            return None
        constant, factor, ratio = _ratio(part / chosen[0], index)
        if factor is None:
            return None
        if sp.degree(factor, index) > 1:
            evaluate.require(1 + ratio, NONZERO, node, "the binomial theorem applies")
        for power, weight in _falling(factor, index):
            whole = sp.ff(high, power) * ratio**power * (1 + ratio) ** (high - power)
            total += constant * weight * whole
        if low == 1:
            total -= constant * factor.subs(index, 0)
    return total


def _ratio(term: Any, index: Any) -> tuple[Any, Any, Any]:
    """Split a term into ``constant * polynomial * ratio**index``, the second None if it is not."""
    constant, ratio, factor = sp.Integer(1), sp.Integer(1), sp.Integer(1)
    for part in sp.Mul.make_args(sp.powsimp(sp.expand_power_exp(term), deep=False)):
        if not part.has(index):
            constant *= part
        elif part.is_polynomial(index):
            factor *= part
        else:
            base, exponent = (
                (sp.E, part.args[0]) if isinstance(part, sp.exp) else part.as_base_exp()
            )
            exponent = sp.expand(exponent)
            slope = exponent.coeff(index, 1)
            rest = sp.expand(exponent - slope * index)
            if base.has(index) or rest.has(index) or slope.has(index):
                return constant, None, ratio
            if not (slope.is_Integer or base.is_positive):
                return constant, None, ratio
            constant *= base**rest
            ratio *= base**slope
    return constant, factor, ratio


def _falling(factor: Any, index: Any) -> list[tuple[int, Any]]:
    """Return a polynomial in falling factorials: powers and coefficients."""
    terms = sp.Poly(factor, index).terms()
    degree = max(power for (power,), _ in terms)
    return [
        (k, sp.Add(*[c * stirling(power, k) for (power,), c in terms])) for k in range(degree + 1)
    ]


def _series(evaluate: Evaluator, term: Any, index: Any, low: int, node: Node) -> Any:
    factorials = [f for f in term.atoms(sp.factorial) if f.has(index)]
    if not factorials:
        return _geometric(evaluate, term, index, low, node)
    if len(factorials) > 1:
        raise NoProof("a series that is not known")
    inner = sp.expand(factorials[0].args[0])
    rest = sp.expand(term * factorials[0])
    if rest.has(sp.factorial):
        raise NoProof("a series that is not known")
    slope = inner.coeff(index)
    if slope == 1 and (inner - index).is_Integer:
        return _exponential(rest, index, low, int(inner - index))
    if slope == 2 and low == 0:
        return _of_every_second(rest, index, inner - 2 * index)
    raise NoProof("a series that is not known")


def _geometric(evaluate: Evaluator, term: Any, index: Any, low: int, node: Node) -> Any:
    """Sum a polynomial times a power of a number between -1 and 1, by falling factorials."""
    shifted = sp.expand(term.subs(index, index + low))
    constant, factor, ratio = _ratio(shifted, index)
    if factor is None or ratio == 1:
        raise NoProof("a series that is not known")
    evaluate.require(1 - ratio**2, POSITIVE, node, "the series converges")
    total: Any = sp.Integer(0)
    for power, weight in _falling(factor, index):
        total += weight * sp.factorial(power) * ratio**power / (1 - ratio) ** (power + 1)
    return constant * total


def _exponential(rest: Any, index: Any, low: int, shift: int) -> Any:
    """Sum a polynomial times a power over the factorial of k + shift."""
    moved = sp.expand(rest.subs(index, index - shift))
    start = low + shift
    if start < 0:
        raise NoProof("the factorial of a negative number")
    constant, factor, ratio = _ratio(moved, index)
    if factor is None:
        raise NoProof("a series that is not known")
    total: Any = sp.Integer(0)
    for power, weight in _falling(factor, index):
        total += weight * ratio**power * sp.exp(ratio)
    for k in range(start):
        total -= factor.subs(index, k) * ratio**k / sp.factorial(k)
    return constant * total


def _of_every_second(rest: Any, index: Any, shift: Any) -> Any:
    """Recognise the series of cos, cosh, sin and sinh."""
    if shift not in (0, 1):
        raise NoProof("a series that is not known")
    alternating = (-1) ** index
    for sign, (even, odd) in ((alternating, (sp.cos, sp.sin)), (1, (sp.cosh, sp.sinh))):
        bare = sp.powsimp(rest / sign)
        constant, moving = bare.as_independent(index, as_Add=False)
        base, exponent = moving.as_base_exp()
        power = sp.expand(exponent - 2 * index)
        if base.has(index) or power != shift:
            continue
        return constant * (even(base) if shift == 0 else odd(base))
    raise NoProof("a series that is not known")
