"""Values that stay exact, or keep digits of their own, where balls alone would lose them."""

from __future__ import annotations

import pytest
from evaluated import digits, evaluation, value
from flint import arb, fmpq

from dlcards.claims.balls.numbers import real_ball
from dlcards.claims.balls.values import as_number

EXACT = [
    ("sqrt(n)*sqrt(n)", "7"),
    ("sqrt(2)*sqrt(3)*sqrt(6)", "6"),
    ("sqrt(8)/sqrt(2)", "2"),
    ("norm([1, 1])*norm([n, n])", "14"),
    ("norm([n, n])/norm([1, 1])", "7"),
    ("floor(log(2**n)/log(2))", "7"),
    ("log(1/8)/log(2)", "-3"),
    ("log(2)/log(8)", "1/3"),
    ("acos([1, 1].T @ [n, n]/(norm([1, 1])*norm([n, n])))", "0"),
]
LOST_BY_SUBTRACTION = [
    ("1 - erf(6000)", "4.21460367433568e-15634606"),
    ("1 + erf(-6000)", "4.21460367433568e-15634606"),
    ("erf(-6000) + 1", "4.21460367433568e-15634606"),
    ("1 + erf(1)", "1.84270079294971"),
    ("1 - erf(0)", "1"),
]


def given(formula: str) -> tuple[dict[str, str], dict[str, object]]:
    return ({"n": "natural"}, {"n": 7}) if "n" in formula.replace("norm", "") else ({}, {})


@pytest.mark.parametrize(("formula", "known"), EXACT)
def test_roots_and_logarithms_of_fractions_give_fractions(formula: str, known: str) -> None:
    found = value(formula, *given(formula))
    assert isinstance(found, fmpq)
    assert str(found) == known


@pytest.mark.parametrize("formula", ["sqrt(2)*sqrt(3)", "sqrt(6)/sqrt(5)", "log(3)/log(2)"])
def test_other_quotients_and_products_are_balls(formula: str) -> None:
    assert not isinstance(value(formula), fmpq)


@pytest.mark.parametrize(("formula", "known"), LOST_BY_SUBTRACTION)
def test_one_less_erf_keeps_its_digits(formula: str, known: str) -> None:
    assert digits(value(formula)) == known


@pytest.mark.parametrize("x", [5001, 60_000, 375_181])
def test_erfc_far_out_is_within_its_bounds(x: int) -> None:
    square = x * x
    rest = value(f"(1 - erf({x}))*exp({x}**2)*sqrt(pi)*{x} - 1 + 1/(2*{x}**2)")
    assert 0 < real_ball(as_number(rest)) < arb(fmpq(3, 4 * square**2))


def test_an_infinite_product_may_have_complex_factors() -> None:
    found, where = evaluation("prod(1 + (1j/2)**(2**k), k, 0, oo)*(1 - 1j/2)")
    assert digits(found).startswith("1.00000000000000 + ")
    assert where.estimated
