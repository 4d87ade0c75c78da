"""How these words print in LaTeX, where a sign before brackets is not enough."""

from __future__ import annotations

from collections.abc import Mapping

from dlcards.claims.print.printer import Layout, Level, Printed, Printer
from dlcards.claims.tree import Node


def _conv(p: Printer, args: tuple[Node, ...]) -> Printed:
    return f"({p.go(args[0], Level.POWER)} * {p.go(args[1], Level.POWER)})", Level.ATOM


def _divergence(p: Printer, args: tuple[Node, ...]) -> Printed:
    inner = rf"{p.go(args[0], Level.SUM)} \parallel {p.go(args[1], Level.SUM)}"
    return r"D_{\mathrm{KL}}" + p.bracket(inner), Level.ATOM


def entropy(p: Printer, args: tuple[Node, ...]) -> Printed:
    """Print an entropy of variables or vectors."""
    inner = ", ".join(variables(p, arg) for arg in args)
    return "H" + p.bracket(inner), Level.ATOM


def variables(p: Printer, node: Node) -> str:
    """Print random variables, a list of them without brackets."""
    if node.op == "given":
        return r" \mid ".join(variables(p, arg) for arg in node.args)
    if node.op == "list":
        return p.arguments(node.args)
    return p.go(node)


LAYOUTS: Mapping[str, Layout] = {
    "conv": _conv,
    "entropy": entropy,
    "xent": entropy,
    "KL": _divergence,
}
