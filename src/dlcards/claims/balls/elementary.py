"""Functions of one number: exact where the result is rational, balls elsewhere, jets by series.

A jet is composed with the Taylor series of the function, which flint supplies.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from flint import acb, acb_series, arb, arb_series, fmpq, fmpz

from dlcards.claims.balls.errors import TooMuchWork, Undefined, Unsettled, Unsupported
from dlcards.claims.balls.numbers import (
    HALF,
    MAX_EXACT_BITS,
    ONE,
    TWO,
    ZERO,
    Complex,
    Infinity,
    Jet,
    Mode,
    Number,
    PiMultiple,
    add,
    ball,
    base,
    coefficient,
    compare,
    complex_ball,
    complex_number,
    constant_jet,
    current_precision,
    divide,
    is_complex,
    is_whole,
    is_zero,
    limited,
    multiply,
    negate,
    radius_around,
    rational,
    real_ball,
    recognized,
    series_length,
    sign,
    subtract,
)

MAX_INTEGER_BITS = 40_000
"""Factorials and binomial coefficients stay exact up to this length."""
MAX_FACTORIAL = 3000

Function: TypeAlias = Callable[[Number, Mode], Number]


# Taylor series


@dataclass(frozen=True, slots=True)
class Smooth:
    """A function with Taylor series.

    Parameters
    ----------
    value : callable
        Its value at a number that is not a jet.
    series : callable
        Maps the power series x + t to the power series of the function.
    ends : tuple of two Number or None
        The limits at minus and plus infinity, where there are any.
    complex_value : callable, optional
        The value at a complex number.
    """

    value: Function
    series: Callable[[Any], Any]
    ends: tuple[Number | None, Number | None] = (None, None)
    complex_value: Callable[[Complex, Mode], Number] | None = None

    def __call__(self, x: Number, mode: Mode) -> Number:
        """Return the value at a number of any sort."""
        if isinstance(x, Jet):
            return composed(self, x, mode)
        if isinstance(x, Infinity):
            return self._at_infinity(x)
        if isinstance(x, Complex):
            if self.complex_value is None:
                raise Unsupported("this function of a complex number")
            return self.complex_value(x, mode)
        return self.value(x, mode)

    def _at_infinity(self, x: Infinity) -> Number:
        end = self.ends[x.sign > 0]
        if end is None:
            raise Undefined("a function without a value at infinity")
        return end

    def taylor(self, x: Number, count: int, mode: Mode) -> Sequence[Number]:
        """Return Taylor coefficients at a number that may be a jet itself."""
        if isinstance(x, Jet):
            return self._taylor_of_jet(x, count, mode)
        first = self.value(x, mode)  # raises where the function is undefined
        if count == 1:
            return [first]
        if is_zero(x) and self in (SQRT, LOG):
            raise Undefined("a derivative of a root at 0")
        middle = ball(x)
        if isinstance(middle, acb) and isinstance(first, acb) and not first.is_finite():
            return [first] * count
        length = count + 1  # a series that is found by its derivative loses a term
        with series_length(length):
            variable: Any = (
                acb_series([middle, 1], length)
                if isinstance(middle, acb)
                else arb_series([middle, 1], length)
            )
            try:
                found: list[Number] = list(self.series(variable).coeffs())
            except ValueError:  # a divisor that may be 0, as 1 + exp(-x) far out
                raise Unsettled("a derivative near a singular place") from None
        found = [first, *found[1:count]]
        found += [ZERO] * (count - len(found))
        if any(isinstance(c, arb) and not c.is_finite() for c in found):
            raise Unsettled("a derivative near a singular place")
        return found

    def _taylor_of_jet(self, x: Jet, count: int, mode: Mode) -> Sequence[Number]:
        size = len(x.coefficients)
        inner = self.taylor(x.coefficients[0], count + size - 1, mode)
        step = Jet([ZERO, *x.coefficients[1:]], x.level)
        result: list[Number] = []
        for k in range(count):
            value: Number = ZERO
            for j in reversed(range(size)):
                term = multiply(rational(math.comb(k + j, j)), inner[k + j])
                value = add(multiply(value, step), term)
            result.append(value if isinstance(value, Jet) else constant_jet(value, x))
        return result


def composed(function: Smooth, x: Jet, mode: Mode) -> Number:
    """Return a function of a jet."""
    if function is SQRT and is_zero(x.coefficients[0]) and is_zero(x.coefficients[1]):
        raise Unsettled("a derivative of the root of a number that vanishes with its slope")
    series = function.taylor(x.coefficients[0], len(x.coefficients), mode)
    step = Jet([ZERO, *x.coefficients[1:]], x.level)
    value = series[-1]
    for term in reversed(series[:-1]):
        value = add(multiply(value, step), term)
    if isinstance(value, Jet) and value.level == x.level:
        return value
    return constant_jet(value, x)


def _finite(value: arb, name: str) -> arb:
    if not value.is_finite():
        raise Unsettled(f"{name} near a singular place or of a very large number")
    return value


def _kept_exact(x: Number, value: arb) -> Number:
    """Return a value; a rational when x is rational and the ball has no radius."""
    return recognized(value) if isinstance(x, fmpq) else value


def _entire(name: str) -> Function:
    """Return a function of flint that has no singular places on the real line."""

    def value(x: Number, mode: Mode) -> Number:
        enclosure: Any = ball(x)
        found = getattr(enclosure, name)()
        return found if isinstance(found, acb) else _kept_exact(x, _finite(found, name))

    return value


def _of_complex(name: str) -> Callable[[Complex, Mode], Number]:
    """Return a function of flint at complex numbers, on its principal branch."""

    def value(x: Complex, mode: Mode) -> Number:
        enclosure: Any = acb(real_ball(x.real), real_ball(x.imag))
        found: acb = getattr(enclosure, name)()
        if not found.is_finite():
            raise Unsettled(f"{name} near a singular place")
        return complex_number(found.real, found.imag)

    return value


def _complex_exp(x: Complex, mode: Mode) -> Number:
    size = EXP(x.real, mode)
    return complex_number(multiply(size, COS(x.imag, mode)), multiply(size, SIN(x.imag, mode)))


# Exponentials, roots and logarithms


def _is_negative(x: acb) -> bool:
    """Tell whether the variable of an integral makes this a negative real number."""
    return x.imag.is_zero() and x.real < 0


def _log(x: Number, mode: Mode) -> Number:
    if isinstance(x, acb):
        if _is_negative(x):
            raise Undefined("the logarithm of a number that is not positive")
        return x.log(analytic=mode.analytic)
    if sign(x, mode) <= 0:
        raise Undefined("the logarithm of a number that is not positive")
    if isinstance(x, fmpq) and x == 1:
        return ZERO
    return _finite(real_ball(x).log(), "log")


def _sqrt(x: Number, mode: Mode) -> Number:
    if isinstance(x, acb):
        if _is_negative(x):
            raise Undefined("the square root of a negative number")
        return x.sqrt(analytic=mode.analytic)
    if isinstance(x, fmpq):
        if x < 0:
            raise Undefined("the square root of a negative number")
        root = _exact_root(x, 2)
        return real_ball(x).sqrt() if root is None else root
    enclosure = real_ball(x)
    if enclosure < 0:
        raise Undefined("the square root of a negative number")
    if not enclosure >= 0:
        if enclosure.rad() > arb(2) ** (-current_precision() // 2):
            raise Unsettled("the square root of a number that may be negative")
        mode.estimated = True  # taken for a square root of 0 or of a tiny positive number
    return enclosure.nonnegative_part().sqrt()


def _exact_root(x: fmpq, degree: int) -> fmpq | None:
    """Return the root of a positive rational if it is rational."""
    parts = []
    for part in (int(x.p), int(x.q)):
        root = (
            math.isqrt(part) if degree == 2 else round(part ** (1 / degree)) if part < 2**52 else 0
        )
        if root**degree != part:
            return None
        parts.append(root)
    return fmpq(parts[0], parts[1])


# Angles


def _quarter_turns(x: Number) -> int | None:
    """Return how many right angles a number is, when it is a whole number of them."""
    if isinstance(x, fmpq) and x == 0:
        return 0
    if isinstance(x, PiMultiple):
        turns = 2 * x.factor
        if turns.q == 1:
            return int(turns.p) % 4
    return None


def _sin(x: Number, mode: Mode) -> Number:
    turns = _quarter_turns(x)
    return _entire("sin")(x, mode) if turns is None else rational((0, 1, 0, -1)[turns])


def _cos(x: Number, mode: Mode) -> Number:
    turns = _quarter_turns(x)
    return _entire("cos")(x, mode) if turns is None else rational((1, 0, -1, 0)[turns])


def _tan(x: Number, mode: Mode) -> Number:
    turns = _quarter_turns(x)
    if turns is not None:
        if turns % 2:
            raise Undefined("the tangent of an odd multiple of a right angle")
        return ZERO
    return _entire("tan")(x, mode)


def _within_one(x: Number, word: str) -> arb:
    enclosure = real_ball(x)
    size = abs(enclosure)
    if size > 1:
        raise Undefined(f"an angle whose {word} is beyond 1")
    if not size <= 1:
        raise Unsettled(f"an angle whose {word} may be beyond 1")
    return enclosure


def _beyond_one(x: acb, mode: Mode) -> bool:
    """Tell whether a complex ball meets the cuts of asin and acos."""
    return mode.analytic and not abs(x.real) < 1


def _asin(x: Number, mode: Mode) -> Number:
    if isinstance(x, acb):
        if x.imag.is_zero() and abs(x.real) > 1:
            raise Undefined("an angle whose sine is beyond 1")
        return acb(arb.nan()) if _beyond_one(x, mode) else x.asin()
    if isinstance(x, fmpq) and abs(x) in (0, 1):
        return multiply(x, PiMultiple(HALF))
    return _within_one(x, "sine").asin()


def _atan(x: Number, mode: Mode) -> Number:
    if isinstance(x, acb) and mode.analytic and x.real.contains(0) and not abs(x.imag) < 1:
        return acb(arb.nan())  # it meets a cut
    return _entire("atan")(x, mode)


def _acos(x: Number, mode: Mode) -> Number:
    return subtract(PiMultiple(HALF), _asin(x, mode))


def _asin_series(variable: Any) -> Any:
    return (1 - variable * variable).rsqrt().integral()


def _acos_series(variable: Any) -> Any:
    return -_asin_series(variable)


# Special functions


def _gamma(x: Number, mode: Mode) -> Number:
    if isinstance(x, fmpq) and x.q == 1:
        if x <= 0:
            raise Undefined("the gamma function of 0 or a negative whole number")
        if x <= MAX_FACTORIAL:
            return factorial(x - 1, mode)
    return _entire("gamma")(x, mode)


def factorial(x: Number, mode: Mode) -> Number:
    """Return the factorial of a number that may be whole."""
    if isinstance(x, fmpq):
        if x.q != 1 or x < 0:
            raise Undefined("the factorial of a number that is not 0, 1, 2, …")
        if x > MAX_FACTORIAL:
            return _finite(arb(x + 1).gamma(), "the factorial")
        return limited(fmpq(fmpz.fac_ui(x.p)), MAX_INTEGER_BITS)
    if isinstance(x, PiMultiple):
        raise Undefined("the factorial of a number that is not 0, 1, 2, …")
    raise Unsupported("the factorial of a number that is not known exactly")


def _softplus(x: Number, mode: Mode) -> Number:
    enclosure = ball(x)
    below = enclosure.real < 0
    # log(1 + exp(z)) would grow without bound on wide complex balls
    raised = (enclosure if below else -enclosure).exp()
    tail: Number = raised.log1p() if isinstance(raised, arb) else log(raised + 1, mode)
    return tail if below else add(enclosure, tail)


def _sigmoid(x: Number, mode: Mode) -> Number:
    if isinstance(x, fmpq) and x == 0:
        return HALF
    enclosure = ball(x)
    if enclosure.real < 0:
        raised = enclosure.exp()
        return raised / (1 + raised)
    return 1 / (1 + (-enclosure).exp())


def _erfinv(x: Number, mode: Mode) -> Number:
    if isinstance(x, acb):
        raise Unsupported("an integral over the inverse error function")
    enclosure = real_ball(x)
    if abs(enclosure) >= 1:
        raise Undefined("the inverse error function outside -1 to 1")
    return ZERO if is_zero(x) else _finite(enclosure.erfinv(), "erfinv")


def _erfinv_series(variable: Any) -> Any:
    start = variable[0].erfinv()
    around = list(arb_series([start, 1], variable.prec).erf().coeffs())
    step = arb_series([0, *around[1:]], variable.prec).reversion()
    return start + step(arb_series([0, 1], variable.prec))


def share_below(x: Number, a: Number, b: Number) -> arb:
    """Return the regularized incomplete beta function between 0 and 1, from the lesser side.

    From the other one flint takes long, and finds few digits.
    """
    rest = real_ball(subtract(ONE, x))
    place, p, q = real_ball(x), real_ball(a), real_ball(b)
    if place * (p + q) > p:
        return 1 - (arb(0) if rest.is_zero() else rest.beta_lower(q, p, regularized=1))
    return place.beta_lower(p, q, regularized=1)


def beta_incomplete(a: Number, b: Number, x: Number, mode: Mode) -> Number:
    """Return the regularized incomplete beta function at x."""
    p, q = ball(a), ball(b)

    def value(y: Number, mode: Mode) -> Number:
        place = ball(y)
        if isinstance(place, arb) and (place < 0 or place > 1):
            raise Undefined("the incomplete beta function outside 0 to 1")
        if is_zero(y):
            return ZERO
        if isinstance(place, arb) and isinstance(p, arb) and isinstance(q, arb):
            return _finite(share_below(y, a, b), "betainc")
        return acb(place).beta_lower(acb(p), acb(q), regularized=1)

    def series(variable: Any) -> Any:
        return type(variable).beta_lower(p, q, variable, regularized=1)

    return Smooth(value, series)(x, mode)


def _digamma(x: Number, mode: Mode) -> Number:
    if isinstance(x, fmpq) and x.q == 1 and x <= 0:
        raise Undefined("the digamma function of 0 or a negative whole number")
    return _entire("digamma")(x, mode)


INFINITE = Infinity()
EXP = Smooth(_entire("exp"), lambda t: t.exp(), (ZERO, INFINITE), _complex_exp)
LOG = Smooth(_log, lambda t: t.log(), (None, INFINITE), _of_complex("log"))
SQRT = Smooth(_sqrt, lambda t: t.sqrt(), (None, INFINITE), _of_complex("sqrt"))
SIN = Smooth(_sin, lambda t: t.sin(), complex_value=_of_complex("sin"))
COS = Smooth(_cos, lambda t: t.cos(), complex_value=_of_complex("cos"))
TANH = Smooth(_entire("tanh"), lambda t: 1 - 2 / ((2 * t).exp() + 1), (-ONE, ONE))
SOFTPLUS = Smooth(_softplus, lambda t: (1 + t.exp()).log(), (ZERO, INFINITE))


def exp(x: Number, mode: Mode) -> Number:
    """Return e to a power."""
    return EXP(x, mode)


def log(x: Number, mode: Mode) -> Number:
    """Return the natural logarithm."""
    return LOG(x, mode)


def sqrt(x: Number, mode: Mode) -> Number:
    """Return the square root; rational when it is."""
    return SQRT(x, mode)


def sin(x: Number, mode: Mode) -> Number:
    """Return the sine; exact at whole numbers of right angles."""
    return SIN(x, mode)


def softplus(x: Number, mode: Mode) -> Number:
    """Return log(1 + exp(x))."""
    return SOFTPLUS(x, mode)


# Functions with kinks and jumps


def conjugate(x: Number) -> Number:
    """Return the complex conjugate."""
    return complex_number(x.real, negate(x.imag)) if isinstance(x, Complex) else x


def absolute(x: Number, mode: Mode) -> Number:
    """Return the absolute value."""
    if isinstance(x, Complex):
        return sqrt(add(multiply(x.real, x.real), multiply(x.imag, x.imag)), mode)
    if isinstance(x, Infinity):
        return INFINITE
    if isinstance(x, acb):
        return x.real_abs(analytic=mode.analytic)
    if isinstance(x, arb):
        return abs(x)
    if is_complex(x):
        return multiply(x, kink_sign(x, mode))
    found = sign(x, mode)
    return x if found > 0 else negate(x) if found < 0 else multiply(ZERO, x)


def kink_sign(x: Number, mode: Mode) -> Number:
    """Return the sign of a jet at t = 0 under an integral, where a kink has no weight.

    Raises
    ------
    Unsupported
        For a second derivative, where it has.
    """
    first = coefficient(x, 0)
    if isinstance(first, acb) and isinstance(x, Jet) and len(x.coefficients) == 2:
        return first.real_sgn(analytic=mode.analytic)
    raise Unsupported("a second derivative of a kink under an integral")


def _decided_sign(x: Number, mode: Mode) -> int:
    """Return a sign where a jump matters: a jet that vanishes to its order decides nothing."""
    found = sign(x, mode)
    if found == 0 and isinstance(x, Jet):
        mode.tied = True
        raise Unsettled("a derivative at a place where a jump may be")
    return found


def maximum(a: Number, b: Number, mode: Mode) -> Number:
    """Return the larger of two numbers."""
    if is_complex(a) or is_complex(b):
        if isinstance(a, Jet) or isinstance(b, Jet):
            return half_of(add(add(a, b), absolute(subtract(a, b), mode)))
        return complex_ball(a).real_max(complex_ball(b), analytic=mode.analytic)
    try:
        return a if compare(a, b, mode) >= 0 else b
    except Unsettled:
        if isinstance(a, Jet) or isinstance(b, Jet):
            raise
        return real_ball(a).max(real_ball(b))


def minimum(a: Number, b: Number, mode: Mode) -> Number:
    """Return the smaller of two numbers."""
    return negate(maximum(negate(a), negate(b), mode))


def sign_of(x: Number, mode: Mode) -> Number:
    """Return the sign as a number."""
    if isinstance(x, acb):
        return x.real_sgn(analytic=mode.analytic)
    return rational(_decided_sign(x, mode))


def floor(x: Number, mode: Mode) -> Number:
    """Return the largest whole number that is not above x."""
    if isinstance(x, acb):
        if mode.analytic:
            return x.real_floor(analytic=True)
        return acb(x.real.lower().floor().union(x.real.upper().floor()))
    if isinstance(x, Jet):
        below = floor(x.coefficients[0], mode)
        falls = is_zero(subtract(x.coefficients[0], below)) and _decided_sign(
            subtract(x, below), mode
        )
        return subtract(below, ONE) if falls < 0 else below
    if isinstance(x, fmpq):
        return fmpq(x.p // x.q)
    found = real_ball(x).floor()
    if not found.is_exact():
        raise Unsettled("the floor of a number that may be whole")
    return recognized(found)


def ceil(x: Number, mode: Mode) -> Number:
    """Return the smallest whole number that is not below x."""
    return negate(floor(negate(x), mode))


_FAR = 5000
"""Beyond this, flint finds erfc of a ball to an absolute error only."""


def _erfc(x: Number, mode: Mode) -> Number:
    if is_zero(x):
        return ONE
    enclosure = ball(x)
    if isinstance(enclosure, arb) and enclosure > _FAR:
        return _far_erfc(enclosure)
    return _entire("erfc")(x, mode)


def _far_erfc(x: arb) -> arb:
    """Return erfc by its asymptotic series, whose error is less than the first term left out."""
    square = x * x
    term = total = arb(1)
    for k in itertools.count(1):
        term = -term * (2 * k - 1) / (2 * square)
        if abs(term) < arb(2) ** -current_precision():
            break
        total += term
    series = radius_around(total, abs(term).upper())
    return (-square).exp() * series / (x * arb.pi().sqrt())


erfc = Smooth(_erfc, lambda t: t.erfc(), (TWO, ZERO))
"""1 - erf, to full relative precision far out."""

TAN = Smooth(_tan, lambda t: t.tan())
ASIN = Smooth(_asin, _asin_series)
ACOS = Smooth(_acos, _acos_series)
ATAN = Smooth(_atan, lambda t: t.atan(), (PiMultiple(-HALF), PiMultiple(HALF)))
SINH = Smooth(
    _entire("sinh"),
    lambda t: (t.exp() - (-t).exp()) / 2,
    (Infinity(-1), INFINITE),
    _of_complex("sinh"),
)
COSH = Smooth(
    _entire("cosh"),
    lambda t: (t.exp() + (-t).exp()) / 2,
    (INFINITE, INFINITE),
    _of_complex("cosh"),
)
SIGMOID = Smooth(_sigmoid, lambda t: 1 / (1 + (-t).exp()), (ZERO, ONE))
ERF = Smooth(_entire("erf"), lambda t: t.erf(), (-ONE, ONE))
ERFINV = Smooth(_erfinv, _erfinv_series)
GAMMA_FUNCTION = Smooth(_gamma, lambda t: t.gamma())
DIGAMMA = Smooth(_digamma, lambda t: t.lgamma().derivative())


# Powers


def power(a: Number, b: Number, mode: Mode) -> Number:
    """Return a to the power b; 0 to the power 0 is 1.

    Raises
    ------
    Undefined
        For a negative power of 0, or a power of a negative number that is not whole.
    """
    if isinstance(b, fmpq) and b.q == 1:
        return _whole_power(a, int(b.p))
    if isinstance(a, Complex) or isinstance(b, Complex):
        return exp(multiply(b, log(a, mode)), mode)
    if isinstance(a, Infinity) or isinstance(b, Infinity):
        return _infinite_power(a, b, mode)
    if is_complex(a) or is_complex(b):
        return _complex_power(a, b, mode)
    if isinstance(a, Jet) or isinstance(b, Jet):
        return _jet_power(a, b, mode)
    found = sign(a, mode)
    if found < 0:
        raise Undefined("a power, not a whole one, of a negative number")
    if found == 0:
        exponent = sign(b, mode)
        if exponent < 0:
            raise Undefined("a negative power of 0")
        return ZERO if exponent else ONE
    if isinstance(a, fmpq) and isinstance(b, fmpq) and b.q <= 64:
        root = _exact_root(a, int(b.q))
        if root is not None:
            return _whole_power(root, int(b.p))
    return _finite(real_ball(a) ** real_ball(b), "a power")


def _whole_power(a: Number, n: int) -> Number:
    if n == 0:
        return ONE
    if isinstance(a, fmpq):
        if a == 0:
            if n < 0:
                raise Undefined("a negative power of 0")
            return a
        if abs(n) * a.height_bits() < 4 * MAX_EXACT_BITS or a in (1, -1):
            return a**n
        return arb(a) ** n
    if isinstance(a, Jet | Complex | Infinity):
        return divide(ONE, _repeated(a, -n)) if n < 0 else _repeated(a, n)
    enclosure = ball(a)
    if isinstance(enclosure, arb) and enclosure.contains(0):
        if n < 0:
            raise Unsettled("a negative power of a number that may be 0")
        raised = (acb(enclosure) ** n).real  # a power of a real ball around 0 is nan
        return raised.nonnegative_part() if n % 2 == 0 else raised
    return enclosure**n


def _infinite_power(a: Number, b: Number, mode: Mode) -> Number:
    if isinstance(a, Infinity) and a.sign < 0:
        raise Undefined("a power, not a whole one, of minus infinity")
    if not isinstance(a, Infinity) and sign(a, mode) <= 0:
        raise Undefined("an infinite power of a number that is not positive")
    exponent = multiply(b, log(a, mode))
    return exp(exponent, mode)


def _repeated(a: Number, n: int) -> Number:
    """Return a to a positive whole power, by squaring."""
    result: Number | None = None
    while True:
        if n & 1:
            result = a if result is None else multiply(result, a)
        n >>= 1
        if not n:
            assert result is not None
            return result
        a = multiply(a, a)


def _complex_power(a: Number, b: Number, mode: Mode) -> Number:
    if isinstance(a, Jet) or isinstance(b, Jet):
        return exp(multiply(b, log(a, mode)), mode)
    if isinstance(a, acb):
        if _is_negative(a):
            raise Undefined("a power, not a whole one, of a negative number")
        return a.pow(complex_ball(b), analytic=mode.analytic)
    if is_zero(a):
        raise Unsupported("a power of 0 under an integral")
    return exp(multiply(b, log(a, mode)), mode)


def _jet_power(a: Number, b: Number, mode: Mode) -> Number:
    if isinstance(b, fmpq) and isinstance(a, Jet):
        found = sign(base(a), mode)
        if found < 0:
            raise Undefined("a power, not a whole one, of a negative number")
        if found == 0:
            if all(is_zero(c) for c in a.coefficients[1:]):
                return power(base(a), b, mode)
            if b >= 1:
                raise Unsettled("a derivative of a power at the end of its domain")
            raise Undefined("a derivative of a root at 0")
    return exp(multiply(b, log(a, mode)), mode)


def whole_number(x: Number, what: str) -> int:
    """Return a number that must be a whole one.

    Raises
    ------
    Undefined
        If it is not.
    Unsupported
        If it is not known exactly.
    """
    if isinstance(x, Jet) and not all(map(is_zero, x.coefficients[1:])):
        raise Unsupported(f"a derivative in {what}")
    x = base(x)
    if isinstance(x, fmpq) and is_whole(x):
        return int(x.p)
    if isinstance(x, fmpq | PiMultiple):
        raise Undefined(f"{what} that is not a whole number")
    raise Unsupported(f"{what} that is not known exactly")


def binomial(n: Number, k: Number) -> Number:
    """Return the number of ways to choose k of n."""
    if isinstance(n, fmpq) and isinstance(k, fmpq):
        if n.q != 1 or k.q != 1 or n < 0 or k < 0:
            raise Undefined("a binomial coefficient of numbers that are not 0, 1, 2, …")
        if n > 2 * MAX_FACTORIAL:
            raise TooMuchWork("a binomial coefficient of large numbers")
        return limited(fmpq(math.comb(int(n.p), int(k.p))), MAX_INTEGER_BITS)
    raise Unsupported("a binomial coefficient of numbers that are not known exactly")


def half_of(x: Number) -> Number:
    """Return x/2."""
    return divide(x, TWO)
