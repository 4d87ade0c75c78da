"""Kinks and zeros of denominators between all exact points."""

from __future__ import annotations

from dlcards.claims.balls.errors import Undefined
from dlcards.claims.judge.kinks import is_slope, jump_of_slope, needed, zero_between
from dlcards.claims.judge.orders import orders_in
from dlcards.claims.judge.trial import Trial
from dlcards.claims.points.source import Source

_KINK_POINTS = 2


def between_points(trial: Trial) -> None:
    """Look for kinks and zeros of denominators that lie between all exact points."""
    parts = [
        part
        for part in needed(trial.claim.tree, trial.scope)
        if is_slope(part) or (part.op == "div" and part.args[1].op != "num")
    ]
    if any(map(orders_in, trial.claim.tree.args)):
        return  # such a claim is about what is near 0
    for index in range(3, 3 + _KINK_POINTS) if parts else ():
        found = trial.satisfying(Source(f"{trial.seed} between", index, trial.constants))
        if found is None:
            continue
        for part in parts:
            if is_slope(part):
                at = jump_of_slope(trial.scope, found, part, trial.constants)
                problem = "a derivative at a kink or jump right beside it"
            else:
                at = zero_between(trial.scope, found, part.args[1], trial.constants)
                problem = "division by zero right beside it"
            if at is None or trial.is_beside_a_hole(at):
                continue
            if trial.is_allowed(at, trial.evaluation(at)):
                raise trial.undefined(at, Undefined(problem), {})
