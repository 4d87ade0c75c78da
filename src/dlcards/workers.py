"""Run many small computations in processes, any of which may hang, crash or exhaust memory.

A task that misbehaves loses only its own result: its process is killed and replaced,
and the others go on. Uses the standard library alone, to load fast.
"""

from __future__ import annotations

import math
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Generic, Protocol, TypeVar

from dlcards.garbage import collect_rarely

T = TypeVar("T")
R = TypeVar("R")

MEMORY_BYTES = 2 << 30
START_SECONDS = 600.0
PATIENCE = 10.0
"""A process with other work beside it may take so many times its limit on the clock."""

CHUNK = 8
ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "PYTHONSAFEPATH": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
"""Environment of the workers: one thread each, the same hashes everywhere, and no module
from the current folder, which ``python -c`` would look through first."""


class Failure(StrEnum):
    """Why a task has no value."""

    ERROR = "error"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    CRASH = "crash"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Result(Generic[R]):
    """The outcome of one task.

    Parameters
    ----------
    value : R or None
        What the function returned; None after a failure.
    failure : Failure or None
        None when the task went well.
    message : str
        The failure in words.
    seconds : float
        Wall-clock time of the task, without waiting for its turn.
    """

    value: R | None = None
    failure: Failure | None = None
    message: str = ""
    seconds: float = 0.0


def run_tasks(
    function: Callable[[T], R],
    tasks: Sequence[T],
    *,
    jobs: int,
    seconds_per_task: float = 60.0,
    memory_bytes: int = MEMORY_BYTES,
    on_done: Callable[[int, Result[R]], None] | None = None,
    small: bool = False,
) -> list[Result[R]]:
    """Apply a function to every task, each in a process that can be stopped.

    The first Ctrl-C stops the work within a second; what was finished is returned
    and the rest is marked :attr:`Failure.INTERRUPTED`.

    Parameters
    ----------
    function : callable
        Defined at the top of a module, so that another process can find it.
    tasks : sequence
        Plain records; they travel between processes.
    jobs : int
        Number of processes; 0 runs everything here, without any limit.
    seconds_per_task : float
        Processor time after which a task's process ends, so that a busy machine fails no
        task; one that sleeps is killed after :data:`PATIENCE` times as long on the clock.
    memory_bytes : int
        Address space of one process, where the system can limit it.
    on_done : callable, optional
        Called with the index and the result of each task as soon as it is finished.
    small : bool
        The tasks are known to be quick and harmless: a single one runs here.

    Returns
    -------
    list of Result
        In the order of the tasks.

    Raises
    ------
    ValueError
        If `jobs` is negative.

    Examples
    --------
    >>> [result.value for result in run_tasks(abs, [-1, 2, -3], jobs=0)]
    [1, 2, 3]
    """
    here = 0 if small and len(tasks) == 1 else jobs
    with start_tasks(
        function,
        tasks,
        jobs=here,
        seconds_per_task=seconds_per_task,
        memory_bytes=memory_bytes,
    ) as running:
        return running.results(on_done)


@contextmanager
def start_tasks(
    function: Callable[[T], R],
    tasks: Sequence[T],
    *,
    jobs: int,
    seconds_per_task: float = 60.0,
    memory_bytes: int = MEMORY_BYTES,
    crew: Crew | None = None,
) -> Iterator[Running[R]]:
    """Start processes that work on tasks while this one does something else.

    The processes are killed at the end of the block, also after an exception, unless a crew
    keeps those that have nothing to do. Parameters as for :func:`run_tasks`; with ``jobs=0``
    the tasks run when their results are asked for.

    Examples
    --------
    >>> with start_tasks(abs, [-1, 2, -3], jobs=0) as running:
    ...     other = 4 + 5
    ...     [result.value for result in running.results()]
    [1, 2, 3]
    """
    if jobs < 0:
        raise ValueError("jobs must be 0 or more")
    if jobs == 0 or not tasks:
        yield _Here(function, tasks)
        return
    pool = _Pool(function, tasks, jobs, seconds_per_task, memory_bytes, crew)
    try:
        pool.start()
        yield pool
    finally:
        pool.kill()


class Running(Protocol[R]):
    """Tasks that were started."""

    def results(self, on_done: Callable[[int, Result[R]], None] | None = None) -> list[Result[R]]:
        """Wait for the tasks and return their results, see :func:`run_tasks`; call it once."""


class _Here(Generic[T, R]):
    """Tasks without processes."""

    def __init__(self, function: Callable[[T], R], tasks: Sequence[T]) -> None:
        self._function = function
        self._tasks = tasks

    def results(self, on_done: Callable[[int, Result[R]], None] | None = None) -> list[Result[R]]:
        results: list[Result[R]] = []
        try:
            for index, task in enumerate(self._tasks):
                results.append(_attempt(self._function, task))
                if on_done is not None:
                    on_done(index, results[-1])
        except KeyboardInterrupt:
            pass
        left = len(self._tasks) - len(results)
        return results + [Result(failure=Failure.INTERRUPTED, message="interrupted")] * left


