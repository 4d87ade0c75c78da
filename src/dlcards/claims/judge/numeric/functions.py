"""Functions as the float evaluator calls them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from dlcards.claims.judge.numeric.values import Array, Matrix, Scalar, WrongShape


@dataclass(frozen=True, slots=True, eq=False)
class FloatFunction:
    """A smooth function on arrays, with the derivatives it is known to have.

    Parameters
    ----------
    inputs, outputs : int or None
        None stands for a plain number, an integer for a vector of that size.
    value : callable
        From an array of shape ``(..., inputs, 1)`` to ``(..., outputs, 1)``, or
        entry by entry when both are plain numbers.
    jacobian : callable or None
        From the same argument to ``(..., outputs, inputs)``.
    slopes : tuple of callable
        For a function of one number: its derivatives of order 1, 2, …
    """

    inputs: int | None
    outputs: int | None
    value: Callable[[Array], Array]
    jacobian: Callable[[Array], Array] | None = None
    slopes: tuple[Callable[[Array], Array], ...] = ()

    def __call__(self, arguments: Sequence[Matrix | Scalar]) -> Matrix | Scalar:
        """Return the value at a number, a vector, or the numbers that make up a vector."""
        point = self.point(arguments)
        result = self.value(point)
        if self.inputs is None:
            return Matrix(result) if isinstance(arguments[0], Matrix) else result
        if self.outputs is None:
            number: Array = result[..., 0, 0]
            return number
        return Matrix(result)

    def point(self, arguments: Sequence[Matrix | Scalar]) -> Array:
        """Return the argument as one array, after checking its shape."""
        first = arguments[0]
        if self.inputs is None:
            if len(arguments) != 1:
                raise WrongShape("this function takes one number, or a vector entry by entry")
            return first.entries if isinstance(first, Matrix) else np.asarray(first, float)
        if isinstance(first, Matrix):
            if len(arguments) != 1 or first.shape != (self.inputs, 1):
                shape = "x".join(map(str, first.shape))
                raise WrongShape(f"this function takes {self.inputs} numbers, not {shape}")
            return first.entries
        numbers = [x for x in arguments if not isinstance(x, Matrix)]
        if len(numbers) != self.inputs or len(numbers) != len(arguments):
            raise WrongShape(f"this function takes {self.inputs} numbers")
        return np.stack(np.broadcast_arrays(*map(np.asarray, numbers)), axis=-1)[..., None]
