"""Plain formulas on whole arrays of floats.

The words are those of the float evaluator of claims. Only those are taken that give what
ball arithmetic gives, but for rounding; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from dlcards.claims.judge.numeric.evaluate import READINGS, Point, Scope, Work
from dlcards.claims.judge.numeric.point import MAX_WORK
from dlcards.claims.judge.numeric.words import ENTRYWISE
from dlcards.claims.tree import Node, walk

FloatArray = npt.NDArray[np.float64]

ROUNDING_WORDS = frozenset({"floor", "ceil"})
"""The float evaluator lets these two jump a little beside whole numbers."""

PLAIN_WORDS = (frozenset(ENTRYWISE) - ROUNDING_WORDS) | {
    *("cases", "ind", "max", "min", "sum", "prod", "binomial"),
    *("eye", "ones", "zeros", "basis"),
    *("norm", "norm1", "norminf", "fro", "len", "mean", "var", "tr", "diag"),
    *("softmax", "logsumexp"),
}
"""Words of the formulas that are evaluated on arrays."""

PLAIN_OPERATORS = frozenset(
    {
        *("num", "sym", "list", "index", "rel", "T", "neg", "not", "and"),
        *("add", "sub", "mul", "div", "pow", "matmul"),
    }
)

_AT_ONCE = 8000
_AT_ONCE_WITH_INDEX = 200
"""Fewer points, for a sum has its terms at all of them at once."""


def is_plain(node: Node, scope: Scope, words: frozenset[str] = PLAIN_WORDS) -> bool:
    """Tell whether a formula, definitions included, can be evaluated on arrays."""
    seen: set[str] = set()
    waiting = [node]
    while waiting:
        for part in walk(waiting.pop()):
            if part.op in ("sym", "call") and part.name in scope.definitions:
                if part.name not in seen:
                    seen.add(part.name)
                    waiting.append(scope.definitions[part.name].body)
            elif not _is_plain_part(part, words):
                return False
    return True


def _is_plain_part(part: Node, words: frozenset[str]) -> bool:
    if part.op == "call":
        over_index = part.name in ("max", "min") and len(part.args) > 2
        return part.name in words and not over_index
    return part.op in PLAIN_OPERATORS and part.name != "oo"


def on_arrays(
    node: Node,
    names: Mapping[str, FloatArray],
    scope: Scope,
    count: int,
    most: int = MAX_WORK,
) -> FloatArray:
    """Evaluate a plain formula at many points.

    Parameters
    ----------
    names : mapping of str to ndarray
        One value, or ``count`` of them, for every name.
    most : int
        The work that may be done.

    Returns
    -------
    ndarray of float
        One value for every point, NaN where there is none.

    Raises
    ------
    NumericError
        If the formula has no value for a reason other than its numbers, or costs too much.
    """
    has_index = any(part.name in ("sum", "prod") for part in _parts(node, scope))
    size = _AT_ONCE_WITH_INDEX if has_index else _AT_ONCE
    work = Work(most)
    result = np.empty(count)
    for start in range(0, count, size):
        place = slice(start, min(start + size, count))
        chunk = {name: v if v.ndim == 0 else v[place] for name, v in names.items()}
        result[place] = _chunk(node, chunk, scope, work, place.stop - start)
    return result


def _parts(node: Node, scope: Scope) -> list[Node]:
    bodies = [definition.body for definition in scope.definitions.values()]
    return [part for tree in (node, *bodies) for part in walk(tree)]


def _chunk(
    node: Node, names: Mapping[str, FloatArray], scope: Scope, work: Work, count: int
) -> FloatArray:
    point = Point(scope, work, READINGS)
    point.values.update((name, v if v.ndim else float(v)) for name, v in names.items())
    with np.errstate(all="ignore"), point.axis(count):
        found = np.asarray(point.number(node), float)
    return np.where(np.isfinite(found), found, np.nan)
