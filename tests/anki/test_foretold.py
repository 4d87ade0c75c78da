"""What `dlcards diff` foretells is what the real Anki then does."""

from __future__ import annotations

from pathlib import Path

import pytest

from dlcards.release.diff import Effect, compare_packages

pytest.importorskip("anki", reason="the real Anki is not installed")
import learner
from generations import Generation, generations

pytestmark = pytest.mark.anki

PAIRS = [(a, b) for a in generations() for b in generations()]


@pytest.mark.parametrize(("old", "new"), PAIRS, ids=lambda g: str(g.number))
def test_the_counts_of_an_import_are_foretold(
    tmp_path: Path, old: Generation, new: Generation
) -> None:
    told = compare_packages(old.package, new.package)
    effects = [change.effect for change in told.notes]
    with learner.collection(tmp_path / "learner") as col:
        learner.import_package(col, old.package)
        cards = col.card_count()
        imported = learner.import_package(col, new.package)
        appeared = col.card_count() - cards
        types = learner.note_types(col)
    assert imported.new == effects.count(Effect.NEW)
    assert imported.updated == effects.count(Effect.UPDATED)
    assert imported.conflicting == effects.count(Effect.CONFLICT) == 0
    assert len(types) == 2
    # Cards come even to notes that are not updated: an older package brings back retired ones.
    assert appeared == sum(len(change.new_cards) for change in told.notes)
