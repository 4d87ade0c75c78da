"""Derivatives, integrals and limits from values alone.

Every function takes values computed in one batch, along the first axis, and knows
nothing of formulas; none uses a differentiation rule, so that a wrong rule in a
claim cannot be wrong here in the same way.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from dlcards.claims.judge.numeric.values import Array

STEPS = (0.1, 0.02, 0.004)
"""First steps tried for a derivative; a smaller one where the domain is narrow."""

_HALVINGS = 2.0 ** -np.arange(5)


def stencil(step: float) -> Array:
    """Return the offsets of a derivative: 0, then five steps forwards, five backwards."""
    return np.concatenate([[0.0], step * _HALVINGS, -step * _HALVINGS])


@dataclass(frozen=True, slots=True)
class Slope:
    """A derivative with what is known about it, entry by entry.

    Parameters
    ----------
    value : ndarray
    settled : ndarray of bool
        The extrapolations agree.
    smooth : ndarray of bool
        Neither a kink nor a jump was seen.
    """

    value: Array
    settled: Array
    smooth: Array


def slope_of(values: Array, step: float) -> Slope:
    """Extrapolate central differences (Ridders' method).

    Parameters
    ----------
    values : ndarray, shape (11, ...)
        The function at the offsets of :func:`stencil`.

    Examples
    --------
    >>> float(slope_of((3.0 + stencil(0.1)) ** 2, 0.1).value.round(12))
    6.0
    """
    steps = step * _HALVINGS
    middle, forward, backward = values[0], values[1:6], values[6:11]
    shape = (5,) + (1,) * (values.ndim - 1)
    best, error = _extrapolated((forward - backward) / (2 * steps.reshape(shape)), 4.0, 4)
    settled = error < 1e-6 * (1 + np.abs(best))
    bend = np.abs(forward + backward - 2 * middle) / steps.reshape(shape)
    # Halving the step halves this for a smooth function, and leaves it at a kink.
    kink = (bend[4] > 0.75 * bend[3]) & (bend[3] > 0.75 * bend[2])
    kink &= bend[4] > 1e-6 * (1 + np.abs(middle))
    jump = np.abs(forward - backward)
    torn = (jump[4] > 0.75 * jump[3]) & (jump[4] > 1e-6 * (1 + np.abs(middle)))
    return Slope(best, settled & np.isfinite(best), ~(kink | (torn & ~settled)))


def _extrapolated(values: Array, base: float, depth: int) -> tuple[Array, Array]:
    """Return the best entry of a Richardson table and the estimate of its error."""
    table = [values[0]]
    best, error = values[-1], np.full(values.shape[1:], np.inf)
    for i in range(1, len(values)):
        row = [values[i]]
        for j in range(1, min(i, depth) + 1):
            factor = base**j
            refined = (factor * row[j - 1] - table[j - 1]) / (factor - 1)
            distance = np.maximum(np.abs(refined - row[j - 1]), np.abs(refined - table[j - 1]))
            better = distance < error
            best = np.where(better, refined, best)
            error = np.where(better, distance, error)
            row.append(refined)
        table = row
    return best, error


HESSIAN_STEPS = 2e-2 * 2.0 ** -np.arange(4)
"""Steps of a second derivative."""


def second_difference(values: Array) -> Array:
    """Extrapolate mixed second differences.

    Parameters
    ----------
    values : ndarray, shape (4, 4, ...)
        Steps, then the signs ++, +-, -+, --.
    """
    total = values[:, 0] - values[:, 1] - values[:, 2] + values[:, 3]
    shape = (4,) + (1,) * (total.ndim - 1)
    table = total / (4 * HESSIAN_STEPS.reshape(shape) ** 2)
    for level in range(1, 4):
        table = (4**level * table[1:] - table[:-1]) / (4**level - 1)
    return np.asarray(table[0])


LIMIT_STEPS = 12


def limit_points(target: float) -> Array:
    """Return points towards infinity, 16, 32, …, or steps towards a number, 1/8, 1/16, …."""
    powers = np.arange(LIMIT_STEPS)
    if math.isinf(target):
        return np.asarray(np.copysign(2.0 ** (4 + powers), target))
    return np.asarray(2.0 ** -(3.0 + powers))


def limit_of(values: Array) -> tuple[Array, Array]:
    """Extrapolate values along :func:`limit_points`; also tell where they settle."""
    best, error = _extrapolated(values, 2.0, 6)
    return best, error < 1e-5 * (1 + np.abs(best))


@dataclass(frozen=True, slots=True)
class Rule:
    """Nodes t of a doubly exponential quadrature on one level of refinement."""

    spacing: float
    nodes: Array


LEVELS = 5


def quadrature_rule(level: int, reach: tuple[float, float]) -> Rule:
    """Return the nodes that a level adds to those before it."""
    spacing = 0.25 / 2**level
    places = np.arange(-int(reach[0] / spacing), int(reach[1] / spacing) + 1)
    if level:
        places = places[places % 2 != 0]
    return Rule(spacing, spacing * places)


def reach_of(low: float, high: float) -> tuple[float, float]:
    """Return how far the nodes go to both sides; beyond, the weights vanish.

    On a half-line the last nodes are so far away that tails like 1/x**2 are not cut.
    """
    if math.isinf(low) and math.isinf(high):
        return 3.9, 3.9
    return (4.3, 4.2) if math.isinf(low) or math.isinf(high) else (4.3, 4.3)


def quadrature_points(t: Array, low: Array, high: Array) -> tuple[Array, Array]:
    """Map nodes to the interval; return points and weights.

    The ends must be infinite for all points of the batch or for none.
    """
    if np.isinf(low).any() and np.isinf(high).any():
        inner = math.pi / 2 * np.sinh(t)
        return np.sinh(inner), math.pi / 2 * np.cosh(t) * np.cosh(inner)
    if np.isinf(high).any():
        growth = np.exp(math.pi / 2 * np.sinh(t))
        return low + growth, growth * math.pi / 2 * np.cosh(t)
    if np.isinf(low).any():
        growth = np.exp(math.pi / 2 * np.sinh(t))
        return high - growth, growth * math.pi / 2 * np.cosh(t)
    inner = math.pi / 2 * np.sinh(t)
    width = high - low
    # Measured from the nearer end, so that a singularity at 0 is approached exactly.
    near = width / (1 + np.exp(2 * np.abs(inner)))
    weights = width * math.pi / 4 * np.cosh(t) / np.cosh(inner) ** 2
    return np.where(t < 0, low + near, high - near), weights


def undefined_inside(weighted: Array) -> Array:
    """Tell where an integrand is undefined in earnest, not only in its vanishing tails.

    Parameters
    ----------
    weighted : ndarray, shape (k, ...)
        Values times weights, in the order of the nodes.
    """
    defined = np.isfinite(weighted)
    if defined.all():
        return np.zeros(weighted.shape[1:], bool)
    count = len(weighted)
    first = np.argmax(defined, axis=0)
    last = count - 1 - np.argmax(defined[::-1], axis=0)
    hole = defined.sum(axis=0) != last - first + 1
    sizes = np.where(defined, np.abs(weighted), 0.0)
    top = sizes.max(axis=0)
    at_first = np.take_along_axis(sizes, first[None], axis=0)[0]
    at_last = np.take_along_axis(sizes, last[None], axis=0)[0]
    cut = (first > 0) & (at_first > 1e-6 * top) | (last < count - 1) & (at_last > 1e-6 * top)
    return np.asarray(hole | cut | ~defined.any(axis=0))
