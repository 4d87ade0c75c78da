"""The inputs at which an algorithm is tried: drawn from the declared types, corners included."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from dlcards.algorithms.model import Algorithm, Call
from dlcards.claims.balls.errors import NoValue
from dlcards.claims.balls.evaluate import Evaluation
from dlcards.claims.balls.matrices import Matrix, column
from dlcards.claims.balls.numbers import Number, as_float, rational
from dlcards.claims.balls.values import Value, as_matrix, as_number
from dlcards.claims.examples import compute
from dlcards.claims.judge.numeric.point import Scope, names_in, scope_of
from dlcards.claims.points.domain import EmptyDomain
from dlcards.claims.points.draw import LARGEST_SIZE, draw_point
from dlcards.claims.points.hypotheses import satisfied, satisfying
from dlcards.claims.points.source import CORNERS, Source, Tier
from dlcards.claims.shapes import Kind, kind_of
from dlcards.claims.snippets.interpreter import ArgumentFunction
from dlcards.claims.statement import Example, Type
from dlcards.claims.tree import Node, call, sym
from dlcards.claims.types import MATRIX_TYPES, VECTOR_TYPES, WHOLE_OR_SIZE

Array = npt.NDArray[Any]

INPUTS = 40
"""How many inputs are wanted, corners and many sizes among them."""

MOST_DRAWS = 200
LARGE, LARGE_AT = 1500.0, 6
"""The largest entry of vectors and matrices at the inputs with this last digit.

