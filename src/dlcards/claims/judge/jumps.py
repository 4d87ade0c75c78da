"""Formulas that jump, such as the probability of X <= a: wrong ones differ only near a jump."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dlcards.claims.judge.numeric.laws import CONTINUOUS, DEPENDENT, INDEPENDENT
from dlcards.claims.judge.numeric.point import Point, Scope, names_in
from dlcards.claims.judge.numeric.values import Matrix, NumericError
from dlcards.claims.tree import Node, walk

_STEPS = frozenset({"rank", "floor", "ceil", "sign"})
_DOMAINS = {"real": -np.inf, "nonnegative": 0.0, "positive": 1e-9}
"""Types of thresholds, with the least value allowed."""

Thresholds = tuple[tuple[str, Node], ...]
"""Names of numbers, each with a random formula that it is compared with."""


def has_jumps(tree: Node, scope: Scope) -> bool:
    """Tell whether a claim speaks of events, ranks or rounded numbers.

    Such values agree by accident more often than smooth ones.
    """
    parts = [part for side in tree.args for part in _parts(side, scope)]
    return any(part.op == "rel" or (part.op == "call" and part.name in _STEPS) for part in parts)


def thresholds(tree: Node, scope: Scope) -> Thresholds:
    """Return the numbers that a claim compares with a random variable of few values.

    Examples
    --------
    >>> from dlcards.claims.parser import parse_formula, parse_type
    >>> scope = Scope({"X": parse_type("random"), "a": parse_type("real")}, {})
    >>> [name for name, _ in thresholds(parse_formula("P(X <= a) == 1 - P(X > a)"), scope)]
    ['a']
    """
    found: dict[tuple[str, Node], None] = {}
    for side in tree.args:
        for part in _parts(side, scope):
            if part.op == "rel":
                found.update(dict.fromkeys(_compared(part, scope)))
            elif part.op == "call" and part.name in scope.definitions:
                found.update(dict.fromkeys(_compared_inside(part, scope)))
    return tuple(found)


def move_beside_jumps(point: Point, numbers: Thresholds, rng: np.random.Generator) -> None:
    """Set thresholds to a value of what they are compared with, or a little to one side."""
    point.quiet += 1
    reasons, peak, tolerance = len(point.reasons), point.peak, point.tolerance
    try:
        for name, formula in numbers:
            if rng.random() < 0.8:
                _move(point, name, formula, rng)
    finally:
        point.quiet -= 1
        del point.reasons[reasons:]
        point.peak, point.tolerance = peak, tolerance


def _move(point: Point, name: str, formula: Node, rng: np.random.Generator) -> None:
    try:
        values = point.distribution(formula)
    except NumericError:
        return
    if isinstance(values, Matrix) or values.ndim != 1:
        return
    value = float(values[rng.integers(len(values))])
    step = float(rng.uniform(0.01, 0.09)) * int(rng.integers(-1, 2))
    moved = value * (1 + step) if value else step
    if np.isfinite(moved) and moved >= _DOMAINS[point.scope.types[name].name]:
        point.values[name] = moved


def _parts(node: Node, scope: Scope, seen: frozenset[str] = frozenset()) -> Iterator[Node]:
    """Yield a formula and everything inside it, also inside the definitions it uses."""
    for part in walk(node):
        yield part
        known = scope.definitions.get(part.name) if part.op in ("sym", "call") else None
        if known is not None and part.name not in seen:
            yield from _parts(known.body, scope, seen | {part.name})


def _compared(node: Node, scope: Scope) -> Iterator[tuple[str, Node]]:
    for number, formula in _pairs(node):
        if _is_threshold(number, scope) and _has_few_values(formula, scope):
            yield number.name, formula


def _compared_inside(node: Node, scope: Scope) -> Iterator[tuple[str, Node]]:
    """Yield the numbers that a definition compares, by the names that it is called with."""
    definition = scope.definitions[node.name]
    given = dict(zip(definition.parameters, node.args, strict=False))
    for part in walk(definition.body):
        for number, formula in _pairs(part) if part.op == "rel" else ():
            argument = given.get(number.name)
            if argument is None or any(inner.name in given for inner in walk(formula)):
                continue
            if _is_threshold(argument, scope) and _has_few_values(formula, scope):
                yield argument.name, formula


def _pairs(node: Node) -> Iterator[tuple[Node, Node]]:
    """Yield the neighbours in a chain of relations, both ways round."""
    for a, b in zip(node.args, node.args[1:], strict=False):
        yield a, b
        yield b, a


def _is_threshold(node: Node, scope: Scope) -> bool:
    return node.op == "sym" and node.name in scope.types and scope.types[node.name].name in _DOMAINS


def _has_few_values(node: Node, scope: Scope) -> bool:
    names = names_in(node, scope)
    laws = {scope.types[name].name for name in names} & (DEPENDENT | INDEPENDENT)
    return bool(laws) and not laws & CONTINUOUS
