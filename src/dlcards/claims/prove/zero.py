"""Showing that a SymPy expression is zero, the cheap ways first."""

from __future__ import annotations

import cmath
import math
import random
from collections.abc import Callable, Mapping
from typing import Any

import sympy as sp

from dlcards.claims.prove.rational import TooLarge, decide
from dlcards.claims.prove.unknown import UnknownFunction

MAX_OPERATIONS = 1500
"""Larger expressions are not worth simplifying."""

PROBES = 3


class NoProof(Exception):
    """No proof in this way; the claim may well be true."""


def show_zero(expression: Any, ranges: Mapping[Any, tuple[float, float]]) -> str:
    """Return the way in which an expression was shown to be zero.

    Parameters
    ----------
    expression : SymPy expression
    ranges : mapping of Symbol to (float, float)
        Bounds of the symbols that SymPy's assumptions cannot express.

    Raises
    ------
    NoProof
        If it is not zero, or too large, or no way was found.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> show_zero((x + 1) ** 2 - x**2 - 2 * x - 1, {})
    'exact arithmetic'
    """
    if expression == 0:
        return "identical"
    _check_size(expression)
    try:
        decision = decide(expression)
    except TooLarge:
        decision = None
    if decision is not None and decision.zero:
        return "exact arithmetic"
    if decision is not None and decision.certain:
        raise NoProof("the two sides differ")
    if _differs_somewhere(expression, ranges):
        raise NoProof("the two sides differ")
    if expression.has(sp.Integral):
        return _by_upper_limit(expression, ranges)
    if sp.count_ops(expression) > MAX_OPERATIONS or expression.has(sp.Sum, sp.Limit):
        raise NoProof("too large to simplify")
    return _simplify(expression)


def _by_upper_limit(expression: Any, ranges: Mapping[Any, tuple[float, float]]) -> str:
    """Show zero by the fundamental theorem: zero on an empty interval, and of slope zero."""
    limits = {integral.limits for integral in expression.atoms(sp.Integral)}
    if len({limit[0][1:] for limit in limits}) != 1 or any(len(limit) != 1 for limit in limits):
        raise NoProof("integrals over different ranges")
    _, low, high = next(iter(limits))[0]
    if not high.is_Symbol or low.has(high):
        raise NoProof("an integral that is not known")
    start = expression.subs(high, low).replace(
        lambda node: isinstance(node, sp.Integral), lambda _: sp.Integer(0)
    )
    slope = sp.diff(expression, high)
    if slope.has(sp.Integral):
        raise NoProof("an integral that is not known")
    show_zero(start, ranges)
    show_zero(slope, ranges)
    return "fundamental theorem"


def _check_size(expression: Any) -> None:
    for count, _ in enumerate(sp.preorder_traversal(expression)):
        if count > 40 * MAX_OPERATIONS:
            raise NoProof("too large to simplify")


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
        if result.count_ops() <= expression.count_ops():
            expression = result
    raise NoProof("not shown to be zero")


def _differs_somewhere(expression: Any, ranges: Mapping[Any, tuple[float, float]]) -> bool:
    """Tell whether the expression is clearly not zero at a random point."""
    rng = random.Random(0)  # noqa: S311 - reproducible points, no secrets
    for _ in range(PROBES):
        values = {symbol: _value(symbol, ranges, rng) for symbol in _in_order(expression)}
        try:
            result, size = _Probe(values).run(expression)
        except (_NoValue, ArithmeticError, ValueError, RecursionError):
            continue
        if abs(result) > 1e-6 * (1e-3 + size):
            return True
    return False


def _in_order(expression: Any) -> list[Any]:
    return sorted(expression.free_symbols, key=lambda symbol: str(symbol.name))


def _value(
    symbol: Any, ranges: Mapping[Any, tuple[float, float]], rng: random.Random
) -> float | int:
    low, high = ranges.get(symbol, (-math.inf, math.inf))
    if symbol.is_integer:
        return rng.randint(1, 5)
    if math.isfinite(low) and math.isfinite(high):
        return low + (high - low) * (0.1 + 0.8 * rng.random())
    size = math.exp(rng.gauss(0, 0.4))
    if symbol.is_positive or symbol.is_nonnegative or rng.random() < 0.5:
        return size
    return -size


class _NoValue(Exception):
    """The expression has a part without a plain numeric value."""


_FUNCTIONS: Mapping[Any, Callable[..., complex]] = {
    sp.exp: cmath.exp,
    sp.log: cmath.log,
    sp.sin: cmath.sin,
    sp.cos: cmath.cos,
    sp.tan: cmath.tan,
    sp.asin: cmath.asin,
    sp.acos: cmath.acos,
    sp.atan: cmath.atan,
    sp.sinh: cmath.sinh,
    sp.cosh: cmath.cosh,
    sp.tanh: cmath.tanh,
    sp.Abs: abs,
    sp.erf: lambda x: math.erf(x.real),
    sp.gamma: lambda x: math.gamma(x.real),
    sp.factorial: lambda x: math.gamma(x.real + 1),
    sp.sign: lambda x: (x.real > 0) - (x.real < 0),
    sp.floor: lambda x: math.floor(x.real),
    sp.ceiling: lambda x: math.ceil(x.real),
    sp.Max: lambda *xs: max(x.real for x in xs),
    sp.Min: lambda *xs: min(x.real for x in xs),
}


class _Probe:
    """Evaluates an expression at one point, with the size of the terms that were added."""

    def __init__(self, values: Mapping[Any, float | int]) -> None:
        self._values = values
        self._memo: dict[Any, complex] = {}
        self._size = 0.0

    def run(self, expression: Any) -> tuple[complex, float]:
        result = self._at(expression)
        return result, self._size

    def _at(self, node: Any) -> complex:
        if node not in self._memo:
            value = complex(self._compute(node))
            if not cmath.isfinite(value):
                raise _NoValue
            self._memo[node] = value
        return self._memo[node]

    def _compute(self, node: Any) -> complex:
        if node.is_Symbol:
            return self._values[node]
        if node.is_number and not node.args:
            return complex(node)
        if node.is_Add:
            parts = [self._at(part) for part in node.args]
            self._size = max(self._size, *map(abs, parts))
            return sum(parts)
        if node.is_Mul:
            return math.prod([self._at(part) for part in node.args], start=1 + 0j)
        if node.is_Pow:
            base, power = self._at(node.base), self._at(node.exp)
            return base ** int(power.real) if node.exp.is_Integer else base**power
        if isinstance(node, UnknownFunction):
            return self._unknown(node)
        function = _FUNCTIONS.get(node.func)
        if function is None:
            raise _NoValue
        return function(*[self._at(part) for part in node.args])

    def _unknown(self, node: Any) -> float:
        """Give an unknown function any value, the same one for the same argument."""
        key = (node.func.__name__, *(round(self._at(part).real, 9) for part in node.args))
        seed = sum(ord(sign) * 31**i % 9973 for i, sign in enumerate(repr(key)))
        size = 0.5 + random.Random(seed).random()  # noqa: S311
        return size if node.is_positive else size - 1
