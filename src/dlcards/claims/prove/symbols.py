"""The symbols that stand for declared names."""

from __future__ import annotations

from typing import Any

import sympy as sp


def is_matrix(value: object) -> bool:
    """Tell whether a value is a vector or matrix."""
    return isinstance(value, sp.MatrixBase)


def symbol(name: str, **assumptions: bool) -> Any:
    """Return a symbol for a checked name; the only way a name reaches SymPy."""
    return sp.Symbol("v_" + name, **assumptions)


def entries(name: str, rows: int, columns: int, **assumptions: bool) -> Any:
    """Return a matrix of symbols."""
    return sp.Matrix(
        rows,
        columns,
        lambda i, j: sp.Symbol(f"v_{name}[{i + 1},{j + 1}]", real=True, **assumptions),
    )
