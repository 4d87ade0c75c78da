"""Expectations of one continuous variable through an expression with jumps or kinks.

Gauss nodes are exact for smooth expressions only. Where an expression compares or
takes absolute values, the places where it breaks are found first, and each piece is
integrated against the density by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from dlcards.claims.judge.canonical import expanded
from dlcards.claims.judge.numeric.point import Point, Value, names_in
from dlcards.claims.judge.numeric.values import Array, Matrix, NeedsLoop, NumericError
from dlcards.claims.tree import Node, call, sym
from dlcards.claims.words.calculus.arrays import quadrature

CONTINUOUS = frozenset({"Normal", "Exponential", "Uniform"})

_AVERAGES = frozenset({"E", "P", "Var", "Cov", "Corr", "H", "MI"})
_ROUGH = frozenset({"log", "sqrt", "sigmoid", "tanh", "softplus", "atan"})
_BREAKS = {
    "Normal": (-12.0, -4.0, 0.0, 4.0, 12.0),
    "Exponential": (0.0, 5.0, 20.0, 60.0),
    "Uniform": (0.0, 0.5, 1.0),
}
"""Where pieces end, in units of the law; what lies outside weighs less than 1e-25."""

_SEARCH = 801
_HALVINGS = 60


def broken_variable(point: Point, body: Node, condition: Node | None) -> str | None:
    """Return the continuous name through which an expression has jumps or kinks, if any.

    Raises
    ------
    NumericError
        If several random names meet in such an expression.
    """
    if point.law is None:
        return None
    nodes = [expanded(n, point.scope) for n in (body, condition) if n is not None]
    random = {name for n in nodes for name in _names(n) if name in point.law.values}
    continuous = {n for n in random if point.scope.types[n].name in CONTINUOUS}
    breaks = [d for n in nodes for d in _differences(n) if names_in(d, point.scope) & continuous]
    rough = any(_is_rough(part, continuous) for n in nodes for part in _outside(n))
    if not breaks and not (rough and len(random) == 1):
        return None
    if len(random) > 1 or point.law_depth is not None:
        raise NumericError(
            "an event or kink in several random numbers, one of them continuous, is not summed"
            " exactly; write it as an integral of the density"
        )
    return next(iter(random))


def _is_rough(part: Node, names: set[str]) -> bool:
    """Tell whether Gauss nodes would be slow: a singularity is near the real line."""
    inner = part.args[-1:] if part.op == "div" else part.args
    rough = part.op == "div" or (part.op == "call" and part.name in _ROUGH)
    return rough and any(set(_names(arg)) & names for arg in inner)


def piecewise_expectation(point: Point, name: str, body: Node, condition: Node | None) -> Value:
    """Integrate an expression of one continuous variable against its density."""
    point.tolerance = max(point.tolerance, 1e-8)
    ends = _ends(point, name, [n for n in (body, condition) if n is not None])
    weight = call("pdf", sym(name), sym(name))
    if condition is not None:
        weight = Node("mul", (weight, condition))
    total = _integrated(point, name, Node("mul", (weight, body)), ends)
    if condition is None:
        return total
    chance = np.asarray(_entries(_integrated(point, name, weight, ends)))
    point.undefined(chance <= 1e-12, "a condition of probability zero", condition)
    whole = np.where(chance > 1e-12, chance, np.nan)
    if isinstance(total, Matrix):
        return Matrix(total.entries / whole[..., None, None])
    return np.asarray(_entries(total) / whole)


def _integrated(point: Point, name: str, body: Node, ends: Array) -> Value:
    pieces = []
    for low, high in pairwise(ends):
        bounds = (np.asarray(low), np.asarray(high))
        pieces.append(quadrature(point, body, name, bounds, (4.3, 4.3), body))
    total = sum(_entries(piece) for piece in pieces)
    return Matrix(np.asarray(total)) if isinstance(pieces[0], Matrix) else np.asarray(total)


def _entries(value: Value) -> Array:
    return value.entries if isinstance(value, Matrix) else np.asarray(value, float)


def _ends(point: Point, name: str, nodes: list[Node]) -> Array:
    """Return where the pieces begin and end: a few fixed places and every break."""
    kind = point.scope.types[name]
    first, *rest = (point.plain(arg) for arg in kind.args)
    start, scale = {
        "Normal": lambda: (first, float(np.sqrt(rest[0]))),
        "Exponential": lambda: (0.0, 1 / first),
        "Uniform": lambda: (first, rest[0] - first),
    }[kind.name]()
    fixed = start + scale * np.array(_BREAKS[kind.name])
    grid = np.linspace(fixed[0], fixed[-1], _SEARCH)
    found = [fixed]
    for node in nodes:
        found.extend(
            _roots(point, name, difference, grid)
            for difference in _differences(expanded(node, point.scope))
            if name in names_in(difference, point.scope)
        )
    return np.unique(np.concatenate(found))


def _roots(point: Point, name: str, difference: Node, grid: Array) -> Array:
    def signs(places: Array) -> Array:
        spread = point.spread(places)
        values = _entries(point.along(name, spread, len(places), difference))
        if values.size != len(places):
            raise NeedsLoop("a condition may not depend on a bound variable")
        return np.sign(values.ravel())

    at = signs(grid)
    exact = grid[at == 0]
    crossing = np.flatnonzero(at[:-1] * at[1:] < 0)
    low, high, below = grid[crossing], grid[crossing + 1], at[crossing]
    if not crossing.size:
        return np.asarray(exact)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        same = signs(middle) == below
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return np.concatenate([exact, (low + high) / 2])


def _outside(node: Node) -> Iterator[Node]:
    """Yield the parts of a formula that are not averaged over already."""
    yield node
    if not (node.op == "call" and node.name in _AVERAGES):
        for arg in node.args:
            yield from _outside(arg)


def _names(node: Node) -> Iterator[str]:
    return (part.name for part in _outside(node) if part.op == "sym")


def _differences(node: Node) -> Iterator[Node]:
    """Yield the expressions at whose zeros a formula jumps or bends."""
    for part in _outside(node):
        if part.op == "rel":
            for a, b in zip(part.args, part.args[1:], strict=False):
                yield Node("sub", (a, b))
        elif part.op == "call" and part.name in ("abs", "sign", "relu"):
            yield part.args[0]
        elif part.op == "call" and part.name in ("max", "min") and len(part.args) == 2:
            yield Node("sub", part.args)
        elif part.op == "call" and part.name in ("floor", "ceil"):
            yield call("sin", Node("mul", (sym("pi"), part.args[0])))
