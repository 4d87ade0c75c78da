"""What ``tasks.py test`` says about tests that failed, once or twice."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import tasks

Outcome = tuple[int, list[str]]
"""What a run of pytest returns, and which tests it notes as failed."""
A, B = "tests/test_a.py::test_a", "tests/test_b.py::test_b"


@pytest.fixture
def outcome(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., tuple[int, list[Outcome]]]:
    """Return a function that runs the task on given outcomes; it returns the unused ones too."""

    def test(*runs: Outcome, lints: Sequence[str] = ()) -> tuple[int, list[Outcome]]:
        left, noted = list(runs), tmp_path / "lastfailed"
        noted.write_text(json.dumps({"tests/test_old.py::test_old": True}), encoding="utf-8")

        def run(*command: str | Path) -> int:
            code, failed = left.pop(0)
            if failed or code == 0:
                noted.write_text(json.dumps(dict.fromkeys(failed, True)), encoding="utf-8")
            return code

        monkeypatch.setattr(tasks, "run", run)
        monkeypatch.setattr(tasks, "lint", lambda: list(lints))
        monkeypatch.setattr(tasks, "compiled", lambda: Path("python"))
        monkeypatch.setattr(tasks, "environment", lambda group: None)
        monkeypatch.setattr(tasks, "FAILED", noted)
        return tasks.test(), left

    return test


Tried = Callable[..., tuple[int, list[Outcome]]]


def test_nothing_is_told_when_everything_passes(
    outcome: Tried, capsys: pytest.CaptureFixture[str]
) -> None:
    assert outcome((0, [])) == (0, [])
    assert capsys.readouterr().out == ""


def test_what_passes_alone_is_listed_as_flaky(
    outcome: Tried, capsys: pytest.CaptureFixture[str]
) -> None:
    assert outcome((1, [A, B]), (0, [])) == (0, [])
    told = capsys.readouterr().out
    assert f"FLAKY, FAILED BESIDE OTHERS AND PASSED ALONE; MEND THEM:\n  {A}\n  {B}\n" in told
    assert "\nFAILED:" not in told


def test_what_fails_twice_fails_the_run(outcome: Tried, capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome((1, [A, B]), (1, [B])) == (1, [])
    told = capsys.readouterr().out
    assert f"MEND THEM:\n  {A}\n" in told
    assert f"\nFAILED:\n  {B}\n" in told


@pytest.mark.parametrize("code", [2, 3, 4, 5])
def test_tests_that_did_not_run_fail_the_run(
    outcome: Tried, capsys: pytest.CaptureFixture[str], code: int
) -> None:
    assert outcome((code, [])) == (1, [])
    assert f"\nFAILED:\n  pytest (exit code {code})\n" in capsys.readouterr().out


def test_a_second_run_that_breaks_off_fails_the_run(
    outcome: Tried, capsys: pytest.CaptureFixture[str]
) -> None:
    assert outcome((1, [A]), (4, [])) == (1, [])
    assert "\nFAILED:\n" in capsys.readouterr().out


def test_a_lint_fails_the_run(outcome: Tried, capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome((0, []), lints=["ruff check"]) == (1, [])
    assert "\nFAILED:\n  ruff check\n" in capsys.readouterr().out


def test_a_lint_that_finds_something_says_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "SCRIPTS", Path(sys.executable).parent)
    good, bad = "pass", "print('here it is'); exit(1)"
    monkeypatch.setattr(tasks, "LINTS", [("python", "-c", good), ("python", "-c", bad)])
    assert tasks.lint() == [f"python -c {bad}"]
    assert "here it is" in capsys.readouterr().out


def test_github_is_told_by_name(
    outcome: Tried, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    outcome((1, [A]), (0, []))
    assert "::warning title=flaky" in capsys.readouterr().out
