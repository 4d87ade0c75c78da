"""Which formulas are positive definite matrices, told from their form."""

from __future__ import annotations

from dlcards.claims.statement import Statement
from dlcards.claims.tree import Node
from dlcards.claims.types import NONNEGATIVE, POSITIVE


def is_positive_definite(node: Node, statement: Statement) -> bool:
    """Tell whether a formula is surely a symmetric positive definite matrix.

    These are ``spd`` matrices, ``eye(n)``, their inverses and positive multiples, the sum of
    one with a positive semidefinite matrix, and ``X.T @ X`` where X has full rank.
    """
    match node.op:
        case "sym":
            return _type(node, statement) == "spd" or _defined(node, statement, definite=True)
        case "call":
            inside = node.name == "inv" and is_positive_definite(node.args[0], statement)
            return inside or node.name == "eye"
        case "mul" | "div":
            return _scaled(node, statement, definite=True)
        case "add":
            a, b = node.args
            return (is_positive_definite(a, statement) and _is_semidefinite(b, statement)) or (
                is_positive_definite(b, statement) and _is_semidefinite(a, statement)
            )
        case "matmul":
            left, right = node.args
            full = _type(right, statement) in ("fullrank", "invertible", "orthogonal")
            return full and left == Node("T", (right,))
        case _:
            return False


def _is_semidefinite(node: Node, statement: Statement) -> bool:
    if is_positive_definite(node, statement):
        return True
    match node.op:
        case "sym":
            return _type(node, statement) == "psd" or _defined(node, statement, definite=False)
        case "mul" | "div":
            return _scaled(node, statement, definite=False)
        case "add":
            return all(_is_semidefinite(arg, statement) for arg in node.args)
        case "matmul":
            left, right = node.args
            return left == Node("T", (right,)) or right == Node("T", (left,))
        case _:
            return False


def _scaled(node: Node, statement: Statement, *, definite: bool) -> bool:
    number, matrix = node.args if node.op == "mul" else (node.args[1], node.args[0])
    strictly = node.op == "div" or definite
    allowed = POSITIVE if strictly else NONNEGATIVE
    is_scale = _type(number, statement) in allowed or (number.op == "num" and number.number > 0)
    if not is_scale:
        return False
    return (
        is_positive_definite(matrix, statement) if definite else _is_semidefinite(matrix, statement)
    )


def _type(node: Node, statement: Statement) -> str:
    type_ = statement.types.get(node.name) if node.op == "sym" else None
    return type_.name if type_ is not None else ""


def _defined(node: Node, statement: Statement, *, definite: bool) -> bool:
    definition = statement.definitions.get(node.name)
    if definition is None or definition.parameters:
        return False
    read = is_positive_definite if definite else _is_semidefinite
    return read(definition.body, statement)
