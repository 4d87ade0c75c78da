"""The points at which every claim is tried."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from dlcards.claims.balls.errors import NoValue, TooMuchWork, Unsettled, Unsupported
from dlcards.claims.judge.at_point import compare_at
from dlcards.claims.judge.budget import (
    CHEAP_WORK,
    CLAIM_WORK,
    COSTLY_WORK,
    EQUATION_POINTS,
    FEWEST_ONE_NAME_POINTS,
    FEWEST_POINTS,
    INEQUALITY_POINTS,
    ONE_NAME_POINTS,
    WHOLE_POINTS,
)
from dlcards.claims.judge.kinks import has_jumps
from dlcards.claims.judge.tally import Refuted
from dlcards.claims.judge.trial import Trial
from dlcards.claims.points.draw import Point
from dlcards.claims.points.source import Source, Tier
from dlcards.claims.types import WHOLE
from dlcards.claims.types.numbers.drawn import NUMBER_DOMAINS

_FIRST_POINTS = (3, 4, 0, 5, 1, 6, 2, 7)
"""Corners and ordinary points in turn, since a costly claim is tried at few points."""

_COSTLY_POINTS = 3
"""So many of them are tried with COSTLY_WORK all the same."""

_EXPLAINING_POINTS = 12


@dataclass(frozen=True, slots=True)
class Start:
    """A point from which a walk downhill may start."""

    slack: float
    index: int
    seed: str
    latent: tuple[float, ...]


def wanted_points(trial: Trial) -> int:
    """Return at how many points a relation has to agree."""
    kinds = [trial.scope.types[name].name for name in trial.names]
    if not trial.varies:
        return 1
    if len(kinds) == 1 and kinds[0] in NUMBER_DOMAINS:
        return ONE_NAME_POINTS
    if trial.is_ordered() or has_jumps(trial.claim.tree, trial.scope):
        return INEQUALITY_POINTS
    return WHOLE_POINTS if set(kinds) & WHOLE else EQUATION_POINTS


def sample(trial: Trial, wanted: int) -> list[Start]:
    """Try a claim at points of all kinds, until enough of them agree.

    Returns
    -------
    list of Start
        The points from which a search may go on.

    Raises
    ------
    Refuted, Undecided, NoValue
        As `compare_at` does; a point that settles nothing counts as a doubt.
    Unsatisfied
        If hardly any point satisfies the hypotheses.
    """
    starts: list[Start] = []
    costly: list[Point] = []
    budget = CLAIM_WORK * (2 if trial.closely else 1)
    cheap = CHEAP_WORK // (3 if wanted == EQUATION_POINTS else 1)
    most = 2 * wanted + 20
    fewest = FEWEST_ONE_NAME_POINTS if wanted == ONE_NAME_POINTS else FEWEST_POINTS
    for index in (*_FIRST_POINTS, *range(len(_FIRST_POINTS), most)):
        if trial.tally.points >= wanted and (index >= 2 * wanted or trial.work > cheap):
            break
        settled = trial.tally.points >= fewest and trial.tally.agreed[Tier.BENIGN] >= 4
        if trial.work > budget * (1 if settled else 6):
            break
        found = trial.drawn_point(index)
        if found is None:
            continue
        point, source, seed, moved = found
        before = trial.work
        try:
            result = compare_at(trial, point)
        except Refuted as refuted:
            raise (_shortest(trial, refuted) if trial.explain else refuted) from None
        except Unsettled as error:
            trial.note_doubt(point, error)
            trial.tally.unsettled[point.tier] += 1
            continue
        except TooMuchWork as error:
            trial.note_doubt(point, error)
            trial.tally.too_costly += 1
            costly.append(point)
            continue
        except Unsupported:
            if not trial.tally.points:
                raise
            trial.tally.unsettled[point.tier] += 1
            continue
        trial.agreed_work += trial.work - before
        trial.count(point, result)
        if not moved and not result.trivial and math.isfinite(result.slack):
            starts.append(Start(result.slack, index, seed, tuple(source.latent)))
    _again(trial, costly)
    return starts


def _again(trial: Trial, costly: Sequence[Point]) -> None:
    """Spend more on a few of the points that cost too much: they may have that in common."""
    limit = trial.work + CLAIM_WORK // 2
    trial.allowed = COSTLY_WORK
    for point in costly[:_COSTLY_POINTS]:
        if trial.work > limit:
            break
        with suppress(Unsettled, TooMuchWork, Unsupported):
            trial.count(point, compare_at(trial, point))
            trial.tally.too_costly -= 1
    trial.allowed = 0


def _shortest(trial: Trial, first: Refuted) -> Refuted:
    """Look for a counter-example that is quicker to read: round numbers, small sizes."""
    best, again = first, f"{trial.seed} again"
    limit = trial.work + CLAIM_WORK // 2
    for index in range(_EXPLAINING_POINTS):
        if trial.work > limit:
            break
        found = trial.satisfying(Source(again, index, trial.constants))
        if found is None:
            continue
        try:
            compare_at(trial, found)
        except Refuted as other:
            if other.code == first.code and len(str(other)) < len(str(best)):
                best = other
        except NoValue:
            continue
    return best
