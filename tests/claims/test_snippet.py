"""A snippet stands on a card only if it computes the formula beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from entry_data import entries, statements

from dlcards.claims.resolver import read_statement
from dlcards.claims.snippets.check import POINTS, SnippetVerdict, check_snippet
from dlcards.claims.statement import Statement, StatementText


def statement(
    let: Mapping[str, str], equals: str, numpy: str, define: Mapping[str, str] | None = None
) -> Statement:
    text = StatementText(
        "entry",
        let,
        define or {},
        claims=((("claim",), f"{equals or 'x'} == 1", {}),),
        code_equals=equals,
        code_numpy=numpy,
    )
    read, problems = read_statement(text)
    assert read is not None, problems
    return read


def check(
    let: Mapping[str, str], equals: str, numpy: str, define: Mapping[str, str] | None = None
) -> SnippetVerdict:
    return check_snippet(statement(let, equals, numpy, define))


RIGHT: list[tuple[Mapping[str, str], str, str]] = [
    (
        {"J": "joint_table(m, n)"},
        "sum(sum(J[i, j], j, 1, n)**2, i, 1, m)",
        "def f(J):\n    return (J.sum(axis=1)**2).sum()",
    ),
    (
        {"z": "vector(n)", "m": "mask(n)"},
        "softmax(z + m)",
        "def f(z, m):\n    e = np.exp(z + m - (z + m).max())\n    return e / e.sum()",
    ),
    (
        {"z": "vector(n)"},
        "softmax(z)",
        "def f(z):\n    e = np.exp(z - z.max())\n    return e/e.sum()",
    ),
    ({"x": "real", "n": "natural"}, "x**n", "def f(x, n):\n    return np.prod(np.full(n, x))"),
    (
        {"A": "matrix(m, n)", "x": "vector(n)"},
        "A @ x",
        "def f(A, x, m):\n    return np.array([A[i] @ x for i in range(m)])",
    ),
    (
        {"x": "real", "f, g": "smooth_function"},
        "d(f(g(x)), x)",
        "def slope(df, g, dg, x):\n    return df(g(x)) * dg(x)",
    ),
    ({"f": "smooth_function", "x": "real"}, "D(f, x, 2)", "def f2(ddf, x):\n    return ddf(x)"),
    (
        {"f": "smooth_function(n)", "x": "vector(n)"},
        "hess(f(x), x) @ D(f, x)",
        "def f2(df, ddf, x):\n    return ddf(x) @ df(x)",
    ),
    (
        {"f": "smooth_function(n, m)", "x": "vector(n)"},
        "D(f, x) @ x",
        "def product(df, x):\n    return df(x) @ x",
    ),
    ({"X": "random"}, "Var(X)", "def var(x, p):\n    return p @ (x - p @ x)**2"),
    ({"X, Y": "random"}, "Cov(X, Y)", "def c(X, Y, p):\n    return p @ (X * Y) - p @ X * (p @ Y)"),
    ({"A, B": "event"}, "P(A | B)", "def f(A, B, p):\n    return p[A & B].sum() / p[B].sum()"),
    (
        {"X": "random", "p": "real"},
        "p*E(X)",
        "def f(X, p, prob):\n    return p * (prob * X).sum()",
    ),
    ({"q": "white(n)"}, "E(q.T @ q)", "def f(q, p):\n    return p @ (q * q).sum(axis=1)"),
    (
        {"B": "partition(n)", "A": "event"},
        "sum(P(A | B[i])*P(B[i]), i, 1, n)",
        "def f(A, B, p):\n    return sum(p[A & B[:, i]].sum() for i in range(B.shape[1]))",
    ),
    ({"X": "ChiSquared(k)", "k": "natural"}, "Var(X)", "def f(k):\n    return 2*k"),
    ({"X": "Gamma(a, b)", "a, b": "positive"}, "E(X)", "def f(a, b):\n    return a/b"),
    (
        {"X": "StudentT(k)", "k": "natural"},
        "pdf(X, 1)/pdf(X, 0)",
        "def f(k):\n    return (1 + 1/k)**(-(k + 1)/2)",
    ),
    (
        {"A": "matrix(m, n)"},
        "sum(max(A[i, j], j, 1, n), i, 1, m)",
        "def f(A):\n    return A.max(axis=1).sum()",
    ),
    ({"X": "matrix(m, n)"}, "exp(X)", "def f(X):\n    return np.exp(X)"),
]


@pytest.mark.parametrize(("let", "equals", "numpy"), RIGHT, ids=[r[1] for r in RIGHT])
def test_arguments_are_matched_by_name(let: Mapping[str, str], equals: str, numpy: str) -> None:
    verdict = check(let, equals, numpy)
    assert (verdict.code, verdict.message) == ("", "")
    assert verdict.points >= POINTS - 4


def test_definitions_are_values_or_functions() -> None:
    let = {"z": "vector(n)", "t": "real"}
    define = {"p": "softmax(z)", "g(s)": "s**2 + 1"}
    numpy = "def f(p, g, dg, t):\n    return p * (g(t) + dg(t)) + 0 * g(p)"
    assert check(let, "p*(t**2 + 1 + 2*t)", numpy, define).message == ""


WRONG: list[tuple[Mapping[str, str], str, str, str]] = [
    (
        {"A": "matrix(m, n)"},
        "A @ ones(n)",
        "def f(A):\n    return A.sum(axis=1, keepdims=True)",
        "the function returns an array of shape ",
    ),
    (
        {"J": "joint_table(m, n)"},
        "sum(sum(J[i, j], j, 1, n)**2, i, 1, m)",
        "def f(J):\n    return (J.sum(axis=0)**2).sum()",
        "the function returns ",
    ),
    (
        {"Q": "matrix(m, k)"},
        "softmax_rows(Q)",
        "def f(Q):\n    E = np.exp(Q)\n    return E / E.sum(axis=0, keepdims=True)",
        "the function returns [[",
    ),
    ({"x": "vector(n)"}, "var(x)", "def f(x):\n    return np.var(x, ddof=1)", "the function ret"),
    (
        {"p, q": "simplex(n)"},
        "KL(p, q)",
        "def f(p, q):\n    return np.sum(q * np.log(q / p))",
        "the function returns ",
    ),
    (
        {"x": "vector(n)"},
        "norm(x)",
        "def f(x):\n    return np.abs(x)",
        "the function returns an array of shape",
    ),
    ({"x": "real"}, "relu(x)", "def f(x):\n    return x if x > 1 else 0.0", "the function retur"),
    ({"x": "real"}, "x", "def f(x):\n    return 'a'", "str cannot stand here"),
    ({"x": "real"}, "x", "def f(x):\n    return None", "the function returns no real numbers"),
    ({"x": "real"}, "x", "def f(x):\n    return [x, [x]]", "the function returns a ragged list"),
    ({"x": "real"}, "x", "def f(x, lr):\n    return x", "the argument lr is not declared"),
    ({"x": "real"}, "log(x)", "def f(x):\n    return np.log(x)", "the formula is undefined"),
    (
        {"X": "ChiSquared(k)", "k": "natural"},
        "Var(X)",
        "def f(k):\n    return 2*k + (k > 500)",
        "the function returns ",
    ),
    (
        {"X": "Gamma(a, b)", "a, b": "positive"},
        "E(X)",
        "def f(X, p):\n    return p @ X",
        "the values of X cannot be listed: Gamma(a, b)",
    ),
]


@pytest.mark.parametrize(("let", "equals", "numpy", "message"), WRONG, ids=[w[2] for w in WRONG])
def test_a_wrong_snippet_is_refused_with_an_input(
    let: Mapping[str, str], equals: str, numpy: str, message: str
) -> None:
    verdict = check(let, equals, numpy)
    assert not verdict.holds
    assert verdict.points == 0
    assert verdict.message.startswith(message)


def test_the_message_shows_the_input_and_both_results() -> None:
    verdict = check({"x": "positive"}, "x + 1", "def f(x):\n    return x - 1")
    assert verdict.code == "wrong-snippet"
    assert " but x + 1 is " in verdict.message
    assert " for x = " in verdict.message


def test_the_place_is_the_offending_piece() -> None:
    numpy = "def f(x):\n    return np.load(x)"
    verdict = check({"x": "real"}, "x", numpy)
    assert verdict.code == "snippet-not-allowed"
    assert numpy[verdict.start : verdict.end] == "np.load"
    numpy = "def f(x, lr):\n    return lr(x)"
    verdict = check({"x": "real"}, "x", numpy)
    assert numpy[verdict.start : verdict.end] == "lr"
    assert "df is the derivative of f" in verdict.hint


def test_a_snippet_without_a_formula_is_only_inspected() -> None:
    verdict = check({"x": "real"}, "", "def f(x):\n    return x")
    assert verdict.holds
    assert not verdict.compared


def test_the_verdict_depends_on_the_content_alone() -> None:
    wrong = statement({"x": "real"}, "x + 1", "def f(x):\n    return x**3 + 1")
    first, second = check_snippet(wrong), check_snippet(wrong)
    assert first.message == second.message
    assert check_snippet(wrong, seed=1).message != first.message


@pytest.mark.slow
def test_every_snippet_of_the_examples_agrees() -> None:
    with_code = [s for s in statements("examples") if s.code is not None]
    assert with_code
    assert [s.id for s in with_code if not check_snippet(s).holds] == []


KNOWN = entries("snippets")


@pytest.mark.parametrize("entry", KNOWN, ids=[f"{e['equals']}, {e['why']}" for e in KNOWN])
def test_a_snippet_is_tried_where_it_may_fail(entry: Mapping[str, Any]) -> None:
    found = check(entry["let"], entry["equals"], entry["numpy"])
    assert found.holds is entry["right"], found.message


def test_a_snippet_may_not_change_its_argument() -> None:
    found = check({"x": "vector(n)"}, "sum(x**2)", "def f(x):\n    x **= 2\n    return x.sum()")
    assert found.message == "the function changes its argument x"
