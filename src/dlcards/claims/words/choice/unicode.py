"""How these words print on a line of a terminal."""

from __future__ import annotations

from collections.abc import Mapping

from dlcards.claims.print.line import ATOM, CONDITION, OPEN, POWER, Layout, Line, around, span
from dlcards.claims.tree import Node


def _extreme(word: str) -> Layout:
    def layout(p: Line, args: tuple[Node, ...]) -> tuple[str, int]:
        if len(args) == 4:
            return f"{word}_({span(p, args)}) {p.text(args[0], OPEN)}", OPEN
        return f"{word}({', '.join(p.text(arg) for arg in args)})", ATOM

    return layout


def _for_all(p: Line, args: tuple[Node, ...]) -> tuple[str, int]:
    numbers = f"{{{p.text(args[2])}, …, {p.text(args[3])}}}"
    return f"{p.text(args[0])} ∀ {p.text(args[1])} ∈ {numbers}", CONDITION


LAYOUTS: Mapping[str, Layout] = {
    "ind": around("1[", "]"),
    "max": _extreme("max"),
    "min": _extreme("min"),
    "all": _for_all,
    "mod": lambda p, args: (f"{p.text(args[0], POWER)} mod {p.text(args[1], POWER)}", CONDITION),
    "factorial": lambda p, args: (p.text(args[0], ATOM) + "!", POWER),
}
