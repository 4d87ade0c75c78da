"""What the kinds of whole pictures refuse: matrices, maps, clouds, trees, networks, sets."""

from typing import Any

import matplotlib as mpl
import pytest

from dlcards import figures

HEAT: dict[str, Any] = {"kind": "heatmap", "matrix": [[1, 2], [3, 4]]}
ARROWS: dict[str, Any] = {"kind": "vectors2d", "vectors": [{"xy": [2, 1]}, {"xy": [-1, 2]}]}
BARS: dict[str, Any] = {"kind": "bars", "categories": ["a", "b"], "groups": [{"values": [1, 2]}]}
MAP: dict[str, Any] = {"kind": "map2d", "matrix": [[2, 1], [1, 2]], "lim": [-4, 4, -4, 4]}
SMOOTH: dict[str, Any] = {"kind": "map2d", "exprs": ["x + y**2", "y"], "lim": [-1, 1, -1, 1]}
SHAPES: dict[str, Any] = {
    "kind": "matrix_shapes",
    "blocks": [{"rows": 2, "cols": 3}, {"rows": 3, "cols": 4}, {"rows": 2, "cols": 4}],
    "ops": ["@", "="],
}
CLOUD: dict[str, Any] = {"kind": "scatter", "gen": "two_blobs", "params": {"n": 30}}
SPACE: dict[str, Any] = {
    "kind": "vectors3d", "vectors": [{"xyz": [1, 0, 0]}],
    "plane": {"span": [[1, 0, 0], [0, 1, 0]]},
}  # fmt: skip
MOSAIC: dict[str, Any] = {"kind": "mosaic", "prior": [0.4, 0.6], "likelihood": [0.3, 0.2]}
TREE: dict[str, Any] = {
    "kind": "tree", "branches": [{"label": "a", "p": 0.5}, {"label": "b", "p": 0.5}],
}  # fmt: skip
NET: dict[str, Any] = {"kind": "network", "layers": [3, 2]}
VENN: dict[str, Any] = {"kind": "venn", "labels": ["A", "B"]}
BOX: dict[str, Any] = {
    "kind": "intervals", "mode": "box", "samples": [{"dist": "normal", "params": [0, 1]}],
}  # fmt: skip
SUM: dict[str, Any] = {
    "kind": "matrix_shapes",
    "blocks": [{"rows": 3, "cols": 3}, {"rows": 3, "cols": 1}, {"rows": 1, "cols": 3}],
    "ops": ["+", "@"],
}
GOOD = [
    HEAT, ARROWS, BARS, MAP, SMOOTH, SHAPES, SUM, CLOUD, SPACE, MOSAIC, TREE, NET, VENN, BOX,
]  # fmt: skip

UNREADABLE = [
    ({**HEAT, "matrix": [[0] * 65]}, ("matrix", 0), "too-long"),
    ({**HEAT, "matrix": [["one"]]}, ("matrix", 0, 0), "bad-number"),
    ({**HEAT, "matrix": None, "rule": "low_rank", "params": {"size": 4000}}, ("params", "size"),
     "out-of-range"),
    ({**HEAT, "highlight": [{"row": -1}]}, ("highlight", 0, "row"), "out-of-range"),
    ({**ARROWS, "lim": [1, 0, 0, 1]}, ("lim",), "wrong-value"),
    ({**ARROWS, "vectors": []}, ("vectors",), "empty-value"),
    ({**BARS, "groups": [{"values": [1, 2], "color": "red"}]}, ("groups", 0, "color", "@key"),
     "unknown-key"),
    ({**MAP, "show": ["grids"]}, ("show", 0), "unknown-value"),
    ({**SHAPES, "blocks": [{"rows": 2, "cols": 300}]}, ("blocks", 0, "cols"), "out-of-range"),
    ({**CLOUD, "params": {"n": 10**6}}, ("params", "n"), "out-of-range"),
    ({**CLOUD, "boundary": {"rule": "mlp", "steps": 10**7}}, ("boundary", "steps"),
     "out-of-range"),
    ({**MOSAIC, "prior": [1.4, -0.4]}, ("prior", 0), "out-of-range"),
    ({**NET, "layers": [3, 500]}, ("layers", 1), "out-of-range"),
    ({**VENN, "sets": 3}, ("sets",), "unknown-value"),
    ({**BOX, "samples": [{"dist": "cauchy"}]}, ("samples", 0, "dist"), "unknown-value"),
]  # fmt: skip

