from __future__ import annotations

import pytest
from entry_data import statements

from dlcards.claims.judge.judge import check_statement


@pytest.mark.slow
@pytest.mark.exhaustive(every=15)
@pytest.mark.parametrize("seed", range(1, 16))
def test_no_true_claim_is_refused_at_other_points(seed: int) -> None:
    refused = [
        (statement.id, verdict.claim, verdict.message)
        for statement in statements("equations")
        for verdict in check_statement(statement, prove=False, seed=seed)
        if not verdict.holds
    ]
    assert refused == []
