from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pytest
from entry_data import statements

from dlcards.claims.judge.judge import check_relation, check_statement, content_seed
from dlcards.claims.parser import parse_formula, parse_type
from dlcards.claims.resolver import read_statement
from dlcards.claims.statement import Statement, StatementText, Type
from dlcards.claims.verdict import Level, Verdict

STATISTICAL = {"law-of-large-numbers", "central-limit-theorem"}


def stated(
    claim: str,
    let: Mapping[str, str],
    define: Mapping[str, str] | None = None,
    equality: Mapping[str, str] | None = None,
    given: Sequence[str] = (),
) -> Statement:
    text = StatementText(
        "entry",
        let=let,
        define=define or {},
        claims=((("claim",), claim, equality or {}),),
        given=tuple(given),
    )
    statement, problems = read_statement(text)
    assert statement is not None, problems
    return statement


def judged(claim: str, /, **let: str) -> Verdict:
    return check_statement(stated(claim, let), prove=False)[0]


def judged_with(define: Mapping[str, str], claim: str, /, **let: str) -> Verdict:
    return check_statement(stated(claim, let, define), prove=False)[0]


CLAIMING = [each for each in statements("equations", "examples") if each.claims]


@pytest.mark.slow
@pytest.mark.exhaustive(every=8)
@pytest.mark.parametrize("statement", CLAIMING, ids=lambda s: s.id)
def test_every_claim_of_the_collection_holds(statement: Statement) -> None:
    verdicts = check_statement(statement, prove=False)
    assert verdicts
    for verdict in verdicts:
        expected = Level.STATISTICAL if statement.id in STATISTICAL else Level.NUMERIC
        assert (verdict.level, verdict.message) == (expected, "")
        assert verdict.points >= 3


def test_declarations_that_a_claim_does_not_use_cost_nothing() -> None:
    many = dict.fromkeys("UVWXYZ", "Normal(0, 1)")
    assert check_relation(parse_formula("E(X*Y*Z) == 0*Var(X)"), declared(**many)).holds


def test_a_false_claim_is_refuted_by_a_readable_point() -> None:
    verdict = judged("d(x**2, x) == x", x="real")
    assert verdict.code == "refuted-claim"
    assert verdict.level is None
    assert not verdict.holds
    assert verdict.message == "false at x = 1: left 2, right 1"


def test_a_counter_example_shows_matrices_and_laws() -> None:
    matrices = judged("A @ B == B @ A", A="square(n)", B="square(n)")
    assert "A = [[" in matrices.message
    assert "left [[" in matrices.message
    chance = judged("E(X**2) == E(X)**2", X="random")
    assert "X = " in chance.message
    assert "chances" in chance.message


def test_an_undefined_point_names_the_missing_hypothesis() -> None:
    verdict = judged("x/x == 1", x="real")
    assert verdict.code == "undefined-at-point"
    assert verdict.message == "undefined at x = 0: division by zero"
    assert verdict.hint == "declare x: nonzero"


@pytest.mark.parametrize(
    ("claim", "let", "hint"),
    [
        ("log(x**2) == 2*log(x)", {"x": "real"}, "add given: [x**2 > 0]"),
        ("sqrt(x)**2 == x", {"x": "real"}, "declare x: nonnegative"),
        ("A @ inv(A) == eye(n)", {"A": "square(n)"}, "declare A: invertible(n)"),
        ("A @ inv(A) == eye(n)", {"A": "psd(n)"}, "declare A: spd(n)"),
        ("inv(A.T @ A) @ A.T @ A == eye(n)", {"A": "matrix(m, n)"}, "declare A: fullrank(m, n)"),
        ("d(abs(x), x) == sign(x)", {"x": "real"}, "declare x: nonzero"),
        ("sum(x)/sum(x) == 1", {"x": "vector(n)"}, "add given: [sum(x) != 0]"),
    ],
)
def test_hints_name_the_type_or_the_hypothesis_that_would_do(
    claim: str, let: Mapping[str, str], hint: str
) -> None:
    verdict = judged(claim, **let)
    assert verdict.code == "undefined-at-point"
    assert verdict.hint == hint


