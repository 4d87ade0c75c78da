"""Numbers that carry their slopes: forward-mode differentiation of many points at once."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from dlcards.claims.tree import Node, sym

Array: TypeAlias = npt.NDArray[np.float64]
"""One number for every point of the grid."""


class GridError(ValueError):
    """A formula that cannot be evaluated on a grid; ``node`` is the part concerned."""

    def __init__(self, message: str, node: Node) -> None:
        super().__init__(message)
        self.message = message
        self.node = node


@dataclass(frozen=True, slots=True)
class Dual:
    """A value and its slope; ``tag`` tells the variables of nested derivatives apart."""

    value: Number
    slope: Number
    tag: int


Number: TypeAlias = "Array | Dual"


def _tag(number: Number) -> int:
    return number.tag if isinstance(number, Dual) else 0


def _part(number: Number, tag: int) -> Number:
    return number.value if isinstance(number, Dual) and number.tag == tag else number


def slope_of(number: Number, tag: int) -> Number:
    """Return the slope carried for one variable; zero when there is none."""
    if isinstance(number, Dual) and number.tag == tag:
        return number.slope
    return times(constant(number), np.asarray(0.0))


def plain(number: Number) -> Array:
    """Return the value without slopes."""
    while isinstance(number, Dual):
        number = number.value
    return number


def constant(number: Number) -> Array:
    """Return the value as a constant array."""
    return np.asarray(plain(number), float)


def plus(a: Number, b: Number) -> Number:
    """Return the sum."""
    tag = max(_tag(a), _tag(b))
    if not tag:
        return np.asarray(np.asarray(a) + np.asarray(b))
    value = plus(_part(a, tag), _part(b, tag))
    return Dual(value, plus(slope_of(a, tag), slope_of(b, tag)), tag)


def minus(a: Number, b: Number) -> Number:
    """Return the difference."""
    return plus(a, times(b, np.asarray(-1.0)))


def times(a: Number, b: Number) -> Number:
    """Return the product."""
    tag = max(_tag(a), _tag(b))
    if not tag:
        return np.asarray(np.asarray(a) * np.asarray(b))
    x, y = _part(a, tag), _part(b, tag)
    if _tag(a) < tag:
        return Dual(times(x, y), times(x, slope_of(b, tag)), tag)
    if _tag(b) < tag:
        return Dual(times(x, y), times(slope_of(a, tag), y), tag)
    slope = plus(times(slope_of(a, tag), y), times(x, slope_of(b, tag)))
    return Dual(times(x, y), slope, tag)


def over(a: Number, b: Number) -> Number:
    """Return the quotient, NaN where the divisor is 0."""
    if isinstance(b, Dual):
        return times(a, power(b, np.asarray(-1.0)))
    divisor = np.where(np.asarray(b) == 0, np.nan, b)
    if isinstance(a, Dual):
        return Dual(over(a.value, b), over(a.slope, b), a.tag)
    return np.asarray(a / divisor)


def power(base: Number, exponent: Number) -> Number:
    """Return the power, NaN where it is undefined."""
    tag = max(_tag(base), _tag(exponent))
    if not tag:
        a, b = np.asarray(base, float), np.asarray(exponent, float)
        raised = np.where((a == 0) & (b < 0), np.nan, np.power(a, b))
        return np.where(np.isnan(a) | np.isnan(b), np.nan, raised)
    foot, top = _part(base, tag), _part(exponent, tag)
    value = power(foot, top)
    slope: Number = np.zeros(())
    if _tag(base) == tag:
        lower = times(top, power(foot, minus(top, np.asarray(1.0))))
        # The power 0 is constant, also at the base 0 where the rule would give 0 times 1/0.
        flat = (plain(top) == 0).astype(float)
        slope = choose(flat, np.zeros(()), times(lower, slope_of(base, tag)))
    if _tag(exponent) == tag:
        growth = times(times(value, apply_word("log", foot, None)), slope_of(exponent, tag))
        slope = plus(slope, growth)
    return Dual(value, slope, tag)


def choose(truth: Array, yes: Number, no: Number) -> Number:
    """Return ``yes`` where the truth is 1 and ``no`` where it is 0."""
    tag = max(_tag(yes), _tag(no))
    if not tag:
        chosen = np.where(truth > 0, np.asarray(yes), np.asarray(no))
        return np.where(np.isnan(truth), np.nan, chosen)
    value = choose(truth, _part(yes, tag), _part(no, tag))
    return Dual(value, choose(truth, slope_of(yes, tag), slope_of(no, tag)), tag)


def kink(chosen: Number, difference: Number) -> Number:
    """Take the slope away where two branches meet at an angle."""
    if not (isinstance(chosen, Dual) and isinstance(difference, Dual)):
        return chosen
    meet = (plain(difference) == 0) & (np.asarray(plain(difference.slope)) != 0)
    return Dual(
        chosen.value, choose(meet.astype(float), np.asarray(np.nan), chosen.slope), chosen.tag
    )


def compare(sign: str, a: Array, b: Array, slack: float = 1e-12) -> Array:
    """Return the truth of a comparison as 1, 0 or NaN."""
    difference = a - b
    truth = {
        "==": np.abs(difference) <= slack,
        "!=": np.abs(difference) > slack,
        "<": difference < 0,
        "<=": difference <= slack,
        ">": difference > 0,
        ">=": difference >= -slack,
    }[sign]
    return np.where(np.isnan(a) | np.isnan(b), np.nan, truth.astype(float))


def apply_word(name: str, x: Number, node: Node | None) -> Number:
    """Apply a word of one number."""
    if not isinstance(x, Dual):
        return np.asarray(ELEMENTWISE[name].value(np.asarray(x, float)), float)
    slope = ELEMENTWISE[name].slope
    if slope is None:
        raise GridError(f"the derivative of {name} is not known here", node or sym(name))
    return Dual(apply_word(name, x.value, node), times(slope(x.value), x.slope), x.tag)


def by_entry(function: Callable[[float], float], number: Number) -> Array:
    """Apply a function of one float to every entry."""
    return np.asarray(np.frompyfunc(function, 1, 1)(np.asarray(plain(number), float)), float)


def _vectorised(function: Callable[[float], float]) -> Callable[[Array], Array]:
    def whole(x: Array) -> Array:
        return by_entry(lambda entry: _quiet(function, entry), x)

    return whole


def _quiet(function: Callable[[float], float], x: float) -> float:
    try:
        return function(x)
    except (ValueError, OverflowError):
        return math.nan


def factorial(x: float) -> float:
    """Return n!, NaN unless n is 0, 1, 2, …."""
    whole = x >= 0 and x <= 170 and float(x).is_integer()
    return float(math.factorial(int(x))) if whole else math.nan


def binomial(n: float, k: float) -> float:
    """Return the binomial coefficient, NaN where it is undefined."""
    whole = float(n).is_integer() and float(k).is_integer() and n <= 1000
    return float(math.comb(int(n), int(k))) if whole and n >= 0 and k >= 0 else math.nan


def _digamma(x: float) -> float:
    shift = 0.0
    if x <= 0:
        return math.nan
    while x < 10:
        shift -= 1 / x
        x += 1
    tail = 1 / 12 - 1 / x**2 * (1 / 120 - 1 / x**2 * (1 / 252 - 1 / (240 * x**2)))
    return shift + math.log(x) - 1 / (2 * x) - tail / x**2


@dataclass(frozen=True, slots=True)
class _Word:
    """The value of a word of one number and its slope; None when the slope is unknown."""

    value: Callable[[Array], Array]
    slope: Callable[[Number], Number] | None


def one(value: float) -> Array:
    """Return a constant."""
    return np.asarray(value)


def _word(name: str) -> Callable[[Number], Number]:
    return lambda x: apply_word(name, x, None)


def square(x: Number) -> Number:
    """Return the square."""
    return times(x, x)


def _sigmoid(x: Array) -> Array:
    return np.where(
        x >= 0, 1 / (1 + np.exp(-np.abs(x))), np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x)))
    )


def _sigmoid_slope(x: Number) -> Number:
    s = apply_word("sigmoid", x, None)
    return times(s, minus(one(1.0), s))


def _step(x: Number) -> Number:
    plain = constant(x)
    return np.where(
        plain == 0, np.nan, np.where(np.isnan(plain), np.nan, (plain > 0).astype(float))
    )


def _flat(x: Number) -> Array:
    return np.where(np.isnan(constant(x)), np.nan, 0.0)


def _sign_slope(x: Number) -> Number:
    return np.where(constant(x) == 0, np.nan, _flat(x))


def _abs_slope(x: Number) -> Number:
    plain = constant(x)
    return np.where(plain == 0, np.nan, np.sign(plain))


def _floor_slope(x: Number) -> Number:
    plain = constant(x)
    return np.where(plain == np.floor(plain), np.nan, _flat(x))


def _ceil_slope(x: Number) -> Number:
    plain = constant(x)
    return np.where(plain == np.ceil(plain), np.nan, _flat(x))


def _asin_slope(x: Number) -> Number:
    return over(one(1.0), apply_word("sqrt", minus(one(1.0), square(x)), None))


def _erf_slope(x: Number) -> Number:
    bell = apply_word("exp", times(square(x), one(-1.0)), None)
    return times(one(2 / math.sqrt(math.pi)), bell)


def _gamma_slope(x: Number) -> Number:
    if isinstance(x, Dual):
        raise GridError("the second derivative of gamma is not known here", sym("gamma"))
    return times(apply_word("gamma", x, None), by_entry(_digamma, x))


def _log(x: Array) -> Array:
    return np.where(x > 0, np.log(np.where(x > 0, x, 1.0)), np.nan)


ELEMENTWISE: dict[str, _Word] = {
    "exp": _Word(np.exp, _word("exp")),
    "log": _Word(_log, lambda x: over(one(1.0), x)),
    "sqrt": _Word(np.sqrt, lambda x: over(one(0.5), apply_word("sqrt", x, None))),
    "sin": _Word(np.sin, _word("cos")),
    "cos": _Word(np.cos, lambda x: times(one(-1.0), apply_word("sin", x, None))),
    "tan": _Word(np.tan, lambda x: plus(one(1.0), square(apply_word("tan", x, None)))),
    "asin": _Word(np.arcsin, _asin_slope),
    "acos": _Word(np.arccos, lambda x: times(one(-1.0), _asin_slope(x))),
    "atan": _Word(np.arctan, lambda x: over(one(1.0), plus(one(1.0), square(x)))),
    "sinh": _Word(np.sinh, _word("cosh")),
    "cosh": _Word(np.cosh, _word("sinh")),
    "tanh": _Word(np.tanh, lambda x: minus(one(1.0), square(apply_word("tanh", x, None)))),
    "abs": _Word(np.abs, _abs_slope),
    "sign": _Word(np.sign, _sign_slope),
    "sigmoid": _Word(_sigmoid, _sigmoid_slope),
    "softplus": _Word(lambda x: np.logaddexp(0.0, x), _word("sigmoid")),
    "relu": _Word(lambda x: np.maximum(x, 0.0), _step),
    "floor": _Word(lambda x: np.floor(x + 1e-9), _floor_slope),
    "ceil": _Word(lambda x: np.ceil(x - 1e-9), _ceil_slope),
    "erf": _Word(_vectorised(math.erf), _erf_slope),
    "gamma": _Word(_vectorised(math.gamma), _gamma_slope),
}
"""Every word that acts on numbers entry by entry."""
