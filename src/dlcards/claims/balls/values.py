"""What a formula can be worth: a number, a matrix, infinity or a function."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from flint import arb, fmpq

from dlcards.claims.balls.errors import WrongShape
from dlcards.claims.balls.matrices import Matrix, described
from dlcards.claims.balls.numbers import NUMBER_TYPES, Mode, Number


class Function(Protocol):
    """A function with exact parameters.

    Attributes
    ----------
    inputs, outputs : int or None
        None stands for a plain number, an integer for a vector of that size.
    """

    @property
    def inputs(self) -> int | None:
        """How many numbers the argument has."""

    @property
    def outputs(self) -> int | None:
        """How many numbers the value has."""

    def __call__(self, arguments: Sequence[Number | Matrix], mode: Mode) -> Number | Matrix:
        """Return the value at a number, a vector, or the numbers that make up a vector."""
        ...


Value: TypeAlias = "Number | Matrix | Function"


@dataclass(slots=True)
class Laws:
    """The laws of all names that are not known by a named law.

    Parameters
    ----------
    weights : list of fmpq
        Probabilities of the joint outcomes.
    joint : dict of str to list
        Values of every name at the joint outcomes.
    independent : dict of str to list of (fmpq, value)
        Outcomes of a name of its own.
    white : dict of str to list of such lists
        Outcomes of every entry of a vector of independent entries.
    """

    weights: list[fmpq] = field(default_factory=list)
    joint: dict[str, list[fmpq | Matrix]] = field(default_factory=dict)
    independent: dict[str, list[tuple[Number, Number]]] = field(default_factory=dict)
    white: dict[str, list[list[tuple[fmpq, fmpq]]]] = field(default_factory=dict)


def as_number(value: Value) -> Number:
    """Return a value that must be a number; the entry of a one-by-one matrix is one.

    Raises
    ------
    WrongShape
        For a matrix or function.
    """
    if isinstance(value, NUMBER_TYPES):
        return value
    if isinstance(value, Matrix):
        if value.shape == (1, 1):
            return value.rows[0][0]
        raise WrongShape(f"a number is needed, not {described(value)}")
    raise WrongShape("a function needs an argument")


def as_matrix(value: Value) -> Matrix:
    """Return a value as a matrix; a number is one of one row and column."""
    return value if isinstance(value, Matrix) else Matrix([[as_number(value)]])


def plain(value: Value) -> Number | Matrix:
    """Return a value that must be a number or matrix."""
    if isinstance(value, _PLAIN):
        return value
    raise WrongShape("a function needs an argument")


_PLAIN = (fmpq, arb, Matrix, *NUMBER_TYPES)
"""The commonest first: this is asked for every part of a formula."""


def entries(value: Number | Matrix) -> list[Number]:
    """Return the numbers in a number or matrix."""
    return value.entries if isinstance(value, Matrix) else [value]
