"""A verdict is the same on every processor: its points and its numbers are exact or bounded."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
UMATH: Any = importlib.import_module("numpy._core._multiarray_umath")
CHANGEABLE = " ".join(name for name in UMATH.__cpu_dispatch__ if UMATH.__cpu_features__[name])
"""What NumPy uses of this processor beyond what it asks of every one."""

SAMPLE = """
import json
import sys
from itertools import islice
from dlcards.claims.judge.judge import check_statement
from dlcards.claims.resolver import read_statement
from tests.truth.claims import cases

found = []
for case in islice(cases("cases"), 0, None, int(sys.argv[1])):
    statement, _ = read_statement(case.text)
    for verdict in check_statement(statement, prove=False) if statement else ():
        found.append([case.id, verdict.code, verdict.points, verdict.message])
print(json.dumps(found))
"""


def verdicts(step: int, **environment: str) -> list[list[object]]:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SAMPLE, str(step)],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[list[object]] = json.loads(done.stdout)
    return found


@pytest.mark.slow
@pytest.mark.exhaustive(of=3)
def test_verdicts_are_the_same_without_vector_instructions(every: int) -> None:
    step = 9 * every
    usual = verdicts(step)
    assert len(usual) * every > 20
    assert verdicts(step, NPY_DISABLE_CPU_FEATURES=CHANGEABLE) == usual
