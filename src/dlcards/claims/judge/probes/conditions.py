"""Points at which the conditions inside a claim hold."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from dlcards.claims.balls.errors import NoValue, TooMuchWork, Unsettled, Unsupported
from dlcards.claims.balls.numbers import precision
from dlcards.claims.judge.at_point import compare_at
from dlcards.claims.judge.budget import CHEAP_WORK, CONDITION_WORK, PRECISIONS, WHOLE_WORK
from dlcards.claims.judge.compare import Outcome, compare
from dlcards.claims.judge.conditions import (
    Condition,
    conditions,
    distance,
    granted,
    holds,
    is_equation,
)
from dlcards.claims.judge.descent import raised
from dlcards.claims.judge.downhill import descend_from
from dlcards.claims.judge.numeric.point import names_in
from dlcards.claims.judge.numeric.values import NumericError
from dlcards.claims.judge.scan import Scan, is_scannable
from dlcards.claims.judge.tally import Undecided
from dlcards.claims.judge.trial import Trial
from dlcards.claims.points.domain import EmptyDomain
from dlcards.claims.points.draw import Point
from dlcards.claims.points.source import Source, Tier

_CONDITION_POINTS = 12
_CONDITION_STARTS = 4
_SIZES_IN_QUESTION = 6
_DESCENTS, _DESCENTS_EACH = 5, 2
"""From so many points, and of one size, an inequality is followed while conditions hold."""

_BESIDE_EQUATION = 1e-12
"""How far apart, squared, sides have to be where an equation inside a claim nearly holds."""


class _Reached(Exception):
    """A point at which everything that is wanted holds, and the normal numbers it is made of."""

    def __init__(self, point: Point, latent: tuple[float, ...] = ()) -> None:
        super().__init__()
        self.point = point
        self.latent = latent


def _at_sizes_in_question(trial: Trial, found: Sequence[Condition]) -> None:
    """Try points of the sizes at which the conditions about sizes hold."""
    sizes = {name for name, kind in trial.scope.types.items() if kind.name == "dim"}
    about = [c.relation for c in found if names_in(c.relation, trial.scope) <= sizes]
    names = sorted(frozenset[str]().union(*(names_in(r, trial.scope) for r in about)))
    limit = trial.work + WHOLE_WORK
    for wanted in (about, *([each] for each in about if len(about) > 1)):
        if not is_scannable(wanted, trial.scope, names):
            return
        try:
            rows = Scan(trial.scope, names, wanted).spread(_SIZES_IN_QUESTION)
        except NumericError:
            continue
        for number, row in enumerate(rows):
            source = Source(f"{trial.seed} sizes in question", number, trial.constants)
            chosen = {name: int(x) for name, x in row.items()}
            with suppress(NoValue, EmptyDomain):
                point = trial.sized(source, chosen)
                if point is not None and trial.work <= limit:
                    compare_at(trial, point)


def at_conditions(trial: Trial) -> None:
    """Look for points at which the conditions inside a claim hold, if drawn ones hardly do."""
    found = conditions(trial.claim.tree, trial.scope)
    _at_sizes_in_question(trial, found)
    starts: list[tuple[Source, Point]] = []
    for index in range(_CONDITION_POINTS) if found else ():
        seed = f"{trial.seed} conditions"
        source = Source(seed, index, trial.constants, tier=Tier.BENIGN, fine=True)
        point = trial.satisfying(source)
        if point is not None:
            starts.append((source, point))
    held = [_held(trial, point, found) for _, point in starts]
    goals: list[tuple[Condition, ...]]
    goals = [(each,) for each in found if not any(each in known for known in held)]
    if len(found) > 1 and not any(len(known) == len(found) for known in held):
        goals.append(found)
    for wanted in goals if starts else ():
        limit = trial.work + CONDITION_WORK
        for source, point in starts[:_CONDITION_STARTS]:
            if trial.work < limit:
                _towards(trial, wanted, source, point, limit)
    inequalities = [each for each in found if not is_equation(each)]
    if starts and _has_slack(trial, inequalities):
        limit = trial.work + CONDITION_WORK
        for source, point in _fewest_numbers(starts):
            if trial.work < limit:
                _towards(trial, inequalities, source, point, limit)


def _fewest_numbers(starts: Sequence[tuple[Source, Point]]) -> list[tuple[Source, Point]]:
    """Return points made of few numbers, not many of the same count."""
    ordered = sorted((start for start in starts if start[0].latent), key=_count)
    chosen: list[tuple[Source, Point]] = []
    for start in ordered:
        if sum(_count(other) == _count(start) for other in chosen) < _DESCENTS_EACH:
            chosen.append(start)
    return chosen[:_DESCENTS]


def _count(start: tuple[Source, Point]) -> int:
    return len(start[0].latent)


def _has_slack(trial: Trial, wanted: Sequence[Condition]) -> bool:
    """Tell whether an inequality can be followed downhill while conditions hold."""
    return trial.is_ordered() and bool(wanted) and not any(map(is_equation, wanted))


def _held(trial: Trial, point: Point, found: Sequence[Condition]) -> set[Condition]:
    evaluation = trial.evaluation(point, work=CHEAP_WORK)
    known = set()
    for each in found:
        with suppress(NoValue):
            if holds(each, evaluation):
                known.add(each)
    trial.work += CHEAP_WORK - max(evaluation.work, 0)
    return known


def _towards(
    trial: Trial, wanted: Sequence[Condition], source: Source, point: Point, limit: int
) -> None:
    """Go from a point to one at which some conditions hold, and try the claim there."""

    def far(at: Point | None, latent: tuple[float, ...]) -> float | None:
        if at is None or trial.work > limit:
            return None
        evaluation = trial.evaluation(at, work=CHEAP_WORK)
        try:
            found = distance(wanted, evaluation) if trial.is_allowed(at, evaluation) else None
        except NoValue:
            return None
        finally:
            trial.work += CHEAP_WORK - max(evaluation.work, 0)
        if found == 0:
            raise _Reached(at, latent)
        return found

    try:
        here = tuple(source.latent)
        start = far(point, here)
        if start is not None:
            descend_from(trial, source, start, point, here, far)
    except _Reached as reached:
        with suppress(Unsettled, TooMuchWork, Unsupported):
            compare_at(trial, reached.point)
            _doubt_equations(trial, wanted, reached.point)
            if _has_slack(trial, wanted):
                _downhill(trial, wanted, source, reached.point, reached.latent, limit)


def _downhill(
    trial: Trial,
    wanted: Sequence[Condition],
    source: Source,
    point: Point,
    latent: tuple[float, ...],
    limit: int,
) -> None:
    """Go to where an inequality is tightest among the points at which conditions hold."""

    def slack(at: Point | None, _: tuple[float, ...]) -> float | None:
        if at is None or trial.work > limit:
            return None
        with suppress(NoValue):
            evaluation = trial.evaluation(at, work=CHEAP_WORK)
            inside = trial.is_allowed(at, evaluation)
            if inside and all(holds(each, evaluation) for each in wanted):
                return raised(compare_at(trial, at).tightness)
        return None

    start = slack(point, latent)
    if start is not None:
        descend_from(trial, source, start, point, latent, slack)


def _doubt_equations(trial: Trial, wanted: Sequence[Condition], point: Point) -> None:
    """Doubt a claim that is false beside a point where an equation inside it holds."""
    if not any(map(is_equation, wanted)):
        return
    tree = granted(trial.claim.tree, wanted, trial.scope)
    evaluation = trial.evaluation(point, PRECISIONS[1])
    values = [evaluation.value(side) for side in tree.args]
    for sign, a, b in zip(tree.relations, values, values[1:], strict=False):
        with precision(PRECISIONS[1]):
            apart = compare(sign, a, b).outcome is Outcome.APART
            if apart and compare("!=", a, b).slack > _BESIDE_EQUATION:
                where = trial.where(point)
                raise Undecided(f"an equation inside the claim nearly holds{where}")
