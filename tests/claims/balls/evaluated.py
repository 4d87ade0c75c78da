"""A formula read and evaluated at a point, for the tests of the ball evaluator."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from flint import acb, arb, fmpq

from dlcards.claims.balls.evaluate import Evaluation
from dlcards.claims.balls.matrices import Matrix
from dlcards.claims.balls.numbers import Complex, Infinity, Number, PiMultiple, precision, real_ball
from dlcards.claims.balls.values import Laws, Value, as_number
from dlcards.claims.judge.numeric.point import scope_of
from dlcards.claims.resolver import read_statement
from dlcards.claims.statement import StatementText

Given = "int | Fraction | str | Matrix"


def evaluation(
    text: str,
    let: Mapping[str, str] | None = None,
    values: Mapping[str, object] | None = None,
    laws: Laws | None = None,
    *,
    define: Mapping[str, str] | None = None,
    bits: int = 128,
    work: int = 200_000,
) -> tuple[Value, Evaluation]:
    """Return the value of a formula over some declarations, and the evaluation."""
    statement, problems = read_statement(
        StatementText(
            "test",
            let=dict(let or {}),
            define=dict(define or {}),
            claims=((("claim",), f"{text} == 0", {}),),
        )
    )
    assert statement is not None, problems
    scope = scope_of(statement)
    with precision(bits):
        known: dict[str, Value] = {name: _value(x) for name, x in (values or {}).items()}
    found = Evaluation(scope, known, laws, precision=bits, work=work)
    return found.value(statement.claims[0].tree.args[0]), found


def _value(x: object) -> Value:
    if isinstance(x, int):
        return fmpq(x)
    if isinstance(x, Fraction):
        return fmpq(x.numerator, x.denominator)
    if isinstance(x, str):
        return fmpq(*map(int, x.split("/")))
    if isinstance(x, list):
        rows = x if isinstance(x[0], list) else [[y] for y in x]
        return Matrix([[_number(y) for y in row] for row in rows])
    return x  # type: ignore[return-value]


def _number(x: object) -> Number:
    value = _value(x)
    assert isinstance(value, fmpq | arb | PiMultiple)
    return value


def value(text: str, *args: object, **options: object) -> Value:
    """Return the value of a formula."""
    return evaluation(text, *args, **options)[0]  # type: ignore[arg-type]


def digits(found: Value, count: int = 15) -> str:
    """Return a number to so many digits; a rational exactly."""
    if isinstance(found, Infinity):
        return "oo" if found.sign > 0 else "-oo"
    number = as_number(found)
    if isinstance(number, fmpq):
        return str(number)
    if isinstance(number, PiMultiple):
        return f"{number.factor}*pi"
    if isinstance(number, Complex):
        return f"{digits(number.real, count)} + {digits(number.imag, count)}j"
    if isinstance(number, acb):
        return str(number.str(count, radius=False))
    return real_ball(number).str(count, radius=False)
