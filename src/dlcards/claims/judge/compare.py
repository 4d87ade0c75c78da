"""Two values with error bars beside each other: apart, together, or not known."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from flint import acb, arb, fmpq

from dlcards.claims.balls.errors import Unsupported, WrongShape
from dlcards.claims.balls.matrices import Matrix
from dlcards.claims.balls.numbers import (
    ZERO,
    Complex,
    Infinity,
    Number,
    PiMultiple,
    as_float,
    is_zero,
    real_ball,
    subtract,
)

SETTLED = 1e-15
"""Radius, relative to the value, of a ball that is known well enough to agree."""

CLOSE = 1e-7
"""An estimated value refutes only what is further away than this, relatively."""

ESTIMATED = 1e-9
"""Radius of an estimated value that is known well enough to agree."""

_NEAR_ZERO_BITS = 160
_NEAR_ZERO = 2.0**-_NEAR_ZERO_BITS
"""Two balls this small around 0 agree; cancellation hides nothing larger."""

_OPPOSITE = 800.0
"""The slack of two sides of different sign; the logarithm of a float is below 710."""

_MOST_APART = 1e150

_COARSE_ZERO = 1e-25
"""The same for integrals, whose error has an absolute bound; counted as estimated."""


class Outcome(StrEnum):
    """What a comparison at one point tells."""

    AGREE = "agree"
    TOUCH = "touch"
    APART = "apart"
    WIDE = "wide"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sides beside each other.

    Parameters
    ----------
    outcome : Outcome
        ``apart``: the relation is false. ``touch``: two sides of a strict inequality
        are equal as far as the precision tells. ``wide``: a ball is too wide to tell.
    slack : float
        By how much an inequality holds: the logarithm of the ratio of its sides. Of sides
        that have to differ, their distance.
    digits : float
        Decimal digits to which equal sides agree.
    trivial : bool
        Whether both sides are exactly 0.
    coarse : bool
        Whether the sides agree only up to an absolute error.
    """

    outcome: Outcome
    slack: float = math.inf
    digits: float = math.inf
    trivial: bool = False
    coarse: bool = False


def numbers_of(value: object) -> list[Number]:
    """Return the numbers of a number or matrix.

    Raises
    ------
    Unsupported
        For the variable of an integral.
    WrongShape
        For a function.
    """
    if isinstance(value, Matrix):
        return [number for x in value.entries for number in numbers_of(x)]
    if isinstance(value, acb):
        raise Unsupported("a comparison of complex numbers")
    if isinstance(value, fmpq | PiMultiple | arb | Infinity | Complex):
        return [value]
    raise WrongShape("a function needs an argument")


def compare(sign: str, left: object, right: object, *, estimated: bool = False) -> Comparison:
    """Compare two values by a relation.

    Parameters
    ----------
    estimated : bool
        Whether an error bar is an estimate rather than a bound.

    Examples
    --------
    >>> str(compare("==", fmpq(1, 3), fmpq(1, 3)).outcome)
    'agree'
    >>> str(compare("<", fmpq(1), fmpq(1)).outcome)
    'apart'
    """
    a, b = _scalar(left), _scalar(right)
    if isinstance(a, Matrix) != isinstance(b, Matrix):
        raise WrongShape("a matrix stands beside a number")
    if isinstance(a, Matrix) and isinstance(b, Matrix) and a.shape != b.shape:
        shapes = (f"{rows}x{columns}" for rows, columns in (a.shape, b.shape))
        raise WrongShape("the two sides have different shapes: " + " and ".join(shapes))
    if sign in ("==", "!="):
        return _equal(sign, *_real_parts(numbers_of(a), numbers_of(b)), estimated)
    if isinstance(a, Matrix):
        raise WrongShape("only numbers can be compared with < and >")
    lower, upper = (numbers_of(a)[0], numbers_of(b)[0])
    if sign in (">", ">="):
        lower, upper = upper, lower
    return _ordered(lower, upper, strict=sign in ("<", ">"), estimated=estimated)


def _real_parts(a: list[Number], b: list[Number]) -> tuple[list[Number], list[Number]]:
    """Return two lists of numbers with the real and imaginary parts of complex ones."""
    left: list[Number] = []
    right: list[Number] = []
    for x, y in zip(a, b, strict=True):
        complex_one = isinstance(x, Complex) or isinstance(y, Complex)
        left += _parts(x, beside_complex=complex_one)
        right += _parts(y, beside_complex=complex_one)
    return left, right


def _parts(number: Number, *, beside_complex: bool) -> list[Number]:
    if isinstance(number, Complex):
        return [number.real, number.imag]
    return [number, ZERO] if beside_complex else [number]


def _scalar(value: object) -> object:
    if isinstance(value, Matrix) and value.shape == (1, 1):
        return value.rows[0][0]
    return value


def _equal(sign: str, a: list[Number], b: list[Number], estimated: bool) -> Comparison:
    largest = max(map(magnitude, (*a, *b)), default=0.0)
    outcome, digits, coarse = Outcome.AGREE, math.inf, False
    for x, y in zip(a, b, strict=True):
        found = _same(x, y, largest, estimated)
        digits, coarse = min(digits, found.digits), coarse or found.coarse
        if found.outcome is Outcome.APART:
            outcome = Outcome.APART
            break
        if found.outcome is Outcome.WIDE:
            outcome = Outcome.WIDE
    trivial = all(map(is_zero, (*a, *b)))
    if sign == "!=":
        flipped = {Outcome.AGREE: Outcome.APART, Outcome.APART: Outcome.AGREE}
        certain = digits == math.inf or outcome is Outcome.APART
        outcome = flipped.get(outcome, outcome) if certain else Outcome.TOUCH
        return Comparison(outcome, _distance(a, b, largest), digits, trivial, coarse)
    return Comparison(outcome, math.inf, digits, trivial, coarse)


