"""Bad input becomes a problem at the key concerned, never a wrong picture."""

from typing import Any

import pytest

from dlcards import figures
from dlcards.claims.parser import parse_formula
from dlcards.claims.statement import Definition, Statement

PLOT: dict[str, Any] = {"kind": "function_plot", "exprs": ["x**2"], "x": [-1, 1]}
CONTOUR: dict[str, Any] = {
    "kind": "contour2d", "exprs": ["x**2 + y**2"], "levels": [1], "x": [-2, 2], "y": [-2, 2],
}  # fmt: skip
GRAPH: dict[str, Any] = {
    "kind": "comp_graph",
    "nodes": [{"id": "a", "label": "a"}, {"id": "b", "label": "b"}],
    "edges": [["a", "b"]],
}
DENSITY: dict[str, Any] = {
    "kind": "density", "dists": [{"name": "normal", "params": [0, 1]}], "x": [-3, 3],
}  # fmt: skip
EMPTY: dict[str, Any] = {
    "kind": "function_plot", "x": [0, 2], "y": [0, 2],
    "segments": [{"from": ["0", "0"], "to": ["2", "2"]}],
}  # fmt: skip
SERIES: dict[str, Any] = {"kind": "series", "series": [{"rule": "1/n"}], "x": [1, 10]}
SURFACE: dict[str, Any] = {"kind": "surface3d", "exprs": ["x*y"], "x": [-1, 1], "y": [-1, 1]}
SAMPLES: dict[str, Any] = {
    "kind": "sampling", "dist": {"name": "normal", "params": [0, 1]}, "n": 10, "reps": 100,
}  # fmt: skip

UNREADABLE = [
    ({}, (), "missing-key"),
    ({"kind": "function-plot"}, ("kind",), "unknown-value"),
    ({**PLOT, "exprz": []}, ("exprz", "@key"), "unknown-key"),
    ({"kind": "function_plot", "exprs": ["x"]}, (), "missing-key"),
    ({**PLOT, "x": [1, -1]}, ("x",), "wrong-value"),
    ({**PLOT, "x": [1, "wide"]}, ("x", 1), "bad-number"),
    ({**PLOT, "x": [1, True]}, ("x", 1), "wrong-type"),
    ({**PLOT, "x": [1, 1e300]}, ("x", 1), "out-of-range"),
    ({**PLOT, "exprs": ["x"] * 9}, ("exprs",), "too-long"),
    ({**PLOT, "exprs": [{"expr": "x", "colour": "red"}]}, ("exprs", 0, "colour", "@key"),
     "unknown-key"),
    ({**PLOT, "exprs": [{"expr": "x", "style": "wavy"}]}, ("exprs", 0, "style"), "unknown-value"),
    ({**PLOT, "title": "x" * 81}, ("title",), "too-long"),
    ({**PLOT, "panels": []}, ("panels",), "wrong-type"),
    ({**PLOT, "panels": [{}] * 7}, ("panels",), "wrong-type"),
    ({**PLOT, "panels": ["x"]}, ("panels", 0), "wrong-type"),
    ({**PLOT, "panels": [{"x": [2, 1]}]}, ("panels", 0, "x"), "wrong-value"),
    ({**PLOT, "x": [2, 1], "panels": [{}, {}]}, ("x",), "wrong-value"),
    ({**PLOT, "panels": [{"kind": "plot"}]}, ("panels", 0, "kind"), "unknown-value"),
    ({**CONTOUR, "paths": [{"start": [0, 0], "lr": 0}]}, ("paths", 0, "lr"), "out-of-range"),
    ({**CONTOUR, "paths": [{"start": [0, 0], "lr": 1, "steps": 10**6}]}, ("paths", 0, "steps"),
     "out-of-range"),
    ({**SAMPLES, "n": 10**9}, ("n",), "out-of-range"),
]  # fmt: skip

