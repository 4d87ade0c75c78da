"""How these words print on a line of a terminal."""

from __future__ import annotations

from collections.abc import Mapping

from dlcards.claims.print.line import ATOM, CONDITION, POWER, SUM, Layout, around

LAYOUTS: Mapping[str, Layout] = {
    "E": around("E[", "]"),
    "distributed": lambda p, args: (f"{p.text(args[0], SUM)} ~ {p.text(args[1])}", CONDITION),
    "iid": lambda p, args: (f"{p.text(args[0], ATOM)}^({p.text(args[1])})", POWER),
    "union": lambda p, args: (" ∪ ".join(p.event(arg, "and") for arg in args), CONDITION),
    "converges": lambda p, args: (f"{p.text(args[0])} → {p.text(args[2])}", CONDITION),
}