@pytest.mark.parametrize(
    ("claim", "let"),
    [
        ("A + b == b + A", {"A": "matrix(m, n)", "b": "vector(m)"}),
        ("A @ x == x.T @ A", {"A": "square(n)", "x": "vector(n)"}),
        ("x*A == A*x", {"A": "matrix(m, n)", "x": "vector(n)"}),
    ],
)
def test_shapes_that_do_not_fit_are_told_apart_from_falsehood(
    claim: str, let: Mapping[str, str]
) -> None:
    verdict = check_relation(parse_formula(claim), declared(**let))
    assert verdict.code == "wrong-shape"


def declared(**let: str) -> Statement:
    """Declare names that no claim uses."""
    types = {name: parse_type(kind) for name, kind in let.items()}
    return Statement("entry", {**types, "m": Type("dim"), "n": Type("dim")}, {})


@pytest.mark.parametrize(
    ("claim", "given"),
    [
        ("x == x", {"x": "real"}),
        ("x <= x", {"x": "real"}),
        ("sum(x[i], i, 1, n) == sum(x[k], k, 1, n)", {"x": "vector(n)"}),
    ],
)
def test_a_claim_with_equal_sides_says_nothing(claim: str, given: Mapping[str, str]) -> None:
    assert judged(claim, **given).code == "vacuous-claim"


def test_a_definition_restated_says_nothing() -> None:
    statement = stated("p == softmax(z)", {"z": "vector(n)"}, {"p": "softmax(z)"})
    assert check_statement(statement, prove=False)[0].code == "vacuous-claim"
    with_parameter = stated("p(2*x) == exp(2*x)", {"x": "real"}, {"p(t)": "exp(t)"})
    assert check_statement(with_parameter, prove=False)[0].code == "vacuous-claim"


@pytest.mark.parametrize(
    "claim",
    ["x + y == y + x", "(x + y) + 1 == x + (y + 1)", "x + 0*y == x", "(x*y)**2 == x**2*y**2"],
)
def test_laws_of_arithmetic_are_claims(claim: str) -> None:
    assert judged(claim, x="real", y="real").holds


def test_an_inequality_without_its_equality_case_is_noted() -> None:
    assert judged("x**2 >= 0", x="real").note == "sharpness not shown"
    statement = stated("x**2 >= 0", {"x": "real"}, equality={"x": "0"})
    assert check_statement(statement, prove=False)[0].note == ""


def test_an_equality_case_that_is_none_is_refused() -> None:
    statement = stated("x**2 >= 0", {"x": "real"}, equality={"x": "1"})
    verdict = check_statement(statement, prove=False)[0]
    assert verdict.code == "refuted-claim"
    assert "not an equality in the stated case" in verdict.message


@pytest.mark.slow
def test_a_wrong_constant_shows_next_to_the_equality_case() -> None:
    let = {"x": "vector(n)", "y": "vector(n)"}
    assert judged("abs(x.T @ y) <= 1.01*norm(x)*norm(y)", **let).holds
    statement = stated("abs(x.T @ y) <= 1.01*norm(x)*norm(y)", let, equality={"y": "2*x"})
    assert not check_statement(statement, prove=False)[0].holds


@pytest.mark.slow
def test_a_strict_inequality_excludes_equality() -> None:
    assert judged("x**2 >= 0", x="real").holds
    assert judged("x**2 > 0", x="real").code == "refuted-claim"
    assert judged("x**2 > 0", x="nonzero").holds
    assert judged("sigmoid(x) < 1", x="real").holds


@pytest.mark.slow
def test_convergence_is_shown_by_mean_and_variance() -> None:
    verdict = judged("converges(avg(X, n), n, E(X))", X="random", n="natural")
    assert verdict.level is Level.STATISTICAL
    assert verdict.points >= 8
    false = judged("converges(avg(X, n), n, 2*E(X))", X="random", n="natural")
    assert false.code == "refuted-claim"


@pytest.mark.slow
def test_nothing_converges_to_what_is_undefined() -> None:
    let = {"X": "Normal(0, 1)", "n": "natural"}
    false = stated("converges(avg(X**2, n), n, E(X**(-2)))", let)
    assert holds_for(range(16), false) == []
    assert holds_for(range(4), stated("converges(avg(X**2, n), n, E(X**2))", let)) == [*range(4)]


