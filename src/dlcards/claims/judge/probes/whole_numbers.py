"""Whole numbers one by one, and far out."""

from __future__ import annotations

from contextlib import suppress
from itertools import product

from flint import fmpq

from dlcards.claims.balls.errors import TooMuchWork, Unsettled, Unsupported
from dlcards.claims.judge.at_point import compare_at
from dlcards.claims.judge.budget import CLAIM_WORK, ONE_WHOLE_WORK, POINT_WORK, WHOLE_WORK
from dlcards.claims.judge.kinks import has_jumps, may_move
from dlcards.claims.judge.trial import Trial
from dlcards.claims.points.domain import EmptyDomain
from dlcards.claims.points.draw import Point, contains
from dlcards.claims.points.hypotheses import satisfied
from dlcards.claims.points.source import Source
from dlcards.claims.types import WHOLE
from dlcards.claims.types.numbers.drawn import DENSE

WHOLE_NUMBERS = {1: 100, 2: 12, 3: 6}
MORE_WHOLE_NUMBERS = {1: 1000, 2: 40, 3: 13}
"""How far whole numbers are tried one by one, by how many names are whole.

The second where the claim is no equation between smooth formulas, so that it may fail at
one number alone.
"""

_WHOLE_RUN = 4
"""So many whole numbers are tried with the same other values."""

_FAR_WHOLE = (700, 1000, 3000, 10_000)


def at_whole_numbers(trial: Trial) -> None:
    """Try all small whole numbers: of one name, or of two or three together."""
    whole = [n for n in trial.names if trial.scope.types[n].name in WHOLE]
    whole = [name for name in whole if may_move(name, trial.scope)]
    if len(whole) not in WHOLE_NUMBERS:
        return
    more = trial.may_touch() or has_jumps(trial.claim.tree, trial.scope)
    more = more or trial.claim.tree.name == "all"
    most = (MORE_WHOLE_NUMBERS if more else WHOLE_NUMBERS)[len(whole)]
    numbers = range(1, most + 1)
    kinds = {trial.scope.types[name].name for name in whole}
    if kinds != {"natural"}:
        with_negative = "integer" in kinds
        numbers = range(-most // 2 if with_negative else -DENSE, most + 1)
        numbers = numbers[: most + 1] if with_negative else numbers
    limit = trial.work + WHOLE_WORK * (2 if len(whole) > 2 else 1)
    if more and len(trial.names) == 1:
        limit += ONE_WHOLE_WORK
    found: Point | None = None
    together = sorted(product(numbers, repeat=len(whole)), key=_largest_of)
    for number, values in enumerate(together):
        if trial.work > limit:
            return
        if number % _WHOLE_RUN == 0:
            found = trial.satisfying(Source(f"{trial.seed} whole", 3 + 7 * number))
        if found is None:
            continue
        moved = found.copy()
        moved.values.update(zip(whole, map(fmpq, values), strict=True))
        try:
            evaluation = trial.evaluation(moved)
            typed = [(trial.scope.types[name], moved.values[name]) for name in whole]
            inside = all(contains(kind, value, evaluation) for kind, value in typed)
            if inside and satisfied(trial.scope, moved, trial.hypotheses):
                compare_at(trial, moved)
        except (Unsettled, TooMuchWork, Unsupported, EmptyDomain):
            continue


def at_far_whole_numbers(trial: Trial) -> None:
    """Try an inequality about one whole number far out."""
    whole = [n for n in trial.names if trial.scope.types[n].name in WHOLE]
    if len(whole) != 1 or not may_move(whole[0], trial.scope) or trial.is_approximated():
        return
    if not trial.is_ordered():
        return
    kind, limit = trial.scope.types[whole[0]], trial.work + CLAIM_WORK
    trial.allowed = POINT_WORK
    for number, far in enumerate(_FAR_WHOLE):
        found = trial.satisfying(Source(f"{trial.seed} far", 3 + 7 * number))
        if found is None or trial.work > limit:
            break
        moved = found.copy()
        moved.values[whole[0]] = fmpq(far)
        with suppress(Unsettled, TooMuchWork, Unsupported, EmptyDomain):
            inside = contains(kind, moved.values[whole[0]], trial.evaluation(moved))
            if inside and satisfied(trial.scope, moved, trial.hypotheses):
                compare_at(trial, moved)
    trial.allowed = 0


def _largest_of(values: tuple[int, ...]) -> int:
    return max(map(abs, values))
