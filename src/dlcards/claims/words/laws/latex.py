"""How these words print in LaTeX, where a sign before brackets is not enough."""

from __future__ import annotations

from collections.abc import Mapping

from dlcards.claims.print.printer import Layout, Level, Printed, Printer
from dlcards.claims.tree import Node


def _with_subscript(sign: str) -> Layout:
    def layout(p: Printer, args: tuple[Node, ...]) -> Printed:
        return f"{sign}_{{{p.arguments(args)}}}", Level.ATOM

    return layout


LAYOUTS: Mapping[str, Layout] = {
    "ChiSquared": _with_subscript(r"\chi^{2}"),
    "StudentT": _with_subscript(r"\mathrm{t}"),
    "FisherF": _with_subscript(r"\mathrm{F}"),
}
