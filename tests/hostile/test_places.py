"""Every place where a text may stand, derived from the types, and what each refuses."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import injected
import pytest
from injected import as_yaml, entry, put
from pydantic import BaseModel

from dlcards.build.flow import Options, make_notes
from dlcards.build.verify import Effort
from dlcards.cards.note_types import note_types
from dlcards.cards.render import render
from dlcards.cli.console import Progress
from dlcards.commands.check import check
from dlcards.content.reader import read_library
from dlcards.content.schema import Deck, Entry, Translation, WholeList
from dlcards.figures import KINDS, parse_spec
from dlcards.figures.spec import BaseSpec, labels
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
Place = tuple[str | int, ...]


def places(annotation: Any, path: Place = ()) -> Iterator[Place]:
    """Yield the way to every text that a type allows."""
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if path.count("contents") > 2:  # decks nest
        return
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


def write(root: Path, files: Mapping[str, str]) -> Path:
    for name, text in {"decks/calculus.yaml": DECK, **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def found(root: Path, model: type[BaseModel], data: dict[str, Any]) -> set[str]:
    """Return the codes of all errors in the file of a model."""
    write(root, {FILES[Entry]: as_yaml(entry({})), FILES[model]: as_yaml(data)})
    problems = check(CheckRequest(root, jobs=0, fresh=True), QUIET).problems
    return {p.code for p in problems if p.location.file == FILES[model] and p.severity == "error"}


def test_the_table_is_whole() -> None:
    names = {(model.__name__, str(path[0])) for model, path in EVERY}
    assert len(EVERY) > 60
    for wanted in ("meaning", "unchecked", "questions", "prompts", "example", "sources", "title"):
        assert ("Entry", wanted) in names
    assert {"alt", "caption", "title"} <= set(BaseSpec.model_fields)


@pytest.mark.exhaustive(every=6)
@pytest.mark.slow
@named
def test_a_false_formula_is_refuted_or_refused(
    tmp_path: Path, model: type[BaseModel], path: Place, count: Callable[..., None]
) -> None:
    if path[0] == "sources":
        pytest.skip("shown as it is written")
    for text in FALSE[:2] if model is Entry else FALSE:
        assert found(tmp_path, model, data_with(model, path, text)), text
        count("places for a false formula")


@pytest.mark.exhaustive(every=6)
@named
@pytest.mark.slow
def test_invisible_and_endless_texts_are_refused(
    tmp_path: Path, model: type[BaseModel], path: Place, count: Callable[..., None]
) -> None:
    for sign in ("\u00ad", "\u3164"):
        assert "bad-character" in found(tmp_path, model, data_with(model, path, f"a{sign}b"))
    assert found(tmp_path, model, data_with(model, path, "word " * 600))
    count("places for invisible and endless texts")


# ── Pictures of one's own ─────────────────────────────────────────────────────────


@pytest.mark.parametrize("key", ["alt", "caption", "credit", "ask"])
def test_a_false_formula_beside_a_picture_is_refuted_or_refused(tmp_path: Path, key: str) -> None:
    figure = {"kind": "image", "file": "line.svg", "alt": "A line.", "caption": "A line."}
    write(tmp_path, {"formulas/calculus/line.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>'})
    data = {**entry({}), "title": "Parabola"}
    assert found(tmp_path, Entry, {**data, "figure": figure}) == set()
    for text in FALSE[:2]:
        assert found(tmp_path, Entry, {**data, "figure": {**figure, key: text}}), text


# ── Figures ───────────────────────────────────────────────────────────────────────


def labelled() -> Iterator[tuple[str, Place, dict[str, Any]]]:
    """Yield every label in the examples of every kind of figure, and one above it."""
    for kind in KINDS:
        seen: set[Place] = set()
        for example in kind.examples:
            spec, problems = parse_spec(example)
            assert spec is not None, problems
            inside = [p.place(path) for p in spec.panels for path, _, _ in labels(p.spec)]
            for path in [("title",), *inside]:
                shape = tuple(0 if isinstance(step, int) else step for step in path)
                if shape not in seen and "@key" not in path:
                    seen.add(shape)
                    yield kind.name, path, dict(example)


@pytest.mark.slow
@pytest.mark.exhaustive(of=8)
def test_a_false_formula_in_a_figure_is_refuted(
    tmp_path: Path, every: int, count: Callable[..., None]
) -> None:
    files: dict[str, str] = {}
    places_of: dict[str, tuple[str, Place]] = {}
    for kind, path, figure in [*labelled()][::every]:
        name = f"e-{len(files)}"
        places_of[name] = (kind, path)
        wrong = replaced(figure, path, "$2 + 2 == 5$")
        if wrong is not None:
            files[f"formulas/calculus/{name}.yaml"] = as_yaml({**entry({}), "figure": wrong})
    problems = check(CheckRequest(write(tmp_path, files), jobs=0, fresh=True), QUIET).problems
    wrong_files = {p.location.file for p in problems if p.code not in UNRELATED}
    assert {name: places_of[Path(name).stem] for name in files.keys() - wrong_files} == {}
    assert every > 1 or {kind for kind, _ in places_of.values()} == {kind.name for kind in KINDS}
    count("places for a false formula", len(files))


UNRELATED = ("confusable-fronts", "missing-question", "orphan", "missing-figure", "missing-why")


def replaced(value: Any, path: Place, text: str) -> Any:
    """Return data with a text at a place; None where the data has a short form instead."""
    if not path:
        return text
    first, *rest = path
    if isinstance(value, dict):
        inner = replaced(value.get(first), tuple(rest), text) if rest else text
        return None if inner is None else {**value, first: inner}
    if isinstance(value, list) and isinstance(first, int) and first < len(value):
        inner = replaced(value[first], tuple(rest), text)
        return None if inner is None else [*value[:first], inner, *value[first + 1 :]]
    return None


def test_a_relation_with_names_says_which_line_it_is(tmp_path: Path) -> None:
    figure = {"kind": "function_plot", "exprs": [{"expr": "x", "label": "$y == x$"}], "x": [0, 1]}
    data = {**entry({}), "figure": {**figure, "alt": "A line."}}
    assert found(tmp_path, Entry, data) == set()


# ── What is asked for stands on no front ──────────────────────────────────────────


SECRETS = {"Zebrawort": ("Recognise", "Picture"), "Quagga stripes": ("Question 1",)}
"""A name and an answer, and the cards that ask for them."""

TOLD: set[Place] = {("conditions",), ("topic",), ("questions", "q1", "ask")}
"""Places at which the check tells that a front gives itself away."""


@pytest.mark.slow
@pytest.mark.exhaustive(of=6)
def test_what_a_card_asks_for_stands_on_its_front_nowhere(
    tmp_path: Path, every: int, count: Callable[..., None]
) -> None:
    files: dict[str, str] = {}
    wrong: dict[str, tuple[str, Place]] = {}
    every_path = [path for model, path in EVERY if model is Entry]
    of_entries = [path for i, path in enumerate(every_path) if path in TOLD or i % every == 0]
    for secret in SECRETS:
        for path in of_entries:
            names = path[0] in ("topic", "tags")
            text = secret.lower().replace(" ", "-") if names else f"What is {secret}?"
            data = data_with(Entry, path, text)
            if secret == "Zebrawort":
                data["title"] = secret
            else:
                slot = data["questions"].setdefault("q1", {})
                slot.setdefault("ask", "What is it?")
                slot["answer"] = secret
            line = {"kind": "function_plot", "exprs": ["x"], "x": [0, 1], "alt": "A line."}
            data["figure"] = {**line, **data.get("figure", {}), "front_safe": True}
            name = f"e-{len(files)}"
            files[f"formulas/calculus/{name}.yaml"] = as_yaml(data)
            wrong[name] = (secret, path)
    root = write(tmp_path, files)
    problems = check(CheckRequest(root, jobs=0, fresh=True), QUIET).problems
    told = {
        Path(p.location.file).stem
        for p in problems
        if p.severity == "error" and p.code not in UNRELATED
    }
    assert {wrong[name][1] for name in told} >= TOLD
    library, _ = read_library(root)
    items = [item for name, item in library.items.items() if name not in told]
    assert len(items) * every > 20
    made = make_notes(library, items, Effort(0, fresh=True), Options(0, None), QUIET)
    types = {kind.name: kind for kind in note_types()}
    for name, (secret, path) in wrong.items():
        for note in made.notes.get(name, ()):
            for card in render(note, types[note.note_type]):
                if card.name in SECRETS[secret]:
                    front = injected.visible(card.front).casefold()
                    assert secret.casefold() not in front, (path, card.name)
                    count("fronts that do not give away what they ask for")


@pytest.mark.slow
def test_a_translation_may_say_what_its_entry_says(tmp_path: Path) -> None:
    text = {"title": "제곱", "meaning": "항상 $x**2 >= 0$ 이다."}
    assert found(tmp_path, Translation, text) == {"translated-relation"}
    words = as_yaml({**entry({}), "meaning": "Always $x**2 >= 0$."})
    (tmp_path / FILES[Entry]).write_text(words, encoding="utf-8")
    problems = check(CheckRequest(tmp_path, jobs=0, fresh=True), QUIET).problems
    assert "translated-relation" not in {problem.code for problem in problems}
