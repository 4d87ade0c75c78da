"""The numbers that stand in a claim: where it was made to fit, it may fail just beside them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import suppress
from fractions import Fraction

from flint import arb, fmpq

from dlcards.claims.balls.errors import NoValue
from dlcards.claims.balls.evaluate import Evaluation
from dlcards.claims.balls.numbers import PiMultiple, real_ball
from dlcards.claims.judge.canonical import expanded
from dlcards.claims.judge.numeric.point import Scope
from dlcards.claims.tree import Node, walk
from dlcards.claims.words import ELEMENTWISE_WORDS

_MOST = 8
_LARGEST_POWER = 40
_MOST_BITS = 1000.0


def all_parts(tree: Node, scope: Scope) -> Iterator[Node]:
    """Yield everything inside the sides of a claim, with definitions put in."""
    for side in tree.args:
        yield from walk(expanded(side, scope))


def constants_of(tree: Node, scope: Scope) -> tuple[fmpq, ...]:
    """Return the constants of a claim without their signs, the smallest first.

    Examples
    --------
    >>> from dlcards.claims.parser import parse_formula
    >>> constants_of(parse_formula("x/3 <= 2**5 - 1/4"), Scope({}, {}))
    (1/4, 1, 2, 3, 4, 5, 32)
    """
    found: set[Fraction] = set()
    for node in all_parts(tree, scope):
        found.update(_constants(node))
    ordered = sorted(abs(x) for x in found if x)
    return tuple(fmpq(x.numerator, x.denominator) for x in dict.fromkeys(ordered))[:_MOST]


def marks_of(tree: Node, scope: Scope) -> tuple[fmpq, ...]:
    """Return fractions beside the values of the formulas in a claim that hold no name.

    Examples
    --------
    >>> from dlcards.claims.parser import parse_formula
    >>> [round(float(x.p)/float(x.q), 4) for x in marks_of(
    ...     parse_formula("abs(x - exp(2)) > sqrt(3)/y"), Scope({}, {}))]
    [1.7321, 7.3891]
    """
    found: dict[fmpq, None] = {}
    waiting = [expanded(side, scope) for side in tree.args]
    for part in waiting:
        if not _is_closed(part):
            waiting.extend(part.args)
        elif _folded(part) is None:
            evaluation = Evaluation(scope, {}, precision=_MARK_BITS, work=_MARK_WORK)
            with suppress(NoValue):
                value = evaluation.value(part)
                if isinstance(value, arb | PiMultiple):
                    middle = real_ball(value).mid()
                    if abs(int(middle.man_exp()[1])) < _MOST_MARK_BITS:  # a fraction spells them
                        found[abs(middle.fmpq())] = None
    return tuple(found)[:_MOST_MARKS]


def _is_closed(part: Node) -> bool:
    """Tell whether a formula has a value of its own that is quick to find."""
    return all(
        node.op in _ARITHMETIC
        or (node.op == "sym" and node.name == "pi")
        or (node.op == "call" and node.name in ELEMENTWISE_WORDS)
        for node in walk(part)
    )


def sizes_in(constants: Sequence[fmpq]) -> tuple[int, ...]:
    """Return the sizes at which a bound with some constants may break: c, c**2 and exp(c).

    Examples
    --------
    >>> sizes_in([fmpq(17, 5)])
    (4, 12)
    """
    found: dict[int, None] = {}
    for c in constants:
        near = float(int(c.p) / int(c.q))
        for bound in (near, near**2, math.exp(min(near, _MOST_SIZE))):
            for size in (math.ceil(bound), math.floor(bound) + 1):
                if _FEWEST_SIZE < size <= _MOST_SIZE:
                    found[size] = None
    return tuple(sorted(found))[:_MOST_SIZES]


_ARITHMETIC = frozenset({"num", "neg", "add", "sub", "mul", "div", "pow"})
_MARK_BITS = 200
_MOST_MARK_BITS = 2000
_MARK_WORK = 200
_MOST_MARKS = 4
_FEWEST_SIZE, _MOST_SIZE, _MOST_SIZES = 3, 14, 4


def span_of(tree: Node, scope: Scope) -> float:
    """Return how many bits lie between 1 and the largest or smallest constant of a claim.

    Examples
    --------
    >>> from dlcards.claims.parser import parse_formula
    >>> span_of(parse_formula("x + 2**(-100) == x"), Scope({}, {}))
    100.0
    """
    return max((_bits(node) for node in all_parts(tree, scope)), default=0.0)


def _bits(node: Node) -> float:
    if node.op == "num" and node.number:
        return abs(math.log2(abs(node.number)))
    if node.op == "pow":
        base, exponent = map(_folded, node.args)
        if base and exponent is not None:
            return min(abs(math.log2(abs(base)) * float(exponent)), _MOST_BITS)
    return 0.0


def _constants(node: Node) -> list[Fraction]:
    if node.op == "num":
        return [node.number]
    found = _folded(node)
    return [] if found is None else [found]


def _folded(node: Node) -> Fraction | None:
    """Return the value of a fraction, a power or a product of whole numbers."""
    if node.op == "num":
        return node.number
    parts = [_folded(arg) for arg in node.args] if node.op in ("neg", "mul", "div", "pow") else []
    known = [part for part in parts if part is not None]
    if not parts or len(known) < len(parts):
        return None
    match node.op, known:
        case "neg", [a]:
            return -a
        case "mul", [a, b]:
            return a * b
        case "div", [a, b] if b:
            return a / b
        case "pow", [a, b] if a and b.denominator == 1 and abs(b) <= _LARGEST_POWER:
            return Fraction(a ** int(b))
    return None


def has_angles(tree: Node, scope: Scope) -> bool:
    """Tell whether a claim is about angles."""
    return any(node.name in _ANGLE_WORDS for node in all_parts(tree, scope))


_ANGLE_WORDS = frozenset({"sin", "cos", "tan", "pi"})
