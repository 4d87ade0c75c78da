"""The symbolic reading of every word, group by group."""

from __future__ import annotations

from collections.abc import Mapping

from dlcards.claims.prove.evaluator import Reading
from dlcards.claims.words.algebra import symbols as algebra
from dlcards.claims.words.calculus import symbols as calculus
from dlcards.claims.words.chance import symbols as chance
from dlcards.claims.words.choice import symbols as choice
from dlcards.claims.words.complex import symbols as complex_numbers
from dlcards.claims.words.elementary import symbols as elementary
from dlcards.claims.words.laws import symbols as laws
from dlcards.claims.words.scores import symbols as scores
from dlcards.claims.words.special import symbols as special
from dlcards.claims.words.sums import symbols as sums

SYMBOLIC: Mapping[str, Reading | None] = {
    **elementary.READINGS,
    **special.READINGS,
    **complex_numbers.READINGS,
    **choice.READINGS,
    **calculus.READINGS,
    **sums.READINGS,
    **algebra.READINGS,
    **scores.READINGS,
    **chance.READINGS,
    **laws.READINGS,
}
"""The symbolic reading of every word; None marks the words that are numeric only."""
