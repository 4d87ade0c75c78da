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
        "sum(x[i]**2, i, 1, n) <= 3",
    ],
)
def test_a_tree_is_written_as_text_that_reads_back(text: str) -> None:
    tree = parse_formula(text)
    assert parse_formula(formula_text(tree)) == tree
