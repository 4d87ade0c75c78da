"""Every search string of docs/filtered-decks.md finds in the real Anki what the page says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

pytest.importorskip("anki", reason="the real Anki is not installed")
import learner

pytestmark = [pytest.mark.anki, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "filtered-decks.md").read_text(encoding="utf-8")
STRINGS = re.findall(r"^\| `([^`]+)` \|", PAGE, re.MULTILINE)
CA4 = "source::3b1b::ca::04"


class Card(NamedTuple):
    """What a search can look at."""

    guid: str
    tags: frozenset[str]
    deck: str
    kind: str
    template: str
    formula: str
    type: int
    due: int
    interval: int
    lapses: int
    flag: int
    answered: frozenset[int]

    def under(self, *tags: str) -> bool:
        return any(f"{mine}::".startswith(f"{tag}::") for mine in self.tags for tag in tags)

    def section(self, start: str) -> bool:
        return any(mine.startswith(f"source::{start}") for mine in self.tags)

    def inside(self, part: str) -> bool:
        return f"{self.deck}::".startswith(f"Deep Learning Math::{part}".rstrip(":") + "::")

    @property
    def new(self) -> bool:
        return self.type == 0

    @property
    def entry(self) -> str:
        return self.guid.split("/")[1]


def _paper(card: Card) -> bool:
    return card.deck.endswith("::Pen and paper")


MEANT: dict[str, Callable[[Card], bool]] = {
    f"tag:{CA4}": lambda c: c.under(CA4),
    "tag:source::3b1b::ca": lambda c: c.under("source::3b1b::ca"),
    f"tag:{CA4} is:new": lambda c: c.under(CA4) and c.new,
    f"(tag:source::3b1b::ca::03 OR tag:{CA4}) is:new": lambda c: (
        c.under("source::3b1b::ca::03", CA4) and c.new
    ),
    "tag:source::dlb::6.5*": lambda c: c.section("dlb::6.5"),
    "(tag:source::dlb::2 OR tag:source::dlb::2.*)": lambda c: (
        c.under("source::dlb::2") or c.section("dlb::2.")
    ),
    "tag:source::dlb::3.* tag:priority::1": lambda c: (
        c.section("dlb::3.") and c.under("priority::1")
    ),
    "tag:source::cs231n": lambda c: c.under("source::cs231n"),
    "tag:source::sq::ml": lambda c: c.under("source::sq::ml"),
    f"tag:{CA4} -tag:kind::derivation -tag:kind::exercise": lambda c: (
        c.under(CA4) and not c.under("kind::derivation", "kind::exercise")
    ),
    "tag:dlcards::calculus": lambda c: c.under("dlcards::calculus"),
    "tag:dlcards::calculus::derivatives": lambda c: c.under("dlcards::calculus::derivatives"),
    "tag:kind::equation is:new": lambda c: c.under("kind::equation") and c.new,
    "tag:priority::1 is:new": lambda c: c.under("priority::1") and c.new,
    "Id:chain-rule": lambda c: c.guid in ("dlcards/chain-rule", "dlcards/chain-rule/cloze"),
    "(Id:chain-rule OR Id:dlcards/chain-rule/*)": lambda c: c.entry == "chain-rule",
    'deck:"Deep Learning Math::1 The 50 Equations" is:new': lambda c: (
        c.inside("1 The 50 Equations") and c.new
    ),
    "Formula:*softmax*": lambda c: "softmax" in c.formula.lower(),
    "card:Recall": lambda c: c.template == "Recall",
    "card:Recognise": lambda c: c.template == "Recognise",
    "card:Picture": lambda c: c.template == "Picture",
    '("card:To code" OR "card:From code")': lambda c: c.template in ("To code", "From code"),
    '"note:dlcards Cloze" tag:dlcards::linear-algebra': lambda c: (
        c.kind == "dlcards Cloze" and c.under("dlcards::linear-algebra")
    ),
    "tag:kind::exercise tag:level::1": lambda c: c.under("kind::exercise") and c.under("level::1"),
    "tag:kind::exercise tag:dlcards::statistics": lambda c: (
        c.under("kind::exercise") and c.under("dlcards::statistics")
    ),
    "card:Idea": lambda c: c.template == "Idea" and c.kind == "dlcards Derivation",
    '"deck:Deep Learning Math::*::Pen and paper"': _paper,
    '"deck:Deep Learning Math" -"deck:Deep Learning Math::*::Pen and paper"': lambda c: (
        not _paper(c)
    ),
    'deck:"Deep Learning Math" rated:7:1': lambda c: 1 in c.answered,
    'deck:"Deep Learning Math" is:due': lambda c: c.type == 1 or (c.type == 2 and c.due <= 0),
    "tag:source::3b1b::ca is:review prop:due<=7": lambda c: (
        c.under("source::3b1b::ca") and c.type == 2 and c.due <= 7
    ),
    "tag:source::3b1b::ca is:review prop:ivl<21": lambda c: (
        c.under("source::3b1b::ca") and c.type == 2 and c.interval < 21
    ),
    'deck:"Deep Learning Math" prop:lapses>=2': lambda c: c.lapses >= 2,
    'deck:"Deep Learning Math" tag:leech': lambda c: c.under("leech"),
    'deck:"Deep Learning Math" introduced:7': lambda c: bool(c.answered),
    'deck:"Deep Learning Math" tag:marked': lambda c: c.under("marked"),
    'deck:"Deep Learning Math" flag:1': lambda c: c.flag == 1,
}
"""What each string is meant to find, said without Anki's search."""


