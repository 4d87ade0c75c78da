"""Means over the laws of random names.

Polynomials in independent names are averaged by their moments, finite laws exactly,
laws with a density by integrals over a standard variable, laws on 0, 1, 2, … by series.
Several normal names that occur in one combination only are one normal name.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial, reduce
from typing import TypeAlias

from flint import acb, arb, fmpq

from dlcards.claims.balls.densities import DENSITY_TYPES, mean_under
from dlcards.claims.balls.elementary import sqrt
from dlcards.claims.balls.errors import NoValue, TooMuchWork, Undefined, Unsettled, Unsupported
from dlcards.claims.balls.integrals import Tail, added, integrate, no_tail, plus, tail_of
from dlcards.claims.balls.laws import CONTINUOUS, DISCRETE, NORMAL, Continuous, Discrete, Parameters
from dlcards.claims.balls.logarithms import without_logarithms
from dlcards.claims.balls.matrices import Matrix, column
from dlcards.claims.balls.moments import LOG_MEANS, mean_of_polynomial
from dlcards.claims.balls.moving import Form, Stretch, stretches
from dlcards.claims.balls.numbers import (
    ONE,
    ZERO,
    Infinity,
    Jet,
    Number,
    add,
    as_float,
    base,
    both_parts,
    complex_ball,
    current_precision,
    disc_around,
    divide,
    is_complex,
    is_zero,
    multiply,
    of_parts,
    rational,
    real_ball,
    subtract,
    total,
)
from dlcards.claims.balls.pieces import Piece, pieces, switches_of
from dlcards.claims.balls.point import Point
from dlcards.claims.balls.polynomials import (
    combinations,
    depends,
    polynomial,
    substituted,
    whole_power,
)
from dlcards.claims.balls.tails import Bound, Growth, growth, of_polynomial
from dlcards.claims.balls.values import Value, as_number, entries
from dlcards.claims.balls.vectors import VECTOR_LAWS, degree
from dlcards.claims.balls.vectors import outcomes as outcomes_of_vector
from dlcards.claims.judge.numeric.point import names_in
from dlcards.claims.tree import Node, call, num, sym, walk

Body: TypeAlias = Callable[[], "Number | Matrix"]
"""A value that depends on the outcome at hand."""

_BOUNDED = frozenset({"Uniform", "Beta"})

JOINT_TYPES = frozenset({"random", "random_vector", "event", "partition", "centered"})
"""Types whose names share one joint law."""
OWN_TYPES = frozenset({"independent", "white"})
TABLE_TYPES = frozenset({"Joint"})
"""Types of which two names share one table of probabilities."""
NAMED_LAWS = frozenset(CONTINUOUS) | frozenset(DISCRETE)
RANDOM_TYPES = JOINT_TYPES | OWN_TYPES | TABLE_TYPES | NAMED_LAWS | VECTOR_LAWS | DENSITY_TYPES

MAX_SPREAD = 120
"""How many times the typical value a sum goes at most."""

MAX_POWER = 8
"""Means of higher powers between two ends are integrals."""

_EVENTS = frozenset({"rel", "and", "not"})
"""Formulas that are 0 or 1."""

INNER_CUT = 40
"""Where the standard variable of an inner integral ends; exp(-40) is 4e-18."""

_STANDARD = "standard normal"
"""The name of a variable that is put in for others; no text can spell it."""

MAX_OUTCOMES = 6000
MAX_MEAN = 2000
"""Laws on all of 0, 1, 2, … are summed up to this typical value."""

FEW_VALUES = 100
"""So many values are summed, exactly; the chance of more is found in closed form."""

MAX_TAIL = 20_000
"""Values up to the bound of an event that are summed at most."""


def random_names(point: Point, nodes: Collection[Node]) -> list[str]:
    """Return the random names that formulas depend on, in the order of declaration."""
    found = {name for node in nodes for name in names_in(node, point.scope)}
    types = point.scope.types
    return [name for name in types if name in found and types[name].name in RANDOM_TYPES]


# Means


def mean_over(point: Point, names: Sequence[str], node: Node) -> Number | Matrix:
    """Return the mean of a formula over the laws of some names."""
    types = point.scope.types
    own = [name for name in names if types[name].name in CONTINUOUS]
    node = without_logarithms(point, point.expanded(node), own)
    joint = [name for name in names if types[name].name in JOINT_TYPES]
    rest = [name for name in names if name not in joint]
    if not joint:
        return _mean_over_own(point, rest, node)
    return _weighted(
        point, _joint_outcomes(point, joint), lambda: _mean_over_own(point, rest, node)
    )


def _mean_over_own(point: Point, names: Sequence[str], node: Node) -> Number | Matrix:
    """Return the mean over names that are independent of each other."""
    names = [name for name in names if depends(node, [name])]
    if not names:
        return point.plain(node)
    exact = mean_of_polynomial(point, node, names)
    if exact is not None:
        return exact
    finite = [name for name in names if _is_finite(point, name)]
    types = point.scope.types
    discrete = [name for name in names if types[name].name in DISCRETE]
    # The last ones are integrated inside, densities that are formulas innermost.
    several = len(names) > 1
    names.sort(
        key=lambda name: (
            types[name].name in DENSITY_TYPES,
            several and _is_linear(node, name),
            types[name].name in _BOUNDED,
        )
    )
    name = (finite or discrete or names)[0]
    others = [other for other in names if other != name]
    vectors = [name for name in names if types[name].name in VECTOR_LAWS]
    formulas = [name for name in names if types[name].name in DENSITY_TYPES]
    if finite:
        outcomes = _own_outcomes(point, name)
        others = [other for other in others if other not in outcomes[0][1]]
        return _weighted(point, outcomes, lambda: _mean_over_own(point, others, node))
    if vectors:
        return _over_vector(point, vectors[0], [n for n in names if n != vectors[0]], node)
    if discrete:
        return _endless(point, name, others, node)
    if len(formulas) == len(names) and len({types[name] for name in formulas}) == 1:
        return mean_under(point, formulas[0], node)
    kind = types[name].name
    if node == call("log", sym(name)) and kind in LOG_MEANS:
        own = parameters(point, name)
        CONTINUOUS[kind].check(own, point.mode)
        return LOG_MEANS[kind](own, point.mode)
    if others or (kind in LOG_MEANS and _is_linear_in_log(node, name)):
        found = _by_parts(point, names, node)
        if found is not None:
            return found
    slopes = _slopes(point, names, node) if others else None
    if slopes is not None:
        return _along_line(point, slopes, node)
    law = CONTINUOUS[types[name].name]
    return _integrated(point, law, parameters(point, name), name, others, node)


def _is_linear(node: Node, name: str) -> bool:
    """Tell whether the zeros of all switches that depend on a name are linear in it."""
    numbers = [factor for switch in switches_of(node, name) for factor in switch.factors]
    orders = [degree(number, [name]) for number in numbers]
    return all(order is not None and order <= 1 for order in orders)


def _is_finite(point: Point, name: str) -> bool:
    kind = point.scope.types[name].name
    return kind in OWN_TYPES | TABLE_TYPES or (
        kind in DISCRETE and DISCRETE[kind].last(parameters(point, name)) is not None
    )


def _over_vector(point: Point, name: str, others: Sequence[str], node: Node) -> Number | Matrix:
    """Average a polynomial of low degree over a law of vectors."""
    order = degree(node, [name])
    kind = point.scope.types[name].name
    if order is None:
        raise Unsupported(f"a {kind} vector in a formula that is no polynomial")
    own = [point.plain(arg) for arg in point.scope.types[name].args]
    places = outcomes_of_vector(kind, own, order, point.mode)
    return _weighted(
        point,
        [(weight, {name: place}) for weight, place in places],
        lambda: _mean_over_own(point, others, node),
    )


def parameters(point: Point, name: str) -> list[Number]:
    """Return the parameters of a named law."""
    return law_parameters(point, point.scope.types[name].args)


def law_parameters(point: Point, args: Sequence[Node]) -> list[Number]:
    """Return the parameters of a law; a vector counts as its entries."""
    return [x for arg in args for x in entries(point.plain(arg))]


def _weighted(
    point: Point, outcomes: Sequence[tuple[Number, Mapping[str, Value]]], body: Body
) -> Number | Matrix:
    result: Number | Matrix = ZERO
    for weight, outcome in outcomes:
        if is_zero(weight):
            continue
        with point.happening(outcome):
            value = body()
        result = plus(result, _scaled(value, weight))
    return result


def _scaled(value: Number | Matrix, factor: Number) -> Number | Matrix:
    if isinstance(value, Matrix):
        return value.map(lambda x: multiply(factor, x))
    return multiply(factor, value)


# Laws with a density


def _integrated(
    point: Point,
    law: Continuous,
    own: Sequence[Number],
    name: str,
    others: Sequence[str],
    node: Node,
    forms: Sequence[Piece] = (),
) -> Number | Matrix:
    """Integrate over one name; over the others inside, if there are any.

    Parameters
    ----------
    forms : sequence of Piece, optional
        The formula piece by piece, where that is known already.
    """
    law.check(own, point.mode)
    location, scale = law.place(own, point.mode)
    lower, upper = law.bounds(own)
    moved = any(isinstance(x, Jet) for x in own)

    inner = point.integrals > 0

    def standard(end: Number | Infinity) -> Number | Infinity:
        if isinstance(end, Infinity):
            return end
        return divide(subtract(end, location), scale)

    def near(end: Number | Infinity) -> Number | Infinity:
        if not inner or not isinstance(end, Infinity):
            return standard(end)
        point.mode.estimated = True  # an inner integral is cut where the density is tiny
        return rational(end.sign * INNER_CUT)

    def over(
        part: Node,
        low: Number | Infinity,
        high: Number | Infinity,
        inside: Sequence[Form] = (),
        *,
        exactly: bool = True,
    ) -> Number | Matrix:
        def at(z: Number) -> Number | Matrix:
            x = add(location, multiply(scale, z))
            density = multiply(scale, law.density(x, own, point.mode))
            with point.happening({name: x}):
                if inside:
                    value = _over_forms(point, others[0], inside)
                else:
                    value = _mean_over_own(point, others, part) if others else point.plain(part)
            return _scaled(value, density)

        if exactly and not others and not moved:
            closed = _in_closed_form(
                point, law, own, name, part, (location, scale), (standard(low), standard(high))
            )
            if closed is not None:
                return closed
        event = part.op in _EVENTS
        constant = (event or not others) and not any(isinstance(x, acb | Jet) for x in own)
        weight = law.tail(own) if constant else None
        tail: Tail = no_tail
        if weight is not None:
            bounded = num(1) if event else part
            tail = _standard_tail(point, bounded, name, weight, location, scale)
        return integrate(point, at, near(low), near(high), tail)

    parts = forms or pieces(point, node, name, lower, upper)
    before, point.mode.estimated = point.mode.estimated, False
    result = added(
        over(stretch.piece.node, stretch.piece.lower, stretch.piece.upper, stretch.forms)
        for part in parts
        for stretch in _stretches(point, part, name, others)
    )
    if point.mode.estimated and not _is_seen(
        point, law, own, partial(over, num(1), lower, upper, exactly=False)
    ):
        raise Unsettled("a law whose mass lies far from where it is looked for")
    point.mode.estimated |= before
    return result


def _in_closed_form(
    point: Point,
    law: Continuous,
    own: Parameters,
    name: str,
    part: Node,
    place: tuple[Number, Number],
    ends: tuple[Number | Infinity, Number | Infinity],
) -> Number | Matrix | None:
    """Return the mean of a polynomial between two ends of the standard variable."""
    location, scale = place
    if not depends(part, [name]):
        chance = law.between(own, *ends, point.mode)
        return None if chance is None else _scaled(point.plain(part), chance)
    if law.step is None:
        return None
    try:
        found = polynomial(point, part, frozenset({name}))
    except NoValue:  # the integrand tells why
        return None
    if found is None:
        return None
    degree = max(monomial[0][1] if monomial else 0 for monomial in found)
    if degree > MAX_POWER:
        return None
    powers = [law.power(k, own, *ends, point.mode) for k in range(degree + 1)]
    result: Number = ZERO
    for monomial, factor in found.items():
        n = monomial[0][1] if monomial else 0
        for k in range(n + 1):
            known = powers[k]
            if known is None:
                return None
            shifted = multiply(whole_power(location, n - k), whole_power(scale, k))
            term = multiply(rational(math.comb(n, k)), multiply(shifted, known))
            result = add(result, multiply(factor, term))
    return result


def _stretches(point: Point, piece: Piece, name: str, others: Sequence[str]) -> list[Stretch]:
    """Cut an interval where a single inner mean changes its form, if that can be found out."""
    whole = [Stretch(piece, ())]
    if len(others) != 1 or point.integrals:
        return whole
    law = CONTINUOUS.get(point.scope.types[others[0]].name)
    if law is None:
        return whole
    own = parameters(point, others[0])
    if any(isinstance(x, Jet | acb) for x in own):
        return whole
    law.check(own, point.mode)
    return stretches(point, piece, name, others[0], law.bounds(own)) or whole


def _over_forms(point: Point, name: str, forms: Sequence[Form]) -> Number | Matrix:
    """Return a mean over one name whose forms are known."""
    law = CONTINUOUS[point.scope.types[name].name]
    found = [form.at(point) for form in forms]
    return _integrated(point, law, parameters(point, name), name, [], num(0), found)


def _is_seen(point: Point, law: Continuous, own: Sequence[Number], mass: Body) -> bool:
    """Tell whether an integral meets the mass of a law: that of its density is then 1.

    The density of Beta(10**6, 1/2) lies within a millionth of 1, where estimates of an
    improper integral may end too early.
    """
    if law.is_central or any(isinstance(x, acb | Jet) for x in own):
        return True
    key = id(law), tuple(map(str, own)), current_precision()
    if key not in point.masses:
        try:
            found = complex_ball(as_number(mass()))
            point.masses[key] = bool(abs(found - 1) < arb(10) ** -9)
        except Unsettled:
            point.masses[key] = False
    return point.masses[key]


def _standard_tail(
    point: Point, node: Node, name: str, weight: Growth, location: Number, scale: Number
) -> Tail:
    start, step = real_ball(location), real_ball(scale)

    def variable(sign: int) -> Bound:
        return of_polynomial([start, sign * step])

    return tail_of(point, node, name, variable, weight)


def _by_parts(point: Point, names: Sequence[str], node: Node) -> Number | Matrix | None:
    """Return a mean by linearity, or as a product over independent factors, if it can be.

    Raises
    ------
    Unsettled
        If a part has no mean, for then the whole may have one nevertheless.
    """

    def own(part: Node) -> frozenset[str]:
        return frozenset(name for name in names if depends(part, [name]))

    def of(part: Node) -> Number:
        return as_number(_mean_over_own(point, names, part))

    split = _split(node, own)
    if split is None:
        return None
    parts, operation = split
    try:
        return reduce(operation, map(of, parts))
    except Undefined:
        raise Unsettled("an expectation whose parts may have none") from None


def _is_linear_in_log(node: Node, name: str) -> bool:
    """Tell whether a formula is a sum in which the logarithm of a name stands."""
    linear = node.op in ("add", "sub", "neg") or (
        node.op in ("mul", "div") and any(not depends(arg, [name]) for arg in node.args)
    )
    logarithm = call("log", sym(name))
    return linear and any(part == logarithm for part in walk(node))


def _split(
    node: Node, own: Callable[[Node], frozenset[str]]
) -> tuple[list[Node], Callable[[Number, Number], Number]] | None:
    """Return parts of a formula whose means make up its mean, and how."""
    args = list(node.args)
    if node.op in ("add", "sub"):
        return args, add if node.op == "add" else subtract
    if node.op == "neg":
        return [num(0), args[0]], subtract
    if node.op == "call" and node.name in ("max", "min") and len(args) == 2:
        gap = call("abs", Node("sub", node.args))
        spread = Node("div", (gap if node.name == "max" else Node("neg", (gap,)), num(2)))
        return [Node("div", (Node("add", node.args), num(2))), spread], add
    if node.op in ("mul", "and") and not own(args[0]) & own(args[1]):
        return args, multiply
    if node.op == "div" and not own(args[0]) & own(args[1]):
        return [args[0], Node("div", (num(1), args[1]))], multiply
    if node.op == "call" and node.name == "exp" and args[0].op == "add":
        left, right = args[0].args
        if not own(left) & own(right):
            return [call("exp", left), call("exp", right)], multiply
    if node.op == "call" and node.name == "cases" and len(args) == 3 and args[2] == num(0):
        return _guarded(node, own)
    return _by_largest(node, own) if node.op == "rel" and len(args) == 2 else None


def _by_largest(
    node: Node, own: Callable[[Node], frozenset[str]]
) -> tuple[list[Node], Callable[[Number, Number], Number]] | None:
    """Split ``max(X, Y) <= c`` into two events, and ``max(X, Y) > c`` into 1 less those."""
    (left, right), sign = node.args, node.relations[0]
    for extreme, other, relation in ((left, right, sign), (right, left, _TURNED[sign])):
        if extreme.op != "call" or extreme.name not in ("max", "min") or len(extreme.args) != 2:
            continue
        first, second = extreme.args
        if relation not in _ABOVE or own(first) & own(second) or own(other):
            continue
        if _ABOVE[relation] == (extreme.name == "min"):
            both = [Node("rel", (part, other), relations=(relation,)) for part in extreme.args]
            return both, multiply
        opposite = Node("rel", (extreme, other), relations=(_OPPOSITE[relation],))
        return [num(1), opposite], subtract
    return None


def _guarded(
    node: Node, own: Callable[[Node], frozenset[str]]
) -> tuple[list[Node], Callable[[Number, Number], Number]] | None:
    """Take a factor that has nothing to do with the condition out of a guarded product."""
    value, condition, zero = node.args
    if value.op != "mul":
        return None
    for free, other in (value.args, value.args[::-1]):
        if own(free) and not own(free) & (own(condition) | own(other)):
            return [free, call("cases", other, condition, zero)], multiply
    return None


def _slopes(point: Point, names: Sequence[str], node: Node) -> Mapping[str, Number] | None:
    """Return the one combination in which normal names occur, if there is only one."""
    if any(point.scope.types[name].name != "Normal" for name in names):
        return None
    try:
        found = combinations(point, node, frozenset(names))
    except NoValue:
        return None
    first = found[0]
    pairs = [(name, other) for other in found[1:] for name in names]
    lead = next(iter(first))
    for name, other in pairs:
        here = multiply(first.get(name, ZERO), other.get(lead, ZERO))
        there = multiply(first[lead], other.get(name, ZERO))
        if not is_zero(subtract(here, there)):
            return None
    return first


def _along_line(point: Point, slopes: Mapping[str, Number], node: Node) -> Number | Matrix:
    """Average over normal names of which only a combination matters.

    Given the combination, every name is replaced by its conditional mean, which is affine.
    """
    laws = {name: parameters(point, name) for name in slopes}
    for own in laws.values():
        NORMAL.check(own, point.mode)
    spread = total(
        multiply(multiply(slope, slope), laws[name][1]) for name, slope in slopes.items()
    )
    deviation = sqrt(spread, point.mode)
    bound: dict[str, Value] = {}
    forms: dict[str, Node] = {}
    for name, slope in slopes.items():
        middle, step = f"mean of {name}", f"step of {name}"
        bound[middle] = laws[name][0]
        bound[step] = divide(multiply(slope, laws[name][1]), deviation)
        forms[name] = Node("add", (sym(middle), Node("mul", (sym(step), sym(_STANDARD)))))
    with point.binding(bound):
        return _integrated(point, NORMAL, [ZERO, ONE], _STANDARD, [], substituted(node, forms))


# Laws on whole numbers


def _endless(point: Point, name: str, others: Sequence[str], node: Node) -> Number | Matrix:
    """Sum over 0, 1, 2, … until the rest is negligible, by a proven bound if there is one."""
    law = DISCRETE[point.scope.types[name].name]
    own = parameters(point, name)
    law.check(own, point.mode)
    tail = None if others else _tail(point, name, node)
    if tail is not None:
        return _of_tail(point, law, own, *tail)
    typical = base(law.typical(own))
    if is_complex(typical):
        raise Unsupported("an integral over the parameter of a law of infinitely many values")
    expected = as_float(typical)
    if expected > MAX_MEAN:
        raise TooMuchWork("a law with a large mean")
    tiny = arb(2) ** -current_precision()
    result: Number | Matrix = ZERO
    for k in range(law.first, int(MAX_SPREAD * expected) + 3000):
        weight = law.chance(k, own, point.mode)
        with point.happening({name: rational(k)}):
            value = _mean_over_own(point, others, node) if others else point.plain(node)
        term = _scaled(value, weight)
        result = plus(result, term)
        if k > expected + 60 and _size(weight) < tiny:
            rest, whole = _size(term), _size(result)
            if rest < 1000 * tiny * (1 + whole):
                proved = None if others else _rest(point, law, own, name, node, k + 1)
                if proved is None:
                    point.mode.estimated = True
                    proved = 4000 * tiny * (1 + whole)
                return _widened(result, proved)
    raise Unsettled("an expectation whose terms fall slowly")


def _tail(point: Point, name: str, node: Node) -> tuple[int, bool] | None:
    """Return k and whether it lies above, of an event that the name is at most, or above, k."""
    if node.op != "rel" or len(node.args) != 2:
        return None
    places = [
        place for place, side in enumerate(node.args) if (side.op, side.name) == ("sym", name)
    ]
    if len(places) != 1:
        return None
    other = node.args[1 - places[0]]
    relation = node.relations[0] if places[0] == 0 else _TURNED[node.relations[0]]
    if relation not in _ABOVE or name in {part.name for part in walk(point.expanded(other))}:
        return None
    end = point.plain(other)
    if not isinstance(end, fmpq):
        return None
    last = int(-(-end.p // end.q)) - 1 if relation in ("<", ">=") else int(end.p // end.q)
    return last, _ABOVE[relation]


_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "==": "==", "!=": "!="}
_OPPOSITE = {"<": ">=", ">=": "<", "<=": ">", ">": "<="}
_ABOVE = {"<": False, "<=": False, ">": True, ">=": True}


def _of_tail(point: Point, law: Discrete, own: Sequence[Number], last: int, above: bool) -> Number:
    closed = law.above if above else law.below
    if closed is not None and last - law.first > FEW_VALUES:
        chance = closed(rational(last), own, point.mode)
        if chance is not None:
            return chance
    point.work -= max(last - law.first, 0)
    if point.work < 0 or last - law.first > MAX_TAIL:
        raise TooMuchWork("a law of many values below a bound")
    below = total(law.chance(k, own, point.mode) for k in range(law.first, last + 1))
    return subtract(ONE, below) if above else below


def _rest(
    point: Point, law: Discrete, own: Sequence[Number], name: str, node: Node, k: int
) -> arb | None:
    """Return a bound for the sum from a value on, if the form of the formula gives one."""
    found = growth(point, node, {name: of_polynomial([arb(0), arb(1)])})
    if found is None or any(isinstance(x, Jet | acb) for x in own):
        return None
    if not found.curve <= 0:
        return None
    step = (1 + 1 / arb(k)) ** max(found.power, 0) * found.rate.exp()
    ratio = law.ratio(k, own) * step
    if not ratio < 1:
        return None
    first = found.at(arb(k)) * real_ball(law.chance(k, own, point.mode))
    bound: arb = first / (1 - ratio)
    return bound.upper()


def _size(value: Number | Matrix) -> arb:
    found = arb(0)
    for x in entries(value):
        parts = x.coefficients if isinstance(x, Jet) else [x]
        for part in parts:
            found = found.max(_size(part) if isinstance(part, Jet) else abs(both_parts(part)))
    return found.upper()


def _widened(value: Number | Matrix, radius: arb) -> Number | Matrix:
    if isinstance(value, Matrix):
        return value.map(lambda x: _wider(x, radius))
    return _wider(value, radius)


def _wider(x: Number, radius: arb) -> Number:
    if isinstance(x, Jet):
        return Jet([_wider(part, radius) for part in x.coefficients], x.level)
    return of_parts(disc_around(both_parts(x), radius))


# Finite laws


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
    done = set(joint)
    for name in names:
        if name not in done:
            found = _own_outcomes(point, name)
            done |= found[0][1].keys()
            yield found


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
    if kind in TABLE_TYPES:
        return _table_outcomes(point, name)
    if kind in DISCRETE:
        own = parameters(point, name)
        law = DISCRETE[kind]
        law.check(own, point.mode)
        last = law.last(own)
        if last is not None:
            values = range(law.first, last + 1)
            return [(law.chance(k, own, point.mode), {name: rational(k)}) for k in values]
    raise Unsupported("a law of infinitely many values here")


def _table_outcomes(point: Point, name: str) -> list[tuple[Number, Mapping[str, Value]]]:
    """Return the outcomes of the names that share a table: its rows and columns."""
    types = point.scope.types
    pair = [other for other, kind in types.items() if kind == types[name]]
    table = point.matrix(types[name].args[0])
    return [
        (weight, dict(zip(pair, (rational(i), rational(j)), strict=False)))
        for i, row in enumerate(table.rows, 1)
        for j, weight in enumerate(row, 1)
    ]


def _white_outcomes(point: Point, name: str) -> list[tuple[Number, Mapping[str, Value]]]:
    """Return all outcomes of a vector of independent entries."""
    found: list[tuple[fmpq, list[Number]]] = [(ONE, [])]
    for atoms in point.laws.white[name]:
        found = [(p * weight, [*values, x]) for p, values in found for weight, x in atoms]
        if len(found) > MAX_OUTCOMES:
            raise TooMuchWork("a law of many outcomes")
    return [(p, {name: column(values)}) for p, values in found]
