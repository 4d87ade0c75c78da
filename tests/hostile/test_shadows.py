"""Modules in the current folder that are named like those we load are never run."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from samples import DECK, ENTRY

HOOK = """
import os, sys

def audit(event, arguments):
    if event == "import":
        with_names = os.open(os.environ["NAMES"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(with_names, (arguments[0].partition(".")[0] + "\\n").encode())
        os.close(with_names)

sys.addaudithook(audit)
"""
SHADOW = "import os\nwith open(os.environ['RAN'], 'a') as ran:\n    ran.write(__name__ + '\\n')\n"
FIGURE = "figure: {kind: function_plot, exprs: [x**2], x: [-1, 1], alt: A parabola.}\n"
CODE = 'code: {equals: x**2, numpy: "def f(x):\\n    return x**2\\n"}\n'
COMMANDS = (
    ["build", "--all", "--jobs", "1", "--no-cache"],
    ["check", "--fresh", "--run-code", "--jobs", "1"],
    ["preview", "--output", "page", "--jobs", "1"],
    ["release", "--version", "1.0.0", "--jobs", "1"],
    ["diff", "build/calculus.apkg", "build/calculus.apkg"],
    ["show", "power-rule", "--figure", "figure.png"],
    ["new", "concept", "idea", "--subject", "calculus"],
)
PROGRAM = "from dlcards.cli import main\n\nif __name__ == '__main__':\n    main()\n"
MODULE = ["-m", "dlcards"]


def write_project(root: Path) -> None:
    for number in range(3):  # one alone would not be worth a worker
        path = root / "formulas" / "calculus" / f"power-rule{'-again' * number}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = ENTRY.replace("title: ", f"title: {number} ") + FIGURE
        path.write_text(text + (CODE if "code:" not in ENTRY else ""), encoding="utf-8")
    (root / "decks").mkdir()
    (root / "decks" / "calculus.yaml").write_text(DECK, encoding="utf-8")


def run(root: Path, start: Sequence[str], command: Sequence[str], **more: str) -> str:
    """Run a command in a folder; return its exit code and what it said."""
    hook = root.parent / "hook"
    hook.mkdir(exist_ok=True)
    (hook / "sitecustomize.py").write_text(HOOK, encoding="utf-8")
    paths = [str(hook), *(p for p in sys.path if p and Path(p).is_dir() and "tests" not in p)]
    done = subprocess.run(
        [sys.executable, *start, *command],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONSAFEPATH": "", **more},
        cwd=root,
        capture_output=True,
        encoding="utf-8",
    )
    return f"{command}: {done.returncode} {done.stdout[-500:]} {done.stderr[-2000:]}"


@pytest.mark.slow
@pytest.mark.exhaustive(of=4)
def test_no_module_of_the_current_folder_runs(
    tmp_path: Path, every: int, count: Callable[..., None]
) -> None:
    names, ran, program = tmp_path / "names", tmp_path / "ran", tmp_path / "bin" / "dlcards"
    program.parent.mkdir()
    program.write_text(PROGRAM, encoding="utf-8")
    installed = [str(program)]
    notes = {"NAMES": str(names), "RAN": str(ran)}
    for way in ("first", "script", "module"):
        (tmp_path / way).mkdir()
        write_project(tmp_path / way)
    commands = COMMANDS[::every]
    said = [run(tmp_path / "first", installed, command, **notes) for command in commands]
    loaded = set(names.read_text().split())
    assert loaded >= {"pickle", "signal", "struct", "multiprocessing", "sympy", "matplotlib"}
    names.unlink()
    run(tmp_path / "first", ["-m", "this"], [], **notes)  # what any ``python -m`` loads
    started = {*names.read_text().split(), *sys.stdlib_module_names & {"runpy", "pkgutil"}}
    ways = [("module", MODULE, started), ("script", installed, set())]
    for way, start, spared in ways[::every]:
        root = tmp_path / way
        for name in loaded - spared - {"dlcards", "__main__", "sitecustomize"}:
            (root / f"{name}.py").write_text(SHADOW, encoding="utf-8")
            count("modules shadowed in the current folder")
        again = [run(root, start, command, **notes) for command in commands]
        codes = [text.partition(": ")[2].partition(" ")[0] for text in said]
        assert not ran.exists(), (way, sorted(set(ran.read_text().split())))
        assert [text.partition(": ")[2].partition(" ")[0] for text in again] == codes, again
    assert codes == ["0"] * len(commands), said


def test_a_shadow_would_be_seen(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "pickle.py").write_text(SHADOW, encoding="utf-8")
    ran = tmp_path / "ran"
    run(root, ["-c", "import pickle"], [], NAMES=str(tmp_path / "names"), RAN=str(ran))
    assert ran.read_text() == "pickle\n"
