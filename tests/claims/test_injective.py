"""Two formulas that mean different things never look alike."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice

import pytest
from latex_reader import canonical
from print_samples import SAMPLES, small_trees

from dlcards.claims.parser import parse_formula
from dlcards.claims.print.latex import to_latex
from dlcards.claims.print.unicode import to_unicode
from dlcards.claims.statement import Statement
from dlcards.claims.tree import Node, call, num
from dlcards.claims.unparser import formula_text

Show = Callable[[Node, Statement], str]
SHOWN = pytest.mark.parametrize("show", [to_latex, to_unicode])


def meaning(node: Node) -> Node:
    """Return one tree for all that say the same in other words, such as sums in another order."""
    node = node.with_args(tuple(map(meaning, node.args)))
    if node.op == "call" and node.name == "norm1":
        return call("pnorm", *node.args, num(1))
    if node.op == "call" and node.name == "union" and node.args[1].name == "union":
        first, (second, third) = node.args[0], node.args[1].args
        return meaning(call("union", call("union", first, second), third))
    return node


@pytest.mark.slow
@pytest.mark.exhaustive(of=3)
def test_no_small_formula_has_two_subscripts_on_one_base(every: int) -> None:
    """MathJax refuses them."""
    for tree in islice(small_trees(), None, None, every):
        before, bare = "", to_latex(tree, SAMPLES)
        while bare != before:
            before, bare = bare, re.sub(r"\{[^{}]*\}", "", bare)
        assert not re.search(r"_\^?_|\^_?\^", bare), formula_text(tree)


@pytest.mark.slow
@pytest.mark.exhaustive(of=3)
@SHOWN
def test_no_two_small_formulas_print_alike(show: Show, every: int) -> None:
    shown: dict[str, Node] = {}
    count = 0
    for tree in islice(small_trees(), None, None, every):
        count += 1
        # A^{-1}_{2} looks as A_{2}^{-1} does.
        printed = re.sub(r"\^(\{[^{}]*\})_(\{[^{}]*\})", r"_\2^\1", show(tree, SAMPLES))
        other = shown.setdefault(printed, tree)
        if other is not tree and canonical(meaning(other)) != canonical(meaning(tree)):
            pytest.fail(f"{formula_text(other)} and {formula_text(tree)} print as {printed}")
    assert count > 50_000 / every


@SHOWN
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("factorial(factorial(k))", "factorial(k)"),
        ("sin(x)**(-1)", "asin(x)"),
        ("max(u)*x", "max(u*x)"),
        ("sum(u)*x", "sum(u*x)"),
        ("A*B", "A @ B"),
        ("ones(n)", "1"),
        ("exp(A)", "expm(A)"),
        ("log(A)", "logm(A)"),
        ("-x**2", "(-x)**2"),
        ("(x**2)**3", "x**(2**3)"),
        ("abs(x)*abs(y)", "abs(x*abs(y))"),
        ("P(union(F, G) & H_1)", "P(union(F, G & H_1))"),
        ("iid(X, 2)", "X**2"),
        ("row(A, 1)[2]", "row(A, 2)[1]"),
        ("A[1, 2]", "row(A, 1)[2]"),
        ("[[1, 2], [3, 4]]", "block([[1, 2], [3, 4]])"),
        ("limit(1/t, t, 0, above)", "limit(1/t, t, 0)"),
    ],
)
def test_known_pairs(one: str, other: str, show: Show) -> None:
    trees = [parse_formula(text) for text in (one, other)]
    first, second = (show(tree, SAMPLES) for tree in trees)
    assert first != second


def test_what_people_would_misread_is_bracketed() -> None:
    assert to_latex(parse_formula("factorial(factorial(x))"), SAMPLES) == "(x!)!"
    assert to_latex(parse_formula("sin(x)**(-1)"), SAMPLES) == r"\sin(x)^{-1}"
    assert to_latex(parse_formula("sin(x)**2"), SAMPLES) == r"\sin^{2}(x)"
    assert to_latex(parse_formula("row(A, 1)[2]"), SAMPLES) == r"(\boldsymbol{A}_{1,:})_{2}"
    assert to_latex(parse_formula("inv(A)[1, 2]"), SAMPLES) == r"(\boldsymbol{A}^{-1})_{12}"
    assert to_unicode(parse_formula("d(x, x)*x"), SAMPLES) == "(d/dx x) x"
