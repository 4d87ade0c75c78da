"""Wrong answers print as the right one does, where the words of the right one name it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from dlcards.claims.parser import parse_formula
from dlcards.exercises.model import Family, FamilyText, Variant
from dlcards.exercises.printing import Printed, names_of, printed_answer, printed_mistake
from dlcards.exercises.reader import read_family
from dlcards.exercises.values import worked_out
from dlcards.exercises.variants import choose_variants

SHAPE = FamilyText(
    "ex-shape",
    "X has $m$ rows and $n$ columns. What is the shape of its transpose?",
    "[n, m]",
    {"m, n": "integers(2, 9)"},
    ("answer[1] == n",),
    given=("m != n",),
)


def of(reply: str) -> tuple[Family, Variant]:
    family, problems = read_family(replace(SHAPE, reply=reply))
    assert family is not None, problems
    return family, choose_variants(family)[0]


COLUMN = "\\begin{{pmatrix}}{} \\\\ {}\\end{{pmatrix}}"


@pytest.mark.parametrize(
    ("reply", "right", "wrong"),
    [
        ("$answer[1]$ × $answer[2]$", "{} × {}", "{} × {}"),
        ("$n$ × $m$", "{} × {}", COLUMN),
        ("", COLUMN, COLUMN),
    ],
    ids=["names the answer", "names what it is made of", "none"],
)
def test_a_mistake_prints_in_the_words_of_the_answer(reply: str, right: str, wrong: str) -> None:
    family, variant = of(reply)
    m, n = (int(variant.values[name].number) for name in "mn")
    misled = worked_out(parse_formula("[m, n]"), names_of(variant))
    assert letters(printed_answer(family, variant)) == right.format(n, m)
    assert letters(printed_mistake(misled, family, variant)) == wrong.format(m, n)


def letters(parts: Iterable[Printed]) -> str:
    return "".join(part.text for part in parts)
