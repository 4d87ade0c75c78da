"""Maps, arrows, kernels and trees are computed, not painted."""

import io
from typing import Any

import numpy as np
import pytest

from dlcards import figures
from dlcards.figures.expressions import Expressions
from dlcards.figures.kinds import (
    heatmap,
    intervals,
    map2d,
    network,
    surface3d,
    tree,
    vectors2d,
    vectors3d,
)


def parsed_panel(data: dict[str, Any]) -> Any:
    spec, problems = figures.parse_spec(data)
    assert spec is not None, problems
    return spec.panels[0].spec


def test_the_first_matrix_is_applied_first() -> None:
    rotate, shear = [[0, -1], [1, 0]], [[1, 1], [0, 1]]
    spec = parsed_panel({"kind": "map2d", "matrices": [rotate, shear], "lim": [-2, 2, -2, 2]})
    assert map2d.product(spec).tolist() == (np.array(shear) @ np.array(rotate)).tolist()


@pytest.mark.parametrize("matrix", [[[2, 1], [1, 2]], [[2, 1], [0, 1]], [[1, 2], [0.5, 1]]])
def test_eigenvectors_keep_their_line(matrix: list[list[float]]) -> None:
    pairs = map2d.eigenpairs(matrix)
    assert len(pairs) == 2
    for value, vector in pairs:
        assert np.array(matrix) @ vector == pytest.approx(value * np.array(vector), abs=1e-9)


def test_singular_vectors_become_the_half_axes() -> None:
    matrix = np.array([[1, 1], [0, 1]])
    for right, value, left in map2d.singular_triples(matrix):
        assert matrix @ right == pytest.approx(value * np.array(left))
    assert [round(t[1], 3) for t in map2d.singular_triples(matrix)] == [1.618, 0.618]


def test_only_singular_matrices_have_a_null_direction() -> None:
    direction = map2d.null_direction([[1.0, 2.0], [0.5, 1.0]])
    assert direction is not None
    assert np.array([[1, 2], [0.5, 1]]) @ direction == pytest.approx(np.zeros(2), abs=1e-12)
    assert map2d.null_direction([[1.0, 2.0], [0.5, 1.01]]) is None


def test_the_linearization_agrees_near_its_point() -> None:
    spec = parsed_panel(
        {"kind": "map2d", "exprs": ["x + 0.3*y**2", "y + 0.2*x**2"], "lim": [-2, 3, -2, 3]}
    )
    mapping = map2d.Map(spec, Expressions())
    jacobian = mapping.jacobian(1.0, 1.0)
    assert jacobian == pytest.approx(np.array([[1, 0.6], [0.4, 1]]))
    step = 1e-4
    moved = np.array(mapping(1.0 + step, 1.0)) - np.array(mapping(1.0, 1.0))
    assert moved / step == pytest.approx(jacobian[:, 0], abs=1e-3)


def test_a_right_angle_is_found_where_a_perpendicular_meets_an_arrow() -> None:
    data = {
        "kind": "vectors2d",
        "vectors": [{"xy": [3, 1]}],
        "drop": [{"from": [1, 3], "to": [1.8, 0.6]}],
    }
    spec = parsed_panel(data)
    arms = vectors2d.perpendicular_arms(spec, (1.8, 0.6))
    assert arms is not None
    assert np.dot(*arms) == pytest.approx(0.0, abs=1e-6)
    assert vectors2d.perpendicular_arms(spec, (0.9, 0.3)) is None


@pytest.mark.parametrize("k", [1, 2, 5, 32])
def test_the_shown_images_have_their_rank(k: int) -> None:
    spec = parsed_panel({"kind": "heatmap", "rule": "low_rank", "params": {"ranks": [k]}})
    (image,) = heatmap.numbers(spec)
    original = heatmap._image(32)
    u, s, vt = np.linalg.svd(original)
    best = (u[:, :k] * s[:k]) @ vt[:k]
    assert image == pytest.approx(np.clip(best, 0, 1))
    assert np.linalg.matrix_rank(original) > 5


def test_heads_attend_to_no_later_token() -> None:
    spec = parsed_panel({"kind": "heatmap", "rule": "attention_heads", "params": {"n": 6}})
    heads = heatmap.numbers(spec)
    assert len(heads) == 3
    for weights in heads:
        assert weights.sum(axis=1) == pytest.approx(np.ones(6))
        assert np.triu(weights, 1).max() == 0
    assert [int(weights[4].argmax()) for weights in heads] == [3, 4, 0]


