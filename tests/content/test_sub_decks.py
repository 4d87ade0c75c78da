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

pytestmark = pytest.mark.usefixtures("in_process")

HEAD = "title: Physics\ndescription: For the tests.\ncontents:\n"
NESTED = f"""{HEAD}  - entries: [intro]
  - title: 1 Waves
    contents:
      - subject: waves
      - {{title: 1 Sound, subject: sound}}
  - title: 2 Everything
    contents: [{{kind: concept}}]
"""
SOUND = """title: Physics::8 Sound
description: What one hears.
contents:
  - subject: sound
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


def database(package: Path) -> Path:
    """Return the collection of a package."""
    with zipfile.ZipFile(package) as archive:
        path = package.with_suffix(".db")
        path.write_bytes(archive.read("collection.anki2"))
    return path


def descriptions(package: Path) -> dict[str, str]:
    """Return the description of every deck by its name."""
    with closing(sqlite3.connect(database(package))) as connection:
        decks = json.loads(connection.execute("SELECT decks FROM col").fetchone()[0])
    return {each["name"]: each["desc"] for each in decks.values()}


def homes(package: Path) -> dict[str, str]:
    """Return the deck of every note by GUID."""
    with closing(sqlite3.connect(database(package))) as connection:
        decks = json.loads(connection.execute("SELECT decks FROM col").fetchone()[0])
        rows = connection.execute("SELECT guid, did FROM notes JOIN cards ON nid = notes.id")
        return {guid: decks[str(did)]["name"] for guid, did in rows}


@pytest.mark.slow
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
        ("  - deck: sund\n", 4, "unknown-reference"),
        ("  - deck: physics\n", 4, "bad-selection"),
        ("  - deck: other\n", 4, "bad-selection"),
        ("  - {deck: sound, subject: waves}\n", 4, "bad-selection"),
        ("  - {deck: sound, title: A}\n", 4, "bad-selection"),
        ("  - {title: A, contents: [{deck: sound}]}\n", 4, "bad-selection"),
        ("  - deck: sound\n  - deck: broken\n", 0, ""),
    ],
)
def test_a_mistake_in_a_nested_deck(root: Path, contents: str, line: int, code: str) -> None:
    (root / "decks/physics.yaml").write_text(HEAD + contents, encoding="utf-8")
    (root / "decks/sound.yaml").write_text(SOUND, encoding="utf-8")
    (root / "decks/other.yaml").write_text(SOUND.replace("Physics", "Physic"), encoding="utf-8")
    (root / "decks/broken.yaml").write_text("title: [", encoding="utf-8")
    found = [(p.location.line, p.code, p.location.file) for p in read_library(root)[1]]
    own = [(line, code) for line, code, file in found if file == "decks/physics.yaml"]
    assert own == ([(line, code)] if code else [])


@pytest.mark.slow
def test_a_deck_that_holds_decks_puts_every_note_where_they_have_it(root: Path) -> None:
    files = {
        "physics": f"{HEAD}  - entries: [other]\n  - deck: waves\n  - deck: sound\n",
        "waves": SOUND.replace("8 Sound", "1 Waves").replace("sound", "waves")
        + "  - entries: [intro]\nexercises: true\n",
        "sound": SOUND + "  - {title: 1 All, contents: [{kind: concept}]}\n",
    }
    for name, text in files.items():
        (root / f"decks/{name}.yaml").write_text(text, encoding="utf-8")
    assert read_library(root)[1] == ()
    assert run(["--root", str(root), "-q", "build", "--all"]) == 0
    assert homes(root / "build" / "physics.apkg") == {
        "physics-miller/other": "Physics",
        "physics-miller/intro": "Physics::1 Waves::On the go",
        "physics-miller/wave": "Physics::1 Waves::On the go",
        "physics-miller/words/pitch": "Physics::8 Sound",
    }
    alone = homes(root / "build" / "sound.apkg")
    assert alone["physics-miller/intro"] == "Physics::8 Sound::1 All"
    told = descriptions(root / "build" / "physics.apkg")
    assert (
        told["Physics::8 Sound"] == descriptions(root / "build" / "sound.apkg")["Physics::8 Sound"]
    )
    assert [name for name, text in told.items() if text] == [
        "Physics",
        "Physics::1 Waves",
        "Physics::8 Sound",
    ]


def test_a_deck_that_cannot_be_read_stops_those_that_hold_it(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "decks/physics.yaml").write_text(f"{HEAD}  - deck: sound\n", encoding="utf-8")
    (root / "decks/sound.yaml").write_text("title: [", encoding="utf-8")
    (root / "decks/alone.yaml").write_text(SOUND, encoding="utf-8")
    for options, code in (
        (["--deck", "physics"], 1),
        (["--topic", "w"], 1),
        (["--deck", "alone"], 0),
    ):
        assert run(["--root", str(root), "-q", "build", *options]) == code
        assert ("decks/sound.yaml" in capsys.readouterr().err) is bool(code)
