"""Snippets run for maintainers: isolated, bounded, and in agreement with the interpreter."""

from __future__ import annotations

import subprocess

import numpy as np
import pytest
from snippets import HONEST
from test_snippet import RIGHT, statement

from dlcards.claims.snippets import run as runs
from dlcards.claims.snippets.check import Input, check_snippet
from dlcards.claims.snippets.grammar import SnippetError, read_snippet
from dlcards.claims.snippets.run import execute, run_snippet


def inputs(*arguments: object) -> list[Input]:
    return [Input(arguments, np.array(0.0), 1e-9)]


@pytest.mark.slow
def test_python_agrees_with_the_formula_functions_included() -> None:
    chain = next(item for item in RIGHT if item[2].startswith("def slope"))
    verdict = run_snippet(statement(*chain))
    assert verdict.message == ""
    assert verdict.points == check_snippet(statement(*chain)).points > 0


@pytest.mark.slow
@pytest.mark.parametrize(("let", "equals", "numpy"), RIGHT, ids=[r[1] for r in RIGHT])
def test_python_agrees_with_the_interpreter(let: dict[str, str], equals: str, numpy: str) -> None:
    assert run_snippet(statement(let, equals, numpy)).message == ""


def test_what_the_allow_list_refuses_is_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[object] = []
    monkeypatch.setattr(subprocess, "Popen", lambda *a, **k: started.append(a))
    verdict = run_snippet(statement({"x": "real"}, "x", "def f(x):\n    return open('a')"))
    assert verdict.code == "snippet-not-allowed"
    assert not started


@pytest.mark.slow
def test_a_failing_snippet_says_why() -> None:
    with pytest.raises(SnippetError, match="IndexError"):
        execute(read_snippet("def f(x):\n    return x[9]"), inputs(np.arange(3.0)))


@pytest.mark.slow
def test_a_snippet_that_does_not_stop_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = runs._RUNNER.replace(f'("RLIMIT_CPU", {runs.PROCESSOR_SECONDS})', '("RLIMIT_CPU", 1)')
    assert runner != runs._RUNNER
    monkeypatch.setattr(runs, "_RUNNER", runner)
    text = (
        "def f(x):\n    for i in range(10**6):\n        for j in range(10**6):\n            x = i\n"
        "    return x"
    )
    with pytest.raises(SnippetError, match=r"the snippet (fails|does not stop)"):
        execute(read_snippet(text), inputs(0.0))


@pytest.mark.slow
def test_memory_is_bounded() -> None:
    with pytest.raises(SnippetError, match="MemoryError"):
        execute(read_snippet("def f(x):\n    return np.zeros((10**6, 10**6))"), inputs(0.0))


def test_a_result_is_what_python_returns() -> None:
    (result,) = execute(read_snippet(HONEST["relu"][0]), inputs(np.array([-1.0, 2.0])))
    assert result.tolist() == [0.0, 1.0]
