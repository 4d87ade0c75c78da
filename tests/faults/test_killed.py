"""Whenever a build is killed or stopped: the last package is whole and the next build succeeds.

``DLCARDS_FAULTS=100`` tries as many moments of each way; ``make faults`` does.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time

import pytest
from broken import PATIENCE, Build, Count, Workshop, finish, left_running, start, workers_of

MOMENTS = int(os.environ.get("DLCARDS_FAULTS", "8"))

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="POSIX signals and /proc"),
]


def assert_all_end(session: int) -> None:
    until = time.monotonic() + PATIENCE
    while left_running(session) and time.monotonic() < until:
        time.sleep(0.05)
    assert left_running(session) == []


@pytest.mark.exhaustive(every=8)
@pytest.mark.parametrize("moment", range(MOMENTS))
def test_a_build_that_is_killed(workshop: Workshop, moment: int, count: Count) -> None:
    root = workshop.copy(f"killed-{moment}")
    build = start(root)
    time.sleep(random.Random(moment).uniform(0, workshop.seconds))
    build.kill()
    code, err = finish(build)
    count("builds killed (SIGKILL)")
    count("builds killed (SIGKILL), of which while they worked", int(code != 0))
    assert code in (-signal.SIGKILL, 0), err
    assert workshop.package(root) in (workshop.old, workshop.new)
    assert_all_end(build.pid)
    workshop.assert_recovers(root)


@pytest.mark.exhaustive(every=8)
@pytest.mark.parametrize("moment", range(MOMENTS))
def test_a_build_that_is_stopped_with_ctrl_c(workshop: Workshop, moment: int, count: Count) -> None:
    root = workshop.copy(f"stopped-{moment}")
    build = start(root)
    time.sleep(random.Random(-moment - 1).uniform(0, workshop.seconds))
    os.killpg(build.pid, signal.SIGINT)
    code, err = finish(build)
    count("builds stopped (Ctrl-C)")
    count("builds stopped (Ctrl-C), of which while they worked", int(code != 0))
    # Before the command line is loaded, Python itself answers.
    assert code in (130, 0, -signal.SIGINT), err
    if code == 130:
        assert err.strip() == "stopped; what was there before is untouched"
    assert workshop.package(root) in (workshop.old, workshop.new)
    assert_all_end(build.pid)
    assert not list(root.rglob("*.part"))
    workshop.assert_recovers(root)


def signal_a_worker(build: Build, number: int) -> bool:
    """Send a signal to one worker as soon as there is one; tell whether there was one."""
    while build.poll() is None:
        for worker in workers_of(build.pid):
            os.kill(worker, number)
            return True
        time.sleep(0.02)
    return False


def test_a_worker_that_dies_costs_its_task_and_is_named(workshop: Workshop, count: Count) -> None:
    root = workshop.copy("worker")
    build = start(root)
    killed = signal_a_worker(build, signal.SIGKILL)
    code, err = finish(build)
    assert killed
    count("workers killed")
    assert code in (0, 1), err
    if code == 1:
        assert "the process ended unexpectedly" in err
        assert workshop.package(root) == workshop.old
    workshop.assert_recovers(root)


@pytest.mark.skipif(MOMENTS < 100, reason="takes a minute: make faults")
def test_a_worker_that_hangs_is_given_up(workshop: Workshop, count: Count) -> None:
    root = workshop.copy("hanging")
    build = start(root)
    stopped = signal_a_worker(build, signal.SIGSTOP)
    code, err = finish(build)
    assert stopped
    count("workers that hang")
    assert code in (0, 1), err
    if code == 1:
        assert "no answer within" in err
        assert workshop.package(root) == workshop.old
    assert_all_end(build.pid)
    workshop.assert_recovers(root)
