"""Verify: check formulas, as far as ``checks.lock`` does not know them.

Worker processes check, so that the caller may draw in the meantime::

    with verifying(library, items, effort) as verification:
        gallery = illustrate(items, ...)
        verified = verification.result(watcher)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
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
    read_lock,
    updated,
    write_lock,
)
from dlcards.claims.statement import FormulaProblem, Path, StatementText
from dlcards.claims.verdict import Verdict
from dlcards.content.library import Item, Library
from dlcards.content.lists import NoteList
from dlcards.content.survivors import Tally, read_survivors, stale, tally, unexplained
from dlcards.content.texts import checked_text, located
from dlcards.problems import Problem, Severity
from dlcards.project import CHECKS_LOCK, is_installed
from dlcards.requests import Watcher
from dlcards.workers import Crew, Failure, Result, Running, run_tasks, start_tasks

SECONDS_PER_STATEMENT = 30.0
SECONDS_WITH_MUTATION = 600.0

_NOTHING: Mapping[str, Any] = MappingProxyType({})

OnDone = Callable[[int, int], None]
"""Called with the number of statements checked and to be checked."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much effort a check may take.

    Parameters
    ----------
    jobs : int
        Worker processes; 0 checks in this process, without limits.
    prove : bool
        Try to prove what holds; a proof that takes too long only lowers the level.
        Without proofs nothing is added to the lock.
    fresh : bool
        Check everything, and compare it with the lock.
    seed : int
        Another seed samples other points; the lock is then neither used nor changed.
    mutate : bool
        Corrupt every claim and see whether the check notices, whether or not the lock knows
        the claim; what the lock knows is not proved again.
    most_corruptions : int or None
        Of each claim; None for all.
    run_code : bool
        Really run the snippets, each in a process of its own; implies `fresh`.
    complete : bool
        These are all entries: lines of the lock that belong to none are dropped.
    crew : Crew or None
        Processes that stay for the next check.
    """

    jobs: int = 1
    prove: bool = True
    fresh: bool = False
    seed: int = 0
    mutate: bool = False
    most_corruptions: int | None = None
    run_code: bool = False
    complete: bool = False
    crew: Crew | None = None

    def trusts_lock(self) -> bool:
        """Return whether verdicts are taken from the lock."""
        return not (self.fresh or self.run_code or self.seed)

    def seconds(self) -> float:
        """Return the time limit of one statement."""
        return SECONDS_WITH_MUTATION if self.mutate else SECONDS_PER_STATEMENT


@dataclass(frozen=True, slots=True)
class Verified:
    """What is known about the claims of entries.

    Parameters
    ----------
    checked : mapping of str to Checked
        Verdicts by the id of the entry.
    problems : tuple of Problem
        Claims that do not hold, and mistakes in ``checks.lock`` and ``survivors.yaml``.
    corruptions : mapping of str to tuple of Corruptions
        Which corrupted claims were accepted, when that was asked for.
    tally : Tally or None
        The same in numbers.
    """

    checked: Mapping[str, Checked] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    corruptions: Mapping[str, tuple[Corruptions, ...]] = field(default_factory=dict)
    tally: Tally | None = None


@dataclass(frozen=True, slots=True)
class Statements:
    """What is known about statements.

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
        Per id the result of corrupting each claim that holds.
    interrupted : bool
        Whether Ctrl-C ended the work early; the rest is in order.
    """

    checked: Mapping[str, Checked] = field(default_factory=lambda: _NOTHING)
    problems: Mapping[str, tuple[FormulaProblem, ...]] = field(default_factory=lambda: _NOTHING)
    lock: Lock = field(default_factory=Lock)
    recomputed: tuple[str, ...] = ()
    corruptions: Mapping[str, tuple[Corruptions, ...]] = field(default_factory=lambda: _NOTHING)
    interrupted: bool = False


# ── Entries ──────────────────────────────────────────────────────────────────────


@contextmanager
def verifying(
    library: Library, items: Sequence[Item], effort: Effort, lists: Sequence[NoteList] = ()
) -> Iterator[Verification]:
    """Check the claims, snippets and examples of entries, and the relations in lists."""
    lock, damaged = read_lock(library.root / CHECKS_LOCK, CHECKS_LOCK)
    readable = tuple(item for item in items if item.readable)
    texts = [checked_text(item) for item in readable]
    told = tuple(each for each in lists if each.marked)
    if told:
        from dlcards.content.list_texts import list_statement  # start-up

        texts += [text for each in told if (text := list_statement(each)) is not None]
    with checking(texts, lock, effort) as check:
        yield Verification(library, readable, effort, check, damaged, told)


def verify(library: Library, items: Sequence[Item], effort: Effort, watcher: Watcher) -> Verified:
    """Check entries and wait for it; errors as for :meth:`Verification.result`."""
    with verifying(library, items, effort) as verification:
        return verification.result(watcher)


@dataclass(frozen=True, slots=True)
class Verification:
    """The check of entries while it runs."""

    library: Library
    items: tuple[Item, ...]
    effort: Effort
    check: StatementCheck
    damaged: tuple[Problem, ...]
    lists: tuple[NoteList, ...] = ()

    def result(self, watcher: Watcher) -> Verified:
        """Wait for the check, update the lock, and return what was found.

        Raises
        ------
        KeyboardInterrupt
            After Ctrl-C; what was finished is in the lock.
        """
        total = len(self.items)
        with watcher.step("Checking formulas", total) as advance:
            finished = 0

            def on_done(done: int, todo: int) -> None:
                nonlocal finished
                advance(total - todo + done - finished)
                finished = total - todo + done

            found = self.check.result(on_done)
        changed = found.lock != self.check.lock or bool(self.damaged)
        if changed and not self.effort.seed and not is_installed(self.library.root):
            with suppress(OSError):  # a folder without permission is checked again next time
                write_lock(self.library.root / CHECKS_LOCK, found.lock)
        if found.interrupted:
            raise KeyboardInterrupt
        problems = [replace(problem, severity=Severity.WARNING) for problem in self.damaged]
        for item in self.items:
            problems += located(item, found.problems.get(item.id, ()))
        for each in self.lists:
            from dlcards.content.list_texts import list_located  # start-up

            problems += list_located(each, self.library.root, found.problems.get(each.id, ()))
        if not self.effort.mutate:
            return Verified(found.checked, tuple(problems))
        return _with_survivors(self.library, self.items, found, problems)


def _with_survivors(
    library: Library, items: Sequence[Item], found: Statements, problems: Sequence[Problem]
) -> Verified:
    """Add corrupted claims accepted without a reason, and reasons that nothing needs."""
    reviewed, misread = read_survivors(library)
    problems = [*problems, *misread]
    whole: dict[str, tuple[Corruptions, ...]] = {}
    for item in items:
        corruptions = found.corruptions.get(item.id, ())
        problems += located(item, unexplained(corruptions, reviewed.accepted.get(item.id, {})))
        complete = not any(each.untried for each in corruptions)
        if complete and len(corruptions) == len(found.checked.get(item.id, Checked()).verdicts):
            whole[item.id] = corruptions
    problems += stale(reviewed, whole)
    numbers = tally(found.corruptions, reviewed)
    return Verified(found.checked, tuple(problems), found.corruptions, numbers)


def get_ready(crew: Crew, jobs: int) -> None:
    """Start a process of a crew and let it load what a check needs."""
    text = StatementText(
        "ready", let={"x": "real"}, claims=((("claim", 0), "d(sin(x)**2, x) == sin(2*x)", {}),)
    )
    with start_tasks(
        check_task, [CheckTask(portable(text))], jobs=min(jobs, 1), crew=crew
    ) as running:
        running.results()


# ── Statements ───────────────────────────────────────────────────────────────────


@contextmanager
def checking(
    texts: Sequence[StatementText], lock: Lock, effort: Effort
) -> Iterator[StatementCheck]:
    """Check statements in worker processes, each as far as the lock does not know it.

    Parameters
    ----------
    texts : sequence of StatementText
        Relations found in prose may be among the claims.
    lock : Lock
    effort : Effort
    """
    keys = {text.id: fingerprint(text) for text in texts if has_something_to_check(text)}
    known: dict[str, Checked] = {}
    todo, tasks = [], []
    for text in texts:
        if text.id not in keys:
            continue
        found = lock.find(text) if effort.trusts_lock() else None
        if found is not None and not effort.mutate:
            known[text.id] = found
            continue
        todo.append(text)
        tasks.append(
            CheckTask(
                portable(text),
                effort.seed,
                effort.prove and found is None,
                mutate=effort.mutate,
                most_corruptions=effort.most_corruptions,
                run_code=effort.run_code,
            )
        )
    with start_tasks(
        check_task,
        tasks,
        jobs=effort.jobs,
        seconds_per_task=effort.seconds(),
        crew=effort.crew,
    ) as running:
        yield StatementCheck(lock, effort, keys, known, todo, tasks, running)


@dataclass(frozen=True, slots=True)
class StatementCheck:
    """The check of statements while it runs.

    Parameters
    ----------
    lock : Lock
    effort : Effort
    keys : mapping of str to str
        Fingerprints by id, of statements with something to check.
    known : mapping of str to Checked
        What the lock knows.
    todo : sequence of StatementText
    tasks : sequence of CheckTask
        One for each of them.
    running : Running
    """

    lock: Lock
    effort: Effort
    keys: Mapping[str, str]
    known: Mapping[str, Checked]
    todo: Sequence[StatementText]
    tasks: Sequence[CheckTask]
    running: Running[Outcome]

    def result(self, on_done: OnDone | None = None) -> Statements:
        """Wait for the check and compare it with the lock."""
        results = self._results(on_done)
        checked = dict(self.known)
        problems: dict[str, tuple[FormulaProblem, ...]] = {}
        new: dict[str, Checked] = {}
        corruptions: dict[str, tuple[Corruptions, ...]] = {}
        for text, task, result in zip(self.todo, self.tasks, results, strict=True):
            if result.failure is Failure.INTERRUPTED:
                continue
            outcome = _outcome(text, result)
            old = None if self.effort.seed else self.lock.find(text)
            settled, lost = _compared(text, old, outcome)
            checked[text.id] = settled
            if outcome.corruptions:
                corruptions[text.id] = outcome.corruptions
            if outcome.problems or lost:
                problems[text.id] = (*outcome.problems, *lost)
            if outcome.holds and task.prove:
                new[self.keys[text.id]] = settled
        return Statements(
            checked=checked,
            problems=problems,
            lock=self._updated_lock(problems, new),
            recomputed=tuple(text.id for text in self.todo),
            corruptions=corruptions,
            interrupted=any(result.failure is Failure.INTERRUPTED for result in results),
        )

    def _updated_lock(
        self, problems: Mapping[str, Sequence[FormulaProblem]], new: Mapping[str, Checked]
    ) -> Lock:
        if self.effort.seed:
            return self.lock
        wrong = (name for name, found in problems.items() if not all(p.warning for p in found))
        bad = {self.keys[name] for name in wrong} - new.keys()
        in_use = self.keys.values() if self.effort.complete else self.lock.records
        return updated(self.lock, new, keep=[key for key in in_use if key not in bad])

    def _results(self, on_done: OnDone | None) -> list[Result[Outcome]]:
        """Wait for the tasks; one that dies during a proof is run again without proofs."""
        done = 0

        def report(_index: int, _result: Result[Outcome]) -> None:
            nonlocal done
            done += 1
            if on_done is not None:
                on_done(done, len(self.tasks))

        results = self.running.results(report)
        if any(result.failure is Failure.INTERRUPTED for result in results):
            return results
        died = [
            index
            for index, result in enumerate(results)
            if result.failure is not None and self.tasks[index].prove
        ]
        again = run_tasks(
            check_task,
            [replace(self.tasks[index], prove=False) for index in died],
            jobs=self.effort.jobs,
            seconds_per_task=self.effort.seconds(),
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
