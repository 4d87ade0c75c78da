"""Definite integrals with a certificate: an antiderivative that is differentiated again.

SymPy only suggests the antiderivative F. What is shown is that F' is the integrand and
that F is smooth between the bounds and continuous at them; then the fundamental theorem
gives the integral, improper ones included. Integrals over the whole line of a polynomial
times a bell curve, and from a number to infinity times a decaying exponential, have
closed forms of their own.
"""

from __future__ import annotations

import itertools
from typing import Any

import sympy as sp

from dlcards.claims.prove.evaluator import Evaluator
from dlcards.claims.prove.limits import at_infinity
from dlcards.claims.prove.signs import NONNEGATIVE, POSITIVE, defined, negated
from dlcards.claims.prove.unknown import UnknownFunction
from dlcards.claims.prove.zero import NoProof, show_zero
from dlcards.claims.tree import Node
from dlcards.claims.types.chance.symbols import raw_moment
from dlcards.claims.unparser import formula_text


def inside(evaluate: Evaluator, variable: Any, low: Any, high: Any) -> dict[Any, Any]:
    """Return a number between two bounds, written with positive symbols, if they are in order."""
    odds = sp.Symbol(f"{variable.name}'", positive=True)
    if low == -sp.oo and high == sp.oo:
        return {}
    if high == sp.oo:
        return {variable: low + odds}
    if low == -sp.oo:
        return {variable: high - odds}
    signs = evaluate.facts.signs(high - low)
    if signs <= NONNEGATIVE or signs <= negated(NONNEGATIVE):
        return {variable: low + (high - low) * odds / (1 + odds)}
    both = (evaluate.facts.signs(low), evaluate.facts.signs(high))
    if all(side <= NONNEGATIVE for side in both):
        return {variable: odds}
    return {}


def integrated(
    evaluate: Evaluator, expression: Any, variable: Any, low: Any, high: Any, node: Node
) -> Any:
    """Return a definite integral; one over an unknown function is left as it is.

    Raises
    ------
    NoProof
        If no antiderivative was found, or could not be shown to be one.
    """
    if low == sp.oo or high == -sp.oo:
        raise NoProof("an integral from infinity")
    if expression.has(UnknownFunction):
        if low == -sp.oo or high == sp.oo:
            raise NoProof("an improper integral of an unknown function")
        return _left_as_it_is(expression, variable, low, high)
    if expression.is_zero:
        return sp.Integer(0)
    if low == -sp.oo and high == sp.oo:
        value = _over_the_line(evaluate, expression, variable)
        if value is not None:
            return value
        low_part = integrated(evaluate, expression, variable, low, sp.Integer(0), node)
        return low_part + integrated(evaluate, expression, variable, sp.Integer(0), high, node)
    if high.is_nonpositive or low == -sp.oo:
        mirrored = expression.subs(variable, -variable)
        return integrated(evaluate, mirrored, variable, -high, -low, node)
    right = high == sp.oo or high.is_nonnegative
    if low.is_nonnegative and right and not variable.is_positive:
        # Between these bounds the variable is positive, which removes its absolute values.
        positive = evaluate.fresh("t", positive=True)
        moved = expression.subs(variable, positive)
        return integrated(evaluate, moved, positive, low, high, node)
    if high == sp.oo:
        value = _decaying(evaluate, expression, variable, low)
        if value is not None:
            return value
    return _by_antiderivative(evaluate, expression, variable, low, high, node)


def _left_as_it_is(expression: Any, variable: Any, low: Any, high: Any) -> Any:
    """Return an integral whose variable has the first free name, so that equal ones agree."""
    taken = {*expression.atoms(sp.Symbol), *low.free_symbols, *high.free_symbols}
    names = (sp.Symbol(f"t[{place} inside]", real=True) for place in itertools.count())
    name = next(name for name in names if name not in taken)
    return sp.Integral(expression.subs(variable, name), (name, low, high))


