"""Words of chance: expectations, probabilities, covariances, densities and entropies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from flint import acb, fmpq

from dlcards.claims.balls.copies import declared, mean
from dlcards.claims.balls.densities import (
    DENSITY_TYPES,
    density_at,
    entropy_of,
    known_value,
    mean_given,
)
from dlcards.claims.balls.derivatives import derivative
from dlcards.claims.balls.elementary import log, sqrt
from dlcards.claims.balls.errors import Undefined, Unsettled, Unsupported, WrongShape
from dlcards.claims.balls.laws import CONTINUOUS, DISCRETE, Discrete
from dlcards.claims.balls.matrices import Matrix, relative_entropy
from dlcards.claims.balls.means import (
    JOINT_TYPES,
    NAMED_LAWS,
    RANDOM_TYPES,
    TABLE_TYPES,
    law_parameters,
    outcomes_of,
    parameters,
    random_names,
)
from dlcards.claims.balls.numbers import (
    ONE,
    ZERO,
    Infinity,
    Jet,
    Number,
    add,
    compare,
    divide,
    is_complex,
    is_zero,
    multiply,
    negate,
    real_ball,
    sign,
    subtract,
)
from dlcards.claims.balls.operators import holds
from dlcards.claims.balls.point import Point, Reading
from dlcards.claims.balls.polynomials import substituted
from dlcards.claims.balls.values import Value, as_number, entries
from dlcards.claims.balls.vectors import VECTOR_LAWS, normal_divergence, normal_entropy
from dlcards.claims.balls.vectors import density as density_of_vector
from dlcards.claims.judge.numeric.point import is_event
from dlcards.claims.parser import parse_formula
from dlcards.claims.statement import Type
from dlcards.claims.tree import Node, call, num, sym

_PLACE, _OWN, _OTHER = " place", " own", " other"
_KNOWN, _MEAN_X, _MEAN_Y = " known", " mean of x", " mean of y"
"""Names that stand for values in formulas made here; no text can spell them."""
_KNOWN_VALUE, _FIRST_MEAN, _SECOND_MEAN = sym(_KNOWN), sym(_MEAN_X), sym(_MEAN_Y)
_NOTHING = num(0)


# Conditions


def split(node: Node) -> tuple[Node, Node | None]:
    """Return a formula and its condition, if it has one."""
    return (node.args[0], node.args[1]) if node.op == "given" else (node, None)


def expectation(
    point: Point, names: Sequence[str], node: Node, condition: Node | None
) -> Number | Matrix:
    """Return the mean of a formula, given that an event happens or that a value is known.

    Raises
    ------
    Undefined
        If the condition has probability 0.
    """
    if condition is None:
        return mean(point, names, node)
    fixed = known_value(point, condition)
    if fixed is not None:
        return mean_given(point, *fixed, node)
    if is_event(condition, point.scope):
        return _given_event(point, names, node, condition)
    held = _held(point, condition)
    if held is not None:
        return mean(point, [name for name in names if name not in held], node)
    known = point.evaluate(condition)
    event = point.made("rel", condition, _KNOWN_VALUE, relations=("==",))
    with point.binding({_KNOWN: known}):
        return _given_event(point, names, node, event)


def _held(point: Point, condition: Node) -> frozenset[str] | None:
    """Return the names a condition fixes, when these are independent of all others."""
    parts = condition.args if condition.op == "list" else (condition,)
    types = point.scope.types
    names = {part.name for part in parts if part.op == "sym" and part.name in types}
    own = {name for name in names if types[name].name in RANDOM_TYPES - JOINT_TYPES - TABLE_TYPES}
    known = {*point.outcome, *point.bound}
    return frozenset(own) if len(own) == len(parts) and own <= known else None


def _given_event(point: Point, names: Sequence[str], node: Node, event: Node) -> Number | Matrix:
    chance = as_number(mean(point, names, event))
    if is_zero(chance):
        raise Undefined("a condition of probability 0")
    if not isinstance(chance, acb | Jet) and sign(chance, point.mode) <= 0:
        raise Undefined("a condition of probability 0")
    value = mean(point, names, point.made("call", node, event, _NOTHING, name="cases"))
    if isinstance(value, Matrix):
        return value.map(lambda x: divide(x, chance))
    return divide(value, chance)


def _expected(point: Point, node: Node) -> Value:
    """Return E or P of a formula, which may be conditional."""
    body, condition = split(node.args[0])
    nodes = [body] if condition is None else [body, condition]
    return expectation(point, random_names(point, nodes), body, condition)


# Second moments


def covariance(point: Point, first: Node, second: Node) -> Number | Matrix:
    """Return the covariance of two numbers, or of two vectors."""
    x, condition = split(first)
    y, other = split(second)
    condition = condition or other
    nodes = [x, y] if condition is None else [x, y, condition]
    names = random_names(point, nodes)
    mean_x = expectation(point, names, x, condition)
    mean_y = expectation(point, names, y, condition)
    dx, dy = point.made("sub", x, _FIRST_MEAN), point.made("sub", y, _SECOND_MEAN)
    arrays = [mean for mean in (mean_x, mean_y) if isinstance(mean, Matrix)]
    if not all(array.is_vector for array in arrays):
        raise WrongShape("the covariance is that of numbers or of vectors, which are columns")
    product = point.made("matmul", dx, point.made("T", dy)) if arrays else point.made("mul", dx, dy)
    with point.binding({_MEAN_X: mean_x, _MEAN_Y: mean_y}):
        return expectation(point, names, product, condition)


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
    """Return the density, or the probability, at a place: of a law, a name or a formula."""
    subject, place = node.args
    named = point.scope.types.get(subject.name) if subject.op == "sym" else None
    law = named.name if named is not None else subject.name
    if law in VECTOR_LAWS and subject.op in ("sym", "call"):
        args = subject.args if named is None else named.args
        known = [point.plain(arg) for arg in args]
        return density_of_vector(law, known, point.matrix(place), point.mode)
    if subject.op == "call" and subject.name in NAMED_LAWS:
        own = law_parameters(point, subject.args)
        return _density_of(point, subject.name, own, point.number(place))
    kind = point.scope.types.get(subject.name) if subject.op == "sym" else None
    if kind is not None and kind.name in DENSITY_TYPES:
        return density_at(point, subject.name, point.number(place))
    if kind is not None and kind.name in NAMED_LAWS:
        return _density_of(point, kind.name, parameters(point, subject.name), point.number(place))
    return _density_of_formula(point, subject, point.number(place))


def _density_of(point: Point, kind: str, own: Sequence[Number], x: Number) -> Number:
    if kind in CONTINUOUS:
        law = CONTINUOUS[kind]
        law.check(own, point.mode)
        return _inside(point, x, law.bounds(own), lambda: law.density(x, own, point.mode))
    return _chance_at(point, x, DISCRETE[kind], own)


def _density_of_formula(point: Point, node: Node, x: Number) -> Number | Matrix:
    """Return the probability of a value of finite laws, else the slope of P(formula <= x)."""
    names = random_names(point, [node])
    types = point.scope.types
    with point.binding({_KNOWN: x}):
        if not any(types[name].name in {*CONTINUOUS, *DENSITY_TYPES} for name in names):
            return mean(point, names, point.made("rel", node, _KNOWN_VALUE, relations=("==",)))
        below = call("P", point.made("rel", node, _KNOWN_VALUE, relations=("<=",)))
        return derivative(point, below, _KNOWN, x, None, 1)


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
    if x.q != 1 or x < law.first or (last is not None and x > last):
        return ZERO
    return law.chance(int(x.p), own, point.mode)


# Entropies


def joint_entropy(point: Point, nodes: Sequence[Node]) -> Number:
    """Return the entropy of several formulas together."""
    found = entropy_of(point, nodes)
    if found is not None:
        return found
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


def entropy(point: Point, node: Node) -> Value:
    """Return the entropy of a formula, which may be conditional."""
    body, condition = split(node.args[0])
    parts = list(body.args) if body.op == "list" else [body]
    normal = _as_normal_vector(point, body)
    if condition is None and normal is not None:
        return normal_entropy(normal, point.mode)
    law = _as_law(point, body)
    if condition is None and law is not None and not _is_finite_law(point, law):
        return differential_entropy(point, law)
    if condition is None:
        return joint_entropy(point, parts)
    together = joint_entropy(point, [*parts, condition])
    return subtract(together, joint_entropy(point, [condition]))


def mutual_information(point: Point, node: Node) -> Value:
    """Return the mutual information of two formulas."""
    first, second = (list(arg.args) if arg.op == "list" else [arg] for arg in node.args)
    apart = add(joint_entropy(point, first), joint_entropy(point, second))
    return subtract(apart, joint_entropy(point, first + second))


def _copy(point: Point, node: Node) -> Value:
    """Refuse a copy outside the words of chance, which read it themselves."""
    raise Unsupported(f"{node.name} outside E, P, Var and Cov")


# Entropies of laws with a density


_LOG_DENSITY: Mapping[str, str] = {
    "Normal": "-(x - p_1)**2/(2*p_2) - log(2*pi*p_2)/2",
    "Exponential": "log(p_1) - p_1*x",
    "Uniform": "-log(p_2 - p_1)",
    "Gamma": "p_1*log(p_2) + (p_1 - 1)*log(x) - p_2*x - log(gamma(p_1))",
    "ChiSquared": "(p_1/2 - 1)*log(x) - x/2 - log(2)*p_1/2 - log(gamma(p_1/2))",
    "InverseGamma": "p_1*log(p_2) - (p_1 + 1)*log(x) - p_2/x - log(gamma(p_1))",
    "Beta": "(p_1 - 1)*log(x) + (p_2 - 1)*log(1 - x)"
    " - log(gamma(p_1)) - log(gamma(p_2)) + log(gamma(p_1 + p_2))",
    "StudentT": "log(gamma((p_1 + 1)/2)) - log(gamma(p_1/2)) - log(pi*p_1)/2"
    " - (p_1 + 1)/2*log(1 + x**2/p_1)",
    "Pareto": "log(p_2) + p_2*log(p_1) - (p_2 + 1)*log(x)",
    "Poisson": "x*log(p_1) - p_1 - log(gamma(x + 1))",
    "Geometric": "(x - 1)*log(1 - p_1) + log(p_1)",
}
"""Logarithms of densities and probabilities, at x, with the parameters p_1, p_2."""


def _log_density(kind: str, place: str, own: str) -> Node:
    """Return the logarithm of a density as a formula in a name and in parameters."""
    if kind not in _LOG_DENSITY:
        raise Unsupported(f"the entropy of a {kind} variable")
    names = {"x": sym(place), "p_1": sym(f"{own} 1"), "p_2": sym(f"{own} 2")}
    return substituted(parse_formula(_LOG_DENSITY[kind]), names)


def _as_law(point: Point, node: Node) -> tuple[str, Sequence[Node]] | None:
    """Return the law that a formula is or has, and its parameters."""
    if node.op == "call" and node.name in NAMED_LAWS:
        return node.name, node.args
    kind = point.scope.types.get(node.name) if node.op == "sym" else None
    return None if kind is None or kind.name not in NAMED_LAWS else (kind.name, kind.args)


def _as_normal_vector(point: Point, node: Node) -> list[Number | Matrix] | None:
    """Return the mean and the covariance of a law, or of a name, of normal vectors."""
    kind = point.scope.types.get(node.name) if node.op == "sym" else None
    name, args = (node.name, node.args) if kind is None else (kind.name, kind.args)
    if name != "MultivariateNormal":
        return None
    return [point.plain(arg) for arg in args]


def _is_finite_law(point: Point, law: tuple[str, Sequence[Node]]) -> bool:
    found = DISCRETE.get(law[0])
    return found is not None and found.last(law_parameters(point, law[1])) is not None


def differential_entropy(point: Point, law: tuple[str, Sequence[Node]]) -> Number:
    """Return the mean of minus the logarithm of a density."""
    kind, args = law
    own = law_parameters(point, args)
    return negate(_mean_under(point, law, _log_density(kind, _PLACE, _OWN), {_OWN: own}))


def _mean_under(
    point: Point, law: tuple[str, Sequence[Node]], node: Node, own: Mapping[str, Sequence[Number]]
) -> Number:
    bound = {f"{name} {i}": x for name, xs in own.items() for i, x in enumerate(xs, 1)}
    types = {_PLACE: Type(law[0], tuple(law[1]))}
    with declared(point, types, {}), point.binding(bound):
        return as_number(mean(point, [_PLACE], node))


def divergence(point: Point, node: Node) -> Value:
    """Return the Kullback-Leibler divergence of two vectors of probabilities or two laws."""
    vectors = [_as_normal_vector(point, arg) for arg in node.args]
    if vectors[0] is not None and vectors[1] is not None:
        return normal_divergence(vectors[0], vectors[1], point.mode)
    first, second = (_as_law(point, arg) for arg in node.args)
    if first is None or second is None:
        p, q = (point.matrix(arg).vector() for arg in node.args)
        return relative_entropy(p, q, point.mode)
    own, other = law_parameters(point, first[1]), law_parameters(point, second[1])
    if first[0] in CONTINUOUS and second[0] in CONTINUOUS:
        inner, outer = CONTINUOUS[first[0]].bounds(own), CONTINUOUS[second[0]].bounds(other)
        if not _within(point, inner, outer):
            return Infinity()
    elif _is_finite_law(point, first) and _is_finite_law(point, second):
        return _finite_divergence(point, DISCRETE[first[0]], own, DISCRETE[second[0]], other)
    elif first[0] != second[0]:
        raise Unsupported("the divergence of laws of different kinds")
    gap = Node(
        "sub", (_log_density(first[0], _PLACE, _OWN), _log_density(second[0], _PLACE, _OTHER))
    )
    return _mean_under(point, first, gap, {_OWN: own, _OTHER: other})


def _finite_divergence(
    point: Point, first: Discrete, own: Sequence[Number], second: Discrete, other: Sequence[Number]
) -> Number:
    first.check(own, point.mode)
    second.check(other, point.mode)
    last, bound = first.last(own), second.last(other)
    assert last is not None
    assert bound is not None
    result: Number = ZERO
    for k in range(first.first, last + 1):
        p = first.chance(k, own, point.mode)
        if is_zero(p):
            continue
        q = second.chance(k, other, point.mode) if second.first <= k <= bound else ZERO
        if is_zero(q):
            return Infinity()
        result = add(result, multiply(p, log(divide(p, q), point.mode)))
    return result


def _within(
    point: Point,
    inner: tuple[Number, Number],
    outer: tuple[Number, Number],
) -> bool:
    return (
        compare(inner[0], outer[0], point.mode) >= 0
        and compare(inner[1], outer[1], point.mode) <= 0
    )


def union(point: Point, node: Node) -> Value:
    """Return 1 when one of two events happens."""
    a, b = point.number(node.args[0]), point.number(node.args[1])
    return subtract(add(a, b), multiply(a, b))


WORDS: Mapping[str, Reading] = {
    "avg": _copy,
    "iid": _copy,
    "E": _expected,
    "P": _expected,
    "Var": _covariance,
    "Cov": _covariance,
    "Corr": correlation,
    "pdf": density,
    "H": entropy,
    "union": union,
    "MI": mutual_information,
}
