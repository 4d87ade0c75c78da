"""Checking the claims of entries, with the lock that remembers what holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from dlcards.build.verify import VerifyResult, verify
from dlcards.claims.judge.task import Corruptions
from dlcards.claims.lock import Checked, read_lock, write_lock
from dlcards.content.library import Item, Library, checked_text, located
from dlcards.content.survivors import Tally, read_survivors, stale, tally, unexplained
from dlcards.problems import Problem, Severity
from dlcards.requests import Watcher

LOCK = "formulas/checks.lock"


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to look.

    Parameters
    ----------
    jobs : int
        Worker processes.
    fresh : bool
        Trust nothing that the lock says.
    seed : int
        Another seed samples other points; the lock is then left alone.
    mutate : bool
        Corrupt every claim and see whether the check notices.
    run_code : bool
        Really run the snippets, each in a process of its own.
    complete : bool
        These are all entries: lines of the lock that belong to none are dropped.
    """

    jobs: int = 1
    fresh: bool = False
    seed: int = 0
    mutate: bool = False
    run_code: bool = False
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Verified:
    """What is known about the claims of entries.

    Parameters
    ----------
    checked : mapping of str to Checked
        Verdicts by the id of the entry.
    problems : tuple of Problem
        What does not hold, and what is wrong with the files kept beside the entries.
    recomputed : tuple of str
        Entries that were not taken from the lock.
    corruptions : mapping of str to tuple of Corruptions
        What became of corrupted claims, when that was asked for.
    tally : Tally or None
        The same in numbers.
    """

    checked: Mapping[str, Checked] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    recomputed: tuple[str, ...] = ()
    corruptions: Mapping[str, tuple[Corruptions, ...]] = field(default_factory=dict)
    tally: Tally | None = None


def verify_items(
    library: Library,
    items: Sequence[Item],
    effort: Effort,
    watcher: Watcher,
    meanwhile: Callable[[], None] | None = None,
) -> Verified:
    """Check the claims, snippets and examples of entries.

    What is given as `meanwhile` is done while the workers check.

    Raises
    ------
    KeyboardInterrupt
        After Ctrl-C; what was finished is kept in the lock.
    """
    path = library.root / LOCK
    lock, damaged = read_lock(path, LOCK)
    readable = [item for item in items if item.readable]
    total = len(readable)
    with watcher.step("Checking formulas", total) as advance:
        told = 0

        def done(finished: int, wanted: int) -> None:
            nonlocal told
            now = total - wanted + finished
            advance(now - told)
            told = now

        result = verify(
            [checked_text(item) for item in readable],
            lock,
            jobs=effort.jobs,
            fresh=effort.fresh,
            seed=effort.seed,
            mutate=effort.mutate,
            run_code=effort.run_code,
            complete=effort.complete,
            on_done=done,
            meanwhile=meanwhile,
        )
    if not effort.seed and (result.lock != lock or damaged):
        _keep(path, result.lock)
    if result.interrupted:
        raise KeyboardInterrupt
    problems = [replace(problem, severity=Severity.WARNING) for problem in damaged]
    for item in readable:
        problems += located(item, result.problems.get(item.id, ()))
    verified = Verified(result.checked, tuple(problems), result.recomputed)
    return _mutated(library, readable, result, verified) if effort.mutate else verified


def _mutated(
    library: Library, items: Sequence[Item], result: VerifyResult, verified: Verified
) -> Verified:
    """Add what survived corruption without a reason, and reasons for what did not survive."""
    reviewed, misread = read_survivors(library)
    problems = [*verified.problems, *misread]
    whole: dict[str, tuple[Corruptions, ...]] = {}
    for item in items:
        found = result.corruptions.get(item.id, ())
        problems += located(item, unexplained(found, reviewed.accepted.get(item.id, {})))
        if len(found) == len(result.checked.get(item.id, Checked()).verdicts):
            whole[item.id] = found
    problems += stale(reviewed, whole)
    return replace(
        verified,
        problems=tuple(problems),
        corruptions=result.corruptions,
        tally=tally(result.corruptions, reviewed),
    )


def _keep(path: Path, lock: object) -> None:
    from dlcards.claims.lock import Lock

    assert isinstance(lock, Lock)
    try:
        write_lock(path, lock)
    except OSError:
        # Content that is installed read-only is checked again next time.
        return
