"""Over all content: no corruption survives without a reason, no claim falls to other points."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from dlcards.build.verify import Effort, Statements, verify_statements
from dlcards.claims.judge.task import CheckTask, Outcome, check_task, portable
from dlcards.claims.lock import Lock, has_something_to_check
from dlcards.claims.statement import StatementText
from dlcards.content.library import Library, checked_text, read_library
from dlcards.content.survivors import read_survivors, stale, tally, unexplained
from dlcards.workers import run_tasks

ROOT = Path(__file__).resolve().parents[2]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("survivors")]


@cache
def library() -> Library:
    found, problems = read_library(ROOT)
    assert not problems, "\n".join(str(problem) for problem in problems)
    return found


def texts() -> list[StatementText]:
    found = [checked_text(item) for item in library().items.values()]
    return [text for text in found if has_something_to_check(text)]


@cache
def mutated() -> Statements:
    return verify_statements(texts(), Lock(), Effort(jobs=2, prove=False, mutate=True))


def test_every_claim_of_the_content_was_corrupted() -> None:
    claims = sum(len(text.claims) for text in texts())
    reviewed, problems = read_survivors(library())
    assert not problems
    found = tally(mutated().corruptions, reviewed)
    assert found.claims == claims > 300
    assert found.made > 3000
    assert found.rejected > 0.95 * found.made


def test_no_corruption_survives_without_a_reason() -> None:
    reviewed, _ = read_survivors(library())
    left = [
        (name, problem.message)
        for name, made in mutated().corruptions.items()
        for problem in unexplained(made, reviewed.accepted.get(name, {}))
    ]
    assert left == []


def test_no_reason_is_stale() -> None:
    reviewed, _ = read_survivors(library())
    assert len(reviewed.accepted) > 30
    assert [str(problem) for problem in stale(reviewed, mutated().corruptions)] == []


def test_every_definition_is_pinned_and_no_claim_is_vacuous() -> None:
    assert mutated().corruptions
    assert not mutated().problems


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_true_claim_is_refused_at_other_points(seed: int) -> None:
    tasks = [CheckTask(portable(text), seed, prove=False) for text in texts()]
    assert len(tasks) > 200
    outcomes = [result.value for result in run_tasks(check_task, tasks, jobs=2)]
    found = [outcome for outcome in outcomes if isinstance(outcome, Outcome)]
    assert len(found) == len(tasks)
    assert [problem for outcome in found for problem in outcome.problems] == []
