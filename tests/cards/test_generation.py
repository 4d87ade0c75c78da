"""The rules by which Anki makes cards of notes; tests/anki compares them with Anki itself."""

from __future__ import annotations

from dlcards.cards import generation
from plans import CLOZE, FORMULA


def test_a_card_needs_a_filled_field_inside_its_open_condition() -> None:
    rule = generation.card_rule(FORMULA)
    assert rule(("T", "F", "R", "Q", "A", "", "A2", "")) == (0, 1)
    assert rule(("", "F", "<br>", "", "A", "Q", "", "")) == (2,)
    assert rule(("T", "F", "", "", "A", "", "A", "")) == ()


def test_every_field_of_a_cloze_note_may_hold_blanks() -> None:
    rule = generation.card_rule(CLOZE)
    assert rule(("", "{{c1::a}} {{c4::b {{c2::c}} }}", "{{c3::d}}")) == (0, 1, 2, 3)


def test_required_fields_follow_the_templates() -> None:
    assert generation.required_fields(FORMULA) == [
        (0, "all", [2]),
        (1, "all", [3]),
        (2, "all", [5]),
    ]
