"""Exercises are drawn and judged, where the lock does not know them."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dlcards.build.judging import damaged, failed, finish, interrupted, judged
from dlcards.content.families import ExerciseItem, family_text
from dlcards.content.library import Library
from dlcards.content.texts import located
from dlcards.exercises.lock import Locked, fingerprint, read_lock, write_lock
from dlcards.problems import Problem
from dlcards.project import VARIANTS_LOCK, is_installed
from dlcards.requests import Watcher
from dlcards.workers import Result

if TYPE_CHECKING:
    from dlcards.exercises.model import FamilyText
    from dlcards.exercises.task import Judged


@dataclass(frozen=True, slots=True)
class Drilled:
    """What was found out about families.

    Parameters
    ----------
    families : mapping of str to Locked
        Variants and counts by id, of families without a mistake.
    problems : tuple of Problem
    judged : int
        Families that were judged now; the lock knew the others.
    seconds : float
        What that took, by the clock.
    """

    families: Mapping[str, Locked] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    judged: int = 0
    seconds: float = 0.0


def drill(
    library: Library,
    items: Sequence[ExerciseItem],
    watcher: Watcher,
    *,
    jobs: int,
    fresh: bool = False,
    complete: bool = False,
) -> Drilled:
    """Judge every variant of families; what the lock knows is not judged again.

    Parameters
    ----------
    library : Library
    items : sequence of ExerciseItem
    watcher : Watcher
    jobs : int
        Worker processes.
    fresh : bool
        Trust no verdict in the lock; its variants stay.
    complete : bool
        Whether these are all families: what else is in the lock goes.

    Raises
    ------
    KeyboardInterrupt
        After Ctrl-C; what was finished is in the lock.
    """
    if not items and not complete:
        return Drilled()
    path = library.root / VARIANTS_LOCK
    lock = read_lock(path)
    known: dict[str, Locked] = {}
    todo: list[tuple[ExerciseItem, FamilyText, str]] = []
    for item in items:
        text = family_text(item.exercise, item.first_id)
        key = fingerprint(text)
        locked = lock.records.get(item.first_id)
        if locked is not None and locked.key == key and not fresh:
            known[item.id] = locked
        elif item.family is not None:
            todo.append((item, text, key))
    start = time.perf_counter()
    results = _judged(
        [(text, lock.records.get(item.first_id)) for item, text, _ in todo], watcher, jobs
    )
    seconds = time.perf_counter() - start
    problems: list[Problem] = []
    if lock.damaged:
        problems.append(damaged(VARIANTS_LOCK, "family"))
    for (item, _, key), result in zip(todo, results, strict=True):
        value = result.value
        if value is None:
            problems += failed(item.document, (), "family", "make its formulas simpler", result)
            continue
        problems += located(item, value.problems)
        if not value.problems:
            known[item.id] = Locked(key, value.variants, value.passed, value.tried, value.rejected)
    found = {item.first_id: known[item.id] for item in items if item.id in known}
    kept = dict(lock.records)
    if complete:  # a family with a mistake keeps its variants
        names = {item.first_id for item in library.exercises.values()}
        kept = {name: each for name, each in lock.records.items() if name in names}
    families = {**kept, **found}
    changed = families != lock.records or lock.damaged
    finish(
        lambda: write_lock(path, families),
        changed=changed and not is_installed(library.root),
        interrupted=interrupted(results),
    )
    return Drilled(known, tuple(problems), len(todo), seconds)


def _judged(
    todo: Sequence[tuple[FamilyText, Locked | None]], watcher: Watcher, jobs: int
) -> list[Result[Judged]]:
    """Judge families in worker processes; the variants in the lock stay as far as they may."""
    if not todo:
        return []
    from dlcards.exercises.task import FamilyTask, judge_family, portable  # start-up

    tasks = [
        FamilyTask(portable(text), locked.variants if locked is not None else ())
        for text, locked in todo
    ]
    return judged(judge_family, tasks, watcher, "Judging exercises", jobs)
