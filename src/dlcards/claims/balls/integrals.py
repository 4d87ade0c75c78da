"""Integrals, by the certified quadrature of Arb (Petras' algorithm).

The variable of an integral is a complex ball. Kinks and jumps are told apart by the
analytic flag of :class:`.numbers.Mode`: where a ball meets one, the function is not
finite there and the interval is halved. An improper integral is a sum over blocks that
double; its rest is bounded by :mod:`.tails` where that can be, else estimated.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from flint import acb, arb, fmpq

from dlcards.claims.balls.errors import (
    Undefined,
    Unsettled,
    Unsupported,
)
from dlcards.claims.balls.logarithms import without_logarithms
from dlcards.claims.balls.matrices import Matrix
from dlcards.claims.balls.numbers import (
    ONE,
    ZERO,
    Complex,
    Infinity,
    Jet,
    Mode,
    Number,
    add,
    coefficient,
    complex_ball,
    complex_number,
    current_precision,
    divide,
    imaginary_part,
    multiply,
    radius_around,
    rational,
    real_ball,
    real_part,
    subtract,
)
from dlcards.claims.balls.pieces import Piece, pieces
from dlcards.claims.balls.point import Point
from dlcards.claims.balls.polynomials import polynomial, whole_power
from dlcards.claims.balls.tails import CONSTANT, Bound, Growth, growth, of_polynomial
from dlcards.claims.balls.values import Value, as_number, plain
from dlcards.claims.tree import Node

Integrand: TypeAlias = Callable[[Number], "Number | Matrix"]
NumberIntegrand: TypeAlias = Callable[[Number], Number]
Tail: TypeAlias = Callable[[arb, int], "arb | None"]
"""A bound for the integral of abs(f) from R to oo (sign 1) or from -R to -oo (sign -1)."""

FIRST_EVALUATIONS = 2000
"""Enough for a smooth integrand; one that is still not finite then has a singular place."""
MAX_EVALUATIONS = 30_000
OUTER_EVALUATIONS = 400
"""Around another integral."""
INNER_EVALUATIONS = 120
"""Inside another integral at a place."""
ROUGH_EVALUATIONS = 12
"""Inside another integral whose variable is a wide ball."""
MAX_INTERVALS = 4000
MAX_GOAL_BITS, CLOSE_GOAL_BITS = 90, 640
"""Integrals are found to half the bits of balls, and no more than these; the second closely."""
SEARCH_EVALUATIONS = 60
"""Enough to see whether an integrand is bounded on an interval."""
SEARCH_STEPS = 64
MAX_SPLITS = 3
"""How often an interval is halved that has singular places in both halves."""
MAX_BLOCKS = 70
MAX_UNPROVED = 8
"""A tail without a bound from 2**8 on is taken to have none at all."""
FEWEST_BLOCKS = 24
"""Blocks before small ones may end an integral: the mass of t**(10**6)*(1 - t) lies that near 1."""
FEWEST_GROWING = 64
"""Blocks before a divergence is told from the last of them."""
GROWING = 8
ONE_BLOCK = 6
"""Up to 2**6 an infinite integral is one block."""


def no_tail(start: arb, sign: int) -> arb | None:
    """Bound no tail."""
    return None


def integral(point: Point, node: Node) -> Value:
    """Return an integral of a formula over a variable."""
    name = node.args[1].name
    lower, upper = _bound(point, node.args[2]), _bound(point, node.args[3])
    body = without_logarithms(point, point.expanded(node.args[0]), [name])
    parts = pieces(point, body, name, lower, upper)
    return added(_over_piece(point, part, name) for part in parts)


def _over_piece(point: Point, piece: Piece, name: str) -> Number | Matrix:
    exact = _of_polynomial(point, piece, name)
    if exact is not None:
        return exact

    def at(z: Number) -> Number | Matrix:
        return plain(point.within({name: z}, piece.node))

    def variable(sign: int) -> Bound:
        return of_polynomial([arb(0), arb(sign)])

    return integrate(
        point, at, piece.lower, piece.upper, tail_of(point, piece.node, name, variable, CONSTANT)
    )


def _of_polynomial(point: Point, piece: Piece, name: str) -> Number | None:
    """Return the integral of a polynomial between finite bounds by its primitive."""
    if isinstance(piece.lower, Infinity) or isinstance(piece.upper, Infinity):
        return None
    found = polynomial(point, piece.node, frozenset({name}))
    if found is None:
        return None
    result: Number = ZERO
    for monomial, factor in found.items():
        power = 1 + (monomial[0][1] if monomial else 0)
        ends = [whole_power(end, power) for end in (piece.upper, piece.lower)]
        result = add(result, divide(multiply(factor, subtract(*ends)), rational(power)))
    return result


def tail_of(
    point: Point, node: Node, name: str, variable: Callable[[int], Bound], weight: Growth
) -> Tail:
    """Return bounds for the tails of a formula times a weight.

    Parameters
    ----------
    variable : callable
        The name as a function of t >= 1 on either side.
    """

    def tail(start: arb, sign: int) -> arb | None:
        if sign not in growths:
            found = growth(point, node, {name: variable(sign)})
            growths[sign] = None if found is None else found * weight
        known = growths[sign]
        return None if known is None else known.integral(start)

    growths: dict[int, Growth | None] = {}
    return tail


def added(values: Iterable[Number | Matrix]) -> Number | Matrix:
    """Return the sum of numbers, or of matrices of one shape."""
    result: Number | Matrix = ZERO
    for value in values:
        result = plus(result, value)
    return result


def plus(a: Number | Matrix, b: Number | Matrix) -> Number | Matrix:
    """Return the sum of two values; 0 may stand for a matrix of zeros."""
    if isinstance(a, Matrix):
        return a.combined(b, add) if isinstance(b, Matrix) else a
    if isinstance(b, Matrix):
        return b
    return add(a, b)


def _bound(point: Point, node: Node) -> Number | Infinity:
    value = point.evaluate(node)
    return value if isinstance(value, Infinity) else as_number(value)


def integrate(
    point: Point,
    at: Integrand,
    lower: Number | Infinity,
    upper: Number | Infinity,
    tail: Tail = no_tail,
) -> Number | Matrix:
    """Return the integral of a function between bounds, entry by entry for a matrix.

    Parameters
    ----------
    tail : callable
        Bounds the integral of abs(f) beyond a number, or returns None.

    Raises
    ------
    Undefined
        If the integral diverges, or the function is undefined inside.
    Unsettled
        If its value could not be found.
    """
    if isinstance(lower, Jet) or isinstance(upper, Jet):
        return _moving_bounds(point, at, lower, upper)
    if isinstance(lower, acb) or isinstance(upper, acb):
        return _complex_bounds(point, at, lower, upper)
    if isinstance(lower, fmpq) and isinstance(upper, fmpq) and lower == upper:
        return ZERO
    if not point.integrals:
        point.nested = False
    with point.integrating():
        return _integrated(point, at, lower, upper, tail)


def _integrated(
    point: Point,
    at: Integrand,
    lower: Number | Infinity,
    upper: Number | Infinity,
    tail: Tail,
) -> Number | Matrix:
    probe = at(_inside(lower, upper))
    if isinstance(probe, Matrix):
        rows, columns = probe.shape
        return Matrix(
            [
                [
                    _coefficients(point, _entry(at, i, j), probe.rows[i][j], lower, upper, tail)
                    for j in range(columns)
                ]
                for i in range(rows)
            ]
        )

    def number_at(z: Number) -> Number:
        return as_number(at(z))

    return _coefficients(point, number_at, probe, lower, upper, tail)


def _entry(at: Integrand, i: int, j: int) -> NumberIntegrand:
    def pick(z: Number) -> Number:
        value = at(z)
        return value.rows[i][j] if isinstance(value, Matrix) else value

    return pick


def _inside(lower: Number | Infinity, upper: Number | Infinity) -> acb:
    """Return a number between two bounds that is nothing special."""
    if isinstance(lower, Infinity):
        if isinstance(upper, Infinity):
            return acb(arb(fmpq(1, 3)))
        return acb(real_ball(upper) + lower.sign * arb(fmpq(4, 3)))
    if isinstance(upper, Infinity):
        return acb(real_ball(lower) + upper.sign * arb(fmpq(4, 3)))
    return acb(real_ball(lower) * arb(fmpq(2, 5)) + real_ball(upper) * arb(fmpq(3, 5)))


def _coefficients(
    point: Point,
    at: NumberIntegrand,
    probe: Number,
    lower: Number | Infinity,
    upper: Number | Infinity,
    tail: Tail,
) -> Number:
    """Integrate a number; a jet coefficient by coefficient, a complex one part by part."""
    if isinstance(probe, Complex):
        return complex_number(
            _coefficients(point, lambda z: real_part(at(z)), probe.real, lower, upper, no_tail),
            _coefficients(
                point, lambda z: imaginary_part(at(z)), probe.imag, lower, upper, no_tail
            ),
        )
    if not isinstance(probe, Jet):
        return _Quadrature(point, at, tail).between(lower, upper)
    parts: list[Number] = []
    for k, part in enumerate(probe.coefficients):

        def pick(z: Number, k: int = k) -> Number:
            return coefficient(at(z), k)

        parts.append(_coefficients(point, pick, part, lower, upper, no_tail))
    return Jet(parts, probe.level)


def _moving_bounds(
    point: Point, at: Integrand, lower: Number | Infinity, upper: Number | Infinity
) -> Number:
    """Integrate between bounds that are jets: the primitive is composed with them."""
    inner_lower = coefficient(lower, 0) if isinstance(lower, Jet) else lower
    inner_upper = coefficient(upper, 0) if isinstance(upper, Jet) else upper
    result = as_number(integrate(point, at, inner_lower, inner_upper))
    if isinstance(upper, Jet):
        result = add(result, _primitive_step(point, at, upper))
    if isinstance(lower, Jet):
        result = subtract(result, _primitive_step(point, at, lower))
    return result


def _primitive_step(point: Point, at: Integrand, end: Jet) -> Number:
    """Return the integral from the value of a jet at t = 0 to the jet."""
    order = len(end.coefficients) - 1
    point.level += 1
    level = point.level
    try:
        start = end.coefficients[0]
        value = as_number(at(Jet([start, ONE, *[ZERO] * (order - 1)], level)))
    finally:
        point.level -= 1
    series = value.coefficients if isinstance(value, Jet) and value.level == level else [value]
    step: Number = Jet([ZERO, *end.coefficients[1:]], end.level)
    power = step
    result: Number = ZERO
    for k, x in enumerate(series):
        result = add(result, multiply(divide(x, rational(k + 1)), power))
        power = multiply(power, step)
    return result


def _complex_bounds(
    point: Point, at: Integrand, lower: Number | Infinity, upper: Number | Infinity
) -> Number | Matrix:
    """Integrate between bounds that an outer integral runs over, on a fixed interval."""
    if isinstance(lower, Infinity) or isinstance(upper, Infinity):
        raise Unsupported("an improper integral whose bound is integrated over")
    start, width = lower, subtract(upper, lower)

    def moved(s: Number) -> Number | Matrix:
        value = at(add(start, multiply(width, s)))
        if isinstance(value, Matrix):
            return value.map(lambda x: multiply(width, x))
        return multiply(width, value)

    return integrate(point, moved, ZERO, ONE)


@dataclass(slots=True)
class _Quadrature:
    """Integrals of one function of one number.

    Attributes
    ----------
    scale : arb
        The length of a short interval, 1 for others: errors are small beside it.
    problems : list of Exception
        Why the function has no value inside, if so.
    """

    point: Point
    at: NumberIntegrand
    tail: Tail
    scale: arb = field(default_factory=lambda: arb(1))
    problems: list[Exception] = field(default_factory=list)

    def between(self, lower: Number | Infinity, upper: Number | Infinity) -> Number:
        """Return the integral: real, or complex inside another integral."""
        if self.inner:
            self.point.nested = True
        found = self._between(lower, upper)
        if self.inner:
            return found
        if not found.imag.contains(0):
            raise Undefined("an integrand that is undefined inside the interval")
        return found.real

    @property
    def inner(self) -> bool:
        """Whether the integrand depends on the variable of another integral."""
        return self.point.integrals > 1

    @property
    def goal(self) -> int:
        """Bits to which an integral should be found."""
        most = CLOSE_GOAL_BITS if self.point.mode.closely else MAX_GOAL_BITS
        return min(current_precision() // 2 - 8, most)

    def _between(self, lower: Number | Infinity, upper: Number | Infinity) -> acb:
        if isinstance(lower, Infinity):
            if isinstance(upper, Infinity):
                if lower.sign == upper.sign:
                    raise Undefined("an integral from infinity to infinity")
                right = self._half_line(arb(0), Infinity(1))
                left = self._half_line(arb(0), Infinity(-1))
                return right - left if lower.sign < 0 else left - right
            return -self._half_line(real_ball(upper), lower)
        if isinstance(upper, Infinity):
            return self._half_line(real_ball(lower), upper)
        start, end = real_ball(lower), real_ball(upper)
        self.scale = abs(end - start).upper().min(arb(1))
        return self._finite(start, end)

    def _half_line(self, start: arb, end: Infinity) -> acb:
        middle = start + end.sign
        return self._finite(start, middle) + self._to_infinity(middle, end)

    def _call(self, z: acb, analytic: bool) -> acb:
        mode: Mode = self.point.mode
        before = mode.analytic
        mode.analytic = analytic or before
        try:
            return complex_ball(self.at(z))
        except Undefined as problem:
            if z.imag.is_zero():
                self.problems.append(problem)
        except (Unsettled, ZeroDivisionError):
            pass
        except Exception as problem:  # noqa: BLE001  # flint would turn it into a SystemError
            self.problems.append(problem)
        finally:
            mode.analytic = before
        return acb(arb.nan())

    # Between finite ends

    def _quadrature(self, start: arb, end: arb, evaluations: int) -> acb:
        bits = self.goal
        found = acb.integral(
            self._call,
            start,
            end,
            rel_tol=arb(2) ** -bits,
            abs_tol=arb(2) ** -(bits + 10) * self.scale,
            eval_limit=evaluations,
            depth_limit=MAX_INTERVALS,
            use_heap=True,
        )
        if self.problems:
            raise self.problems[0]
        return found

    def _block(self, start: arb, end: arb) -> acb:
        if self.inner:
            wide = self.point.mode.analytic
            return self._quadrature(start, end, ROUGH_EVALUATIONS if wide else INNER_EVALUATIONS)
        if self.point.nested:
            return self._quadrature(start, end, OUTER_EVALUATIONS)
        found = self._quadrature(start, end, FIRST_EVALUATIONS)
        if _is_narrow(found, self.goal) or not found.is_finite():
            return found
        return self._quadrature(start, end, MAX_EVALUATIONS)

    def _is_bounded(self, start: arb, end: arb) -> bool:
        return self._quadrature(start, end, SEARCH_EVALUATIONS).is_finite()

    def _finite(self, start: arb, end: arb, splits: int = MAX_SPLITS) -> acb:
        found = self._block(start, end)
        if found.is_finite() and (self.inner or _is_useful(found)):
            return found
        if self.inner or self.point.nested:
            raise Unsettled("a double integral that needs more evaluations")
        middle = ((start + end) / 2).mid()
        if splits and not (self._is_bounded(start, middle) or self._is_bounded(middle, end)):
            left = self._finite(start, middle, splits - 1)
            return left + self._finite(middle, end, splits - 1)
        low, high = self._singular_place(start, end)
        if low.overlaps(start) or high.overlaps(end):
            place = start if low.overlaps(start) else end
            return self._from_singular(place, start, end, MAX_BLOCKS)
        return self._from_singular(((low + high) / 2).mid(), start, end, SEARCH_STEPS // 2)

    def _singular_place(self, start: arb, end: arb) -> tuple[arb, arb]:
        """Return a short interval in which the integrand has no bound."""
        low, high = start, end
        for _ in range(SEARCH_STEPS):
            middle = ((low + high) / 2).mid()
            if self._is_bounded(low, middle):
                low = middle
            else:
                high = middle
        if self._is_bounded(low, high):
            raise Unsettled("an integral that needs more evaluations")
        return low, high

    def _from_singular(self, place: arb, start: arb, end: arb, blocks: int) -> acb:
        """Integrate over both sides of a singular place, or the one there is."""
        result = acb(0)
        if not start.overlaps(place):
            result += self._towards(start, place, blocks)
        if not end.overlaps(place):
            result -= self._towards(end, place, blocks)
        return result

    # To infinity

    def _to_infinity(self, start: arb, end: Infinity) -> acb:
        """Integrate up to where the rest is proved to be negligible, if that can be proved."""
        found = self._negligible(end, arb(2) ** -(self.goal + 10))
        for _ in range(2):
            if found is None:
                break
            exponent, rest = found
            result = self._doubling(start, end.sign, exponent) + _disc(rest)
            tiny = abs(result).upper() * arb(2) ** -self.goal
            if rest <= tiny:
                return result
            found = self._negligible(end, tiny)
        return self._towards(start, end) if found is None else result

    def _negligible(self, end: Infinity, tiny: arb) -> tuple[int, arb] | None:
        """Return the power of two beyond which the rest is less than a bound, and the rest."""
        for exponent in range(MAX_BLOCKS):
            rest = self.tail(arb(2) ** exponent, end.sign)
            if rest is None and exponent > MAX_UNPROVED:
                return None
            if rest is not None and rest <= tiny:
                return exponent, rest
        return None

    def _doubling(self, start: arb, sign: int, exponent: int) -> acb:
        """Integrate up to a power of two, beyond a few by blocks that double."""
        result, here = acb(0), start
        for k in [*range(ONE_BLOCK, exponent), exponent]:
            there = sign * arb(2) ** k
            if sign * (there - here) > 0:
                result, here = result + self._finite(here, there), there
        return result

    def _towards(self, start: arb, end: arb | Infinity, blocks: int = MAX_BLOCKS) -> acb:
        """Integrate towards infinity by blocks that double, towards a singular end by halves."""
        if self.inner:
            raise Unsettled("an improper integral inside an integral")
        parts: list[arb] = []
        result, here = acb(0), start
        for k in range(1, blocks + 1):
            there = (
                start + end.sign * (arb(2) ** k - 1)
                if isinstance(end, Infinity)
                else end - (end - start) / arb(2) ** k
            )
            found = self._block(here, there)
            if not found.is_finite():
                found = self._quadrature(here, there, MAX_EVALUATIONS)
            if not found.is_finite():
                raise Unsettled("an integral over several singular places")
            if not _is_useful(found) and abs(found) > arb(10) ** -25:
                raise Unsettled("an integral that needs more evaluations")
            if not found.imag.contains(0):
                raise Undefined("an integrand that is undefined inside the interval")
            parts.append(found.real)
            result, here = result + found, there
            if self._vanished(parts, result):
                self.point.mode.estimated = True
                return result + _disc(4 * abs(parts[-1]).upper() + abs(result).upper() * _TINY)
            _check_growth(parts, min(FEWEST_GROWING, blocks - 2))
        return acb(self._extrapolated(parts))

    def _vanished(self, parts: Sequence[arb], result: acb) -> bool:
        """Tell whether the last blocks are negligible."""
        tiny = arb(2) ** (5 - self.goal) * (1 + abs(result).upper())
        enough = len(parts) > FEWEST_BLOCKS
        return enough and all(abs(part).upper() < tiny for part in parts[-3:])

    def _extrapolated(self, parts: Sequence[arb]) -> arb:
        found = accelerated(parts)
        if found is None or not found[1] < arb(10) ** -13 * (1 + abs(found[0])):
            raise Unsettled("an improper integral that converges too slowly")
        self.point.mode.estimated = True
        value, gap = found
        return radius_around(value, 1000 * gap + arb(2) ** -60)


_TINY = arb(2) ** -60


def _disc(radius: arb) -> acb:
    """Return a ball around 0."""
    ball = arb(0, radius.abs_upper())
    return acb(ball, ball)


def _check_growth(parts: Sequence[arb], fewest: int) -> None:
    """Tell a divergent integral by blocks that do not shrink.

    Raises
    ------
    Undefined
        If the last of many blocks had one sign and each were as large as the one before.
    """
    last = parts[-GROWING:]
    if len(parts) < fewest or any(part.contains(0) for part in last):
        return
    ratios = [b / a for a, b in itertools.pairwise(last)]
    if all(ratio > 1 - arb(10) ** -14 for ratio in ratios):
        raise Undefined("an integral that diverges")


def _is_narrow(found: acb, goal: int) -> bool:
    """Tell whether an integral was found as well as it was asked for."""
    radius = found.real.rad()
    return found.is_finite() and bool(
        radius <= arb(2) ** (4 - goal) * (arb(10) ** -6 + abs(found.real.mid()))
    )


def _is_useful(found: acb) -> bool:
    """Tell whether an integral is known well enough to be worth anything."""
    return bool(found.real.rad() < arb(10) ** -12 * (1 + abs(found.real.mid())))


def accelerated(parts: Sequence[arb]) -> tuple[arb, arb] | None:
    """Return the limit of partial sums by repeated Aitken steps, and its doubt."""
    sums = [x.mid() for x in itertools.accumulate(parts)][-13:]
    found = []
    while len(sums) >= 3:
        sums = [_aitken(*sums[i : i + 3]) for i in range(len(sums) - 2)]
        found.append(sums[-1])
    pairs = [(abs(b - a).upper(), b) for a, b in itertools.pairwise(found)]
    best: tuple[arb, arb] | None = None
    for gap, value in pairs:
        if best is None or gap < best[1]:
            best = value, gap
    return best


def _aitken(a: arb, b: arb, c: arb) -> arb:
    bend = (c - b) - (b - a)
    return c.mid() if bend.contains(0) else (c - (c - b) ** 2 / bend).mid()
