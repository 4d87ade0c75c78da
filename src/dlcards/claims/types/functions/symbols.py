"""What stands for a function in a proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp

from dlcards.claims.prove.unknown import unknown_function
from dlcards.claims.prove.zero import NoProof
from dlcards.claims.statement import Type

SMOOTH = frozenset({"smooth_function", "positive_function", "convex"})
WITHOUT_MODEL = frozenset({"quadratic"})
"""Types that nothing stands for: claims about them are never proved."""


@dataclass(frozen=True, slots=True)
class FunctionModel:
    """An unknown function: one SymPy function for each of its outputs.

    Parameters
    ----------
    outputs : tuple of classes
    inputs : int
        Number of arguments of each.
    vector : bool
        Whether the value is a vector.
    """

    outputs: tuple[Any, ...]
    inputs: int
    vector: bool

    def __call__(self, numbers: Sequence[Any]) -> Any:
        """Return the value at these numbers."""
        if len(numbers) != self.inputs:
            raise NoProof("wrong number of arguments")
        values = [function(*numbers) for function in self.outputs]
        return sp.Matrix(values) if self.vector else values[0]


def function_model(name: str, type_: Type, shape: Sequence[int]) -> FunctionModel:
    """Return the stand-in of a declared function.

    Raises
    ------
    NoProof
        If the type has no symbolic stand-in.
    """
    if type_.name not in SMOOTH | {"function"}:
        raise NoProof(f"no symbolic model of {type_.name}")
    positive, smooth = type_.name == "positive_function", type_.name in SMOOTH
    inputs = shape[0] if shape else 1
    if len(shape) < 2:
        function = unknown_function(name, positive=positive, smooth=smooth)
        return FunctionModel((function,), inputs, vector=False)
    names = [f"{name}[{i + 1}]" for i in range(shape[1])]
    outputs = tuple(unknown_function(output, smooth=smooth) for output in names)
    return FunctionModel(outputs, inputs, vector=True)
