"""Code is held to what it must achieve: slips of every kind are refused, right code is not."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator

import numpy as np
import pytest

from bundled import library
from dlcards.algorithms.inputs import Input, inputs_of
from dlcards.algorithms.judge import judge_algorithm
from dlcards.algorithms.model import Algorithm
from dlcards.algorithms.reader import read_algorithm
from dlcards.algorithms.trial import first_broken, with_turned_vectors
from dlcards.claims.balls.errors import NoValue
from dlcards.claims.snippets.grammar import SnippetError, read_snippet
from dlcards.claims.snippets.interpreter import interpret
from dlcards.content.algorithms import algorithm_text
from dlcards.content.library import Item

LIBRARY = library()
ITEMS = [item for item in LIBRARY.items.values() if item.entry.kind == "algorithm"]

SAME = {
    "al-softmax-regression": frozenset(  # its scores stay small, so that nothing overflows
        {"Z = Z + Z.max(axis=1, keepdims=True)", "Z = Z - Z.min(axis=1, keepdims=True)"}
    )
}
"""Changed lines that achieve the same, by algorithm."""


def algorithm_of(item: Item) -> Algorithm:
    text = algorithm_text(item)
    assert text is not None
    algorithm, _ = read_algorithm(text)
    assert algorithm is not None
    return algorithm


SWAPPED = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
NAMES = {"argmin": "argmax", "argmax": "argmin", "mean": "sum", "max": "min", "ones": "zeros"}


class _Corruption(ast.NodeTransformer):
    """Changes the place with a number: a sign, an operator, an axis, a transpose, a choice."""

    def __init__(self, number: int) -> None:
        self.left = number

    def is_next(self) -> bool:
        self.left -= 1
        return self.left == -1

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if type(node.op) in SWAPPED and self.is_next():
            node.op = SWAPPED[type(node.op)]()
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        if node.attr == "T" and self.is_next():
            return node.value
        if node.attr in NAMES and self.is_next():
            node.attr = NAMES[node.attr]
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        return node.operand if isinstance(node.op, ast.USub) and self.is_next() else node


def corrupted(algorithm: Algorithm) -> Iterator[str]:
    """Yield the code with one small change each."""
    for number in range(60):
        change = _Corruption(number)
        function = change.visit(copy.deepcopy(algorithm.snippet.function))
        if change.left >= 0:
            return
        yield ast.unparse(function)


def is_refused(algorithm: Algorithm, code: str, inputs: list[Input]) -> bool:
    try:
        snippet = read_snippet(code)
    except SnippetError:
        return True
    for at in inputs:
        try:
            if first_broken(algorithm, snippet, at) is not None:
                return True
        except NoValue:
            return True
    return False


@pytest.mark.slow
@pytest.mark.exhaustive(every=3)
@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_a_corrupted_line_is_refused(item: Item) -> None:
    algorithm = algorithm_of(item)
    inputs = inputs_of(algorithm)
    right = ast.unparse(algorithm.snippet.function).split("\n")
    accepted = set()
    for code in corrupted(algorithm):
        if not is_refused(algorithm, code, inputs):
            lines = zip(right, code.split("\n"), strict=True)
            accepted |= {wrong.strip() for line, wrong in lines if line != wrong}
    assert accepted == SAME.get(item.id, frozenset())


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_the_inputs_have_corners_and_sizes(item: Item) -> None:
    inputs = inputs_of(algorithm_of(item))
    assert len(inputs) >= 12
    sizes = {
        name: {at.values[name] for at in inputs}
        for name, kind in inputs[0].scope.types.items()
        if kind.name == "dim" and name in inputs[0].values
    }
    assert all(len(found) >= 2 for found in sizes.values())


@pytest.mark.parametrize(
    ("code", "is_known"),
    [
        ("Q = np.linalg.eigh(A)[1]\n    return Q[:, -1]", False),
        ("lam, Q = np.linalg.eigh(A)\n    return Q @ np.diag(lam) @ Q.T", True),
        ("U, s, Vt = np.linalg.svd(A)\n    return U[:, 0]", False),
        ("U, s, Vt = np.linalg.svd(A)\n    return Vt[-1]", False),
        ("U, s, Vt = np.linalg.svd(A)\n    return U @ np.diag(s) @ Vt", True),
        ("return np.linalg.svd(A, compute_uv=False)", True),
        ("Q, R = np.linalg.qr(A)\n    return R", False),
        ("Q, R = np.linalg.qr(A)\n    return np.abs(R)", True),
        ("Q, R = np.linalg.qr(A)\n    return Q @ R", True),
    ],
)
def test_a_vector_of_a_decomposition_is_known_up_to_sign(code: str, is_known: bool) -> None:
    snippet = read_snippet(f"def f(A):\n    {code}")
    matrix = np.array([[2.0, 1.0], [1.0, 3.0]])
    right = interpret(snippet, [matrix])
    found = []
    for first in (0, 1):
        turned, functions = with_turned_vectors(snippet, first)
        found.append(np.allclose(interpret(turned, [matrix, *functions]), right))
    assert all(found) is is_known


def test_code_without_a_decomposition_has_no_vector_to_turn() -> None:
    snippet = read_snippet("def f(A):\n    return np.linalg.solve(A, A)")
    assert with_turned_vectors(snippet, 0)[1] == ()


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("al-sgd", ["w", "X", "y", "keys", "lr", "batch"]),
        ("al-gradient-descent", ["x", "lr", "steps", "A", "c"]),
        ("al-bayes-grid", ["theta", "prior", "heads", "tails"]),
    ],
)
def test_a_call_lists_its_values_in_the_order_of_the_signature(name: str, given: list[str]) -> None:
    text = algorithm_text(LIBRARY.items[name])
    assert text is not None
    judged = judge_algorithm(algorithm_of(LIBRARY.items[name]), text)
    told = judged.calls[0][1].split("\n")
    assert [line.partition(" = ")[0] for line in told] == given
