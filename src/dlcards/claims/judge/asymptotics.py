"""Claims about what happens in the limit: orders of errors and convergence in chance."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from dlcards.claims.judge.numeric.evaluate import Point, settle
from dlcards.claims.judge.numeric.values import Array, Matrix, NumericError, Unsettled
from dlcards.claims.tree import Node, num, sym, walk

_STEPS = 0.08 / 2.0 ** np.arange(5)
_COPIES = 3_000
_RUNS = 2_000
_MEAN = " mean"  # no name of the language begins with a blank


def orders_in(node: Node) -> list[Node]:
    """Return the ``O(...)`` terms of a formula."""
    return [part for part in walk(node) if part.op == "call" and part.name == "O"]


def without_orders(node: Node) -> Node:
    """Return the formula with every ``O(...)`` replaced by 0."""
    if node.op == "call" and node.name == "O":
        return num(0)
    return node.with_args(tuple(without_orders(arg) for arg in node.args)) if node.args else node


def order_error(point: Point, left: Node, right: Node) -> float:
    """Tell whether the two sides differ by no more than the stated order.

    The difference is measured at five steps, each half the one before; divided by
    the stated power it must not grow.

    Returns
    -------
    float
        0 when it holds, 1 when it does not.

    Raises
    ------
    Unsettled
        If the difference is too small to measure.
    """
    term = (orders_in(left) + orders_in(right))[0].args[0]
    base = term.args[0] if term.op == "pow" else term
    power = point.plain(term.args[1]) if term.op == "pow" else 1.0
    name = next((n.name for n in walk(base) if n.op == "sym" and n.name in point.values), "")
    if not name:
        raise NumericError("O needs a power of a declared name, as O(h**2)")
    now = point.values[name]
    steps = point.spread(_STEPS)
    moved = Matrix(now.entries * steps[..., None, None]) if isinstance(now, Matrix) else steps
    sides = [point.along(name, moved, len(_STEPS), without_orders(side)) for side in (left, right)]
    sides = [settle(point, side) for side in sides]
    a, b = (s.entries if isinstance(s, Matrix) else np.asarray(s) for s in sides)
    gaps = np.abs(a - b).reshape(len(_STEPS), -1).max(axis=1)
    if gaps.max() < 1e-13:
        return 0.0
    if gaps[-1] < 1e-12 * (1 + gaps[0]):
        raise Unsettled("the error term is too small to measure")
    ratios = gaps / _STEPS**power
    return 0.0 if ratios[-1] <= 1.5 * ratios[:-1].max() else 1.0


@dataclass(frozen=True, slots=True)
class Convergence:
    """How far a simulation was from its limit, and how far it may be."""

    deviation: float
    bound: float
    note: str


def simulate(point: Point, claim: Node, rng: np.random.Generator) -> Convergence:
    """Simulate ``converges(statistic, n, limit)`` for a large n.

    A limit in law is compared by the Kolmogorov-Smirnov distance with the
    Berry-Esseen bound plus the bound for the number of runs.

    Raises
    ------
    NumericError
        If the statistic holds no ``avg(X, n)``.
    """
    statistic, count, target = claim.args
    average = next((n for n in walk(statistic) if n.op == "call" and n.name == "avg"), None)
    if average is None or point.law is None:
        raise NumericError("converges needs avg(X, n) of a random variable X")
    found = point.distribution(average.args[0])
    if isinstance(found, Matrix):
        raise NumericError("converges needs a random number, not a vector")
    outcomes, weights = np.asarray(found).ravel(), point.law.weights / point.law.weights.sum()
    means = rng.multinomial(_COPIES, weights, size=_RUNS) @ outcomes / _COPIES
    with point.bound(count.name, float(_COPIES)):
        value = point.along(_MEAN, point.spread(means), _RUNS, _replaced(statistic, average))
        runs = np.sort(np.asarray(settle(point, value)))
        spread = np.sqrt(weights @ (outcomes - weights @ outcomes) ** 2)
        if target.op == "call" and target.name == "Normal":
            mean, variance = (_finite(point, arg) for arg in target.args)
            return _in_law(runs, mean, variance, outcomes, weights)
        return _in_probability(runs, _finite(point, target), float(spread))


def _finite(point: Point, node: Node) -> float:
    """Return a number that is one: to what is undefined nothing converges."""
    settle(point, number := point.plain(node))
    return number


def _replaced(node: Node, average: Node) -> Node:
    if node == average:
        return sym(_MEAN)
    return node.with_args(tuple(_replaced(arg, average) for arg in node.args))


def _in_law(
    runs: Array, mean: float, variance: float, outcomes: Array, weights: Array
) -> Convergence:
    ranks = np.arange(1, len(runs) + 1) / len(runs)
    below = np.array([0.5 * math.erfc((mean - z) / math.sqrt(2 * variance)) for z in runs])
    distance = float(max(np.max(ranks - below), np.max(below - ranks + 1 / len(runs))))
    centred = outcomes - weights @ outcomes
    ratio = (weights @ np.abs(centred) ** 3) / math.sqrt(weights @ centred**2) ** 3
    luck = math.sqrt(math.log(2 / 1e-9) / (2 * len(runs)))
    bound = float(0.4748 * ratio / math.sqrt(_COPIES) + luck)
    note = f"distance to the law {distance:.3f}, bound {bound:.3f}"
    return Convergence(distance, bound, f"{note} (n = {_COPIES}, {_RUNS} runs)")


def _in_probability(runs: Array, target: float, spread: float) -> Convergence:
    deviation = float(np.quantile(np.abs(runs - target), 0.95))
    bound = 4 * spread / math.sqrt(_COPIES)
    note = f"95 % of the runs within {deviation:.3f}, bound {bound:.3f}"
    return Convergence(deviation, bound, f"{note} (n = {_COPIES}, {_RUNS} runs)")
