"""The algorithms of this repository: tried, locked, and as the documentation shows them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bundled import library
from dlcards.algorithms.lock import fingerprint, read_lock
from dlcards.algorithms.trial import with_turned_vectors
from dlcards.build.compose import compose_algorithm
from dlcards.build.implement import printed_algorithm
from dlcards.cards.latex import fault
from dlcards.claims.snippets.grammar import read_snippet
from dlcards.content.algorithms import MOST_LINES, WIDEST, algorithm_text
from dlcards.content.library import Item
from dlcards.project import ALGORITHMS_LOCK

ROOT = Path(__file__).parents[2]
LIBRARY = library()
ITEMS = [item for item in LIBRARY.items.values() if item.entry.kind == "algorithm"]
LOCK = read_lock(ROOT / ALGORITHMS_LOCK)
BLOCK = re.compile(r"```yaml\n(.*?)```", re.DOTALL)


def test_the_documentation_shows_an_algorithm_as_it_stands_here() -> None:
    (shown,) = BLOCK.findall((ROOT / "docs" / "algorithms.md").read_text(encoding="utf-8"))
    assert any(shown in item.document.text for item in ITEMS)


def test_the_lock_knows_every_algorithm_and_no_other() -> None:
    assert set(LOCK.records) == {item.first_id for item in ITEMS}


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_an_algorithm_is_as_it_was_tried(item: Item) -> None:
    """Mend it by `dlcards check`, and commit formulas/algorithms.lock."""
    text = algorithm_text(item)
    assert text is not None
    locked = LOCK.records[item.first_id]
    assert locked.key == fingerprint(text)
    assert locked.inputs >= 12
    assert set(locked.slips) == {slip.slot for slip in text.slips}
    assert all(locked.slips.values())
    assert set(locked.calls) == {call.slot for call in text.calls}
    assert all(given and returned for given, returned in locked.calls.values())


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_an_algorithm_has_every_sort_of_card(item: Item) -> None:
    text = algorithm_text(item)
    assert text is not None
    assert text.gaps  # one, where the code has one idea
    assert len(text.slips) >= 2
    signed = with_turned_vectors(read_snippet(text.code), 0)[1]
    assert text.calls or signed  # nobody knows the sign of an eigenvector
    assert item.entry.figure is not None
    asked = " ".join(q.ask for q in item.entry.questions.values())
    assert len(item.entry.questions) >= 3
    assert re.search(r"work|cost|memory|how many|how often|numbers?", asked, re.IGNORECASE)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_the_cards_of_an_algorithm_are_readable(item: Item) -> None:
    content = printed_algorithm(item, LIBRARY, LOCK.records[item.first_id])
    lines = content.code.split("\n")
    assert len(lines) <= MOST_LINES
    assert max(map(len, lines)) <= WIDEST
    for call in content.calls:
        assert max(map(len, f"{call.given}\n{call.returned}".split("\n"))) <= WIDEST
    formulas = [*content.ensures, *(each.holds for each in content.invariants)]
    assert not [latex for latex in formulas if fault(latex)]
    notes = compose_algorithm(content)
    assert [note.slots[-1] for note in notes][-1] == "whole"
    for gap in content.gaps:
        hidden = content.code[gap.start : gap.end]
        front = notes[0].fields[_place(f"Ask g{gap.slot}")]
        assert '<span class="gap">' in front
        assert hidden not in re.sub(r"<[^>]*>", "", front)


def _place(name: str) -> int:
    from dlcards.cards.note_types import note_type

    return note_type("algorithm").field_names().index(name)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_a_front_tells_what_the_code_takes_and_not_how_far_it_was_tried(item: Item) -> None:
    content = printed_algorithm(item, LIBRARY, LOCK.records[item.first_id])
    told = [piece.text for line in content.where for piece in line]
    assert not [text for text in told if re.search(r"\\dots, \d", text)]


def test_a_relation_tells_of_what_the_arguments_were_made() -> None:
    """At a larger rate the loss may rise."""
    item = LIBRARY.items["al-gradient-descent"]
    content = printed_algorithm(item, LIBRARY, LOCK.records[item.first_id])
    told = [piece.text for line in content.terms for piece in line]
    assert [text for text in told if text.startswith(r"\mathrm{lr} = ")]
