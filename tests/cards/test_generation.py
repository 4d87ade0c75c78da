"""The rules by which Anki makes cards of notes; tests/anki compares them with Anki itself."""

from __future__ import annotations

import pytest

from dlcards.cards import generation
from plans import CLOZE, FORMULA


@pytest.mark.parametrize("html", ["", " \n", "<br>", "<DIV><br/></div>", "<br /> \t"])
def test_spaces_and_breaks_do_not_fill_a_field(html: str) -> None:
    assert generation.field_is_empty(html)


@pytest.mark.parametrize("html", ["x", "&nbsp;", "<b></b>", "<br class=a>", "\u00a0", "<br  >"])
def test_anything_else_fills_a_field(html: str) -> None:
    assert not generation.field_is_empty(html)


def test_a_card_needs_a_filled_field_inside_its_open_condition() -> None:
    rule = generation.card_rule(FORMULA)
    assert rule(("T", "F", "R", "Q", "A", "", "A2", "")) == (0, 1)
    assert rule(("", "F", "<br>", "", "A", "Q", "", "")) == (2,)
    assert rule(("T", "F", "", "", "A", "", "A", "")) == ()


def test_every_field_of_a_cloze_note_may_hold_blanks() -> None:
    rule = generation.card_rule(CLOZE)
    assert rule(("", "{{c1::a}} {{c4::b {{c2::c}} }}", "{{c3::d}}")) == (0, 1, 2, 3)


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("{{c1::a::hint}}", {1: "a"}),
        (r"{{c1::\frac{1}{2} }}", {1: r"\frac{1}{2}"}),
        ("{{c1,2::a}}", {1: "a", 2: "a"}),
        ("{{c1::a}}+{{c1::b}}", {1: "a b"}),
        ("{{c1::a {{c2::b }}", {}),
        ("{{C1::a}} {{c1:b}} }} {{c::d}}", {}),
    ],
)
def test_blanks_are_read_as_anki_reads_them(text: str, hidden: dict[int, str]) -> None:
    assert generation.read_blanks(text).hidden == hidden


def test_an_open_blank_is_noticed() -> None:
    assert generation.read_blanks(r"{{c1::\frac{1}{2").unclosed
    assert not generation.read_blanks(r"{{c1::a}}").unclosed


def test_required_fields_follow_the_templates() -> None:
    assert generation.required_fields(FORMULA) == [
        (0, "all", [2]),
        (1, "all", [3]),
        (2, "all", [5]),
    ]
