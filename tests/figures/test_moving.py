"""A moving figure is one SVG without a script that is whole where nothing moves."""

from __future__ import annotations

import re
import zlib
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from dlcards import figures
from dlcards.claims.statement import StatementText
from dlcards.figures.identity import spec_digest
from dlcards.figures.moving import STILL
from dlcards.figures.svg import SVG
from dlcards.languages import SOURCE

TURN: dict[str, Any] = {
    "kind": "map2d",
    "matrix": [["cos(t)", "-sin(t)"], ["sin(t)", "cos(t)"]],
    "show": ["basis"],
    "lim": [-2, 2, -2, 2],
    "animate": {"param": "t", "from": 0, "to": "pi/2", "frames": 6, "seconds": 2, "pause": 3},
}


def parsed(**more: Any) -> figures.FigureSpec:
    spec, problems = figures.parse_spec({**TURN, **more})
    assert spec is not None, problems
    return spec


def test_the_frames_have_the_values_and_the_figure_is_the_last() -> None:
    spec = parsed()
    values = [frame.common.params["t"] for frame in spec.frames]
    assert values == pytest.approx([k * 0.31415926535 for k in range(6)], abs=1e-6)
    assert spec.panels == spec.frames[-1].panels


def test_values_may_be_listed_and_be_whole_numbers() -> None:
    spec, problems = figures.parse_spec(
        {
            "kind": "function_plot",
            "exprs": ["x**2"],
            "x": [0, 1],
            "riemann": {"a": 0, "b": 1, "n": "2*n"},
            "animate": {"param": "n", "values": [1, 2, 4]},
        }
    )
    assert spec is not None, problems
    counts = [frame.panels[0].spec.riemann.n for frame in spec.frames]  # type: ignore[attr-defined]
    assert counts == [2, 4, 8]


@pytest.mark.slow
def test_without_animation_exactly_the_last_picture_is_seen() -> None:
    spec = parsed()
    film = ET.fromstring(figures.render(spec).svg)
    still = ET.fromstring(figures.render(figures.FigureSpec(spec.panels, spec.data)).svg)
    style = film.find(f"{SVG}style")
    assert style is not None
    assert style.text is not None
    assert style.text.startswith(".f{visibility:hidden}@media (prefers-reduced-motion")
    seen = [e for e in film.iter(f"{SVG}path") if e not in _inside(film, "f")]
    assert _drawn(seen) == _drawn(list(still.iter(f"{SVG}path")))


def _inside(root: ET.Element, name: str) -> set[ET.Element]:
    return {e for g in root.iter(f"{SVG}g") if g.get("class") == name for e in g.iter()}


def _drawn(paths: list[ET.Element]) -> list[str]:
    """Return the lines, without glyphs and clip paths, which are shared by all frames."""
    return sorted(path.attrib["d"] for path in paths if "clip-path" in path.attrib)


@pytest.mark.slow
def test_every_frame_has_its_time_and_the_last_rests() -> None:
    text = figures.render(parsed()).svg.decode()
    delays = {float(d) for d in re.findall(r"animation-delay:(-?[\d.]+)s", text)}
    assert sorted(delays) == pytest.approx([-5 + 0.4 * k for k in range(5)])
    assert "animation:f 5s step-end infinite" in text
    assert "@keyframes l{0%{visibility:hidden}40.000%,100%{visibility:visible}}" in text
    assert "<script" not in text


@pytest.mark.slow
def test_what_all_frames_share_is_drawn_once() -> None:
    film = figures.render(parsed(show=["grid", "basis"])).svg
    pictures = [
        figures.render(figures.FigureSpec(f.panels, f.data)).svg
        for f in parsed(show=["grid", "basis"]).frames
    ]
    assert len(film) < 0.8 * sum(map(len, pictures))
    ids = [name for name in re.findall(r' id="([^"]+)"', film.decode()) if name != STILL]
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', film.decode()))
    assert sorted(ids) == sorted(used)


@pytest.mark.slow
def test_the_same_bytes_a_second_time() -> None:
    assert figures.render(parsed()).svg == figures.render(parsed()).svg


@pytest.mark.slow
def test_each_moving_example_is_small() -> None:
    moving = [
        spec
        for kind in figures.KINDS
        for example in kind.examples
        if (spec := figures.parse_spec(example)[0]) is not None and spec.frames
    ]
    assert len(moving) >= 2
    for spec in moving:
        assert len(zlib.compress(figures.render(spec).svg)) <= 60_000


