"""Claims about where something is smallest or largest."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from dlcards.claims.judge.numeric.evaluate import Point, Value, sample_type, settle
from dlcards.claims.judge.numeric.values import Array, Matrix, NumericError, Undefined, WrongShape
from dlcards.claims.statement import Type
from dlcards.claims.tree import Node

_RIVALS = 40
_DISTANCES = (1.0, 0.3, 0.1, 0.03, 0.01, 1e-3)


def optimum_error(point: Point, side: Node, stated: Node) -> float:
    """Tell how much better than the stated optimum some point of the domain is.

    Parameters
    ----------
    side : Node
        ``argmin(expression, name)`` or ``argmax(expression, name)``.
    stated : Node
        The formula claimed to be the optimum.

    Returns
    -------
    float
        0 when nothing better was found; 1 when the optimum lies outside the domain.

    Raises
    ------
    NumericError
        If the objective does not depend on the name, or can hardly be evaluated.
    """
    expression, variable = side.args
    kind = point.scope.types[variable.name]
    corner, point.corner = point.corner, 0
    best = settle(point, point.evaluate(stated))
    before = point.values[variable.name]
    if isinstance(before, Matrix) != isinstance(best, Matrix) or (
        isinstance(before, Matrix) and isinstance(best, Matrix) and before.shape != best.shape
    ):
        raise WrongShape("the stated optimum has the wrong shape")
    if not is_inside(kind, best, point):
        return 1.0
    sign = 1.0 if side.name == "argmin" else -1.0
    candidates = _candidates(point, kind, best)
    heights = _heights(point, variable.name, candidates, expression) * sign
    point.corner = corner
    return _advantage(heights)


def _candidates(point: Point, kind: Type, best: Matrix | Array) -> Array:
    """Return the stated optimum, then rivals at every distance from it."""
    centre = best.entries if isinstance(best, Matrix) else best
    rivals = np.stack([_entries(sample_type(point, kind)) for _ in range(_RIVALS)])
    steps = np.array(_DISTANCES).reshape(-1, *(1,) * rivals.ndim)
    moved = (centre + steps * (rivals - centre)).reshape(-1, *centre.shape)
    if kind.name == "unit":
        moved = moved / np.linalg.norm(moved, axis=-2, keepdims=True)
    return np.concatenate([centre[None], moved])


def _entries(value: Value) -> Array:
    if isinstance(value, Matrix):
        return value.entries
    return np.asarray(value, float)


def _heights(point: Point, name: str, candidates: Array, expression: Node) -> Array:
    value = Matrix(candidates) if candidates.ndim > 1 else candidates
    found = point.along(name, value, len(candidates), expression)
    if isinstance(found, Matrix):
        raise WrongShape("an objective must be a number")
    return found


def _advantage(heights: Array) -> float:
    lowest = float(heights[0])
    if not math.isfinite(lowest):
        raise Undefined("the objective at the stated optimum")
    rest = heights[1:]
    tried = rest[np.isfinite(rest)]
    if len(tried) < _RIVALS:
        raise Undefined("the objective at most points of the domain")
    far = rest[:_RIVALS]
    scale = 1 + abs(lowest)
    if np.count_nonzero(np.abs(far - lowest) < 1e-9 * scale) > 3:
        raise NumericError("the objective does not depend on the variable: no unique optimum")
    better = tried[tried < lowest - 1e-10 * scale]
    return max(float((lowest - better.min()) / scale), 1e-3) if better.size else 0.0


def is_inside(kind: Type, value: Matrix | Array, point: Point) -> bool:
    """Tell whether a value lies in the domain of a declared type."""
    entries = value.entries if isinstance(value, Matrix) else value
    if kind.name in ("interval", "closed_interval", "integers"):
        low, high = (point.plain(arg) for arg in kind.args)
        return bool(low <= entries <= high) and (kind.name != "integers" or _whole(entries))
    test = _DOMAINS.get(kind.name)
    return test is None or bool(test(entries))


def _whole(number: Array) -> bool:
    return bool(abs(number - np.round(number)) < 1e-9)


def _definite(entries: Array) -> bool:
    return bool(np.allclose(entries, entries.T) and np.linalg.eigvalsh(entries).min() > 0)


_DOMAINS: dict[str, Callable[[Array], bool]] = {
    "positive": lambda x: bool(x > 0),
    "nonnegative": lambda x: bool(x >= 0),
    "probability": lambda x: bool(0 <= x <= 1),
    **dict.fromkeys(
        ("simplex", "open_simplex"),
        lambda x: bool(x.min() >= -1e-12 and abs(x.sum() - 1) < 1e-9),
    ),
    "positive_vector": lambda x: bool(x.min() > 0),
    "unit": lambda x: bool(abs(np.linalg.norm(x) - 1) < 1e-9),
    "nonzero": lambda x: bool(x != 0),
    "natural": lambda x: _whole(x) and bool(x >= 1),
    "integer": _whole,
    "onehot": lambda x: sorted(x.ravel().tolist()) == [0.0] * (x.size - 1) + [1.0],
    "nonconstant": lambda x: bool(np.ptp(x) > 0),
    "nonzero_vector": lambda x: bool(np.abs(x).max() > 0),
    "symmetric": lambda x: bool(np.allclose(x, x.T)),
    "diagonal": lambda x: bool(np.allclose(x, np.diag(np.diag(x)))),
    "orthogonal": lambda x: bool(np.allclose(x @ x.T, np.eye(len(x)))),
    "invertible": lambda x: bool(np.linalg.matrix_rank(x) == len(x)),
    "fullrank": lambda x: bool(np.linalg.matrix_rank(x) == x.shape[1]),
    "psd": lambda x: bool(np.allclose(x, x.T) and np.linalg.eigvalsh(x).min() > -1e-9),
    "spd": _definite,
}
