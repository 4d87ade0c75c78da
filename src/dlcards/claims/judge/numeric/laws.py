"""Chance as finite sums: every declared law becomes weighted points.

A law with infinitely many values becomes the nodes of a Gauss quadrature.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dlcards.claims.judge.numeric.values import Array, NumericError, Undefined
from dlcards.claims.types import PARAMETRIC_TYPES

DEPENDENT = frozenset({"random", "random_vector", "event", "partition", "centered"})
"""Types that share one joint law."""
INDEPENDENT = PARAMETRIC_TYPES | {"independent", "white"}
CONTINUOUS = frozenset({"Normal", "Exponential", "Uniform"})
"""Laws that are known only at the nodes of a quadrature."""
LISTED = CONTINUOUS | {"Bernoulli", "Binomial", "Poisson"}
"""Named laws that floats know as weighted points; of the others only the balls know means."""


@dataclass(slots=True)
class Law:
    """A finite joint law.

    Parameters
    ----------
    weights : ndarray, shape (k,)
        Probabilities of the points.
    values : dict of str to ndarray
        Per name the values at the points: shape ``(k,)``, or ``(k, n, 1)`` for vectors.
    """

    weights: Array
    values: dict[str, Array]


def parametric_points(name: str, arguments: Sequence[float], nodes: int) -> tuple[Array, Array]:
    """Return points and weights of a named law; ``nodes`` are used for a continuous one.

    Raises
    ------
    Undefined
        If a parameter is impossible.
    NumericError
        If the law has too many points.

    Examples
    --------
    >>> points, weights = parametric_points("Bernoulli", [0.25], 20)
    >>> points.tolist(), weights.tolist()
    ([0.0, 1.0], [0.75, 0.25])
    """
    check_parameters(name, arguments)
    if name == "Bernoulli":
        return np.array([0.0, 1.0]), np.array([1 - arguments[0], arguments[0]])
    if name == "Binomial":
        n, p = int(arguments[0]), arguments[1]
        if n > 200:
            raise NumericError("a Binomial law of more than 200 tries")
        counts = range(n + 1)
        weights = [math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in counts]
        return np.arange(n + 1.0), np.array(weights)
    if name == "Poisson":
        rate = arguments[0]
        if rate >= 300:
            raise NumericError("a Poisson law of rate 300 or more")
        count = np.arange(int(rate + 14 * math.sqrt(rate) + 30), dtype=float)
        logs = -rate + count * math.log(rate) - np.array([math.lgamma(k + 1) for k in count])
        return count, np.exp(logs)
    if name == "Normal":
        x, w = np.polynomial.hermite_e.hermegauss(nodes)
        w = w / w.sum()
        kept = w > 1e-17
        return arguments[0] + math.sqrt(arguments[1]) * x[kept], w[kept]
    if name == "Exponential":
        x, w = np.polynomial.laguerre.laggauss(nodes)
        return x / arguments[0], w / w.sum()
    x, w = np.polynomial.legendre.leggauss(nodes)
    low, high = arguments
    return (low + high) / 2 + (high - low) / 2 * x, w / 2


def check_parameters(name: str, arguments: Sequence[float]) -> None:
    """Refuse impossible parameters of a named law.

    Raises
    ------
    Undefined
        If, for example, a variance is not positive.
    NumericError
        If floats do not know the law.
    """
    if name not in LISTED:
        raise NumericError(f"no weighted points stand for the law {name}")
    first = arguments[0]
    possible = {
        "Bernoulli": lambda: 0 <= first <= 1,
        "Binomial": lambda: 0 <= arguments[1] <= 1 and first >= 0 and float(first).is_integer(),
        "Poisson": lambda: first > 0,
        "Exponential": lambda: first > 0,
        "Normal": lambda: arguments[1] > 0,
        "Uniform": lambda: first < arguments[1],
    }[name]()
    if not possible:
        listed = ", ".join(f"{x:g}" for x in arguments)
        raise Undefined(f"the law {name}({listed}) does not exist")


def density(name: str, arguments: Sequence[float], at: Array) -> Array:
    """Return the density (or probability) of a named law at points.

    Raises
    ------
    Undefined
        If a parameter is impossible.

    Examples
    --------
    >>> float(density("Exponential", [2.0], np.array(0.0)))
    2.0
    """
    check_parameters(name, arguments)
    if name == "Normal":
        mean, variance = arguments
        return np.exp(-((at - mean) ** 2) / (2 * variance)) / math.sqrt(2 * math.pi * variance)
    if name == "Exponential":
        rate = arguments[0]
        return np.where(at >= 0, rate * np.exp(-rate * np.maximum(at, 0)), 0.0)
    if name == "Uniform":
        low, high = arguments
        return np.where((at >= low) & (at <= high), 1 / (high - low), 0.0)
    points, weights = parametric_points(name, arguments, 0)
    near = np.abs(np.asarray(at)[..., None] - points) < 1e-9
    return np.asarray((near * weights).sum(axis=-1))
