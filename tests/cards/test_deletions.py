from __future__ import annotations

import pytest

from dlcards.cards.deletions import Deletion, hidden_texts, parse_deletions


def test_deletions_are_nested() -> None:
    inner = Deletion((2,), ("b",), "hint")
    assert parse_deletions("x {{c1::a {{c2::b::hint}} }} }} y") == (
        ("x ", Deletion((1,), ("a ", inner, " ")), " }} y"),
        False,
    )


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
def test_deletions_are_read_as_anki_reads_them(text: str, hidden: dict[int, str]) -> None:
    assert hidden_texts(text).texts == hidden


def test_an_open_deletion_is_noticed() -> None:
    assert hidden_texts(r"{{c1::\frac{1}{2").unclosed
    assert not hidden_texts(r"{{c1::a}}").unclosed


def test_several_numbers_are_noticed() -> None:
    assert hidden_texts("{{c1,2::a}}").shared
    assert not hidden_texts("{{c1::a}} {{c2::b}}").shared
