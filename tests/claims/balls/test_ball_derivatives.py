"""Derivatives by jets, against closed forms, and at kinks."""

from __future__ import annotations

from contextlib import suppress

import pytest
from evaluated import digits, evaluation, value
from flint import arb, fmpq

from dlcards.claims.balls.errors import NoValue, Undefined, Unsettled, Unsupported
from dlcards.claims.balls.matrices import Matrix
from dlcards.claims.balls.numbers import real_ball, subtract, surely_differ
from dlcards.claims.balls.values import Value, as_number, entries, plain

X = {"x": "real", "y": "real"}
AT = {"x": "3/2", "y": "-2"}


def same(a: Value, b: Value) -> bool:
    pairs = zip(entries(plain(a)), entries(plain(b)), strict=True)
    return not any(surely_differ(x, y) for x, y in pairs)


@pytest.mark.parametrize(
    ("derivative", "closed"),
    [
        ("d(x**5, x, 3)", "60*x**2"),
        ("d(exp(x*y), x)", "y*exp(x*y)"),
        ("d(d(sin(x*y), x), y)", "cos(x*y) - x*y*sin(x*y)"),
        ("d(tanh(x), x)", "1 - tanh(x)**2"),
        ("d(log(softplus(x)), x)", "sigmoid(x)/softplus(x)"),
        ("d(x**x, x)", "x**x*(log(x) + 1)"),
        ("d(gamma(x), x)", "gamma(x)*digamma(x)"),
        ("d(betainc(2, 3, x/2), x)", "6*(x/2)*(1 - x/2)**2"),
        ("d(erfinv(x/2), x)", "sqrt(pi)/4*exp(erfinv(x/2)**2)"),
        ("d(integral(s**2, s, y, x), x)", "x**2"),
        ("d(integral(exp(-x*s), s, 0, x), x)",
         "exp(-x**2) - integral(s*exp(-x*s), s, 0, x)"),
        ("d(integral(abs(s - x), s, 0, 4), x)", "2*x - 4"),
        ("d(integral(abs(s - x), s, 0, 4), x, 2)", "2"),
        ("d(re(exp(1j*x)), x)", "-sin(x)"),
        ("d(abs(x), x)", "1"),
        ("d(abs(y), y)", "-1"),
        ("d(floor(x), x)", "0"),
    ],
)  # fmt: skip
def test_a_derivative_equals_its_closed_form(derivative: str, closed: str) -> None:
    let = {n: t for n, t in X.items() if n in derivative + closed}
    at = {n: v for n, v in AT.items() if n in let}
    mine = value(derivative, {n: t for n, t in let.items() if n in derivative}, at)
    known = value(closed, {n: t for n, t in let.items() if n in closed}, at)
    assert same(mine, known)
    assert entries(plain(subtract(as_number(mine), as_number(known))))


@pytest.mark.parametrize(
    "formula",
    ["d(abs(x), x)", "d(relu(x), x)", "d(sign(x), x)", "d(floor(x), x)", "d(max(x, 2*x), x)",
     "d(ind(x > 0), x)", "d(ind(x == 0), x)", "d(sqrt(x), x)", "d(abs(x)**3, x, 3)"],
)  # fmt: skip
def test_a_kink_or_jump_has_no_derivative(formula: str) -> None:
    with pytest.raises(Undefined):
        value(formula, {"x": "real"}, {"x": 0})


@pytest.mark.parametrize(
    ("formula", "known"),
    [("d(x*abs(x), x)", "0"), ("d(abs(x)**3, x, 2)", "0"), ("d(max(x, x**3 + x), x)", "1")],
)
def test_a_kink_that_is_smooth_to_first_order_has_one(formula: str, known: str) -> None:
    assert digits(value(formula, {"x": "real"}, {"x": 0})) == known


@pytest.mark.parametrize(
    "form", ["cases(sin(x)/x, x != 0, 1)", "cases(exp(-1/x**2), x != 0, 0)",
             "cases(x**2*sin(1/x), x != 0, 0)"]
)  # fmt: skip
def test_a_form_without_value_beside_its_place_has_the_slope_of_its_quotients(form: str) -> None:
    found, where = evaluation(f"d({form}, x)", {"x": "real"}, {"x": 0})
    assert abs(real_ball(as_number(found))).upper() < 1e-12
    assert where.estimated


