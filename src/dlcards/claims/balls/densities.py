"""Names whose law is a formula: ``X: Density(g, 0, 1)``, ``X, Y: Density(h, 0, 1, 0, oo)``.

Means, conditional means and entropies are rewritten as integrals over the bounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from dlcards.claims.balls.errors import Undefined
from dlcards.claims.balls.matrices import Matrix
from dlcards.claims.balls.numbers import (
    ONE,
    Number,
    divide,
    is_zero,
    surely_differ,
)
from dlcards.claims.balls.point import Point
from dlcards.claims.balls.values import as_number
from dlcards.claims.statement import Type
from dlcards.claims.tree import Node, call, num, sym

DENSITY_TYPES = frozenset({"Density"})
"""Types whose names have a density that is a formula; two of them share one of two variables."""


def names_of(point: Point, name: str) -> tuple[str, ...]:
    """Return all names that share a density with a name, in the order of its variables."""
    types = point.scope.types
    return tuple(other for other, kind in types.items() if kind == types[name])


def _bounds(kind: Type) -> list[tuple[Node, Node]]:
    return list(zip(kind.args[1::2], kind.args[2::2], strict=True))


def _density(kind: Type, names: tuple[str, ...]) -> Node:
    return call(kind.args[0].name, *map(sym, names))


@lru_cache(maxsize=256)
def _whole(kind: Type, names: tuple[str, ...], over: tuple[str, ...]) -> Node:
    """Return the integral of the density over some of its names, the same tree each time."""
    return _integral(kind, names, over, _density(kind, names))


def _integral(kind: Type, names: tuple[str, ...], over: Sequence[str], body: Node) -> Node:
    """Return the integral of a formula over some of the names that share a density."""
    bounds = dict(zip(names, _bounds(kind), strict=True))
    for name in reversed(over):
        body = call("integral", body, sym(name), *bounds[name])
    return body


def mean_under(point: Point, name: str, node: Node) -> Number | Matrix:
    """Return the mean of a formula over a name and the one that shares its density.

    Raises
    ------
    Undefined
        If the integral of the density is not 1.
    """
    names, kind = names_of(point, name), point.scope.types[name]
    check(point, name)
    weighted = Node("mul", (point.expanded(node), _density(kind, names)))
    return point.plain(_integral(kind, names, names, weighted))


def check(point: Point, name: str) -> None:
    """Refuse a density whose integral is not 1."""
    names = names_of(point, name)
    if surely_differ(point.number(_whole(point.scope.types[name], names, names)), ONE):
        raise Undefined("a density whose integral is not 1")


def known_value(point: Point, condition: Node) -> tuple[str, Node] | None:
    """Return the name that a condition fixes, and its value, if it shares a density.

    That is ``X == x``, or ``X`` where it happens to have a value.
    """
    types = point.scope.types

    def shares(node: Node) -> bool:
        kind = types.get(node.name) if node.op == "sym" else None
        return kind is not None and kind.name in DENSITY_TYPES

    if shares(condition):
        return condition.name, condition
    if condition.op == "rel" and condition.relations == ("==",):
        for name, value in (condition.args, condition.args[::-1]):
            if shares(name) and not shares(value):
                return name.name, value
    return None


def mean_given(point: Point, name: str, value: Node, node: Node) -> Number | Matrix:
    """Return the mean of a formula, given the value of one of two names.

    That is the integral over the other one, divided by the density of the value.
    """
    names, kind = names_of(point, name), point.scope.types[name]
    check(point, name)
    rest = tuple(other for other in names if other != name)
    with point.binding({name: point.number(value)}):
        chance = point.number(_whole(kind, names, rest))
        if is_zero(chance):
            raise Undefined("a condition of density 0")
        body = Node("mul", (point.expanded(node), _density(kind, names)))
        found = point.plain(_integral(kind, names, rest, body))
    if isinstance(found, Matrix):
        return found.map(lambda x: divide(x, chance))
    return divide(found, chance)


def density_at(point: Point, name: str, x: Number) -> Number:
    """Return the density of a name at a value: over the other name it is integrated."""
    names, kind = names_of(point, name), point.scope.types[name]
    check(point, name)
    rest = tuple(other for other in names if other != name)
    low, high = _bounds(kind)[names.index(name)]
    inside = Node("rel", (low, sym(name), high), relations=("<=", "<="))
    guarded = call("cases", _whole(kind, names, rest), inside, num(0))
    with point.binding({name: x}):
        return point.number(guarded)


def entropy_of(point: Point, nodes: Sequence[Node]) -> Number | None:
    """Return the differential entropy of names that share a density, None for other formulas."""
    types = point.scope.types
    kinds = {types[node.name] for node in nodes if node.op == "sym" and node.name in types}
    names = tuple(node.name for node in nodes)
    if len(kinds) != 1 or not all(node.op == "sym" and node.name in types for node in nodes):
        return None
    kind = kinds.pop()
    if kind.name not in DENSITY_TYPES:
        return None
    every = names_of(point, names[0])
    check(point, names[0])
    own = tuple(name for name in every if name in names)
    rest = tuple(name for name in every if name not in names)
    density = _whole(kind, every, rest)
    surprise = Node("neg", (Node("mul", (density, call("log", density))),))
    return as_number(point.evaluate(_integral(kind, every, own, surprise)))
