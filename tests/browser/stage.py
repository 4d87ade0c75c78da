"""What tests that look at cards share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import check_deck


@dataclass(frozen=True)
class Stage:
    """A browser, the address of the reviewer page, and the sides to be shown on it.

    ``phone`` is such a page on a small phone, for sides that leave nothing behind.
    """

    browser: Any
    phone: Any
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
