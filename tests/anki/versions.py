"""Runs the tests of this folder with another version of Anki, in an environment of its own.

``python tests/anki/versions.py 24.11`` makes the environment below ``build/.cache/venvs``
at the first run; that needs a package index. Exit code 0 when the tests pass, 1 when they
fail, 77 when the version cannot be installed here.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOT_AVAILABLE = 77
_OTHER_PACKAGES = (
    "backports.zstd>=1.0",
    "genanki>=0.13.1",
    "hypothesis>=6.100",
    "pygments>=2.17",
    "pytest>=8.2",
    "pyyaml>=6.0.1",
)


TESTS = (
    "test_cards_in_anki.py",
    "test_import.py",
    "test_merged.py",
    "test_stories.py",
    "test_upgrade.py",
)


def prepare(version: str) -> Path | None:
    """Return the Python of an environment with this version of Anki, None if there is none."""
    folder = ROOT / "build" / ".cache" / "venvs" / f"anki-{version}"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    done = folder / "complete"
    if done.exists():
        return python
    venv.create(folder, with_pip=True, clear=True)
    install = [str(python), "-m", "pip", "install", "--quiet", f"anki=={version}", *_OTHER_PACKAGES]
    if subprocess.run(install, check=False).returncode != 0:
        return None
    done.touch()
    return python


def run(python: Path, tests: list[str]) -> int:
    """Run tests with the Anki of an environment; the code under test is this tree's."""
    folders = [ROOT / "src", ROOT / "tests" / "support", ROOT / "tests" / "anki"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, folders))}
    command = [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]
    # Old versions warn about Pythons newer than themselves; that is not ours to judge.
    command += ["-W", "default"]
    return subprocess.run(command, check=False, cwd=ROOT, env=environment).returncode


def main(arguments: list[str]) -> int:
    """Test the versions named on the command line, 24.11 by default."""
    tests = [str(ROOT / "tests" / "anki" / name) for name in TESTS]
    failed = False
    for version in arguments or ["24.11"]:
        python = prepare(version)
        if python is None:
            print(f"anki {version} cannot be installed here", file=sys.stderr)
            return NOT_AVAILABLE
        print(f"anki {version}", flush=True)
        failed |= run(python, tests) != 0
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
