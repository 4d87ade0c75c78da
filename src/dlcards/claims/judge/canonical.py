"""Claims that cannot be false because both sides are the same formula."""

from __future__ import annotations

from collections.abc import Mapping

from dlcards.claims.judge.numeric.point import Scope
from dlcards.claims.tree import Node, sym
from dlcards.claims.unparser import formula_text
from dlcards.claims.words import binds


def empty_relation(tree: Node, scope: Scope) -> str:
    """Return a relation of a claim whose two sides are the same formula, or nothing.

    Definitions are put in first, so ``p == softmax(z)`` says nothing when ``p`` is
    defined as ``softmax(z)``.
    """
    if tree.op != "rel":
        return ""
    sides = [canonical(side, scope) for side in tree.args]
    for sign, a, b, left, right in zip(
        tree.relations, sides, sides[1:], tree.args, tree.args[1:], strict=False
    ):
        if a == b and sign in ("==", "<=", ">="):
            return f"{formula_text(left)} {sign} {formula_text(right)}"
    return ""


def canonical(node: Node, scope: Scope) -> Node:
    """Return the formula with definitions put in and bound variables renamed in order."""
    return _renamed(expanded(node, scope), {}, [0])


def expanded(node: Node, scope: Scope) -> Node:
    """Return the formula with definitions put in."""
    return _expanded(node, scope, {})


def _expanded(node: Node, scope: Scope, values: Mapping[str, Node]) -> Node:
    if node.op == "sym":
        if node.name in values:
            return values[node.name]
        definition = scope.definitions.get(node.name)
        if definition is not None and not definition.parameters:
            return _expanded(definition.body, scope, {})
        return node
    args = tuple(_expanded(arg, scope, values) for arg in node.args)
    if node.op == "call" and node.name in scope.definitions:
        definition = scope.definitions[node.name]
        if len(definition.parameters) == len(args):
            return _expanded(
                definition.body, scope, dict(zip(definition.parameters, args, strict=True))
            )
    return node.with_args(args) if args else node


def _renamed(node: Node, names: Mapping[str, str], count: list[int]) -> Node:
    if node.op == "sym":
        return sym(names.get(node.name, node.name))
    if binds(node):
        count[0] += 1
        fresh = f" {count[0]}"
        inner = {**names, node.args[1].name: fresh}
        rest = tuple(_renamed(arg, names, count) for arg in node.args[2:])
        return node.with_args((_renamed(node.args[0], inner, count), sym(fresh), *rest))
    if not node.args:
        return node
    return node.with_args(tuple(_renamed(arg, names, count) for arg in node.args))
