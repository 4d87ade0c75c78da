"""Numbers with error bars, and their arithmetic.

A number is, from exact to general: a rational (``fmpq``), a rational multiple of pi
(:class:`PiMultiple`), a real ball (``arb``), a complex ball (``acb``: the variable of an
integral runs through the complex plane) or a :class:`Jet` (the variable of a derivative).
Exact numbers stay exact as long as possible, so that division by zero, ties and ranks
are decided rather than estimated.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias

from flint import acb, arb, ctx, fmpq

from dlcards.claims.balls.errors import Undefined, Unsettled, Unsupported

MAX_EXACT_BITS = 4000
"""A rational with longer terms becomes a ball."""

ZERO = fmpq(0)
ONE = fmpq(1)
TWO = fmpq(2)
HALF = fmpq(1, 2)


@dataclass(slots=True, eq=False)
class PiMultiple:
    """A rational multiple of pi that is not 0."""

    factor: fmpq


@dataclass(slots=True, eq=False)
class Jet:
    """A Taylor polynomial in the variable of a derivative.

    Parameters
    ----------
    coefficients : list of numbers
        Of t⁰, t¹, …; numbers of a lower level.
    level : int
        1 for the outermost derivative, 2 for one inside it, and so on.
    """

    coefficients: list[Number]
    level: int


@dataclass(frozen=True, slots=True)
class Infinity:
    """Plus or minus infinity: a bound, the target of a limit, an entry of a mask."""

    sign: int = 1


@dataclass(slots=True, eq=False)
class Complex:
    """A complex number that is not real; its parts are numbers of any other sort."""

    real: Number
    imag: Number


Exact: TypeAlias = "fmpq | PiMultiple"
Real: TypeAlias = "fmpq | PiMultiple | arb"
Number: TypeAlias = "fmpq | PiMultiple | arb | acb | Jet | Infinity | Complex"
_BALLS = (arb, acb)
_NEGATED = (fmpq, arb, acb)
NUMBER_TYPES = (fmpq, arb, Jet, acb, PiMultiple, Infinity, Complex)


@dataclass(slots=True)
class Mode:
    """How numbers are compared and what was noticed on the way.

    Attributes
    ----------
    side : int
        The side of a tie on which jets stand: 1 or -1; 0 when it should not matter.
    tied : bool
        Whether the side was asked for.
    analytic : bool
        Whether an integral needs functions without kinks in the ball at hand.
    estimated : bool
        Whether a value took part whose error is estimated, not bounded.
    closely : bool
        Whether integrals are worth all the bits there are.
    """

    side: int = 0
    tied: bool = False
    analytic: bool = False
    estimated: bool = False
    closely: bool = False


class precision:  # noqa: N801 - used as a function; a generator would take five times as long
    """Calculate with balls of so many bits.

    Examples
    --------
    >>> with precision(200):
    ...     print(arb.pi().str(50, radius=False))
    3.1415926535897932384626433832795028841971693993751
    """

    __slots__ = ("_before", "_bits")

    def __init__(self, bits: int) -> None:
        self._bits = bits

    def __enter__(self) -> None:
        self._before = ctx.prec
        ctx.prec = self._bits

    def __exit__(self, *_: object) -> None:
        ctx.prec = self._before


def current_precision() -> int:
    """Return how many bits balls have now."""
    return ctx.prec


@contextmanager
def series_length(count: int) -> Iterator[None]:
    """Let power series have so many coefficients."""
    before = ctx.cap
    ctx.cap = count
    try:
        yield
    finally:
        ctx.cap = before


def rational(numerator: int, denominator: int = 1) -> fmpq:
    """Return a fraction."""
    return fmpq(numerator, denominator)


def is_whole(x: Number) -> bool:
    """Tell whether a number is known to be a whole one."""
    return isinstance(x, fmpq) and x.q == 1


def ball(x: Number) -> arb | acb:
    """Return a ball around a number.

    Raises
    ------
    Unsupported
        For the variable of a derivative.
    """
    if type(x) is arb or type(x) is acb:
        return x
    if type(x) is fmpq:
        return arb(x)
    if isinstance(x, PiMultiple):
        return arb.pi() * arb(x.factor)
    if isinstance(x, Jet):
        raise Unsupported("a derivative of this")
    if isinstance(x, Infinity):
        raise Undefined("an infinite value where a number is needed")
    raise Undefined("a complex value where a real number is needed")


def real_ball(x: Number) -> arb:
    """Return a real ball around a number.

    Raises
    ------
    Unsupported
        For the variable of a derivative or of an integral.
    """
    enclosure = ball(x)
    if isinstance(enclosure, acb):
        raise Unsupported("an integral over this")
    return enclosure


def complex_ball(x: Number) -> acb:
    """Return a complex ball around a number."""
    return acb(ball(x))


def both_parts(x: Number) -> arb | acb:
    """Return a ball around a real or a complex number.

    Raises
    ------
    Unsupported
        For the variable of a derivative or of an integral.
    """
    if isinstance(x, Complex):
        return acb(real_ball(x.real), real_ball(x.imag))
    return real_ball(x)


def of_parts(x: arb | acb) -> Number:
    """Return the number that :func:`both_parts` made a ball of."""
    return Complex(x.real, x.imag) if isinstance(x, acb) else x


def radius_around(middle: arb, radius: arb) -> arb:
    """Return a ball that is wider than the given one by a radius."""
    return middle + arb(0, radius.abs_upper())


def disc_around(middle: arb | acb, radius: arb) -> arb | acb:
    """Return a real or complex ball that is wider than the given one by a radius."""
    if isinstance(middle, acb):
        return acb(radius_around(middle.real, radius), radius_around(middle.imag, radius))
    return radius_around(middle, radius)


def limited(x: fmpq, bits: int = MAX_EXACT_BITS) -> Real:
    """Return a rational, as a ball when it has too many digits."""
    return x if x.height_bits() <= bits else arb(x)


def recognized(x: arb) -> Real:
    """Return a ball without radius as the rational it is, when that is short."""
    if x.is_exact() and x.is_finite():
        exponent = int(x.man_exp()[1])
        if abs(exponent) < 200:
            found = x.fmpq()
            if found.height_bits() < 200:
                return found
    return x


def is_zero(x: Number) -> bool:
    """Tell whether a number is known to be exactly 0."""
    if type(x) is fmpq:
        return not x
    if type(x) is arb:
        return x.is_zero()
    if isinstance(x, PiMultiple):
        return False
    if isinstance(x, Jet):
        return all(map(is_zero, x.coefficients))
    return not isinstance(x, Infinity | Complex) and x.is_zero()


def base(x: Number) -> Number:
    """Return the value that a jet has at t = 0, through all levels."""
    while isinstance(x, Jet):
        x = x.coefficients[0]
    return x


def is_complex(x: Number) -> bool:
    """Tell whether a number stands for the variable of an integral."""
    if isinstance(x, Complex):
        return is_complex(x.real) or is_complex(x.imag)
    return isinstance(base(x), acb)


def constant_jet(x: Number, like: Jet) -> Jet:
    """Return a number that does not depend on the variable of a jet, as such a jet."""
    return Jet([x] + [ZERO] * (len(like.coefficients) - 1), like.level)


def coefficient(x: Number, k: int) -> Number:
    """Return the k-th Taylor coefficient."""
    if isinstance(x, Jet):
        return x.coefficients[k]
    return x if k == 0 else ZERO


def _aligned(a: Number, b: Number) -> tuple[Jet, Jet]:
    """Return two numbers, at least one a jet, as jets of the higher level."""
    if isinstance(a, Jet) and (not isinstance(b, Jet) or b.level < a.level):
        return a, constant_jet(b, a)
    if isinstance(b, Jet) and (not isinstance(a, Jet) or a.level < b.level):
        return constant_jet(a, b), b
    assert isinstance(a, Jet)
    assert isinstance(b, Jet)
    return a, b


def _outside(a: Number, jet: Jet) -> bool:
    """Tell whether a number is constant for the variable of a jet."""
    return not isinstance(a, Jet) or a.level < jet.level


def add(a: Number, b: Number) -> Number:
    """Return a + b."""
    if type(a) is fmpq:
        if type(b) is fmpq:
            return limited(a + b)
        if not a:
            return b
        if type(b) is arb or type(b) is acb:
            return a + b
    elif type(a) is arb or type(a) is acb:
        if type(b) is arb or type(b) is acb:
            return a + b
        if type(b) is fmpq:
            return a + b if b else a
    elif type(b) is fmpq and not b:
        return a
    if isinstance(a, _SPECIAL) or isinstance(b, _SPECIAL):
        return _special_sum(a, b)
    if isinstance(a, Jet) or isinstance(b, Jet):
        return _jet_sum(a, b)
    if isinstance(a, PiMultiple) and isinstance(b, PiMultiple):
        return _times_pi(a.factor + b.factor)
    return ball(a) + ball(b)


def _jet_sum(a: Number, b: Number) -> Jet:
    if isinstance(b, Jet):
        if _outside(a, b):
            first, *rest = b.coefficients
            return Jet([add(a, first), *rest], b.level)
        assert isinstance(a, Jet)
        if not _outside(b, a):
            return Jet(list(map(add, a.coefficients, b.coefficients)), a.level)
    assert isinstance(a, Jet)
    first, *rest = a.coefficients
    return Jet([add(first, b), *rest], a.level)


# Infinity and complex numbers


_SPECIAL = (Infinity, Complex)


def complex_number(real: Number, imag: Number) -> Number:
    """Return a complex number; a real one when its imaginary part is exactly 0.

    Examples
    --------
    >>> multiply(complex_number(ZERO, ONE), complex_number(ZERO, ONE))
    -1
    """
    return real if is_zero(imag) else Complex(real, imag)


def real_part(x: Number) -> Number:
    """Return the real part."""
    return x.real if isinstance(x, Complex) else x


def imaginary_part(x: Number) -> Number:
    """Return the imaginary part."""
    return x.imag if isinstance(x, Complex) else ZERO


def _special_sum(a: Number, b: Number) -> Number:
    if isinstance(a, Complex) or isinstance(b, Complex):
        return complex_number(
            add(real_part(a), real_part(b)), add(imaginary_part(a), imaginary_part(b))
        )
    if isinstance(a, Infinity) and isinstance(b, Infinity) and a != b:
        raise Undefined("infinity minus infinity")
    return a if isinstance(a, Infinity) else b


def _special_product(a: Number, b: Number) -> Number:
    if isinstance(a, Complex) or isinstance(b, Complex):
        (p, q), (r, s) = ((real_part(x), imaginary_part(x)) for x in (a, b))
        return complex_number(
            subtract(multiply(p, r), multiply(q, s)), add(multiply(p, s), multiply(q, r))
        )
    found = sign(base(a), Mode()) * sign(base(b), Mode())
    if found == 0:
        raise Undefined("0 times infinity")
    return Infinity(found)


def _special_quotient(a: Number, b: Number) -> Number:
    if isinstance(b, Complex):
        size = add(multiply(b.real, b.real), multiply(b.imag, b.imag))
        return divide(multiply(a, Complex(b.real, negate(b.imag))), size)
    if isinstance(b, Infinity):
        if isinstance(a, Infinity):
            raise Undefined("infinity divided by infinity")
        return ZERO
    if isinstance(a, Complex):
        return complex_number(divide(a.real, b), divide(a.imag, b))
    if is_zero(b):
        raise Undefined("division by zero")
    return multiply(a, rational(sign(base(b), Mode())))


def _times_pi(factor: fmpq) -> Exact:
    return PiMultiple(factor) if factor != 0 else ZERO


def negate(a: Number) -> Number:
    """Return -a."""
    if isinstance(a, _NEGATED):
        return -a
    if isinstance(a, Jet):
        return Jet(list(map(negate, a.coefficients)), a.level)
    if isinstance(a, PiMultiple):
        return PiMultiple(-a.factor)
    if isinstance(a, Infinity):
        return Infinity(-a.sign)
    return Complex(negate(a.real), negate(a.imag))


def subtract(a: Number, b: Number) -> Number:
    """Return a - b."""
    if type(a) is fmpq:
        if type(b) is fmpq:
            return limited(a - b)
    elif (type(a) is arb or type(a) is acb) and (type(b) is arb or type(b) is acb):
        return a - b
    return add(a, negate(b))


def multiply(a: Number, b: Number) -> Number:
    """Return a * b; 0 times a finite number is exactly 0."""
    if type(a) is fmpq:
        if type(b) is fmpq:
            return limited(a * b)
        if a and (type(b) is arb or type(b) is acb):
            return b if a == 1 else a * b
    elif type(a) is arb or type(a) is acb:
        if type(b) is arb or type(b) is acb:
            return a * b
        if type(b) is fmpq and b:
            return a if b == 1 else a * b
    if isinstance(a, _SPECIAL) or isinstance(b, _SPECIAL):
        return _special_product(a, b)
    if isinstance(a, Jet) or isinstance(b, Jet):
        return _jet_product(a, b)
    if isinstance(a, fmpq):
        return _rational_times(a, b)
    if isinstance(b, fmpq):
        return _rational_times(b, a)
    return ball(a) * ball(b)


def _rational_times(a: fmpq, b: Number) -> Number:
    if not a:
        if isinstance(b, _BALLS) and not b.is_finite():
            if isinstance(b, acb):
                return acb(arb.nan())
            raise Unsettled("0 times a value that is not finite")
        return ZERO
    if a == 1:
        return b
    return PiMultiple(a * b.factor) if isinstance(b, PiMultiple) else arb(a) * ball(b)


def _jet_product(a: Number, b: Number) -> Number:
    if isinstance(b, Jet) and _outside(a, b):
        return Jet([multiply(a, y) for y in b.coefficients], b.level)
    assert isinstance(a, Jet)
    if not isinstance(b, Jet) or _outside(b, a):
        return Jet([multiply(x, b) for x in a.coefficients], a.level)
    left = [(i, x) for i, x in enumerate(a.coefficients) if not is_zero(x)]
    right = [(i, y) for i, y in enumerate(b.coefficients) if not is_zero(y)]
    result: list[Number] = [ZERO] * len(a.coefficients)
    for i, x in left:
        for j, y in right:
            if i + j < len(result):
                result[i + j] = add(result[i + j], multiply(x, y))
    return Jet(result, a.level)


def divide(a: Number, b: Number) -> Number:
    """Return a / b.

    Raises
    ------
    Undefined
        If b is 0.
    Unsettled
        If b may be 0.

    Examples
    --------
    >>> divide(PiMultiple(fmpq(1, 2)), PiMultiple(fmpq(3)))
    1/6
    """
    if type(b) is fmpq and b:
        if type(a) is fmpq:
            return limited(a / b)
        if type(a) is arb or type(a) is acb:
            return a / b
    if isinstance(a, _SPECIAL) or isinstance(b, _SPECIAL):
        return _special_quotient(a, b)
    if isinstance(a, Jet) or isinstance(b, Jet):
        return _jet_quotient(a, b)
    if is_zero(b):
        if isinstance(b, acb):
            return acb(arb.nan())
        raise Undefined("division by zero")
    if isinstance(b, fmpq):
        if isinstance(a, fmpq):
            return limited(a / b)
        if isinstance(a, PiMultiple):
            return PiMultiple(a.factor / b)
    if isinstance(a, PiMultiple) and isinstance(b, PiMultiple):
        return a.factor / b.factor
    if isinstance(a, fmpq) and a == 0 and not isinstance(b, acb):
        if ball(b).contains(0):
            raise Unsettled("division by a number that may be 0")
        return ZERO
    divisor = ball(b)
    if isinstance(divisor, arb) and divisor.contains(0):
        raise Unsettled("division by a number that may be 0")
    return ball(a) / divisor


def _jet_quotient(a: Number, b: Number) -> Number:
    if isinstance(a, Jet) and (not isinstance(b, Jet) or _outside(b, a)):
        return Jet([divide(x, b) for x in a.coefficients], a.level)
    p, q = _aligned(a, b)
    result: list[Number] = []
    for k, x in enumerate(p.coefficients):
        rest = x
        for i in range(1, k + 1):
            rest = subtract(rest, multiply(q.coefficients[i], result[k - i]))
        result.append(divide(rest, q.coefficients[0]))
    return Jet(result, p.level)


def total(numbers: Iterable[Number]) -> Number:
    """Return the sum of numbers."""
    rest = iter(numbers)
    result = next(rest, ZERO)
    for x in rest:
        result = add(result, x)
    return result


def sign(x: Number, mode: Mode) -> int:
    """Return -1, 0 or 1; for a jet, what holds just beside t = 0 on the side of the mode.

    Raises
    ------
    Unsettled
        If the ball contains numbers of both signs.
    Unsupported
        Under an integral, where the sign may change.
    """
    if isinstance(x, fmpq):
        return (x > 0) - (x < 0)
    if isinstance(x, PiMultiple):
        return 1 if x.factor > 0 else -1
    if isinstance(x, Jet):
        return _jet_sign(x, mode)
    if isinstance(x, acb):
        raise Unsupported("a comparison under an integral")
    if isinstance(x, Infinity):
        return x.sign
    if isinstance(x, Complex):
        raise Undefined("an order between complex numbers")
    if x > 0:
        return 1
    if x < 0:
        return -1
    if x.is_zero():
        return 0
    raise Unsettled("a comparison of nearly equal numbers")


def _jet_sign(x: Jet, mode: Mode) -> int:
    for k, part in enumerate(x.coefficients):
        found = sign(part, mode)
        if found and k == 0:
            return found
        if found:
            mode.tied = True
            return found if mode.side >= 0 or k % 2 == 0 else -found
    return 0


def compare(a: Number, b: Number, mode: Mode) -> int:
    """Return -1, 0 or 1 as a is less than, equal to or greater than b."""
    if isinstance(a, Infinity) and a == b:
        return 0
    return sign(subtract(a, b), mode)


def surely_differ(a: Number, b: Number) -> bool:
    """Tell whether two numbers cannot be equal."""
    if isinstance(a, Infinity) or isinstance(b, Infinity):
        return a != b
    if isinstance(a, Complex) or isinstance(b, Complex):
        return surely_differ(real_part(a), real_part(b)) or surely_differ(
            imaginary_part(a), imaginary_part(b)
        )
    difference = subtract(a, b)
    if isinstance(difference, Jet):
        return any(surely_differ(x, ZERO) for x in difference.coefficients)
    if isinstance(difference, _BALLS):
        return not difference.contains(0)
    return not is_zero(difference)


def may_be_zero(x: arb) -> bool:
    """Tell whether a ball is narrow and lies around 0, so that its middle is rounding alone.

    Examples
    --------
    >>> [may_be_zero(arb(x)) for x in ("1e-30 +/- 1e-29", "1e-30 +/- 1e-31", "1 +/- 5", "nan")]
    [True, False, False, False]
    """
    return bool(x.is_finite() and x.contains(0) and x.abs_upper() < _ROUNDING)


_ROUNDING = 1e-15
"""A ball around 0 that is wider may hold a small number."""


def as_float(x: Number) -> float:
    """Return a float near a real number."""
    enclosure = real_ball(x)
    try:
        return float(enclosure.mid())
    except OverflowError:
        return math.inf if enclosure > 0 else -math.inf
