"""Where a formula of one variable crosses 0: by the quadratic formula, or by inverse functions.

In ``-log(u)/a - c`` the variable stands at one place, below functions that have an inverse.
So ``u`` is found by undoing them from the outside: ``log(u)`` is ``-a*c``, ``u`` is
``exp(-a*c)``. A formula may also change its sign at a pole, as ``1/u - c`` does at 0; poles
are returned with the zeros.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from flint import acb, fmpq

from dlcards.claims.balls.elementary import (
    COS,
    ERF,
    ERFINV,
    TAN,
    Function,
    ceil,
    exp,
    floor,
    half_of,
    log,
    power,
    sin,
    sqrt,
)
from dlcards.claims.balls.errors import NoValue
from dlcards.claims.balls.numbers import (
    HALF,
    ONE,
    TWO,
    ZERO,
    Mode,
    Number,
    PiMultiple,
    add,
    base,
    divide,
    is_complex,
    is_zero,
    multiply,
    negate,
    sign,
    subtract,
)
from dlcards.claims.balls.point import Point
from dlcards.claims.balls.polynomials import depends, polynomial
from dlcards.claims.tree import Node

Inverse: TypeAlias = Callable[[Number, Mode], "list[Number]"]
"""The arguments at which a function has a value."""


def zeros(point: Point, node: Node, name: str) -> list[Number] | None:
    """Return where a formula may change its sign, or None if that is not known.

    Parameters
    ----------
    node : Node
        Without definitions.
    """
    return _crossings(point, node, ZERO, name)


def _crossings(point: Point, node: Node, value: Number, name: str) -> list[Number] | None:
    """Return where a formula may cross a number."""
    try:
        found = polynomial(point, node, frozenset({name}))
    except NoValue:
        return None
    if found is not None:
        degree = max((monomial[0][1] for monomial in found if monomial), default=0)
        c, b, a = (found.get(((name, k),) if k else (), ZERO) for k in range(3))
        c = subtract(c, value)
        return _roots(point, (c, b, a)) if degree <= 2 else None
    moving = [arg for arg in node.args if depends(arg, [name])]
    if len(moving) != 1:
        return None
    inside = moving[0]
    if is_complex(value) and node.name != "exp":
        return None
    if node.op == "call" and len(node.args) == 1 and node.name in _INVERSES:
        return _inside(point, inside, _INVERSES[node.name](value, point.mode), name)
    if node.op not in ("add", "sub", "mul", "div", "neg", "pow"):
        return None
    if node.op == "neg":
        return _crossings(point, inside, negate(value), name)
    is_first = node.args[0] is inside
    other = point.number(node.args[1 if is_first else 0])
    match node.op:
        case "add":
            return _crossings(point, inside, subtract(value, other), name)
        case "sub":
            left = add(value, other) if is_first else subtract(other, value)
            return _crossings(point, inside, left, name)
        case "mul":
            return _crossings(point, inside, divide(value, other), name)
        case "div" if is_first:
            return _crossings(point, inside, multiply(value, other), name)
        case "div":
            places = [] if is_zero(value) else [divide(other, value)]
            return _inside(point, inside, [*places, ZERO], name)
        case _:
            places = (_bases if is_first else _exponents)(value, other, point.mode)
            return _inside(point, inside, places, name)


def _inside(point: Point, node: Node, values: list[Number], name: str) -> list[Number] | None:
    """Return where a formula may cross one of several numbers."""
    places: list[Number] = []
    for value in values:
        found = _crossings(point, node, value, name)
        if found is None:
            return None
        places += found
    return places


def _roots(point: Point, coefficients: tuple[Number, Number, Number]) -> list[Number] | None:
    """Return the zeros of a polynomial of degree two at most, its constant first."""
    c, b, a = coefficients
    if is_zero(a):
        return [] if is_zero(b) else [negate(divide(c, b))]
    if any(isinstance(base(x), acb) for x in coefficients):
        return None
    middle = negate(divide(b, multiply(TWO, a)))
    discriminant = subtract(multiply(middle, middle), divide(c, a))
    found = sign(base(discriminant), point.mode)
    if found <= 0:
        return [] if found else [middle]
    root = sqrt(discriminant, point.mode)
    return [subtract(middle, root), add(middle, root)]


def _bases(value: Number, exponent: Number, mode: Mode) -> list[Number]:
    """Return the numbers with a power, and 0 where that power is a pole."""
    poles: list[Number] = [ZERO] if sign(base(exponent), mode) < 0 else []
    if is_zero(value):
        return [ZERO]
    above = sign(base(value), mode) > 0
    root = divide(ONE, exponent)
    if not isinstance(exponent, fmpq) or exponent.q != 1:
        return [power(value, root, mode), *poles] if above else poles
    if exponent.p % 2:
        found = power(value, root, mode) if above else negate(power(negate(value), root, mode))
        return [found, *poles]
    if not above:
        return poles
    found = power(value, root, mode)
    return [found, negate(found), *poles]


def _exponents(value: Number, number: Number, mode: Mode) -> list[Number]:
    """Return the exponents with which a number has a power."""
    if sign(base(value), mode) <= 0:
        return []
    return [divide(log(value, mode), log(number, mode))]


def _above_zero(inverse: Function) -> Inverse:
    return lambda x, mode: [inverse(x, mode)] if is_complex(x) or sign(base(x), mode) > 0 else []


def _between(low: Number, high: Number, inverse: Function) -> Inverse:
    def places(x: Number, mode: Mode) -> list[Number]:
        above = sign(subtract(base(x), low), mode) > 0
        return [inverse(x, mode)] if above and sign(subtract(high, base(x)), mode) > 0 else []

    return places


def _area_sine(x: Number, mode: Mode) -> Number:
    if sign(base(x), mode) < 0:
        return negate(_area_sine(negate(x), mode))
    return log(add(x, sqrt(add(multiply(x, x), ONE), mode)), mode)


def _area_cosines(x: Number, mode: Mode) -> list[Number]:
    found = sign(subtract(base(x), ONE), mode)
    if found <= 0:
        return [] if found else [ZERO]
    above = log(add(x, sqrt(subtract(multiply(x, x), ONE), mode)), mode)
    return [above, negate(above)]


def _log_odds(x: Number, mode: Mode) -> Number:
    return log(divide(x, subtract(ONE, x)), mode)


def _area_tangent(x: Number, mode: Mode) -> Number:
    return half_of(_log_odds(half_of(add(ONE, x)), mode))


def _jumps_up(x: Number, mode: Mode) -> list[Number]:
    return _once(ceil(x, mode), add(floor(x, mode), ONE))


def _jumps_down(x: Number, mode: Mode) -> list[Number]:
    return _once(floor(x, mode), subtract(ceil(x, mode), ONE))


def _once(a: Number, b: Number) -> list[Number]:
    return [a] if is_zero(subtract(a, b)) else [a, b]


_RIGHT_ANGLE = PiMultiple(HALF)
_INVERSES: Mapping[str, Inverse] = {
    "exp": _above_zero(log),
    "log": lambda x, mode: [exp(x, mode)],
    "sqrt": _above_zero(lambda x, _: multiply(x, x)),
    "tanh": _between(
        negate(ONE), ONE, lambda x, mode: half_of(_log_odds(half_of(add(ONE, x)), mode))
    ),
    "sigmoid": _between(ZERO, ONE, _log_odds),
    "softplus": _above_zero(lambda x, mode: log(subtract(exp(x, mode), ONE), mode)),
    "erf": _between(negate(ONE), ONE, ERFINV),
    "erfinv": lambda x, mode: [ERF(x, mode)],
    "sinh": lambda x, mode: [_area_sine(x, mode)],
    "cosh": _area_cosines,
    "atan": _between(negate(_RIGHT_ANGLE), _RIGHT_ANGLE, TAN),
    "asin": _between(negate(_RIGHT_ANGLE), _RIGHT_ANGLE, sin),
    "acos": _between(ZERO, PiMultiple(ONE), COS),
    "floor": _jumps_up,
    "ceil": _jumps_down,
}
