"""What is declared of a type of the claim language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class TypeWord:
    """A type that a name can be declared with.

    Parameters
    ----------
    name : str
    arities : tuple of int
        The numbers of arguments it takes.
    sizes : int
        How many of the first arguments are sizes: a name used there need not be declared.
    group, description, example : str
    wider : tuple of str
        The types that say less, the widest first.
    sign : str
        What all its numbers are; empty where they may have either sign.
    whole, bounded : bool
        Whether its numbers are whole, and whether they lie between two bounds.
    symmetric, sums_to_one : bool
        Whether its matrices equal their transpose, and its entries sum to 1.
    """

    name: str
    arities: tuple[int, ...]
    sizes: int
    group: str
    description: str
    example: str
    wider: tuple[str, ...] = ()
    sign: Literal["", "nonnegative", "positive"] = ""
    whole: bool = False
    bounded: bool = False
    symmetric: bool = False
    sums_to_one: bool = False
