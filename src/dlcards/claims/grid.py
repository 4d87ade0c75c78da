"""Formulas on a grid, for figures: many points at once, slopes by forward mode.

A value is an array (one entry per point) or a :class:`Dual`, which carries a slope
beside the value; a vector or matrix is a :class:`Table` of such values. Slopes are
therefore exact wherever the function has one, and NaN where it has a kink.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from dlcards.claims.statement import Statement
from dlcards.claims.tree import Node, sym

Array: TypeAlias = npt.NDArray[np.float64]
"""One number for every point of the grid."""

MAX_TERMS = 2_000
MAX_WORK = 60_000_000
"""Array entries that one evaluation may compute."""

_PANELS = 12
_NODES = 10


class GridError(ValueError):
    """A formula that cannot be evaluated on a grid; ``node`` is the part concerned."""

    def __init__(self, message: str, node: Node) -> None:
        super().__init__(message)
        self.message = message
        self.node = node


@dataclass(frozen=True, slots=True)
class Dual:
    """A value and its slope; ``tag`` tells the variables of nested derivatives apart."""

    value: Number
    slope: Number
    tag: int


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


Number: TypeAlias = "Array | Dual"
Value: TypeAlias = "Number | Table"


def evaluate_on_grid(
    node: Node,
    names: Mapping[str, npt.ArrayLike],
    statement: Statement | None = None,
) -> Array:
    """Evaluate a formula at many points at once.

    Parameters
    ----------
    node : Node
        The formula; it must give a number.
    names : mapping of str to array or float
        A value for every free name; the arrays broadcast against each other.
    statement : Statement, optional
        Its definitions may be used in the formula.

    Returns
    -------
    ndarray of float
        Of the broadcast shape; NaN wherever the formula is undefined.

    Raises
    ------
    GridError
        If a name has no value or a word has no meaning on a grid.

    Examples
    --------
    >>> from dlcards.claims.language import parse_formula
    >>> evaluate_on_grid(parse_formula("d(x**2, x)"), {"x": [0.0, 1.5]}).tolist()
    [0.0, 3.0]
    """
    walker = _Walker(names, statement)
    with np.errstate(all="ignore"):
        result = _number(walker.value(node), node)
        return walker.finished(result)


def gradient(
    node: Node,
    variables: Sequence[str],
    at: Mapping[str, npt.ArrayLike],
    statement: Statement | None = None,
) -> Array:
    """Differentiate a formula with respect to several names, exactly.

    Returns
    -------
    ndarray of float
        Of shape ``(len(variables), ...)``; NaN where there is no slope.

    Raises
    ------
    GridError
        If a name has no value or a word has no meaning on a grid.

    Examples
    --------
    >>> from dlcards.claims.language import parse_formula
    >>> gradient(parse_formula("x**2*y"), ("x", "y"), {"x": 3.0, "y": 2.0}).tolist()
    [12.0, 9.0]
    """
    walker = _Walker(at, statement)
    with np.errstate(all="ignore"):
        slopes = [_number(walker.derivative(node, name, node), node) for name in variables]
        return np.stack([walker.finished(slope) for slope in slopes])


class _Walker:
    """Walks a formula; ``names`` holds what is bound at the moment."""

    def __init__(self, names: Mapping[str, npt.ArrayLike], statement: Statement | None) -> None:
        self.names: dict[str, Value] = {k: np.asarray(v, float) for k, v in names.items()}
        shapes = [v.shape for v in self.names.values() if isinstance(v, np.ndarray)]
        self.shape = np.broadcast_shapes(*shapes)
        self.definitions = statement.definitions if statement else {}
        self.size = max(1, math.prod(self.shape))
        self.work = 0
        self.tags = 0
        self.depth = 0

    def finished(self, result: Number) -> Array:
        plain = np.asarray(_plain(result), float)
        plain = np.where(np.isfinite(plain), plain, np.nan)
        return np.array(np.broadcast_to(plain, self.shape))

    def value(self, node: Node) -> Value:
        self.work += self.size
        if self.work > MAX_WORK:
            raise GridError("too much work for one figure", node)
        if node.op == "call":
            return self._call(node)
        method = getattr(self, f"_{node.op}", None)
        if method is None:
            raise GridError(f"'{node.op}' has no value at a point", node)
        result: Value = method(node)
        return result

    def number(self, node: Node) -> Number:
        return _number(self.value(node), node)

    def bound(self, name: str, value: Value, body: Node) -> Value:
        missing = name not in self.names
        before = self.names.get(name)
        self.names[name] = value
        try:
            return self.value(body)
        finally:
            if missing:
                del self.names[name]
            elif before is not None:
                self.names[name] = before

    def derivative(self, body: Node, name: str, node: Node) -> Value:
        if name not in self.names:
            raise GridError(f"'{name}' has no value here", node)
        at = _number(self.names[name], node)
        self.tags += 1
        tag = self.tags
        moving = Dual(at, np.ones_like(_plain(at)), tag)
        return _map(self.bound(name, moving, body), lambda entry: _slope(entry, tag))

    def whole(self, node: Node) -> Array:
        number = np.asarray(_plain(self.number(node)), float)
        finite = number[np.isfinite(number)]
        if np.isnan(number).any() or not np.all(np.abs(finite - np.round(finite)) < 1e-9):
            raise GridError("a whole number is needed here", node)
        return np.round(number)

    def size_of(self, node: Node) -> int:
        number = self.whole(node)
        if (
            not np.isfinite(number).all()
            or number.min() != number.max()
            or not 1 <= number.min() <= 64
        ):
            raise GridError("a size must be one whole number from 1 to 64", node)
        return int(number.min())

    # -- operators

    def _num(self, node: Node) -> Value:
        return np.float64(node.number) + np.zeros(())

    def _sym(self, node: Node) -> Value:
        name = node.name
        if name in self.names:
            return self.names[name]
        if name in self.definitions and not self.definitions[name].parameters:
            return self._deeper(self.definitions[name].body, node)
        if name == "pi":
            return np.asarray(math.pi)
        if name == "oo":
            return np.asarray(math.inf)
        raise GridError(f"'{name}' has no value here", node)

    def _deeper(self, body: Node, node: Node) -> Value:
        if self.depth > 20:
            raise GridError("definitions are nested too deeply", node)
        self.depth += 1
        try:
            return self.value(body)
        finally:
            self.depth -= 1

    def _list(self, node: Node) -> Value:
        if node.args and all(row.op == "list" for row in node.args):
            rows = tuple(tuple(self.number(x) for x in row.args) for row in node.args)
            if len({len(row) for row in rows}) != 1:
                raise GridError("the rows of a matrix have different lengths", node)
            return Table(rows)
        return Table(tuple((self.number(x),) for x in node.args))

    def _index(self, node: Node) -> Value:
        table = self.value(node.args[0])
        if not isinstance(table, Table):
            raise GridError("a number has no entries", node)
        places = [self.size_of(index) - 1 for index in node.args[1:]]
        rows, columns = table.shape
        if len(places) == 1 and columns == 1:
            places.append(0)
        if places[0] >= rows or (len(places) == 2 and places[1] >= columns):
            raise GridError("the index is out of range", node)
        if len(places) == 1:
            return Table(tuple((x,) for x in table.rows[places[0]]))
        return table.rows[places[0]][places[1]]

    def _T(self, node: Node) -> Value:  # noqa: N802 (named after the operator)
        inner = self.value(node.args[0])
        if isinstance(inner, Table):
            return Table(tuple(zip(*inner.rows, strict=True)))
        return inner

    def _neg(self, node: Node) -> Value:
        return _map(self.value(node.args[0]), lambda x: _times(x, np.asarray(-1.0)))

    def _add(self, node: Node) -> Value:
        return self._entrywise(node, _plus)

    def _sub(self, node: Node) -> Value:
        return self._entrywise(node, _minus)

    def _entrywise(self, node: Node, operation: Callable[[Number, Number], Number]) -> Value:
        a, b = (self.value(arg) for arg in node.args)
        if isinstance(a, Table) and isinstance(b, Table) and a.shape == b.shape:
            return Table(
                tuple(
                    tuple(operation(x, y) for x, y in zip(p, q, strict=True))
                    for p, q in zip(a.rows, b.rows, strict=True)
                )
            )
        if isinstance(a, Table) or isinstance(b, Table):
            raise GridError("the shapes of the two sides differ", node)
        return operation(a, b)

    def _mul(self, node: Node) -> Value:
        a, b = (self.value(arg) for arg in node.args)
        if isinstance(a, Table) and not isinstance(b, Table):
            return _map(a, lambda x: _times(x, b))
        if isinstance(b, Table) and not isinstance(a, Table):
            return _map(b, lambda x: _times(a, x))
        return self._entrywise(node, _times)

    def _div(self, node: Node) -> Value:
        a, b = (self.value(arg) for arg in node.args)
        if isinstance(a, Table) and not isinstance(b, Table):
            return _map(a, lambda x: _over(x, b))
        return self._entrywise(node, _over)

    def _pow(self, node: Node) -> Value:
        base, exponent = self.value(node.args[0]), self.number(node.args[1])
        if isinstance(base, Table) and base.shape[1] != 1:
            raise GridError("a power of a matrix has no meaning in a figure", node)
        return _map(base, lambda x: _power(x, exponent))

    def _matmul(self, node: Node) -> Value:
        a, b = (self.value(arg) for arg in node.args)
        if not (isinstance(a, Table) and isinstance(b, Table) and a.shape[1] == b.shape[0]):
            raise GridError("the shapes do not fit in @", node)
        columns = tuple(zip(*b.rows, strict=True))
        product = tuple(tuple(_dot(row, column) for column in columns) for row in a.rows)
        return product[0][0] if len(product) == len(product[0]) == 1 else Table(product)

    def _rel(self, node: Node) -> Value:
        sides = [np.asarray(_plain(self.number(arg)), float) for arg in node.args]
        truth = np.ones(())
        for sign, a, b in zip(node.relations, sides, sides[1:], strict=False):
            truth = truth * _compare(sign, a, b)
        return truth

    def _and(self, node: Node) -> Value:
        return _times(self.number(node.args[0]), self.number(node.args[1]))

    def _not(self, node: Node) -> Value:
        return _minus(np.asarray(1.0), self.number(node.args[0]))

    # -- words

    def _call(self, node: Node) -> Value:
        name = node.name
        if name in ELEMENTWISE:
            return _map(self.value(node.args[0]), lambda x: _apply(name, x, node))
        if name in self.definitions:
            arguments = [self.value(arg) for arg in node.args]
            return self._defined(name, arguments, node)
        method = getattr(self, f"_word_{name}", None)
        if method is not None:
            result: Value = method(node)
            return result
        if name in TABLE_WORDS and len(node.args) == 1:
            return TABLE_WORDS[name](self._table(node.args[0]), node)
        raise GridError(f"'{name}' has no meaning in a figure", node)

    def _defined(self, name: str, arguments: Sequence[Value], node: Node) -> Value:
        definition = self.definitions[name]
        if len(arguments) != len(definition.parameters):
            raise GridError(f"'{name}' takes {len(definition.parameters)} arguments", node)
        outer = self.names
        self.names = {**outer, **dict(zip(definition.parameters, arguments, strict=True))}
        try:
            return self._deeper(definition.body, node)
        finally:
            self.names = outer

    def _table(self, node: Node) -> Table:
        table = self.value(node)
        if not isinstance(table, Table):
            raise GridError("a vector or matrix is needed here", node)
        return table

    def _word_d(self, node: Node) -> Value:
        variable = node.args[1]
        if variable.op != "sym":
            raise GridError("a figure differentiates with respect to a name only", variable)
        order = self.order(node)
        body = node.args[0]
        if order == 0:
            return self.value(body)
        for _ in range(order - 1):
            body = Node("call", (body, variable), name="d", start=node.start, end=node.end)
        return self.derivative(body, variable.name, variable)

    def order(self, node: Node) -> int:
        if len(node.args) < 3:
            return 1
        orders = self.whole(node.args[2])
        if orders.size != 1 or not 0 <= orders <= 4:
            raise GridError("the order of a derivative must be 0 to 4", node.args[2])
        return int(orders)

    _word_pd = _word_d

    def _word_D(self, node: Node) -> Value:  # noqa: N802 (named after the word)
        function, point = node.args[0], self.number(node.args[1])
        variable = " point"  # no name of the language begins with a blank
        body = Node("call", (sym(variable),), name=function.name)
        order = self.order(node)
        if order == 0:
            return self.bound(variable, point, body)
        for _ in range(order - 1):
            body = Node("call", (body, sym(variable)), name="d")
        missing = self.names
        self.names = {**missing, variable: point}
        try:
            return self.derivative(body, variable, node)
        finally:
            self.names = missing

    def _word_cases(self, node: Node) -> Value:
        args = node.args
        result = self.number(args[-1])
        for value, condition in reversed(list(zip(args[:-1:2], args[1::2], strict=True))):
            truth = np.asarray(_plain(self.number(condition)), float)
            result = _choose(truth, self.number(value), result)
        return result

    def _word_ind(self, node: Node) -> Value:
        return _constant(self.number(node.args[0]))

    def _word_max(self, node: Node) -> Value:
        return self._extreme(node, ">=")

    def _word_min(self, node: Node) -> Value:
        return self._extreme(node, "<=")

    def _extreme(self, node: Node, sign: str) -> Value:
        if len(node.args) == 1:
            numbers: Sequence[Number] = self._table(node.args[0]).entries()
        else:
            numbers = [self.number(arg) for arg in node.args]
        result = numbers[0]
        for number in numbers[1:]:
            truth = _compare(sign, np.asarray(_plain(result)), np.asarray(_plain(number)), 0.0)
            result = _kink(_choose(truth, result, number), _minus(result, number))
        return result

    def _word_sum(self, node: Node) -> Value:
        if len(node.args) == 1:
            return _total(self._table(node.args[0]).entries())
        return self._terms(node, np.zeros(()), _plus)

    def _word_prod(self, node: Node) -> Value:
        if len(node.args) == 1:
            result: Number = np.ones(())
            for entry in self._table(node.args[0]).entries():
                result = _times(result, entry)
            return result
        return self._terms(node, np.ones(()), _times)

    def _terms(
        self, node: Node, start: Array, operation: Callable[[Number, Number], Number]
    ) -> Value:
        body, index, first, last = node.args
        low, high = self.whole(first), self.whole(last)
        if not (np.all(np.isfinite(low)) and np.all(np.isfinite(high))):
            raise GridError("a figure needs finite bounds: write how many terms to add", node)
        if high.max() - low.min() > MAX_TERMS:
            raise GridError(f"more than {MAX_TERMS} terms", node)
        result: Number = start
        for k in range(int(low.min()), int(high.max()) + 1):
            term = _number(self.bound(index.name, np.asarray(float(k)), body), body)
            inside = ((low <= k) & (k <= high)).astype(float)
            result = operation(result, _choose(inside, term, start))
        return result

    def _word_integral(self, node: Node) -> Value:
        body, variable, first, last = node.args
        low, high = self.number(first), self.number(last)
        if not (np.all(np.isfinite(_plain(low))) and np.all(np.isfinite(_plain(high)))):
            raise GridError("a figure needs finite bounds of an integral", node)
        nodes, weights = np.polynomial.legendre.leggauss(_NODES)
        width = _over(_minus(high, low), np.asarray(float(_PANELS)))
        result: Number = np.zeros(())
        for panel in range(_PANELS):
            for x, w in zip(nodes, weights, strict=True):
                place = np.asarray(panel + (x + 1) / 2)
                point = _plus(low, _times(width, place))
                height = _number(self.bound(variable.name, point, body), body)
                result = _plus(result, _times(_times(width, np.asarray(w / 2)), height))
        return result

    def _word_factorial(self, node: Node) -> Value:
        return _constant(_by_entry(_factorial, self.number(node.args[0])))

    def _word_binomial(self, node: Node) -> Value:
        n, k = (np.asarray(_plain(self.number(arg)), float) for arg in node.args)
        return np.asarray(np.frompyfunc(_binomial, 2, 1)(n, k), float)

    def _word_eye(self, node: Node) -> Value:
        n = self.size_of(node.args[0])
        return _table_of(np.eye(n))

    def _word_ones(self, node: Node) -> Value:
        return _table_of(np.ones((self.size_of(node.args[0]), 1)))

    def _word_zeros(self, node: Node) -> Value:
        sizes = [self.size_of(arg) for arg in node.args]
        return _table_of(np.zeros((sizes[0], sizes[1] if len(sizes) > 1 else 1)))

    def _word_basis(self, node: Node) -> Value:
        place, n = (self.size_of(arg) for arg in node.args)
        if place > n:
            raise GridError("the index is out of range", node)
        return _table_of(np.eye(n)[:, [place - 1]])


# -- arithmetic of numbers


def _tag(number: Number) -> int:
    return number.tag if isinstance(number, Dual) else 0


def _part(number: Number, tag: int) -> Number:
    return number.value if isinstance(number, Dual) and number.tag == tag else number


def _slope(number: Number, tag: int) -> Number:
    if isinstance(number, Dual) and number.tag == tag:
        return number.slope
    return _times(_constant(number), np.asarray(0.0))


def _plain(number: Number) -> Array:
    while isinstance(number, Dual):
        number = number.value
    return number


def _constant(number: Number) -> Array:
    return np.asarray(_plain(number), float)


def _plus(a: Number, b: Number) -> Number:
    tag = max(_tag(a), _tag(b))
    if not tag:
        return np.asarray(np.asarray(a) + np.asarray(b))
    value = _plus(_part(a, tag), _part(b, tag))
    return Dual(value, _plus(_slope(a, tag), _slope(b, tag)), tag)


def _minus(a: Number, b: Number) -> Number:
    return _plus(a, _times(b, np.asarray(-1.0)))


def _times(a: Number, b: Number) -> Number:
    tag = max(_tag(a), _tag(b))
    if not tag:
        return np.asarray(np.asarray(a) * np.asarray(b))
    x, y = _part(a, tag), _part(b, tag)
    if _tag(a) < tag:
        return Dual(_times(x, y), _times(x, _slope(b, tag)), tag)
    if _tag(b) < tag:
        return Dual(_times(x, y), _times(_slope(a, tag), y), tag)
    slope = _plus(_times(_slope(a, tag), y), _times(x, _slope(b, tag)))
    return Dual(_times(x, y), slope, tag)


def _over(a: Number, b: Number) -> Number:
    if isinstance(b, Dual):
        return _times(a, _power(b, np.asarray(-1.0)))
    divisor = np.where(np.asarray(b) == 0, np.nan, b)
    if isinstance(a, Dual):
        return Dual(_over(a.value, b), _over(a.slope, b), a.tag)
    return np.asarray(a / divisor)


def _power(base: Number, exponent: Number) -> Number:
    tag = max(_tag(base), _tag(exponent))
    if not tag:
        a, b = np.asarray(base, float), np.asarray(exponent, float)
        raised = np.where((a == 0) & (b < 0), np.nan, np.power(a, b))
        return np.where(np.isnan(a) | np.isnan(b), np.nan, raised)
    foot, top = _part(base, tag), _part(exponent, tag)
    value = _power(foot, top)
    slope: Number = np.zeros(())
    if _tag(base) == tag:
        lower = _times(top, _power(foot, _minus(top, np.asarray(1.0))))
        # The power 0 is constant, also at the base 0 where the rule would give 0 times 1/0.
        flat = (_plain(top) == 0).astype(float)
        slope = _choose(flat, np.zeros(()), _times(lower, _slope(base, tag)))
    if _tag(exponent) == tag:
        growth = _times(_times(value, _apply("log", foot, None)), _slope(exponent, tag))
        slope = _plus(slope, growth)
    return Dual(value, slope, tag)


def _choose(truth: Array, yes: Number, no: Number) -> Number:
    tag = max(_tag(yes), _tag(no))
    if not tag:
        chosen = np.where(truth > 0, np.asarray(yes), np.asarray(no))
        return np.where(np.isnan(truth), np.nan, chosen)
    value = _choose(truth, _part(yes, tag), _part(no, tag))
    return Dual(value, _choose(truth, _slope(yes, tag), _slope(no, tag)), tag)


def _kink(chosen: Number, difference: Number) -> Number:
    """Take the slope away where two branches meet at an angle."""
    if not (isinstance(chosen, Dual) and isinstance(difference, Dual)):
        return chosen
    meet = (_plain(difference) == 0) & (np.asarray(_plain(difference.slope)) != 0)
    return Dual(
        chosen.value, _choose(meet.astype(float), np.asarray(np.nan), chosen.slope), chosen.tag
    )


def _compare(sign: str, a: Array, b: Array, slack: float = 1e-12) -> Array:
    difference = a - b
    truth = {
        "==": np.abs(difference) <= slack,
        "!=": np.abs(difference) > slack,
        "<": difference < 0,
        "<=": difference <= slack,
        ">": difference > 0,
        ">=": difference >= -slack,
    }[sign]
    return np.where(np.isnan(a) | np.isnan(b), np.nan, truth.astype(float))


def _apply(name: str, x: Number, node: Node | None) -> Number:
    if not isinstance(x, Dual):
        return np.asarray(ELEMENTWISE[name].value(np.asarray(x, float)), float)
    slope = ELEMENTWISE[name].slope
    if slope is None:
        raise GridError(f"the derivative of {name} is not known here", node or sym(name))
    return Dual(_apply(name, x.value, node), _times(slope(x.value), x.slope), x.tag)


def _by_entry(function: Callable[[float], float], number: Number) -> Array:
    return np.asarray(np.frompyfunc(function, 1, 1)(np.asarray(_plain(number), float)), float)


def _vectorised(function: Callable[[float], float]) -> Callable[[Array], Array]:
    def by_entry(x: Array) -> Array:
        return _by_entry(lambda entry: _quiet(function, entry), x)

    return by_entry


def _quiet(function: Callable[[float], float], x: float) -> float:
    try:
        return function(x)
    except (ValueError, OverflowError):
        return math.nan


def _factorial(x: float) -> float:
    whole = x >= 0 and x <= 170 and float(x).is_integer()
    return float(math.factorial(int(x))) if whole else math.nan


def _binomial(n: float, k: float) -> float:
    whole = float(n).is_integer() and float(k).is_integer() and n <= 1000
    return float(math.comb(int(n), int(k))) if whole and n >= 0 and k >= 0 else math.nan


def _digamma(x: float) -> float:
    shift = 0.0
    if x <= 0:
        return math.nan
    while x < 10:
        shift -= 1 / x
        x += 1
    tail = 1 / 12 - 1 / x**2 * (1 / 120 - 1 / x**2 * (1 / 252 - 1 / (240 * x**2)))
    return shift + math.log(x) - 1 / (2 * x) - tail / x**2


# -- words of one number


@dataclass(frozen=True, slots=True)
class _Word:
    """The value of a word of one number and its slope; None when the slope is unknown."""

    value: Callable[[Array], Array]
    slope: Callable[[Number], Number] | None


def _one(value: float) -> Array:
    return np.asarray(value)


def _word(name: str) -> Callable[[Number], Number]:
    return lambda x: _apply(name, x, None)


def _square(x: Number) -> Number:
    return _times(x, x)


def _sigmoid(x: Array) -> Array:
    return np.where(
        x >= 0, 1 / (1 + np.exp(-np.abs(x))), np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x)))
    )


def _sigmoid_slope(x: Number) -> Number:
    s = _apply("sigmoid", x, None)
    return _times(s, _minus(_one(1.0), s))


def _step(x: Number) -> Number:
    plain = _constant(x)
    return np.where(
        plain == 0, np.nan, np.where(np.isnan(plain), np.nan, (plain > 0).astype(float))
    )


def _flat(x: Number) -> Array:
    return np.where(np.isnan(_constant(x)), np.nan, 0.0)


def _sign_slope(x: Number) -> Number:
    return np.where(_constant(x) == 0, np.nan, _flat(x))


def _abs_slope(x: Number) -> Number:
    plain = _constant(x)
    return np.where(plain == 0, np.nan, np.sign(plain))


def _floor_slope(x: Number) -> Number:
    plain = _constant(x)
    return np.where(plain == np.floor(plain), np.nan, _flat(x))


def _ceil_slope(x: Number) -> Number:
    plain = _constant(x)
    return np.where(plain == np.ceil(plain), np.nan, _flat(x))


def _asin_slope(x: Number) -> Number:
    return _over(_one(1.0), _apply("sqrt", _minus(_one(1.0), _square(x)), None))


def _erf_slope(x: Number) -> Number:
    bell = _apply("exp", _times(_square(x), _one(-1.0)), None)
    return _times(_one(2 / math.sqrt(math.pi)), bell)


def _gamma_slope(x: Number) -> Number:
    if isinstance(x, Dual):
        raise GridError("the second derivative of gamma is not known here", sym("gamma"))
    return _times(_apply("gamma", x, None), _by_entry(_digamma, x))


def _log(x: Array) -> Array:
    return np.where(x > 0, np.log(np.where(x > 0, x, 1.0)), np.nan)


ELEMENTWISE: dict[str, _Word] = {
    "exp": _Word(np.exp, _word("exp")),
    "log": _Word(_log, lambda x: _over(_one(1.0), x)),
    "sqrt": _Word(np.sqrt, lambda x: _over(_one(0.5), _apply("sqrt", x, None))),
    "sin": _Word(np.sin, _word("cos")),
    "cos": _Word(np.cos, lambda x: _times(_one(-1.0), _apply("sin", x, None))),
    "tan": _Word(np.tan, lambda x: _plus(_one(1.0), _square(_apply("tan", x, None)))),
    "asin": _Word(np.arcsin, _asin_slope),
    "acos": _Word(np.arccos, lambda x: _times(_one(-1.0), _asin_slope(x))),
    "atan": _Word(np.arctan, lambda x: _over(_one(1.0), _plus(_one(1.0), _square(x)))),
    "sinh": _Word(np.sinh, _word("cosh")),
    "cosh": _Word(np.cosh, _word("sinh")),
    "tanh": _Word(np.tanh, lambda x: _minus(_one(1.0), _square(_apply("tanh", x, None)))),
    "abs": _Word(np.abs, _abs_slope),
    "sign": _Word(np.sign, _sign_slope),
    "sigmoid": _Word(_sigmoid, _sigmoid_slope),
    "softplus": _Word(lambda x: np.logaddexp(0.0, x), _word("sigmoid")),
    "relu": _Word(lambda x: np.maximum(x, 0.0), _step),
    "floor": _Word(lambda x: np.floor(x + 1e-9), _floor_slope),
    "ceil": _Word(lambda x: np.ceil(x - 1e-9), _ceil_slope),
    "erf": _Word(_vectorised(math.erf), _erf_slope),
    "gamma": _Word(_vectorised(math.gamma), _gamma_slope),
}
"""Every word that acts on numbers entry by entry."""


# -- vectors and matrices


def _number(value: Value, node: Node) -> Number:
    if isinstance(value, Table):
        raise GridError("a number is needed here, not a vector or matrix", node)
    return value


def _map(value: Value, function: Callable[[Number], Number]) -> Value:
    if isinstance(value, Table):
        return Table(tuple(tuple(function(entry) for entry in row) for row in value.rows))
    return function(value)


def _table_of(matrix: Array) -> Table:
    return Table(tuple(tuple(np.asarray(entry) for entry in row) for row in matrix))


def _total(numbers: Sequence[Number]) -> Number:
    result: Number = np.zeros(())
    for number in numbers:
        result = _plus(result, number)
    return result


def _dot(row: Sequence[Number], column: Sequence[Number]) -> Number:
    return _total([_times(x, y) for x, y in zip(row, column, strict=True)])


def _norm(table: Table, node: Node) -> Value:
    return _apply("sqrt", _total([_square(x) for x in table.entries()]), node)


def _norm1(table: Table, node: Node) -> Value:
    return _total([_apply("abs", x, node) for x in table.entries()])


def _norminf(table: Table, node: Node) -> Value:
    sizes = [_apply("abs", x, node) for x in table.entries()]
    result = sizes[0]
    for size in sizes[1:]:
        truth = _compare(">=", np.asarray(_plain(result)), np.asarray(_plain(size)), 0.0)
        result = _kink(_choose(truth, result, size), _minus(result, size))
    return result


def _mean(table: Table, _: Node) -> Value:
    numbers = table.entries()
    return _over(_total(numbers), _one(float(len(numbers))))


def _variance(table: Table, node: Node) -> Value:
    middle = _number(_mean(table, node), node)
    squares = tuple((_square(_minus(x, middle)),) for x in table.entries())
    return _mean(Table(squares), node)


def _length(table: Table, _: Node) -> Value:
    return _one(float(table.shape[0]))


def _softmax(table: Table, node: Node) -> Value:
    # The largest score is taken off as a constant: it cancels in value and in slope.
    top = np.max([np.broadcast_to(_constant(x), _shape(table)) for x in table.entries()], axis=0)
    raised = _map(table, lambda x: _apply("exp", _minus(x, top), node))
    if not isinstance(raised, Table):
        return raised
    whole = _total(raised.entries())
    return _map(raised, lambda x: _over(x, whole))


def _logsumexp(table: Table, node: Node) -> Value:
    top = np.max([np.broadcast_to(_constant(x), _shape(table)) for x in table.entries()], axis=0)
    raised = [_apply("exp", _minus(x, top), node) for x in table.entries()]
    return _plus(_apply("log", _total(raised), node), top)


def _shape(table: Table) -> tuple[int, ...]:
    return np.broadcast_shapes(*(_constant(x).shape for x in table.entries()))


def _trace(table: Table, node: Node) -> Value:
    _square_shape(table, node)
    return _total([table.rows[i][i] for i in range(table.shape[0])])


def _determinant(table: Table, node: Node) -> Value:
    _square_shape(table, node)
    return _cofactors(table.rows)


def _cofactors(rows: tuple[tuple[Number, ...], ...]) -> Number:
    if len(rows) == 1:
        return rows[0][0]
    terms = []
    for j, entry in enumerate(rows[0]):
        minor = tuple((*row[:j], *row[j + 1 :]) for row in rows[1:])
        terms.append(_times(_times(_one((-1.0) ** j), entry), _cofactors(minor)))
    return _total(terms)


def _inverse(table: Table, node: Node) -> Value:
    _square_shape(table, node)
    rows, size = table.rows, table.shape[0]
    whole = _cofactors(rows)
    if size == 1:
        return Table(((_over(_one(1.0), whole),),))

    def entry(i: int, j: int) -> Number:
        minor = tuple((*row[:i], *row[i + 1 :]) for k, row in enumerate(rows) if k != j)
        return _over(_times(_one((-1.0) ** (i + j)), _cofactors(minor)), whole)

    return Table(tuple(tuple(entry(i, j) for j in range(size)) for i in range(size)))


def _square_shape(table: Table, node: Node) -> None:
    if table.shape[0] != table.shape[1] or table.shape[0] > 4:
        raise GridError("a square matrix of at most 4 rows is needed here", node)


def _diagonal(table: Table, _: Node) -> Value:
    rows, columns = table.shape
    if columns != 1:
        return Table(tuple((table.rows[i][i],) for i in range(min(rows, columns))))
    zero = _one(0.0)
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
