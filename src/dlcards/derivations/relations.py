"""What a chain of lines says as a whole, and whether that is what the entry claims."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from dlcards.claims.tree import Node
from dlcards.derivations.model import ABOUT, EQUAL, EQUIVALENT, IMPLIES, LOGICAL, Line

_FLIPPED = {"==": "==", "<=": ">=", "<": ">", ">=": "<=", ">": "<"}
_STRONGER = {"<=": "<", ">=": ">"}


def composed(relations: Sequence[str]) -> str | None:
    """Return the relation between the first and the last line; None where they do not agree.

    Examples
    --------
    >>> composed(["==", "<=", "=="]), composed(["<=", "<"]), composed(["<=", ">="])
    ('<=', '<', None)
    """
    found = {relation for relation in relations if relation != EQUAL}
    if not found:
        return EQUAL
    if found <= {EQUIVALENT}:
        return EQUIVALENT
    if found <= {*LOGICAL}:
        return IMPLIES
    if found == {ABOUT}:
        return ABOUT
    for weak, strict in _STRONGER.items():
        if found <= {weak, strict}:
            return strict if strict in found else weak
    return None


def relation_node(left: Node, relation: str, right: Node, error: Node | None = None) -> Node:
    """Return the claim that one line follows from the line before."""
    if error is not None:
        return Node("rel", (left, Node("add", (right, error))), relations=(EQUAL,))
    return Node("rel", (left, right), relations=(relation,))


def claim_of(before: Node, line: Line) -> Node:
    """Return what a line of expressions claims."""
    return relation_node(before, line.relation, line.node, line.error)


def reached(start: Node, lines: Sequence[Line], claim: Node) -> bool:
    """Tell whether a chain of expressions says what a claim says, read from either end.

    A strict inequality reaches the claim that is not strict.
    """
    relation = composed([line.relation for line in lines])
    last = lines[-1]
    if relation is None or claim.op != "rel":
        return False
    if relation == ABOUT:
        errors = [line.error for line in lines if line.error is not None]
        end = Node("add", (last.node, errors[0]))
        return len(set(errors)) == 1 and (start, EQUAL, end) in _parts(claim)
    wanted = {relation} | {weak for weak, strict in _STRONGER.items() if strict == relation}
    return any(
        (start, each, last.node) in _parts(claim)
        or (last.node, _FLIPPED.get(each, ""), start) in _parts(claim)
        for each in wanted
    )


def _parts(claim: Node) -> list[tuple[Node, str, Node]]:
    """Return what a chain of relations says of any two of its sides."""
    return list(_pairs(claim))


def _pairs(claim: Node) -> Iterator[tuple[Node, str, Node]]:
    for first, second in combinations(range(len(claim.args)), 2):
        relation = composed(claim.relations[first:second])
        if relation is not None:
            yield claim.args[first], relation, claim.args[second]
