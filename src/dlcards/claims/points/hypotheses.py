"""Points that satisfy the hypotheses stated beside the types: solved where that is simple.

A relation that is linear in some name is solved for that name. Other equations are solved
together, from the drawn point or from one with a structure; other relations filter the points.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from typing import TypeAlias

from flint import fmpq

from dlcards.claims.balls.errors import NoValue, Unsettled, Unsupported
from dlcards.claims.balls.evaluate import Evaluation
from dlcards.claims.balls.matrices import Matrix, column, identity, matmul
from dlcards.claims.balls.numbers import ONE, ZERO, Number, add, divide, is_zero, multiply, subtract
from dlcards.claims.balls.values import Laws, Value, as_number
from dlcards.claims.judge.numeric.point import Scope, names_in
from dlcards.claims.points.domain import EmptyDomain
from dlcards.claims.points.draw import DRAWING_PRECISION, Point, contains
from dlcards.claims.points.equations import Effort, Equation, equation, solved
from dlcards.claims.points.source import Source, power_of_ten, rounded
from dlcards.claims.points.structures import structured
from dlcards.claims.tree import Node
from dlcards.claims.types.chance.drawn import centred
from dlcards.claims.types.matrices.drawn import from_rows
from dlcards.claims.types.vectors.drawn import axis, rationals, unit

Atom: TypeAlias = "fmpq | Matrix"
Direction: TypeAlias = "fmpq | Matrix | list[Atom]"
Moves: TypeAlias = "Callable[[Scope, Point, Node, str, Source], Iterator[Point]]"

_WORK = 20_000
_CONSTRUCTED = 0.8
_STARTS = 5
_EFFORT = 5_000
"""How often equations are solved together, before ties are tried, and from how many points."""

_LINEAR_TYPES = frozenset(
    {"real", "nonzero", "positive", "nonnegative", "probability", "interval"}
    | {"vector", "nonzero_vector", "nonconstant", "positive_vector", "matrix", "square"}
    | {"random", "natural", "integer"}
)
"""Types whose values may be moved to satisfy a linear relation."""


_WHOLE_TYPES = frozenset({"natural", "integer"})


def satisfied(scope: Scope, point: Point, hypotheses: Sequence[Node]) -> bool:
    """Tell whether a point is known to satisfy all hypotheses."""
    return all(_holds(scope, point, node) for node in hypotheses)


def _holds(scope: Scope, point: Point, hypothesis: Node) -> bool:
    if point.is_solved_for(hypothesis):
        return True
    evaluation = Evaluation(
        scope, point.values, point.laws, precision=DRAWING_PRECISION, work=_WORK
    )
    try:
        truth = evaluation.value(hypothesis)
        return not isinstance(truth, Matrix) and is_one(truth)
    except NoValue:
        return False


def is_one(truth: object) -> bool:
    """Tell whether a truth value is known to be 1."""
    return isinstance(truth, fmpq) and truth == 1


def satisfying(
    scope: Scope,
    point: Point,
    hypotheses: Sequence[Node],
    source: Source,
    effort: Effort | None = None,
) -> Point | None:
    """Move a point until it satisfies all hypotheses, or return None.

    Parameters
    ----------
    effort : Effort, optional
        What solving equations together may cost; without it, what one point may.
    """
    effort = effort or Effort(_EFFORT)
    equations = [
        equation(node, scope, effort) for node in hypotheses if set(node.relations) == {"=="}
    ]
    if not equations or satisfied(scope, point, hypotheses):
        return _in_turn(scope, point, hypotheses, source, (_linear_moves, _special_moves))
    found = _in_turn(scope, point, hypotheses, source, (_linear_moves,))
    if found is not None:
        return found
    if effort.left > 0 and source.chance(_CONSTRUCTED):
        return _constructed(scope, point, hypotheses, equations, source)
    return _in_turn(scope, point, hypotheses, source, (_linear_moves, _special_moves))


def _in_turn(
    scope: Scope,
    point: Point,
    hypotheses: Sequence[Node],
    source: Source,
    moves: Sequence[Moves],
) -> Point | None:
    """Repair one hypothesis after the other, twice since one may break another."""
    for _ in range(2):
        for hypothesis in hypotheses:
            if _holds(scope, point, hypothesis):
                continue
            moved = _repaired(scope, point, hypothesis, source, moves)
            if moved is None:
                return None
            point = moved
        if satisfied(scope, point, hypotheses):
            return point
    return None


def _constructed(
    scope: Scope,
    point: Point,
    hypotheses: Sequence[Node],
    equations: Sequence[Equation],
    source: Source,
) -> Point | None:
    """Solve all equations together, from the point itself or from one that has a structure."""
    names = sorted(frozenset[str]().union(*(each.names for each in equations)))
    starts: Iterator[Point] = structured(scope, point, names, source)
    starts = chain((point,), starts) if source.chance(0.5) else chain(starts, (point,))
    for start in islice(starts, _STARTS):
        found = solved(scope, start, equations, source)
        if found is None or not _fits(scope, found, names):
            continue
        if satisfied(scope, found, hypotheses):
            return found
    return None


def _repaired(
    scope: Scope, point: Point, hypothesis: Node, source: Source, moves: Sequence[Moves]
) -> Point | None:
    """Return the first of the simple moves after which a hypothesis holds."""
    if hypothesis.op != "rel":
        return None
    names = [
        name
        for name in sorted(names_in(hypothesis, scope))
        if scope.types[name].name in _LINEAR_TYPES | {"unit", "simplex", "open_simplex"}
    ]
    order = source.order(len(names))
    for place in order:
        for move in moves:
            for moved in move(scope, point, hypothesis, names[place], source):
                inside = _fits(scope, moved, (names[place],))
                if inside and _holds(scope, moved, hypothesis):
                    return moved
    return None


def _fits(scope: Scope, point: Point, moved: Sequence[str]) -> bool:
    """Tell whether names that were moved, and those whose types speak of them, are of their types.

    A function is drawn to its type, such as ``quadratic(n, L)``, and cannot be asked.
    """
    about = [
        name
        for name, kind in scope.types.items()
        if any(names_in(arg, scope) & {*moved} for arg in kind.args)
    ]
    if any(callable(point.values.get(name)) for name in about):
        return False
    return all(_is_inside(scope, point, name) for name in (*moved, *about))


def _is_inside(scope: Scope, point: Point, name: str) -> bool:
    if name in point.laws.joint:
        return _is_law(scope.types[name].name, point.laws, name)
    if name not in point.values:
        return True
    evaluation = Evaluation(scope, point.values, point.laws, precision=DRAWING_PRECISION)
    try:
        return contains(scope.types[name], point.values[name], evaluation)
    except (NoValue, EmptyDomain):
        return False


def _is_law(kind: str, laws: Laws, name: str) -> bool:
    """Tell whether the values of a random name are those of its type."""
    values = laws.joint[name]
    if kind == "event":
        return all(x in (ZERO, ONE) for x in values)
    if kind != "centered":
        return True
    exact = [x for x in values if isinstance(x, fmpq)]
    return centred(exact, laws.weights) == exact


def _linear_moves(
    scope: Scope, point: Point, hypothesis: Node, name: str, source: Source
) -> Iterator[Point]:
    """Yield points that satisfy a relation linear in a name, moved along a direction."""
    whole = scope.types[name].name in _WHOLE_TYPES
    for left, right, sign_text in zip(
        hypothesis.args, hypothesis.args[1:], hypothesis.relations, strict=False
    ):
        difference = Node("sub", (left, right))
        if scope.types[name].name in _LINEAR_TYPES:
            for direction in _directions(scope, point, name, source):
                moved = _solved(scope, point, difference, name, direction, sign_text, source)
                if moved is not None:
                    yield from _whole(moved, name) if whole else (moved,)


def _whole(point: Point, name: str) -> Iterator[Point]:
    """Yield a point with the whole numbers on both sides of a value."""
    value = point.values[name]
    if isinstance(value, fmpq):
        for number in dict.fromkeys((value.ceil(), value.floor())):
            yield _with(point, name, fmpq(number))


def _directions(scope: Scope, point: Point, name: str, source: Source) -> Iterator[Direction]:
    value = point.values.get(name)
    if isinstance(value, Matrix):
        rows, columns = len(value.rows), len(value.rows[0])
        yield from_rows(rationals(columns, source) for _ in range(rows))
        yield value
        return
    if name in point.laws.joint:
        yield ONE
        for other, values in point.laws.joint.items():
            if other != name and scope.types[other].name == scope.types[name].name:
                yield values
        return
    yield ONE


def _target(sign_text: str, source: Source) -> fmpq:
    """Return what the difference of both sides should be."""
    if sign_text == "==":
        return ZERO
    z = source.normal()
    distance = rounded(math.exp(0.7 * z))
    if source.tier == "extreme":
        distance *= power_of_ten(source.whole(-6, 4))
    if sign_text in ("<=", ">=") and source.tier == "special" and source.chance(0.5):
        distance = ZERO
    return -distance if sign_text in ("<", "<=") else distance


def _solved(
    scope: Scope,
    point: Point,
    difference: Node,
    name: str,
    direction: Direction,
    sign_text: str,
    source: Source,
) -> Point | None:
    """Move a name along a direction until both sides of a relation differ as they should."""
    try:
        residuals = [
            _residual(scope, _shifted(point, name, direction, fmpq(step)), difference)
            for step in (0, 1, 2)
        ]
        slope = subtract(residuals[1], residuals[0])
        bend = subtract(subtract(residuals[2], residuals[1]), slope)
        if not is_zero(bend) or is_zero(slope):
            return None
        target = _target(sign_text, source)
        step = divide(subtract(target, residuals[0]), slope)
        return _shifted(point, name, direction, step)
    except NoValue:
        return None


def _residual(scope: Scope, point: Point, difference: Node) -> Number:
    evaluation = Evaluation(
        scope, point.values, point.laws, precision=DRAWING_PRECISION, work=_WORK
    )
    found = evaluation.value(difference)
    if isinstance(found, Matrix) and len(found.entries) > 1:
        raise Unsettled("several equations")
    return as_number(found)


def _shifted(point: Point, name: str, direction: Direction, step: Number) -> Point:
    moved = point.copy()
    if name in point.laws.joint:
        values = point.laws.joint[name]
        along = direction if isinstance(direction, list) else [direction] * len(values)
        shifted = [_moved(x, step, d) for x, d in zip(values, along, strict=True)]
        moved.laws = _with_values(point.laws, name, shifted)
        return moved
    value = point.values[name]
    if isinstance(value, Matrix):
        assert isinstance(direction, Matrix)
        rows = zip(value.rows, direction.rows, strict=True)
        moved.values[name] = Matrix(
            [[add(x, multiply(step, d)) for x, d in zip(r, t, strict=True)] for r, t in rows]
        )
    else:
        moved.values[name] = add(as_number(value), step)
    return moved


def _moved(x: Atom, step: Number, along: Number | Matrix) -> Atom:
    if isinstance(x, Matrix) or isinstance(along, Matrix):
        raise Unsupported("a random vector that is moved")
    found = add(x, multiply(step, along))
    if not isinstance(found, fmpq):
        raise Unsettled("a random value that is not exact")
    return found


def _with_values(laws: Laws, name: str, values: Sequence[Atom]) -> Laws:
    return Laws(laws.weights, {**laws.joint, name: list(values)}, laws.independent, laws.white)


def _special_moves(
    scope: Scope, point: Point, hypothesis: Node, name: str, source: Source
) -> Iterator[Point]:
    """Yield moves for relations that are not linear: lengths, ties, order of random numbers."""
    kind = scope.types[name].name
    others = [n for n, t in scope.types.items() if t.name == kind and n != name]
    value = point.values.get(name)
    for other in others:
        if other in point.values and isinstance(value, Matrix):
            yield _with(point, name, point.values[other])
            yield _with(point, name, _polynomial(point.values[other], source))
        elif other in point.values:
            yield _with(point, name, point.values[other])
        elif other in point.laws.joint:
            yield from _ordered(point, name, other)
    if isinstance(value, Matrix):
        rows = len(value.rows)
        if len(value.rows[0]) == 1:
            length = source.pick((ONE, fmpq(1, 2), fmpq(2)))
            yield _with(point, name, column(unit(rows, source)))
            yield _with(point, name, column([length * x for x in unit(rows, source)]))
            yield _with(point, name, column(axis(rows, source.whole(0, rows - 1))))
        elif rows == len(value.rows[0]):
            yield _with(point, name, identity(rows))
        yield _with(point, name, value.map(lambda _: ZERO))
    elif value is not None:
        for number in (*source.constants, ZERO, ONE, *(-c for c in source.constants)):
            yield _with(point, name, number)


def _with(point: Point, name: str, value: Value) -> Point:
    moved = point.copy()
    moved.values[name] = value
    return moved


def _polynomial(matrix: Value, source: Source) -> Value:
    """Return a matrix that commutes with a square one."""
    if not isinstance(matrix, Matrix) or len(matrix.rows) != len(matrix.rows[0]):
        return matrix
    a, b = rationals(2, source)
    square = matmul(matrix, matrix)
    return square.map(lambda x: multiply(a, x)) if b == 0 else _sum(matrix, square, a, b)


def _sum(first: Matrix, second: Matrix, a: fmpq, b: fmpq) -> Matrix:
    rows = zip(first.rows, second.rows, strict=True)
    return Matrix(
        [[add(multiply(a, x), multiply(b, y)) for x, y in zip(r, t, strict=True)] for r, t in rows]
    )


def _ordered(point: Point, name: str, other: str) -> Iterator[Point]:
    mine, theirs = ([x for x in point.laws.joint[n] if isinstance(x, fmpq)] for n in (name, other))
    if len(mine) < len(point.laws.weights) or len(theirs) < len(mine):
        return
    pairs = list(zip(mine, theirs, strict=True))
    for chosen in (
        [max(pair) for pair in pairs],
        [min(pair) for pair in pairs],
        list(theirs),
        [abs(x) for x in mine],
        [y + abs(x) + 1 for x, y in pairs],
        [y - abs(x) - 1 for x, y in pairs],
    ):
        moved = point.copy()
        moved.laws = _with_values(point.laws, name, chosen)
        yield moved
