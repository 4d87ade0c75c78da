#!/usr/bin/env python3
"""Everyday tasks on a machine that has Python 3.11 or newer and nothing else.

python3 tasks.py deck calculus    build a deck into build/
python3 tasks.py test             all checks and tests, of exhaustive sweeps a sample
python3 tasks.py quick            the tests that take less than a minute
python3 tasks.py exhaustive       the sweeps in full, as continuous integration does
python3 tasks.py check            all claims anew, as continuous integration does
python3 tasks.py mutate           every corruption of every claim, as continuous integration does
python3 tasks.py docs             the generated pages of docs/
python3 tasks.py lowest           the quick tests with the oldest libraries that are allowed

An environment of its own is kept in .venv, that of the oldest libraries in .venv-lowest.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
LOCK = "requirements/dev.lock"
LOWEST = ROOT / ".venv-lowest"
PROGRAMS = "Scripts" if os.name == "nt" else "bin"
SCRIPTS = ENVIRONMENT / PROGRAMS
PIP = ("pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile")
COMPILE = ("-m", "compileall", "-q", "-j", "0")
"""On all cores, which pip does not use."""


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
    if not (SCRIPTS / ("python.exe" if os.name == "nt" else "python")).exists():
        print("making the environment in .venv (once, about a minute)", flush=True)
        venv.create(ENVIRONMENT, with_pip=True)
    grouped = ("--group", group, "--constraint", LOCK) if group else ()
    if install(ENVIRONMENT, "--editable", ".", *grouped):
        sys.exit("the environment could not be made; see the message above")
    stamp.write_text(wanted, encoding="utf-8")


def install(environment: Path, *packages: str) -> int:
    """Install packages into an environment, and compile them."""
    python = environment / PROGRAMS / "python"
    for wanted in (("--upgrade", "pip>=25.1"), packages):
        if code := run(python, "-m", *PIP, *wanted):
            return code
    # Some packages hold templates that are no Python; their own tests need not be compiled.
    run(python, *COMPILE, "-x", r"[\\/]tests[\\/]", *environment.glob("**/site-packages"))
    return 0


def deck(*names: str) -> int:
    """Build decks."""
    environment(None)
    chosen = [part for name in names or ("calculus",) for part in ("--deck", name)]
    return run(SCRIPTS / "dlcards", "build", *chosen)


def check() -> int:
    """Check every claim anew."""
    environment(None)
    return run(SCRIPTS / "dlcards", "check", "--fresh")


def mutate() -> int:
    """Corrupt every claim and see that the check notices."""
    environment(None)
    return run(SCRIPTS / "dlcards", "check", "--mutate")


LINTS: tuple[tuple[str, ...], ...] = (
    ("ruff", "check"),
    ("ruff", "format", "--check"),
    ("lint-imports",),
    ("mypy",),
)
PYTEST = ("-m", "pytest", "-q", "-n", "2", "--dist", "loadgroup", "--no-loadscope-reorder")
# In one process, where node ids still carry the groups that the first run knew them by.
AGAIN = ("-m", "pytest", "-q", "-n", "1", "--dist", "loadgroup")
QUICK = (*PYTEST, "-m", "not slow and not anki and not browser and not exhaustive")
FAILED = ROOT / ".pytest_cache" / "v" / "cache" / "lastfailed"
TESTS_FAILED = 1
"""What pytest returns when it ran and a test failed; other codes mean that it did not run."""


def compiled() -> Path:
    """Compile the package, as an installation does, and return the interpreter.

    Tests start hundreds of processes, and some machines keep Python from writing what it
    compiles.
    """
    python = SCRIPTS / "python"
    run(python, *COMPILE, "src")
    return python


def quick() -> int:
    """Run what takes less than a minute."""
    environment("dev")
    return run(compiled(), *QUICK)


def exhaustive() -> int:
    """Run every case of the sweeps of which `test` runs a sample."""
    environment("dev")
    return run(compiled(), *PYTEST, "-m", "exhaustive", "--exhaustive")


def lowest() -> int:
    """Run the quick tests with the lowest versions that pyproject.toml allows."""
    venv.create(LOWEST, with_pip=True, clear=True)
    pinned = ("--requirement", "requirements/lowest.txt", "--group", "test", "--editable", ".")
    if install(LOWEST, *pinned):
        return 1
    # Old libraries use what newer ones of others call outdated.
    return run(LOWEST / PROGRAMS / "python", *QUICK, "-W", "ignore::DeprecationWarning")


def test() -> int:
    """Run every check and test; name the tests that fail only beside others.

    What failed is run again, alone: a test that fails twice is a failure, one that passes
    alone is flaky. A flaky test is listed at the end, and has to be mended.
    """
    environment("dev")
    python = compiled()
    FAILED.unlink(missing_ok=True)
    with ThreadPoolExecutor(1) as beside:  # one core is idle whenever a browser is waited for
        linted = beside.submit(lint)
        code, flaky = run(python, *PYTEST), []
        wrong = linted.result()
    if code == TESTS_FAILED:
        failed = failed_tests()
        print("\nagain, alone, what failed:", flush=True)
        code = run(python, *AGAIN, "--last-failed", "--last-failed-no-failures=none")
        still = failed_tests()
        wrong += still
        flaky = [name for name in failed if name not in still]
    if code and not wrong:
        wrong.append(f"pytest (exit code {code})")
    report("flaky, failed beside others and passed alone; mend them", flaky)
    report("failed", wrong)
    return bool(wrong)


def lint() -> list[str]:
    """Run the linters; return those that found something, once they have said it."""
    wrong = []
    for tool in LINTS:
        command = [str(SCRIPTS / tool[0]), *tool[1:]]
        done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
        if done.returncode:
            wrong.append(" ".join(tool))
            print(f"\n+ {wrong[-1]}\n{done.stdout}{done.stderr}", flush=True)
    return wrong


def failed_tests() -> list[str]:
    """Return the names of the tests that failed in the last run."""
    return sorted(json.loads(FAILED.read_text(encoding="utf-8"))) if FAILED.is_file() else []


def report(title: str, names: list[str]) -> None:
    """Print names below a title, if there are any; annotate them on GitHub."""
    if names:
        print(f"\n{'=' * 80}\n{title.upper()}:", *names, sep="\n  ", flush=True)
        if "GITHUB_ACTIONS" in os.environ:
            print(*(f"::warning title={title}::{name}" for name in names), sep="\n", flush=True)


def docs() -> int:
    """Write the generated pages anew."""
    environment("dev")
    python = SCRIPTS / "python"
    codes = [run(python, "-m", module) for module in GENERATORS]
    return int(any([*codes, run(SCRIPTS / "dlcards", "schema", "--write")]))


GENERATORS = (
    "dlcards.commands.claim_page",
    "dlcards.commands.deck_pages",
    "dlcards.commands.own_deck_page",
    "dlcards.figures.gallery",
)

TASKS = {
    task.__name__: task for task in (deck, check, mutate, quick, test, exhaustive, docs, lowest)
}

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in TASKS:
        sys.exit(__doc__)
    sys.exit(TASKS[sys.argv[1]](*sys.argv[2:]))
