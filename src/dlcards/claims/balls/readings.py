"""How a function of numbers, vectors or matrices becomes the reading of a word."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from dlcards.claims.balls.elementary import Function
from dlcards.claims.balls.errors import TooMuchWork, Undefined
from dlcards.claims.balls.matrices import Matrix, collapsed
from dlcards.claims.balls.numbers import Mode, Number, rational
from dlcards.claims.balls.point import Point, Reading
from dlcards.claims.balls.values import Value, as_number
from dlcards.claims.tree import Node

MAX_INDEX = 20_000
MAX_SIZE = 256

MatrixWord: TypeAlias = Callable[[Matrix, Mode], "Matrix | Number"]


def entry_by_entry(function: Function) -> Reading:
    """Read a function of one number, applied to every entry."""

    def reading(point: Point, node: Node) -> Value:
        value = point.plain(node.args[0])
        if isinstance(value, Matrix):
            return value.map(lambda x: function(x, point.mode))
        return function(value, point.mode)

    return reading


def of_matrix(word: MatrixWord, cost: int = 0) -> Reading:
    """Read a function of one vector or matrix, which counts as `cost` evaluations an entry."""

    def reading(point: Point, node: Node) -> Value:
        matrix = point.matrix(node.args[0])
        point.work -= cost * matrix.shape[0] * matrix.shape[1]
        result = word(matrix, point.mode)
        return collapsed(result) if isinstance(result, Matrix) else result

    return reading


def of_matrices(word: Callable[[Matrix, Matrix, Mode], Matrix | Number]) -> Reading:
    """Read a function of two vectors or matrices."""

    def reading(point: Point, node: Node) -> Value:
        result = word(point.matrix(node.args[0]), point.matrix(node.args[1]), point.mode)
        return collapsed(result) if isinstance(result, Matrix) else result

    return reading


def candidates_of(point: Point, node: Node) -> list[tuple[int, Number]]:
    """Return the entries of a vector, or the values at an index, with their places."""
    if len(node.args) == 1:
        return list(enumerate(point.matrix(node.args[0]).entries, 1))
    name, (low, high) = node.args[1].name, (point.whole(arg) for arg in node.args[2:])
    if high < low:
        raise Undefined("the largest or smallest of no numbers")
    if high - low > MAX_INDEX:
        raise TooMuchWork("a largest or smallest of many numbers")
    return [
        (k, as_number(point.within({name: rational(k)}, node.args[0])))
        for k in range(low, high + 1)
    ]


def size_at(point: Point, node: Node) -> int:
    """Return a size."""
    size = point.whole(node, "a size")
    if size < 1:
        raise Undefined("a size that is not 1, 2, 3, …")
    if size > MAX_SIZE:
        raise TooMuchWork("a large vector or matrix")
    return size


def place_at(point: Point, node: Node, size: int) -> int:
    """Return an index counted from 0."""
    place = point.whole(node)
    if not 1 <= place <= size:
        raise Undefined(f"an index outside 1 to {size}")
    return place - 1
