"""Whether two answers are the same: exactly where they are exact, else at sample points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from dlcards.claims.balls.errors import NoValue
from dlcards.claims.balls.matrices import Matrix
from dlcards.claims.balls.numbers import Number, as_float
from dlcards.claims.judge.compare import Outcome, compare
from dlcards.claims.statement import Type
from dlcards.claims.tree import Node
from dlcards.exercises.literals import as_fraction, column, rows_of
from dlcards.exercises.values import NoResult, free_names, number_at, value_at

POINTS = 5

_ORDINARY = (
    Fraction(7, 10),
    Fraction(-13, 10),
    Fraction(21, 10),
    Fraction(-37, 100),
    Fraction(16, 5),
    Fraction(-27, 10),
    Fraction(1, 4),
    Fraction(9, 5),
)


def same(first: Node, second: Node, types: Mapping[str, Type]) -> bool:
    """Tell whether two answers are the same.

    Examples
    --------
    >>> from dlcards.claims.parser import parse_formula
    >>> same(parse_formula("2*x + 2"), parse_formula("2*(x + 1)"), {"x": Type("real")})
    True
    """
    if first == second:
        return True
    if (is_set(first), is_interval(first)) != (is_set(second), is_interval(second)):
        return False
    left, right = as_list(first), as_list(second)
    points = list(sample_points(free_names(left) | free_names(right), types))
    met = False
    for point in points:
        try:
            one, other = value_at(left, point), value_at(right, point)
            if _shape(one) != _shape(other):
                return False
            found = compare("==", one, other).outcome
        except (NoResult, NoValue):
            continue
        if found is Outcome.APART:
            return False
        met = True
    return met


def _shape(value: Number | Matrix) -> tuple[int, int]:
    """Return rows and columns; what is written may be a quotient of a vector and a number."""
    return value.shape if isinstance(value, Matrix) else (1, 1)


def is_set(answer: Node) -> bool:
    """Tell whether the order of an answer's entries does not matter."""
    return answer.op == "call" and answer.name == "set"


def is_interval(answer: Node) -> bool:
    """Tell whether an answer is an interval."""
    return answer.op == "call" and answer.name == "interval"


def as_list(answer: Node) -> Node:
    """Return a set in ascending order, or the ends of an interval, as a column.

    Any other answer stays as it is.
    """
    if is_interval(answer):
        return column(answer.args)
    return column(sorted(answer.args, key=_size)) if is_set(answer) else answer


def _size(node: Node) -> float:
    exact = as_fraction(node)
    return float(exact) if exact is not None else as_float(number_at(node, {}))


def sample_points(
    names: frozenset[str], types: Mapping[str, Type]
) -> Iterator[dict[str, Fraction]]:
    """Yield points at which formulas in some names are compared: one point without names."""
    ordered = sorted(names)
    for number in range(POINTS if ordered else 1):
        yield {
            name: inside(types.get(name), _ORDINARY[(number + 3 * place) % len(_ORDINARY)])
            for place, name in enumerate(ordered)
        }


def inside(kind: Type | None, number: Fraction) -> Fraction:
    """Return a number of a type that stands for the given one."""
    name = kind.name if kind is not None else "real"
    if name in ("positive", "nonnegative"):
        return abs(number)
    if name == "probability":
        return abs(number) / (1 + abs(number))
    if name == "interval" and kind is not None:
        low, high = (as_fraction(arg) for arg in kind.args)
        if low is not None and high is not None:
            return low + (high - low) * abs(number) / (1 + abs(number))
    return number


def belongs(kind: Type | None, number: Fraction) -> bool:
    """Tell whether a number is of a type."""
    name = kind.name if kind is not None else "real"
    if name == "positive":
        return number > 0
    if name == "nonnegative":
        return number >= 0
    if name == "nonzero":
        return number != 0
    if name == "probability":
        return 0 < number < 1
    if name == "interval" and kind is not None:
        low, high = (as_fraction(arg) for arg in kind.args)
        return (low is None or low < number) and (high is None or number < high)
    return True


def numbers_in(answer: Node) -> list[Node]:
    """Return the entries of an answer."""
    return [entry for row in rows_of(as_list(answer)) for entry in row]
