"""The values of these words, with error bars."""

from __future__ import annotations

from collections.abc import Mapping

from dlcards.claims.balls.elementary import DIGAMMA, ERFINV, Function, beta_incomplete
from dlcards.claims.balls.point import Point, Reading
from dlcards.claims.balls.readings import entry_by_entry
from dlcards.claims.balls.values import Value
from dlcards.claims.tree import Node


def incomplete_beta(point: Point, node: Node) -> Value:
    """Return the regularized incomplete beta function."""
    a, b, x = (point.number(arg) for arg in node.args)
    return beta_incomplete(a, b, x, point.mode)


ENTRYWISE: Mapping[str, Function] = {
    "digamma": DIGAMMA,
    "erfinv": ERFINV,
}
"""Functions of one number, applied to every entry of a vector or matrix."""

WORDS: Mapping[str, Reading] = {
    **{word: entry_by_entry(function) for word, function in ENTRYWISE.items()},
    "betainc": incomplete_beta,
}
