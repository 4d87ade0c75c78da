"""Bounds for the tail of an improper integral or series, from the form of its formula.

Far out, at t >= 1, most formulas obey abs(f(t)) <= size * t**power * exp(rate*t + curve*t**2).
Such a bound is found by walking over the formula; it makes the rest of an integral or
sum a proven number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flint import acb, arb, fmpq

from dlcards.claims.balls.errors import NoValue
from dlcards.claims.balls.numbers import Jet, real_ball
from dlcards.claims.balls.point import Point
from dlcards.claims.balls.values import as_number
from dlcards.claims.tree import Node, walk

MAX_DEGREE = 40


@dataclass(frozen=True, slots=True)
class Growth:
    """abs(f(t)) <= size * t**power * exp(rate*t + curve*t**2) for t >= 1."""

    size: arb
    power: int = 0
    rate: arb = arb(0)  # noqa: RUF009  # an exact constant
    curve: arb = arb(0)  # noqa: RUF009

    def __mul__(self, other: Growth) -> Growth:
        return Growth(
            self.size * other.size,
            self.power + other.power,
            self.rate + other.rate,
            self.curve + other.curve,
        )

    def __add__(self, other: Growth) -> Growth:
        return Growth(
            self.size + other.size,
            max(self.power, other.power),
            self.rate.max(other.rate),
            self.curve.max(other.curve),
        )

    def at(self, t: arb) -> arb:
        """Return the bound at one place."""
        return self.size * t**self.power * (self.rate * t + self.curve * t * t).exp()

    def integral(self, start: arb) -> arb | None:
        """Return a bound for the integral from a start, at least 1, to infinity.

        The logarithm of the bound is concave, so beyond the start it lies below its tangent.

        Examples
        --------
        >>> print(Growth(arb(1), rate=arb(-1)).integral(arb(10)).str(6, radius=False))
        4.53999e-5
        """
        if not start >= 1 or not self.curve <= 0:
            return None
        fall = -(self.rate + 2 * self.curve * start + max(self.power, 0) / start)
        if fall > 0:
            return _upper(self.at(start) / fall)
        if self.rate.is_zero() and self.curve.is_zero() and self.power < -1:
            return _upper(self.size * start ** (self.power + 1) / (-self.power - 1))
        return None

    def sum(self, start: int) -> arb | None:
        """Return a bound for the sum over start, start + 1, … of a bound that falls."""
        here = arb(start)
        if not self.curve <= 0:
            return None
        ratio = (1 + 1 / here) ** max(self.power, 0) * (
            self.rate + self.curve * (2 * here + 1)
        ).exp()
        return _upper(self.at(here) / (1 - ratio)) if ratio < 1 else None


def _upper(x: arb) -> arb | None:
    return x.upper() if x.is_finite() else None


CONSTANT = Growth(arb(1))


@dataclass(frozen=True, slots=True)
class Bound:
    """What is known of a formula for t >= 1.

    Parameters
    ----------
    growth : Growth
    polynomial : tuple of arb or None
        Its coefficients when it is a polynomial in t.
    """

    growth: Growth
    polynomial: tuple[arb, ...] | None = None


def of_polynomial(coefficients: Sequence[arb]) -> Bound:
    """Return the bound of a polynomial in t."""
    size = arb(0)
    for c in coefficients:
        size += abs(c)
    return Bound(Growth(size, len(coefficients) - 1), tuple(coefficients))


def growth(point: Point, node: Node, variables: Mapping[str, Bound]) -> Growth | None:
    """Return a bound for a formula in which names stand for functions of t, if one is found."""
    try:
        found = _Walk(point, variables).bound(point.expanded(node))
    except NoValue:
        return None
    if found is None or not found.growth.size.is_finite():
        return None
    return found.growth


@dataclass(frozen=True, slots=True)
class _Walk:
    point: Point
    variables: Mapping[str, Bound]

    def bound(self, node: Node) -> Bound | None:
        if not any(part.op == "sym" and part.name in self.variables for part in walk(node)):
            return self._constant(node)
        if node.op == "sym":
            return self.variables[node.name]
        if node.op in ("rel", "and", "not"):
            return Bound(CONSTANT)
        reader = _OPERATORS.get(node.op)
        if reader is not None:
            return self._applied(reader, node)
        if node.op == "pow":
            return self._power(node)
        if node.op == "div":
            return self._quotient(node)
        return self._word(node) if node.op == "call" else None

    def _constant(self, node: Node) -> Bound | None:
        value = as_number(self.point.evaluate(node))
        return None if isinstance(value, Jet | acb) else of_polynomial([real_ball(value)])

    def _applied(self, reader: Callable[..., Bound | None], node: Node) -> Bound | None:
        found = [self.bound(arg) for arg in node.args]
        return None if any(arg is None for arg in found) else reader(*found)

    def _word(self, node: Node) -> Bound | None:
        if node.name in _BOUNDED:
            return Bound(Growth(arb(2)))
        if node.name == "cases":
            values = [self.bound(arg) for arg in [*node.args[:-1:2], node.args[-1]]]
            return _together(values)
        if node.name in ("max", "min") and len(node.args) == 2:
            return _together([self.bound(arg) for arg in node.args])
        reader = _WORDS.get(node.name)
        return None if reader is None or len(node.args) != 1 else self._applied(reader, node)

    def _power(self, node: Node) -> Bound | None:
        inner = self.bound(node.args[0])
        exponent = as_number(self.point.evaluate(node.args[1]))
        if inner is None or not isinstance(exponent, fmpq):
            return None
        return self._repeated(inner, node.args[1]) or _real_power(inner, exponent)

    def _repeated(self, inner: Bound | None, power: Node) -> Bound | None:
        """Bound a whole power of what has a bound."""
        exponent = as_number(self.point.evaluate(power))
        if inner is None or not isinstance(exponent, fmpq):
            return None
        if exponent.q != 1 or not 0 <= exponent <= MAX_DEGREE:
            return None
        result: Bound | None = of_polynomial([arb(1)])
        for _ in range(int(exponent.p)):
            result = None if result is None else _product(result, inner)
        return result

    def _quotient(self, node: Node) -> Bound | None:
        above, under = self.bound(node.args[0]), self._inverse(node.args[1])
        return None if above is None or under is None else _product(above, under)

    def _inverse(self, node: Node) -> Bound | None:
        """Bound 1 over a formula."""
        if node.op == "neg":
            return self._inverse(node.args[0])
        if node.op == "mul":
            left, right = map(self._inverse, node.args)
            return None if left is None or right is None else _product(left, right)
        if node.op == "call" and node.name == "exp":
            return self._applied(lambda u: _exp(_negative(u)), node)
        inner = self.bound(node)
        found = None if inner is None else _real_power(inner, fmpq(-1))
        if found is None and node.op == "pow":
            return self._repeated(self._inverse(node.args[0]), node.args[1])
        if found is None and node.op in ("add", "sub"):
            first, second = node.args
            return self._inverse_of_sum(first, second) or self._inverse_of_sum(second, first)
        return found

    def _inverse_of_sum(self, leading: Node, other: Node) -> Bound | None:
        """Bound 1 over a sum whose first part is the larger one: exp(t) - 1."""
        inverse, rest = self._inverse(leading), self.bound(other)
        if inverse is None or rest is None:
            return None
        ratio = inverse.growth * rest.growth
        if ratio.power > 0 or not (ratio.rate <= 0 and ratio.curve <= 0):
            return None
        largest = ratio.at(arb(1))
        return Bound(inverse.growth * Growth(1 / (1 - largest))) if largest < 1 else None


def _together(values: Sequence[Bound | None]) -> Bound | None:
    result: Bound | None = None
    for value in values:
        if value is None:
            return None
        result = value if result is None else Bound(result.growth + value.growth)
    return None if result is None else Bound(result.growth)


def _sum(a: Bound, b: Bound) -> Bound:
    if a.polynomial is not None and b.polynomial is not None:
        size = max(len(a.polynomial), len(b.polynomial))
        p, q = (
            [*(x.polynomial or ()), *[arb(0)] * (size - len(x.polynomial or ()))] for x in (a, b)
        )
        return of_polynomial([x + y for x, y in zip(p, q, strict=True)])
    return Bound(a.growth + b.growth)


def _negative(a: Bound) -> Bound:
    return Bound(a.growth, None if a.polynomial is None else tuple(-c for c in a.polynomial))


def _product(a: Bound, b: Bound) -> Bound | None:
    if a.polynomial is None or b.polynomial is None:
        return Bound(a.growth * b.growth)
    if len(a.polynomial) + len(b.polynomial) > MAX_DEGREE:
        return None
    result = [arb(0)] * (len(a.polynomial) + len(b.polynomial) - 1)
    for i, x in enumerate(a.polynomial):
        for j, y in enumerate(b.polynomial):
            result[i + j] += x * y
    return of_polynomial(result)


def _exp(a: Bound) -> Bound | None:
    if a.polynomial is not None and len(a.polynomial) <= 3:
        c, rate, curve = [*a.polynomial, arb(0), arb(0)][:3]
        return Bound(Growth(c.exp(), 0, rate, curve))
    g = a.growth
    if g.power <= 0 and g.rate <= 0 and g.curve <= 0:
        return Bound(Growth(g.size.exp()))
    return None


def _real_power(a: Bound, exponent: fmpq) -> Bound | None:
    """Bound a power of a polynomial without negative coefficients, between c*t**n and s*t**n."""
    p = a.polynomial
    if p is None or not all(c >= 0 for c in p) or not p[-1] > 0:
        return None
    degree = (len(p) - 1) * exponent
    size = a.growth.size if exponent > 0 else p[-1]
    return Bound(Growth(size ** arb(exponent), int(-((-degree.p) // degree.q))))


def _logarithm(a: Bound) -> Bound | None:
    p = a.polynomial
    if p is None or not all(c >= 0 for c in p):
        return None
    at_one = sum(p, arb(0))
    return Bound(a.growth) if at_one >= 1 else None  # 0 <= log(x) <= x for x >= 1


_OPERATORS: Mapping[str, Callable[..., Bound | None]] = {
    "add": _sum,
    "sub": lambda a, b: _sum(a, _negative(b)),
    "neg": _negative,
    "mul": _product,
}

_BOUNDED = frozenset({"sin", "cos", "tanh", "sigmoid", "erf", "sign", "ind", "atan"})

_WORDS: Mapping[str, Callable[[Bound], Bound | None]] = {
    "exp": _exp,
    "abs": lambda a: Bound(a.growth),
    "relu": lambda a: Bound(a.growth),
    "floor": lambda a: Bound(a.growth + CONSTANT),
    "ceil": lambda a: Bound(a.growth + CONSTANT),
    "softplus": lambda a: Bound(a.growth + CONSTANT),
    "sqrt": lambda a: Bound(a.growth + CONSTANT),
    "log": _logarithm,
}
