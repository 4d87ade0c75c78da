"""How these words print in LaTeX, where a sign before brackets is not enough."""

from __future__ import annotations

from collections.abc import Mapping

from dlcards.claims.print.printer import Layout, Level, Printed, Printer, infix
from dlcards.claims.tree import Node
from dlcards.claims.words import LAW_NAMES
from dlcards.claims.words.scores.latex import entropy, variables


def _information(p: Printer, args: tuple[Node, ...]) -> Printed:
    return "I" + p.bracket("; ".join(variables(p, arg) for arg in args)), Level.ATOM


def _expectation(p: Printer, args: tuple[Node, ...]) -> Printed:
    return r"\mathbb{E}" + p.bracket(p.go(args[0]), "[", "]"), Level.ATOM


def _average(p: Printer, args: tuple[Node, ...]) -> Printed:
    return rf"\bar{{{p.go(args[0])}}}_{{{p.go(args[1], small=True)}}}", Level.ATOM


def _copy(p: Printer, args: tuple[Node, ...]) -> Printed:
    return f"{p.go(args[0], Level.ATOM)}^{{({p.go(args[1], small=True)})}}", Level.POWER


def _distributed(p: Printer, args: tuple[Node, ...]) -> Printed:
    return rf"{p.go(args[0], Level.SUM)} \sim {p.go(args[1])}", Level.CONDITION


def _converges(p: Printer, args: tuple[Node, ...]) -> Printed:
    target = args[2]
    mode = "d" if target.op == "call" and target.name in LAW_NAMES else "P"
    return rf"{p.go(args[0])} \xrightarrow{{{mode}}} {p.go(target)}", Level.CONDITION


LAYOUTS: Mapping[str, Layout] = {
    "H": entropy,
    "MI": _information,
    "E": _expectation,
    "union": infix(r"\cup", Level.JOINT),
    "pdf": lambda p, args: (
        rf"f_{{{p.go(args[0])}}}" + p.bracket(p.go(args[1])),
        Level.ATOM,
    ),
    "avg": _average,
    "iid": _copy,
    "distributed": _distributed,
    "converges": _converges,
}
