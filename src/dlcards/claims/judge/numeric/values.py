"""What a formula can be worth, many points at a time.

A number is a float or an array whose axes are *batch axes*: one for every sum,
integral, derivative or expectation it stands in, the innermost first, so that an
outer value broadcasts against an inner one. A :class:`Matrix` has its rows and
columns behind the batch axes. An undefined number is NaN; a truth value is 1 or 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]
Scalar: TypeAlias = "float | Array"


class NumericError(ValueError):
    """A formula that cannot be evaluated."""


class WrongShape(NumericError):
    """Vectors or matrices that do not fit each other."""


class Undefined(NumericError):
    """A formula without a value at a point of its declared domain."""


class Unsettled(NumericError):
    """A limit, derivative or integral whose approximations did not agree."""


class TooMuchWork(NumericError):
    """A formula that needs more steps than one check may take."""


class NeedsLoop(NumericError):
    """A size that differs between the points of a batch."""


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """A matrix, or a vector as one column, at every point of a batch."""

    entries: Array

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        rows, columns = self.entries.shape[-2:]
        return rows, columns

    @property
    def is_vector(self) -> bool:
        """Whether there is one column."""
        return self.shape[1] == 1


def column(numbers: npt.ArrayLike) -> Matrix:
    """Return a vector of the numbers along the last axis."""
    return Matrix(np.asarray(numbers, float)[..., None])


def lifted(number: Scalar) -> Scalar:
    """Return the number with two axes for rows and columns behind its batch axes."""
    return number if np.ndim(number) == 0 else np.asarray(number)[..., None, None]


def collapsed(matrix: Matrix) -> Matrix | Scalar:
    """Return the entry of a one-by-one matrix, any other matrix as it is."""
    if matrix.entries.shape[-2:] != (1, 1):
        return matrix
    number: Array = matrix.entries[..., 0, 0]
    return number


def largest(value: object) -> float:
    """Return the largest finite magnitude in a number or matrix."""
    if isinstance(value, Matrix):
        value = value.entries
    sizes = np.abs(np.asarray(value, float))
    top = float(sizes.max()) if sizes.size else 0.0
    if top < np.inf:
        return top
    finite = sizes[np.isfinite(sizes)]
    return float(finite.max()) if finite.size else 0.0
