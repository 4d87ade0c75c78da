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
    # values that collide under a map, or go round a circle
    ("H(X**3 - 7*X) == H(X)", {"X": "random"}),
    (
        "ind(P(X > Y) > 1/2)*ind(P(Y > Z) > 1/2)*ind(P(Z > X) > 1/2) == 0",
        {"X, Y, Z": "random"},
    ),
    # downhill while conditions hold
    ("ind(u.T @ v >= 0.7)*ind(v.T @ w >= 0.7)*(u.T @ w) >= 0", {"u, v, w": "unit(n)"}),
    ("ind(x > 3)*ind(y > 4)*ind(x + y < 8)*(x*y - 12.2) >= 0", XY),
    # a whole number beyond a hundred, and one of all(...)
    ("ind(prod(mod(n, k), k, 2, n - 1) > 0) == ind(mod(2**n - 2, n) == 0)", {"n": "natural"}),
    ("all(mod(n**2 + n + 41, k) != 0, k, 2, n)", {"n": "natural"}),
    # a determinant that is as large as can be
    ("abs(det(A)) <= 2**n*max(abs(vec(A)))**n", SQUARE),
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
@pytest.mark.exhaustive(every=5)
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
    ("H(X**3) == H(X)", {"X": "random"}),
    ("ind(u.T @ v >= 0.8)*ind(v.T @ w >= 0.8)*(u.T @ w - 0.28) >= 0", {"u, v, w": "unit(n)"}),
    ("ind(x > 3)*ind(y > 4)*ind(x + y < 8)*(x*y - 12) >= 0", XY),
    ("all(mod(k**2, 3) != 2, k, 1, n)", {"n": "natural"}),
    ("abs(det(A)) <= n**(n/2)*max(abs(vec(A)))**n", SQUARE),
    ("lammax(kron(A, B)) == lammax(A)*lammax(B)", {"A, B": "psd(n)"}),
    ("norm(softmax(u) - softmax(v)) <= norm(u - v)/2", {"u, v": "vector(n)"}),
]


@pytest.mark.slow
@pytest.mark.exhaustive(every=5)
@pytest.mark.parametrize(("claim", "let"), TRUE, ids=[claim for claim, _ in TRUE])
def test_a_true_claim_of_the_same_kind_is_accepted(claim: str, let: Mapping[str, str]) -> None:
    assert judged(claim, let).holds


@pytest.mark.slow
def test_the_bottom_of_an_inequality_may_lie_at_the_edge_of_a_hypothesis() -> None:
    given = ("x**2 + y**2 < 1/10**4",)
    assert judged("x - y <= 0.0141", XY, given).code == "refuted-claim"
    assert judged("x - y <= 0.01415", XY, given).holds


EVENTS, RANDOM = {"F, G": "event"}, {"X, Y": "random"}
VECTORS, FUNCTION = {"x, y": "vector(n)"}, {"f": "smooth_function"}
EQUATIONS: list[tuple[Mapping[str, str], tuple[str, ...], str, str]] = [
    (EVENTS, ("P(F & G) == P(F)*P(G)",), "P(F & ~G) == P(F)*P(~G)", "P(F & ~G) == P(F)*P(G)"),
    (
        {"F, G, K": "event"},
        ("P(F & G) == P(F)*P(G)", "P(G & K) == P(G)*P(K)", "P(F & K) == P(F)*P(K)"),
        "P(F & G)*P(K) == P(F)*P(G & K)",
        "P(F & G & K) == P(F)*P(G)*P(K)",
    ),
    ({"X": "random"}, ("E(X) == 0", "Var(X) == 1"), "E(X**2) == 1", "E(X**4) == 3"),
    (RANDOM, ("Cov(X, Y) == 0",), "Var(X + Y) == Var(X) + Var(Y)", "E(X**2*Y) == E(X**2)*E(Y)"),
    (RANDOM, ("Var(X) == Var(Y)",), "Cov(X + Y, X - Y) == 0", "E(X) == E(Y)"),
    ({"X": "independent"}, ("E(X) == 0",), "Var(X) == E(X**2)", "E(X**3) == 0"),
    (
        {"X": "random_vector(n)"},
        ("E(X) == zeros(n)",),
        "E(X @ X.T) == Cov(X, X)",
        "E(X @ X.T) == eye(n)",
    ),
    (VECTORS, ("norm(x) == norm(y)",), "(x + y).T @ (x - y) == 0", "x.T @ y == norm(x)**2"),
    (
        {"x, y, z": "vector(n)"},
        ("x.T @ y == 0", "y.T @ z == 0", "x.T @ z == 0"),
        "norm(x + y + z)**2 == norm(x)**2 + norm(y)**2 + norm(z)**2",
        "norm1(x + y + z) == norm1(x) + norm1(y) + norm1(z)",
    ),
    (
        {"x": "vector(n)"},
        ("sum(x) == 0", "norm(x) == 1"),
        "norm(x - ones(n)*sum(x)/n) == 1",
        "sum(x**3) == 0",
    ),
    ({"x": "positive_vector(n)"}, ("prod(x) == 1",), "sum(x) >= n", "sum(x) == n"),
    (SQUARE, ("A @ A == A",), "tr(A) == rank(A)", "A == A.T"),
    ({"S": "symmetric(n)"}, ("S @ S == S",), "tr(S) == rank(S)", "tr(S) == 1"),
    ({"A, B": "spd(n)"}, ("A @ B == B @ A",), "lammin(A @ B + B @ A) > 0", "A == B"),
    ({"S": "spd(n)"}, ("det(S) == 1",), "tr(S) >= n", "tr(S) == n"),
    (
        {"A": "matrix(m, n)", "x": "vector(n)", "y": "vector(m)"},
        ("A @ x == y",),
        "norm(y) <= fro(A)*norm(x)",
        "norm(y) <= norm(x) + 0*rank(A)",
    ),
    (
        FUNCTION,
        ("f(0) == f(1)",),
        "integral(D(f, s), s, 0, 1) == 0",
        "D(f, 0) == D(f, 1)",
    ),
    (
        FUNCTION,
        ("f(0) == 0", "D(f, 0) == 1"),
        "limit(f(s)/s, s, 0) == 1",
        "f(1) == 1",
    ),
    (XY, ("x**2 + y**2 == 1",), "abs(x*y) <= 1/2", "x + y <= 1.4"),
    (XY, ("x**3 + y**3 == 1",), "x + y > 0", "x*y <= 1/2"),
    ({"z, w": "complex"}, ("abs(z) == abs(w)",), "re((z + w)*conj(z - w)) == 0", "z == w"),
    (
        {"p, q": "open_simplex(n)"},
        ("entropy(p) == entropy(q)",),
        "sum(p*log(p)) == sum(q*log(q))",
        "KL(p, q) <= 0.001",
    ),
]


@pytest.mark.slow
@pytest.mark.exhaustive(every=6)
@pytest.mark.parametrize(
    ("let", "given", "true", "false"), EQUATIONS, ids=[", ".join(each[1]) for each in EQUATIONS]
)
def test_equations_between_names_are_solved(
    let: Mapping[str, str], given: tuple[str, ...], true: str, false: str
) -> None:
    assert judged(true, let, given).holds
    assert judged(false, let, given).code == "refuted-claim"


def test_equations_that_nothing_satisfies_are_not_taken_for_solved() -> None:
    for given in (("tanh(x) == 1",), ("x**2 == -1",), ("x == 1", "x**2 == 2")):
        assert judged("x == 5", X, given).code == "unsatisfied-given"


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
@pytest.mark.exhaustive(every=5)
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
