"""Where claims are tried: every size with every sort of value."""

from __future__ import annotations

from flint import fmpq

from dlcards.claims.judge.numeric.point import Scope
from dlcards.claims.parser import parse_type
from dlcards.claims.points.draw import draw_point
from dlcards.claims.points.source import Source, Tier, tier_of
from dlcards.claims.statement import Type

SMALL = (1, 2, 3, 4, 5, 6, 8)


def test_special_and_extreme_values_come_in_all_sizes() -> None:
    scope = Scope({"n": Type("dim"), "A": parse_type("square(n)")}, {})
    sizes: dict[Tier, set[object]] = {tier: set() for tier in Tier}
    for index in range(80):
        sizes[tier_of(index)].add(draw_point(scope, Source("seed", index)).values["n"])
    assert all(sizes[tier] >= set(map(fmpq, SMALL)) for tier in Tier), sizes