def test_verdicts_do_not_depend_on_the_entry_or_the_moment() -> None:
    statement = stated("d(x**2, x) == x", {"x": "real"})
    first, second = (check_statement(statement, prove=False)[0] for _ in range(2))
    assert (first.message, first.points) == (second.message, second.points)
    claim = statement.claims[0]
    renamed = Statement("another", statement.types, statement.definitions, statement.claims)
    assert content_seed(statement, claim, 0) == content_seed(renamed, claim, 0)
    assert content_seed(statement, claim, 0) != content_seed(statement, claim, 1)


def test_a_relation_found_in_prose_is_checked_like_a_claim() -> None:
    statement = stated("sigmoid(x) + sigmoid(-x) == 1", {"x": "real"})
    assert check_relation(parse_formula("sigmoid(0) == 1/2"), statement).holds
    assert check_relation(parse_formula("sigmoid(x) <= 1/2"), statement).code == "refuted-claim"


class TestHolesFoundByMutation:
    """Each of these was once accepted."""

    @pytest.mark.parametrize(
        ("claim", "let"),
        [
            ("argmin(0*x + y**2, x) == y", {"x": "real", "y": "real"}),
            ("argmax(norm(b)**2, x) == b", {"x": "vector(n)", "b": "vector(n)"}),
        ],
    )
    def test_a_constant_objective_has_no_optimum(self, claim: str, let: Mapping[str, str]) -> None:
        assert not judged(claim, **let).holds

    @pytest.mark.parametrize("claim", ["H(X | Y) == H(X)", "H(X | Y) == 0", "H([X, Y]) == H(Y)"])
    def test_ties_of_a_joint_law_differ_between_variables(self, claim: str) -> None:
        assert judged(f"{claim}", X="random", Y="random").code == "refuted-claim"

    @pytest.mark.parametrize("claim", ["x[n + 1] == 0", "x[0] == x[1]", "A[1, n + 1] == A[1, 1]"])
    def test_an_index_outside_is_an_error(self, claim: str) -> None:
        kind = {"A": "square(n)"} if claim.startswith("A") else {"x": "vector(n)"}
        assert judged(claim, **kind).code == "undefined-at-point"

    def test_a_point_outside_the_domain_is_not_skipped(self) -> None:
        assert judged("exp(log(x)) == x", x="real").code == "undefined-at-point"

    @pytest.mark.parametrize("factor", ["1.01", "1.000001", "-1"])
    def test_a_wrong_integral_does_not_hide_behind_rounding(self, factor: str) -> None:
        claim = f"integral(exp(-a*x**2), x, -oo, oo) == {factor}*sqrt(pi/a)"
        assert judged(claim, a="positive").code == "refuted-claim"

    @pytest.mark.parametrize(
        "claim", ["integral(x, x, -oo, oo) == 0", "integral(x**3, x, -oo, oo) == 0"]
    )
    def test_a_divergent_integral_is_not_zero(self, claim: str) -> None:
        assert not judged(claim + "*a", a="real").holds

    @pytest.mark.slow
    def test_a_mean_that_does_not_exist_is_not_zero(self) -> None:
        assert not judged("E(1/Z) == 0", Z="Normal(0, 1)").holds

    @pytest.mark.parametrize("claim", ["exp(-30) == 0*x", "exp(-30 - x**2) == 0"])
    def test_a_small_number_is_not_zero(self, claim: str) -> None:
        assert judged(claim, x="real").code == "refuted-claim"

    def test_a_rounded_count_is_found_out(self) -> None:
        claim = "sum(ind((i - 1)*s + k <= 1.1*n), i, 1, n) == floor((n - k)/s) + 1"
        let = {"k": "natural", "s": "natural", "n": "integers(k, k + 12)"}
        assert judged(claim, **let).code == "refuted-claim"

    @pytest.mark.parametrize(
        "claim", ["integral(log(x), x, -a, a) == 0", "integral(1/x, x, -a, a) == 0"]
    )
    @pytest.mark.slow
    def test_an_integrand_undefined_inside_is_an_error(self, claim: str) -> None:
        assert not judged(claim, a="positive").holds

    @pytest.mark.slow
    def test_a_slow_tail_is_not_cut_off(self) -> None:
        statement = stated("integral(x*r*exp(-r*x), x, 0, oo) == 1/r", {"r": "interval(0.05, 0.3)"})
        assert check_statement(statement, prove=False)[0].holds

    def test_a_parameter_does_not_leak_into_other_definitions(self) -> None:
        define = {"c": "x**2", "p(t)": "t + c"}
        assert judged_with(define, "p(3) - x**2 == 3", x="real").holds
        hidden = {"c": "x**2", "p(x_1)": "x_1 + c"}
        assert judged_with(hidden, "p(3*x) - x**2 == 3*x", x="real").holds


