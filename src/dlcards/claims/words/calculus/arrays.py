"""Derivatives, integrals and limits at a point."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from dlcards.claims.judge.numeric import calculus
from dlcards.claims.judge.numeric.functions import FloatFunction
from dlcards.claims.judge.numeric.point import Point, Reading, Value, plain_value
from dlcards.claims.judge.numeric.values import (
    Array,
    Matrix,
    NeedsLoop,
    NumericError,
    Unsettled,
    WrongShape,
    largest,
    lifted,
)
from dlcards.claims.tree import Node, num, sym

_POINT = " point"  # no name of the language begins with a blank


def _derivative(point: Point, node: Node) -> Value:
    body, variable = node.args[0], node.args[1]
    order = _order(point, node)
    if order == 0:
        return point.evaluate(body)
    point.tolerance = max(point.tolerance, 1e-8 if order == 1 else 1e-6)
    if order > 1:
        body = Node("call", (body, variable, num(order - 1)), name="d")
    if variable.op == "index":
        return _entry_derivative(point, body, variable, node)
    at = point.number(variable)

    def values(offsets: Array) -> Matrix | Array:
        return point.along(variable.name, at + point.spread(offsets), len(offsets), body)

    return _slope(point, values, node)


def _entry_derivative(point: Point, body: Node, variable: Node, node: Node) -> Value:
    whole = point.matrix(variable.args[0], "an index")
    places = [point.size(place) - 1 for place in variable.args[1:]]
    row, across = (*places, 0)[:2]
    rows, columns = whole.shape
    if row >= rows or across >= columns:
        raise WrongShape("the index is out of range")
    direction = np.zeros((rows, columns))
    direction[row, across] = 1.0

    def values(offsets: Array) -> Matrix | Array:
        moved = whole.entries + lifted(point.spread(offsets)) * direction
        return point.along(variable.args[0].name, Matrix(moved), len(offsets), body)

    return _slope(point, values, node)


def _order(point: Point, node: Node) -> int:
    order = point.plain(node.args[2]) if len(node.args) > 2 else 1.0
    if order not in (0, 1, 2, 3):
        raise NumericError("the order of a derivative must be 0 to 3")
    return int(order)


def _slope(point: Point, values: Callable[[Array], Matrix | Array], node: Node) -> Value:
    """Differentiate along the first axis, with smaller steps where larger ones fail."""
    best: Array | None = None
    settled: Array = np.zeros((), bool)
    smooth: Array = np.ones((), bool)
    defined: Array = np.zeros((), bool)
    is_matrix = False
    for step in calculus.STEPS:
        point.quiet += 1
        try:
            found = values(calculus.stencil(step))
        finally:
            point.quiet -= 1
        point.note(found)
        is_matrix = isinstance(found, Matrix)
        entries = found.entries if isinstance(found, Matrix) else found
        slope = calculus.slope_of(entries, step)
        defined = ~np.isnan(entries[0])
        new = slope.settled & ~settled
        best = slope.value if best is None else np.where(new, slope.value, best)
        smooth = (
            slope.smooth
            if step == calculus.STEPS[0]
            else np.where(settled & ~new, smooth, slope.smooth)
        )
        settled = settled | slope.settled
        if (settled | ~defined).all():
            break
    assert best is not None
    if (defined & ~smooth).any():
        point.undefined(True, "a derivative at a kink or jump", node)
    elif (defined & ~settled).any():
        raise Unsettled("no stable derivative here")
    best = np.where(defined & smooth, best, np.nan)
    return Matrix(best) if is_matrix else best


def _derivative_at(point: Point, node: Node) -> Value:
    function, at = node.args[0].name, plain_value(point.evaluate(node.args[1]))
    order = _order(point, node)
    point.tolerance = max(point.tolerance, 1e-8 if order == 1 else 1e-6)
    known = point.values.get(function)
    if isinstance(known, FloatFunction) and order:
        argument = known.point([at])
        if known.jacobian is not None and order == 1:
            turned = known.jacobian(argument)
            return Matrix(turned if known.outputs else np.swapaxes(turned, -1, -2))
        if len(known.slopes) >= order:
            slope = known.slopes[order - 1](argument)
            return Matrix(slope) if isinstance(at, Matrix) else slope
    body = Node("call", (sym(_POINT),), name=function)
    name = "d"
    if isinstance(at, Matrix):
        if order != 1:
            raise NumericError("only the first derivative of a vector is known to D")
        with point.bound(_POINT, at):
            name = "jac" if isinstance(point.evaluate(body), Matrix) else "grad"
    arguments = (body, sym(_POINT)) if name != "d" else (body, sym(_POINT), num(order))
    with point.bound(_POINT, at):
        return point.evaluate(Node("call", arguments, name=name, start=node.start, end=node.end))


def _gradient(point: Point, node: Node) -> Value:
    body, variable = node.args
    whole = point.matrix(variable, "grad")
    point.tolerance = max(point.tolerance, 1e-8)
    moved = _moved(point, whole, variable.name, body, node)
    if isinstance(moved, Matrix):
        raise WrongShape("grad needs an expression that is a number; use jac")
    return Matrix(np.moveaxis(moved, 0, -1).reshape(*moved.shape[1:], *whole.shape))


def _jacobian(point: Point, node: Node) -> Value:
    body, variable = node.args
    whole = point.matrix(variable, "jac")
    if not whole.is_vector:
        raise WrongShape("jac differentiates with respect to a vector")
    point.tolerance = max(point.tolerance, 1e-8)
    moved = _moved(point, whole, variable.name, body, node)
    if isinstance(moved, Matrix):
        if not moved.is_vector:
            raise WrongShape("jac needs an expression that is a vector")
        return Matrix(np.moveaxis(moved.entries[..., 0], 0, -1))
    return Matrix(np.moveaxis(moved, 0, -1)[..., None, :])


def _moved(point: Point, whole: Matrix, name: str, body: Node, node: Node) -> Matrix | Array:
    """Differentiate with respect to every entry; the entries run along the first axis."""
    rows, columns = whole.shape
    count = rows * columns
    directions = np.eye(count).reshape(count, 1, rows, columns)

    def values(offsets: Array) -> Matrix | Array:
        steps = offsets.reshape(1, -1, 1, 1) * directions
        flat = steps.reshape(count * len(offsets), *(1,) * point.depth, rows, columns)
        found = point.along(name, Matrix(whole.entries + flat), len(flat), body)
        entries = found.entries if isinstance(found, Matrix) else found
        split = entries.reshape(count, len(offsets), *entries.shape[1:])
        turned = np.swapaxes(split, 0, 1)
        return Matrix(turned) if isinstance(found, Matrix) else turned

    slope = _slope(point, values, node)
    assert not isinstance(slope, FloatFunction)
    return slope if isinstance(slope, Matrix) else np.asarray(slope)


def _hessian(point: Point, node: Node) -> Value:
    body, variable = node.args
    whole = point.matrix(variable, "hess")
    if not whole.is_vector:
        raise WrongShape("hess differentiates with respect to a vector")
    point.tolerance = max(point.tolerance, 1e-6)
    n = whole.shape[0]
    steps = calculus.HESSIAN_STEPS.reshape(-1, 1, 1, 1, 1)
    signs = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]], float)
    unit = np.eye(n)
    # Both triangles are computed, so that symmetry can be a claim.
    first = signs[:, 0].reshape(4, 1, 1, 1) * unit[:, None, :]
    second = signs[:, 1].reshape(4, 1, 1, 1) * unit[None, :, :]
    offsets = (steps * (first + second)).reshape(-1, *(1,) * point.depth, n, 1)
    found = point.along(variable.name, Matrix(whole.entries + offsets), len(offsets), body)
    if isinstance(found, Matrix):
        raise WrongShape("hess needs an expression that is a number")
    values = found.reshape(4, 4, n, n, *found.shape[1:])
    second_slopes = calculus.second_difference(values)
    return Matrix(np.moveaxis(second_slopes, (0, 1), (-2, -1)))


def _integral(point: Point, node: Node) -> Value:
    body, variable = node.args[0], node.args[1]
    low, high = (np.asarray(point.number(arg), float) for arg in node.args[2:])
    point.tolerance = max(point.tolerance, 1e-9)
    for end in (low, high):
        if np.isinf(end).any() and not np.isinf(end).all():
            raise NeedsLoop("a bound is infinite only sometimes")
    if (np.isinf(low).any() and (low > 0).any()) or (np.isinf(high).any() and (high < 0).any()):
        raise NumericError("the bounds of an integral run from -oo to oo")
    reach = calculus.reach_of(float(low.flat[0]), float(high.flat[0]))
    return quadrature(point, body, variable.name, (low, high), reach, node)


def quadrature(
    point: Point,
    body: Node,
    name: str,
    ends: tuple[Array, Array],
    reach: tuple[float, float],
    node: Node,
) -> Value:
    """Integrate a formula over a name from one end to the other."""
    total: Array = np.zeros(())
    before: Array | None = None
    top = 0.0
    bad: Array = np.zeros((), bool)
    behind = 0
    for level in range(calculus.LEVELS):
        rule = calculus.quadrature_rule(level, reach)
        points, weights = calculus.quadrature_points(point.spread(rule.nodes), *ends)
        point.quiet += 1
        try:
            found = point.along(name, points, len(rule.nodes), body)
        finally:
            point.quiet -= 1
        behind = 2 if isinstance(found, Matrix) else 0
        heights = found.entries if isinstance(found, Matrix) else found
        weighted = heights * (lifted(weights) if behind else weights)
        if level == 0:
            bad = calculus.undefined_inside(weighted)
        weighted = np.where(np.isfinite(weighted) & ~bad, weighted, 0.0)
        point.note(Matrix(weighted) if behind else weighted)
        top = max(top, largest(weighted))
        total = total + weighted.sum(axis=0)
        current = total * rule.spacing
        if top > 1e8 * (1 + largest(current)):
            raise Unsettled("the integral does not converge")
        if before is not None:
            gap = np.abs(current - before) / (1 + np.abs(current))
            last = level == calculus.LEVELS - 1
            if gap.max() < (1e-7 if last else 1e-9):
                point.undefined(bad, "an integrand that is undefined inside the interval", node)
                current = np.where(bad, np.nan, current)
                return Matrix(current) if behind else current
        before = current
    raise Unsettled("the integral does not settle")


def _limit(point: Point, node: Node) -> Value:
    body, variable = node.args[0], node.args[1]
    target = point.number(node.args[2])
    point.tolerance = max(point.tolerance, 1e-6)
    if np.isinf(target).any():
        points = calculus.limit_points(point.plain(node.args[2]))
        return _approached(point, body, variable.name, point.spread(points))
    steps = point.spread(calculus.limit_points(0.0))
    right = _approached(point, body, variable.name, target + steps)
    left = _approached(point, body, variable.name, target - steps)
    a, b = (v.entries if isinstance(v, Matrix) else np.asarray(v) for v in (left, right))
    apart = np.abs(a - b) > 1e-4 * (1 + np.abs(b))
    point.undefined(apart, "a limit that differs from the left and from the right", node)
    result = np.where(apart, np.nan, b)
    return Matrix(result) if isinstance(right, Matrix) else result


def _approached(point: Point, body: Node, name: str, points: Array) -> Matrix | Array:
    point.quiet += 1
    try:
        found = point.along(name, points, len(points), body)
    finally:
        point.quiet -= 1
    entries = found.entries if isinstance(found, Matrix) else found
    best, settled = calculus.limit_of(entries)
    if not (settled | np.isnan(entries).any(axis=0)).all():
        raise Unsettled("the limit does not settle")
    return Matrix(best) if isinstance(found, Matrix) else best


WORDS: Mapping[str, Reading] = {
    "d": _derivative,
    "pd": _derivative,
    "D": _derivative_at,
    "grad": _gradient,
    "jac": _jacobian,
    "hess": _hessian,
    "integral": _integral,
    "limit": _limit,
}
