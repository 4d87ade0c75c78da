"""Algorithms as they are written, and as code and trees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dlcards.claims.prose import Inline
from dlcards.claims.snippets.grammar import Snippet
from dlcards.claims.statement import Claim, Path, Statement, StatementText
from dlcards.claims.tree import Node

OLD, NEW = "_old", "_new"
"""What is added to the name of a variable of the loop: its value before and after one pass."""


@dataclass(frozen=True, slots=True)
class GapText:
    """A part of the code that a card hides; ``also`` can stand there as well."""

    slot: int
    hide: str
    also: tuple[str, ...]
    hint: str
    path: Path


@dataclass(frozen=True, slots=True)
class CallText:
    """Values for the declared names; what the code returns for them is computed."""

    slot: int
    given: Mapping[str, str]
    path: Path


@dataclass(frozen=True, slots=True)
class SlipText:
    """A plausible mistake: ``wrong`` in place of ``right``."""

    slot: int
    right: str
    wrong: str
    says: str
    path: Path


@dataclass(frozen=True, slots=True)
class InvariantText:
    """A relation that holds in every pass of the outermost loop."""

    slot: int
    ask: str
    holds: str
    answer: str
    path: Path


@dataclass(frozen=True, slots=True)
class AlgorithmText:
    """An algorithm as it is written, with the declarations of its entry.

    Parameters
    ----------
    base : StatementText
        Declarations and definitions of the entry.
    let, define, given
        Those of the algorithm alone.
    code : str
        One ``def`` in the language of snippets.
    returns, loop : mapping of str to str
        What it returns and the variables of its outermost loop, with their types.
    ensures : tuple of str
        What holds after it, whatever the inputs.
    """

    id: str
    base: StatementText
    task: str
    let: Mapping[str, str]
    define: Mapping[str, str]
    given: tuple[str, ...]
    code: str
    returns: Mapping[str, str]
    ensures: tuple[str, ...]
    loop: Mapping[str, str]
    invariants: tuple[InvariantText, ...]
    gaps: tuple[GapText, ...]
    calls: tuple[CallText, ...]
    slips: tuple[SlipText, ...]
    path: Path = ("algorithm",)


@dataclass(frozen=True, slots=True)
class Gap:
    """A gap that has been read, from ``start`` to ``end`` of the code."""

    slot: int
    start: int
    end: int
    also: tuple[str, ...]
    hint: tuple[Inline, ...]
    path: Path


@dataclass(frozen=True, slots=True)
class Call:
    """Values that have been read."""

    slot: int
    given: Mapping[str, Node]
    path: Path


@dataclass(frozen=True, slots=True)
class Slip:
    """A mistake that has been read; it stands from ``start`` to ``end`` of the code."""

    slot: int
    start: int
    end: int
    wrong: str
    says: tuple[Inline, ...]
    path: Path


@dataclass(frozen=True, slots=True)
class Invariant:
    """An invariant that has been read."""

    slot: int
    ask: tuple[Inline, ...]
    claim: Claim
    answer: tuple[Inline, ...]
    path: Path


@dataclass(frozen=True, slots=True)
class Algorithm:
    """An algorithm that has been read.

    Parameters
    ----------
    statement : Statement
        Its declarations, those of what it returns and of the loop included.
    inputs : tuple of str
        The declared names that are drawn.
    """

    id: str
    statement: Statement
    snippet: Snippet
    task: tuple[Inline, ...]
    inputs: tuple[str, ...]
    returns: tuple[str, ...]
    ensures: tuple[Claim, ...]
    loop: tuple[str, ...]
    invariants: tuple[Invariant, ...]
    gaps: tuple[Gap, ...]
    calls: tuple[Call, ...]
    slips: tuple[Slip, ...]

    def code_with(self, part: Gap | Slip, text: str) -> str:
        """Return the code with another text in place of a part."""
        code = self.snippet.text
        return f"{code[: part.start]}{text}{code[part.end :]}"
