"""Wrong formulas as people write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from entry_data import entries, text_of

from dlcards.claims.judge.judge import check_statement
from dlcards.claims.resolver import read_statement

MISTAKES = entries("mistakes")


def test_there_are_many_mistakes_and_one_of_them_is_none() -> None:
    assert len(MISTAKES) == 89
    assert sum("holds" in mistake for mistake in MISTAKES) == 1


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: m["claim"])
def test_a_mistake_is_refused(mistake: Mapping[str, Any]) -> None:
    statement, _ = read_statement(text_of({"id": "mistake", **mistake}))
    if statement is None:
        assert "holds" not in mistake
        return
    (verdict,) = check_statement(statement, prove=False)
    assert verdict.holds == ("holds" in mistake)
    if not verdict.holds:
        assert verdict.code in ("refuted-claim", "wrong-shape", "undefined-at-point")
