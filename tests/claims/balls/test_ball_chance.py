"""Expectations, probabilities, conditions, copies and laws."""

from __future__ import annotations

import re

import pytest
from evaluated import digits, evaluation, value
from flint import arb, fmpq

from dlcards.claims.balls.errors import TooMuchWork, Undefined, Unsettled
from dlcards.claims.balls.numbers import real_ball, surely_differ
from dlcards.claims.balls.values import Laws, as_number

LET = {
    "X": "Normal(0, 1)",
    "Y": "Normal(1, 4)",
    "T": "Exponential(2)",
    "U": "Uniform(0, 1)",
    "K": "Poisson(3)",
    "J": "Geometric(1/3)",
    "B": "Binomial(4, 1/3)",
    "G": "Gamma(2, 3)",
    "S": "StudentT(5)",
    "R": "Pareto(1, 3)",
    "F": "FisherF(4, 7)",
    "N": "NegativeBinomial(5/2, 1/3)",
    "V": "InverseGamma(3, 2)",
    "A": "Beta(2, 3)",
    "Q": "ChiSquared(3)",
    "C": "Categorical([1/2, 1/3, 1/6])",
    "Z": "Dirichlet([1, 2, 3])",
    "M": "MultivariateNormal([1, 2], [[2, 1], [1, 3]])",
    "L": "Multinomial(3, [1/2, 1/2])",
    "n": "natural",
    "a": "positive",
    "W": "Exponential(a)",
    "u": "Uniform(0, 1)",
    "t": "Exponential(2)",
}


def declared(formula: str) -> dict[str, str]:
    used = set(re.findall(r"\b[A-Za-z]\b", formula))
    used |= {"a"} if "W" in used else set()
    return {name: type_ for name, type_ in LET.items() if name in used}


def given(formula: str) -> dict[str, object]:
    return {name: x for name, x in {"n": 4, "a": "3/2"}.items() if name in declared(formula)}


EXACT = [
    ("E(X**4)", "3"),
    ("Var(Y)", "4"),
    ("Cov(X, X + Y)", "1"),
    ("E(X*T)", "0"),
    ("Var(B)", "8/9"),
    ("Var(K)", "3"),
    ("Var(J)", "6"),
    ("Var(G)", "2/9"),
    ("Var(S)", "5/3"),
    ("P(J > 3)", "8/27"),
    ("P(J >= 3)", "4/9"),
    ("P(3 > J)", "5/9"),
    ("P(J <= 7/2)", "19/27"),
    ("P(J < 1)", "0"),
    ("E(F)", "7/5"),
    ("E(R**2)", "3"),
    ("E(N)", "5"),
    ("E(V)", "1"),
    ("Var(A)", "1/25"),
    ("E(Q**2)", "15"),
    ("E(C)", "5/3"),
    ("E(Z[2])", "1/3"),
    ("Var(Z[1])", "5/252"),
    ("Cov(M)[1, 2]", "1"),
    ("Cov(L)[1, 2]", "-3/4"),
    ("d(E(W**2), a)", "-32/27"),
    ("Var(avg(X, n))", "1/4"),
    ("E(avg(G, n)**3)", "5/12"),
    ("E(avg(X**2, n) - avg(X, n)**2)", "3/4"),
    ("Cov(avg(G, n), iid(G, 1))", "1/18"),
    ("Var(iid(X, 1) + iid(X, 2))", "2"),
]


@pytest.mark.parametrize(("formula", "known"), EXACT)
def test_a_moment_is_exact(formula: str, known: str) -> None:
    found, where = evaluation(formula, declared(formula), given(formula))
    if digits(found) != known:  # square roots on the way leave a ball
        assert digits(found, 12) == digits(fmpq(*map(int, known.split("/"))) + 0 * found, 12)  # type: ignore[operator]
    assert not where.estimated


