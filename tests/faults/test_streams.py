"""Streams that are closed or full, and machines that lack what programs usually find."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from broken import build_here

from samples import DECK, ENTRY

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="devices and rights of Linux"),
]
COMMANDS = (
    (["list"], (0,)),
    (["check", "--fresh", "--jobs", "1"], (0,)),
    (["check", "nothing"], (2,)),
    (["build", "--all", "--jobs", "1"], (0,)),
    (["diff", "packages/calculus.apkg", "packages/calculus.apkg"], (0,)),
    (["preview", "--output", "page", "--jobs", "1"], (0,)),
    (["release", "--version", "1.0.0", "--jobs", "1"], (0,)),
    (["new", "concept", "idea", "--subject", "calculus"], (0,)),
    (["init", "started", "--namespace", "mine"], (0,)),
    (["cache", "clear"], (0,)),
    (["--help"], (0,)),
    (["nothing"], (2,)),
)
CLOSED = ("<&-", ">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-", "| true", "2>&1 | true")
FULL = (">/dev/full", "2>/dev/full", ">/dev/full 2>/dev/full")
ENCODINGS = ("ascii", "latin-1", "utf-16", "ascii:strict")
FIGURE = "figure: {kind: function_plot, exprs: [x**2], x: [-1, 1], alt: A parabola – 곡선.}\n"
Count = Callable[..., None]


@pytest.fixture(scope="module")
def built() -> Iterator[Path]:
    """Return a project that other users may read, beside one package that was built."""
    root = Path(tempfile.mkdtemp())
    (root / "formulas" / "calculus").mkdir(parents=True)
    entry = ENTRY + FIGURE
    (root / "formulas" / "calculus" / "power-rule.yaml").write_text(entry, encoding="utf-8")
    (root / "decks").mkdir()
    (root / "decks" / "calculus.yaml").write_text(DECK, encoding="utf-8")
    build_here(root, "--output", str(root / "packages"))
    (root / "formulas" / "checks.lock").unlink()
    yield root
    shutil.rmtree(root)


@pytest.fixture
def folder(built: Path) -> Iterator[Path]:
    """Return a copy of the project for one test."""
    root = Path(tempfile.mkdtemp())
    shutil.copytree(built, root, dirs_exist_ok=True)
    root.chmod(0o755)
    yield root
    shutil.rmtree(root)


def run(
    root: Path,
    command: Sequence[str],
    streams: str = "",
    before: Callable[[], None] | None = None,
    **environment: str | None,
) -> tuple[int, str]:
    """Run a command through a shell; return its exit code and all it said."""
    line = f'"$0" -m dlcards {" ".join(command)} {streams}'
    values: Mapping[str, str | None] = {**os.environ, **environment}
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {line}", sys.executable],
        cwd=root,
        env={name: value for name, value in values.items() if value is not None},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        preexec_fn=before,
        timeout=120,
    )
    return done.returncode, done.stdout.decode("utf-8", "replace")


def errors(said: str) -> list[str]:
    return [line for line in said.splitlines() if line.startswith(("error:", "Error:"))]


@pytest.mark.exhaustive(every=6, of=12)
@pytest.mark.parametrize("streams", [*CLOSED, *FULL])
def test_streams_that_are_closed_or_full(
    folder: Path, streams: str, every: int, count: Count
) -> None:
    kept = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    first = [*CLOSED, *FULL].index(streams) % every  # other commands for each
    for command, codes in COMMANDS[first::every]:
        code, said = run(folder, command, streams)
        allowed = (*codes, 3) if "full" in streams else (*codes, 0)
        assert code in allowed, (command, said)
        assert "Traceback" not in said, command
        assert "Exception ignored" not in said, command
        assert len(errors(said)) <= 1, said
        count("commands with streams closed or full")
    for path, content in kept.items():
        assert path.read_bytes() == content, path


@pytest.mark.exhaustive(every=6, of=12)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_streams_of_another_encoding(folder: Path, encoding: str, every: int, count: Count) -> None:
    for command, codes in COMMANDS[ENCODINGS.index(encoding) % every :: every]:
        code, said = run(folder, command, PYTHONIOENCODING=encoding, LC_ALL="C", PYTHONUTF8="0")
        assert code in codes, (command, said)
        assert "Traceback" not in said
        count("commands with streams of another encoding")


def nobody() -> None:
    """Become a user without rights, name or home."""
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(54321)
        os.setuid(54321)


def readable_by_others(path: Path) -> bool:
    """Tell whether every user may come to a file."""
    ways = {*path.parents, path.resolve(), *path.resolve().parents}
    return all(step.stat().st_mode & 0o001 for step in ways)


def no_growth() -> None:
    """Let no file grow: not even a temporary one can be written."""
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


@pytest.mark.exhaustive(of=6)
@pytest.mark.parametrize("way", ["read-only", "no temporary folder"])
def test_machines_that_lack_things(folder: Path, way: str, every: int, count: Count) -> None:
    if way == "read-only" and not readable_by_others(Path(sys.executable)):
        pytest.skip("other users may not start this Python")
    if way == "read-only" and os.getuid() != 0:
        for path in (folder, *folder.rglob("*")):
            path.chmod(path.stat().st_mode & 0o555)
    before = nobody if way == "read-only" else no_growth
    for command, codes in COMMANDS[::every]:
        code, said = run(folder, command, before=before, TMPDIR="/nowhere", HOME=None)
        assert code in (*codes, 1, 3), (command, said)
        assert "Traceback" not in said, command
        assert code != 3 or len(errors(said)) == 1, said
        count("commands without home, temporary or writable folder")
