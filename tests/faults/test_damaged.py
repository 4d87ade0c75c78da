"""Whatever happened to the files that dlcards keeps: a build succeeds or says what to do."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from broken import EPOCH, Count, write_project

from dlcards.cli import run
from dlcards.release import ledger

Damage = Callable[[Path], None]

TEXTS = {
    "nothing": b"",
    "nul": bytes(5000),
    "noise": bytes(range(256)) * 20,
    "other-shape": b'[1, {"a": [null, true, "x"]}, -1e999, 1e400]',
    "text": b'"text"',
    "number": b"7",
    "deep": b"[" * 100_000,
    "deep-mapping": b'{"a":' * 100_000,
    "huge-number": b'{"dlcards/square-1": ["x", ' + b"9" * 5000 + b"]}",
    "large-number": b'{"dlcards/square-1": ["x", 1e300], "settled": true}',
    "infinite": b'{"dlcards/square-1": ["x", Infinity]}',
    "negative": b'{"dlcards/square-1": ["x", -5]}',
    "lone-surrogate": b'{"\\ud800": ["\\ud800", 1]}',
    "merge": b"<<<<<<< ours\n=======\n>>>>>>> theirs\n",
    "version": b"# dlcards ledger 99999999999999999999999\n# dlcards checks, version 9\n",
}


def half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x15
    path.write_bytes(content)


def gone(path: Path) -> None:
    path.unlink()


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def dangling(path: Path) -> None:
    path.unlink()
    path.symlink_to("/nowhere/at/all")


def replaced(content: bytes) -> Damage:
    def replace(path: Path) -> None:
        path.write_bytes(content)

    return replace


DAMAGES: dict[str, Damage] = {
    **{name: replaced(content) for name, content in TEXTS.items()},
    "half": half,
    "flipped": flipped,
    "gone": gone,
    "folder": folder,
    "dangling": dangling,
}
STORED = ("lock", "first-built", "manifest", "figures", "composed", "ledger")


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project that was released and built."""
    root = tmp_path_factory.mktemp("released")
    write_project(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dlcards.build.flow.workers", lambda jobs: 0)
        patch.setattr("dlcards.commands.release.workers", lambda jobs: 0)
        assert run(["--root", str(root), "-q", "build", "--all"]) == 0
        assert run(["--root", str(root), "-q", "release", "--version", "1.0.0"]) == 0
        write_project(root, meaning="Another meaning.")
        assert run(["--root", str(root), "-q", "build", "--all"]) == 0
    return root


def stored_file(root: Path, which: str) -> Path:
    cache = root / "build" / ".cache"
    found = {
        "lock": [root / "formulas" / "checks.lock"],
        "first-built": [root / "build" / "first-built.json"],
        "manifest": sorted(cache.glob("deck-*.json")),
        "figures": sorted((cache / "figures").glob("*.json")),
        "composed": [cache / "composed.en.json"],
        "ledger": [root / "decks" / "ledger.tsv"],
    }[which]
    assert found
    assert found[0].is_file()
    return found[0]


@pytest.mark.slow
@pytest.mark.exhaustive(every=14)
@pytest.mark.parametrize("which", STORED)
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file(
    released: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    which: str,
    damage: str,
    count: Count,
) -> None:
    monkeypatch.setattr("dlcards.build.flow.workers", lambda jobs: 0)
    root = tmp_path / "project"
    shutil.copytree(released, root)
    package = root / "build" / "faults.apkg"
    before = package.read_bytes()
    DAMAGES[damage](stored_file(root, which))
    count("damaged files")
    # A change of the content, so that the build has work to do.
    write_project(root, meaning="A third meaning.")
    code = run(["--root", str(root), "build", "--all"])
    said = capsys.readouterr().err
    assert code in (0, 1, 3), said
    assert "Traceback" not in said
    if code == 0:
        assert package.read_bytes() != before
    else:
        assert which in ("ledger", "lock", "first-built")
        assert "error" in said
        assert Path(stored_file(released, which)).name in said
        assert package.read_bytes() == before
        assert not list(root.rglob("*.part"))
        damaged = root / stored_file(released, which).relative_to(released)
        shutil.rmtree(damaged) if damaged.is_dir() else damaged.unlink()
        shutil.copyfile(stored_file(released, which), damaged)
        assert run(["--root", str(root), "build", "--all"]) == 0
        assert package.read_bytes() != before


@pytest.mark.slow
@pytest.mark.usefixtures("in_process")
def test_damage_is_told(released: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = {"lock": "bad-lock", "first-built": "damaged-build-times", "ledger": "ledger-format"}
    for which, code in told.items():
        root = tmp_path / which
        shutil.copytree(released, root)
        replaced(TEXTS["noise"])(stored_file(root, which))
        write_project(root, meaning="A third meaning.")
        run(["--root", str(root), "build", "--all", "--jobs", "1"])
        assert f"[{code}]" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("back", [1, 3600, 86_400 * 365, 1_700_000_000])
def test_a_clock_that_is_set_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, back: int, count: Count
) -> None:
    count("clocks set back")
    monkeypatch.setattr("dlcards.build.flow.workers", lambda jobs: 0)
    root = tmp_path / "project"
    write_project(root)
    memory = root / "build" / "first-built.json"
    now = 1_790_000_000
    times = []
    for moment, meaning in ((now, "One."), (now - back, "Two."), (now - back, "Two."), (now, "3.")):
        monkeypatch.setattr(time, "time", lambda moment=moment: moment)
        write_project(root, meaning=meaning)
        assert run(["--root", str(root), "-q", "build", "--all"]) == 0
        noted, damaged = ledger.read_first_built(memory.read_text("utf-8"), file="")
        assert damaged is None
        times.append(noted["dlcards/square-1"][1])
    assert times[0] < times[1] == times[2] < times[3]


@pytest.mark.slow
def test_a_ledger_from_the_future_is_told(
    released: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(time, "time", lambda: int(EPOCH))
    monkeypatch.setattr("dlcards.build.flow.workers", lambda jobs: 0)
    package = released / "build" / "faults.apkg"
    before = package.read_bytes()
    assert run(["--root", str(released), "build", "--all", "--no-cache"]) == 1
    said = capsys.readouterr().err
    assert "[ledger-future]" in said
    assert "clock" in said
    assert package.read_bytes() == before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("formulas/algebra/square-1.yaml", "unreadable-file"),
        ("decks/faults.yaml", "unreadable-file"),
    ],
)
@pytest.mark.usefixtures("in_process")
def test_a_file_that_may_not_be_read(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    code: str,
    count: Count,
) -> None:
    count("files that may not be read")
    root = tmp_path / "project"
    write_project(root)
    secret = root / name
    read = Path.read_bytes

    def guarded(self: Path) -> bytes:
        if os.fspath(self) == os.fspath(secret):
            raise PermissionError(13, "Permission denied", str(self))
        return read(self)

    monkeypatch.setattr(Path, "read_bytes", guarded)
    assert run(["--root", str(root), "check"]) == 1
    said = capsys.readouterr().err
    assert f"{name}: error: cannot be read: permission denied" in said
    assert f"[{code}]" in said