def _attempt(function: Callable[[T], R], task: T) -> Result[R]:
    start = time.perf_counter()
    try:
        value = function(task)
    except MemoryError:
        return Result(None, Failure.MEMORY, "out of memory", time.perf_counter() - start)
    except Exception as error:  # noqa: BLE001 - whatever the task raises is its result
        message = f"{type(error).__name__}: {error}"[:500]
        return Result(None, Failure.ERROR, message, time.perf_counter() - start)
    return Result(value, seconds=time.perf_counter() - start)


def _serve(connection: Connection, memory_bytes: int, seconds: float) -> None:
    """Run tasks until the process is killed: the main loop of a worker.

    The function comes first, through the connection: to load its modules takes a while.
    """
    with suppress(ValueError, OSError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    collect_rarely()
    function: Callable[[object], object] = connection.recv()
    _limit_memory(memory_bytes)
    _end_with_parent()
    connection.send("ready")
    while True:
        try:
            chunk = connection.recv()
        except (EOFError, OSError):
            return
        for task in chunk:
            with _processor_limit(seconds):
                result = _attempt(function, task)
            try:
                connection.send(result)
            except (BrokenPipeError, ConnectionResetError):
                return
            except Exception as error:  # noqa: BLE001 - a value that cannot be pickled
                message = f"the result cannot be sent: {type(error).__name__}: {error}"[:500]
                connection.send(Result(None, Failure.ERROR, message, result.seconds))


@contextmanager
def _processor_limit(seconds: float) -> Iterator[None]:
    """End this process, also from inside a library, when it has computed for so long."""
    if not hasattr(signal, "setitimer"):
        yield
        return
    # No handler: Python would run one only after the library returns.
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _end_with_parent() -> None:
    """End this process when its parent is killed, even in the middle of a task."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(1)

    # Signals are for the thread that works: they end proofs that take too long.
    mask = getattr(signal, "pthread_sigmask", None)
    old = mask(signal.SIG_BLOCK, signal.valid_signals()) if mask else None
    threading.Thread(target=watch, daemon=True).start()
    if mask:
        mask(signal.SIG_SETMASK, old)


def _limit_memory(memory_bytes: int) -> None:
    if sys.platform == "win32":
        return
    import resource  # not on Windows

    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


def _start_tracker() -> None:
    """Start the resource tracker before Ctrl-C is blocked: its start would unblock it."""
    if os.name == "posix":
        from multiprocessing import resource_tracker  # not on Windows

        resource_tracker.ensure_running()


@contextmanager
def _worker_environment() -> Iterator[None]:
    """Let a new process inherit the fixed environment and a blocked Ctrl-C."""
    before = {name: os.environ.get(name) for name in ENVIRONMENT}
    os.environ.update(ENVIRONMENT)
    _start_tracker()
    mask = getattr(signal, "pthread_sigmask", None)
    old = mask(signal.SIG_BLOCK, {signal.SIGINT}) if mask else None
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
        if mask:
            mask(signal.SIG_SETMASK, old)


Work = tuple[Callable[..., object], int, float]
"""What a process does, in how much memory, and how long a task may take: set when it starts."""


class Crew:
    """Processes that stay when their tasks are done: the next tasks need not wait for their start.

    A context manager that kills them in the end; :func:`start_tasks` takes it.
    """

    def __init__(self) -> None:
        self._idle: list[tuple[Work, _Worker]] = []

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *error: object) -> None:
        for _, worker in self._idle:
            worker.end()
        self._idle = []

    def processes(self) -> tuple[int, ...]:
        """Return the numbers of the processes that wait."""
        return tuple(worker.process.pid or 0 for _, worker in self._idle)

    def take(self, work: Work) -> _Worker | None:
        """Return a process that does this, None where none is left."""
        for place, (does, worker) in enumerate(self._idle):
            if does == work:
                del self._idle[place]
                if worker.process.is_alive():
                    return worker
                worker.end()
                return self.take(work)
        return None

    def keep(self, work: Work, worker: _Worker) -> None:
        """Keep a process that has nothing to do."""
        self._idle.append((work, worker))


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    connection: Connection
    deadline: float
    ready: bool = False
    tasks: deque[int] = field(default_factory=deque)

    def end(self) -> None:
        """Kill the process at once."""
        self.process.kill()
        self.process.join()
        self.connection.close()

    @property
    def was_late(self) -> bool:
        """Whether a process that ended had computed for too long."""
        return self.process.exitcode == -getattr(signal, "SIGVTALRM", math.inf)


class _Pool(Generic[T, R]):
    """Tasks in processes."""

    def __init__(
        self,
        function: Callable[[T], R],
        tasks: Sequence[T],
        jobs: int,
        seconds: float,
        memory_bytes: int,
        crew: Crew | None = None,
    ) -> None:
        self._crew = crew
        self._work: Work = (function, memory_bytes, seconds)
        self._tasks = tasks
        self._jobs = min(jobs, len(tasks))
        self._seconds = seconds
        self._on_done: Callable[[int, Result[R]], None] | None = None
        self._context = multiprocessing.get_context("spawn")
        self._waiting: deque[int] = deque(range(len(tasks)))
        self._results: dict[int, Result[R]] = {}
        self._workers: list[_Worker] = []
        self._failed_starts = 0

    def start(self) -> None:
        while self._waiting and len(self._workers) < self._jobs:
            self._start_worker()

    def results(self, on_done: Callable[[int, Result[R]], None] | None = None) -> list[Result[R]]:
        self._on_done = on_done
        try:
            for index, result in self._results.items():  # a process that died at once
                self._report(index, result)
            while len(self._results) < len(self._tasks):
                self.start()
                self._listen()
                self._kill_late()
        except KeyboardInterrupt:
            pass
        missing: Result[R] = Result(failure=Failure.INTERRUPTED, message="interrupted")
        return [self._results.get(index, missing) for index in range(len(self._tasks))]

    def kill(self) -> None:
        idle = [w for w in self._workers if w.ready and not w.tasks] if self._crew else []
        self._workers = [w for w in self._workers if w not in idle]
        for worker in idle:
            assert self._crew is not None
            self._crew.keep(self._work, worker)
        # All at once, and only then wait for each: their ends overlap.
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            worker.end()

    def _start_worker(self) -> None:
        kept = self._crew.take(self._work) if self._crew else None
        if kept is not None:
            kept.deadline = self._latest()
            self._workers.append(kept)
            self._hand_over(kept)
            return
        function, memory_bytes, seconds = self._work
        ours, theirs = self._context.Pipe()
        process = self._context.Process(
            target=_serve,
            args=(theirs, memory_bytes, seconds),
            daemon=True,
        )
        with _worker_environment():
            process.start()
        theirs.close()
        with suppress(OSError):  # a process that died at once is found below
            ours.send(function)
        worker = _Worker(process, ours, time.monotonic() + START_SECONDS)
        self._workers.append(worker)
        # Sent before the worker is ready: this process may be busy with something else by then.
        self._hand_over(worker)

    def _listen(self) -> None:
        soonest = min((worker.deadline for worker in self._workers), default=0.0)
        timeout = max(0.0, soonest - time.monotonic())
        answering = wait([worker.connection for worker in self._workers], timeout=timeout)
        for worker in [w for w in self._workers if w.connection in answering]:
            try:
                answer = worker.connection.recv()
            except (EOFError, OSError):
                self._lost(worker, Failure.CRASH, "the process ended unexpectedly")
                continue
            if worker.ready:
                self._finish(worker.tasks.popleft(), answer)
            else:
                worker.ready = True
                self._failed_starts = 0
            worker.deadline = self._latest()
            self._hand_over(worker)

    def _latest(self) -> float:
        """Return when a task that starts now is given up by the clock."""
        return time.monotonic() + PATIENCE * self._seconds

    def _hand_over(self, worker: _Worker) -> None:
        """Send the next tasks to a worker that has none."""
        if worker.tasks:
            return
        if not self._waiting:
            worker.deadline = math.inf
            return
        share = len(self._waiting) // (2 * self._jobs)
        for _ in range(max(1, min(CHUNK, share))):
            worker.tasks.append(self._waiting.popleft())
        try:
            worker.connection.send([self._tasks[index] for index in worker.tasks])
        except OSError:
            self._lost(worker, Failure.CRASH, "the process ended unexpectedly")

    def _kill_late(self) -> None:
        now = time.monotonic()
        for worker in [w for w in self._workers if w.deadline <= now]:
            seconds = PATIENCE * self._seconds if worker.ready else START_SECONDS
            self._lost(worker, Failure.TIMEOUT, f"no answer within {seconds:g} s")

    def _lost(self, worker: _Worker, failure: Failure, message: str) -> None:
        self._workers.remove(worker)
        worker.end()
        if worker.was_late:
            failure = Failure.TIMEOUT
            message = f"more than {self._seconds:g} s of processor time"
        if worker.ready:
            if worker.tasks:
                self._finish(worker.tasks.popleft(), Result(failure=failure, message=message))
            self._waiting.extendleft(reversed(worker.tasks))
        else:
            self._waiting.extendleft(reversed(worker.tasks))
            self._failed_starts += 1
            if self._failed_starts > 1:
                while self._waiting:
                    text = "no worker process could be started"
                    self._finish(self._waiting.popleft(), Result(failure=failure, message=text))

    def _finish(self, index: int, result: Result[R]) -> None:
        self._results[index] = result
        self._report(index, result)

    def _report(self, index: int, result: Result[R]) -> None:
        if self._on_done is not None:
            self._on_done(index, result)
