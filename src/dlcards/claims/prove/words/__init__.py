"""The symbolic reading of every word, one module for each group of words."""

from __future__ import annotations

from collections.abc import Mapping

from dlcards.claims.prove.evaluator import Reading
from dlcards.claims.prove.words import (
    algebra,
    calculus,
    chance,
    choice,
    elementary,
    scores,
    sums,
)
from dlcards.claims.words import LAW_NAMES

NUMERIC_ONLY = (
    *("digamma", "erfinv", "betainc", "re", "im", "conj", "mod", "all"),
    *("expm", "logm", "sqrtm", "block", "iid", "distributed"),
    *LAW_NAMES,
)
SYMBOLIC: Mapping[str, Reading | None] = {
    **elementary.READINGS,
    **choice.READINGS,
    **calculus.READINGS,
    **sums.READINGS,
    **algebra.READINGS,
    **scores.READINGS,
    **chance.READINGS,
    **dict.fromkeys(NUMERIC_ONLY),
}
"""The symbolic reading of every word; None marks the words that are numeric only."""
