"""Decks that Anki itself exported: imported, looked through, and taken back as CSV."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from dlcards.cli import run
from dlcards.commands.lint import lint_package
from dlcards.content.reader import read_library

pytest.importorskip("anki", reason="the real Anki is not installed")
import learner

pytestmark = [pytest.mark.anki, pytest.mark.usefixtures("in_process")]


def add(col: Any, kind: str, *fields: str, tags: str = "") -> None:
    note = col.new_note(col.models.by_name(kind))
    for name, text in zip(note.keys(), fields, strict=False):
        note[name] = text
    note.tags = tags.split()
    col.add_note(note, col.decks.id("Hand made"))


def exported(col: Any, path: Path, *, legacy: bool = True) -> Path:
    from anki.collection import DeckIdLimit, ExportAnkiPackageOptions

    options = ExportAnkiPackageOptions(
        with_scheduling=True, with_deck_configs=True, with_media=True, legacy=legacy
    )
    col.export_anki_package(
        out_path=str(path), options=options, limit=DeckIdLimit(col.decks.id("Hand made"))
    )
    return path


def test_hand_made_cards_come_into_a_project(tmp_path: Path) -> None:
    with learner.collection(tmp_path / "learner") as col:
        add(col, "Basic", "What is <b>light</b>?", r"A wave, \(c\)", tags="Optik::A")
        add(col, "Basic (and reversed card)", "focus", "the point")
        add(col, "Cloze", "A {{c1::lens}} {{c2::bends}} light", "more")
        path = exported(col, tmp_path / "mine.apkg")
    found = lint_package(path)
    assert (found.notes, found.cards, found.problems) == (3, 5, ())
    root = tmp_path / "project"
    assert run(["init", str(root), "--namespace", "mine"]) == 0
    assert run(["--root", str(root), "import", str(path), "--subject", "optics"]) == 0
    library, problems = read_library(root)
    assert [p.code for p in problems] == []
    assert list(library.lists["mine"].notes.values()) == [
        ("What is *light*?", r"A wave, \(c\)"),
        ("focus", "the point"),
        ("A […] bends light", "lens"),
        ("A lens […] light", "bends"),
    ]
    assert library.lists["mine"].more["focus"].reverse


@pytest.mark.parametrize("legacy", [True, False])
def test_pictures_of_every_format_come_along(tmp_path: Path, legacy: bool) -> None:
    Image.new("RGB", (9, 9), "red").save(tmp_path / "my lens.png")
    with learner.collection(tmp_path / "learner") as col:
        col.media.add_file(str(tmp_path / "my lens.png"))
        add(col, "Basic", 'What is this? <img src="my lens.png">', "A lens")
        path = exported(col, tmp_path / "mine.apkg", legacy=legacy)
    found = lint_package(path)
    assert (found.notes, found.media, found.problems) == (1, 1, ())
    root = tmp_path / "project"
    assert run(["init", str(root), "--namespace", "mine"]) == 0
    assert run(["--root", str(root), "import", str(path), "--subject", "optics"]) == 0
    library, problems = read_library(root)
    assert problems == ()
    figure = library.lists["mine"].more["what-is-this"].figure
    assert figure is not None
    assert (root / "formulas/optics" / figure.file).read_bytes().startswith(b"\x89PNG")