def _distance(a: list[Number], b: list[Number], largest: float) -> float:
    """Return the squared distance of two sides, relative to them: how far they are from equal.

    It is smooth where they meet, so that a descent gets there.
    """
    if not all(map(_is_finite, (*a, *b))):
        return math.inf
    beside_zero = all(map(is_zero, a)) or all(map(is_zero, b))
    size = 1.0 if beside_zero or largest == 0 else largest
    gaps = (as_float(real_ball(subtract(x, y)).mid()) / size for x, y in zip(a, b, strict=True))
    return sum(min(abs(gap), _MOST_APART) ** 2 for gap in gaps)


def _is_finite(x: Number) -> bool:
    return not isinstance(x, Infinity) and real_ball(x).is_finite()


def _same(x: Number, y: Number, largest: float, estimated: bool) -> Comparison:
    if isinstance(x, Infinity) or isinstance(y, Infinity):
        return Comparison(Outcome.AGREE if x == y else Outcome.APART)
    gap = subtract(x, y)
    if isinstance(gap, fmpq | PiMultiple):
        return Comparison(Outcome.AGREE if is_zero(gap) else Outcome.APART)
    difference = real_ball(gap)
    if not difference.is_finite():
        return Comparison(Outcome.WIDE)
    if not difference.contains(0):
        far = as_float(abs(difference).lower()) > CLOSE * max(min(largest, 1e300), 1e-300)
        return Comparison(Outcome.APART if far or not estimated else Outcome.WIDE)
    return _together(difference, x, y, estimated)


def _together(difference: arb, x: Number, y: Number, estimated: bool) -> Comparison:
    """Judge two balls that meet by the radius of their difference."""
    radius, size = as_float(difference.rad()), max(magnitude(x), magnitude(y))
    relative = _ratio(difference.rad(), x, y)
    if relative <= SETTLED:
        return Comparison(Outcome.AGREE, digits=-math.log10(max(relative, 1e-300)))
    if radius <= _NEAR_ZERO:
        return Comparison(Outcome.AGREE, digits=-math.log10(max(radius, 1e-300)))
    if radius <= _COARSE_ZERO:
        return Comparison(Outcome.AGREE, digits=25, coarse=True)
    if estimated and radius <= ESTIMATED * (1e-3 + size):
        return Comparison(Outcome.AGREE, digits=9)
    return Comparison(Outcome.WIDE)


def _ordered(lower: Number, upper: Number, *, strict: bool, estimated: bool) -> Comparison:
    if isinstance(lower, Infinity) or isinstance(upper, Infinity):
        below, above = _end(lower), _end(upper)
        false = below > above or (strict and below == above)
        return Comparison(Outcome.APART if false else Outcome.AGREE)
    gap = subtract(upper, lower)
    if isinstance(gap, fmpq | PiMultiple):
        distance = as_float(gap)
        false = distance < 0 or (strict and is_zero(gap))
        slack = _slack(real_ball(gap), lower, upper) if distance else 0.0
        trivial = is_zero(lower) and is_zero(upper)
        return Comparison(Outcome.APART if false else Outcome.AGREE, slack, trivial=trivial)
    difference = real_ball(gap)
    if not difference.is_finite():
        return Comparison(Outcome.WIDE)
    slack = _slack(difference.mid(), lower, upper)
    if difference < 0:
        size = max(magnitude(lower), magnitude(upper))
        far = as_float(abs(difference).lower()) > CLOSE * max(size, 1e-300)
        return Comparison(Outcome.APART if far or not estimated else Outcome.WIDE, slack)
    if difference > 0 or (not strict and difference >= 0):
        return Comparison(Outcome.AGREE, slack)
    found = _together(difference, lower, upper, estimated)
    if found.outcome is not Outcome.AGREE or found.coarse:
        return Comparison(Outcome.WIDE, slack)
    outcome = Outcome.TOUCH if strict else Outcome.AGREE
    return Comparison(outcome, 0.0, found.digits)


def _end(x: Number) -> int:
    return x.sign if isinstance(x, Infinity) else 0


def _ratio(part: arb, x: Number, y: Number) -> float:
    """Return how large a part is beside the larger of two numbers."""
    size = max(abs(real_ball(x).mid()), abs(real_ball(y).mid()))
    return as_float(part / size) if size > 0 else math.inf


def _slack(gap: arb, lower: Number, upper: Number) -> float:
    """Return by how much an inequality holds, so that a search finds where it is tight.

    Between numbers of one sign it is the logarithm of their ratio: that still tells the way
    where one is many times the other. Beside 0 it is made of the distance in the same way.
    """
    distance = as_float(gap)
    if not (is_zero(lower) or is_zero(upper)):
        a, b = real_ball(lower).mid(), real_ball(upper).mid()
        if (a > 0) != (b > 0):
            return _OPPOSITE + _ratio(gap, lower, upper)
        smaller = min(abs(a), abs(b))
        distance = as_float(gap / smaller) if smaller > 0 else math.inf
    if distance == math.inf:
        return _OPPOSITE
    return math.log1p(distance) if distance > -1 else distance


def magnitude(x: Number) -> float:
    """Return the absolute value of the middle of a number."""
    if isinstance(x, Infinity):
        return math.inf
    if isinstance(x, arb):
        return abs(as_float(x.mid())) if x.is_finite() else math.inf
    return abs(as_float(x))
