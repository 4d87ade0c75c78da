"""Points at which a quick look in floating point finds a claim false."""

from __future__ import annotations

from contextlib import suppress

from dlcards.claims.balls.errors import TooMuchWork, Unsettled, Unsupported
from dlcards.claims.judge.at_point import compare_at
from dlcards.claims.judge.budget import CLAIM_WORK, COSTLY_WORK
from dlcards.claims.judge.conditions import conditions, is_equation
from dlcards.claims.judge.kinks import has_jumps
from dlcards.claims.judge.numeric.point import names_in
from dlcards.claims.judge.numeric.values import NumericError
from dlcards.claims.judge.scan import Scan, is_scannable, rows_for
from dlcards.claims.judge.trial import Trial
from dlcards.claims.points.domain import EmptyDomain
from dlcards.claims.points.draw import Point
from dlcards.claims.points.source import rounded

_SUSPECT_BITS = (12, 53)
_SUSPECT_VALLEYS = 2
"""Points of a quick look are tried as they are, and first as numbers that are quicker to read."""


def at_suspects(trial: Trial) -> None:
    """Try points at which a quick look in floating point finds a claim about numbers false."""
    tree = trial.claim.tree
    if not (trial.may_touch() or trial.kinks or has_jumps(tree, trial.scope)):
        return
    formulas = (tree, *trial.hypotheses)
    names = sorted(frozenset[str]().union(*(names_in(f, trial.scope) for f in formulas)))
    if {*names} != {*trial.scope.types} or not is_scannable(formulas, trial.scope, names):
        return
    inequalities = [c.relation for c in conditions(tree, trial.scope) if not is_equation(c)]
    try:
        scan = Scan(trial.scope, names, trial.hypotheses, rows_for(formulas))
        rows = scan.suspects(tree, _SUSPECT_VALLEYS if trial.may_touch() else 0)
        rows += scan.meeting(inequalities) if len(inequalities) > 1 else []
    except NumericError:
        return
    limit = trial.work + CLAIM_WORK // 2
    trial.allowed = COSTLY_WORK
    for row in rows:
        for bits in _SUSPECT_BITS:
            point = Point({name: rounded(x, bits) for name, x in row.items()})
            with suppress(Unsettled, TooMuchWork, Unsupported, EmptyDomain):
                if trial.work < limit and trial.is_allowed(point, trial.evaluation(point)):
                    compare_at(trial, point)
    trial.allowed = 0
