"""A printed hypothesis is needed: without it, or with a wider type, something fails."""

from __future__ import annotations

import pytest

from dlcards.claims.needless import needless_hypotheses
from dlcards.claims.resolver import read_statement
from dlcards.claims.statement import FormulaProblem, Path, StatementText


def found(text: StatementText) -> list[FormulaProblem]:
    statement, problems = read_statement(text)
    assert statement is not None, problems
    return list(needless_hypotheses(text, statement))


def stated(claim: str, **let: str) -> StatementText:
    return StatementText("entry", let=let, claims=((("claim", 0, "formula"), claim, {}),))


@pytest.mark.parametrize(
    ("claim", "let", "wider"),
    [
        ("exp(x)*exp(-x) == 1", {"x": "positive"}, "x: real"),
        ("sqrt(x)**2 == x", {"x": "positive"}, "x: nonnegative"),
        ("inv(A) @ A == eye(n)", {"A": "spd(n)"}, "A: invertible(n)"),
        ("tr(A.T) == tr(A)", {"A": "symmetric(n)"}, "A: square(n)"),
        ("entropy(p) >= 0", {"p": "open_simplex(n)"}, "p: simplex(n)"),
        ("f(x) + f(x) == 2*f(x)", {"f": "smooth_function", "x": "real"}, "f: function"),
        ("E(2*X) == 2*E(X)", {"X": "centered"}, "X: random"),
    ],
)
def test_a_type_that_says_too_much_is_told(claim: str, let: dict[str, str], wider: str) -> None:
    (problem,) = found(stated(claim, **let))
    assert problem.code == "needless-hypothesis"
    assert problem.warning
    assert problem.path == ("let", wider.split(":")[0])
    assert wider in problem.message


@pytest.mark.parametrize(
    ("claim", "let"),
    [
        ("exp(log(x)) == x", {"x": "positive"}),
        ("log(x**2) == 2*log(x)", {"x": "positive"}),
        ("x.T @ A @ x >= 0", {"A": "psd(n)", "x": "vector(n)"}),
        ("sum(p) == 1", {"p": "simplex(n)"}),
        ("d(2*f(x), x) == 2*D(f, x)", {"f": "smooth_function", "x": "real"}),
        ("integral(2*f(x), x, 0, 1) == 2*integral(f(x), x, 0, 1)", {"f": "smooth_function"}),
        ("E(X*Y) == E(X)*E(Y)", {"X": "independent", "Y": "random"}),
        ("exp(h) == 1 + h + O(h**2)", {"h": "positive"}),
    ],
)
def test_a_hypothesis_that_is_needed_is_not_told(claim: str, let: dict[str, str]) -> None:
    assert found(stated(claim, **let)) == []


def test_names_under_unsaid_are_not_printed() -> None:
    text = StatementText(
        "entry",
        let={"A": "symmetric(n)"},
        claims=((("claim", 0, "formula"), "tr(A.T) == tr(A)", {}),),
        unsaid=("A",),
    )
    assert found(text) == []


@pytest.mark.parametrize(
    ("claim", "relation", "told"),
    [
        ("exp(x)*exp(-x) == 1", "x > 1", True),
        ("(x**2 - 4)/(x - 2) == x + 2", "x != 2", False),
        ("abs(x - 1) == x - 1", "x > 1", False),
    ],
)
def test_a_relation_that_nothing_needs_is_told(claim: str, relation: str, told: bool) -> None:
    claims: tuple[tuple[Path, str, dict[str, str]], ...] = ((("claim", 0, "formula"), claim, {}),)
    shared = StatementText("entry", let={"x": "real"}, claims=claims, given=(relation,))
    own = StatementText("entry", let={"x": "real"}, claims=claims, claim_given={0: (relation,)})
    assert [p.path for p in found(shared)] == [("given", 0)] * told
    assert [p.path for p in found(own)] == [("claim", 0, "given", 0)] * told


@pytest.mark.slow
def test_a_snippet_may_need_what_the_claim_does_not() -> None:
    text = StatementText(
        "entry",
        let={"x": "positive"},
        claims=((("claim", 0, "formula"), "exp(x)*exp(-x) == 1", {}),),
        code_equals="x",
        code_numpy="def f(x):\n    return np.sqrt(x)**2\n",
    )
    assert [p.message for p in found(text)] == ["every claim holds for 'x: nonnegative' as well"]
