"""Places where a claim may change its form: zeros of denominators, kinks, jumps, borders.

A sampled point meets such a place by chance hardly ever, so half of the points of a
claim that has some are moved onto one, or a little to one side of it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise

from flint import fmpq

from dlcards.claims.balls.errors import NoValue
from dlcards.claims.balls.evaluate import Evaluation
from dlcards.claims.balls.matrices import Matrix
from dlcards.claims.balls.numbers import (
    ONE,
    ZERO,
    Infinity,
    Mode,
    Number,
    PiMultiple,
    add,
    as_float,
    divide,
    multiply,
    sign,
    subtract,
)
from dlcards.claims.balls.values import Value, as_number
from dlcards.claims.judge.canonical import expanded
from dlcards.claims.judge.constants import all_parts
from dlcards.claims.judge.numeric.laws import CONTINUOUS, DEPENDENT, INDEPENDENT
from dlcards.claims.judge.numeric.point import Scope, names_in
from dlcards.claims.points.draw import DRAWING_PRECISION, Point, contains
from dlcards.claims.points.source import Source, power_of_ten, rounded
from dlcards.claims.tree import Node, call, num, sym, walk
from dlcards.claims.types import PARAMETRIC_TYPES
from dlcards.claims.words import binds

_NUMBERS = frozenset({"real", "nonzero", "positive", "nonnegative", "interval", "probability"})
_MOST = 8
"""Places that are looked at; more would leave too few points for each."""

_PROBE_WORK = 3_000
_HALVINGS = 40
_JUMP_BITS = 200
_GRID = 64
_SIMPLE_DENOMINATOR = 50


@dataclass(frozen=True, slots=True)
class Kink:
    """A name at whose values a part of the formula may vanish.

    Parameters
    ----------
    name : str
        A declared number.
    part : Node
        A formula: something happens where it is 0.
    """

    name: str
    part: Node


def kinks(tree: Node, scope: Scope) -> tuple[Kink, ...]:
    """Return the places of a claim where something may happen.

    Examples
    --------
    >>> from dlcards.claims.parser import parse_formula, parse_type
    >>> scope = Scope({"x": parse_type("real")}, {})
    >>> [kink.name for kink in kinks(parse_formula("1/(x - 2) == abs(x)"), scope)]
    ['x', 'x']
    """
    numbers = {name for name, kind in scope.types.items() if kind.name in _NUMBERS}
    found: dict[Kink, None] = {}
    for side in tree.args:
        for part, bound in _parts(expanded(side, scope), frozenset()):
            for inner in _critical(part):
                used = {node.name for node in walk(inner) if node.op in ("sym", "call")}
                if used & bound or any(_is_random(name, scope) for name in used):
                    continue
                free = sorted(used & numbers)
                found.update(dict.fromkeys(Kink(n, inner) for n in free if may_move(n, scope)))
    return tuple(found)[:_MOST]


def _parts(node: Node, bound: frozenset[str]) -> Iterator[tuple[Node, frozenset[str]]]:
    if binds(node):
        bound |= {node.args[1].name}
    yield node, bound
    for child in node.args:
        yield from _parts(child, bound)


def _critical(node: Node) -> Iterator[Node]:
    """Yield the formulas at whose zeros a node changes its form."""
    match node.op, node.name:
        case "div", _:
            yield node.args[1]
        case "rel", _:
            for a, b in zip(node.args, node.args[1:], strict=False):
                yield Node("sub", (a, b))
        case "pow", _ if node.args[1].op != "num" or node.args[1].number.denominator != 1:
            yield node.args[0]
        case "call", "abs" | "sign" | "relu" | "log" | "sqrt":
            yield node.args[0]
        case "call", "asin" | "acos":
            yield Node("sub", (node.args[0], num(1)))
            yield Node("add", (node.args[0], num(1)))
        case "call", "tan":
            yield call("cos", node.args[0])
        case "call", "max" | "min" if len(node.args) == 2:
            yield Node("sub", node.args)
        case "call", "max" | "min" if node.args[0].op == "list":
            for pair in combinations(node.args[0].args, 2):
                yield Node("sub", pair)
        case "call", "floor" | "ceil":
            yield call("sin", Node("mul", (sym("pi"), node.args[0])))


def _is_random(name: str, scope: Scope) -> bool:
    return name in scope.types and scope.types[name].name in DEPENDENT | INDEPENDENT


def may_move(name: str, scope: Scope) -> bool:
    """Tell whether no value that is drawn depends on a name."""
    drawn = (kind for kind in scope.types.values() if kind.name not in PARAMETRIC_TYPES)
    arguments = (arg for kind in drawn for arg in kind.args)
    return not any(name in names_in(arg, scope) for arg in arguments)


def moved_to_kink(
    scope: Scope, point: Point, places: Sequence[Kink], source: Source
) -> Point | None:
    """Return the point with one number moved onto a kink or beside it, or None."""
    kink = source.pick(places)
    grid = _grid(scope, point, kink.name, source.constants)
    signs = [_sign_at(scope, point, kink, x) for x in grid]
    choices: list[tuple[Number, Number, int | None]] = [
        (x, x, 0) for x, s in zip(grid, signs, strict=True) if s == 0
    ]
    for (a, s), (b, t) in zip(
        zip(grid, signs, strict=True), list(zip(grid, signs, strict=True))[1:], strict=False
    ):
        if s != 0 and t != 0 and s != t:
            choices.append((a, b, s))
    if not choices:
        return None
    low, high, before = source.pick(choices)
    at = low if low is high else _narrowed(scope, point, kink, low, high, before, source)
    side = source.pick((0, 0, 1, -1))
    if side:
        at = add(at, multiply(fmpq(side), power_of_ten(source.pick((-1, -2, -4, -6)))))
    moved = point.copy()
    moved.values[kink.name] = at
    return moved if _is_inside(scope, moved, kink.name) else None


def needed(tree: Node, scope: Scope) -> Iterator[Node]:
    """Yield the parts of a claim that need a value wherever the claim has one."""
    waiting = [expanded(side, scope) for side in tree.args]
    for part in waiting:
        yield part
        if not binds(part) and part.name not in ("cases", "ind"):
            waiting.extend(part.args)


def is_slope(part: Node) -> bool:
    """Tell whether a formula is a derivative."""
    return part.op == "call" and part.name in ("d", "pd")


def zero_between(
    scope: Scope, point: Point, denominator: Node, constants: Sequence[fmpq]
) -> Point | None:
    """Return a point right beside which a denominator is 0, though at no exact point."""
    for kink in kinks(Node("rel", (Node("div", (num(1), denominator)), num(0))), scope):
        if kink.part != denominator:
            continue
        for low, high in _changes(scope, point, kink, constants):
            ends = [_value(scope, _with(point, kink.name, x), denominator) for x in (low, high)]
            if all(end is not None and abs(end) < _VANISHED for end in ends):
                return _with(point, kink.name, low)
    return None


def _changes(
    scope: Scope, point: Point, kink: Kink, constants: Sequence[fmpq]
) -> Iterator[tuple[fmpq, fmpq]]:
    """Yield pairs of numbers close to each other between which a part changes its sign."""
    grid = _grid(scope, point, kink.name, constants)
    signs = [_sign_at(scope, point, kink, x) for x in grid]
    for (a, s), (b, t) in pairwise(zip(grid, signs, strict=True)):
        if s is not None and t is not None and s * t < 0:
            low, high = _halved(scope, point, kink, a, b, s)
            if not _is_met(low):
                yield low, high


def jump_of_slope(
    scope: Scope, point: Point, slope: Node, constants: Sequence[fmpq]
) -> Point | None:
    """Return a point right beside which a derivative jumps, so that it has no value between.

    A kink at an irrational number is met by no exact point; but the slopes on its two sides
    stay apart however near they are taken.
    """
    body = Node("rel", (slope.args[0], num(0)), relations=("==",))
    for kink in kinks(body, scope):
        for a, b in _changes(scope, point, kink, constants):
            low, high = _with(point, kink.name, a), _with(point, kink.name, b)
            if _jumps(scope, low, high, slope):
                return low
    return _steepest(scope, point, slope, constants)


def _steepest(scope: Scope, point: Point, slope: Node, constants: Sequence[fmpq]) -> Point | None:
    """Return a point beside a jump of the slope of an eigenvalue, a length or an optimum.

    These have kinks that no part of the formula tells by its sign; halves of an interval in
    which the slope changes most are followed as long as the change stays.
    """
    if not any(part.name in _BENT for part in walk(slope)):
        return None
    numbers = {name for name, kind in scope.types.items() if kind.name in _NUMBERS}
    for name in sorted(numbers & {part.name for part in walk(slope.args[0])}):
        places = [(x, _slope(scope, point, slope, name, x)) for x in _grid(scope, point, name, ())]
        known = [(_exact(x), found) for x, found in places if found is not None]
        pairs = sorted(pairwise(known), key=lambda pair: -abs(pair[0][1] - pair[1][1]))
        for left, right in pairs[:_STEEPEST]:
            found = _narrowed_jump(scope, point, slope, name, left, right)
            if found is not None:
                return _with(point, name, found)
    return None


def _narrowed_jump(
    scope: Scope,
    point: Point,
    slope: Node,
    name: str,
    left: tuple[fmpq, float],
    right: tuple[fmpq, float],
) -> fmpq | None:
    """Return a number right beside a jump of a slope, if it jumps between two others."""
    (a, before), (b, after) = left, right
    for _ in range(_CLOSE_HALVINGS):
        if abs(after - before) <= _JUMP * (1 + abs(before)):
            return None
        middle = (a + b) / 2
        between = _slope(scope, point, slope, name, middle)
        if between is None:  # an exact point of it, which is met in other ways
            return None
        if abs(between - before) < abs(between - after):
            a, before = middle, between
        else:
            b, after = middle, between
    return None if _is_met(a) else a


_BENT = frozenset({"lammax", "lammin", "eigvals", "opnorm", "norm", "norm1", "norminf", "fro"})
_BENT = _BENT | {"max", "min", "svdS"}
_STEEPEST = 2

_CLOSE_HALVINGS = 84
_JUMP = 1e-6
_VANISHED = 1e-12
_BESIDE = 1e-14


def _with(point: Point, name: str, x: Number) -> Point:
    moved = point.copy()
    moved.values[name] = x
    return moved


def _halved(
    scope: Scope, point: Point, kink: Kink, a: Number, b: Number, before: int
) -> tuple[fmpq, fmpq]:
    """Return two values between which a part changes its sign, or may be 0."""
    low, high = _exact(a), _exact(b)
    for _ in range(_CLOSE_HALVINGS):
        middle = (low + high) / 2
        found = _sign_at(scope, point, kink, middle)
        if found == before:
            low = middle
        elif found == -before:
            high = middle
        else:
            return middle, middle
    return low, high


def _is_met(x: fmpq) -> bool:
    """Tell whether a number is beside a simple fraction, which is tried, or of another type."""
    near = as_float(x)
    return abs(float(Fraction(near).limit_denominator(_SIMPLE_DENOMINATOR)) - near) < _BESIDE


def _jumps(scope: Scope, low: Point, high: Point, slope: Node) -> bool:
    a, b = (_value(scope, point, slope) for point in (low, high))
    return a is not None and b is not None and abs(a - b) > _JUMP * (1 + abs(a))


def _slope(scope: Scope, point: Point, slope: Node, name: str, x: Number) -> float | None:
    return _value(scope, _with(point, name, x), slope)


def _value(scope: Scope, point: Point, node: Node) -> float | None:
    """Return a finite number that a formula is worth, or None."""
    evaluation = Evaluation(scope, point.values, point.laws, precision=_JUMP_BITS, work=_PROBE_WORK)
    try:
        value = evaluation.value(node)
        found = math.inf if isinstance(value, Matrix | Infinity) else as_float(as_number(value))
    except NoValue:
        return None
    return found if math.isfinite(found) else None


def _grid(scope: Scope, point: Point, name: str, constants: Sequence[fmpq]) -> list[Number]:
    kind = scope.types[name]
    if kind.name == "probability":
        return [fmpq(i, _GRID) for i in range(1, _GRID)]
    if kind.name == "interval":
        evaluation = Evaluation(scope, point.values, point.laws, precision=DRAWING_PRECISION)
        low, high = (evaluation.value(arg) for arg in kind.args)
        if not isinstance(low, Infinity) and not isinstance(high, Infinity):
            width = subtract(as_number(high), as_number(low))
            return [add(as_number(low), multiply(width, fmpq(i, _GRID))) for i in range(1, _GRID)]
    numbers: list[Number] = [fmpq(i) for i in range(-12, 13)]
    numbers += [fmpq(2 * i + 1, 2) for i in range(-4, 4)]
    numbers += [*constants, *(-c for c in constants), fmpq(100), fmpq(-100), fmpq(1, 10)]
    numbers += [PiMultiple(fmpq(i, 2)) for i in (-3, -2, -1, 1, 2, 3, 4)]
    if kind.name in ("positive", "nonnegative"):
        numbers = [x for x in numbers if sign(x, Mode()) > 0]
    return sorted(numbers, key=_near)


def _exact(x: Number) -> fmpq:
    """Return a fraction beside a number, whose halves have no error bars."""
    return x if isinstance(x, fmpq) else rounded(as_float(x), 50)


def _near(x: Number) -> float:
    return int(x.p) / int(x.q) if isinstance(x, fmpq) else as_float(x)


def _sign_at(scope: Scope, point: Point, kink: Kink, x: Number) -> int | None:
    """Return the sign of the critical part at a value of the name; None where undefined."""
    values = {**point.values, kink.name: x}
    evaluation = Evaluation(scope, values, point.laws, precision=100, work=_PROBE_WORK)
    try:
        found = evaluation.value(kink.part)
        return None if isinstance(found, Matrix | Infinity) else sign(as_number(found), Mode())
    except NoValue:
        return None


def _narrowed(
    scope: Scope,
    point: Point,
    kink: Kink,
    low: Number,
    high: Number,
    before: int | None,
    source: Source,
) -> Number:
    """Return a value next to the change between two others, the change itself if simple."""
    low, high = _exact(low), _exact(high)
    for _ in range(_HALVINGS):
        middle = divide(add(low, high), fmpq(2))
        found = _sign_at(scope, point, kink, middle)
        if found == 0:
            return middle
        if found == before:
            low = middle
        else:
            high = middle
    simple = _simplest(as_float(low))
    if simple is not None and _sign_at(scope, point, kink, simple) == 0:
        return simple
    return source.pick((low, high))


def _simplest(x: float) -> fmpq | None:
    """Return the simple fraction next to a number, if there is one."""
    near = Fraction(x).limit_denominator(_SIMPLE_DENOMINATOR)
    return fmpq(near.numerator, near.denominator) if abs(float(near) - x) < 1e-9 else None


def _is_inside(scope: Scope, point: Point, name: str) -> bool:
    evaluation = Evaluation(scope, point.values, point.laws, precision=DRAWING_PRECISION)
    try:
        return contains(scope.types[name], point.values[name], evaluation)
    except NoValue:
        return False


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number that a claim compares with a random formula of few values."""

    name: str
    formula: Node


