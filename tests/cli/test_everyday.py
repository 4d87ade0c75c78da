"""What people meet every day: options in both places, slips of quotes, files called otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from dlcards.cli import run
from dlcards.cli.console import Progress, table
from dlcards.commands.preview import PreviewRequest, preview
from dlcards.content.reader import read_library
from dlcards.documents import read_document
from samples import DECK, ENTRY, Project

pytestmark = pytest.mark.usefixtures("in_process")


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [
        ["-q", "build", "--all"],
        ["build", "-q", "--all"],
        ["build", "--all", "--quiet"],
    ],
)
def test_options_stand_before_or_after_the_command(
    small_project: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*arguments, "--root", str(small_project), "--jobs", "1"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.slow
def test_the_last_line_says_what_to_do_next(
    small_project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def last(*arguments: str) -> str:
        run(["--root", str(small_project), *arguments])
        return capsys.readouterr().out.splitlines()[-1]

    assert last("check", "--no-mutate") == "Next: dlcards build --all"
    assert last("build", "--all").startswith("Next: in Anki, File → Import")
    entry = small_project / "formulas/calculus/power-rule.yaml"
    entry.write_text(ENTRY.replace("real", "reel"), encoding="utf-8")
    assert "dlcards explain unknown-type" in last("check", "--no-mutate")


def test_the_words_of_the_last_lines_are_explained(capsys: pytest.CaptureFixture[str]) -> None:
    for word, told in (
        ("unreleased", "dlcards release"),
        ("slot", "q1"),
        ("namespace", "identity"),
    ):
        assert run(["explain", word]) == 0
        assert told in capsys.readouterr().out


@pytest.mark.parametrize("width", [14, 20, 30, None])
def test_a_table_is_as_wide_as_the_terminal(width: int | None) -> None:
    text = table(("id", "title"), [("chain-rule", "미분의 연쇄 법칙, a long title")], width)
    longest = max(sum(2 if c >= "가" else 1 for c in line) for line in text.splitlines())
    assert longest <= (width or 100)
    assert ("…" in text) == (width is not None)


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        ("a: 1\nask: 'It's fine'\n", (2, 9), "the text ends at this quote '"),
        ("q: {ask: 'It's', answer: b}\n", (1, 13), "the text ends at this quote '"),
        ('ask: "Say "hi" now"\n', (1, 11), 'the text ends at this quote "'),
        ("ask: \"Zero'\nb: c\n", (1, 6), 'the quote " opens a text that is never closed'),
        ("ask: 'Zero\nb: c\n", (1, 6), "the quote ' opens a text that is never closed"),
        ('a: "Zero\nb: "one"\n', (1, 4), 'the quote " opens a text that goes on to line 2'),
        ("kind: concept\n  title: Test\n", (2, 3), "indented deeper than the one above"),
        ("q:\n  ask: What?\n   answer: b\n", (3, 4), "indented deeper than the one above"),
        ("title: A: B\n", (1, 9), "a colon followed by a space"),
    ],
)
def test_slips_of_quotes_and_indents_are_named(
    text: str, place: tuple[int, int], told: str
) -> None:
    document, (problem,) = read_document(text, "a.yaml")
    assert document is None
    assert told in problem.message
    assert (problem.location.line, problem.location.column) == place
    assert problem.hint


@pytest.mark.parametrize(
    "name",
    [
        "formulas/calculus/sum-rule.yml",
        "formulas/calculus/sum-rule.txt",
        "formulas/calculus/sum-rule.yaml.txt",
        "formulas/calculus/sum-rule.YAML",
        "formulas/sum-rule.yaml",
        "decks/other.yml",
        "decks/other.txt",
        "dlcards.yml",
    ],
)
def test_files_that_are_called_otherwise_are_told(small_project: Path, name: str) -> None:
    (small_project / name).write_text(ENTRY, encoding="utf-8")
    found = [(p.location.file, p.code) for p in read_library(small_project)[1]]
    assert found == [(name, "file-name")]


@pytest.mark.parametrize("name", ["formulas/calculus/notes.md", "README.txt", "decks/ledger.tsv"])
def test_other_files_are_left_alone(small_project: Path, name: str) -> None:
    (small_project / name).write_text("", encoding="utf-8")
    assert read_library(small_project)[1] == ()


def test_a_broken_file_hides_nothing_else(
    small_project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (small_project / "formulas/calculus/broken.yaml").write_text("kind: [\n", encoding="utf-8")
    assert run(["list", "--root", str(small_project)]) == 1
    out, err = capsys.readouterr()
    assert "power-rule" in out
    assert "broken.yaml:2:1: error" in err


def test_only_a_language_that_there_is_can_be_missing(
    small_project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["list", "--missing", "ko", "--root", str(small_project)]) == 0
    assert run(["list", "--missing", "xx", "--root", str(small_project)]) == 2
    assert "--missing xx: one of" in capsys.readouterr().err


# The preview while one writes


@pytest.mark.slow
def test_the_last_good_cards_stay_when_a_file_is_broken(project: Project) -> None:
    root = project(
        {
            "formulas/calculus/power-rule.yaml": ENTRY,
            "formulas/calculus/other.yaml": ENTRY.replace("Power rule", "Other"),
            "decks/calculus.yaml": DECK,
        }
    )
    request, silent = PreviewRequest(root, jobs=0), Progress(quiet=True)
    shown = preview(request, silent, check=False)
    cards = shown.entry("power-rule")["cards"]
    assert cards
    file = root / "formulas/calculus/power-rule.yaml"
    file.write_text("kind: [\n", encoding="utf-8")
    (root / "decks/calculus.yaml").write_text("title: [\n", encoding="utf-8")
    broken = preview(request, silent, shown, check=False)
    assert broken.entry("power-rule")["cards"] == cards
    assert sorted(broken.decks[0]["entries"]) == ["other", "power-rule"]
    assert {problem.code for problem in broken.problems[""]} == {"yaml-syntax"}
    file.unlink()
    assert "power-rule" not in preview(request, silent, broken, check=False).entries


SUM = """\
kind: exercise
title: Adding
topic: sums
drills: [power-rule]
draw: {"a, b": "integers(2, 9)"}
ask: What is $a + b$?
answer: a + b
claim: answer - b == a
steps: [$a + b == answer$]
"""


def test_only_what_changed_is_read_again(small_project: Path) -> None:
    family = small_project / "exercises" / "calculus" / "ex-sum.yaml"
    family.parent.mkdir(parents=True)
    family.write_text(SUM, encoding="utf-8")
    before, _ = read_library(small_project)
    same, problems = read_library(small_project, before=before)
    assert problems == ()
    assert same.items["power-rule"].read is before.items["power-rule"].read
    assert same.exercises["ex-sum"] is before.exercises["ex-sum"]
    family.write_text(SUM.replace("a + b == answer", "c == answer"), encoding="utf-8")
    for _ in range(2):  # a family with a mistake is read each time, so that it is told
        same, problems = read_library(small_project, before=same)
        assert [problem.location.line for problem in problems] == [9]
    family.unlink()
    (small_project / "dlcards.yaml").write_text(
        "namespace: mine\nmacros: {R: x}\n", encoding="utf-8"
    )
    other, _ = read_library(small_project, before=before)
    assert other.items["power-rule"].read is not before.items["power-rule"].read
