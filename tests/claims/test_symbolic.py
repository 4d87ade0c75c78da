"""Proofs raise a level; a false claim must never get one."""

from __future__ import annotations

import signal
import time
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
import sympy as sp
from entry_data import entries, statements

import dlcards.claims.prove.proof as proof_module
from dlcards.claims.judge.judge import check_relation
from dlcards.claims.mutate import mutants
from dlcards.claims.prove import Proof, prove
from dlcards.claims.prove.rational import Decision, TooLarge, decide
from dlcards.claims.prove.signs import Facts
from dlcards.claims.prove.unknown import unknown_function
from dlcards.claims.prove.words import SYMBOLIC
from dlcards.claims.prove.zero import NoProof, show_zero
from dlcards.claims.resolver import read_statement
from dlcards.claims.statement import Statement, StatementText
from dlcards.claims.types.chance.symbols import raw_moment
from dlcards.claims.verdict import Level
from dlcards.claims.words import WORDS

x, y, z = sp.symbols("x y z", real=True)
f = unknown_function("f")


def statement(let: Mapping[str, str], claim: str, **define: str) -> Statement:
    text = StatementText("claim", let, define, claims=((("claim",), claim, {}),))
    read, problems = read_statement(text)
    assert read is not None, problems
    return read


def proof(let: Mapping[str, str], claim: str, *, seconds: float = 2.0, **define: str) -> Proof:
    made = statement(let, claim, **define)
    return prove(made, made.claims[0], seconds=seconds)


PROVED = [
    ({"x": "real"}, "sin(2*x) == 2*sin(x)*cos(x)"),
    ({"x": "real"}, "tanh(x) == 2*sigmoid(2*x) - 1"),
    ({"x": "nonzero"}, "d(relu(x), x) == cases(1, x > 0, 0)"),
    ({"x": "real"}, "x == sign(x)*abs(x)"),
    ({"a": "real", "r": "interval(-1, 1)"}, "sum(a*r**k, k, 0, oo) == a/(1 - r)"),
    ({"f": "smooth_function", "x": "real"}, "d(f(x)**2, x) == 2*f(x)*D(f, x)"),
    ({"f": "smooth_function", "a, b": "real"}, "integral(D(f, t), t, a, b) == f(b) - f(a)"),
    (
        {"f, g": "smooth_function", "a, b": "real"},
        "integral(f(t)*D(g, t) + D(f, t)*g(t), t, a, b) == f(b)*g(b) - f(a)*g(a)",
    ),
    ({"x, h": "real", "f": "smooth_function"}, "f(x + h) == f(x) + h*D(f, x) + O(h**2)"),
    ({"A, B": "event"}, "P(union(A, B)) == P(A) + P(B) - P(A & B)"),
    ({"X, Y": "random", "a": "real"}, "Var(a*X + Y) == a**2*Var(X) + Var(Y) + 2*a*Cov(X, Y)"),
    ({"X": "Binomial(n, p)", "n": "natural", "p": "probability"}, "Var(X) == n*p*(1 - p)"),
    ({"X": "Normal(m, s**2)", "m": "real", "s": "positive"}, "E((X - m)**4) == 3*s**4"),
    ({"X": "Poisson(l)", "l": "positive"}, "E(X**3) == l**3 + 3*l**2 + l"),
    ({"X": "Uniform(a, b)", "a": "real", "b": "interval(a, oo)"}, "Var(X) == (b - a)**2/12"),
    ({"X": "Exponential(l)", "l": "positive"}, "Var(X) == 1/l**2"),
]

