"""The numbers that stand in a claim: where it was made to fit, it may fail just beside them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

from flint import fmpq

from dlcards.claims.judge.canonical import expanded
from dlcards.claims.judge.numeric.point import Scope
from dlcards.claims.tree import Node, walk

_MOST = 8
_LARGEST_POWER = 40
_MOST_BITS = 1000.0


def all_parts(tree: Node, scope: Scope) -> Iterator[Node]:
    """Yield everything inside the sides of a claim, with definitions put in."""
    for side in tree.args:
        yield from walk(expanded(side, scope))


def constants_of(tree: Node, scope: Scope) -> tuple[fmpq, ...]:
    """Return the constants of a claim without their signs, the smallest first.

    Examples
    --------
    >>> from dlcards.claims.parser import parse_formula
    >>> constants_of(parse_formula("x/3 <= 2**5 - 1/4"), Scope({}, {}))
    (1/4, 1, 2, 3, 4, 5, 32)
    """
    found: set[Fraction] = set()
    for node in all_parts(tree, scope):
        found.update(_constants(node))
    ordered = sorted(abs(x) for x in found if x)
    return tuple(fmpq(x.numerator, x.denominator) for x in dict.fromkeys(ordered))[:_MOST]


def span_of(tree: Node, scope: Scope) -> float:
    """Return how many bits lie between 1 and the largest or smallest constant of a claim.

    Examples
    --------
    >>> from dlcards.claims.parser import parse_formula
    >>> span_of(parse_formula("x + 2**(-100) == x"), Scope({}, {}))
    100.0
    """
    return max((_bits(node) for node in all_parts(tree, scope)), default=0.0)


def _bits(node: Node) -> float:
    if node.op == "num" and node.number:
        return abs(math.log2(abs(node.number)))
    if node.op == "pow":
        base, exponent = map(_folded, node.args)
        if base and exponent is not None:
            return min(abs(math.log2(abs(base)) * float(exponent)), _MOST_BITS)
    return 0.0


def _constants(node: Node) -> list[Fraction]:
    if node.op == "num":
        return [node.number]
    found = _folded(node)
    return [] if found is None else [found]


def _folded(node: Node) -> Fraction | None:
    """Return the value of a fraction, a power or a product of whole numbers."""
    if node.op == "num":
        return node.number
    parts = [_folded(arg) for arg in node.args] if node.op in ("neg", "mul", "div", "pow") else []
    known = [part for part in parts if part is not None]
    if not parts or len(known) < len(parts):
        return None
    match node.op, known:
        case "neg", [a]:
            return -a
        case "mul", [a, b]:
            return a * b
        case "div", [a, b] if b:
            return a / b
        case "pow", [a, b] if a and b.denominator == 1 and abs(b) <= _LARGEST_POWER:
            return Fraction(a ** int(b))
    return None


def has_angles(tree: Node, scope: Scope) -> bool:
    """Tell whether a claim is about angles."""
    return any(node.name in _ANGLE_WORDS for node in all_parts(tree, scope))


_ANGLE_WORDS = frozenset({"sin", "cos", "tan", "pi"})
