"""Formulas at exact points, with error bars that shrink until a float is known."""

from __future__ import annotations

import math
from collections.abc import Mapping

from flint import arb

from dlcards.claims.balls.errors import NoValue, TooMuchWork, Undefined, Unsettled
from dlcards.claims.balls.evaluate import Evaluation
from dlcards.claims.balls.numbers import Complex, Infinity, Number, as_float, real_ball
from dlcards.claims.balls.point import MAX_WORK as MAX_POINT_WORK
from dlcards.claims.balls.point import Memory
from dlcards.claims.balls.values import Value, as_number
from dlcards.claims.judge.numeric.evaluate import Scope
from dlcards.claims.tree import Node

PRECISIONS = (128, 320)
"""The first two of the judge."""

ACCURATE = 53
"""Bits of a value that is known as well as a float can be."""

ENOUGH = 40
"""Bits that suffice when a higher precision does not help: what figures keep of a number."""

MAX_WORK = 2_000_000
"""Evaluations for all points of one formula: some seconds."""


class Points:
    """The points at which a formula is evaluated, and the work that is left for them."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.memory = Memory()
        self.work = MAX_WORK

    def number(self, node: Node, values: Mapping[str, Number], bits: int = PRECISIONS[0]) -> Number:
        """Return the value of a formula at a point, which must be a number.

        Raises
        ------
        NoValue
            If it has none that is known.
        """
        return as_number(self._value(node, values, bits))

    def _value(self, node: Node, values: Mapping[str, Number], bits: int) -> Value:
        work = min(MAX_POINT_WORK, self.work)
        evaluation = Evaluation(self.scope, values, precision=bits, work=work, memory=self.memory)
        try:
            return evaluation.value(node)
        finally:
            self.work -= work - max(evaluation.work, 0)

    def float(self, node: Node, values: Mapping[str, Number]) -> float:
        """Return the value of a formula at a point, NaN if it is undefined or unsettled.

        Raises
        ------
        NoValue
            If it has none for a reason that does not depend on the numbers.
        """
        best: Number | None = None
        for bits in PRECISIONS:
            try:
                best = self.number(node, values, bits)
            except Undefined:
                return math.nan
            except Unsettled:
                continue
            found = float_of(best)
            if found is not None:
                return found
        return math.nan if best is None else _roughly(best)

    def problem(self, node: Node, values: Mapping[str, Number]) -> NoValue | None:
        """Return why a formula has no value for a reason that does not depend on the numbers."""
        try:
            self._value(node, values, PRECISIONS[0])
        except (Undefined, Unsettled, TooMuchWork):
            return None
        except NoValue as error:
            return error
        return None


def float_of(x: Number) -> float | None:
    """Return the float nearest to a number, NaN if it is not a real one; None if in doubt."""
    if isinstance(x, Infinity | Complex):
        return math.nan
    enclosure = real_ball(x)
    exact = enclosure.is_exact()
    if not (exact or _accuracy(enclosure) >= ACCURATE):
        return None
    return _finite(as_float(enclosure))


def _roughly(x: Number) -> float:
    """Return a float for a number whose ball stays wide; NaN if it is too wide to draw."""
    enclosure = real_ball(x)
    if not enclosure.is_finite():
        return math.nan
    if enclosure.contains(0) and enclosure.rad() < arb(2) ** -ACCURATE:
        return 0.0
    return _finite(as_float(enclosure)) if _accuracy(enclosure) >= ENOUGH else math.nan


def _accuracy(enclosure: arb) -> int:
    return int(enclosure.rel_accuracy_bits()) if enclosure.is_finite() else -1


def _finite(x: float) -> float:
    return x if math.isfinite(x) else math.nan
