"""Functions of batches of numbers, vectors and matrices that several words share."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dlcards.claims.judge.numeric.values import Array, Matrix, WrongShape


def by_entry(function: Callable[[float], float]) -> Callable[[Array], Array]:
    """Apply a function of one float to every entry."""

    def whole(x: Array) -> Array:
        return np.asarray(np.frompyfunc(function, 1, 1)(x), float)

    return whole


def log(x: Array) -> Array:
    """Return logarithms, NaN where there is none."""
    return np.log(np.where(x > 0, x, np.nan))


def square(matrix: Matrix) -> Array:
    """Return the entries of a square matrix."""
    rows, columns = matrix.shape
    if rows != columns:
        raise WrongShape(f"a square matrix is needed, not {rows}x{columns}")
    return matrix.entries


def vector(matrix: Matrix) -> Array:
    """Return the entries of a vector."""
    if not matrix.is_vector:
        raise WrongShape("a vector is needed, not a matrix")
    numbers: Array = matrix.entries[..., 0]
    return numbers


def symmetric(matrix: Matrix) -> Array:
    """Return the entries of a symmetric matrix."""
    entries = square(matrix)
    if not np.allclose(entries, np.swapaxes(entries, -1, -2), equal_nan=True):
        raise WrongShape("a symmetric matrix is needed")
    return entries


def where_finite(function: Callable[[Array], Array], entries: Array) -> Array:
    """Apply a routine of linear algebra that does not accept NaN."""
    bad = np.asarray(~np.isfinite(entries).all(axis=(-1, -2)))
    if not bad.any():
        return np.asarray(function(entries), float)
    safe = np.where(bad[..., None, None], np.eye(*entries.shape[-2:]), entries)
    result = np.asarray(function(safe), float)
    return np.where(bad.reshape(bad.shape + (1,) * (result.ndim - bad.ndim)), np.nan, result)


def inverse(matrix: Matrix) -> Matrix:
    """Return the inverse, NaN where there is none."""
    entries = square(matrix)
    try:
        inverse = np.linalg.inv(entries)
    except np.linalg.LinAlgError:
        each = entries.reshape(-1, *entries.shape[-2:])
        inverse = np.array([_one_inverse(one) for one in each]).reshape(entries.shape)
    size = np.abs(entries).max(axis=(-1, -2)) * np.abs(inverse).max(axis=(-1, -2))
    return Matrix(np.where((size < 1e13)[..., None, None], inverse, np.nan))


def _one_inverse(entries: Array) -> Array:
    try:
        return np.linalg.inv(entries)
    except np.linalg.LinAlgError:
        return np.full_like(entries, np.nan)


def pair(a: Matrix, b: Matrix) -> tuple[Array, Array]:
    """Return the entries of two vectors of one size."""
    p, q = vector(a), vector(b)
    if p.shape[-1] != q.shape[-1]:
        raise WrongShape(f"two vectors of {p.shape[-1]} and {q.shape[-1]} entries")
    return np.broadcast_arrays(p, q)  # type: ignore[return-value]  # it gives a tuple of two
