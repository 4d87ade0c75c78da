"""What a command costs, and several commands in turn so that a busy machine is fair to all."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
_SCRIPT = Path(PYTHON).with_name("dlcards")
DLCARDS = (str(_SCRIPT),) if _SCRIPT.exists() else (PYTHON, "-m", "dlcards")

Command = Sequence[str | Path]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took: seconds of processor and of clock, kilobytes at the peak."""

    cpu: float
    wall: float
    peak: int


class FailedError(Exception):
    """A command that was to be measured did not do its work."""


def run(command: Command, *, cwd: Path = ROOT, limit: float = 600.0) -> Cost:
    """Run a command and return what it and its children took.

    Raises
    ------
    FailedError
        When it fails or takes longer than the limit.
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    # Installed packages have their byte code; a checkout that may not write it starts slowly.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    # A process in between, so that the peak of this command alone is known.
    asked = [str(part) for part in command]
    watcher = (PYTHON, "-c", WATCH, str(limit), *asked)
    start = time.perf_counter()
    done = subprocess.run(
        watcher, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    wall = time.perf_counter() - start
    if done.returncode:
        shown = " ".join(Path(part).name for part in asked[:6])
        raise FailedError(f"{shown}: {(done.stderr or done.stdout).strip()[-400:]}")
    cpu, inside, peak = done.stderr.strip().splitlines()[-1].split()
    return Cost(float(cpu), min(wall, float(inside)), int(peak))


WATCH = """
import resource, subprocess, sys, time
start = time.perf_counter()
try:
    code = subprocess.run(sys.argv[2:], timeout=float(sys.argv[1])).returncode
except subprocess.TimeoutExpired:
    print("took longer than", sys.argv[1], "s", file=sys.stderr)
    sys.exit(1)
wall = time.perf_counter() - start
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print("", used.ru_utime + used.ru_stime, wall, used.ru_maxrss, file=sys.stderr)
sys.exit(code)
"""


def in_turn(
    commands: Mapping[str, Command],
    rounds: int,
    *,
    cwd: Path = ROOT,
    before: Mapping[str, Callable[[int], None]] | None = None,
) -> dict[str, Cost]:
    """Run commands in turn, several times, and return the median cost of each.

    Parameters
    ----------
    before : mapping of str to callable
        What is done before a command, with the number of the round; not measured.
    """
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for number in range(rounds):
        for name, command in commands.items():
            prepare = (before or {}).get(name)
            if prepare is not None:
                prepare(number)
            costs[name].append(run(command, cwd=cwd))
    return {name: median(found) for name, found in costs.items()}


def median(costs: Sequence[Cost]) -> Cost:
    """Return the median of each figure."""
    return Cost(
        statistics.median(cost.cpu for cost in costs),
        statistics.median(cost.wall for cost in costs),
        round(statistics.median(cost.peak for cost in costs)),
    )


def own_peak() -> int:
    """Return the peak of this process in kilobytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
