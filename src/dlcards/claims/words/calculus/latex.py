"""How these words print in LaTeX, where a sign before brackets is not enough."""

from __future__ import annotations

from collections.abc import Mapping

from dlcards.claims.print.printer import Layout, Level, Printed, Printer, primes, unmarked
from dlcards.claims.shapes import Kind
from dlcards.claims.tree import Node


def _integral(p: Printer, args: tuple[Node, ...]) -> Printed:
    term, variable, start, stop = args
    with p.standing_for({variable.name: Kind.SCALAR}):
        dx = p.go(variable)
        gap = " " if unmarked(dx).startswith("\\") else ""
        limits = f"_{{{p.go(start, small=True)}}}^{{{p.go(stop, small=True)}}}"
        return rf"\int{limits} {p.body(term)}\,d{gap}{dx}", Level.PRODUCT


_SIDES = {"above": "^{+}", "below": "^{-}"}


def _limit(p: Printer, args: tuple[Node, ...]) -> Printed:
    term, variable, point, *direction = args
    with p.standing_for({variable.name: Kind.SCALAR}):
        at = p.go(point, Level.POWER if direction else Level.CONDITION, small=True)
        side = _SIDES[direction[0].name] if direction else ""
        return rf"\lim_{{{p.go(variable)} \to {at}{side}}} {p.body(term)}", Level.PRODUCT


def _point_derivative(p: Printer, args: tuple[Node, ...]) -> Printed:
    function, point = args[0].name, args[1]
    count = int(args[2].number) if len(args) > 2 and args[2].op == "num" else 1
    at = p.bracket(p.go(point))
    name = p.function_name(function)
    declared = p.statement.types.get(function)
    if declared is not None and declared.name == "smooth_function" and len(declared.args) == 2:
        return f"J_{{{name}}}{at}", Level.ATOM
    of_vector = declared is None and p.kind(point) is not Kind.SCALAR
    if of_vector or (declared is not None and declared.args):
        return rf"\nabla {name}{at}", Level.ATOM
    if len(args) > 2 and args[2].op != "num":
        return f"{name}^{{({p.go(args[2], small=True)})}}{at}", Level.ATOM
    return f"{name}{primes(count)}{at}", Level.ATOM


def _nabla(power: str) -> Layout:
    def layout(p: Printer, args: tuple[Node, ...]) -> Printed:
        return rf"\nabla{power}_{{{p.go(args[1])}}} {p.operand(args[0])}", Level.PRODUCT

    return layout


def _jacobian(p: Printer, args: tuple[Node, ...]) -> Printed:
    above = p.go(args[0], Level.PRODUCT)
    return rf"\frac{{\partial {above}}}{{\partial {p.go(args[1])}}}", Level.FRACTION


def _derivative(name: str) -> Layout:
    def layout(p: Printer, args: tuple[Node, ...]) -> Printed:
        return p.derivative(name, args)

    return layout


LAYOUTS: Mapping[str, Layout] = {
    "d": _derivative("d"),
    "pd": _derivative("pd"),
    "D": _point_derivative,
    "grad": _nabla(""),
    "hess": _nabla("^{2}"),
    "jac": _jacobian,
    "integral": _integral,
    "limit": _limit,
}
