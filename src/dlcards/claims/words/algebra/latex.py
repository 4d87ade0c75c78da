"""How these words print in LaTeX, where a sign before brackets is not enough."""

from __future__ import annotations

from collections.abc import Mapping

from dlcards.claims.print.printer import Layout, Level, Printed, Printer, infix
from dlcards.claims.tree import Node


def _raised(power: str) -> Layout:
    def layout(p: Printer, args: tuple[Node, ...]) -> Printed:
        return p.go(args[0], Level.ATOM) + power, Level.POWER

    return layout


def _norm(subscript: str) -> Layout:
    def layout(p: Printer, args: tuple[Node, ...]) -> Printed:
        return _between_bars(p, args[0]) + subscript, Level.ATOM

    return layout


def _between_bars(p: Printer, node: Node) -> str:
    inner = p.go(node)
    if p.tall(inner):
        return rf"\left\lVert {inner} \right\rVert"
    return rf"\lVert {inner} \rVert"


def _p_norm(p: Printer, args: tuple[Node, ...]) -> Printed:
    return f"{_between_bars(p, args[0])}_{{{p.go(args[1], small=True)}}}", Level.ATOM


def _fixed(text: str) -> Layout:
    def layout(p: Printer, args: tuple[Node, ...]) -> Printed:
        return text, Level.ATOM

    return layout


def _kron(p: Printer, args: tuple[Node, ...]) -> Printed:
    left, right = (p.go(arg, Level.POWER) for arg in args)
    return rf"{left} \otimes {right}", Level.PRODUCT


def _slice(pattern: str) -> Layout:
    def layout(p: Printer, args: tuple[Node, ...]) -> Printed:
        base = p.go(args[0], Level.ATOM)
        if ("_" in base or "^" in base) and not base.endswith(")"):
            base = p.bracket(base)
        return f"{base}_{{{pattern.format(p.go(args[1], small=True))}}}", Level.ATOM

    return layout


def _matrix_exponential(p: Printer, args: tuple[Node, ...]) -> Printed:
    return f"e^{{{p.go(args[0], small=True)}}}", Level.POWER


def _blocks(p: Printer, args: tuple[Node, ...]) -> Printed:
    if args[0].op == "list":
        return p.matrix(args[0], "bmatrix"), Level.ATOM
    return p.bracket(p.go(args[0]), "[", "]"), Level.ATOM


LAYOUTS: Mapping[str, Layout] = {
    "inv": _raised("^{-1}"),
    "pinv": _raised("^{+}"),
    "norm": _norm(""),
    "norm1": _norm("_{1}"),
    "norminf": _norm(r"_{\infty}"),
    "pnorm": _p_norm,
    "fro": _norm("_{F}"),
    "opnorm": _norm(r"_{\mathrm{op}}"),
    "eye": _fixed(r"\boldsymbol{I}"),
    "ones": _fixed(r"\boldsymbol{1}"),
    "zeros": _fixed(r"\boldsymbol{0}"),
    "basis": lambda p, args: (
        rf"\boldsymbol{{e}}_{{{p.go(args[0], small=True)}}}",
        Level.ATOM,
    ),
    "kron": _kron,
    "cross": infix(r"\times", Level.PRODUCT),
    "col": _slice(":,{}"),
    "row": _slice("{},:"),
    "expm": _matrix_exponential,
    "sqrtm": _raised("^{1/2}"),
    "block": _blocks,
}
