"""Tasks that hang, crash or raise cost themselves only."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from dlcards.workers import Crew, Failure, Result, run_tasks, start_tasks


def square(x: int) -> int:
    return x * x


def misbehave(kind: str) -> str:
    if kind == "hang":
        time.sleep(600)
    if kind == "compute":
        while True:
            pass
    if kind == "one long step":
        return str((3**10**8).bit_length())
    if kind == "wait":
        time.sleep(1.0)
    if kind == "crash":
        os._exit(3)
    if kind == "raise":
        raise ValueError("no good")
    if kind == "memory":
        return str(len(bytearray(8 << 30)))
    if kind == "unsendable":
        return lambda: "x"  # type: ignore[return-value]
    return kind


def environment(name: str) -> str | None:
    return os.environ.get(name)


def touch(path: Path) -> None:
    path.touch()


def sleep(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def process_id(_: int) -> int:
    return os.getpid()


@pytest.fixture
def less_patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give up sooner on a process that sleeps: these tests wait until that happens."""
    monkeypatch.setattr("dlcards.workers.PATIENCE", 4.0)


@pytest.mark.slow
@pytest.mark.parametrize("jobs", [0, 1, 2])
def test_results_come_in_the_order_of_the_tasks(jobs: int) -> None:
    assert [r.value for r in run_tasks(square, range(30), jobs=jobs)] == [x * x for x in range(30)]


def test_no_task_needs_no_process() -> None:
    assert run_tasks(square, [], jobs=2) == []


def test_negative_jobs_are_refused() -> None:
    with pytest.raises(ValueError, match="jobs"):
        run_tasks(square, [1], jobs=-1)


@pytest.mark.slow
def test_a_failure_costs_its_own_task_only() -> None:
    kinds = ["a", "b", "crash", "c", "raise", "d", "unsendable", "e"]
    results = run_tasks(misbehave, kinds, jobs=2)
    assert {k: r.value for k, r in zip(kinds, results, strict=True) if r.failure is None} == {
        k: k for k in "abcde"
    }
    assert {k: r.failure for k, r in zip(kinds, results, strict=True) if r.failure} == {
        "crash": Failure.CRASH,
        "raise": Failure.ERROR,
        "unsendable": Failure.ERROR,
    }
    assert results[4].message == "ValueError: no good"


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["hang", "compute", "one long step"])
@pytest.mark.usefixtures("less_patient")
def test_a_task_that_does_not_end_costs_itself_only(kind: str) -> None:
    results = run_tasks(misbehave, ["a", kind, "b", "c"], jobs=2, seconds_per_task=0.5)
    assert [r.value for r in results] == ["a", None, "b", "c"]
    assert results[1].failure is Failure.TIMEOUT


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs a timer of processor time")
def test_time_that_others_take_is_not_counted() -> None:
    results = run_tasks(misbehave, ["wait", "wait"], jobs=1, seconds_per_task=0.5)
    assert [r.value for r in results] == ["wait", "wait"]


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs a timer of processor time")
def test_a_task_that_computes_too_long_is_told_so() -> None:
    (result,) = run_tasks(misbehave, ["compute"], jobs=1, seconds_per_task=0.5)
    assert result.message == "more than 0.5 s of processor time"


def test_a_failure_in_this_process_is_a_value_too() -> None:
    results = run_tasks(misbehave, ["raise", "a"], jobs=0)
    assert [(r.value, r.failure) for r in results] == [(None, Failure.ERROR), ("a", None)]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="address space is limited on Linux only")
def test_memory_is_limited() -> None:
    results = run_tasks(misbehave, ["memory", "a"], jobs=1, memory_bytes=1 << 30)
    assert [r.failure for r in results] == [Failure.MEMORY, None]


@pytest.mark.slow
def test_progress_is_told_once_for_every_task() -> None:
    told: list[tuple[int, Result[int]]] = []
    results = run_tasks(square, range(9), jobs=2, on_done=lambda i, r: told.append((i, r)))
    assert sorted(told, key=lambda pair: pair[0]) == list(enumerate(results))


@pytest.mark.slow
def test_workers_run_under_a_fixed_environment() -> None:
    names = ["PYTHONHASHSEED", "OPENBLAS_NUM_THREADS"]
    before = {name: os.environ.get(name) for name in names}
    assert [r.value for r in run_tasks(environment, names, jobs=1)] == ["0", "1"]
    assert {name: os.environ.get(name) for name in names} == before


@pytest.mark.slow
def test_only_a_single_small_task_stays_in_this_process() -> None:
    here = os.getpid()
    assert run_tasks(process_id, [1], jobs=2, small=True)[0].value == here
    assert here not in {r.value for r in run_tasks(process_id, [1, 2], jobs=2, small=True)}
    assert run_tasks(process_id, [1], jobs=2)[0].value != here


class DeadOnArrival:
    """Ends the process that reads it."""

    def __reduce__(self) -> tuple[object, tuple[int]]:
        return (os._exit, (3,))

    def __call__(self, task: int) -> int:
        return task


