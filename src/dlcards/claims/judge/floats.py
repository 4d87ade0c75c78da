"""The float evaluator at the exact points, for words that have no ball version.

Floats are only believed where several ordinary points tell the same: a claim without limits,
integrals and derivatives is refuted when both sides differ by much at three of them, and
undecided when they differ anywhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from dlcards.claims.judge.constants import all_parts
from dlcards.claims.judge.float_points import float_point
from dlcards.claims.judge.numeric.evaluate import Point, names_in, settle
from dlcards.claims.judge.numeric.point import Scope
from dlcards.claims.judge.numeric.values import (
    Array,
    Matrix,
    NumericError,
    TooMuchWork,
    Undefined,
    WrongShape,
)
from dlcards.claims.judge.show import show_point
from dlcards.claims.points.domain import EmptyDomain
from dlcards.claims.points.draw import Point as ExactPoint
from dlcards.claims.points.draw import draw_point
from dlcards.claims.points.hypotheses import satisfying
from dlcards.claims.points.source import Source, Tier
from dlcards.claims.statement import Claim
from dlcards.claims.tree import Node
from dlcards.claims.types import PARAMETRIC_TYPES

TOLERANCE = 1e-7
"""Sides that differ relatively by less than this agree in floating point."""

LARGE = 1e-3
"""Sides that differ by more than this at several ordinary points refute."""

POINTS = 32
REFUTING_POINTS = 3
FEWEST_POINTS = 6


def float_trial(
    scope: Scope, claim: Claim, hypotheses: Sequence[Node], seed: str
) -> tuple[int, str, str]:
    """Compare both sides in floating point.

    Returns
    -------
    tuple of int, str, str
        The number of points; why the claim is false, or else why it is not decided.
    """
    names = sorted(names_in(claim.tree, scope))
    plain = _is_plain(claim.tree, scope)
    agreed, doubts, refutations = 0, [], []
    for exact in _points(scope, hypotheses, seed):
        try:
            point = float_point(scope, exact)
            if point is None:
                continue
            with np.errstate(all="ignore"):
                worst = max(_gaps(point, claim), default=0.0)
        except WrongShape:
            raise
        except TooMuchWork:
            break
        except (NumericError, Undefined, ArithmeticError, ValueError) as error:
            doubts.append(f"{error}{show_point(scope, exact, names)}")
            continue
        where = show_point(scope, exact, names)
        if worst <= TOLERANCE:
            agreed += 1
        elif worst > LARGE and exact.tier is Tier.BENIGN and plain:
            refutations.append(f"false in floating point{where}")
            if len(refutations) >= REFUTING_POINTS:
                return agreed, refutations[0], ""
        else:
            doubts.append(f"floating point cannot tell{where}")
        if agreed >= POINTS:
            break
    doubtful = [*refutations, *doubts]
    if agreed < FEWEST_POINTS and names:
        return agreed, "", doubtful[0] if doubtful else "hardly any point could be compared"
    if refutations or len(doubts) > 0.3 * (agreed + len(doubts)):
        return agreed, "", doubtful[0]
    return agreed, "", ""


_APPROXIMATED = frozenset({"integral", "limit", "d", "pd", "D", "grad", "jac", "hess"})
_AVERAGES = frozenset({"E", "Var", "Cov", "Corr", "P", "H", "MI"})


def _is_plain(tree: Node, scope: Scope) -> bool:
    """Tell whether floats evaluate a claim without approximating a limit."""
    for part in all_parts(tree, scope):
        if part.name in _APPROXIMATED or part.name == "oo":
            return False
        kinds = {scope.types[name].name for name in names_in(part, scope)}
        if part.name in _AVERAGES and kinds & PARAMETRIC_TYPES:
            return False
    return True


def _points(scope: Scope, hypotheses: Sequence[Node], seed: str) -> Iterator[ExactPoint]:
    for index in range(2 * POINTS):
        source = Source(seed, index + 3, tier=Tier.BENIGN if index % 3 else Tier.SPECIAL)
        try:
            drawn = draw_point(scope, source)
            point = satisfying(scope, drawn, hypotheses, source) if hypotheses else drawn
        except (EmptyDomain, ValueError):
            continue
        if point is not None:
            yield point


def _gaps(point: Point, claim: Claim) -> Iterator[float]:
    tree = claim.tree
    for sign, left, right in zip(tree.relations, tree.args, tree.args[1:], strict=False):
        a, b = settle(point, point.evaluate(left)), settle(point, point.evaluate(right))
        x, y = (v.entries if isinstance(v, Matrix) else np.asarray(v, float) for v in (a, b))
        if isinstance(a, Matrix) != isinstance(b, Matrix) or (
            isinstance(a, Matrix) and x.shape != y.shape
        ):
            raise WrongShape("the two sides have different shapes")
        size = max(float(np.max(np.abs(x))), float(np.max(np.abs(y))), min(point.peak, 1.0))
        yield _gap(sign, x, y) / (size or 1.0)


def _gap(sign: str, x: Array, y: Array) -> float:
    if sign in ("<", "<="):
        return float(np.max(np.maximum(x - y, 0)))
    if sign in (">", ">="):
        return float(np.max(np.maximum(y - x, 0)))
    gap = float(np.max(np.abs(x - y)))
    return gap if sign == "==" else float(gap == 0)
