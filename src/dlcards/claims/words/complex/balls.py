"""The values of these words, with error bars."""

from __future__ import annotations

from collections.abc import Mapping

from dlcards.claims.balls.elementary import Function, conjugate
from dlcards.claims.balls.numbers import imaginary_part, real_part
from dlcards.claims.balls.point import Reading
from dlcards.claims.balls.readings import entry_by_entry

ENTRYWISE: Mapping[str, Function] = {
    "re": lambda x, _: real_part(x),
    "im": lambda x, _: imaginary_part(x),
    "conj": lambda x, _: conjugate(x),
}
"""Functions of one number, applied to every entry of a vector or matrix."""

WORDS: Mapping[str, Reading] = {
    **{word: entry_by_entry(function) for word, function in ENTRYWISE.items()},
}
