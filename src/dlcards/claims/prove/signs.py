"""The sign of a SymPy expression, as far as types and hypotheses imply it.

Nothing is sampled: a sign is the result of rules for sums, products, powers and a few
functions, applied to the signs of the symbols and to what is known of whole expressions
(the determinant of an invertible matrix is not zero, a variance is not negative).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import sympy as sp

from dlcards.claims.prove.budget import MAX_FACTOR
from dlcards.claims.prove.unknown import UnknownFunction

Signs: TypeAlias = frozenset[int]
"""The signs a number may have: a subset of -1, 0 and 1."""

ANY: Signs = frozenset({-1, 0, 1})
POSITIVE: Signs = frozenset({1})
NEGATIVE: Signs = frozenset({-1})
NONNEGATIVE: Signs = frozenset({0, 1})
NONZERO: Signs = frozenset({-1, 1})
ZERO: Signs = frozenset({0})

SMOOTH_ODD = (sp.sinh, sp.tanh, sp.atan, sp.asinh, sp.erf, sp.asin, sp.sign)
"""Functions that have the sign of their argument."""

_BOUNDED = (sp.sin, sp.cos, sp.tanh, sp.erf, sp.sign)
"""Functions with values from -1 to 1."""


@dataclass(slots=True)
class Facts:
    """What is known of symbols and expressions.

    Parameters
    ----------
    known : dict of expression to Signs
        Signs of whole expressions, from the types of matrices and vectors, from laws and
        from the hypotheses of the statement.
    bounded : dict of Symbol to expression
        For a symbol between two bounds, the same number written with positive symbols.
    waiting : list of iterators
        Facts that take long to write out, such as determinants, until they are needed.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> Facts().signs(x**2 + 2*x + 2) == POSITIVE
    True
    >>> sorted(Facts().signs(x - 1))
    [-1, 0, 1]
    """

    known: dict[Any, Signs] = field(default_factory=dict)
    bounded: dict[Any, Any] = field(default_factory=dict)
    waiting: list[Iterator[tuple[Any, Signs]]] = field(default_factory=list)
    _memo: dict[Any, Signs] = field(default_factory=dict)

    def learn(self, expression: Any, signs: Signs) -> None:
        """Take the sign of an expression as known."""
        expression = sp.expand(expression)
        if expression.is_number:
            return
        self._memo.clear()
        self.known[expression] = self.known.get(expression, ANY) & signs
        base, power = expression.as_base_exp()
        if power.is_Integer and power > 1 and 0 not in signs:
            self.known[base] = self.known.get(base, ANY) & NONZERO

    def with_bounds(self, bounded: Mapping[Any, Any]) -> Facts:
        """Return the same facts with more symbols between bounds."""
        return Facts(self.known, {**self.bounded, **bounded}, self.waiting)

    def signs(self, expression: Any) -> Signs:
        """Return the signs an expression may have."""
        if expression not in self._memo:
            found = self._found(expression)
            self._memo[expression] = found
        return self._memo[expression]

    def _found(self, expression: Any) -> Signs:
        found = self._by_rules(expression)
        if len(found) > 1 and self.waiting:
            while self.waiting:
                for fact, signs in self.waiting.pop():
                    self.learn(fact, signs)
            found = self._by_rules(expression)
        if len(found) == 1 or not self._worth_factoring(expression):
            return found
        written_out = expression.subs(self.bounded, simultaneous=True)
        if written_out.has(sp.nan, sp.zoo, sp.oo, -sp.oo):
            return found
        factored = sp.factor(sp.together(written_out))
        return found & self._by_factors(factored)

    def imply(self, expression: Any, signs: Signs) -> bool:
        """Tell whether an expression surely has one of these signs."""
        return self.signs(expression) <= signs

    def _worth_factoring(self, expression: Any) -> bool:
        return bool(expression.free_symbols) and sp.count_ops(expression) <= MAX_FACTOR

    def _by_factors(self, factored: Any) -> Signs:
        result = POSITIVE
        for factor in sp.Mul.make_args(factored):
            base, power = factor.as_base_exp()
            if not (power.is_Integer and base.is_Add):
                result = product(result, self._by_rules(factor))
                continue
            signs = self._by_rules(base)
            for attempt in (self._by_facts, self._as_polynomial):
                if len(signs) > 1:
                    signs = signs & attempt(base)
            result = product(result, _power(signs, int(power)))
        return result

    # Rules

    def _by_rules(self, node: Any) -> Signs:
        known = self._looked_up(node)
        if len(known) == 1:
            return known
        return known & self._by_structure(node)

    def _looked_up(self, node: Any) -> Signs:
        if not self.known:
            return ANY
        if node in self.known:
            return self.known[node]
        if -node in self.known:
            return frozenset(-sign for sign in self.known[-node])
        return ANY

    def _by_structure(self, node: Any) -> Signs:
        if node.is_number:
            return _of_number(node)
        if node.is_Symbol:
            return _of_symbol(node)
        if node.is_Add:
            added = total([self._by_rules(part) for part in node.args])
            return added & self._by_size(node) & self._of_power_less_one(node)
        if node.is_Mul:
            result = POSITIVE
            for part in node.args:
                result = product(result, self._by_rules(part))
            return result
        if isinstance(node, (sp.exp, sp.cosh, sp.gamma, sp.factorial)):
            # The last two are positive where the evaluator lets them stand.
            return POSITIVE
        if node.is_Pow:
            return self._of_power(node)
        if isinstance(node, sp.Abs):
            return frozenset(abs(sign) for sign in self.signs(node.args[0]))
        if isinstance(node, SMOOTH_ODD):
            return self.signs(node.args[0])
        if isinstance(node, sp.log):
            return self.signs(node.args[0] - 1)
        if isinstance(node, sp.Max):
            return _largest([self.signs(arg) for arg in node.args])
        if isinstance(node, sp.Min):
            return negated(_largest([negated(self.signs(arg)) for arg in node.args]))
        if isinstance(node, UnknownFunction):
            return POSITIVE if node.positive else ANY
        return ANY

    def _of_power(self, node: Any) -> Signs:
        if node.exp.is_Integer:
            return _power(self.signs(node.base), int(node.exp))
        base = self.signs(node.base)
        if base == POSITIVE:
            return POSITIVE
        # Where a root has a value, the value is not negative.
        return NONNEGATIVE if node.exp.is_Rational or base <= NONNEGATIVE else ANY

    def _by_size(self, node: Any) -> Signs:
        """Compare a constant with the bounded terms added to it, as in ``2 + sin(x)``."""
        constant, slack = sp.Integer(0), sp.Integer(0)
        for part in node.args:
            number, rest = part.as_coeff_Mul()
            if rest == 1:
                constant += number
            elif isinstance(rest, _BOUNDED) and number.is_Rational:
                slack += abs(number)
            else:
                return ANY
        if not constant.is_Rational or slack == 0:
            return ANY
        if abs(constant) > slack:
            return POSITIVE if constant > 0 else NEGATIVE
        if abs(constant) == slack:
            return NONNEGATIVE if constant > 0 else negated(NONNEGATIVE)
        return ANY

    def _of_power_less_one(self, node: Any) -> Signs:
        """Compare a power with 1, as in ``1 - p**n``."""
        if len(node.args) != 2 or not (node.has(1) or node.has(-1)):
            return ANY
        for one, sign in ((sp.Integer(1), -1), (sp.Integer(-1), 1)):
            if one in node.args:
                power = sp.powsimp(sign * (node - one), force=False)
                base, exponent = power.as_base_exp()
                if not (exponent.is_Symbol and exponent.is_positive):
                    return ANY
                if self.signs(base) == POSITIVE:
                    return product(self.signs(base - 1), frozenset({sign}))
        return ANY

    def _as_polynomial(self, base: Any) -> Signs:
        symbols = sorted(base.free_symbols, key=str)
        if not base.is_polynomial(*symbols):
            return ANY
        shifted = base
        for symbol in symbols:
            if symbol.is_integer and symbol.is_positive:
                rest = sp.Symbol(f"rest_{symbol.name}", integer=True, nonnegative=True)
                shifted = shifted.subs(symbol, rest + 1)
        found = self._by_rules(sp.expand(shifted))
        for symbol in symbols:
            if len(found) > 1:
                found = found & self._as_quadratic(base, symbol)
        return found

    def _as_quadratic(self, base: Any, symbol: Any) -> Signs:
        polynomial = sp.Poly(base, symbol)
        if polynomial.degree() != 2:
            return ANY
        a, b, c = polynomial.all_coeffs()
        leading = self._by_rules(a)
        discriminant = self._by_rules(sp.factor(b**2 - 4 * a * c))
        if len(leading) != 1 or leading == ZERO:
            return ANY
        if discriminant == NEGATIVE:
            return leading
        return leading | ZERO if discriminant <= negated(NONNEGATIVE) else ANY

    def _by_facts(self, base: Any) -> Signs:
        """Compare with what is known: a multiple of it, a divisor of it, or more than it."""
        found = ANY
        bare = Facts()  # without the facts, so that none is explained by itself
        for fact, signs in self.known.items():
            if not fact.free_symbols & base.free_symbols:
                continue
            ratio = sp.cancel(base / fact)
            of_ratio = bare.signs(ratio)
            if len(of_ratio) == 1:
                found = found & product(of_ratio, signs)
            elif 0 not in signs and sp.fraction(ratio)[0].is_number:
                found = found & NONZERO
            if 1 in signs and -1 not in signs:
                rest = bare.signs(sp.expand(base - fact))
                if rest <= NONNEGATIVE:
                    found = found & total([rest, signs])
        return found


def _of_number(node: Any) -> Signs:
    if node.is_zero:
        return ZERO
    if node.is_positive:
        return POSITIVE
    return NEGATIVE if node.is_negative else ANY


def _of_symbol(node: Any) -> Signs:
    found = ANY
    for signs, truth in (
        (POSITIVE, node.is_positive),
        (NEGATIVE, node.is_negative),
        (NONNEGATIVE, node.is_nonnegative),
        (NONZERO, node.is_zero is False),
    ):
        if truth:
            found = found & signs
    return found


def product(a: Signs, b: Signs) -> Signs:
    """Return the signs of a product."""
    return frozenset(x * y for x in a for y in b)


def negated(signs: Signs) -> Signs:
    """Return the signs of the opposite number."""
    return frozenset(-sign for sign in signs)


def total(parts: list[Signs]) -> Signs:
    """Return the signs of a sum.

    Examples
    --------
    >>> sorted(total([NONNEGATIVE, POSITIVE]))
    [1]
    """
    union = frozenset().union(*parts)
    if {-1, 1} <= union:
        return ANY
    if union == ZERO:
        return ZERO
    side = POSITIVE if 1 in union else NEGATIVE
    return side if side in parts else union | ZERO


def _largest(parts: list[Signs]) -> Signs:
    """Return the signs of the largest of some numbers."""
    low = max(min(signs) for signs in parts)
    return frozenset(sign for signs in parts for sign in signs if sign >= low)


def _power(base: Signs, power: int) -> Signs:
    if power < 0:
        base = base - {0}  # where the power has a value at all
    return frozenset(sign ** abs(power) for sign in base)


def requirements(expression: Any, variables: frozenset[Any]) -> Iterator[tuple[Any, Signs]]:
    """Yield what must hold for an expression to be smooth in some of its symbols.

    Parameters
    ----------
    variables : frozenset of Symbol
        Parts without them are constants, which may be anything that has a value.

    Raises
    ------
    ValueError
        If a part is not known to be smooth anywhere.
    """
    for node in sp.preorder_traversal(expression):
        if not node.free_symbols & variables:
            continue
        if isinstance(node, UnknownFunction) and not node.smooth:
            raise ValueError(f"{node.stem} is not known to be smooth")
        if node.is_Symbol or node.is_Add or node.is_Mul or isinstance(node, _ENTIRE):
            continue
        if isinstance(node, (sp.Integral, sp.Tuple)):
            continue  # over an unknown smooth function, between bounds that are checked as parts
        if node.is_Pow:
            yield from _smooth_power(node)
        elif isinstance(node, (sp.log, sp.gamma)):
            yield node.args[0], POSITIVE
        elif isinstance(node, (sp.Abs, sp.sign)):
            yield node.args[0], NONZERO
        elif isinstance(node, (sp.Max, sp.Min)) and len(node.args) == 2:
            yield node.args[0] - node.args[1], NONZERO
        elif isinstance(node, (sp.asin, sp.acos)):
            yield 1 - node.args[0] ** 2, POSITIVE
        elif isinstance(node, sp.tan):
            yield sp.cos(node.args[0]), NONZERO
        else:
            raise ValueError(f"{node.func.__name__} is not known to be smooth")


_ENTIRE = (
    sp.exp,
    sp.sin,
    sp.cos,
    sp.sinh,
    sp.cosh,
    sp.tanh,
    sp.atan,
    sp.asinh,
    sp.erf,
    UnknownFunction,
)


def _smooth_power(node: Any) -> Iterator[tuple[Any, Signs]]:
    if node.exp.is_Integer:
        if node.exp < 0:
            yield node.base, NONZERO
    elif not (node.exp.is_integer and node.exp.is_nonnegative):
        # A natural power is smooth everywhere, any other one where its base is positive.
        yield node.base, POSITIVE


def defined(expression: Any) -> Iterator[tuple[Any, Signs]]:
    """Yield what must hold for a closed form to have a value and be continuous there.

    Raises
    ------
    ValueError
        If a part is not known to be continuous anywhere.
    """
    for node in sp.preorder_traversal(expression):
        if not node.args or node.is_Add or node.is_Mul or isinstance(node, _ENTIRE):
            continue
        if node.is_Pow and node.exp.is_Rational and node.exp > 0:
            if not node.exp.is_Integer:
                yield node.base, NONNEGATIVE
        elif node.is_Pow:
            yield from _smooth_power(node)
        elif isinstance(node, (sp.log, sp.gamma)):
            yield node.args[0], POSITIVE
        elif isinstance(node, (sp.asin, sp.acos)):
            yield 1 - node.args[0] ** 2, NONNEGATIVE
        elif not isinstance(node, (sp.Abs, sp.Max, sp.Min)):
            raise ValueError(f"{node.func.__name__} is not known to be continuous")
