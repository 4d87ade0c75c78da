"""Release after release from the command line: what is written, refused and told."""

from __future__ import annotations

import json
import re
import subprocess
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
def project(tmp_path: Path, clock: list[int], in_process: None) -> Project:
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


# ── Before a release ──────────────────────────────────────────────────────────────

BOTH = (["check"], ["build", "--all"])


def said_of(
    project: Project,
    clock: list[int],
    capsys: pytest.CaptureFixture[str],
    command: list[str],
    change: tuple[str, str],
    *,
    code: int,
) -> str:
    """Release, write a file anew, run a command that is to end so; return what it said."""
    assert project.run("release", "--version", "1.0.0") == 0
    project.write(*change)
    later(clock)
    capsys.readouterr()
    assert project.run(*command) == code
    return capsys.readouterr().err


@pytest.mark.parametrize("command", BOTH, ids=lambda command: command[0])
@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("  q1: {ask: What is the slope of a level line?, answer: Zero}\n", "", "lost-slot"),
        ("What is the slope of a level line?", "How are rises counted?", "changed-slot"),
        ("title: Slope\n", "title: Slope\n", ""),
        ("What is the slope of a level line?", "What is the slope of a flat line?", ""),
    ],
)
def test_what_a_release_would_refuse_is_refused_at_once(
    project: Project,
    clock: list[int],
    capsys: pytest.CaptureFixture[str],
    command: list[str],
    old: str,
    new: str,
    code: str,
) -> None:
    change = ("slope", SLOPE.replace(old, new))
    said = said_of(project, clock, capsys, command, change, code=1 if code else 0)
    if code:
        assert f"[{code}]" in said
        assert "formulas/maths/slope.yaml:1:1" in said
    decided = [] if code != "lost-slot" else ["--retire", "dlcards/slope#q1"]
    decided += [] if code != "changed-slot" else ["--reword", "dlcards/slope#q1"]
    if decided:
        assert project.run("release", *decided) == 0
        assert project.run(*command) == 0
        assert len(project.ledger.of(LineKind.RELEASE)) == 1
        later(clock)
        assert project.run("release", "--version", "1.1.0") == 0
        assert len(project.ledger.of(LineKind.RELEASE)) == 2


@pytest.mark.parametrize("command", BOTH, ids=lambda command: command[0])
def test_a_lost_entry_and_another_title_are_refused_at_once(
    project: Project, clock: list[int], capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    assert project.run("release", "--version", "1.0.0") == 0
    project.remove("height")
    (project.root / "decks" / "small.yaml").write_text(DECK.replace("Small", "Smaller"))
    later(clock)
    assert project.run(*command) == 1
    said = capsys.readouterr().err
    assert "[lost-note]" in said
    assert "[lost-deck]" in said
    assert project.run("release", "--retire", "dlcards/height", "--retire", "Small") == 0
    assert project.run(*command) == 0


WORDS = """\
title: Words
topic: lines
sources: ["A book about lines"]
notes:
  rise: {ask: How is the height gained per step called?, answer: Slope}
  cut: {ask: Where does a line cut the upright axis?, answer: At its height, hint: Think of zero}
"""


@pytest.mark.parametrize("command", BOTH, ids=lambda command: command[0])
@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("rise:", "climb:", "lost-note"),
        ("How is the height gained per step called?", "Which letter is it?", "changed-slot"),
        ("Think of zero", "Look for another hint with many words", ""),
        (", hint: Think of zero", "", ""),
    ],
)
def test_a_released_list_is_looked_at_like_an_entry(
    project: Project,
    clock: list[int],
    capsys: pytest.CaptureFixture[str],
    command: list[str],
    old: str,
    new: str,
    code: str,
) -> None:
    project.write("words.notes", WORDS)
    change = ("words.notes", WORDS.replace(old, new))
    said = said_of(project, clock, capsys, command, change, code=1 if code else 0)
    assert (f"[{code}]" in said) if code else "error" not in said
    if code == "changed-slot":
        assert "formulas/maths/words.notes.yaml:1:1" in said


