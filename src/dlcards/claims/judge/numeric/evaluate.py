"""The value of a formula at a sampled point of its declared domain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from dlcards.claims.judge.numeric.laws import DEPENDENT, INDEPENDENT, Law, joint_law
from dlcards.claims.judge.numeric.operators import OPERATORS
from dlcards.claims.judge.numeric.point import (
    Point,
    Reading,
    Scope,
    Value,
    Work,
    names_in,
    plain_value,
    scope_of,
)
from dlcards.claims.judge.numeric.sampling import (
    MATRIX_TYPES,
    NUMBER_TYPES,
    VECTOR_TYPES,
    RandomFunction,
    Stream,
    quadratic_function,
    random_function,
    sample_matrix,
    sample_number,
)
from dlcards.claims.judge.numeric.values import (
    Array,
    Matrix,
    NumericError,
    Undefined,
    WrongShape,
    collapsed,
)
from dlcards.claims.judge.numeric.words import ENTRYWISE, OF_MATRICES, UNDEFINED, WORDS
from dlcards.claims.statement import Type
from dlcards.claims.tree import Node
from dlcards.claims.types import SHARED_TYPES

__all__ = ["Point", "Scope", "Value", "Work", "names_in", "scope_of"]


def _call(point: Point, node: Node) -> Value:
    name = node.name
    if name in ENTRYWISE:
        return _entry_by_entry(point, name, node)
    if name in OF_MATRICES:
        arguments = [point.matrix(arg, name) for arg in node.args]
        if name not in ("softmax", "softmax_rows"):
            point.note(*arguments)
        return _of_matrices(point, name, arguments, node)
    word = WORDS.get(name)
    if word is not None:
        return word(point, node)
    if name in point.scope.definitions:
        return _defined(point, name, [point.evaluate(arg) for arg in node.args])
    function = point.values.get(name)
    if isinstance(function, RandomFunction):
        arguments_of = [point.evaluate(arg) for arg in node.args]
        return function([plain_value(argument) for argument in arguments_of])
    raise NumericError(f"'{name}' has no numeric meaning")


def _defined(point: Point, name: str, arguments: Sequence[Value]) -> Value:
    definition = point.scope.definitions[name]
    if len(arguments) != len(definition.parameters):
        raise NumericError(f"'{name}' takes {len(definition.parameters)} arguments")
    before = dict(point.values)
    point.values.update(zip(definition.parameters, arguments, strict=True))
    try:
        return point.evaluate(definition.body)
    finally:
        point.values.clear()
        point.values.update(before)


_EXPONENTIAL = frozenset({"exp", "sigmoid", "softplus"})


def _entry_by_entry(point: Point, name: str, node: Node) -> Value:
    """Apply a word of one number to every entry."""
    # What is added in an exponent says nothing about the rounding of its power.
    point.quiet += name in _EXPONENTIAL
    try:
        value = point.evaluate(node.args[0])
    finally:
        point.quiet -= name in _EXPONENTIAL
    if isinstance(value, RandomFunction):
        raise WrongShape("a function needs an argument")
    entries = value.entries if isinstance(value, Matrix) else np.asarray(value, float)
    result = ENTRYWISE[name](entries)
    if name in UNDEFINED:
        bad = np.isnan(result)
        if bad.any():
            point.undefined(bad & ~np.isnan(entries), UNDEFINED[name], node)
    return Matrix(result) if isinstance(value, Matrix) else result


def _of_matrices(point: Point, name: str, arguments: list[Matrix], node: Node) -> Value:
    """Apply a word of vectors and matrices."""
    result = OF_MATRICES[name](*arguments)
    if isinstance(result, Matrix):
        result = collapsed(result)
    if name == "det":
        # Hadamard's bound: so large are the products whose sum may be zero.
        point.note(np.linalg.norm(arguments[0].entries, axis=-1).prod(axis=-1))
    if name in UNDEFINED:
        entries = result.entries if isinstance(result, Matrix) else np.asarray(result)
        point.undefined(np.isnan(entries), UNDEFINED[name], node)
    return result


READINGS: Mapping[str, Reading] = {**OPERATORS, "call": _call}
"""How every kind of node is read."""


def sample_point(
    scope: Scope,
    rng: np.random.Generator,
    work: Work,
    *,
    latent: Sequence[float] = (),
    corner: int = 0,
    fixed: Mapping[str, Value] | None = None,
) -> Point:
    """Draw a value for every declared name.

    Parameters
    ----------
    latent : sequence of float
        Normal numbers to begin with, for points near one that was drawn before.
    corner : int
        1 to 4 asks for awkward values: zeros, ones, singular matrices, constants.
    fixed : mapping of str to value
        Names that are given rather than drawn; sizes follow from their shapes.

    Raises
    ------
    NumericError
        If a declared domain is empty.
    """
    point = Point(scope, Stream(rng, latent), work, READINGS, corner)
    given = dict(fixed or {})
    point.values.update(_sizes(scope.types, point.stream, given))
    point.values.update(given)
    for name, kind in scope.types.items():
        if name not in point.values and kind.name not in DEPENDENT | INDEPENDENT:
            point.values[name] = sample_type(point, kind)
    random = {n: t for n, t in scope.types.items() if n not in given}
    law = joint_law(random, point.stream, number=point.plain, size=point.size, corner=corner)
    # Without chance there is one point, so that the mean of a constant is the constant.
    point.law = law or Law(np.ones(1), {})
    return point


def _sizes(
    types: Mapping[str, Type], stream: Stream, given: Mapping[str, Value]
) -> dict[str, Value]:
    """Choose different sizes, so that a wrong transpose does not fit."""
    names = [name for name, kind in types.items() if kind.name == "dim"]
    sizes: dict[str, Value] = {}
    if len(names) == 1:
        sizes[names[0]] = float(2 + int(stream.fraction() * 3.999))
    elif names:
        ranks = np.argsort(stream.uniform(len(names)))
        sizes = {
            name: float(2 + rank % 4) for name, rank in zip(names, ranks.tolist(), strict=True)
        }
    for kind in types.values():
        if kind.name == "fullrank" and all(arg.op == "sym" for arg in kind.args):
            tall, wide = (arg.name for arg in kind.args)
            if tall in sizes and wide in sizes and _less(sizes[tall], sizes[wide]):
                sizes[tall], sizes[wide] = sizes[wide], sizes[tall]
    for name, value in given.items():
        if name in types and isinstance(value, Matrix):
            shape = value.shape if len(types[name].args) > 1 else value.shape[:1]
            for arg, size in zip(types[name].args, shape, strict=False):
                if arg.op == "sym" and arg.name in sizes:
                    sizes[arg.name] = float(size)
    return sizes


def _less(a: Value, b: Value) -> bool:
    return isinstance(a, float) and isinstance(b, float) and a < b


def sample_type(point: Point, kind: Type, stream: Stream | None = None) -> Value:
    """Draw a value of a declared type that is not random in the sense of chance.

    Raises
    ------
    NumericError
        If the type has no value, as ``interval(1, 0)``.
    """
    stream = stream or point.stream
    if kind.name in NUMBER_TYPES:
        bounds = [point.plain(arg) for arg in kind.args]
        return sample_number(kind.name, bounds, stream, point.corner)
    if kind.name in VECTOR_TYPES | MATRIX_TYPES:
        return sample_matrix(kind.name, [point.size(a) for a in kind.args], stream, point.corner)
    if kind.name == "quadratic":
        return quadratic_function(point.size(kind.args[0]), 0.0, point.plain(kind.args[1]), stream)
    if kind.name in ("function", "smooth_function", "convex", "positive_function"):
        sizes = [point.size(arg) for arg in kind.args]
        inputs = sizes[0] if sizes else None
        return random_function(kind.name, inputs, sizes[1] if len(sizes) > 1 else None, stream)
    raise NumericError(f"a value of type '{kind.name}' cannot be drawn")


def narrowed(scope: Scope, nodes: Iterable[Node]) -> Scope:
    """Return the scope with only those declarations that some formulas depend on."""
    used: frozenset[str] = frozenset().union(*(names_in(node, scope) for node in nodes))
    shared = {kind for name, kind in scope.types.items() if name in used}
    types = {
        name: kind
        for name, kind in scope.types.items()
        if name in used or (kind.name in SHARED_TYPES and kind in shared)
    }
    return Scope(types, scope.definitions)


def settle(point: Point, value: Value) -> Matrix | Array:
    """Return a finite value, or tell why there is none.

    Raises
    ------
    Undefined
        If the value is not finite.
    """
    found = plain_value(value)
    entries = found.entries if isinstance(found, Matrix) else np.asarray(found, float)
    if not np.isfinite(entries).all():
        reason = point.reasons[0][0] if point.reasons else "a value that is not finite"
        raise Undefined(reason)
    return found if isinstance(found, Matrix) else entries
