"""How these words print in LaTeX, where a sign before brackets is not enough."""

from __future__ import annotations

from collections.abc import Mapping

from dlcards.claims.print.printer import Layout, Level, Printed, Printer, over_index
from dlcards.claims.shapes import Kind
from dlcards.claims.tree import Node


def _cases(p: Printer, args: tuple[Node, ...]) -> Printed:
    rows = [rf"{p.go(v)} & {p.go(c)}" for v, c in zip(args[:-1:2], args[1::2], strict=True)]
    rows.append(rf"{p.go(args[-1])} & \text{{otherwise}}")
    return r"\begin{cases}" + r" \\ ".join(rows) + r"\end{cases}", Level.ATOM


def _extreme(sign: str) -> Layout:
    def layout(p: Printer, args: tuple[Node, ...]) -> Printed:
        if len(args) == 1:
            return p.over_entries(sign, args[0])
        if len(args) == 4:
            return over_index(sign, p, args)
        return sign + p.bracket(p.arguments(args)), Level.ATOM

    return layout


def _for_all(p: Printer, args: tuple[Node, ...]) -> Printed:
    relation, index, start, stop = args
    with p.standing_for({index.name: Kind.SCALAR}):
        numbers = rf"\{{{p.go(start)}, \dots, {p.go(stop)}\}}"
        text = rf"{p.go(relation)} \quad \forall {p.go(index)} \in {numbers}"
    return text, Level.CONDITION


def _remainder(p: Printer, args: tuple[Node, ...]) -> Printed:
    left, right = (p.go(arg, Level.POWER) for arg in args)
    return rf"{left} \bmod {right}", Level.JOINT


LAYOUTS: Mapping[str, Layout] = {
    "factorial": lambda p, args: (p.go(args[0], Level.ATOM) + "!", Level.POWER),
    "binomial": lambda p, args: (
        rf"\binom{{{p.go(args[0], small=True)}}}{{{p.go(args[1], small=True)}}}",
        Level.ATOM,
    ),
    "ind": lambda p, args: (r"\mathbf{1}" + p.bracket(p.go(args[0]), "[", "]"), Level.ATOM),
    "max": _extreme(r"\max"),
    "min": _extreme(r"\min"),
    "cases": _cases,
    "mod": _remainder,
    "all": _for_all,
}
