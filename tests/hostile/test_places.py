"""Every place where a text may stand, derived from the types, and what each refuses."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from injected import as_yaml, entry, put
from pydantic import BaseModel

from dlcards.cli.console import Progress
from dlcards.commands.check import check
from dlcards.content.schema import Deck, Entry, Translation, WholeList
from dlcards.figures.spec import BaseSpec
from dlcards.requests import CheckRequest
from samples import DECK

QUIET = Progress(quiet=True)
FALSE = ("$2 + 2 == 5$", "It is $2 + 2 == 5$ here", "$2 + 2 != 4$", "$converges(1/n, n, 1)$")
SAMPLE: dict[type[BaseModel], dict[str, Any]] = {
    Translation: {"title": "제곱", "meaning": "제곱이다."},
    Deck: {"title": "A", "description": "x", "contents": [{"subject": "calculus"}]},
    WholeList: {
        "title": "L",
        "topic": "l",
        "sources": ["A book"],
        "notes": {"a": {"ask": "What is it?", "answer": "One"}},
    },
}
FILES: dict[type[BaseModel], str] = {
    Entry: "formulas/calculus/e.yaml",
    Translation: "formulas/calculus/e.ko.yaml",
    Deck: "decks/d.yaml",
    WholeList: "formulas/calculus/l.notes.yaml",
}
LITERAL = (".notes.a.ask", ".notes.a.answer")
"""Plain words, shown as they are written: no dollar means a formula there."""
Place = tuple[str | int, ...]


def places(annotation: Any, path: Place = ()) -> Iterator[Place]:
    """Yield the way to every text that a type allows."""
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if annotation is str:
        yield path
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, field in annotation.model_fields.items():
            yield from places(field.annotation, (*path, name))
    elif origin is Literal:
        return
    elif origin is list:
        yield from places(inner[0], (*path, 0))
    elif origin is dict:
        keys = typing.get_args(inner[0]) if typing.get_origin(inner[0]) is Literal else ()
        free = {"let": "x", "symbols": "x", "given": "x", "show": "x", "notes": "a"}
        yield from places(inner[1], (*path, keys[0] if keys else free.get(str(path[-1]), "x")))
    elif origin in (typing.Union, types.UnionType, typing.Annotated):
        for part in inner if origin is not typing.Annotated else inner[:1]:
            yield from places(part, path)


EVERY = [
    (model, path)
    for model in FILES
    for path in dict.fromkeys(places(model))
    if "figure" not in path or model is Translation
]
EVERY += [(Entry, ("figure", name)) for name in ("alt", "caption")]
named = pytest.mark.parametrize(
    ("model", "path"), EVERY, ids=[f"{m.__name__}.{'.'.join(map(str, p))}" for m, p in EVERY]
)


def data_with(model: type[BaseModel], path: Place, text: str) -> dict[str, Any]:
    data = entry({}) if model is Entry else dict(SAMPLE[model])
    figure = {"kind": "function_plot", "exprs": ["x"], "x": [0, 1], "alt": "A line."}
    if path[0] == "unchecked" and model is Entry:
        for key in ("claim", "blanks", "example", "code"):
            data.pop(key, None)
        data["unchecked"] = {"latex": "x", "why": "It is told."}
    if path[0] == "figure" and model is Entry:
        data["figure"] = figure
    if path[0] in ("contents", "claim", "notes", "code") or (
        path[0] == "example" and path[-1] == 0
    ):
        set_in(data, path, text)
    else:
        put(data, path, text)
    return data


def set_in(data: Any, path: Place, text: str) -> None:
    first, *rest = path
    if not rest and isinstance(data, list):
        data[:1] = [text]
    elif not rest:
        data[first] = text
    elif isinstance(data, dict):
        data[first] = data.get(first) or ([] if isinstance(rest[0], int) else {})
        if isinstance(data[first], str):
            data[first] = [data[first]]
        set_in(data[first], tuple(rest), text)
    else:
        if len(rest) and not (data and isinstance(data[0], dict)):
            data[:1] = [{}]
        set_in(data[0], tuple(rest), text)


def found(root: Path, model: type[BaseModel], data: dict[str, Any]) -> set[str]:
    """Return the codes of all errors in the file of a model."""
    files = {FILES[Entry]: as_yaml(entry({})), "decks/calculus.yaml": DECK}
    for name, text in {**files, FILES[model]: as_yaml(data)}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    problems = check(CheckRequest(root, jobs=0, fresh=True), QUIET).problems
    return {p.code for p in problems if p.location.file == FILES[model] and p.severity == "error"}


def test_the_table_is_whole() -> None:
    names = {(model.__name__, str(path[0])) for model, path in EVERY}
    assert len(EVERY) > 60
    for wanted in ("meaning", "unchecked", "questions", "prompts", "example", "sources", "title"):
        assert ("Entry", wanted) in names
    assert {"alt", "caption", "title"} <= set(BaseSpec.model_fields)


@pytest.mark.slow
@named
def test_a_false_formula_is_refuted_or_refused(
    tmp_path: Path, model: type[BaseModel], path: Place, count: Callable[..., None]
) -> None:
    if "." + ".".join(map(str, path)) in LITERAL or path[0] == "sources":
        pytest.skip("shown as it is written")
    for text in FALSE[:2] if model is Entry else FALSE:
        assert found(tmp_path, model, data_with(model, path, text)), text
        count("places for a false formula")


@named
def test_invisible_and_endless_texts_are_refused(
    tmp_path: Path, model: type[BaseModel], path: Place, count: Callable[..., None]
) -> None:
    for sign in ("\u00ad", "\u3164"):
        assert "bad-character" in found(tmp_path, model, data_with(model, path, f"a{sign}b"))
    assert found(tmp_path, model, data_with(model, path, "word " * 600))
    count("places for invisible and endless texts")


def test_a_translation_may_say_what_its_entry_says(tmp_path: Path) -> None:
    text = {"title": "제곱", "meaning": "항상 $x**2 >= 0$ 이다."}
    assert found(tmp_path, Translation, text) == {"translated-relation"}
    words = as_yaml({**entry({}), "meaning": "Always $x**2 >= 0$."})
    (tmp_path / FILES[Entry]).write_text(words, encoding="utf-8")
    problems = check(CheckRequest(tmp_path, jobs=0, fresh=True), QUIET).problems
    assert "translated-relation" not in {problem.code for problem in problems}
