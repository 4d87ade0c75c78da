"""The values of these words, with error bars."""

from __future__ import annotations

from collections.abc import Mapping

from dlcards.claims.balls.errors import Unsupported
from dlcards.claims.balls.numbers import compare, rational
from dlcards.claims.balls.point import Point, Reading
from dlcards.claims.balls.readings import candidates_of
from dlcards.claims.balls.series import multiplied, summed
from dlcards.claims.balls.values import Value
from dlcards.claims.tree import Node


def _best(sense: int) -> Reading:
    """Return the place of the first largest (sense 1) or smallest (sense -1) number."""

    def reading(point: Point, node: Node) -> Value:
        if len(node.args) == 2:
            raise Unsupported("an optimum inside a formula")
        candidates = candidates_of(point, node)
        place, top = candidates[0]
        for k, x in candidates[1:]:
            if sense * compare(x, top, point.mode) > 0:
                place, top = k, x
        return rational(place)

    return reading


WORDS: Mapping[str, Reading] = {
    "sum": summed,
    "prod": multiplied,
    "argmin": _best(-1),
    "argmax": _best(1),
}