Its exponential is no float.
"""

MOST_WORK = 2_000_000
"""Formulas that a function among the arguments may evaluate in one run."""

_KINDS = (Kind.SCALAR, Kind.VECTOR, Kind.MATRIX)
"""What an array of no, one and two axes is."""


@dataclass(frozen=True, slots=True)
class Input:
    """Exact values of all declared names; each is a float, so that the code gets the same ones."""

    scope: Scope
    values: Mapping[str, Value]

    def evaluation(self, more: Mapping[str, Value]) -> Evaluation:
        """Return what evaluates formulas here, with further values."""
        return Evaluation(self.scope, {**self.values, **more})


def inputs_of(algorithm: Algorithm) -> list[Input]:
    """Draw inputs that satisfy all hypotheses; what is returned has no value there yet."""
    scope = scope_of(algorithm.statement)
    declared = Scope({name: scope.types[name] for name in algorithm.inputs}, scope.definitions)
    seed = f"{algorithm.id} {algorithm.snippet.name}"
    found: list[Input] = []
    for index in range(MOST_DRAWS):
        if len(found) == INPUTS:
            break
        values = _drawn(declared, algorithm.statement.given, seed, index)
        if values is not None:
            found.append(Input(scope, values))
    return found


def _drawn(scope: Scope, given: Sequence[Node], seed: str, index: int) -> dict[str, Value] | None:
    tier = Tier.SPECIAL if index < CORNERS or index % 3 == 2 else Tier.BENIGN
    dims = [name for name, kind in scope.types.items() if kind.name == "dim"]
    large = {dims[0]: LARGEST_SIZE} if index % 10 == 9 and len(dims) == 1 else None
    source = Source(seed, index, tier=tier)
    try:
        point = draw_point(scope, source, sizes=large)
        moved = satisfying(scope, point, given, source) if given else point
        if moved is None:
            return None
        values = {name: exact(rounded(value)) for name, value in moved.values.items()}
        if index % 10 == LARGE_AT:
            values = {name: _large(scope.types[name], value) for name, value in values.items()}
        return values if satisfied(scope, replace(moved, values=values), given) else None
    except (NoValue, EmptyDomain, ArithmeticError, ValueError):
        return None


def _large(kind: Type, value: Value) -> Value:
    """Return a value of a type without bounds with its largest entry at :data:`LARGE`."""
    array = rounded(value)
    largest = float(np.max(np.abs(array)))
    if kind.name not in ("vector", "matrix", "square") or not largest:
        return value
    return exact(array * (LARGE / largest))


def rounded(value: Value) -> Array:
    """Return the floats nearest to a value, a vector as a matrix of one column."""
    if isinstance(value, Matrix):
        return np.array([[as_float(as_number(x)) for x in row] for row in value.rows])
    return np.asarray(as_float(as_number(value)))


def exact(array: Array) -> Value:
    """Return floats as what they are exactly; an array of one axis is a column.

    Raises
    ------
    ValueError
        For what is no number.
    OverflowError
        For infinity.
    """
    if array.ndim == 0:
        return _ratio(float(array))
    if array.ndim == 1:
        return column([_ratio(x) for x in array.tolist()])
    return Matrix([[_ratio(x) for x in row] for row in array.tolist()])


def _ratio(x: float) -> Number:
    return rational(*float(x).as_integer_ratio())


def input_of_call(algorithm: Algorithm, given: Call) -> tuple[Input | None, str, str]:
    """Return the input that a call names, or the code and the message of what is wrong with it.

    The values are computed exactly and held to their types, as those of a worked example.
    """
    statement = algorithm.statement
    scope = scope_of(statement)
    needed = _needed(algorithm, scope)
    example = Example(given.given, tuple(sym(name) for name in needed), given.path)
    values: dict[str, Value] = {}
    for name, value in zip(needed, compute(replace(statement, example=example)), strict=True):
        if value.code:
            return None, value.code, value.message
        rows = np.array(value.numbers, float)
        has_axes = scope.types[name].name in VECTOR_TYPES | MATRIX_TYPES
        values[name] = exact(rows if has_axes else rows[0, 0])
    idle = [name for name in given.given if name not in needed]
    if idle:
        return None, "unused-name", f"the code does not need {', '.join(idle)}"
    return Input(scope, {**_sizes(scope, values), **values}), "", ""


def _sizes(scope: Scope, values: Mapping[str, Value]) -> dict[str, Value]:
    """Return the sizes that follow from the shapes of values."""
    return {
        arg.name: rational(size)
        for name, value in values.items()
        if isinstance(value, Matrix)
        for arg, size in zip(scope.types[name].args, value.shape, strict=False)
        if arg.op == "sym"
    }


def _needed(algorithm: Algorithm, scope: Scope) -> list[str]:
    """Return the declared names that the arguments rest on, without sizes that shapes tell."""
    found: set[str] = set()
    for name in algorithm.snippet.arguments:
        found |= names_in(sym(name), scope)
    told = {
        arg.name
        for name in found
        for arg in scope.types[name].args
        if arg.op == "sym" and scope.types[name].name in VECTOR_TYPES | MATRIX_TYPES
    }
    return [
        name
        for name in algorithm.inputs
        if name in found and not (scope.types[name].name == "dim" and name in told)
    ]


def arguments_at(algorithm: Algorithm, at: Input) -> list[Any]:
    """Return what the code is called with at an input.

    Raises
    ------
    NoValue
        When an argument that follows from others has no value there.
    """
    return [_argument(algorithm, at, name) for name in algorithm.snippet.arguments]


def _argument(algorithm: Algorithm, at: Input, name: str) -> Any:
    statement = algorithm.statement
    kind = statement.types.get(name)
    if kind is not None:
        if kind.name in WHOLE_OR_SIZE:
            return round(as_float(as_number(at.values[name])))
        return as_argument(at.values[name], kind_of(sym(name), statement))
    if statement.definitions[name].parameters:
        return ArgumentFunction(_function(algorithm, at, name))
    value = at.evaluation({}).value(sym(name))
    return as_argument(value, kind_of(sym(name), statement))


def as_argument(value: Value, kind: Kind) -> Any:
    """Return a value as the code meets it: a float, or an array of one or two axes."""
    if kind is Kind.SCALAR:
        return as_float(as_number(value))
    entries = rounded(as_matrix(value))
    return entries[:, 0] if kind is Kind.VECTOR else entries


def _function(algorithm: Algorithm, at: Input, name: str) -> Callable[..., Any]:
    definition = algorithm.statement.definitions[name]
    count = len(definition.parameters)
    names = [f" argument {place}" for place in range(count)]  # shadows no written name
    node = call(name, *map(sym, names))
    known = dict(at.values)  # one evaluation for all calls works out each definition once
    evaluation = Evaluation(at.scope, known, work=MOST_WORK)

    def function(*values: Any) -> Any:
        if len(values) != count:
            raise ValueError(f"{name} takes {count} arguments, not {len(values)}")
        arrays = [np.asarray(value, float) for value in values]
        if not all(np.isfinite(array).all() for array in arrays):
            raise ValueError(f"{name} is given a number that is not finite")
        kinds = dict(zip(definition.parameters, (_KINDS[x.ndim] for x in arrays), strict=True))
        known.update(zip(names, map(exact, arrays), strict=True))
        try:
            value = evaluation.value(node)
        except NoValue as error:
            raise ValueError(f"{name}: {error}") from None
        return as_argument(value, kind_of(definition.body, algorithm.statement, kinds))

    return function


def shape_of(kind: Type, at: Input) -> tuple[int, ...]:
    """Return the shape of arrays of a declared type at an input."""
    sizes = [round(as_float(as_number(at.evaluation({}).value(arg)))) for arg in kind.args]
    return (sizes[0], sizes[0]) if kind.name == "square" else tuple(sizes)


def sizes_in(inputs: Sequence[Input]) -> Iterator[int]:
    """Yield the sizes of the vectors and matrices among inputs."""
    for at in inputs:
        for name, value in at.values.items():
            if isinstance(value, Matrix):
                one_axis = at.scope.types[name].name in VECTOR_TYPES - MATRIX_TYPES
                yield from value.shape[:1] if one_axis else value.shape