@pytest.fixture(scope="module")
def studied(built_decks: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Return a collection with everything, partly learned, and a deck of somebody else."""
    with learner.collection(tmp_path_factory.mktemp("filtered")) as col:
        learner.import_package(col, built_decks / "everything.apkg")
        strange = col.new_note(col.models.by_name("Basic"))
        strange["Front"], strange["Back"] = "The softmax?", "chain-rule"
        strange.tags = ["marked", "leech", "source::mine"]
        col.add_note(strange, col.decks.id("Mine"))
        chapter = list(col.find_cards("tag:source::3b1b::ca"))
        col.sched.set_due_date(chapter[:10], "0")
        col.sched.set_due_date(chapter[10:20], "5")
        col.sched.set_due_date(chapter[20:30], "60")
        learner.study(col, "Deep Learning Math", most=8)
        learner.study(col, "Deep Learning Math", most=4, again=True)
        for card_id in chapter[40:45]:
            loaded = col.get_card(card_id)
            loaded.lapses = 3
            col.update_card(loaded)
        notes = list(col.find_notes("tag:dlcards::statistics"))
        col.tags.bulk_add(notes[:2], "leech")
        col.tags.bulk_add(notes[2:5], "marked")
        col.set_user_flag_for_cards(1, chapter[50:54])
        yield col


@pytest.fixture(scope="module")
def cards(studied: Any) -> dict[int, Card]:
    col, found = studied, {}
    kinds = {each.id: col.models.get(each.id) for each in col.models.all_names_and_ids()}
    answers: dict[int, set[int]] = {}
    for card_id, ease in col.db.all("SELECT cid, ease FROM revlog WHERE ease > 0"):
        answers.setdefault(card_id, set()).add(ease)
    rows = col.db.all(
        "SELECT cards.id, guid, tags, did, mid, ord, flds, type, due, ivl, lapses, cards.flags"
        " FROM cards JOIN notes ON notes.id = nid"
    )
    for number, guid, tags, deck, kind, place, fields, state, due, interval, lapses, flag in rows:
        shape = kinds[kind]
        names = [field["name"] for field in shape["flds"]]
        texts = dict(zip(names, fields.split("\x1f"), strict=True))
        template = shape["tmpls"][min(place, len(shape["tmpls"]) - 1)]["name"]
        found[number] = Card(
            guid,
            frozenset(tags.split()),
            col.decks.name(deck),
            shape["name"],
            template,
            texts.get("Formula", ""),
            state,
            due - col.sched.today,
            interval,
            lapses,
            flag & 7,
            frozenset(answers.get(number, ())),
        )
    return found


def test_the_page_and_this_test_name_the_same_strings() -> None:
    assert sorted(STRINGS) == sorted(MEANT)


@pytest.mark.parametrize("text", STRINGS)
def test_a_string_finds_what_it_is_meant_to(
    text: str, studied: Any, cards: dict[int, Card]
) -> None:
    assert text in MEANT
    found = set(studied.find_cards(text))
    ours = {number for number, card in cards.items() if card.guid.startswith("dlcards/")}
    expected = {number for number in ours if MEANT[text](cards[number])}
    assert found == expected
    assert 0 < len(found) < len(cards)


@pytest.mark.parametrize("text", [f"tag:{CA4} is:new", "tag:kind::equation is:new"])
def test_order_due_is_the_learning_order_of_new_cards(text: str, studied: Any) -> None:
    from anki.decks import FilteredDeckConfig

    col = studied
    wanted = [*col.find_cards(text)]
    place = dict(col.db.all("SELECT id, due FROM cards"))
    deck = col.sched.get_or_create_filtered_deck(deck_id=0)
    del deck.config.search_terms[:]
    order = FilteredDeckConfig.SearchTerm.Order.DUE
    deck.config.search_terms.append(
        FilteredDeckConfig.SearchTerm(search=text, limit=9999, order=order)
    )
    deck.name = "Chapter"
    made = col.sched.add_or_update_filtered_deck(deck).id
    try:
        gathered = col.db.list("SELECT id FROM cards WHERE did = ? ORDER BY due", made)
        assert sorted(gathered) == sorted(wanted)
        places = [place[number] for number in gathered]
        assert places == sorted(places)
        assert len(set(places)) > 1
    finally:
        col.sched.empty_filtered_deck(made)
        col.decks.remove([made])