def test_another_motion_to_the_same_rest_is_another_picture() -> None:
    entry = StatementText("turn")
    faster = {**TURN["animate"], "from": 1}
    digests = {
        spec_digest(spec, entry, lang=SOURCE, front=False)
        for spec in (parsed(), parsed(animate=faster), parsed(animate=None, params={"t": 1.5708}))
    }
    assert len(digests) == 3


@pytest.mark.parametrize(
    ("animate", "path", "code"),
    [
        ({"param": "t"}, ("animate",), "missing-key"),
        ({"from": 0, "to": 1}, ("animate",), "missing-key"),
        ({"param": "t", "from": 0, "to": 1, "frames": 1}, ("animate", "frames"), "out-of-range"),
        ({"param": "t", "from": 0, "to": 1, "speed": 2}, ("animate", "speed", "@key"),
         "unknown-key"),
        ({"param": "s", "from": 0, "to": 1}, ("matrix", 0, 0), None),
    ],
)  # fmt: skip
def test_what_does_not_move_is_a_problem(
    animate: dict[str, Any], path: tuple[str | int, ...], code: str | None
) -> None:
    spec, problems = figures.parse_spec({**TURN, "animate": animate})
    assert spec is None
    assert problems[0].path == path
    assert code is None or problems[0].code == code


# ── What can run in the kinds ─────────────────────────────────────────────────────


def drawn(**data: Any) -> Any:
    spec, problems = figures.parse_spec(data)
    assert spec is not None, problems
    assert figures.check(spec) == ()
    return figures.lay_out(spec)


def words(picture: Any) -> set[str]:
    return {text.get_text() for text in picture.figure.texts}


def test_a_text_shows_the_value_of_the_parameter() -> None:
    spec = parsed(title="$theta == {t}$")
    assert [frame.common.title for frame in spec.frames[:2]] == [
        "$theta == 0$",
        "$theta == 0.314$",
    ]


@pytest.mark.parametrize("seen", [1, 10, 100])
def test_a_running_mean_is_seen_up_to_some_draw(seen: int) -> None:
    data = {"kind": "sampling", "mode": "running", "dist": {"name": "die"}, "n": [100]}
    picture = drawn(**data, seen=seen)
    longest = max(line.get_xdata()[-1] for line in picture.panels[0].axes.lines[:1])
    assert longest == seen
    assert picture.panels[0].xlim == (1.0, 100.0)


def test_intervals_come_one_by_one_and_keep_their_places() -> None:
    data = {"kind": "intervals", "n_intervals": 40}
    some, every = drawn(**data, seen=12), drawn(**data)
    assert some.panels[0].ylim == every.panels[0].ylim
    assert any(text.endswith("/ 12") for text in words(some))
    assert any(text.endswith("/ 40") for text in words(every))


@pytest.mark.slow
def test_gradients_come_back_node_by_node() -> None:
    graph = {
        "kind": "comp_graph",
        "nodes": [
            {"id": "x", "label": "x", "grad": "6"},
            {"id": "y", "label": "y", "grad": "2"},
            {"id": "z", "label": "z", "grad": "1"},
        ],
        "edges": [["x", "y"], ["y", "z"]],
        "show": ["grads"],
        "direction": "both",
    }
    shown = [words(drawn(**graph, reached=k)) & {"6", "2", "1"} for k in range(4)]
    assert shown == [set(), {"1"}, {"1", "2"}, {"1", "2", "6"}]
    assert words(drawn(**graph)) == words(drawn(**graph, reached=3))


def test_the_area_of_an_image_is_written_where_it_is_asked_for() -> None:
    data = {"kind": "map2d", "matrix": [[2, 0], [0, 3]], "lim": [-1, 3, -1, 4]}
    assert "area 6" in words(drawn(**data, show=["area"]))
    assert "area 6" not in words(drawn(**data, show=["unit_square"]))


def test_a_map_and_its_linearization_are_seen_before_and_after() -> None:
    picture = drawn(
        kind="map2d",
        exprs=["x + 0.1*y**2", "y"],
        lim=[-2, 2, -2, 2],
        show=["grid", "linearization"],
        linearize_at=[1, 0],
        before_after=True,
        then="$f$",
    )
    assert len(picture.panels) == 2
    assert "f" in words(picture)
