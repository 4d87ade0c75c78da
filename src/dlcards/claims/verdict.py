"""How surely a claim holds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """Evidence behind a formula, from the strongest to none."""

    PROVED = "proved"
    PROVED_SMALL = "proved-small"
    NUMERIC = "numeric"
    STATISTICAL = "statistical"
    DEFINITION = "definition"
    UNCHECKED = "unchecked"


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
        ``vacuous-claim``, ``wrong-shape``, ``check-failed``, ``check-timeout``.
    message, hint : str
        The problem in words; a refuted claim carries its counter-example.
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
    seconds: float = 0.0

    @property
    def holds(self) -> bool:
        """Whether the claim may stand on a card."""
        return self.level is not None
