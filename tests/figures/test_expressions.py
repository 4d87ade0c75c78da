"""Formulas of figures: the numbers of the judge, gaps at jumps, names that are known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from dlcards.claims.resolver import read_statement
from dlcards.claims.statement import StatementText
from dlcards.figures import check, parse_spec, render
from dlcards.figures.arrays import steady
from dlcards.figures.expressions import Expressions


def test_an_integral_has_the_number_of_the_judge() -> None:
    assert Expressions().values("integral(1/sqrt(t), t, 0, 3)") == steady(2 * math.sqrt(3))


def test_taylor_coefficients_of_high_order_are_exact() -> None:
    found = [Expressions().derivative("1/(1 - x)", 0.0, k) for k in range(13)]
    assert found == [math.factorial(k) for k in range(13)]


@pytest.mark.parametrize("formula", ["sign(x)", "d(abs(x), x)", "1/x", "floor(x/9)"])
def test_a_curve_has_a_gap_where_it_jumps(formula: str) -> None:
    x, y = Expressions().sampled(formula, "x", np.linspace(-1.0, 1.01, 61))
    gap = np.flatnonzero(np.isnan(y))
    assert len(gap) == 1
    assert x[gap] == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(
    "formula", ["exp(5*x)", "sqrt(abs(x))", "integral(1/sqrt(abs(t)), t, 0, x)"]
)
def test_a_steep_curve_has_no_gap(formula: str) -> None:
    at = np.linspace(-1.0, 1.0, 41)
    x, y = Expressions().sampled(formula, "x", at)
    assert len(x) == len(at)
    assert np.isfinite(y).all()


@pytest.mark.slow
def test_a_distribution_function_is_drawn_from_the_law_of_the_entry() -> None:
    statement, _ = read_statement(StatementText("entry", let={"X": "Normal(0, 1)"}))
    data = {"kind": "function_plot", "x": [-3, 3], "exprs": ["P(X <= x)"], "alt": "A rising curve."}
    spec, problems = parse_spec(data)
    assert spec is not None, problems
    assert check(spec, statement) == ()
    assert render(spec, statement=statement).svg
    assert Expressions(statement).values("P(X <= 0)") == 0.5


def test_names_that_a_formula_binds_are_known() -> None:
    formulas = (
        "integral(t, t, 0, x)",
        "limit(x*h, h, 0)",
        "sum(k*x, k, 1, 3)",
        "max(k*x, k, 1, 3)",
    )
    for text in formulas:
        assert Expressions().mistakes(text, ("x",), ()) == []
    assert [p.code for p in Expressions().mistakes("x*t", ("x",), ())] == ["unknown-name"]
