"""Pictures with hidden parts, on Anki's own kind of note."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from dlcards.cli import run
from dlcards.content.reader import read_library
from samples import DECK, ENTRY, Project

pytest.importorskip("anki", reason="the real Anki is not installed")
import learner

pytestmark = [pytest.mark.anki, pytest.mark.usefixtures("in_process")]

FIGURE = """\
figure:
  kind: image
  file: heart.png
  alt: A heart.
  caption: The left chamber pumps.
  ask: Which part is hidden?
  hide: one
  regions:
    r1: {rect: [10, 20, 30, 40]}
    r3: {ellipse: [50, 50, 20, 10]}
"""


def written(project: Project, figure: str = FIGURE) -> Path:
    root = project(
        {
            "dlcards.yaml": "namespace: anatomy\n",
            "formulas/calculus/heart.yaml": ENTRY + figure,
            "decks/calculus.yaml": DECK,
        }
    )
    buffer = io.BytesIO()
    Image.new("RGB", (200, 100), "red").save(buffer, "PNG")
    (root / "formulas/calculus/heart.png").write_bytes(buffer.getvalue())
    return root


def test_anki_reads_the_regions(project: Project, tmp_path: Path) -> None:
    root = written(project)
    assert run(["--root", str(root), "-q", "build", "--all"]) == 0
    with learner.collection(tmp_path / "learner") as col:
        imported = learner.import_package(col, root / "build/calculus.apkg")
        assert imported == learner.Imported(new=2, updated=0, duplicate=0, conflicting=0)
        note = learner.note_id(col, "anatomy/heart/occlusion")
        kind = col.get_note(note).note_type()
        assert kind is not None
        assert kind["name"] == "anatomy Image Occlusion"
        assert kind["originalStockKind"] == 6
        read = col.get_image_occlusion_note(note_id=note).note
        assert read.header == "Which part is hidden?"
        assert "The left chamber pumps." in read.back_extra
        shapes = sorted(
            (o.ordinal, s.shape, sorted((p.name, float(p.value)) for p in s.properties))
            for o in read.occlusions
            for s in o.shapes
        )
        assert [(ordinal, shape) for ordinal, shape, _ in shapes] == [(1, "rect"), (3, "ellipse")]
        first, second = dict(shapes[0][2]), dict(shapes[1][2])
        assert (first["left"], first["top"], first["width"], first["height"]) == (
            pytest.approx(0.1),
            pytest.approx(0.2),
            pytest.approx(0.3),
            pytest.approx(0.4),
        )
        assert first.get("oi", 0) == 0
        assert second["rx"] == pytest.approx(0.1)
        assert [card.ord for card in col.get_note(note).cards()] == [0, 2]
        assert learner.faults(col) == []
        assert learner.import_package(col, root / "build/calculus.apkg").new == 0


@pytest.mark.parametrize(
    ("old", "new", "line", "code"),
    [
        ("rect: [10, 20, 30, 40]", "rect: [80, 20, 30, 40]", 21, "bad-region"),
        ("rect: [10, 20, 30, 40]", "", 21, "bad-region"),
        ("rect: [10, 20, 30, 40]", "rect: [1, 2, 0, 4]", 21, "bad-region"),
        ("rect: [10, 20, 30, 40]", "rect: [1, 2, 3]", 21, "out-of-range"),
        ("rect: [10, 20, 30, 40]", "rect: [1, 2, 3, 400]", 21, "out-of-range"),
        ("    r1:", "    a1:", 21, "unknown-value"),
        ("hide: one", "hide: some", 19, "unknown-value"),
        ("ask: Which part is hidden?", "ask: Which $x +$?", 18, "bad-syntax"),
    ],
)
def test_a_mistake_in_a_region(project: Project, old: str, new: str, line: int, code: str) -> None:
    root = written(project, FIGURE.replace(old, new))
    assert [(p.location.line, p.code) for p in read_library(root)[1]] == [(line, code)]
