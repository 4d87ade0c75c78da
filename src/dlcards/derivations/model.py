"""Derivations as they are written, and as trees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dlcards.claims.prose import Inline
from dlcards.claims.statement import Path, Statement, StatementText
from dlcards.claims.tree import Node

EQUAL = "=="
IMPLIES, EQUIVALENT, ABOUT = "=>", "<=>", "≈"
LOGICAL = (IMPLIES, EQUIVALENT)
"""Relations between relations."""

RELATIONS = (EQUAL, "<=", "<", ">=", ">", IMPLIES, EQUIVALENT)


@dataclass(frozen=True, slots=True)
class LineText:
    """One line as it is written; ``slot`` is its number for ever."""

    slot: int
    line: str
    by: str
    uses: tuple[str, ...]
    relation: str
    path: Path


@dataclass(frozen=True, slots=True)
class SlipText:
    """A plausible false line that somebody writes after the line ``after``, 0 for the start."""

    slot: int
    after: int
    line: str
    says: str
    path: Path


@dataclass(frozen=True, slots=True)
class ChainText:
    """A chain as it is written.

    Parameters
    ----------
    name, title : str
        Of a branch; empty for the derivation itself.
    let, given
        Further names and hypotheses of this chain alone.
    path : tuple of str or int
        Where it stands in its entry.
    """

    name: str
    title: str
    idea: str
    start: str
    let: Mapping[str, str]
    given: tuple[str, ...]
    lines: tuple[LineText, ...]
    slips: tuple[SlipText, ...]
    path: Path


@dataclass(frozen=True, slots=True)
class DerivationText:
    """A derivation with its branches, and what its entry states.

    Parameters
    ----------
    base : StatementText
        Declarations, definitions and claims of the entry.
    chains : tuple of ChainText
        The derivation, then its branches.
    """

    id: str
    base: StatementText
    chains: tuple[ChainText, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One line that has been read.

    Parameters
    ----------
    node : Node
        An expression, or a relation in a chain of relations.
    relation : str
        How it follows from the line before; ``≈`` with ``error``.
    error : Node or None
        ``O(h**2)``: what the line leaves out.
    """

    slot: int
    node: Node
    relation: str
    error: Node | None
    by: tuple[Inline, ...]
    uses: tuple[str, ...]
    path: Path


@dataclass(frozen=True, slots=True)
class Slip:
    """A false line that has been read."""

    slot: int
    after: int
    node: Node
    says: tuple[Inline, ...]
    path: Path


@dataclass(frozen=True, slots=True)
class Chain:
    """A chain that has been read.

    Parameters
    ----------
    statement : Statement
        The declarations it may use; its ``given`` are the hypotheses of the chain.
    text : StatementText
        The same as text.
    goal : Node or None
        The claim of the entry that it ends at; a branch has none.
    first_given : int
        How many of the hypotheses are those of the entry.
    """

    name: str
    title: str
    idea: tuple[Inline, ...]
    statement: Statement
    text: StatementText
    start: Node
    lines: tuple[Line, ...]
    slips: tuple[Slip, ...]
    path: Path
    goal: Node | None = None
    first_given: int = 0

    def before(self, line: Line) -> Node:
        """Return the line before a line, or the start."""
        place = self.lines.index(line)
        return self.lines[place - 1].node if place else self.start

    def following(self, slip: Slip) -> Line | None:
        """Return the right line in whose place a slip stands."""
        if slip.after == 0:
            return self.lines[0]
        slots = [line.slot for line in self.lines]
        place = slots.index(slip.after) + 1
        return self.lines[place] if place < len(self.lines) else None


@dataclass(frozen=True, slots=True)
class Derivation:
    """A derivation that has been read."""

    id: str
    chains: tuple[Chain, ...] = field(default=())
