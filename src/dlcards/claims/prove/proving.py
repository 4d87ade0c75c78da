"""Proofs within a limit of computing time."""

from __future__ import annotations

import itertools
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any

import sympy as sp

from dlcards.claims.prove.evaluate import NOTHING, SYMBOLIC, Evaluator
from dlcards.claims.prove.model import RANDOM, is_matrix
from dlcards.claims.prove.zero import NoProof, show_zero
from dlcards.claims.statement import Claim, Statement
from dlcards.claims.tree import Node, num, walk
from dlcards.claims.verdict import Level
from dlcards.claims.words import WORD_NAMES

MAX_COMBINATIONS = 40
MAX_SIGNED = 3
_KINKED = frozenset({"abs", "sign", "relu", "max", "min", "cases", "ind"})
_AVERAGES = frozenset({"P", "Var", "Cov", "Corr", "H", "MI"})


@dataclass(frozen=True, slots=True)
class Proof:
    """The outcome of an attempt.

    Parameters
    ----------
    level : Level or None
        ``proved`` or ``proved-small``; None when there is no proof, which says
        nothing against the claim.
    note : str
        How it went: the way of proof, or what stood against it.
    out_of_time : bool
        Whether a faster machine might have found one.
    """

    level: Level | None
    note: str
    out_of_time: bool = False


class _TimeUp(BaseException):
    """The limit of computing time; SymPy catches every ordinary exception."""


def prove(statement: Statement, claim: Claim, *, seconds: float = 2.0) -> Proof:
    """Try to prove an equation for all values of its names.

    A formula over vectors and matrices is proved entry by entry at two sizes, its
    shapes differing between them; true at one size only is no proof.

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
    >>> prove(statement, statement.claims[0])
    Proof(level=<Level.PROVED: 'proved'>, note='exact arithmetic', out_of_time=False)
    """
    reason = _hopeless(statement, claim.tree)
    if reason:
        return Proof(None, reason)
    try:
        with _time_limit(seconds):
            return _attempt(statement, claim.tree)
    except _TimeUp:
        return Proof(None, f"no proof within {seconds:g} s", out_of_time=True)
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

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise _TimeUp

    before = signal.signal(signal.SIGPROF, stop)
    # Again and again: Python swallows an exception raised inside a finaliser.
    signal.setitimer(signal.ITIMER_PROF, seconds, 0.25)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _hopeless(statement: Statement, tree: Node) -> str:
    """Return why an attempt would be in vain, from the tree alone."""
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


def _attempt(statement: Statement, tree: Node) -> Proof:
    try:
        if _has_moments(statement):
            return _prove_by(statement, tree, moments=True)
    except NoProof:
        pass
    try:
        return _prove_by(statement, tree)
    except NoProof:
        cases = _sign_cases(statement, tree)
        if not cases:
            raise
    proofs = [_prove_by(statement, tree, signs=signs) for signs in cases]
    return Proof(proofs[0].level, f"by signs: {proofs[0].note}")


def _sign_cases(statement: Statement, tree: Node) -> list[dict[str, int]]:
    """Return the signs of all numbers, where a formula has kinks and numbers are few."""
    if not any(node.op == "rel" or node.name in _KINKED for node in _inner(statement, tree)):
        return []
    signs = {"real": (1, -1, 0), "nonzero": (1, -1)}
    names = {n: signs[t.name] for n, t in statement.types.items() if t.name in signs}
    if not 0 < len(names) <= MAX_SIGNED:
        return []
    return [dict(zip(names, case, strict=True)) for case in itertools.product(*names.values())]


def _inner(statement: Statement, tree: Node) -> Iterator[Node]:
    return (node for node in _expanded(statement, tree) if node is not tree)


def _has_moments(statement: Statement) -> bool:
    kinds = {type_.name for type_ in statement.types.values()} & RANDOM
    return bool(kinds) and not kinds & {"event", "partition"}


def _prove_by(
    statement: Statement,
    tree: Node,
    *,
    moments: bool = False,
    signs: Mapping[str, int] = NOTHING,
) -> Proof:
    ways: list[str] = []
    sized = finite = False
    for size in (2, 3):
        for index in _index_values(statement, size):
            evaluate = Evaluator(statement, size=size, index=index, moments=moments, signs=signs)
            ways += _show(evaluate, tree)
            sized, finite = sized or evaluate.sized, evaluate.finite
        if not sized:
            break
    note = ", ".join(dict.fromkeys(ways))
    if sized:
        return Proof(Level.PROVED_SMALL, f"sizes 2 and 3: {note}")
    if finite:
        return Proof(Level.PROVED_SMALL, f"general law on few points: {note}")
    return Proof(Level.PROVED, note)


def _index_values(statement: Statement, size: int) -> list[dict[str, int]]:
    """Return all values of the names declared ``integers``."""
    names = [name for name, type_ in statement.types.items() if type_.name == "integers"]
    if not names:
        return [{}]
    probe = Evaluator(statement, size=size, index=dict.fromkeys(names, 1))
    spans = []
    for name in names:
        low, high = (probe(arg) for arg in statement.types[name].args)
        if not (low.is_Integer and high.is_Integer):
            raise NoProof("a symbolic range")
        spans.append(range(int(low), int(high) + 1))
    combinations = list(itertools.islice(itertools.product(*spans), MAX_COMBINATIONS + 1))
    if not 0 < len(combinations) <= MAX_COMBINATIONS:
        raise NoProof("too many values of an index")
    return [dict(zip(names, values, strict=True)) for values in combinations]


def _show(evaluate: Evaluator, tree: Node) -> list[str]:
    ways = []
    for left, right in itertools.pairwise(tree.args):
        orders = [n for side in (left, right) for n in walk(side) if n.name == "O"]
        if orders:
            ways.append(_show_order(evaluate, left, right, orders[0].args[0]))
        else:
            a, b = evaluate(left), evaluate(right)
            ways += _show_equal(a, b, evaluate.ranges)
    return ways


def _show_equal(a: Any, b: Any, ranges: Mapping[Any, tuple[float, float]]) -> list[str]:
    if isinstance(a, bool) or isinstance(b, bool):
        raise NoProof("a relation between truth values")
    if is_matrix(a) != is_matrix(b):
        raise NoProof("shapes")
    if not is_matrix(a):
        return [show_zero(a - b, ranges)]
    if a.shape != b.shape:
        raise NoProof("shapes")
    return [show_zero(x - y, ranges) for x, y in zip(a, b, strict=True)]


def _show_order(evaluate: Evaluator, left: Node, right: Node, order: Node) -> str:
    """Show that both sides agree at 0 up to the stated order."""
    base, exponent = order.args if order.op == "pow" else (order, num(1))
    if base.op != "sym":
        raise NoProof("an error in something else than a name")
    step = evaluate.value(base.name)
    difference = evaluate(_without_order(left)) - evaluate(_without_order(right))
    power = evaluate(exponent)
    if is_matrix(difference) or not step.is_Symbol or not power.is_Integer:
        raise NoProof("an error of a symbolic order")
    for k in range(int(power)):
        show_zero(sp.diff(difference, step, k).subs(step, 0), evaluate.ranges)
    return "Taylor coefficients"


def _without_order(node: Node) -> Node:
    if node.op == "call" and node.name == "O":
        return num(0)
    return node.with_args(tuple(_without_order(child) for child in node.args))
