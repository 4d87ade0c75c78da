"""Every word has a ball version, or is in the list of those that have none."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from flint import fmpq

from dlcards.claims.balls.elementary import sin
from dlcards.claims.balls.evaluate import WITHOUT_VALUE, Evaluation
from dlcards.claims.balls.laws import CONTINUOUS, DISCRETE
from dlcards.claims.balls.matrices import Matrix, column
from dlcards.claims.balls.numbers import (
    HALF,
    ONE,
    Complex,
    Mode,
    Number,
    add,
    is_zero,
    multiply,
    precision,
    real_ball,
    subtract,
    surely_differ,
)
from dlcards.claims.balls.values import Laws, Value, as_number, entries, plain
from dlcards.claims.balls.vectors import VECTOR_LAWS
from dlcards.claims.balls.words import WORDS as READINGS
from dlcards.claims.judge.numeric.point import scope_of
from dlcards.claims.parser import parse_names
from dlcards.claims.reference import DECLARATIONS
from dlcards.claims.resolver import read_statement
from dlcards.claims.statement import StatementText
from dlcards.claims.tree import walk
from dlcards.claims.words import LAW_NAMES, WORDS
from dlcards.claims.words.record import Word


class Wave:
    """x ↦ x²/2 + sin(x)."""

    inputs = None
    outputs = None

    def __call__(self, arguments: Sequence[Number | Matrix], mode: Mode) -> Number | Matrix:
        x = arguments[0]
        if isinstance(x, Matrix):
            return x.map(lambda y: as_number(self([y], mode)))
        return add(multiply(HALF, multiply(x, x)), sin(x, mode))


def q(*numbers: str) -> list[Number]:
    return [fmpq(*map(int, x.split("/"))) for x in numbers]


def square(*rows: str) -> Matrix:
    return Matrix([q(*row.split()) for row in rows])


POINT: dict[str, Value] = {
    "x": fmpq(3, 2),
    "y": fmpq(1, 3),
    "a": fmpq(5, 4),
    "b": fmpq(2, 3),
    "r": fmpq(1, 3),
    "w": fmpq(-1, 2),
    "k": fmpq(3),
    "j": fmpq(2),
    "n": fmpq(2),
    "m": fmpq(3),
    "f": Wave(),
    "u": column(q("1", "-2")),
    "v": column(q("1/2", "3")),
    "e": column(q("1", "2", "3")),
    "h": column(q("-1", "0", "2")),
    "A": square("1 2", "1/2 3"),
    "B": square("0 1", "-1 2"),
    "S": square("2 1/2", "1/2 1"),
    "M": square("1 2", "0 1", "3 -1"),
    "c": fmpq(1, 3),
    "z": Complex(fmpq(1, 2), fmpq(-3)),
    "p": column(q("1/4", "3/4")),
    "q": column(q("2/3", "1/3")),
}
OUTCOMES = Laws(
    weights=[fmpq(1, 2), fmpq(1, 3), fmpq(1, 6)],
    joint={
        "F": [ONE, fmpq(0), ONE],
        "G": [ONE, ONE, fmpq(0)],
        "X": [fmpq(1), fmpq(-2), fmpq(5)],
        "Y": [fmpq(2), fmpq(2), fmpq(0)],
    },
)


def test_words_without_a_ball_version_are_listed() -> None:
    missing = {word.name for word in WORDS} - set(READINGS) - LAW_NAMES
    assert missing == set(WITHOUT_VALUE)


def test_every_named_law_has_a_ball_version() -> None:
    assert set(CONTINUOUS) | set(DISCRETE) | VECTOR_LAWS == LAW_NAMES


def agree(left: Value, right: Value, sign: str) -> bool:
    pairs = list(zip(entries(plain(left)), entries(plain(right)), strict=True))
    if sign == "==":
        return not any(surely_differ(x, y) for x, y in pairs)
    difference = subtract(*pairs[0])
    return is_zero(difference) or not (
        real_ball(difference) > 0 if sign in ("<", "<=") else real_ball(difference) < 0
    )


EXAMPLES = [
    word
    for word in WORDS
    if word.name != "argmin" and not any(name in word.example for name in ("O(", *WITHOUT_VALUE))
]


@pytest.mark.parametrize("word", EXAMPLES, ids=lambda word: word.name)
def test_the_example_of_a_word_holds_in_balls(word: Word) -> None:
    text = word.example
    used = set(re.findall(r"\b[A-Za-z]\w*", text))
    let = {
        ", ".join(kept): type_
        for names, type_ in DECLARATIONS.items()
        if (kept := [each for each, _ in parse_names(names) if each in used])
    }
    statement, problems = read_statement(
        StatementText("word", let=let, claims=((("claim",), text, {}),))
    )
    assert statement is not None, problems
    tree = statement.claims[0].tree
    scope = scope_of(statement)
    for bits in (100, 250):
        here = Evaluation(scope, POINT, OUTCOMES, precision=bits)
        if tree.op != "rel":
            assert as_number(here.value(tree)) == ONE
            continue
        values = [here.value(side) for side in tree.args]
        with precision(bits):
            assert agree(values[0], values[1], tree.relations[0]), values
    assert any(part.name == word.name for part in walk(tree))
