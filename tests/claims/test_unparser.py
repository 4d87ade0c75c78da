from __future__ import annotations

import pytest

from dlcards.claims.parser import parse_formula
from dlcards.claims.unparser import formula_text


@pytest.mark.parametrize(
    "text",
    [
        "-a*x**2",
        "(-a)**2",
        "-(a*b)",
        "a - (b - c)",
        "a/(b*c)",
        "a/b*c",
        "2**-x**2",
        "(a**b)**c",
        "a**b**c",
        "-(a + b)",
        "(A + B).T @ x",
        "A.T @ B[i, j]",
        "P(A | B)",
        "P((X == 1) | (Y == 2))",
        "P(~A & B)",
        "ind(-1 <= x <= 1)",
        "[[1, 0.5], [x, 2]]",
        "x == y == z",
        "1e-05 + 0.1",
        "2.5e-7*x + 1e-12",
        "sum(x[i]**2, i, 1, n) <= 3",
    ],
)
def test_a_tree_is_written_as_text_that_reads_back(text: str) -> None:
    tree = parse_formula(text)
    assert parse_formula(formula_text(tree)) == tree


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("0.00001", "0.00001"),
        ("0.000001", "1e-6"),
        ("1e-8", "1e-8"),
        ("0.00000025", "2.5e-7"),
        ("1/3000000", "1/3000000"),
    ],
)
def test_more_than_four_zeros_after_the_point_are_counted(written: str, told: str) -> None:
    assert formula_text(parse_formula(written)) == told
