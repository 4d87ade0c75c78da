"""Claims that a formula has a law: their probabilities agree at several places."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial

from dlcards.claims.balls.errors import NoValue, TooMuchWork, Unsettled, Unsupported
from dlcards.claims.balls.evaluate import Evaluation
from dlcards.claims.balls.numbers import as_float
from dlcards.claims.balls.values import as_number
from dlcards.claims.judge.compare import Comparison, Outcome, compare
from dlcards.claims.judge.numeric.point import Scope
from dlcards.claims.points.draw import Point
from dlcards.claims.statement import Type
from dlcards.claims.tree import Node, call, num, sym

_LAW = " law"  # no name of the language begins with a blank
_PLACES = (-1.5, -0.5, 0.0, 0.5, 1.5, 3.0)
"""Where probabilities are compared: standard deviations from the mean."""

_MOMENTS = (1, 2, 3, 4)
"""Powers whose means are compared where the probabilities have no ball version."""


def distribution(
    claim: Node,
    scope: Scope,
    point: Point,
    evaluation_of: Callable[[Scope, Point], Evaluation],
) -> tuple[Comparison, Node, object, object]:
    """Compare the law of a formula with a named one.

    Returns
    -------
    tuple
        The first comparison that fails, or else the last; what was compared, with both
        values.
    """
    formula, law = claim.args
    if law.op != "call":
        raise Unsupported("a law without a name")
    wider = Scope({**scope.types, _LAW: Type(law.name, law.args)}, scope.definitions)
    try:
        return _first_mistake(
            _probabilities(wider, point, evaluation_of), formula, wider, point, evaluation_of
        )
    except (Unsupported, TooMuchWork, Unsettled):
        powers = (partial(_power_mean, k) for k in _MOMENTS)
        return _first_mistake(powers, formula, wider, point, evaluation_of)


def _first_mistake(
    features: Iterator[Callable[[Node], Node]],
    formula: Node,
    scope: Scope,
    point: Point,
    evaluation_of: Callable[[Scope, Point], Evaluation],
) -> tuple[Comparison, Node, object, object]:
    found = None
    for feature in features:
        evaluation = evaluation_of(scope, point)
        a, b = evaluation.value(feature(formula)), evaluation.value(feature(sym(_LAW)))
        result = compare("==", a, b, estimated=evaluation.estimated)
        found = result, feature(formula), a, b
        if result.outcome is not Outcome.AGREE:
            break
    assert found is not None
    return found


def _probabilities(
    scope: Scope, point: Point, evaluation_of: Callable[[Scope, Point], Evaluation]
) -> Iterator[Callable[[Node], Node]]:
    """Yield what is compared: probabilities of lying below some places."""
    for place in _places(scope, point, evaluation_of):
        yield partial(_below, place)


def _below(place: Fraction, x: Node) -> Node:
    return call("P", Node("rel", (x, num(place)), relations=("<=",)))


def _power_mean(k: int, x: Node) -> Node:
    return call("E", Node("pow", (x, num(k))))


def _places(
    scope: Scope, point: Point, evaluation_of: Callable[[Scope, Point], Evaluation]
) -> list[Fraction]:
    evaluation = evaluation_of(scope, point)
    try:
        mean = as_float(as_number(evaluation.value(call("E", sym(_LAW)))))
        spread = as_float(as_number(evaluation.value(call("Var", sym(_LAW))))) ** 0.5
    except NoValue:
        mean, spread = 0.0, 1.0
    if not (math.isfinite(mean) and math.isfinite(spread)):
        raise Unsettled("a law whose mean is too large for a place beside it")
    found = [Fraction(mean + spread * z).limit_denominator(1000) for z in _PLACES]
    return list(dict.fromkeys(found))
