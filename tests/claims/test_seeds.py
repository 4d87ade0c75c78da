from __future__ import annotations

import pytest
from entry_data import statements

from dlcards.claims.judge.judge import check_statement

SEEDS = 15
PARTS = 9


@pytest.mark.slow
@pytest.mark.exhaustive(every=PARTS * SEEDS)
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("seed", range(1, SEEDS + 1))
def test_no_true_claim_is_refused_at_other_points(seed: int, part: int) -> None:
    refused = [
        (statement.id, verdict.claim, verdict.message)
        for statement in statements("equations")[part::PARTS]
        for verdict in check_statement(statement, prove=False, seed=seed)
        if not verdict.holds
    ]
    assert refused == []
