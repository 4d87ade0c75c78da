"""Arrays of numbers, and results that are the same on every processor.

The last bits of ``exp``, of ``pow`` and of a matrix product depend on the vector
instructions of the processor, and LAPACK chooses the signs of eigenvectors. One does not see
that in a coordinate of a tenth of a pixel, unless it decides something: which of two equal
places a label takes, which of two shades a height between them gets.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
"""Numbers, in any shape."""

Indices = NDArray[np.integer[Any]]
"""Whole numbers: places in a list, classes of points."""

BITS = 40
"""Of the 53 bits of a number, those kept: a few operations err only in the others."""


def steady(values: ArrayLike) -> Array:
    """Round numbers to 40 bits, so that equal ones stay equal on whatever processor.

    Examples
    --------
    >>> bool(steady(0.1 + 0.2) == steady(0.3))
    True
    """
    mantissa, exponent = np.frexp(np.asarray(values, dtype=float))
    return np.asarray(np.ldexp(np.rint(np.ldexp(mantissa, BITS)), exponent - BITS))


def symmetric_eigen(
    matrix: Sequence[Sequence[float]] | Array,
) -> tuple[tuple[float, float], tuple[tuple[float, float], tuple[float, float]]]:
    """Return the eigenvalues of a symmetric 2 × 2 matrix, rising, and unit eigenvectors.

    Examples
    --------
    >>> symmetric_eigen([[2, 0], [0, 1]])
    ((1.0, 2.0), ((0.0, 1.0), (1.0, 0.0)))
    """
    (a, b), (_, d) = ((float(v) for v in row) for row in matrix)
    mean, half = (a + d) / 2, (a - d) / 2
    radius = math.hypot(half, b)
    values = (mean - radius, mean + radius)
    if b == 0:
        first, second = ((1.0, 0.0), (0.0, 1.0)) if a <= d else ((0.0, 1.0), (1.0, 0.0))
        return values, (first, second)
    x, y = (half - radius, b) if half <= 0 else (b, -half - radius)
    size = math.hypot(x, y)
    return values, ((x / size, y / size), (y / size, -x / size))
