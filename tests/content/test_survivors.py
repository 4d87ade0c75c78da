"""Over all content: no corruption survives without a reason, no claim falls to other points."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from bundled import library
from dlcards.build.verify import Effort, Statements, checking
from dlcards.claims.judge.task import CheckTask, check_task, portable
from dlcards.claims.lock import Lock, has_something_to_check
from dlcards.claims.statement import StatementText
from dlcards.content.survivors import read_survivors, stale, tally, unexplained
from dlcards.content.texts import checked_text

ROOT = Path(__file__).resolve().parents[2]

PARTS = 80
_PARTS = [pytest.param(n, marks=pytest.mark.xdist_group(f"survivors {n}")) for n in range(PARTS)]
parts = pytest.mark.parametrize("part", _PARTS)

pytestmark = pytest.mark.slow
sampled = pytest.mark.exhaustive(every=PARTS)


def texts(part: int) -> list[StatementText]:
    """Return one part of the entries with formulas, spread over all of them."""
    found = [checked_text(item) for item in library().items.values()]
    chosen = [text for text in found if has_something_to_check(text)][PARTS - 1 - part :: PARTS]
    assert len(chosen) > 4
    return chosen


@cache
def mutated(part: int) -> Statements:
    with checking(texts(part), Lock(), Effort(jobs=0, prove=False, mutate=True)) as check:
        return check.result()


@sampled
@parts
def test_every_claim_of_the_content_was_corrupted(part: int) -> None:
    claims = sum(len(text.claims) for text in texts(part))
    reviewed, problems = read_survivors(library())
    assert not problems
    found = tally(mutated(part).corruptions, reviewed)
    assert found.claims == claims >= len(texts(part))
    assert found.made > 60
    assert found.rejected > 0.9 * found.made


@sampled
@parts
def test_no_corruption_survives_without_a_reason(part: int) -> None:
    reviewed, _ = read_survivors(library())
    left = [
        (name, problem.message)
        for name, made in mutated(part).corruptions.items()
        for problem in unexplained(made, reviewed.accepted.get(name, {}))
    ]
    assert left == []


@sampled
@parts
def test_no_reason_is_stale(part: int) -> None:
    reviewed, _ = read_survivors(library())
    assert reviewed.accepted
    assert [str(problem) for problem in stale(reviewed, mutated(part).corruptions)] == []


@sampled
@parts
def test_every_definition_is_pinned_and_no_claim_is_vacuous(part: int) -> None:
    assert mutated(part).corruptions
    assert not mutated(part).problems


@pytest.mark.exhaustive(every=3 * PARTS)
@parts
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_true_claim_is_refused_at_other_points(seed: int, part: int) -> None:
    outcomes = [check_task(CheckTask(portable(text), seed, prove=False)) for text in texts(part)]
    assert [problem for outcome in outcomes for problem in outcome.problems] == []
