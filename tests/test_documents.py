"""YAML is read strictly, and every value knows its place."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcards.documents import MAX_DEPTH, Places, line_of, read_document


def data(text: str) -> Any:
    document, problems = read_document(text, "a.yaml")
    assert not problems, problems
    assert document is not None
    return document.data


def codes(text: str) -> list[tuple[int, int, str]]:
    document, problems = read_document(text, "a.yaml")
    assert document is None
    return [(p.location.line, p.location.column, p.code) for p in problems]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-3", -3),
        ("0o17", 15),
        ("017", 17),
        ("0xff", 255),
        ("1e-3", 0.001),
        (".5", 0.5),
        ("3:4", "3:4"),
        ("1_000", "1_000"),
        ("2026-01-01", "2026-01-01"),
        (".inf", ".inf"),
        ("'12'", "12"),
        ("9" * 30, "9" * 30),
    ],
)
def test_plain_values_follow_yaml_1_2(text: str, value: object) -> None:
    found = data(f"key: {text}")["key"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 2\na: 3\n", [(3, 1, "duplicate-key")]),
        ("a: &x 1\nb: *x\n", [(1, 4, "yaml-anchor"), (2, 4, "yaml-anchor")]),
        ("a: !!python/name:os 1\n", [(1, 4, "yaml-tag")]),
        ("a: 1\n---\nb: 2\n", [(2, 1, "many-documents")]),
        ("a: b: c\n", [(1, 5, "yaml-syntax")]),
        ("\ta: 1\n", [(1, 1, "yaml-syntax")]),
        ("let: {A: matrix(m, n)}\n", [(1, 20, "comma-splits-value")]),
        ("1: a\n", [(1, 1, "key-not-text")]),
        ("- a\n", [(1, 1, "not-a-mapping")]),
        ("# nothing\n", [(0, 0, "empty-file")]),
        ("a: x\u202ey\u200b\n", [(1, 5, "bad-character"), (1, 7, "bad-character")]),
        ("a: x\x07\n", [(1, 5, "bad-character")]),
    ],
)
def test_mistakes_of_form_are_told_at_their_place(
    text: str, expected: list[tuple[int, int, str]]
) -> None:
    assert codes(text) == expected


def test_deep_nesting_is_refused_before_it_costs_anything() -> None:
    assert codes("a: " + "[" * 5000)[0][2] in ("too-deep", "yaml-syntax")
    assert codes("a: " + "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))[0][2] == "too-deep"


def test_too_many_values_are_refused() -> None:
    _, problems = read_document("a: [" + "1," * 200 + "]", "a.yaml", max_values=100)
    assert [p.code for p in problems] == ["too-large"]


def test_too_much_text_is_refused() -> None:
    _, problems = read_document("a: b" * 100, "a.yaml", max_bytes=100)
    assert [p.code for p in problems] == ["too-large"]


TEXTS = """\
plain: some words go on
single: 'it''s here x'
double: "caf\\u00e9 \\"x\\" y"
block: |
  first line
    second x
folded: >
  one two
  three x
running: words that
  go on x
list:
  - one
  - {deep: inner x}
"""


@pytest.mark.parametrize(
    ("path", "word"),
    [
        (("plain",), "on"),
        (("single",), "x"),
        (("double",), "y"),
        (("block",), "x"),
        (("folded",), "x"),
        (("running",), "x"),
        (("list", 1, "deep"), "x"),
    ],
)
def test_positions_reach_inside_every_style_of_text(path: tuple[Any, ...], word: str) -> None:
    document, _ = read_document(TEXTS, "a.yaml")
    assert document is not None
    value: Any = document.data
    for step in path:
        value = value[step]
    place = Places(document).location(path, value.rindex(word))
    assert line_of(TEXTS, place.line)[place.column - 1 :].startswith(word)


def test_a_missing_value_is_shown_at_the_nearest_one_around_it() -> None:
    document, _ = read_document("let:\n  x: real\n", "a.yaml")
    assert document is not None
    places = Places(document)
    assert str(places.location(("let", "y"))) == "a.yaml:1:1"
    assert str(places.location(("let", "x"), key=True)) == "a.yaml:2:3"


@given(st.text(max_size=200))
def test_any_text_gives_data_or_problems_and_never_an_exception(text: str) -> None:
    document, problems = read_document(text, "a.yaml")
    assert (document is None) == bool(problems)


yaml_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**6), 10**6)
    | st.text(st.characters(codec="ascii", categories=["L", "N", "Zs", "P"]), max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("abcdef", min_size=1, max_size=5), inner, max_size=3)
    ),
    max_leaves=12,
)


@pytest.mark.slow
@given(
    st.dictionaries(st.text("abcdef", min_size=1, max_size=5), yaml_values, min_size=1, max_size=4)
)
def test_what_json_writes_is_read_back(value: dict[str, Any]) -> None:
    import json

    assert data(json.dumps(value)) == value
