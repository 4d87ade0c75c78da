"""On the front of a card a figure must not tell the answer."""

from typing import Annotated, Any

import pytest
from pydantic import Field

from dlcards import figures
from dlcards.figures.labels import label_text
from dlcards.figures.spec import FixedLabel, Label, Mark, Strict, labels, map_labels

EXAMPLES = [
    pytest.param(dict(example), id=f"{kind.name}-{number}")
    for kind in figures.KINDS
    for number, example in enumerate(kind.examples, 1)
]

SIGMOID: dict[str, Any] = {
    "kind": "function_plot",
    "exprs": [{"expr": "1/(1 + exp(-x))", "label": "logistic sigmoid"}],
    "x": [-4, 4],
    "points": [{"x": 0, "label": "half"}],
    "xlabel": "logit",
    "alt": "The logistic sigmoid",
    "front_safe": True,
}


def texts(data: dict[str, Any], *, front: bool) -> set[str]:
    spec, problems = figures.parse_spec(data)
    assert spec is not None, problems
    return {t.get_text() for t in figures.lay_out(spec, front=front).figure.texts}


def test_labels_are_hidden_and_ticks_stay() -> None:
    back, front = texts(SIGMOID, front=False), texts(SIGMOID, front=True)
    assert {"half", "logit"} <= back
    assert any("sigmoid" in text for text in back)
    assert {text for text in front if any(c.isalpha() for c in text)} <= {"x", "y"}
    assert {"0", "1"} <= front


def test_labels_that_are_kept_stay() -> None:
    assert "half" in texts({**SIGMOID, "keep_labels": ["half"]}, front=True)


def test_the_alternative_text_of_the_front_does_not_name_it() -> None:
    spec, _ = figures.parse_spec(SIGMOID)
    assert spec is not None
    assert figures.render(spec).alt == "The logistic sigmoid"
    assert "sigmoid" not in figures.render(spec, front=True).alt


def test_a_kept_label_that_gives_the_answer_away_is_a_problem() -> None:
    spec, _ = figures.parse_spec({**SIGMOID, "keep_labels": ["half", "logistic sigmoid"]})
    assert spec is not None
    assert figures.check(spec, answers=["Sigmoid"])[0].code == "label-leak"
    assert figures.check(spec, answers=["Sigmoid"])[0].path == ("keep_labels", 1)
    assert figures.check(spec, answers=["Softmax"]) == ()


def test_a_bar_that_names_the_answer_is_a_problem() -> None:
    bars = {
        "kind": "bars",
        "categories": ["scores", "softmax"],
        "groups": [{"values": [2, 1]}],
        "front_safe": True,
    }
    spec, _ = figures.parse_spec(bars)
    assert spec is not None
    assert [(p.path, p.code) for p in figures.check(spec, answers=["Softmax"])] == [
        (("categories", 1), "label-leak")
    ]
    assert "softmax" in texts(bars, front=True)
    only_back, _ = figures.parse_spec({**bars, "front_safe": False})
    assert only_back is not None
    assert figures.check(only_back, answers=["Softmax"]) == ()


@pytest.mark.slow
@pytest.mark.parametrize("example", EXAMPLES)
def test_a_front_shows_only_the_labels_that_types_or_the_spec_keep(example: dict[str, Any]) -> None:
    spec, _ = figures.parse_spec(example)
    assert spec is not None
    keep = spec.common.keep_labels
    hidden = {
        label_text(text)
        for panel in spec.panels
        for _, text, drawn in labels(panel.spec)
        if not drawn.on_front and text not in keep
    }
    assert {t for t in texts(example, front=True) & hidden if any(c.isalpha() for c in t)} == set()


class Inner(Strict):
    mark: Mark | None = None
    shown: dict[str, tuple[Label, ...]] = Field(default_factory=dict)


class Outer(Strict):
    name: str = ""
    fixed: FixedLabel = ""
    optional: Label | None = None
    either: Inner | tuple[Label, ...] = ()
    inner: Annotated[tuple[Inner, ...], Field(max_length=3)] = ()


def test_labels_are_found_by_their_types_wherever_they_stand() -> None:
    outer = Outer(
        name="not drawn",
        fixed="a",
        either=("b", "c"),
        inner=(Inner(mark=Mark(at=1.0, label="d"), shown={"k": ("e",)}),),
    )
    assert [(path, text) for path, text, _ in labels(outer) if text] == [
        (("fixed",), "a"),
        (("either", 0), "b"),
        (("either", 1), "c"),
        (("inner", 0, "mark", "label"), "d"),
        (("inner", 0, "shown", "k", 0), "e"),
    ]
    assert [drawn.on_front for _, text, drawn in labels(outer) if text] == [True, *[False] * 4]
    loud = map_labels(outer, lambda path, text, drawn: text.upper())
    assert [text for _, text, _ in labels(loud) if text] == list("ABCDE")
    assert loud.name == "not drawn"


def test_the_places_of_kept_labels_stay_in_the_alternative_text_of_a_front() -> None:
    boxes = {
        "kind": "intervals",
        "mode": "box",
        "samples": [{"dist": "normal", "params": [0, 1]}, {"dist": "normal", "params": [1, 1]}],
        "labels": ["left", "right"],
        "front_safe": True,
        "keep_labels": ["right"],
    }
    spec, _ = figures.parse_spec(boxes)
    assert spec is not None
    assert figures.render(spec, front=True).alt.endswith(": , right")
