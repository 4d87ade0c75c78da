"""No room, no rights, no reader: the build says so, and loses nothing."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from broken import Count, Workshop, finish, start

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux"),
]


@pytest.mark.exhaustive(every=8)
@pytest.mark.parametrize("room", [0, 1, 500, 2_000, 6_000, 20_000, 60_000, 90_000])
def test_files_that_cannot_grow(workshop: Workshop, room: int, count: Count) -> None:
    count("files that cannot grow")
    root = workshop.copy(f"room-{room}")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    code, err = finish(start(root, jobs=1, before=limit))
    assert code in (0, 3), err
    if code == 3:
        assert err.startswith("error:")
        assert "File too large" in err or "disk I/O error" in err
        assert workshop.package(root) == workshop.old
    assert (code == 3) or room > 10_000
    assert not list(root.rglob("*.part"))
    workshop.assert_recovers(root)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return the root of a project on a disk of its own that is nearly full."""
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(folder)], capture_output=True
    )
    if made.returncode:
        pytest.skip("a small disk needs the rights of root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.exhaustive(every=5)
@pytest.mark.parametrize("left", [0, 4, 8, 16, 40])
def test_a_full_disk(workshop: Workshop, small_disk: Path, left: int, count: Count) -> None:
    count("full disks")
    prepared = workshop.copy(f"disk-{left}")
    root = small_disk / "project"
    shutil.copytree(prepared, root)
    blocks = os.statvfs(small_disk)
    free = blocks.f_bavail * blocks.f_frsize // 1024
    filler = small_disk / "filler"
    filler.write_bytes(bytes(1024 * max(0, free - left)))
    code, err = finish(start(root, jobs=1))
    assert code in (0, 3), err
    if code == 3:
        assert "No space left on device" in err or "disk is full" in err
        assert workshop.package(root) == workshop.old
    assert code == 3 or left >= 16
    assert not list(root.rglob("*.part"))
    filler.unlink()
    workshop.assert_recovers(root)


@pytest.mark.exhaustive(every=2)
@pytest.mark.parametrize("place", ["/proc/nowhere", "/dev/null/build"])
def test_an_output_that_cannot_be_written(workshop: Workshop, place: str, count: Count) -> None:
    count("outputs that cannot be written")
    root = workshop.copy(f"unwritable-{place.replace('/', '-')}")
    code, err = finish(start(root, "--output", place, jobs=1))
    assert code in (2, 3), err
    assert "rror: " in err
    assert "Traceback" not in err
    assert workshop.package(root) == workshop.old


def test_output_that_nobody_reads(workshop: Workshop) -> None:
    root = workshop.copy("unread")
    build = start(root, jobs=1)
    assert build.stdout is not None
    build.stdout.close()
    build.stdout = None
    code, err = finish(build)
    assert (code, err) == (0, "")
    assert workshop.package(root) == workshop.new


@pytest.mark.exhaustive(of=2)
def test_builds_of_the_same_deck_at_once(workshop: Workshop, every: int, count: Count) -> None:
    root = workshop.copy("at-once")
    builds = [start(root, jobs=2 // every) for _ in range(4 // every)]
    count("builds of the same deck at once", len(builds))
    assert [finish(build) for build in builds] == [(0, "")] * len(builds)
    assert workshop.package(root) == workshop.new
    workshop.assert_recovers(root)


def test_a_build_that_starts_before_and_ends_after_another(workshop: Workshop) -> None:
    root = workshop.copy("overtaken")
    for path in (root / "formulas").rglob("*.yaml"):
        shutil.copyfile(workshop.base / path.relative_to(root), path)
    shutil.copyfile(workshop.base / "decks" / "faults.yaml", root / "decks" / "faults.yaml")
    first = start(root, "--no-cache", jobs=1)
    fresh = workshop.copy("overtaking")
    shutil.copytree(fresh / "formulas", root / "formulas", dirs_exist_ok=True)
    shutil.copytree(fresh / "decks", root / "decks", dirs_exist_ok=True)
    second = start(root, jobs=1)
    assert finish(first)[0] in (0, 1)
    assert finish(second)[0] == 0
    workshop.assert_recovers(root)