UNDRAWABLE = [
    ({"kind": "heatmap"}, (), "missing-key"),
    ({**HEAT, "rule": "low_rank"}, (), "missing-key"),
    ({**HEAT, "matrix": [[1, 2], [3]]}, ("matrix", 1), "wrong-shape"),
    ({**HEAT, "labels": ["a", "b"]}, ("labels",), "out-of-range"),
    ({**HEAT, "row_labels": ["a"]}, ("row_labels",), "out-of-range"),
    ({**HEAT, "op_between": ["="]}, ("op_between",), "out-of-range"),
    ({**HEAT, "highlight": [{"cell": [0, 2]}]}, ("highlight", 0, "cell"), "out-of-range"),
    ({**HEAT, "highlight": [{"panel": 1, "row": 0}]}, ("highlight", 0, "panel"), "out-of-range"),
    ({**HEAT, "highlight": [{"window": [1, 1, 2, 2]}]}, ("highlight", 0, "window"),
     "out-of-range"),
    ({**HEAT, "matrix": [[-1234.567] * 12], "annotate": True}, ("matrix",), "too-large"),
    ({"kind": "heatmap", "matrices": [[[1]], [[2]]], "margins": True}, ("margins",),
     "wrong-value"),
    ({"kind": "heatmap", "rule": "conv_positions", "params": {"n": 3, "k": 5}}, ("params", "k"),
     "out-of-range"),
    ({"kind": "heatmap", "rule": "low_rank", "params": {"size": 16, "ranks": [1, 20]}},
     ("params", "ranks", 1), "out-of-range"),
    ({"kind": "heatmap", "rule": "attention_heads", "params": {"heads": 2}, "labels": ["a"]},
     ("labels",), "out-of-range"),
    ({**ARROWS, "vectors": [{"xy": [0, 0]}]}, ("vectors", 0, "xy"), "zero-length"),
    ({**ARROWS, "lim": [-1, 1, -1, 1]}, ("vectors", 0, "xy"), "outside-window"),
    ({**ARROWS, "right_angle": [{"at": [2, 1]}]}, ("right_angle", 0, "at"), "not-right"),
    ({**ARROWS, "angle": [{"a": [0, 0], "b": [1, 0]}]}, ("angle", 0, "a"), "zero-length"),
    ({**ARROWS, "lines": [{"from": [0, 0]}]}, ("lines", 0), "missing-key"),
    ({**ARROWS, "grid_basis": [[1, 2], [2, 4]]}, ("grid_basis",), "wrong-value"),
    ({**ARROWS, "grid_basis": [[0.01, 0], [0, 0.01]]}, ("grid_basis",), "too-large"),
    ({**BARS, "groups": [{"values": [1]}]}, ("groups", 0, "values"), "wrong-shape"),
    ({**BARS, "y": [0, 1.5]}, ("groups", 0, "values", 1), "outside-window"),
    ({**BARS, "vlines": [{"at": 9}]}, ("vlines", 0, "at"), "outside-window"),
    ({"kind": "map2d", "lim": [-1, 1, -1, 1]}, (), "missing-key"),
    ({**MAP, "matrix": [[0, -1], [1, 0]], "show": ["eigenvectors"]}, ("matrix",), "wrong-value"),
    ({**MAP, "show": ["null_space"]}, ("show", 0), "wrong-value"),
    ({**MAP, "show": ["test_vector"]}, (), "missing-key"),
    ({**MAP, "show": ["basis"], "lim": [-1, 1, -1, 1]}, ("lim",), "outside-window"),
    ({**SMOOTH, "exprs": ["x + t", "y"]}, ("exprs", 0), "unknown-name"),
    ({**SMOOTH, "exprs": ["log(x)", "y"]}, ("exprs", 0), "no-value"),
    ({**SMOOTH, "show": ["linearization"]}, (), "missing-key"),
    ({**SMOOTH, "show": ["eigenvectors"]}, ("show", 0), "wrong-value"),
    ({**SMOOTH, "show": ["linearization"], "linearize_at": [3, 0]}, ("linearize_at", 0),
     "outside-window"),
    ({**SHAPES, "blocks": [{"rows": 2, "cols": 3}, {"rows": 4, "cols": 1}], "ops": ["@"]},
     ("blocks", 1, "rows"), "wrong-shape"),
    ({**SHAPES, "blocks": [*SHAPES["blocks"][:2], {"rows": 4, "cols": 2}]}, ("blocks",),
     "wrong-shape"),
    ({**SHAPES, "blocks": [{"rows": 3, "cols": 4}, {"rows": 1, "cols": 4}], "ops": ["+"]},
     ("blocks", 1), "wrong-shape"),
    ({**SHAPES, "blocks": [{"rows": 2, "cols": 2, "highlight": {"row": 2}}], "ops": []},
     ("blocks", 0, "highlight", "row"), "out-of-range"),
    ({**SHAPES, "blocks": [{"rows": 2, "cols": 2, "split": {"col": 2}}], "ops": []},
     ("blocks", 0, "split", "col"), "out-of-range"),
    ({**SHAPES, "blocks": [{"rows": 2, "cols": 2, "split": {"row": 1, "col": 1}}], "ops": []},
     ("blocks", 0, "split"), "missing-key"),
    ({**SHAPES, "blocks": [{"rows": 2, "cols": 2, "split": {}}], "ops": []},
     ("blocks", 0, "split"), "missing-key"),
    ({"kind": "scatter"}, (), "missing-key"),
    ({**CLOUD, "gen": "mvn", "cov": [[1, 2], [2, 1]]}, ("cov",), "wrong-shape"),
    ({**CLOUD, "boundary": {"rule": "svm"}, "params": {"n": 200}}, ("boundary", "rule"),
     "wrong-value"),
    ({**CLOUD, "gen": "three_blobs", "boundary": {"rule": "logistic"}}, ("boundary", "rule"),
     "wrong-value"),
    ({**CLOUD, "gen": "spiral", "boundary": {"rule": "linear"}}, ("boundary", "rule"),
     "wrong-value"),
    ({**CLOUD, "boundary": {"rule": "voronoi"}}, ("boundary", "rule"), "missing-key"),
    ({**CLOUD, "residuals": True}, ("residuals",), "missing-key"),
    ({**CLOUD, "truth": True}, ("truth",), "wrong-value"),
    ({**CLOUD, "fits": [{}]}, ("fits", 0), "missing-key"),
    ({**CLOUD, "fits": [{"poly": 15}], "params": {"n": 9}}, ("fits", 0, "poly"), "out-of-range"),
    ({**CLOUD, "fits": [{"sigmoid": True}]}, ("fits", 0, "sigmoid"), "wrong-value"),
    ({**SPACE, "vectors": [{"xyz": [0, 0, 0]}]}, ("vectors", 0, "xyz"), "zero-length"),
    ({**SPACE, "plane": {"span": [[1, 0, 0], [2, 0, 0]]}}, ("plane", "span"), "wrong-value"),
    ({**SPACE, "view": [0, 30]}, ("view",), "wrong-value"),
    ({**MOSAIC, "prior": [0.4, 0.5]}, ("prior",), "wrong-value"),
    ({**MOSAIC, "likelihood": [0.4]}, ("likelihood",), "wrong-shape"),
    ({**MOSAIC, "labels": ["a", "b"]}, ("labels",), "wrong-type"),
    ({"kind": "mosaic", "rule": "product_rectangle", "params": {"f": 1, "g": 1, "df": 1}},
     ("params",), "missing-key"),
    ({**TREE, "branches": [{"p": 0.5}, {"p": 0.6}]}, ("branches",), "wrong-value"),
    ({**TREE, "branches": [{"p": 0.5}, {}]}, ("branches",), "missing-key"),
    ({**TREE, "branches": [{}, {}], "products": True}, ("products",), "missing-key"),
    ({**TREE, "highlight": ["a", "c"]}, ("highlight", 1), "unknown-name"),
    ({**TREE, "highlight": ["*", "*"]}, ("highlight", 1), "unknown-name"),
    ({**TREE, "branches": [{"children": [{}] * 6}] * 6}, ("branches",), "too-large"),
    ({**NET, "labels": ["a"]}, ("labels",), "out-of-range"),
    ({**NET, "highlight": {"layer": 1, "unit": 2}}, ("highlight", "unit"), "out-of-range"),
    ({**NET, "highlight": {"layer": 0, "unit": 0}}, ("highlight", "layer"), "out-of-range"),
    ({**NET, "dropout_mask": {"layer": 5, "dropped": [0]}}, ("dropout_mask", "layer"),
     "out-of-range"),
    ({**VENN, "disjoint": True, "highlight": "intersection"}, ("highlight",), "wrong-value"),
    ({**VENN, "disjoint": True, "inside": ["a", "b", "c"]}, ("inside", 2), "wrong-value"),
    ({**VENN, "values": [1, 2], "inside": ["a", "b"]}, ("inside",), "wrong-value"),
    ({**VENN, "values": [0.2, 0.3, 0.4]}, ("values", 2), "out-of-range"),
    ({**BOX, "samples": []}, (), "missing-key"),
    ({**BOX, "labels": ["a", "b"]}, ("labels",), "out-of-range"),
    ({"kind": "intervals", "n": 10_000, "n_intervals": 100}, ("n",), "too-large"),
]  # fmt: skip


