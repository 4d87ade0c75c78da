from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pytest

from dlcards.claims.balls.numbers import rational
from dlcards.claims.judge.numeric.arrays import PLAIN_WORDS, is_plain, on_arrays
from dlcards.claims.judge.numeric.evaluate import Scope
from dlcards.claims.parser import parse_formula
from dlcards.claims.resolver import read_statement
from dlcards.claims.statement import Definition, Statement, StatementText
from dlcards.claims.tabulation.points import Points
from dlcards.claims.tabulation.tabulate import NotDrawable, gradient, tabulate
from dlcards.claims.words import ELEMENTWISE_WORDS

X = np.linspace(-2.0, 2.0, 9)
POSITIVE = np.linspace(0.25, 2.0, 8)
NO_SCOPE = Scope({}, {})


def on(
    formula: str, statement: Statement | None = None, **names: npt.ArrayLike
) -> npt.NDArray[np.float64]:
    return tabulate(parse_formula(formula), names, statement)


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
        ("max(k*x, k, 1, 3)", np.maximum(X, 3 * X)),
        ("abs(x) + sign(x) + relu(x)", np.abs(X) + np.sign(X) + np.maximum(X, 0)),
        ("floor(x) + ceil(x)", np.floor(X) + np.ceil(X)),
        ("ind(x > 0)", (X > 0).astype(float)),
        ("ind(-1 <= x <= 1)", ((X >= -1) & (X <= 1)).astype(float)),
        ("cases(1/x, x > 0, 0)", np.array([0, 0, 0, 0, 0, 2, 1, 2 / 3, 0.5])),
        ("sum(x**k/factorial(k), k, 0, 3)", 1 + X + X**2 / 2 + X**3 / 6),
        ("sum((x/3)**k, k, 0, oo)", 1 / (1 - X / 3)),
        ("sum(k, k, 1, 0)", np.zeros(9)),
        ("prod(x, k, 1, 3)", X**3),
        ("integral(t**2, t, 0, x)", X**3 / 3),
        ("integral(1/sqrt(t), t, 0, 3)", np.full(9, 2 * math.sqrt(3))),
        ("integral(exp(-t), t, x, oo)", np.exp(-X)),
        ("limit((exp(x*h) - 1)/h, h, 0)", X),
        ("norm([x, 3])", np.sqrt(X**2 + 9)),
        ("[x, 1].T @ [[2, 1], [1, 3]] @ [x, 1]", 2 * X**2 + 2 * X + 3),
        ("softmax([x, 0])[1]", 1 / (1 + np.exp(-X))),
        ("det([[x, 1], [2, 3]])", 3 * X - 2),
        ("(inv([[2, x], [0, 1]]) @ [1, 1])[1]", (1 - X) / 2),
        ("d(x**3, x)", 3 * X**2),
        ("d(x**4, x, 2)", 12 * X**2),
        ("d(exp(2*x), x, 9)", 2**9 * np.exp(2 * X)),
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
        ("d(floor(x), x)", np.floor(X) == X),
        ("exp(1000*x)", X > 0.71),
        ("integral(1/t, t, 0, x)", X != 0),
        ("integral(1/sqrt(t), t, 0, x)", X < 0),
        ("sum(x**k, k, 0, oo)", np.abs(X) >= 1),
        ("[x, 1][3]", X == X),
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
    np.testing.assert_array_equal(on("d(x**2*y, x)", x=x, y=y), 2 * x * y)
    assert on("x + y", x=np.zeros((4, 1)), y=np.zeros(5)).shape == (4, 5)


@pytest.mark.parametrize("formula", ["pi", "integral(4*sqrt(1 - t**2), t, 0, 1)*2"])
def test_a_constant_formula_fills_the_grid(formula: str) -> None:
    assert on(formula, x=X).tolist() == [on(formula).item()] * 9
    assert on(formula).item() % np.pi == 0


def test_definitions_may_be_used_and_their_parameters_hide_outer_names() -> None:
    statement = defining(p="exp(-t**2/2)*c", c="1/sqrt(2*pi)")
    np.testing.assert_allclose(
        on("p(2*t)", statement, t=X), np.exp(-2 * X**2) / math.sqrt(2 * np.pi)
    )
    area = on("integral(p(t), t, -oo, x)", statement, x=X)
    np.testing.assert_allclose(area, [(1 + math.erf(x / math.sqrt(2))) / 2 for x in X], rtol=1e-15)


