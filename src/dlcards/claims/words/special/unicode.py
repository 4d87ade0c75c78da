"""How these words print on a line of a terminal."""

from __future__ import annotations

from collections.abc import Mapping

from dlcards.claims.print.line import Layout, around

LAYOUTS: Mapping[str, Layout] = {
    "digamma": around("ψ(", ")"),
    "erfinv": around("erf⁻¹(", ")"),
}
