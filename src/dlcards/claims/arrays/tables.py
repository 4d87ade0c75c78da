"""Vectors and matrices of numbers that carry their slopes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from dlcards.claims.arrays.duals import (
    Array,
    GridError,
    Number,
    apply_word,
    choose,
    compare,
    constant,
    kink,
    minus,
    one,
    over,
    plain,
    plus,
    square,
    times,
)
from dlcards.claims.tree import Node


@dataclass(frozen=True, slots=True)
class Table:
    """A vector (one column) or matrix, as rows of numbers."""

    rows: tuple[tuple[Number, ...], ...]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.rows), len(self.rows[0])

    def entries(self) -> tuple[Number, ...]:
        """Return all entries, row by row."""
        return tuple(entry for row in self.rows for entry in row)


Value: TypeAlias = "Number | Table"


def number_of(value: Value, node: Node) -> Number:
    """Return a value that must be a number."""
    if isinstance(value, Table):
        raise GridError("a number is needed here, not a vector or matrix", node)
    return value


def map_entries(value: Value, function: Callable[[Number], Number]) -> Value:
    """Apply a function to a number, or to every entry of a table."""
    if isinstance(value, Table):
        return Table(tuple(tuple(function(entry) for entry in row) for row in value.rows))
    return function(value)


def table_of(matrix: Array) -> Table:
    """Return a matrix of constants as a table."""
    return Table(tuple(tuple(np.asarray(entry) for entry in row) for row in matrix))


def total(numbers: Sequence[Number]) -> Number:
    """Return the sum of many numbers."""
    result: Number = np.zeros(())
    for number in numbers:
        result = plus(result, number)
    return result


def dot(row: Sequence[Number], column: Sequence[Number]) -> Number:
    """Return the sum of products."""
    return total([times(x, y) for x, y in zip(row, column, strict=True)])


def _norm(table: Table, node: Node) -> Value:
    return apply_word("sqrt", total([square(x) for x in table.entries()]), node)


def _norm1(table: Table, node: Node) -> Value:
    return total([apply_word("abs", x, node) for x in table.entries()])


def _norminf(table: Table, node: Node) -> Value:
    sizes = [apply_word("abs", x, node) for x in table.entries()]
    result = sizes[0]
    for size in sizes[1:]:
        truth = compare(">=", np.asarray(plain(result)), np.asarray(plain(size)), 0.0)
        result = kink(choose(truth, result, size), minus(result, size))
    return result


def _mean(table: Table, _: Node) -> Value:
    numbers = table.entries()
    return over(total(numbers), one(float(len(numbers))))


def _variance(table: Table, node: Node) -> Value:
    middle = number_of(_mean(table, node), node)
    squares = tuple((square(minus(x, middle)),) for x in table.entries())
    return _mean(Table(squares), node)


def _length(table: Table, _: Node) -> Value:
    return one(float(table.shape[0]))


def _softmax(table: Table, node: Node) -> Value:
    # The largest score is taken off as a constant: it cancels in value and in slope.
    top = np.max([np.broadcast_to(constant(x), _shape(table)) for x in table.entries()], axis=0)
    raised = map_entries(table, lambda x: apply_word("exp", minus(x, top), node))
    if not isinstance(raised, Table):
        return raised
    whole = total(raised.entries())
    return map_entries(raised, lambda x: over(x, whole))


def _logsumexp(table: Table, node: Node) -> Value:
    top = np.max([np.broadcast_to(constant(x), _shape(table)) for x in table.entries()], axis=0)
    raised = [apply_word("exp", minus(x, top), node) for x in table.entries()]
    return plus(apply_word("log", total(raised), node), top)


def _shape(table: Table) -> tuple[int, ...]:
    return np.broadcast_shapes(*(constant(x).shape for x in table.entries()))


def _trace(table: Table, node: Node) -> Value:
    _square_shape(table, node)
    return total([table.rows[i][i] for i in range(table.shape[0])])


def _determinant(table: Table, node: Node) -> Value:
    _square_shape(table, node)
    return _cofactors(table.rows)


def _cofactors(rows: tuple[tuple[Number, ...], ...]) -> Number:
    if len(rows) == 1:
        return rows[0][0]
    terms = []
    for j, entry in enumerate(rows[0]):
        minor = tuple((*row[:j], *row[j + 1 :]) for row in rows[1:])
        terms.append(times(times(one((-1.0) ** j), entry), _cofactors(minor)))
    return total(terms)


def _inverse(table: Table, node: Node) -> Value:
    _square_shape(table, node)
    rows, size = table.rows, table.shape[0]
    whole = _cofactors(rows)
    if size == 1:
        return Table(((over(one(1.0), whole),),))

    def entry(i: int, j: int) -> Number:
        minor = tuple((*row[:i], *row[i + 1 :]) for k, row in enumerate(rows) if k != j)
        return over(times(one((-1.0) ** (i + j)), _cofactors(minor)), whole)

    return Table(tuple(tuple(entry(i, j) for j in range(size)) for i in range(size)))


def _square_shape(table: Table, node: Node) -> None:
    if table.shape[0] != table.shape[1] or table.shape[0] > 4:
        raise GridError("a square matrix of at most 4 rows is needed here", node)


def _diagonal(table: Table, _: Node) -> Value:
    rows, columns = table.shape
    if columns != 1:
        return Table(tuple((table.rows[i][i],) for i in range(min(rows, columns))))
    zero = one(0.0)
    return Table(
        tuple(tuple(table.rows[i][0] if i == j else zero for j in range(rows)) for i in range(rows))
    )


TABLE_WORDS: dict[str, Callable[[Table, Node], Value]] = {
    "norm": _norm,
    "fro": _norm,
    "norm1": _norm1,
    "norminf": _norminf,
    "mean": _mean,
    "var": _variance,
    "len": _length,
    "softmax": _softmax,
    "logsumexp": _logsumexp,
    "tr": _trace,
    "det": _determinant,
    "inv": _inverse,
    "diag": _diagonal,
}
"""Every word that acts on one vector or matrix of a figure's formula."""
