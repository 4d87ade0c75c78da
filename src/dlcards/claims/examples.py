"""Worked examples: the numbers on a card are computed, never typed."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from dlcards.claims.judge.numeric.domains import is_inside
from dlcards.claims.judge.numeric.evaluate import (
    READINGS,
    names_in,
    sample_point,
    sample_type,
    settle,
)
from dlcards.claims.judge.numeric.point import Point, Scope, Value, Work, scope_of
from dlcards.claims.judge.numeric.sampling import Stream
from dlcards.claims.judge.numeric.values import Matrix, NumericError, Undefined, WrongShape
from dlcards.claims.statement import Example, Statement
from dlcards.claims.tree import Node
from dlcards.claims.types import PARAMETRIC_TYPES
from dlcards.claims.unparser import formula_text, type_text

DIGITS = 4


@dataclass(frozen=True, slots=True)
class ExampleValue:
    """The value of one formula of a worked example, or why it has none.

    Parameters
    ----------
    formula : str
    text, latex : str
        The value as plain text and for a card; empty when there is a problem.
    exact : bool
        Whether no digit was rounded away.
    numbers : tuple of tuple of float
        Rows of the value; a number is one row of one.
    code, message : str
        Empty, or the problem.
    """

    formula: str
    text: str = ""
    latex: str = ""
    exact: bool = False
    numbers: tuple[tuple[float, ...], ...] = ()
    code: str = ""
    message: str = ""


def compute(statement: Statement) -> tuple[ExampleValue, ...]:
    """Compute the worked example of a statement.

    Returns
    -------
    tuple of ExampleValue
        One for each formula of the example; empty when there is no example.

    Examples
    --------
    >>> from dlcards.claims.resolver import read_statement
    >>> from dlcards.claims.statement import StatementText
    >>> text = StatementText(
    ...     "softmax",
    ...     let={"z": "vector(n)"},
    ...     claims=((("claim",), "softmax(z) == exp(z)/sum(exp(z))", {}),),
    ...     example_given={"z": "[2, 1]"},
    ...     example_compute=("softmax(z)",),
    ... )
    >>> statement, _ = read_statement(text)
    >>> [value.text for value in compute(statement)]
    ['[0.7311, 0.2689]']
    """
    example = statement.example
    if example is None:
        return ()
    with np.errstate(all="ignore"):
        try:
            scope = scope_of(statement)
            point = _point(scope, example)
        except NumericError as error:
            return tuple(_failed(node, error) for node in example.compute)
        return tuple(_computed(point, node, example) for node in example.compute)


def _point(scope: Scope, example: Example) -> Point:
    rng = np.random.default_rng(0)
    fixed: dict[str, Value] = {}
    bare = Point(scope, Stream(rng), Work(), READINGS)
    for name, node in example.given.items():
        fixed[name] = settle(bare, bare.evaluate(node))
        bare.values[name] = fixed[name]
    point = sample_point(scope, rng, Work(), fixed=fixed)
    for name in fixed:
        _check_domain(point, name)
    return point


def _check_domain(point: Point, name: str) -> None:
    """Refuse a given value outside its declared type."""
    kind = point.scope.types.get(name)
    value = point.values[name]
    if kind is None:
        return
    if kind.name != "dim":
        sample = sample_type(point, kind)
        if isinstance(sample, Matrix) != isinstance(value, Matrix) or (
            isinstance(sample, Matrix) and isinstance(value, Matrix) and sample.shape != value.shape
        ):
            raise WrongShape(f"the value given for {name} does not have its declared shape")
    if isinstance(value, Matrix | np.ndarray) and not is_inside(kind, value, point):
        raise Undefined(f"the value given for {name} is not of type {type_text(kind)}")


def _computed(point: Point, node: Node, example: Example) -> ExampleValue:
    missing = [
        name
        for name in sorted(names_in(node, point.scope) - set(example.given))
        if point.scope.types[name].name not in {"dim"} | PARAMETRIC_TYPES
    ]
    if missing:
        return ExampleValue(
            formula_text(node),
            code="no-value-given",
            message=f"no value is given for {', '.join(missing)}",
        )
    try:
        value = settle(point, point.evaluate(node))
    except NumericError as error:
        return _failed(node, error)
    entries = value.entries if isinstance(value, Matrix) else np.asarray(value).reshape(1, 1)
    written = [[_number(x) for x in row] for row in entries.tolist()]
    return ExampleValue(
        formula_text(node),
        text=_text(written),
        latex=_latex(written),
        exact=all(exact for row in written for *_, exact in row),
        numbers=tuple(map(tuple, entries.tolist())),
    )


def _failed(node: Node, error: NumericError) -> ExampleValue:
    code = "undefined-at-point" if isinstance(error, Undefined) else "check-failed"
    code = "wrong-shape" if isinstance(error, WrongShape) else code
    return ExampleValue(formula_text(node), code=code, message=str(error))


_Written = tuple[str, str, bool]


def _number(number: float) -> _Written:
    """Write a number with four digits: as text, as LaTeX, and whether it is exact."""
    whole = round(number)
    if abs(number - whole) < 1e-9 and abs(whole) < 1e7:
        return str(whole), str(whole), True
    if 1e-4 <= abs(number) < 1e7:
        decimals = max(DIGITS - 1 - math.floor(math.log10(abs(number))), 0)
        short = round(number, decimals)
        digits = f"{short:.{decimals}f}"
        if "." in digits:
            digits = digits.rstrip("0").rstrip(".")
        return digits, digits, abs(number - short) < 1e-9
    mantissa, _, exponent = f"{number:.{DIGITS - 1}e}".partition("e")
    mantissa, power = mantissa.rstrip("0").rstrip("."), int(exponent)
    return f"{mantissa}e{power}", rf"{mantissa} \cdot 10^{{{power}}}", False


def _text(rows: list[list[_Written]]) -> str:
    if len(rows) == 1 and len(rows[0]) == 1:
        return rows[0][0][0]
    if all(len(row) == 1 for row in rows):
        return f"[{', '.join(row[0][0] for row in rows)}]"
    return f"[{', '.join('[' + ', '.join(entry[0] for entry in row) + ']' for row in rows)}]"


def _latex(rows: list[list[_Written]]) -> str:
    if len(rows) == 1 and len(rows[0]) == 1:
        return rows[0][0][1]
    body = r" \\ ".join(" & ".join(entry[1] for entry in row) for row in rows)
    return rf"\begin{{pmatrix}} {body} \end{{pmatrix}}"
