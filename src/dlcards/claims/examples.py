"""Worked examples: the numbers on a card are computed, never typed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from flint import arb

from dlcards.claims.balls.errors import NoValue, Undefined, Unsettled, WrongShape
from dlcards.claims.balls.evaluate import Evaluation
from dlcards.claims.balls.matrices import Matrix
from dlcards.claims.balls.numbers import Number, as_float, may_be_zero, rational
from dlcards.claims.balls.values import Value, as_number, plain
from dlcards.claims.judge.numeric.point import Scope, names_in, scope_of
from dlcards.claims.points.draw import contains
from dlcards.claims.statement import Statement
from dlcards.claims.tree import Node
from dlcards.claims.types import PARAMETRIC_TYPES
from dlcards.claims.unparser import formula_text, type_text

DIGITS = 4
PRECISIONS = (128, 320)
"""The first two of the judge."""
ROUNDED = 1e-14
"""What the conversion to a float may have changed in a number, at most, and as a share of it."""
NOUGHT = 1e-30
"""Below it a number is 0: with 128 bits, terms near 1 that cancel leave 1e-38."""


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
    scope = scope_of(statement)
    values: dict[str, Value] = {}
    try:
        for name, node in example.given.items():
            values[name] = _value(scope, values, node)
        values = {**_sizes(scope, values), **values}
        for name in example.given:
            _check_domain(scope, values, name)
    except NoValue as error:
        return tuple(_failed(node, error) for node in example.compute)
    return tuple(_computed(scope, values, node) for node in example.compute)


def _value(scope: Scope, values: Mapping[str, Value], node: Node) -> Number | Matrix:
    """Return a value with error bars that leave no doubt of the digits of a card."""
    for bits in PRECISIONS[:-1]:
        try:
            return plain(Evaluation(scope, values, precision=bits).value(node))
        except Unsettled:
            continue
    return plain(Evaluation(scope, values, precision=PRECISIONS[-1]).value(node))


def _sizes(scope: Scope, values: Mapping[str, Value]) -> dict[str, Value]:
    """Return the sizes that follow from the shapes of what is given."""
    sizes: dict[str, Value] = {}
    for name, value in values.items():
        kind = scope.types.get(name)
        if kind is not None and isinstance(value, Matrix):
            for arg, size in zip(kind.args, value.shape, strict=False):
                if arg.op == "sym":
                    sizes.setdefault(arg.name, rational(size))
    return sizes


def _check_domain(scope: Scope, values: Mapping[str, Value], name: str) -> None:
    """Refuse a given value outside its declared type."""
    kind = scope.types.get(name)
    if kind is None:
        return
    try:
        inside = contains(kind, values[name], Evaluation(scope, values))
    except WrongShape:
        message = f"the value given for {name} does not have its declared shape"
        raise WrongShape(message) from None
    except Unsettled:
        return  # on the border, as far as one can tell
    if not inside:
        raise Undefined(f"the value given for {name} is not of type {type_text(kind)}")


def _computed(scope: Scope, values: Mapping[str, Value], node: Node) -> ExampleValue:
    missing = [
        name
        for name in sorted(names_in(node, scope) - values.keys())
        if scope.types[name].name not in PARAMETRIC_TYPES
    ]
    if missing:
        return ExampleValue(
            formula_text(node),
            code="no-value-given",
            message=f"no value is given for {', '.join(missing)}",
        )
    try:
        value = _value(scope, values, node)
        rows = value.rows if isinstance(value, Matrix) else [[value]]
        numbers = [[_float(as_number(x)) for x in row] for row in rows]
    except NoValue as error:
        return _failed(node, error)
    written = [[_number(x) for x in row] for row in numbers]
    return ExampleValue(
        formula_text(node),
        text=_text(written),
        latex=_latex(written),
        exact=all(exact for row in written for *_, exact in row),
        numbers=tuple(map(tuple, numbers)),
    )


def _float(number: Number) -> float:
    """Return a number as a float; its rounding is no value where it may be 0."""
    return 0.0 if isinstance(number, arb) and may_be_zero(number) else as_float(number)


def _failed(node: Node, error: NoValue) -> ExampleValue:
    code = "undefined-at-point" if isinstance(error, Undefined) else "check-failed"
    code = "wrong-shape" if isinstance(error, WrongShape) else code
    return ExampleValue(formula_text(node), code=code, message=str(error))


_Written = tuple[str, str, bool]


def _number(number: float) -> _Written:
    """Write a number with four digits: as text, as LaTeX, and whether it is exact."""
    whole = round(number)
    if abs(number - whole) <= max(ROUNDED * abs(whole), NOUGHT) and abs(whole) < 1e7:
        return str(whole), str(whole), True
    if 1e-4 <= abs(number) < 1e7:
        decimals = max(DIGITS - 1 - math.floor(math.log10(abs(number))), 0)
        short = round(number, decimals)
        digits = f"{short:.{decimals}f}"
        if "." in digits:
            digits = digits.rstrip("0").rstrip(".")
        return digits, digits, abs(number - short) <= ROUNDED * abs(number)
    mantissa, _, exponent = f"{number:.{DIGITS - 1}e}".partition("e")
    mantissa, power = mantissa.rstrip("0").rstrip("."), int(exponent)
    exact = number.is_integer() and number == float(f"{mantissa}e{power}")
    return f"{mantissa}e{power}", rf"{mantissa} \cdot 10^{{{power}}}", exact


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
