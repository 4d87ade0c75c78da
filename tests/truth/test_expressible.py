"""Formulas of real reports that the language has to be able to say, with the slips they correct."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from dlcards.claims.judge.judge import check_statement
from dlcards.claims.print.latex import to_latex
from dlcards.claims.print.unicode import to_unicode
from dlcards.claims.resolver import read_statement
from dlcards.claims.statement import Statement, StatementText


@cache
def cases() -> dict[str, dict[str, Any]]:
    text = (Path(__file__).parent / "expressible.yaml").read_text(encoding="utf-8")
    return {case["id"]: case for case in yaml.safe_load(text)}


def statement(case: dict[str, Any]) -> Statement:
    text = StatementText(
        case["id"],
        let=case["let"],
        define=case.get("define", {}),
        given=tuple(case.get("given", ())),
        claims=((("claim",), case["claim"], {}),),
    )
    read, problems = read_statement(text)
    assert read is not None, problems
    return read


def test_there_are_enough_reports() -> None:
    sources = {case["source"] for case in cases().values()}
    assert len(sources) >= 50
    assert len(cases()) == 2 * len({name.rpartition("-")[0] for name in cases()})


@pytest.mark.parametrize("name", sorted({name.rpartition("-")[0] for name in cases()}))
def test_a_slip_and_its_correction_can_be_said_and_look_different(name: str) -> None:
    wrong, right = (statement(cases()[f"{name}-{truth}"]) for truth in ("false", "true"))
    for show in (to_latex, to_unicode):
        said = [
            [show(node, each) for node in (*each.given, each.claims[0].tree)]
            for each in (wrong, right)
        ]
        assert said[0] != said[1]


@pytest.mark.slow
@pytest.mark.exhaustive(of=24)
def test_most_slips_are_told_from_their_corrections(every: int) -> None:
    """Which reports the judge decides: the correction holds, the slip does not."""
    decided = set()
    names = sorted({name.rpartition("-")[0] for name in cases()})
    for name in names[::every]:
        wrong, right = (
            check_statement(statement(cases()[f"{name}-{truth}"]), prove=False)
            for truth in ("false", "true")
        )
        assert not all(verdict.holds for verdict in wrong), name
        assert all(verdict.code != "refuted-claim" for verdict in right), name
        if all(verdict.holds for verdict in right):
            decided.add(name)
    assert len(decided) * len(names) >= 50 * len(names[::every])