SMALL = [
    ({"A, B": "square(n)"}, "det(A @ B) == det(A)*det(B)"),
    ({"A": "matrix(m, n)", "B": "matrix(n, m)"}, "tr(A @ B) == tr(B @ A)"),
    (
        {"A": "fullrank(m, n)", "b": "vector(m)"},
        "A.T @ A @ inv(A.T @ A) @ A.T @ b == A.T @ b",
    ),
    ({"S": "spd(n)", "x": "vector(n)"}, "grad(x.T @ S @ x, x) == 2*S @ x"),
    ({"X": "random_vector(n)", "A": "matrix(m, n)"}, "Cov(A @ X) == A @ Cov(X) @ A.T"),
    ({"q, k": "white(n)"}, "Var(q.T @ k) == n"),
    ({"B": "partition(n)", "A": "event"}, "P(A) == sum(P(A | B[i])*P(B[i]), i, 1, n)"),
    ({"X, Y": "random"}, "E(E(X | Y)) == E(X)"),
    ({"p": "simplex(n)", "q": "open_simplex(n)"}, "xent(p, q) == entropy(p) + KL(p, q)"),
    ({"z": "vector(n)"}, "jac(softmax(z), z) == diag(softmax(z)) - softmax(z) @ softmax(z).T"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("let", "claim"), PROVED, ids=[claim for _, claim in PROVED])
def test_what_holds_for_all_values_is_proved(let: Mapping[str, str], claim: str) -> None:
    found = proof(let, claim)
    assert found.level is Level.PROVED, found.note


@pytest.mark.slow
@pytest.mark.parametrize(("let", "claim"), SMALL, ids=[claim for _, claim in SMALL])
def test_shapes_and_general_laws_are_proved_small(let: Mapping[str, str], claim: str) -> None:
    found = proof(let, claim)
    assert found.level is Level.PROVED_SMALL, found.note


NOT_PROVED = [
    ({"x": "real"}, "abs(x) == x", "the two sides differ"),
    ({"x": "real"}, "sqrt(x**2) == x", "the two sides differ"),
    ({"f": "smooth_function", "x": "real"}, "f(x) == f(-x)", "the two sides differ"),
    ({"f": "smooth_function", "a, b": "real"}, "integral(f(t), t, a, b) == f(b) - f(a)", "differ"),
    (
        {"x, h": "real", "f": "smooth_function"},
        "f(x + h) == f(x) + O(h**2)",
        "the two sides differ",
    ),
    ({"X, Y": "random"}, "E(X*Y) == E(X)*E(Y)", "the two sides differ"),
    ({"X": "random"}, "X == E(X)", "an equation between random variables"),
    ({"x": "vector(n)"}, "x.T @ x <= 1", "an inequality"),
    ({"A": "symmetric(n)"}, "sum(eigvals(A)) == tr(A)", "eigvals is numeric only"),
    ({"X": "random", "n": "natural"}, "converges(avg(X, n), n, E(X))", "a statistical claim"),
    ({"A": "square(n)"}, "A @ A.T == A.T @ A", "the two sides differ"),
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("let", "claim", "note"), NOT_PROVED, ids=[claim for _, claim, _ in NOT_PROVED]
)
def test_what_is_false_or_out_of_reach_is_not_proved(
    let: Mapping[str, str], claim: str, note: str
) -> None:
    found = proof(let, claim)
    assert found.level is None
    assert note in found.note
    assert not found.out_of_time


ONE_SIZE_ONLY = [
    ({"A": "square(n)"}, "det(-A) == det(A)"),
    ({"A": "square(n)"}, "inv(A) == (tr(A)*eye(n) - A)/det(A)"),
    ({"A": "square(n)"}, "A @ A == tr(A)*A - det(A)*eye(n)"),
    ({"x": "vector(n)"}, "sum(x) == x[1] + x[2]"),
    ({"x": "vector(n)"}, "mean(x) == sum(x)/2"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("let", "claim"), ONE_SIZE_ONLY, ids=[c for _, c in ONE_SIZE_ONLY])
def test_true_at_one_size_only_is_no_proof(let: Mapping[str, str], claim: str) -> None:
    assert proof(let, claim).level is None


SLACK = [
    ({"q": "white(n)"}, "Var(q.T) == n"),
    ({"z": "vector(n)", "c": "real"}, "softmax(z + c/ones(n)) == softmax(z)"),
    ({"x": "vector(n)"}, "x[0] == x[n]"),
    ({"A": "matrix(m, n)"}, "A + 1 == 1 + A"),
    (
        {"A": "matrix(m, n)", "B": "matrix(n, k)", "C": "matrix(k, l)", "v": "vector(l)"},
        "(A @ B @ C) @ v + ones(l) - ones(m) == A @ B @ C @ v",
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize(("let", "claim"), SLACK, ids=[claim for _, claim in SLACK])
def test_shapes_that_do_not_fit_are_not_made_to_fit(let: Mapping[str, str], claim: str) -> None:
    assert proof(let, claim).level is None


UNPROVABLE = entries("unprovable")


def proved_of(claims: Sequence[Mapping[str, Any]]) -> list[str]:
    proofs = (proof(e["let"], e["claim"], **e.get("define", {})) for e in claims)
    return [e["claim"] for e, found in zip(claims, proofs, strict=True) if found.level]


@pytest.mark.slow
@pytest.mark.exhaustive(of=20)
def test_no_false_claim_is_proved(every: int) -> None:
    assert len(UNPROVABLE) > 280
    assert proved_of(UNPROVABLE[::every]) == []


CONDITIONAL = [
    ({"x": "real"}, "(x**2 - 4)/(x - 2) == x + 2", "x - 2 != 0"),
    ({"x": "real"}, "exp(log(x + 6)) == x + 6", "x + 6 > 0"),
    ({"x": "real"}, "sqrt(x)*sqrt(x) == x", "x >= 0"),
    ({"A": "square(n)"}, "inv(A) @ A == eye(n)", "det(A) != 0"),
    ({"A, B": "event"}, "P(A | ~B)*P(~B) + P(A | B)*P(B) == P(A)", "P(~B) > 0"),
]


@pytest.mark.parametrize(
    ("let", "claim", "domain"), CONDITIONAL, ids=[c for _, c, _ in CONDITIONAL]
)
def test_a_proof_that_cancels_says_where_it_holds(
    let: Mapping[str, str], claim: str, domain: str
) -> None:
    found = proof(let, claim)
    assert found.level is None
    assert found.domain == domain


GIVEN = [
    ({"x": "real"}, "x != 2", "(x**2 - 4)/(x - 2) == x + 2"),
    ({"a, b": "real"}, "a + b > 0", "(a**2 - b**2)/(a + b) == a - b"),
    ({"a, b": "real"}, "a + b > 0", "exp(log(2*a + 2*b)) == 2*(a + b)"),
    ({"x": "real"}, "x > 0", "abs(x)/x == 1"),
    ({"A, B": "event"}, "P(~B) > 0", "P(A | ~B)*P(~B) + P(A | B)*P(B) == P(A)"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("let", "given", "claim"), GIVEN, ids=[c for _, _, c in GIVEN])
def test_a_hypothesis_is_assumed(let: Mapping[str, str], given: str, claim: str) -> None:
    text = StatementText("claim", let, claims=((("claim",), claim, {}),), given=(given,))
    read, problems = read_statement(text)
    assert read is not None, problems
    assert prove(read, read.claims[0]).level is Level.PROVED


RIGOROUS = [
    ({"x": "real"}, "(x + 1)**2 == x**2 + 2*x + 1", True),
    ({"x": "nonzero"}, "(x**2 + x)/x == x + 1", True),
    ({"x": "real"}, "sin(2*x) == 2*sin(x)*cos(x)", False),
    ({"A, B": "square(n)"}, "det(A @ B) == det(A)*det(B)", False),
]


@pytest.mark.parametrize(("let", "claim", "alone"), RIGOROUS, ids=[c for _, c, _ in RIGOROUS])
def test_exact_arithmetic_for_all_values_suffices_alone(
    let: Mapping[str, str], claim: str, alone: bool
) -> None:
    assert proof(let, claim).rigorous is alone


def test_a_difference_is_a_reason_for_doubt() -> None:
    assert proof({"x": "real"}, "(x + 1)**2 == x**2 + 1").doubt == "the two sides differ"
    assert not proof({"x": "real"}, "x/x == 1").doubt


def test_a_proof_at_small_sizes_says_which() -> None:
    assert proof({"x, y": "vector(n)"}, "x.T @ y == y.T @ x").note == "for n = 1, 2, 3: identical"
    found = proof({"A": "matrix(m, n)", "B": "matrix(n, m)"}, "tr(A @ B) == tr(B @ A)")
    assert found.note.startswith("for (m, n) = (1, 1), (2, 3), (3, 2): ")


@pytest.mark.slow
@pytest.mark.exhaustive(every=28)
@pytest.mark.parametrize("part", range(28))
def test_no_corruption_is_proved_that_the_numbers_reject(part: int) -> None:
    made = [m for s in statements("equations") for w in range(len(s.claims)) for m in mutants(s, w)]
    assert len(made) > 2000
    tried = made[3 * part :: 84]
    assert len(tried) > 20
    for mutant in tried:
        found = prove(mutant.statement, mutant.claim, seconds=1.0)
        if found.level is None:
            continue
        verdict = check_relation(mutant.claim.tree, mutant.statement, text=mutant.claim.text)
        assert verdict.code in ("", "vacuous-claim"), (mutant.claim.text, found.note)


UNPROVED = {
    *("normal-equations", "ridge", "gaussian-mle", "gan-optimal-discriminator"),  # optima
    *("spectral-theorem", "eigen-trace-det", "svd", "mutual-information"),  # numeric words
    *("cauchy-schwarz", "triangle-inequality", "entropy-bounds", "kl-nonnegative", "jensen"),
    *("logsumexp-bounds", "gd-descent-lemma", "markov-inequality", "chebyshev"),
    *("law-of-large-numbers", "central-limit-theorem"),
    *("woodbury", "gaussian-multivariate", "cross-entropy-decomposition", "conv-output-size"),
}
"""Equations with a claim that has no proof: inequalities, limits of laws, and the last line."""


@pytest.mark.slow
@pytest.mark.exhaustive(of=7)
def test_enough_of_the_known_equations_are_proved(every: int) -> None:
    claims = [(s, claim) for s in statements("equations") for claim in s.claims]
    assert len(claims) == 119
    proofs = [(s, prove(s, claim)) for s, claim in claims[::every]]
    levels = {(s.id, proof.level) for s, proof in proofs if s.id not in UNPROVED}
    assert levels <= {(s.id, best_level(s)) for s, _ in claims}
    if every == 1:
        assert sum(proof.level is not None for _, proof in proofs) >= 90


def best_level(proved: Statement) -> Level:
    """Return the best level: with sizes, or for a conditional mean, proved for small ones."""
    small = proved.id == "tower-rule" or any(k.name == "dim" for k in proved.types.values())
    return Level.PROVED_SMALL if small else Level.PROVED


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs a timer of processor time")
def test_a_proof_is_given_up_in_time() -> None:
    names = {"a, b, c, t": "positive"}
    power = "(a + b + c + t)**64*(a*b + c*t + a**2)**64*sin(a)**2"
    found = proof(names, f"integral({power}*s**a*exp(-s*b), s, 0, 1) == t", seconds=0.3)
    assert found.level is None
    assert found.out_of_time
    assert found.note == "no proof within 0.3 s"


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs a timer of processor time")
def test_time_that_is_up_inside_a_finaliser_is_no_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow:
        def __del__(self) -> None:
            until = time.process_time() + 5
            while time.process_time() < until:
                pass

    def attempt(_: object) -> None:
        made = Slow()
        del made
        while True:
            pass

    monkeypatch.setattr(proof_module, "_attempt", attempt)
    assert proof({"x": "real"}, "x + x == 2*x", seconds=0.1).out_of_time


def test_every_word_has_a_symbolic_reading_or_says_that_it_has_none() -> None:
    assert WORDS
    assert {word.name for word in WORDS} == set(SYMBOLIC)


def test_names_of_functions_and_words_of_sympy_mean_nothing() -> None:
    names = {"S, N, Q, I": "real"}
    assert proof(names, "(S + N)*(Q - I) == S*Q - S*I + N*Q - N*I").level is Level.PROVED


# -- the parts


def test_rational_identities_are_decided() -> None:
    assert decide((x**3 - y**3) / (x - y) - (x**2 + x * y + y**2)) == Decision(True, True)
    assert decide(x / (x + y) + y / (x + y)) == Decision(False, True)
    assert decide(sp.exp(x + y) - sp.exp(x) * sp.exp(y)) == Decision(True, False)
    assert decide(sp.exp(x / 2) * (sp.exp(x / 2) + 1) - sp.exp(x) - sp.exp(x / 2)).zero
    assert decide(1 / (1 + sp.exp(-x)) - sp.exp(x) / (1 + sp.exp(x))) == Decision(True, False)
    assert decide(f(x) * (y + z) - f(x) * y - f(x) * z) == Decision(True, False)
    assert decide(sp.sin(x) ** 2 + sp.cos(x) ** 2 - 1) == Decision(False, False)


@pytest.mark.slow
def test_polynomials_that_outgrow_the_limit_are_left_alone() -> None:
    symbols = sp.symbols("a0:12")
    with pytest.raises(TooLarge):
        decide(sum(symbols) ** 12 * sum(s**2 for s in symbols) ** 12)


def test_a_difference_anywhere_ends_the_attempt() -> None:
    with pytest.raises(NoProof, match="the two sides differ"):
        show_zero(sp.sin(x) - sp.cos(x), Facts())
    assert show_zero(sp.sin(x) ** 2 + sp.cos(x) ** 2 - 1, Facts()) == "rewrite exp"


def test_derivatives_of_unknown_functions_are_unknown_functions() -> None:
    first, second = (unknown_function("f", indices=(1,) * k) for k in (1, 2))
    expected = second(x**2) * 4 * x**2 + 2 * first(x**2)
    assert sp.expand(sp.diff(f(x**2), x, 2) - expected) == 0
    g = unknown_function("g")
    assert sp.diff(g(x, y), x, y) == sp.diff(g(x, y), y, x)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("law", "parameters", "density"),
    [
        ("Exponential", [sp.Integer(2)], lambda t: 2 * sp.exp(-2 * t)),
        ("Uniform", [sp.Integer(0), sp.Integer(3)], lambda t: sp.Rational(1, 3)),
        ("Normal", [sp.Integer(1), sp.Integer(4)], None),
    ],
)
def test_moments_are_the_integrals_they_stand_for(
    law: str, parameters: list[sp.Expr], density: object
) -> None:
    t = sp.Symbol("t", real=True)
    bounds = {"Exponential": (0, sp.oo), "Uniform": (0, 3), "Normal": (-sp.oo, sp.oo)}[law]
    weight = density(t) if callable(density) else sp.exp(-((t - 1) ** 2) / 8) / sp.sqrt(8 * sp.pi)
    for order in range(5):
        integral = sp.integrate(t**order * weight, (t, *bounds))
        assert sp.simplify(raw_moment(law, parameters, order) - integral) == 0


@pytest.mark.parametrize("n", [1, 3, 5])
def test_binomial_moments_are_the_sums_they_stand_for(n: int) -> None:
    p = sp.Symbol("p")
    for order in range(5):
        total = sum(k**order * sp.binomial(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1))
        moment = raw_moment("Binomial", [sp.Integer(n), p], order)
        assert sp.expand(total - moment) == 0
