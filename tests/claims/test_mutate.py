from __future__ import annotations

import pytest
from entry_data import entries, statements

from dlcards.claims.judge.task import CheckTask, check_task
from dlcards.claims.mutate import (
    judged,
    mutants,
    resistance,
    survivors,
    unnoticed_definitions,
)
from dlcards.claims.resolver import read_statement
from dlcards.claims.statement import Path, Statement, StatementText

EQUATIONS = statements("equations")
EXPLAINED = {
    (group["entry"], group["claim"], formula)
    for group in entries("survivors")
    for formula in group["accepted"]
}


def stated(claim: str, **let: str) -> Statement:
    text = StatementText("entry", let=let, claims=((("claim",), claim, {}),))
    statement, problems = read_statement(text)
    assert statement is not None, problems
    return statement


def test_every_slip_of_the_pen_is_made() -> None:
    made = {
        m.claim.text
        for m in mutants(stated("d(f(2*x), x) == 2*D(f, 2*x)", f="smooth_function", x="real"), 0)
    }
    assert {
        "d(f(2*x), x) == D(f, 2*x)",
        "d(f(2*x), x) == 2*f(2*x)",
        "d(f(3*x), x) == 2*D(f, 2*x)",
        "-d(f(2*x), x) == 2*D(f, 2*x)",
        "d(f(x), x) == 2*D(f, 2*x)",
    } <= made
    assert len(made) > 15


def test_variables_of_binders_are_left_alone() -> None:
    statement = stated("sum(x[i], i, 1, n) == n*mean(x)", x="vector(n)")
    assert all(", i, " in m.claim.text or "i" not in m.claim.text for m in mutants(statement, 0))


def test_scaling_a_comparison_with_zero_is_no_corruption() -> None:
    made = {m.claim.text for m in mutants(stated("x - x**2 == 0", x="real"), 0)}
    assert "x + x**2 == 0" in made
    assert "x - x**2 == 1" in made
    assert not made & {"-(x - x**2) == 0", "2*(x - x**2) == 0", "x - x**2 == 2*0"}
    ordered = {m.claim.text for m in mutants(stated("x**2 >= 0", x="real"), 0)}
    assert "-x**2 >= 0" in ordered
    assert "2*x**2 >= 0" not in ordered


def test_a_sharp_claim_survives_no_corruption() -> None:
    found = resistance(stated("d(x**3, x) == 3*x**2", x="real"), 0)
    assert found.made == found.rejected > 10


@pytest.mark.slow
def test_the_outcome_of_a_mutating_check_counts_corruptions_by_claim() -> None:
    claims: tuple[tuple[Path, str, dict[str, str]], ...] = (
        (("claim", 0), "d(x**2, x) == 2*x", {}),
        (("claim", 1), "x == x + 1", {}),
        (("why",), "abs(x) >= 0", {}),
    )
    text = StatementText("entry", let={"x": "real"}, claims=claims)
    sharp, order = check_task(CheckTask(text, prove=False, mutate=True)).corruptions
    assert (sharp.claim, sharp.path, sharp.survivors) == ("d(x**2, x) == 2*x", ("claim", 0), ())
    assert sharp.made == sharp.rejected > 10
    assert order.path == ("why",)
    assert order.survivors == ()
    assert check_task(CheckTask(text, prove=False)).corruptions == ()


@pytest.mark.slow
def test_a_definition_that_no_claim_pins_is_reported() -> None:
    text = StatementText(
        "entry",
        let={"x": "real"},
        define={"s(t)": "1/(1 + exp(-t))", "u": "3"},
        claims=((("claim",), "s(x) + s(-x) == 1 + 0*u", {}),),
    )
    statement, problems = read_statement(text)
    assert statement is not None, problems
    assert unnoticed_definitions(statement) == ("u",)


@pytest.mark.slow
@pytest.mark.exhaustive(every=10)
@pytest.mark.parametrize("statement", EQUATIONS, ids=lambda s: s.id)
def test_every_accepted_corruption_is_explained(statement: Statement) -> None:
    accepted = {
        (statement.id, index, mutant.claim.text)
        for index in range(len(statement.claims))
        for mutant in resistance(statement, index).survivors
    }
    assert accepted <= EXPLAINED
    assert {key for key in EXPLAINED if key[0] == statement.id} <= accepted


@pytest.mark.slow
@pytest.mark.exhaustive(every=10)
@pytest.mark.parametrize("statement", EQUATIONS, ids=lambda s: s.id)
def test_every_definition_but_one_is_pinned(statement: Statement) -> None:
    loose = {"kl-gaussians": ("q",)}
    assert unnoticed_definitions(statement) == loose.get(statement.id, ())


@pytest.mark.slow
def test_survivors_are_those_of_all_claims() -> None:
    found = survivors(stated("relu(x)**2 == x**2", x="positive"))
    assert "relu dropped" not in {mutant.label for mutant in found}


@pytest.mark.slow
def test_a_part_of_the_corruptions_is_spread_over_all_of_them() -> None:
    statement = stated("d(x**3, x) == 3*x**2", x="real")
    whole, part = resistance(statement, 0), resistance(statement, 0, most=5)
    assert (part.made, part.untried) == (5, whole.made - 5)
    assert resistance(statement, 0, most=1000) == whole
    loose = stated("exp(x) + exp(-x) >= 2", x="real")
    assert {m.claim.text for m in resistance(loose, 0, most=8).survivors} < {
        m.claim.text for m in resistance(loose, 0).survivors
    }


@pytest.mark.slow
def test_a_corruption_keeps_the_hypotheses_of_its_claim() -> None:
    text = StatementText(
        "entry",
        let={"x": "real"},
        claims=((("claim", 0, "formula"), "abs(x) == x", {}),),
        claim_given={0: ("x >= 0",)},
    )
    statement, _ = read_statement(text)
    assert statement is not None
    assert judged(statement.claims[0], statement, 0).holds
