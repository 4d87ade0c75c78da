"""Points solved for equations: exactly where those are linear or of degree 2, else as balls."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice, product
from math import isqrt
from typing import TypeAlias

from flint import arb, fmpq

from dlcards.claims.balls.errors import NoValue, TooMuchWork, Unsupported
from dlcards.claims.balls.evaluate import Evaluation
from dlcards.claims.balls.matrices import Matrix
from dlcards.claims.balls.numbers import (
    ONE,
    ZERO,
    Number,
    add,
    as_float,
    divide,
    multiply,
    negate,
    precision,
    real_ball,
    subtract,
)
from dlcards.claims.balls.values import as_number, plain
from dlcards.claims.judge.numeric.point import Scope, names_in
from dlcards.claims.points.draw import Point
from dlcards.claims.points.parts import numbers_of, with_numbers
from dlcards.claims.points.source import Source
from dlcards.claims.tree import Node, call, num, walk
from dlcards.claims.types import REALS
from dlcards.claims.types.functions.drawn import SampleFunction
from dlcards.claims.types.vectors.drawn import rationals
from dlcards.claims.words import binds

Numbers: TypeAlias = "list[Number]"

_BITS, _FEWER_BITS = 1200, 400
"""Bits of a number that is not rational; the second where integrals take part."""

_ROOT_BITS = {_BITS: 900, _FEWER_BITS: 160}
"""Bits of a root that is found by bisection."""

_WORK = 20_000
_COST = 10
"""What an evaluation costs beside its formulas."""

_MOST_NUMBERS = 48
_FEW_COORDINATES = 3
_MOST_BASES = 48
_MOST_CONICS = 4
_LENGTHS = frozenset({"norm", "fro", "abs", "sqrt"})
_NOT_NEGATIVE = frozenset({"positive", "nonnegative", "probability", "natural", "dim"})
_REACH = (0, 1, -1, 3, -3, 8, -8, 20, -20, 60, -60)
_SIZES = (-20, -6, -3, -1, 0, 1, 3, 6, 20)
_BISECTIONS = 60
_GAIN = 1.6
"""Bits that a step of the secant method brings, as a factor: a little less than it may."""

_TINY = 1e-40


@dataclass(slots=True)
class Effort:
    """How many evaluations of subformulas the solutions of equations may still take."""

    left: int


@dataclass(frozen=True, slots=True)
class Equation:
    """A hypothesis that says that sides are equal.

    Parameters
    ----------
    node : Node
        As it was written.
    sides : tuple of (Node, Node)
        The pairs that have to be equal, without roots where both sides are lengths.
    names : frozenset of str
        The declared names it is about.
    bits : int
        Precision at which it is solved where it has no rational solution.
    effort : Effort
    """

    node: Node
    sides: tuple[tuple[Node, Node], ...]
    names: frozenset[str]
    bits: int
    effort: Effort


def equation(node: Node, scope: Scope, effort: Effort) -> Equation:
    """Return a hypothesis as an equation to be solved."""
    pairs = []
    for left, right in zip(node.args, node.args[1:], strict=False):
        squares = _squared(left, scope), _squared(right, scope)
        rooted = any(part.name in _LENGTHS for side in (left, right) for part in walk(side))
        a, b = squares
        pairs.append((a, b) if rooted and a is not None and b is not None else (left, right))
    costly = any(binds(part) for part in walk(node))
    bits = _FEWER_BITS if costly else _BITS
    return Equation(node, tuple(pairs), frozenset(names_in(node, scope)), bits, effort)


def _squared(node: Node, scope: Scope) -> Node | None:
    """Return the square of a formula that is a length, or made of lengths, without its root."""
    if node.op == "num":
        return num(node.number**2) if node.number >= 0 else None
    if node.op == "sym" and node.name in scope.types:
        known = scope.types[node.name].name in _NOT_NEGATIVE
        return Node("pow", (node, num(2))) if known else None
    if node.op in ("mul", "div"):
        a, b = (_squared(arg, scope) for arg in node.args)
        return None if a is None or b is None else node.with_args((a, b))
    if node.op == "call" and node.name in _LENGTHS and len(node.args) == 1:
        (inside,) = node.args
        if node.name == "sqrt":
            return inside
        if node.name == "abs":
            return Node("mul", (inside, call("conj", inside)))
        return call("sum", Node("pow", (call("vec", inside), num(2))))
    return None


def residuals(scope: Scope, point: Point, equations: Sequence[Equation]) -> Numbers:
    """Return by how much the sides of equations differ, entry by entry."""
    found: Numbers = []
    for each in equations:
        if each.effort.left < 0:
            raise TooMuchWork("equations that are hard to solve")
        evaluation = Evaluation(scope, point.values, point.laws, precision=each.bits, work=_WORK)
        if each.bits == _FEWER_BITS:
            evaluation.closely()
        for left, right in each.sides:
            a, b = plain(evaluation.value(left)), plain(evaluation.value(right))
            with precision(each.bits):
                if isinstance(a, Matrix) and isinstance(b, Matrix):
                    found += a.combined(b, subtract).entries
                else:
                    found.append(subtract(as_number(a), as_number(b)))
        each.effort.left -= _COST + _WORK - max(evaluation.work, 0)
    return found


def vanishes(x: Number) -> bool:
    """Tell whether a number is 0, or a narrow ball around it."""
    if isinstance(x, fmpq):
        return x == 0
    return isinstance(x, arb) and bool(x.contains(0)) and float(x.rad()) < _TINY


def is_solved(scope: Scope, point: Point, equations: Sequence[Equation]) -> bool:
    """Tell whether a point satisfies equations, as far as balls tell."""
    try:
        return all(map(vanishes, residuals(scope, point, equations)))
    except NoValue:
        return False


def marked(point: Point, equations: Sequence[Equation]) -> Point:
    """Return a point that remembers which equations it was solved for, and with which values."""
    made = point.copy()
    made.solved = {
        **point.solved,
        **{
            each.node: tuple((n, made.value_of(n)) for n in ("", *each.names)) for each in equations
        },
    }
    return made


def solved(
    scope: Scope, point: Point, equations: Sequence[Equation], source: Source
) -> Point | None:
    """Return a point at which equations hold, changed in few of its names.

    The names come in any order; each is moved to satisfy the equations about it and those
    before it.
    """
    names = sorted(frozenset[str]().union(*(each.names for each in equations)))
    movable = [name for name in names if numbers_of(scope, point, name)]
    done = set(names) - set(movable)
    at = point
    for place in source.order(len(movable)):
        name = movable[place]
        done.add(name)
        ready = [each for each in equations if name in each.names and each.names <= done]
        if not ready or is_solved(scope, at, ready):
            continue
        found = None
        for solve in _SOLVERS:
            try:
                found = solve(scope, at, ready, name, source)
            except NoValue:
                continue
            if found is not None:
                break
        if found is None:
            return None
        at = found
    known = is_solved(scope, at, equations) and _are_known(scope, at, equations)
    return marked(at, equations) if known else None


def _are_known(scope: Scope, point: Point, equations: Sequence[Equation]) -> bool:
    """Tell whether equations hold for more than a lack of digits, as ``tanh(100) == 1`` would."""
    return all(_is_known(scope, point, each) for each in equations)


def _is_known(scope: Scope, point: Point, each: Equation) -> bool:
    with suppress(NoValue):
        if all(isinstance(x, fmpq) for x in residuals(scope, point, [each])):
            return True
        for name in sorted(each.names):
            numbers = numbers_of(scope, point, name)
            beside = [multiply(x, 1 + fmpq(k, 1000)) for k, x in enumerate(numbers, 1)]
            moved = with_numbers(scope, point, name, beside) if numbers else None
            if moved is not None and not is_solved(scope, moved, [each]):
                return True
    return False


def _linear(
    scope: Scope, point: Point, equations: Sequence[Equation], name: str, source: Source
) -> Point | None:
    """Solve equations that are linear in the numbers of a name, or in one of these numbers."""
    numbers = numbers_of(scope, point, name)
    if len(numbers) > _MOST_NUMBERS:
        return None
    system = _System(scope, point, equations, name, numbers)
    order = source.order(len(numbers))
    if system.is_linear(rationals(len(numbers), source)):
        return system.solution(order)
    if len(system.base) > 1:
        return None
    for i in order[:_FEW_COORDINATES]:
        if system.is_linear([fmpq(int(j == i)) for j in range(len(numbers))]):
            found = system.solution([i])
            if found is not None:
                return found
    return system.scaled() if system.is_linear(numbers) else None


class _System:
    """Equations in the numbers of one name."""

    def __init__(
        self,
        scope: Scope,
        point: Point,
        equations: Sequence[Equation],
        name: str,
        numbers: Numbers,
    ) -> None:
        self.scope, self.point, self.equations, self.name = scope, point, equations, name
        self.numbers = numbers
        self.base = residuals(scope, point, equations)

    def at(self, numbers: Numbers) -> Numbers:
        moved = self.placed(numbers)
        if moved is None:
            raise Unsupported("a random value that is not exact")
        return residuals(self.scope, moved, self.equations)

    def placed(self, numbers: Numbers) -> Point | None:
        return with_numbers(self.scope, self.point, self.name, numbers)

    def along(self, direction: Sequence[Number], step: Number) -> Numbers:
        with precision(_BITS):
            return [add(x, multiply(step, d)) for x, d in zip(self.numbers, direction, strict=True)]

    def is_linear(self, direction: Sequence[Number]) -> bool:
        one, two = (self.at(self.along(direction, fmpq(k))) for k in (1, 2))
        base = self.base
        with precision(_BITS):
            bends = [
                add(subtract(b, multiply(fmpq(2), a)), c)
                for a, b, c in zip(one, two, base, strict=True)
            ]
        return all(map(vanishes, bends)) and not all(map(vanishes, map(subtract, one, base)))

    def scaled(self) -> Point | None:
        base, double = self.base, self.at(self.along(self.numbers, ONE))
        for a, b in zip(base, double, strict=True):
            slope = subtract(b, a)
            if not vanishes(slope):
                step = divide(negate(a), slope)
                return self._checked(self.along(self.numbers, step))
        return None

    def solution(self, order: Sequence[int]) -> Point | None:
        """Solve by elimination, with the numbers that come first in an order."""
        with precision(_BITS):
            base = self.base
            target: Numbers = [negate(x) for x in base]
            steps: Numbers = [ZERO] * len(self.numbers)
            basis: list[tuple[int, Numbers, Numbers]] = []
            for i in order:
                unit: Numbers = [fmpq(int(j == i)) for j in range(len(self.numbers))]
                column_ = list(map(subtract, self.at(self.along(unit, ONE)), base))
                for pivot, vector, combination in basis:
                    factor = divide(column_[pivot], vector[pivot])
                    column_ = _minus(column_, factor, vector)
                    unit = _minus(unit, factor, combination)
                    column_[pivot] = ZERO
                pivot = max(range(len(column_)), key=lambda k: abs(as_float(column_[k])))
                if vanishes(column_[pivot]):
                    continue
                basis.append((pivot, column_, unit))
                factor = divide(target[pivot], column_[pivot])
                target = _minus(target, factor, column_)
                target[pivot] = ZERO
                steps = _minus(steps, negate(factor), unit)
                if all(map(vanishes, target)):
                    return self._checked(list(map(add, self.numbers, steps)))
        return None

    def _checked(self, numbers: Numbers) -> Point | None:
        moved = self.placed(numbers)
        solved_there = moved is not None and is_solved(self.scope, moved, self.equations)
        return moved if solved_there else None


def _minus(a: Numbers, factor: Number, b: Numbers) -> Numbers:
    return [subtract(x, multiply(factor, y)) for x, y in zip(a, b, strict=True)]


def _conic(
    scope: Scope, point: Point, equations: Sequence[Equation], name: str, source: Source
) -> Point | None:
    """Solve an equation of degree 2: on a line through one of its simple solutions.

    Where the line meets the conic once more, all numbers are rational.
    """
    names = _conic_names(scope, point, equations)
    for base in islice(_bases(scope, point, equations, names, source), _MOST_CONICS):
        moved = _once_more(scope, base, point, equations, names)
        if moved is not None:
            return moved
    return None


def _simple_solution(
    scope: Scope, point: Point, equations: Sequence[Equation], name: str, source: Source
) -> Point | None:
    """Return a point of simple values that satisfies equations."""
    names = _conic_names(scope, point, equations)
    return next(_bases(scope, point, equations, names, source), None)


def _conic_names(scope: Scope, point: Point, equations: Sequence[Equation]) -> list[str]:
    """Return the names of the first equation, if it is one about a few numbers."""
    names = sorted(n for n in equations[0].names if numbers_of(scope, point, n))
    few = sum(len(numbers_of(scope, point, n)) for n in names) <= _MOST_NUMBERS
    return names if few and len(residuals(scope, point, equations[:1])) == 1 else []


def _once_more(
    scope: Scope, base: Point, through: Point, equations: Sequence[Equation], names: Sequence[str]
) -> Point | None:
    starts = {name: numbers_of(scope, base, name) for name in names}
    ends = {name: numbers_of(scope, through, name) for name in names}

    def placed(step: Number) -> Point:
        at = base
        for name in names:
            ways = zip(starts[name], ends[name], strict=True)
            line = [add(a, multiply(step, subtract(b, a))) for a, b in ways]
            moved = with_numbers(scope, at, name, line)
            if moved is None:
                raise Unsupported("a random value that is not exact")
            at = moved
        return at

    one, two, three = (residuals(scope, placed(fmpq(k)), equations[:1]) for k in (1, 2, 3))
    if len(one) != 1 or not all(isinstance(x, fmpq) for x in (*one, *two, *three)):
        return None
    bend = divide(subtract(two[0], multiply(fmpq(2), one[0])), fmpq(2))
    slope = subtract(one[0], bend)
    cubic = subtract(three[0], add(multiply(fmpq(3), slope), multiply(fmpq(9), bend)))
    if not vanishes(cubic) or vanishes(bend) or vanishes(slope):
        return None
    moved = placed(negate(divide(slope, bend)))
    return moved if is_solved(scope, moved, equations) else None


def _bases(
    scope: Scope,
    point: Point,
    equations: Sequence[Equation],
    names: Sequence[str],
    source: Source,
) -> Iterator[Point]:
    """Yield points of simple values that satisfy equations."""
    if not names:
        return
    choices = [list(_simple(scope, point, name, source)) for name in names]
    together = list(product(*choices))
    for place in source.order(len(together))[:_MOST_BASES] if len(together) < 2000 else ():
        at: Point | None = point
        for name, numbers in zip(names, together[place], strict=True):
            at = with_numbers(scope, at, name, numbers) if at is not None else None
        if at is not None and is_solved(scope, at, equations):
            yield at


def _simple(scope: Scope, point: Point, name: str, source: Source) -> Iterator[Sequence[Number]]:
    """Yield simple values of a name, and those of others of its type."""
    own = numbers_of(scope, point, name)
    count, value = len(own), point.values.get(name)
    if name in point.laws.joint or name in point.laws.independent or callable(value):
        yield own
    for other, kind in scope.types.items():
        theirs = numbers_of(scope, point, other) if kind == scope.types[name] else []
        if other < name and len(theirs) == count:
            yield theirs
            yield [negate(x) for x in theirs]
    if callable(value):
        return
    if scope.types[name].name == "complex":
        yield from ([fmpq(a), fmpq(b)] for a, b in ((1, 0), (0, 1), (-1, 0), (0, -1), (0, 0)))
        return
    if count == 1:
        constants = source.constants[:3]
        roots = [fmpq(isqrt(int(c.p)), isqrt(int(c.q))) for c in constants]
        roots = [root for root, c in zip(roots, constants, strict=True) if root * root == c]
        yield from ([x] for x in (ONE, ZERO, -ONE, *constants, *roots))
        return
    yield [fmpq(int(j == source.index % count)) for j in range(count)]
    yield [ZERO] * count


def _root(
    scope: Scope, point: Point, equations: Sequence[Equation], name: str, source: Source
) -> Point | None:
    """Solve one equation for one number by bisection: a narrow ball around a solution.

    The sides change their order between its ends, so that a solution lies in it.
    """
    value, numbers = point.values.get(name), numbers_of(scope, point, name)
    if scope.types[name].name not in REALS and not isinstance(value, SampleFunction):
        return None
    if not isinstance(numbers[0], fmpq):
        return None
    start = numbers[0]
    is_scaled = scope.types[name].name in ("positive", "nonnegative")
    reach = [start * fmpq(2) ** k if is_scaled else start + fmpq(k, 8) for k in _REACH]
    return _by_bisection(scope, point, equations, name, lambda x: [x, *numbers[1:]], sorted(reach))


def _by_size(
    scope: Scope, point: Point, equations: Sequence[Equation], name: str, source: Source
) -> Point | None:
    """Solve linear equations about a vector or matrix, then one more for its size."""
    if not isinstance(point.values.get(name), Matrix):
        return None
    direction = rationals(len(numbers_of(scope, point, name)), source)
    if len(direction) > _MOST_NUMBERS:
        return None
    linear: list[Equation] = []
    others: list[Equation] = []
    for each in equations:
        system = _System(scope, point, [each], name, numbers_of(scope, point, name))
        (linear if system.is_linear(direction) else others).append(each)
    if len(others) != 1:
        return None
    start = _linear(scope, point, linear, name, source) if linear else point
    if start is None:
        return None
    numbers = numbers_of(scope, start, name)
    reach = [fmpq(2) ** k for k in _SIZES]
    return _by_bisection(
        scope, start, others, name, lambda t: [multiply(t, x) for x in numbers], reach
    )


def _by_bisection(
    scope: Scope,
    point: Point,
    equations: Sequence[Equation],
    name: str,
    numbers_at: Callable[[Number], Numbers],
    xs: Sequence[fmpq],
) -> Point | None:
    if len(equations) > 1 or len(residuals(scope, point, equations)) > 1:
        return None

    def placed(x: Number) -> Point:
        with precision(equations[0].bits):
            moved = with_numbers(scope, point, name, numbers_at(x))
        if moved is None:
            raise Unsupported("a random value that is not exact")
        return moved

    def at(x: Number) -> Number:
        return residuals(scope, placed(x), equations)[0]

    for low, high in _brackets(xs, at):
        with suppress(NoValue), precision(equations[0].bits):  # the sign changes at a pole too
            x = _narrow_root(low, high, at, equations[0].bits)
            moved = placed(x) if x is not None else None
            if moved is not None and is_solved(scope, moved, equations):
                return moved
    return None


def _brackets(xs: Sequence[fmpq], at: Callable[[Number], Number]) -> Iterator[tuple[fmpq, fmpq]]:
    """Yield the places between which the sign changes."""
    before: tuple[fmpq, int] | None = None
    for x in xs:
        try:
            sign = _sign(at(x))
        except NoValue:
            before = None
            continue
        if sign == 0:
            yield x, x
        if before is not None and before[1] * sign < 0:
            yield before[0], x
        before = x, sign


def _sign(x: Number) -> int:
    """Return the sign of a real number, 0 where it is 0 or cannot be told."""
    if isinstance(x, fmpq):
        return int(x > 0) - int(x < 0)
    y = real_ball(x)
    return 1 if y > 0 else -1 if y < 0 else 0


def _narrow_root(low: fmpq, high: fmpq, at: Callable[[Number], Number], bits: int) -> Number | None:
    """Return a root after bisections and steps of the secant method, None where these fail."""
    if low == high:
        return low
    below = _sign(at(low))
    for _ in range(_BISECTIONS):
        middle = _dyadic((low + high) / 2, _BISECTIONS + 20)
        sign = _sign(at(middle))
        if sign == 0:
            return middle if at(middle) == 0 else None
        low, high = (middle, high) if sign == below else (low, middle)
    x, width = (low + high) / 2, high - low
    known, wanted = max(4.0, -math.log2(as_float(width))), _ROOT_BITS[bits]
    while known < wanted:
        here, there = real_ball(at(x)), real_ball(at(x + width))
        slope = (there - here) / arb(width)
        if slope.contains(0):
            return None
        x = _dyadic((arb(x) - here / slope).mid().fmpq(), wanted + 20)
        known = min(_GAIN * known, wanted)
        width = fmpq(1, 2) ** int(known)
    ends = at(x - width), at(x + width)
    if _sign(ends[0]) * _sign(ends[1]) >= 0:
        return None
    with precision(2 * bits):
        return arb(x) + arb(0, 1) * arb(width)


def _dyadic(x: fmpq, bits: int) -> fmpq:
    scale = fmpq(2) ** bits
    return fmpq((x * scale).floor()) / scale


_SOLVERS = (_linear, _conic, _root, _by_size, _simple_solution)
"""In the order in which they are tried."""
