"""How these words print on a line of a terminal."""

from __future__ import annotations

from collections.abc import Mapping

from dlcards.claims.print.line import ATOM, OPEN, Layout, Line, above, below, span
from dlcards.claims.tree import Node


def _over(sign: str) -> Layout:
    def layout(p: Line, args: tuple[Node, ...]) -> tuple[str, int]:
        if len(args) == 1:
            return f"{sign} {p.text(args[0], OPEN)}", OPEN
        body, index, start, stop = args
        under = below(f"{p.text(index)}={p.text(start)}".replace(" ", "").replace("−", "-"))
        over = above(p.text(stop).replace(" ", "").replace("−", "-"))
        return f"{sign}{under}{over} {p.text(body, OPEN)}", OPEN

    return layout


def _under(word: str) -> Layout:
    def layout(p: Line, args: tuple[Node, ...]) -> tuple[str, int]:
        if len(args) == 1:
            return f"{word}({p.text(args[0])})", ATOM
        under = p.text(args[1]) if len(args) == 2 else f"({span(p, args)})"
        return f"{word}_{under} {p.text(args[0], OPEN)}", OPEN

    return layout


LAYOUTS: Mapping[str, Layout] = {
    "sum": _over("∑"),
    "prod": _over("∏"),
    "argmin": _under("argmin"),
    "argmax": _under("argmax"),
}
