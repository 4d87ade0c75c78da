"""Code is held to what it must achieve: slips of every kind are refused, right code is not."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator

import pytest

from bundled import library
from dlcards.algorithms.inputs import Input, inputs_of
from dlcards.algorithms.model import Algorithm
from dlcards.algorithms.reader import read_algorithm
from dlcards.algorithms.trial import first_broken
from dlcards.claims.balls.errors import NoValue
from dlcards.claims.snippets.grammar import SnippetError, read_snippet
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