@pytest.mark.parametrize(
    "form", ["cases(1/x, x != 0, 0)", "cases(abs(x)/x, x != 0, 0)", "cases(sin(x)/x, x != 0, 2)",
             "cases(x*sin(1/x), x != 0, 0)", "cases(log(x)/x, x > 0, 0)"]
)  # fmt: skip
def test_quotients_that_do_not_settle_give_no_slope(form: str) -> None:
    with pytest.raises(Undefined):
        value(f"d({form}, x)", {"x": "real"}, {"x": 0})


def test_a_jump_beyond_the_order_of_a_jet_is_not_decided() -> None:
    with pytest.raises(NoValue):
        value("d(sign(x**3), x)", {"x": "real"}, {"x": 0})


def test_the_norm_at_0_has_a_kink() -> None:
    with pytest.raises(Undefined):
        value("grad(norm(u), u)", {"u": "vector(2)"}, {"u": [0, 0]})
    found = value("grad(norm(u)**2, u)", {"u": "vector(2)"}, {"u": [0, 0]})
    assert isinstance(found, Matrix)
    assert found.entries == [fmpq(0), fmpq(0)]


@pytest.mark.parametrize(
    ("formula", "known"),
    [
        ("grad(u.T @ A @ u, u)", "(A + A.T) @ u"),
        ("hess(u.T @ A @ u, u)", "A + A.T"),
        ("jac(A @ u, u)", "A"),
        ("grad(log(det(A)), A)", "inv(A).T"),
        ("jac(softmax(u), u)", "diag(softmax(u)) - softmax(u) @ softmax(u).T"),
    ],
)
def test_gradients(formula: str, known: str) -> None:
    let = {"u": "vector(2)", "A": "square(2)"}
    at = {"u": [1, "2/3"], "A": [[2, 1], ["1/2", 3]]}
    mine, truth = (
        value(text, {n: t for n, t in let.items() if n in text}, at) for text in (formula, known)
    )
    assert same(mine, truth)


@pytest.mark.parametrize("formula", ["d(sqrt(x**4), x)", "d(x**(5/2), x)"])
def test_a_root_that_may_be_smooth_at_0_is_not_called_undefined(formula: str) -> None:
    with pytest.raises(Unsettled):
        value(formula, {"x": "real"}, {"x": 0})


def test_a_sum_has_no_derivative_in_its_number_of_terms() -> None:
    with pytest.raises(Unsupported):
        value("d(sum(k, k, 1, n), n)", {"n": "natural"}, {"n": 3})


@pytest.mark.parametrize(
    ("formula", "known"),
    [
        ("d(lammax(A + x*B), x)", 2),
        ("d(lammin(A + x*B), x)", 0),
        ("d(eigvals(A + (x - 1)*B)[1], x)", 1),
        ("d(sum(eigvals(A + x*B)**2), x, 2)", 12),
        ("d(opnorm(A + x*B), x)", 2),
    ],
)
def test_eigenvalues_move_with_a_matrix(formula: str, known: int) -> None:
    let = {"A, B": "symmetric(n)", "x": "real"}
    at = {"A": [[1, 2], [2, 1]], "B": [[0, 1], [1, 2]], "x": 0, "n": 2}
    gap = abs(real_ball(as_number(value(formula, let, at))) - known)
    assert gap < arb(10) ** -25


def test_equal_eigenvalues_part_at_a_kink() -> None:
    let = {"B": "symmetric(n)", "x": "real"}
    at = {"B": [[0, 1], [1, 0]], "x": 0, "n": 2}
    with pytest.raises(Undefined):
        value("d(lammax(eye(n) + x*B), x)", let, at)
    assert digits(value("d(sum(eigvals(eye(n) + x*B)), x)", let, at)) == "0"
    with pytest.raises(Unsupported):
        value("d(lammax(eye(n) + x*B), x, 2)", let, at)


def test_the_exponential_of_a_matrix_has_derivatives_of_every_order() -> None:
    let = {"A": "square(n)", "t": "real"}
    at = {"A": [[1, 2], [-1, 1]], "t": "1/3", "n": 2}
    for order, closed in ((1, "A @ expm(t*A)"), (2, "A @ A @ expm(t*A)")):
        assert same(value(f"d(expm(t*A), t, {order})", let, at), value(closed, let, at))
    assert same(value("d(d(expm(t*A), t), t)", let, at), value("A @ A @ expm(t*A)", let, at))


@pytest.mark.parametrize("word", ["sigmoid", "tanh", "softplus", "atan"])
def test_a_slope_far_out_is_unsettled_at_worst(word: str) -> None:
    for x in (10**1000, -(10**1000)):
        with suppress(Unsettled):
            value(f"d({word}(x), x)", {"x": "real"}, {"x": x})