@pytest.mark.parametrize("data", GOOD, ids=lambda d: d["kind"])
def test_the_specs_that_these_spoil_are_good(data: dict[str, Any]) -> None:
    spec, problems = figures.parse_spec(data)
    assert spec is not None, problems
    assert figures.check(spec) == ()
    assert figures.render(spec).svg


@pytest.mark.parametrize(("data", "path", "code"), UNREADABLE)
def test_what_cannot_be_read_is_told_at_its_key(
    data: dict[str, Any], path: tuple[str | int, ...], code: str
) -> None:
    spec, problems = figures.parse_spec(data)
    assert spec is None
    assert (path, code) in [(p.path, p.code) for p in problems]


@pytest.mark.parametrize(("data", "path", "code"), UNDRAWABLE)
def test_what_cannot_be_drawn_is_told_at_its_key(
    data: dict[str, Any], path: tuple[str | int, ...], code: str
) -> None:
    spec, problems = figures.parse_spec(data)
    assert spec is not None, problems
    assert (path, code) in [(p.path, p.code) for p in figures.check(spec)]


def test_a_tree_of_endless_depth_is_refused() -> None:
    branch: dict[str, Any] = {"label": "deep"}
    for _ in range(3000):
        branch = {"children": [branch]}
    spec, problems = figures.parse_spec({"kind": "tree", "branches": [branch]})
    assert spec is None
    assert problems


