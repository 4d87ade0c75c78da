"""The lock is trusted, the rest is computed, and nothing wrong gets into the lock."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dlcards.build import verify as step
from dlcards.build.verify import Effort, OnDone, Statements, checking
from dlcards.claims import mutate
from dlcards.claims.judge import task as judge_task
from dlcards.claims.lock import Checked, Lock, fingerprint, format_lock, write_lock
from dlcards.claims.statement import Statement, StatementText
from dlcards.claims.verdict import Level, Verdict
from dlcards.workers import Failure, Result


def text(name: str, claim: str, **more: object) -> StatementText:
    made = StatementText(name, {"x": "real"}, claims=((("claim", 0, "formula"), claim, {}),))
    return replace(made, **more)  # type: ignore[arg-type]


def verify(
    texts: Sequence[StatementText], lock: Lock, on_done: OnDone | None = None, **effort: Any
) -> Statements:
    with checking(texts, lock, Effort(**effort)) as check:
        return check.result(on_done)


GOOD = text("good", "exp(x)*exp(-x) == 1")
FALSE = text("false", " exp(x) == x")
BROKEN = text("broken", "exp(x == 1")
SNIPPET = text(
    "snippet", "x + x == 2*x", code_equals="2*x", code_numpy="def f(x):\n    return x + x"
)
WRONG_SNIPPET = text(
    "wrong", "x + x == 2*x", code_equals="2*x", code_numpy="def f(x):\n    return x - x"
)
NOTHING = StatementText("nothing", {"v": "vector(n)"})


def test_what_holds_enters_the_lock_and_is_found_there() -> None:
    first = verify([GOOD, SNIPPET, NOTHING], Lock(), jobs=0)
    assert not first.problems
    assert first.recomputed == ("good", "snippet")
    assert [v.level for v in first.checked["good"].verdicts] == [Level.PROVED]
    assert first.checked["snippet"].code_points > 0
    assert set(first.lock.records) == {fingerprint(GOOD), fingerprint(SNIPPET)}
    second = verify([GOOD, SNIPPET, NOTHING], first.lock, jobs=0)
    assert second.recomputed == ()
    assert format_lock(second.lock) == format_lock(first.lock)
    assert [v.claim for v in second.checked["good"].verdicts] == ["exp(x)*exp(-x) == 1"]


def test_examples_are_computed_and_kept() -> None:
    example = text("e", "exp(x) > 0", example_given={"x": "0"}, example_compute=("exp(x)", "1/3"))
    first = verify([example], Lock(), jobs=0)
    assert [plain for plain, _ in first.checked["e"].examples] == ["1", "0.3333"]
    assert first.checked["e"].exact == (True, False)
    assert verify([example], first.lock, jobs=0).checked["e"] == replace(
        first.checked["e"],
        verdicts=tuple(replace(v, seconds=0.0) for v in first.checked["e"].verdicts),
    )
    wrong = text("w", "log(x**2 + 1) >= 0", example_given={"x": "0"}, example_compute=("log(x)",))
    problems = verify([wrong], Lock(), jobs=0).problems["w"]
    assert [(p.path, p.code) for p in problems] == [
        (("example", "compute", 0), "undefined-at-point")
    ]


def test_workers_and_this_process_find_the_same() -> None:
    texts = [GOOD, FALSE, BROKEN, SNIPPET, WRONG_SNIPPET, NOTHING]
    told: list[tuple[int, int]] = []
    here = verify(texts, Lock(), jobs=0)
    there = verify(texts, Lock(), jobs=2, on_done=lambda done, total: told.append((done, total)))
    assert format_lock(here.lock) == format_lock(there.lock)
    assert here.problems == there.problems
    assert told == [(n, 5) for n in range(1, 6)]


def test_every_problem_has_its_path_and_place() -> None:
    result = verify([FALSE, BROKEN, WRONG_SNIPPET], Lock(), jobs=0)
    found = {
        name: [(p.path, p.code, p.start) for p in problems]
        for name, problems in result.problems.items()
    }
    assert found["false"] == [(("claim", 0, "formula"), "refuted-claim", 1)]
    assert found["broken"][0][:2] == (("claim", 0, "formula"), "unbalanced-bracket")
    assert found["wrong"] == [(("code", "numpy"), "wrong-snippet", 0)]
    assert not result.lock.records


def test_a_claim_that_became_false_leaves_the_lock() -> None:
    forged = Lock({fingerprint(FALSE): Checked((Verdict("", Level.PROVED, 16),))})
    assert not verify([FALSE], forged, jobs=0).problems
    fresh = verify([FALSE], forged, jobs=0, fresh=True)
    assert [p.code for p in fresh.problems["false"]] == ["refuted-claim"]
    assert not fresh.lock.records


def test_a_forged_level_is_noticed() -> None:
    claim = text("bound", "x <= abs(x)")
    forged = Lock({fingerprint(claim): Checked((Verdict("", Level.PROVED, 150),))})
    fresh = verify([claim], forged, jobs=0, fresh=True)
    assert [p.code for p in fresh.problems["bound"]] == ["lock-mismatch"]
    assert fresh.lock.records[fingerprint(claim)].verdicts[0].level is Level.NUMERIC


def test_a_proof_lost_to_a_slow_machine_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    proved = verify([GOOD], Lock(), jobs=0).lock
    real = judge_task.check_task

    def slow(task: judge_task.CheckTask) -> judge_task.Outcome:
        return real(replace(task, prove=False))

    monkeypatch.setattr(step, "check_task", slow)
    fresh = verify([GOOD], proved, jobs=0, fresh=True)
    assert not fresh.problems
    assert fresh.lock.records[fingerprint(GOOD)].verdicts[0].level is Level.PROVED


def test_a_statement_that_dies_is_tried_without_proofs(monkeypatch: pytest.MonkeyPatch) -> None:
    def dying(task: judge_task.CheckTask) -> judge_task.Outcome:
        if task.prove:
            raise RuntimeError("stuck")
        return judge_task.check_task(task)

    monkeypatch.setattr(step, "check_task", dying)
    result = verify([GOOD], Lock(), jobs=0)
    assert not result.problems
    assert result.checked["good"].verdicts[0].level is Level.NUMERIC


def test_a_check_that_never_ends_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    late: Result[judge_task.Outcome] = Result(failure=Failure.TIMEOUT, message="no answer")

    class Late:
        def results(self, _report: object) -> list[Result[judge_task.Outcome]]:
            return [late]

    monkeypatch.setattr(step, "start_tasks", lambda *_, **__: nullcontext(Late()))
    monkeypatch.setattr(step, "run_tasks", lambda function, tasks, **_: [late] * len(tasks))
    result = verify([GOOD], Lock(), jobs=0)
    assert [(p.path, p.code) for p in result.problems["good"]] == [
        (("claim", 0, "formula"), "check-timeout")
    ]
    assert not result.checked["good"].verdicts[0].holds


def test_an_interrupt_keeps_what_was_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(task: judge_task.CheckTask) -> judge_task.Outcome:
        if task.text.id == "snippet":
            raise KeyboardInterrupt
        return judge_task.check_task(task)

    monkeypatch.setattr(step, "check_task", interrupted)
    result = verify([GOOD, SNIPPET, FALSE], Lock(), jobs=0)
    assert result.interrupted
    assert list(result.checked) == ["good"]
    assert set(result.lock.records) == {fingerprint(GOOD)}


def test_other_lines_stay_unless_all_statements_are_there() -> None:
    lock = verify([GOOD], Lock(), jobs=0).lock
    assert len(verify([SNIPPET], lock, jobs=0).lock.records) == 2
    assert set(verify([SNIPPET], lock, jobs=0, complete=True).lock.records) == {
        fingerprint(SNIPPET)
    }


def test_another_seed_leaves_the_lock_alone() -> None:
    lock = verify([GOOD], Lock(), jobs=0).lock
    result = verify([GOOD, SNIPPET], lock, jobs=0, seed=3)
    assert result.lock == lock
    assert result.recomputed == ("good", "snippet")
    assert not result.problems


def test_a_claim_of_which_no_corruption_is_noticed_is_a_problem(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert not verify([GOOD], Lock(), jobs=0, mutate=True).problems
    real = mutate.resistance

    def accepting(
        statement: Statement, place: int, *, seed: int, most: int | None
    ) -> mutate.Resistance:
        made = tuple(mutate.mutants(statement, place))
        assert made
        assert real(statement, place, seed=seed, most=most).rejected
        return mutate.Resistance(len(made), made)

    monkeypatch.setattr(mutate, "resistance", accepting)
    problems = verify([GOOD], Lock(), jobs=0, mutate=True).problems["good"]
    assert [(p.path, p.code) for p in problems] == [(("claim", 0, "formula"), "vacuous-claim")]


def test_snippets_run_on_request() -> None:
    assert not verify([SNIPPET], Lock(), jobs=0, run_code=True).problems


def test_a_warm_run_imports_no_mathematics(tmp_path: Path) -> None:
    write_lock(tmp_path / "checks.lock", verify([GOOD], Lock(), jobs=0).lock)
    code = f"""
import sys
from pathlib import Path
from dlcards.claims.lock import read_lock
from dlcards.claims.statement import StatementText
from dlcards.build.verify import Effort, checking
lock, _ = read_lock(Path({str(tmp_path / "checks.lock")!r}))
text = StatementText("other", {{"x": "real"}}, claims=((("claim",), "exp(x)*exp(-x) == 1", {{}}),))
with checking([text], lock, Effort(jobs=2)) as check:
    result = check.result()
print(result.recomputed, [m for m in ("numpy", "sympy") if m in sys.modules])
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "() []\n"
