"""Numbers set to the constants of a claim, far out and beside the ends of their types."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from flint import fmpq

from dlcards.claims.balls.errors import TooMuchWork, Unsettled, Unsupported
from dlcards.claims.balls.matrices import Matrix, column, diagonal
from dlcards.claims.balls.numbers import HALF, ONE, ZERO, Infinity, Number, PiMultiple, add
from dlcards.claims.balls.values import Value, as_matrix, as_number
from dlcards.claims.judge.at_point import compare_at
from dlcards.claims.judge.budget import CLAIM_WORK
from dlcards.claims.judge.constants import all_parts, has_angles
from dlcards.claims.judge.downhill import doubt_equality
from dlcards.claims.judge.kinks import may_move
from dlcards.claims.judge.trial import Trial
from dlcards.claims.points.domain import EmptyDomain
from dlcards.claims.points.draw import Point, contains
from dlcards.claims.points.hypotheses import satisfied
from dlcards.claims.points.source import Source, power_of_ten
from dlcards.claims.tree import num
from dlcards.claims.types import BOUNDED
from dlcards.claims.types.numbers.drawn import NUMBER_DOMAINS

CONSTANT_POINTS = 90
_WITH_CONSTANTS = frozenset(
    {*NUMBER_DOMAINS, "vector", "square", "symmetric", "invertible", "spd", "psd", "diagonal"}
)
"""Types whose values are set to the constants of a claim: matrices to multiples of identity."""

_LINE = tuple(map(fmpq, (10, -10, 8, -8, 5, -5, 15, -15, 6, 4, 7, 12)))
"""Numbers at which a claim about a single one is tried besides."""

_FAR = tuple(
    sign * power_of_ten(sense * exponent)
    for exponent in (12, 30)
    for sense in (1, -1)
    for sign in (1, -1)
)
"""Numbers far beyond those that are drawn: what cannot be settled there does not count."""

_VERY_FAR = tuple(power_of_ten(sign * e) for e in (100, 400, 1000) for sign in (1, -1))
"""The same where logarithms are taken."""

_FACTORS = (*(1 + sign * power_of_ten(-k) for k in (3, 9) for sign in (1, -1)), fmpq(2), HALF)
_FACTORS = (*_FACTORS, fmpq(10), fmpq(1, 10))
"""What the constants of a claim are multiplied by: they may be small or large."""

_UNIT_INTERVAL = (num(0), num(1))
_NEAR = tuple(power_of_ten(-k) for k in (9, 12, 30))
_ANGLES = (fmpq(1, 2), fmpq(1), fmpq(-1, 2), fmpq(3, 2), fmpq(1, 4), fmpq(2), fmpq(1, 3))
"""Multiples of pi that are tried in claims about angles."""


@dataclass(frozen=True, slots=True)
class _Inward:
    """A number so far above the lower end of an interval, or below the upper one."""

    distance: fmpq


@dataclass(frozen=True, slots=True)
class _First:
    """A number as the first entry of a vector or diagonal of ones."""

    number: fmpq


_Placeable: TypeAlias = "Number | _Inward | _First"


def at_constants(trial: Trial) -> None:
    """Set each number of the claim to the constants in it, and to their neighbours."""
    kinds = {name: trial.scope.types[name].name for name in trial.names}
    moving = [n for n in kinds if kinds[n] in _WITH_CONSTANTS and may_move(n, trial.scope)]
    seed, limit, tried = f"{trial.seed} constants", trial.work + CLAIM_WORK, 0
    for number, (name, value) in enumerate(_constant_values(trial, moving)):
        if trial.work > limit or tried >= CONSTANT_POINTS:
            return
        found = trial.satisfying(Source(seed, 3 + 7 * number))
        if found is None:
            continue
        moved = found.copy()
        try:
            moved.values[name] = _placed(trial, value, name, found)
            kind = trial.scope.types[name]
            inside = contains(kind, moved.values[name], trial.evaluation(moved))
            if inside and satisfied(trial.scope, moved, trial.hypotheses):
                tried += 1
                found_there = compare_at(trial, moved)
                if value in trial.marks:
                    doubt_equality(trial, moved, found_there.slack, name)
        except (Unsettled, TooMuchWork, Unsupported, EmptyDomain):
            continue


def _placed(trial: Trial, value: _Placeable, name: str, point: Point) -> Value:
    """Return a number, also one beside an end of an interval, in the shape of a name."""
    if isinstance(value, _First):
        filled = as_matrix(_filled(ONE, point.values[name]))
        first = [value.number, *filled.rows[0][1:]]
        return Matrix([first, *filled.rows[1:]])
    if isinstance(value, _Inward):
        kind = trial.scope.types[name]
        ends = kind.args or _UNIT_INTERVAL
        end = trial.evaluation(point).value(ends[0 if value.distance > 0 else 1])
        if isinstance(end, Infinity):
            raise EmptyDomain("nothing lies beside infinity")
        value = add(as_number(end), value.distance)
    return _filled(value, point.values[name])


def _constant_values(trial: Trial, names: Sequence[str]) -> Iterator[tuple[str, _Placeable]]:
    nothing, step = ZERO, fmpq(1, 1000)
    yield from ((name, mark) for mark in trial.marks for name in names)
    for name in names if len(trial.names) == 1 else ():
        for x in _LINE:
            yield name, x
    for part in _ANGLES if has_angles(trial.claim.tree, trial.scope) else ():
        for name in names:
            yield name, PiMultiple(part)
    numbers = [name for name in names if trial.scope.types[name].name in NUMBER_DOMAINS]
    if not trial.is_approximated():
        yield from ((name, far) for far in _FAR for name in names)
        if any(part.name == "log" for part in all_parts(trial.claim.tree, trial.scope)):
            yield from ((name, far) for far in _VERY_FAR for name in numbers)
    for c in trial.constants if trial.is_ordered() else ():
        for name in names:
            if name not in numbers:
                yield name, _First(10 * c)
                yield name, _First(1 / (10 * c))
    bounded = [n for n in names if trial.scope.types[n].name in BOUNDED]
    for small in () if trial.is_approximated() else (*_NEAR, *_small_constants(trial)):
        for name in bounded:
            yield name, _Inward(small)
            yield name, _Inward(-small)
    near = [] if trial.is_approximated() else [(factor, nothing) for factor in _FACTORS]
    for factor, moved in ((ONE, nothing), *near, *((ONE, m) for m in (step, -step, ONE, -ONE))):
        for c in trial.constants:
            for name in names:
                yield name, c * factor + moved
                yield name, -c * factor - moved


def _small_constants(trial: Trial) -> Iterator[fmpq]:
    """Yield distances from an end made of the constants below 1."""
    for c in trial.constants:
        if c < 1:
            yield from (c, c * 3 / 2, c / 2)


def _filled(number: Number, like: object) -> Value:
    """Return a number, or a vector or matrix made of it like another one."""
    if not isinstance(like, Matrix):
        return number
    size = len(like.rows)
    return column([number] * size) if like.is_vector and size > 1 else diagonal([number] * size)