def test_a_tail_costs_what_lies_below_it() -> None:
    let, at = {"p": "probability", "J": "Geometric(p)"}, {"p": "1/10000"}
    found, where = evaluation("P(J > 1000)", let, at)
    assert float(real_ball(as_number(found)).mid()) == pytest.approx(0.9999**1000, rel=1e-12)
    assert not where.estimated


@pytest.mark.parametrize(
    ("formula", "known"),
    [
        ("P(X > 1)", "0.158655253931457"),
        ("P(X < Y)", "0.672639576990711"),
        ("E(exp(X))", "1.64872127070013"),
        ("E(abs(X))", "0.797884560802865"),
        ("E(max(X, Y))", "1.47981070634839"),
        ("E(X | X > 0)", "0.797884560802865"),
        ("E(X*Y | X > 0)", "0.797884560802865"),
        ("P(T > 1)", "0.135335283236613"),
        ("E(cos(J))", "-0.0581754791196652"),
        ("E(exp(K))", "173.269032091252"),
        ("P(avg(X, n) > 1)", "0.0227501319481792"),
        ("P(avg(T, n) > 1)", "0.0423801119916840"),
        ("pdf(X**2, 3/2)", "0.153866322805455"),
        ("pdf(exp(X), 2)", "0.156874019278981"),
        ("pdf(X + Y, 1)", "0.178412411615277"),
    ],
)
def test_an_integral_over_a_law(formula: str, known: str) -> None:
    assert digits(value(formula, declared(formula), given(formula))) == known


@pytest.mark.parametrize(
    ("formula", "known"),
    [
        ("P(U + u <= 5/4)", "0.718750000000000"),
        ("P(U*u <= 1/4)", "0.596573590279973"),
        ("P(max(U, u) <= 1/3)", "0.111111111111111"),
        ("P(min(T, t) > 1)", "0.0183156388887342"),
        ("P(1/2 < max(T, t))", "0.600423599106272"),
        ("E(abs(U - u))", "0.333333333333333"),
        ("E(abs(T - t))", "0.500000000000000"),
        ("P(T < t & T > 1)", "0.00915781944436709"),
        ("P(T < U)", "0.567667641618306"),
    ],
)
def test_a_kink_of_two_names_moves(formula: str, known: str) -> None:
    found = float(real_ball(as_number(value(formula, declared(formula)))).mid())
    assert found == pytest.approx(float(known), rel=1e-12)


def test_a_power_between_two_ends_has_a_closed_form() -> None:
    for formula, known in (
        ("E(X**3*ind(X > 1))", "0.725912173557430"),
        ("E(T**2*ind(T > 1))", "0.338338208091532"),
        ("E(U**2*ind(U > 1/2))", "7/24"),
    ):
        found, where = evaluation(formula, declared(formula))
        assert digits(found) == known
        assert not where.estimated


def test_a_chance_has_a_slope_in_the_rate_of_its_law() -> None:
    found = value("d(P(W > 2), a)", declared("W"), {"a": 1})
    assert digits(found) == "-0.270670566473225"


def test_a_law_without_end_has_complex_means() -> None:
    known = "-0.0492888241119187 + 0.00702595148935012j"
    assert digits(value("E(exp(1j*pi*K/2))", declared("K"))) == known


def test_a_tail_of_a_known_law_is_proved() -> None:
    for formula in ("E(exp(X))", "E(X | X > 0)", "E(cos(J))", "E(exp(K))", "P(T > 1)"):
        assert not evaluation(formula, declared(formula))[1].estimated, formula


@pytest.mark.parametrize("formula", ["E(S**6)", "E(R**3)", "E(V**3)", "E(B | B > 4)"])
def test_what_does_not_exist_is_told(formula: str) -> None:
    with pytest.raises(Undefined):
        value(formula, declared(formula))


