"""The derivations of this repository: judged, locked, and as the documentation shows them."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from bundled import library
from dlcards import languages
from dlcards.build.compose import compose_derivation
from dlcards.build.derive import printed_derivation
from dlcards.cards import html
from dlcards.cards.latex import fault
from dlcards.cards.note_types import note_type
from dlcards.content.derivations import derivation_text
from dlcards.content.library import Item
from dlcards.derivations.lock import fingerprint, read_lock
from dlcards.model import DerivationContent, PieceKind, Prose, plain
from dlcards.project import DERIVATIONS_LOCK

ROOT = Path(__file__).parents[2]
LIBRARY = library()
ITEMS = [item for item in LIBRARY.items.values() if item.entry.derivation is not None]
LOCK = read_lock(ROOT / DERIVATIONS_LOCK)
_HEAD = re.compile(r"(.+?)(?: \\in |: | \\sim )")
"""The letters at the head of a hypothesis, before what they belong to."""

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
    assert set(LOCK.records) == {item.first_id for item in ITEMS}


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_a_derivation_is_as_it_was_judged(item: Item) -> None:
    """Mend it by `dlcards check`, and commit formulas/derivations.lock."""
    text = derivation_text(item)
    assert text is not None
    locked = LOCK.records[item.first_id]
    assert locked.key == fingerprint(text)
    for chain in text.chains:
        found = locked.chains[chain.name]
        assert set(found.lines) == {line.slot for line in chain.lines}
        assert all(level != "None" for level, _ in found.lines.values())
        assert set(found.slips) == {slip.slot for slip in chain.slips}
        assert all(found.slips.values())
        assert chain.idea
        assert all(";" not in line.by for line in chain.lines), "one rule a line"
        assert len(chain.lines) == 1 or 3 * len(chain.slips) >= len(chain.lines)


def test_what_a_line_leaves_out_stands_in_the_lines_after_it() -> None:
    item = LIBRARY.items["ca-numerical-gradient"]
    (content,) = printed_derivation(item, LIBRARY, LOCK.records[item.first_id])
    later = [line.latex for line in content.lines[1:]] + [slip.latex for slip in content.slips]
    assert all("O(h^{2})" in latex for latex in later)
    assert content.lines[-1].latex == "f'(x) + O(h^{2})"


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_every_card_of_a_derivation_can_be_set(item: Item) -> None:
    for content in printed_derivation(item, LIBRARY, LOCK.records[item.first_id]):
        notes = compose_derivation(content)
        asked = sum(2 - len(line.without) for line in content.lines[1:])  # none, if all is obvious
        cards = asked + len(content.slips) + 2 - len(content.without)
        assert sum(len(note.slots) for note in notes) == cards
        whole = bool(notes) and notes[-1].slots == ("whole",)
        assert whole is ("whole" not in content.without)
        formulas = [content.goal, *(line.latex for line in content.lines)]
        known = [piece for each in content.hypotheses for piece in each]
        formulas += [piece.text for piece in known if piece.kind is PieceKind.MATH]
        formulas += [slip.latex for slip in content.slips]
        assert [fault(latex) for latex in formulas if fault(latex)] == []


def test_a_slip_that_gives_itself_away_is_checked_and_not_asked_for() -> None:
    found = 0
    for item in ITEMS:
        written, locked = item.entry.derivation, LOCK.records[item.first_id]
        assert written is not None
        for content in printed_derivation(item, LIBRARY, locked):
            chain = written.branches[content.branch] if content.branch else written
            asked = {int(slot[1:]) for slot, slip in chain.slips.items() if not slip.without}
            slots = {slot for note in compose_derivation(content) for slot in note.slots}
            assert {f"s{slot}" for slot in asked} == {s for s in slots if s.startswith("s")}
            assert set(locked.chains[content.branch].slips) >= asked
            found += len(chain.slips) - len(asked)
    assert found > 20


def _told(known: tuple[Prose, ...]) -> str:
    return " ".join(piece.text for each in known for piece in each)


def _formulas(told: Prose) -> str:
    return " ".join(piece.text for piece in told if piece.kind is PieceKind.MATH)


def _bare(latex: str) -> str:
    """Leave out what a letter is dressed in: an entry of a vector is not bold."""
    return re.sub(r"\\(boldsymbol|mathrm|mathbb)|[{}()]", "", latex)


def _contents(name: str) -> tuple[DerivationContent, ...]:
    item = LIBRARY.items[name]
    conditions = plain(item.entry.conditions or "")
    derived = LOCK.records[item.first_id]
    return printed_derivation(item, LIBRARY, derived, conditions=conditions)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_a_rule_is_asked_with_the_letters_that_stand_there_and_no_others(item: Item) -> None:
    for content in _contents(item.id):
        for before, line in pairwise(content.lines):
            formulas = [_formulas(each) for each in line.beside]
            heads = [_HEAD.match(latex) for latex in formulas]
            for place, head in enumerate(heads):
                others = [before.latex, line.latex, *formulas[:place], *formulas[place + 1 :]]
                letters = head[1].split(", ") if head else []
                assert [
                    each for each in letters if _bare(each) not in _bare(" ".join(others))
                ] == []


def test_a_letter_of_other_lines_is_not_told() -> None:
    (content,) = _contents("mean-squared-error")
    first, *_, last = content.lines[1:]
    assert r"\hat" in _told(first.beside)
    assert len(last.beside) < len(content.hypotheses)
    (asked,) = _contents("scaled-dot-product-attention")
    assert asked.lines[-1].beside == ()  # numbers alone, and the size
    assert asked.hypotheses == asked.of_goal != ()


def test_what_is_not_said_by_types_is_said_by_the_conditions() -> None:
    (content,) = _contents("ca-descent-lemma")
    fronts = [
        field
        for note in compose_derivation(content)
        for field in note.fields
        if field.startswith("<h1") and 'class="where"' in field
    ]
    assert fronts
    assert all("L-smooth" in front for front in fronts)


def test_without_conditions_the_types_are_printed_as_they_are_checked() -> None:
    contents = _contents("la-orthogonal-matrix")
    assert any("orthogonal" in _told(content.hypotheses) for content in contents)


def test_a_step_that_anybody_could_name_is_shown_and_not_asked_for() -> None:
    (content,) = _contents("ca-descent-lemma")
    first, second, *others = (replace(line, without=()) for line in content.lines)
    routine = replace(second, without=("rule", "next"))
    steps, *_ = compose_derivation(replace(content, lines=(first, routine, *others), without=()))
    assert {"n1", "r1"}.isdisjoint(steps.slots)
    assert {"n2", "r2", "idea"} <= set(steps.slots)
    assert sum(second.latex in field for field in steps.fields) > 1


def test_a_derivation_may_have_no_card_of_its_idea_or_of_the_whole() -> None:
    (content,) = _contents("ca-descent-lemma")
    (steps,) = compose_derivation(replace(content, without=("idea", "whole")))
    assert "idea" not in steps.slots


def _front(name: str, slot: str, branch: str = "") -> str:
    """Return a front as it is read."""
    content = next(each for each in _contents(name) if each.branch == branch)
    shape = note_type("derivation").field_names()
    for note in compose_derivation(content):
        if slot in note.slots:
            return re.sub(r"<[^>]+>", " ", note.fields[shape.index(f"Ask {slot}")])
    raise AssertionError(f"{name} has no card {slot}")


def test_the_whole_asks_for_the_goal_and_its_back_tells_the_title() -> None:
    contents = [each for item in ITEMS for each in _contents(item.id)]
    asked = [each for each in contents if "whole" not in each.without]
    assert len(asked) > len(ITEMS) / 2
    for content in asked:
        whole = compose_derivation(content)[-1]
        shape = note_type("derivation").field_names()
        front, back = (whole.fields[shape.index(f"{side} whole")] for side in ("Ask", "Reply"))
        assert front.startswith('<h1 class="ask">Show on paper:</h1><div class="goal">')
        assert html.text(content.title) not in front
        assert html.text(content.title) in back


def test_a_step_is_justified_by_more_than_rules() -> None:
    assert "what justifies this step?" in _front("ca-product-rule", "r2")
    asked = languages.table("ko", "cards")["derivation"]["rule"]
    assert "규칙" not in asked


def test_the_title_of_a_branch_follows_that_of_its_entry() -> None:
    name, branch = "singular-value-decomposition", "images"
    front = _front(name, "s1", branch)
    title = "Singular value decomposition (SVD), images of the right singular vectors"
    assert " ".join(front.split()).startswith(f"{title} : which line is wrong?")
    whole = next(each for each in _contents(name) if not each.branch)
    used = [title for line in whole.lines for key, title in line.uses if key == branch]
    assert used == ["Images of the right singular vectors"]
