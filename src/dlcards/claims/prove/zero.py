"""Showing that a SymPy expression is zero, the cheap ways first."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import mpmath
import sympy as sp

from dlcards.claims.prove.budget import (
    MAX_OPERATIONS,
    PROBE_DIGITS,
    PROBES,
    PROBES_NEEDED,
)
from dlcards.claims.prove.rational import TooLarge, decide, distinct_parts
from dlcards.claims.prove.signs import Facts, requirements
from dlcards.claims.prove.unknown import UnknownFunction

RIGOROUS = frozenset({"identical", "exact arithmetic"})
"""Ways that suffice alone, without the numbers."""


class NoProof(Exception):
    """No proof in this way; the claim may well be true."""


class Differs(NoProof):
    """The two sides were found to differ; reason for doubt, never a refutation."""


class WrongShape(NoProof):
    """Vectors and matrices do not fit, as happens at size 1, where a matrix counts as a number."""


def show_zero(expression: Any, facts: Facts) -> str:
    """Return the way in which an expression was shown to be zero.

    What SymPy simplifies to zero must also be zero at points on several scales.

    Parameters
    ----------
    expression : SymPy expression
    facts : Facts
        With the bounds of the symbols that SymPy's assumptions cannot express.

    Raises
    ------
    NoProof
        If it is not zero, or too large, or no way was found.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> show_zero((x + 1) ** 2 - x**2 - 2 * x - 1, Facts())
    'exact arithmetic'
    """
    if expression == 0:
        return "identical"
    _check(expression)
    try:
        decision = decide(expression)
    except TooLarge:
        decision = None
    if decision is not None and decision.zero:
        return "exact arithmetic"
    if decision is not None and decision.certain:
        raise Differs("the two sides differ")
    agreeing = _agreeing_points(expression, facts)
    if expression.has(sp.Integral):
        return _by_upper_limit(expression, facts)
    if sp.count_ops(expression) > MAX_OPERATIONS or expression.has(sp.Sum, sp.Limit):
        raise NoProof("too large to simplify")
    way = _simplify(expression)
    if agreeing < PROBES_NEEDED:
        raise NoProof("a simplification that no numbers confirm")
    return way


def _by_upper_limit(expression: Any, facts: Facts) -> str:
    """Show zero by the fundamental theorem: zero on an empty interval, with slope zero.

    That needs every value between the two limits to be one that the upper limit may take.
    """
    limits = {integral.limits for integral in expression.atoms(sp.Integral)}
    if len({limit[0][1:] for limit in limits}) != 1 or any(len(limit) != 1 for limit in limits):
        raise NoProof("integrals over different ranges")
    for integral in expression.atoms(sp.Integral):
        _check_continuous(integral)
    _, low, high = next(iter(limits))[0]
    if not high.is_Symbol or low.has(high) or high.is_integer or high in facts.bounded:
        raise NoProof("an integral that is not known")
    free = high.is_positive is None and high.is_negative is None and high.is_zero is None
    if not free and not (low == 0 and high.is_nonnegative):
        raise NoProof("an integral whose limits may lie apart")
    start = expression.subs(high, low).replace(
        lambda node: isinstance(node, sp.Integral), lambda _: sp.Integer(0)
    )
    slope = sp.diff(expression, high)
    if slope.has(sp.Integral):
        raise NoProof("an integral that is not known")
    ways = {show_zero(start, facts), show_zero(slope, facts)}
    return "fundamental theorem" if ways <= RIGOROUS else "fundamental theorem, simplified"


def _check_continuous(integral: Any) -> None:
    """Make sure that an integrand is smooth wherever it is integrated."""
    variable = integral.limits[0][0]
    try:
        needed = list(requirements(integral.function, frozenset({variable})))
    except ValueError as obstacle:
        raise NoProof(str(obstacle)) from None
    if not all(Facts().imply(needs, signs) for needs, signs in needed):
        raise NoProof("an integrand that may not be continuous")


def _check(expression: Any) -> None:
    for count, node in enumerate(distinct_parts(expression)):
        if count > 40 * MAX_OPERATIONS:
            raise NoProof("too large to simplify")
        if node in _NO_NUMBERS:
            raise NoProof("a part has no value")


_NO_NUMBERS = frozenset({sp.nan, sp.zoo, sp.oo, -sp.oo})

_STEPS: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    ("expand", sp.expand),
    ("expand log", lambda e: sp.expand(sp.expand_log(e))),
    ("cancel", lambda e: sp.cancel(sp.together(e))),
    ("rewrite exp", lambda e: sp.cancel(sp.together(sp.expand(e.rewrite(sp.exp))))),
    ("simplify", sp.simplify),
    ("rewrite exp", lambda e: sp.simplify(e.rewrite(sp.exp))),
    ("expand log", lambda e: sp.simplify(sp.expand_log(e))),
    ("powsimp", lambda e: sp.simplify(sp.powsimp(sp.expand(e)))),
    ("gammasimp", lambda e: sp.simplify(sp.gammasimp(e))),
)


def _simplify(expression: Any) -> str:
    for name, step in _STEPS:
        try:
            result = step(expression)
        except (AttributeError, NotImplementedError, sp.PolynomialError, TypeError):
            continue
        if result == 0:
            return name
        if result.has(sp.Piecewise):
            continue
        if result.count_ops() <= expression.count_ops():
            expression = result
    raise NoProof("not shown to be zero")


# -- the numbers


def _agreeing_points(expression: Any, facts: Facts) -> int:
    """Count the points at which an expression has a value, all of them zero.

    Raises
    ------
    Differs
        If it is clearly not zero at one of them.
    """
    agreeing = 0
    with mpmath.workdps(PROBE_DIGITS):
        for values in _points(expression, facts):
            try:
                result, size = _Probe(values).run(expression)
            except (_NoValue, ArithmeticError, ValueError, TypeError, RecursionError):
                continue
            if abs(result) > mpmath.mpf(10) ** -(PROBE_DIGITS // 2) * size:
                raise Differs("the two sides differ")
            agreeing += 1
    return agreeing


def _points(expression: Any, facts: Facts) -> Iterator[Mapping[Any, Any]]:
    rng = random.Random(0)  # noqa: S311 - reproducible points, no secrets
    symbols = sorted(expression.free_symbols, key=lambda symbol: str(symbol.name))
    inner = {part for bound in facts.bounded.values() for part in bound.free_symbols}
    for place in range(PROBES if symbols else PROBES_NEEDED):
        scale = (0.4, 1.0, 2.0, 0.4)[place % 4]
        free = sorted({*symbols, *inner}, key=lambda symbol: str(symbol.name))
        values = {symbol: _value(symbol, scale, rng) for symbol in free}
        for symbol in symbols:
            if symbol in facts.bounded:
                values[symbol] = mpmath.mpf(facts.bounded[symbol].evalf(PROBE_DIGITS, subs=values))
        yield values


def _value(symbol: Any, scale: float, rng: random.Random) -> Any:
    if symbol.is_integer:
        whole = rng.randint(1, 9)
        return whole if symbol.is_positive or rng.random() < 0.5 else 1 - whole
    size = mpmath.exp(mpmath.mpf(rng.gauss(0, scale)))
    if symbol.is_nonnegative or rng.random() < 0.5:
        return size
    return -size


class _NoValue(Exception):
    """The expression has a part without a plain numeric value."""


_FUNCTIONS: Mapping[Any, Callable[..., Any]] = {
    sp.exp: mpmath.exp,
    sp.log: mpmath.log,
    sp.sin: mpmath.sin,
    sp.cos: mpmath.cos,
    sp.tan: mpmath.tan,
    sp.asin: mpmath.asin,
    sp.acos: mpmath.acos,
    sp.atan: mpmath.atan,
    sp.sinh: mpmath.sinh,
    sp.cosh: mpmath.cosh,
    sp.tanh: mpmath.tanh,
    sp.Abs: abs,
    sp.erf: mpmath.erf,
    sp.gamma: mpmath.gamma,
    sp.factorial: mpmath.factorial,
    sp.binomial: mpmath.binomial,
    sp.ff: mpmath.ff,
    sp.sign: mpmath.sign,
    sp.floor: mpmath.floor,
    sp.ceiling: mpmath.ceil,
    sp.Max: lambda *xs: max(mpmath.re(x) for x in xs),
    sp.Min: lambda *xs: min(mpmath.re(x) for x in xs),
    sp.Heaviside: lambda x, at_zero: (1 if x > 0 else 0) if x else at_zero,
}


class _Probe:
    """Evaluates an expression at one point, with the size of the terms that were added."""

    def __init__(self, values: Mapping[Any, Any]) -> None:
        self._values = values
        self._memo: dict[Any, Any] = {}
        self._size = mpmath.mpf(10) ** -PROBE_DIGITS

    def run(self, expression: Any) -> tuple[Any, Any]:
        result = self._at(expression)
        return result, self._size

    def _at(self, node: Any) -> Any:
        if node not in self._memo:
            value = self._compute(node)
            if not mpmath.isfinite(value):
                raise _NoValue
            self._memo[node] = value
        return self._memo[node]

    def _compute(self, node: Any) -> Any:
        if node.is_Symbol:
            return self._values[node]
        if node.is_Rational:
            return mpmath.mpf(int(node.p)) / int(node.q)
        if node.is_number and not node.args:
            return mpmath.mpf(str(node.evalf(PROBE_DIGITS)))
        if node.is_Add:
            parts = [self._at(part) for part in node.args]
            self._size = max(self._size, *map(abs, parts))
            return sum(parts)
        if node.is_Mul:
            return mpmath.fprod([self._at(part) for part in node.args])
        if node.is_Pow:
            base, power = self._at(node.base), self._at(node.exp)
            return base ** int(power.real) if node.exp.is_Integer else mpmath.power(base, power)
        if isinstance(node, UnknownFunction):
            return self._unknown(node)
        function = _FUNCTIONS.get(node.func)
        if function is None:
            raise _NoValue
        return function(*[self._at(part) for part in node.args])

    def _unknown(self, node: Any) -> Any:
        """Give an unknown function any value, the same one for the same argument."""
        places = [mpmath.nstr(mpmath.re(self._at(part)), 9) for part in node.args]
        key = (type(node).__name__, *places)
        seed = sum(ord(sign) * 31**i % 9973 for i, sign in enumerate(repr(key)))
        size = 0.5 + random.Random(seed).random()  # noqa: S311
        return mpmath.mpf(size if node.is_positive else size - 1)