def thresholds(tree: Node, scope: Scope) -> tuple[Threshold, ...]:
    """Return the numbers that a claim compares with a random variable of few values.

    Examples
    --------
    >>> from dlcards.claims.parser import parse_formula, parse_type
    >>> scope = Scope({"X": parse_type("random"), "a": parse_type("real")}, {})
    >>> [t.name for t in thresholds(parse_formula("P(X <= a) == 1 - P(X > a)"), scope)]
    ['a']
    """
    found: dict[Threshold, None] = {}
    for side in tree.args:
        for part in walk(expanded(side, scope)):
            if part.op != "rel":
                continue
            for a, b in zip(part.args, part.args[1:], strict=False):
                for number, formula in ((a, b), (b, a)):
                    if _is_number(number, scope) and _has_few_values(formula, scope):
                        found[Threshold(number.name, formula)] = None
    return tuple(found)


def _is_number(node: Node, scope: Scope) -> bool:
    return node.op == "sym" and node.name in scope.types and scope.types[node.name].name in _NUMBERS


def _has_few_values(formula: Node, scope: Scope) -> bool:
    kinds = {scope.types[name].name for name in names_in(formula, scope)}
    random = kinds & (DEPENDENT | INDEPENDENT)
    return bool(random) and not random & (CONTINUOUS | {"Poisson"})


