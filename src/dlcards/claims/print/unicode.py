"""A formula on one line of a terminal."""

from __future__ import annotations

from collections.abc import Mapping

from dlcards.claims.print.line import Layout, Line
from dlcards.claims.statement import Statement
from dlcards.claims.tree import Node
from dlcards.claims.words.algebra import unicode as algebra
from dlcards.claims.words.calculus import unicode as calculus
from dlcards.claims.words.chance import unicode as chance
from dlcards.claims.words.choice import unicode as choice
from dlcards.claims.words.complex import unicode as complex_numbers
from dlcards.claims.words.elementary import unicode as elementary
from dlcards.claims.words.scores import unicode as scores
from dlcards.claims.words.special import unicode as special
from dlcards.claims.words.sums import unicode as sums

LAYOUTS: Mapping[str, Layout] = {
    **elementary.LAYOUTS,
    **special.LAYOUTS,
    **complex_numbers.LAYOUTS,
    **choice.LAYOUTS,
    **calculus.LAYOUTS,
    **sums.LAYOUTS,
    **algebra.LAYOUTS,
    **scores.LAYOUTS,
    **chance.LAYOUTS,
}
"""The words that do not print as they are written."""


def to_unicode(node: Node, statement: Statement) -> str:
    """Print a formula with Unicode signs, on one line.

    Examples
    --------
    >>> from dlcards.claims.parser import parse_formula
    >>> to_unicode(parse_formula("sum(x[i]**2, i, 1, n) <= 2*pi"), Statement("", {}, {}))
    '∑ᵢ₌₁ⁿ xᵢ² ≤ 2π'
    """
    return Line(statement, LAYOUTS).text(node)
