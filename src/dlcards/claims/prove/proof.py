"""Proofs of equations, case by case, within a limit of computing time."""

from __future__ import annotations

import itertools
import signal
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import FrameType
from typing import Any

import sympy as sp

from dlcards.claims.prove.budget import LAW_POINTS, MAX_CASES, MAX_SIGNED
from dlcards.claims.prove.evaluator import NOTHING, Case, Evaluator, Impossible
from dlcards.claims.prove.orders import order_of, show_order
from dlcards.claims.prove.signs import Facts
from dlcards.claims.prove.symbols import is_matrix
from dlcards.claims.prove.words import SYMBOLIC
from dlcards.claims.prove.zero import RIGOROUS, Differs, NoProof, WrongShape, show_zero
from dlcards.claims.statement import Claim, Statement, hypotheses
from dlcards.claims.tree import Node, walk
from dlcards.claims.types.chance.symbols import DEPENDENT, RANDOM
from dlcards.claims.verdict import Level
from dlcards.claims.words import WORD_NAMES

_KINKED = frozenset({"abs", "sign", "relu", "max", "min", "cases", "ind", "norm1", "norminf"})
_AVERAGES = frozenset({"P", "Var", "Cov", "Corr", "H", "MI"})
_SUFFICIENT = RIGOROUS | {"Taylor coefficients", "fundamental theorem"}


@dataclass(frozen=True, slots=True)
class Proof:
    """The outcome of an attempt.

    Parameters
    ----------
    level : Level or None
        ``proved`` or ``proved-small``; None when there is no proof, which says
        nothing against the claim.
    note : str
        How it went: the sizes and the way of proof, or what stood against it.
    rigorous : bool
        Whether the proof alone suffices: exact arithmetic and theorems whose conditions
        follow from the types, for all values and sizes, with no step left to SymPy.
    out_of_time : bool
        Whether a faster machine might have found one.
    doubt : str
        Why the claim may be false: the two sides were found to differ. Never itself a
        refutation.
    domain : str
        Where both sides have a value, when the types do not say that they always have;
        then there is no proof.
    """

    level: Level | None
    note: str
    rigorous: bool = False
    out_of_time: bool = False
    doubt: str = ""
    domain: str = ""


@dataclass(frozen=True, slots=True)
class _Question:
    """What is to be proved: an equation, its declarations and its hypotheses."""

    statement: Statement
    tree: Node
    given: tuple[Node, ...]


class _TimeUp(BaseException):
    """The limit of computing time; SymPy catches every ordinary exception."""


class _Conditional(NoProof):
    """The two sides are equal where both have a value, which may not be everywhere."""

    def __init__(self, conditions: Sequence[str]) -> None:
        self.domain = " and ".join(conditions)
        super().__init__("proved only where " + self.domain)


