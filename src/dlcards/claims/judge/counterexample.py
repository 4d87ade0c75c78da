"""Words for a point at which a claim is false or undefined."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dlcards.claims.judge.numeric.evaluate import names_in
from dlcards.claims.judge.numeric.point import Scope, Value
from dlcards.claims.judge.numeric.values import Array, Matrix
from dlcards.claims.tree import Node
from dlcards.claims.unparser import formula_text

_SHOWN = 3
"""Rows and columns of a matrix that are written out."""


def show_value(value: Value) -> str:
    """Write a value shortly: ``0.37``, ``[1, -0.5]``, ``[[1, 0], [0, 1]]``.

    Examples
    --------
    >>> show_value(Matrix(np.array([[1.0], [0.25]])))
    '[1, 0.25]'
    >>> show_value(Matrix(np.eye(5)))
    '[[1, 0, 0, …], [0, 1, 0, …], [0, 0, 1, …], …]'
    """
    if isinstance(value, Matrix):
        entries = value.entries.reshape(-1, *value.entries.shape[-2:])[0]
        if value.is_vector:
            return _listed([_digits(x) for x in entries[:, 0]], _SHOWN + 2)
        rows = [_listed([_digits(x) for x in row], _SHOWN) for row in entries]
        return _listed(rows, _SHOWN)
    return _digits(np.asarray(value, float).ravel()[0])


def _listed(parts: list[str], most: int) -> str:
    shown = parts if len(parts) <= most else [*parts[:most], "…"]
    return f"[{', '.join(shown)}]"


def _digits(number: float) -> str:
    return f"{number:.3g}"


def show_law(name: str, values: Array, weights: Array) -> str:
    """Write the values a random number takes, with their probabilities.

    Examples
    --------
    >>> show_law("X", np.array([2.0, 5.0, 2.0]), np.array([0.25, 0.5, 0.25]))
    'X = 2 or 5 (chances 0.5, 0.5)'
    """
    if values.ndim > 1:
        return ""
    palette, places = np.unique(values, return_inverse=True)
    if len(palette) > 2 * _SHOWN:
        return ""
    chances = np.bincount(places.ravel(), weights)
    numbers = " or ".join(_digits(x) for x in palette)
    if len(palette) == 1:
        return f"{name} = {numbers} always"
    return f"{name} = {numbers} (chances {', '.join(_digits(x) for x in chances)})"


def show_sides(a: Matrix | Array, b: Matrix | Array, sign: str) -> str:
    """Write the two sides at the place where they disagree most."""
    if not isinstance(a, Matrix) and not isinstance(b, Matrix) and (np.ndim(a) or np.ndim(b)):
        x, y = np.broadcast_arrays(a, b)
        gap = {"<=": x - y, "<": x - y, ">=": y - x, ">": y - x}.get(sign, np.abs(x - y))
        place = np.unravel_index(int(np.argmax(gap)), gap.shape)
        a, b = np.asarray(x[place]), np.asarray(y[place])
    left, right = show_value(a), show_value(b)
    if left == right and not isinstance(a, Matrix) and not isinstance(b, Matrix):
        left, right = f"{float(a):.12g}", f"{float(b):.12g}"
    return f"left {left}, right {right}"


def missing_hypothesis(part: Node, reason: str, scope: Scope) -> str:
    """Suggest the declaration under which a part of a formula would be defined."""
    inner = part.args[1] if part.op == "div" else part
    names = sorted(names_in(inner, scope))
    kinds = {name: scope.types[name].name for name in names}
    wanted = next((w for words, w in _HYPOTHESES if words in reason), {})
    hints = [
        f"{name}: {wanted[kind].format(*map(formula_text, scope.types[name].args))}"
        for name, kind in kinds.items()
        if kind in wanted
    ]
    return f"declare {' or '.join(hints)}" if hints else ""


_HYPOTHESES: tuple[tuple[str, Mapping[str, str]], ...] = (
    (
        "division",
        {
            "real": "nonzero or positive",
            "nonnegative": "positive",
            "integer": "natural",
            "vector": "nonconstant({0}) or positive_vector({0})",
        },
    ),
    ("logarithm", {"real": "positive", "nonnegative": "positive", "vector": "positive_vector({})"}),
    ("square root", {"real": "nonnegative or positive", "vector": "positive_vector({})"}),
    ("power", {"real": "positive", "nonnegative": "positive", "vector": "positive_vector({})"}),
    (
        "singular",
        {
            "square": "invertible({})",
            "symmetric": "spd({})",
            "psd": "spd({})",
            "matrix": "fullrank({}, {})",
        },
    ),
    ("kink", {"real": "nonzero or positive", "vector": "positive_vector({})"}),
    ("vector", {"vector": "simplex({})"}),
)
