"""How these words print on a line of a terminal."""

from __future__ import annotations

from collections.abc import Mapping

from dlcards.claims.print.line import (
    ATOM,
    CONDITION,
    OPEN,
    POWER,
    PRODUCT,
    Layout,
    Line,
    above,
    below,
)
from dlcards.claims.tree import Node


def _integral(p: Line, args: tuple[Node, ...]) -> tuple[str, int]:
    body, variable, start, stop = args
    limits = f"[{p.text(start)}, {p.text(stop)}]"
    return f"∫{limits} {p.text(body, OPEN)} d{p.text(variable)}", OPEN


def _limit(p: Line, args: tuple[Node, ...]) -> tuple[str, int]:
    side = {"above": "⁺", "below": "⁻"}[args[3].name] if len(args) > 3 else ""
    under = f"{p.text(args[1])} → {p.text(args[2], POWER if side else CONDITION)}{side}"
    return f"lim({under}) {p.text(args[0], OPEN)}", OPEN


def _derivative(sign: str) -> Layout:
    def layout(p: Line, args: tuple[Node, ...]) -> tuple[str, int]:
        order = above(p.text(args[2])) if len(args) > 2 else ""
        body = p.text(args[0], OPEN)
        return f"{sign}{order}/{sign}{p.text(args[1])}{order} {body}", OPEN

    return layout


def _at_point(p: Line, args: tuple[Node, ...]) -> tuple[str, int]:
    count = int(args[2].number) if len(args) > 2 and args[2].op == "num" else 1
    return f"{p.name(args[0].name)}{'′' * count}({p.text(args[1])})", ATOM


def _nabla(sign: str) -> Layout:
    return lambda p, args: (f"{sign}{below(p.text(args[1]))} {p.text(args[0], POWER)}", PRODUCT)


LAYOUTS: Mapping[str, Layout] = {
    "integral": _integral,
    "limit": _limit,
    "d": _derivative("d"),
    "pd": _derivative("∂"),
    "D": _at_point,
    "grad": _nabla("∇"),
    "hess": _nabla("∇²"),
    "jac": lambda p, args: (
        f"∂{p.text(args[0], POWER)}/∂{p.text(args[1], POWER)}",
        PRODUCT,
    ),
}