def test_random_names_of_the_entry_have_their_law() -> None:
    statement, _ = read_statement(StatementText("entry", let={"X": "Exponential(2)"}))
    chance = on("P(X <= x)", statement, x=POSITIVE)
    np.testing.assert_allclose(chance, 1 - np.exp(-2 * POSITIVE), rtol=1e-14)
    assert on("E(X)", statement).item() == 0.5


# ── Arrays beside balls ──────────────────────────────────────────────────────────

VECTORS = ("[x, 1/3, 2 - x]", "[x*x, 3*x, -1]")
TEMPLATES = {
    "cases": ["cases(x**3, x > 1/3, -x)", "cases(1, x < 0, 2, x <= 1, 3)"],
    "ind": ["ind(x**2 > 1/2)", "ind(x != 1)", "ind(0 <= x & x != 1)"],
    "max": ["max(x, 1/x)", *(f"max({v})" for v in VECTORS)],
    "min": ["min(x, 1/x)", *(f"min({v})" for v in VECTORS)],
    "sum": ["sum(x**k/k, k, 1, 7)", *(f"sum({v})" for v in VECTORS)],
    "prod": ["prod(x + k, k, 1, 5)", *(f"prod({v})" for v in VECTORS)],
    "binomial": ["x*binomial(9, 4)", "sum(binomial(8, k)*abs(x)**k, k, 0, 8)"],
    "factorial": ["x/factorial(20)", "sum(abs(x)**k/factorial(k), k, 0, 12)"],
    "eye": ["sum(eye(3) @ [x, x**2, 1])", "(x*eye(2))[1, 1]"],
    "ones": ["(x*ones(3))[2]"],
    "zeros": ["(zeros(2) + [x, 1])[1]", "(zeros(2, 2) @ [x, 1])[2]"],
    "basis": ["x + basis(2, 3)[2]"],
    "diag": ["diag([[x, 1], [2, 3*x]])[2]", "(diag([x, 2]) @ [1, x])[2]"],
    "tr": ["tr([[x, 1], [2, x**2 + 1]])"],
    "fro": ["fro([[x, 1], [2, x**2 + 1]])"],
    "softmax": [f"softmax({v})[{i}]" for v in VECTORS for i in (1, 2, 3)],
    **{word: [f"{word}({v})" for v in VECTORS] for word in (
        "norm", "norm1", "norminf", "len", "mean", "var", "logsumexp",
    )},
}  # fmt: skip
OPERATORS = (
    "x + 1/3", "x - 1/7", "-x", "x*(1 + x**2)", "1/x", "x**5", "abs(x)**(1/3)", "x**-2",
    "2**x", "[x, 2][1]", "[[x, 1], [2, x]].T[1, 2]", "[x, 1].T @ [x, 3]", "([x, 1]*[2, x])[2]",
)  # fmt: skip
PLACES = np.concatenate(
    [
        np.linspace(-4.0, 4.0, 65),
        np.random.default_rng(1).uniform(-1, 1, 65),
        np.geomspace(1e-6, 30.0, 65),
        -np.geomspace(1e-6, 30.0, 65),
    ]
)


def templates(word: str) -> list[str]:
    return TEMPLATES.get(word, [f"{word}(x)", f"{word}(3*x - 1/4)"])


@pytest.mark.parametrize("word", sorted(PLAIN_WORDS))
def test_arrays_give_what_balls_give(word: str) -> None:
    for formula in templates(word):
        assert_same(formula)


@pytest.mark.parametrize("formula", OPERATORS)
def test_operators_on_arrays_give_what_balls_give(formula: str) -> None:
    assert_same(formula)


def assert_same(formula: str) -> None:
    tree = parse_formula(formula)
    assert is_plain(tree, NO_SCOPE)
    arrays = on_arrays(tree, {"x": PLACES}, NO_SCOPE, len(PLACES))
    points = Points(NO_SCOPE)
    balls = [points.float(tree, {"x": rational(*float(x).as_integer_ratio())}) for x in PLACES]
    np.testing.assert_allclose(arrays, balls, rtol=1e-12, atol=0, err_msg=formula)
    assert np.isfinite(balls).sum() > 60


