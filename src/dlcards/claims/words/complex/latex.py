"""How these words print in LaTeX, where a sign before brackets is not enough."""

from __future__ import annotations

from collections.abc import Mapping

from dlcards.claims.print.printer import Layout, Level

LAYOUTS: Mapping[str, Layout] = {
    "conj": lambda p, args: (rf"\overline{{{p.go(args[0])}}}", Level.ATOM),
}
