"""Builds of a small project as programs of their own, to be disturbed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from dlcards.cli import run

PATIENCE = 600.0
"""Seconds after which a build hangs, on a machine however busy; no test waits so long."""
EPOCH = "1700000000"
"""Makes the same bytes of the same content, so that a package is the old one or the new one."""

ENTRY = """\
kind: concept
title: {title}
topic: powers
let: {{x: real}}
claim: (x + {number})**2 == x**2 + {double}*x + {square}
meaning: {meaning}
figure: {{kind: function_plot, exprs: ["(x + {number})**2"], x: [-3, 3], alt: A parabola.}}
questions:
  q1: {{ask: "Where is it zero?", answer: "At $-{number}$"}}
sources: ["https://example.org/"]
"""
DECK = "title: Tests::Faults\ndescription: {description}\ncontents: [{{subject: algebra}}]\n"
NUMBERS = (1, 2, 3, 4)
_PROCESS = re.compile(r"\d+")


def write_project(root: Path, *, meaning: str = "A square.", shift: int = 0) -> None:
    """Write entries with claims and figures, and a deck of them."""
    folder = root / "formulas" / "algebra"
    folder.mkdir(parents=True, exist_ok=True)
    (root / "decks").mkdir(exist_ok=True)
    for number in NUMBERS:
        n = number + shift
        text = ENTRY.format(
            title=f"Square {number}", number=n, double=2 * n, square=n * n, meaning=meaning
        )
        (folder / f"square-{number}.yaml").write_text(text, encoding="utf-8")
    (root / "decks" / "faults.yaml").write_text(DECK.format(description=meaning), encoding="utf-8")


def start(
    root: Path, *arguments: str, jobs: int = 2, before: Callable[[], None] | None = None
) -> Build:
    """Start a build in a session of its own."""
    command = [sys.executable, "-m", "dlcards", "--root", str(root), "build", "--all"]
    return subprocess.Popen(
        [*command, "--jobs", str(jobs), *arguments],
        env={**os.environ, "SOURCE_DATE_EPOCH": EPOCH},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=os.name == "posix",
        preexec_fn=before,  # noqa: PLW1509 - no threads are running here
    )


Build = subprocess.Popen[str]
Count = Callable[..., None]


def finish(build: Build) -> tuple[int, str]:
    """Wait for a build; return its exit code and what it said of problems."""
    _, err = build.communicate(timeout=PATIENCE)
    return build.returncode, err


def files(root: Path) -> list[str]:
    """Return all files below a root, without the names that depend on the content."""
    found = (path for path in root.rglob("*") if path.is_file())
    names = (path.relative_to(root).as_posix() for path in found)
    return sorted(name for name in names if "/.cache/" not in f"/{name}" or ".part" in name)


def left_running(session: int) -> list[int]:
    """Return the processes of a session that have not ended."""
    running = []
    for folder in Path("/proc").iterdir():
        if not _PROCESS.fullmatch(folder.name):
            continue
        try:
            status = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if status[0] != "Z" and int(status[3]) == session:
            running.append(int(folder.name))
    return running


def workers_of(session: int) -> list[int]:
    """Return the running worker processes of a session."""
    found = []
    for process in left_running(session):
        with suppress(OSError):
            if b"spawn_main" in Path(f"/proc/{process}/cmdline").read_bytes():
                found.append(process)
    return found


def build_here(root: Path, *arguments: str) -> None:
    """Build in this process, without workers: a fifth of the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", EPOCH)
        patch.setattr("dlcards.build.flow.workers", lambda jobs: 0)
        assert run(["--root", str(root), "-q", "build", "--all", *arguments]) == 0


def make(folder: Path) -> None:
    """Build the project, and its next state in a process that is timed."""
    write_project(folder / "base")
    build_here(folder / "base")
    reference = next_state(folder / "base", folder / "reference")
    begun = time.monotonic()
    code, err = finish(start(reference))
    assert code == 0, err
    (folder / "seconds").write_text(str(time.monotonic() - begun))


def next_state(base: Path, root: Path) -> Path:
    """Return a project with the old package and the new content."""
    shutil.copytree(base, root)
    write_project(root, meaning="Another square.", shift=1)
    return root


class Workshop:
    """A project that was built, its next state, and what a build of that state gives.

    ``seconds`` is how long that build took: moments to disturb it lie within.
    """

    def __init__(self, made: Path, folder: Path) -> None:
        self.folder = folder
        self.base = made / "base"
        self.old = self.package(self.base)
        self.seconds = float((made / "seconds").read_text())
        self.new = self.package(made / "reference")
        assert self.new != self.old
        self.files = files(made / "reference")

    @staticmethod
    def package(root: Path) -> bytes:
        """Return the bytes of the package of a project."""
        return (root / "build" / "faults.apkg").read_bytes()

    def copy(self, name: str) -> Path:
        """Return a project with the old package and the new content."""
        return next_state(self.base, self.folder / name)

    def assert_recovers(self, root: Path) -> None:
        """Assert that the next build succeeds and that nothing else is left."""
        build_here(root)
        assert self.package(root) == self.new
        assert files(root) == self.files
