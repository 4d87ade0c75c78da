"""One collection for all tests that look at cards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import check_deck
import pytest
from stage import Stage

import card_samples


@pytest.fixture(scope="session")
def stage(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Import the samples and open them in the browser."""
    width, height = check_deck.SMALL_PHONE
    package = card_samples.write_samples(tmp_path_factory.mktemp("samples") / "samples.apkg")
    with (
        check_deck.imported(package) as (sides, media),
        check_deck.served(media) as address,
        check_deck.reviewer(chromium, address, width, height=height) as (phone, _),
    ):
        yield Stage(chromium, phone, address, tuple(sides))
