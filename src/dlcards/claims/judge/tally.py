"""What the points that were tried told of a claim."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field

from dlcards.claims.judge.budget import BENIGN_DOUBT, FEWEST_BENIGN, OTHER_DOUBT
from dlcards.claims.points.source import Tier


class Refuted(Exception):
    """An exact point at which a claim is false or undefined."""

    def __init__(self, message: str, code: str = "refuted-claim", hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.hint = hint


class Undecided(Exception):
    """A claim that the numbers neither support nor refute."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class Unsatisfied(Exception):
    """Hypotheses that hardly any point satisfies."""


@dataclass(slots=True)
class Tally:
    """What the points that were tried told."""

    agreed: Counter[Tier] = field(default_factory=Counter)
    trivial: Counter[Tier] = field(default_factory=Counter)
    unsettled: Counter[Tier] = field(default_factory=Counter)
    too_costly: int = 0
    estimated: int = 0
    digits: float = math.inf
    sizes: set[int] = field(default_factory=set)
    doubt: str = ""

    @property
    def points(self) -> int:
        """Points that count in favour of the claim."""
        return self.agreed.total() or self.trivial.total()

    def doubts(self, *, varied: bool) -> str:
        """Say what keeps the claim from being decided, if anything does.

        Parameters
        ----------
        varied : bool
            Whether points can differ at all.
        """
        if not self.points:
            return self.doubt or "no point could be compared"
        benign = self.agreed[Tier.BENIGN] + self.trivial[Tier.BENIGN]
        if varied and benign < FEWEST_BENIGN:
            return f"only {benign} ordinary points could be compared: {self.doubt}"
        others = (self.agreed + self.trivial).total() - benign
        open_benign = self.unsettled[Tier.BENIGN]
        open_others = self.unsettled.total() - open_benign
        for unsettled, settled, most in (
            (open_benign, benign, BENIGN_DOUBT),
            (open_others, others, OTHER_DOUBT),
        ):
            if unsettled > 1 and unsettled > most * (unsettled + settled):
                counted = f"{unsettled} of {unsettled + settled} points could not be settled"
                return f"{counted}: {self.doubt}"
        if self.too_costly > 2 * (self.agreed + self.trivial).total():
            return f"most points need too much work: {self.doubt}"
        return ""


@dataclass(frozen=True, slots=True)
class Found:
    """What the comparisons at one point told together."""

    slack: float = math.inf
    digits: float = math.inf
    estimated: bool = False
    trivial: bool = True

    @property
    def tightness(self) -> float | None:
        """The slack; None where both sides are 0, which says nothing about what is beside."""
        return None if self.trivial else self.slack


def joined(a: Found, b: Found) -> Found:
    """Return what two comparisons told together: the weakest of each."""
    return Found(
        min(a.slack, b.slack),
        min(a.digits, b.digits),
        a.estimated or b.estimated,
        a.trivial and b.trivial,
    )