def moved_to_threshold(
    scope: Scope, point: Point, places: Sequence[Threshold], source: Source
) -> Point | None:
    """Return the point with a number moved onto a value it is compared with, or beside it."""
    place = source.pick(places)
    outcome = outcome_of(scope, point, sorted(names_in(place.formula, scope)), source)
    evaluation = Evaluation(
        scope, point.values, point.laws, precision=DRAWING_PRECISION, outcome=outcome
    )
    try:
        found = evaluation.value(place.formula)
    except NoValue:
        return None
    if not isinstance(found, fmpq):
        return None
    moved = point.copy()
    moved.values[place.name] = found + source.pick((ZERO, fmpq(1, 20), fmpq(-1, 20)))
    return moved if _is_inside(scope, moved, place.name) else None


def outcome_of(
    scope: Scope, point: Point, names: Sequence[str], source: Source
) -> dict[str, Value]:
    """Let random names of few values take some values that they can take together."""
    found: dict[str, Value] = {}
    laws = point.laws
    place = source.whole(0, max(len(laws.weights) - 1, 0))
    for name in names:
        kind = scope.types[name].name
        if name in laws.joint:
            found[name] = laws.joint[name][place]
        elif name in laws.independent:
            found[name] = source.pick(laws.independent[name])[1]
        elif name in laws.white:
            found[name] = Matrix([[source.pick(entry)[1]] for entry in laws.white[name]])
        elif kind == "Bernoulli":
            found[name] = source.pick((ZERO, ONE))
        elif kind in INDEPENDENT:
            found[name] = fmpq(source.whole(0, 3))
    return found


_STEPS = frozenset({"rank", "floor", "ceil", "sign", "mod"})


def has_jumps(tree: Node, scope: Scope) -> bool:
    """Tell whether the sides of a claim speak of events, ranks or rounded numbers.

    Such values agree by accident more often than smooth ones.
    """
    return any(part.op == "rel" or part.name in _STEPS for part in all_parts(tree, scope))
