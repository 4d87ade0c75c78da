"""Number, column, row or matrix: what a formula is, as far as its declarations tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from dlcards.claims.statement import Statement
from dlcards.claims.tree import Node, walk
from dlcards.claims.types import FUNCTION_TYPES, MATRIX_TYPES, VECTOR_TYPES
from dlcards.claims.words import ELEMENTWISE_WORDS, WORD_NAMES


class Kind(StrEnum):
    """The kinds a formula can have."""

    SCALAR = "number"
    VECTOR = "vector"
    ROW = "row"
    MATRIX = "matrix"


@dataclass(frozen=True, slots=True)
class Mistake:
    """An operator between kinds that it cannot join."""

    node: Node
    code: str
    message: str
    hint: str


_MATRIX_WORDS = frozenset(
    {"inv", "eye", "eigvecs", "svdU", "svdS", "svdV", "hess", "jac", "kron", "pinv"}
) | {"softmax_rows", "expm", "logm", "sqrtm"}
_VECTOR_WORDS = frozenset({"softmax", "ones", "basis", "eigvals", "vec", "conv", "col", "cross"})
_LIKE_FIRST = ELEMENTWISE_WORDS | {
    *("E", "cases", "sum", "prod", "limit", "integral", "d", "pd", "iid", "avg")
}
_TO_VECTOR = frozenset({"function", "smooth_function"})


def kind_of(node: Node, statement: Statement, parameters: Mapping[str, Kind] | None = None) -> Kind:
    """Return what a formula is: a number, a column, a row or a matrix.

    Parameters
    ----------
    parameters : mapping of str to Kind, optional
        Names that mean something else here, such as the parameters of a definition.
    """
    return _Inference(statement, parameters or {}).of(node)


def parameter_kinds(statement: Statement) -> Mapping[str, Mapping[str, Kind]]:
    """Return, for every definition, what its parameters stand for where it is used.

    A parameter named like a declared name stands for such a thing; otherwise the
    first use decides.
    """
    found: dict[str, dict[str, Kind]] = {}
    bodies = [definition.body for definition in statement.definitions.values()]
    texts = [claim.tree for claim in statement.claims] + bodies
    if statement.code is not None and statement.code.equals is not None:
        texts.append(statement.code.equals)
    for name, definition in statement.definitions.items():
        for index, parameter in enumerate(definition.parameters):
            kinds = found.setdefault(name, {})
            if parameter in statement.types:
                kinds[parameter] = kind_of(Node("sym", name=parameter), statement)
                continue
            uses = (
                node.args[index]
                for text in texts
                for node in walk(text)
                if node.op == "call" and node.name == name and len(node.args) > index
            )
            first = next(uses, None)
            kinds[parameter] = kind_of(first, statement) if first else Kind.SCALAR
    return found


def mistakes(tree: Node, statement: Statement) -> Iterator[Mistake]:
    """Find products written with the wrong sign, such as ``A*x`` for ``A @ x``."""
    parameters = {name for d in statement.definitions.values() for name in d.parameters}
    sure = set(statement.types) - _bound_names(tree) - parameters
    for node in walk(tree):
        if node.op not in ("mul", "matmul"):
            continue
        names = {part.name for part in walk(node) if part.op == "sym"}
        if not names <= sure:
            continue
        left, right = (kind_of(arg, statement) for arg in node.args)
        if node.op == "matmul" and Kind.SCALAR in (left, right):
            yield Mistake(
                node,
                "wrong-operator",
                f"'@' stands between a {left} and a {right}",
                "write * to multiply by a number",
            )
        if node.op == "mul" and left != right and Kind.SCALAR not in (left, right):
            yield Mistake(
                node,
                "wrong-operator",
                f"'*' stands between a {left} and a {right}, but works entry by entry",
                "write @ for the matrix product",
            )


def _bound_names(tree: Node) -> set[str]:
    return {
        node.args[1].name
        for node in walk(tree)
        if node.op == "call" and node.name in ("integral", "limit") and len(node.args) > 1
    }


@dataclass(frozen=True, slots=True)
class _Inference:
    statement: Statement
    parameters: Mapping[str, Kind]

    def of(self, node: Node) -> Kind:
        match node.op:
            case "sym":
                return self._name(node.name)
            case "add" | "sub" | "mul" | "div":
                left, right = (self.of(arg) for arg in node.args)
                return right if left is Kind.SCALAR else left
            case "neg" | "pow":
                return self.of(node.args[0])
            case "T":
                return self._transposed(node)
            case "matmul":
                return self._product(node)
            case "list":
                return Kind.MATRIX if node.args[0].op == "list" else Kind.VECTOR
            case "given":
                return self.of(node.args[0])
            case "index":
                of_matrix = len(node.args) == 2 and self.of(node.args[0]) is Kind.MATRIX
                return Kind.VECTOR if of_matrix else Kind.SCALAR
            case "call":
                return self._call(node)
            case "num" | "rel" | "and" | "not":
                return Kind.SCALAR
            case _:
                assert_never(node.op)

    def _name(self, name: str) -> Kind:
        if name in self.parameters:
            return self.parameters[name]
        declared = self.statement.types.get(name)
        if declared is not None:
            if declared.name in VECTOR_TYPES:
                return Kind.VECTOR
            return Kind.MATRIX if declared.name in MATRIX_TYPES else Kind.SCALAR
        definition = self.statement.definitions.get(name)
        if definition is not None and not definition.parameters:
            return _Inference(self.statement, {}).of(definition.body)
        return Kind.SCALAR

    def _transposed(self, node: Node) -> Kind:
        swapped = {Kind.VECTOR: Kind.ROW, Kind.ROW: Kind.VECTOR}
        kind = self.of(node.args[0])
        return swapped.get(kind, kind)

    def _product(self, node: Node) -> Kind:
        left, right = (self.of(arg) for arg in node.args)
        if left is Kind.ROW:
            return Kind.SCALAR if right is Kind.VECTOR else Kind.ROW
        if right is Kind.VECTOR:
            return Kind.VECTOR
        return Kind.MATRIX

    def _call(self, node: Node) -> Kind:
        if node.name in self.statement.definitions:
            return self._applied(node)
        declared = self.statement.types.get(node.name)
        if declared is not None and declared.name in FUNCTION_TYPES:
            if not declared.args and node.args:
                return self.of(node.args[0])  # a function of one number works entry by entry
            to_vector = declared.name in _TO_VECTOR and len(declared.args) == 2
            return Kind.VECTOR if to_vector else Kind.SCALAR
        return self._word(node) if node.name in WORD_NAMES else Kind.SCALAR

    def _applied(self, node: Node) -> Kind:
        definition = self.statement.definitions[node.name]
        kinds = {
            name: self.of(arg) for name, arg in zip(definition.parameters, node.args, strict=False)
        }
        return _Inference(self.statement, kinds).of(definition.body)

    def _word(self, node: Node) -> Kind:
        name, args = node.name, node.args
        if name in _MATRIX_WORDS or (name == "zeros" and len(args) == 2):
            return Kind.MATRIX
        if name == "Cov" and len(args) == 1:
            return Kind.MATRIX
        if name in _VECTOR_WORDS or name == "zeros":
            return Kind.VECTOR
        if name == "row":
            return Kind.ROW
        if name == "grad" or (name in ("argmin", "argmax") and len(args) == 2):
            return self.of(args[1])
        if name == "block":
            return self._blocks(args[0])
        if name == "diag":
            return Kind.VECTOR if self.of(args[0]) is Kind.MATRIX else Kind.MATRIX
        if name == "D":
            return self._point_derivative(node)
        if name in ("sum", "prod") and len(args) == 1:
            return Kind.SCALAR
        return self.of(args[0]) if name in _LIKE_FIRST else Kind.SCALAR

    def _blocks(self, blocks: Node) -> Kind:
        of_rows = blocks.op != "list" or blocks.args[0].op == "list"
        return Kind.MATRIX if of_rows else self.of(blocks.args[0])

    def _point_derivative(self, node: Node) -> Kind:
        function, point = node.args[0].name, node.args[1]
        declared = self.statement.types.get(function)
        if declared is not None and len(declared.args) == 2 and declared.name in _TO_VECTOR:
            return Kind.MATRIX
        value = self.of(Node("call", (point,), name=function))
        at = self.of(point)
        return Kind.MATRIX if value is Kind.VECTOR and at is Kind.VECTOR else at
