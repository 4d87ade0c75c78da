"""Corrupted claims: a check that accepts them is no check.

Every small slip of the pen (a sign, a factor, an index, a swapped name) is applied
to a claim in turn. A corruption that survives is either still true or shows a hole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from dlcards.claims.judge.judge import check_relation
from dlcards.claims.statement import Claim, Definition, Statement, hypotheses
from dlcards.claims.tree import Node, call, num, walk
from dlcards.claims.unparser import formula_text
from dlcards.claims.verdict import Verdict
from dlcards.claims.words import find_word
from dlcards.claims.words.record import Word

_FLIPPED = {"<=": ">=", ">=": "<=", "<": ">", ">": "<"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A corrupted claim.

    Parameters
    ----------
    label : str
        What was done: "sign flipped", "transpose dropped".
    claim : Claim
    statement : Statement
        What the claim is stated over; differs from the original when a definition
        was corrupted.
    """

    label: str
    claim: Claim
    statement: Statement


@dataclass(frozen=True, slots=True)
class Resistance:
    """How many corruptions of a claim were rejected.

    Parameters
    ----------
    made : int
        That were tried.
    survivors : tuple of Mutant
        That were accepted.
    untried : int
        That were left out.
    """

    made: int
    survivors: tuple[Mutant, ...]
    untried: int = 0

    @property
    def rejected(self) -> int:
        """Number of corruptions that the check refused."""
        return self.made - len(self.survivors)


def mutants(statement: Statement, claim_index: int) -> Iterator[Mutant]:
    """Yield every corruption of one claim, each once.

    Examples
    --------
    >>> from dlcards.claims.resolver import read_statement
    >>> from dlcards.claims.statement import StatementText
    >>> claims = ((("claim",), "d(sin(x), x) == cos(x)", {}),)
    >>> statement, _ = read_statement(StatementText("s", let={"x": "real"}, claims=claims))
    >>> [m.claim.text for m in mutants(statement, 0) if m.label == "side 2 negated"]
    ['d(sin(x), x) == -cos(x)']
    """
    original = statement.claims[claim_index]
    seen = {original.tree}
    for label, tree in _everywhere(original.tree, statement):
        if tree not in seen:
            seen.add(tree)
            yield Mutant(label, replace(original, text=formula_text(tree), tree=tree), statement)


def definition_mutants(statement: Statement, name: str) -> Iterator[Statement]:
    """Yield the statement with every corruption of one of its definitions."""
    definition = statement.definitions[name]
    seen = {definition.body}
    for _, body in _everywhere(definition.body, statement):
        if body not in seen:
            seen.add(body)
            corrupted = Definition(definition.parameters, body)
            yield replace(statement, definitions={**statement.definitions, name: corrupted})


