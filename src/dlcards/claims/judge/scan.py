"""A quick look in floating point at thousands of points of a claim about numbers.

What is found refutes nothing: it is a place at which the judge looks again, exactly. So only
the points follow from it, and a place that rounding makes suspicious costs one evaluation.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dlcards.claims.judge.canonical import expanded
from dlcards.claims.judge.numeric.arrays import (
    PLAIN_WORDS,
    ROUNDING_WORDS,
    FloatArray,
    is_plain,
    on_arrays,
)
from dlcards.claims.judge.numeric.point import Scope, names_in
from dlcards.claims.tree import Node, call, walk
from dlcards.claims.types import REALS, WHOLE
from dlcards.claims.types.numbers.drawn import MANY
from dlcards.claims.words import binds

Row = Mapping[str, float]
"""A number for every name."""

_WORDS = PLAIN_WORDS | ROUNDING_WORDS

_ROWS = 4096
_SIDES = {2: 64, 3: 16}
"""Rows that are looked at first; all pairs and triples of small whole numbers."""

_MOST_NAMES = 4
_MOST_WORK = 3_000_000
_ONE_BY_ONE = frozenset({"binomial", "factorial", "gamma", "digamma", "erf"})
_FAR, _NEAR = 12.0, 5.0
"""Half of the numbers go to e**12 and e**-12, the others to e**5 and e**-5."""
_MIDDLE = 0.3
_BESIDE_ENDS = 5.0

_KEPT = 6
_MOVES = 64
_ROUNDS = 12
_SHRINK = 0.45
_LEAST = 0.05
_SUSPECTS = 6
"""Rows that are followed to where a claim is tightest, how, and how many are given back."""

_APART = 1e-6
_SMALL = 1e-9
"""Sides that are farther apart than this, relatively and absolutely, are not equal."""
_BELOW = -1e-12
"""An inequality that holds by less than this seems to be false."""


@dataclass(frozen=True, slots=True)
class _Axis:
    """Where the values of one name lie."""

    kind: str
    low: float = -math.inf
    high: float = math.inf

    def placed(self, u: FloatArray) -> FloatArray:
        """Return values for numbers spread over (0, 1)."""
        t = 2 * u - 1
        reach = np.where(np.arange(len(u)) % 2, _FAR, _NEAR)
        if self.kind in WHOLE:
            if self.high < math.inf:
                return self.low + np.floor(u * (self.high - self.low + 1))
            far = np.floor(np.expm1(math.log(MANY) * (abs(t) if self.low < 0 else u)))
            return np.sign(t) * far if self.low < 0 else self.low + far
        if self.low == -math.inf and self.high == math.inf:
            return _MIDDLE * np.sinh(reach * t)
        if self.high == math.inf:
            return self.low + np.exp(reach * t)
        if self.low == -math.inf:
            return self.high - np.exp(reach * t)
        part = (1 + np.tanh(_BESIDE_ENDS * t) / math.tanh(_BESIDE_ENDS)) / 2
        return self.low + (self.high - self.low) * part

    def whole(self, count: int) -> FloatArray:
        """Return so many whole numbers, the small ones first."""
        if self.high < math.inf:
            return np.arange(self.low, min(self.high + 1, self.low + count))
        return np.arange(self.low if self.low > -math.inf else -(count // 2), count + 1.0)[:count]

    def holds(self, x: FloatArray) -> npt.NDArray[np.bool_]:
        """Tell which numbers are of the type."""
        closed = self.kind in WHOLE or self.kind in ("closed_interval", "nonnegative")
        inside = (x >= self.low) & (x <= self.high) if closed else (x > self.low) & (x < self.high)
        return np.asarray(inside & (x != 0) if self.kind == "nonzero" else inside)


class Scan:
    """Many points of some names that are numbers, those that satisfy the hypotheses.

    Parameters
    ----------
    names : sequence of str
        All names that the formulas are about.
    """

    def __init__(
        self, scope: Scope, names: Sequence[str], hypotheses: Sequence[Node], rows: int = _ROWS
    ) -> None:
        self._scope = Scope({}, scope.definitions)
        self._axes = {name: _axis(name, scope, self._scope) for name in names}
        self._hypotheses = hypotheses
        self._is_complete = all(axis.kind in WHOLE for axis in self._axes.values())
        self.rows = self._allowed(_first(self._axes, rows))

    def suspects(self, tree: Node, valleys: int) -> list[Row]:
        """Return rows at which a claim seems to be false or has no value, then the tightest ones.

        Parameters
        ----------
        valleys : int
            How many rows at the bottom of the valleys of an inequality are wanted.
        """
        gaps = self._gaps(tree, self.rows)
        false = np.flatnonzero(gaps < _BELOW)
        missing = np.flatnonzero(np.isnan(gaps))
        worst = false[np.argsort(gaps[false], kind="stable")]
        chosen = [*worst[: _SUSPECTS // 2], *false[: _SUSPECTS // 2], *missing[:2]]
        rows = [self._row(self.rows, int(i)) for i in dict.fromkeys(chosen)]
        if valleys:
            found, low = self._followed(lambda rows: self._gaps(tree, rows), gaps)
            rows += [self._row(found, i) for i in range(min(valleys, len(low)))]
        return rows

    def meeting(self, conditions: Sequence[Node]) -> list[Row]:
        """Return a row at which inequalities hold together, if one can be found."""

        def distances(rows: Mapping[str, FloatArray]) -> FloatArray:
            return self._distances(conditions, rows)

        found, far = self._followed(distances, distances(self.rows))
        return [self._row(found, 0)] if len(far) and far[0] == 0 else []

    def spread(self, count: int) -> list[Row]:
        """Return some rows from all parts of the scan."""
        found = len(_first_of(self.rows))
        chosen = np.linspace(0, found - 1, min(count, found)).astype(int)
        return [self._row(self.rows, int(i)) for i in dict.fromkeys(chosen)]

    def _followed(
        self, objective: Callable[[Mapping[str, FloatArray]], FloatArray], first: FloatArray
    ) -> tuple[dict[str, FloatArray], FloatArray]:
        """Follow the lowest rows downhill with steps that become shorter."""
        rows, low = self.rows, _infinite(first)
        step = 0.5
        for turn in range(0 if self._is_complete else _ROUNDS):
            best = _lowest(rows, low, _KEPT, step if turn else 0.0)
            rows, low = {name: x[best] for name, x in rows.items()}, low[best]
            if not len(low):
                break
            moved = self._allowed(self._beside(rows, step, turn))
            rows = {name: np.concatenate((x, moved[name])) for name, x in rows.items()}
            low = np.concatenate((low, _infinite(objective(moved))))
            step *= _SHRINK
        order = np.argsort(low, kind="stable")
        order = order[np.isfinite(low[order])]
        return {name: x[order] for name, x in rows.items()}, low[order]

    def _beside(
        self, rows: Mapping[str, FloatArray], step: float, turn: int
    ) -> dict[str, FloatArray]:
        count = len(_first_of(rows)) * _MOVES
        spread = _spread(count, len(rows), 1 + turn * count)
        moved = {}
        for (name, x), u in zip(rows.items(), spread, strict=True):
            repeated = np.repeat(x, _MOVES)
            reach = step * (abs(repeated) + (1.0 if self._axes[name].kind in WHOLE else _LEAST))
            near = repeated + reach * (2 * u - 1)
            moved[name] = np.round(near) if self._axes[name].kind in WHOLE else near
        return moved

    def _allowed(self, rows: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
        kept = np.ones(len(_first_of(rows)), bool)
        for name, x in rows.items():
            kept &= self._axes[name].holds(x)
        rows = {name: x[kept] for name, x in rows.items()}
        for hypothesis in self._hypotheses:
            truth = self._values(hypothesis, rows)
            rows = {name: x[truth == 1] for name, x in rows.items()}
        return rows

    def _gaps(self, tree: Node, rows: Mapping[str, FloatArray]) -> FloatArray:
        """Return by how much a claim holds, relative to its sides; NaN without a value."""
        sides = [self._values(side, rows) for side in tree.args]
        found = np.full(len(sides[0]), math.inf)
        for k, sign in enumerate(tree.relations):
            a, b = sides[k], sides[k + 1]
            with np.errstate(over="ignore"):
                size = abs(a) + abs(b)
            if sign == "!=":
                gap = abs(a - b) + _BELOW * 2 * (a == b)
            elif sign == "==":
                gap = np.where(abs(a - b) > _APART * size + _SMALL, -1.0, 1.0)
                gap = np.where(np.isnan(size), math.nan, gap)
            else:
                literal = any(arg.op == "num" and not arg.number for arg in tree.args[k : k + 2])
                gap = b - a if sign in ("<", "<=") else a - b
                gap = gap if literal else gap / np.where(size == 0, 1.0, size)
            found = np.minimum(found, gap)
        return found

    def _distances(self, conditions: Sequence[Node], rows: Mapping[str, FloatArray]) -> FloatArray:
        total = np.zeros(len(_first_of(rows)))
        for each in conditions:
            for sign, left, right in zip(each.relations, each.args, each.args[1:], strict=False):
                a, b = self._values(left, rows), self._values(right, rows)
                over = a - b if sign in ("<", "<=") else b - a
                open_ = over >= 0 if sign in ("<", ">") else over > 0
                total += np.where(open_, over + _SMALL, 0.0)
                total = np.where(np.isnan(over), math.inf, total)
        return total

    def _values(self, node: Node, rows: Mapping[str, FloatArray]) -> FloatArray:
        count = len(_first_of(rows))
        if not count:
            return np.empty(0)
        return on_arrays(_in_floats(node, self._scope), rows, self._scope, count, _MOST_WORK)

    def _row(self, rows: Mapping[str, FloatArray], i: int) -> Row:
        return {name: float(x[i]) for name, x in rows.items()}


_KINDS = REALS | WHOLE | {"dim"}


def is_scannable(formulas: Sequence[Node], scope: Scope, names: Sequence[str]) -> bool:
    """Tell whether formulas are about a few numbers and can be evaluated on arrays."""
    kinds = {scope.types[name].name for name in names}
    if not kinds or not kinds <= _KINDS or len(names) > _MOST_NAMES:
        return False
    if any(names_in(arg, scope) for name in names for arg in scope.types[name].args):
        return False
    written = [_in_floats(formula, scope) for formula in formulas]
    return all(is_plain(each, Scope({}, {}), _WORDS) and not _is_costly(each) for each in written)


def rows_for(formulas: Sequence[Node]) -> int:
    """Return at how many points formulas are to be looked at: at fewer if they hold sums."""
    return _ROWS // 8 if any(binds(part) for f in formulas for part in walk(f)) else _ROWS


def _is_costly(formula: Node) -> bool:
    """Tell whether a sum has terms that floats reach one by one."""
    sums = (part for part in walk(formula) if binds(part))
    return any(part.name in _ONE_BY_ONE for each in sums for part in walk(each))


def _in_floats(node: Node, scope: Scope) -> Node:
    """Return a formula with definitions put in and in words that floats know."""
    return _rewritten(expanded(node, scope))


def _rewritten(node: Node) -> Node:
    args = tuple(map(_rewritten, node.args))
    if node.op == "call" and node.name == "mod":
        a, b = args
        return Node("sub", (a, Node("mul", (b, call("floor", Node("div", (a, b)))))))
    return node.with_args(args) if args else node


def _axis(name: str, scope: Scope, constants: Scope) -> _Axis:
    kind = scope.types[name]
    if kind.name in ("natural", "dim"):
        return _Axis(kind.name, 1.0, _LARGEST_SIZE if kind.name == "dim" else math.inf)
    if kind.name in ("positive", "nonnegative"):
        return _Axis(kind.name, 0.0)
    if kind.name == "probability":
        return _Axis(kind.name, 0.0, 1.0)
    if kind.args:
        low, high = (_bound(arg, constants) for arg in kind.args)
        return _Axis(kind.name, low, high)
    return _Axis(kind.name)


def _bound(node: Node, scope: Scope) -> float:
    if node.op == "sym" and node.name == "oo":
        return math.inf
    if node.op == "neg" and node.args[0].name == "oo":
        return -math.inf
    return float(on_arrays(node, {}, scope, 1)[0])


def _first(named: Mapping[str, _Axis], rows: int) -> dict[str, FloatArray]:
    """Return the first rows: all small whole numbers, or points spread evenly."""
    names, axes = list(named), list(named.values())
    if all(axis.kind in _COUNTED for axis in axes) and len(axes) <= len(_SIDES) + 1:
        sides = [axis.whole(_SIDES.get(len(axes), MANY)) for axis in axes]
        grid = np.meshgrid(*sides, indexing="ij")
        return {name: x.reshape(-1) for name, x in zip(names, grid, strict=True)}
    if len(axes) == 1:
        spread = [(np.arange(2 * rows) + 0.5) / (2 * rows)]
    else:
        spread = _spread(rows, len(axes), 0)
    return {name: axis.placed(u) for name, axis, u in zip(names, axes, spread, strict=True)}


def _spread(count: int, dimensions: int, start: int) -> list[FloatArray]:
    """Return points that fill a cube evenly: multiples of powers of a golden ratio, modulo 1."""
    ratio = 2.0
    for _ in range(_NEWTON):
        ratio = (1 + ratio) ** (1 / (dimensions + 1))
    places = np.arange(start, start + count, dtype=float)
    return [(0.5 + places * ratio ** -(k + 1)) % 1 for k in range(dimensions)]


def _lowest(rows: Mapping[str, FloatArray], low: FloatArray, count: int, apart: float) -> list[int]:
    """Return the lowest rows, none of them near a lower one."""
    found: list[int] = []
    for i in np.argsort(low, kind="stable")[: count * _MOVES]:
        if low[i] == math.inf or len(found) == count:
            break
        if not any(_are_near(rows, int(i), j, apart) for j in found):
            found.append(int(i))
    return found


def _are_near(rows: Mapping[str, FloatArray], i: int, j: int, apart: float) -> bool:
    return all(abs(x[i] - x[j]) <= apart * (abs(x[j]) + _LEAST) for x in rows.values())


def _infinite(low: FloatArray) -> FloatArray:
    return np.where(np.isnan(low), math.inf, low)


def _first_of(rows: Mapping[str, FloatArray]) -> FloatArray:
    return next(iter(rows.values()))


_COUNTED = WHOLE | {"dim"}
_LARGEST_SIZE = 12.0
_NEWTON = 40
