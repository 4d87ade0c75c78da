"""Small learners whose results are drawn over points: fits, classifiers, clusters, axes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.polynomial import Chebyshev

from dlcards.figures.arrays import Array, Indices, symmetric_eigen
from dlcards.figures.clouds import Cloud


def polynomial(made: Cloud, degree: int) -> Callable[[Array], Array]:
    """Return the least squares polynomial."""
    domain = [float(made.x.min()), float(made.x.max())]
    fitted: Callable[[Array], Array] = Chebyshev.fit(made.x, made.y, degree, domain=domain)
    return fitted


def sigmoid_curve(made: Cloud) -> Callable[[Array], Array]:
    """Return the logistic curve of the highest likelihood, very slightly regularised."""
    weights = logistic(made.x[:, None], made.y)
    return lambda x: 1 / (1 + np.exp(-(weights[0] * x + weights[1])))


def stumps(made: Cloud, rounds: int, rate: float = 0.5) -> Callable[[Array], Array]:
    """Return a sum of decision stumps, each fitted to what the others left over."""
    order = np.argsort(made.x, kind="stable")
    x, rest = made.x[order], made.y[order].astype(float)
    base = float(rest.mean())
    rest = rest - base
    cuts = (x[1:] + x[:-1]) / 2
    left_count = np.arange(1, len(x))
    steps = []
    for _ in range(rounds):
        left_sum = np.cumsum(rest)[:-1]
        right_sum = rest.sum() - left_sum
        gain = left_sum**2 / left_count + right_sum**2 / (len(x) - left_count)
        best = int(gain.argmax())
        left = rate * left_sum[best] / left_count[best]
        right = rate * right_sum[best] / (len(x) - left_count[best])
        steps.append((float(cuts[best]), float(left), float(right)))
        rest = rest - np.where(x <= cuts[best], left, right)

    def value(at: Array) -> Array:
        total = np.full(np.shape(at), base)
        for cut, left, right in steps:
            total = total + np.where(at <= cut, left, right)
        return total

    return value


def gradient_descent_lines(
    made: Cloud, steps: Sequence[int], rate: float = 0.1
) -> list[tuple[float, float]]:
    """Return slope and intercept after some steps of gradient descent from zero.

    Examples
    --------
    >>> from dlcards.figures.clouds import Recipe, cloud
    >>> line = cloud(Recipe("linear", 20, noise=0.0, slope=2.0), 0)
    >>> [round(v, 3) for v in gradient_descent_lines(line, [0, 1000])[1]]
    [2.0, 0.0]
    """
    slope = intercept = 0.0
    found = {}
    for step in range(max(steps) + 1):
        found[step] = (slope, intercept)
        error = slope * made.x + intercept - made.y
        slope -= rate * 2 * float((error * made.x).mean()) / 3
        intercept -= rate * 2 * float(error.mean())
    return [found[step] for step in steps]


# ---- classifiers ----------------------------------------------------------------------


def logistic(features: Array, target: Array, ridge: float = 1e-3) -> Array:
    """Return weights and, last, bias of a logistic regression (Newton's method)."""
    design = np.column_stack([features, np.ones(len(features))])
    weights = np.zeros(design.shape[1])
    for _ in range(25):
        p = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        gradient = design.T @ (p - target) + ridge * weights
        hessian = (design * (p * (1 - p))[:, None]).T @ design + ridge * np.eye(len(weights))
        weights = weights - np.linalg.solve(hessian, gradient)
    return weights


def perceptron(made: Cloud, epochs: Sequence[int]) -> list[Array]:
    """Return weights and bias of a perceptron after some passes over the data."""
    design = np.column_stack([made.points, np.ones(len(made.x))])
    sign = 2.0 * (made.group > 0) - 1.0
    weights = np.array([0.2, -1.0, 0.6])
    found = {0: weights}
    for epoch in range(1, max(epochs) + 1):
        for row, s in zip(design, sign, strict=True):
            if s * float(row @ weights) <= 0:
                weights = weights + 0.03 * s * row
        found[epoch] = weights
    return [found[epoch] for epoch in epochs]


def widest_margin(made: Cloud) -> tuple[Array, float] | None:
    """Return weights and bias of the widest street between two classes, or None.

    On the edges of the street the score is 1 and -1. Two or three points of the convex
    hulls hold it, so all of these are tried.
    """
    plus, minus = (hull(made.points[made.group == k]) for k in (1, 0))
    best: tuple[float, Array, float] | None = None
    for way in _street_directions(plus, minus):
        low, high = float((plus @ way).min()), float((minus @ way).max())
        width = low - high
        if width > 1e-9 and (best is None or width > best[0] + 1e-12):
            best = (width, way, (low + high) / 2)
    if best is None:
        return None
    width, way, middle = best
    return np.asarray(way) * 2 / width, -middle * 2 / width


def _street_directions(plus: Array, minus: Array) -> list[Array]:
    ways = [p - q for p in plus for q in minus]
    for corners in (plus, minus):
        for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True):
            normal = np.array([a[1] - b[1], b[0] - a[0]])
            ways += [normal, -normal]
    return [way / np.hypot(*way) for way in ways if np.hypot(*way) > 1e-9]


