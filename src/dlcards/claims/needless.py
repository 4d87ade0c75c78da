"""Hypotheses that no check needs: all claims hold under a wider type, or without a relation.

A hypothesis on a card tells the reader where the formula may be used, so one that the
formula does not need misleads. Each is widened or dropped in turn and everything checked
again. A wider claim must hold clearly: at settled points, some of which the hypothesis
would not have allowed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice

from dlcards.claims.balls.errors import NoValue
from dlcards.claims.balls.evaluate import Evaluation
from dlcards.claims.judge.numeric.point import Scope, names_in, scope_of
from dlcards.claims.mutate import judged
from dlcards.claims.points.domain import EmptyDomain
from dlcards.claims.points.draw import DOMAINS, DRAWING_PRECISION, Point, contains, draw_point
from dlcards.claims.points.source import Source
from dlcards.claims.resolver import read_statement
from dlcards.claims.statement import FormulaProblem, Path, Statement, StatementText, Type
from dlcards.claims.tree import Node, walk
from dlcards.claims.types import FUNCTION_TYPES, TYPES
from dlcards.claims.unparser import type_text
from dlcards.claims.words import WORDS
from dlcards.claims.words.calculus.declared import GROUP as CALCULUS

WIDER: Mapping[str, tuple[str, ...]] = {each.name: each.wider for each in TYPES if each.wider}
"""The types that say less, the widest first."""

MOST_TRIED = 60
"""So many wider types and dropped relations are tried for one statement."""

FEWEST_ORDINARY = 8
"""At so many ordinary points the wider claim has to hold, unless it has no other."""

FEWEST_OUTSIDE = 2
"""So many of the points have to lie outside the hypothesis that is in doubt."""

_POINTS = 40
_ANALYSIS = frozenset({word.name for word in WORDS if word.group == CALCULUS} | {"E", "O"})
"""What asks more of a function than to have values; no drawn function lacks it."""


def needless_hypotheses(
    text: StatementText, statement: Statement, *, seed: int = 0
) -> Iterator[FormulaProblem]:
    """Yield a warning for every printed hypothesis that the checks do not need.

    Examples
    --------
    >>> text = StatementText(
    ...     "s", {"A": "symmetric(n)"}, claims=((("claim",), "tr(A.T) == tr(A)", {}),)
    ... )
    >>> [problem.message for problem in needless_hypotheses(text, read_statement(text)[0])]
    ["every claim holds for 'A: square(n)' as well"]
    """
    scope = scope_of(statement)
    used = {name for claim in statement.claims for name in names_in(claim.tree, scope)}
    used -= {name for claim in statement.claims for name in _followed(claim.tree, scope)}
    told: set[Path] = set()
    for path, wider, doubted, problem in islice(_wider(text, statement, used), MOST_TRIED):
        if path not in told and _holds_clearly(wider, statement, doubted, seed):
            told.add(path)
            yield problem


def _followed(tree: Node, scope: Scope) -> Iterator[str]:
    """Yield the names that an error term follows to 0, so that their values do not matter."""
    for node in walk(tree):
        if node.op == "call" and node.name == "O":
            yield from names_in(node, scope)


_Doubted = tuple[str, ...] | Node
"""The names whose type is in doubt, or the relation."""


def _wider(
    text: StatementText, statement: Statement, used: set[str]
) -> Iterator[tuple[Path, StatementText, _Doubted, FormulaProblem]]:
    """Yield the statement with one hypothesis less, for each of them."""
    for key, written in text.let.items():
        names = tuple(name.strip() for name in key.split(","))
        if not used.isdisjoint(names) and set(text.unsaid).isdisjoint(names):
            type_ = statement.types[names[0]]
            for name in WIDER.get(type_.name, ()):
                args = type_.args if name in _WITH_SIZES else ()
                less = type_text(Type(name, args))
                said = f"{key}: {less}"
                without = replace(text, let={**text.let, key: less})
                problem = _needless(("let", key), f"for '{said}'", f"declare {said}", written)
                yield ("let", key), without, names, problem
    for place, written in enumerate(text.given):
        rest = (*text.given[:place], *text.given[place + 1 :])
        path: Path = ("given", place)
        without = replace(text, given=rest)
        yield path, without, statement.given[place], _dropped(path, written)
    for index, own in text.claim_given.items():
        claim = statement.claims[index]
        for place, written in enumerate(own):
            rest = (*own[:place], *own[place + 1 :])
            path = (*claim.path[:-1], "given", place)
            without = replace(text, claim_given={**text.claim_given, index: rest})
            yield path, without, claim.given[place], _dropped(path, written)


_WITH_SIZES = frozenset(name for names in WIDER.values() for name in names) - {
    *("real", "nonzero", "nonnegative")
}
"""Wider types that keep the arguments of the one they widen."""


def _dropped(path: Path, written: str) -> FormulaProblem:
    return _needless(path, f"without '{written.strip()}'", "delete it", written)


def _needless(path: Path, wider: str, remedy: str, written: str) -> FormulaProblem:
    return FormulaProblem(
        path,
        "needless-hypothesis",
        f"every claim holds {wider} as well",
        f"{remedy}; the card prints it as if the formula needed it",
        0,
        len(written),
        warning=True,
    )


def _holds_clearly(text: StatementText, before: Statement, doubted: _Doubted, seed: int) -> bool:
    """Tell whether everything checked of a statement holds with one hypothesis less."""
    wider, _ = read_statement(text)
    if wider is None:
        return False
    if isinstance(doubted, tuple) and wider.types[doubted[0]].name in FUNCTION_TYPES:
        if _is_analysed(wider, doubted):
            return False
    elif not _reaches_outside(scope_of(wider), before, doubted, seed):
        return False
    for claim in wider.claims:
        verdict = judged(claim, wider, seed)
        if not verdict.holds or verdict.tried.unsettled or verdict.tried.estimated:
            return False
        if names_in(claim.tree, scope_of(wider)) and verdict.tried.benign < FEWEST_ORDINARY:
            return False
    if wider.code is None:
        return True
    from dlcards.claims.snippets.check import check_snippet  # NumPy is loaded when it is needed

    return check_snippet(wider, seed=seed).holds


def _is_analysed(statement: Statement, functions: tuple[str, ...]) -> bool:
    """Tell whether a function is integrated, averaged or followed to a limit somewhere."""
    if statement.types[functions[0]].name != "function":
        return False
    trees = [claim.tree for claim in statement.claims]
    trees += [definition.body for definition in statement.definitions.values()]
    return any(node.name in _ANALYSIS for tree in trees for node in walk(tree))


def _reaches_outside(scope: Scope, before: Statement, doubted: _Doubted, seed: int) -> bool:
    """Tell whether draws reach what the hypothesis in doubt does not allow."""
    outside, points = 0, f"{seed} outside"
    for index in range(_POINTS):
        try:
            point = draw_point(scope, Source(points, index))
            outside += _is_outside(scope, point, before, doubted)
        except (NoValue, EmptyDomain):
            continue
        if outside == FEWEST_OUTSIDE:
            return True
    return isinstance(doubted, tuple) and before.types[doubted[0]].name not in DOMAINS


def _is_outside(scope: Scope, point: Point, before: Statement, doubted: _Doubted) -> bool:
    evaluation = Evaluation(scope, point.values, point.laws, precision=DRAWING_PRECISION)
    if isinstance(doubted, Node):
        return evaluation.value(doubted) == 0
    types = ((before.types[name], name) for name in doubted if before.types[name].name in DOMAINS)
    return any(not contains(type_, point.values[name], evaluation) for type_, name in types)
