"""Convergence of statistics by the delta method.

The means in a statistic fluctuate like ``covariance/n`` around their expectations, so the
statistic does like its linear part: it tends to a number when its centre tends to it and
its variance to 0, and to a normal law when centre and variance tend to those of the law.
The bend of the statistic, times the variance of the means, has to vanish. See
A. W. van der Vaart, *Asymptotic Statistics* (1998), chapter 3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce

from flint import fmpq

from dlcards.claims.balls.errors import Undefined, Unsettled, Unsupported
from dlcards.claims.balls.evaluate import Evaluation
from dlcards.claims.balls.matrices import Matrix
from dlcards.claims.balls.numbers import ZERO
from dlcards.claims.balls.values import as_number
from dlcards.claims.judge.compare import Comparison, Outcome, compare
from dlcards.claims.points.draw import Point
from dlcards.claims.tree import Node, call, num, sym, walk


def convergence(
    claim: Node, point: Point, evaluation_of: Callable[[Point], Evaluation]
) -> tuple[Comparison, object, object]:
    """Compare what a statistic tends to with what ``converges(...)`` states.

    Returns
    -------
    tuple
        The comparison that counts most, with the two values compared.

    Raises
    ------
    Unsupported
        If the statistic holds no ``avg(X, n)``.
    """
    statistic, count, target = claim.args
    averages = _averages(statistic)
    if not averages:
        raise Unsupported("converges needs avg(X, n) of a random variable X")
    spreads = [evaluation_of(point).value(_cov(a, a)) for a in averages]
    if all(isinstance(spread, fmpq) and spread == 0 for spread in spreads):
        # Nothing is random at this point: the method has nothing to say.
        return Comparison(Outcome.AGREE, trivial=True), ZERO, ZERO
    names = [sym(f" mean {k}") for k in range(len(averages))]
    centred = point.copy()
    evaluation = evaluation_of(point)
    for name, average in zip(names, averages, strict=True):
        mean = evaluation.value(call("E", average.args[0]))
        if isinstance(mean, Matrix):
            raise Unsupported("converges of a random vector")
        centred.values[name.name] = as_number(mean)
    body = _replaced(statistic, dict(zip(averages, names, strict=True)))
    variance = _summed(
        Node("mul", (call("d", body, a), Node("mul", (call("d", body, b), _cov(x, y)))))
        for a, x in zip(names, averages, strict=True)
        for b, y in zip(names, averages, strict=True)
    )
    bend = _summed(
        Node("mul", (call("d", call("d", body, a), b), _cov(x, y)))
        for a, x in zip(names, averages, strict=True)
        for b, y in zip(names, averages, strict=True)
    )
    if target.op == "call" and target.name == "Normal":
        wanted = [(body, target.args[0]), (Node("div", (variance, count)), target.args[1])]
    else:
        wanted = [(body, target), (Node("div", (variance, count)), num(0))]
    wanted.append((Node("div", (bend, count)), num(0)))
    limits = evaluation_of(centred)
    found: tuple[Comparison, object, object] | None = None
    for formula, stated in wanted:
        value = limits.value(stated)
        try:
            tends_to = limits.value(call("limit", formula, count, sym("oo")))
        except Undefined as error:  # the method has nothing to say: abs(avg(X, n)) at a mean of 0
            raise Unsettled(str(error)) from None
        result = compare("==", tends_to, value, estimated=True)
        if result.outcome is not Outcome.AGREE:
            return result, tends_to, value
        found = found or (result, tends_to, value)
    if found is None:
        raise Undefined("a statistic without a limit")
    return found


def _averages(node: Node) -> tuple[Node, ...]:
    parts = (part for part in walk(node) if part.op == "call" and part.name == "avg")
    return tuple(dict.fromkeys(parts))


def _cov(a: Node, b: Node) -> Node:
    return call("Cov", a.args[0], b.args[0])


def _summed(terms: Iterable[Node]) -> Node:
    return reduce(lambda total, term: Node("add", (total, term)), terms)


def _replaced(node: Node, names: dict[Node, Node]) -> Node:
    if node in names:
        return names[node]
    return node.with_args(tuple(_replaced(arg, names) for arg in node.args)) if node.args else node
