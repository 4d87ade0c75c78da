"""The backs of every derivation, on Anki's own reviewer page as wide as a small phone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import check_deck
import pytest
from check_deck import Side

from bundled import library
from card_samples import DECK, write_samples
from dlcards.build.compose import compose_derivation, place
from dlcards.build.derive import printed_derivation
from dlcards.cards.note_types import note_types
from dlcards.derivations.lock import read_lock
from dlcards.model import DeckPlan, Note
from dlcards.project import DERIVATIONS_LOCK

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).parents[2]


def derivation_notes() -> list[Note]:
    held = library()
    lock = read_lock(ROOT / DERIVATIONS_LOCK)
    return [
        note
        for item in held.items.values()
        if item.first_id in lock.records
        for content in printed_derivation(item, held, lock.records[item.first_id])
        for note in compose_derivation(content)
    ]


def longest(sides: list[Side]) -> list[Side]:
    """Return the backs with most above the answer: of every slip, and of the last line."""
    last = {side.guid: side for side in sides if side.card.startswith("Next line")}
    return [side for side in sides if "Slip" in side.card or last.get(side.guid) is side]


@pytest.mark.exhaustive(of=16)
def test_no_answer_of_a_derivation_needs_scrolling(
    chromium: Any, tmp_path: Path, every: int
) -> None:
    notes = place(derivation_notes(), DECK, lang="en", split=True)
    plan = DeckPlan("derivations", DECK, "", notes, (), note_types())
    package = write_samples(tmp_path / "derivations.apkg", plan)
    with check_deck.imported(package) as (sides, media), check_deck.served(media) as address:
        backs = longest([side for side in sides if side.kind == "back"])
        count, late = check_deck.late_answers(chromium, address, backs[::every])
    assert count > 120 // every
    assert [str(fault) for fault in late] == []