def prove(statement: Statement, claim: Claim, *, seconds: float = 2.0) -> Proof:
    """Try to prove an equation for all values of its names.

    A formula over vectors and matrices is proved entry by entry at sizes 1 to 3, its
    shapes differing between them; true at some sizes only is no proof.

    Parameters
    ----------
    seconds : float
        Limit of processor time, where the system can measure it.

    Examples
    --------
    >>> from dlcards.claims.resolver import read_statement
    >>> from dlcards.claims.statement import StatementText
    >>> claims = ((("claim",), "(x + 1)**2 == x**2 + 2*x + 1", {}),)
    >>> text = StatementText("square", {"x": "real"}, claims=claims)
    >>> statement, _ = read_statement(text)
    >>> found = prove(statement, statement.claims[0])
    >>> str(found.level), found.note, found.rigorous
    ('proved', 'exact arithmetic', True)
    """
    reason = _hopeless(statement, claim.tree)
    if reason:
        return Proof(None, reason)
    try:
        with _time_limit(seconds):
            return _attempt(
                _Question(_narrowed(statement, claim), claim.tree, hypotheses(statement, claim))
            )
    except _TimeUp:
        return Proof(None, f"no proof within {seconds:g} s", out_of_time=True)
    except Differs as difference:
        return Proof(None, str(difference), doubt=str(difference))
    except _Conditional as obstacle:
        return Proof(None, str(obstacle), domain=obstacle.domain)
    except NoProof as obstacle:
        return Proof(None, str(obstacle))
    except RecursionError:
        return Proof(None, "too deep")
    except MemoryError:
        return Proof(None, "out of memory")
    except Exception as error:  # noqa: BLE001 - whatever SymPy raises, there is no proof
        return Proof(None, f"{type(error).__name__}: {error}"[:120])


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    if not hasattr(signal, "setitimer") or (
        threading.current_thread() is not threading.main_thread()
    ):
        yield
        return
    running = True

    def stop(_number: int, _frame: FrameType | None) -> None:
        if running:
            raise _TimeUp

    before = signal.signal(signal.SIGPROF, stop)
    try:
        with _silent_finalisers():
            signal.setitimer(signal.ITIMER_PROF, seconds, 0.25)
            try:
                yield
            finally:
                running = False
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@contextmanager
def _silent_finalisers() -> Iterator[None]:
    """Say nothing where the time is up inside a finaliser.

    Python reports an exception there and goes on; the timer strikes again.
    """
    report = sys.unraisablehook

    def hook(event: Any) -> None:
        if event.exc_type is not _TimeUp:
            report(event)

    sys.unraisablehook = hook
    try:
        yield
    finally:
        sys.unraisablehook = report


# -- what is tried at all


def _hopeless(statement: Statement, tree: Node) -> str:
    """Return why an attempt cannot succeed, as far as the tree alone shows."""
    if tree.op != "rel":
        return "a statistical claim"
    if any(sign != "==" for sign in tree.relations):
        return "an inequality"
    random_names = {n for n, type_ in statement.types.items() if type_.name in RANDOM}
    if _is_random(tree, random_names):
        return "an equation between random variables"
    for node in _expanded(statement, tree):
        is_word = node.op == "call" and node.name in WORD_NAMES and node.name != "O"
        if is_word and SYMBOLIC.get(node.name) is None:
            return f"{node.name} is numeric only"
    return ""


def _expanded(statement: Statement, tree: Node) -> Iterator[Node]:
    """Yield every part of a formula and of the definitions that it uses."""
    seen: set[str] = set()
    waiting = [tree]
    while waiting:
        for node in walk(waiting.pop()):
            yield node
            if node.name in statement.definitions and node.name not in seen:
                seen.add(node.name)
                waiting.append(statement.definitions[node.name].body)


def _is_random(node: Node, names: set[str]) -> bool:
    if node.op == "call" and node.name in _AVERAGES:
        return False
    if node.op == "call" and node.name == "E":
        inner = node.args[0]
        return (
            inner.op == "given" and inner.args[1].op != "rel" and _is_random(inner.args[1], names)
        )
    if node.op == "call" and node.name == "pdf":
        return _is_random(node.args[1], names)
    if node.op == "sym" and node.name in names:
        return True
    return any(_is_random(child, names) for child in node.args)


def _narrowed(statement: Statement, claim: Claim) -> Statement:
    """Return the statement with the declarations that a claim rests on."""
    formulas = (claim.tree, *hypotheses(statement, claim))
    names = {node.name for formula in formulas for node in _expanded(statement, formula)}
    waiting = [name for name in names if name in statement.types]
    while waiting:
        for arg in statement.types[waiting.pop()].args:
            found = {node.name for node in _expanded(statement, arg)} - names
            names |= found
            waiting += [name for name in found if name in statement.types]
    types = {name: type_ for name, type_ in statement.types.items() if name in names}
    return replace(statement, types=types)


# -- ways of proof


def _attempt(question: _Question) -> Proof:
    obstacles: list[NoProof] = []
    for moments in (True, False) if _has_moments(question.statement) else (False,):
        try:
            return _prove_by(question, moments=moments)
        except NoProof as obstacle:
            obstacles.append(obstacle)
    cases = _sign_cases(question.statement, question.tree)
    if cases:
        try:
            proofs = [_prove_by(question, signs=signs) for signs in cases]
            return replace(
                proofs[0],
                note=f"by signs: {proofs[0].note}",
                rigorous=all(proof.rigorous for proof in proofs),
            )
        except NoProof as obstacle:
            obstacles.append(obstacle)
    telling = [o for o in obstacles if isinstance(o, (_Conditional, Differs))]
    raise (telling or obstacles)[-1]


