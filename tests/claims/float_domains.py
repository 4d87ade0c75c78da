"""Which floats are of a declared type, up to rounding."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dlcards.claims.judge.numeric.point import Point
from dlcards.claims.judge.numeric.values import Array, Matrix
from dlcards.claims.statement import Type


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
