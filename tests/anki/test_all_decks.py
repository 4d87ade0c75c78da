"""Every deck of the project in the real Anki, alone and together with the others."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

pytest.importorskip("anki", reason="the real Anki is not installed")
import learner

pytestmark = [pytest.mark.anki, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
DECKS = sorted(path.stem for path in (ROOT / "decks").glob("*.yaml"))


def test_there_are_decks() -> None:
    assert "calculus" in DECKS


@pytest.mark.exhaustive(every=6)
@pytest.mark.parametrize("name", DECKS)
def test_anki_takes_in_the_whole_deck_without_a_complaint(
    name: str, built_decks: Path, tmp_path: Path
) -> None:
    package = built_decks / f"{name}.apkg"
    with learner.collection(tmp_path / "learner") as col:
        imported = learner.import_package(col, package)
        assert imported.new == col.note_count() >= 12
        assert (imported.updated, imported.duplicate, imported.conflicting) == (0, 0, 0)
        assert col.card_count() > col.note_count()
        pictures = len(list(Path(col.media.dir()).iterdir()))
        assert learner.faults(col) == []
        again = learner.import_package(col, package)
        assert (again.new, again.updated) == (0, 0)
    with zipfile.ZipFile(package) as archive:
        assert pictures == len(archive.namelist()) - 2  # all but the collection and the list


@pytest.mark.parametrize("turned", [False, True], ids=["forwards", "backwards"])
def test_all_decks_together_hold_each_note_once(
    turned: bool, built_decks: Path, tmp_path: Path
) -> None:
    with learner.collection(tmp_path / "learner") as col:
        total = 0
        for name in sorted(DECKS, reverse=turned):
            imported = learner.import_package(col, built_decks / f"{name}.apkg")
            assert (imported.updated, imported.conflicting) == (0, 0)
            total += imported.new
        assert total == col.note_count() > 0
        assert learner.faults(col) == []
