"""Claims about where something is smallest or largest: many rivals, near and far."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from flint import arb, fmpq

from dlcards.claims.balls.errors import NoValue, Undefined, Unsettled, WrongShape
from dlcards.claims.balls.evaluate import Evaluation
from dlcards.claims.balls.matrices import Matrix
from dlcards.claims.balls.numbers import (
    ONE,
    Number,
    add,
    as_float,
    multiply,
    negate,
    precision,
    real_ball,
    subtract,
)
from dlcards.claims.balls.values import Value, as_number
from dlcards.claims.judge.compare import numbers_of
from dlcards.claims.judge.numeric.point import Scope
from dlcards.claims.points.domain import EmptyDomain
from dlcards.claims.points.draw import Point, contains, replacement
from dlcards.claims.points.source import Source
from dlcards.claims.statement import Type
from dlcards.claims.tree import Node
from dlcards.claims.types import WHOLE

_RIVALS = 14
_DISTANCES = (fmpq(3, 10), fmpq(1, 100), fmpq(1, 10**4), fmpq(1, 10**7))
"""Parts of the way from the stated optimum to a rival."""

_ISOLATED = WHOLE | {"onehot", "unit", "orthogonal"}
"""Types without a straight way from one value to another."""

_WHOLE = 60
_BITS = 200
_SAME_HEIGHT = 1e-30
_DISTINCT = 1e-9


@dataclass(frozen=True, slots=True)
class Optimum:
    """A stated optimum: ``argmin(objective, name) == stated``."""

    word: Node
    stated: Node


def optimum_in(left: Node, right: Node, scope: Scope) -> Optimum | None:
    """Return what two sides say about an optimum, also through a defined name."""
    for side, stated in ((left, right), (right, left)):
        found = side
        known = scope.definitions.get(side.name) if side.op == "sym" else None
        if known is not None and not known.parameters:
            found = known.body
        if found.op == "call" and found.name in ("argmin", "argmax") and len(found.args) == 2:
            return Optimum(found, stated)
    return None


def optimum_mistake(
    scope: Scope,
    point: Point,
    optimum: Optimum,
    source: Source,
    evaluation_of: Callable[[Point], Evaluation],
) -> tuple[Value, Value] | None:
    """Return the stated optimum and a rival that is as good or better, if one is found.

    A stated optimum outside the domain is its own rival.

    Raises
    ------
    Undefined
        If the stated optimum or the objective there has no value.
    Unsettled
        If hardly any rival can be compared.
    """
    objective, variable = optimum.word.args
    kind = scope.types[variable.name]
    best = _shaped(evaluation_of(point).value(optimum.stated), point.values[variable.name])
    try:
        inside = contains(kind, best, evaluation_of(point))
    except Unsettled:
        inside = True
    if not inside:
        return best, best
    sign = 1 if optimum.word.name == "argmin" else -1

    def height(x: Value) -> Number:
        moved = point.copy()
        moved.values[variable.name] = x
        found = numbers_of(evaluation_of(moved).value(objective))
        if len(found) != 1:
            raise WrongShape("an objective must be a number")
        return found[0] if sign > 0 else negate(found[0])

    lowest = height(best)
    compared = tried = 0
    for rival in _rivals(kind, scope, point, best, source):
        try:
            if not contains(kind, rival, evaluation_of(point)):
                continue
            tried += 1
            found = _advantage(height(rival), lowest, rival, best)
        except NoValue:
            continue
        compared += 1
        if found:
            return best, rival
    if tried and 2 * compared < tried:
        raise Unsettled("the objective at most points of the domain")
    if not compared:
        raise Undefined("the objective at every other point of the domain")
    return None


def _shaped(best: Value, before: Value) -> Value:
    if isinstance(before, Matrix) and not isinstance(best, Matrix):
        best = Matrix([[as_number(best)]])
    if not isinstance(before, Matrix) and isinstance(best, Matrix):
        best = as_number(best)
    if isinstance(best, Matrix) and isinstance(before, Matrix) and best.shape != before.shape:
        raise WrongShape("the stated optimum has the wrong shape")
    return best


def _advantage(rival: Number, lowest: Number, place: Value, best: Value) -> bool:
    with precision(_BITS):
        gap = real_ball(subtract(rival, lowest))
    if gap < 0:
        return True
    if not gap.contains(0) or as_float(gap.rad()) > _SAME_HEIGHT * (1 + _size(rival)):
        return False
    return _distance(place, best) > _DISTINCT


def _size(x: Number) -> float:
    return abs(as_float(real_ball(x).mid()))


def _distance(a: Value, b: Value) -> float:
    pairs = zip(numbers_of(a), numbers_of(b), strict=True)
    return max(as_float(arb(abs(real_ball(subtract(x, y))).mid())) for x, y in pairs)


def _rivals(kind: Type, scope: Scope, point: Point, best: Value, source: Source) -> Iterator[Value]:
    far: list[Value] = []
    for index in range(_RIVALS):
        seed = f"rival {source.whole(0, 10**9)}"
        other = Source(seed, 3 + index, source.constants)
        try:
            far.append(replacement(kind, scope, point, other))
        except EmptyDomain:
            continue
    if not isinstance(best, Matrix):
        here = as_number(best)
        far += [negate(here), add(here, ONE), subtract(here, ONE)]
        far += [*source.constants, *(-c for c in source.constants)]
        if kind.name in WHOLE:
            far += [fmpq(i) for i in range(_WHOLE)]
    yield from far
    if kind.name not in _ISOLATED:
        for rival in far[:_RIVALS]:
            for part in _DISTANCES:
                yield _between(best, rival, part)


def _between(best: Value, rival: Value, part: fmpq) -> Value:
    with precision(_BITS):
        return _on_the_way(best, rival, part)


def _on_the_way(best: Value, rival: Value, part: fmpq) -> Value:
    if isinstance(best, Matrix):
        assert isinstance(rival, Matrix)
        rows = zip(best.rows, rival.rows, strict=True)
        return Matrix([_mixed(r, t, part) for r, t in rows])
    return _mixed([as_number(best)], [as_number(rival)], part)[0]


def _mixed(a: Sequence[Number], b: Sequence[Number], part: fmpq) -> list[Number]:
    return [add(x, multiply(part, subtract(y, x))) for x, y in zip(a, b, strict=True)]
