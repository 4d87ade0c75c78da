"""The values of these words, with error bars."""

from __future__ import annotations

from collections.abc import Mapping

from dlcards.claims.balls.elementary import Function, binomial, factorial, floor, maximum, minimum
from dlcards.claims.balls.errors import WrongShape
from dlcards.claims.balls.matrices import Matrix, largest
from dlcards.claims.balls.numbers import (
    ONE,
    Number,
    add,
    divide,
    is_zero,
    multiply,
    negate,
    subtract,
)
from dlcards.claims.balls.point import Point, Reading
from dlcards.claims.balls.readings import candidates_of, entry_by_entry
from dlcards.claims.balls.values import Value, plain
from dlcards.claims.tree import Node


def remainder(point: Point, node: Node) -> Value:
    """Return what a division leaves."""
    a, b = point.number(node.args[0]), point.number(node.args[1])
    return subtract(a, multiply(b, floor(divide(a, b), point.mode)))


def choose(point: Point, node: Node) -> Value:
    """Return a binomial coefficient."""
    return binomial(point.number(node.args[0]), point.number(node.args[1]))


def indicator(point: Point, node: Node) -> Value:
    """Return 1 when the relation holds, else 0."""
    return point.number(node.args[0])


def larger(point: Point, node: Node) -> Value:
    """Return the larger of two numbers, or the largest entry or indexed number."""
    if len(node.args) == 2:
        return maximum(point.number(node.args[0]), point.number(node.args[1]), point.mode)
    return largest([x for _, x in candidates_of(point, node)], point.mode)


def smaller(point: Point, node: Node) -> Value:
    """Return the smaller of two numbers, or the smallest entry or indexed number."""
    if len(node.args) == 2:
        return minimum(point.number(node.args[0]), point.number(node.args[1]), point.mode)
    return negate(largest([negate(x) for _, x in candidates_of(point, node)], point.mode))


def everywhere(point: Point, node: Node) -> Value:
    """Return 1 when a relation holds for every index, else 0."""
    low, high = (point.whole(arg) for arg in node.args[2:])
    if high < low:
        return ONE
    result: Number = ONE
    for _, truth in candidates_of(point, node):
        result = multiply(result, truth)
    return result


def cases(point: Point, node: Node) -> Value:
    """Return the value beside the first condition that holds, else the last one."""
    return _chosen(point, node.args)


def _chosen(point: Point, args: tuple[Node, ...]) -> Value:
    if len(args) == 1:
        return point.evaluate(args[0])
    truth = point.number(args[1])
    if is_zero(truth):
        return _chosen(point, args[2:])
    if is_zero(subtract(truth, ONE)):
        return point.evaluate(args[0])
    here, rest = point.number(args[0]), _chosen(point, args[2:])
    other = plain(rest)
    if isinstance(other, Matrix):
        raise WrongShape("cases of different shapes")
    return add(multiply(truth, here), multiply(subtract(ONE, truth), other))


ENTRYWISE: Mapping[str, Function] = {
    "factorial": factorial,
}
"""Functions of one number, applied to every entry of a vector or matrix."""

WORDS: Mapping[str, Reading] = {
    **{word: entry_by_entry(function) for word, function in ENTRYWISE.items()},
    "mod": remainder,
    "binomial": choose,
    "ind": indicator,
    "max": larger,
    "min": smaller,
    "all": everywhere,
    "cases": cases,
}
