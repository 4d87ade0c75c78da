"""A point of the declared domain, and the walk over a formula there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeAlias

from flint import fmpq

from dlcards.claims.balls.elementary import whole_number
from dlcards.claims.balls.errors import NoValue, TooMuchWork
from dlcards.claims.balls.matrices import Matrix
from dlcards.claims.balls.numbers import Infinity, Mode, Number, current_precision
from dlcards.claims.balls.values import Laws, Value, as_matrix, as_number, plain
from dlcards.claims.judge.canonical import expanded
from dlcards.claims.judge.numeric.point import Scope
from dlcards.claims.tree import Node, Op, walk

Reading: TypeAlias = "Callable[[Point, Node], Value]"
"""What an operator or word is worth at a point."""

MAX_WORK = 200_000


@dataclass(slots=True)
class Remembered:
    """The value of a formula that does not depend on the point, or why it has none."""

    value: Value | None
    estimated: bool
    error: NoValue | None


@dataclass(slots=True)
class Memory:
    """What is worked out once for all points of a claim.

    Attributes
    ----------
    nodes : dict of int to Node
        Keeps trees alive whose identity is a key.
    expanded : dict of int to Node
        Formulas with definitions put in.
    constant : dict of int to bool
        Whether a formula is the same at every point.
    values : dict of (int, int) to Remembered
        Values of such formulas, by the identity of their tree and the precision.
    names : dict of str to frozenset of str
        What a definition depends on.
    numbers : dict of int to fmpq
        What is written, by the identity of its tree.
    words : dict of int to frozenset of str
        The words and functions in a formula, by the identity of its tree.
    made : dict of tuple to Node
        Formulas made of others, by the identities of these.
    """

    nodes: dict[int, Node] = field(default_factory=dict)
    expanded: dict[int, Node] = field(default_factory=dict)
    constant: dict[int, bool] = field(default_factory=dict)
    values: dict[tuple[int, int], Remembered] = field(default_factory=dict)
    names: dict[str, frozenset[str]] = field(default_factory=dict)
    numbers: dict[int, fmpq] = field(default_factory=dict)
    words: dict[int, frozenset[str]] = field(default_factory=dict)
    made: dict[tuple[object, ...], Node] = field(default_factory=dict)


@dataclass(slots=True)
class Point:
    """A value for every declared name, and the formulas evaluated there.

    Parameters
    ----------
    scope : Scope
    values : mapping of str to Value
        Of every name that is not random.
    laws : Laws
        Of the names that are random and have no named law.
    readings : mapping of str to callable
        What every operator means.
    work : int
        How many more formulas may be evaluated.

    Attributes
    ----------
    bound : dict of str to Value
        Names bound inside the formula: indices, variables of integrals, parameters.
    outcome : dict of str to Value
        Random names inside an expectation.
    level : int
        How many derivatives surround the formula at hand.
    integrals : int
        How many integrals do.
    nested : bool
        Whether an integral inside another one was met.
    defined : dict of (str, int) to (Value, bool)
        Values of definitions without parameters by name and precision, and whether they
        are estimated.
    masses : dict of (int, tuple of str, int) to bool
        Whether the density of a law with some parameters was seen to integrate to 1.
    """

    scope: Scope
    values: Mapping[str, Value]
    laws: Laws
    readings: Mapping[str, Reading]
    work: int = MAX_WORK
    outcome: dict[str, Value] = field(default_factory=dict)
    bound: dict[str, Value] = field(default_factory=dict)
    mode: Mode = field(default_factory=Mode)
    level: int = 0
    integrals: int = 0
    nested: bool = False
    memory: Memory = field(default_factory=Memory)
    defined: dict[tuple[str, int], tuple[Value, bool]] = field(default_factory=dict)
    masses: dict[tuple[int, tuple[str, ...], int], bool] = field(default_factory=dict)

    def evaluate(self, node: Node) -> Value:
        """Return the value of a formula at the current precision."""
        self.work -= 1
        if self.work < 0:
            raise TooMuchWork("more evaluations than one point may take")
        return self.readings[node.op](self, node)

    def number(self, node: Node) -> Number:
        """Return the value of a formula that must be a number."""
        return as_number(self.evaluate(node))

    def matrix(self, node: Node) -> Matrix:
        """Return the value of a formula as a matrix; a number is a small one."""
        return as_matrix(self.evaluate(node))

    def plain(self, node: Node) -> Number | Matrix:
        """Return the value of a formula that must be a number or matrix."""
        return plain(self.evaluate(node))

    def whole(self, node: Node, what: str = "an index") -> int:
        """Return the value of a formula that must be a whole number."""
        return whole_number(self.number(node), what)

    def bounds(self, node: Node, what: str) -> int | Infinity:
        """Return a whole number or infinity."""
        value = self.evaluate(node)
        return value if isinstance(value, Infinity) else whole_number(as_number(value), what)

    def within(self, names: Mapping[str, Value], body: Node) -> Value:
        """Return the value of a formula in which some names are bound."""
        before = self.bound
        self.bound = {**before, **names}
        try:
            return self.evaluate(body)
        finally:
            self.bound = before

    @contextmanager
    def binding(self, names: Mapping[str, Value]) -> Iterator[None]:
        """Bind names for a while."""
        before = self.bound
        self.bound = {**before, **names}
        try:
            yield
        finally:
            self.bound = before

    @contextmanager
    def happening(self, outcome: Mapping[str, Value]) -> Iterator[None]:
        """Give random names values for a while."""
        before = self.outcome
        self.outcome = {**before, **outcome}
        try:
            yield
        finally:
            self.outcome = before

    @contextmanager
    def integrating(self) -> Iterator[None]:
        """Stand inside one more integral."""
        self.integrals += 1
        try:
            yield
        finally:
            self.integrals -= 1

    def expanded(self, node: Node) -> Node:
        """Return a formula with definitions put in."""
        found = self.memory.expanded.get(id(node))
        if found is None:
            self.memory.nodes[id(node)] = node
            found = self.memory.expanded[id(node)] = expanded(node, self.scope)
            self.memory.nodes[id(found)] = self.memory.expanded[id(found)] = found
        return found

    def words(self, node: Node) -> frozenset[str]:
        """Return the words and functions in a formula."""
        found = self.memory.words.get(id(node))
        if found is None:
            self.memory.nodes[id(node)] = node
            found = frozenset(part.name for part in walk(node) if part.op == "call")
            self.memory.words[id(node)] = found
        return found

    def made(self, op: Op, *args: Node, name: str = "", relations: tuple[str, ...] = ()) -> Node:
        """Return a formula made of others: the same one each time, so that it is read once."""
        key = op, name, relations, *map(id, args)
        found = self.memory.made.get(key)
        if found is None:
            found = self.memory.made[key] = Node(op, args, name, relations=relations)
        return found

    def definition(self, name: str) -> Value:
        """Return what a definition without parameters is worth, worked out once."""
        body = self.scope.definitions[name].body
        names = self.memory.names.get(name)
        if names is None:
            parts = walk(self.expanded(body))
            names = frozenset(part.name for part in parts if part.op in ("sym", "call"))
            self.memory.names[name] = names
        if names & self.bound.keys() or names & self.outcome.keys() or self.integrals:
            return self.evaluate(body)
        key = name, current_precision()
        if key not in self.defined:
            before, self.mode.estimated = self.mode.estimated, False
            self.defined[key] = self.evaluate(body), self.mode.estimated
            self.mode.estimated |= before
        value, estimated = self.defined[key]
        self.mode.estimated |= estimated
        return value

    def remembered(self, node: Node, reading: Reading) -> Value:
        """Return the value of a formula that is the same at every point, worked out once."""
        key = id(node), current_precision()
        found = self.memory.values.get(key)
        if found is None:
            outside = self.mode.estimated
            self.mode.estimated = False
            value: Value | None = None
            error: NoValue | None = None
            try:
                value = reading(self, node)
            except TooMuchWork:
                raise
            except NoValue as problem:
                error = problem
            found = Remembered(value, self.mode.estimated, error)
            self.memory.values[key] = found
            self.mode.estimated = outside
        self.mode.estimated |= found.estimated
        if found.error is not None:
            raise found.error
        assert found.value is not None
        return found.value