UNDRAWABLE = [
    ({**PLOT, "exprs": []}, (), "missing-key"),
    ({**EMPTY, "y": None}, (), "missing-key"),
    ({**EMPTY, "tangent_at": [1]}, ("tangent_at",), "missing-key"),
    ({**EMPTY, "points": [{"x": 1}]}, ("points", 0), "no-value"),
    ({**EMPTY, "points": [{"x": 1, "y": 9}]}, ("points", 0, "y"), "outside-window"),
    ({**PLOT, "exprs": ["x**"]}, ("exprs", 0), "bad-syntax"),
    ({**PLOT, "exprs": ["x + t"]}, ("exprs", 0), "unknown-name"),
    ({**PLOT, "exprs": [{"expr": "x + t"}]}, ("exprs", 0, "expr"), "unknown-name"),
    ({**PLOT, "exprs": ["sinus(x)"]}, ("exprs", 0), "unknown-name"),
    ({**PLOT, "exprs": ["log(x)"]}, ("exprs", 0), "no-value"),
    ({**PLOT, "exprs": ["log(x - 7)"]}, ("exprs", 0), "no-value"),
    ({**PLOT, "y": [5, 6]}, ("exprs", 0), "outside-window"),
    ({**PLOT, "points": [{"x": 3}]}, ("points", 0, "x"), "outside-window"),
    ({**PLOT, "y": [0, 1], "hlines": [{"at": 2}]}, ("hlines", 0, "at"), "outside-window"),
    ({**PLOT, "vlines": [{"at": 2}]}, ("vlines", 0, "at"), "outside-window"),
    ({**PLOT, "tangent_at": [9]}, ("tangent_at", 0), "outside-window"),
    ({**PLOT, "secant": [[0, 0]]}, ("secant", 0, 1), "out-of-range"),
    ({**PLOT, "shade": [{"between": [0, 1], "under": 1}]}, ("shade", 0, "under"), "out-of-range"),
    ({**PLOT, "title": "an $open"}, ("title",), "bad-syntax"),
    ({**PLOT, "title": "$x +$"}, ("title",), "bad-syntax"),
    ({**PLOT, "title": "f 🙂"}, ("title",), "unknown-glyph"),
    ({**PLOT, "panels": [{"exprs": ["t"]}]}, ("panels", 0, "exprs", 0), "unknown-name"),
    ({**PLOT, "exprs": ["t"], "panels": [{"title": "a"}]}, ("exprs", 0), "unknown-name"),
    ({"kind": "function_plot", "x": [0, 1]}, (), "missing-key"),
    ({**CONTOUR, "levels": [1, 99]}, ("levels", 1), "level-not-reached"),
    ({**CONTOUR, "constraint": {"expr": "x", "level": 9}}, ("constraint", "level"),
     "level-not-reached"),
    ({**CONTOUR, "paths": [{"start": [1, 1], "lr": 3, "steps": 40}]}, ("paths", 0),
     "path-diverges"),
    ({**CONTOUR, "paths": [{"start": [5, 1], "lr": 0.1}]}, ("paths", 0, "start", 0),
     "outside-window"),
    ({**CONTOUR, "axes_from_cov": [[1, 2], [0, 1]]}, ("axes_from_cov",), "wrong-shape"),
    ({**CONTOUR, "exprs": ["log(-x**2)"]}, ("exprs", 0), "no-value"),
    ({**CONTOUR, "labels": ["a", "b"]}, ("labels",), "out-of-range"),
    ({**GRAPH, "edges": [["a", "c"]]}, ("edges", 0, 1), "unknown-name"),
    ({**GRAPH, "edges": [["a", "b"], ["b", "a"]]}, ("edges",), "cyclic-graph"),
    ({**GRAPH, "nodes": [{"id": "a", "label": "a"}] * 2, "edges": []}, ("nodes", 1, "id"),
     "duplicate-name"),
    ({**GRAPH, "nodes": [{"id": "a", "label": "a", "value": "$x +$"}, {"id": "b", "label": "b"}]},
     ("nodes", 0, "value"), "bad-syntax"),
    ({**GRAPH, "edges": [["a", "b", "$x +$"]]}, ("edges", 0), "bad-syntax"),
    ({"kind": "matrix_shapes", "blocks": [{"rows": 1, "cols": 1}] * 2, "ops": ["$+$"]},
     ("ops", 0), "bad-syntax"),
    ({**DENSITY, "dists": [{"name": "normal", "params": [0]}]}, ("dists", 0, "params"),
     "wrong-shape"),
    ({**DENSITY, "dists": [{"name": "normal", "params": [0, -1]}]}, ("dists", 0, "params", 1),
     "out-of-range"),
    ({**DENSITY, "dists": [{"name": "mixture", "params": [1, 2]}]}, ("dists", 0, "params"),
     "wrong-shape"),
    ({**DENSITY, "x": [50, 60]}, ("dists", 0), "outside-window"),
    ({**DENSITY, "mode": "pmf"}, ("dists", 0, "name"), "wrong-value"),
    ({**DENSITY, "shade": [{"from": 0, "to": 9}]}, ("shade", 0, "to"), "outside-window"),
    ({**SERIES, "series": [{"rule": "n + k"}]}, ("series", 0, "rule"), "unknown-name"),
    ({**SERIES, "x": [-1, 1], "logx": True}, ("x",), "out-of-range"),
    ({**SERIES, "series": [{"rule": "-n"}], "logy": True}, ("series", 0, "rule"), "no-value"),
    ({**SERIES, "marks": [{"minimum_of": 3}]}, ("marks", 0, "minimum_of"), "out-of-range"),
    ({**SURFACE, "slices": [{}]}, ("slices", 0), "missing-key"),
    ({**SURFACE, "tangent_plane_at": [[3, 0]]}, ("tangent_plane_at", 0, 0), "outside-window"),
    ({**SURFACE, "exprs": ["x*z"]}, ("exprs", 0), "unknown-name"),
    ({**SAMPLES, "n": 50_000, "reps": 20_000}, ("reps",), "too-large"),
    ({**SAMPLES, "reps": 5}, ("reps",), "out-of-range"),
    ({**SAMPLES, "statistic": "median", "overlay": True}, ("overlay",), "wrong-value"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "path", "code"), UNREADABLE)
