"""The symbolic reading of every word: a walk over the tree with SymPy objects."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, TypeAlias

import sympy as sp

from dlcards.claims.prove.model import (
    PARAMETRIC,
    RANDOM,
    FunctionModel,
    Group,
    Space,
    expectation_by_moments,
    finite_space,
    function_model,
    is_matrix,
    matrix_model,
    moment_groups,
    number_model,
    raw_moment,
    signed_model,
    sizes,
)
from dlcards.claims.prove.unknown import UnknownFunction
from dlcards.claims.prove.zero import NoProof
from dlcards.claims.statement import Statement, Type
from dlcards.claims.tree import Node, call
from dlcards.claims.words import FUNCTION_TYPES, LAW_NAMES, MATRIX_TYPES, VECTOR_TYPES

MAX_SUM = 30
NOTHING: Mapping[str, int] = MappingProxyType({})
MAX_SIDE = 6

Reading: TypeAlias = "Callable[[Evaluator, tuple[Node, ...]], Any]"


class Evaluator:
    """Evaluates formulas over the stand-ins of a statement's names.

    Parameters
    ----------
    statement : Statement
    size : int
        2 or 3, for the names used as shapes.
    index : mapping of str to int
        A value for every name declared ``integers``.
    signs : mapping of str to int
        Numbers to be taken as positive (1), negative (-1) or zero (0).
    moments : bool
        Random names are known by their moments only; otherwise they have a general
        law on few points.

    Raises
    ------
    NoProof
        If a declaration has no symbolic stand-in.
    """

    def __init__(
        self,
        statement: Statement,
        *,
        size: int = 2,
        index: Mapping[str, int] = NOTHING,
        moments: bool = False,
        signs: Mapping[str, int] = NOTHING,
    ) -> None:
        self.statement = statement
        self.ranges: dict[Any, tuple[float, float]] = {}
        self.sized = any(type_.name == "dim" for type_ in statement.types.values())
        self.finite = False
        self._values: dict[str, Any] = dict(sizes(statement, size))
        self._values |= {name: signed_model(name, sign) for name, sign in signs.items()}
        self._space = Space()
        self._groups: tuple[Group, ...] = ()
        self._atom: int | None = None
        for name, type_ in statement.types.items():
            if name not in self._values and type_.name not in RANDOM:
                self._values[name] = self._declared(name, type_, index)
        self._laws = {n: t for n, t in statement.types.items() if t.name in PARAMETRIC}
        if moments:
            values, self._groups = moment_groups(statement, self.size, self._parameters)
            self._values.update(values)
        elif any(type_.name in RANDOM - PARAMETRIC for type_ in statement.types.values()):
            self._space = finite_space(statement, self.size)
            kinds = {type_.name for type_ in statement.types.values()} & RANDOM
            self.finite = bool(kinds - {"event"} - PARAMETRIC)

    def _parameters(self, type_: Type) -> list[Any]:
        return [self(arg) for arg in type_.args]

    def _declared(self, name: str, type_: Type, index: Mapping[str, int]) -> Any:
        if type_.name in VECTOR_TYPES | MATRIX_TYPES:
            shape = [self.size(arg) for arg in type_.args]
            self.sized = self.sized or any(arg.op != "num" for arg in type_.args)
            return matrix_model(name, type_, shape)
        if type_.name in FUNCTION_TYPES:
            return function_model(name, type_, [self.size(arg) for arg in type_.args])
        bounds = [] if type_.name == "integers" else [self(arg) for arg in type_.args]
        value, bound = number_model(name, type_, bounds, index)
        if bound is not None:
            self.ranges[value] = bound
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

    # Names

    @contextmanager
    def binding(self, names: Mapping[str, Any]) -> Iterator[None]:
        """Give names another value for a while."""
        before = dict(self._values)
        self._values.update(names)
        try:
            yield
        finally:
            self._values = before

    def bound(self, name: str, value: Any, node: Node) -> Any:
        """Evaluate a formula in which a name has this value."""
        with self.binding({name: value}):
            return self(node)

    def value(self, name: str) -> Any:
        """Return what a declared name stands for.

        Raises
        ------
        NoProof
            If it is a definition, or random at no particular point.
        """
        if name not in self._values:
            raise NoProof(f"{name} is not a plain name")
        return self._values[name]

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
            parameters, body = definition.parameters, definition.body

            def defined(numbers: Sequence[Any]) -> Any:
                argument = numbers if len(parameters) > 1 or len(numbers) == 1 else None
                values = [sp.Matrix(list(numbers))] if argument is None else list(numbers)
                with self.binding(dict(zip(parameters, values, strict=True))):
                    return self(body)

            return defined
        if name in ELEMENTWISE:
            return lambda numbers: ELEMENTWISE[name](numbers[0])
        raise NoProof(f"{name} is no function")

    # Formulas

    def __call__(self, node: Node) -> Any:
        """Return the meaning of a formula: an expression, a matrix or a truth value.

        Raises
        ------
        NoProof
            If a part has no symbolic meaning.
        """
        return _OPERATIONS[node.op](self, node)

    def name(self, node: Node) -> Any:
        """Return the meaning of a name."""
        name = node.name
        if name in self._values:
            return self._values[name]
        if self._space.atoms and name in self._space.atoms[0]:
            if self._atom is None:
                raise NoProof("random at no particular point")
            return self._space.atoms[self._atom][name]
        definition = self.statement.definitions.get(name)
        if definition is not None:
            return self(definition.body)
        if name in _CONSTANTS:
            return _CONSTANTS[name]
        raise NoProof(f"{name} has no symbolic meaning")

    def call(self, node: Node) -> Any:
        """Return the meaning of a word, or of a function, of its arguments."""
        name = node.name
        model = self._values.get(name)
        if isinstance(model, FunctionModel):
            given = [self(arg) for arg in node.args]
            if self.takes_a_number(name) and is_matrix(given[0]):
                return given[0].applyfunc(lambda entry: model([entry]))
            return model(_numbers(given))
        definition = self.statement.definitions.get(name)
        if definition is not None:
            values = [self(arg) for arg in node.args]
            with self.binding(dict(zip(definition.parameters, values, strict=True))):
                return self(definition.body)
        reading = SYMBOLIC.get(name)
        if reading is None:
            raise NoProof(f"{name} has no symbolic meaning")
        return reading(self, node.args)

    def takes_a_number(self, name: str) -> bool:
        """Whether a name is a declared function of one number, so that it works entry by entry."""
        type_ = self.statement.types.get(name)
        return type_ is not None and type_.name in FUNCTION_TYPES and not type_.args

    def matrix(self, node: Node) -> Any:
        """Return the meaning of a formula that is a vector or matrix.

        Raises
        ------
        NoProof
            If it is a number.
        """
        value = self(node)
        if not is_matrix(value):
            raise NoProof("a vector or matrix is needed")
        return value

    # Chance

    def expectation(self, node: Node) -> Any:
        """Return the expectation of a formula, which may be conditional."""
        inner, condition = node.args if node.op == "given" else (node, None)
        if self._groups:
            if condition is not None:
                raise NoProof("conditional expectation")
            value = self(inner)
            if not is_matrix(value):
                return expectation_by_moments(value, self._groups)
            return value.applyfunc(lambda e: expectation_by_moments(e, self._groups))
        if self._laws:
            if condition is not None:
                raise NoProof("conditional expectation")
            return self._expectation_by_law(inner)
        if not self._space.atoms:
            raise NoProof("nothing is random")
        return self._expectation_by_sum(inner, condition)

    def _expectation_by_sum(self, node: Node, condition: Node | None) -> Any:
        here = self._atom
        kept = list(range(len(self._space.atoms)))
        try:
            if condition is not None:
                kept = self._where(condition, here)
            total: Any = None
            for place in kept:
                self._atom = place
                value = self(node)
                if isinstance(value, bool):
                    value = sp.Integer(int(value))
                term = value * self._space.weights[place]
                total = term if total is None else total + term
        finally:
            self._atom = here
        if total is None:
            raise NoProof("an impossible condition")
        if condition is None:
            return total
        return total / sp.Add(*[self._space.weights[place] for place in kept])

    def _where(self, condition: Node, here: int | None) -> list[int]:
        found = []
        for place in range(len(self._space.atoms)):
            self._atom = place
            found.append(self(condition))
        if isinstance(found[0], bool):
            return [place for place, holds in enumerate(found) if holds]
        if here is None:
            raise NoProof("a conditional expectation at no particular point")
        return [place for place, value in enumerate(found) if value == found[here]]

    def _expectation_by_law(self, node: Node) -> Any:
        if len(self._laws) > 1 or self._space.atoms:
            raise NoProof("a joint law")
        ((name, type_),) = self._laws.items()
        parameters = self._parameters(type_)
        first = parameters[0]
        if type_.name == "Bernoulli":
            yes, no = (self.bound(name, sp.Integer(k), node) for k in (1, 0))
            return first * yes + (1 - first) * no
        if type_.name in ("Binomial", "Poisson"):
            k = sp.Symbol("k_" + name, integer=True, nonnegative=True)
            value = self.bound(name, k, node)
            if type_.name == "Poisson":
                weight = sp.exp(-first) * first**k / sp.factorial(k)
                return self.settled(sp.summation(value * weight, (k, 0, sp.oo)))
            raise NoProof("a sum over a symbolic number of tries")
        x = sp.Symbol("x_" + name, real=True)
        value = sp.expand(self.bound(name, x, node))
        if type_.name == "Normal":
            bell = sp.exp(-((x - first) ** 2) / (2 * parameters[1]))
            density = bell / sp.sqrt(2 * sp.pi * parameters[1])
            return self.integrated(value * density, x, -sp.oo, sp.oo)
        if type_.name == "Exponential":
            return self.integrated(value * first * sp.exp(-first * x), x, sp.Integer(0), sp.oo)
        return self.integrated(value / (parameters[1] - first), x, first, parameters[1])

    def covariance(self, left: Node, right: Node) -> Any:
        """Return the covariance of two numbers, or the covariance matrix of two vectors."""
        condition = None
        if left.op == "given":
            left, condition = left.args
        if right.op == "given":
            right, condition = right.args
        first = self.expectation(_given(left, condition))
        second = self.expectation(_given(right, condition))
        # These names cannot be written, so that they shadow nothing.
        with self.binding({"_mean_1": first, "_mean_2": second}):
            a = Node("sub", (left, Node("sym", name="_mean_1")))
            b = Node("sub", (right, Node("sym", name="_mean_2")))
            if not is_matrix(first):
                return self.expectation(_given(Node("mul", (a, b)), condition))
            if first.shape[1] != 1 or second.shape[1] != 1:
                raise NoProof("the covariance of a matrix")
            product = Node("matmul", (a, Node("T", (b,))))
            return self.expectation(_given(product, condition))

    # Calculus

    def integrated(self, expression: Any, variable: Any, low: Any, high: Any) -> Any:
        """Return a definite integral; one over an unknown function is left as it is."""
        if expression.has(UnknownFunction):
            return sp.Integral(expression, (variable, low, high))
        if low == -sp.oo and high == sp.oo:
            value = self._bell_integral(expression, variable)
            if value is not None:
                return value
        return self.settled(sp.integrate(expression, (variable, low, high)))

    def _bell_integral(self, expression: Any, variable: Any) -> Any:
        """Integrate a polynomial times a bell curve: SymPy's integral of the curve, times moments.

        SymPy alone needs seconds for what is a short sum.
        """
        total: Any = sp.Integer(0)
        curves: dict[Any, Any] = {}
        for term in sp.Add.make_args(sp.expand(expression)):
            rest, moving = term.as_independent(variable, as_Add=False)
            bells = [part for part in sp.Mul.make_args(moving) if isinstance(part, sp.exp)]
            factor = moving / sp.Mul(*bells)
            exponent = sp.expand(sp.Add(*[part.args[0] for part in bells]))
            if not (exponent.is_polynomial(variable) and factor.is_polynomial(variable)):
                return None
            curve = exponent.as_independent(variable, as_Add=True)[1]
            constant = sp.exp(exponent - curve)
            curves[curve] = curves.get(curve, 0) + rest * constant * factor
        for curve, factor in curves.items():
            shape = sp.Poly(curve, variable)
            width = -2 * shape.coeff_monomial(variable**2)
            if shape.degree() != 2 or not width.is_positive:
                return None
            mean = shape.coeff_monomial(variable) / width
            area = sp.integrate(sp.exp(curve), (variable, -sp.oo, sp.oo))
            for (power,), coefficient in sp.Poly(factor, variable).terms():
                total += coefficient * area * raw_moment("Normal", [mean, 1 / width], power)
        return total

    def settled(self, expression: Any) -> Any:
        """Replace case distinctions by the case that the declared domain is in.

        Raises
        ------
        NoProof
            If no single case covers the domain.
        """
        return expression.replace(lambda node: isinstance(node, sp.Piecewise), self._branch)

    def _branch(self, cases: Any) -> Any:
        points = [self._point(cases, random.Random(seed)) for seed in range(12)]  # noqa: S311
        for value, condition in cases.args:
            holds = [condition if condition in (True, False) else condition.subs(p) for p in points]
            if all(truth == True for truth in holds):  # noqa: E712 - SymPy's own truth values
                return value
            if not all(truth == False for truth in holds):  # noqa: E712
                break
        raise NoProof("a case distinction that the domain does not settle")

    def _point(self, expression: Any, rng: random.Random) -> dict[Any, Any]:
        point = {}
        for symbol in sorted(expression.free_symbols, key=lambda s: str(s.name)):
            low, high = self.ranges.get(symbol, (-4.0, 4.0))
            if symbol.is_integer:
                value = rng.randint(1, 9)
                point[symbol] = sp.Integer(value if symbol.is_positive else value - 5)
            elif symbol.is_positive or symbol.is_nonnegative:
                point[symbol] = sp.Float(max(1e-3, abs(high) * rng.random() ** 2))
            else:
                point[symbol] = sp.Float(low + (high - low) * rng.random())
        return point


def _given(node: Node, condition: Node | None) -> Node:
    return node if condition is None else Node("given", (node, condition))


def _numbers(values: Sequence[Any]) -> list[Any]:
    return [number for value in values for number in (value if is_matrix(value) else [value])]


# Operators


def _number(_: Evaluator, node: Node) -> Any:
    return sp.Rational(node.number.numerator, node.number.denominator)


def _add(evaluate: Evaluator, node: Node) -> Any:
    left, right = (evaluate(arg) for arg in node.args)
    if is_matrix(left) != is_matrix(right):
        raise NoProof("a number added to a matrix")
    return left + right if node.op == "add" else left - right


def _multiply(evaluate: Evaluator, node: Node) -> Any:
    left, right = (evaluate(arg) for arg in node.args)
    if is_matrix(left) and is_matrix(right):
        return left.multiply_elementwise(right)
    return left * right


def _divide(evaluate: Evaluator, node: Node) -> Any:
    left, right = (evaluate(arg) for arg in node.args)
    if is_matrix(right):
        if not is_matrix(left):
            raise NoProof("a number divided by a matrix")
        return left.multiply_elementwise(right.applyfunc(lambda entry: 1 / entry))
    return left / right


def _power(evaluate: Evaluator, node: Node) -> Any:
    base, exponent = (evaluate(arg) for arg in node.args)
    if is_matrix(exponent):
        raise NoProof("a matrix as an exponent")
    if is_matrix(base) and base.shape[0] != base.shape[1]:
        return base.applyfunc(lambda entry: entry**exponent)
    if is_matrix(base) and not (exponent.is_Integer and 0 <= exponent <= 8):
        raise NoProof("a power of a matrix")
    return base**exponent


def _matmul(evaluate: Evaluator, node: Node) -> Any:
    left, right = (evaluate(arg) for arg in node.args)
    if not (is_matrix(left) and is_matrix(right)):
        raise NoProof("@ needs two matrices")
    product = left * right
    return product[0, 0] if product.shape == (1, 1) else product


def _transpose(evaluate: Evaluator, node: Node) -> Any:
    value = evaluate(node.args[0])
    return value.T if is_matrix(value) else value


def _negate(evaluate: Evaluator, node: Node) -> Any:
    return -evaluate(node.args[0])


def _list(evaluate: Evaluator, node: Node) -> Any:
    if node.args[0].op == "list":
        return sp.Matrix([[evaluate(entry) for entry in row.args] for row in node.args])
    return sp.Matrix([evaluate(entry) for entry in node.args])


def _index(evaluate: Evaluator, node: Node) -> Any:
    matrix = evaluate.matrix(node.args[0])
    places = [evaluate(arg) for arg in node.args[1:]]
    if not all(place.is_Integer for place in places):
        raise NoProof("a symbolic index")
    # Python would count a place of 0 from the end.
    places = [int(place) - 1 for place in places]
    sides = matrix.shape if len(places) == 2 else (matrix.shape[0],)
    if any(not 0 <= place < side for place, side in zip(places, sides, strict=True)):
        raise NoProof("an index out of range")
    declared = evaluate.statement.types.get(node.args[0].name)
    if declared is not None and declared.name == "partition":
        return bool(matrix[places[0], 0])
    if len(places) == 2:
        return matrix[places[0], places[1]]
    return matrix[places[0], 0] if matrix.shape[1] == 1 else matrix[places[0], :].T


def _relation(evaluate: Evaluator, node: Node) -> Any:
    values = [evaluate(arg) for arg in node.args]
    return all(
        _compare(sign, left, right)
        for sign, left, right in zip(node.relations, values, values[1:], strict=False)
    )


def _compare(sign: str, left: Any, right: Any) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        raise NoProof("a relation between truth values")
    if is_matrix(left):
        if sign == "==" and left == right:
            return True
        raise NoProof("an undecided relation")
    difference = sp.expand(left - right)
    truth = {
        "==": difference.is_zero,
        "!=": _negated(difference.is_zero),
        "<": difference.is_negative,
        "<=": difference.is_nonpositive,
        ">": difference.is_positive,
        ">=": difference.is_nonnegative,
    }[sign]
    if truth is None:
        raise NoProof("an undecided relation")
    return bool(truth)


def _negated(truth: bool | None) -> bool | None:
    return None if truth is None else not truth


def _both(evaluate: Evaluator, node: Node) -> Any:
    return all(_truth(evaluate(arg)) for arg in node.args)


def _not(evaluate: Evaluator, node: Node) -> Any:
    return not _truth(evaluate(node.args[0]))


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise NoProof("an event is needed")
    return value


def _condition(evaluate: Evaluator, node: Node) -> Any:
    raise NoProof("a condition outside E, P, Var and H")


_OPERATIONS: Mapping[str, Callable[[Evaluator, Node], Any]] = {
    "num": _number,
    "sym": Evaluator.name,
    "call": Evaluator.call,
    "add": _add,
    "sub": _add,
    "mul": _multiply,
    "div": _divide,
    "pow": _power,
    "matmul": _matmul,
    "T": _transpose,
    "neg": _negate,
    "list": _list,
    "index": _index,
    "rel": _relation,
    "and": _both,
    "not": _not,
    "given": _condition,
}
_CONSTANTS: Mapping[str, Any] = {"pi": sp.pi, "oo": sp.oo, "e": sp.E}

ELEMENTWISE: Mapping[str, Callable[[Any], Any]] = {
    "exp": sp.exp,
    "log": sp.log,
    "sqrt": sp.sqrt,
    "sin": sp.sin,
    "cos": sp.cos,
    "tan": sp.tan,
    "asin": sp.asin,
    "acos": sp.acos,
    "atan": sp.atan,
    "tanh": sp.tanh,
    "sinh": sp.sinh,
    "cosh": sp.cosh,
    "abs": sp.Abs,
    "sign": sp.sign,
    "sigmoid": lambda x: 1 / (1 + sp.exp(-x)),
    "softplus": lambda x: sp.log(1 + sp.exp(x)),
    "relu": lambda x: sp.Max(x, 0),
    "erf": sp.erf,
    "gamma": sp.gamma,
    "floor": sp.floor,
    "ceil": sp.ceiling,
    "factorial": sp.factorial,
}


def _entrywise(function: Callable[[Any], Any]) -> Reading:
    def reading(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
        value = evaluate(args[0])
        return value.applyfunc(function) if is_matrix(value) else function(value)

    return reading


def _of_matrices(function: Callable[..., Any]) -> Reading:
    def reading(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
        return function(*[evaluate.matrix(arg) for arg in args])

    return reading


def _of_squares(function: Callable[[Any], Any]) -> Reading:
    """Read a word of a square matrix, which may be a plain number as ``x.T @ x`` is."""

    def reading(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
        value = function(_as_matrix(evaluate(args[0])))
        return value[0, 0] if is_matrix(value) and value.shape == (1, 1) else value

    return reading


# Words of calculus


def _derivative(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    formula, variable = args[:2]
    order = evaluate(args[2]) if len(args) > 2 else sp.Integer(1)
    if not order.is_Integer:
        raise NoProof("a symbolic order")
    if variable.op == "index":
        entry = _index(evaluate, variable)
        if not entry.is_Symbol or list(evaluate.value(variable.args[0].name)).count(entry) > 1:
            raise NoProof("a derivative in a constrained entry")
        return _differentiated(evaluate(formula), entry, int(order))
    name = variable.name
    here = evaluate.value(name)
    fresh = here if here.is_Symbol else sp.Symbol("t_" + name, real=True)
    slope = _differentiated(evaluate.bound(name, fresh, formula), fresh, int(order))
    return slope if fresh is here else _replaced(slope, {fresh: here})


def _differentiated(value: Any, variable: Any, order: int) -> Any:
    if is_matrix(value):
        return value.applyfunc(lambda entry: sp.diff(entry, variable, order))
    return sp.diff(value, variable, order)


def _replaced(value: Any, values: Mapping[Any, Any]) -> Any:
    return value.subs(values, simultaneous=True)


def _slope_of(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    function = evaluate.function(args[0].name)
    point = evaluate(args[1])
    order = int(evaluate(args[2])) if len(args) > 2 else 1
    if is_matrix(point) and evaluate.takes_a_number(args[0].name):
        place = sp.Symbol("t_0", real=True)
        slope = _differentiated(function([place]), place, order)
        return point.applyfunc(lambda entry: _replaced(slope, {place: entry}))
    places = list(point) if is_matrix(point) else [point]
    fresh = [sp.Symbol(f"t_{i}", real=True) for i in range(len(places))]
    value = function(fresh)
    here = dict(zip(fresh, places, strict=True))
    if not is_matrix(point):
        return _replaced(_differentiated(value, fresh[0], order), here)
    jacobian = (value if is_matrix(value) else sp.Matrix([value])).jacobian(fresh)
    if order != 1:
        raise NoProof("a higher derivative in a vector")
    return _replaced(jacobian if is_matrix(value) else jacobian.T, here)


def _in_vector(
    evaluate: Evaluator, args: tuple[Node, ...], differentiate: Callable[[Any, Any], Any]
) -> Any:
    """Differentiate in all entries of a vector or matrix, which must be free to move."""
    formula, variable = args
    here = evaluate.value(variable.name)
    if not is_matrix(here):
        raise NoProof("a vector or matrix is needed")
    if all(entry.is_Symbol for entry in here):
        if len(set(here)) < len(here):
            raise NoProof("a derivative in a constrained matrix")
        return differentiate(evaluate(formula), here)
    fresh = sp.Matrix(*here.shape, lambda i, j: sp.Symbol(f"t_{i}_{j}", real=True))
    result = differentiate(evaluate.bound(variable.name, fresh, formula), fresh)
    return _replaced(result, dict(zip(fresh, here, strict=True)))


def _gradient(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    def differentiate(value: Any, variables: Any) -> Any:
        if is_matrix(value):
            raise NoProof("the gradient of a vector")
        return variables.applyfunc(lambda entry: sp.diff(value, entry))

    return _in_vector(evaluate, args, differentiate)


def _jacobian(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    return _in_vector(evaluate, args, lambda value, v: _as_matrix(value).jacobian(list(v)))


def _hessian(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    def differentiate(value: Any, variables: Any) -> Any:
        v = list(variables)
        return sp.Matrix(len(v), len(v), lambda i, j: sp.diff(value, v[j], v[i]))

    return _in_vector(evaluate, args, differentiate)


def _as_matrix(value: Any) -> Any:
    return value if is_matrix(value) else sp.Matrix([value])


def _integral(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    formula, variable, low, high = args
    fresh = sp.Symbol("t_" + variable.name, real=True)
    value = evaluate.bound(variable.name, fresh, formula)
    if is_matrix(value):
        raise NoProof("the integral of a vector")
    return evaluate.integrated(value, fresh, evaluate(low), evaluate(high))


def _limit(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    formula, variable, target = args
    fresh = sp.Symbol("t_" + variable.name, real=True)
    value = evaluate.bound(variable.name, fresh, formula)
    if is_matrix(value) or value.has(UnknownFunction):
        raise NoProof("the limit of an unknown function")
    return sp.limit(value, fresh, evaluate(target))


def _sum(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    if len(args) == 1:
        return sp.Add(*evaluate.matrix(args[0]))
    terms = _terms(evaluate, args)
    if terms is not None:
        if not terms:
            return sp.Integer(0)
        return sp.Add(*terms) if not is_matrix(terms[0]) else sum(terms[1:], terms[0])
    formula, index, low, high = args
    first = evaluate(low)
    k = sp.Symbol("k_" + index.name, integer=True, nonnegative=bool(first.is_nonnegative))
    value = evaluate.bound(index.name, k, formula)
    if is_matrix(value) or value.has(UnknownFunction):
        raise NoProof("a symbolic sum of unknown terms")
    return evaluate.settled(sp.summation(value, (k, first, evaluate(high))))


def _product(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    if len(args) == 1:
        return sp.Mul(*evaluate.matrix(args[0]))
    terms = _terms(evaluate, args)
    if terms is None:
        formula, index, low, high = args
        k = sp.Symbol("k_" + index.name, integer=True, positive=True)
        value = evaluate.bound(index.name, k, formula)
        if is_matrix(value):
            raise NoProof("a symbolic product")
        return evaluate.settled(sp.product(value, (k, evaluate(low), evaluate(high))))
    result: Any = sp.Integer(1)
    for term in terms:
        result = result * term
    return result


def _terms(evaluate: Evaluator, args: tuple[Node, ...]) -> list[Any] | None:
    """Return the terms of a sum or product with plain bounds."""
    formula, index, low, high = args
    first, last = evaluate(low), evaluate(high)
    if not (first.is_Integer and last.is_Integer):
        return None
    if last - first > MAX_SUM:
        raise NoProof("a long sum")
    return [
        evaluate.bound(index.name, sp.Integer(k), formula) for k in range(int(first), int(last) + 1)
    ]


# Words of choice


def _indicator(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    return sp.Integer(int(_truth(evaluate(args[0]))))


def _cases(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    for value, condition in _pairs(args):
        if _truth(evaluate(condition)):
            return evaluate(value)
    return evaluate(args[-1])


def _pairs(args: tuple[Node, ...]) -> list[tuple[Node, Node]]:
    return [(args[i], args[i + 1]) for i in range(0, len(args) - 1, 2)]


def _extreme(function: Any) -> Reading:
    def reading(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
        if len(args) == 1:
            return function(*evaluate.matrix(args[0]))
        return function(*[evaluate(arg) for arg in args])

    return reading


def _binomial(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    n, k = (evaluate(arg) for arg in args)
    if k.is_Integer and 0 <= k <= 20:
        return sp.ff(n, k) / sp.factorial(k)
    return sp.binomial(n, k)


# Words of linear algebra


def _inverse(matrix: Any) -> Any:
    determinant = _determinant(matrix)
    if matrix.shape == (1, 1):
        return sp.Matrix([[1 / determinant]])
    n = matrix.shape[0]
    return sp.Matrix(n, n, lambda i, j: _cofactor(matrix, j, i) / determinant)


def _cofactor(matrix: Any, i: int, j: int) -> Any:
    return (-1) ** (i + j) * _determinant(matrix.minor_submatrix(i, j))


def _determinant(matrix: Any) -> Any:
    rows, columns = matrix.shape
    if rows != columns:
        raise NoProof("a square matrix is needed")
    if rows > 4:
        raise NoProof("a large determinant")
    if rows == 1:
        return matrix[0, 0]
    return sp.Add(*[matrix[0, j] * _cofactor(matrix, 0, j) for j in range(rows)])


def _trace(matrix: Any) -> Any:
    return sp.Add(*[matrix[i, i] for i in range(min(matrix.shape))])


def _norm(matrix: Any) -> Any:
    return sp.sqrt(sp.Add(*[entry**2 for entry in matrix]))


def _diagonal(matrix: Any) -> Any:
    if matrix.shape[1] == 1:
        return sp.diag(*matrix)
    return sp.Matrix([matrix[i, i] for i in range(min(matrix.shape))])


def _stacked(matrix: Any) -> Any:
    rows, columns = matrix.shape
    return sp.Matrix([matrix[i, j] for j in range(columns) for i in range(rows)])


def _p_norm(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    vector, p = evaluate.matrix(args[0]), evaluate(args[1])
    return sp.Add(*[sp.Abs(entry) ** p for entry in vector]) ** (1 / p)


def _eye(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    return sp.eye(evaluate.size(args[0]))


def _ones(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    return sp.ones(evaluate.size(args[0]), 1)


def _zeros(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    rows = evaluate.size(args[0])
    return sp.zeros(rows, evaluate.size(args[1]) if len(args) > 1 else 1)


def _basis(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    place, count = evaluate.size(args[0]), evaluate.size(args[1])
    if place > count:
        raise NoProof("an index out of range")
    return sp.Matrix(count, 1, lambda i, _: sp.Integer(i == place - 1))


def _column(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    matrix, place = evaluate.matrix(args[0]), evaluate.size(args[1])
    if place > matrix.shape[1]:
        raise NoProof("an index out of range")
    return matrix[:, place - 1]


def _row(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    matrix, place = evaluate.matrix(args[0]), evaluate.size(args[1])
    if place > matrix.shape[0]:
        raise NoProof("an index out of range")
    return matrix[place - 1, :]


def _cross(a: Any, b: Any) -> Any:
    if a.shape != (3, 1) or b.shape != (3, 1):
        raise NoProof("vectors of size 3 are needed")
    return a.cross(b)


def _convolution(a: Any, b: Any) -> Any:
    result = [sp.Integer(0)] * (len(a) + len(b) - 1)
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            result[i + j] += x * y
    return sp.Matrix(result)


# Words of scores and probabilities


def _softmax(scores: Any) -> Any:
    powers = scores.applyfunc(sp.exp)
    return powers / sp.Add(*powers)


def _softmax_rows(scores: Any) -> Any:
    return sp.Matrix.vstack(*[_softmax(scores[i, :]) for i in range(scores.shape[0])])


def _mean(vector: Any) -> Any:
    return sp.Add(*vector) / len(vector)


def _variance(vector: Any) -> Any:
    mean = _mean(vector)
    return sp.Add(*[(entry - mean) ** 2 for entry in vector]) / len(vector)


def _entropy(p: Any) -> Any:
    return -sp.Add(*[_weighted_log(entry, entry) for entry in p])


def _weighted_log(weight: Any, number: Any) -> Any:
    return sp.Integer(0) if weight == 0 else weight * sp.log(number)


def _cross_entropy(p: Any, q: Any) -> Any:
    return -sp.Add(*[_weighted_log(a, b) for a, b in zip(p, q, strict=True)])


def _divergence(p: Any, q: Any) -> Any:
    return _cross_entropy(p, q) - _entropy(p)


# Words of chance


def _expectation(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    return evaluate.expectation(args[0])


def _probability(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    event, condition = args[0].args if args[0].op == "given" else (args[0], None)
    return evaluate.expectation(_given(call("ind", event), condition))


def _covariance(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    return evaluate.covariance(args[0], args[-1])


def _correlation(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    a, b = args
    spread = evaluate.covariance(a, a) * evaluate.covariance(b, b)
    return evaluate.covariance(a, b) / sp.sqrt(spread)


def _union(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    happens = [_truth(evaluate(arg)) for arg in args]
    return any(happens)


def _density(evaluate: Evaluator, args: tuple[Node, ...]) -> Any:
    type_ = evaluate.statement.types[args[0].name]
    parameters = [evaluate(arg) for arg in type_.args]
    x = evaluate(args[1])
    if type_.name != "Normal":
        raise NoProof(f"the density of {type_.name} has cases")
    mean, variance = parameters
    return sp.exp(-((x - mean) ** 2) / (2 * variance)) / sp.sqrt(2 * sp.pi * variance)


NUMERIC_ONLY = (
    *("digamma", "erfinv", "betainc", "re", "im", "conj", "mod", "all"),
    *("expm", "logm", "sqrtm", "block", "iid", "distributed"),
    *LAW_NAMES,
)
SYMBOLIC: Mapping[str, Reading | None] = {
    **{name: _entrywise(function) for name, function in ELEMENTWISE.items()},
    "binomial": _binomial,
    "ind": _indicator,
    "max": _extreme(sp.Max),
    "min": _extreme(sp.Min),
    "cases": _cases,
    "d": _derivative,
    "pd": _derivative,
    "D": _slope_of,
    "grad": _gradient,
    "jac": _jacobian,
    "hess": _hessian,
    "integral": _integral,
    "limit": _limit,
    "O": None,
    "sum": _sum,
    "prod": _product,
    "argmin": None,
    "argmax": None,
    "inv": _of_squares(_inverse),
    "pinv": None,
    "det": _of_squares(_determinant),
    "tr": _of_squares(_trace),
    "rank": None,
    "norm": _of_matrices(_norm),
    "norm1": _of_matrices(lambda x: sp.Add(*[sp.Abs(entry) for entry in x])),
    "norminf": _of_matrices(lambda x: sp.Max(*[sp.Abs(entry) for entry in x])),
    "pnorm": _p_norm,
    "fro": _of_matrices(_norm),
    "opnorm": None,
    "diag": _of_matrices(_diagonal),
    "eye": _eye,
    "ones": _ones,
    "zeros": _zeros,
    "basis": _basis,
    "eigvals": None,
    "eigvecs": None,
    "lammax": None,
    "lammin": None,
    "svdU": None,
    "svdS": None,
    "svdV": None,
    "vec": _of_matrices(_stacked),
    "col": _column,
    "row": _row,
    "cross": _of_matrices(_cross),
    "kron": _of_matrices(sp.kronecker_product),
    "len": _of_matrices(lambda x: sp.Integer(x.shape[0])),
    "mean": _of_matrices(_mean),
    "var": _of_matrices(_variance),
    "softmax": _of_matrices(_softmax),
    "softmax_rows": _of_matrices(_softmax_rows),
    "logsumexp": _of_matrices(lambda z: sp.log(sp.Add(*z.applyfunc(sp.exp)))),
    "entropy": _of_matrices(_entropy),
    "xent": _of_matrices(_cross_entropy),
    "KL": _of_matrices(_divergence),
    "conv": _of_matrices(_convolution),
    "E": _expectation,
    "Var": _covariance,
    "Cov": _covariance,
    "Corr": _correlation,
    "P": _probability,
    "union": _union,
    "MI": None,
    "H": None,
    "pdf": _density,
    "avg": None,
    "converges": None,
    **dict.fromkeys(NUMERIC_ONLY),
}
"""The symbolic reading of every word; None marks the words that are numeric only."""
