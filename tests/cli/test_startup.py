"""What is quick stays quick: nothing heavy is loaded where there is no work for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from dlcards.cache import store
from dlcards.cli import application

HEAVY = ("numpy", "sympy", "matplotlib", "genanki", "rich", "pydantic", "pygments")
BUILD = ("build", "--deck", "calculus", "--jobs", "1")
CHECK = ("check", "--jobs", "1")
CALL = """
import sys
from dlcards.cli import run
code = run(sys.argv[1:])
loaded = sorted({name.partition(".")[0] for name in sys.modules} & set(%r))
print("LOADED", code, *loaded)
"""


def loaded(root: Path, *arguments: str) -> tuple[int, set[str]]:
    """Run a command and return its exit code and the heavy packages it loaded."""
    done = subprocess.run(
        [sys.executable, "-c", CALL % (HEAVY,), "--root", str(root), *arguments],
        capture_output=True,
        text=True,
        check=True,
        cwd=root,
        env={**os.environ, "NO_COLOR": "1"},
    )
    last = done.stdout.strip().splitlines()[-1].split()
    assert last[0] == "LOADED", done.stdout + done.stderr
    return int(last[1]), set(last[2:])


def shown(root: Path, *arguments: str) -> str:
    """Run a command in this process and return what it prints."""
    return CliRunner().invoke(application, ["--root", str(root), *arguments]).output


def settle(root: Path) -> None:
    """Make everything old enough: what is new might still change unseen."""
    for path in (root, *root.rglob("*")):
        if "build" not in path.parts:
            os.utime(path, ns=(10**18, 10**18))


@pytest.mark.slow
def test_help_loads_nothing_heavy(small_project: Path) -> None:
    assert loaded(small_project, "--help") == (0, set())


@pytest.mark.slow
def test_list_checks_and_draws_nothing(small_project: Path) -> None:
    code, packages = loaded(small_project, "list")
    assert code == 0
    assert not packages & {"numpy", "sympy", "matplotlib", "genanki", "rich"}


@pytest.mark.slow
def test_a_list_of_what_did_not_change_loads_nothing_heavy(small_project: Path) -> None:
    path = small_project / "formulas" / "calculus" / "power-rule.yaml"
    settle(small_project)
    assert "pydantic" in loaded(small_project, "list")[1], "the first time, entries are read"
    assert loaded(small_project, "list") == (0, set())
    assert loaded(small_project, "list", "--decks") == (0, set())
    path.write_text(path.read_text(encoding="utf-8").replace("title: ", "title: New "), "utf-8")
    assert "New " in shown(small_project, "list")
    settle(small_project)
    assert "New " in shown(small_project, "list")
    stored = store.LIST.path(small_project / "build" / ".cache")
    stored.write_bytes(stored.read_bytes().replace(b"New ", b"Old "))
    assert "New " in shown(small_project, "list"), "what is damaged is not believed"


@pytest.mark.slow
def test_a_build_in_which_nothing_changed_loads_nothing_heavy(small_project: Path) -> None:
    settle(small_project)
    code, packages = loaded(small_project, *BUILD)
    assert code == 0
    assert {"numpy", "genanki"} <= packages | {"numpy"}, "the first build has work to do"
    package = small_project / "build" / "calculus.apkg"
    before = (package.read_bytes(), package.stat().st_mtime_ns)
    assert loaded(small_project, *BUILD) == (0, set())
    assert (package.read_bytes(), package.stat().st_mtime_ns) == before


@pytest.mark.slow
def test_a_check_in_which_nothing_changed_loads_nothing_heavy(small_project: Path) -> None:
    path = small_project / "formulas" / "calculus" / "power-rule.yaml"
    figure = "figure: {kind: function_plot, exprs: [x**2], x: [0, 2], alt: A curve.}\n"
    other = path.with_name("first.yaml")
    text = path.read_text(encoding="utf-8")
    path.write_text(text + figure + "requires: [first]\n", encoding="utf-8")
    other.write_text(
        "kind: concept\ntitle: First\ntopic: t\nmeaning: First of all.\n" + figure + "questions:\n"
        '  q1: {ask: "What comes first?", answer: This one}\n'
        '  q2: {ask: "Where does it lead?", answer: To the power rule}\n'
        'sources: ["https://example.org"]\n',
        encoding="utf-8",
    )
    settle(small_project)
    assert loaded(small_project, *CHECK)[0] == 0
    assert loaded(small_project, *CHECK) == (0, set())
    path.write_text(path.read_text(encoding="utf-8").replace("n*x", "x"), encoding="utf-8")
    assert loaded(small_project, *CHECK)[0] == 1, "a change is seen"
    assert loaded(small_project, *CHECK)[0] == 1, "a mistake is found again"
