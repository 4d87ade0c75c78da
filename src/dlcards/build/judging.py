"""Tasks that are judged in worker processes, for steps that keep a lock of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from dlcards.documents import Document, Path, Places
from dlcards.problems import Location, Problem, Severity
from dlcards.requests import Watcher
from dlcards.workers import Failure, Result, run_tasks

T = TypeVar("T")
R = TypeVar("R")

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
