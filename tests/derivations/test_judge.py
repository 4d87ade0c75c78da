"""Lines are judged as claims are: corrupted in a small way, they are refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dlcards.claims.statement import StatementText
from dlcards.derivations.model import ChainText, DerivationText, LineText, SlipText
from dlcards.derivations.task import DerivationTask, Judged, judge_derivation

LEAST_SQUARES = StatementText(
    "least-squares",
    {"X": "matrix(m, n)", "w": "vector(n)", "y": "vector(m)"},
    claims=((("claim", 0, "formula"), "grad(norm(X @ w - y)**2, w) == 2*X.T @ (X @ w - y)", {}),),
)
START = "grad(norm(X @ w - y)**2, w)"
LINES = (
    "grad((X @ w - y).T @ (X @ w - y), w)",
    "2*jac(X @ w - y, w).T @ (X @ w - y)",
    "2*X.T @ (X @ w - y)",
)


def line(slot: int, text: str, relation: str = "==") -> LineText:
    return LineText(slot, text, "a rule", (), relation, ("derivation", "lines", slot - 1))


def chain(start: str, lines: tuple[LineText, ...], **more: object) -> ChainText:
    plain = ChainText("", "", "An idea.", start, {}, (), lines, (), ("derivation",))
    return replace(plain, **more)  # type: ignore[arg-type]


def judged(base: StatementText, *chains: ChainText) -> Judged:
    return judge_derivation(DerivationTask(DerivationText(base.id, base, chains), prove=False))


def codes(base: StatementText, *chains: ChainText) -> list[str]:
    return [problem.code for problem in judged(base, *chains).problems]


@pytest.mark.slow
def test_a_chain_of_true_lines_holds() -> None:
    found = judged(LEAST_SQUARES, chain(START, tuple(map(line, (1, 2, 3), LINES))))
    assert found.problems == ()
    assert [each.level for each in found.chains[0][1]] == ["numeric"] * 3


@pytest.mark.slow
@pytest.mark.parametrize(
    ("slot", "corrupted"),
    [
        pytest.param(1, "grad((X @ w + y).T @ (X @ w - y), w)", id="sign"),
        pytest.param(2, "jac(X @ w - y, w).T @ (X @ w - y)", id="factor"),
        pytest.param(2, "2*jac(X @ w - y, w).T @ (X @ w)", id="term"),
        pytest.param(2, "2*jac(X @ w - y, w).T @ (y - X @ w)", id="order"),
    ],
)
def test_a_corrupted_line_is_told_once(slot: int, corrupted: str) -> None:
    """The next line does not follow from it either, but from the one before."""
    texts = [corrupted if place == slot else text for place, text in enumerate(LINES, 1)]
    (problem,) = judged(LEAST_SQUARES, chain(START, tuple(map(line, (1, 2, 3), texts)))).problems
    assert problem.code == "line-does-not-follow"
    assert problem.path == ("derivation", "lines", slot - 1, "line")


@pytest.mark.slow
def test_two_corrupted_lines_are_told_each() -> None:
    texts = (LINES[0].replace("-", "+", 1), LINES[1].replace("2*", ""), LINES[2])
    problems = judged(LEAST_SQUARES, chain(START, tuple(map(line, (1, 2, 3), texts)))).problems
    assert [problem.path[2] for problem in problems] == [0, 1]


@pytest.mark.slow
@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param("2*X @ (X @ w - y)", id="transpose"),
        pytest.param("X.T @ (X @ w - y)", id="factor"),
        pytest.param("2*X.T @ (y - X @ w)", id="sign"),
    ],
)
def test_a_slip_is_refuted_by_a_point_or_by_its_shape(wrong: str) -> None:
    slip = SlipText(1, 2, wrong, "It is wrong.", ("derivation", "slips", 0))
    lines = tuple(map(line, (1, 2, 3), LINES))
    found = judged(LEAST_SQUARES, chain(START, lines, slips=(slip,)))
    assert found.problems == ()
    assert found.chains[0][2][0].refuted


@pytest.mark.slow
def test_an_index_is_no_matter_of_taste() -> None:
    base = StatementText(
        "transpose",
        {"A": "square(n)", "i": "integers(1, n)", "j": "integers(1, n)"},
        claims=((("claim", 0, "formula"), "(A @ A).T[i, j] == (A.T @ A.T)[i, j]", {}),),
    )
    right = chain("(A @ A).T[i, j]", (line(1, "(A @ A)[j, i]"), line(2, "(A.T @ A.T)[i, j]")))
    assert codes(base, right) == []
    wrong = replace(right, lines=(line(1, "(A @ A)[i, j]"), right.lines[1]))
    assert codes(base, wrong) == ["line-does-not-follow"]


BOUND = StatementText(
    "bound",
    {"x": "real", "h": "real"},
    claims=(
        (("claim", 0, "formula"), "sin(x)**2 <= 1", {}),
        (("claim", 1, "formula"), "exp(h) == 1 + h + O(h**2)", {}),
        (("claim", 2, "formula"), "x**2 > 4", {}),
    ),
    claim_given={2: ("x > 2",)},
)


@pytest.mark.slow
def test_a_bound_is_reached_through_an_equality() -> None:
    lines = (line(1, "1 - cos(x)**2"), line(2, "1", "<="))
    assert codes(BOUND, chain("sin(x)**2", lines)) == []
    assert codes(BOUND, chain("sin(x)**2", (lines[0], line(2, "1")))) == ["chain-end"]
    assert codes(
        BOUND, chain("sin(x)**2", (lines[0], line(2, "1/2", "<="), line(3, "1", "<=")))
    ) == ["line-does-not-follow"]


def test_what_a_line_leaves_out_is_judged_by_its_order() -> None:
    assert codes(BOUND, chain("exp(h)", (line(1, "1 + h", "≈ O(h**2)"),))) == []
    assert codes(BOUND, chain("exp(h)", (line(1, "1 + h", "≈ O(h**3)"),))) == ["chain-end"]


@pytest.mark.slow
def test_a_relation_follows_from_a_hypothesis_of_the_claim() -> None:
    given = (line(1, "x - 2 > 0", "<=>"), line(2, "x**2 > 4", "=>"))
    assert codes(BOUND, chain("x > 2", given)) == []
    back = (line(1, "x - 2 > 0", "<=>"), line(2, "x**2 > 4", "<=>"))
    assert codes(BOUND, chain("x > 2", back)) == []  # under the hypothesis both hold
    false = (line(1, "x > 3", "=>"), line(2, "x**2 > 4", "=>"))
    assert codes(BOUND, chain("x > 2", false)) == ["line-does-not-follow"]


@pytest.mark.slow
def test_a_claim_may_be_led_back_to_what_always_holds() -> None:
    base = StatementText(
        "mean",
        {"a": "positive", "b": "positive"},
        claims=((("claim", 0, "formula"), "2*a*b <= a**2 + b**2", {}),),
    )
    lines = (
        line(1, "0 <= a**2 - 2*a*b + b**2", "<=>"),
        line(2, "0 <= (a - b)**2", "<=>"),
    )
    assert codes(base, chain("2*a*b <= a**2 + b**2", lines)) == []
    false = (lines[0], line(2, "0 <= a - b", "<=>"))
    assert codes(base, chain("2*a*b <= a**2 + b**2", false)) == [
        "line-does-not-follow",
        "baseless-chain",
    ]


def test_a_line_that_writes_out_a_name_is_a_definition() -> None:
    base = StatementText(
        "name",
        {"x": "real"},
        definition="y == x + x",
        claims=((("claim", 0, "formula"), "y == 2*x", {}),),
    )
    found = judged(base, chain("y", (line(1, "x + x"), line(2, "2*x"))))
    assert [each.level for each in found.chains[0][1]] == ["definition", "numeric"]
    assert codes(base, chain("y", (line(1, "y"), line(2, "2*x")))) == ["vacuous-claim"]


@pytest.mark.slow
def test_a_branch_has_hypotheses_of_its_own() -> None:
    base = StatementText(
        "case",
        {"x": "real"},
        claims=((("claim", 0, "formula"), "sqrt(x**2) == abs(x)", {}),),
    )
    whole = chain("sqrt(x**2)", (replace(line(1, "abs(x)"), uses=("positive",)),))
    case = chain(
        "sqrt(x**2)",
        (replace(line(1, "x"), path=("derivation", "branches", "positive", "lines", 0)),),
        name="positive",
        title="x is positive",
        given=("x > 0",),
        path=("derivation", "branches", "positive"),
    )
    assert codes(base, whole, case) == []
    assert codes(base, whole, replace(case, given=())) == ["line-does-not-follow"]
