"""Brackets, angles, arrows, regions and ticks stand where the formulas of the figure say."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from matplotlib.path import Path

from dlcards import figures
from dlcards.claims.resolver import read_statement
from dlcards.claims.statement import StatementText
from dlcards.figures.annotations import pi_ticks, right_angle, track
from dlcards.figures.expressions import Expressions
from dlcards.figures.spec import AngleMark, Track

SQUARE: dict[str, Any] = {
    "kind": "function_plot",
    "exprs": ["x**2"],
    "x": [0, 4],
    "y": [0, 9],
    "params": {"a": 1, "h": 1},
}


def laid_out(**more: Any) -> Any:
    spec, problems = figures.parse_spec({**SQUARE, **more})
    assert spec is not None, problems
    assert figures.check(spec) == ()
    return figures.lay_out(spec)


def texts(picture: Any) -> dict[str, tuple[float, float]]:
    """Return the pixels of every text, counted from the lower left corner."""
    return {
        t.get_text(): (t.get_position()[0] * picture.width, t.get_position()[1] * picture.height)
        for t in picture.figure.texts
    }


def pixel(picture: Any, x: float, y: float) -> tuple[float, float]:
    px, py = picture.panels[0].axes.transData.transform((x, y))
    return float(px), float(py)


def test_a_number_may_be_a_formula_in_the_params() -> None:
    spec, problems = figures.parse_spec({**SQUARE, "tangent_at": ["a + h/2"]})
    assert spec is not None, problems
    shown: Any = spec.panels[0].spec
    assert shown.tangent_at == (1.5,)


def test_a_name_without_a_value_is_a_problem() -> None:
    spec, problems = figures.parse_spec({**SQUARE, "tangent_at": ["a + k"]})
    assert spec is None
    assert [(p.path, "k" in p.message) for p in problems] == [(("tangent_at", 0), True)]


@pytest.mark.parametrize(("name", "found"), [("slope", []), ("w", ["unknown-name"])])
def test_a_cloud_is_annotated_in_the_numbers_of_its_generator(name: str, found: list[str]) -> None:
    line = {"from": ["0", "0"], "to": ["1", name]}
    cloud = {"kind": "scatter", "gen": "linear", "params": {"slope": 2}, "segments": [line]}
    spec, problems = figures.parse_spec(cloud)
    assert spec is not None, problems
    assert [p.code for p in figures.check(spec)] == found


def test_a_bracket_is_labelled_at_its_middle_on_its_side() -> None:
    picture = laid_out(
        brackets=[{"from": ["a", 3], "to": ["a + h", 3], "label": "$h$", "side": "above"}]
    )
    x, y = texts(picture)["h"]
    middle = pixel(picture, 1.5, 3)
    assert x == pytest.approx(middle[0], abs=2)
    assert 10 < y - middle[1] < 40


def test_a_formula_of_an_annotation_may_use_the_definitions_of_the_entry() -> None:
    statement, _ = read_statement(StatementText("square", define={"f(x)": "x**2"}))
    data = {**SQUARE, "notes": [{"at": [3, "f(2)"], "label": "here"}]}
    spec, _ = figures.parse_spec(data)
    assert spec is not None
    assert figures.check(spec, statement) == ()
    picture = figures.lay_out(spec, statement)
    assert texts(picture)["here"] == pytest.approx(pixel(picture, 3, 4), abs=1.5)
    assert [p.code for p in figures.check(spec)] == ["unknown-name"]


@pytest.mark.parametrize(
    ("corner", "first", "second", "right"),
    [
        ((0, 0), (1, 0), (0, 2), True),
        ((1, 1), (2, 2), (0, 2), True),
        ((0, 0), (1, 0), (1, 1), False),
        ((0, 0), (1, 0), (0.001, 1), False),
    ],
)
def test_a_square_is_drawn_only_at_a_right_angle(
    corner: Any, first: Any, second: Any, right: bool
) -> None:
    written = {"at": corner, "from": first, "to": second}
    mark = AngleMark.model_validate(
        {key: [str(v) for v in point] for key, point in written.items()}
    )
    assert right_angle(mark, Expressions()) is right


def test_an_arrow_follows_its_curve() -> None:
    arrow = Track.model_validate({"along": ["cos(t)", "sin(t)"], "t": [0, "pi"]})
    x, y = track(arrow, Expressions())
    assert np.hypot(x, y) == pytest.approx(np.ones(len(x)))
    assert (x[0], x[-1]) == pytest.approx((1, -1))


def test_ticks_at_multiples_of_pi() -> None:
    ticks = pi_ticks(-math.pi, 2 * math.pi)
    assert [text for _, text in ticks] == ["$-\\pi$", "0", "$\\pi$", "$2\\pi$"]
    assert [at for at, _ in ticks] == pytest.approx([-math.pi, 0, math.pi, 2 * math.pi])


def test_a_tick_may_have_a_name() -> None:
    picture = laid_out(xticks=[0, {"at": "a + h", "label": "$a + h$"}])
    at = texts(picture)["$a + h$"]
    assert at[0] == pytest.approx(pixel(picture, 2, 0)[0], abs=0.5)
    assert "3" not in texts(picture)


@pytest.mark.parametrize(
    ("frame", "numbers", "names"),
    [("numbers", True, True), ("plain", False, True), ("zero", False, False),
     ("none", False, False)],
)  # fmt: skip
def test_axes_have_names_or_there_is_no_frame(frame: str, numbers: bool, names: bool) -> None:
    shown = texts(laid_out(frame=frame, points=[{"x": 2, "label": "P"}]))
    assert any(text.isdigit() for text in shown) is numbers
    assert ({"x", "y"} <= set(shown)) is names


def is_seen(line: Any, point: tuple[float, float]) -> bool:
    """Return whether a clip path shows a pixel, by the rule of SVG: its outlines wind round it."""
    path, transform = line.get_clip_path().get_transformed_path_and_affine()
    turns = 0
    for outline in transform.transform_path(path).to_polygons():
        x, y = outline.T
        if Path(outline).contains_point(point):
            turns += int(np.sign(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1])))
    return turns != 0


def test_a_line_ends_where_a_label_begins() -> None:
    picture = laid_out(x=[-2, 4], notes=[{"at": [0, 6], "label": "a label"}])
    upright = next(
        line for line in picture.panels[0].axes.lines if list(line.get_xdata()) == [0, 0]
    )
    assert texts(picture)["a label"] == pytest.approx(pixel(picture, 0, 6), abs=1.5)
    assert not is_seen(upright, pixel(picture, 0, 6))
    assert is_seen(upright, pixel(picture, 0, 5))


def test_a_line_ends_at_the_rim_of_a_hollow_dot() -> None:
    picture = laid_out(points=[{"x": 2, "open": True}], vlines=[{"at": 2}])
    for line in picture.panels[0].axes.lines:
        if line.get_linestyle() != "None":
            assert not is_seen(line, pixel(picture, 2, 4))
            assert is_seen(line, pixel(picture, 2, 4.5))


def test_the_arrow_to_the_next_panel_has_room_and_a_text() -> None:
    panels = [{"then": "$A$"}, {}]
    picture = laid_out(panels=panels, brackets=[])
    assert "A" in texts(picture)
    first, second = (panel.axes.get_position() for panel in picture.panels)
    assert (second.x0 - first.x1) * picture.width >= 34


def test_panels_below_each_other_begin_together() -> None:
    picture = laid_out(stack=True, panels=[{"ratio": 0.25}, {"y": [0, 90000]}])
    first, second = (panel.axes.get_position() for panel in picture.panels)
    assert first.x0 == pytest.approx(second.x0)
    assert first.height < 0.6 * second.height


BAD: list[tuple[dict[str, Any], tuple[str | int, ...], str]] = [
    ({"brackets": [{"from": [0, 0], "to": ["b", 0]}]}, ("brackets", 0, "to", 0), "unknown-name"),
    ({"brackets": [{"from": [0, 0], "to": [9, 0]}]}, ("brackets", 0, "to", 0), "outside-window"),
    ({"notes": [{"at": [1, "1/0"], "label": "n"}]}, ("notes", 0, "at", 1), "no-value"),
    ({"arrows": [{"from": [0, 0]}]}, ("arrows", 0), "missing-key"),
    ({"segments": [{"along": ["t", "u"]}]}, ("segments", 0, "along", 1), "unknown-name"),
    ({"regions": [{"x": [0, 1], "high": "y"}]}, ("regions", 0, "high"), "unknown-name"),
    ({"angles": [{"at": [0, 0], "from": [1, 0], "to": [1, 1]}]}, ("angles",), "unequal-axes"),
    ({"caption": "It meets the axis at a right angle."}, ("caption",), "unequal-axes"),
    ({"caption": "There $a + h == 3$."}, ("caption",), "false-caption"),
    ({"alt": "A curve above $a < h$"}, ("alt",), "false-caption"),
    ({"caption": "There $a + $."}, ("caption",), "bad-syntax"),
    ({"alt": "Two perpendicular lines"}, ("alt",), "unequal-axes"),
    ({"caption": "Here 3 + 5 − 1 = 8."}, ("caption",), "false-caption"),
    ({"caption": "It is 7/√170 = 0.54."}, ("caption",), "false-caption"),
    ({"caption": "It is 11/18 ≈ 0.62."}, ("caption",), "false-caption"),
    ({"caption": "Here with a = 2 and h = 1."}, ("caption",), "false-caption"),
]


@pytest.mark.parametrize(("more", "path", "code"), BAD)
def test_what_would_be_drawn_wrongly_is_a_problem(
    more: dict[str, Any], path: tuple[str | int, ...], code: str
) -> None:
    spec, problems = figures.parse_spec({**SQUARE, **more})
    assert spec is not None, problems
    assert [(p.path, p.code) for p in figures.check(spec)] == [(path, code)]


def test_relations_in_a_caption_are_checked_and_printed() -> None:
    told = "At $x_0$ the chord ends: $a + h == 2$ and $x**2 <= a$."
    spec, problems = figures.parse_spec({**SQUARE, "caption": told})
    assert spec is not None, problems
    assert figures.check(spec) == ()
    shown = figures.render(spec).caption
    assert shown == "At x₀ the chord ends: a + h = 2 and x² ≤ a."


@pytest.mark.parametrize(
    "told",
    [
        "Here 2 · 1.5 − 1 · 0.5 = 2.5 and 2·1 + 3·(−1) = −1.",
        "Here √(1 + 4 + 4 + 16) = 5, cos θ = 7/√170 ≈ 0.54 and ½ + ¼ = 0.75.",
        "The length is √(2² + 2²) = √8, the entropy log 2 ≈ 0.69, and f(1) = 3.",
        "Here a = 1 and h = 1, at 2a = 2, and log a = 0.",
    ],
)
def test_numbers_that_are_right_are_no_problem(told: str) -> None:
    spec, problems = figures.parse_spec({**SQUARE, "caption": told})
    assert spec is not None, problems
    assert figures.check(spec) == ()


BARS: dict[str, Any] = {"kind": "bars", "categories": ["a"], "groups": [{"values": [0.25]}]}
TABLE: dict[str, Any] = {"kind": "heatmap", "matrix": [[0.5, 0.1], [0.1, 0.3]], "margins": True}
TREE: dict[str, Any] = {
    "kind": "tree",
    "branches": [
        {"label": "a", "p": 0.6, "children": [{"label": "c", "p": 1}]},
        {"label": "b", "p": 0.4, "children": [{"label": "c", "p": 0.5}, {"label": "d", "p": 0.5}]},
    ],
    "products": True,
}
MOSAIC: dict[str, Any] = {"kind": "mosaic", "prior": [0.5, 0.5], "likelihood": [0.5, 0.1]}
SETS: dict[str, Any] = {"kind": "venn", "values": [0.5, 0.4, 0.2]}
BLOCKS: dict[str, Any] = {"kind": "matrix_shapes", "blocks": [{"rows": 2, "cols": 3}]}


@pytest.mark.parametrize(
    ("figure", "seen", "unseen"),
    [
        (BARS, "0.25", "0.35"),
        ({**BARS, "title": "1.36 bits"}, "1.36", "1.5"),
        (TABLE, "0.5, 0.1 and the sums 0.6 and 0.4", "0.7"),
        (TABLE, "2 by 2", "2 by 3"),
        (TREE, "0.6 and 0.5, which make 0.2", "0.8"),
        (MOSAIC, "0.5 and 0.05", "0.15"),
        (SETS, "0.5 and 0.3", "0.9"),
        (BLOCKS, "2 by 3", "3 by 2"),
        ({"kind": "matrix_shapes", "panels": [BLOCKS, TABLE]}, "2 by 3 and 2 by 2", "3 by 3"),
    ],
)
def test_an_alternative_text_tells_numbers_that_are_seen(
    figure: dict[str, Any], seen: str, unseen: str
) -> None:
    for told, found in ((seen, []), (unseen, ["false-caption"])):
        spec, problems = figures.parse_spec({**figure, "alt": f"Seen are {told}"})
        assert spec is not None, problems
        assert [p.code for p in figures.check(spec)] == found


def test_equal_axes_may_speak_of_angles() -> None:
    spec, _ = figures.parse_spec({**SQUARE, "equal": True, "alt": "Two perpendicular lines"})
    assert spec is not None
    assert figures.check(spec) == ()
