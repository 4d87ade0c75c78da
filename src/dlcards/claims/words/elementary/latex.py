"""How these words print in LaTeX, where a sign before brackets is not enough."""

from __future__ import annotations

from collections.abc import Mapping

from dlcards.claims.print.printer import Layout, Level, Printed, Printer, unmarked, visible_length
from dlcards.claims.shapes import Kind
from dlcards.claims.tree import Node, walk


def _exp(p: Printer, args: tuple[Node, ...]) -> Printed:
    if p.kind(args[0]) is Kind.MATRIX:  # entry by entry, not the exponential of the matrix
        return r"\exp_{\odot}" + p.bracket(p.go(args[0])), Level.ATOM
    power = p.go(args[0], small=True)
    if unmarked(power) == "1":
        return "e", Level.ATOM
    if any(_needs_height(node) for node in walk(args[0])) or visible_length(power) > 24:
        return r"\exp" + p.bracket(p.go(args[0])), Level.ATOM
    return f"e^{{{power}}}", Level.POWER


def _needs_height(node: Node) -> bool:
    if node.op == "div":
        plain_top = node.args[0].op in ("num", "sym", "neg", "pow", "index")
        return not (plain_top and node.args[1].op in ("num", "sym", "pow", "index"))
    tall = ("sum", "prod", "integral", "exp", "cases", "max", "min", "inv")
    return node.op == "list" or (node.op == "call" and node.name in tall) or node.op == "matmul"


def _abs(p: Printer, args: tuple[Node, ...]) -> Printed:
    inner = p.go(args[0])
    text = rf"\left|{inner}\right|" if p.tall(inner) or "|" in inner else f"|{inner}|"
    return text, Level.ATOM


def _between(left: str, right: str) -> Layout:
    def layout(p: Printer, args: tuple[Node, ...]) -> Printed:
        return rf"\left{left} {p.go(args[0])} \right{right}", Level.ATOM

    return layout


LAYOUTS: Mapping[str, Layout] = {
    "exp": _exp,
    "sqrt": lambda p, args: (rf"\sqrt{{{p.go(args[0])}}}", Level.ATOM),
    "abs": _abs,
    "floor": _between(r"\lfloor", r"\rfloor"),
    "ceil": _between(r"\lceil", r"\rceil"),
}
