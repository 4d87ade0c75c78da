"""The page of all kinds is generated; ``python -m dlcards.figures.gallery`` renews it."""

from pathlib import Path

import pytest

from dlcards import figures
from dlcards.documents import read_document
from dlcards.figures import gallery
from dlcards.figures.kind import Kind

DOCS = Path(__file__).parents[2] / "docs"
RENEW = "run: python -m dlcards.figures.gallery"


def test_the_page_is_fresh() -> None:
    written = (DOCS / "figure-kinds.md").read_text(encoding="utf-8").splitlines()
    wanted = gallery.markdown().splitlines()
    versions = [line for line in written if line.startswith("<!-- drawn with Matplotlib")]
    assert len(versions) == 1
    kept = [line for line in written if line not in versions]
    assert kept == [line for line in wanted if not line.startswith("<!-- drawn")], RENEW


def test_every_picture_is_there_and_no_other() -> None:
    names = {
        gallery.picture_name(kind, number)
        for kind in figures.KINDS
        for number in range(1, len(kind.examples) + 1)
    }
    assert len(names) >= 40
    assert {path.name for path in (DOCS / "figures").glob("*.svg")} == names, RENEW


@pytest.mark.parametrize("kind", figures.KINDS, ids=lambda kind: kind.name)
def test_the_shown_yaml_is_the_example(kind: Kind) -> None:
    for example in kind.examples:
        text = "\n".join(gallery.yaml_lines(example)) + "\n"
        document, problems = read_document(text, "example.yaml")
        assert document is not None, problems
        shown, _ = figures.parse_spec(document.data)
        meant, _ = figures.parse_spec(example)
        assert shown is not None
        assert meant is not None
        assert [panel.spec for panel in shown.panels] == [panel.spec for panel in meant.panels]