def test_a_joint_law_is_summed_exactly() -> None:
    laws = Laws(
        weights=[fmpq(1, 2), fmpq(1, 3), fmpq(1, 6)],
        joint={"X": [fmpq(1), fmpq(1), fmpq(4)], "Y": [fmpq(0), fmpq(2), fmpq(2)]},
    )
    let = {"X": "random", "Y": "random"}
    assert value("E(X)", {"X": "random"}, {}, laws) == fmpq(3, 2)
    assert value("E(X | Y == 2)", let, {}, laws) == fmpq(2)
    assert value("E(E(X | Y)) - E(X)", let, {}, laws) == fmpq(0)
    assert value("P(Y == 2)", {"Y": "random"}, {}, laws) == fmpq(1, 2)


def test_two_names_share_a_table() -> None:
    table = {"T": [["1/2", "1/4"], ["0", "1/4"]]}
    let = {"T": "joint_table(m, n)", "X, Y": "Joint(T)"}
    known = {**table, "m": 2, "n": 2}
    assert value("P(X == 1 & Y == 2)", let, known) == fmpq(1, 4)
    assert value("P(X == 1 | Y == 2)", let, known) == fmpq(1, 2)
    assert digits(value("MI(X, Y) - H(X) + H(X | Y)", let, known), 5) in ("0", "0e-37", "0e-38")


@pytest.mark.parametrize(
    ("formula", "closed"),
    [
        ("KL(Normal(1, 2), Normal(0, 3))", "log(3/2)/2 + 1/2 - 1/2"),
        ("KL(Gamma(2, 3), Gamma(1, 1))", "digamma(2) + log(3) - 2 + 2/3"),
        ("KL(Bernoulli(1/3), Bernoulli(1/2))", "log(2/3)/3 + 2*log(4/3)/3"),
        ("KL(Poisson(2), Poisson(3))", "2*log(2/3) + 1"),
        ("H(X)", "log(2*pi*exp(1))/2"),
        ("H(T)", "1 - log(2)"),
        ("E(log(A))", "digamma(2) - digamma(5)"),
    ],
)
def test_entropies_and_divergences_of_laws(formula: str, closed: str) -> None:
    found = as_number(value(formula, declared(formula)))
    assert not surely_differ(found, as_number(value(closed)))
    assert real_ball(found).rad() < 1e-15


def test_a_law_with_mass_where_the_other_has_none_is_infinitely_far() -> None:
    assert digits(value("KL(Uniform(0, 1), Uniform(1/2, 2))")) == "oo"


DENSITY = {"h(u, v)": "u + v"}
"""A density on the unit square; each name alone has the density u + 1/2."""


@pytest.mark.parametrize(
    ("formula", "known"),
    [
        ("E(X)", "7/12"),
        ("E(X*Y)", "1/3"),
        ("Cov(X, Y)", "-1/144"),
        ("E(X | Y == 0)", "2/3"),
        ("E(X | Y == 1/2)", "7/12"),
        ("E(E(X | Y))", "7/12"),
        ("E((X + Z)**2)", "17/12"),
        ("pdf(Y, 1/4)", "3/4"),
        ("pdf(Y, 2)", "0"),
    ],
)
def test_two_names_share_a_density(formula: str, known: str) -> None:
    let = {"X, Y": "Density(h, 0, 1, 0, 1)", "Z": "Normal(0, 1)"}
    used = {n: t for n, t in let.items() if n[0] != "Z" or "Z" in formula}
    found = real_ball(as_number(value(formula, used, define=DENSITY)))
    gap = abs(found - arb(fmpq(*map(int, known.split("/")))))
    assert gap < arb(10) ** -12


def test_a_density_has_to_integrate_to_1() -> None:
    with pytest.raises(Undefined, match="integral is not 1"):
        value("E(X)", {"X": "Density(g, 0, 1)"}, define={"g(x)": "3*x"})
    assert (
        digits(value("H(X)", {"X": "Density(g, 0, oo)"}, define={"g(x)": "exp(-x)"}), 5) == "1.0000"
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("law", "formula"),
    [
        ("Gamma(10**6, 1)", "E(1/X)"),
        ("Beta(10**9, 1/2)", "P(X > 1/2)"),
        ("InverseGamma(10**6, 1)", "E(exp(-X))"),
    ],
)
def test_a_law_whose_mass_lies_far_off_is_not_overlooked(law: str, formula: str) -> None:
    try:
        found = real_ball(as_number(value(formula, {"X": law})))
    except (Unsettled, TooMuchWork):
        return
    assert not found < arb(10) ** -9


