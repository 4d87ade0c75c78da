"""Named laws: their parameters, densities and probabilities.

A law with a density is integrated over a standard variable z, the value being
location + scale * z, so that the mass always lies near 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from flint import acb, arb, fmpq

from dlcards.claims.balls.elementary import (
    GAMMA_FUNCTION,
    MAX_FACTORIAL,
    binomial,
    erfc,
    exp,
    power,
    share_below,
    sqrt,
)
from dlcards.claims.balls.errors import TooMuchWork, Undefined
from dlcards.claims.balls.numbers import (
    HALF,
    ONE,
    TWO,
    ZERO,
    Infinity,
    Jet,
    Mode,
    Number,
    PiMultiple,
    add,
    as_float,
    base,
    compare,
    divide,
    is_complex,
    is_zero,
    multiply,
    negate,
    rational,
    real_ball,
    sign,
    subtract,
    surely_differ,
)
from dlcards.claims.balls.polynomials import whole_power
from dlcards.claims.balls.tails import Growth

Parameters: TypeAlias = Sequence[Number]
Bounds: TypeAlias = "tuple[Number | Infinity, Number | Infinity]"

Step: TypeAlias = Callable[[int], "tuple[Callable[[Number, Mode], Number], int, int]"]

Chance: TypeAlias = Callable[[Number, Parameters, Mode], "Number | None"]
"""The probability of lying on one side of a value, if it has a closed form there."""

MAX_BINOMIAL = 400
_BY_GAMMA = 30
"""Beyond so many failures, their number of ways is found by the gamma function."""
_HALF_LINE: Bounds = (ZERO, Infinity(1))


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
    tail : callable
        A bound for the density of the standard variable z, for abs(z) >= 1.
    above : callable or None
        The probability that the standard variable lies above a number, in closed form and
        to full relative precision far out; None where there is none.
    below : callable or None
        The same of lying below, where it is not as good to take `above` from 1.
    is_symmetric : bool
        Whether the density of the standard variable is that of its negative.
    is_central : bool
        Whether the mass of the standard variable lies near 0 for all parameters.
    step : callable or None
        For k >= 1, how z**k is integrated by parts: a function that falls between two ends
        by what the mean of z**k between them exceeds a multiple of that of a lower power;
        the multiple; how much lower the power is.
    """

    check: Callable[[Parameters, Mode], None]
    bounds: Callable[[Parameters], Bounds]
    density: Callable[[Number, Parameters, Mode], Number]
    place: Callable[[Parameters, Mode], tuple[Number, Number]] = lambda _p, _mode: (ZERO, ONE)
    tail: Callable[[Parameters], Growth | None] = lambda _: None
    above: Chance | None = None
    below: Chance | None = None
    is_symmetric: bool = False
    is_central: bool = False
    step: Step | None = None

    def between(
        self, own: Parameters, low: Number | Infinity, high: Number | Infinity, mode: Mode
    ) -> Number | None:
        """Return the probability of an interval of the standard variable in closed form.

        Examples
        --------
        >>> NORMAL.between((ZERO, ONE), ZERO, Infinity(1), Mode())
        1/2
        """
        if self.above is None:
            return None
        if self.is_symmetric and _is_negative(high):
            low, high = negate(high), negate(low)
        left = _chance_above(self.above, low, own, mode)
        if left is ONE and self.below is not None and not isinstance(high, Infinity):
            return self.below(high, own, mode)
        right = _chance_above(self.above, high, own, mode)
        return None if left is None or right is None else subtract(left, right)

    def power(
        self,
        k: int,
        own: Parameters,
        low: Number | Infinity,
        high: Number | Infinity,
        mode: Mode,
    ) -> Number | None:
        """Return the mean of z**k where the standard variable z lies between two ends.

        Examples
        --------
        >>> CONTINUOUS["Exponential"].power(3, (ONE,), ZERO, Infinity(1), Mode())
        6
        """
        if k == 0:
            return self.between(own, low, high, mode)
        if self.step is None:
            return None
        value, factor, less = self.step(k)
        fall = subtract(*(_at_end(value, end, mode) for end in (low, high)))
        if k < less or not factor:
            return fall
        rest = self.power(k - less, own, low, high, mode)
        return None if rest is None else add(fall, multiply(rational(factor), rest))


