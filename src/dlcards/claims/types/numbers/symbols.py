"""What stands for a number in a proof."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sympy as sp

from dlcards.claims.prove.signs import POSITIVE, Signs
from dlcards.claims.prove.symbols import symbol
from dlcards.claims.prove.zero import NoProof
from dlcards.claims.statement import Type

WITHOUT_MODEL = frozenset({"complex"})
"""Types that nothing stands for: claims about them are never proved."""


def number_model(
    name: str, type_: Type, bounds: Sequence[Any], index: Mapping[str, int]
) -> tuple[Any, Any]:
    """Return the stand-in of a declared number, and the same by a positive one if it has bounds.

    Raises
    ------
    NoProof
        If the type has no symbolic stand-in.
    """
    match type_.name:
        case "real":
            return symbol(name, real=True), None
        case "nonzero":
            return symbol(name, real=True, nonzero=True), None
        case "positive":
            return symbol(name, positive=True), None
        case "nonnegative":
            return symbol(name, nonnegative=True), None
        case "natural":
            return symbol(name, integer=True, positive=True), None
        case "integer":
            return symbol(name, integer=True), None
        case "integers":
            return sp.Integer(index[name]), None
        case "probability":
            odds = sp.Symbol("u_" + name, positive=True)
            return odds / (1 + odds), None
        case "interval":
            return _interval(name, *bounds)
        case "closed_interval":
            return _closed_interval(name, *bounds), None
    raise NoProof(f"no symbolic model of {type_.name}")


def _interval(name: str, low: Any, high: Any) -> tuple[Any, Any]:
    odds = sp.Symbol("u_" + name, positive=True)
    if low == -1 and high == 1:
        return symbol(name, real=True), (odds - 1) / (odds + 1)
    if low == -sp.oo and high == sp.oo:
        return symbol(name, real=True), None
    if high == sp.oo:
        return low + odds, None
    if low == -sp.oo:
        return high - odds, None
    return low + (high - low) * odds / (1 + odds), None


def _closed_interval(name: str, low: Any, high: Any) -> Any:
    up, down = _sides(name)
    if low == -sp.oo and high == sp.oo:
        return symbol(name, real=True)
    if high == sp.oo:
        return low + up
    if low == -sp.oo:
        return high - down
    return low + (high - low) * up / (up + down)


def _sides(name: str) -> tuple[Any, Any]:
    """Return the distances from both ends of a closed interval, not both of them 0."""
    return (
        sp.Symbol(f"u_{name}[up]", nonnegative=True),
        sp.Symbol(f"u_{name}[down]", nonnegative=True),
    )


def signed_model(name: str, sign: int) -> Any:
    """Return the stand-in of a number whose sign is known."""
    return sp.Integer(0) if sign == 0 else sign * symbol(name, positive=True)


def known_signs(name: str, type_: Type) -> Iterator[tuple[Any, Signs]]:
    """Yield what a type says of the symbols that a value is made of, as a whole."""
    match type_.name:
        case "closed_interval":
            yield sp.Add(*_sides(name)), POSITIVE
