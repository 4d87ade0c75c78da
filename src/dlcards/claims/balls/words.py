"""Every word with its value in ball arithmetic, group by group."""

from __future__ import annotations

from collections.abc import Mapping

from dlcards.claims.balls.elementary import Function
from dlcards.claims.balls.point import Reading
from dlcards.claims.words.algebra import balls as algebra
from dlcards.claims.words.calculus import balls as calculus
from dlcards.claims.words.chance import balls as chance
from dlcards.claims.words.choice import balls as choice
from dlcards.claims.words.complex import balls as complex_numbers
from dlcards.claims.words.elementary import balls as elementary
from dlcards.claims.words.scores import balls as scores
from dlcards.claims.words.special import balls as special
from dlcards.claims.words.sums import balls as sums

WORDS: Mapping[str, Reading] = {
    **elementary.WORDS,
    **special.WORDS,
    **complex_numbers.WORDS,
    **choice.WORDS,
    **calculus.WORDS,
    **sums.WORDS,
    **algebra.WORDS,
    **scores.WORDS,
    **chance.WORDS,
}
"""Every word that has a ball version."""

ENTRYWISE: Mapping[str, Function] = {
    **elementary.ENTRYWISE,
    **special.ENTRYWISE,
    **complex_numbers.ENTRYWISE,
    **choice.ENTRYWISE,
}
"""The functions of one number among them."""
