"""Where the values of one point come from: numbers that can be replayed and moved a little."""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import StrEnum
from random import Random
from statistics import NormalDist
from typing import TypeVar

from flint import fmpq

from dlcards.claims.balls.numbers import ZERO

T = TypeVar("T")
_NORMAL = NormalDist()
_CUT = 1e-9
"""Chances nearer to 0 and 1 than this become numbers beyond six standard deviations."""

_FINE_BITS = 48

THEMES = 0.5
"""Part of the special points at which all matrices are of the same special kind."""

CORNERS = 3
"""The first points: all names zero or identity, all one, all minus one or singular."""


class Tier(StrEnum):
    """How ordinary a point is; doubts weigh more where everything is ordinary."""

    BENIGN = "benign"
    SPECIAL = "special"
    EXTREME = "extreme"


_CYCLE = (
    Tier.BENIGN,
    Tier.SPECIAL,
    Tier.BENIGN,
    Tier.EXTREME,
    Tier.SPECIAL,
    Tier.BENIGN,
    Tier.EXTREME,
)
_FIRST = (Tier.SPECIAL,) * CORNERS + (Tier.BENIGN,) * 5


def tier_of(index: int) -> Tier:
    """Return how ordinary the point with this number is.

    Examples
    --------
    >>> [str(tier_of(index)) for index in (0, 3, 11)]
    ['special', 'benign', 'extreme']
    """
    return _FIRST[index] if index < len(_FIRST) else _CYCLE[(index - len(_FIRST)) % len(_CYCLE)]


class Source:
    """Choices and normal numbers of one point, determined by its seed.

    The normal numbers can be given, so that a search may walk from a point to its
    neighbours; the choices (which special value, which form of a function) stay.

    Parameters
    ----------
    seed : str
    index : int
        The number of the point among all that are tried; the first ones are corners.
    constants : sequence of fmpq
        Numbers that stand in the claim, without sign.
    latent : sequence of float
        The first normal numbers; later ones follow from the seed.
    fine : bool
        Whether numbers keep many binary digits, so that a descent can place them well.
    """

    __slots__ = (
        "_choices",
        "_numbers",
        "_position",
        "constants",
        "fine",
        "index",
        "latent",
        "seed",
        "theme",
        "tier",
    )

    def __init__(
        self,
        seed: str,
        index: int,
        constants: Sequence[fmpq] = (),
        latent: Sequence[float] = (),
        tier: Tier | None = None,
        *,
        fine: bool = False,
    ) -> None:
        self._choices = Random(f"{seed} choices {index}")  # noqa: S311 (replayable, no secret)
        self._numbers: Random | None = None
        self._position = 0
        self.seed = seed
        self.theme = self._choices.random()
        self.index = index
        self.tier = tier or tier_of(index)
        self.constants = tuple(constants)
        self.latent = list(latent)
        self.fine = fine

    @property
    def corner(self) -> int | None:
        """Which corner this point is, or None."""
        return self.index if self.index < CORNERS else None

    def normal(self) -> float:
        """Return the next normal number."""
        if self._numbers is None:
            self._numbers = Random(f"{self.seed} numbers {self.index}")  # noqa: S311
        chosen = self._numbers.random()
        if self._position >= len(self.latent):
            self.latent.append(_NORMAL.inv_cdf(min(max(chosen, _CUT), 1 - _CUT)))
        found = self.latent[self._position]
        self._position += 1
        return found

    def normals(self, count: int) -> list[float]:
        """Return the next normal numbers."""
        return [self.normal() for _ in range(count)]

    def fraction(self) -> float:
        """Return a number between 0 and 1 that follows from the next normal one."""
        return min(max(_NORMAL.cdf(self.normal()), 1e-6), 1 - 1e-6)

    def rational(self, x: float, bits: int = 12) -> fmpq:
        """Return the nearest rational with few binary digits, or with many of a fine source."""
        return rounded(x, _FINE_BITS if self.fine else bits)

    def chance(self, probability: float) -> bool:
        """Choose yes with a probability."""
        return self._choices.random() < probability

    def whole(self, low: int, high: int) -> int:
        """Choose a whole number from low to high."""
        return low + int(self._choices.random() * (high - low + 1))

    def pick(self, options: Sequence[T]) -> T:
        """Choose one of some things."""
        return options[self.whole(0, len(options) - 1)]

    def order(self, count: int) -> list[int]:
        """Choose an order of 0, 1, …, count - 1."""
        keys = [self._choices.random() for _ in range(count)]
        return sorted(range(count), key=keys.__getitem__)

    def is_special(self) -> bool:
        """Choose whether the next name takes a special value at this point."""
        if self.tier is not Tier.SPECIAL:
            return False
        return self.corner is not None or self.theme < THEMES or self.chance(0.6)

    def is_extreme(self) -> bool:
        """Choose whether the next name takes an extreme value at this point."""
        return self.tier is Tier.EXTREME and self.chance(0.6)


def rounded(x: float, bits: int = 12) -> fmpq:
    """Return the nearest rational with few binary digits.

    Examples
    --------
    >>> rounded(0.75), rounded(1e-9, 4)
    (3/4, 9/8589934592)
    """
    if x == 0 or not math.isfinite(x):
        return ZERO
    mantissa, exponent = math.frexp(x)
    whole = round(mantissa * 2**bits)
    if exponent >= bits:
        return fmpq(whole * 2 ** (exponent - bits))
    return fmpq(whole, 2 ** (bits - exponent))


def power_of_ten(exponent: int) -> fmpq:
    """Return 10**exponent.

    Examples
    --------
    >>> power_of_ten(-3)
    1/1000
    """
    return fmpq(10**exponent) if exponent >= 0 else fmpq(1, 10**-exponent)
