"""One browser and one collection for all tests that look at cards."""

from __future__ import annotations

from collections.abc import Iterator

import check_deck
import pytest
from stage import Stage

import card_samples


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
