"""Deciding whether a rational expression is zero, by exact polynomial arithmetic.

Every part that is not rational (``exp(x)``, ``f(x)``, ``sqrt(y)``) counts as one
more unknown, so that "zero" is a proof; "not zero" is one too when there was no
such part. Denominators are kept in factors: the determinant below every entry of an
inverse matrix stays one factor.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import lcm
from typing import Any

import sympy as sp
from sympy.polys.rings import ring

from dlcards.claims.prove.budget import MAX_POWER, MAX_TERMS, MAX_UNKNOWNS, MAX_WORK


class TooLarge(Exception):
    """The polynomials outgrow what is worth trying."""


@dataclass(frozen=True, slots=True)
class Fraction:
    """A polynomial over a product of powers of polynomials."""

    numerator: Any
    factors: Mapping[Any, int]


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether an expression is zero, and whether "no" is certain."""

    zero: bool
    certain: bool


def decide(expression: Any) -> Decision:
    """Decide whether an expression is identically zero.

    Raises
    ------
    TooLarge
        If the polynomials would have too many terms.

    Examples
    --------
    >>> x = sp.Symbol("x")
    >>> decide(1 / (1 + x) - (1 - x) / (1 - x**2))
    Decision(zero=True, certain=True)
    >>> decide(sp.sin(x) ** 2 + sp.cos(x) ** 2 - 1)
    Decision(zero=False, certain=False)
    """
    return _Converter(expression).decide()


