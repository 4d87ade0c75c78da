from __future__ import annotations

import pytest
from entry_data import statements

from dlcards.claims.parser import parse_formula, parse_type
from dlcards.claims.print.unicode import to_unicode
from dlcards.claims.statement import Statement

PRINTED = {
    "x**2/2": "x²/2",
    "x**a": "x^a",
    "exp(-a*x**2)": "exp(−a x²)",
    "A.T @ x": "Aᵀ x",
    "inv(A) @ b": "A⁻¹ b",
    "A[i, j]": "Aᵢⱼ",
    "col(A, 2)": "A_(:,2)",
    "row(A.T, i)": "(Aᵀ)_(i,:)",
    "basis(i, n)": "𝐞ᵢ",
    "lam*(x - y)": "λ (x − y)",
    "(a + b)*c": "(a + b) c",
    "2*3": "2·3",
    "theta_hat <= w_0": "θ̂ ≤ w₀",
    "sum(x[i], i, 1, n)": "∑ᵢ₌₁ⁿ xᵢ",
    "integral(exp(-t), t, 0, oo)": "∫[0, ∞] e^(−t) dt",
    "d(x**3, x, 2)": "d²/dx² x³",
    "norm(u - v)": "‖u − v‖",
    "P(A | B)": "P(A | B)",
    "P(union(A, B) & C)": "P((A ∪ B) ∩ C)",
    "P(union(A, B & ~C))": "P(A ∪ (B ∩ Cᶜ))",
    "P(union(A, union(B, C)))": "P(A ∪ B ∪ C)",
}


@pytest.mark.parametrize(("formula", "line"), PRINTED.items(), ids=PRINTED.keys())
def test_a_formula_fits_a_terminal(formula: str, line: str) -> None:
    assert to_unicode(parse_formula(formula), Statement("", {}, {})) == line


@pytest.mark.parametrize(
    ("formula", "line"),
    [
        ("(A*A) @ u", "(A ⊙ A) u"),
        ("-(A*A) @ u", "−(A ⊙ A) u"),
        ("A*(A @ A)", "A ⊙ (A A)"),
        ("A @ A*A", "A A ⊙ A"),
    ],
)
def test_what_stands_side_by_side_binds_more_tightly_than_entrywise(
    formula: str, line: str
) -> None:
    types = {"A": parse_type("square(n)"), "u": parse_type("vector(n)")}
    assert to_unicode(parse_formula(formula), Statement("", types, {})) == line


def test_a_chosen_glyph_is_used() -> None:
    shown = Statement("", {}, {}, show={"s": r"\sigma_{0}", "h": r"\hat{w}^{(l)}"})
    assert to_unicode(parse_formula("s*h"), shown) == "σ₀ w\u0302^(l)"


def test_every_claim_of_the_data_is_one_line() -> None:
    lines = [
        to_unicode(claim.tree, statement)
        for statement in statements("equations", "examples")
        for claim in statement.claims
    ]
    assert len(lines) > 100
    assert not [line for line in lines if "\n" in line or "\\" in line]
