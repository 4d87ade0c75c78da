"""The values of these words, with error bars."""

from __future__ import annotations

from collections.abc import Mapping

from dlcards.claims.balls.elementary import (
    ACOS,
    ASIN,
    ATAN,
    COS,
    COSH,
    ERF,
    EXP,
    GAMMA_FUNCTION,
    LOG,
    SIGMOID,
    SIN,
    SINH,
    SOFTPLUS,
    SQRT,
    TAN,
    TANH,
    Function,
    absolute,
    ceil,
    floor,
    maximum,
    sign_of,
)
from dlcards.claims.balls.numbers import ZERO
from dlcards.claims.balls.point import Reading
from dlcards.claims.balls.readings import entry_by_entry

ENTRYWISE: Mapping[str, Function] = {
    "exp": EXP,
    "log": LOG,
    "sqrt": SQRT,
    "sin": SIN,
    "cos": COS,
    "tan": TAN,
    "asin": ASIN,
    "acos": ACOS,
    "atan": ATAN,
    "tanh": TANH,
    "sinh": SINH,
    "cosh": COSH,
    "abs": absolute,
    "sign": sign_of,
    "sigmoid": SIGMOID,
    "softplus": SOFTPLUS,
    "relu": lambda x, mode: maximum(x, ZERO, mode),
    "erf": ERF,
    "gamma": GAMMA_FUNCTION,
    "floor": floor,
    "ceil": ceil,
}
"""Functions of one number, applied to every entry of a vector or matrix."""

WORDS: Mapping[str, Reading] = {
    **{word: entry_by_entry(function) for word, function in ENTRYWISE.items()},
}
