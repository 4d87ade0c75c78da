"""The core of a deck: what has priority 1, with what it requires, under the same GUIDs."""

from __future__ import annotations

import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from dlcards.cli import run
from samples import DECK, Project

QUESTION = "questions:\n  q1: {{ask: What is {title} for?, answer: For tests of {title}}}\n"
LIST = (
    "title: {0}\ntopic: t\npriority: {1}\nsources: [A book]\n"
    "notes:\n  {0}-a: {{ask: A?, answer: B}}\n"
)


def entry(title: str, priority: int, *requires: str) -> str:
    return (
        f"kind: concept\ntitle: {title}\ntopic: t\npriority: {priority}\nmeaning: {title} it is.\n"
        + QUESTION.format(title=title)
        + f"requires: [{', '.join(requires)}]\nsources: [https://example.org]\n"
    )


@pytest.fixture
def root(project: Project) -> Path:
    return project(
        {
            "formulas/calculus/limit.yaml": entry("Limit", 2),
            "formulas/calculus/slope.yaml": entry("Slope", 1, "limit"),
            "formulas/calculus/chain.yaml": entry("Chain", 1),
            "formulas/calculus/extra.yaml": entry("Extra", 2, "slope"),
            "formulas/calculus/last.yaml": entry("Last", 3),
            "formulas/calculus/short.notes.yaml": LIST.format("short", 1),
            "formulas/calculus/long.notes.yaml": LIST.format("long", 2),
            "decks/calculus.yaml": DECK,
        }
    )


def notes(package: Path, folder: Path) -> dict[str, tuple[str, str, int]]:
    """Return fields, tags and time of change of each note by its GUID."""
    folder.mkdir()
    with zipfile.ZipFile(package) as archive:
        names = archive.namelist()
        archive.extract("collection.anki2", folder)
    assert "media" in names
    with closing(sqlite3.connect(folder / "collection.anki2")) as database:
        rows = database.execute("select guid, flds, tags, mod from notes")
        return {guid: (fields, tags, changed) for guid, fields, tags, changed in rows}


def build(root: Path, *options: str) -> int:
    return run(["-q", "--root", str(root), "build", "--jobs", "1", *options])


def test_the_core_holds_priority_1_and_what_it_requires(root: Path, tmp_path: Path) -> None:
    assert build(root, "--deck", "calculus", "--core") == 0
    core = notes(root / "build" / "calculus.core.apkg", tmp_path / "core")
    assert sorted(core) == [
        "dlcards/chain",
        "dlcards/limit",
        "dlcards/short/short-a",
        "dlcards/slope",
    ]
    assert not (root / "build" / "calculus.apkg").exists()


def test_a_note_is_the_same_in_the_core_and_in_the_whole_deck(root: Path, tmp_path: Path) -> None:
    assert build(root, "--deck", "calculus", "--core") == 0
    assert build(root, "--deck", "calculus") == 0
    core = notes(root / "build" / "calculus.core.apkg", tmp_path / "core")
    whole = notes(root / "build" / "calculus.apkg", tmp_path / "whole")
    assert len(core) < len(whole) == 7
    assert {guid: whole[guid] for guid in core} == core


def test_core_and_whole_deck_are_each_known_to_be_unchanged(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for options in ((), ("--core",)):
        assert build(root, "--all", *options) == 0
    capsys.readouterr()
    for options, cards in (((), 12), (("--core",), 7)):
        arguments = ["--root", str(root), "build", "--all", *options]
        assert run(arguments) == 0
        told = capsys.readouterr().out
        assert "nothing changed" in told or f"{cards} cards" in told


def test_an_entry_of_the_core_that_requires_another_one_is_told(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["--root", str(root), "check"])
    said = "".join(capsys.readouterr())
    told = [line for line in said.splitlines() if "core-requires" in line]
    assert len(told) == 1
    assert told[0].startswith("formulas/calculus/slope.yaml:8:12")
