"""The real Anki makes the cards that composition meant, of the real note types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import card_samples
from dlcards.cards.note_types import note_types

pytest.importorskip("anki", reason="the real Anki is not installed")
import learner

pytestmark = pytest.mark.anki

TEMPLATE_OF_SLOT = {
    "recall": "Recall",
    "meaning": "Meaning",
    "recognise": "Recognise",
    "picture": "Picture",
    "code": "To code",
    "read": "From code",
    "term": "Term",
    "term-back": "Term back",
} | {f"q{number}": f"Question {number}" for number in range(1, 9)}


@pytest.fixture(scope="module")
def col(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("cards")
    with learner.collection(folder / "learner") as opened:
        imported = learner.import_package(
            opened, card_samples.write_samples(folder / "samples.apkg")
        )
        assert imported.new == len(card_samples.sample_notes()) > 5
        yield opened


def cards(col: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for card_id in col.find_cards(""):
        card = col.get_card(card_id)
        found.setdefault(card.note().guid, []).append(card)
    return {guid: sorted(made, key=lambda card: card.ord) for guid, made in found.items()}


def test_anki_finds_nothing_wrong(col: Any) -> None:
    assert learner.faults(col) == []


def test_each_slot_is_one_card(col: Any) -> None:
    found = cards(col)
    for note in card_samples.sample_notes():
        made = sorted(found[note.guid], key=lambda card: card.ord)
        if note.note_type == "dlcards Formula":
            assert [card.template()["name"] for card in made] == [
                TEMPLATE_OF_SLOT[slot] for slot in note.slots
            ]
        elif note.note_type == "dlcards Cloze":
            assert [f"cloze:{card.ord + 1}" for card in made] == list(note.slots)
        else:
            assert len(made) == len(note.slots)


def test_every_number_of_the_note_types_is_kept(col: Any) -> None:
    assert note_types()
    for note_type in note_types():
        kept = col.models.get(note_type.id)
        assert kept["name"] == note_type.name
        assert [(f["name"], f["id"]) for f in kept["flds"]] == [
            (f.name, f.id) for f in note_type.fields
        ]
        assert [(t["name"], t["id"]) for t in kept["tmpls"]] == [
            (t.name, t.id) for t in note_type.templates
        ]


def test_a_blank_hides_its_part_and_nothing_else(col: Any) -> None:
    first, second = sorted(cards(col)["dlcards/chain-rule/cloze"], key=lambda card: card.ord)
    assert r"\class{blank1}{ [\phantom{f'(g(x))} ] }" in first.question()
    assert r"\class{blank2}{ g'(x) }" in first.question()
    assert r"\class{blank2}{ [\phantom{g'(x)} ] }" in second.question()
    for card in (first, second):
        assert r"\class{blank1}{ f'(g(x)) }" in card.answer()
        assert "phantom" not in card.answer()


def test_a_blank_inside_a_blank_can_be_asked_alone(col: Any) -> None:
    inner = cards(col)["dlcards/taylor-second-order/cloze"][4]
    assert inner.ord == 4
    assert r"\mathcal{O}\left({\class{blank5}{ [\phantom{t^{3} } ] } }" in inner.question()


def test_no_card_is_missing_its_question(col: Any) -> None:
    for made in cards(col).values():
        for card in made:
            assert 'class="dl front"' in card.question()
            assert 'id="answer"' in card.answer() or "id=answer" in card.answer()
