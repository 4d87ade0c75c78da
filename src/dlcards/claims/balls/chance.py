"""Expectations, probabilities, covariances and entropies.

A finite law is summed exactly. A named law with a density is integrated, one with
infinitely many values summed until the rest is negligible.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TypeAlias

from flint import acb, arb, fmpq

from dlcards.claims.balls.elementary import log, sqrt
from dlcards.claims.balls.errors import TooMuchWork, Undefined, Unsettled, Unsupported
from dlcards.claims.balls.integrals import integrate
from dlcards.claims.balls.laws import CONTINUOUS, DISCRETE, Continuous, Discrete
from dlcards.claims.balls.matrices import Matrix, column, matmul, transpose
from dlcards.claims.balls.numbers import (
    ONE,
    ZERO,
    Jet,
    Number,
    add,
    as_float,
    current_precision,
    divide,
    is_complex,
    is_zero,
    multiply,
    radius_around,
    rational,
    real_ball,
    sign,
    subtract,
)
from dlcards.claims.balls.operators import holds
from dlcards.claims.balls.point import Point, Reading
from dlcards.claims.balls.values import Infinity, Value, as_matrix, as_number, entries
from dlcards.claims.judge.numeric.point import is_event, names_in
from dlcards.claims.tree import Node

Body: TypeAlias = Callable[[], "Number | Matrix"]
"""A formula of the outcome at hand."""

JOINT_TYPES = frozenset({"random", "random_vector", "event", "partition", "centered"})
"""Types whose names share one joint law."""
OWN_TYPES = frozenset({"independent", "white"})
NAMED_LAWS = frozenset(CONTINUOUS) | frozenset(DISCRETE)
RANDOM_TYPES = JOINT_TYPES | OWN_TYPES | NAMED_LAWS

MAX_OUTCOMES = 6000
MAX_MEAN = 2000
"""Laws on all of 0, 1, 2, … are summed up to this typical value."""


def random_names(point: Point, nodes: Collection[Node]) -> list[str]:
    """Return the random names that formulas depend on, in the order of declaration."""
    found = {name for node in nodes for name in names_in(node, point.scope)}
    types = point.scope.types
    return [name for name in types if name in found and types[name].name in RANDOM_TYPES]


# Means over all outcomes


def mean(point: Point, names: Sequence[str], body: Body) -> Number | Matrix:
    """Return the mean of a formula over the laws of some names."""
    types = point.scope.types
    joint = [name for name in names if types[name].name in JOINT_TYPES]
    rest = [name for name in names if name not in joint]
    if joint:
        outcomes = _joint_outcomes(point, joint)
        return _weighted(point, outcomes, lambda: mean(point, rest, body))
    if not rest:
        return body()
    rest.sort(key=lambda name: types[name].name in CONTINUOUS)
    name, others = rest[0], rest[1:]
    kind = types[name].name

    def inner() -> Number | Matrix:
        return mean(point, others, body)

    if kind in CONTINUOUS:
        return _integrated(point, name, CONTINUOUS[kind], inner)
    if kind in DISCRETE and DISCRETE[kind].last(parameters(point, name)) is None:
        return _endless(point, name, DISCRETE[kind], inner)
    return _weighted(point, _own_outcomes(point, name), inner)


def _white_outcomes(point: Point, name: str) -> list[tuple[Number, Mapping[str, Value]]]:
    """Return all outcomes of a vector of independent entries."""
    found: list[tuple[fmpq, list[Number]]] = [(ONE, [])]
    for atoms in point.laws.white[name]:
        found = [(p * weight, [*values, x]) for p, values in found for weight, x in atoms]
        if len(found) > MAX_OUTCOMES:
            raise TooMuchWork("a law of many outcomes")
    return [(p, {name: column(values)}) for p, values in found]


def _weighted(
    point: Point, outcomes: Sequence[tuple[Number, Mapping[str, Value]]], body: Body
) -> Number | Matrix:
    result: Number | Matrix = ZERO
    for weight, outcome in outcomes:
        if is_zero(weight):
            continue
        with point.happening(outcome):
            value = body()
        result = _plus(result, _scaled(value, weight))
    return result


def _scaled(value: Number | Matrix, factor: Number) -> Number | Matrix:
    if isinstance(value, Matrix):
        return value.map(lambda x: multiply(factor, x))
    return multiply(factor, value)


def _plus(a: Number | Matrix, b: Number | Matrix) -> Number | Matrix:
    if isinstance(a, Matrix):
        return a.combined(b, add) if isinstance(b, Matrix) else a
    if isinstance(b, Matrix):
        return b
    return add(a, b)


def parameters(point: Point, name: str) -> list[Number]:
    """Return the parameters of a named law."""
    return [point.number(arg) for arg in point.scope.types[name].args]


def _integrated(point: Point, name: str, law: Continuous, body: Body) -> Number | Matrix:
    own = parameters(point, name)
    law.check(own, point.mode)
    location, scale = law.place(own, point.mode)

    def at(z: Number) -> Number | Matrix:
        x = add(location, multiply(scale, z))
        density = multiply(scale, law.density(x, own, point.mode))
        with point.happening({name: x}):
            value = body()
        return _scaled(value, density)

    lower, upper = law.bounds(own)
    return integrate(
        point, at, _standard(lower, location, scale), _standard(upper, location, scale)
    )


def _standard(end: Number | Infinity, location: Number, scale: Number) -> Number | Infinity:
    return end if isinstance(end, Infinity) else divide(subtract(end, location), scale)


def _endless(point: Point, name: str, law: Discrete, body: Body) -> Number | Matrix:
    """Sum over 0, 1, 2, … until the rest is negligible."""
    own = parameters(point, name)
    law.check(own, point.mode)
    typical = law.typical(own)
    if is_complex(typical):
        raise Unsupported("an integral over the parameter of a law on 0, 1, 2, …")
    expected = as_float(typical)
    if expected > MAX_MEAN:
        raise TooMuchWork("a law with a large mean")
    tiny = arb(2) ** -current_precision()
    result: Number | Matrix = ZERO
    for k in range(int(40 * expected) + 3000):
        weight = law.chance(k, own, point.mode)
        with point.happening({name: rational(k)}):
            term = _scaled(body(), weight)
        result = _plus(result, term)
        if k > 3 * expected + 60 and _size(weight) < tiny:
            rest, whole = _size(term), _size(result)
            if rest < 1000 * tiny * (1 + whole):
                point.mode.estimated = True
                return _widened(result, 4000 * tiny * (1 + whole))
    raise Unsettled("an expectation whose terms fall slowly")


def _size(value: Number | Matrix) -> arb:
    found = arb(0)
    for x in entries(value):
        parts = x.coefficients if isinstance(x, Jet) else [x]
        for part in parts:
            found = found.max(_size(part) if isinstance(part, Jet) else abs(real_ball(part)))
    return found.upper()


def _widened(value: Number | Matrix, radius: arb) -> Number | Matrix:
    if isinstance(value, Matrix):
        return value.map(lambda x: _wider(x, radius))
    return _wider(value, radius)


def _wider(x: Number, radius: arb) -> Number:
    if isinstance(x, Jet):
        return Jet([_wider(part, radius) for part in x.coefficients], x.level)
    return radius_around(real_ball(x), radius)


# Conditions


def split(node: Node) -> tuple[Node, Node | None]:
    """Return a formula and its condition, if it has one."""
    return (node.args[0], node.args[1]) if node.op == "given" else (node, None)


def expectation(
    point: Point, names: Sequence[str], body: Body, condition: Node | None
) -> Number | Matrix:
    """Return the mean of a formula, given that an event happens or that a value is known.

    Raises
    ------
    Undefined
        If the condition has probability 0.
    """
    if condition is None:
        return mean(point, names, body)
    if is_event(condition, point.scope):
        return _given_event(point, names, body, lambda: point.number(condition))
    fixed = _held(point, condition)
    if fixed is not None:
        return mean(point, [name for name in names if name not in fixed], body)
    known = entries(point.plain(condition))

    def happens() -> Number:
        now = entries(point.plain(condition))
        result: Number = ONE
        for x, y in zip(now, known, strict=True):
            result = multiply(result, holds("==", x, y, point.mode))
        return result

    return _given_event(point, names, body, happens)


def _held(point: Point, condition: Node) -> frozenset[str] | None:
    """Return the names a condition fixes, when these are independent of all others."""
    parts = condition.args if condition.op == "list" else (condition,)
    types = point.scope.types
    names = {part.name for part in parts if part.op == "sym" and part.name in types}
    own = {name for name in names if types[name].name in RANDOM_TYPES - JOINT_TYPES}
    known = {*point.outcome, *point.bound}
    return frozenset(own) if len(own) == len(parts) and own <= known else None


def _given_event(
    point: Point, names: Sequence[str], body: Body, happens: Callable[[], Number]
) -> Number | Matrix:
    chance = as_number(mean(point, names, happens))
    if is_zero(chance):
        raise Undefined("a condition of probability 0")
    if not isinstance(chance, acb | Jet) and sign(chance, point.mode) <= 0:
        raise Undefined("a condition of probability 0")

    def where_it_happens() -> Number | Matrix:
        happened = happens()
        return ZERO if is_zero(happened) else _scaled(body(), happened)

    value = mean(point, names, where_it_happens)
    if isinstance(value, Matrix):
        return value.map(lambda x: divide(x, chance))
    return divide(value, chance)


def _expected(point: Point, node: Node) -> Value:
    """Return E or P of a formula, which may be conditional."""
    body, condition = split(node.args[0])
    nodes = [body] if condition is None else [body, condition]
    return expectation(point, random_names(point, nodes), lambda: point.plain(body), condition)


# Second moments


def covariance(point: Point, first: Node, second: Node) -> Number | Matrix:
    """Return the covariance of two numbers, or of two vectors."""
    x, condition = split(first)
    y, other = split(second)
    condition = condition or other
    nodes = [x, y] if condition is None else [x, y, condition]
    names = random_names(point, nodes)
    mean_x = expectation(point, names, lambda: point.plain(x), condition)
    mean_y = expectation(point, names, lambda: point.plain(y), condition)

    def deviations() -> Number | Matrix:
        u, v = point.plain(x), point.plain(y)
        if isinstance(u, Matrix) or isinstance(v, Matrix):
            du = as_matrix(u).combined(as_matrix(mean_x), subtract)
            dv = as_matrix(v).combined(as_matrix(mean_y), subtract)
            return matmul(du, transpose(dv))
        return multiply(
            subtract(as_number(u), as_number(mean_x)), subtract(as_number(v), as_number(mean_y))
        )

    return expectation(point, names, deviations, condition)


def _covariance(point: Point, node: Node) -> Value:
    return covariance(point, node.args[0], node.args[-1])


def correlation(point: Point, node: Node) -> Value:
    """Return the correlation of two numbers."""
    x, y = node.args
    spread = multiply(as_number(covariance(point, x, x)), as_number(covariance(point, y, y)))
    if not isinstance(spread, acb) and sign(spread, point.mode) <= 0:
        raise Undefined("the correlation of a constant")
    return divide(as_number(covariance(point, x, y)), sqrt(spread, point.mode))


# Densities


def density(point: Point, node: Node) -> Value:
    """Return the density, or the probability, of a named law at a number."""
    name = node.args[0].name
    kind = point.scope.types[name].name
    own = parameters(point, name)
    x = point.number(node.args[1])
    if kind in CONTINUOUS:
        law = CONTINUOUS[kind]
        law.check(own, point.mode)
        return _inside(point, x, law.bounds(own), lambda: law.density(x, own, point.mode))
    if kind in DISCRETE:
        return _chance_at(point, x, DISCRETE[kind], own)
    raise Unsupported(f"the density of a {kind} variable")


def _inside(
    point: Point,
    x: Number,
    bounds: tuple[Number | Infinity, Number | Infinity],
    value: Callable[[], Number],
) -> Number:
    inside: Number = ONE
    for end, sense in zip(bounds, (">=", "<="), strict=True):
        if not isinstance(end, Infinity):
            inside = multiply(inside, holds(sense, x, end, point.mode))
    return ZERO if is_zero(inside) else multiply(inside, value())


def _chance_at(point: Point, x: Number, law: Discrete, own: Sequence[Number]) -> Number:
    law.check(own, point.mode)
    if isinstance(x, Jet) or is_complex(x):
        raise Unsupported("a probability of a value that is differentiated or integrated over")
    if not isinstance(x, fmpq):
        if real_ball(x).contains_integer():
            raise Unsettled("the probability of a number that may be whole")
        return ZERO
    last = law.last(own)
    if x.q != 1 or x < 0 or (last is not None and x > last):
        return ZERO
    return law.chance(int(x.p), own, point.mode)


# Entropies


def joint_entropy(point: Point, nodes: Sequence[Node]) -> Number:
    """Return the entropy of several formulas together."""
    names = random_names(point, nodes)
    masses: dict[tuple[tuple[int, int], ...], Number] = {}
    for weight, outcome in outcomes_of(point, names):
        with point.happening(outcome):
            key = tuple(_key(x) for node in nodes for x in entries(point.plain(node)))
        masses[key] = add(masses.get(key, ZERO), weight)
    result: Number = ZERO
    for mass in masses.values():
        if not is_zero(mass):
            result = subtract(result, multiply(mass, log(mass, point.mode)))
    return result


def _key(x: Number) -> tuple[int, int]:
    if not isinstance(x, fmpq):
        raise Unsupported("the entropy of values that are not known exactly")
    return int(x.p), int(x.q)


def outcomes_of(point: Point, names: Sequence[str]) -> list[tuple[Number, dict[str, Value]]]:
    """Return all outcomes of names with finite laws, and their probabilities."""
    found: list[tuple[Number, dict[str, Value]]] = [(ONE, {})]
    for part in _finite_parts(point, names):
        found = [
            (multiply(p, weight), {**outcome, **more})
            for p, outcome in found
            for weight, more in part
        ]
        if len(found) > MAX_OUTCOMES:
            raise TooMuchWork("a law of many outcomes")
    return found


def _finite_parts(
    point: Point, names: Sequence[str]
) -> Iterator[Sequence[tuple[Number, Mapping[str, Value]]]]:
    """Yield the outcomes of independent groups of names."""
    types = point.scope.types
    joint = [name for name in names if types[name].name in JOINT_TYPES]
    if joint:
        yield _joint_outcomes(point, joint)
    for name in names:
        if name not in joint:
            yield _own_outcomes(point, name)


def _joint_outcomes(point: Point, names: Sequence[str]) -> list[tuple[Number, Mapping[str, Value]]]:
    return [
        (weight, {name: point.laws.joint[name][i] for name in names})
        for i, weight in enumerate(point.laws.weights)
    ]


def _own_outcomes(point: Point, name: str) -> list[tuple[Number, Mapping[str, Value]]]:
    """Return the outcomes of a name that is independent of all others."""
    kind = point.scope.types[name].name
    if kind == "independent":
        return [(weight, {name: value}) for weight, value in point.laws.independent[name]]
    if kind == "white":
        return _white_outcomes(point, name)
    if kind in DISCRETE:
        own = parameters(point, name)
        law = DISCRETE[kind]
        law.check(own, point.mode)
        last = law.last(own)
        if last is not None:
            return [(law.chance(k, own, point.mode), {name: rational(k)}) for k in range(last + 1)]
    raise Unsupported("a law of infinitely many values here")


def entropy(point: Point, node: Node) -> Value:
    """Return the entropy of a formula, which may be conditional."""
    body, condition = split(node.args[0])
    parts = list(body.args) if body.op == "list" else [body]
    if condition is None:
        return joint_entropy(point, parts)
    together = joint_entropy(point, [*parts, condition])
    return subtract(together, joint_entropy(point, [condition]))


def mutual_information(point: Point, node: Node) -> Value:
    """Return the mutual information of two formulas."""
    first, second = (list(arg.args) if arg.op == "list" else [arg] for arg in node.args)
    apart = add(joint_entropy(point, first), joint_entropy(point, second))
    return subtract(apart, joint_entropy(point, first + second))


WORDS: Mapping[str, Reading] = {
    "E": _expected,
    "P": _expected,
    "Var": _covariance,
    "Cov": _covariance,
    "Corr": correlation,
    "pdf": density,
    "H": entropy,
    "MI": mutual_information,
}