def hull(points: Array) -> Array:
    """Return the corners of the convex hull, counterclockwise.

    Examples
    --------
    >>> import numpy as np
    >>> len(hull(np.array([[0.0, 0], [1, 0], [0, 1], [0.2, 0.2]])))
    3
    """
    ordered = sorted(map(tuple, points.tolist()))

    def half(sequence: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
        chain: list[tuple[float, float]] = []
        for p in sequence:
            while len(chain) > 1 and _turn(chain[-2], chain[-1], p) <= 0:
                chain.pop()
            chain.append(p)
        return chain[:-1]

    corners = half(ordered) + half(ordered[::-1])
    return np.array(corners or ordered)


def _turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


Scores = Callable[[Array], Array]
"""From points (n, 2) to scores (n, classes)."""


def softmax_regression(made: Cloud, steps: int = 400) -> Scores:
    """Return the linear scores of a softmax regression."""
    design = np.column_stack([made.points, np.ones(len(made.x))])
    wanted = np.eye(int(made.group.max()) + 1)[made.group]
    weights = np.zeros((3, wanted.shape[1]))
    for _ in range(steps):
        scores = design @ weights
        p = np.exp(scores - scores.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        weights -= 0.5 * design.T @ (p - wanted) / len(design)
    return lambda at: np.column_stack([at, np.ones(len(at))]) @ weights


def network(made: Cloud, steps: int, seed: int, units: int = 8, rate: float = 0.2) -> Scores:
    """Return the scores of a network with one hidden layer of tanh units after some steps."""
    rng = np.random.default_rng(seed)
    first, bias = 2.5 * rng.standard_normal((2, units)), rng.standard_normal(units)
    last, offset = 0.5 * rng.standard_normal(units), 0.0
    centre = made.points.mean(axis=0)
    inputs, target = made.points - centre, (made.group > 0).astype(float)
    for _ in range(steps):
        hidden = np.tanh(inputs @ first + bias)
        delta = (1 / (1 + np.exp(-(hidden @ last + offset))) - target) / len(target)
        back = delta[:, None] * last * (1 - hidden**2)
        last = last - rate * (hidden.T @ delta)
        offset -= rate * float(delta.sum())
        first = first - rate * (inputs.T @ back)
        bias = bias - rate * back.sum(axis=0)

    def scores(at: Array) -> Array:
        value = np.tanh((at - centre) @ first + bias) @ last + offset
        return np.column_stack([-value, value]) / 2

    return scores


def k_means(made: Cloud, k: int, steps: int, seed: int) -> tuple[list[Array], Indices]:
    """Return the centroids before and after each step, and the last assignment."""
    rng = np.random.default_rng(seed)
    points = made.points
    centroids = points[rng.choice(len(points), k, replace=False)]
    path = [centroids]
    for _ in range(steps):
        group = nearest(points, centroids)
        centroids = np.array(
            [points[group == j].mean(axis=0) if (group == j).any() else centroids[j]
             for j in range(k)]
        )  # fmt: skip
        path.append(centroids)
    return path, nearest(points, centroids)


def nearest(points: Array, centroids: Array) -> Indices:
    """Return the index of the nearest centroid of each point."""
    distances: Array = ((points[:, None] - centroids[None]) ** 2).sum(axis=2)
    return np.asarray(distances.argmin(axis=1))


def principal_axes(made: Cloud) -> tuple[Array, list[tuple[float, Array]]]:
    """Return the mean, and standard deviation and direction of each axis, the largest first."""
    points = made.points
    values, vectors = symmetric_eigen(np.cov(points.T))
    axes = []
    for value, vector in zip(values[::-1], vectors[::-1], strict=True):
        sign = 1.0 if vector[0] > 0 else -1.0
        axes.append((math.sqrt(max(value, 0.0)), sign * np.array(vector)))
    return points.mean(axis=0), axes
