"""Derivatives, by jets: the formula is evaluated at x + t with its Taylor coefficients.

Where a comparison depends on the side of t = 0, both sides are taken and must agree.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from dlcards.claims.balls.errors import Undefined, Unsettled, Unsupported, WrongShape
from dlcards.claims.balls.limits import around, settled
from dlcards.claims.balls.matrices import Matrix, transpose
from dlcards.claims.balls.numbers import (
    ONE,
    TWO,
    ZERO,
    Complex,
    Infinity,
    Jet,
    Number,
    add,
    complex_number,
    divide,
    multiply,
    rational,
    subtract,
    surely_differ,
)
from dlcards.claims.balls.point import Point, Reading
from dlcards.claims.balls.values import Value, entries, plain
from dlcards.claims.tree import Node, call, sym

Direction = list[list[Number]]

_NEAR = (rational(1, 2**30), rational(-1, 2**30))
_ARGUMENT = " p"
"""The name of the variable that :func:`at_a_point` binds; no formula can spell it."""


def _own(x: Number, level: int, k: int) -> Number:
    """Return a Taylor coefficient in the variable of one derivative."""
    if isinstance(x, Jet) and x.level == level:
        return x.coefficients[k]
    if isinstance(x, Complex):
        return complex_number(_own(x.real, level, k), _own(x.imag, level, k))
    return x if k == 0 else ZERO


def taylor(
    point: Point, body: Node, name: str, at: Number | Matrix, along: Direction | None, order: int
) -> Number | Matrix:
    """Return the Taylor coefficient of a formula in t, at x + t or x + t times a direction.

    Raises
    ------
    Undefined
        If the two sides of t = 0 differ: a kink or a jump.
    """
    point.level += 1
    level = point.level
    moved = _moved(at, along, order, level)
    mode = point.mode
    side, tied = mode.side, mode.tied
    try:
        try:
            value = _on_side(point, body, {name: moved}, side)
        except Undefined:
            if not mode.tied or side or order != 1:
                raise
            return _from_quotients(point, body, name, at, along)
        asked = mode.tied
        if asked and side == 0:
            other = _on_side(point, body, {name: moved}, -1)
            _check_sides(value, other, level, order)
            if order > 0:
                _check_continuous(value, plain(point.within({name: at}, body)), level)
    finally:
        point.level -= 1
        mode.side = side
        mode.tied = tied or (mode.tied and side != 0)
    if isinstance(value, Matrix):
        return value.map(lambda x: _own(x, level, order))
    return _own(value, level, order)


def _from_quotients(
    point: Point, body: Node, name: str, at: Number | Matrix, along: Direction | None
) -> Number | Matrix:
    """Return a derivative where the form that a formula has beside a place has no value there.

    So it is with ``cases(sin(x)/x, x != 0, 1)`` at 0: the quotients of differences settle.
    """
    point.mode.side = 0
    here = plain(point.within({name: at}, body))

    def quotient(step: Number) -> Number | Matrix:
        there = plain(point.within({name: _shifted(at, along, step)}, body))
        if isinstance(there, Matrix) and isinstance(here, Matrix):
            return there.combined(here, lambda x, y: divide(subtract(x, y), step))
        return divide(subtract(_number(there), _number(here)), step)

    try:
        for step in _NEAR:  # there is a derivative only where both sides have values
            quotient(step)
        found = plain(settled(point, quotient, around(ZERO)))
    except Unsupported:
        raise Unsettled("a derivative of a formula that changes its form here") from None
    if any(isinstance(x, Infinity) for x in entries(found)):
        raise Undefined("a derivative at a kink or jump")
    return found


def _shifted(at: Number | Matrix, along: Direction | None, step: Number) -> Number | Matrix:
    if isinstance(at, Matrix):
        assert along is not None
        return at.combined(Matrix(along), lambda x, slope: add(x, multiply(step, slope)))
    return add(at, step)


def _moved(at: Number | Matrix, along: Direction | None, order: int, level: int) -> Number | Matrix:
    def jet(x: Number, slope: Number) -> Number:
        return x if slope == ZERO else Jet([x, slope, *[ZERO] * (order - 1)], level)

    if isinstance(at, Matrix):
        assert along is not None
        return at.combined(Matrix(along), jet)
    return jet(at, ONE)


def _on_side(point: Point, body: Node, names: Mapping[str, Value], side: int) -> Number | Matrix:
    point.mode.side, point.mode.tied = side, False
    return plain(point.within(names, body))


def _check_sides(right: Number | Matrix, left: Number | Matrix, level: int, order: int) -> None:
    for x, y in zip(entries(right), entries(left), strict=True):
        if any(surely_differ(_own(x, level, k), _own(y, level, k)) for k in range(order + 1)):
            raise Undefined("a derivative at a kink or jump")


def _check_continuous(beside: Number | Matrix, at: Number | Matrix, level: int) -> None:
    for x, y in zip(entries(beside), entries(at), strict=True):
        if surely_differ(_own(x, level, 0), y):
            raise Undefined("a derivative at a jump")


def derivative(
    point: Point, body: Node, name: str, at: Number | Matrix, along: Direction | None, order: int
) -> Number | Matrix:
    """Return a derivative of a formula in a number, or along a direction."""
    value = taylor(point, body, name, at, along, order)
    factor = rational(math.factorial(order))
    if isinstance(value, Matrix):
        return value.map(lambda x: multiply(factor, x))
    return multiply(factor, value)


def _unit(shape: tuple[int, int], *places: tuple[int, int]) -> Direction:
    rows, columns = shape
    return [[rational(int((i, j) in places)) for j in range(columns)] for i in range(rows)]


def in_a_variable(point: Point, node: Node) -> Value:
    """Return the derivative in a number or in an entry of a vector or matrix."""
    body, variable = node.args[0], node.args[1]
    order = point.whole(node.args[2], "the order of a derivative") if len(node.args) > 2 else 1
    if order < 0:
        raise Undefined("a derivative of a negative order")
    if order == 0:
        return point.evaluate(body)
    if variable.op != "index":
        at = point.plain(variable)
        along = _unit((1, 1), (0, 0)) if isinstance(at, Matrix) and at.shape == (1, 1) else None
        if isinstance(at, Matrix) and along is None:
            raise WrongShape("a derivative in a vector; grad, jac and hess take these")
        return derivative(point, body, variable.name, at, along, order)
    whole = point.matrix(variable.args[0])
    places = [point.whole(index) - 1 for index in variable.args[1:]]
    place = (places[0], places[1] if len(places) > 1 else 0)
    if not (0 <= place[0] < whole.shape[0] and 0 <= place[1] < whole.shape[1]):
        raise Undefined(f"an index outside 1 to {whole.shape[0]}")
    return derivative(point, body, variable.args[0].name, whole, _unit(whole.shape, place), order)


def at_a_point(point: Point, node: Node) -> Value:
    """Return f'(p), the gradient or the Jacobian of a function f at p."""
    function, at = node.args[0].name, point.plain(node.args[1])
    order = point.whole(node.args[2], "the order of a derivative") if len(node.args) > 2 else 1
    if order < 0:
        raise Undefined("a derivative of a negative order")
    body = call(function, sym(_ARGUMENT))
    if not isinstance(at, Matrix):
        return derivative(point, body, _ARGUMENT, at, None, order)
    value = point.values.get(function)
    if callable(value) and value.inputs is None:
        return at.map(lambda x: _number(derivative(point, body, _ARGUMENT, x, None, order)))
    if order != 1:
        raise Unsupported("a higher derivative D of a function of a vector")
    value = point.within({_ARGUMENT: at}, body)
    if isinstance(value, Matrix):
        return jacobian(point, body, _ARGUMENT, at)
    return gradient(point, body, _ARGUMENT, at)


