"""Random variables and functions that are centred, or large beside the constants."""

from __future__ import annotations

from contextlib import suppress

from dlcards.claims.balls.errors import TooMuchWork, Unsettled, Unsupported
from dlcards.claims.balls.numbers import ZERO
from dlcards.claims.judge.at_point import compare_at
from dlcards.claims.judge.budget import LARGE_WHOLE, WHOLE_WORK
from dlcards.claims.judge.trial import Trial
from dlcards.claims.points.draw import centred, scaled
from dlcards.claims.points.hypotheses import satisfied
from dlcards.claims.points.source import Source

_CENTRED_POINTS = 3
_SCALED_POINTS = 8


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
