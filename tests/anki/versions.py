"""Runs the tests of this folder with another version of Anki, in a folder of its own.

``python tests/anki/versions.py 24.11`` installs it below ``build/.cache/anki`` at the first
run; that needs a package index. Exit code 0 when the tests pass as docs/updates.md
tells, 1 when they do not, 77 when the version cannot be installed here.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).resolve().parents[2]
NOT_AVAILABLE = 77
TESTS = (
    "test_cards_in_anki.py",
    "test_import.py",
    "test_merged.py",
    "test_stories.py",
    "test_upgrade.py",
)


def prepare(version: str) -> Path | None:
    """Return a folder with this version of Anki and what it needs, None if there is none."""
    folder = ROOT / "build" / ".cache" / "anki" / version
    done = folder / "complete"
    if done.exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder)]
    if subprocess.run([*install, f"anki=={version}"], check=False).returncode != 0:
        return None
    done.touch()
    return folder


VERSIONS = ("26.9.3", "24.11", "2.1.66")
"""Of Anki: the one that development installs, and the older ones that learners have."""
INSTALLED = VERSIONS[0]
STORIES = ("test_stories.py", "test_merged.py", "test_upgrade.py")
PAGE = ROOT / "docs" / "updates.md"
HEAD = "<!-- Written by tests/anki/versions.py --table -->\n"
HELD, SKIPPED = "held", "–"


def run(anki: Path | None, tests: list[str]) -> tuple[int, dict[str, str]]:
    """Run tests with the Anki of a folder, or the one installed; the code is this tree's.

    Returns
    -------
    int
        The exit code of pytest.
    dict of str to str
        What became of each test, by its name without parameters.
    """
    folders = [ROOT / "src", ROOT / "tests" / "support", ROOT / "tests" / "anki"]
    others = [*([anki] if anki else []), *folders]
    paths = [*map(str, others), os.environ.get("PYTHONPATH", "")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))}
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]
        # Old versions warn about Pythons newer than themselves; that is not ours to judge.
        command += ["-W", "default", f"--junitxml={report}"]
        code = subprocess.run(command, check=False, cwd=ROOT, env=environment).returncode
        return code, outcomes(report) if report.is_file() else {}


def outcomes(report: Path) -> dict[str, str]:
    """Read a report of pytest; a test that was tried with some parameters counts as tried."""
    found: dict[str, set[str]] = {}
    for case in ET.parse(report).iter("testcase"):
        kinds = {child.tag for child in case} & {"failure", "error", "skipped"}
        name = str(case.get("name")).partition("[")[0]
        found.setdefault(name, set()).update(kinds or {HELD})
    return {
        name: "failed" if kinds & {"failure", "error"} else HELD if HELD in kinds else SKIPPED
        for name, kinds in found.items()
    }


def stories() -> list[str]:
    """Return the names of all stories, in the order in which they are told."""
    found = []
    for name in STORIES:
        tree = ast.parse((ROOT / "tests" / "anki" / name).read_text(encoding="utf-8"))
        found += [
            part.name
            for part in tree.body
            if isinstance(part, ast.FunctionDef) and part.name.startswith("test_")
        ]
    return found


def table(results: dict[str, dict[str, str]]) -> str:
    """Return the table of versions and stories, for the page of updates."""
    lines = [f"| Story | {' | '.join(results)} |", f"|---|{'---|' * len(results)}"]
    for name in stories():
        told = name.removeprefix("test_").replace("_", " ")
        cells = [found.get(name, "missing") for found in results.values()]
        lines.append(f"| {told} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def written() -> dict[str, dict[str, str]]:
    """Return the table that stands on the page, by version and name of the story."""
    text = PAGE.read_text(encoding="utf-8").partition(HEAD)[2].partition("\n\n")[0]
    head, _, *rows = ([c.strip() for c in line.split("|")[1:-1]] for line in text.splitlines())
    return {
        version: {f"test_{row[0].replace(' ', '_')}": row[place] for row in rows}
        for place, version in enumerate(head[1:], start=1)
    }


def write_table(results: dict[str, dict[str, str]]) -> None:
    """Write the table into the page, in the place of the one before."""
    before, head, rest = PAGE.read_text(encoding="utf-8").partition(HEAD)
    after = rest.partition("\n\n")[2]
    PAGE.write_text(f"{before}{head}{table(results)}\n{after}", encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Test the versions named on the command line, 24.11 by default.

    With ``--table``, test all versions and write what was tried into docs/updates.md.
    """
    makes_table = arguments == ["--table"]
    tests = [str(ROOT / "tests" / "anki" / name) for name in TESTS]
    failed = False
    results = {}
    for version in VERSIONS if makes_table else arguments or ["24.11"]:
        anki = None if version == INSTALLED else prepare(version)
        if anki is None and version != INSTALLED:
            print(f"anki {version} cannot be installed here", file=sys.stderr)
            return NOT_AVAILABLE
        print(f"anki {version}", flush=True)
        code, results[version] = run(anki, tests)
        failed |= code != 0
        if not makes_table:
            told = written().get(version, {})
            for name in stories():
                if told.get(name) != results[version].get(name):
                    print(f"docs/updates.md says otherwise of {name}: {told.get(name)}")
                    failed = True
    if makes_table:
        write_table(results)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
