"""The learners of the scatter plots do what their names say."""

from itertools import pairwise

import numpy as np
import pytest

from dlcards.figures import learners
from dlcards.figures.clouds import Cloud, Recipe, cloud


def loss(made: Cloud, scores: learners.Scores) -> float:
    value = scores(made.points)
    picked = value[np.arange(len(value)), made.group]
    top = value.max(axis=1)
    return float((np.log(np.exp(value - top[:, None]).sum(axis=1)) + top - picked).mean())


GENERATORS = (
    "linear", "mvn", "parabola", "sine", "logistic_1d", "two_blobs", "three_blobs", "rings",
    "rings_lifted", "xor", "xor_hidden", "spiral",
)  # fmt: skip


@pytest.mark.parametrize("gen", GENERATORS)
def test_a_cloud_has_the_wanted_number_of_finite_points(gen: str) -> None:
    made = cloud(Recipe(gen, 37), 5)
    assert made.points.shape == (37, 2)
    assert np.isfinite(made.points).all()
    assert made.points.tolist() == cloud(Recipe(gen, 37), 5).points.tolist()
    assert made.points.tolist() != cloud(Recipe(gen, 37), 6).points.tolist()


def test_a_normal_cloud_has_its_covariance() -> None:
    made = cloud(Recipe("mvn", 20_000, cov=((2.0, 1.2), (1.2, 1.0))), 0)
    assert np.cov(made.points.T) == pytest.approx(np.array([[2.0, 1.2], [1.2, 1.0]]), abs=0.06)


def test_the_widest_street_is_wider_than_any_other() -> None:
    made = cloud(Recipe("two_blobs", 40, separable=True), 3)
    found = learners.widest_margin(made)
    assert found is not None
    way, bias = found
    score = (made.points @ way + bias) * (2 * made.group - 1)
    assert score.min() == pytest.approx(1.0)
    angles = np.linspace(0, 2 * np.pi, 20_000)
    ways = np.column_stack([np.cos(angles), np.sin(angles)])
    plus, minus = made.points[made.group == 1], made.points[made.group == 0]
    widths = (ways @ plus.T).min(axis=1) - (ways @ minus.T).max(axis=1)
    assert widths.max() <= 2 / np.hypot(*way) + 1e-9
    assert widths.max() == pytest.approx(2 / np.hypot(*way), rel=1e-4)


def test_there_is_no_street_between_mixed_classes() -> None:
    assert learners.widest_margin(cloud(Recipe("xor", 40), 0)) is None


def test_the_gradient_of_the_fitted_logistic_regression_is_zero() -> None:
    made = cloud(Recipe("two_blobs", 60), 0)
    weights = learners.logistic(made.points, made.group.astype(float), 0.1)
    design = np.column_stack([made.points, np.ones(60)])
    gradient = design.T @ (1 / (1 + np.exp(-design @ weights)) - made.group) + 0.1 * weights
    assert np.abs(gradient).max() < 1e-9


def test_the_perceptron_separates_in_the_end() -> None:
    made = cloud(Recipe("two_blobs", 40, separable=True), 3)
    first, last = learners.perceptron(made, [0, 200])
    design = np.column_stack([made.points, np.ones(40)])
    assert ((design @ last > 0) == (made.group == 1)).all()
    assert not ((design @ first > 0) == (made.group == 1)).all()


@pytest.mark.slow
def test_training_lowers_the_loss() -> None:
    corners = cloud(Recipe("xor", 60), 1)
    losses = [loss(corners, learners.network(corners, steps, 1)) for steps in (0, 200, 3000)]
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < 0.05
    blobs = cloud(Recipe("three_blobs", 90), 0)
    assert loss(blobs, learners.softmax_regression(blobs)) < 0.2


def test_k_means_never_gets_worse() -> None:
    made = cloud(Recipe("three_blobs", 90), 0)
    path, group = learners.k_means(made, 3, 12, 0)
    inertia = [
        float(((made.points - c[learners.nearest(made.points, c)]) ** 2).sum()) for c in path
    ]
    assert len(inertia) == 13
    assert all(b <= a + 1e-9 for a, b in pairwise(inertia))
    assert np.bincount(group).tolist() == [30, 30, 30]


def test_more_stumps_follow_the_points_more_closely() -> None:
    made = cloud(Recipe("sine", 40, noise=0.1), 0)
    errors = [float(((learners.stumps(made, k)(made.x) - made.y) ** 2).mean()) for k in (1, 5, 50)]
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 0.02


def test_the_polynomial_leaves_the_least_squares() -> None:
    made = cloud(Recipe("linear", 30, noise=0.5, slope=2.0, intercept=-1.0), 0)
    rest = made.y - learners.polynomial(made, 1)(made.x)
    assert abs(float(rest.sum())) < 1e-9
    assert abs(float((rest * made.x).sum())) < 1e-9
    ((slope, intercept),) = learners.gradient_descent_lines(made, [2000])
    assert learners.polynomial(made, 1)(np.array([0.0, 1.0])) == pytest.approx(
        np.array([intercept, intercept + slope]), abs=1e-6
    )


def test_the_logistic_curve_fits_the_share_of_ones() -> None:
    made = cloud(Recipe("logistic_1d", 200), 0)
    assert learners.sigmoid_curve(made)(made.x).mean() == pytest.approx(made.y.mean(), abs=1e-3)


def test_the_principal_axes_are_perpendicular_and_the_first_is_the_longest() -> None:
    made = cloud(Recipe("mvn", 300, cov=((3.0, 1.5), (1.5, 1.0))), 0)
    mean, ((long, first), (short, second)) = learners.principal_axes(made)
    assert long > short
    assert abs(float(first @ second)) < 1e-9
    spread = (made.points - mean) @ first
    assert spread.std(ddof=1) == pytest.approx(long)