def _has_moments(statement: Statement) -> bool:
    kinds = {type_.name for type_ in statement.types.values()} & RANDOM
    return bool(kinds) and not kinds & {"event", "partition"}


def _prove_by(
    question: _Question,
    *,
    moments: bool = False,
    signs: Mapping[str, int] = NOTHING,
) -> Proof:
    statement, tree = question.statement, question.tree
    ways: dict[str, None] = {}
    conditions: dict[str, None] = {}
    proved: list[Mapping[str, int]] = []
    sized = finite = estimated = False
    for sizes in _size_choices(statement):
        smallest = bool(sizes) and set(sizes.values()) == {1}
        try:
            for case in _cases(statement, tree, Case(sizes, signs=signs)):
                try:
                    evaluate = Evaluator(
                        statement, SYMBOLIC, case, moments=moments, given=question.given
                    )
                except Impossible:
                    continue
                ways |= dict.fromkeys(_show(evaluate, tree))
                conditions |= dict.fromkeys(evaluate.undischarged())
                sized, finite = sized or evaluate.sized, evaluate.finite
                estimated = estimated or evaluate.estimated
                # If one case lacks a value somewhere, no other case makes up for it.
                if conditions:
                    raise _Conditional(list(conditions))
        except WrongShape:
            # A 1-by-1 matrix counts as a number, so that some formulas do not fit at size 1.
            if not smallest:
                raise
            continue
        proved.append(sizes)
    if not proved:
        raise NoProof("no size that fits")
    note = ", ".join(ways)
    if sized and any(proved):
        return Proof(Level.PROVED_SMALL, f"for {_in_words(proved)}: {note}")
    if finite:
        return Proof(Level.PROVED_SMALL, f"for laws of {LAW_POINTS} points: {note}")
    rigorous = set(ways) <= _SUFFICIENT and not estimated
    return Proof(Level.PROVED, note, rigorous=rigorous)


def _in_words(sizes: Sequence[Mapping[str, int]]) -> str:
    """Return the sizes at which something was proved.

    Examples
    --------
    >>> _in_words([{"m": 1, "n": 1}, {"m": 2, "n": 3}])
    '(m, n) = (1, 1), (2, 3)'
    """
    names = list(sizes[0])
    if len(names) == 1:
        return f"{names[0]} = {', '.join(str(choice[names[0]]) for choice in sizes)}"
    values = ", ".join(f"({', '.join(map(str, choice.values()))})" for choice in sizes)
    return f"({', '.join(names)}) = {values}"


# -- cases


def _size_choices(statement: Statement) -> list[Mapping[str, int]]:
    """Return small sizes for the names used as shapes; neighbouring names differ.

    In the second choice no two names share a size; no name has the same size in two choices.
    """
    names = [name for name, type_ in statement.types.items() if type_.name == "dim"]
    if not names:
        return [NOTHING]
    choices = [
        dict.fromkeys(names, 1),
        {name: min(2 + place, 6) for place, name in enumerate(names)},
        {name: 2 if place else 3 for place, name in enumerate(names)},
    ]
    for type_ in statement.types.values():
        if type_.name == "fullrank" and all(arg.op == "sym" for arg in type_.args):
            rows, columns = (arg.name for arg in type_.args)
            if rows in names and columns in names and rows != columns:
                for choice, size in zip(choices[1:], (2, 3), strict=True):
                    choice[rows], choice[columns] = size + 1, size
        if type_.name == "nonconstant" and choices[0].get(type_.args[0].name) == 1:
            choices = choices[1:]
    return list(choices)


