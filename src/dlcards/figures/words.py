"""Captions and alternative texts: their formulas are printed on one line, and held to be true."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
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
    yield from sum_problems(path, text)
    yield from _value_problems(path, text, expressions)
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


VALUE = re.compile(
    r"(?<![\w(·/^])(?P<name>[A-Za-z]) = (?P<value>−?\d+(?:\.\d+)?)(?![\w%]|\.\d| ?[+−·/^])"
)


def _value_problems(path: Path, text: str, expressions: Expressions) -> Iterator[FormulaProblem]:
    """Yield names of ``params`` to which a text gives another value: *here with a = 2*."""
    for match in VALUE.finditer(text):
        drawn = expressions.params.get(match["name"])
        told = float(match["value"].replace("−", "-"))
        if FUNCTION.search(text[: match.start()]):
            continue
        if drawn is not None and abs(drawn - told) > TOLERANCE * max(1.0, abs(told)):
            message = f"in the figure {match['name']} is {drawn:g}"
            yield FormulaProblem(
                path, "false-caption", message, "write what is drawn", match.start(), match.end()
            )


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


DECIMAL = re.compile(r"(?<![\w.])([−-]?\d+\.\d+)(?![\d%]| %)")
SIZE = re.compile(r"(?<![\w.])(\d+) by (\d+)(?![\w.]\d)")


def told_problems(
    path: Path, text: str, numbers: Iterable[float] | None, sizes: Iterable[tuple[int, int]]
) -> Iterator[FormulaProblem]:
    """Yield decimals and sizes of matrices that an alternative text tells and nobody sees.

    Parameters
    ----------
    numbers : iterable of float, optional
        All numbers that are seen, if they are known.
    sizes : iterable of (rows, columns)
        Of all matrices that are seen; none says nothing.

    Examples
    --------
    >>> [p.message for p in told_problems(("alt",), "Bars of 0.2 and 0.7", [0.2, 0.8], [])]
    ['0.7 is not in the figure']
    """
    seen, shapes = None if numbers is None else list(numbers), set(sizes)
    for match in DECIMAL.finditer(text if seen is not None else ""):
        told = float(match[1].replace("−", "-"))
        room = 0.5001 * 10.0 ** -len(match[1].partition(".")[2])
        if not any(abs(abs(told) - abs(value)) <= room for value in seen or ()):
            message = f"{match[1]} is not in the figure"
            yield FormulaProblem(
                path, "false-caption", message, "tell what is seen", match.start(1), match.end(1)
            )
    for match in SIZE.finditer(text if shapes else ""):
        if (int(match[1]), int(match[2])) not in shapes:
            message = f"no matrix of the figure is {match[1]} by {match[2]}"
            yield FormulaProblem(
                path, "false-caption", message, "rows come first", match.start(), match.end()
            )


# ---- sums written with signs ------------------------------------------------------------

SIGNS = {"·": "*", "×": "*", "−": "-", "²": "**2", "³": "**3", "≈": "==", "=": "=="}
FRACTIONS = {"½": "(1/2)", "⅓": "(1/3)", "⅔": "(2/3)", "¼": "(1/4)", "¾": "(3/4)"}
NUMBER = rf"√?(?:\d+(?:\.\d+)?|[{''.join(FRACTIONS)}])[²³]?"
TERM = rf"(?:[−-]?{NUMBER}|[−-]?√?\([^()]*\)[²³]?)"
SUM = rf"{TERM}(?: ?[+−/·×-] ?{TERM})*"
SUMS = re.compile(rf"(?<![\w.,√)/·×+−^-])(?P<left>{SUM})(?P<rest>(?: [=≈] {SUM})+)(?![\w%°(])")
NEXT = re.compile(r" ([=≈]) ")
FUNCTION = re.compile(r"(?:^|\W)(?:\w|log\S*|exp|sin|cos|tan|sqrt|ln|det|tr|max|min)\s$")
"""What makes a number the argument of a function or a factor: ``log 2``, ``f 2``."""


def sum_problems(path: Path, text: str) -> Iterator[FormulaProblem]:
    """Yield sums of plain numbers that do not come out, such as ``3 + 5 − 1 = 8``.

    After ``=`` a number must be exact; after ``≈`` it must be right in all its digits.

    Examples
    --------
    >>> [problem.message for problem in sum_problems(("caption",), "so 3 · 0.4 = 1.3 there")]
    ['3 · 0.4 is 1.2, not 1.3']
    """
    for match in SUMS.finditer(MATH.sub(lambda m: "_" * len(m[0]), text)):
        sides, signs = NEXT.split(match[0])[::2], NEXT.split(match[0])[1::2]
        first = 1 if FUNCTION.search(text[: match.start()]) else 0
        try:
            values = [_number(side) for side in sides]
        except (FormulaError, ArithmeticError):
            continue
        for i in range(first, len(signs)):
            room = _last_digit(sides[i + 1]) if signs[i] == "≈" else 1e-9
            if abs(values[i] - values[i + 1]) > room:
                message = f"{sides[i]} is {values[i]:.6g}, not {sides[i + 1]}"
                hint = "write ≈ before a rounded number" if signs[i] == "=" else "round anew"
                yield FormulaProblem(
                    path, "false-caption", message, hint, match.start(), match.end()
                )


def _number(text: str) -> float:
    for sign, formula in {**FRACTIONS, **SIGNS}.items():
        text = text.replace(sign, formula)
    text = re.sub(r"√(\d+(?:\.\d+)?|\()", lambda m: f"sqrt{m[1]}" if m[1] == "(" else
                  f"sqrt({m[1]})", text)  # fmt: skip
    return float(Expressions().values(text))


def _last_digit(text: str) -> float:
    """Return how far a rounded number may be off: a little more than half of its last digit."""
    decimals = re.search(r"\.(\d+)$", text)
    return 0.5001 * 10.0 ** -(len(decimals[1]) if decimals else 0)
