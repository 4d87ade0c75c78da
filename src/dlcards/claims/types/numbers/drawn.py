"""Numbers of every declared type."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeAlias

from flint import fmpq

from dlcards.claims.balls.numbers import (
    HALF,
    ONE,
    TWO,
    ZERO,
    Complex,
    Infinity,
    Mode,
    Number,
    PiMultiple,
    add,
    as_float,
    compare,
    divide,
    multiply,
    negate,
    sign,
    subtract,
)
from dlcards.claims.points.domain import Domain, EmptyDomain
from dlcards.claims.points.source import Source, power_of_ten

Bound: TypeAlias = "Number"

DENSE = 12
"""Whole numbers up to this one are all tried."""

MANY = 1000
"""The largest whole number that is tried."""

_SMALL_STEP = fmpq(1, 1000)


def exact_sign(x: Number) -> int:
    """Return the sign of a number that is not the variable of a derivative."""
    return sign(x, Mode())


def _near_constant(source: Source) -> Number:
    """Return a number that stands in the claim, or one of its neighbours."""
    c = source.pick(source.constants)
    return source.pick((c, c, c, ONE / c, c + 1, c - 1, c + _SMALL_STEP, c - _SMALL_STEP, 2 * c))


def _special_real(source: Source) -> Number:
    kinds = ["whole", "whole", "half", "pi", "zero", "one"]
    if source.constants:
        kinds += ["constant"] * 4
    match source.pick(kinds):
        case "constant":
            found = _near_constant(source)
        case "whole":
            found = fmpq(source.whole(0, 12))
        case "half":
            found = fmpq(2 * source.whole(0, 9) + 1, 2)
        case "pi":
            found = PiMultiple(fmpq(source.whole(1, 8), source.pick((1, 2, 4))))
        case "one":
            found = ONE
        case _:
            found = ZERO
    return negate(found) if source.chance(0.5) else found


def scale(source: Source, largest: int = 6) -> fmpq:
    """Return a positive number, as likely near 10**-6 as near 10**6."""
    return power_of_ten(source.whole(-largest, largest))


def _corner(source: Source) -> fmpq:
    return (ZERO, ONE, fmpq(-1))[source.corner or 0]


def _real(_: Sequence[Bound], source: Source) -> Number:
    z = source.normal()
    if source.corner is not None:
        return _corner(source)
    if source.is_special():
        return _special_real(source)
    if source.is_extreme():
        return source.rational(math.copysign(math.exp(abs(z)), z)) * scale(source)
    return source.rational(1.5 * z)


def _nonzero(bounds: Sequence[Bound], source: Source) -> Number:
    found = _real(bounds, source)
    return found if exact_sign(found) else fmpq(source.pick((1, -1, 2)))


def _nonnegative(bounds: Sequence[Bound], source: Source) -> Number:
    found = _real(bounds, source)
    return negate(found) if exact_sign(found) < 0 else found


def _positive(_: Sequence[Bound], source: Source) -> Number:
    z = source.normal()
    if source.corner is not None:
        return (ONE, TWO, HALF)[source.corner]
    if source.is_special():
        found = _special_real(source)
        return ONE if exact_sign(found) == 0 else found if exact_sign(found) > 0 else negate(found)
    if source.is_extreme():
        return source.rational(math.exp(z)) * scale(source)
    return source.rational(math.exp(0.7 * z))


def _natural(_: Sequence[Bound], source: Source) -> fmpq:
    return fmpq(_count(source))


def _count(source: Source) -> int:
    z = source.normal()
    if source.corner is not None:
        return source.corner + 1
    whole = [int(c) + step for c in source.constants if c < MANY for step in (-1, 0, 1)]
    if source.is_special():
        return max(1, source.pick(whole or [1, 2]))
    if source.is_extreme():
        return min(DENSE + int(math.exp(1.6 * abs(z))), MANY)
    # Names are told apart by the choice; one name alone runs through 1, 2, …
    return (source.index % DENSE) + 1 if source.chance(0.5) else source.whole(1, DENSE)


def _integer(_: Sequence[Bound], source: Source) -> fmpq:
    count = _count(source) - 1
    return fmpq(count if source.chance(0.5) else -count)


def _probability(_: Sequence[Bound], source: Source) -> Number:
    u = source.rational(0.02 + 0.96 * source.fraction())
    if source.corner is not None:
        return (HALF, fmpq(1, 100), fmpq(99, 100))[source.corner]
    if source.is_special():
        inside = [c for c in source.constants if 0 < c < 1] or [HALF]
        found = source.pick((HALF, source.pick(inside), fmpq(1, source.whole(2, 12))))
        return 1 - found if source.chance(0.3) else found
    if source.is_extreme():
        found = power_of_ten(-source.whole(1, 6))
        return 1 - found if source.chance(0.5) else found
    return u


def _interval(bounds: Sequence[Bound], source: Source) -> Number:
    low, high = bounds
    if isinstance(low, Infinity) and isinstance(high, Infinity):
        return _real((), source)
    if isinstance(high, Infinity):
        assert not isinstance(low, Infinity)
        return add(low, _positive((), source))
    if isinstance(low, Infinity):
        return subtract(high, _positive((), source))
    if compare(low, high, Mode()) >= 0:
        raise EmptyDomain("the interval is empty")
    part = source.rational(0.01 + 0.98 * source.fraction(), 16)
    if source.is_special():
        inside = [c for c in _both_signs(source.constants) if _between(c, low, high)]
        if inside and source.chance(0.7):
            return source.pick(inside)
        part = source.pick((HALF, fmpq(1, 4), fmpq(1, 3)))
    elif source.is_extreme():
        part = source.pick((fmpq(1, 50), fmpq(1, 300), fmpq(1, 1000), fmpq(1, 10**6)))
        part = 1 - part if source.chance(0.5) else part
    return add(low, multiply(subtract(high, low), part))


def _closed_interval(bounds: Sequence[Bound], source: Source) -> Number:
    ends = [bound for bound in bounds if not isinstance(bound, Infinity)]
    if ends and (source.corner in (0, 1) or source.is_special()):
        return ends[(source.corner or 0) % len(ends)] if source.corner else source.pick(ends)
    if len(ends) == 2 and compare(ends[0], ends[1], Mode()) == 0:
        return ends[0]
    return _interval(bounds, source)


def _complex(_: Sequence[Bound], source: Source) -> Number:
    real, imaginary = _real((), source), _real((), source)
    if source.is_special():
        real = source.pick((real, ZERO, ONE))
    return Complex(real, imaginary) if exact_sign(imaginary) else real


def _both_signs(constants: Sequence[fmpq]) -> list[fmpq]:
    return [ZERO, *constants, *(-c for c in constants)]


def _between(x: Number, low: Bound, high: Bound) -> bool:
    mode = Mode()
    return (isinstance(low, Infinity) or compare(low, x, mode) < 0) and (
        isinstance(high, Infinity) or compare(x, high, mode) < 0
    )


def _integers(bounds: Sequence[Bound], source: Source) -> fmpq:
    if any(isinstance(bound, Infinity) for bound in bounds):
        raise EmptyDomain("a whole number from … to … needs finite bounds")
    low, high = (math.ceil(as_float(bounds[0])), math.floor(as_float(bounds[1])))
    if high < low:
        raise EmptyDomain(f"there is no whole number from {low} to {high}")
    u = source.fraction()
    if source.corner is not None:
        return fmpq((low, high, (low + high) // 2)[source.corner])
    if source.is_special():
        inside = [int(c) for c in source.constants if c.q == 1 and low <= c <= high]
        return fmpq(source.pick([low, high, *inside]))
    return fmpq(min(low + int(u * (high - low + 1)), high))


def _is_whole(x: Number) -> bool:
    return isinstance(x, fmpq) and x.q == 1


def _all_numbers(_: Number, __: Sequence[Bound]) -> bool:
    return True


def _where_sign(test: Callable[[int], bool]) -> Callable[[Number, Sequence[Bound]], bool]:
    return lambda x, _: test(exact_sign(x))


_SPECIAL = "0, ±1, constants of the claim and their neighbours, halves, multiples of π, ties"
_SCALES = "10⁻⁶ to 10⁶"

NUMBER_DOMAINS: dict[str, Domain] = {
    "real": Domain(_real, _all_numbers, "normal, scale 1.5", _SPECIAL, f"±{_SCALES}"),
    "nonzero": Domain(
        _nonzero, _where_sign(lambda s: s != 0), "normal, scale 1.5", _SPECIAL, f"±{_SCALES}"
    ),
    "positive": Domain(_positive, _where_sign(lambda s: s > 0), "around 1", _SPECIAL, _SCALES),
    "nonnegative": Domain(
        _nonnegative, _where_sign(lambda s: s >= 0), "around 1", f"0, {_SPECIAL}", _SCALES
    ),
    "natural": Domain(
        _natural,
        lambda x, _: _is_whole(x) and exact_sign(x) > 0,
        f"1 to {DENSE}",
        "constants of the claim and their neighbours",
        f"{DENSE} to {MANY}",
    ),
    "integer": Domain(
        _integer,
        lambda x, _: _is_whole(x),
        f"-{DENSE - 1} to {DENSE - 1}",
        "constants of the claim and their neighbours",
        f"up to ±{MANY}",
    ),
    "probability": Domain(
        _probability,
        lambda x, _: exact_sign(x) > 0 and exact_sign(subtract(x, ONE)) < 0,
        "uniform",
        "1/2, simple fractions, constants of the claim",
        "10⁻¹ to 10⁻⁶, and as near to 1",
    ),
    "interval": Domain(
        _interval,
        lambda x, bounds: _between(x, *bounds),
        "uniform; around 1 from a bound when the other is infinite",
        "the middle, 0, constants of the claim",
        "a millionth of the width from either end",
    ),
    "closed_interval": Domain(
        _closed_interval,
        lambda x, bounds: _within(x, *bounds),
        "uniform",
        "both ends",
        "a millionth of the width from either end",
    ),
    "complex": Domain(
        _complex,
        _all_numbers,
        "normal parts",
        f"real and imaginary ones, {_SPECIAL}",
        f"±{_SCALES}",
    ),
    "integers": Domain(
        _integers,
        lambda x, bounds: _is_whole(x) and _within(x, *bounds),
        "uniform",
        "both ends, constants of the claim",
        "as ordinary ones",
    ),
}
"""How numbers of every type are drawn."""


def _within(x: Number, low: Bound, high: Bound) -> bool:
    mode = Mode()
    return (isinstance(low, Infinity) or compare(low, x, mode) <= 0) and (
        isinstance(high, Infinity) or compare(x, high, mode) <= 0
    )


def tied(value: Number, kind: str, source: Source) -> Number:
    """Return a number that is tied to an earlier one of the same type.

    Examples
    --------
    >>> from flint import fmpq
    >>> tied(fmpq(3), "natural", Source("seed", 4))
    3
    """
    if kind == "complex":
        return value
    if kind in ("real", "nonzero") and source.chance(0.6):
        inverse = divide(ONE, value) if exact_sign(value) else value
        near = multiply(value, ONE + _SMALL_STEP)
        return source.pick((negate(value), inverse, multiply(TWO, value), near))
    if kind == "positive" and source.chance(0.4):
        near = multiply(value, ONE + _SMALL_STEP)
        return source.pick((divide(ONE, value), multiply(TWO, value), near))
    if kind == "probability" and source.chance(0.4):
        return subtract(ONE, value)
    return value
