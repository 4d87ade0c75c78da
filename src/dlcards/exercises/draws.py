"""What names are drawn from, and the draws: each name of each variant by a seed of its own.

The values of a variant follow from the id of the family, the number of the variant, the
number of the attempt and the name. So another text, another step or another name changes
no draw.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from dlcards.claims.tree import Node
from dlcards.exercises.literals import as_fraction, as_integer, column, literal, matrix, rows_of
from dlcards.exercises.values import Names, NoResult, worked_out

LARGEST_NUMBER = 1000
LARGEST_SIZE = 8
LARGEST_ENTRIES = 16


class WideDraw(ValueError):
    """A draw of numbers that nobody would calculate with on paper."""


class BadDraw(ValueError):
    """A draw from nothing, or with an argument of another type."""


class Stream:
    """Random whole numbers that follow from a text, the same everywhere and for ever.

    Examples
    --------
    >>> [Stream("ex-det/1/0/a").below(10) for _ in range(3)]
    [0, 0, 0]
    >>> stream = Stream("ex-det/1/0/a")
    >>> [stream.below(10) for _ in range(5)]
    [0, 6, 7, 3, 4]
    """

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._count = 0

    def below(self, bound: int) -> int:
        """Return one of 0, 1, …, below a bound."""
        digest = hashlib.sha256(f"{self._seed}#{self._count}".encode()).digest()
        self._count += 1
        return int.from_bytes(digest[:16], "big") % bound

    def shuffled(self, items: Sequence[Node]) -> list[Node]:
        """Return the items in another order."""
        left = list(items)
        return [left.pop(self.below(len(left))) for _ in items]


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of draw.

    Parameters
    ----------
    fewest, most : int
        How many arguments it takes.
    draw : callable
        From arguments and a stream to a value.
    admits : callable
        Tells whether a value could have been drawn.
    inner : int or None
        The argument that is itself a draw.
    arguments, description : str
        For the reference.
    """

    fewest: int
    most: int
    draw: Callable[[Sequence[Node], _Context], Node]
    admits: Callable[[Node, Sequence[Node], _Context], bool]
    arguments: str
    description: str
    inner: int | None = None


@dataclass(frozen=True, slots=True)
class _Context:
    names: Names
    stream: Stream

    def value(self, node: Node) -> Node:
        return worked_out(node, self.names)

    def whole(self, node: Node) -> int:
        found = as_integer(node)
        if found is None:
            found = as_integer(self.value(node))
        if found is None:
            raise BadDraw("a whole number is needed here")
        return found

    def size(self, node: Node) -> int:
        found = self.whole(node)
        if not 1 <= found <= LARGEST_SIZE:
            raise WideDraw(f"a size is a number from 1 to {LARGEST_SIZE}")
        return found

    def span(self, args: Sequence[Node]) -> range:
        low, high = map(self.whole, args)
        if low > high:
            raise BadDraw(f"there is no number from {low} to {high}")
        if max(abs(low), abs(high)) > LARGEST_NUMBER:
            raise WideDraw(f"numbers are drawn from -{LARGEST_NUMBER} to {LARGEST_NUMBER}")
        return range(low, high + 1)


def drawn(node: Node, names: Names, seed: str) -> Node:
    """Draw a value.

    Raises
    ------
    WideDraw, BadDraw
        If the draw itself is wrong.

    Examples
    --------
    >>> from dlcards.claims.parser import parse_formula
    >>> from dlcards.claims.unparser import formula_text
    >>> formula_text(drawn(parse_formula("vector(3, integers(1, 6))"), Names(), "ex-a/1/0/v"))
    '[4, 6, 4]'
    """
    return _draw(node, _Context(names, Stream(seed)))


def admits(node: Node, value: Node, names: Names) -> bool:
    """Tell whether a value could have been drawn.

    Examples
    --------
    >>> from dlcards.claims.parser import parse_formula
    >>> admits(parse_formula("integers(1, 6)"), literal(7), Names())
    False
    """
    try:
        return _admits(value, node, _Context(names, Stream("")))
    except (NoResult, BadDraw, WideDraw):
        return False