def _by_antiderivative(
    evaluate: Evaluator, expression: Any, variable: Any, low: Any, high: Any, node: Node
) -> Any:
    with evaluate.between(inside(evaluate, variable, low, high)):
        primitive = _primitive(evaluate, expression, variable)
        evaluate.require_smooth(primitive, frozenset({variable}), node)
    start = _continued(evaluate, primitive, variable, low, node)
    if high == sp.oo:
        end = at_infinity(evaluate, primitive, variable)
    else:
        end = _continued(evaluate, primitive, variable, high, node)
    return end - start


def _primitive(evaluate: Evaluator, expression: Any, variable: Any) -> Any:
    found = sp.integrate(expression, variable)
    for primitive in _branches(found):
        if primitive.has(sp.Integral, sp.Piecewise):
            continue
        try:
            show_zero(sp.diff(primitive, variable) - expression, evaluate.facts)
        except NoProof:
            continue
        return primitive
    raise NoProof("no antiderivative was shown to be one")


def _branches(found: Any) -> list[Any]:
    """Return the branches of a case distinction; the certificate shows which one is right."""
    if isinstance(found, sp.Piecewise):
        return [value for value, _ in found.args]
    return [found]


def _continued(evaluate: Evaluator, primitive: Any, variable: Any, bound: Any, node: Node) -> Any:
    """Return an antiderivative at a bound, where it must be continuous."""
    try:
        needed = list(defined(primitive))
    except ValueError as obstacle:
        raise NoProof(str(obstacle)) from None
    for expression, signs in needed:
        there = expression.subs(variable, bound)
        evaluate.require(there, signs, node, f"{formula_text(node)} has this integral")
    return primitive.subs(variable, bound)


def _over_the_line(evaluate: Evaluator, expression: Any, variable: Any) -> Any:
    """Integrate a polynomial times a bell curve: its area times the moments of a normal law."""
    total: Any = sp.Integer(0)
    for rest, factor, exponent in _terms(expression, variable):
        if not (exponent.is_polynomial(variable) and factor.is_polynomial(variable)):
            return None
        shape = sp.Poly(exponent, variable)
        width = -2 * shape.coeff_monomial(variable**2)
        if shape.degree() != 2 or not evaluate.facts.imply(width, POSITIVE):
            return None
        mean = shape.coeff_monomial(variable) / width
        peak = shape.coeff_monomial(1) + mean**2 * width / 2
        area = sp.sqrt(2 * sp.pi / width) * sp.exp(peak)
        for (power,), coefficient in sp.Poly(factor, variable).terms():
            total += rest * coefficient * area * raw_moment("Normal", [mean, 1 / width], power)
    return total


def _decaying(evaluate: Evaluator, expression: Any, variable: Any, low: Any) -> Any:
    """Integrate a polynomial times ``exp(-c*t)`` from a number to infinity."""
    shifted = sp.expand(expression.subs(variable, variable + low))
    total: Any = sp.Integer(0)
    for rest, factor, exponent in _terms(shifted, variable):
        if not (exponent.is_polynomial(variable) and factor.is_polynomial(variable)):
            return None
        shape = sp.Poly(exponent, variable)
        rate = -shape.coeff_monomial(variable)
        if shape.degree() != 1 or not evaluate.facts.imply(rate, POSITIVE):
            return None
        start = rest * sp.exp(shape.coeff_monomial(1))
        for (power,), coefficient in sp.Poly(factor, variable).terms():
            total += start * coefficient * sp.factorial(power) / rate ** (power + 1)
    return total


def _terms(expression: Any, variable: Any) -> list[tuple[Any, Any, Any]]:
    """Split a sum into terms ``constant * factor * exp(exponent)``."""
    terms = []
    for term in sp.Add.make_args(sp.expand(expression)):
        rest, moving = term.as_independent(variable, as_Add=False)
        bells = [part for part in sp.Mul.make_args(moving) if isinstance(part, sp.exp)]
        exponent = sp.expand(sp.Add(*[part.args[0] for part in bells]))
        terms.append((rest, moving / sp.Mul(*bells), exponent))
    return terms
