"""Means of polynomials in independent random names, from the moments of their laws.

Moments are closed forms in the parameters, so such means are exact for rational
parameters, and can be differentiated in them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache

from flint import acb, fmpq

from dlcards.claims.balls.elementary import DIGAMMA, log
from dlcards.claims.balls.errors import Undefined, Unsettled, Unsupported
from dlcards.claims.balls.laws import CONTINUOUS, DISCRETE, Parameters
from dlcards.claims.balls.numbers import (
    HALF,
    ONE,
    TWO,
    ZERO,
    Mode,
    Number,
    add,
    base,
    divide,
    multiply,
    negate,
    rational,
    real_ball,
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


def _rising(x: Number, k: int) -> Number:
    """Return x (x + 1) … (x + k - 1)."""
    result: Number = ONE
    for i in range(k):
        result = multiply(result, add(x, rational(i)))
    return result


def _gamma(k: int, p: Parameters) -> Number:
    return divide(_rising(p[0], k), whole_power(p[1], k))


def _beta(k: int, p: Parameters) -> Number:
    return divide(_rising(p[0], k), _rising(add(p[0], p[1]), k))


def _require_moment(k: int, limit: Number) -> None:
    """Refuse the k-th moment of a law that has those below a limit only."""
    limit = base(limit)
    if isinstance(limit, acb):
        raise Unsupported("an integral over the parameter of a law with few moments")
    if not real_ball(limit) > k:
        if real_ball(limit) <= k:
            raise Undefined("an infinite moment of a law with a heavy tail")
        raise Unsettled("a moment of a law that may have none")


def _inverse_gamma(k: int, p: Parameters) -> Number:
    if k == 0:
        return ONE
    _require_moment(k, p[0])
    return divide(whole_power(p[1], k), _rising(subtract(p[0], rational(k)), k))


def _pareto(k: int, p: Parameters) -> Number:
    if k == 0:
        return ONE
    _require_moment(k, p[1])
    return divide(multiply(p[1], whole_power(p[0], k)), subtract(p[1], rational(k)))


def _student(k: int, p: Parameters) -> Number:
    if k == 0:
        return ONE
    _require_moment(k, p[0])
    if k % 2:
        return ZERO
    result: Number = ONE
    for i in range(1, k // 2 + 1):
        below = subtract(divide(p[0], TWO), rational(i))
        result = multiply(result, divide(rational(2 * i - 1, 2), below))
    return multiply(result, whole_power(p[0], k // 2))


def _fisher(k: int, p: Parameters) -> Number:
    if k == 0:
        return ONE
    above, below = divide(p[0], TWO), divide(p[1], TWO)
    _require_moment(k, below)
    ratio = whole_power(divide(p[1], p[0]), k)
    return multiply(ratio, divide(_rising(above, k), _rising(subtract(below, rational(k)), k)))


def _geometric(k: int, p: Parameters) -> Number:
    failure = subtract(ONE, p[0])

    def moment(j: int) -> Number:
        if j == 0:
            return ONE
        ways = multiply(fmpq(math.factorial(j)), whole_power(failure, j - 1))
        return divide(ways, whole_power(p[0], j))

    return _from_factorial_moments(k, moment)


def _negative_binomial(k: int, p: Parameters) -> Number:
    odds = divide(subtract(ONE, p[1]), p[1])
    return _from_factorial_moments(k, lambda j: multiply(_rising(p[0], j), whole_power(odds, j)))


MOMENTS: Mapping[str, Callable[[int, Parameters], Number]] = {
    "Normal": _normal,
    "Exponential": _exponential,
    "Uniform": _uniform,
    "Gamma": _gamma,
    "ChiSquared": lambda k, p: _gamma(k, (divide(p[0], TWO), HALF)),
    "InverseGamma": _inverse_gamma,
    "Beta": _beta,
    "StudentT": _student,
    "FisherF": _fisher,
    "Pareto": _pareto,
    "Bernoulli": lambda k, p: p[0] if k else ONE,
    "Binomial": _binomial,
    "Poisson": _poisson,
    "Geometric": _geometric,
    "NegativeBinomial": _negative_binomial,
}
"""The k-th moment E(X**k) of every named law of numbers."""


def _digamma(x: Number, mode: Mode) -> Number:
    return DIGAMMA(x, mode)


def _gamma_log(p: Parameters, mode: Mode) -> Number:
    return subtract(_digamma(p[0], mode), log(p[1], mode))


LOG_MEANS: Mapping[str, Callable[[Parameters, Mode], Number]] = {
    "Exponential": lambda p, mode: _gamma_log((ONE, p[0]), mode),
    "Gamma": _gamma_log,
    "ChiSquared": lambda p, mode: _gamma_log((divide(p[0], TWO), HALF), mode),
    "InverseGamma": lambda p, mode: negate(_gamma_log(p, mode)),
    "Beta": lambda p, mode: subtract(_digamma(p[0], mode), _digamma(add(p[0], p[1]), mode)),
    "Pareto": lambda p, mode: add(log(p[0], mode), divide(ONE, p[1])),
}
"""The mean E(log(X)) of laws that have a closed form for it."""


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
