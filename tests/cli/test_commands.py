"""The command line, as people and programs meet it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dlcards import __version__
from dlcards.cli import COMMANDS, application, run
from samples import DECK, ENTRY, Project

Run = Callable[..., tuple[int, str, str]]
ENTRY_FILE = "formulas/calculus/power-rule.yaml"


@pytest.fixture
def dlcards(small_project: Path, capsys: pytest.CaptureFixture[str], in_process: None) -> Run:
    """Return a function that runs a command in a small project."""

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(["--root", str(small_project), *arguments])
        output = capsys.readouterr()
        return code, output.out, output.err

    return call


def rewrite(root: Path, old: str, new: str) -> None:
    path = root / ENTRY_FILE
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_every_command_has_one_sentence_and_one_example() -> None:
    assert len(COMMANDS) >= 8
    for name in COMMANDS:
        command = application.get_command(None, name)  # type: ignore[arg-type]
        assert command is not None
        assert command.help is not None
        assert command.help.strip().split("\n\n")[0].rstrip().endswith(".")
        assert (command.epilog or "").startswith(f"Example: dlcards {name}"), name


def test_build_writes_the_package(dlcards: Run, small_project: Path) -> None:
    code, out, err = dlcards("build", "--deck", "calculus")
    assert code == 0, err
    assert "calculus.apkg: 1 note, 5 cards" in out
    assert (small_project / "build" / "calculus.apkg").stat().st_size > 1000
    left = [p.name for p in (small_project / "build").iterdir()]
    assert sorted(left) == [".cache", "calculus.apkg", "first-built.json"]


@pytest.mark.slow
def test_quiet_says_nothing(dlcards: Run) -> None:
    code, out, _ = dlcards("-q", "build", "--deck", "calculus")
    assert (code, out) == (0, "")


@pytest.mark.parametrize(
    ("old", "new", "place", "code"),
    [
        ("n*x**(n - 1)", "n*x**(n + 1)", "7:8", "refuted-claim"),
        ("meaning:", "meening:", "8:1", "unknown-key"),
        ("n: real", "n: reel", "6:6", "unknown-type"),
        ("title: Power rule", "title: A: B", "2:9", "yaml-syntax"),
    ],
)
def test_a_mistake_stops_the_build_and_keeps_the_last_package(
    dlcards: Run, small_project: Path, old: str, new: str, place: str, code: str
) -> None:
    assert dlcards("build", "--deck", "calculus")[0] == 0
    package = small_project / "build" / "calculus.apkg"
    before = package.read_bytes()
    rewrite(small_project, old, new)
    exit_code, _, err = dlcards("build", "--deck", "calculus")
    assert exit_code == 1
    assert f"{ENTRY_FILE}:{place}: error:" in err
    assert f"[{code}]" in err
    assert package.read_bytes() == before


def test_a_missing_deck_is_a_mistake_of_usage(dlcards: Run) -> None:
    code, _, err = dlcards("build", "--deck", "calculas")
    assert code == 2
    assert "did you mean 'calculus'" in err
    assert "decks: calculus" in err


@pytest.mark.slow
def test_a_mistake_elsewhere_does_not_stop_a_deck(dlcards: Run, small_project: Path) -> None:
    other = small_project / "formulas" / "other"
    other.mkdir()
    (other / "wrong.yaml").write_text(
        "kind: concept\ntitle: Wrong\ntopic: t\nlet: {x: real}\nclaim: x**2 == x\n"
        'meaning: Wrong.\nsources: ["https://example.org"]\n',
        encoding="utf-8",
    )
    assert dlcards("check")[0] == 1
    assert dlcards("check", str(small_project / ENTRY_FILE))[0] == 0
    assert dlcards("check", str(other))[0] == 1
    (other / "unreadable.yaml").write_text("kind: [\n", encoding="utf-8")
    assert dlcards("build", "--deck", "calculus")[0] == 0
    assert dlcards("check", "nowhere.yaml")[0] == 2


def test_check_as_json(dlcards: Run, small_project: Path) -> None:
    rewrite(small_project, "n*x**(n - 1)", "n*x**n")
    code, out, _ = dlcards("check", "--format", "json")
    assert code == 1
    told = json.loads(out)
    errors = [p for p in told["problems"] if p["severity"] == "error"]
    assert [(p["file"], p["line"], p["column"], p["code"]) for p in errors] == [
        (ENTRY_FILE, 7, 8, "refuted-claim")
    ]
    assert told["claims"][0]["level"] is None


def test_check_as_annotations(dlcards: Run, small_project: Path) -> None:
    rewrite(small_project, "n: real", "n: reel")
    _, out, _ = dlcards("check", "--format", "github")
    assert f"\n::error file={ENTRY_FILE},line=6,col=6,title=unknown-type::" in out


def test_list_tells_what_an_entry_has(dlcards: Run, small_project: Path) -> None:
    assert dlcards("check")[0] == 0
    code, out, _ = dlcards("list", "--format", "json")
    assert code == 0
    (row,) = json.loads(out)
    assert row["id"] == "power-rule"
    assert row["level"] == "proved"
    assert (row["kind"], row["subject"], row["title"]) == ("concept", "calculus", "Power rule")
    assert (row["figure"], row["code"], row["translations"]) == (False, False, [])
    assert dlcards("list", "--missing", "code")[1].count("power-rule") == 1
    rewrite(small_project, "sources:", "missing: {code: A rule}\nsources:")
    _, out, _ = dlcards("list", "--missing", "code")
    assert "power-rule" not in out
    assert "1 more say why" in out
    assert dlcards("list", "--level", "numeric")[1].count("power-rule") == 0
    assert (
        dlcards("list", "--deck", "calculus", "--subject", "calculus")[1].count("power-rule") == 1
    )


@pytest.mark.parametrize(
    ("option", "wrong", "told"),
    [
        ("--missing", "figur", "figure"),
        ("--level", "prooved", "proved"),
        ("--subject", "calclus", "calculus"),
        ("--deck", "calclus", "calculus"),
    ],
)
def test_a_misspelt_filter_is_told(dlcards: Run, option: str, wrong: str, told: str) -> None:
    code, out, err = dlcards("list", option, wrong)
    assert (code, out) == (2, "")
    assert told in err


def assert_accepted_when_filled(dlcards: Run, path: Path, fill: dict[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for blank, filled in fill.items():
        assert blank in text, blank
        text = text.replace(blank, filled)
    path.write_text(text, encoding="utf-8")
    code, _, err = dlcards("check", str(path))
    assert code == 0, err


def test_a_new_entry_is_accepted_when_its_blanks_are_filled(
    dlcards: Run, small_project: Path
) -> None:
    code, out, _ = dlcards("new", "equation", "cube-rule", "--subject", "calculus")
    assert code == 0
    path = small_project / "formulas" / "calculus" / "cube-rule.yaml"
    assert str(path.relative_to(small_project)) in out
    assert dlcards("check", str(path))[0] == 1
    text = path.read_text(encoding="utf-8")
    fill = {
        'title: ""': "title: Cube",
        'topic: ""': "topic: derivatives",
        'claim: ""': "claim: d(x**3, x) == 3*x**2",
        'x: ""': "x: a number",
        'meaning: ""': "meaning: The slope of the cube.",
        'why: ""': "why: It is a first example.",
        'pitfall: ""': "pitfall: Forgetting the factor.",
        'ask: ""\n    answer: ""\n  q2': 'ask: "What is it at 1?"\n    answer: Three\n  q2',
        'ask: ""\n    answer: ""\nrequires': 'ask: "What is it at 0?"\n    answer: Zero\nrequires',
        'sources: [""]': 'sources: ["https://example.org"]',
    }
    text = text.replace("# Ids of the entries to learn before.\n", "")
    text = text.replace(
        "# CODE:section of a code in formulas/sources.yaml, or a web address.\n", ""
    )
    path.write_text(text, encoding="utf-8")
    assert_accepted_when_filled(dlcards, path, fill)
    assert dlcards("new", "concept", "cube-rule", "--subject", "other")[0] == 2


def test_a_new_notation_is_accepted_when_its_blanks_are_filled(
    dlcards: Run, small_project: Path
) -> None:
    assert dlcards("new", "notation", "turned", "--subject", "calculus")[0] == 0
    path = small_project / "formulas" / "calculus" / "turned.yaml"
    assert dlcards("check", str(path))[0] == 1
    fill = {
        'title: ""': "title: Transpose",
        'topic: ""': "topic: matrices",
        'say: ""': "say: A turned",
        'meaning: ""': "meaning: Rows and columns exchanged.",
        'why: ""': "why: It is a first example.",
        'pitfall: ""': "pitfall: Turning only one of two factors.",
        'recall: ""': "recall: How does one write the rows of A as columns?",
        'ask: ""\n    answer: ""': 'ask: "What is the shape of it?"\n    answer: n × m',
        'sources: [""]': 'sources: ["https://example.org"]',
    }
    assert_accepted_when_filled(dlcards, path, fill)
    code, out, _ = dlcards("show", "turned")
    assert code == 0
    assert "A turned" in out


def test_a_new_algorithm_is_accepted_when_its_blanks_are_filled(
    dlcards: Run, small_project: Path
) -> None:
    assert dlcards("new", "algorithm", "mean-of", "--subject", "calculus")[0] == 0
    path = small_project / "formulas" / "calculus" / "mean-of.yaml"
    assert dlcards("check", str(path))[0] == 1
    ask = 'ask: ""\n    answer: ""\n'
    fill = {
        'title: ""': "title: Mean of the entries",
        'topic: ""': "topic: sums",
        'meaning: ""': "meaning: The sum divided by the number of entries.",
        'why: ""': "why: A loss is a mean over examples.",
        'pitfall: ""': "pitfall: Dividing before all entries were added.",
        'says: ""': "says: The number of entries divides.",
        f"{ask}  q2": 'ask: "How does its time grow with n?"\n    answer: Like n\n  q2',
        f"{ask}#": 'ask: "For which input does it fail?"\n    answer: One without entries\n#',
        'sources: [""]': 'sources: ["https://example.org"]',
    }
    assert_accepted_when_filled(dlcards, path, fill)
    code, out, _ = dlcards("show", "mean-of")
    assert code == 0
    assert "Mean of the entries" in out


@pytest.mark.slow
def test_a_project_of_ones_own_builds_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "my-cards"
    assert run(["init", str(folder), "--namespace", "mine"]) == 0
    assert run(["--root", str(folder), "build", "--all"]) == 0
    assert (folder / "build" / "algebra.apkg").exists()
    assert run(["init", str(folder), "--namespace", "mine"]) == 2, "nothing is overwritten"


def test_the_wrong_command_names_the_nearest(dlcards: Run) -> None:
    code, _, err = dlcards("chek")
    assert code == 2
    assert "did you mean 'check'" in err


def test_a_deck_shows_its_entries_in_learning_order(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    second = ENTRY.replace("Power rule", "A second one") + "requires: [z-first]\n"
    root = project(
        {
            "formulas/calculus/second.yaml": second,
            "formulas/calculus/z-first.yaml": ENTRY,
            "decks/calculus.yaml": DECK,
        }
    )
    assert run(["--root", str(root), "list", "--deck", "calculus", "--format", "csv"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(",")[0] for line in lines] == ["id", "z-first", "second"]


def test_check_finds_an_entry_by_id_and_from_the_root(dlcards: Run, small_project: Path) -> None:
    """Even where it cannot be read, as a skeleton with blanks cannot."""
    rewrite(small_project, "title: Power rule", 'title: ""')
    for name in (ENTRY_FILE, "power-rule", str(small_project / ENTRY_FILE), "formulas/calculus"):
        code, _, err = dlcards("check", name)
        assert (code, "[empty-value]" in err) == (1, True), err


def test_explain_prints_a_section_and_knows_the_nearest(dlcards: Run) -> None:
    code, out, _ = dlcards("explain", "unknown-type")
    assert code == 0
    assert out.startswith("unknown-type\n\nA name")
    code, out, err = dlcards("explain", "unkown-type")
    assert (code, out) == (2, "")
    assert "did you mean unknown-type" in err
    code, out, _ = dlcards("explain")
    assert (code, "unknown-type" in out.splitlines()) == (0, True)


@pytest.mark.slow
@pytest.mark.parametrize(("shell", "number"), [("bash", "1"), ("zsh", "1"), ("fish", "pre")])
def test_shells_complete_commands(shell: str, number: str) -> None:
    def ask(instruction: str, **more: str) -> str:
        variables = {**os.environ, "_DLCARDS_COMPLETE": f"{shell}_{instruction}", **more}
        program = [sys.executable, "-m", "dlcards"]
        done = subprocess.run(program, env=variables, capture_output=True, encoding="utf-8")
        return done.stdout

    assert "_DLCARDS_COMPLETE" in ask("source") or (shell, shutil.which("bash")) == ("bash", None)
    assert "preview" in ask("complete", COMP_WORDS="dlcards pre", COMP_CWORD=number)


@pytest.mark.parametrize(("variables", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_there_is_colour_on_a_terminal_unless_it_is_unwanted(
    variables: dict[str, str], coloured: bool
) -> None:
    pty = pytest.importorskip("pty", reason="needs terminals of the Unix kind")
    ours, theirs = pty.openpty()
    program = [sys.executable, "-m", "dlcards", "explain", "no-such"]
    clean = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
    subprocess.run(program, stderr=theirs, env={**clean, **variables})
    told = os.read(ours, 4096)
    os.close(ours)
    os.close(theirs)
    assert b"no code" in told
    assert (b"\x1b" in told) is coloured


def test_there_is_no_colour_in_a_pipe() -> None:
    program = [sys.executable, "-m", "dlcards", "explain", "no-such"]
    assert b"\x1b" not in subprocess.run(program, capture_output=True).stderr


def test_output_is_utf_8_whatever_the_console_says() -> None:
    program = [sys.executable, "-m", "dlcards", "explain", "answer-long"]
    variables = {**os.environ, "PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
    done = subprocess.run(program, capture_output=True, env=variables)
    assert "…" in done.stdout.decode("utf-8")


def test_the_version_is_told(dlcards: Run) -> None:
    assert dlcards("--version")[1] == f"dlcards {__version__}\n"


def test_a_broken_deck_is_told_and_stops_no_other(dlcards: Run, small_project: Path) -> None:
    (small_project / "decks" / "broken.yaml").write_text("title: !x y\n", encoding="utf-8")
    (small_project / "formulas" / "other").mkdir()
    (small_project / "formulas" / "other" / "b.ko.yaml").write_text("- x\n", encoding="utf-8")
    code, _, err = dlcards("build", "--all")
    assert code == 1
    assert "decks/broken.yaml:1:8: error:" in err
    assert dlcards("build", "--deck", "calculus")[0] == 0
