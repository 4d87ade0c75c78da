"""What stands for a vector in a proof."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sympy as sp

from dlcards.claims.prove.signs import POSITIVE, Signs
from dlcards.claims.prove.symbols import entries
from dlcards.claims.prove.zero import NoProof
from dlcards.claims.statement import Type

WITHOUT_MODEL = frozenset({"mask"})
"""Types that nothing stands for: claims about them are never proved."""


def vector_model(name: str, type_: Type, shape: Sequence[int], place: int = 0) -> Any:
    """Return the stand-in of a declared vector: one symbol per free entry.

    Parameters
    ----------
    place : int
        Where the one of a ``onehot`` stands, counted from 0.

    Raises
    ------
    NoProof
        If the type has no symbolic stand-in.
    """
    rows = shape[0]
    match type_.name:
        case "vector" | "nonconstant" | "nonzero_vector":
            return entries(name, rows, 1)
        case "positive_vector":
            return entries(name, rows, 1, positive=True)
        case "open_simplex":
            odds = entries(name, rows, 1, positive=True)
            return odds / sum(odds)
        case "simplex":
            odds = entries(name, rows, 1, nonnegative=True)
            return odds / sum(odds)
        case "onehot":
            return sp.Matrix(rows, 1, lambda i, _: sp.Integer(i == place))
        case "unit":
            direction = entries(name, rows, 1)
            return direction / sp.sqrt(sum(entry**2 for entry in direction))
    raise NoProof(f"no symbolic model of {type_.name}")


def known_signs(name: str, type_: Type, value: Any) -> Iterator[tuple[Any, Signs]]:
    """Yield what a type says of the symbols that a value is made of, as a whole.

    Examples
    --------
    >>> list(known_signs("x", Type("nonzero_vector"), entries("x", 1, 1)))
    [(v_x[1,1]**2, frozenset({1}))]
    """
    match type_.name:
        case "simplex":
            yield sp.Add(*entries(name, value.shape[0], 1, nonnegative=True)), POSITIVE
        case "nonzero_vector":
            yield sp.Add(*[entry**2 for entry in value]), POSITIVE
        case "nonconstant":
            mean = sp.Add(*value) / len(value)
            yield sp.Add(*[(entry - mean) ** 2 for entry in value]), POSITIVE
        case "unit":
            yield sp.Add(*[entry**2 for entry in value.free_symbols]), POSITIVE
