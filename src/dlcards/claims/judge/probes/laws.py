"""Random variables and functions that are centred, or large beside the constants."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import product

from flint import fmpq

from dlcards.claims.balls.errors import TooMuchWork, Unsettled, Unsupported
from dlcards.claims.balls.matrices import Matrix
from dlcards.claims.balls.numbers import ZERO, Number
from dlcards.claims.balls.values import Laws
from dlcards.claims.judge.at_point import compare_at
from dlcards.claims.judge.budget import LARGE_WHOLE, WHOLE_WORK
from dlcards.claims.judge.trial import Trial
from dlcards.claims.points.draw import Point, centred, scaled
from dlcards.claims.points.hypotheses import satisfied
from dlcards.claims.points.source import Source

_CENTRED_POINTS = 3
_SCALED_POINTS = 8
_NUMBERS = frozenset({"random", "centered", "independent"})
_REACH, _TABLES, _OUTCOMES = 3, 4, 6
_RARE = (fmpq(1, 10), fmpq(1, 1000))
_MOST_APART = 3
"""Laws on whole numbers from -3 to 3, with equal chances or a rare value."""


def at_centred_laws(trial: Trial) -> None:
    """Try random variables with mean 0, where a limit may be another one or none."""
    for index in range(3, 3 + _CENTRED_POINTS):
        found = trial.satisfying(Source(f"{trial.seed} centred", index, trial.constants))
        moved = centred(trial.scope, found) if found is not None else None
        if moved is not None and satisfied(trial.scope, moved, trial.hypotheses):
            with suppress(Unsettled, TooMuchWork, Unsupported):
                compare_at(trial, moved)


def at_scales(trial: Trial) -> None:
    """Try functions and random numbers that are large beside the constants of a bound."""
    if not trial.is_ordered():
        return
    factor = 10 * max(trial.constants, default=ZERO)
    limit = trial.work + WHOLE_WORK
    for index in range(_SCALED_POINTS) if factor > LARGE_WHOLE else ():
        found = trial.satisfying(Source(f"{trial.seed} scales", index))
        moved = scaled(trial.scope, found, factor) if found is not None else None
        if moved is None or trial.work > limit:
            return
        with suppress(Unsettled, TooMuchWork, Unsupported):
            if satisfied(trial.scope, moved, trial.hypotheses):
                compare_at(trial, moved)


def at_small_laws(trial: Trial) -> None:
    """Try laws on small whole numbers: shifted round a circle, colliding under maps, rare."""
    names = [name for name, kind in trial.scope.types.items() if kind.name in _NUMBERS]
    kinds = {kind.name for kind in trial.scope.types.values()}
    if not names or kinds & {"event", "partition", "random_vector"}:
        return
    limit = trial.work + WHOLE_WORK
    seed = f"{trial.seed} small laws"
    for number, law in enumerate(_small_laws(names, Source(seed, 10**6))):
        found = trial.satisfying(Source(seed, 3 + number, trial.constants))
        if found is None:
            continue
        moved = _with_law(trial, found, names, law)
        if trial.work > limit:
            return
        with suppress(Unsettled, TooMuchWork, Unsupported):
            if satisfied(trial.scope, moved, trial.hypotheses):
                compare_at(trial, moved)


_Law = tuple[Sequence[fmpq], Sequence[Sequence[int]]]
"""Chances of the outcomes, and the values of every name at them."""


def _small_laws(names: Sequence[str], source: Source) -> Iterator[_Law]:
    count = len(names)
    for sides, step in ((3, 1), (3, 2), (5, 2), (7, 1)):
        circle = [[(i + step * k) % sides for i in range(sides)] for k in range(count)]
        yield [fmpq(1, sides)] * sides, circle
    line = range(-_REACH, _REACH + 1)
    for turn in range(count):
        yield (
            [fmpq(1, len(line))] * len(line),
            [[x if k == turn else x * x for x in line] for k in range(count)],
        )
    for rare in _RARE:
        for one in (1, -1):
            yield [1 - rare, rare], [[0, one * (k + 1)] for k in range(count)]
    if count <= _MOST_APART:
        together = list(product((-1, 0, 2), repeat=count))
        yield [fmpq(1, len(together))] * len(together), list(zip(*together, strict=True))
    for _ in range(_TABLES):
        yield (
            [fmpq(1, _OUTCOMES)] * _OUTCOMES,
            [[source.whole(-_REACH, _REACH) for _i in range(_OUTCOMES)] for _k in names],
        )


def _with_law(trial: Trial, point: Point, names: Sequence[str], law: _Law) -> Point:
    """Return a point with another law of some names, each alone if it is an independent one."""
    weights, laws = [*law[0]], point.laws
    joint: dict[str, list[fmpq | Matrix]] = {}
    own: dict[str, list[tuple[Number, Number]]] = {}
    for name, row in zip(names, law[1], strict=True):
        values = [fmpq(x) for x in row]
        if name in laws.joint:
            joint[name] = [*values]
        else:
            own[name] = list(zip(weights, values, strict=True))
    moved = point.copy()
    moved.laws = Laws(
        weights if joint else laws.weights,
        joint or laws.joint,
        {**laws.independent, **own},
        laws.white,
    )
    is_centred = any(trial.scope.types[name].name == "centered" for name in names)
    return (centred(trial.scope, moved) or moved) if is_centred else moved
