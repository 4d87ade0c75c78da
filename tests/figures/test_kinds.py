"""Every example of every kind is a picture that keeps the promises of all figures."""

import importlib
import pkgutil
import re
import statistics
import zlib
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import matplotlib as mpl
import pytest

from dlcards import figures, languages
from dlcards.content.schema import json_schema
from dlcards.figures import alt, gallery, kinds, parser, style
from dlcards.figures.kind import Kind
from dlcards.figures.moving import STILL

DOCS = Path(__file__).parents[2] / "docs"
NUMBERED = [
    pytest.param(number, kind, dict(example), id=f"{kind.name}-{number}")
    for kind in figures.KINDS
    for number, example in enumerate(kind.examples, 1)
]
EXAMPLES = [pytest.param(*each.values[1:], id=each.id) for each in NUMBERED]


def spec_of(example: dict[str, Any]) -> figures.FigureSpec:
    spec, problems = figures.parse_spec(example)
    assert spec is not None, problems
    return spec


def test_every_module_with_a_kind_is_registered() -> None:
    modules = [
        importlib.import_module(f"dlcards.figures.kinds.{info.name}")
        for info in pkgutil.iter_modules(kinds.__path__)
    ]
    found = {module.KIND.name for module in modules if hasattr(module, "KIND")}
    assert len(found) >= 7
    assert found == {kind.name for kind in figures.KINDS}


@pytest.mark.parametrize("kind", figures.KINDS, ids=lambda kind: kind.name)
def test_every_kind_has_two_examples_and_describes_every_key(kind: Kind) -> None:
    assert len(kind.examples) >= 2
    schema = kind.spec.model_json_schema()
    models = [schema, *schema.get("$defs", {}).values()]
    described = [
        (name, key)
        for model in models
        for name, key in model.get("properties", {}).items()
        if name != "kind"
    ]
    assert described
    assert [name for name, key in described if not key.get("description")] == []


@pytest.mark.parametrize(("kind", "example"), EXAMPLES)
def test_an_example_has_no_problems(kind: Kind, example: dict[str, Any]) -> None:
    assert figures.check(spec_of(example)) == ()


@pytest.mark.slow
@pytest.mark.exhaustive(every=3)
@pytest.mark.parametrize(("number", "kind", "example"), NUMBERED)
def test_its_svg_is_small_and_stands_alone_and_in_the_gallery(
    number: int, kind: Kind, example: dict[str, Any]
) -> None:
    drawing = figures.render(spec_of(example))
    if f"drawn with Matplotlib {mpl.__version__} " in (DOCS / "figure-kinds.md").read_text("utf-8"):
        shown = DOCS / "figures" / gallery.picture_name(kind, number)
        assert shown.read_bytes() == drawing.svg, "run: python -m dlcards.figures.gallery"
    root = ET.fromstring(drawing.svg)
    assert root.get("width") == str(drawing.width) == str(style.WIDTH)
    assert root.get("height") == str(drawing.height)
    assert root.get("viewBox") == f"0 0 {drawing.width} {drawing.height}"
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert "path" in tags
    moves = bool(spec_of(example).frames)
    assert not tags & {"text", "metadata", "script", "foreignObject"}
    assert ("style" in tags) is moves
    text = drawing.svg.decode()
    ids = [name for name in re.findall(r' id="([^"]+)"', text) if name != STILL]
    assert (f'id="{STILL}"' in text) is moves
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', text))
    assert sorted(ids) == sorted(used)
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"nan|inf(?!o)", re.sub(r"<style>.*?</style>|base64,[^\"]*", "", text))
    assert len(drawing.svg) <= 120_000
    assert 60 <= drawing.height <= 760