def _at_end(value: Callable[[Number, Mode], Number], end: Number | Infinity, mode: Mode) -> Number:
    return ZERO if isinstance(end, Infinity) else value(end, mode)


def _is_negative(x: Number | Infinity) -> bool:
    if isinstance(x, Infinity):
        return x.sign < 0
    return not is_complex(x) and as_float(base(x)) < 0


def _chance_above(
    above: Chance, x: Number | Infinity, own: Parameters, mode: Mode
) -> Number | None:
    if isinstance(x, Infinity):
        return ZERO if x.sign > 0 else ONE
    return above(x, own, mode)


@dataclass(frozen=True, slots=True)
class Discrete:
    """A law on whole numbers.

    Parameters
    ----------
    check : callable
        Raises Undefined when there is no law with these parameters.
    last : callable
        The largest value, or None when there is none.
    chance : callable
        The probability of a value between the first and the last.
    typical : callable
        A value beyond which the probabilities fall.
    ratio : callable
        A bound for the ratio of two neighbouring probabilities from a value on.
    first : int
        The smallest value.
    above, below : callable or None
        The probability of a value above a number, and of one that is at most a number, in
        closed form.
    """

    check: Callable[[Parameters, Mode], None]
    last: Callable[[Parameters], int | None]
    chance: Callable[[int, Parameters, Mode], Number]
    typical: Callable[[Parameters], Number] = lambda _: ONE
    ratio: Callable[[int, Parameters], arb] = lambda _k, _p: arb(1)
    first: int = 0
    above: Chance | None = None
    below: Chance | None = None


# Conditions


def require_positive(x: Number, what: str, mode: Mode) -> None:
    """Refuse a law whose parameter is not positive."""
    if not is_complex(x) and sign(base(x), mode) <= 0:
        raise Undefined(f"{what} that is not positive")


def require_probability(p: Number, mode: Mode) -> None:
    """Refuse a law whose parameter is not between 0 and 1."""
    p = base(p)
    if not is_complex(p) and (sign(p, mode) < 0 or compare(p, ONE, mode) > 0):
        raise Undefined("a probability outside 0 to 1")


def _all_positive(*what: str) -> Callable[[Parameters, Mode], None]:
    def check(p: Parameters, mode: Mode) -> None:
        for x, name in zip(p, what, strict=True):
            require_positive(x, name, mode)

    return check


def _check_normal(p: Parameters, mode: Mode) -> None:
    require_positive(p[1], "a variance", mode)


def _check_uniform(p: Parameters, mode: Mode) -> None:
    if not is_complex(p[0]) and not is_complex(p[1]) and compare(base(p[0]), base(p[1]), mode) >= 0:
        raise Undefined("a uniform law between bounds in the wrong order")


def _check_success(p: Parameters, mode: Mode) -> None:
    require_probability(p[-1], mode)
    require_positive(p[-1], "a probability of success", mode)


def _check_binomial(p: Parameters, mode: Mode) -> None:
    n = base(p[0])
    if not (isinstance(n, fmpq) and n.q == 1 and n >= 0):
        raise Undefined("a number of tries that is not 0, 1, 2, …")
    if n > MAX_BINOMIAL:
        raise TooMuchWork("a binomial law of many tries")
    require_probability(p[1], mode)


def _check_negative_binomial(p: Parameters, mode: Mode) -> None:
    require_positive(p[0], "a number of successes", mode)
    _check_success(p, mode)


# Densities


