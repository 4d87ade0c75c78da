"""What stands for a declared vector or matrix in a proof, and what is known of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from dlcards.claims.prove.signs import Signs
from dlcards.claims.statement import Type
from dlcards.claims.types import MATRIX_TYPES
from dlcards.claims.types.matrices import symbols as matrices
from dlcards.claims.types.numbers import symbols as numbers
from dlcards.claims.types.vectors import symbols as vectors


def matrix_model(name: str, type_: Type, shape: Sequence[int], place: int = 0) -> Any:
    """Return the stand-in of a declared vector or matrix.

    Parameters
    ----------
    place : int
        Where the one of a ``onehot`` stands, counted from 0.

    Raises
    ------
    NoProof
        If the type has no symbolic stand-in.
    """
    if type_.name in MATRIX_TYPES:
        return matrices.matrix_model(name, type_, shape)
    return vectors.vector_model(name, type_, shape, place)


def known_signs(name: str, type_: Type, value: Any) -> Iterator[tuple[Any, Signs]]:
    """Yield what a type says of the symbols that a value is made of, as a whole."""
    yield from numbers.known_signs(name, type_)
    yield from vectors.known_signs(name, type_, value)
    yield from matrices.known_signs(type_, value)
