"""Claims that are true by the types of their names alone, such as ``S.T == S``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from itertools import pairwise

from dlcards.claims.statement import Claim, Statement, Type
from dlcards.claims.tree import Node, call, num, sym
from dlcards.claims.types import (
    FUNCTION_TYPES,
    PARAMETRIC_TYPES,
    RANDOM_TYPES,
    SUMS_TO_ONE,
    SYMMETRIC,
)
from dlcards.claims.unparser import formula_text, type_text

_SMOOTH = FUNCTION_TYPES - {"function"}
_RANDOM = RANDOM_TYPES | PARAMETRIC_TYPES | {"event", "partition"}


def said_by_types(claim: Claim, statement: Statement) -> str:
    """Return which types say what a claim says, or nothing when it says more.

    What a type says of a name is put in for it, ``S`` for ``S.T``; the claim is a
    truism when all its sides are the same then. That chances of independent names are
    multiplied is what their type means.

    Examples
    --------
    >>> from dlcards.claims.parser import parse_formula
    >>> statement = Statement("", {"S": Type("symmetric", (num(2),))}, {})
    >>> said_by_types(Claim("", parse_formula("S.T == S")), statement)
    'S: symmetric(2)'
    >>> said_by_types(Claim("", parse_formula("S @ S == S")), statement)
    ''
    """
    tree = claim.tree
    if tree.op != "rel" or set(tree.relations) != {"=="}:
        return ""
    known = {
        formula_text(formula): (said, name)
        for name, type_ in statement.types.items()
        for formula, said in _facts(sym(name), type_)
    }
    used: dict[str, None] = {}
    random = {name: type_.name for name, type_ in statement.types.items() if type_.name in _RANDOM}
    smooth = {name for name, type_ in statement.types.items() if type_.name in _SMOOTH}
    sides = [_simplified(_factored(side, random, used), known, smooth, used) for side in tree.args]
    if not used or any(left != right for left, right in pairwise(sides)):
        return ""
    return ", ".join(f"{name}: {type_text(statement.types[name])}" for name in used)


def _facts(name: Node, type_: Type) -> Iterator[tuple[Node, Node]]:
    """Yield formulas about a name and what its type says that they are."""
    transposed = Node("T", (name,))
    if type_.name in SYMMETRIC:
        yield transposed, name
    if type_.name in SUMS_TO_ONE:
        yield call("sum", name), num(1)
    if type_.name == "unit":
        yield call("norm", name), num(1)
        yield Node("matmul", (transposed, name)), num(1)
    if type_.name == "orthogonal":
        identity = call("eye", type_.args[0])
        yield Node("matmul", (transposed, name)), identity
        yield Node("matmul", (name, transposed)), identity
        yield call("inv", name), transposed
    if type_.name == "centered":
        yield call("E", name), num(0)


def _factored(node: Node, random: Mapping[str, str], used: dict[str, None]) -> Node:
    """Put a product for the chance that events of different independent names happen both."""
    node = node.with_args(tuple(_factored(arg, random, used) for arg in node.args))
    if node.op != "call" or node.name != "P" or node.args[0].op != "and":
        return node
    first, second = node.args[0].args
    here, there = first.free & random.keys(), second.free & random.keys()
    if not here or not there or here & there:
        return node
    if {random[name] for name in here | there} != {"independent"}:
        return node
    used.update(dict.fromkeys(sorted(here | there)))
    return Node("mul", (_factored(call("P", first), random, used), call("P", second)))


def _value_at_limit(node: Node, functions: Set[str]) -> Node | None:
    """Return f(a) for the limit of f(x) where x tends to a: smooth functions are continuous."""
    if node.op != "call" or node.name != "limit":
        return None
    inner, variable, place = node.args[:3]
    if inner.op != "call" or inner.name not in functions or inner.args != (variable,):
        return None
    return call(inner.name, place)


def _simplified(
    node: Node,
    known: Mapping[str, tuple[Node, str]],
    functions: Set[str],
    used: dict[str, None],
) -> Node:
    """Put what types say in for the formulas they speak of, from the inside out."""
    node = node.with_args(tuple(_simplified(arg, known, functions, used) for arg in node.args))
    if node.op == "call" and node.name == "sum" and len(node.args) == 4:
        term, index, start, _ = node.args
        if term.op == "index" and term.args[1:] == (index,) and start == num(1):
            node = call("sum", term.args[0])
    smooth = _value_at_limit(node, functions)
    if smooth is not None:
        used[node.args[0].name] = None
        return smooth
    said, name = known.get(formula_text(node), (node, ""))
    if name:
        used[name] = None
    return said
