"""Formulas on a grid, for figures: many points at once, slopes by forward mode.

A value is an array (one entry per point) or a :class:`Dual`, which carries a slope
beside the value; a vector or matrix is a :class:`Table` of such values. Slopes are
therefore exact wherever the function has one, and NaN where it has a kink.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from dlcards.claims.arrays.duals import (
    ELEMENTWISE,
    Array,
    Dual,
    GridError,
    Number,
    apply_word,
    binomial,
    by_entry,
    choose,
    compare,
    constant,
    factorial,
    kink,
    minus,
    over,
    plain,
    plus,
    power,
    slope_of,
    times,
)
from dlcards.claims.arrays.tables import (
    TABLE_WORDS,
    Table,
    Value,
    dot,
    map_entries,
    number_of,
    table_of,
    total,
)
from dlcards.claims.statement import Statement
from dlcards.claims.tree import Node, sym

__all__ = ["GridError", "evaluate_on_grid", "gradient"]

MAX_TERMS = 2_000
MAX_WORK = 60_000_000
"""Array entries that one evaluation may compute."""

_PANELS = 12
_NODES = 10


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
    >>> from dlcards.claims.parser import parse_formula
    >>> evaluate_on_grid(parse_formula("d(x**2, x)"), {"x": [0.0, 1.5]}).tolist()
    [0.0, 3.0]
    """
    walker = _Walker(names, statement)
    with np.errstate(all="ignore"):
        result = number_of(walker.value(node), node)
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
    >>> from dlcards.claims.parser import parse_formula
    >>> gradient(parse_formula("x**2*y"), ("x", "y"), {"x": 3.0, "y": 2.0}).tolist()
    [12.0, 9.0]
    """
    walker = _Walker(at, statement)
    with np.errstate(all="ignore"):
        slopes = [number_of(walker.derivative(node, name, node), node) for name in variables]
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
        numbers = np.asarray(plain(result), float)
        numbers = np.where(np.isfinite(numbers), numbers, np.nan)
        return np.array(np.broadcast_to(numbers, self.shape))

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
        return number_of(self.value(node), node)

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
        at = number_of(self.names[name], node)
        self.tags += 1
        tag = self.tags
        moving = Dual(at, np.ones_like(plain(at)), tag)
        return map_entries(self.bound(name, moving, body), lambda entry: slope_of(entry, tag))

    def whole(self, node: Node) -> Array:
        number = np.asarray(plain(self.number(node)), float)
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
        return map_entries(self.value(node.args[0]), lambda x: times(x, np.asarray(-1.0)))

    def _add(self, node: Node) -> Value:
        return self._entrywise(node, plus)

    def _sub(self, node: Node) -> Value:
        return self._entrywise(node, minus)

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
            return map_entries(a, lambda x: times(x, b))
        if isinstance(b, Table) and not isinstance(a, Table):
            return map_entries(b, lambda x: times(a, x))
        return self._entrywise(node, times)

    def _div(self, node: Node) -> Value:
        a, b = (self.value(arg) for arg in node.args)
        if isinstance(a, Table) and not isinstance(b, Table):
            return map_entries(a, lambda x: over(x, b))
        return self._entrywise(node, over)

    def _pow(self, node: Node) -> Value:
        base, exponent = self.value(node.args[0]), self.number(node.args[1])
        if isinstance(base, Table) and base.shape[1] != 1:
            raise GridError("a power of a matrix has no meaning in a figure", node)
        return map_entries(base, lambda x: power(x, exponent))

    def _matmul(self, node: Node) -> Value:
        a, b = (self.value(arg) for arg in node.args)
        if not (isinstance(a, Table) and isinstance(b, Table) and a.shape[1] == b.shape[0]):
            raise GridError("the shapes do not fit in @", node)
        columns = tuple(zip(*b.rows, strict=True))
        product = tuple(tuple(dot(row, column) for column in columns) for row in a.rows)
        return product[0][0] if len(product) == len(product[0]) == 1 else Table(product)

    def _rel(self, node: Node) -> Value:
        sides = [np.asarray(plain(self.number(arg)), float) for arg in node.args]
        truth = np.ones(())
        for sign, a, b in zip(node.relations, sides, sides[1:], strict=False):
            truth = truth * compare(sign, a, b)
        return truth

    def _and(self, node: Node) -> Value:
        return times(self.number(node.args[0]), self.number(node.args[1]))

    def _not(self, node: Node) -> Value:
        return minus(np.asarray(1.0), self.number(node.args[0]))

    # -- words

    def _call(self, node: Node) -> Value:
        name = node.name
        if name in ELEMENTWISE:
            return map_entries(self.value(node.args[0]), lambda x: apply_word(name, x, node))
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
            truth = np.asarray(plain(self.number(condition)), float)
            result = choose(truth, self.number(value), result)
        return result

    def _word_ind(self, node: Node) -> Value:
        return constant(self.number(node.args[0]))

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
            truth = compare(sign, np.asarray(plain(result)), np.asarray(plain(number)), 0.0)
            result = kink(choose(truth, result, number), minus(result, number))
        return result

    def _word_sum(self, node: Node) -> Value:
        if len(node.args) == 1:
            return total(self._table(node.args[0]).entries())
        return self._terms(node, np.zeros(()), plus)

    def _word_prod(self, node: Node) -> Value:
        if len(node.args) == 1:
            result: Number = np.ones(())
            for entry in self._table(node.args[0]).entries():
                result = times(result, entry)
            return result
        return self._terms(node, np.ones(()), times)

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
            term = number_of(self.bound(index.name, np.asarray(float(k)), body), body)
            inside = ((low <= k) & (k <= high)).astype(float)
            result = operation(result, choose(inside, term, start))
        return result

    def _word_integral(self, node: Node) -> Value:
        body, variable, first, last = node.args
        low, high = self.number(first), self.number(last)
        if not (np.all(np.isfinite(plain(low))) and np.all(np.isfinite(plain(high)))):
            raise GridError("a figure needs finite bounds of an integral", node)
        nodes, weights = np.polynomial.legendre.leggauss(_NODES)
        width = over(minus(high, low), np.asarray(float(_PANELS)))
        result: Number = np.zeros(())
        for panel in range(_PANELS):
            for x, w in zip(nodes, weights, strict=True):
                place = np.asarray(panel + (x + 1) / 2)
                point = plus(low, times(width, place))
                height = number_of(self.bound(variable.name, point, body), body)
                result = plus(result, times(times(width, np.asarray(w / 2)), height))
        return result

    def _word_factorial(self, node: Node) -> Value:
        return constant(by_entry(factorial, self.number(node.args[0])))

    def _word_binomial(self, node: Node) -> Value:
        n, k = (np.asarray(plain(self.number(arg)), float) for arg in node.args)
        return np.asarray(np.frompyfunc(binomial, 2, 1)(n, k), float)

    def _word_eye(self, node: Node) -> Value:
        n = self.size_of(node.args[0])
        return table_of(np.eye(n))

    def _word_ones(self, node: Node) -> Value:
        return table_of(np.ones((self.size_of(node.args[0]), 1)))

    def _word_zeros(self, node: Node) -> Value:
        sizes = [self.size_of(arg) for arg in node.args]
        return table_of(np.zeros((sizes[0], sizes[1] if len(sizes) > 1 else 1)))

    def _word_basis(self, node: Node) -> Value:
        place, n = (self.size_of(arg) for arg in node.args)
        if place > n:
            raise GridError("the index is out of range", node)
        return table_of(np.eye(n)[:, [place - 1]])
