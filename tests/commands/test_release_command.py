"""Release after release from the command line: what is written, refused and told."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from dlcards.cli import run
from dlcards.release import ledger
from dlcards.release.ledger import LineKind

DECK = "title: Small\ndescription: A deck\ncontents:\n  - subject: maths\n"
SLOPE = """\
kind: concept
title: Slope
topic: lines
meaning: How much a line rises per step to the right.
questions:
  q1: {ask: What is the slope of a level line?, answer: Zero}
  q2: {ask: In which direction does a line with a negative slope go?, answer: Down}
sources: ["A book about lines"]
"""
HEIGHT = """\
kind: concept
title: Height
topic: lines
meaning: The value at zero.
sources: ["A book about lines"]
"""


class Project:
    """A folder with two entries and a deck."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "decks").mkdir(parents=True)
        (root / "formulas" / "maths").mkdir(parents=True)
        (root / "decks" / "small.yaml").write_text(DECK)
        self.write("slope", SLOPE)
        self.write("height", HEIGHT)

    def write(self, name: str, text: str) -> None:
        (self.root / "formulas" / "maths" / f"{name}.yaml").write_text(text)

    def remove(self, name: str) -> None:
        (self.root / "formulas" / "maths" / f"{name}.yaml").unlink()

    def run(self, *arguments: str) -> int:
        return run(["--root", str(self.root), *arguments])

    @property
    def path(self) -> Path:
        return self.root / "decks" / "ledger.tsv"

    @property
    def ledger(self) -> ledger.Ledger:
        found, problems = ledger.read(self.path.read_text())
        assert problems == ()
        return found

    @property
    def package(self) -> bytes:
        return (self.root / "build" / "small.apkg").read_bytes()


@pytest.fixture
def project(tmp_path: Path, clock: list[int]) -> Project:
    return Project(tmp_path / "project")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let each release be a day after the last one."""
    import time

    moment = [1_700_000_000]
    monkeypatch.setattr(time, "time", lambda: float(moment[0]))
    return moment


def later(clock: list[int]) -> None:
    clock[0] += 86_400


def test_a_release_writes_the_ledger_and_tells_what_is_new(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    assert project.run("release", "--version", "1.0.0") == 0
    assert "1.0.0: 2 new" in capsys.readouterr().out
    assert set(project.ledger.of(LineKind.NOTE)) == {"dlcards/height", "dlcards/slope"}
    assert project.run("release", "--version", "1.0.1") == 0
    assert "nothing to release" in capsys.readouterr().out


def test_a_dry_run_writes_nothing(project: Project) -> None:
    assert project.run("release", "--version", "1.0.0", "--dry-run") == 0
    assert not project.path.exists()


def test_a_released_state_gives_the_same_bytes_anywhere_at_any_time(
    project: Project, tmp_path: Path, clock: list[int]
) -> None:
    assert project.run("release", "--version", "1.0.0") == 0
    assert project.run("build", "--all") == 0
    elsewhere = Project(tmp_path / "elsewhere" / "project")
    elsewhere.path.write_bytes(project.path.read_bytes())
    later(clock)
    assert elsewhere.run("build", "--all") == 0
    assert elsewhere.package == project.package


def test_unreleased_changes_are_counted_and_keep_their_time(
    project: Project, clock: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert project.run("release", "--version", "1.0.0") == 0
    project.write("height", HEIGHT.replace("The value", "The height"))
    later(clock)
    assert project.run("build", "--all", "--no-cache") == 0
    assert re.search(r"\b1 notes? unreleased", capsys.readouterr().out)
    first = project.package
    later(clock)
    assert project.run("build", "--all", "--no-cache") == 0
    assert project.package == first


def test_a_lost_note_is_refused_until_it_is_retired(
    project: Project, clock: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert project.run("release", "--version", "1.0.0") == 0
    before = project.path.read_bytes()
    project.remove("height")
    later(clock)
    assert project.run("release", "--version", "1.1.0") == 1
    assert "--retire dlcards/height" in capsys.readouterr().err
    assert project.path.read_bytes() == before
    assert project.run("release", "--version", "1.1.0", "--retire", "dlcards/height") == 0
    assert "suspend" in capsys.readouterr().out
    assert "dlcards/height" in project.ledger.of(LineKind.RETIRED)


def test_a_renamed_entry_keeps_its_note(project: Project, clock: list[int]) -> None:
    assert project.run("release", "--version", "1.0.0") == 0
    project.remove("height")
    project.write("intercept", f"{HEIGHT}formerly: [height]\n")
    later(clock)
    assert project.run("release", "--version", "1.1.0") == 0
    assert "dlcards/height" in project.ledger.of(LineKind.NOTE)
    assert project.ledger.of(LineKind.RETIRED) == {}


def test_exchanged_questions_are_refused(
    project: Project, clock: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert project.run("release", "--version", "1.0.0") == 0
    swapped = SLOPE.replace("q1", "q3").replace("q2", "q1").replace("q3", "q2")
    project.write("slope", swapped)
    later(clock)
    assert project.run("release", "--version", "1.1.0") == 1
    assert capsys.readouterr().err.count("changed-slot") == 2


def test_a_ledger_edited_by_hand_stops_builds_and_releases(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    assert project.run("release", "--version", "1.0.0") == 0
    project.path.write_text(project.path.read_text().replace("\theight;", "\tdepth;"))
    for command in (["release", "--version", "1.1.0"], ["build", "--all"]):
        assert project.run(*command) == 1
        assert "decks/ledger.tsv:3:1: error" in capsys.readouterr().err


def test_the_check_finds_what_a_commit_lost(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert project.run("release", "--version", "1.0.0") == 0
    before = tmp_path / "before.tsv"
    before.write_bytes(project.path.read_bytes())
    assert project.run("release", "--check", str(before)) == 0
    rows = project.path.read_text().splitlines(keepends=True)
    project.path.write_text("".join(rows[:1] + rows[2:]))
    assert project.run("release", "--check", str(before)) == 1
    assert "ledger-lost" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["--version", " "], ["--version", "1\t2"]])
def test_a_release_needs_a_name(project: Project, arguments: list[str]) -> None:
    assert project.run("release", *arguments) == 2


def test_two_releases_differ_by_what_diff_tells(
    project: Project, tmp_path: Path, clock: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert project.run("release", "--version", "1.0.0") == 0
    assert project.run("build", "--all") == 0
    old = tmp_path / "old.apkg"
    old.write_bytes(project.package)
    project.write("height", HEIGHT.replace("The value", "The height"))
    later(clock)
    assert project.run("release", "--version", "1.1.0") == 0
    assert project.run("build", "--all", "--no-cache") == 0
    capsys.readouterr()
    new = project.root / "build" / "small.apkg"
    assert project.run("diff", str(old), str(new), "--format", "json") == 0
    told = json.loads(capsys.readouterr().out)
    assert [(note["guid"], note["effect"]) for note in told["notes"]] == [
        ("dlcards/height", "updated")
    ]
    assert told["unchanged"] == 1
