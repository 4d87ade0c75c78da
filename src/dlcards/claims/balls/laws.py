"""Named laws: their parameters, densities and probabilities.

A continuous law is integrated over a standard variable z, the value being
location + scale * z, so that the mass always lies near 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from flint import arb, fmpq

from dlcards.claims.balls.elementary import MAX_FACTORIAL, binomial, exp, power, sqrt
from dlcards.claims.balls.errors import TooMuchWork, Undefined
from dlcards.claims.balls.numbers import (
    ONE,
    TWO,
    ZERO,
    Mode,
    Number,
    PiMultiple,
    base,
    compare,
    divide,
    is_complex,
    multiply,
    negate,
    rational,
    sign,
    subtract,
)
from dlcards.claims.balls.tails import CONSTANT, Growth
from dlcards.claims.balls.values import Infinity

Parameters: TypeAlias = Sequence[Number]

MAX_BINOMIAL = 400


def _require_positive(x: Number, what: str, mode: Mode) -> None:
    if not is_complex(x) and sign(base(x), mode) <= 0:
        raise Undefined(f"{what} that is not positive")


def _require_probability(p: Number, mode: Mode) -> None:
    p = base(p)
    if not is_complex(p) and (sign(p, mode) < 0 or compare(p, ONE, mode) > 0):
        raise Undefined("a probability outside 0 to 1")


@dataclass(frozen=True, slots=True)
class Continuous:
    """A law with a density.

    Parameters
    ----------
    check : callable
        Raises Undefined when there is no law with these parameters.
    bounds : callable
        Between which values the density is not 0.
    density : callable
        The density between these bounds.
    place : callable
        Location and scale of the standard variable.
    tail : Growth
        A bound for the density of the standard variable z, for abs(z) >= 1.
    """

    check: Callable[[Parameters, Mode], None]
    bounds: Callable[[Parameters], tuple[Number | Infinity, Number | Infinity]]
    density: Callable[[Number, Parameters, Mode], Number]
    place: Callable[[Parameters, Mode], tuple[Number, Number]]
    tail: Growth = CONSTANT


@dataclass(frozen=True, slots=True)
class Discrete:
    """A law on whole numbers from 0.

    Parameters
    ----------
    last : callable
        The largest value, or None when there is none.
    chance : callable
        The probability of a value up to the last.
    typical : callable
        A value beyond which the probabilities fall.
    """

    check: Callable[[Parameters, Mode], None]
    last: Callable[[Parameters], int | None]
    chance: Callable[[int, Parameters, Mode], Number]
    typical: Callable[[Parameters], Number]


def _check_normal(p: Parameters, mode: Mode) -> None:
    _require_positive(p[1], "a variance", mode)


def _normal_density(x: Number, p: Parameters, mode: Mode) -> Number:
    deviation = subtract(x, p[0])
    raised = exp(negate(divide(multiply(deviation, deviation), multiply(TWO, p[1]))), mode)
    return divide(raised, sqrt(multiply(PiMultiple(TWO), p[1]), mode))


def _check_exponential(p: Parameters, mode: Mode) -> None:
    _require_positive(p[0], "a rate", mode)


def _exponential_density(x: Number, p: Parameters, mode: Mode) -> Number:
    return multiply(p[0], exp(negate(multiply(p[0], x)), mode))


def _check_uniform(p: Parameters, mode: Mode) -> None:
    if not is_complex(p[0]) and not is_complex(p[1]) and compare(base(p[0]), base(p[1]), mode) >= 0:
        raise Undefined("a uniform law between bounds in the wrong order")


def _check_bernoulli(p: Parameters, mode: Mode) -> None:
    _require_probability(p[0], mode)


def _check_binomial(p: Parameters, mode: Mode) -> None:
    n = base(p[0])
    if not (isinstance(n, fmpq) and n.q == 1 and n >= 0):
        raise Undefined("a number of tries that is not 0, 1, 2, …")
    if n > MAX_BINOMIAL:
        raise TooMuchWork("a binomial law of many tries")
    _require_probability(p[1], mode)


def _binomial_chance(k: int, p: Parameters, mode: Mode) -> Number:
    n = base(p[0])
    assert isinstance(n, fmpq)
    ways = binomial(n, rational(k))
    failures = power(subtract(ONE, p[1]), n - k, mode)
    return multiply(ways, multiply(power(p[1], rational(k), mode), failures))


def _poisson_chance(k: int, p: Parameters, mode: Mode) -> Number:
    if k > MAX_FACTORIAL:
        raise TooMuchWork("the Poisson probability of a large number")
    mass = multiply(exp(negate(p[0]), mode), power(p[0], rational(k), mode))
    return divide(mass, fmpq(math.factorial(k)))


def _tries(p: Parameters) -> int:
    n = base(p[0])
    assert isinstance(n, fmpq)
    return int(n.p)


NORMAL = Continuous(
    check=_check_normal,
    bounds=lambda _: (Infinity(-1), Infinity(1)),
    density=_normal_density,
    place=lambda p, mode: (base(p[0]), sqrt(base(p[1]), mode)),
    tail=Growth(arb(1), curve=arb(-0.5)),
)

CONTINUOUS: Mapping[str, Continuous] = {
    "Normal": NORMAL,
    "Exponential": Continuous(
        check=_check_exponential,
        bounds=lambda _: (ZERO, Infinity(1)),
        density=_exponential_density,
        place=lambda p, _: (ZERO, divide(ONE, base(p[0]))),
        tail=Growth(arb(1), rate=arb(-1)),
    ),
    "Uniform": Continuous(
        check=_check_uniform,
        bounds=lambda p: (p[0], p[1]),
        density=lambda _x, p, _mode: divide(ONE, subtract(p[1], p[0])),
        place=lambda _p, _mode: (ZERO, ONE),
    ),
}

DISCRETE: Mapping[str, Discrete] = {
    "Bernoulli": Discrete(
        check=_check_bernoulli,
        last=lambda _: 1,
        chance=lambda k, p, _: p[0] if k else subtract(ONE, p[0]),
        typical=lambda _: ONE,
    ),
    "Binomial": Discrete(
        check=_check_binomial,
        last=_tries,
        chance=_binomial_chance,
        typical=lambda p: p[0],
    ),
    "Poisson": Discrete(
        check=_check_exponential,
        last=lambda _: None,
        chance=_poisson_chance,
        typical=lambda p: base(p[0]),
    ),
}
