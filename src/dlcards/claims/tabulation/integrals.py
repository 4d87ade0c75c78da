"""Integrals up to a bound that runs over many points: one is added to the next.

A curve of F(x), the integral of f from a to x, needs f between neighbouring places only,
and meets a singular place of f once instead of at every point.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dlcards.claims.balls.errors import TooMuchWork, Undefined, Unsettled, Unsupported
from dlcards.claims.balls.numbers import Number, add, as_float, negate, precision
from dlcards.claims.balls.words import ENTRYWISE
from dlcards.claims.judge.canonical import expanded
from dlcards.claims.tabulation.points import PRECISIONS, Points
from dlcards.claims.tree import Node, call, sym, walk

_FROM, _TO = " from", " to"
"""Names that no formula can spell."""

_NO_NUMBER = (Undefined, Unsettled, Unsupported)


class SharedIntegrals:
    """The integrals of a formula whose upper or lower bound moves, worked out together.

    Attributes
    ----------
    node : Node
        The formula.
    short : Node
        The formula with a name in the place of each of these integrals.
    """

    def __init__(
        self,
        node: Node,
        moving: frozenset[str],
        places: Sequence[Mapping[str, Number]],
        points: Points,
    ) -> None:
        self.node = node
        self._points = points
        self._moving = moving
        self._found: dict[Node, str] = {}
        self.short = self._shortened(expanded(node, points.scope)) if len(places) > 1 else node
        self._values: dict[int, dict[str, Number]] = {id(place): {} for place in places}
        for integral, name in self._found.items():
            self._accumulate(integral, name, places)

    def at(self, place: Mapping[str, Number]) -> dict[str, Number] | None:
        """Return the names of the short formula at a place; None if an integral is missing."""
        known = self._values[id(place)]
        return {**place, **known} if self._found and len(known) == len(self._found) else None

    def _shortened(self, node: Node) -> Node:
        if node.op == "call" and node.name == "integral" and self._is_shared(node):
            return sym(self._found.setdefault(node, f" integral {len(self._found)}"))
        plain = node.op != "call" or node.name in ENTRYWISE
        return node.with_args(tuple(map(self._shortened, node.args))) if plain else node

    def _is_shared(self, node: Node) -> bool:
        body, _, lower, upper = node.args
        return not self._moves(body) and self._moves(lower) != self._moves(upper)

    def _moves(self, node: Node) -> bool:
        return any(part.op == "sym" and part.name in self._moving for part in walk(node))

    def _accumulate(
        self, integral: Node, name: str, places: Sequence[Mapping[str, Number]]
    ) -> None:
        body, variable, lower, upper = integral.args
        upward = self._moves(upper)
        start, end = (lower, upper) if upward else (upper, lower)
        first = call("integral", body, variable, start, end)
        step = call("integral", body, variable, sym(_FROM), sym(_TO))
        ends = [(self._number(end, place), place) for place in places]
        known = sorted(
            ((x, place) for x, place in ends if x is not None), key=lambda pair: as_float(pair[0])
        )
        total: Number | None = None
        before: Number | None = None
        for x, place in known:
            added: Number | None = None
            if total is not None and before is not None:
                added = self._number(step, {**place, _FROM: before, _TO: x})
            with precision(PRECISIONS[0]):
                if total is not None and added is not None:
                    total = add(total, added)
                else:
                    total = self._number(first, place)
                if total is not None:
                    self._values[id(place)][name] = total if upward else negate(total)
            before = x

    def _number(self, node: Node, place: Mapping[str, Number]) -> Number | None:
        try:
            return self._points.number(node, place)
        except TooMuchWork:
            raise
        except _NO_NUMBER:
            return None
