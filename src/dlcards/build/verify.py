"""Verifying statements: what the lock knows is trusted, the rest is checked in workers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from dlcards.claims.judge.task import CheckTask, Corruptions, Outcome, check_task, portable
from dlcards.claims.lock import (
    Checked,
    Lock,
    best,
    fingerprint,
    has_something_to_check,
    level_rank,
    updated,
)
from dlcards.claims.statement import FormulaProblem, Path, StatementText
from dlcards.claims.verdict import Verdict
from dlcards.workers import Failure, Result, run_tasks

SECONDS_PER_STATEMENT = 30.0
SECONDS_WITH_MUTATION = 600.0

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class VerifyResult:
    """What is known about every statement.

    Parameters
    ----------
    checked : mapping of str to Checked
        Per id the verdicts, in the order of the claims, and the computed examples.
    problems : mapping of str to tuple of FormulaProblem
        Per id what does not hold; ids without problems are left out.
    lock : Lock
        The old lock with what was found now; only what holds is in it.
    recomputed : tuple of str
        Ids that were not taken from the lock.
    corruptions : mapping of str to tuple of Corruptions
        Per id what became of the corruptions of each claim that holds.
    interrupted : bool
        Whether Ctrl-C ended the work early; the rest is in order.
    """

    checked: Mapping[str, Checked] = field(default_factory=lambda: _NOTHING)
    problems: Mapping[str, tuple[FormulaProblem, ...]] = field(default_factory=lambda: _NOTHING)
    lock: Lock = field(default_factory=Lock)
    recomputed: tuple[str, ...] = ()
    corruptions: Mapping[str, tuple[Corruptions, ...]] = field(default_factory=lambda: _NOTHING)
    interrupted: bool = False


def verify(
    texts: Sequence[StatementText],
    lock: Lock,
    *,
    jobs: int = 1,
    prove: bool = True,
    fresh: bool = False,
    seed: int = 0,
    mutate: bool = False,
    run_code: bool = False,
    complete: bool = False,
    on_done: Callable[[int, int], None] | None = None,
    meanwhile: Callable[[], None] | None = None,
) -> VerifyResult:
    """Check statements, each as far as the lock does not know it.

    Parameters
    ----------
    texts : sequence of StatementText
        Relations found in prose may be among the claims.
    lock : Lock
    jobs : int
        Worker processes; 0 checks in this process, without limits.
    prove : bool
        Try to prove what holds; a proof that takes too long only lowers the level.
        Without proofs nothing is added to the lock.
    fresh : bool
        Trust nothing: check everything anew and compare with the lock.
    seed : int
        Another seed samples other points; the lock is then neither used nor changed.
    mutate : bool
        Corrupt the claims as well; implies ``fresh``.
    run_code : bool
        Run the snippets as well; implies ``fresh``.
    complete : bool
        These are all statements: lines of the lock that belong to none are dropped.
    on_done : callable, optional
        Called with the number of statements checked and to be checked.
    meanwhile : callable, optional
        Other work, done here once while the workers check.
    """
    anew = fresh or mutate or run_code or seed != 0
    keys = {text.id: fingerprint(text) for text in texts if has_something_to_check(text)}
    known = {} if anew else {text.id: lock.find(text) for text in texts if text.id in keys}
    todo = [text for text in texts if text.id in keys and known.get(text.id) is None]
    tasks = [
        CheckTask(portable(text), seed, prove, mutate=mutate, run_code=run_code) for text in todo
    ]
    results = _run(tasks, jobs, on_done, meanwhile)
    checked = {name: found for name, found in known.items() if found is not None}
    problems: dict[str, tuple[FormulaProblem, ...]] = {}
    found: dict[str, Checked] = {}
    corruptions: dict[str, tuple[Corruptions, ...]] = {}
    for text, result in zip(todo, results, strict=True):
        if result.failure is Failure.INTERRUPTED:
            continue
        outcome = _outcome(text, result)
        old = None if seed else lock.find(text)
        settled, lost = _compared(text, old, outcome)
        checked[text.id] = settled
        if outcome.corruptions:
            corruptions[text.id] = outcome.corruptions
        if outcome.problems or lost:
            problems[text.id] = (*outcome.problems, *lost)
        if outcome.holds and prove:
            found[keys[text.id]] = settled
    interrupted = any(result.failure is Failure.INTERRUPTED for result in results)
    bad = {keys[name] for name in problems if keys[name] not in found}
    kept = [key for key in (keys.values() if complete else lock.records) if key not in bad]
    return VerifyResult(
        checked=checked,
        problems=problems,
        lock=lock if seed else updated(lock, found, keep=kept),
        recomputed=tuple(text.id for text in todo),
        corruptions=corruptions,
        interrupted=interrupted,
    )


def _run(
    tasks: Sequence[CheckTask],
    jobs: int,
    on_done: Callable[[int, int], None] | None,
    meanwhile: Callable[[], None] | None,
) -> list[Result[Outcome]]:
    """Check the tasks; one that dies while it looks for proofs is checked without them."""
    done = 0

    def report(_index: int, _result: Result[Outcome]) -> None:
        nonlocal done
        done += 1
        if on_done is not None:
            on_done(done, len(tasks))

    mutating = any(task.mutate for task in tasks)
    seconds = SECONDS_WITH_MUTATION if mutating else SECONDS_PER_STATEMENT
    results = run_tasks(
        check_task,
        tasks,
        jobs=jobs,
        seconds_per_task=seconds,
        on_done=report,
        meanwhile=meanwhile,
    )
    if any(result.failure is Failure.INTERRUPTED for result in results):
        return results
    died = [
        index
        for index, result in enumerate(results)
        if result.failure is not None and tasks[index].prove
    ]
    again = run_tasks(
        check_task,
        [replace(tasks[index], prove=False) for index in died],
        jobs=jobs,
        seconds_per_task=seconds,
    )
    for index, result in zip(died, again, strict=True):
        results[index] = result
    return results


def _outcome(text: StatementText, result: Result[Outcome]) -> Outcome:
    if result.value is not None:
        return result.value
    code = "check-timeout" if result.failure is Failure.TIMEOUT else "check-failed"
    hint = "split the claim or make it smaller"
    message = f"the check did not end well: {result.message}"
    verdicts = tuple(
        Verdict(formula, None, code=code, message=message, hint=hint)
        for _, formula, _ in text.claims
    )
    problem = FormulaProblem(_first_path(text), code, message, hint)
    return Outcome(Checked(verdicts), (problem,))


def _first_path(text: StatementText) -> Path:
    if text.claims:
        return text.claims[0][0]
    return ("code", "numpy") if text.code_numpy.strip() else ("example", "compute")


def _compared(
    text: StatementText, old: Checked | None, outcome: Outcome
) -> tuple[Checked, tuple[FormulaProblem, ...]]:
    """Compare with the lock: a proof may be lost to a slow machine, but to nothing else."""
    new = outcome.checked
    if old is None or not outcome.holds:
        return new, ()
    lost = []
    verdicts = list(new.verdicts)
    pairs = zip(old.verdicts, best(old, new).verdicts, new.verdicts, strict=True)
    for place, (before, better, now) in enumerate(pairs):
        if level_rank(before) <= level_rank(now):
            continue
        if place in outcome.unproved:
            verdicts[place] = better
            continue
        path, formula, _ = text.claims[place]
        message = f"checks.lock says {before.level}, but the check says {now.level}"
        hint = "run 'dlcards check --fresh' and commit checks.lock"
        lost.append(FormulaProblem(path, "lock-mismatch", message, hint, 0, len(formula)))
    return replace(new, verdicts=tuple(verdicts)), tuple(lost)
