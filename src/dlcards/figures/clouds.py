"""Generated data for scatter plots."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from dlcards.figures.arrays import Array, Indices, symmetric_eigen

FLAT = frozenset({"mvn", "two_blobs", "three_blobs", "rings", "xor", "spiral"})
"""Generators whose two coordinates are features of the same kind."""


@dataclass(frozen=True, slots=True)
class Cloud:
    """Points in the plane.

    Parameters
    ----------
    x, y : ndarray (n,)
    group : ndarray (n,) of int
        The class of each point; all 0 without classes.
    """

    x: Array
    y: Array
    group: Indices

    @property
    def points(self) -> Array:
        """Return the points as rows."""
        return np.column_stack([self.x, self.y])


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a cloud is made of.

    Parameters
    ----------
    gen : str
    n : int
    noise, slope, intercept : float
    separable : bool
    cov : 2 rows of 2 numbers
    """

    gen: str
    n: int
    noise: float | None = None
    slope: float = 1.0
    intercept: float = 0.0
    separable: bool = False
    cov: Sequence[Sequence[float]] = ((1.0, 0.0), (0.0, 1.0))


def cloud(recipe: Recipe, seed: int) -> Cloud:
    """Generate points.

    Examples
    --------
    >>> len(cloud(Recipe("spiral", 30), 0).x)
    30
    """
    rng = np.random.default_rng(seed)
    makers: dict[str, Callable[[Recipe, np.random.Generator], Cloud]] = {
        "linear": _regression, "parabola": _regression, "sine": _regression,
        "logistic_1d": _logistic_1d, "mvn": _mvn, "two_blobs": _two_blobs,
        "three_blobs": _three_blobs, "rings": _rings, "rings_lifted": _rings_lifted,
        "xor": _xor, "xor_hidden": _xor_hidden, "spiral": _spiral,
    }  # fmt: skip
    return makers[recipe.gen](recipe, rng)


def truth(recipe: Recipe, x: Array) -> Array:
    """Return the heights without noise."""
    if recipe.gen == "sine":
        return np.sin(2 * np.pi * x)
    if recipe.gen == "parabola":
        return x**2
    return recipe.intercept + recipe.slope * x


def _regression(recipe: Recipe, rng: np.random.Generator) -> Cloud:
    low, high = {"sine": (0.0, 1.0), "parabola": (-1.5, 1.5)}.get(recipe.gen, (-3.0, 3.0))
    edges = np.linspace(low, high, recipe.n + 1)
    x = edges[:-1] + (edges[1] - edges[0]) * rng.uniform(0.1, 0.9, recipe.n)
    noise = 0.3 if recipe.noise is None else recipe.noise
    y = truth(recipe, x) + noise * rng.standard_normal(recipe.n)
    return Cloud(x, y, np.zeros(recipe.n, dtype=int))


def _logistic_1d(recipe: Recipe, rng: np.random.Generator) -> Cloud:
    x = np.sort(rng.uniform(-3, 3, recipe.n))
    y = (rng.random(recipe.n) < 1 / (1 + np.exp(-2 * x))).astype(float)
    return Cloud(x, y, y.astype(int))


def _mvn(recipe: Recipe, rng: np.random.Generator) -> Cloud:
    values, vectors = symmetric_eigen(recipe.cov)
    root = np.array(vectors).T * np.sqrt(np.maximum(values, 0.0))
    points = rng.standard_normal((recipe.n, 2)) @ root.T
    return Cloud(points[:, 0], points[:, 1], np.zeros(recipe.n, dtype=int))


def _blobs(
    centres: Sequence[tuple[float, float]], spread: float, recipe: Recipe, rng: np.random.Generator
) -> Cloud:
    group = np.arange(recipe.n) % len(centres)
    points = np.array(centres)[group] + spread * rng.standard_normal((recipe.n, 2))
    return Cloud(points[:, 0], points[:, 1], group)


def _two_blobs(recipe: Recipe, rng: np.random.Generator) -> Cloud:
    if not recipe.separable:
        return _blobs([(-1.0, -0.7), (1.0, 0.8)], recipe.noise or 0.75, recipe, rng)
    made = _blobs([(-1.2, -0.9), (1.2, 1.0)], recipe.noise or 0.6, recipe, rng)
    way = np.array([0.78, 0.62])
    side = made.points @ way
    sign = 2.0 * made.group - 1.0
    short = np.maximum(0.45 - sign * side, 0.0)
    moved = made.points + (sign * short)[:, None] * way
    return Cloud(moved[:, 0], moved[:, 1], made.group)


def _three_blobs(recipe: Recipe, rng: np.random.Generator) -> Cloud:
    return _blobs([(-1.5, -0.8), (1.5, -0.6), (0.1, 1.6)], recipe.noise or 0.55, recipe, rng)


def _rings(recipe: Recipe, rng: np.random.Generator) -> Cloud:
    group = np.arange(recipe.n) % 2
    radius = np.where(group == 0, 0.7, 2.0) + (recipe.noise or 0.16) * rng.standard_normal(recipe.n)
    angle = rng.uniform(0, 2 * np.pi, recipe.n)
    return Cloud(radius * np.cos(angle), radius * np.sin(angle), group)


def _rings_lifted(recipe: Recipe, rng: np.random.Generator) -> Cloud:
    flat = _rings(recipe, rng)
    return Cloud(flat.x, flat.x**2 + flat.y**2, flat.group)


def _corners(recipe: Recipe, rng: np.random.Generator) -> tuple[Array, Indices]:
    corner = np.arange(recipe.n) % 4
    inputs = np.column_stack([corner % 2, corner // 2]).astype(float)
    inputs += (0.07 if recipe.noise is None else recipe.noise) * rng.standard_normal((recipe.n, 2))
    return inputs, (corner % 2) ^ (corner // 2)


def _xor(recipe: Recipe, rng: np.random.Generator) -> Cloud:
    inputs, group = _corners(recipe, rng)
    return Cloud(inputs[:, 0], inputs[:, 1], group)


def _xor_hidden(recipe: Recipe, rng: np.random.Generator) -> Cloud:
    """Return the XOR points as two ReLU units see them: x + y and x + y - 1."""
    inputs, group = _corners(recipe, rng)
    total = inputs.sum(axis=1)
    return Cloud(np.maximum(total, 0.0), np.maximum(total - 1.0, 0.0), group)


def _spiral(recipe: Recipe, rng: np.random.Generator) -> Cloud:
    t = np.sqrt(rng.uniform(0.05, 1.0, recipe.n)) * 3 * np.pi
    noise = (0.05 if recipe.noise is None else recipe.noise) * rng.standard_normal((2, recipe.n))
    scale = t / (3 * np.pi) * 2
    return Cloud(
        scale * np.cos(t) + noise[0], scale * np.sin(t) + noise[1], np.zeros(recipe.n, dtype=int)
    )


# ---- curves fitted to points --------------------------------------------------------------
