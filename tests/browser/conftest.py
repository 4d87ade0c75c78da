"""One browser and one collection for all tests that look at cards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import check_deck
import pytest

import card_samples


@dataclass(frozen=True)
class Stage:
    """A browser, the address of the reviewer page, and the sides to be shown on it."""

    browser: Any
    address: str
    sides: tuple[check_deck.Side, ...]

    def side(self, guid: str, card: str, kind: str, number: int = 0) -> check_deck.Side:
        """Return one side of one card."""
        return next(
            side
            for side in self.sides
            if (side.guid, side.card, side.kind) == (guid, card, kind)
            and number in (0, side.number)
        )


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Import the samples and open a browser."""
    if word := check_deck.missing():
        pytest.skip(word)
    package = card_samples.write_samples(tmp_path_factory.mktemp("samples") / "samples.apkg")
    with (
        check_deck.imported(package) as (sides, media),
        check_deck.served(media) as address,
        check_deck.browser() as browser,
    ):
        yield Stage(browser, address, tuple(sides))
