"""How these words print on a line of a terminal."""

from __future__ import annotations

from collections.abc import Mapping

from dlcards.claims.print.line import ATOM, Layout, around

LAYOUTS: Mapping[str, Layout] = {
    "entropy": around("H(", ")"),
    "xent": lambda p, args: (f"H({p.text(args[0])}, {p.text(args[1])})", ATOM),
    "KL": lambda p, args: (f"D_KL({p.text(args[0])} ‖ {p.text(args[1])})", ATOM),
}
