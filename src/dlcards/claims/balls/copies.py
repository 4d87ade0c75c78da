"""Independent copies of random names: ``iid(X, i)``, and their mean ``avg(X, n)``.

A polynomial in averages is averaged by counting in how many ways their copies coincide,
whatever n is. Otherwise the law of the mean of n copies must be known: normal, gamma and
binomial names keep their kind, and a finite law is added to itself n times.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import reduce

from flint import fmpq

from dlcards.claims.balls.errors import TooMuchWork, Unsupported
from dlcards.claims.balls.matrices import Matrix
from dlcards.claims.balls.means import (
    NAMED_LAWS,
    mean_over,
    outcomes_of,
    parameters,
    random_names,
)
from dlcards.claims.balls.numbers import (
    HALF,
    ONE,
    TWO,
    ZERO,
    Number,
    add,
    divide,
    multiply,
    rational,
    subtract,
)
from dlcards.claims.balls.point import Point
from dlcards.claims.balls.polynomials import depends, polynomial
from dlcards.claims.balls.values import Value, as_number
from dlcards.claims.judge.numeric.point import Scope
from dlcards.claims.statement import Type
from dlcards.claims.tree import Node, sym, walk

MAX_FACTORS = 6
"""Averages multiplied in one term."""
MAX_SUMS = 2000
"""Values of a sum of copies of a finite law."""


@dataclass(frozen=True, slots=True)
class _Copy:
    """One ``avg`` or ``iid`` in a formula, and the name put in for it."""

    name: str
    node: Node
    body: Node
    index: int | None
    """Which copy it is; None for an average over all."""


_COPIES = frozenset({"avg", "iid"})


def has_copies(node: Node) -> bool:
    """Tell whether a formula speaks of independent copies."""
    return any(part.op == "call" and part.name in _COPIES for part in walk(node))


def mean(point: Point, names: Sequence[str], node: Node) -> Number | Matrix:
    """Return the mean of a formula over some names and over the copies it speaks of."""
    node = point.expanded(node)
    if point.words(node).isdisjoint(_COPIES):
        return mean_over(point, names, node)
    copies = _copies(point, node)
    count = _count(point, copies)
    replaced = _replaced(node, {copy.node: sym(copy.name) for copy in copies})
    outside = [name for name in names if depends(replaced, [name])]
    variables = frozenset([*outside, *(copy.name for copy in copies)])
    found = polynomial(point, replaced, variables)
    if found is None:
        return _by_law(point, outside, copies, count, replaced)
    result: Number = ZERO
    by_name = {copy.name: copy for copy in copies}
    for monomial, factor in found.items():
        inside = [
            by_name[name] for name, power in monomial if name in by_name for _ in range(power)
        ]
        rest = [sym(name) for name, power in monomial if name not in by_name for _ in range(power)]
        term = multiply(factor, _mean_of_product(point, inside, count))
        if rest:
            whole = reduce(_times, rest)
            term = multiply(term, as_number(mean_over(point, outside, whole)))
        result = add(result, term)
    return result


def _times(a: Node, b: Node) -> Node:
    return Node("mul", (a, b))


def _copies(point: Point, node: Node) -> list[_Copy]:
    """Return every different ``avg`` and ``iid`` of a formula."""
    found: dict[Node, _Copy] = {}
    for part in walk(node):
        if part.op == "call" and part.name in ("avg", "iid") and part not in found:
            index = (
                point.whole(part.args[1], "the number of a copy") if part.name == "iid" else None
            )
            found[part] = _Copy(f"copy {len(found)}", part, part.args[0], index)
    return list(found.values())


def _count(point: Point, copies: Sequence[_Copy]) -> Number:
    """Return how many copies averages run over."""
    counts = {copy.node.args[1] for copy in copies if copy.index is None}
    if len(counts) > 1:
        raise Unsupported("averages over different numbers of copies together")
    return point.number(counts.pop()) if counts else ONE


def _replaced(node: Node, forms: Mapping[Node, Node]) -> Node:
    if node in forms:
        return forms[node]
    return node.with_args(tuple(_replaced(arg, forms) for arg in node.args)) if node.args else node


# Polynomials


def _mean_of_product(point: Point, copies: Sequence[_Copy], count: Number) -> Number:
    """Return the mean of a product of averages and single copies.

    The sum over all indices of the averages is split by which of them coincide, with one
    another and with those of the single copies.
    """
    averages = [copy.body for copy in copies if copy.index is None]
    if len(averages) > MAX_FACTORS:
        raise TooMuchWork("a high power of an average")
    fixed: dict[int, list[Node]] = {}
    for copy in copies:
        if copy.index is not None:
            fixed.setdefault(copy.index, []).append(copy.body)

    def mean_of(bodies: Sequence[Node]) -> Number:
        whole = reduce(_times, bodies)
        return as_number(mean_over(point, random_names(point, [whole]), whole))

    result: Number = ZERO
    for groups, free in _coincidences(averages, list(fixed.values())):
        ways: Number = ONE
        for i in range(free):
            ways = multiply(ways, subtract(count, rational(len(fixed) + i)))
        term = ways
        for group in groups:
            term = multiply(term, mean_of(group))
        result = add(result, term)
    for _ in averages:
        result = divide(result, count)
    return result


def _coincidences(
    averages: Sequence[Node], groups: list[list[Node]], free: int = 0
) -> Iterator[tuple[list[list[Node]], int]]:
    """Yield the ways to put factors into groups of one copy each, and how many are new."""
    if not averages:
        yield groups, free
        return
    first, rest = averages[0], averages[1:]
    for i in range(len(groups)):
        joined = [[*group, first] if j == i else group for j, group in enumerate(groups)]
        yield from _coincidences(rest, joined, free)
    yield from _coincidences(rest, [*groups, [first]], free + 1)


# Laws of averages


def _by_law(
    point: Point, names: Sequence[str], copies: Sequence[_Copy], count: Number, node: Node
) -> Number | Matrix:
    """Average a formula that is no polynomial, by the law of every copy."""
    if sum(copy.index is None for copy in copies) > 1 or (
        len(copies) > 1 and any(copy.index is None for copy in copies)
    ):
        raise Unsupported("several averages in a formula that is no polynomial")
    indices = [copy.index for copy in copies]
    if len(set(indices)) < len(indices):
        raise Unsupported("several parts of one copy in a formula that is no polynomial")
    forms: dict[Node, Node] = {}
    types: dict[str, Type] = {}
    atoms: dict[str, list[tuple[Number, Number]]] = {}
    bound: dict[str, Value] = {}
    for copy in copies:
        times = count if copy.index is None else ONE
        law = _law_of_sum(point, copy.body, times)
        if law is None:
            types[copy.name] = Type("independent")
            atoms[copy.name] = _atoms(point, copy.body, times)
            forms[sym(copy.name)] = sym(copy.name)
            continue
        values = {f"{copy.name} parameter {i}": x for i, x in enumerate(law.parameters)}
        bound.update(values)
        types[copy.name] = Type(law.kind, tuple(sym(name) for name in values))
        scaled = Node("div", (sym(copy.name), sym(f"{copy.name} count")))
        bound[f"{copy.name} count"] = times
        forms[sym(copy.name)] = scaled if law.is_sum else sym(copy.name)
    with declared(point, types, atoms), point.binding(bound):
        return mean_over(point, [*names, *types], _replaced(node, forms))


@dataclass(frozen=True, slots=True)
class _SumLaw:
    kind: str
    parameters: Sequence[Number]
    is_sum: bool
    """Whether it is the law of the sum rather than of the mean."""


def _law_of_sum(point: Point, body: Node, n: Number) -> _SumLaw | None:
    """Return the law of the sum or mean of n copies of a name, when it has a name."""
    kind = point.scope.types.get(body.name) if body.op == "sym" else None
    if kind is None or kind.name not in NAMED_LAWS:
        return None
    p = parameters(point, body.name)
    match kind.name:
        case "Normal":
            return _SumLaw("Normal", (p[0], divide(p[1], n)), is_sum=False)
        case "Exponential":
            return _SumLaw("Gamma", (n, multiply(n, p[0])), is_sum=False)
        case "Gamma":
            return _SumLaw("Gamma", (multiply(n, p[0]), multiply(n, p[1])), is_sum=False)
        case "ChiSquared":
            shape = divide(multiply(n, p[0]), TWO)
            return _SumLaw("Gamma", (shape, multiply(n, HALF)), is_sum=False)
        case "Bernoulli":
            return _SumLaw("Binomial", (n, p[0]), is_sum=True)
        case "Binomial":
            return _SumLaw("Binomial", (multiply(n, p[0]), p[1]), is_sum=True)
        case "Poisson":
            return _SumLaw("Poisson", (multiply(n, p[0]),), is_sum=True)
        case _:
            if isinstance(n, fmpq) and n == 1:
                return _SumLaw(kind.name, p, is_sum=False)
            raise Unsupported(f"the mean of copies of a {kind.name} variable")


def _atoms(point: Point, body: Node, n: Number) -> list[tuple[Number, Number]]:
    """Return the law of the mean of n copies of a formula of finite laws."""
    if not (isinstance(n, fmpq) and n.q == 1 and n >= 1):
        raise Unsupported("a number of copies that is not known")
    one: dict[tuple[int, int], Number] = {}
    for weight, outcome in outcomes_of(point, random_names(point, [body])):
        with point.happening(outcome):
            x = point.number(body)
        if not isinstance(x, fmpq):
            raise Unsupported("copies whose values are not known exactly")
        key = int(x.p), int(x.q)
        one[key] = add(one.get(key, ZERO), weight)
    sums = one
    for _ in range(int(n.p) - 1):
        longer: dict[tuple[int, int], Number] = {}
        for (a, b), p in sums.items():
            for (c, d), q in one.items():
                x = fmpq(a, b) + fmpq(c, d)
                key = int(x.p), int(x.q)
                longer[key] = add(longer.get(key, ZERO), multiply(p, q))
        if len(longer) > MAX_SUMS:
            raise TooMuchWork("a sum of many copies")
        sums = longer
    return [(p, divide(fmpq(*x), n)) for x, p in sums.items()]


@contextmanager
def declared(
    point: Point,
    types: Mapping[str, Type],
    atoms: Mapping[str, list[tuple[Number, Number]]],
) -> Iterator[None]:
    """Declare more random names for a while."""
    scope, laws = point.scope, point.laws
    point.scope = Scope({**scope.types, **types}, scope.definitions)
    point.laws = replace(laws, independent={**laws.independent, **atoms})
    try:
        yield
    finally:
        point.scope, point.laws = scope, laws
