"""Where a claim fails at few points only, the judge goes there; its true sibling is accepted."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from dlcards.claims.judge.judge import check_statement
from dlcards.claims.resolver import read_statement
from dlcards.claims.statement import StatementText
from dlcards.claims.verdict import Verdict

X, XY = {"x": "real"}, {"x, y": "real"}
XYZ, MN = {"x, y, z": "real"}, {"m, n": "natural"}
SQUARE, TABLE = {"A": "square(n)"}, {"T": "joint_table(m, n)", "X, Y": "Joint(T)"}

REFUTED: list[tuple[str, Mapping[str, str]]] = [
    # the bottom of a bent valley
    ("(x*y - 5)**2 + (x + y**2 - 7)**2 > 10**(-10)", XY),
    # far from the start, where one side is many times the other
    ("exp(-x) >= 10**(-80)", {"x": "positive"}),
    # conditions that drawn points do not satisfy
    ("ind(abs(x**2 + y - 11) + abs(x - y**2 + 3) < 10**(-4)) == 0", XY),
    (
        "ind(x[1] < x[2])*ind(x[2] < x[3])*ind(x[3] < x[4])*ind(x[4] < x[5]) == 0",
        {"x": "vector(5)"},
    ),
    ("ind(abs(z**5 - 3) < 10**(-6))*ind(im(z) > 1) == 0", {"z": "complex"}),
    # one whole number of a thousand
    ("mod(k**2 + 3, 877) != 0", {"k": "integers(1, 877)"}),
    ("abs(sin(n)) > 1/(90*n)", {"n": "natural"}),
    # one that costs much, and one pair
    ("sum(ind(mod(n, k) == 0), k, 1, n) != 21", {"n": "natural"}),
    ("m**2 - 41*n**2 != -1", MN),
    # one of many valleys, and a corner that several inequalities leave
    ("(x**2 - 60*x + 900)/1000 + cos(2*x) >= -0.999", X),
    ("ind(x > 4)*ind(y > 5)*ind(z > 6)*ind(x + y + z < 152/10) == 0", XYZ),
    # sizes
    ("ind(m == 3*n + 1)*ind(n > 1)*(1 + rank(A)) == 0", {"A": "matrix(m, n)"}),
    ("rank(ones(n) @ ones(n).T - (n**2 - 110)*eye(n)) + rank(x @ x.T) >= n", {"x": "vector(n)"}),
    ("entropy(p) <= 52/10", {"p": "simplex(n)"}),
    # special matrices, vectors, masks, laws
    ("ind(rank(A) == 3)*ind(rank(A @ A) == 1) == 0", SQUARE),
    ("ind(fro(A @ A.T - A.T @ A) == 0)*ind(fro(A - A.T) > 0)*ind(tr(A) > 0) == 0", SQUARE),
    ("ind(fro(A @ A - A) == 0)*ind(rank(A) == 1)*ind(fro(A) > 3/2) == 0", SQUARE),
    ("ind(fro(A @ A @ A - eye(n)) == 0)*ind(tr(A) == 0) == 0", SQUARE),
    ("ind(rank(A - eye(n)) == 1)*ind(tr(A) == n)*ind(n > 1) == 0", SQUARE),
    (
        "ind(fro(A @ B + B @ A) == 0)*ind(rank(A) == n)*ind(rank(B) == n) == 0",
        {"A, B": "square(n)"},
    ),
    ("Cov(X, Y)**2 + ind(Var(X) == 0) + ind(Var(Y) == 0) > 0", {"X, Y": "random"}),
    ("var(u) != (max(u) - min(u))**2/4 - ind(n < 3)", {"u": "nonconstant(n)"}),
    ("det(exp(M)) != -ind(M[1, 1] < 0)*ind(M[3, 3] < 0)*(-1)**4*3", {"M": "mask_rows(4, 4)"}),
    ("Cov(X, Y) > -1/4", TABLE),
    ("H(X) < 2.4", {"X": "random"}),
    # a tiny value
    ("E(cos(15*Z)) == 0", {"Z": "Normal(0, 1)"}),
]


@pytest.mark.parametrize(("claim", "let"), REFUTED, ids=[claim for claim, _ in REFUTED])
def test_a_point_is_found_where_few_are(claim: str, let: Mapping[str, str]) -> None:
    assert judged(claim, let).code == "refuted-claim"


DOUBTED: list[tuple[str, Mapping[str, str], str]] = [
    # equal at irrational numbers alone
    ("exp(x) != 3", X, "nearer to each other"),
    ("x**3 + y != sqrt(7)", XY, "nearer to each other"),
    ("ind(exp(x) == 2 - x) == 0", X, "nearly holds"),
    # formulas that change slowly, or later than any step
    ("limit(s**(1/500)/log(s)**8, s, oo) == 0", {}, "far out"),
    ("y*log(log(9 + 1/y)) == O(y)", {"y": "positive"}, "keeps growing"),
]


@pytest.mark.parametrize(
    ("claim", "let", "reason"), DOUBTED, ids=[claim for claim, _, _ in DOUBTED]
)
def test_what_no_exact_point_shows_is_undecided(
    claim: str, let: Mapping[str, str], reason: str
) -> None:
    verdict = judged(claim, let)
    assert (verdict.code, reason in verdict.message) == ("undecided-claim", True), verdict.message


KINKS = [
    ("d(abs(x**3 - 5), x) == 3*x**2*sign(x**3 - 5)", X),
    ("d(max(exp(x), 3 - x), x) == ind(exp(x) > 3 - x)*exp(x) - ind(exp(x) < 3 - x)", X),
    ("d(lammax(diag([x, sqrt(2) - x])), x) == sign(2*x - sqrt(2))", X),
]


@pytest.mark.slow
@pytest.mark.parametrize(("claim", "let"), KINKS, ids=[claim for claim, _ in KINKS])
def test_a_derivative_is_missed_at_an_irrational_kink(claim: str, let: Mapping[str, str]) -> None:
    verdict = judged(claim, let)
    assert verdict.code == "undefined-at-point"
    assert "kink" in verdict.message


TRUE: list[tuple[str, Mapping[str, str]]] = [
    ("exp(x) != 0", X),
    ("(x*y - 5)**2 + (x + y**2 - 7)**2 >= 0", XY),
    ("ind(exp(x) == 2 - x)*(exp(x) + x - 2) == 0", X),
    ("ind(abs(x**2 + y - 11) < 10**(-4))*ind(x**2 + y > 12) == 0", XY),
    ("mod(k**2 + 1, 7) != 0", {"k": "integers(1, 877)"}),
    ("m**2 - 3*n**2 != -1", MN),
    ("(x**2 - 60*x + 900)/1000 + cos(2*x) >= -1", X),
    ("ind(x > 4)*ind(y > 5)*ind(z > 6)*ind(x + y + z < 15) == 0", XYZ),
    ("ind(m == 3*n + 1)*(m - n) == ind(m == 3*n + 1)*(2*n + 1) + 0*rank(A)", {"A": "matrix(m, n)"}),
    ("ind(fro(A @ A - A) == 0)*(rank(A) - tr(A)) == 0", SQUARE),
    ("converges(avg(X, k)*avg(Y, k), k, E(X)*E(Y))", {"X, Y": "independent", "k": "natural"}),
    ("limit(log(s)**8/s, s, oo) == 0", {}),
    ("y*(2 + sin(log(log(9 + 1/y)))) == O(y)", {"y": "positive"}),
    ("d(abs(x**3 - 5)**2, x) == 6*x**2*(x**3 - 5)", X),
    ("d(tanh(10**6*(x - sqrt(2))), x) == 10**6*(1 - tanh(10**6*(x - sqrt(2)))**2)", X),
    ("d(norm([x, 1]), x) == x/sqrt(x**2 + 1)", X),
    ("Cov(X, Y)**2 <= Var(X)*Var(Y)", TABLE),
    ("KL((p + 2*q)/3, q) <= KL(p, q)/3", {"p": "simplex(n)", "q": "open_simplex(n)"}),
    ("E(sin(15*Z)) == 0", {"Z": "Normal(0, 1)"}),
    ("norm(softmax(u) - softmax(v)) <= norm(u - v)/2", {"u, v": "vector(n)"}),
]


@pytest.mark.slow
@pytest.mark.parametrize(("claim", "let"), TRUE, ids=[claim for claim, _ in TRUE])
def test_a_true_claim_of_the_same_kind_is_accepted(claim: str, let: Mapping[str, str]) -> None:
    assert judged(claim, let).holds


@pytest.mark.slow
def test_the_bottom_of_an_inequality_may_lie_at_the_edge_of_a_hypothesis() -> None:
    given = ("x**2 + y**2 < 1/10**4",)
    assert judged("x - y <= 0.0141", XY, given).code == "refuted-claim"
    assert judged("x - y <= 0.01415", XY, given).holds


@pytest.mark.slow
def test_a_limit_law_is_tried_where_means_are_0() -> None:
    let = {"X, Y": "independent", "k": "natural"}
    claim = "converges(avg(X, k)/avg(Y, k), k, E(X)/E(Y))"
    assert judged(claim, let).code == "undefined-at-point"
    assert judged(claim, let, ("E(Y) != 0",)).holds


@pytest.mark.slow
def test_a_kink_that_a_hypothesis_excludes_does_not_count() -> None:
    claim = "d(abs(x**3 - 5), x) == 3*x**2*sign(x**3 - 5)"
    assert judged(claim, X, given=("x**3 != 5",)).holds


POLES = ["(x**3 - 5)/(x**3 - 5)*x == x", "(exp(2*x) - 9)/(exp(x) - 3) == exp(x) + 3"]


@pytest.mark.slow
@pytest.mark.parametrize("claim", POLES)
def test_a_division_by_zero_is_noticed_at_an_irrational_number(claim: str) -> None:
    verdict = judged(claim, X)
    assert (verdict.code, "division by zero" in verdict.message) == ("undefined-at-point", True)


@pytest.mark.slow
@pytest.mark.parametrize("given", ["x**3 != 5", "abs(x**3 - 5) > 0", "x > 2"])
def test_a_hypothesis_excludes_a_division_by_zero(given: str) -> None:
    assert judged(POLES[0], X, given=(given,)).holds


@pytest.mark.slow
def test_a_kink_of_a_branch_that_is_not_chosen_does_not_count() -> None:
    claim = "cases(d(abs(x**2 - 2), x), x > 2, 2*x) == 2*x"
    assert judged(claim, X).holds


def judged(claim: str, let: Mapping[str, str], given: tuple[str, ...] = ()) -> Verdict:
    text = StatementText("e", let, claims=((("claim",), claim, {}),), given=given)
    statement, problems = read_statement(text)
    assert statement is not None, problems
    return check_statement(statement, prove=False)[0]