def gamma(x: Number, mode: Mode) -> Number:
    """Return the gamma function."""
    return GAMMA_FUNCTION(x, mode)


def _normal(x: Number, p: Parameters, mode: Mode) -> Number:
    deviation = subtract(x, p[0])
    raised = exp(negate(divide(multiply(deviation, deviation), multiply(TWO, p[1]))), mode)
    return divide(raised, sqrt(multiply(PiMultiple(TWO), p[1]), mode))


def _exponential(x: Number, p: Parameters, mode: Mode) -> Number:
    return multiply(p[0], exp(negate(multiply(p[0], x)), mode))


def _gamma(x: Number, p: Parameters, mode: Mode) -> Number:
    scaled = multiply(p[1], x)
    shape = power(scaled, subtract(p[0], ONE), mode)
    return divide(multiply(p[1], multiply(shape, exp(negate(scaled), mode))), gamma(p[0], mode))


def _inverse_gamma(x: Number, p: Parameters, mode: Mode) -> Number:
    scaled = divide(p[1], x)
    shape = power(scaled, add(p[0], ONE), mode)
    return divide(multiply(shape, exp(negate(scaled), mode)), multiply(p[1], gamma(p[0], mode)))


def beta_function(a: Number, b: Number, mode: Mode) -> Number:
    """Return the beta function."""
    return divide(multiply(gamma(a, mode), gamma(b, mode)), gamma(add(a, b), mode))


def _beta(x: Number, p: Parameters, mode: Mode) -> Number:
    left = power(x, subtract(p[0], ONE), mode)
    right = power(subtract(ONE, x), subtract(p[1], ONE), mode)
    return divide(multiply(left, right), beta_function(p[0], p[1], mode))


def _student(x: Number, p: Parameters, mode: Mode) -> Number:
    shape = divide(add(p[0], ONE), TWO)
    base_of_power = add(ONE, divide(multiply(x, x), p[0]))
    constant = multiply(sqrt(p[0], mode), beta_function(HALF, divide(p[0], TWO), mode))
    return divide(power(base_of_power, negate(shape), mode), constant)


def _fisher(x: Number, p: Parameters, mode: Mode) -> Number:
    above, below = divide(p[0], TWO), divide(p[1], TWO)
    ratio = divide(p[0], p[1])
    left = power(multiply(ratio, x), subtract(above, ONE), mode)
    right = power(add(ONE, multiply(ratio, x)), negate(add(above, below)), mode)
    return divide(multiply(ratio, multiply(left, right)), beta_function(above, below, mode))


def _pareto(x: Number, p: Parameters, mode: Mode) -> Number:
    ratio = divide(p[0], x)
    return divide(multiply(p[1], power(ratio, p[1], mode)), x)


# Probabilities


def _binomial(k: int, p: Parameters, mode: Mode) -> Number:
    n = base(p[0])
    assert isinstance(n, fmpq)
    ways = binomial(n, rational(k))
    failures = power(subtract(ONE, p[1]), n - k, mode)
    return multiply(ways, multiply(power(p[1], rational(k), mode), failures))


def _poisson(k: int, p: Parameters, mode: Mode) -> Number:
    if k > MAX_FACTORIAL:
        raise TooMuchWork("the Poisson probability of a large number")
    mass = multiply(exp(negate(p[0]), mode), power(p[0], rational(k), mode))
    return divide(mass, fmpq(math.factorial(k)))


def _geometric(k: int, p: Parameters, mode: Mode) -> Number:
    return multiply(p[0], power(subtract(ONE, p[0]), rational(k - 1), mode))


def _negative_binomial(k: int, p: Parameters, mode: Mode) -> Number:
    if k > _BY_GAMMA and not isinstance(p[0], Jet | acb):
        successes = real_ball(p[0])
        ways: Number = (successes + k).gamma() / (arb(k + 1).gamma() * successes.gamma())
    else:
        ways = ONE
        for i in range(k):
            ways = multiply(ways, divide(add(p[0], rational(i)), rational(i + 1)))
    failures = power(subtract(ONE, p[1]), rational(k), mode)
    return multiply(ways, multiply(power(p[1], p[0], mode), failures))


