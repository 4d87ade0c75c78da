"""How surely a claim holds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum


class Level(StrEnum):
    """Evidence behind a formula, from the strongest to none."""

    PROVED = "proved"
    PROVED_SMALL = "proved-small"
    NUMERIC = "numeric"
    STATISTICAL = "statistical"
    DEFINITION = "definition"
    CITED = "cited"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True)
class Tried:
    """What was tried of a claim that holds, for the reader of its card.

    Parameters
    ----------
    benign, special, extreme : int
        Points at which both sides agreed, by how ordinary they are.
    unsettled : int
        Points at which the error bars could not be made small enough.
    estimated : int
        Points at which an error is an estimate, not a bound.
    digits : int
        Decimal digits to which equal sides agree; 0 when they are exact everywhere.
    sizes : tuple of int or None
        The smallest and largest size of vectors and matrices.
    """

    benign: int = 0
    special: int = 0
    extreme: int = 0
    unsettled: int = 0
    estimated: int = 0
    digits: int = 0
    sizes: tuple[int, int] | None = None


NOTHING_TRIED = Tried()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check of one claim found.

    Parameters
    ----------
    claim : str
        The text of the claim.
    level : Level or None
        None when the claim was refuted or could not be checked.
    points : int
        Sampled points at which both sides were compared.
    note : str
        Something the reader should know: "sharpness not shown", a bound.
    code : str
        Empty, or the problem's code: ``refuted-claim``, ``undefined-at-point``,
        ``undecided-claim``, ``unsatisfied-given``, ``vacuous-claim``, ``wrong-shape``,
        ``check-failed``, ``check-timeout``.
    message, hint : str
        The problem in words; a refuted claim carries its counter-example.
    tried : Tried
        The points by kind, and how closely both sides agreed.
    seconds : float
        Time spent; never part of a comparison.
    """

    claim: str
    level: Level | None
    points: int = 0
    note: str = ""
    code: str = ""
    message: str = ""
    hint: str = ""
    tried: Tried = NOTHING_TRIED
    seconds: float = field(default=0.0, compare=False)

    @property
    def holds(self) -> bool:
        """Whether the claim may stand on a card."""
        return self.level is not None


UNDECIDED = frozenset({"undecided-claim", "check-failed", "check-timeout"})
"""Codes that say that a claim could not be decided, not that it is wrong."""


def from_source(verdict: Verdict, source: str) -> Verdict:
    """Let a source stand in for the check of a claim that could not be decided.

    A claim that is refuted, undefined or of the wrong shape stays so.

    Examples
    --------
    >>> from_source(Verdict("x == y", None, code="undecided-claim"), "DLB:3.13").level
    <Level.CITED: 'cited'>
    >>> from_source(Verdict("1 == 2", None, code="refuted-claim"), "DLB:3.13").code
    'refuted-claim'
    """
    if not source or verdict.code not in UNDECIDED:
        return verdict
    return replace(verdict, level=Level.CITED, points=0, note=source, code="", message="", hint="")
