"""Words for a point at which a claim is false or undefined, so that it can be tried again."""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb, fmpq

from dlcards.claims.balls.matrices import Matrix
from dlcards.claims.balls.numbers import (
    Complex,
    Infinity,
    Number,
    PiMultiple,
    add,
    as_float,
    may_be_zero,
    precision,
)
from dlcards.claims.judge.numeric.point import Scope
from dlcards.claims.points.draw import Point
from dlcards.claims.types.functions.drawn import Quadratic, SampleFunction

_SHOWN = 4
"""Rows and columns of a matrix that are written out."""

_DIGITS = 12
_GAP_BITS = 2000
_EXACT_BITS = 40
_LONGEST = 320
_MOST_VALUES = 6


def show_value(value: object) -> str:
    """Write a value: an exact one so that it can be typed in again.

    Examples
    --------
    >>> show_value(fmpq(3, 8)), show_value(PiMultiple(fmpq(1, 2)))
    ('3/8', 'pi/2')
    >>> show_value(arb("0 +/- 1e-30")), show_value(arb("nan"))
    ('0', 'not known')
    >>> show_value(Matrix([[fmpq(1)], [fmpq(-1, 2)]]))
    '[1, -1/2]'
    """
    if isinstance(value, Matrix):
        if len(value.rows[0]) == 1:
            return _listed([show_value(row[0]) for row in value.rows], _SHOWN + 2)
        rows = [_listed([show_value(x) for x in row], _SHOWN) for row in value.rows]
        return _listed(rows, _SHOWN)
    if isinstance(value, fmpq):
        return str(value) if value.height_bits() <= _EXACT_BITS else _digits(arb(value))
    if isinstance(value, PiMultiple):
        top, bottom = value.factor.p, value.factor.q
        times = {1: "pi", -1: "-pi"}.get(int(top), f"{top}*pi")
        return times if bottom == 1 else f"{times}/{bottom}"
    if isinstance(value, Infinity):
        return "oo" if value.sign > 0 else "-oo"
    if isinstance(value, Complex):
        return f"{show_value(value.real)} + {show_value(value.imag)}*1j"
    if isinstance(value, SampleFunction):
        return f"a {'convex' if value.kind == 'convex' else value.form} function"
    if isinstance(value, Quadratic):
        return "a quadratic function"
    if isinstance(value, arb):
        return _digits(value)
    return str(value)


def _digits(value: arb) -> str:
    if may_be_zero(value):
        return "0"
    return str(value.mid().str(_DIGITS, radius=False)) if value.is_finite() else "not known"


def _listed(parts: list[str], most: int) -> str:
    shown = parts if len(parts) <= most else [*parts[:most], "…"]
    return f"[{', '.join(shown)}]"


def show_law(name: str, values: Sequence[object], weights: Sequence[Number]) -> str:
    """Write the values a random number takes, with their probabilities.

    Examples
    --------
    >>> show_law("X", [fmpq(2), fmpq(5), fmpq(2)], [fmpq(1, 4), fmpq(1, 2), fmpq(1, 4)])
    'X = 2 or 5 (chances 1/2, 1/2)'
    >>> show_law("X", [fmpq(i) for i in range(8)], [fmpq(1, 8)] * 8)
    'X = 0 or 1 or … or 7 (equal chances)'
    """
    chances: dict[str, Number] = {}
    for value, weight in zip(values, weights, strict=True):
        text = show_value(value)
        chances[text] = add(chances.get(text, fmpq(0)), weight)
    if len(chances) == 1:
        return f"{name} = {next(iter(chances))} always"
    if len(chances) > _MOST_VALUES:
        if len(set(chances.values())) > 1:
            return ""
        listed = [*list(chances)[:2], "…", list(chances)[-1]]
        return f"{name} = {' or '.join(listed)} (equal chances)"
    numbers = " or ".join(chances)
    return f"{name} = {numbers} (chances {', '.join(map(_chance, chances.values()))})"


def _chance(weight: Number) -> str:
    short = isinstance(weight, fmpq) and weight.height_bits() <= 16
    return str(weight) if short else f"{as_float(weight):.3g}"


def show_point(scope: Scope, point: Point, names: Sequence[str]) -> str:
    """Say where a point is: ``" at x = -3/8"``."""
    shapes_show = any(isinstance(point.values.get(name), Matrix) for name in names)
    shown = []
    for name in names:
        if shapes_show and scope.types[name].name == "dim":
            continue
        if name in point.values:
            shown.append(f"{name} = {show_value(point.values[name])}")
        elif name in point.laws.joint:
            shown.append(show_law(name, point.laws.joint[name], point.laws.weights))
        elif name in point.laws.independent:
            law = point.laws.independent[name]
            shown.append(show_law(name, [v for _, v in law], [w for w, _ in law]))
    text = ", ".join(part for part in shown if part)
    if len(text) > _LONGEST:
        text = text[:_LONGEST] + "…"
    return f" at {text}" if text else ""


def show_sides(left: object, right: object) -> str:
    """Write the two sides of a relation at a point, and their distance where it is tiny.

    Examples
    --------
    >>> show_sides(fmpq(1), fmpq(10**12 + 1, 10**12))
    'left 1, right 1000000000001/1000000000000, 1.00000000000e-12 apart'
    """
    text = f"left {show_value(left)}, right {show_value(right)}"
    if isinstance(left, fmpq | arb) and isinstance(right, fmpq | arb):
        with precision(_GAP_BITS):
            gap = abs(arb(left) - right)
            if gap > 0 and gap < abs(arb(left)) * arb(10) ** (1 - _DIGITS):
                return f"{text}, {_digits(gap)} apart"
    return text