def _tries(p: Parameters) -> int:
    n = base(p[0])
    assert isinstance(n, fmpq)
    return int(n.p)


# Probabilities on one side of a value of the standard variable


def _is_known(*numbers: Number) -> bool:
    return all(isinstance(x, fmpq | PiMultiple | arb) for x in numbers)


def _share_below(x: Number, a: Number, b: Number) -> Number | None:
    """Return the probability that Beta(a, b) lies below a number, from the lesser side."""
    if not _is_known(a, b):
        return None
    p, q = real_ball(a), real_ball(b)
    if isinstance(x, acb):
        inside = x.real > 0 and x.real < 1  # it has cuts outside
        return x.beta_lower(acb(p), acb(q), regularized=1) if inside else acb(arb.nan())
    if not _is_known(x):
        return None
    if is_zero(x):
        return ZERO
    if is_zero(subtract(ONE, x)):
        return ONE
    return share_below(x, a, b)


def _beta_above(z: Number, p: Parameters, _: Mode) -> Number | None:
    return _share_below(subtract(ONE, z), p[1], p[0])


def _beta_below(z: Number, p: Parameters, _: Mode) -> Number | None:
    return _share_below(z, p[0], p[1])


def _student_above(z: Number, p: Parameters, mode: Mode) -> Number | None:
    if not _is_known(z, p[0]):
        return None
    if _is_negative(z):
        opposite = _student_above(negate(z), p, mode)
        return None if opposite is None else subtract(ONE, opposite)
    share = divide(p[0], add(p[0], multiply(z, z)))
    found = _share_below(share, divide(p[0], TWO), HALF)
    return None if found is None else divide(found, TWO)


def _fisher_above(z: Number, p: Parameters, _: Mode) -> Number | None:
    above, below = divide(p[0], TWO), divide(p[1], TWO)
    return _share_below(divide(p[1], add(p[1], multiply(p[0], z))), below, above)


def _fisher_below(z: Number, p: Parameters, _: Mode) -> Number | None:
    above, below = divide(p[0], TWO), divide(p[1], TWO)
    scaled = multiply(p[0], z)
    return _share_below(divide(scaled, add(p[1], scaled)), above, below)


def _gamma_above(z: Number, p: Parameters, _: Mode) -> Number | None:
    if not _is_known(p[0]):
        return None
    shape = real_ball(p[0])
    if isinstance(z, acb):
        return z.gamma_upper(acb(shape), regularized=1) if z.real > 0 else acb(arb.nan())
    if not _is_known(z):
        return None
    return ONE if is_zero(z) else real_ball(z).gamma_upper(shape, regularized=1)


def _gamma_below(z: Number, p: Parameters, mode: Mode) -> Number | None:
    above = _gamma_above(z, p, mode)
    if above is None or is_zero(z):
        return None if above is None else ZERO
    if isinstance(z, acb) or 2 * real_ball(z) > real_ball(p[0]):
        return subtract(ONE, above)
    return real_ball(z).gamma_lower(real_ball(p[0]), regularized=1)


def _inverse_above(z: Number, p: Parameters, mode: Mode) -> Number | None:
    return ONE if is_zero(z) else _gamma_below(divide(ONE, z), p, mode)


def _inverse_below(z: Number, p: Parameters, mode: Mode) -> Number | None:
    return ZERO if is_zero(z) else _gamma_above(divide(ONE, z), p, mode)


def _poisson_above(k: Number, p: Parameters, mode: Mode) -> Number | None:
    return _gamma_below(p[0], (add(k, ONE),), mode)


def _poisson_below(k: Number, p: Parameters, mode: Mode) -> Number | None:
    return _gamma_above(p[0], (add(k, ONE),), mode)