class _Converter:
    def __init__(self, expression: Any) -> None:
        self._expression = expression
        self._scale = _exponent_denominators(expression)
        self._unknowns: dict[Any, Any] = {}
        self._memo: dict[Any, Fraction] = {}
        self._seen: set[Any] = set()
        self._work = 0
        self._closed = True
        names = list(dict.fromkeys(self._atoms(expression)))
        if len(names) > MAX_UNKNOWNS:
            raise TooLarge
        self._ring, *generators = ring([f"g{i}" for i in range(max(1, len(names)))], sp.QQ)
        self._unknowns = dict(zip(names, generators, strict=False))

    def decide(self) -> Decision:
        numerator = self._convert(self._expression).numerator
        return Decision(not numerator, self._closed)

    def _atoms(self, node: Any) -> Iterator[Any]:
        """Yield the unknowns; anything but a symbol makes a "no" uncertain."""
        if node.is_Rational or node in self._seen:
            return
        self._seen.add(node)
        if node.is_Add or node.is_Mul:
            for part in node.args:
                yield from self._atoms(part)
        elif node.is_Pow and node.exp.is_Integer and abs(node.exp) <= MAX_POWER:
            yield from self._atoms(node.base)
        elif isinstance(node, sp.exp):
            self._closed = False
            for term, _ in self._exponents(node):
                yield sp.exp(term)
        elif node.is_Pow and node.exp.is_Rational and abs(node.exp.p) <= MAX_POWER:
            self._closed = False
            yield node.base ** sp.Rational(1, node.exp.q)
        else:
            self._closed = self._closed and node.is_Symbol
            yield node

    def _exponents(self, node: Any) -> Iterator[tuple[Any, int]]:
        """Split ``exp(2*x + y/3)`` into unknowns with whole powers."""
        for term in sp.Add.make_args(sp.expand(node.args[0])):
            number, rest = term.as_coeff_Mul()
            if not number.is_Rational:
                number, rest = sp.Integer(1), term
            scale = self._scale.get(rest, 1)
            power = number * scale
            if abs(power) > MAX_POWER:
                raise TooLarge
            yield rest / scale, int(power)

    def _convert(self, node: Any) -> Fraction:
        if node not in self._memo:
            self._memo[node] = self._converted(node)
        return self._memo[node]

    def _converted(self, node: Any) -> Fraction:
        if node.is_Rational:
            return Fraction(self._ring(sp.QQ(node.p, node.q)), {})
        if node.is_Add:
            return self._sum([self._convert(part) for part in node.args])
        if node.is_Mul:
            return self._product([self._convert(part) for part in node.args])
        if node.is_Pow and node.exp.is_Integer and abs(node.exp) <= MAX_POWER:
            return self._power(self._convert(node.base), int(node.exp))
        if isinstance(node, sp.exp):
            parts = [
                self._power(Fraction(self._unknowns[sp.exp(term)], {}), power)
                for term, power in self._exponents(node)
            ]
            return self._product(parts)
        if node.is_Pow and node.exp.is_Rational and abs(node.exp.p) <= MAX_POWER:
            root = Fraction(self._unknowns[node.base ** sp.Rational(1, node.exp.q)], {})
            return self._power(root, int(node.exp.p))
        return Fraction(self._unknowns[node], {})

    def _times(self, a: Any, b: Any) -> Any:
        self._work += len(a) * len(b)
        if self._work > MAX_WORK:
            raise TooLarge
        product = a * b
        if len(product) > MAX_TERMS:
            raise TooLarge
        return product

    def _raised(self, a: Any, power: int) -> Any:
        result = self._ring.one
        for _ in range(power):
            result = self._times(result, a)
        return result

    def _product(self, parts: list[Fraction]) -> Fraction:
        numerator: Any = self._ring.one
        factors: dict[Any, int] = {}
        for part in parts:
            for factor, power in part.factors.items():
                factors[factor] = factors.get(factor, 0) + power
        for part in sorted(parts, key=lambda p: len(p.numerator)):
            rest = part.numerator
            if factors.get(rest):
                factors[rest] -= 1
                continue
            numerator = self._times(numerator, rest)
        return Fraction(numerator, {f: power for f, power in factors.items() if power})

    def _power(self, base: Fraction, power: int) -> Fraction:
        if power >= 0:
            factors = {factor: n * power for factor, n in base.factors.items() if n * power}
            return Fraction(self._raised(base.numerator, power), factors)
        if not base.numerator:
            raise TooLarge
        numerator = self._ring.one
        for factor, n in base.factors.items():
            numerator = self._times(numerator, self._raised(factor, -n * power))
        if base.numerator.is_ground:
            return Fraction(numerator * (sp.QQ(1) / base.numerator.LC) ** -power, {})
        return Fraction(numerator, {base.numerator: -power})

    def _sum(self, parts: list[Fraction]) -> Fraction:
        common: dict[Any, int] = {}
        for part in parts:
            for factor, power in part.factors.items():
                common[factor] = max(common.get(factor, 0), power)
        total: Any = self._ring.zero
        groups: dict[tuple[tuple[Any, int], ...], Any] = {}
        for part in parts:
            missing = tuple(
                (factor, power - part.factors.get(factor, 0))
                for factor, power in common.items()
                if power > part.factors.get(factor, 0)
            )
            groups[missing] = groups.get(missing, self._ring.zero) + part.numerator
        for missing, numerator in groups.items():
            extended = numerator
            for factor, power in missing:
                extended = self._times(extended, self._raised(factor, power))
            total = total + extended
        return Fraction(total, common if total else {})


def _exponent_denominators(expression: Any) -> dict[Any, int]:
    """Return, for every term found in an exponent, the denominator its powers share."""
    scale: dict[Any, int] = {}
    for node in (part for part in distinct_parts(expression) if isinstance(part, sp.exp)):
        for term in sp.Add.make_args(sp.expand(node.args[0])):
            number, rest = term.as_coeff_Mul()
            if number.is_Rational:
                scale[rest] = lcm(scale.get(rest, 1), int(number.q))
    return scale


def distinct_parts(expression: Any) -> Iterator[Any]:
    """Yield every part of an expression once, however often it occurs."""
    seen: set[Any] = set()
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            yield node
            waiting.extend(node.args)
