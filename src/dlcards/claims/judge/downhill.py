"""The walk downhill from the tightest points of an inequality."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dlcards.claims.balls.errors import NoValue
from dlcards.claims.balls.matrices import Matrix
from dlcards.claims.judge.at_point import compare_at, slack_of
from dlcards.claims.judge.budget import SEARCH_WORK
from dlcards.claims.judge.descent import Coordinate, Latent, descend, is_inside, raised
from dlcards.claims.judge.kinks import may_move
from dlcards.claims.judge.sampling import Start
from dlcards.claims.judge.tally import Undecided
from dlcards.claims.judge.trial import MOVING, MOVING_ENTRIES, Trial
from dlcards.claims.points.draw import Point
from dlcards.claims.points.source import Source, Tier, tier_of

SEARCH_STEPS = 45
_MOST_MOVING = 6
MOST_LATENT = 12
"""Numbers of a point that a descent moves at once; the second where they are not its own."""

_DESCENTS = 2
_EQUAL = 1e-28
"""A strict inequality whose sides come this near to each other inside its domain is doubted."""


def search(trial: Trial, starts: Sequence[Start]) -> None:
    """Walk downhill from the tightest points of an inequality."""
    limit = trial.work + SEARCH_WORK
    ends: list[tuple[float, int, Start, Start]] = []
    for number, start in enumerate(_chosen(starts)):
        walk = f"{trial.seed} walk {number}"
        kicks = Source(walk, 10**6, tier=Tier.BENIGN)
        best, step = start, 0.5
        for _ in range(SEARCH_STEPS):
            if trial.work > limit or not best.latent:
                break
            latent = tuple(
                z + step * kicks.normal() if kicks.chance(0.5) else z for z in best.latent
            )
            slack = _slack_at(trial, start, latent)
            if slack is not None and slack < best.slack:
                best = Start(slack, start.index, start.seed, latent)
                step = min(step * 1.3, 1.5)
            else:
                step = max(step * 0.93, 0.003)
        ends.append((best.slack, number, start, best))
    limit = trial.work + SEARCH_WORK // 3
    for start, best in _lowest(ends):
        _descend(trial, start, best, limit)


def _descend(trial: Trial, start: Start, best: Start, limit: int) -> None:
    """Go to the very bottom from the end of a walk, over a few numbers.

    Raises
    ------
    Refuted
        If the inequality fails there.
    Undecided
        If a strict inequality comes as near to equality as can be told.
    """
    source = Source(start.seed, start.index, trial.constants, best.latent)
    point = trial.satisfying(source)
    among = coordinates(trial, point) if point is not None else []
    if point is None:
        return
    if 0 < len(among) <= _MOST_MOVING:
        bottom = descend(point, raised(best.slack), among, lambda at: raised(slack_of(trial, at)))
        if bottom.is_inside:
            _doubt_strictness(trial, bottom.point, bottom.slack)
    elif not among and 0 < len(best.latent) <= MOST_LATENT and trial.work < limit:
        _descend_latent(trial, start, best, limit)


def _descend_latent(trial: Trial, start: Start, best: Start, limit: int) -> None:
    """Do the same over the normal numbers that matrices, laws and functions are made of."""
    source = Source(start.seed, start.index)

    def slack_at(latent: tuple[float, ...]) -> float | None:
        point = trial.latent_point(source, latent) if trial.work < limit else None
        try:
            return None if point is None else raised(compare_at(trial, point).tightness)
        except NoValue:
            return None

    bottom = descend(
        best.latent, raised(best.slack), [Latent(i) for i in range(len(best.latent))], slack_at
    )
    point = trial.latent_point(source, bottom.point)
    if bottom.is_inside and point is not None:
        _doubt_strictness(trial, point, bottom.slack)


def descend_from(
    trial: Trial,
    source: Source,
    start: float,
    point: Point,
    latent: tuple[float, ...],
    value: Callable[[Point | None, tuple[float, ...]], float | None],
) -> None:
    """Go downhill over the numbers of a point, or over the normal numbers it is made of.

    Parameters
    ----------
    start : float
        The value there.
    value : callable
        What to make small, from a point and the normal numbers it was made of, if it was.
    """
    among = coordinates(trial, point)
    if 0 < len(among) <= MOST_LATENT:
        descend(point, start, among, lambda at: value(at, ()))
    elif 0 < len(latent) <= MOST_LATENT:
        places = [Latent(place) for place in range(len(latent))]
        descend(latent, start, places, lambda z: value(trial.latent_point(source, z), z))


def coordinates(trial: Trial, point: Point) -> list[Coordinate]:
    """Return the numbers of a point that may move by themselves."""
    found: list[Coordinate] = []
    for name in trial.names:
        kind, value = trial.scope.types[name].name, point.values.get(name)
        if kind in MOVING and may_move(name, trial.scope):
            found.append(Coordinate(name))
        elif kind == "complex":
            found += [Coordinate(name, (0,)), Coordinate(name, (1,))]
        elif kind in MOVING_ENTRIES and isinstance(value, Matrix):
            found += [
                Coordinate(name, (row, place))
                for row in range(len(value.rows))
                for place in range(len(value.rows[0]))
            ]
    return found


def doubt_equality(trial: Trial, point: Point, slack: float, name: str) -> None:
    """Doubt a strict inequality that is nearly an equality at a mark and at no other place."""
    among = [each for each in coordinates(trial, point) if each.name == name]
    if (
        among
        and 0 < slack < _EQUAL
        and is_inside(point, slack, among, lambda at: slack_of(trial, at))
    ):
        _doubt_strictness(trial, point, slack)


def _doubt_strictness(trial: Trial, point: Point, slack: float) -> None:
    is_strict = any(sign in ("<", ">", "!=") for sign in trial.claim.tree.relations)
    if is_strict and 0 < slack < _EQUAL and not trial.is_beside_a_hole(point):
        where = trial.where(point)
        raise Undecided(f"both sides come nearer to each other than {_EQUAL:g}{where}")


def _slack_at(trial: Trial, start: Start, latent: tuple[float, ...]) -> float | None:
    source = Source(start.seed, start.index, trial.constants, latent)
    point = trial.satisfying(source)
    if point is None:
        return None
    try:
        return compare_at(trial, point).slack
    except NoValue:
        return None


def _chosen(starts: Sequence[Start]) -> list[Start]:
    """Return the tightest points of each kind, of several sizes; ordinary ones move most freely."""
    ordered = sorted((s for s in starts if s.slack != 0), key=lambda start: start.slack)
    chosen = []
    for tier, count in ((Tier.BENIGN, 3), (Tier.EXTREME, 1), (Tier.SPECIAL, 1)):
        of_tier = [start for start in ordered if tier_of(start.index) is tier]
        chosen += _varied(of_tier)[:count]
    return chosen


def _lowest(
    ends: Sequence[tuple[float, int, Start, Start]],
) -> list[tuple[Start, Start]]:
    """Return the starts and ends of the walks that came lowest, of several sizes if there are.

    A walk that went nowhere started where the numbers that it moves have no influence.
    """
    walked = [end for end in ends if end[2].slack != end[3].slack]
    ordered = {best: start for _, _, start, best in sorted(walked or ends)}
    chosen = _varied(list(ordered))[:_DESCENTS]
    return [(ordered[best], best) for best in chosen]


def _varied(starts: Sequence[Start]) -> list[Start]:
    """Return the first start of every size, then the others."""
    first = {len(start.latent): start for start in reversed(starts)}
    firsts = [start for start in starts if first[len(start.latent)] is start]
    return [*firsts, *(start for start in starts if start not in firsts)]