def _number(value: Number | Matrix) -> Number:
    if isinstance(value, Matrix):
        if value.shape == (1, 1):
            return value.rows[0][0]
        raise WrongShape("a gradient of a vector; jac takes these")
    return value


def gradient(point: Point, body: Node, name: str, at: Matrix) -> Matrix:
    """Return the derivatives of a number in all entries of a vector or matrix."""
    rows, columns = at.shape
    return Matrix(
        [
            [
                _number(taylor(point, body, name, at, _unit(at.shape, (i, j)), 1))
                for j in range(columns)
            ]
            for i in range(rows)
        ]
    )


def jacobian(point: Point, body: Node, name: str, at: Matrix) -> Matrix:
    """Return the derivatives of a vector in the entries of a vector."""
    at.vector()
    columns = []
    for i in range(at.shape[0]):
        value = taylor(point, body, name, at, _unit(at.shape, (i, 0)), 1)
        columns.append(value.vector() if isinstance(value, Matrix) else [value])
    return transpose(Matrix(columns))


def hessian(point: Point, body: Node, name: str, at: Matrix) -> Matrix:
    """Return the second derivatives: from Taylor coefficients along axes and their sums."""
    at.vector()
    size = at.shape[0]

    def second(*axes: int) -> Number:
        along = _unit(at.shape, *((i, 0) for i in axes))
        return _number(taylor(point, body, name, at, along, 2))

    pure = [second(i) for i in range(size)]
    rows: list[list[Number]] = [[ZERO] * size for _ in range(size)]
    for i in range(size):
        rows[i][i] = multiply(TWO, pure[i])
        for j in range(i):
            rows[i][j] = rows[j][i] = subtract(subtract(second(i, j), pure[i]), pure[j])
    return Matrix(rows)


def of_vector(operation: str) -> Reading:
    """Read ``grad``, ``jac`` or ``hess``."""
    readers = {"grad": gradient, "jac": jacobian, "hess": hessian}
    reader = readers[operation]

    def reading(point: Point, node: Node) -> Value:
        variable = node.args[1]
        if variable.op != "sym":
            raise Unsupported(f"{operation} in a part of a name")
        return reader(point, node.args[0], variable.name, point.matrix(variable))

    return reading
