"""Exact values: formulas are worked out as far as they go, and set out as on paper.

A value is a tree of the claim language. What has no free variable is worked out by the
evaluator of the judge and stands as an exact number, vector or matrix of fractions; a root
or a logarithm stays one. What has free variables keeps its shape, with its numbers worked
out, and is tidied: no ``1*x``, no ``x**1``, no ``0 +``, no ``+ -3``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from math import floor, gcd, isqrt, lcm

from dlcards.claims.balls.errors import NoValue, Undefined, Unsettled
from dlcards.claims.balls.evaluate import Evaluation
from dlcards.claims.balls.matrices import Matrix
from dlcards.claims.balls.numbers import ZERO, Number, PiMultiple, as_float
from dlcards.claims.balls.values import plain
from dlcards.claims.judge.compare import Outcome, compare
from dlcards.claims.judge.numeric.point import Scope
from dlcards.claims.statement import Definition
from dlcards.claims.tree import Node, call, num, sym, walk
from dlcards.claims.words import CONSTANTS, DIRECTIONS, binds
from dlcards.exercises.literals import (
    as_fraction,
    as_integer,
    column,
    literal,
    matrix,
    rows_of,
)
from dlcards.exercises.polynomials import NotPolynomial, expanded

_NOTHING = Scope({}, {})
_LEAST_WORK = 20_000
_BITS = 128

WORDS: Mapping[str, tuple[int, int]] = {
    "name": (1, 1),
    "value": (1, 1),
    "expand": (1, 1),
    "pick": (2, 13),
    "set": (1, 6),
    "interval": (2, 2),
    "sort": (1, 1),
    "gcd": (2, 2),
    "denominator": (1, 1),
    "decimal": (1, 1),
    "round": (2, 2),
}
"""The words of exercises beside those of the claim language: fewest and most arguments."""


PAIRED = frozenset({"set", "interval"})
"""Words for whole answers, which stay as they are with their numbers worked out."""


class NoResult(ValueError):
    """A formula that cannot be worked out with the values at hand."""


@dataclass(frozen=True, slots=True)
class Names:
    """What the names of a formula stand for.

    Parameters
    ----------
    values : mapping of str to Node
    functions : mapping of str to Definition
    """

    values: Mapping[str, Node] = field(default_factory=dict)
    functions: Mapping[str, Definition] = field(default_factory=dict)


def worked_out(node: Node, names: Names) -> Node:
    """Return the value of a formula, as exact as it is.

    Raises
    ------
    NoResult
        If it has none.

    Examples
    --------
    >>> from dlcards.claims.parser import parse_formula
    >>> from dlcards.claims.unparser import formula_text
    >>> formula_text(worked_out(parse_formula("a*x + b/4"),
    ...     Names({"a": literal(1), "b": literal(-6)})))
    'x - 3/2'
    """
    return folded(put_in(node, names))


def put_in(node: Node, names: Names) -> Node:
    """Replace names by their values and work out the words of exercises: what is judged."""
    return _put_in(node, names, shown=False)


def set_out(node: Node, names: Names) -> Node:
    """Replace names by their values for the reader: sums are kept as sums, and tidied.

    Examples
    --------
    >>> from dlcards.claims.parser import parse_formula
    >>> from dlcards.claims.unparser import formula_text
    >>> formula_text(set_out(parse_formula("name(a)*x + a*b*x"),
    ...     Names({"a": literal(1), "b": literal(-6)})))
    'a*x - 6*x'
    """
    return tidied(_put_in(node, names, shown=True))


def _put_in(node: Node, names: Names, *, shown: bool) -> Node:
    if node.op == "sym":
        return names.values.get(node.name, node)
    if node.op == "call":
        if node.name in WORDS:
            return _WORDS[node.name](node.args, names, shown)
        definition = names.functions.get(node.name)
        if definition is not None:
            arguments = [_put_in(arg, names, shown=shown) for arg in node.args]
            inner = dict(names.values)
            inner.update(zip(definition.parameters, arguments, strict=True))
            return _put_in(definition.body, Names(inner, names.functions), shown=shown)
    args = tuple(_put_in(arg, names, shown=shown) for arg in node.args)
    if node.op == "index":
        entry = _entry(args[0], args[1:])
        if entry is not None:
            return entry
    return node.with_args(args) if args else node


def _entry(base: Node, indices: tuple[Node, ...]) -> Node | None:
    """Return an entry of what is written out, where the index is a number."""
    if base.op == "call" and base.name in PAIRED:
        base = column(base.args)
    places = [as_integer(folded(index)) for index in indices if not free_names(index)]
    if base.op != "list" or len(places) < len(indices) or None in places:
        return None
    for place in places:
        assert place is not None
        if base.op != "list" or not 1 <= place <= len(base.args):
            raise NoResult(f"there is no entry {', '.join(map(str, places))}")
        base = base.args[place - 1]
    return base


# Words of exercises

_Word = Callable[[tuple[Node, ...], Names, bool], Node]


def _name(args: tuple[Node, ...], names: Names, shown: bool) -> Node:
    return call("name", args[0]) if shown else put_in(args[0], names)


def _value(args: tuple[Node, ...], names: Names, shown: bool) -> Node:
    return worked_out(args[0], names)


def _expand(args: tuple[Node, ...], names: Names, shown: bool) -> Node:
    try:
        return expanded(_numbers_folded(put_in(args[0], names)))
    except NotPolynomial as error:
        raise NoResult(str(error)) from None


def _pick(args: tuple[Node, ...], names: Names, shown: bool) -> Node:
    place = as_integer(worked_out(args[0], names))
    if place is None or not 1 <= place < len(args):
        raise NoResult(f"pick has {len(args) - 1} choices, and none is number {place}")
    return _put_in(args[place], names, shown=shown)


def _set(args: tuple[Node, ...], names: Names, shown: bool) -> Node:
    found = [worked_out(arg, names) for arg in args]
    exact = [as_fraction(each) for each in found]
    if None not in exact:
        found.sort(key=_exactly)
    return call("set", *found)


def _interval(args: tuple[Node, ...], names: Names, shown: bool) -> Node:
    low, high = (worked_out(arg, names) for arg in args)
    first, last = as_fraction(low), as_fraction(high)
    if first is not None and last is not None and first > last:
        raise NoResult("the lower end of an interval comes first")
    return call("interval", low, high)


def _sort(args: tuple[Node, ...], names: Names, shown: bool) -> Node:
    found = worked_out(args[0], names)
    return column(sorted((row[0] for row in rows_of(found)), key=_exactly))


def _gcd(args: tuple[Node, ...], names: Names, shown: bool) -> Node:
    first, second = (_exactly(worked_out(arg, names)) for arg in args)
    if first.denominator != 1 or second.denominator != 1:
        raise NoResult("gcd takes whole numbers")
    return literal(gcd(int(first), int(second)))


def _denominator(args: tuple[Node, ...], names: Names, shown: bool) -> Node:
    entries = [entry for row in rows_of(worked_out(args[0], names)) for entry in row]
    return literal(lcm(*(_exactly(entry).denominator for entry in entries)))


def _decimal(args: tuple[Node, ...], names: Names, shown: bool) -> Node:
    found = worked_out(args[0], names)
    return _in_decimals(found) if shown else found


def _round(args: tuple[Node, ...], names: Names, shown: bool) -> Node:
    digits = as_integer(worked_out(args[1], names))
    if digits is None or not 0 <= digits <= 8:
        raise NoResult("round takes 0 to 8 digits")
    exact = rounded(worked_out(args[0], names), digits)
    return _in_decimals(literal(exact)) if shown else literal(exact)


_WORDS: Mapping[str, _Word] = {
    "name": _name,
    "value": _value,
    "expand": _expand,
    "pick": _pick,
    "set": _set,
    "interval": _interval,
    "sort": _sort,
    "gcd": _gcd,
    "denominator": _denominator,
    "decimal": _decimal,
    "round": _round,
}


def _exactly(node: Node) -> Fraction:
    exact = as_fraction(node)
    if exact is None:
        raise NoResult("a whole number or a fraction is needed here")
    return exact


def _in_decimals(node: Node) -> Node:
    """Write the numbers in a value as decimals where they end."""
    exact = as_fraction(node)
    if exact is not None:
        size = num(abs(exact))
        return Node("neg", (size,)) if exact < 0 else size
    return node.with_args(tuple(map(_in_decimals, node.args))) if node.args else node


def rounded(node: Node, digits: int) -> Fraction:
    """Return a number without free variables, rounded half up to so many decimals."""
    exact = as_fraction(node)
    scale = 10**digits
    if exact is None:
        found = number_at(node, {})
        exact = Fraction(as_float(found)).limit_denominator(10**15)
    return Fraction(floor(exact * scale + Fraction(1, 2)), scale)


# Working out


def free_names(node: Node) -> frozenset[str]:
    """Return the names that have no value here.

    Examples
    --------
    >>> from dlcards.claims.parser import parse_formula
    >>> sorted(free_names(parse_formula("a*sum(i**2, i, 1, n) + pi")))
    ['a', 'n']
    """
    if node.op == "sym":
        known = node.name in CONSTANTS or node.name in DIRECTIONS
        return frozenset() if known else frozenset({node.name})
    found = frozenset[str]().union(*map(free_names, node.args))
    return found - {node.args[1].name} if binds(node) else found


def folded(node: Node) -> Node:
    """Work out everything that has no free variable, and tidy the rest.

    Raises
    ------
    NoResult
        For a division by zero and the like.
    """
    exact = as_fraction(node)
    if exact is not None:
        return literal(exact)
    if node.op in ("rel", "and"):
        return node.with_args(tuple(map(folded, node.args)))
    if node.op == "sym" or not node.args:
        return node
    if node.op == "list" and all(_is_written(entry) for entry in node.args):
        return node.with_args(tuple(map(folded, node.args)))
    if not free_names(node):
        value = _exact(node)
        if value is not None:
            return value
    if node.op == "call" and node.name in PAIRED:
        return node.with_args(tuple(map(folded, node.args)))
    folded_args = node.with_args(tuple(map(folded, node.args)))
    return _simplified(_tidied_once(folded_args))


def _is_written(entry: Node) -> bool:
    """Tell whether an entry of a vector or matrix is a number, or a row of such."""
    if entry.op == "list":
        return all(map(_is_written, entry.args))
    return as_fraction(entry) is not None


def _numbers_folded(node: Node) -> Node:
    """Work out every part without free variables, and change nothing else."""
    if node.args and not free_names(node):
        exact = _exact(node)
        if exact is not None:
            return exact
    return node.with_args(tuple(map(_numbers_folded, node.args))) if node.args else node


def _exact(node: Node) -> Node | None:
    """Return the value of a formula without free variables where it is exact."""
    try:
        found = plain(Evaluation(_NOTHING, {}, precision=_BITS, work=_LEAST_WORK).value(node))
    except Unsettled:
        return None
    except NoValue as error:
        if isinstance(error, Undefined) or not any(_is_irrational(part) for part in walk(node)):
            raise NoResult(str(error)) from None
        return None
    if isinstance(found, Matrix):
        rows = [[_written(x) for x in row] for row in found.rows]
        if any(entry is None for row in rows for entry in row):
            return None
        whole = [[entry for entry in row if entry is not None] for row in rows]
        if found.shape == (1, 1):
            return whole[0][0]
        return column([row[0] for row in whole]) if found.is_vector else matrix(whole)
    return _written(found)


def _is_irrational(node: Node) -> bool:
    return node.op == "call" or (node.op == "sym" and node.name in CONSTANTS)


def _written(number: Number) -> Node | None:
    if isinstance(number, type(ZERO)):
        return literal(Fraction(int(number.p), int(number.q)))
    if isinstance(number, PiMultiple):
        factor = Fraction(int(number.factor.p), int(number.factor.q))
        above = _tidied_once(Node("mul", (literal(abs(factor.numerator)), sym("pi"))))
        size = above
        if factor.denominator != 1:
            size = Node("div", (above, num(factor.denominator)))
        return Node("neg", (size,)) if factor < 0 else size
    return None


def _simplified(node: Node) -> Node:
    """Write roots, powers of e and logarithms of numbers as one does on paper."""
    if node.op != "call" or len(node.args) != 1:
        return node
    inside = node.args[0]
    number = as_fraction(inside)
    if node.name == "sqrt" and number is not None and number > 0:
        return _root(number)
    if node.name == "norm" and inside.op == "list":
        squares = [as_fraction(entry) for row in rows_of(inside) for entry in row]
        exact = [each for each in squares if each is not None]
        return (
            _root(sum((each * each for each in exact), Fraction(0)))
            if len(exact) == len(squares)
            else node
        )
    if node.name == "log":
        if number is not None and number.numerator == 1 and number.denominator > 1:
            return Node("neg", (call("log", num(number.denominator)),))
        if inside.op == "call" and inside.name == "exp":
            return inside.args[0]
    if node.name == "exp":
        sign, bare = (-1, inside.args[0]) if inside.op == "neg" else (1, inside)
        power = sign if bare.op == "call" else None
        if bare.op == "mul" and bare.args[1].op == "call":
            whole = as_integer(bare.args[0])
            power, bare = (whole * sign if whole is not None else None), bare.args[1]
        if power is not None and bare.name == "log":
            base = bare.args[0]
            return folded(Node("pow", (base, literal(power)))) if power != 1 else base
    return node


def _root(number: Fraction) -> Node:
    """Write the root of a fraction: whole factors in front, no root below the line."""
    if not number:
        return num(0)
    inside = number.numerator * number.denominator
    outside = 1
    for factor in range(isqrt(inside), 1, -1):
        if inside % (factor * factor) == 0:
            inside //= factor * factor
            outside *= factor
            break
    front = Fraction(outside, number.denominator)
    if inside == 1:
        return literal(front)
    root: Node = call("sqrt", num(inside))
    if front.numerator != 1:
        root = Node("mul", (num(front.numerator), root))
    return root if front.denominator == 1 else Node("div", (root, num(front.denominator)))


# Tidying


def tidied(node: Node) -> Node:
    """Write sums and products as one does on paper; numbers are not worked out.

    Examples
    --------
    >>> from dlcards.claims.parser import parse_formula
    >>> from dlcards.claims.unparser import formula_text
    >>> formula_text(tidied(parse_formula("0 + 1*x**1 + -3*x**2 - -2*4")))
    'x - 3*x**2 + 2*4'
    """
    if node.op == "call" and node.name == "name":
        return node.args[0]
    if not node.args or as_fraction(node) is not None:
        return _tidied_once(node)
    return _tidied_once(node.with_args(tuple(map(tidied, node.args))))


def _tidied_once(node: Node) -> Node:
    match node.op:
        case "num" if node.number < 0:
            return Node("neg", (num(-node.number),))
        case "add":
            return _tidy_sum(*node.args)
        case "sub":
            return _tidy_difference(*node.args)
        case "neg":
            return _negated(node.args[0])
        case "mul":
            return _tidy_product(node)
        case "div":
            return _tidy_quotient(node)
        case "pow":
            return _tidy_power(node)
        case "call" if node.name == "exp" and as_fraction(node.args[0]) == 0:
            return num(1)
    return node


def _tidy_sum(left: Node, right: Node) -> Node:
    if as_fraction(left) == 0 and right.op != "list":
        return right
    if as_fraction(right) == 0 and left.op != "list":
        return left
    if _is_negative(right):
        return _tidy_difference(left, _negated(right))
    return Node("add", (left, right))


def _tidy_difference(left: Node, right: Node) -> Node:
    if as_fraction(right) == 0 and left.op != "list":
        return left
    if as_fraction(left) == 0 and right.op != "list":
        return _negated(right)
    if _is_negative(right):
        return _tidy_sum(left, _negated(right))
    return Node("sub", (left, right))


def _tidy_product(node: Node) -> Node:
    left, right = node.args
    first, second = as_fraction(left), as_fraction(right)
    if 0 in (first, second) and "list" not in (left.op, right.op):
        return num(0)
    if second is not None:
        return left if second == 1 and first is None else node
    if first is None:
        bare = _without_ones(left)
        return node if bare == left else _tidy_product(node.with_args((bare, right)))
    if first == 1:
        return right
    return _negated(right) if first == -1 else node


def _without_ones(node: Node) -> Node:
    """Leave out the factors 1 of a product of numbers that stands before something else."""
    if node.op != "mul" or any(as_fraction(factor) is None for factor in node.args):
        return node
    left, right = node.args
    if as_fraction(right) == 1:
        return left
    return right if as_fraction(left) == 1 else node


def _tidy_quotient(node: Node) -> Node:
    above, below = node.args
    if as_fraction(below) == 1:
        return above
    if as_fraction(above) == 0 and as_fraction(below) is None:
        return num(0)
    if below.op == "neg" and as_fraction(below) is not None and as_fraction(above) is not None:
        return _negated(Node("div", (above, below.args[0])))
    return node


def _tidy_power(node: Node) -> Node:
    base, exponent = node.args
    power = as_fraction(exponent)
    if power == 1:
        return base
    if power == 0 and as_fraction(base) is None:
        return num(1)
    return node


def _is_negative(node: Node) -> bool:
    """Tell whether a term is written with a minus in front."""
    if node.op == "num":
        return node.number < 0
    if node.op in ("mul", "div"):
        return _is_negative(node.args[0])
    return node.op == "neg"


def _negated(node: Node) -> Node:
    if node.op == "neg":
        return node.args[0]
    if as_fraction(node) == 0:
        return num(0)
    if node.op == "num" and node.number < 0:
        return num(-node.number)
    if node.op in ("mul", "div") and _is_negative(node.args[0]):
        return _tidied_once(node.with_args((_negated(node.args[0]), *node.args[1:])))
    return Node("neg", (node,))


# Comparing


def number_at(node: Node, point: Mapping[str, Fraction]) -> Number:
    """Return the value of a formula at a point.

    Raises
    ------
    NoResult
        If it has none there, or is no number.
    """
    found = value_at(node, point)
    if isinstance(found, Matrix):
        raise NoResult("a number is needed here")
    return found


def value_at(node: Node, point: Mapping[str, Fraction]) -> Number | Matrix:
    """Return the value of a formula at a point, a vector or matrix too."""
    values = {name: type(ZERO)(value.numerator, value.denominator) for name, value in point.items()}
    unknown = free_names(node) - values.keys()
    if unknown:
        raise NoResult(f"{', '.join(sorted(unknown))} is a free variable, which has no value here")
    try:
        return plain(Evaluation(_NOTHING, values, precision=_BITS).value(node))
    except NoValue as error:
        raise NoResult(str(error)) from None


def relation_holds(node: Node) -> bool:
    """Tell whether relations between numbers hold; what balls cannot tell does not.

    Raises
    ------
    NoResult
        If a side has no value.

    Examples
    --------
    >>> from dlcards.claims.parser import parse_formula
    >>> relation_holds(parse_formula("1 < 2 & 2 < 1"))
    False
    """
    return holds_at(node, {})


def holds_at(node: Node, point: Mapping[str, Fraction]) -> bool:
    """Tell whether relations hold at a point."""
    if node.op == "and":
        return all(holds_at(part, point) for part in node.args)
    if node.op != "rel":
        raise NoResult("a relation such as a != b is needed here")
    sides = [value_at(side, point) for side in node.args]
    for sign, (left, right) in zip(node.relations, pairwise(sides), strict=True):
        try:
            found = compare(sign, left, right).outcome
        except NoValue as error:
            raise NoResult(str(error)) from None
        if found is not Outcome.AGREE:
            return False
    return True
