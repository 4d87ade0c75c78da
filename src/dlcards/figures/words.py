"""Captions and alternative texts: their formulas are printed on one line, and held to be true."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from dlcards.claims.parser import FormulaError, parse_formula
from dlcards.claims.print.unicode import to_unicode
from dlcards.claims.statement import FormulaProblem, Path, Statement
from dlcards.figures.expressions import Expressions
from dlcards.figures.labels import MATH, formula_error

TOLERANCE = 1e-9


def printed(text: str, statement: Statement | None = None) -> str:
    """Return a text with its formulas in Unicode signs.

    Raises
    ------
    FormulaError
        If a formula cannot be read.

    Examples
    --------
    >>> printed("At $x_0$ the height is $x**2 == 4$.")
    'At x₀ the height is x² = 4.'
    """
    entry = statement or Statement("", {}, {})
    return MATH.sub(lambda match: to_unicode(parse_formula(match[1]), entry), text)


def word_problems(path: Path, text: str, expressions: Expressions) -> Iterator[FormulaProblem]:
    """Yield formulas of a text that do not read, and relations between numbers that are false.

    A relation counts as one between numbers if all its names have values in the figure.
    """
    error = formula_error(text)
    if error is not None:
        yield FormulaProblem(path, error.code, error.message, error.hint, error.start, error.end)
        return
    for match in MATH.finditer(text):
        tree = parse_formula(match[1])
        if tree.op != "rel" or expressions.mistakes(match[1], (), path):
            continue
        try:
            sides = [float(expressions.values(match[1][a.start : a.end])) for a in tree.args]
        except FormulaError:
            continue
        pairs = zip(pairwise(sides), tree.relations, strict=True)
        if not all(_holds(left, sign, right) for (left, right), sign in pairs):
            numbers = ", ".join(f"{side:.6g}" for side in sides)
            message = f"this is not so in the figure: the sides are {numbers}"
            hint = "write what is drawn"
            yield FormulaProblem(path, "false-caption", message, hint, match.start(1), match.end(1))


def _holds(left: float, sign: str, right: float) -> bool:
    room = TOLERANCE * max(1.0, abs(left), abs(right))
    equal = abs(left - right) <= room
    return {
        "==": equal,
        "!=": not equal,
        "<=": left <= right + room,
        ">=": left >= right - room,
        "<": left < right and not equal,
        ">": left > right and not equal,
    }[sign]
