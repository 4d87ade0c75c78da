"""Chance as finite sums: every declared law becomes weighted points.

A law with infinitely many values becomes the nodes of a Gauss quadrature, whose
number varies from point to point, so that a divergent mean shows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dlcards.claims.judge.numeric.sampling import Stream
from dlcards.claims.judge.numeric.values import Array, NumericError, Undefined
from dlcards.claims.statement import Type
from dlcards.claims.tree import Node
from dlcards.claims.types import PARAMETRIC_TYPES

DEPENDENT = frozenset({"random", "random_vector", "event", "partition", "centered"})
"""Types that share one joint law."""
INDEPENDENT = PARAMETRIC_TYPES | {"independent", "white"}
CONTINUOUS = frozenset({"Normal", "Exponential", "Uniform"})
"""Laws that are known only at the nodes of a quadrature."""
LISTED = CONTINUOUS | {"Bernoulli", "Binomial", "Poisson"}
"""Named laws that floats know as weighted points; of the others only the balls know means."""

MAX_POINTS = 20_000

_FEWEST_NODES = {0: 20, 1: 20, 2: 20, 3: 11, 4: 7}
"""How many nodes at least, by the number of continuous laws that multiply."""


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


@dataclass(frozen=True, slots=True)
class _Part:
    weights: Array
    values: dict[str, Array]


def joint_law(
    types: Mapping[str, Type],
    stream: Stream,
    *,
    number: Callable[[Node], float],
    size: Callable[[Node], int],
    corner: int = 0,
) -> Law | None:
    """Draw a joint law of all random names, or None when there are none.

    Parameters
    ----------
    number, size : callable
        Evaluate the arguments of a type.
    corner : int
        1 or 3: variables that are constant.

    Raises
    ------
    Undefined
        If a law has an impossible parameter.
    NumericError
        If the law has too many points.
    """
    dependent = {n: t for n, t in types.items() if t.name in DEPENDENT}
    parts = [_dependent_part(dependent, stream, size, corner)] if dependent else []
    continuous = sum(kind.name in CONTINUOUS for kind in types.values())
    fewest = _FEWEST_NODES.get(continuous, 5)
    for name, kind in types.items():
        if kind.name in INDEPENDENT:
            parts.extend(_independent_parts(name, kind, stream, number, size, fewest))
    return _product(parts) if parts else None


def _product(parts: Sequence[_Part]) -> Law:
    sizes = [len(part.weights) for part in parts]
    if math.prod(sizes) > MAX_POINTS:
        raise NumericError("the joint law has too many points")
    places = np.indices(sizes).reshape(len(parts), -1)
    weights = np.ones(places.shape[1])
    values: dict[str, Array] = {}
    for part, place in zip(parts, places, strict=True):
        weights = weights * part.weights[place]
        for name, points in part.values.items():
            # Independent entries of one vector arrive one after the other.
            column = points[place]
            values[name] = (
                np.concatenate([values[name], column], axis=1) if name in values else column
            )
    return Law(weights, values)


def _dependent_part(
    types: Mapping[str, Type], stream: Stream, size: Callable[[Node], int], corner: int
) -> _Part:
    chance = any(t.name in ("event", "partition") for t in types.values())
    count = 8 if chance else 6
    weights = np.exp(0.7 * stream.normal(count))
    values: dict[str, Array] = {}
    for place, (name, kind) in enumerate(types.items()):
        values[name] = _dependent_values(kind, place, count, weights, stream, size, corner)
    return _Part(weights / weights.sum(), values)


def _dependent_values(
    kind: Type,
    place: int,
    count: int,
    weights: Array,
    stream: Stream,
    size: Callable[[Node], int],
    corner: int,
) -> Array:
    if kind.name == "random":
        return _few_values(place, count, stream, corner)
    if kind.name == "centered":
        numbers = stream.normal(count)
        return np.asarray(numbers - weights @ numbers / weights.sum())
    if kind.name == "random_vector":
        n = size(kind.args[0])
        return stream.normal(count * n).reshape(count, n, 1)
    if kind.name == "event":
        happens = stream.uniform(count) < 0.5
        happens[place % count], happens[(place + 3) % count] = True, False
        return happens.astype(float)
    n = size(kind.args[0])
    labels = [i if i < n else int(stream.fraction() * n) for i in range(count)]
    return np.eye(n)[labels][..., None]


def _few_values(place: int, count: int, stream: Stream, corner: int) -> Array:
    """Draw two or three values, tied differently for every name, so that conditions matter."""
    palette = 1.5 * stream.normal(3)
    few = 2 if stream.fraction() < 0.3 else 3
    labels = (stream.uniform(count) * few * 0.9999).astype(int)
    labels[0], labels[place % (count - 1) + 1] = 0, 1
    if corner in (1, 3):
        return np.full(count, 0.0 if corner == 1 else 1.0)
    return np.asarray(palette[labels])


def _independent_parts(
    name: str,
    kind: Type,
    stream: Stream,
    number: Callable[[Node], float],
    size: Callable[[Node], int],
    fewest: int,
) -> list[_Part]:
    if kind.name == "independent":
        points, weights = 1.5 * stream.normal(3), np.exp(0.6 * stream.normal(3))
        return [_Part(weights / weights.sum(), {name: points})]
    if kind.name == "white":
        n = size(kind.args[0])
        if n > 7:
            raise NumericError("white noise of more than 7 dimensions")
        return [_white_entry(name, stream) for _ in range(n)]
    if kind.name not in LISTED:
        return []
    # An even and an odd number of nodes give different sums where a mean does not exist.
    nodes = fewest + int(stream.fraction() * (7.99 if fewest == 20 else 2.99))
    points, weights = parametric_points(kind.name, [number(arg) for arg in kind.args], nodes)
    return [_Part(weights, {name: points})]


def _white_entry(name: str, stream: Stream) -> _Part:
    points, weights = stream.normal(2), np.exp(0.5 * stream.normal(2))
    weights = weights / weights.sum()
    points = points - weights @ points
    points = points / math.sqrt(weights @ points**2)
    return _Part(weights, {name: points.reshape(2, 1, 1)})


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