def _cases(statement: Statement, tree: Node, case: Case) -> list[Case]:
    """Return all cases at some sizes: values of indices, positions, ties."""
    spans: dict[tuple[str, str], Sequence[Any]] = {}
    indices = [name for name, type_ in statement.types.items() if type_.name == "integers"]
    probe = Evaluator(
        replace(statement, types=_plain_types(statement)), SYMBOLIC, Case(sizes=case.sizes)
    )
    for name in indices:
        low, high = (probe(arg) for arg in statement.types[name].args)
        if not (low.is_Integer and high.is_Integer):
            raise NoProof("a symbolic range")
        spans["index", name] = range(int(low), int(high) + 1)
    for name, type_ in statement.types.items():
        if type_.name == "onehot":
            spans["places", name] = range(probe.size(type_.args[0]))
    for name in _conditions(statement, tree):
        spans["ties", name] = list(_set_partitions(LAW_POINTS))
    combinations = list(itertools.islice(itertools.product(*spans.values()), MAX_CASES + 1))
    if len(combinations) > MAX_CASES:
        raise NoProof("too many cases")
    if not combinations and not set(case.sizes.values()) == {1}:
        raise NoProof("an index without values")
    cases = []
    for values in combinations:
        chosen: dict[str, dict[str, Any]] = {"index": {}, "places": {}, "ties": {}}
        for (kind, name), value in zip(spans, values, strict=True):
            chosen[kind][name] = value
        cases.append(replace(case, **chosen))
    return cases


def _plain_types(statement: Statement) -> dict[str, Any]:
    """Return the declarations that the bounds of an index can be made of."""
    plain = frozenset({"dim", "natural", "integer"})
    return {name: type_ for name, type_ in statement.types.items() if type_.name in plain}


def _conditions(statement: Statement, tree: Node) -> list[str]:
    """Return the random names that stand in conditions as themselves."""
    parts = [node for node in _expanded(statement, tree) if node.op == "given"]
    names = {node.name for part in parts for node in walk(part.args[1]) if node.op == "sym"}
    return [n for n, t in statement.types.items() if n in names and t.name in DEPENDENT]


def _set_partitions(count: int) -> Iterator[tuple[int, ...]]:
    """Yield all ways in which points may share values, as a label for each point.

    Examples
    --------
    >>> list(_set_partitions(3))
    [(0, 0, 0), (0, 0, 1), (0, 1, 0), (0, 1, 1), (0, 1, 2)]
    """
    for labels in itertools.product(range(count), repeat=count):
        first_uses = list(dict.fromkeys(labels))
        if first_uses == list(range(len(first_uses))):
            yield labels


def _sign_cases(statement: Statement, tree: Node) -> list[dict[str, int]]:
    """Return the signs of all numbers, where a formula has kinks and numbers are few."""
    inner = (node for node in _expanded(statement, tree) if node is not tree)
    if not any(node.op == "rel" or node.name in _KINKED for node in inner):
        return []
    signs = {"real": (1, -1, 0), "nonzero": (1, -1), "nonnegative": (1, 0)}
    names = {n: signs[t.name] for n, t in statement.types.items() if t.name in signs}
    if not 0 < len(names) <= MAX_SIGNED:
        return []
    return [dict(zip(names, case, strict=True)) for case in itertools.product(*names.values())]


# -- one case


def _show(evaluate: Evaluator, tree: Node) -> list[str]:
    ways = []
    for left, right in itertools.pairwise(tree.args):
        order = order_of(left, right)
        if order is not None:
            ways.append(show_order(evaluate, left, right, order))
        else:
            a, b = evaluate(left), evaluate(right)
            ways += _show_equal(a, b, evaluate.facts)
    return ways


def _show_equal(a: Any, b: Any, facts: Facts) -> list[str]:
    if isinstance(a, bool) or isinstance(b, bool):
        raise NoProof("a relation between truth values")
    if is_matrix(a) != is_matrix(b):
        raise WrongShape("shapes")
    pairs = [(a, b)] if not is_matrix(a) else list(zip(a, b, strict=False))
    if is_matrix(a) and a.shape != b.shape:
        raise WrongShape("shapes")
    if any(side in (sp.nan, sp.zoo, sp.oo, -sp.oo) for side in itertools.chain(*pairs)):
        raise NoProof("a part has no value")
    return [show_zero(x - y, facts) for x, y in pairs]
