"""The derivations of this repository: judged, locked, and as the documentation shows them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dlcards.build.compose import compose_derivation
from dlcards.build.derive import printed_derivation
from dlcards.cards.latex import fault
from dlcards.content.derivations import derivation_text
from dlcards.content.library import Item
from dlcards.content.reader import read_library
from dlcards.derivations.lock import fingerprint, read_lock
from dlcards.project import DERIVATIONS_LOCK

ROOT = Path(__file__).parents[2]
LIBRARY, _ = read_library(ROOT)
ITEMS = [item for item in LIBRARY.items.values() if item.entry.derivation is not None]
LOCK = read_lock(ROOT / DERIVATIONS_LOCK)
BLOCK = re.compile(r"```yaml\n(.*?)```", re.DOTALL)


def test_the_documentation_shows_three_derivations_as_they_stand_here() -> None:
    shown = BLOCK.findall((ROOT / "docs" / "derivations.md").read_text(encoding="utf-8"))
    assert len(shown) == 3
    for block in shown:
        assert any(block in item.document.text for item in ITEMS)


def test_most_of_the_equations_and_sixty_further_entries_are_derived() -> None:
    deck = LIBRARY.decks["equations"]
    names = [name for each in deck.deck.contents for name in each.entries or ()]
    derived = {item.id for item in ITEMS}
    assert len(names) == 50
    assert sum(name in derived for name in names) >= 40
    assert len(derived.difference(names)) >= 60


def test_the_lock_knows_every_derivation_and_no_other() -> None:
    assert set(LOCK.derivations) == {item.first_id for item in ITEMS}


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_a_derivation_is_as_it_was_judged(item: Item) -> None:
    """Mend it by `dlcards check`, and commit formulas/derivations.lock."""
    text = derivation_text(item)
    assert text is not None
    locked = LOCK.derivations[item.first_id]
    assert locked.key == fingerprint(text)
    for chain in text.chains:
        found = locked.chains[chain.name]
        assert set(found.lines) == {line.slot for line in chain.lines}
        assert all(level != "None" for level, _ in found.lines.values())
        assert set(found.slips) == {slip.slot for slip in chain.slips}
        assert all(found.slips.values())
        assert chain.idea
        assert all(";" not in line.by for line in chain.lines), "one rule a line"
        assert 3 * len(chain.slips) >= len(chain.lines)


def test_what_a_line_leaves_out_stands_in_the_lines_after_it() -> None:
    item = LIBRARY.items["ca-numerical-gradient"]
    (content,) = printed_derivation(item, LIBRARY, LOCK.derivations[item.first_id])
    later = [line.latex for line in content.lines[1:]] + [slip.latex for slip in content.slips]
    assert all("O(h^{2})" in latex for latex in later)
    assert content.lines[-1].latex == "f'(x) + O(h^{2})"


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_every_card_of_a_derivation_can_be_set(item: Item) -> None:
    for content in printed_derivation(item, LIBRARY, LOCK.derivations[item.first_id]):
        steps, whole = compose_derivation(content)
        lines = len(content.lines) - 1
        assert len(steps.slots) == 2 * lines + len(content.slips) + 1
        assert whole.slots == ("whole",)
        formulas = [content.goal, *content.names, *(line.latex for line in content.lines)]
        formulas += [slip.latex for slip in content.slips]
        assert [fault(latex) for latex in formulas if fault(latex)] == []
