"""What is declared of a type of the claim language."""

from __future__ import annotations

from dataclasses import dataclass


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
    """

    name: str
    arities: tuple[int, ...]
    sizes: int
    group: str
    description: str
    example: str
    wider: tuple[str, ...] = ()
