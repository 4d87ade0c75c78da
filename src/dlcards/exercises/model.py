"""A family of exercises: what its author wrote, and what was read of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from dlcards.claims.prose import InlineKind
from dlcards.claims.statement import Definition, Path, Type
from dlcards.claims.tree import Node

NO_NAMES: Mapping[str, str] = MappingProxyType({})

MOST_VARIANTS = 12

ANSWER = "answer"
"""The name under which formulas speak of the answer."""


@dataclass(frozen=True, slots=True)
class FamilyText:
    """The formulas and texts of a family, as they were written.

    Parameters
    ----------
    id : str
        The first id: draws follow from it.
    let : mapping of str to str
        Free variables with their types.
    draw : mapping of str to str
        Names with what they are drawn from, or the formula that they follow from.
    given : tuple of str
        Conditions; a draw that does not meet them is drawn again.
    ask, answer, reply, hint : str
    choices : tuple of str
        Words of which the answer is the number.
    claims, steps, note : tuple of str
    mistakes : tuple of (answer, says)
    allows : frozenset of str
        What a variant may be although it looks trivial: ``zero``, ``given``.
    count : int
        The largest number of variants.
    """

    id: str
    ask: str
    answer: str
    draw: Mapping[str, str]
    claims: tuple[str, ...]
    let: Mapping[str, str] = field(default_factory=lambda: NO_NAMES)
    show: Mapping[str, str] = field(default_factory=lambda: NO_NAMES)
    given: tuple[str, ...] = ()
    reply: str = ""
    choices: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    hint: str = ""
    mistakes: tuple[tuple[str, str], ...] = ()
    note: tuple[str, ...] = ()
    allows: frozenset[str] = frozenset()
    count: int = MOST_VARIANTS


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula and where it stands; positions in the tree count in the whole text."""

    node: Node
    path: Path
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A relation or expression of a line, and how it follows from what stands before it.

    Parameters
    ----------
    sign : str
        ``""`` for a formula of its own, else ``<=>``, ``=>``, ``~=`` or a relation sign.
    """

    sign: str
    formula: Formula


@dataclass(frozen=True, slots=True)
class Part:
    """A run of a text: words, code, emphasis, or formulas linked with each other.

    Parameters
    ----------
    condition : bool
        Whether it is only printed, not claimed.
    """

    kind: InlineKind
    text: str
    links: tuple[Link, ...] = ()
    condition: bool = False


Text = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """One name: drawn, or worked out from names before it.

    Parameters
    ----------
    formula : Formula
        A draw such as ``integers(1, 6)``, or what the name stands for.
    parameters : tuple of str
        Of a function, ``f(x): …``.
    is_draw : bool
    """

    name: str
    formula: Formula
    parameters: tuple[str, ...] = ()
    is_draw: bool = False


@dataclass(frozen=True, slots=True)
class Mistake:
    """A wrong answer that learners give, and what is said to it."""

    answer: Formula
    says: Text


@dataclass(frozen=True, slots=True)
class Family:
    """A family that has been read: every name is known, every formula a tree."""

    id: str
    types: Mapping[str, Type]
    draws: tuple[Drawn, ...]
    given: tuple[Formula, ...]
    ask: Text
    answer: Formula
    claims: tuple[Formula, ...]
    show: Mapping[str, str] = field(default_factory=lambda: NO_NAMES)
    reply: Text = ()
    choices: tuple[str, ...] = ()
    steps: tuple[Text, ...] = ()
    hint: Text = ()
    mistakes: tuple[Mistake, ...] = ()
    note: tuple[Formula, ...] = ()
    allows: frozenset[str] = frozenset()
    count: int = MOST_VARIANTS


@dataclass(frozen=True, slots=True)
class Variant:
    """One exercise of a family: a value for every name.

    Parameters
    ----------
    index : int
        Counted from 1; a released variant keeps it.
    drawn : mapping of str to Node
        The values that were drawn, from which all others follow.
    values : mapping of str to Node
        The value of every name, the answer among them.
    functions : mapping of str to Definition
        Names with parameters.
    """

    index: int
    drawn: Mapping[str, Node]
    values: Mapping[str, Node]
    functions: Mapping[str, Definition] = field(default_factory=dict)