@pytest.mark.slow
@pytest.mark.exhaustive(every=9)
@pytest.mark.parametrize(("kind", "example"), EXAMPLES)
@pytest.mark.parametrize("front", [False, True], ids=["back", "front"])
def test_no_text_is_clipped_or_covers_another_or_too_small_for_a_phone(
    kind: Kind, example: dict[str, Any], front: bool
) -> None:
    picture = figures.lay_out(spec_of(example), front=front)
    canvas: Any = picture.figure.canvas
    renderer = canvas.get_renderer()
    boxes = [
        (text.get_text(), text.get_window_extent(renderer))
        for text in picture.figure.texts
        if text.get_text()
    ]
    sizes = [float(text.get_fontsize()) for text in picture.figure.texts]
    assert min(sizes, default=style.SMALL) * 320 / style.WIDTH >= 10.0
    for text, box in boxes:
        assert box.x0 >= -1, text
        assert box.y0 >= -1, text
        assert box.x1 <= picture.width + 1, text
        assert box.y1 <= picture.height + 1, text
    for (a, first), (b, second) in combinations(boxes, 2):
        wide = min(first.x1, second.x1) - max(first.x0, second.x0)
        high = min(first.y1, second.y1) - max(first.y0, second.y0)
        # Old versions of Matplotlib measure powers of ten half a pixel larger.
        assert min(wide, high) <= 3.2, (a, b)


@pytest.mark.parametrize("code", languages.codes())
@pytest.mark.parametrize(("kind", "example"), EXAMPLES)
def test_it_is_told_in_words_in_every_language(
    kind: Kind, example: dict[str, Any], code: str
) -> None:
    told = figures.alt_text(spec_of(example), code)
    assert 10 <= len(told) <= 900
    assert "$" not in told
    assert (told == figures.alt_text(spec_of(example))) == (code == languages.SOURCE)


def test_every_sentence_belongs_to_a_kind() -> None:
    table = languages.table(languages.SOURCE, "figures")
    assert set(table) == {"figure", *(kind.name for kind in figures.KINDS)}


def test_the_gallery_is_small() -> None:
    pictures = [path.read_bytes() for path in (DOCS / "figures").glob("*.svg")]
    sizes = [(len(svg), len(zlib.compress(svg, 6))) for svg in pictures]
    assert len(sizes) >= 40
    assert statistics.median(raw for raw, _ in sizes) <= 40_000
    assert statistics.median(small for _, small in sizes) <= 12_000


TOY = """
from typing import Literal

from pydantic import Field

from dlcards.figures.kind import Kind
from dlcards.figures.labels import plain_text
from dlcards.figures.spec import BaseSpec, Label


class Spec(BaseSpec):
    kind: Literal["toy"] = "toy"
    name: Label = Field("", description="What stands in the middle.")


def draw(spec, panel):
    panel.bare((0, 480), (100, 0), margin=0)
    panel.text(spec.name, 240, 50)


def check(spec, expressions):
    yield from ()


def alt(spec, say):
    return say("one", name=plain_text(spec.name))


KIND = Kind("toy", "a name", Spec, draw, check, alt, ({"kind": "toy", "name": "$x$"},))
"""


@pytest.mark.slow
def test_a_kind_is_one_file_one_line_and_its_sentences(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "toy.py").write_text(TOY, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    registered = (*figures.KINDS, importlib.import_module("toy").KIND)
    for module in (figures, parser):
        monkeypatch.setattr(module, "KINDS", registered)
    sentences = {**languages.table(languages.SOURCE, "figures"), "toy": {"one": "The name {name}"}}
    monkeypatch.setattr(alt, "table", lambda code, name: sentences)
    spec = spec_of({"kind": "toy", "name": "$x$"})
    assert figures.check(spec) == ()
    assert b"<svg" in figures.render(spec).svg
    assert figures.alt_text(spec) == "The name x"
    assert figures.check(spec_of({"kind": "toy", "name": "$x +$"})), "labels are found by type"
    assert figures.parse_spec({"kind": "toi"})[1][0].hint == "did you mean 'toy'?"
    assert "- `name` — What stands in the middle." in gallery.markdown().partition("## `toy`")[2]
    assert "figure_toy" in json_schema("entry")["definitions"]


def test_only_a_fan_of_lines_is_told_to_come_from_a_posterior() -> None:
    bare = {"kind": "function_plot", "x": [0, 1], "hlines": [{"at": 1}]}
    assert figures.alt_text(spec_of(bare)) == "Axes with x from 0 to 1"
    (kind,) = (each for each in figures.KINDS if each.name == "function_plot")
    fans = [example for example in kind.examples if example.get("rule") == "bayes_line_fan"]
    assert all("posterior" in figures.alt_text(spec_of(dict(fan))) for fan in fans)
    assert fans