ON_ONE_SIDE = [
    ("P(G <= 1/100)", "0.000441100445036578"),
    ("P(A <= 1/100)", "0.000592030000000000"),
    ("P(A > 99/100)", "3.97000000000000e-6"),
    ("P(S > 40)", "9.20598108588648e-8"),
    ("P(S < -40)", "9.20598108588648e-8"),
    ("P(F <= 1/10)", "0.0209991397681567"),
    ("P(V <= 1/100)", "2.79560937366088e-83"),
    ("P(V > 100)", "1.31349244824067e-6"),
    ("P(Q > 200)", "4.21854110719204e-43"),
    ("P(R > 10)", "0.00100000000000000"),
    ("P(J > 500)", "9.00265219617395e-89"),
    ("P(K > 150)", "6.53449196350674e-195"),
    ("P(K <= 10**6)", "1.00000000000000"),
    ("P(N > 200)", "1.70452926176885e-33"),
]
"""Probabilities of tails, to digits of their own."""

UNDONE = [
    ("P(exp(X) <= 2)", "P(X <= log(2))"),
    ("P(-log(U)/3 <= 1/7)", "1 - exp(-3/7)"),
    ("P(U**(2/3) > 1/4)", "7/8"),
    ("P(U**(-2) > 4)", "1/2"),
    ("P(1/X <= 2)", "P(X > 1/2) + 1/2"),
    ("P(1/X**2 > 1)", "erf(1/sqrt(2))"),
    ("P(X**2 <= 0)", "0"),
    ("P(cosh(X) <= 1)", "0"),
    ("P(tanh(X) <= 1/2)", "P(X <= log(3)/2)"),
    ("P(sigmoid(X) <= 1/4)", "P(X > log(3))"),
    ("P(floor(T) <= 2)", "1 - exp(-6)"),
    ("P(ceil(T) == 2)", "exp(-2) - exp(-4)"),
    ("P(ceil(log(U)/log(1/2)) <= 7/3)", "3/4"),
    ("P(2**U <= sqrt(2))", "1/2"),
    ("P(atan(X) > 0)", "1/2"),
    ("P(sinh(X) <= -sinh(1))", "P(X > 1)"),
    ("P(X/sqrt(Q/3) <= 1)", "P(t_3 <= 1)"),
    ("P(U/u <= 1/2)", "1/4"),
    ("P(U/u > 2)", "1/4"),
]
"""Events of which the variable stands below functions that have an inverse."""


@pytest.mark.parametrize(("formula", "known"), ON_ONE_SIDE)
def test_the_probability_of_a_tail_is_known_to_digits_of_its_own(formula: str, known: str) -> None:
    found, where = evaluation(formula, declared(formula), given(formula))
    assert real_ball(as_number(found)).str(15, radius=False) == known
    assert not where.estimated


@pytest.mark.parametrize(("formula", "known"), UNDONE)
def test_an_event_is_solved_for_its_variable(formula: str, known: str) -> None:
    found, where = evaluation(formula, declared(formula))
    wanted = {"t_3": "StudentT(3)"} if "t_3" in known else declared(known)
    gap = real_ball(as_number(found)) - real_ball(as_number(value(known, wanted)))
    assert abs(gap) < arb(10) ** -15
    assert not where.estimated


def test_a_jump_very_far_out_is_not_missed() -> None:
    found, _ = evaluation("P(log(X) <= 4000)", {"X": "Pareto(1, 1/8000)"})
    assert digits(found) == digits(value("1 - exp(-1/2)"))