@pytest.mark.slow
def test_workers_that_cannot_start_fail_the_tasks_instead_of_trying_for_ever() -> None:
    results = run_tasks(DeadOnArrival(), [1, 2, 3], jobs=2)
    assert [r.failure for r in results] == [Failure.CRASH] * 3


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("jobs", [0, 2])
def test_an_interrupt_keeps_what_is_finished(tmp_path: Path, jobs: int) -> None:
    script = tmp_path / "interrupted.py"
    script.write_text(
        textwrap.dedent(
            f"""
            import os, signal, time
            from dlcards.workers import run_tasks

            # What runs in the background of a shell starts with Ctrl-C switched off.
            signal.signal(signal.SIGINT, signal.default_int_handler)

            def work(kind):
                if kind == "hang":
                    time.sleep(600)
                return kind

            if __name__ == "__main__":
                show = lambda i, r: print("done", r.value, flush=True)
                results = run_tasks(work, ["a", "hang", "hang"], jobs={jobs}, on_done=show)
                print([(r.value, str(r.failure)) for r in results], flush=True)
            """
        )
    )
    process = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "done a\n"
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert out == "[('a', 'None'), (None, 'interrupted'), (None, 'interrupted')]\n"
    assert err == ""


@pytest.mark.slow
@pytest.mark.parametrize("jobs", [0, 2])
def test_other_work_is_done_while_the_processes_work(jobs: int) -> None:
    order: list[str] = []
    with start_tasks(square, range(5), jobs=jobs) as running:
        order.append("other work")
        results = running.results(lambda i, r: order.append("task"))
    assert [r.value for r in results] == [0, 1, 4, 9, 16]
    assert order == ["other work", *["task"] * 5]


@pytest.mark.slow
def test_processes_work_before_anybody_asks_for_results(tmp_path: Path) -> None:
    made = tmp_path / "made"
    with start_tasks(touch, [made], jobs=1):
        deadline = time.monotonic() + 30
        while not made.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert made.exists()


def test_an_exception_in_other_work_ends_the_processes() -> None:
    seen: list[int] = []

    def other_work() -> None:
        with start_tasks(misbehave, ["hang"], jobs=1):
            seen.append(len(multiprocessing.active_children()))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        other_work()
    assert seen == [1]
    assert not multiprocessing.active_children()


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_workers_end_with_the_process_that_was_killed(tmp_path: Path) -> None:
    script = tmp_path / "killed.py"
    script.write_text(
        textwrap.dedent(
            """
            import os, sys, time
            from pathlib import Path
            from dlcards.workers import run_tasks

            def work(folder):
                (Path(folder) / f"{os.getpid()}.pid").touch()
                while True:
                    pass

            if __name__ == "__main__":
                run_tasks(work, [sys.argv[1]] * 2, jobs=2)
            """
        )
    )
    process = subprocess.Popen([sys.executable, str(script), str(tmp_path)])
    until = time.monotonic() + 30
    while len(list(tmp_path.glob("*.pid"))) < 2 and time.monotonic() < until:
        time.sleep(0.05)
    process.kill()
    process.wait()
    workers = [int(path.stem) for path in tmp_path.glob("*.pid")]
    assert len(workers) == 2
    while any(alive(worker) for worker in workers) and time.monotonic() < until:
        time.sleep(0.05)
    assert [worker for worker in workers if alive(worker)] == []


def alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.mark.slow
def test_a_crew_stays_for_the_next_tasks() -> None:
    with Crew() as crew:
        numbers = set()
        for _ in range(3):
            with start_tasks(process_id, [1], jobs=1, crew=crew) as running:
                numbers.add(running.results()[0].value)
        assert numbers == {*crew.processes()}
        with start_tasks(square, [3], jobs=1, crew=crew) as other:
            assert other.results()[0].value == 9
        assert len(crew.processes()) == 2
    for number in numbers:
        with pytest.raises(ProcessLookupError):
            os.kill(int(number or 0), 0)


@pytest.mark.slow
def test_a_crew_gives_nobody_the_limits_of_other_work() -> None:
    """A process has the limit it was started with; the clock is ten times as patient."""
    with Crew() as crew:
        with start_tasks(process_id, [1], jobs=1, seconds_per_task=60, crew=crew) as running:
            first = running.results()[0].value
        with start_tasks(sleep, [0.6], jobs=1, seconds_per_task=0.3, crew=crew) as running:
            assert running.results()[0].value == 0.6
        with start_tasks(sleep, [0.6], jobs=1, seconds_per_task=0.3, crew=crew) as running:
            assert running.results()[0].value == 0.6
        with start_tasks(process_id, [1], jobs=1, seconds_per_task=30, crew=crew) as running:
            assert running.results()[0].value != first
        assert len(crew.processes()) == 3


@pytest.mark.slow
@pytest.mark.usefixtures("less_patient")
def test_a_crew_loses_who_hangs_and_replaces_who_died() -> None:
    with Crew() as crew:
        for tasks in (["hang"], ["fine"]):
            with start_tasks(
                misbehave,
                tasks,
                jobs=1,
                seconds_per_task=0.5 if tasks == ["hang"] else 60,
                crew=crew,
            ) as running:
                (result,) = running.results()
        assert result.value == "fine"
        (number,) = crew.processes()
        os.kill(number, signal.SIGKILL)
        while multiprocessing.active_children():
            time.sleep(0.01)
        with start_tasks(misbehave, ["again"], jobs=1, seconds_per_task=60, crew=crew) as running:
            assert running.results()[0].value == "again"
