"""Every side of every card of every deck, on Anki's own reviewer page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import check_deck
import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
PARTS = 20
DECKS = sorted(path.stem for path in (ROOT / "decks").glob("*.yaml"))


def test_there_are_decks() -> None:
    assert "calculus" in DECKS


@pytest.mark.exhaustive(every=PARTS)
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("name", DECKS)
def test_every_side_of_a_deck_is_free_of_faults(
    name: str, part: int, built_decks: Path, chromium: Any
) -> None:
    count, faults = check_deck.check_package(
        chromium, built_decks / f"{name}.apkg", part=part, parts=PARTS
    )
    assert count > 30
    assert [str(fault) for fault in faults] == []


@pytest.mark.exhaustive(of=12)
@pytest.mark.parametrize("name", DECKS)
def test_nothing_is_cut_off_on_any_side(
    name: str, built_decks: Path, chromium: Any, every: int
) -> None:
    package = built_decks / f"{name}.apkg"
    with check_deck.imported(package) as (sides, media), check_deck.served(media) as address:
        count, faults = check_deck.cut_sides(chromium, address, sides[::every])
    assert count > 500 // every
    assert [str(fault) for fault in faults] == []
