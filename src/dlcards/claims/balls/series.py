"""Sums and products over an index: finite ones term by term, infinite ones by their decay.

A series that decays geometrically is summed until its terms are negligible. One that
decays like a power, all of one sign or alternating, is extrapolated by Levin's u
transform. Both are estimates and marked as such.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence

from flint import acb, arb, fmpq

from dlcards.claims.balls.elementary import exp, log
from dlcards.claims.balls.errors import TooMuchWork, Undefined, Unsettled, Unsupported
from dlcards.claims.balls.matrices import Matrix, matmul
from dlcards.claims.balls.numbers import (
    ONE,
    ZERO,
    Complex,
    Infinity,
    Jet,
    Number,
    add,
    both_parts,
    current_precision,
    disc_around,
    is_zero,
    multiply,
    of_parts,
    precision,
    rational,
    sign,
    total,
)
from dlcards.claims.balls.point import Point
from dlcards.claims.balls.values import Value, plain
from dlcards.claims.tree import Node

MAX_TERMS = 20_000
EXTRA_BITS = 160
"""Series are summed with more bits, which the extrapolation loses."""
SMALL_TERMS = 8
"""Negligible terms in a row that end a series."""
FEWEST_TERMS = 40
NOISE = 2.0**-100
"""How much smaller than a negligible term one is that cannot be told from 0."""
SHORT, LONG = 300, 1200
"""Terms before the decay is judged, and before a series of zeros is believed to end."""
HALFWAY = 100
"""Where the terms of a series of matrices have to be on their way to nothing."""
FAR = 2**60
"""Where the power of a slow decay is measured."""
CRITICAL = 1e-12
"""How near an exponent of decay has to come to 0 or 1 to tell a divergence."""
GEOMETRIC = 0.98
LEVIN_ORDERS = (36, 44, 52)


def summed(point: Point, node: Node) -> Value:
    """Return the sum over an index, or of all entries; 0 when there is no term."""
    if len(node.args) == 1:
        return total(point.matrix(node.args[0]).entries)
    term = _term(point, node)
    lower = point.bounds(node.args[2], "the start of a sum")
    upper = point.bounds(node.args[3], "the end of a sum")
    if isinstance(lower, int) and isinstance(upper, int):
        return _finite(term, lower, upper, _added)
    return _infinite(point, term, lower, upper)


def multiplied(point: Point, node: Node) -> Value:
    """Return the product over an index, or of all entries; 1 when there is no factor."""
    if len(node.args) == 1:
        result: Number = ONE
        for x in point.matrix(node.args[0]).entries:
            result = multiply(result, x)
        return result
    term = _term(point, node)
    lower = point.bounds(node.args[2], "the start of a product")
    upper = point.bounds(node.args[3], "the end of a product")
    if isinstance(lower, int) and isinstance(upper, int):
        found = _finite(term, lower, upper, _times)
        return ONE if found is ZERO and upper < lower else found
    logarithms = _infinite(point, lambda k: _logarithm(point, _number(term(k))), lower, upper)
    return exp(_number(logarithms), point.mode)


def _logarithm(point: Point, factor: Number) -> Number:
    if isinstance(factor, Complex) and not is_zero(factor):
        return log(factor, point.mode)  # the sum may be off by turns, its exponential is not
    if sign(factor, point.mode) <= 0:
        raise Unsupported("an infinite product of factors that are not positive")
    return log(factor, point.mode)


def _term(point: Point, node: Node) -> Callable[[int], Number | Matrix]:
    body, name = node.args[0], node.args[1].name
    return lambda k: plain(point.within({name: rational(k)}, body))


def _finite(
    term: Callable[[int], Number | Matrix],
    lower: int,
    upper: int,
    join: Callable[[Number | Matrix, Number | Matrix], Number | Matrix],
) -> Number | Matrix:
    if upper - lower > MAX_TERMS:
        raise TooMuchWork("a sum of many terms")
    if upper < lower:
        return ZERO
    result = term(lower)
    for k in range(lower + 1, upper + 1):
        result = join(result, term(k))
    return result


def _added(a: Number | Matrix, b: Number | Matrix) -> Number | Matrix:
    if isinstance(a, Matrix) and isinstance(b, Matrix):
        return a.combined(b, add)
    return add(_number(a), _number(b))


def _times(a: Number | Matrix, b: Number | Matrix) -> Number | Matrix:
    if isinstance(a, Matrix) and isinstance(b, Matrix):
        return matmul(a, b)
    return multiply(_number(a), _number(b))


def _number(value: Number | Matrix) -> Number:
    if isinstance(value, Matrix):
        raise Unsupported("a series of matrices")
    return value


# Series


Term = Callable[[int], "Number | Matrix"]


def _infinite(
    point: Point, term: Term, lower: int | Infinity, upper: int | Infinity
) -> Number | Matrix:
    if isinstance(upper, int):
        if isinstance(lower, int) or lower.sign > 0:
            raise Undefined("a sum that starts at infinity")
        return series(point, lambda k: term(-k), -upper)
    if upper.sign < 0:
        return ZERO
    if isinstance(lower, int):
        return series(point, term, lower)
    if lower.sign > 0:
        raise Undefined("a sum that starts at infinity")
    return _added(series(point, term, 0), series(point, lambda k: term(-k), 1))


def series(point: Point, term: Term, start: int) -> Number | Matrix:
    """Return the sum of all terms from a start on.

    Raises
    ------
    Undefined
        If the series diverges.
    Unsettled
        If its sum could not be found.
    """
    bits = current_precision()
    point.mode.estimated = True
    negligible = arb(2) ** (10 - bits)
    with precision(bits + EXTRA_BITS):
        if isinstance(term(start), Matrix):
            return _series_of_matrices(term, start, negligible)
        return of_parts(_Series(lambda k: _number(term(k)), start, negligible).value())


def _series_of_matrices(term: Term, start: int, negligible: arb) -> Matrix:
    """Sum matrices whose entries fall geometrically, or faster, all together."""
    result: Number | Matrix = term(start)
    sizes = [_largest(result)]
    for k in range(start + 1, start + LONG):
        here = term(k)
        result = _added(result, here)
        sizes.append(_largest(here))
        recent = sizes[-SMALL_TERMS:]
        tiny = all(size < negligible * (1 + _largest(result)) for size in recent)
        if len(sizes) > FEWEST_TERMS and tiny and not sizes[-1] > sizes[-6] / 2:
            return _widened(result, 10 * sizes[-1])
        if len(sizes) == HALFWAY and sizes[-1] > negligible ** fmpq(HALFWAY, LONG):
            break
    raise Unsettled("a series of matrices that does not settle")


def _widened(value: Number | Matrix, radius: arb) -> Matrix:
    assert isinstance(value, Matrix)
    return value.map(lambda x: of_parts(disc_around(both_parts(x), radius)))


def _largest(value: Number | Matrix) -> arb:
    if not isinstance(value, Matrix):
        raise Unsettled("a series whose terms change their shape")
    size = arb(0)
    for x in value.entries:
        if isinstance(x, Jet | acb):
            raise Unsupported("a series that is differentiated or integrated")
        size = size.max(abs(both_parts(x)))
    return size.upper()


class _Series:
    def __init__(self, term: Callable[[int], Number], start: int, negligible: arb) -> None:
        self.term, self.start, self.negligible = term, start, negligible
        self.terms: list[arb | acb] = []

    def _at(self, k: int) -> arb | acb:
        value = self.term(k)
        if isinstance(value, Jet | acb):
            raise Unsupported("a series that is differentiated or integrated")
        return both_parts(value)

    def value(self) -> arb | acb:
        partial: arb | acb = arb(0)
        small = 0
        for k in range(LONG):
            term = self._at(self.start + k)
            self.terms.append(term)
            partial += term
            if not term.is_zero():
                tiny = abs(term).upper() < self.negligible * (1 + abs(partial).upper())
                small = small + 1 if tiny else 0
            if small > SMALL_TERMS and k >= FEWEST_TERMS and self._halved():
                return disc_around(partial, 10 * abs(term).upper())
            if len(self.terms) == SHORT and not term.is_zero():
                break
        else:
            return self._ended(partial)
        if small > SMALL_TERMS and self._halved():
            return disc_around(partial, 10 * abs(self.terms[-1]).upper())
        return self._by_decay(partial)

    def _halved(self) -> bool:
        last, before = self.terms[-1], self.terms[-6]
        if last.contains(0) and abs(last).upper() < self.negligible * NOISE:
            return True  # nothing but rounding is left
        return bool(before.is_zero() or abs(last) < abs(before) / 2)

    def _ended(self, partial: arb | acb) -> arb | acb:
        """Return the sum of a series whose terms seem to end."""
        if not all(term.is_zero() for term in self.terms[LONG // 6 :]):
            raise Unsettled("a series that does not settle")
        for k in range(11, 25):
            for place in (2**k, 2**k + 1, 2**k - 1, 3 * 2**k):
                try:
                    seldom = not self._at(self.start + place).is_zero()
                except TooMuchWork:  # a large factorial: this far is far enough
                    return partial
                if seldom:
                    raise Unsettled("a series whose terms are seldom")
        return partial

    def _far(self, k: int) -> arb | acb:
        try:
            return self._at(self.start + k)
        except TooMuchWork:
            raise Unsettled("a series that does not settle") from None

    def _by_decay(self, partial: arb | acb) -> arb | acb:
        ratios = [
            abs(self.terms[i + 1] / self.terms[i])
            for i in (100, 200, 290)
            if not self.terms[i].contains(0)
        ]
        if len(ratios) < 3:
            raise Unsettled("a series that does not settle")
        if ratios[-1] > 1.02:
            if abs(ratios[-1] / ratios[-2] - 1) < 0.02:
                raise Undefined("a series that diverges")
            raise Unsettled("a series whose terms still grow")
        if ratios[-1] < GEOMETRIC and abs(ratios[-1] - ratios[-2]) < 0.01:
            return self._geometric(partial)
        return self._power_law()

    def _geometric(self, partial: arb | acb) -> arb | acb:
        for k in range(len(self.terms), 40 * SHORT):
            term = self._at(self.start + k)
            partial += term
            size = abs(term).upper()
            if size < self.negligible * (1 + abs(partial).upper()):
                return disc_around(partial, 100 * size)
        raise Unsettled("a series that converges slowly")

    def _power_law(self) -> arb | acb:
        recent = self.terms[200:290]
        turning = any(isinstance(term, acb) for term in recent)
        positive = [isinstance(term, arb) and term > 0 for term in recent]
        one_sign = not turning and (all(positive) or not any(positive))
        alternating = all(a != b for a, b in itertools.pairwise(positive))
        near = _decay(self.terms[120], self.terms[240])
        if not near > 1.001:
            self._check_convergence(one_sign)
        if one_sign or alternating or turning:
            found = [levin(self.terms, order) for order in LEVIN_ORDERS]
            gap, before = (abs(b - a).upper() for a, b in itertools.pairwise(found[::-1]))
            if gap < arb(10) ** -12 * (1 + abs(found[-1])) and gap <= before:
                return disc_around(found[-1], 1000 * gap + 4 * _radius(found[-1]))
        raise Unsettled("a series that does not settle")

    def _check_convergence(self, one_sign: bool) -> None:
        """Raise Undefined when the decay, measured far out, shows a divergent series."""
        far = _decay(self._far(FAR), self._far(2 * FAR))
        if far < CRITICAL:
            raise Undefined("a series whose terms do not tend to 0")
        if one_sign and far < 1 + CRITICAL:
            raise Undefined("a series that diverges")
        if not far > 0:
            raise Unsettled("a series that does not settle")


def _decay(at: arb | acb, at_double: arb | acb) -> arb:
    """Return p of terms that decay like k**-p, from two places, one twice the other."""
    if at.contains(0) or at_double.contains(0):
        raise Unsettled("a series that does not settle")
    return (abs(at) / abs(at_double)).log() / arb.const_log2()


def _radius(x: arb | acb) -> arb:
    return x.real.rad() + x.imag.rad() if isinstance(x, acb) else x.rad()


def levin(terms: Sequence[arb | acb], order: int) -> arb | acb:
    """Return Levin's u transform of the partial sums of a series.

    D. Levin, Development of non-linear transformations for improving convergence of
    sequences, 1973.

    Examples
    --------
    >>> with precision(300):
    ...     print(levin([arb(1) / (k + 1) ** 2 for k in range(60)], 44).str(15, radius=False))
    1.64493406684823
    """
    numerator: arb | acb = arb(0)
    denominator, partial = numerator, numerator
    for j in range(order + 1):
        term = terms[j]
        partial += term
        if j == 0 or term.contains(0):
            continue
        weight = arb(j + 1) ** (order - 2) / term * math.comb(order, j) * (-1) ** j
        numerator += weight * partial
        denominator += weight
    return numerator / denominator
