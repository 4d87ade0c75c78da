"""The values of these words in floats, for many points at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from dlcards.claims.judge.numeric.linear import by_entry, log
from dlcards.claims.judge.numeric.values import Array


def _gamma(x: float) -> float:
    try:
        return math.gamma(x)
    except (ValueError, OverflowError):
        return math.nan


def _sqrt(x: Array) -> Array:
    return np.sqrt(np.where(x >= 0, x, np.nan))


def _within_one(x: Array) -> Array:
    return np.where(np.abs(x) <= 1, x, np.nan)


def _sigmoid(x: Array) -> Array:
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, small) / (1.0 + small)


ENTRYWISE: Mapping[str, Callable[[Array], Array]] = {
    "exp": np.exp,
    "log": log,
    "sqrt": _sqrt,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "asin": lambda x: np.arcsin(_within_one(x)),
    "acos": lambda x: np.arccos(_within_one(x)),
    "atan": np.arctan,
    "tanh": np.tanh,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "abs": np.abs,
    "sign": np.sign,
    "sigmoid": _sigmoid,
    "softplus": lambda x: np.logaddexp(0.0, x),
    "relu": lambda x: np.maximum(x, 0.0),
    "erf": by_entry(math.erf),
    "gamma": by_entry(_gamma),
    "floor": lambda x: np.floor(x + 1e-9),
    "ceil": lambda x: np.ceil(x - 1e-9),
}
"""Of one number, applied to every entry; NaN where undefined."""

UNDEFINED: Mapping[str, str] = {
    "log": "the logarithm of a number that is not positive",
    "sqrt": "the square root of a negative number",
    "tan": "the tangent of an odd multiple of a right angle",
    "asin": "an angle whose sine is beyond 1",
    "acos": "an angle whose cosine is beyond 1",
    "gamma": "the gamma function of 0, a negative whole number or a large number",
}
"""What to say where a word is undefined."""
