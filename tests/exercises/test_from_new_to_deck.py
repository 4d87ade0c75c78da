"""A family from its skeleton to the deck, by the commands alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dlcards.cli import run
from samples import DECK, ENTRY, Project

Run = Callable[..., tuple[int, str, str]]
FILLED = {
    'title: ""': "title: Adding",
    'topic: ""': "topic: sums",
    'hint: ""': "hint: Count on.",
    'says: ""': "says: These were multiplied.",
    "given: a != b": "given: [a != b, answer != a*b]",
}


@pytest.fixture
def root(project: Project) -> Path:
    return project(
        {
            "formulas/calculus/power-rule.yaml": ENTRY,
            "decks/calculus.yaml": f"{DECK}exercises: true\n",
        }
    )


@pytest.fixture
def dlcards(root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    modules = ("check_entries", "export", "release", "show", "worksheet")
    for module in ("build.flow", *(f"commands.{name}" for name in modules)):
        monkeypatch.setattr(f"dlcards.{module}.workers", lambda jobs: 0)

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(["--root", str(root), *arguments])
        output = capsys.readouterr()
        return code, output.out, output.err

    return call


def written(dlcards: Run, root: Path) -> Path:
    new = ("new", "exercise", "ex-add", "--subject", "calculus", "--drills", "power-rule")
    assert dlcards(*new)[0] == 0
    path = root / "exercises" / "calculus" / "ex-add.yaml"
    text = path.read_text(encoding="utf-8")
    for blank, filled in FILLED.items():
        assert blank in text, blank
        text = text.replace(blank, filled)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.slow
def test_a_skeleton_becomes_cards_and_a_sheet(dlcards: Run, root: Path) -> None:
    path = written(dlcards, root)
    code, out, err = dlcards("check", str(path))
    assert (code, err) == (0, "")
    assert "ex-add: 12 variants" in out
    assert "draws pass; rejected by a != b" in out
    for deck in ((), ("--deck", "calculus")):
        _, out, _ = dlcards("list", *deck, "--format", "json")
        rows = {row["id"]: (row["kind"], row["variants"]) for row in json.loads(out)}
        assert rows == {"power-rule": ("concept", 0), "ex-add": ("exercise", 12)}
        assert dlcards("list", *deck)[1].endswith("1 entry, 1 family of exercises\n")
    assert "ex-add" not in dlcards("list", "--missing", "code")[1]
    (deck,) = json.loads(dlcards("list", "--decks", "--format", "json")[1])
    assert (deck["entries"], deck["exercises"], deck["derivations"]) == (1, 1, 0)
    code, out, err = dlcards("build", "--deck", "calculus")
    assert code == 0, err
    assert "2 notes, 6 cards" in out
    code, out, _ = dlcards("show", "ex-add")
    assert code == 0
    assert "variant 12" in out
    sheet = root / "sheet.html"
    assert dlcards("worksheet", "--deck", "calculus", "--count", "5", "-o", str(sheet))[0] == 0
    assert sheet.read_text(encoding="utf-8").count("Adding") == 5


@pytest.mark.slow
def test_what_was_judged_is_not_judged_again(
    dlcards: Run, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(dlcards, root)
    assert dlcards("check")[0] == 0
    lock = (root / "exercises" / "variants.lock").read_text(encoding="utf-8")
    monkeypatch.setattr("dlcards.exercises.task.judge_family", None)
    assert dlcards("build", "--deck", "calculus")[0] == 0
    assert (root / "exercises" / "variants.lock").read_text(encoding="utf-8") == lock


@pytest.mark.slow
def test_another_text_keeps_every_variant(dlcards: Run, root: Path) -> None:
    path = written(dlcards, root)
    assert dlcards("check")[0] == 0
    before = (root / "exercises" / "variants.lock").read_text(encoding="utf-8")
    text = path.read_text(encoding="utf-8").replace("What is $a + b$?", "How much is $a + b$?")
    path.write_text(text, encoding="utf-8")
    assert dlcards("check")[0] == 0
    after = (root / "exercises" / "variants.lock").read_text(encoding="utf-8")
    assert [line for line in after.splitlines() if '"a"' in line] == [
        line for line in before.splitlines() if '"a"' in line
    ]
    assert before != after  # the fingerprint


@pytest.mark.slow
def test_an_id_is_used_once(dlcards: Run, root: Path) -> None:
    written(dlcards, root)
    assert dlcards("new", "concept", "ex-add", "--subject", "calculus")[0] == 2
    (root / "formulas" / "calculus" / "ex-add.yaml").write_text(ENTRY, encoding="utf-8")
    code, _, err = dlcards("check")
    assert code == 1
    assert "'ex-add' is also an entry" in err


@pytest.mark.slow
def test_a_wrong_family_stops_the_build_of_its_deck(dlcards: Run, root: Path) -> None:
    path = written(dlcards, root)
    text = path.read_text(encoding="utf-8").replace("answer: a + b", "answer: a + b + 1")
    path.write_text(text, encoding="utf-8")
    code, _, err = dlcards("build", "--deck", "calculus")
    assert code == 1
    assert "wrong-answer" in err
    assert not (root / "build" / "calculus.apkg").exists()


@pytest.mark.slow
def test_a_damaged_lock_is_made_anew(dlcards: Run, root: Path) -> None:
    written(dlcards, root)
    assert dlcards("check")[0] == 0
    lock = root / "exercises" / "variants.lock"
    whole = lock.read_text(encoding="utf-8")
    lock.write_text(whole[:50], encoding="utf-8")
    code, _, err = dlcards("check")
    assert code == 0
    assert "exercises/variants.lock: warning" in err
    assert lock.read_text(encoding="utf-8") == whole


@pytest.mark.slow
def test_a_family_is_released_and_exported_with_its_deck(dlcards: Run, root: Path) -> None:
    written(dlcards, root)
    code, _, err = dlcards("release", "--version", "1.0.0")
    assert code == 0, err
    released = (root / "decks" / "ledger.tsv").read_text(encoding="utf-8")
    assert "dlcards/ex-add" in released
    _, out, _ = dlcards("build", "--deck", "calculus")
    assert "unreleased" not in out
    folder = root / "out"
    csv = ("--deck", "calculus", "--format", "csv", "--output", str(folder))
    assert dlcards("export", *csv)[0] == 0
    assert "dlcards/ex-add," in (folder / "calculus.csv").read_text(encoding="utf-8")


def test_a_translated_deck_has_no_exercise_in_the_source_language(dlcards: Run, root: Path) -> None:
    written(dlcards, root)
    code, out, err = dlcards("build", "--deck", "calculus", "--lang", "ko")
    assert code == 0, err
    assert ": 1 note, 5 cards" in out


@pytest.mark.slow
def test_a_sheet_speaks_the_language_of_the_project(dlcards: Run, root: Path) -> None:
    written(dlcards, root)
    (root / "dlcards.yaml").write_text("namespace: mine\nlanguage: ko\n", encoding="utf-8")
    sheet = root / "sheet.html"
    code, _, err = dlcards("worksheet", "--deck", "calculus", "-o", str(sheet))
    assert code == 0, err
    page = sheet.read_text(encoding="utf-8")
    assert '<html lang="ko">' in page
    assert "Solutions" not in page


@pytest.mark.slow
def test_a_family_is_listed_with_its_draws(dlcards: Run, root: Path) -> None:
    written(dlcards, root)

    def rows(*filters: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(dlcards("list", *filters, "--format", "json")[1])
        return [row for row in found if row["kind"] == "exercise"]

    (row,) = rows()
    assert (row["level"], row["variants"], row["draws"]) == (None, 0, [])
    assert dlcards("check")[0] == 0
    (row,) = rows("--deck", "calculus", "--level", "computed")
    assert (row["id"], row["requires"], row["variants"]) == ("ex-add", ["power-rule"], 12)
    passed, tried = row["draws"]
    assert tried == 1000
    assert 10 <= passed < tried
    assert rows("--missing", "figure") == []
    assert "entries  exercises" in dlcards("list", "--decks")[1]
