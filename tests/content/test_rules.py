"""What the card rules find, and what they let pass."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from dlcards.content.rules import Reviewed, review
from dlcards.content.schema import Entry, Question


def entry(ask: str = "What is it for?", answer: str = "For tests", **more: object) -> Entry:
    question = Question(ask=ask, answer=answer)
    other = Question(ask="How is it made up?", answer="By hand")
    return Entry.model_validate(
        {
            "kind": "concept",
            "title": "Gradient",
            "topic": "test",
            "meaning": "A test.",
            "figure": {"kind": "function_plot"},
            "questions": {"q1": question.model_dump(), "q2": other.model_dump()},
            "requires": ["other"],
            "sources": ["https://example.org"],
            **more,
        }
    )


def codes(one: Entry, **more: object) -> list[str]:
    found = review([Reviewed("one", one, is_root=False, cards=3)])
    return [problem.code for problem in found.get("one", ())]


def test_a_good_card_passes() -> None:
    assert codes(entry()) == []


@pytest.mark.parametrize(
    ("ask", "answer", "code"),
    [
        ("Is the gradient a vector?", "It is", "yes-no-question"),
        ("The loss grows. Does the step shrink?", "It does", "yes-no-question"),
        ("What follows from it?", "Yes", "yes-no-question"),
        ("What is it and why is it so?", "A vector", "two-questions"),
        ("What is it? Why?", "A vector", "two-questions"),
        ("State it.", "A vector", "no-question"),
        ("Name the three rules: which are they?", "Those", "list-question"),
        ("What are the rules?", "sum, product, quotient, chain", "list-question"),
        ("Which vector of slopes is it?", "The vector of slopes", "answer-leak"),
        ("What is " + "very " * 30 + "long?", "This", "front-long"),
        ("What is it?", "an answer " * 7, "answer-long"),
        ("What can you describe of it?", "All", "vague-question"),
    ],
)
def test_a_bad_card_is_found(ask: str, answer: str, code: str) -> None:
    assert code in codes(entry(ask, answer))


@pytest.mark.parametrize(
    ("ask", "answer"),
    [
        ("In a saddle, which sign has the smallest eigenvalue?", "Negative"),
        ("Training loss rises. Which setting is the first suspect?", "The learning rate"),
        ("What is the gradient of a constant?", "$zeros(n) + zeros(n) + zeros(n) + zeros(n) + 0$"),
        ("What changes with the sign of h (0, 1 or 2)?", "Nothing"),
    ],
)
def test_a_card_that_only_looks_bad_passes(ask: str, answer: str) -> None:
    assert codes(entry(ask, answer)) == []


def test_the_name_that_is_asked_for_may_not_stand_in_the_question() -> None:
    shown = entry(
        prompts={"picture": "Which gradient is this?"},
        figure={"kind": "function_plot", "front_safe": True},
    )
    assert codes(shown) == ["answer-leak"]


def test_what_is_missing_is_a_warning() -> None:
    bare = entry(figure=None, requires=[])
    found = review([Reviewed("one", bare, is_root=False, cards=1)])["one"]
    assert all(problem.warning for problem in found)
    assert sorted(problem.code for problem in found) == ["missing-figure", "orphan", "orphan"]


def test_what_is_left_out_on_purpose_is_not_missing() -> None:
    told = entry(figure=None, missing={"figure": "A convention, nothing to be seen"})
    assert codes(told) == []


def test_a_reason_for_what_is_there_is_needless() -> None:
    drawn = entry(missing={"figure": "Nothing to be seen"})
    assert codes(drawn) == ["needless-reason"]


@pytest.mark.parametrize(
    ("more", "has_code"),
    [
        ({}, False),
        ({"kind": "notation", "sign": "$x$"}, False),
        ({"code": {"equals": "x", "numpy": "def f(x):\n    return x"}}, True),
    ],
)
def test_code_is_a_snippet(more: Mapping[str, Any], has_code: bool) -> None:
    assert entry(**more).parts()["code"] is has_code


def test_a_notation_has_code_where_a_question_leads_to_it() -> None:
    sign: dict[str, Any] = {"kind": "notation", "sign": "$x$"}
    asked = {"q1": {"ask": "Which call is it?", "answer": "`np.argmin(y)`"}}
    assert entry(**sign, questions=asked).parts()["code"]
    assert not entry(questions=asked).parts()["code"]


def test_fronts_of_different_entries_must_differ() -> None:
    one = Reviewed("one", entry("What is the derivative of x?"), is_root=True, cards=3)
    other = entry(
        "What is the derivative of x?",
        questions={
            "q1": {"ask": "What is the derivative of x?", "answer": "One"},
            "q2": {"ask": "Which rule gives the slope?", "answer": "The power rule"},
        },
    )
    found = review([one, Reviewed("two", other, is_root=True, cards=3)])
    assert [(p.path, p.code) for p in found["two"]] == [
        (("questions", "q1", "ask"), "confusable-fronts")
    ]


@pytest.mark.parametrize(
    ("ask", "is_told"),
    [
        ("Of which function of `x` is this the slope?", True),
        ("To which number is this nearly equal?", True),
        ("How large is the result of this code?", True),
        ("Rows of `X` are examples. What are the two results?", True),
        ("How often it is called does not matter. Why is this so?", True),
        ("Which quantity does this code compute?", False),
        ("`s` says how far the data scatter. Which statistic does this code compute?", False),
        ("How is this kind of step called?", False),
        ("Of which kind of regularisation is this an example?", False),
        ("To which method does this code belong?", False),
    ],
)
def test_code_is_asked_for_by_a_name(ask: str, is_told: bool) -> None:
    read = entry(prompts={"read": ask}, code={"numpy": "def f(x):\n    return x", "equals": "x"})
    assert ("read-no-name" in codes(read)) is is_told
    sign = read.model_copy(update={"kind": "notation"})
    assert "read-no-name" not in codes(sign)


CODE = {"numpy": "def f(x):\n    return x", "equals": "x"}


@pytest.mark.parametrize(
    ("prompt", "more", "is_idle"),
    [
        ("read", {"code": CODE}, False),
        ("read", {"code": CODE, "without": ["read"]}, True),
        ("read", {}, True),
        ("recall", {"without": ["recall"]}, True),
        ("recall", {}, False),
        ("cloze", {}, True),
        ("cloze", {"blanks": ["x"]}, False),
        ("picture", {}, True),
        ("picture", {"figure": {"kind": "function_plot", "front_safe": True}}, False),
    ],
)
def test_a_question_for_a_card_that_is_not_there_is_idle(
    prompt: str, more: Mapping[str, Any], is_idle: bool
) -> None:
    one = entry(prompts={prompt: "Which sign is it?"}, **more)
    assert ("idle-prompt" in codes(one)) is is_idle
