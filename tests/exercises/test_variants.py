"""Draws follow from names alone, conditions hold, and what was released keeps its place."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcards.claims.parser import parse_formula
from dlcards.exercises.draws import KINDS, Stream, admits, drawn
from dlcards.exercises.judge import judge_variant
from dlcards.exercises.model import Family, FamilyText
from dlcards.exercises.reader import read_family
from dlcards.exercises.values import Names
from dlcards.exercises.variants import choose_variants, drawn_text, passing

SUM = FamilyText(
    "ex-sum",
    "What is $a + b$?",
    "a + b",
    {"a, b": "integers(1, 9)"},
    ("answer - b == a",),
    given=("a != b",),
)


def family(text: FamilyText) -> Family:
    read, problems = read_family(text)
    assert read is not None, problems
    return read


def values(text: FamilyText) -> list[dict[str, str]]:
    return [drawn_text(variant) for variant in choose_variants(family(text))]


def test_draws_are_for_ever() -> None:
    """These values were released; a change would give learners other exercises."""
    assert values(SUM)[:4] == RELEASED


RELEASED = [
    {"a": "5", "b": "8"},
    {"a": "6", "b": "7"},
    {"a": "9", "b": "7"},
    {"a": "7", "b": "5"},
]


def test_another_text_step_or_name_changes_no_draw() -> None:
    other = replace(
        SUM,
        ask="Add $a$ and $b$ and $c$.",
        answer="a + b + c",
        claims=("answer - c == a + b",),
        draw={"c": "integers(2, 8)", **SUM.draw},
        steps=("$a + b + c == answer$",),
    )
    before, after = values(SUM), values(other)
    assert [{k: v for k, v in each.items() if k != "c"} for each in after] == before


def test_a_variant_keeps_its_place_while_it_may_be_drawn() -> None:
    pinned = [
        {"a": "9", "b": "1"},
        {"a": "2", "b": "2"},
        {"a": "99", "b": "1"},
        {"a": "9", "b": "1"},
    ]
    found = [drawn_text(variant) for variant in choose_variants(family(SUM), pinned)]
    assert found[0] == pinned[0]
    fresh = values(SUM)
    assert found[1:4] == fresh[1:4]  # a condition fails, out of range, the same as the first


@pytest.mark.slow
def test_no_two_variants_are_alike() -> None:
    few = replace(SUM, draw={"a": "integers(1, 3)", "b": "integers(1, 2)"})
    found = values(few)
    assert len(found) == len({tuple(each.values()) for each in found}) == 4


@pytest.mark.slow
def test_what_tells_variants_apart_may_be_named() -> None:
    by_sum = replace(SUM, draw={"a, b": "integers(1, 3)"}, note=("a + b",))
    assert sorted(int(v["a"]) + int(v["b"]) for v in values(by_sum)) == [3, 4, 5]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (replace(SUM, draw={"a": "integers(1, 9)", "b": "integers(-9, 9)"}), "the answer is 0"),
        (replace(SUM, answer="a*b", claims=("answer/b == a",)), "the answer is the given a"),
        (SUM, "a != b"),
        (
            replace(SUM, answer="1/(a - 5)", claims=("answer*(a - 5) == 1",)),
            "the answer has no value",
        ),
    ],
)
def test_the_reasons_of_rejection_are_counted(text: FamilyText, reason: str) -> None:
    found = passing(family(text))
    assert any(each.reason.startswith(reason) for each in found.rejected)
    assert found.passed + sum(found.rejected.values()) == found.tried == 1000


def test_every_kind_of_draw_admits_what_it_draws() -> None:
    for kind in KINDS.values():
        node = parse_formula(kind.arguments)
        seen = {repr(drawn(node, Names(), f"x/{index}/0/a")) for index in range(30)}
        assert len(seen) > 1, kind.arguments
        for index in range(30):
            assert admits(node, drawn(node, Names(), f"x/{index}/0/a"), Names()), kind.arguments


@pytest.mark.parametrize(
    ("draw", "value"),
    {
        "integers(1, 6)": "7",
        "nonzero(-3, 3)": "0",
        "choice(1/2, 1/3)": "1/4",
        "vector(2, integers(1, 5))": "[1, 6]",
        "matrix(2, 2, integers(1, 5))": "[[1, 2], [3, 9]]",
        "distinct(2, 1, 5)": "[2, 2]",
        "ascending(2, 1, 5)": "[3, 2]",
        "shuffle([3, 4])": "[3, 3]",
        "parts(10, 2)": "[4, 5]",
        "unimodular(2, 2)": "[[2, 0], [0, 1]]",
    }.items(),
)
def test_a_draw_admits_nothing_else(draw: str, value: str) -> None:
    assert not admits(parse_formula(draw), parse_formula(value), Names())


@pytest.mark.slow
@given(st.integers(1, 500), st.text(max_size=8))
def test_random_numbers_stay_below_their_bound(bound: int, seed: str) -> None:
    stream = Stream(seed)
    assert all(0 <= stream.below(bound) < bound for _ in range(5))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, []),
        ({"answer": "a + b + 1"}, ["wrong-answer"]),
        ({"steps": ("$a + b == answer$", "$== b + a$")}, []),
        ({"steps": ("$a + b == answer$", "$== a - b$")}, ["step-fails"]),
        ({"steps": ("$x + a == b$", "$<=> x == b - a$"), "let": {"x": "real"}}, []),
        ({"steps": ("$x + a == b$", "$<=> x == a - b$"), "let": {"x": "real"}}, ["step-fails"]),
        ({"steps": ("$x == b$", "$=> x**2 == b**2$"), "let": {"x": "real"}}, []),
        ({"steps": ("$x**2 == b**2$", "$=> x == b$"), "let": {"x": "real"}}, ["step-fails"]),
        ({"steps": ("$a/b ~= round(a/b, 2)$",)}, []),
        ({"steps": ("$a/b$", "$~= round(a/b + 1/50, 2)$")}, ["step-fails"]),
        ({"steps": ("$if a < 0$ or not",)}, []),
        ({"steps": ("$a < 0$",)}, ["step-fails"]),
        ({"reply": "It is $a - 1 == answer$"}, ["step-fails"]),
        ({"mistakes": (("b + a", "No."),)}, ["mistake-right"]),
        ({"mistakes": (("a", "No."), ("a + 0*b", "No."))}, ["mistakes-alike"]),
        ({"mistakes": (("[a, b]", "These are the terms."),)}, []),
        ({"answer": "[a, b]"}, ["answer-type"]),
        ({"answer": "interval(a, a + b)", "claims": ("answer[2] - answer[1] == b",)}, []),
        ({"answer": "set(b, a)", "claims": ("answer[1] <= answer[2]",)}, []),
    ],
)
def test_a_variant_is_judged(change: dict[str, object], code: list[str]) -> None:
    found = family(replace(SUM, **change))  # type: ignore[arg-type]
    for variant in choose_variants(found, count=2):
        assert [problem.code for problem in judge_variant(found, variant)] == code
