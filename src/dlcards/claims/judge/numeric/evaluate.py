"""The value of a formula at a sampled point of its declared domain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from dlcards.claims.judge.numeric.functions import FloatFunction
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
from dlcards.claims.judge.numeric.values import (
    Array,
    Matrix,
    NumericError,
    Undefined,
    WrongShape,
    collapsed,
)
from dlcards.claims.judge.numeric.words import ENTRYWISE, OF_MATRICES, UNDEFINED, WORDS
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
    if isinstance(function, FloatFunction):
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
    if isinstance(value, FloatFunction):
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
