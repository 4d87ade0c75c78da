"""The operators between formulas: arithmetic, indices, relations, lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flint import arb, fmpq

from dlcards.claims.balls.elementary import erfc, power, sqrt
from dlcards.claims.balls.errors import Undefined, Unsettled, Unsupported, WrongShape
from dlcards.claims.balls.matrices import (
    Matrix,
    collapsed,
    column,
    described,
    matmul,
    transpose,
    whole_power,
)
from dlcards.claims.balls.numbers import (
    MAX_EXACT_BITS,
    ONE,
    ZERO,
    Complex,
    Infinity,
    Jet,
    Mode,
    Number,
    PiMultiple,
    add,
    compare,
    complex_ball,
    divide,
    is_complex,
    is_zero,
    multiply,
    negate,
    rational,
    subtract,
    surely_differ,
)
from dlcards.claims.balls.numbers import total as sum_of
from dlcards.claims.balls.point import Point, Reading
from dlcards.claims.balls.values import Value, as_number
from dlcards.claims.tree import Node


def number(point: Point, node: Node) -> Value:
    """Return a number as it is written."""
    found = point.memory.numbers.get(id(node))
    if found is None:
        point.memory.nodes[id(node)] = node
        found = rational(node.number.numerator, node.number.denominator)
        point.memory.numbers[id(node)] = found
    return found


def name(point: Point, node: Node) -> Value:
    """Return what a name stands for: bound, drawn at random, declared, defined, constant."""
    key = node.name
    for known in (point.bound, point.outcome, point.values):
        if key in known:
            return known[key]
    if key in point.scope.definitions:
        return point.definition(key)
    if key == "pi":
        return PiMultiple(ONE)
    if key == "oo":
        return Infinity()
    if key == "1j":
        return Complex(ZERO, ONE)
    raise Unsupported(f"{key} outside an expectation")


def _pair(point: Point, node: Node) -> tuple[Number | Matrix, Number | Matrix]:
    """Return two operands; a one-by-one matrix beside something else is a number."""
    first, second = node.args
    a, b = point.plain(first), point.plain(second)
    if type(a) is not Matrix and type(b) is not Matrix:
        return a, b
    if isinstance(a, Matrix) and isinstance(b, Matrix) and a.shape == b.shape:
        return a, b
    if isinstance(a, Matrix):
        a = collapsed(a)
    if isinstance(b, Matrix):
        b = collapsed(b)
    return a, b


def _sum_of(operation: Callable[[Number, Number], Number]) -> Reading:
    def reading(point: Point, node: Node) -> Value:
        a, b = _pair(point, node)
        if not isinstance(a, Matrix) and not isinstance(b, Matrix):
            return operation(a, b)
        if isinstance(a, Matrix) and isinstance(b, Matrix):
            return a.combined(b, operation)
        if isinstance(a, Matrix):
            raise WrongShape(f"{described(a)} beside a number")
        assert isinstance(b, Matrix)
        raise WrongShape(f"a number beside {described(b)}")

    return reading


def total(point: Point, node: Node) -> Value:
    """Return a sum; ``1 + erf(x)`` to its own digits where it is small."""
    one, other = node.args
    for a, b in ((one, other), (other, one)):
        if b.name == "erf" and _is_one(a):
            return _beside_one(point, b, negate) or _SUM(point, node)
    return _SUM(point, node)


def difference(point: Point, node: Node) -> Value:
    """Return a difference; ``1 - erf(x)`` to its own digits where it is small."""
    one, other = node.args
    if other.name == "erf" and _is_one(one):
        return _beside_one(point, other, lambda x: x) or _DIFFERENCE(point, node)
    return _DIFFERENCE(point, node)


def _is_one(node: Node) -> bool:
    return node.op == "num" and node.number == 1


def _beside_one(point: Point, erf: Node, turned: Callable[[Number], Number]) -> Number | None:
    """Return erfc of an argument; None if that is a vector."""
    x = point.plain(erf.args[0])
    return None if isinstance(x, Matrix) else erfc(turned(x), point.mode)


def product(point: Point, node: Node) -> Value:
    """Return a product, entry by entry; of roots of fractions, an exact one if it is."""
    a, b = _pair(point, node)
    if isinstance(a, arb) and isinstance(b, arb):
        square = _squared(point, node)
        if isinstance(square, fmpq):
            return sqrt(square, point.mode)
    if isinstance(a, Matrix):
        if isinstance(b, Matrix):
            return a.combined(b, multiply)
        factor = b
        return a.map(lambda x: multiply(x, factor))
    return b.map(lambda x: multiply(a, x)) if isinstance(b, Matrix) else multiply(a, b)


def quotient(point: Point, node: Node) -> Value:
    """Return a quotient, entry by entry."""
    a, b = _pair(point, node)
    if isinstance(a, arb) and isinstance(b, arb):
        return _exact_quotient(point, node) or divide(a, b)
    if isinstance(b, Matrix):
        if isinstance(a, Matrix):
            return a.combined(b, divide)
        raise WrongShape(f"a number divided by {described(b)}")
    return a.map(lambda x: divide(x, b)) if isinstance(a, Matrix) else divide(a, b)


def _squared(point: Point, node: Node) -> Number | None:
    """Return the square of a root or length, or of a product of such."""
    if node.op in ("mul", "div"):
        a = _squared(point, node.args[0])
        b = None if a is None else _squared(point, node.args[1])
        if a is None or b is None:
            return None
        return multiply(a, b) if node.op == "mul" else divide(a, b)
    if node.op != "call" or node.name not in ("sqrt", "norm"):
        return None
    inside = point.plain(node.args[0])
    if isinstance(inside, Matrix):
        return sum_of(multiply(x, x) for x in inside.entries) if node.name == "norm" else None
    return inside if node.name == "sqrt" else multiply(inside, inside)


def _exact_quotient(point: Point, node: Node) -> Number | None:
    """Return a quotient of roots of fractions, or of their logarithms, if it is a fraction."""
    first, second = node.args
    if first.op == second.op == "call" and first.name == second.name == "log":
        a, b = (point.plain(arg.args[0]) for arg in node.args)
        return _exponent(a, b) if isinstance(a, fmpq) and isinstance(b, fmpq) else None
    square = _squared(point, node)
    return sqrt(square, point.mode) if isinstance(square, fmpq) else None


def _exponent(a: fmpq, b: fmpq) -> fmpq | None:
    """Return log(a)/log(b) if it is a whole number or one over one.

    Examples
    --------
    >>> print(_exponent(fmpq(32), fmpq(2)), _exponent(fmpq(2), fmpq(1, 8)))
    5 -1/3
    >>> _exponent(fmpq(3), fmpq(2))
    """
    ratio = float(arb(a).log() / arb(b).log())
    whole = round(ratio if abs(ratio) >= 1 else 1 / ratio)
    if min(x.height_bits() for x in (a, b)) * abs(whole) > 4 * MAX_EXACT_BITS:
        return None
    if abs(ratio) >= 1:
        return fmpq(whole) if b**whole == a else None
    return fmpq(1, whole) if a**whole == b else None


def negative(point: Point, node: Node) -> Value:
    """Return minus a value."""
    value = point.plain(node.args[0])
    return value.map(negate) if isinstance(value, Matrix) else negate(value)


def powered(point: Point, node: Node) -> Value:
    """Return a power: of a number, of the entries of a vector, or of a square matrix."""
    a, exponent = point.plain(node.args[0]), point.number(node.args[1])
    if not isinstance(a, Matrix):
        return power(a, exponent, point.mode)
    if a.is_vector and a.shape[0] > 1:
        return a.map(lambda x: power(x, exponent, point.mode))
    if a.shape == (1, 1):
        return power(a.rows[0][0], exponent, point.mode)
    return whole_power(a, point.whole(node.args[1], "a power of a matrix"))


def matrix_product(point: Point, node: Node) -> Value:
    """Return a matrix product; a one-by-one result is a number."""
    return collapsed(matmul(point.matrix(node.args[0]), point.matrix(node.args[1])))


def transposed(point: Point, node: Node) -> Value:
    """Return the transpose."""
    value = point.plain(node.args[0])
    return transpose(value) if isinstance(value, Matrix) else value


def written_list(point: Point, node: Node) -> Value:
    """Return a vector, or a matrix from a list of lists."""
    if node.args and all(row.op == "list" for row in node.args):
        rows = [[point.number(x) for x in row.args] for row in node.args]
        if len({len(row) for row in rows}) > 1:
            raise WrongShape("rows of different lengths")
        return Matrix(rows)
    return column(point.number(x) for x in node.args)


def indexed(point: Point, node: Node) -> Value:
    """Return an entry, or a row of a matrix as a vector."""
    matrix = point.matrix(node.args[0])
    places = [point.whole(index) for index in node.args[1:]]
    for place, size in zip(places, matrix.shape, strict=False):
        if not 1 <= place <= size:
            raise Undefined(f"an index outside 1 to {size}")
    row = matrix.rows[places[0] - 1]
    if len(places) == 2:
        return row[places[1] - 1]
    return row[0] if matrix.is_vector else column(row)


# Relations


HOLDS: Mapping[str, Callable[[int], bool]] = {
    "==": lambda order: order == 0,
    "!=": lambda order: order != 0,
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}


def relation(point: Point, node: Node) -> Value:
    """Return 1 when a chain of relations holds, else 0."""
    sides = [point.evaluate(arg) for arg in node.args]
    truth: Number = ONE
    for sign, a, b in zip(node.relations, sides, sides[1:], strict=False):
        truth = multiply(truth, holds(sign, a, b, point.mode))
    return truth


def holds(sign: str, a: Value, b: Value, mode: Mode) -> Number:
    """Return 1 when a relation holds, else 0; under an integral, a step function."""
    if isinstance(a, Matrix) and isinstance(b, Matrix) and a.shape != (1, 1):
        return _matrices_relate(sign, a, b, mode)
    p, q = as_number(a), as_number(b)
    if is_complex(p) or is_complex(q):
        return _step(sign, subtract(p, q), mode)
    if sign in ("==", "!=") and (isinstance(p, Complex) or isinstance(q, Complex)):
        return rational(int(_equal(p, q) == (sign == "==")))
    order = compare(p, q, mode)
    if order == 0 and (isinstance(p, Jet) or isinstance(q, Jet)):
        mode.tied = True
        raise Unsettled("a derivative at a place where a jump may be")
    return rational(int(HOLDS[sign](order)))


def _matrices_relate(sign: str, a: Matrix, b: Matrix, mode: Mode) -> Number:
    if sign not in ("==", "!="):
        raise WrongShape("only numbers are less than one another")
    if a.shape != b.shape:
        raise WrongShape(f"{described(a)} beside {described(b)}")
    pairs = list(zip(a.entries, b.entries, strict=True))
    if any(surely_differ(x, y) for x, y in pairs):
        return rational(int(sign == "!="))
    equal = all(compare(x, y, mode) == 0 for x, y in pairs)
    return rational(int(equal == (sign == "==")))


def _equal(p: Number, q: Number) -> bool:
    if surely_differ(p, q):
        return False
    if is_zero(subtract(p, q)):
        return True
    raise Unsettled("a comparison of nearly equal numbers")


def _step(sign: str, difference: Number, mode: Mode) -> Number:
    if is_zero(difference):
        return rational(int(HOLDS[sign](0)))
    if isinstance(difference, Jet):
        raise Unsupported("a relation in a derivative under an integral")
    if sign in ("==", "!="):  # an equality holds on a null set only
        return rational(int(sign == "!="))
    step = complex_ball(difference).real_heaviside(analytic=mode.analytic)
    return step if sign in (">", ">=") else 1 - step


def both(point: Point, node: Node) -> Value:
    """Return 1 when both events happen."""
    return multiply(point.number(node.args[0]), point.number(node.args[1]))


def opposite(point: Point, node: Node) -> Value:
    """Return 1 when an event does not happen."""
    return subtract(ONE, point.number(node.args[0]))


def condition(point: Point, node: Node) -> Value:
    """Refuse a condition outside the words of chance, which read it themselves."""
    raise Unsupported("a condition outside E, P, Var, Cov and H")


_SUM, _DIFFERENCE = _sum_of(add), _sum_of(subtract)

OPERATORS: Mapping[str, Reading] = {
    "num": number,
    "sym": name,
    "add": total,
    "sub": difference,
    "neg": negative,
    "mul": product,
    "div": quotient,
    "pow": powered,
    "matmul": matrix_product,
    "T": transposed,
    "list": written_list,
    "index": indexed,
    "rel": relation,
    "and": both,
    "not": opposite,
    "given": condition,
}
