from __future__ import annotations

import pytest

from dlcards.cards.template import (
    Replacement,
    Section,
    TemplateError,
    field_is_empty,
    parse_template,
    unknown_fields,
)


def test_a_template_is_text_fields_and_conditions() -> None:
    assert parse_template("a{{#Q}}<p>{{ cloze : Text }}{{^R}}{{R}}{{/R}}{{/Q}}") == (
        "a",
        Section(
            "Q",
            False,
            ("<p>", Replacement("Text", "cloze"), Section("R", True, (Replacement("R"),))),
        ),
    )


def test_a_comment_is_text() -> None:
    assert parse_template("<!-- {{Q}} -->{{R}}") == ("<!-- {{Q}} -->", Replacement("R"))


@pytest.mark.parametrize("text", ["{{#Q}}", "{{/Q}}", "{{#Q}}{{/R}}", "{{#Q}}{{^R}}{{/Q}}{{/R}}"])
def test_a_condition_is_closed_where_it_was_opened(text: str) -> None:
    with pytest.raises(TemplateError, match=r"closed|not open"):
        parse_template(text)


def test_fields_that_anki_knows_by_itself_are_not_unknown() -> None:
    assert unknown_fields("{{Tags}}{{FrontSide}}{{c1}}{{#Q}}{{hint:W}}{{/Q}}", ("Q",)) == ("W",)


@pytest.mark.parametrize("html", ["", " \n", "<br>", "<DIV><br/></div>", "<br /> \t"])
def test_spaces_and_breaks_do_not_fill_a_field(html: str) -> None:
    assert field_is_empty(html)


@pytest.mark.parametrize("html", ["x", "&nbsp;", "<b></b>", "<br class=a>", "\u00a0", "<br  >"])
def test_anything_else_fills_a_field(html: str) -> None:
    assert not field_is_empty(html)
