"""A file is complete or the old one, and what killed processes left is cleared away."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dlcards.files import (
    clear_leftovers,
    scratch_folder,
    unfinished,
    write_atomically,
    write_new,
)

posix = pytest.mark.skipif(os.name != "posix", reason="a process cannot be asked for elsewhere")


def ended_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def leftover(path: Path, process: int) -> Path:
    part = unfinished(path)
    return part.with_name(part.name.replace(f"-{os.getpid()}-", f"-{process}-"))


def test_a_file_is_written_in_one_piece(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file.txt"
    write_atomically(path, "old")
    write_atomically(path, "새것\n")
    assert path.read_bytes() == "새것\n".encode()
    assert [p.name for p in path.parent.iterdir()] == ["file.txt"]


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file.txt"
    write_atomically(path, "old")

    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        write_atomically(path, "new")
    assert path.read_text(encoding="utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["file.txt"]


@posix
def test_what_ended_processes_left_is_cleared_away(tmp_path: Path) -> None:
    dead = ended_process()
    file, folder = (leftover(tmp_path / name, dead) for name in ("a.json", "a.apkg"))
    file.write_text("half")
    folder.mkdir()
    (folder / "collection.anki2").write_text("half")
    clear_leftovers(tmp_path, tmp_path / "missing")
    assert list(tmp_path.iterdir()) == []


def test_what_is_being_written_is_left_alone(tmp_path: Path) -> None:
    with scratch_folder(tmp_path / "deck.apkg") as scratch:
        other = leftover(tmp_path / "a.json", os.getppid())
        other.write_text("half")
        ours = [tmp_path / "b.json", tmp_path / ".part", tmp_path / "x.part"]
        for path in ours:
            path.write_text("kept")
        clear_leftovers(tmp_path)
        assert sorted(tmp_path.iterdir()) == sorted([scratch, other, *ours])
    assert not scratch.exists()


def test_what_another_machine_left_is_cleared_away_when_it_is_old(tmp_path: Path) -> None:
    part = tmp_path / ".a.json.00000000-1-00000000.part"
    part.write_text("half")
    clear_leftovers(tmp_path)
    assert part.exists()
    hours_ago = time.time() - 7200
    os.utime(part, (hours_ago, hours_ago))
    clear_leftovers(tmp_path)
    assert not part.exists()


@posix
def test_a_link_is_removed_and_not_followed(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").write_text("kept")
    leftover(tmp_path / "a", ended_process()).symlink_to(precious)
    clear_leftovers(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["precious"]
    assert (precious / "file").read_text() == "kept"


def test_a_new_file_replaces_nothing_and_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file.txt"
    write_new(path, "가\n", tmp_path)
    assert path.read_bytes() == "가\n".encode()
    with pytest.raises(FileExistsError):
        write_new(path, "other", tmp_path)
    assert path.read_bytes() == "가\n".encode()


def test_a_new_file_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    with pytest.raises(UnicodeEncodeError):
        write_new(path, "\ud800", tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")
@pytest.mark.parametrize(
    "command",
    [["init", "fresh", "--namespace", "fresh"], ["new", "concept", "x", "--subject", "s"]],
)
def test_commands_that_write_new_files_leave_none_on_a_full_disk(
    tmp_path: Path, command: list[str]
) -> None:
    import resource

    for name in ("formulas", "decks"):
        (tmp_path / name).mkdir()

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))

    done = subprocess.run(
        [sys.executable, "-m", "dlcards", *command],
        cwd=tmp_path,
        preexec_fn=limit,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 3
    assert "File too large" in done.stderr
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
