"""On the front of a card a figure must not tell the answer."""

from typing import Any

from dlcards import figures

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
    assert not any(c.isalpha() for text in front for c in text)
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