@pytest.mark.parametrize(
    "claim",
    [
        "sum(sum(sum(x, i, 1, 2000), j, 1, 2000), k, 1, 2000) == x",
        "integral(integral(integral(x*s*t*u, s, 0, 1), t, 0, 1), u, 0, 1) == 0.001*x",
        "sum(sum(1/(i + j + x**2), i, 1, oo), j, 1, oo) == 1",
        "det(kron(kron(eye(60), eye(60)), eye(60))) == x",
    ],
)
@pytest.mark.slow
def test_work_is_bounded(claim: str) -> None:
    assert not judged(claim, x="positive").holds


class TestContinuousChance:
    """Events and kinks of a continuous variable are integrated piece by piece."""

    @pytest.mark.parametrize(
        "claim",
        [
            "P(Z <= 0) == 1/2",
            "P(-1 <= Z <= 1) == erf(1/sqrt(2))",
            "P(X <= mu + s) == (1 + erf(1/sqrt(2)))/2",
            "E(abs(Z)) == sqrt(2/pi)",
            "E(relu(Z)) == 1/sqrt(2*pi)",
            "Var(relu(Z)) == 1/2 - 1/(2*pi)",
            "E(Z | Z > 0) == sqrt(2/pi)",
            "E(max(X, mu)) == mu + s/sqrt(2*pi)",
            "P(W > r + t | W > r) == P(W > t)",
            "P(W <= t) == 1 - exp(-t)",
            "E(log(V)) == -1",
            "P(V <= 1/3) == 1/3",
            "E(floor(3*V)) == 1",
            "P(X > E(X)) == 1/2",
            "E(relu(X - E(X))) == s/sqrt(2*pi)",
            "E(sigmoid(X)) == integral(sigmoid(x)*pdf(X, x), x, -oo, oo)",
            "E(1/(1 + Z**2)) == sqrt(pi/2)*exp(1/2)*(1 - erf(1/sqrt(2)))",
            "E(1/(1 + V)) == log(2)",
            "E(cos(t*Z)) == exp(-t**2/2)",
        ],
    )
    @pytest.mark.slow
    @pytest.mark.exhaustive(every=3)
    def test_chances_are_exact(self, claim: str) -> None:
        names = {
            "Z": "Normal(0, 1)",
            "X": "Normal(mu, s**2)",
            "W": "Exponential(1)",
            "V": "Uniform(0, 1)",
            "mu": "real",
            "s": "positive",
            "r": "positive",
            "t": "positive",
        }
        verdict = check_relation(parse_formula(claim), declared(**names))
        assert (verdict.code, verdict.message) == ("", "")

    def test_a_wrong_chance_is_refuted(self) -> None:
        names = {"Z": "Normal(0, 1)"}
        verdict = check_relation(parse_formula("P(Z <= 1) == erf(1)"), declared(**names))
        assert verdict.code == "refuted-claim"

    def test_what_cannot_be_integrated_is_not_called_false(self) -> None:
        names = {"Z, W": "Normal(0, 1)", "a": "positive"}
        claim = "P(Z**2 + W**2 <= a**2) == 1 - exp(-a**2/2)"
        verdict = check_relation(parse_formula(claim), declared(**names))
        assert verdict.code == "undecided-claim"

    @pytest.mark.slow
    def test_chances_of_two_names_are_found(self) -> None:
        names = {"Z": "Normal(0, 1)", "W": "Normal(0, 1)"}
        for claim in ("P(Z <= W) == 1/2", "P(Z*W > 0) == 1/2"):
            assert check_relation(parse_formula(claim), declared(**names)).holds


