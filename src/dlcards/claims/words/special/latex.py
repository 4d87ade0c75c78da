"""How these words print in LaTeX, where a sign before brackets is not enough."""

from __future__ import annotations

from collections.abc import Mapping

from dlcards.claims.print.printer import Layout, Level, Printed, Printer
from dlcards.claims.tree import Node


def _incomplete_beta(p: Printer, args: tuple[Node, ...]) -> Printed:
    below = p.go(args[2], small=True)
    return f"I_{{{below}}}" + p.bracket(p.arguments(args[:2])), Level.ATOM


LAYOUTS: Mapping[str, Layout] = {
    "betainc": _incomplete_beta,
}