def _geometric_above(k: Number, p: Parameters, mode: Mode) -> Number:
    return power(subtract(ONE, p[0]), k, mode)


def _geometric_below(k: Number, p: Parameters, mode: Mode) -> Number:
    return subtract(ONE, _geometric_above(k, p, mode))


def _failures_above(k: Number, p: Parameters, _: Mode) -> Number | None:
    return _share_below(subtract(ONE, p[1]), add(k, ONE), p[0])


def _failures_below(k: Number, p: Parameters, _: Mode) -> Number | None:
    return _share_below(p[1], p[0], add(k, ONE))


# Tails, of the standard variable


def _whole_above(x: Number) -> int:
    return math.ceil(as_float(x) + 1e-9)


def _gamma_tail(p: Parameters) -> Growth | None:
    if any(isinstance(x, Jet | acb) for x in p):
        return None
    return Growth(1 / real_ball(p[0]).gamma(), _whole_above(subtract(p[0], ONE)), arb(-1))


def _student_tail(p: Parameters) -> Growth | None:
    if any(isinstance(x, Jet | acb) for x in p):
        return None
    nu = real_ball(p[0])
    # 1 + z²/ν is at least z²/ν
    return Growth(nu ** ((nu + 1) / 2) + 1, -math.floor(as_float(p[0]) + 1))


def _pareto_tail(p: Parameters) -> Growth | None:
    if any(isinstance(x, Jet | acb) for x in p):
        return None
    return Growth(real_ball(p[1]), -math.floor(as_float(p[1]) + 1))


def _bell(z: Number, mode: Mode) -> Number:
    """Return the density of the standard normal law."""
    return _normal(z, (ZERO, ONE), mode)


NORMAL = Continuous(
    check=_check_normal,
    bounds=lambda _: (Infinity(-1), Infinity(1)),
    density=_normal,
    place=lambda p, mode: (base(p[0]), sqrt(base(p[1]), mode)),
    tail=lambda _: Growth(arb(1), curve=arb(-0.5)),
    above=lambda z, _, mode: multiply(HALF, erfc(divide(z, sqrt(TWO, mode)), mode)),
    step=lambda k: (lambda z, mode: multiply(whole_power(z, k - 1), _bell(z, mode)), k - 1, 2),
    is_symmetric=True,
    is_central=True,
)
GAMMA = Continuous(
    check=_all_positive("a shape", "a rate"),
    bounds=lambda _: _HALF_LINE,
    density=_gamma,
    place=lambda p, _: (ZERO, divide(ONE, base(p[1]))),
    tail=_gamma_tail,
    above=_gamma_above,
    below=_gamma_below,
)


def _chi_squared(p: Parameters) -> Parameters:
    return (divide(p[0], TWO), HALF)


