"""Logarithms of exponentials, resolved before a formula is integrated.

On a wide complex ball ``log(exp(-x**2/2)/sqrt(2*pi))`` has no bound; ``-x**2/2 -
log(sqrt(2*pi))`` is a polynomial. Both are the same where every factor is positive.
"""

from __future__ import annotations

from collections.abc import Collection

from flint import arb, fmpq

from dlcards.claims.balls.errors import NoValue
from dlcards.claims.balls.numbers import PiMultiple, sign
from dlcards.claims.balls.point import Point
from dlcards.claims.balls.polynomials import depends, substituted
from dlcards.claims.parser import parse_formula
from dlcards.claims.tree import Node, call, num


def without_logarithms(point: Point, node: Node, names: Collection[str]) -> Node:
    """Return a formula without logarithms of products of exponentials and constants.

    Parameters
    ----------
    names : collection of str
        What is integrated over; everything else is constant.
    """
    if not node.args or "log" not in point.words(node):
        return node
    args = tuple(without_logarithms(point, arg, names) for arg in node.args)
    if node.op == "call" and node.name == "log" and depends(node, names):
        found = _logarithm(point, args[0], names)
        if found is not None:
            return found
    changed = any(new is not old for new, old in zip(args, node.args, strict=True))
    return node.with_args(args) if changed else node


def _logarithm(point: Point, node: Node, names: Collection[str]) -> Node | None:
    """Return the logarithm of a product of positive factors, or None."""
    if not depends(node, names):
        return call("log", node) if _is_positive(point, node) else None
    match node.op, node.name:
        case "call", "exp":
            return node.args[0]
        case "call", "pdf":
            return _logarithm_of_density(point, *node.args)
        case "call", "sqrt":
            inner = _logarithm(point, node.args[0], names)
            return None if inner is None else Node("div", (inner, num(2)))
        case "pow", _ if not depends(node.args[1], names):
            inner = _logarithm(point, node.args[0], names)
            return None if inner is None else Node("mul", (node.args[1], inner))
        case (("mul" | "div"), _):
            parts = [_logarithm(point, arg, names) for arg in node.args]
            known = tuple(part for part in parts if part is not None)
            if len(known) < len(parts):
                return None
            return Node("add" if node.op == "mul" else "sub", known)
    return None


def _logarithm_of_density(point: Point, subject: Node, place: Node) -> Node | None:
    """Return the logarithm of a normal density, which is nowhere 0."""
    types = point.scope.types
    kind = types.get(subject.name) if subject.op == "sym" else None
    name, args = (subject.name, subject.args) if kind is None else (kind.name, kind.args)
    if name != "Normal":
        return None
    return substituted(_NORMAL, {"x": place, "m": args[0], "v": args[1]})


_NORMAL = parse_formula("-(x - m)**2/(2*v) - log(2*pi*v)/2")


def _is_positive(point: Point, node: Node) -> bool:
    try:
        value = point.plain(node)
        return isinstance(value, fmpq | PiMultiple | arb) and sign(value, point.mode) > 0
    except NoValue:
        return False
