from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pytest

from dlcards.claims.arrays.duals import ELEMENTWISE
from dlcards.claims.arrays.grid import GridError, evaluate_on_grid, gradient
from dlcards.claims.arrays.tables import TABLE_WORDS
from dlcards.claims.parser import parse_formula
from dlcards.claims.statement import Definition, Statement
from dlcards.claims.words import ELEMENTWISE_WORDS

X = np.linspace(-2.0, 2.0, 9)
POSITIVE = np.linspace(0.25, 2.0, 8)


def on(formula: str, **names: npt.ArrayLike) -> npt.NDArray[np.float64]:
    return evaluate_on_grid(parse_formula(formula), names)


def defining(**bodies: str) -> Statement:
    definitions: Mapping[str, Definition] = {
        "p": Definition(("t",), parse_formula(bodies["p"])),
        "c": Definition((), parse_formula(bodies["c"])),
    }
    return Statement("entry", types={}, definitions=definitions)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("x**2 - 4*x + 3", X**2 - 4 * X + 3),
        ("2", np.full(9, 2.0)),
        ("-x**2", -(X**2)),
        ("exp(-x**2/2)/sqrt(2*pi)", np.exp(-(X**2) / 2) / np.sqrt(2 * np.pi)),
        ("max(0, x)", np.maximum(0, X)),
        ("min(x, 1)", np.minimum(X, 1)),
        ("max([x, -x, 1])", np.maximum(np.abs(X), 1)),
        ("abs(x) + sign(x) + relu(x)", np.abs(X) + np.sign(X) + np.maximum(X, 0)),
        ("ind(x > 0)", (X > 0).astype(float)),
        ("ind(-1 <= x <= 1)", ((X >= -1) & (X <= 1)).astype(float)),
        ("cases(1/x, x > 0, 0)", np.array([0, 0, 0, 0, 0, 2, 1, 2 / 3, 0.5])),
        ("sum(x**k/factorial(k), k, 0, 3)", 1 + X + X**2 / 2 + X**3 / 6),
        ("sum(k, k, 1, 0)", np.zeros(9)),
        ("prod(x, k, 1, 3)", X**3),
        ("integral(t**2, t, 0, x)", X**3 / 3),
        ("norm([x, 3])", np.sqrt(X**2 + 9)),
        ("[x, 1].T @ [[2, 1], [1, 3]] @ [x, 1]", 2 * X**2 + 2 * X + 3),
        ("softmax([x, 0])[1]", 1 / (1 + np.exp(-X))),
        ("det([[x, 1], [2, 3]])", 3 * X - 2),
        ("(inv([[2, x], [0, 1]]) @ [1, 1])[1]", (1 - X) / 2),
        ("d(x**3, x)", 3 * X**2),
        ("d(x**4, x, 2)", 12 * X**2),
        ("D(tanh, x)", 1 - np.tanh(X) ** 2),
        ("D(sin, 2*x, 2)", -np.sin(2 * X)),
        ("d(integral(cos(t), t, 0, x), x)", np.cos(X)),
    ],
)
def test_a_formula_is_evaluated_at_every_point(
    formula: str, expected: npt.NDArray[np.float64]
) -> None:
    np.testing.assert_allclose(on(formula, x=X), expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    ("formula", "undefined"),
    [
        ("1/x", X == 0),
        ("log(x)", X <= 0),
        ("sqrt(x)", X < 0),
        ("x**-1", X == 0),
        ("x**0.5", X < 0),
        ("exp(-1/x**2)", X == 0),
        ("ind(log(x) > 0)", X <= 0),
        ("max(log(x), 0)", X <= 0),
        ("log(x)**0", X <= 0),
        ("d(abs(x), x)", X == 0),
        ("d(relu(x), x)", X == 0),
        ("d(max(x, -x), x)", X == 0),
        ("exp(1000*x)", X > 0.71),
    ],
)
def test_undefined_values_are_nan_and_nothing_else_is(
    formula: str, undefined: npt.NDArray[np.bool_]
) -> None:
    assert undefined.any()
    np.testing.assert_array_equal(np.isnan(on(formula, x=X)), undefined)


def test_an_undefined_branch_that_is_not_taken_does_no_harm() -> None:
    assert np.isfinite(on("cases(log(x), x > 0, 0)", x=X)).all()


def test_grids_broadcast() -> None:
    x, y = np.meshgrid(np.arange(3.0), np.arange(2.0))
    np.testing.assert_array_equal(on("x**2 + y", x=x, y=y), x**2 + y)
    assert on("x + y", x=np.zeros((4, 1)), y=np.zeros(5)).shape == (4, 5)