@pytest.mark.parametrize(("n", "k", "s", "p"), [(7, 3, 2, 0), (5, 3, 1, 1), (6, 2, 2, 0)])
def test_the_output_has_one_cell_for_each_place_of_the_kernel(
    n: int, k: int, s: int, p: int
) -> None:
    places = [start for start in range(0, n + 2 * p, s) if start + k <= n + 2 * p]
    assert heatmap.output_size(heatmap.RuleParams(n=n, k=k, s=s, p=p)) == len(places)


def test_the_receptive_field_grows_toward_the_input() -> None:
    spec = parsed_panel(
        {"kind": "network", "layers": [7, 5, 3, 1], "local": 3,
         "highlight": {"layer": 3, "unit": 0}}
    )  # fmt: skip
    seen = [{i for layer, i, _ in network.marked_edges(spec) if layer == k} for k in (2, 1, 0)]
    assert [len(units) for units in seen] == [3, 5, 7]


def test_a_dropped_unit_has_no_connections() -> None:
    spec = parsed_panel(
        {"kind": "network", "layers": [4, 5, 3], "dropout_mask": {"layer": 1, "dropped": [1, 3]}}
    )
    found = network.edges(spec)
    assert len(found) == 4 * 3 + 3 * 3
    assert {j for layer, _, j in found if layer == 0} == {0, 2, 4}


def test_the_products_of_a_tree_sum_to_one() -> None:
    kind = figures.kind_named("tree")
    assert kind is not None
    root = tree.grown(parsed_panel(dict(kind.examples[0])))
    products = [leaf.product for leaf in tree.leaves(root)]
    assert products == pytest.approx([0.27, 0.03, 0.14, 0.56])


def test_a_star_marks_every_branch() -> None:
    kind = figures.kind_named("tree")
    assert kind is not None
    root = tree.grown(parsed_panel(dict(kind.examples[2])))
    assert [leaf.branch.label for leaf in tree.leaves(root) if leaf.marked] == ["$y$", "$y$"]
    products = [leaf.product for leaf in tree.leaves(root) if leaf.marked]
    assert products == pytest.approx([0.3, 0.04])


def test_light_falls_on_a_surface_from_the_side() -> None:
    """Turned upside down, as night mode turns dark and light, it comes from the other side."""
    u, near = np.meshgrid(np.linspace(-1, 1, 5), np.linspace(0, 1, 5))
    left = surface3d.light(u, near, 0.5 * u)
    assert left == pytest.approx(1 - surface3d.light(u, near, -0.5 * u))
    assert surface3d.light(u, near, 0 * u) == pytest.approx(0.5)
    assert not np.allclose(left, 0.5)


def test_an_upright_arrow_makes_right_angles_with_the_arrows_of_its_plane_alone() -> None:
    floor = {"span": [[1, 0, 0], [0, 1, 0]]}
    arrows = [{"xyz": [0, 0, 2]}, {"xyz": [1, 1, 0]}, {"xyz": [1, 0, 1]}]
    spec = parsed_panel({"kind": "vectors3d", "plane": floor, "vectors": arrows})
    assert [(a.xyz, b.xyz) for a, b in vectors3d.upright_pairs(spec)] == [((0, 0, 2), (1, 1, 0))]


def test_most_confidence_intervals_hold_the_mean() -> None:
    spec = parsed_panel({"kind": "intervals", "n_intervals": 100, "mu": 2, "sigma": 3, "n": 9})
    means, half = intervals.confidence_intervals(spec)
    assert half == pytest.approx(1.959964 * 3 / 3)
    assert 88 <= int((np.abs(means - 2) <= half).sum()) <= 100


def test_the_png_has_the_wanted_width_and_the_same_bytes_twice() -> None:
    from PIL import Image

    spec, _ = figures.parse_spec({"kind": "heatmap", "matrix": [[1, 2], [3, 4]]})
    assert spec is not None
    first = figures.render_png(spec, width=640)
    assert first == figures.render_png(spec, width=640)
    with Image.open(io.BytesIO(first)) as image:
        assert image.mode == "RGBA"
        assert image.width == 640
        assert np.asarray(image)[..., 3].min() == 0
        assert np.asarray(image)[..., 3].max() == 255
    drawing = figures.render(spec)
    assert image.height == round(drawing.height * 640 / drawing.width)
    with pytest.raises(ValueError, match="width"):
        figures.render_png(spec, width=10**6)
