"""Every word that has a value in floats, group by group."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dlcards.claims.judge.numeric.point import Reading
from dlcards.claims.judge.numeric.values import Array, Matrix, Scalar
from dlcards.claims.words.algebra import arrays as algebra
from dlcards.claims.words.calculus import arrays as calculus
from dlcards.claims.words.chance import arrays as chance
from dlcards.claims.words.choice import arrays as choice
from dlcards.claims.words.elementary import arrays as elementary
from dlcards.claims.words.scores import arrays as scores
from dlcards.claims.words.sums import arrays as sums

ENTRYWISE: Mapping[str, Callable[[Array], Array]] = {**elementary.ENTRYWISE, **choice.ENTRYWISE}
"""Words of one number, applied to every entry."""

OF_MATRICES: Mapping[str, Callable[..., Matrix | Scalar]] = {
    **algebra.OF_MATRICES,
    **scores.OF_MATRICES,
}
"""Words of vectors and matrices."""

WORDS: Mapping[str, Reading] = {
    **choice.WORDS,
    **calculus.WORDS,
    **sums.WORDS,
    **algebra.WORDS,
    **chance.WORDS,
}
"""Words that bind names, choose, average or build."""

UNDEFINED: Mapping[str, str] = {
    **elementary.UNDEFINED,
    **choice.UNDEFINED,
    **algebra.UNDEFINED,
    **scores.UNDEFINED,
}
"""What to say where a word is undefined."""

NUMERIC_WORDS = frozenset({*WORDS, *ENTRYWISE, *OF_MATRICES})
"""Every word with a value in floats."""