def is_draw(node: Node) -> bool:
    """Tell whether a formula is a draw."""
    return node.op == "call" and node.name in KINDS


def _draw(node: Node, context: _Context) -> Node:
    if not is_draw(node):
        raise BadDraw("a draw such as integers(1, 6) is needed here")
    return KINDS[node.name].draw(node.args, context)


def _admits(value: Node, node: Node, context: _Context) -> bool:
    return is_draw(node) and KINDS[node.name].admits(value, node.args, context)


def _integer(args: Sequence[Node], context: _Context) -> Node:
    span = context.span(args)
    return literal(span[context.stream.below(len(span))])


def _is_integer(value: Node, args: Sequence[Node], context: _Context) -> bool:
    found = as_integer(value)
    return found is not None and found in context.span(args)


def _nonzero(args: Sequence[Node], context: _Context) -> Node:
    numbers = [number for number in context.span(args) if number]
    if not numbers:
        raise BadDraw("0 is the only number there")
    return literal(numbers[context.stream.below(len(numbers))])


def _is_nonzero(value: Node, args: Sequence[Node], context: _Context) -> bool:
    return as_fraction(value) != 0 and _is_integer(value, args, context)


def _choice(args: Sequence[Node], context: _Context) -> Node:
    return context.value(args[context.stream.below(len(args))])


def _is_choice(value: Node, args: Sequence[Node], context: _Context) -> bool:
    return any(context.value(arg) == value for arg in args)


def _vector(args: Sequence[Node], context: _Context) -> Node:
    return column([_draw(args[1], context) for _ in range(context.size(args[0]))])


def _is_vector(value: Node, args: Sequence[Node], context: _Context) -> bool:
    rows = rows_of(value)
    fits = len(rows) == context.size(args[0]) and all(len(row) == 1 for row in rows)
    return fits and all(_admits(row[0], args[1], context) for row in rows)


def _matrix(args: Sequence[Node], context: _Context) -> Node:
    rows, columns = context.size(args[0]), context.size(args[1])
    if rows * columns > LARGEST_ENTRIES:
        raise WideDraw(f"a matrix has at most {LARGEST_ENTRIES} entries")
    return matrix([[_draw(args[2], context) for _ in range(columns)] for _ in range(rows)])


def _is_matrix(value: Node, args: Sequence[Node], context: _Context) -> bool:
    rows = rows_of(value)
    wanted = context.size(args[0]), context.size(args[1])
    fits = (len(rows), len(rows[0])) == wanted
    return fits and all(_admits(entry, args[2], context) for row in rows for entry in row)


def _different(args: Sequence[Node], context: _Context) -> list[Node]:
    count, span = context.size(args[0]), list(context.span(args[1:]))
    if count > len(span):
        raise BadDraw(f"there are only {len(span)} different numbers")
    return [literal(span.pop(context.stream.below(len(span)))) for _ in range(count)]


def _distinct(args: Sequence[Node], context: _Context) -> Node:
    return column(_different(args, context))


def _are_distinct(value: Node, args: Sequence[Node], context: _Context) -> bool:
    numbers = [as_integer(row[0]) for row in rows_of(value)]
    span = context.span(args[1:])
    inside = all(number is not None and number in span for number in numbers)
    return inside and len(set(numbers)) == len(numbers) == context.size(args[0])


def _ascending(args: Sequence[Node], context: _Context) -> Node:
    return column(sorted(_different(args, context), key=lambda node: as_fraction(node) or 0))


def _are_ascending(value: Node, args: Sequence[Node], context: _Context) -> bool:
    numbers = [as_fraction(row[0]) or Fraction(0) for row in rows_of(value)]
    return numbers == sorted(numbers) and _are_distinct(value, args, context)


def _shuffle(args: Sequence[Node], context: _Context) -> Node:
    return column(context.stream.shuffled([row[0] for row in rows_of(context.value(args[0]))]))


