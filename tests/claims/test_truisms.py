from __future__ import annotations

from collections.abc import Mapping

import pytest

from dlcards.claims.judge.task import CheckTask, check_task
from dlcards.claims.resolver import read_statement
from dlcards.claims.statement import Path, StatementText
from dlcards.claims.truisms import said_by_types
from dlcards.claims.verdict import Level


def text(claim: str, let: Mapping[str, str], cited: str = "") -> StatementText:
    claims: tuple[tuple[Path, str, dict[str, str]], ...] = ((("claim", 0, "formula"), claim, {}),)
    return StatementText("a", let=let, claims=claims, claim_cited={0: cited} if cited else {})


def said(claim: str, let: Mapping[str, str]) -> str:
    statement, problems = read_statement(text(claim, let))
    assert statement is not None, problems
    return said_by_types(statement.claims[0], statement)


@pytest.mark.parametrize(
    ("claim", "let", "types"),
    [
        ("S.T == S", {"S": "symmetric(n)"}, "S: symmetric(n)"),
        ("S.T @ A == S @ A", {"S": "spd(n)", "A": "square(n)"}, "S: spd(n)"),
        ("Q.T @ Q == Q @ Q.T == eye(n)", {"Q": "orthogonal(n)"}, "Q: orthogonal(n)"),
        ("sum(p[i], i, 1, n) == 1", {"p": "simplex(n)"}, "p: simplex(n)"),
        ("norm(u) == 1", {"u": "unit(n)"}, "u: unit(n)"),
        ("E(X) == 0", {"X": "centered"}, "X: centered"),
        (
            "limit(f(x), x, a) == f(a)",
            {"f": "smooth_function", "a": "real"},
            "f: smooth_function",
        ),
        (
            "P(X <= a & Y <= b & Z > a) == P(X <= a)*P(Y <= b)*P(Z > a)",
            {"X, Y, Z": "independent", "a, b": "real"},
            "X: independent, Y: independent, Z: independent",
        ),
    ],
)
def test_what_the_types_say(claim: str, let: Mapping[str, str], types: str) -> None:
    assert said(claim, let) == types


@pytest.mark.parametrize(
    ("claim", "let"),
    [
        ("x.T @ S @ y == y.T @ S @ x", {"S": "symmetric(n)", "x, y": "vector(n)"}),
        ("A.T == A", {"A": "square(n)"}),
        ("sum(p[i]*p[i], i, 1, n) <= 1", {"p": "simplex(n)"}),
        ("abs(det(Q)) == 1", {"Q": "orthogonal(n)"}),
        ("x + 1 == 1 + x", {"x": "real"}),
        ("limit(f(x), x, a) == f(a)", {"f": "function", "a": "real"}),
        ("limit(f(g(x)), x, a) == f(g(a))", {"f, g": "smooth_function", "a": "real"}),
        ("E(X*Y) == E(X)*E(Y)", {"X, Y": "independent"}),
        ("P(X <= a & X <= b) == P(X <= a)*P(X <= b)", {"X": "independent", "a, b": "real"}),
        (
            "P(X <= a & W <= b) == P(X <= a)*P(W <= b)",
            {"X": "independent", "W": "random", "a, b": "real"},
        ),
    ],
)
def test_what_they_do_not_say(claim: str, let: Mapping[str, str]) -> None:
    assert said(claim, let) == ""


def test_a_truism_is_told_and_earns_nothing() -> None:
    outcome = check_task(CheckTask(text("S.T == S", {"S": "symmetric(n)"})))
    assert [verdict.level for verdict in outcome.checked.verdicts] == [Level.DEFINITION]
    assert [(p.code, p.warning) for p in outcome.problems] == [("true-by-type", True)]


def test_a_source_stands_in_for_a_claim_that_nothing_decides() -> None:
    outcome = check_task(CheckTask(text("pinv(A)[1, 1] == O(1)", {"A": "square(2)"}, "DLB:3.13")))
    verdict = outcome.checked.verdicts[0]
    assert (verdict.level, verdict.note) == (Level.CITED, "DLB:3.13"), verdict
    assert outcome.problems == ()


def test_a_refuted_claim_cannot_be_cited() -> None:
    outcome = check_task(CheckTask(text("x + 1 == x", {"x": "real"}, "DLB:3.13")))
    assert [problem.code for problem in outcome.problems] == ["refuted-claim"]


def test_a_source_that_is_not_needed_is_told() -> None:
    outcome = check_task(CheckTask(text("exp(x)*exp(-x) == 1", {"x": "real"}, "DLB:3.13")))
    assert [(p.code, p.path) for p in outcome.problems] == [
        ("idle-citation", ("claim", 0, "cited"))
    ]
    assert outcome.checked.verdicts[0].level is Level.PROVED