def test_a_constant_formula_fills_the_grid() -> None:
    assert on("pi", x=X).tolist() == [np.pi] * 9


def test_definitions_may_be_used_and_their_parameters_hide_outer_names() -> None:
    statement = defining(p="exp(-t**2/2)*c", c="1/sqrt(2*pi)")
    got = evaluate_on_grid(parse_formula("p(2*t)"), {"t": X}, statement)
    np.testing.assert_allclose(got, np.exp(-2 * X**2) / np.sqrt(2 * np.pi))


@pytest.mark.parametrize("word", sorted(ELEMENTWISE))
def test_the_slope_of_every_word_agrees_with_differences(word: str) -> None:
    x = np.array([0.31, 0.83, 1.47, 2.9])
    step = 1e-5
    slope = on(f"d({word}(x), x)", x=x)
    difference = (on(f"{word}(x)", x=x + step) - on(f"{word}(x)", x=x - step)) / (2 * step)
    np.testing.assert_allclose(slope, difference, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("word", sorted(set(ELEMENTWISE) - {"gamma"}))
def test_the_second_slope_of_every_word_agrees_with_differences(word: str) -> None:
    x = np.array([0.31, 0.83, 1.47, 2.9])
    step = 1e-5
    slope = on(f"d({word}(x), x, 2)", x=x)
    first = f"d({word}(x), x)"
    difference = (on(first, x=x + step) - on(first, x=x - step)) / (2 * step)
    np.testing.assert_allclose(slope, difference, rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("word", sorted(set(TABLE_WORDS) - {"tr", "det", "inv", "diag"}))
def test_words_of_vectors_have_slopes(word: str) -> None:
    step = 1e-6
    formula = f"{word}([x, 2*x, 1])" + ("[2]" if word == "softmax" else "")
    difference = (on(formula, x=X + 0.1 + step) - on(formula, x=X + 0.1 - step)) / (2 * step)
    slope = on(f"d({formula}, x)", x=X + 0.1)
    np.testing.assert_allclose(slope, difference, rtol=1e-6, atol=1e-6)


def test_nested_derivatives_do_not_confuse_their_variables() -> None:
    # d/dx [x * d/dy (x*y)] = d/dx x**2
    np.testing.assert_allclose(on("d(x*d(x*y, y), x)", x=X, y=3.0), 2 * X)


def test_the_gradient_of_a_surface_is_exact() -> None:
    x, y = np.meshgrid(X, POSITIVE)
    got = gradient(parse_formula("x**2*log(y) + sin(x*y)"), ("x", "y"), {"x": x, "y": y})
    assert got.shape == (2, *x.shape)
    np.testing.assert_allclose(
        got[0], 2 * x * np.log(y) + y * np.cos(x * y), rtol=1e-12, atol=1e-12
    )
    np.testing.assert_allclose(got[1], x**2 / y + x * np.cos(x * y), rtol=1e-12, atol=1e-12)


def test_powers_have_slopes_also_at_zero() -> None:
    assert on("d(x**2, x)", x=0.0) == 0
    assert on("d(x**1, x)", x=0.0) == 1
    assert on("d(x**0, x)", x=0.0) == 0
    np.testing.assert_allclose(on("d(2**x, x)", x=1.0), 2 * np.log(2))


@pytest.mark.parametrize(
    ("formula", "part"),
    [
        ("x + zeta", "zeta"),
        ("2*E(x)", "E(x)"),
        ("1 + [x, 1]", "1 + [x, 1]"),
        ("[x, 1][3]", "[x, 1][3]"),
        ("sum(x**k, k, 0, oo)", "sum(x**k, k, 0, oo)"),
        ("sum(x, k, 1, 1000000)", "sum(x, k, 1, 1000000)"),
        ("sum(x, k, 1, 1/2)", "1/2"),
    ],
)
def test_what_has_no_value_is_told_with_its_place(formula: str, part: str) -> None:
    with pytest.raises(GridError) as error:
        on(formula, x=X)
    assert formula[error.value.node.start : error.value.node.end] == part


def test_the_work_is_bounded() -> None:
    nested = "sum(sum(sum(x, i, 1, 2000), j, 1, 2000), k, 1, 2000)"
    with pytest.raises(GridError, match="too much work"):
        on(nested, x=np.zeros(1000))


def test_every_word_of_one_number_can_be_drawn() -> None:
    assert len(ELEMENTWISE_WORDS) > 15
    assert set(ELEMENTWISE) == ELEMENTWISE_WORDS