def resistance(
    statement: Statement, claim_index: int, *, seed: int = 0, most: int | None = None
) -> Resistance:
    """Check corruptions of one claim and return those that were accepted.

    Parameters
    ----------
    most : int or None
        Try so many, spread over all there are; None for all.
    """
    every = list(mutants(statement, claim_index))
    count = len(every) if most is None else min(most, len(every))
    tried = [every[place * len(every) // count] for place in range(count)]
    accepted = [mutant for mutant in tried if judged(mutant.claim, mutant.statement, seed).holds]
    return Resistance(count, tuple(accepted), len(every) - count)


def survivors(statement: Statement, *, seed: int = 0) -> tuple[Mutant, ...]:
    """Return the corruptions of all claims that the check accepted.

    Each is a true statement, or a hole in the check.
    """
    return tuple(
        mutant
        for index in range(len(statement.claims))
        for mutant in resistance(statement, index, seed=seed).survivors
    )


def unnoticed_definitions(statement: Statement, *, seed: int = 0) -> tuple[str, ...]:
    """Return the definitions that no claim pins: none of their corruptions was noticed."""
    return tuple(
        name
        for name in statement.definitions
        if statement.claims and not _is_pinned(statement, name, seed)
    )


def _is_pinned(statement: Statement, name: str, seed: int) -> bool:
    users = [claim for claim in statement.claims if _uses(claim.tree, name, statement)]
    corruptions = list(definition_mutants(statement, name))
    if not users or not corruptions:
        return bool(users)
    return any(
        not judged(claim, corrupted, seed).holds for corrupted in corruptions for claim in users
    )


def _uses(node: Node, name: str, statement: Statement) -> bool:
    for part in walk(node):
        if part.op in ("sym", "call"):
            if part.name == name:
                return True
            definition = statement.definitions.get(part.name)
            if definition is not None and _uses(definition.body, name, statement):
                return True
    return False


def judged(claim: Claim, statement: Statement, seed: int) -> Verdict:
    """Check one claim under its hypotheses, without a proof, as briefly as possible."""
    return check_relation(
        claim.tree,
        replace(statement, given=hypotheses(statement, claim)),
        text=claim.text,
        equality=claim.equality,
        seed=seed,
        explain=False,
    )


# -- corruptions


def _everywhere(node: Node, statement: Statement) -> Iterator[tuple[str, Node]]:
    """Yield the tree with one corruption anywhere in it."""
    yield from _here(node, statement)
    if node.op == "call" and node.name == "O":
        return
    fixed = _bound_arguments(node)
    for place, arg in enumerate(node.args):
        if place in fixed:
            continue
        for label, corrupted in _everywhere(arg, statement):
            args = (*node.args[:place], corrupted, *node.args[place + 1 :])
            yield label, node.with_args(args)


def _bound_arguments(node: Node) -> frozenset[int]:
    """Return the arguments that name a variable or function rather than say a formula."""
    if node.op != "call":
        return frozenset()
    word = find_word(node.name)
    if word is None:
        return frozenset()
    places = {word.variable_index, *word.fixed_indices}
    if len(node.args) > 2:
        places.add(word.binder_index)
    return frozenset(place for place in places if place is not None)


def _here(node: Node, statement: Statement) -> Iterator[tuple[str, Node]]:
    if node.op == "num":
        yield from _of_number(node)
    elif node.op == "sym":
        for name in _same_type(node.name, statement):
            yield f"{node.name} becomes {name}", replace(node, name=name)
    elif node.op == "call":
        yield from _of_call(node, statement)
    elif node.op == "index":
        yield from _of_index(node)
    elif node.op == "rel":
        yield from _of_relation(node)
    elif node.op == "neg":
        yield "minus dropped", node.args[0]
    elif node.op == "T":
        yield "transpose dropped", node.args[0]
    elif len(node.args) == 2:
        yield from _of_operator(node)


def _of_number(node: Node) -> Iterator[tuple[str, Node]]:
    yield "number plus 1", num(node.number + 1)
    if node.number:
        yield "number doubled", num(2 * node.number)
        yield "number negated", Node("neg", (num(node.number),))


def _same_type(name: str, statement: Statement) -> Iterator[str]:
    kind = statement.types.get(name)
    if kind is not None:
        for other, other_kind in statement.types.items():
            if other != name and other_kind == kind:
                yield other


def _of_operator(node: Node) -> Iterator[tuple[str, Node]]:
    first, second = node.args
    if node.op in ("add", "sub"):
        yield "sign flipped", replace(node, op="sub" if node.op == "add" else "add")
        yield "second term dropped", first
        yield "first term dropped", second if node.op == "add" else Node("neg", (second,))
    elif node.op == "mul":
        yield "first factor dropped", second
        yield "second factor dropped", first
        yield "product becomes quotient", replace(node, op="div")
    elif node.op == "div":
        yield "denominator dropped", first
        yield "quotient becomes product", replace(node, op="mul")
        yield "fraction inverted", node.with_args((second, first))
    elif node.op == "pow":
        yield "power dropped", first
        yield "power plus 1", node.with_args((first, Node("add", (second, num(1)))))
    elif node.op == "matmul":
        yield "factors swapped", node.with_args((second, first))
        yield "left factor dropped", second
        yield "right factor dropped", first
    elif node.op == "given":
        yield "condition swapped", node.with_args((second, first))
        yield "condition dropped", first
    elif node.op == "and":
        yield "second event dropped", first


def _of_index(node: Node) -> Iterator[tuple[str, Node]]:
    whole, first, *rest = node.args
    yield "index plus 1", node.with_args((whole, Node("add", (first, num(1))), *rest))
    if rest:
        yield "indices swapped", node.with_args((whole, *rest, first))


def _of_call(node: Node, statement: Statement) -> Iterator[tuple[str, Node]]:
    name, args = node.name, node.args
    word = find_word(name)
    if word is not None:
        yield from _of_word(node, word)
    if name == "D":
        if args[1].op == "call":
            yield (
                "taken at the inner argument",
                node.with_args((args[0], args[1].args[0], *args[2:])),
            )
        yield "derivative becomes value", call(args[0].name, args[1])
    if name in statement.types:
        if len(args) == 1 and args[0].op == "call":
            yield "inner function dropped", node.with_args(args[0].args[:1])
        for other in _same_type(name, statement):
            yield f"{name} becomes {other}", replace(node, name=other)


def _of_word(node: Node, word: Word) -> Iterator[tuple[str, Node]]:
    """Yield the slips that are declared with a word."""
    if word.becomes and len(node.args) == 1:
        yield f"{word.name} becomes {word.becomes}", replace(node, name=word.becomes)
    if word.droppable:
        yield f"{word.name} dropped", node.args[0]
    if word.ordered and len(node.args) == 2:
        yield "arguments swapped", node.with_args(node.args[::-1])
    if word.bounded and len(node.args) == 4:
        yield from _of_bounds(node)


def _of_bounds(node: Node) -> Iterator[tuple[str, Node]]:
    body, variable, low, high = node.args
    if not (high.op == "sym" and high.name == "oo"):
        yield (
            "upper bound plus 1",
            node.with_args((body, variable, low, Node("add", (high, num(1))))),
        )
    if low.op != "neg":
        yield (
            "lower bound plus 1",
            node.with_args((body, variable, Node("add", (low, num(1))), high)),
        )


def _of_relation(node: Node) -> Iterator[tuple[str, Node]]:
    for place, sign in enumerate(node.relations):
        before, after = node.relations[:place], node.relations[place + 1 :]
        if sign in _FLIPPED:
            yield "relation flipped", replace(node, relations=(*before, _FLIPPED[sign], *after))
            yield "relation becomes ==", replace(node, relations=(*before, "==", *after))
    for place in range(len(node.args)):
        for label, corrupted in _of_side(node, place):
            args = (*node.args[:place], corrupted, *node.args[place + 1 :])
            yield f"side {place + 1} {label}", node.with_args(args)


def _of_side(node: Node, place: int) -> Iterator[tuple[str, Node]]:
    """Yield one side scaled, but for scalings that say the same of a comparison with zero."""
    side = node.args[place]
    others = node.args[:place] + node.args[place + 1 :]
    if _is_zero(side):
        return
    against_zero = len(others) == 1 and _is_zero(others[0])
    if not against_zero or node.relations[0] in _FLIPPED:
        yield "negated", Node("neg", (side,))
    if not against_zero:
        yield "doubled", Node("mul", (num(2), side))
        yield "plus 10 %", Node("mul", (num(Fraction(11, 10)), side))


def _is_zero(node: Node) -> bool:
    return (node.op == "num" and not node.number) or (node.op == "call" and node.name == "zeros")