@pytest.mark.parametrize("command", BOTH, ids=lambda command: command[0])
def test_a_released_list_in_no_deck_is_lost(
    project: Project, clock: list[int], capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    project.write("words.notes", WORDS)
    assert project.run("release", "--version", "1.0.0") == 0
    entries = "entries: [slope, height]"
    deck = DECK.replace("subject: maths", entries)
    (project.root / "decks" / "small.yaml").write_text(deck, encoding="utf-8")
    later(clock)
    assert project.run(*command) == 1
    assert capsys.readouterr().err.count("[lost-note]") == 2


def test_a_decision_needs_something_to_decide(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    assert project.run("release", "--version", "1.0.0") == 0
    before = project.path.read_bytes()
    assert project.run("release", "--retire", "dlcards/slope") == 1
    assert "nothing-to-decide" in capsys.readouterr().err
    assert project.path.read_bytes() == before


def test_a_renamed_entry_keeps_its_picture(project: Project, clock: list[int]) -> None:
    drawn = HEIGHT + "figure: {kind: venn}\n"
    project.write("height", drawn)
    assert project.run("release", "--version", "1.0.0") == 0
    before = project.ledger.of(LineKind.NOTE)
    project.remove("height")
    project.write("intercept", f"{drawn}formerly: [height]\n")
    later(clock)
    assert project.run("release", "--version", "1.1.0") == 0
    assert project.ledger.of(LineKind.NOTE) == before


def test_another_title_of_a_related_entry_changes_no_other_note(
    project: Project, clock: list[int]
) -> None:
    project.write("slope", f"{SLOPE}requires: [height]\n")
    assert project.run("release", "--version", "1.0.0") == 0
    before = project.ledger.of(LineKind.NOTE)
    project.write("height", HEIGHT.replace("title: Height", "title: Intercept"))
    later(clock)
    assert project.run("release", "--version", "1.1.0") == 0
    after = project.ledger.of(LineKind.NOTE)
    changed = {guid for guid in before if before[guid] != after[guid]}
    assert changed == {"dlcards/height"}


# ── Branches ──────────────────────────────────────────────────────────────────────


def git(root: Path, *arguments: str) -> None:
    name = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *name, *arguments], cwd=root, check=True, capture_output=True)


@pytest.mark.slow
def test_branches_that_both_released_merge_without_a_conflict(
    project: Project, clock: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    attributes = Path(__file__).parents[2] / ".gitattributes"
    (project.root / ".gitattributes").write_bytes(attributes.read_bytes())
    (project.root / ".gitignore").write_text("/build/\n")
    assert project.run("release", "--version", "1.0.0") == 0
    git(project.root, "init", "-q", "-b", "main")
    for branch, changed in (("one", "The value"), ("two", "A number")):
        if branch == "one":
            git(project.root, "add", ".")
            git(project.root, "commit", "-qm", "first")
        git(project.root, "checkout", "-q", "-b", branch, "main")
        project.write(f"added-{branch}", HEIGHT.replace("Height", f"Added {branch}"))
        if branch == "one":
            project.write("height", HEIGHT.replace("The value", changed + " there"))
        later(clock)
        assert project.run("release", "--version", f"1.1.0-{branch}") == 0
        git(project.root, "add", ".")
        git(project.root, "commit", "-qm", branch)
    parents = []
    for branch in ("one", "two"):
        git(project.root, "checkout", "-q", branch)
        parents.append(project.ledger)
    git(project.root, "merge", "-q", "-m", "both", "one")
    merged = project.ledger
    for parent in parents:
        assert ledger.check_continuity(parent, merged) == ()
        assert set(parent.of(LineKind.RELEASE)) <= set(merged.of(LineKind.RELEASE))
    assert project.run("check") == 0
    assert project.run("release", "--version", "1.2.0") == 0
    assert "nothing to release" in capsys.readouterr().out
