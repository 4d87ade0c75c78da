"""A point of the declared domain: a value for every name, and the axes of a batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np

from dlcards.claims.judge.numeric.functions import FloatFunction
from dlcards.claims.judge.numeric.laws import Law
from dlcards.claims.judge.numeric.values import (
    Array,
    Matrix,
    NeedsLoop,
    NumericError,
    Scalar,
    TooMuchWork,
    WrongShape,
    largest,
)
from dlcards.claims.statement import Definition, Statement, Type
from dlcards.claims.tree import Node, walk

Value: TypeAlias = "Matrix | Scalar | FloatFunction"
Reading: TypeAlias = "Callable[[Point, Node], Value]"
"""What an operator or word is worth at a point."""

MAX_WORK = 6_000_000
MAX_VOLUME = 400_000


@dataclass(slots=True)
class Work:
    """How many steps are left; the same on every machine, unlike the clock."""

    left: int = MAX_WORK

    @property
    def spent(self) -> int:
        """Steps taken so far."""
        return MAX_WORK - self.left


@dataclass(frozen=True, slots=True)
class Scope:
    """The declarations and definitions of a statement, ready for evaluation."""

    types: Mapping[str, Type]
    definitions: Mapping[str, Definition]


def scope_of(statement: Statement) -> Scope:
    """Prepare a statement: the parameters of its definitions get names of their own.

    A definition used inside another one then never sees the parameters of its user.
    """
    definitions = {}
    for name, definition in statement.definitions.items():
        own = {p: f"{p} of {name}" for p in definition.parameters}
        body = _renamed(definition.body, own)
        definitions[name] = Definition(tuple(own.values()), body)
    return Scope(dict(statement.types), definitions)


def _renamed(node: Node, names: Mapping[str, str]) -> Node:
    if node.op == "sym" and node.name in names:
        return replace(node, name=names[node.name])
    if not node.args or not names:
        return node
    return node.with_args(tuple(_renamed(arg, names) for arg in node.args))


@dataclass(slots=True)
class Point:
    """A value for every declared name, and the formulas evaluated there.

    Attributes
    ----------
    tolerance : float
        How exact the values computed so far are, relative to their size.
    peak : float
        The largest term that was added or multiplied: rounding is relative to it.
    reasons : list of (str, Node)
        Why numbers became undefined, and in which part of the formula.
    """

    scope: Scope
    work: Work
    readings: Mapping[str, Reading]
    values: dict[str, Value] = field(default_factory=dict)
    law: Law | None = None
    law_depth: int | None = None
    depth: int = 0
    volume: int = 1
    tolerance: float = 1e-10
    peak: float = 0.0
    quiet: int = 0
    reasons: list[tuple[str, Node]] = field(default_factory=list)

    def evaluate(self, node: Node) -> Value:
        """Return the value of a formula; NaN where it is undefined.

        Raises
        ------
        NumericError
            If it has no value for a reason that does not depend on the numbers.
        """
        self.work.left -= 1 + self.volume // 16
        if self.work.left < 0:
            raise TooMuchWork("too much work for one check")
        return self.readings[node.op](self, node)

    def number(self, node: Node) -> Scalar:
        """Return the value of a formula that must be a number."""
        value = self.evaluate(node)
        if isinstance(value, Matrix):
            shape = "x".join(map(str, value.shape))
            raise WrongShape(f"a number is needed, not a {shape} matrix")
        if isinstance(value, FloatFunction):
            raise WrongShape("a function needs an argument")
        return value

    def plain(self, node: Node) -> float:
        """Return a number that is the same for the whole batch."""
        numbers = np.asarray(self.number(node), float)
        first = float(numbers.flat[0])
        if numbers.size > 1 and not (numbers == first).all():
            raise NeedsLoop("this number may not depend on a bound variable")
        return first

    def size(self, node: Node) -> int:
        """Return a number that serves as a size."""
        number = self.plain(node)
        if not 1 <= number <= 64 or abs(number - round(number)) > 1e-9:
            raise NumericError(f"a size must be a whole number from 1 to 64, not {number:g}")
        return round(number)

    def matrix(self, node: Node, word: str) -> Matrix:
        """Return the value of a formula that must be a vector or matrix."""
        value = self.evaluate(node)
        if not isinstance(value, Matrix):
            raise WrongShape(f"{word} needs a vector or matrix")
        return value

    def undefined(self, bad: Array | bool, reason: str, node: Node) -> None:
        """Remember why some numbers of the batch are undefined."""
        if np.any(bad):
            self.reasons.append((reason, node))

    def note(self, *values: Value) -> None:
        """Remember the size of terms, unless inside a derivative, integral or limit."""
        if not self.quiet:
            for value in values:
                if not isinstance(value, FloatFunction):
                    self.peak = max(self.peak, largest(value))

    @contextmanager
    def axis(self, count: int) -> Iterator[None]:
        """Stand inside one more batch axis of the given length."""
        self.depth += 1
        self.volume *= max(count, 1)
        if self.volume > MAX_VOLUME:
            raise TooMuchWork("too many points at once")
        try:
            yield
        finally:
            self.volume //= max(count, 1)
            self.depth -= 1

    @contextmanager
    def bound(self, name: str, value: Value) -> Iterator[None]:
        """Give a name another value for a while."""
        before = self.values.get(name)
        self.values[name] = value
        try:
            yield
        finally:
            if before is None:
                del self.values[name]
            else:
                self.values[name] = before

    def spread(self, points: Array) -> Array:
        """Turn a row of points into values on a new batch axis in front of all others."""
        return np.asarray(points, float).reshape(len(points), *(1,) * self.depth)

    def along(self, name: str, points: Value, count: int, body: Node) -> Matrix | Array:
        """Evaluate a formula with a name running over points on a new first axis.

        Returns
        -------
        Matrix or ndarray
            With the axis of length ``count`` in front of exactly ``depth`` others.
        """
        with self.axis(count), self.bound(name, points):
            value = self.evaluate(body)
        return self.leading(value, count)

    def leading(self, value: Value, count: int) -> Matrix | Array:
        """Return a value with its newest batch axis in front, repeated if it lacks it."""
        if isinstance(value, FloatFunction):
            raise WrongShape("a function needs an argument")
        behind = 2 if isinstance(value, Matrix) else 0
        entries = value.entries if isinstance(value, Matrix) else np.asarray(value, float)
        missing = self.depth + 1 + behind - entries.ndim
        if missing > 0:
            axes = entries.shape[: entries.ndim - behind]
            entries = entries.reshape((1,) * missing + axes + entries.shape[len(axes) :])
        entries = np.broadcast_to(entries, (count, *entries.shape[1:]))
        return Matrix(entries) if behind else entries

    @contextmanager
    def chance(self) -> Iterator[Array]:
        """Stand on a new batch axis of all points of the joint law; yield the weights."""
        if self.law is None:
            raise NumericError("no random variable is declared")
        before = self.law_depth
        # A random name that is bound to a number outside is random again in here.
        hidden = {n: v for n, v in self.values.items() if n in self.law.values}
        for name in hidden:
            del self.values[name]
        weights = self.spread(self.law.weights)
        depth = self.depth
        with self.axis(len(weights)):
            self.law_depth = depth
            try:
                yield weights
            finally:
                self.law_depth = before
                self.values.update(hidden)

    def distribution(self, node: Node) -> Matrix | Array:
        """Return the values of a formula at all points of the joint law."""
        with self.chance() as weights:
            value = self.evaluate(node)
        return self.leading(value, len(weights))


def plain_value(value: Value) -> Matrix | Scalar:
    """Return a number or matrix; a bare function is neither."""
    if isinstance(value, FloatFunction):
        raise WrongShape("a function needs an argument")
    return value


def scalar_value(value: Value) -> Scalar:
    """Return a number."""
    if isinstance(value, Matrix | FloatFunction):
        raise WrongShape("a number is needed")
    return value


def is_event(node: Node, scope: Scope) -> bool:
    """Tell whether a formula is an event rather than a number."""
    if node.op in ("rel", "and", "not") or (node.op == "call" and node.name == "union"):
        return True
    if node.op == "index" and node.args[0].op == "sym":
        declared = scope.types.get(node.args[0].name)
        return declared is not None and declared.name == "partition"
    if node.op in ("sym", "call"):
        declared = scope.types.get(node.name)
        if declared is not None:
            return declared.name == "event"
        definition = scope.definitions.get(node.name)
        return definition is not None and is_event(definition.body, scope)
    return False


def names_in(node: Node, scope: Scope) -> frozenset[str]:
    """Return the declared names a formula depends on, also through definitions."""
    found: set[str] = set()
    waiting = [node]
    seen: set[str] = set()
    while waiting:
        for part in walk(waiting.pop()):
            if part.op not in ("sym", "call") or part.name in seen:
                continue
            seen.add(part.name)
            if part.name in scope.definitions:
                waiting.append(scope.definitions[part.name].body)
            elif part.name in scope.types:
                found.add(part.name)
                waiting.extend(scope.types[part.name].args)
    return frozenset(found)
