"""How these words print on a line of a terminal."""

from __future__ import annotations

from collections.abc import Mapping

from dlcards.claims.print.line import ATOM, POWER, Layout, Line, above, around
from dlcards.claims.tree import Node


def _exp(p: Line, args: tuple[Node, ...]) -> tuple[str, int]:
    power = p.text(args[0])
    return (f"e{above(power)}", POWER) if len(power) <= 3 else (f"exp({power})", ATOM)


LAYOUTS: Mapping[str, Layout] = {
    "exp": _exp,
    "sqrt": lambda p, args: ("√" + p.text(args[0], ATOM), POWER),
    "abs": around("|", "|"),
    "floor": around("⌊", "⌋"),
    "ceil": around("⌈", "⌉"),
    "sigmoid": around("σ(", ")"),
    "gamma": around("Γ(", ")"),
}