def test_names_are_hidden_on_the_front_and_numbers_stay() -> None:
    data = {
        **MOSAIC, "prior": [0.25, 0.75], "labels": {"prior": ["sick", "well"], "event": "posit"},
    }  # fmt: skip
    spec, _ = figures.parse_spec(data)
    assert spec is not None
    front = {t.get_text() for t in figures.lay_out(spec, front=True).figure.texts}
    assert {"0.25", "0.75"} <= front
    assert not any(word in text for text in front for word in ("sick", "well", "posit"))
    assert "sick" not in figures.render(spec, front=True).alt


def test_several_steps_of_clustering_make_several_panels() -> None:
    data = {
        **CLOUD, "gen": "three_blobs", "centroids": {"k": 3, "steps": [0, 1, 9]},
        "labels": ["first", "second", "last"],
    }  # fmt: skip
    spec, _ = figures.parse_spec(data)
    assert spec is not None
    picture = figures.lay_out(spec)
    assert [panel.title for panel in picture.panels] == ["first", "second", "last"]


@pytest.mark.parametrize(
    "figure",
    [
        {**HEAT, "annotate": True, "labels": ["$A @ B/sqrt(b)$"]},
        {"kind": "matrix_shapes", "blocks": [{"label": "$A @ B/sqrt(b)$", "rows": 2, "cols": 2}]},
    ],
)
def test_a_fraction_stands_above_its_matrix(figure: dict[str, Any]) -> None:
    spec, problems = figures.parse_spec(figure)
    assert spec is not None, problems
    picture = figures.lay_out(spec)
    renderer = picture.figure.canvas.get_renderer()  # type: ignore[attr-defined]
    top = max(p.get_window_extent(renderer).y1 for p in picture.panels[0].axes.patches)
    [title] = [text for text in picture.figure.texts if text.get_text().startswith("$")]
    # The box of a text is taller in older versions: a fraction reaches below its ink.
    room = 3 if mpl.__version_info__ < (3, 11) else 0
    assert title.get_window_extent(renderer).y0 >= top - room
