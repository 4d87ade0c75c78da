"""The sign of a notation: one formula, all names of which are declared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from dlcards.claims.prose import Inline, InlineKind
from dlcards.claims.resolver import read_formula
from dlcards.claims.statement import FormulaProblem, Statement


def sign_problems(
    inlines: Sequence[Inline], statement: Statement | None
) -> Iterator[FormulaProblem]:
    r"""Yield what keeps a text from being a sign that is printed as cards print formulas.

    Examples
    --------
    >>> from dlcards.claims.prose import read_prose
    >>> [p.code for p in sign_problems(read_prose("the transpose $A.T$")[0], None)]
    ['bad-sign']
    """
    if len(inlines) != 1 or inlines[0].kind is not InlineKind.MATH or inlines[0].condition:
        message = "a sign is one formula and nothing else"
        hint = r"write $A.T$, or LaTeX between \( and \); how it is read goes under say:"
        yield FormulaProblem(("sign",), "bad-sign", message, hint)
        return
    (inline,) = inlines
    if inline.node is not None and statement is not None:
        # How a name is printed depends on its type, so that every name needs one.
        for problem in read_formula(inline.text, statement, ("sign",))[1]:
            moved = inline.start + 1
            yield replace(problem, start=problem.start + moved, end=problem.end + moved)