def _is_shuffle(value: Node, args: Sequence[Node], context: _Context) -> bool:
    wanted = [row[0] for row in rows_of(context.value(args[0]))]
    found = [row[0] for row in rows_of(value)]
    return sorted(map(repr, wanted)) == sorted(map(repr, found))


def _parts(args: Sequence[Node], context: _Context) -> Node:
    total, count = context.whole(args[0]), context.size(args[1])
    if total > LARGEST_NUMBER:
        raise WideDraw(f"the whole is at most {LARGEST_NUMBER}")
    if total < count:
        raise BadDraw(f"{total} has no {count} positive parts")
    places = list(range(1, total))
    cuts = sorted(places.pop(context.stream.below(len(places))) for _ in range(count - 1))
    ends = zip([0, *cuts], [*cuts, total], strict=True)
    return column([literal(end - start) for start, end in ends])


def _are_parts(value: Node, args: Sequence[Node], context: _Context) -> bool:
    numbers = [as_integer(row[0]) for row in rows_of(value)]
    sizes = [number for number in numbers if number is not None and number > 0]
    return len(sizes) == len(numbers) == context.size(args[1]) and sum(sizes) == context.whole(
        args[0]
    )


_TURNS = 3


def _unimodular(args: Sequence[Node], context: _Context) -> Node:
    size, bound = context.size(args[0]), context.whole(args[1])
    if size > 4:
        raise WideDraw("a unimodular matrix has at most 4 rows")
    if not 1 <= bound <= 5:
        raise WideDraw("the factors of a unimodular matrix are from 1 to 5")
    rows = [[int(i == j) for j in range(size)] for i in range(size)]
    if size == 1:
        return matrix([[literal(1)]])
    for _ in range(_TURNS):
        first = context.stream.below(size)
        second = (first + 1 + context.stream.below(size - 1)) % size
        factor = context.stream.below(2 * bound + 1) - bound
        rows[first] = [a + factor * b for a, b in zip(rows[first], rows[second], strict=True)]
    return matrix([[literal(entry) for entry in row] for row in rows])


def _is_unimodular(value: Node, args: Sequence[Node], context: _Context) -> bool:
    rows = rows_of(value)
    square = len(rows) == len(rows[0]) == context.size(args[0])
    determinant = Node("call", (value,), name="det")
    return square and as_fraction(worked_out(determinant, Names())) == 1


KINDS: Mapping[str, Kind] = {
    "integers": Kind(2, 2, _integer, _is_integer, "integers(-3, 5)", "a whole number from … to …"),
    "nonzero": Kind(2, 2, _nonzero, _is_nonzero, "nonzero(-3, 3)", "the same, but never 0"),
    "choice": Kind(1, 24, _choice, _is_choice, "choice(1/2, 1/3)", "one of the values"),
    "vector": Kind(
        2, 2, _vector, _is_vector, "vector(2, integers(-5, 5))", "a vector, entry by entry", 1
    ),
    "matrix": Kind(
        3, 3, _matrix, _is_matrix, "matrix(2, 3, integers(-4, 4))", "a matrix, entry by entry", 2
    ),
    "distinct": Kind(
        3, 3, _distinct, _are_distinct, "distinct(3, -5, 5)", "different whole numbers, as a vector"
    ),
    "ascending": Kind(
        3, 3, _ascending, _are_ascending, "ascending(3, -5, 5)", "the same, the smallest first"
    ),
    "shuffle": Kind(1, 1, _shuffle, _is_shuffle, "shuffle([3, 4, 12])", "the entries in any order"),
    "parts": Kind(
        2, 2, _parts, _are_parts, "parts(10, 3)", "positive whole numbers that add up, as a vector"
    ),
    "unimodular": Kind(
        2,
        2,
        _unimodular,
        _is_unimodular,
        "unimodular(2, 2)",
        "a matrix of whole numbers with determinant 1: rows are added up to 2 times to others",
    ),
}
"""The draws, by name."""
