"""The numbers that a value or a law is made of, to be read and replaced together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from flint import fmpq

from dlcards.claims.balls.matrices import Matrix
from dlcards.claims.balls.numbers import (
    Number,
    complex_number,
    imaginary_part,
    real_part,
)
from dlcards.claims.balls.values import Laws, as_number
from dlcards.claims.judge.numeric.point import Scope
from dlcards.claims.points.draw import Point
from dlcards.claims.types.functions.drawn import Quadratic, SampleFunction

_MIRRORED = frozenset({"symmetric", "spd", "psd"})
_FIXED = frozenset({"dim", "event", "partition", "onehot", "mask", "mask_rows", "natural"}) | {
    "integer",
    "integers",
}
"""Types whose values are no numbers that may move continuously."""


def numbers_of(scope: Scope, point: Point, name: str) -> list[Number]:
    """Return the numbers a name is made of, those that may move by themselves.

    A symmetric matrix has those on and above its diagonal, a random number one for every
    outcome, a function its coefficients.
    """
    kind = scope.types[name].name
    if kind in _FIXED:
        return []
    if name in point.laws.joint:
        values = point.laws.joint[name]
        return [
            x for value in values for x in (value.entries if isinstance(value, Matrix) else [value])
        ]
    if name in point.laws.independent:
        return [value for _, value in point.laws.independent[name]]
    value = point.values.get(name)
    if isinstance(value, Matrix):
        return [value.rows[i][j] for i, j in _places(value, kind)]
    if isinstance(value, SampleFunction):
        found: list[Number] = list(value.level)
        if value.form != "constant" and value.kind != "positive_function":
            found += [x for row in value.slope for x in row]
        if value.form == "wave" and value.kind == "function":
            found += value.bend
        return found
    if isinstance(value, Quadratic):
        return list(value.slope.entries)
    if value is None or callable(value):
        return []
    number = as_number(value)
    return [real_part(number), imaginary_part(number)] if kind == "complex" else [number]


def with_numbers(scope: Scope, point: Point, name: str, numbers: Sequence[Number]) -> Point | None:
    """Return the point with other numbers in place of those of :func:`numbers_of`.

    None where a law would take a value that is not exact.
    """
    moved, kind, rest = point.copy(), scope.types[name].name, iter(numbers)
    laws = point.laws
    if name in laws.joint:
        if not all(isinstance(x, fmpq) for x in numbers):
            return None
        joint: list[fmpq | Matrix] = [
            _reshaped(value, rest) if isinstance(value, Matrix) else _exact(next(rest))
            for value in laws.joint[name]
        ]
        moved.laws = Laws(laws.weights, {**laws.joint, name: joint}, laws.independent, laws.white)
        return moved
    if name in laws.independent:
        own = [(weight, next(rest)) for weight, _ in laws.independent[name]]
        moved.laws = Laws(laws.weights, laws.joint, {**laws.independent, name: own}, laws.white)
        return moved
    value = point.values[name]
    if isinstance(value, Matrix):
        rows = [list(row) for row in value.rows]
        for i, j in _places(value, kind):
            rows[i][j] = next(rest)
            if kind in _MIRRORED:
                rows[j][i] = rows[i][j]
        moved.values[name] = Matrix(rows)
    elif isinstance(value, SampleFunction):
        moved.values[name] = _function(value, rest)
    elif isinstance(value, Quadratic):
        moved.values[name] = replace(value, slope=_reshaped(value.slope, rest))
    elif kind == "complex":
        moved.values[name] = complex_number(*numbers)
    else:
        moved.values[name] = next(rest)
    return moved


def _function(value: SampleFunction, rest: Iterator[Number]) -> SampleFunction:
    level = [next(rest) for _ in value.level]
    left = list(rest)
    if not left:
        return replace(value, level=level)
    width = len(value.slope[0])
    count = width * len(value.slope)
    slope = [left[i : i + width] for i in range(0, count, width)]
    return replace(value, level=level, slope=slope, bend=left[count:] or value.bend)


def _exact(x: Number) -> fmpq:
    assert isinstance(x, fmpq)
    return x


def _reshaped(value: Matrix, rest: Iterator[Number]) -> Matrix:
    return Matrix([[next(rest) for _ in row] for row in value.rows])


def _places(value: Matrix, kind: str) -> Iterator[tuple[int, int]]:
    for i, row in enumerate(value.rows):
        for j in range(len(row)):
            if kind == "diagonal" and i != j:
                continue
            if kind not in _MIRRORED or i <= j:
                yield i, j
