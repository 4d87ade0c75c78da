"""Tasks that are judged in worker processes, for steps that keep a lock of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from dlcards.claims.statement import FormulaProblem
from dlcards.content.library import Item
from dlcards.content.texts import located
from dlcards.documents import Document, Path, Places
from dlcards.problems import Location, Problem, Severity
from dlcards.requests import Watcher
from dlcards.workers import Failure, Result, run_tasks


class Keyed(Protocol):
    """What stands in a lock, with the fingerprint of what was judged."""

    @property
    def key(self) -> str:
        """Return the fingerprint."""
        ...


class Told(Protocol):
    """What a judge returns, with what it found wrong."""

    @property
    def problems(self) -> Sequence[FormulaProblem]:
        """Return what is wrong; empty for what holds."""
        ...


T = TypeVar("T")
R = TypeVar("R")
L = TypeVar("L", bound=Keyed)
J = TypeVar("J", bound=Told)

SECONDS = 300.0
"""What takes longer to judge is told to be too slow."""


def judged(
    function: Callable[[T], R], tasks: Sequence[T], watcher: Watcher, title: str, jobs: int
) -> list[Result[R]]:
    """Apply a judge to every task, in processes that can be stopped.

    Parameters
    ----------
    title : str
        What the progress bar says.
    jobs : int
        Worker processes.
    """
    if not tasks:
        return []
    with watcher.step(title, len(tasks)) as advance:
        return run_tasks(
            function,
            tasks,
            jobs=jobs,
            seconds_per_task=SECONDS,
            on_done=lambda _, __: advance(1),
            small=True,
        )


@dataclass(frozen=True, slots=True)
class Judgement(Generic[L]):
    """What is known of a part of entries after it was judged.

    Parameters
    ----------
    known : mapping of str to L
        By id of the entry, those without a mistake.
    locked : mapping of str to L
        What the lock is to hold: without a warning too, so that each is told again.
    problems : tuple of Problem
    interrupted : bool
    """

    known: Mapping[str, L]
    locked: Mapping[str, L]
    problems: tuple[Problem, ...]
    interrupted: bool


def judge_unknown(
    items: Sequence[Item],
    keys: Mapping[str, str],
    lock: Mapping[str, L],
    judge: Callable[[Sequence[Item]], Sequence[Result[J]]],
    keep: Callable[[str, J], L],
    *,
    part: str,
    hint: str,
    fresh: bool,
    complete: bool,
) -> Judgement[L]:
    """Judge the part of entries that the lock does not know.

    Parameters
    ----------
    items : sequence of Item
    keys : mapping of str to str
        The fingerprint of the part, by id of the entries that have one.
    lock : mapping of str to L
        By the first id of the entry.
    judge : callable
        Judges the part of entries.
    keep : callable
        Makes of a fingerprint and what was judged what stands in the lock.
    part : str
        The key of the part in an entry.
    hint : str
        What helps where it takes too long.
    fresh : bool
        Trust nothing in the lock.
    complete : bool
        Whether these are all entries: what else is in the lock goes.
    """
    written = [item for item in items if item.id in keys]
    known: dict[str, L] = {}
    for item in written:
        old = lock.get(item.first_id)
        if old is not None and old.key == keys[item.id] and not fresh:
            known[item.id] = old
    locked = {} if complete else dict(lock)
    locked |= {item.first_id: known[item.id] for item in written if item.id in known}
    todo = [item for item in written if item.id not in known]
    results = judge(todo)
    problems: list[Problem] = []
    for item, result in zip(todo, results, strict=True):
        if result.value is None:
            problems += failed(item.document, (part,), part, hint, result)
            continue
        told = result.value.problems
        problems += located(item, told)
        if all(problem.warning for problem in told):
            known[item.id] = keep(keys[item.id], result.value)
        if not told:
            locked[item.first_id] = known[item.id]
    return Judgement(known, locked, tuple(problems), interrupted(results))


def finish(write: Callable[[], None], *, changed: bool, interrupted: bool) -> None:
    """Write a lock that changed, and end what Ctrl-C ended.

    Raises
    ------
    KeyboardInterrupt
        After Ctrl-C; what was finished is in the lock.
    """
    if changed:
        with suppress(OSError):  # what cannot be written is judged again next time
            write()
    if interrupted:
        raise KeyboardInterrupt


def interrupted(results: Sequence[Result[R]]) -> bool:
    """Return whether Ctrl-C ended the work."""
    return any(result.failure is Failure.INTERRUPTED for result in results)


def failed(
    document: Document, path: Path, what: str, hint: str, result: Result[R]
) -> Iterator[Problem]:
    """Yield why something could not be judged; after Ctrl-C there is no reason."""
    if result.failure is not Failure.INTERRUPTED:
        message = f"the {what} could not be judged: {result.message or result.failure}"
        yield Places(document).problem(path, "check-failed", message, hint, key=bool(path))


def damaged(file: str, what: str) -> Problem:
    """Return the warning that a lock cannot be read."""
    message = f"the file cannot be read, so every {what} is judged again"
    hint = "commit the file that is written now"
    return Problem(Location(file), "bad-lock", message, hint, Severity.WARNING)
