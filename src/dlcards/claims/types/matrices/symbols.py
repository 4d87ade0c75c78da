"""What stands for a matrix in a proof."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sympy as sp

from dlcards.claims.prove.signs import NONZERO, POSITIVE, Signs
from dlcards.claims.prove.symbols import entries
from dlcards.claims.prove.zero import NoProof
from dlcards.claims.statement import Type

WITHOUT_MODEL = frozenset({"orthogonal", "mask_rows", "joint_table", "stochastic"})
"""Types that nothing stands for: claims about them are never proved."""


def matrix_model(name: str, type_: Type, shape: Sequence[int]) -> Any:
    """Return the stand-in of a declared matrix: one symbol per free entry.

    Raises
    ------
    NoProof
        If the type has no symbolic stand-in.
    """
    rows = shape[0]
    match type_.name:
        case "matrix" | "fullrank":
            return entries(name, rows, shape[1])
        case "square" | "invertible":
            return entries(name, rows, rows)
        case "symmetric":
            free = entries(name, rows, rows)
            return sp.Matrix(rows, rows, lambda i, j: free[min(i, j), max(i, j)])
        case "diagonal":
            return sp.diag(*entries(name, rows, 1))
        case "spd":
            # Cholesky: any entries below a positive diagonal.
            free, scale = entries(name, rows, rows), entries(name, rows, 1, positive=True)
            lower = sp.Matrix(rows, rows, lambda i, j: free[i, j] if i > j else 0)
            lower += sp.diag(*scale)
            return lower * lower.T
        case "psd":
            free = entries(name, rows, rows)
            return free * free.T
    raise NoProof(f"no symbolic model of {type_.name}")


def known_signs(type_: Type, value: Any) -> Iterator[tuple[Any, Signs]]:
    """Yield what a type says of the symbols that a value is made of, as a whole."""
    match type_.name:
        case "invertible":
            yield value.det(method="berkowitz"), NONZERO
        case "fullrank":
            yield (value.T * value).det(method="berkowitz"), POSITIVE
            if value.shape[0] == value.shape[1]:
                yield value.det(method="berkowitz"), NONZERO