@pytest.mark.parametrize(
    "claim",
    [
        "sum(1/k**2, k, 1, oo) == pi**2/6",
        "sum((-1)**(k + 1)/k, k, 1, oo) == log(2)",
        "integral(1/(a + x)**2, x, 0, oo) == 1/a",
        "integral(x**(a - 1)*exp(-x), x, 0, oo) == gamma(a)",
        "integral(1/(1 + x**2), x, -oo, 0) == pi/2",
    ],
)
@pytest.mark.slow
def test_slow_tails_are_summed(claim: str) -> None:
    assert check_relation(parse_formula(claim), declared(a="positive")).holds


@pytest.mark.parametrize("claim", ["sum(1/k, k, 1, oo) == 9", "sum((-1)**k, k, 0, oo) == 1/2"])
def test_a_divergent_series_has_no_value(claim: str) -> None:
    assert check_relation(parse_formula(claim), declared()).code == "undefined-at-point"


def holds_for(seeds: Iterable[int], statement: Statement) -> list[int]:
    """Return the seeds for which the claim of a statement holds."""
    return [s for s in seeds if check_statement(statement, prove=False, seed=s)[0].holds]


@pytest.mark.parametrize(
    "claim",
    [
        "P(1.1*X <= a & Y <= b) == P(X <= a)*P(Y <= b)",
        "P(X <= a & Y <= b) == P(X <= a)*P(Y <= 1.1*b)",
        "P(X <= a & Y <= b) == P(X < a)*P(Y <= b)",
    ],
)
@pytest.mark.slow
def test_an_event_whose_bound_is_wrong_is_refuted_beside_its_jump(claim: str) -> None:
    let = {"X, Y": "independent", "a, b": "real"}
    assert holds_for(range(8), stated("P(X <= a & Y <= b) == P(X <= a)*P(Y <= b)", let)) == [
        *range(8)
    ]
    assert holds_for(range(8), stated(claim, let)) == []


@pytest.mark.parametrize(
    ("claim", "code"),
    [
        ("all(u[i] <= max(u) & u[i] >= min(u), i, 1, n)", ""),
        ("all(u[i] > 5 & u[i] < 4, i, 1, n)", "refuted-claim"),
        ("all(u[i] <= max(u) & u[i] > min(u), i, 1, n)", "refuted-claim"),
        ("all(all(abs(u[i]*u[j]) <= norm(u)**2, i, 1, n), j, 1, n)", ""),
        ("all(all(u[i]*u[j] <= norm(u)**2/2, i, 1, n), j, 1, n)", "refuted-claim"),
        ("all(u[i] <= max(u), i, 2, n)", ""),
    ],
)
def test_all_says_every_relation_at_every_index(claim: str, code: str) -> None:
    assert judged(claim, u="vector(n)").code == code


@pytest.mark.slow
def test_a_hypothesis_may_hold_for_every_index() -> None:
    let = {"u": "vector(n)", "k": "integers(1, n)"}
    alone = "all(u[i] < u[k] + ind(i == k), i, 1, n)"
    tied = "all(u[i] <= u[k], i, 1, n)"
    assert check_statement(stated("argmax(u) == k", let, given=[alone]), prove=False)[0].holds
    found = check_statement(stated("argmax(u) == k", let, given=[tied]), prove=False)[0]
    assert not found.holds


@pytest.mark.slow
@pytest.mark.parametrize("hypothesis", ["n > 100", "n >= 5/2", "2*n + 1 > 300"])
def test_a_bound_for_a_whole_number_is_satisfied(hypothesis: str) -> None:
    verdict = check_statement(
        stated("n**2 > 2*n", {"n": "natural"}, given=[hypothesis]), prove=False
    )
    assert verdict[0].code == ""


@pytest.mark.slow
def test_a_bound_handed_to_a_definition_is_moved_to_the_jump_as_well() -> None:
    let, define = {"X": "random", "a": "real"}, {"F(t)": "P(X <= t)"}
    assert holds_for(range(8), stated("F(a) == 1 - P(X > a)", let, define)) == [*range(8)]
    assert holds_for(range(8), stated("F(a) == F(1.05*a)", let, define)) == []
    assert holds_for(range(8), stated("F(a) == P(X < a)", let, define)) == []


