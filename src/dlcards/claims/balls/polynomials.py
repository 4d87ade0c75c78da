"""Formulas as polynomials in some names, the coefficients being numbers.

Definitions must have been put in before.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

from flint import fmpq

from dlcards.claims.balls.matrices import Matrix
from dlcards.claims.balls.numbers import ONE, ZERO, Number, add, divide, multiply, negate
from dlcards.claims.balls.point import Point
from dlcards.claims.balls.values import plain
from dlcards.claims.tree import Node

Monomial: TypeAlias = "tuple[tuple[str, int], ...]"
Polynomial: TypeAlias = "dict[Monomial, Number]"

MAX_POWER = 12
MAX_MONOMIALS = 400


def whole_power(x: Number, n: int) -> Number:
    """Return x multiplied n times."""
    result: Number = ONE
    for _ in range(n):
        result = multiply(result, x)
    return result


def depends(node: Node, names: Collection[str]) -> bool:
    """Tell whether the value of a formula changes with some names."""
    return not node.free.isdisjoint(names)


def polynomial(point: Point, node: Node, names: frozenset[str]) -> Polynomial | None:
    """Return a formula as a polynomial in some names, if it is one."""
    if not depends(node, names):
        value = plain(point.evaluate(node))
        return None if isinstance(value, Matrix) else {(): value}
    if node.op == "sym":
        return {((node.name, 1),): ONE}
    if node.op == "pow":
        return _power(point, node, names)
    if node.op in ("add", "sub", "neg", "mul", "div"):
        parts = [polynomial(point, arg, names) for arg in node.args]
        known = [part for part in parts if part is not None]
        return _combined(node.op, known) if len(known) == len(parts) else None
    return None


def _combined(operation: str, parts: Sequence[Polynomial]) -> Polynomial | None:
    if operation == "neg":
        return {monomial: negate(c) for monomial, c in parts[0].items()}
    a, b = parts
    if operation == "mul":
        return _product(a, b)
    if operation == "div":
        if set(b) != {()}:
            return None
        return {monomial: divide(c, b[()]) for monomial, c in a.items()}
    result = dict(a)
    for monomial, c in b.items():
        change = negate(c) if operation == "sub" else c
        result[monomial] = add(result.get(monomial, ZERO), change)
    return result


def _product(a: Polynomial, b: Polynomial) -> Polynomial | None:
    result: Polynomial = {}
    for left, c in a.items():
        for right, d in b.items():
            powers = dict(left)
            for name, power in right:
                powers[name] = powers.get(name, 0) + power
            if max(powers.values(), default=0) > MAX_POWER:
                return None
            monomial = tuple(sorted(powers.items()))
            result[monomial] = add(result.get(monomial, ZERO), multiply(c, d))
    return result if len(result) <= MAX_MONOMIALS else None


def _power(point: Point, node: Node, names: frozenset[str]) -> Polynomial | None:
    if depends(node.args[1], names):
        return None
    exponent = point.number(node.args[1])
    inner = polynomial(point, node.args[0], names)
    if inner is None or not isinstance(exponent, fmpq):
        return None
    if exponent.q != 1 or not 0 <= exponent <= MAX_POWER:
        return None
    result: Polynomial | None = {(): ONE}
    for _ in range(int(exponent.p)):
        result = None if result is None else _product(result, inner)
    return result


def affine(point: Point, node: Node, names: frozenset[str]) -> Mapping[str, Number] | None:
    """Return the slope of a formula in every name, if it is affine in them."""
    found = polynomial(point, node, names)
    if found is None or any(sum(p for _, p in monomial) > 1 for monomial in found):
        return None
    return {monomial[0][0]: c for monomial, c in found.items() if monomial}


def combinations(point: Point, node: Node, names: frozenset[str]) -> list[Mapping[str, Number]]:
    """Return the slopes of the largest affine parts a formula is made of.

    A relation counts as the difference of its two sides.
    """
    if not depends(node, names):
        return []
    if node.op == "rel" and len(node.args) == 2:
        difference = affine(point, Node("sub", node.args), names)
        if difference is not None:
            return [difference] if difference else []
    slopes = affine(point, node, names) if node.op != "rel" else None
    if slopes is not None:
        return [slopes]
    return [found for part in node.args for found in combinations(point, part, names)]


def substituted(node: Node, forms: Mapping[str, Node]) -> Node:
    """Return a formula with other formulas put in for some names."""
    if node.op == "sym":
        return forms.get(node.name, node)
    if not depends(node, forms):
        return node
    return node.with_args(tuple(substituted(arg, forms) for arg in node.args))
