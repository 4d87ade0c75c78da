"""Every side of every card of every deck, on Anki's own reviewer page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import check_deck
import pytest

from bundled import library
from dlcards.content.selection import deck_items

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
PARTS = 360
EVERYTHING = "everything.apkg"


def test_one_package_holds_the_cards_of_all_decks() -> None:
    content = library()
    held = {item.id for item in deck_items(content, content.decks["everything"])}
    for name, source in content.decks.items():
        assert held >= {item.id for item in deck_items(content, source)}, name


@pytest.mark.exhaustive(every=PARTS)
@pytest.mark.parametrize("part", range(PARTS))
def test_every_side_of_a_card_is_free_of_faults(
    part: int, built_decks: Path, chromium: Any
) -> None:
    package = built_decks / EVERYTHING
    count, faults = check_deck.check_package(chromium, package, part=part, parts=PARTS)
    assert count > 40
    assert [str(fault) for fault in faults] == []


@pytest.mark.exhaustive(every=PARTS)
@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_is_cut_off_on_any_side(part: int, built_decks: Path, chromium: Any) -> None:
    package = built_decks / EVERYTHING
    # Another part than the other test has, so that a sample sees more cards.
    chosen = slice(PARTS - 1 - part, None, PARTS)
    with (
        check_deck.imported(package, chosen) as (sides, media),
        check_deck.served(media) as address,
    ):
        count, faults = check_deck.cut_sides(chromium, address, sides)
    assert count > 15
    assert [str(fault) for fault in faults] == []
