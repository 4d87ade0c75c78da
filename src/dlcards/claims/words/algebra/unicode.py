"""How these words print on a line of a terminal."""

from __future__ import annotations

from collections.abc import Mapping

from dlcards.claims.print.line import ATOM, POWER, PRODUCT, Layout, around, below

LAYOUTS: Mapping[str, Layout] = {
    "norm": around("‖", "‖"),
    "norm1": around("‖", "‖₁"),
    "norminf": around("‖", "‖_∞"),
    "fro": around("‖", "‖_F"),
    "expm": around("expm(", ")"),
    "sqrtm": lambda p, args: (p.text(args[0], ATOM) + "^(1/2)", POWER),
    "basis": lambda p, args: (f"𝐞{below(p.text(args[0]))}", ATOM),
    "col": lambda p, args: (p.text(args[0], ATOM) + below(f":,{p.text(args[1])}"), ATOM),
    "row": lambda p, args: (p.text(args[0], ATOM) + below(f"{p.text(args[1])},:"), ATOM),
    "inv": lambda p, args: (p.text(args[0], ATOM) + "⁻¹", POWER),
    "pinv": lambda p, args: (p.text(args[0], ATOM) + "⁺", POWER),
    "eye": lambda p, args: ("𝐈", ATOM),
    "ones": lambda p, args: ("𝟏", ATOM),
    "zeros": lambda p, args: ("𝟎", ATOM),
    "kron": lambda p, args: (f"{p.text(args[0], POWER)} ⊗ {p.text(args[1], POWER)}", PRODUCT),
    "cross": lambda p, args: (f"{p.text(args[0], POWER)} × {p.text(args[1], POWER)}", PRODUCT),
}
