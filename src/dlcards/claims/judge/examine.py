"""The trial of a claim, step by step."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dlcards.claims.judge.budget import CONVERGENCE_POINTS, EQUATION_POINTS, SEARCH_EFFORT
from dlcards.claims.judge.downhill import search
from dlcards.claims.judge.probes.between import between_points
from dlcards.claims.judge.probes.conditions import at_conditions
from dlcards.claims.judge.probes.equality import equality_cases
from dlcards.claims.judge.probes.laws import at_centred_laws, at_scales, at_small_laws
from dlcards.claims.judge.probes.sizes import (
    at_large_sizes,
    at_matrices_far_out,
    at_patterns,
    at_sizes_of_constants,
)
from dlcards.claims.judge.probes.suspects import at_suspects
from dlcards.claims.judge.probes.values import at_constants
from dlcards.claims.judge.probes.whole_numbers import at_far_whole_numbers, at_whole_numbers
from dlcards.claims.judge.sampling import sample, wanted_points
from dlcards.claims.judge.tally import Tally, Undecided
from dlcards.claims.judge.trial import Trial

PROBES: Sequence[Callable[[Trial], None]] = (
    at_constants,
    at_whole_numbers,
    at_suspects,
    at_conditions,
    between_points,
    at_large_sizes,
    at_patterns,
    at_matrices_far_out,
    at_sizes_of_constants,
    at_far_whole_numbers,
    at_scales,
    at_small_laws,
)
"""Where every relation is tried; a probe knows itself which claims it is for."""


def examine(trial: Trial) -> Tally:
    """Return what the points told in favour of a claim.

    Raises
    ------
    Refuted
        At the first point that speaks against the claim.
    Undecided
        If too many points could not be settled.
    Unsatisfied
        If hardly any point satisfies the hypotheses.
    NoValue
        If the claim cannot be evaluated.
    """
    if trial.is_asymptotic():
        tree = trial.claim.tree
        sample(trial, CONVERGENCE_POINTS if tree.name != "all" else EQUATION_POINTS)
        if tree.name == "converges":
            at_centred_laws(trial)
        if tree.name == "all":
            at_whole_numbers(trial)
    else:
        starts = sample(trial, wanted_points(trial))
        trial.effort.left = SEARCH_EFFORT
        for probe in PROBES:
            probe(trial)
        if trial.may_touch():
            search(trial, starts)
        equality_cases(trial)
    doubts = trial.tally.doubts(varied=trial.varies)
    if doubts:
        raise Undecided(doubts)
    return trial.tally