@pytest.mark.parametrize(
    "formula", ["d(x, x)", "E(x)", "integral(t, t, 0, x)", "max(k, k, 1, 2)", "oo", "floor(x)"]
)
def test_what_only_balls_know_is_not_plain(formula: str) -> None:
    assert not is_plain(parse_formula(formula), NO_SCOPE)
    scope = Scope({}, {"f": Definition(("x",), parse_formula(formula))})
    assert not is_plain(parse_formula("1 + f(x)"), scope)


# ── Slopes ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("word", sorted(ELEMENTWISE_WORDS - {"factorial"}))
def test_the_slope_of_every_word_agrees_with_differences(word: str, order: int) -> None:
    x = np.array([0.31, 0.83, 0.47, 0.9])
    step = 1e-5
    slope = on(f"d({word}(x), x, {order})", x=x)
    before = f"d({word}(x), x, {order - 1})"
    difference = (on(before, x=x + step) - on(before, x=x - step)) / (2 * step)
    np.testing.assert_allclose(slope, difference, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize(
    "formula",
    ["norm(v)", "norm1(v)", "norminf(v)", "mean(v)", "var(v)", "softmax(v)[2]", "logsumexp(v)"],
)
def test_words_of_vectors_have_slopes(formula: str) -> None:
    step = 1e-6
    formula = formula.replace("(v)", "([x, 2*x, 1])")
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
        got[0], 2 * x * np.log(y) + y * np.cos(x * y), rtol=1e-12, atol=1e-15
    )
    np.testing.assert_allclose(got[1], x**2 / y + x * np.cos(x * y), rtol=1e-12, atol=1e-15)


def test_powers_have_slopes_also_at_zero() -> None:
    assert on("d(x**2, x)", x=0.0) == 0
    assert on("d(x**1, x)", x=0.0) == 1
    assert on("d(x**0, x)", x=0.0) == 0
    np.testing.assert_allclose(on("d(2**x, x)", x=1.0), 2 * np.log(2), rtol=1e-15)


# ── Integrals with a bound that moves ────────────────────────────────────────────


@pytest.mark.parametrize(
    "formula",
    [
        "integral(exp(-t**2), t, 0, x)",
        "2*x - integral(1/sqrt(abs(t)), t, -1, x)",
        "integral(1/(1 + t**4), t, x, oo)",
        "integral(log(t), t, 0, x**2)*integral(cos(t), t, x, 1)",
    ],
)
@pytest.mark.slow
def test_integrals_over_a_curve_are_those_at_its_points(formula: str) -> None:
    curve = on(formula, x=X)
    assert np.isfinite(curve).all()
    assert curve.tolist() == [on(formula, x=x).item() for x in X]


# ── What cannot be evaluated ─────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("formula", "part"),
    [
        ("x + zeta", "zeta"),
        ("exp(2*zeta)", "zeta"),
        ("2*integral(zeta*t, t, 0, x)", "integral(zeta*t, t, 0, x)"),
        ("1 + [x, 1]", "1 + [x, 1]"),
        ("[x, 1]", "[x, 1]"),
        ("1 + argmin(x**2, x)", "argmin(x**2, x)"),
        ("sum(x, k, 1, 1000000)", "sum(x, k, 1, 1000000)"),
    ],
)
def test_what_has_no_value_is_told_with_its_place(formula: str, part: str) -> None:
    with pytest.raises(NotDrawable) as error:
        on(formula, x=X)
    assert formula[error.value.node.start : error.value.node.end] == part


@pytest.mark.slow
@pytest.mark.parametrize(
    "formula",
    [
        "sum(sum(sum(x, i, 1, 2000), j, 1, 2000), k, 1, 2000)",
        "d(sum(sum(sum(x, i, 1, 2000), j, 1, 2000), k, 1, 2000), x)",
    ],
)
def test_the_work_is_bounded(formula: str) -> None:
    with pytest.raises(NotDrawable, match="too much work"):
        on(formula, x=np.zeros(1000))
