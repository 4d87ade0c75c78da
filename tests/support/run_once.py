"""Work that one of several test processes does for all of them."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

LONGEST = 1800.0


def shared_folder(factory: pytest.TempPathFactory, name: str) -> Path:
    """Return where all test processes of a run find what one of them made."""
    base = factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name


def run_once(folder: Path, work: Callable[[], None]) -> None:
    """Do the work in the first process that comes; the others wait until it is done.

    The turn is a lock of SQLite: every system has it, and it ends with its process.
    """
    folder.mkdir(parents=True, exist_ok=True)
    done = folder / "done"
    with closing(sqlite3.connect(folder / "turn", timeout=LONGEST, isolation_level=None)) as turn:
        turn.execute("BEGIN EXCLUSIVE")
        if not done.exists():
            work()
            done.touch()