CONTINUOUS: Mapping[str, Continuous] = {
    "Normal": NORMAL,
    "Exponential": Continuous(
        check=_all_positive("a rate"),
        bounds=lambda _: _HALF_LINE,
        density=_exponential,
        place=lambda p, _: (ZERO, divide(ONE, base(p[0]))),
        tail=lambda _: Growth(arb(1), rate=arb(-1)),
        above=lambda z, _, mode: exp(negate(z), mode),
        is_central=True,
        step=lambda k: (
            lambda z, mode: multiply(whole_power(z, k), exp(negate(z), mode)),
            k,
            1,
        ),
    ),
    "Uniform": Continuous(
        check=_check_uniform,
        bounds=lambda p: (p[0], p[1]),
        density=lambda _x, p, _mode: divide(ONE, subtract(p[1], p[0])),
        place=lambda p, _: (base(p[0]), subtract(base(p[1]), base(p[0]))),
        above=lambda z, _p, _mode: subtract(ONE, z),
        is_central=True,
        step=lambda k: (lambda z, _: divide(whole_power(z, k + 1), rational(-k - 1)), 0, 1),
    ),
    "Gamma": GAMMA,
    "ChiSquared": Continuous(
        check=_all_positive("a number of degrees of freedom"),
        bounds=lambda _: _HALF_LINE,
        density=lambda x, p, mode: _gamma(x, _chi_squared(p), mode),
        place=lambda _p, _mode: (ZERO, TWO),
        tail=lambda p: _gamma_tail(_chi_squared(p)),
        above=lambda z, p, mode: _gamma_above(z, _chi_squared(p), mode),
        below=lambda z, p, mode: _gamma_below(z, _chi_squared(p), mode),
    ),
    "InverseGamma": Continuous(
        check=_all_positive("a shape", "a scale"),
        bounds=lambda _: _HALF_LINE,
        density=_inverse_gamma,
        place=lambda p, _: (ZERO, base(p[1])),
        above=_inverse_above,
        below=_inverse_below,
    ),
    "Beta": Continuous(
        check=_all_positive("a parameter", "a parameter"),
        bounds=lambda _: (ZERO, ONE),
        density=_beta,
        above=_beta_above,
        below=_beta_below,
    ),
    "StudentT": Continuous(
        check=_all_positive("a number of degrees of freedom"),
        bounds=lambda _: (Infinity(-1), Infinity(1)),
        density=_student,
        tail=_student_tail,
        above=_student_above,
        is_symmetric=True,
    ),
    "FisherF": Continuous(
        check=_all_positive("a number of degrees of freedom", "a number of degrees of freedom"),
        bounds=lambda _: _HALF_LINE,
        density=_fisher,
        above=_fisher_above,
        below=_fisher_below,
    ),
    "Pareto": Continuous(
        check=_all_positive("a smallest value", "a shape"),
        bounds=lambda p: (p[0], Infinity(1)),
        density=_pareto,
        place=lambda p, _: (ZERO, base(p[0])),
        tail=_pareto_tail,
        above=lambda z, p, mode: power(z, negate(p[1]), mode) if _is_known(z, p[1]) else None,
    ),
}


def _check_categorical(p: Parameters, mode: Mode) -> None:
    whole: Number = ZERO
    for x in p:
        require_probability(x, mode)
        whole = add(whole, x)
    if surely_differ(whole, ONE):
        raise Undefined("probabilities that do not add up to 1")


DISCRETE: Mapping[str, Discrete] = {
    "Bernoulli": Discrete(
        check=lambda p, mode: require_probability(p[0], mode),
        last=lambda _: 1,
        chance=lambda k, p, _: p[0] if k else subtract(ONE, p[0]),
    ),
    "Categorical": Discrete(
        check=_check_categorical,
        last=len,
        chance=lambda k, p, _: p[k - 1],
        first=1,
    ),
    "Binomial": Discrete(check=_check_binomial, last=_tries, chance=_binomial),
    "Poisson": Discrete(
        check=_all_positive("a rate"),
        last=lambda _: None,
        chance=_poisson,
        typical=lambda p: p[0],
        ratio=lambda k, p: real_ball(p[0]) / (k + 1),
        above=_poisson_above,
        below=_poisson_below,
    ),
    "Geometric": Discrete(
        check=_check_success,
        last=lambda _: None,
        chance=_geometric,
        typical=lambda p: divide(ONE, p[0]),
        ratio=lambda _, p: 1 - real_ball(p[0]),
        first=1,
        above=_geometric_above,
        below=_geometric_below,
    ),
    "NegativeBinomial": Discrete(
        check=_check_negative_binomial,
        last=lambda _: None,
        chance=_negative_binomial,
        typical=lambda p: divide(p[0], p[1]),
        ratio=lambda k, p: (1 - real_ball(p[1])) * (1 + real_ball(p[0]) / (k + 1)),
        above=_failures_above,
        below=_failures_below,
    ),
}
