"""A deck file may nest: one package with sub-decks in order."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from dlcards.cli import run
from dlcards.content.reader import read_library
from samples import ENTRY, Project

HEAD = "title: Physics\ndescription: For the tests.\ncontents:\n"
NESTED = f"""{HEAD}  - entries: [intro]
  - title: 1 Waves
    contents:
      - subject: waves
      - {{title: 1 Sound, subject: sound}}
  - title: 2 Everything
    contents: [{{kind: concept}}]
"""
LIST = "title: W\ntopic: w\nsources: [A book]\nnotes:\n  pitch: {ask: Which word?, answer: Pitch}\n"


def plain(title: str) -> str:
    return ENTRY.replace("Power rule", title)


@pytest.fixture
def root(project: Project) -> Path:
    return project(
        {
            "dlcards.yaml": "namespace: physics-miller\n",
            "formulas/start/intro.yaml": plain("Intro"),
            "formulas/start/other.yaml": plain("Other"),
            "formulas/waves/wave.yaml": plain("Wave"),
            "formulas/sound/words.notes.yaml": LIST,
            "decks/physics.yaml": NESTED,
        }
    )


def homes(package: Path) -> dict[str, str]:
    """Return the deck of every note by GUID."""
    with zipfile.ZipFile(package) as archive:
        database = package.with_suffix(".db")
        database.write_bytes(archive.read("collection.anki2"))
    with closing(sqlite3.connect(database)) as connection:
        decks = json.loads(connection.execute("SELECT decks FROM col").fetchone()[0])
        rows = connection.execute("SELECT guid, did FROM notes JOIN cards ON nid = notes.id")
        return {guid: decks[str(did)]["name"] for guid, did in rows}


def test_every_note_goes_into_the_first_sub_deck_that_names_it(root: Path) -> None:
    assert read_library(root)[1] == ()
    assert run(["--root", str(root), "-q", "build", "--all"]) == 0
    assert homes(root / "build" / "physics.apkg") == {
        "physics-miller/intro": "Physics",
        "physics-miller/wave": "Physics::1 Waves",
        "physics-miller/words/pitch": "Physics::1 Waves::1 Sound",
        "physics-miller/other": "Physics::2 Everything",
    }


@pytest.mark.parametrize(
    ("contents", "line", "code"),
    [
        ("  - contents: [{subject: waves}]\n", 4, "bad-selection"),
        ("  - {title: A, subject: waves, kind: concept}\n", 4, "bad-selection"),
        ("  - {title: A}\n", 4, "bad-selection"),
        ("  - {title: 'A::B', subject: waves}\n", 4, "bad-name"),
        ("  - {title: ' A', subject: waves}\n", 4, "bad-name"),
        ("  - {title: A, contents: []}\n", 4, "empty-value"),
        ("  - {title: A, contents: [{subject: gone}]}\n", 4, "unknown-reference"),
        ("  - {title: A, contents: [{entries: [gone]}]}\n", 4, "unknown-reference"),
        ("  - {title: A, subject: waves}\n  - {title: a, kind: concept}\n", 5, "duplicate-name"),
        ("  - {title: B, subject: waves}\n  - {title: A, kind: concept}\n", 5, "sub-deck-order"),
    ],
)
def test_a_mistake_in_a_nested_deck(root: Path, contents: str, line: int, code: str) -> None:
    (root / "decks/physics.yaml").write_text(HEAD + contents, encoding="utf-8")
    found = [(p.location.line, p.code) for p in read_library(root)[1]]
    assert found == [(line, code)]