def test_what_cannot_be_read_is_told_at_its_key(
    data: dict[str, Any], path: tuple[str | int, ...], code: str
) -> None:
    spec, problems = figures.parse_spec(data)
    assert spec is None
    assert [(p.path, p.code) for p in problems] == [(path, code)]


@pytest.mark.parametrize(("data", "path", "code"), UNDRAWABLE)
def test_what_cannot_be_drawn_is_told_at_its_key(
    data: dict[str, Any], path: tuple[str | int, ...], code: str
) -> None:
    spec, problems = figures.parse_spec(data)
    assert spec is not None, problems
    assert (path, code) in [(p.path, p.code) for p in figures.check(spec)]


@pytest.mark.parametrize(
    "data", [PLOT, CONTOUR, GRAPH, DENSITY, SERIES, SURFACE, SAMPLES], ids=lambda d: d["kind"]
)
def test_the_specs_that_these_spoil_are_good(data: dict[str, Any]) -> None:
    spec, problems = figures.parse_spec(data)
    assert spec is not None, problems
    assert figures.check(spec) == ()


def test_a_mistake_inside_a_formula_has_its_place() -> None:
    spec, _ = figures.parse_spec({**PLOT, "exprs": ["x + sinn(x)"]})
    assert spec is not None
    problem = figures.check(spec)[0]
    assert (problem.start, problem.end) == (4, 11)


def test_an_unknown_key_names_the_nearest() -> None:
    _, problems = figures.parse_spec({**PLOT, "tangents_at": [0]})
    assert problems[0].hint == "did you mean 'tangent_at'?"


def test_misfits_are_told_in_the_words_of_entries() -> None:
    _, problems = figures.parse_spec({**PLOT, "x": 3, "points": [{"open": "yes", "labl": "a"}]})
    assert [(p.path, p.message, p.hint) for p in problems] == [
        (("x",), "expected a list, found 3", "write a list"),
        (("points", 0, "labl", "@key"), "the key 'labl' is not known here",
         "did you mean 'label'?"),
    ]  # fmt: skip
    _, problems = figures.parse_spec({**GRAPH, "nodes": [{"id": "a", "lable": "a"}]})
    assert [p.code for p in problems] == ["unknown-key"]
    _, problems = figures.parse_spec({**GRAPH, "edges": [{"from": "a", "dst": "b"}]})
    assert [p.hint for p in problems] == ["add to: …", "known keys: from, to, label"]


def test_numbers_may_be_constant_formulas() -> None:
    spec, _ = figures.parse_spec({**PLOT, "x": [0, "2*pi"]})
    assert spec is not None
    assert spec.common.model_dump()["x"] == pytest.approx((0, 6.283185307))


def test_a_figure_may_use_the_definitions_of_its_entry() -> None:
    logistic = Definition(("x",), parse_formula("1/(1 + exp(-x/s))"))
    statement = Statement("sigmoid", {}, {"g": logistic})
    spec, _ = figures.parse_spec({**PLOT, "exprs": ["g(x)"], "params": {"s": 2}})
    assert spec is not None
    assert [p.code for p in figures.check(spec)] == ["unknown-name"]
    assert figures.check(spec, statement) == ()
    plain, _ = figures.parse_spec({**PLOT, "exprs": ["1/(1 + exp(-x/2))"]})
    assert plain is not None
    assert figures.render(spec, statement=statement).svg == figures.render(plain).svg
