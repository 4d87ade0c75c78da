#!/usr/bin/env python3
"""Everyday tasks on a machine that has Python 3.11 or newer and nothing else.

python3 tasks.py deck calculus    build a deck into build/
python3 tasks.py test             all checks and tests
python3 tasks.py quick            the ones that take less than a minute
python3 tasks.py check            all claims anew, as continuous integration does
python3 tasks.py docs             the generated pages of docs/
python3 tasks.py lowest           the quick tests with the oldest libraries that are allowed

An environment of its own is kept in .venv, that of the oldest libraries in .venv-lowest.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
LOCK = "requirements/dev.lock"
LOWEST = ROOT / ".venv-lowest"
PROGRAMS = "Scripts" if os.name == "nt" else "bin"
SCRIPTS = ENVIRONMENT / PROGRAMS
PIP = ("pip", "install", "--quiet", "--disable-pip-version-check")


def run(*command: str | Path) -> int:
    """Run a program of the environment in the project's folder."""
    print("+", *(Path(part).name if i == 0 else part for i, part in enumerate(command)), flush=True)
    return subprocess.run([str(part) for part in command], cwd=ROOT, check=False).returncode


def environment(group: str | None) -> None:
    """Make the environment, once for each state of what it is made from."""
    stamp = ENVIRONMENT / f"{group or 'run'}.stamp"
    causes = (ROOT / "pyproject.toml", ROOT / LOCK)
    wanted = "".join(path.read_text(encoding="utf-8") for path in causes)
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return
    python = SCRIPTS / "python"
    if not (SCRIPTS / ("python.exe" if os.name == "nt" else "python")).exists():
        print("making the environment in .venv (once, about a minute)", flush=True)
        venv.create(ENVIRONMENT, with_pip=True)
    pip = (python, "-m", *PIP)
    steps: list[list[str | Path]]
    steps = [[*pip, "--upgrade", "pip>=25.1"], [*pip, "--editable", "."]]
    if group:
        steps[1] += ["--group", group, "--constraint", LOCK]
    for step in steps:
        if run(*step):
            sys.exit("the environment could not be made; see the message above")
    stamp.write_text(wanted, encoding="utf-8")


def deck(*names: str) -> int:
    """Build decks."""
    environment(None)
    chosen = [part for name in names or ("calculus",) for part in ("--deck", name)]
    return run(SCRIPTS / "dlcards", "build", *chosen)


def check() -> int:
    """Check every claim anew."""
    environment(None)
    return run(SCRIPTS / "dlcards", "check", "--fresh")


LINTS: tuple[tuple[str, ...], ...] = (
    ("ruff", "check"),
    ("ruff", "format", "--check"),
    ("lint-imports",),
    ("mypy",),
)


QUICK = ("-m", "pytest", "-q", "-n", "2", "-m", "not slow and not anki and not browser")


def quick() -> int:
    """Run what takes less than a minute."""
    environment("dev")
    return run(SCRIPTS / "python", *QUICK)


def lowest() -> int:
    """Run the quick tests with the lowest versions that pyproject.toml allows."""
    python = LOWEST / PROGRAMS / "python"
    venv.create(LOWEST, with_pip=True, clear=True)
    pip = (python, "-m", *PIP)
    pinned = ["--requirement", "requirements/lowest.txt", "--group", "test", "--editable", "."]
    if run(*pip, "--upgrade", "pip>=25.1") or run(*pip, *pinned):
        return 1
    # Old libraries use what newer ones of others call outdated.
    return run(python, *QUICK, "-W", "ignore::DeprecationWarning")


def test() -> int:
    """Run every check and test; what fails beside others is tried once more, alone.

    Some tests watch processes, timers and a browser. On a busy machine they may come too
    late; a test that also fails alone is a mistake.
    """
    environment("dev")
    failed = [tool[0] for tool in LINTS if run(SCRIPTS / tool[0], *tool[1:])]
    pytest = (SCRIPTS / "python", "-m", "pytest")
    if run(*pytest, "-n", "2", "--dist", "loadgroup"):
        print("once more, alone, what failed:", flush=True)
        if run(*pytest, "--last-failed", "--last-failed-no-failures", "none"):
            failed.append("pytest")
    if failed:
        print("failed:", ", ".join(failed))
    return bool(failed)


def docs() -> int:
    """Write the generated pages anew."""
    environment("dev")
    python = SCRIPTS / "python"
    codes = [run(python, "-m", module) for module in GENERATORS]
    return int(any([*codes, run(SCRIPTS / "dlcards", "schema", "--write")]))


GENERATORS = (
    "dlcards.commands.claim_page",
    "dlcards.commands.deck_pages",
    "dlcards.figures.gallery",
)

TASKS = {"deck": deck, "check": check, "quick": quick, "test": test, "docs": docs, "lowest": lowest}

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in TASKS:
        sys.exit(__doc__)
    sys.exit(TASKS[sys.argv[1]](*sys.argv[2:]))