@pytest.mark.parametrize(
    ("claim", "let"),
    [
        ("rank(A @ B) == min(rank(A), rank(B))", {"A": "matrix(m, n)", "B": "matrix(n, p)"}),
        ("rank(A @ B) >= min(rank(A), rank(B))", {"A": "matrix(m, n)", "B": "matrix(n, p)"}),
        ("rank(A @ B) == rank(B @ A)", {"A, B": "square(n)"}),
        ("rank(A @ A) == rank(A)", {"A": "square(n)"}),
    ],
)
def test_ranks_are_tried_on_matrices_that_multiply_to_zero(
    claim: str, let: Mapping[str, str]
) -> None:
    assert holds_for(range(8), stated(claim, let)) == []


@pytest.mark.slow
@pytest.mark.exhaustive(of=6)
def test_rounding_refutes_no_determinant_that_is_zero(every: int) -> None:
    let, define = {"A": "symmetric(n)", "i": "integers(1, n)"}, {"lam": "eigvals(A)[i]"}
    statement = stated("det(A - lam*eye(n)) == 0", let, define)
    seeds = range(0, 60, every)
    assert holds_for(seeds, statement) == [*seeds]
    assert holds_for(range(8), stated("det(A - 1.001*lam*eye(n)) == 0", let, define)) == []


@pytest.mark.slow
def test_the_search_for_a_counter_example_does_not_end_in_rounding() -> None:
    let = {"x, y": "nonconstant(n)"}
    define = {"c": "mean(x*y) - mean(x)*mean(y)", "r": "c/sqrt(var(x)*var(y))"}
    case = {"y": "2*x"}
    assert holds_for(range(8, 14), stated("r <= 1", let, define, case)) == [*range(8, 14)]
    assert holds_for(range(4), stated("r <= 0.99", let, define)) == []


def test_the_second_of_two_names_means_the_columns_of_their_table() -> None:
    let = {"T": "joint_table(m, n)", "X, Y": "Joint(T)"}
    assert judged("P(Y == 1) == sum(T[i, 1], i, 1, m)", **let).holds
    assert judged("P(Y == 1) == sum(T[1, j], j, 1, n)", **let).code == "refuted-claim"


@pytest.mark.parametrize(
    ("claim", "let"),
    [
        ("(x - y)**2 + (x + y - 3)**2 > 0", {"x, y": "real"}),
        ("x**4 - 3*x + 2.044 >= 0", {"x": "real"}),
        ("c <= 1 - 1/10**9", {"c": "probability"}),
        ("x <= 3 - 1/10**7", {"x": "interval(0, 3)"}),
        ("x/(x + 10**(-8)) >= 1/2", {"x": "positive"}),
        ("(m - n - 5)**2 + (m*n - 24)**2 > 0", {"m, n": "natural"}),
        ("tr(A @ A) >= -norm1(vec(A))**2*0.49", {"A": "square(n)"}),
        ("P(abs(X - E(X)) >= 2*sqrt(E(X**2) - E(X)**2)) <= 0.24", {"X": "random"}),
    ],
)
def test_an_inequality_is_tried_where_it_is_tightest(claim: str, let: Mapping[str, str]) -> None:
    assert judged(claim, **let).code == "refuted-claim"


@pytest.mark.slow
def test_a_strict_inequality_that_comes_to_equality_is_not_accepted() -> None:
    for claim in ("(x - sqrt(3))**2 > 0", "(x**2 - 2)**2 + (x**3 - x - sqrt(2))**2 > 0"):
        assert judged(claim, x="real").code == "undecided-claim"
    for claim in ("exp(x) > 0", "exp(-x**2) > 0", "cosh(x) > x", "tanh(x) < 1"):
        assert judged(claim, x="real").holds
    assert judged("x**4 > 0", x="positive").holds
    assert judged("(x - y)**2 + (y - 1)**2 > 0", x="nonzero", y="interval(1, 2)").holds


@pytest.mark.slow
def test_what_converges_far_out_is_not_called_divergent() -> None:
    let = {"a, b, c": "positive"}
    assert judged("integral(t*exp(-a*b*c*t), t, 0, oo) == 1/(a*b*c)**2", **let).holds
