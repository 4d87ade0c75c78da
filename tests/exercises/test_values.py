"""Values are exact, and formulas are set out as one writes them on paper."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcards.claims.parser import parse_formula
from dlcards.claims.print.latex import to_latex
from dlcards.claims.statement import Definition, Statement
from dlcards.claims.unparser import formula_text
from dlcards.exercises.literals import as_fraction, literal
from dlcards.exercises.values import Names, NoResult, number_at, put_in, set_out, worked_out

NAMES = Names(
    {
        "zero": literal(0),
        "one": literal(1),
        "minus": literal(-1),
        "three": literal(3),
        "third": literal(Fraction(-1, 3)),
        "A": parse_formula("[[1, 2], [3, 4]]"),
        "v": parse_formula("[5, -6]"),
    },
    {"f": Definition(("t",), parse_formula("t**2 + one"))},
)


def value(text: str) -> str:
    return formula_text(worked_out(parse_formula(text), NAMES))


def shown(text: str) -> str:
    return formula_text(set_out(parse_formula(text), NAMES))


@pytest.mark.parametrize(
    ("formula", "expected"),
    {
        "three/6": "1/2",
        "third*third": "1/9",
        "A @ v": "[-7, -9]",
        "A[2, 1]": "3",
        "v[2] + 1": "-5",
        "inv(A)": "[[-2, 1], [3/2, -(1/2)]]",
        "det(A)": "-2",
        "v.T @ v": "61",
        "sqrt(12)": "2*sqrt(3)",
        "sqrt(1/2)": "sqrt(2)/2",
        "sqrt(9/4)": "3/2",
        "norm([1, 2])": "sqrt(5)",
        "log(1/3)": "-log(3)",
        "exp(-log(3))": "1/3",
        "exp(2*log(3))": "9",
        "log(three)/2": "log(3)/2",
        "f(2)": "5",
        "f(x)": "x**2 + 1",
        "three*x + zero*x**2": "3*x",
        "expand((x - 2)*(x + 3))": "x**2 + x - 6",
        "expand(d(x**3 - three*x, x))": "3*x**2 - 3",
        "expand((a - b)**2)": "a**2 - 2*a*b + b**2",
        "pick(three, 10, 20, 30)": "30",
        "sort([3, -1, 2])": "[-1, 2, 3]",
        "gcd(12, 18)": "6",
        "denominator([1/2, 1/3])": "6",
        "round(2/3, 3)": "0.667",
        "sum(i**2, i, 1, three)": "14",
        "pi/4 + pi/4": "pi/2",
    }.items(),
)
def test_a_formula_is_worked_out_exactly(formula: str, expected: str) -> None:
    assert as_fraction(parse_formula(expected)) is None or as_fraction(
        worked_out(parse_formula(formula), NAMES)
    ) == as_fraction(parse_formula(expected))
    if as_fraction(parse_formula(expected)) is None:
        assert value(formula) == expected


@pytest.mark.parametrize(
    ("formula", "expected"),
    {
        "x + minus*3": "x - 1*3",
        "x - minus": "x + 1",
        "one*x**2": "x**2",
        "minus*x": "-x",
        "zero + x": "x",
        "x + zero*y": "x",
        "x**one": "x",
        "x/one": "x",
        "three*x + third*y": "3*x - 1/3*y",
        "2*3 + 4*minus": "2*3 + 4*-1",
        "name(A)": "A",
        "name(three)*x": "three*x",
        "value(three*2)*x": "6*x",
        "exp(zero*x)": "1",
        "A[1, 2]*x": "2*x",
        "minus*x + three": "-x + 3",
        "x - three*minus*y": "x - 3*-1*y",
        "minus*one*y + zero*5": "-y",
        "2*zero + three*4 - zero": "3*4",
    }.items(),
)
def test_a_formula_is_set_out_as_on_paper(formula: str, expected: str) -> None:
    assert shown(formula) == expected


@pytest.mark.parametrize(
    "formula", ["1/zero", "log(-1)", "A[3, 1]", "pick(5, 1, 2)", "A @ A @ [1]"]
)
def test_what_has_no_value_is_told(formula: str) -> None:
    with pytest.raises(NoResult):
        worked_out(parse_formula(formula), NAMES)


small = st.integers(-4, 4)
UGLY = ("+ -", "- -", "1 x", "1 y", "^{1}", "0 x", "0 y")


@pytest.mark.slow
@given(small, small, small, small)
def test_a_polynomial_is_printed_tidily_and_keeps_its_value(a: int, b: int, c: int, e: int) -> None:
    names = Names({"a": literal(a), "b": literal(b), "c": literal(c), "k": literal(e % 3)})
    node = parse_formula("a*x**2 + b*x*y + c*y**k + a")
    tidy = set_out(node, names)
    latex = f" {to_latex(tidy, Statement('', {}, {}))} "
    assert not any(f" {sign}" in latex for sign in UGLY), latex
    assert " 0 +" not in latex
    point = {"x": Fraction(3, 7), "y": Fraction(-5, 3)}
    assert number_at(tidy, point) == number_at(put_in(node, names), point)


@pytest.mark.slow
@given(small, small, small)
def test_expanding_keeps_the_value(a: int, b: int, c: int) -> None:
    names = Names({"a": literal(a), "b": literal(b), "c": literal(c)})
    node = parse_formula("(a*x - b)*(x + c*y)**2 - (x - a)*(y - b)")
    point = {"x": Fraction(3, 7), "y": Fraction(-5, 3)}
    expanded = worked_out(parse_formula(f"expand({formula_text(node)})"), names)
    assert number_at(expanded, point) == number_at(put_in(node, names), point)
