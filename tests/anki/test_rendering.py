"""The preview shows what Anki shows: both render the same notes to the same HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

import card_samples
from dlcards.cards.note_types import note_types
from dlcards.cards.render import render

pytest.importorskip("anki", reason="the real Anki is not installed")

pytestmark = pytest.mark.anki

Sides = dict[tuple[str, int], tuple[str, str]]


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sides]:
    """Return the sides of the sample cards by GUID and number, rendered by Anki."""
    from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

    folder = tmp_path_factory.mktemp("samples")
    package = card_samples.write_samples(folder / "samples.apkg")
    collection = Collection(str(folder / "collection.anki2"))
    try:
        collection.import_anki_package(
            ImportAnkiPackageRequest(package_path=str(package), options=ImportAnkiPackageOptions())
        )
        cards = [collection.get_card(card) for card in collection.find_cards("")]
        yield {
            (card.note().guid, card.ord + 1): (_bare(card.question()), _bare(card.answer()))
            for card in cards
        }
    finally:
        collection.close()


def _bare(html: str) -> str:
    return re.sub(r"<style>.*?</style>", "", html, count=1, flags=re.DOTALL)


def test_both_sides_of_every_card_are_the_same(sides: Sides) -> None:
    types = {shape.name: shape for shape in note_types()}
    ours = {
        (note.guid, card.number): (card.front, card.back)
        for note in card_samples.sample_notes()
        for card in render(note, types[note.note_type])
    }
    assert len(ours) > 30
    assert any("cloze-inactive" in front or "phantom" in front for front, _ in ours.values())
    assert ours.keys() == sides.keys()
    for key, shown in ours.items():
        assert shown == sides[key], key
