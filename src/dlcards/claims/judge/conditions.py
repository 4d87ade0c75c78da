"""Conditions inside a claim that hardly any point satisfies, and how far a point is from them.

What stands under ``ind`` and ``cases`` may hold on so small a set that no drawn point lies
in it; a descent that makes the conditions hold leads there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flint import fmpq

from dlcards.claims.balls.evaluate import Evaluation
from dlcards.claims.balls.matrices import Matrix
from dlcards.claims.balls.numbers import Infinity, as_float, subtract
from dlcards.claims.balls.values import as_number
from dlcards.claims.judge.canonical import expanded
from dlcards.claims.judge.numeric.laws import DEPENDENT, INDEPENDENT
from dlcards.claims.judge.numeric.point import Scope, is_event, names_in
from dlcards.claims.tree import Node, num
from dlcards.claims.words import binds

_MOST = 8
_OPEN = 1.0
"""What an open condition adds to a distance, so that closing one is always a way down."""

_AVERAGES = frozenset({"E", "Var", "Cov", "Corr", "P"})

_MET = 1e-26
"""The square of a distance at which two sides are taken to be equal."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A relation inside a claim.

    Parameters
    ----------
    relation : Node
    smooth : tuple of Node
        The same with squares in place of absolute values, which a descent follows better.
    """

    relation: Node
    smooth: tuple[Node, ...]


def conditions(tree: Node, scope: Scope) -> tuple[Condition, ...]:
    """Return the relations inside the sides of a claim that are about declared names alone.

    Examples
    --------
    >>> from dlcards.claims.parser import parse_formula, parse_type
    >>> scope = Scope({"x": parse_type("real")}, {})
    >>> len(conditions(parse_formula("ind(x > 2)*ind(x < 3) == 0"), scope))
    2
    """
    found: dict[Node, None] = {}
    for side in tree.args:
        found.update(dict.fromkeys(_relations(expanded(side, scope), scope)))
    return tuple(Condition(node, tuple(map(_smoothed, node.args))) for node in found)[:_MOST]


def _relations(node: Node, scope: Scope) -> Iterator[Node]:
    if binds(node):
        return
    if node.op == "rel":
        if names_in(node, scope) and not is_free(node, scope):
            yield node
        return
    for child in node.args:
        yield from _relations(child, scope)


def _smoothed(node: Node) -> Node:
    """Return a formula with squares in place of absolute values and lengths."""
    args = tuple(map(_smoothed, node.args))
    if node.op == "call" and node.name in ("abs", "norm"):
        return Node("pow", (node.with_args(args), num(2)))
    return node.with_args(args) if args else node


def holds(condition: Condition, evaluation: Evaluation) -> bool:
    """Tell whether a condition is known to hold."""
    truth = evaluation.value(condition.relation)
    return isinstance(truth, fmpq) and truth == 1


def distance(wanted: Sequence[Condition], evaluation: Evaluation) -> float:
    """Return how far a point is from conditions that should hold, 0 where all of them do.

    An equation between irrational numbers holds at no exact point; one beside them will do.
    """
    total = 0.0
    for each in wanted:
        if not holds(each, evaluation):
            gap = _gap(each, evaluation)
            if not is_equation(each):
                total += _OPEN + gap
            elif abs(gap) > _MET:
                total += gap
    return total


def _gap(condition: Condition, evaluation: Evaluation) -> float:
    total = 0.0
    signs = condition.relation.relations
    for sign, left, right in zip(signs, condition.smooth, condition.smooth[1:], strict=False):
        a, b = evaluation.value(left), evaluation.value(right)
        if isinstance(a, Matrix | Infinity) or isinstance(b, Matrix | Infinity):
            continue
        gap = as_float(subtract(as_number(a), as_number(b)))
        if sign == "==":
            total += gap * gap
        elif sign in ("<", "<="):
            total += gap
        elif sign in (">", ">="):
            total -= gap
    return total


def granted(tree: Node, wanted: Sequence[Condition], scope: Scope) -> Node:
    """Return a claim in which some conditions hold."""
    known = {each.relation for each in wanted}
    sides = tuple(_granted(expanded(side, scope), known) for side in tree.args)
    return tree.with_args(sides)


def _granted(node: Node, known: set[Node]) -> Node:
    if node in known:
        return Node("rel", (num(0), num(0)), relations=("==",))
    return node.with_args(tuple(_granted(arg, known) for arg in node.args)) if node.args else node


def is_equation(condition: Condition) -> bool:
    """Tell whether a condition says that something is equal."""
    return "==" in condition.relation.relations


def is_free(node: Node, scope: Scope) -> bool:
    """Tell whether a formula is random, that is, not yet averaged over."""
    if node.op == "sym" and node.name in scope.types:
        return scope.types[node.name].name in DEPENDENT | INDEPENDENT
    if node.op == "call" and node.name in ("H", "MI"):
        return False
    if node.op == "call" and node.name == "pdf":
        return is_free(node.args[1], scope)
    if node.op == "call" and node.name in _AVERAGES:
        conditions = [arg.args[1] for arg in node.args if arg.op == "given"]
        return any(not is_event(c, scope) and is_free(c, scope) for c in conditions)
    inner = list(node.args)
    if node.op in ("sym", "call") and node.name in scope.definitions:
        inner.append(scope.definitions[node.name].body)
    return any(is_free(part, scope) for part in inner)
