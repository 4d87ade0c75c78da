"""A walk over the tree of a formula with SymPy objects, noting where it has a value.

Words are read by the functions of :mod:`dlcards.claims.prove.words`; operators here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, TypeAlias, assert_never

import sympy as sp

from dlcards.claims.prove.budget import MAX_SIDE
from dlcards.claims.prove.model import known_signs, matrix_model
from dlcards.claims.prove.signs import (
    NEGATIVE,
    NONNEGATIVE,
    NONZERO,
    POSITIVE,
    ZERO,
    Facts,
    Signs,
    negated,
    requirements,
)
from dlcards.claims.prove.symbols import is_matrix
from dlcards.claims.prove.zero import NoProof, WrongShape
from dlcards.claims.statement import Definition, Statement, Type
from dlcards.claims.tree import Node, num, walk
from dlcards.claims.types import FUNCTION_TYPES, MATRIX_TYPES, VECTOR_TYPES
from dlcards.claims.types.chance.symbols import (
    PARAMETRIC,
    RANDOM,
    Group,
    Space,
    finite_space,
    moment_groups,
)
from dlcards.claims.types.functions.symbols import FunctionModel, function_model
from dlcards.claims.types.numbers.symbols import number_model, signed_model
from dlcards.claims.unparser import formula_text

Reading: TypeAlias = "Callable[[Evaluator, tuple[Node, ...]], Any]"
"""What a word means, from its arguments."""

NOTHING: Mapping[str, Any] = MappingProxyType({})

_REQUIRED: Mapping[Signs, str] = {
    POSITIVE: "> 0",
    NEGATIVE: "< 0",
    NONNEGATIVE: ">= 0",
    NONZERO: "!= 0",
}


@dataclass(frozen=True, slots=True)
class Obligation:
    """What must hold for a formula to have a value.

    Parameters
    ----------
    expression : SymPy expression
    signs : Signs
        The signs it may have.
    text : str
        The same in the language of claims.
    """

    expression: Any
    signs: Signs
    text: str


@dataclass(frozen=True, slots=True)
class Case:
    """One of the cases that together cover all values of the names.

    Parameters
    ----------
    sizes : mapping of str to int
        A value for every name used as a shape.
    index : mapping of str to int
        A value for every name declared ``integers``.
    signs : mapping of str to int
        Numbers to be taken as positive (1), negative (-1) or zero (0).
    places : mapping of str to int
        The position of the one in every ``onehot``.
    ties : mapping of str to tuple of int
        For random names, which points of a finite law share a value.
    """

    sizes: Mapping[str, int] = field(default_factory=lambda: NOTHING)
    index: Mapping[str, int] = field(default_factory=lambda: NOTHING)
    signs: Mapping[str, int] = field(default_factory=lambda: NOTHING)
    places: Mapping[str, int] = field(default_factory=lambda: NOTHING)
    ties: Mapping[str, tuple[int, ...]] = field(default_factory=lambda: NOTHING)


class Impossible(Exception):
    """A case that the hypotheses rule out."""


class Evaluator:
    """Evaluates formulas over the stand-ins of a statement's names.

    Parameters
    ----------
    statement : Statement
    words : mapping of str to Reading
    case : Case
    moments : bool
        Random names are known by their moments only; otherwise they have a general
        law on few points.
    given : tuple of Node
        Relations that may be assumed.

    Raises
    ------
    NoProof
        If a declaration has no symbolic stand-in.
    Impossible
        If a relation does not hold in this case.
    """

    def __init__(
        self,
        statement: Statement,
        words: Mapping[str, Reading | None],
        case: Case,
        *,
        moments: bool = False,
        given: tuple[Node, ...] = (),
    ) -> None:
        self.statement = statement
        self.facts = Facts()
        self.obligations: list[Obligation] = []
        self.estimated = False
        self.sized = bool(case.sizes)
        self.finite = False
        self.space = Space()
        self.groups: tuple[Group, ...] = ()
        self.atom: int | None = None
        self._words = words
        self._count = 0
        self._local: dict[str, Any] = {}
        self._values: dict[str, Any] = {n: sp.Integer(size) for n, size in case.sizes.items()}
        self._values |= {name: signed_model(name, sign) for name, sign in case.signs.items()}
        for name, type_ in statement.types.items():
            if name not in self._values and type_.name not in RANDOM:
                self._values[name] = self._declared(name, type_, case)
        self.laws = {n: t for n, t in statement.types.items() if t.name in PARAMETRIC}
        for type_ in self.laws.values():
            self._require_law(type_)
        if moments:
            values, self.groups = moment_groups(statement, self.size, self.parameters)
            self._values.update(values)
        elif any(type_.name in RANDOM - PARAMETRIC for type_ in statement.types.values()):
            self.space = finite_space(statement, self.size, case.ties)
            for expression, signs in self.space.known:
                self.facts.learn(expression, signs)
            kinds = {type_.name for type_ in statement.types.values()} & RANDOM
            self.finite = bool(kinds - {"event"} - PARAMETRIC)
        for relation in given:
            self._assume(relation)

    def _assume(self, relation: Node) -> None:
        """Take a hypothesis as known, as far as it compares numbers.

        Raises
        ------
        Impossible
            If it does not hold in this case.
        """
        if relation.op != "rel":
            return
        start = len(self.obligations)
        try:
            values = [self(arg) for arg in relation.args]
        except NoProof:
            return
        finally:
            del self.obligations[start:]  # a hypothesis holds, so it has a meaning
        for sign, left, right in zip(relation.relations, values, values[1:], strict=False):
            if any(is_matrix(side) or isinstance(side, bool) for side in (left, right)):
                continue
            difference = sp.expand(left - right)
            if not self.facts.signs(difference) & _HOLDING[sign]:
                raise Impossible
            self.facts.learn(difference, _HOLDING[sign])

    def parameters(self, type_: Type) -> list[Any]:
        """Return the parameters of a named law."""
        return [self(arg) for arg in type_.args]

    def _require_law(self, type_: Type) -> None:
        for name in {node.name for arg in type_.args for node in walk(arg)}:
            declared = self.statement.types.get(name)
            if declared is not None and declared.name in RANDOM:
                raise NoProof("a law with a random parameter")
        parameters = self.parameters(type_)
        first, node = parameters[0], type_.args[0]
        match type_.name:
            case "Normal":
                self.require(parameters[1], NONNEGATIVE, type_.args[1])
            case "Bernoulli":
                self._require_chance(first, node)
            case "Binomial":
                if not (first.is_integer and first.is_nonnegative):
                    raise NoProof("a number of tries that is not natural")
                self._require_chance(parameters[1], type_.args[1])
            case "Poisson" | "Exponential":
                self.require(first, POSITIVE, node)
            case "Uniform":
                low, high = type_.args
                self.require(parameters[1] - first, POSITIVE, Node("sub", (high, low)))
            case _:
                raise NoProof(f"no symbolic model of {type_.name}")

    def _require_chance(self, value: Any, node: Node) -> None:
        self.require(value, NONNEGATIVE, node)
        self.require(1 - value, NONNEGATIVE, Node("sub", (num(1), node)))

    def _declared(self, name: str, type_: Type, case: Case) -> Any:
        if type_.name in VECTOR_TYPES | MATRIX_TYPES:
            shape = [self.size(arg) for arg in type_.args]
            self.sized = self.sized or any(arg.op != "num" for arg in type_.args)
            value = matrix_model(name, type_, shape, case.places.get(name, 0))
            self.facts.waiting.append(known_signs(name, type_, value))
            return value
        if type_.name in FUNCTION_TYPES:
            return function_model(name, type_, [self.size(arg) for arg in type_.args])
        bounds = [] if type_.name == "integers" else [self(arg) for arg in type_.args]
        value, bounded = number_model(name, type_, bounds, case.index)
        if bounded is not None:
            self.facts.bounded[value] = bounded
        self.facts.waiting.append(known_signs(name, type_, value))
        return value

    def size(self, node: Node) -> int:
        """Return a size as a plain number.

        Raises
        ------
        NoProof
            If it is not a small whole number.
        """
        value = self(node)
        if not getattr(value, "is_Integer", False) or not 1 <= value <= MAX_SIDE:
            raise NoProof("no plain size")
        return int(value)

    # What must hold

    def require(self, expression: Any, signs: Signs, node: Node, text: str = "") -> None:
        """Note that an expression must have one of these signs for a formula to have a value.

        Parameters
        ----------
        node : Node
            How the expression was written.
        text : str
            What must hold, when it is not the sign of what was written.
        """
        if expression.has(sp.oo, -sp.oo, sp.zoo, sp.nan):
            raise NoProof("a part has no value")
        text = text or f"{formula_text(node)} {_REQUIRED[signs]}"
        self.obligations.append(Obligation(expression, signs, text))

    def require_smooth(self, value: Any, variables: frozenset[Any], node: Node) -> None:
        """Note what must hold for a formula to be smooth in some symbols.

        Raises
        ------
        NoProof
            If it is not known to be smooth anywhere.
        """
        if value.has(sp.nan, sp.zoo, sp.oo, -sp.oo):
            raise NoProof("a part has no value")
        try:
            found = list(requirements(value, variables))
        except ValueError as obstacle:
            raise NoProof(str(obstacle)) from None
        for expression, signs in found:
            self.require(expression, signs, node, f"{formula_text(node)} is smooth")

    @contextmanager
    def at(self, values: Mapping[Any, Any]) -> Iterator[None]:
        """Require what the block requires at these values of its symbols."""
        start = len(self.obligations)
        yield
        for place in range(start, len(self.obligations)):
            noted = self.obligations[place]
            there = noted.expression.subs(values, simultaneous=True)
            self.obligations[place] = replace(noted, expression=there)

    @contextmanager
    def between(self, bounded: Mapping[Any, Any]) -> Iterator[None]:
        """Write symbols inside the block with others that their bounds leave free."""
        before = self.facts
        self.facts = before.with_bounds(bounded)
        start = len(self.obligations)
        try:
            yield
            kept = [o for o in self.obligations[start:] if not self.holds(o)]
            self.obligations[start:] = kept
        finally:
            self.facts = before

    def holds(self, obligation: Obligation) -> bool:
        """Tell whether the types and hypotheses imply what is required."""
        return self.facts.imply(obligation.expression, obligation.signs)

    def holds_near(self, obligation: Obligation, step: Any) -> bool:
        """Tell whether something holds for all small values of a symbol, 0 perhaps excepted.

        What is strict and holds at 0 holds near it; what depends on the symbol as a power
        of it does is not zero beside 0.
        """
        if self.holds(obligation):
            return True
        expression = obligation.expression
        there = expression.subs(step, 0)
        if there.has(sp.oo, -sp.oo, sp.zoo, sp.nan):
            return False
        if self.facts.imply(there, obligation.signs - ZERO):
            return True
        rest = sp.cancel(expression / step)
        return obligation.signs == NONZERO and self.facts.imply(rest, NONZERO)

    def undischarged(self) -> tuple[str, ...]:
        """Return the requirements that nothing implies, in the claim language."""
        texts: dict[str, None] = {}
        seen: dict[tuple[Any, Signs], bool] = {}
        for obligation in self.obligations:
            key = (obligation.expression, obligation.signs)
            if key not in seen:
                seen[key] = self.holds(obligation)
            if not seen[key]:
                texts[obligation.text] = None
        return tuple(texts)

    # Names

    @contextmanager
    def _names(self, values: Mapping[str, Any], local: Mapping[str, Any]) -> Iterator[None]:
        before = self._values, self._local
        self._values, self._local = dict(values), dict(local)
        try:
            yield
        finally:
            self._values, self._local = before

    @contextmanager
    def binding(self, names: Mapping[str, Any]) -> Iterator[None]:
        """Give names a value where they stand in a formula itself, not in a definition."""
        with self._names(self._values, {**self._local, **names}):
            yield

    @contextmanager
    def moving(self, name: str, value: Any) -> Iterator[None]:
        """Give a declared name another value, also in the definitions that use it."""
        if name in self._local:
            with self.binding({name: value}):
                yield
        else:
            with self._names({**self._values, name: value}, self._local):
                yield

    def bound(self, name: str, value: Any, node: Node) -> Any:
        """Evaluate a formula in which a bound variable has this value."""
        with self.binding({name: value}):
            return self(node)

    def fresh(self, stem: str, **assumptions: bool) -> Any:
        """Return a symbol that occurs nowhere yet."""
        self._count += 1
        # No declared name has brackets, so none gives the same symbol.
        return sp.Symbol(f"{stem}[{self._count}]", **assumptions)

    def value(self, name: str) -> Any:
        """Return what a declared name, or a parameter, stands for.

        Raises
        ------
        NoProof
            If it is a definition, or random at no particular point.
        """
        for names in (self._local, self._values):
            if name in names:
                return names[name]
        raise NoProof(f"{name} is not a plain name")

    def moves_others(self, name: str, entry: Any) -> bool:
        """Tell whether the stand-in of another name contains this symbol, as one of its bounds."""
        others = (value for other, value in self._values.items() if other != name)
        return any(
            entry in part.free_symbols
            for value in others
            if not isinstance(value, FunctionModel)
            for part in (value if is_matrix(value) else [value])
        )

    def function(self, name: str) -> Callable[[Sequence[Any]], Any]:
        """Return a declared or defined function, or a word, as a function of numbers.

        Raises
        ------
        NoProof
            If it is none of these.
        """
        model = self._values.get(name)
        if isinstance(model, FunctionModel):
            return model
        definition = self.statement.definitions.get(name)
        if definition is not None and definition.parameters:
            count = len(definition.parameters)

            def defined(numbers: Sequence[Any]) -> Any:
                whole = count == 1 and len(numbers) > 1
                return self._applied(definition, [sp.Matrix(list(numbers))] if whole else numbers)

            return defined
        reading = self._words.get(name)
        if reading is None:
            raise NoProof(f"{name} is no function")

        def word(numbers: Sequence[Any]) -> Any:
            # Nobody can write this name, so it shadows nothing.
            with self.binding({" argument": numbers[0]}):
                return reading(self, (Node("sym", name=" argument"),))

        return word

    def _applied(self, definition: Definition, values: Sequence[Any]) -> Any:
        """Return a definition at some arguments; it sees them and the declared names only."""
        with self._names(self._values, dict(zip(definition.parameters, values, strict=True))):
            return self(definition.body)

    def takes_a_number(self, name: str) -> bool:
        """Tell whether a name is a declared function of one number, which works entry by entry."""
        type_ = self.statement.types.get(name)
        return type_ is not None and type_.name in FUNCTION_TYPES and not type_.args

    # Formulas

    def __call__(self, node: Node) -> Any:
        """Return the meaning of a formula: an expression, a matrix or a truth value.

        Raises
        ------
        NoProof
            If a part has no symbolic meaning.
        """
        op = node.op
        match op:
            case "num":
                return sp.Rational(node.number.numerator, node.number.denominator)
            case "sym":
                return self._name(node)
            case "call":
                return self._call(node)
            case "add" | "sub":
                return self._sum(node)
            case "mul":
                return self._product(node)
            case "div":
                return self._quotient(node)
            case "pow":
                return self._power(node)
            case "matmul":
                return self._matrix_product(node)
            case "T":
                value = self(node.args[0])
                return value.T if is_matrix(value) else value
            case "neg":
                return -self(node.args[0])
            case "list":
                return self._list(node)
            case "index":
                return self._entry(node)
            case "rel":
                return self._relation(node)
            case "and":
                happens = [self.truth(arg) for arg in node.args]
                return all(happens)
            case "not":
                return not self.truth(node.args[0])
            case "given":
                raise NoProof("a condition outside E, P, Var and H")
            case _:
                assert_never(op)

    def matrix(self, node: Node) -> Any:
        """Return the meaning of a formula that is a vector or matrix.

        Raises
        ------
        NoProof
            If it is a number.
        """
        value = self(node)
        if not is_matrix(value):
            raise WrongShape("a vector or matrix is needed")
        return value

    def number(self, node: Node) -> Any:
        """Return the meaning of a formula that is a number.

        Raises
        ------
        NoProof
            If it is a vector or matrix, or an event.
        """
        value = self(node)
        if is_matrix(value) or isinstance(value, bool):
            raise WrongShape("a number is needed")
        return value

    def truth(self, node: Node) -> bool:
        """Return whether a relation or event holds in this case.

        Raises
        ------
        NoProof
            If the case does not settle it.
        """
        value = self(node)
        if not isinstance(value, bool):
            raise NoProof("an event is needed")
        return value

    def _name(self, node: Node) -> Any:
        name = node.name
        for names in (self._local, self._values):
            if name in names:
                return names[name]
        if self.space.atoms and name in self.space.atoms[0]:
            if self.atom is None:
                raise NoProof("random at no particular point")
            return self.space.atoms[self.atom][name]
        definition = self.statement.definitions.get(name)
        if definition is not None:
            return self._applied(definition, [])
        if name in _CONSTANTS:
            return _CONSTANTS[name]
        raise NoProof(f"{name} has no symbolic meaning")

    def _call(self, node: Node) -> Any:
        name = node.name
        model = self._values.get(name)
        if isinstance(model, FunctionModel):
            given = [self(arg) for arg in node.args]
            if self.takes_a_number(name) and is_matrix(given[0]):
                return given[0].applyfunc(lambda entry: model([entry]))
            return model(_numbers(given))
        definition = self.statement.definitions.get(name)
        if definition is not None:
            return self._applied(definition, [self(arg) for arg in node.args])
        reading = self._words.get(name)
        if reading is None:
            raise NoProof(f"{name} has no symbolic meaning")
        return reading(self, node.args)

    # Operators

    def _sum(self, node: Node) -> Any:
        left, right = (self(arg) for arg in node.args)
        if is_matrix(left) != is_matrix(right):
            raise WrongShape("a number added to a matrix")
        return left + right if node.op == "add" else left - right

    def _product(self, node: Node) -> Any:
        left, right = (self(arg) for arg in node.args)
        if is_matrix(left) and is_matrix(right):
            return left.multiply_elementwise(right)
        return left * right

    def _quotient(self, node: Node) -> Any:
        left, right = (self(arg) for arg in node.args)
        for entry in right if is_matrix(right) else [right]:
            self.require(entry, NONZERO, node.args[1])
        if is_matrix(right):
            if not is_matrix(left):
                raise NoProof("a number divided by a matrix")
            return left.multiply_elementwise(right.applyfunc(lambda entry: 1 / entry))
        return left / right

    def _power(self, node: Node) -> Any:
        base, exponent = (self(arg) for arg in node.args)
        if is_matrix(exponent):
            raise NoProof("a matrix as an exponent")
        if is_matrix(base) and base.shape[0] == base.shape[1]:
            if not (exponent.is_Integer and 0 <= exponent <= 8):
                raise NoProof("a power of a matrix")
            return base**exponent
        for entry in base if is_matrix(base) else [base]:
            self._require_power(entry, exponent, node.args[0])
        return base.applyfunc(lambda entry: entry**exponent) if is_matrix(base) else base**exponent

    def _require_power(self, base: Any, exponent: Any, node: Node) -> None:
        if exponent.is_integer:
            if not exponent.is_nonnegative:
                self.require(base, NONZERO, node)
        elif exponent.is_positive:
            self.require(base, NONNEGATIVE, node)
        else:
            self.require(base, POSITIVE, node)

    def _matrix_product(self, node: Node) -> Any:
        left, right = (self(arg) for arg in node.args)
        if not (is_matrix(left) and is_matrix(right)):
            raise WrongShape("@ needs two matrices")
        product = left * right
        return product[0, 0] if product.shape == (1, 1) else product

    def _list(self, node: Node) -> Any:
        if node.args[0].op == "list":
            return sp.Matrix([[self.number(entry) for entry in row.args] for row in node.args])
        return sp.Matrix([self.number(entry) for entry in node.args])

    def _entry(self, node: Node) -> Any:
        value = self(node.args[0])
        matrix = value if is_matrix(value) else sp.Matrix([value])
        places = [self(arg) for arg in node.args[1:]]
        if not all(place.is_Integer for place in places):
            raise NoProof("a symbolic index")
        # Python would count a place of 0 from the end.
        places = [int(place) - 1 for place in places]
        sides = matrix.shape if len(places) == 2 else (matrix.shape[0],)
        if any(not 0 <= place < side for place, side in zip(places, sides, strict=True)):
            raise NoProof("an index out of range")
        declared = self.statement.types.get(node.args[0].name)
        if declared is not None and declared.name == "partition":
            return bool(matrix[places[0], 0])
        if len(places) == 2:
            return matrix[places[0], places[1]]
        return matrix[places[0], 0] if matrix.shape[1] == 1 else matrix[places[0], :].T

    def _relation(self, node: Node) -> bool:
        values = [self(arg) for arg in node.args]
        neighbours = zip(node.relations, values, values[1:], strict=False)
        holds = [self._compare(sign, left, right) for sign, left, right in neighbours]
        return all(holds)

    def _compare(self, sign: str, left: Any, right: Any) -> bool:
        if isinstance(left, bool) or isinstance(right, bool):
            raise NoProof("a relation between truth values")
        if is_matrix(left) or is_matrix(right):
            if sign == "==" and left == right:
                return True
            raise NoProof("an undecided relation")
        found = self.facts.signs(sp.expand(left - right))
        holding = _HOLDING[sign]
        if found <= holding:
            return True
        if not found & holding:
            return False
        raise NoProof("an undecided relation")


def _numbers(values: Sequence[Any]) -> list[Any]:
    return [number for value in values for number in (value if is_matrix(value) else [value])]


_CONSTANTS: Mapping[str, Any] = {"pi": sp.pi, "oo": sp.oo}
_HOLDING: Mapping[str, Signs] = {
    "==": ZERO,
    "!=": NONZERO,
    "<": NEGATIVE,
    "<=": negated(NONNEGATIVE),
    ">": POSITIVE,
    ">=": NONNEGATIVE,
}
"""Signs of left - right for which a relation holds."""
