"""How these words print in LaTeX, where a sign before brackets is not enough."""

from __future__ import annotations

from collections.abc import Mapping

from dlcards.claims.print.printer import Layout, Level, Printed, Printer, over_index
from dlcards.claims.shapes import Kind
from dlcards.claims.tree import Node


def _repeated(sign: str) -> Layout:
    def layout(p: Printer, args: tuple[Node, ...]) -> Printed:
        if len(args) == 1:
            return p.over_entries(sign, args[0])
        term, index, start, stop = args
        with p.standing_for({index.name: Kind.SCALAR}):
            below = f"{p.go(index)}={p.go(start, small=True)}"
            text = f"{sign}_{{{below}}}^{{{p.go(stop, small=True)}}} {p.body(term)}"
        return text, Level.PRODUCT

    return layout


def _optimum(extreme: str) -> Layout:
    sign = rf"\operatorname*{{arg\,{extreme}}}"

    def layout(p: Printer, args: tuple[Node, ...]) -> Printed:
        if len(args) == 1:
            return p.over_entries(sign, args[0])
        if len(args) == 4:
            return over_index(sign, p, args)
        return f"{sign}_{{{p.go(args[1])}}} {p.operand(args[0])}", Level.PRODUCT

    return layout


LAYOUTS: Mapping[str, Layout] = {
    "sum": _repeated(r"\sum"),
    "prod": _repeated(r"\prod"),
    "argmin": _optimum("min"),
    "argmax": _optimum("max"),
}
