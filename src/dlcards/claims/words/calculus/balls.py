"""The values of these words, with error bars."""

from __future__ import annotations

from collections.abc import Mapping

from dlcards.claims.balls.derivatives import at_a_point, in_a_variable, of_vector
from dlcards.claims.balls.integrals import integral
from dlcards.claims.balls.limits import limit
from dlcards.claims.balls.point import Reading

WORDS: Mapping[str, Reading] = {
    "d": in_a_variable,
    "pd": in_a_variable,
    "D": at_a_point,
    "grad": of_vector("grad"),
    "jac": of_vector("jac"),
    "hess": of_vector("hess"),
    "integral": integral,
    "limit": limit,
}
