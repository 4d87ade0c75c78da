"""What is declared of a word of the claim language."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """A word that can be applied to arguments.

    Parameters
    ----------
    name : str
    arities : tuple of int
        The numbers of arguments it takes.
    group, description : str
    example : str
        A true statement that uses the word.
    latex : str
        The LaTeX that precedes the bracketed arguments; empty when the layout is
        not that simple and the group has a function for it in ``latex.py``.
    binder_index : int or None
        The argument that is a fresh variable, known inside the first argument only,
        when more than two arguments are given.
    variable_index : int or None
        The argument that must be a declared name, or an entry of one, when it does not bind.
    size_indices : tuple of int
        The arguments that are sizes: a name used there need not be declared.
    fixed_indices : tuple of int
        More arguments that are names or directions, not formulas: no slip is made there.
    claims_only : bool
        Whether it has a meaning in claims only, not in code or worked examples.
    becomes : str
        The word of one argument that a slip puts in its place; empty when none does.
    droppable : bool
        Whether a slip leaves the word out and keeps its first argument.
    ordered : bool
        Whether a slip swaps its two arguments.
    bounded : bool
        Whether a slip moves its bounds, the last two of four arguments, by one.
    """

    name: str
    arities: tuple[int, ...]
    group: str
    description: str
    example: str
    latex: str = ""
    binder_index: int | None = None
    variable_index: int | None = None
    size_indices: tuple[int, ...] = ()
    fixed_indices: tuple[int, ...] = ()
    claims_only: bool = False
    becomes: str = ""
    droppable: bool = False
    ordered: bool = False
    bounded: bool = False


@dataclass(frozen=True, slots=True)
class Law:
    """A law with a name: the type of a random variable, and a thing to compare laws with.

    Parameters
    ----------
    name : str
    arities : tuple of int
    description : str
        What its parameters are.
    declared : str
        As the type of a name.
    example : str
        A true statement that uses it.
    latex : str
        What precedes its bracketed parameters; empty when
        the group has a function for it in ``latex.py``.
    of_vectors : bool
        Whether its values are vectors.
    """

    name: str
    arities: tuple[int, ...]
    description: str
    declared: str
    example: str
    latex: str = ""
    of_vectors: bool = False
