from __future__ import annotations

from collections.abc import Mapping

import pytest

from dlcards.claims.examples import ExampleValue, compute
from dlcards.claims.resolver import read_statement
from dlcards.claims.statement import StatementText


def worked(
    let: Mapping[str, str], given: Mapping[str, str], *formulas: str, **define: str
) -> tuple[ExampleValue, ...]:
    names = [f"{name} == {name}" for name in (*let, *define)]
    text = StatementText(
        "entry",
        let=let,
        define=define,
        claims=tuple((("claim", i), text, {}) for i, text in enumerate(names)),
        example_given=given,
        example_compute=formulas,
    )
    statement, problems = read_statement(text)
    assert statement is not None, problems
    return compute(statement)


def only(values: tuple[ExampleValue, ...]) -> ExampleValue:
    (value,) = values
    assert (value.code, value.message) == ("", "")
    return value


@pytest.mark.parametrize(
    ("let", "given", "formula", "text", "exact"),
    [
        ({"x": "real"}, {"x": "1"}, "d(sin(x**2), x)", "1.081", False),
        ({"x": "real"}, {"x": "1/3"}, "3*x", "1", True),
        ({"x": "real"}, {"x": "1000"}, "512*x**2", "5.12e8", True),
        ({"x": "real"}, {"x": "1000"}, "x**3 + x", "1e9", False),
        ({"x": "real"}, {"x": "1"}, "integral(x*sin(3*t)*cos(t), t, -pi, pi)", "0", True),
        ({"x": "real"}, {"x": "0.25"}, "x/2", "0.125", True),
        ({"x": "real"}, {"x": "-2"}, "x**3", "-8", True),
        ({"x": "real"}, {"x": "10"}, "exp(-x)", "4.54e-5", False),
        ({"x": "real"}, {"x": "30"}, "exp(-x)", "9.358e-14", False),
        ({"x": "real"}, {"x": "-10"}, "1 - 10**x", "1", False),
        ({"x": "real"}, {"x": "3"}, "sin(pi*x)", "0", True),
        ({"x": "real"}, {"x": "7"}, "x*pi*100", "2199", False),
        ({"z": "vector(n)"}, {"z": "[2, 1]"}, "softmax(z)", "[0.7311, 0.2689]", False),
        ({"z": "vector(n)"}, {"z": "[2, 1]"}, "n", "2", True),
        ({"A": "square(n)"}, {"A": "[[1, 2], [3, 4]]"}, "A @ A", "[[7, 10], [15, 22]]", True),
        ({"p": "probability", "X": "Bernoulli(p)"}, {"p": "0.3"}, "Var(X)", "0.21", True),
        (
            {"n": "natural", "p": "probability", "X": "Binomial(n, p)"},
            {"n": "4", "p": "1/2"},
            "P(X == 2)",
            "0.375",
            True,
        ),
        ({"mu": "real", "X": "Normal(mu, 4)"}, {"mu": "1"}, "E(X**2)", "5", True),
    ],
)
def test_the_numbers_of_an_example_are_computed(
    let: Mapping[str, str], given: Mapping[str, str], formula: str, text: str, exact: bool
) -> None:
    value = only(worked(let, given, formula))
    assert (value.text, value.exact) == (text, exact)


def test_a_definition_may_be_computed() -> None:
    assert (
        only(worked({"z": "vector(n)"}, {"z": "[0, 0]"}, "p", p="softmax(z)")).text == "[0.5, 0.5]"
    )


def test_values_are_printed_for_a_card() -> None:
    matrix = only(worked({"A": "square(n)"}, {"A": "[[1, 2], [3, 4]]"}, "A"))
    assert matrix.latex == r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}"
    small = only(worked({"x": "real"}, {"x": "10"}, "exp(-x)"))
    assert small.latex == r"4.54 \cdot 10^{-5}"


@pytest.mark.parametrize(
    ("let", "given", "formula", "code", "message"),
    [
        ({"x": "real"}, {"x": "0"}, "1/x", "undefined-at-point", "division by zero"),
        ({"x": ["real", " y"][0], "y": "real"}, {"x": "0"}, "x + y", "no-value-given", "for y"),
        ({"x": "positive"}, {"x": "-1"}, "x", "undefined-at-point", "not of type positive"),
        ({"p": "simplex(n)"}, {"p": "[1, 1]"}, "p", "undefined-at-point", "simplex(n)"),
        ({"x": "vector(3)"}, {"x": "[1, 1]"}, "x", "wrong-shape", "shape"),
        (
            {"x": "vector(n)", "y": "vector(n)"},
            {"x": "[1, 1]", "y": "[1, 1, 1]"},
            "x.T @ y",
            "wrong-shape",
            "shape",
        ),
        (
            {"A": "invertible(n)"},
            {"A": "[[1, 1], [1, 1]]"},
            "inv(A)",
            "undefined-at-point",
            "invertible",
        ),
    ],
)
def test_an_example_outside_its_domain_is_a_problem(
    let: Mapping[str, str], given: Mapping[str, str], formula: str, code: str, message: str
) -> None:
    (value,) = worked(let, given, formula)
    assert value.code == code
    assert message in value.message


def test_no_example_gives_no_values() -> None:
    statement, _ = read_statement(StatementText("entry"))
    assert statement is not None
    assert compute(statement) == ()
