"""Means of polynomials in independent random names, from the moments of their laws.

Moments are closed forms in the parameters, so such means are exact for rational
parameters, and can be differentiated in them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache

from flint import fmpq

from dlcards.claims.balls.laws import CONTINUOUS, DISCRETE, Parameters
from dlcards.claims.balls.numbers import (
    ONE,
    ZERO,
    Number,
    add,
    divide,
    multiply,
    rational,
    subtract,
)
from dlcards.claims.balls.point import Point
from dlcards.claims.balls.polynomials import polynomial, whole_power
from dlcards.claims.tree import Node

# Moments


def _normal(k: int, p: Parameters) -> Number:
    before, now = ZERO, ONE
    moments: list[Number] = [before, now]
    for j in range(1, k + 1):
        recursion = multiply(multiply(rational(j - 1), p[1]), moments[-2])
        moments.append(add(multiply(p[0], moments[-1]), recursion))
    return moments[-1]


def _exponential(k: int, p: Parameters) -> Number:
    return divide(fmpq(math.factorial(k)), whole_power(p[0], k))


def _uniform(k: int, p: Parameters) -> Number:
    # (b**(k+1) - a**(k+1))/(b - a) without the division
    terms: Number = ZERO
    for j in range(k + 1):
        terms = add(terms, multiply(whole_power(p[0], j), whole_power(p[1], k - j)))
    return divide(terms, rational(k + 1))


@lru_cache
def _partitions(k: int) -> tuple[int, ...]:
    """Return the Stirling numbers of the second kind S(k, 0), …, S(k, k)."""
    row = [1]
    for _ in range(k):
        row = [0, *(j * row[j] + row[j - 1] if j < len(row) else 1 for j in range(1, len(row) + 1))]
    return tuple(row)


def _from_factorial_moments(k: int, moment: Callable[[int], Number]) -> Number:
    result: Number = ZERO
    for j, count in enumerate(_partitions(k)):
        if count:
            result = add(result, multiply(rational(count), moment(j)))
    return result


def _poisson(k: int, p: Parameters) -> Number:
    return _from_factorial_moments(k, lambda j: whole_power(p[0], j))


def _binomial(k: int, p: Parameters) -> Number:
    def moment(j: int) -> Number:
        falling: Number = ONE
        for i in range(j):
            falling = multiply(falling, subtract(p[0], rational(i)))
        return multiply(falling, whole_power(p[1], j))

    return _from_factorial_moments(k, moment)


MOMENTS: Mapping[str, Callable[[int, Parameters], Number]] = {
    "Normal": _normal,
    "Exponential": _exponential,
    "Uniform": _uniform,
    "Bernoulli": lambda k, p: p[0] if k else ONE,
    "Binomial": _binomial,
    "Poisson": _poisson,
}
"""The k-th moment E(X**k) of every named law that has them all."""


def moment(point: Point, name: str, k: int) -> Number:
    """Return a moment of a name that is independent of all others."""
    kind = point.scope.types[name].name
    if kind == "independent":
        result: Number = ZERO
        for weight, x in point.laws.independent[name]:
            result = add(result, multiply(weight, whole_power(x, k)))
        return result
    own = [point.number(arg) for arg in point.scope.types[name].args]
    law = CONTINUOUS.get(kind) or DISCRETE[kind]
    law.check(own, point.mode)
    return MOMENTS[kind](k, own)


def has_moments(point: Point, name: str) -> bool:
    """Tell whether the moments of a name are known."""
    kind = point.scope.types[name].name
    return kind in MOMENTS or kind == "independent"


def mean_of_polynomial(point: Point, node: Node, names: Collection[str]) -> Number | None:
    """Return the mean of a formula over independent names, or None if it is no polynomial."""
    if not all(has_moments(point, name) for name in names):
        return None
    found = polynomial(point, node, frozenset(names))
    if found is None:
        return None
    result: Number = ZERO
    for monomial, factor in found.items():
        term = factor
        for name, power in monomial:
            term = multiply(term, moment(point, name, power))
        result = add(result, term)
    return result
