"""The judge: a claim stands when no sampled point speaks against it.

Numbers decide, a symbolic proof only raises the level. Points, searches and limits
follow from the content and the seed alone, so a verdict is the same everywhere.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from dlcards.claims.judge.canonical import empty_relation
from dlcards.claims.judge.numeric.evaluate import narrowed
from dlcards.claims.judge.numeric.point import Scope, scope_of
from dlcards.claims.judge.numeric.values import NumericError, TooMuchWork, Undefined, WrongShape
from dlcards.claims.judge.trial import Refuted, Trial
from dlcards.claims.statement import EMPTY, Claim, Statement, hypotheses
from dlcards.claims.tree import Node
from dlcards.claims.unparser import formula_text, type_text
from dlcards.claims.verdict import Verdict


def check_statement(
    statement: Statement,
    *,
    seed: int = 0,
    prove: bool = True,
    proof_seconds: float = 2.0,
) -> tuple[Verdict, ...]:
    """Check every claim of a statement.

    Parameters
    ----------
    seed : int
        Another seed samples other points.
    prove : bool
        Whether to attempt a symbolic proof of the claims that passed.
    proof_seconds : float
        Time for one attempt.

    Returns
    -------
    tuple of Verdict
        One for each claim, in order.

    Examples
    --------
    >>> from dlcards.claims.resolver import read_statement
    >>> from dlcards.claims.statement import StatementText
    >>> text = StatementText(
    ...     "power", let={"x": "real"}, claims=((("claim",), "d(x**2, x) == x", {}),)
    ... )
    >>> statement, _ = read_statement(text)
    >>> [verdict.code for verdict in check_statement(statement, prove=False)]
    ['refuted-claim']
    """
    scope = scope_of(statement)
    verdicts = []
    for claim in statement.claims:
        verdict = _judged(statement, scope, claim, seed)
        if prove and verdict.holds:
            verdict = _with_proof(verdict, statement, claim, proof_seconds)
        verdicts.append(verdict)
    return tuple(verdicts)


def check_relation(
    node: Node,
    statement: Statement,
    *,
    text: str = "",
    equality: Mapping[str, Node] = EMPTY,
    seed: int = 0,
    prove: bool = False,
    proof_seconds: float = 2.0,
    explain: bool = True,
) -> Verdict:
    """Check one relation over the declarations of a statement, such as one found in prose.

    Parameters
    ----------
    node : Node
        The relation, or ``converges(...)``.
    text : str
        How it was written; printed from the tree when empty.
    equality : mapping of str to Node
        Values for which an inequality is an equality.
    explain : bool
        Whether to look for the counter-example that is quickest to read.
    """
    claim = Claim(text or formula_text(node), node, equality)
    verdict = _judged(statement, scope_of(statement), claim, seed, explain=explain)
    if prove and verdict.holds:
        verdict = _with_proof(verdict, statement, claim, proof_seconds)
    return verdict


def _with_proof(verdict: Verdict, statement: Statement, claim: Claim, seconds: float) -> Verdict:
    from dlcards.claims.prove import prove  # SymPy is loaded only for proofs

    start = time.process_time()
    proof = prove(statement, claim, seconds=seconds)
    spent = verdict.seconds + time.process_time() - start
    if proof.level is None:
        return replace(verdict, seconds=spent)
    return replace(verdict, level=proof.level, seconds=spent)


def _judged(
    statement: Statement, scope: Scope, claim: Claim, seed: int, *, explain: bool = True
) -> Verdict:
    start = time.process_time()
    with np.errstate(all="ignore"):
        verdict = _verdict(statement, scope, claim, seed, explain)
    return replace(verdict, seconds=time.process_time() - start)


def _verdict(statement: Statement, scope: Scope, claim: Claim, seed: int, explain: bool) -> Verdict:
    says_nothing = empty_relation(claim.tree, scope)
    if says_nothing:
        return Verdict(
            claim.text,
            None,
            code="vacuous-claim",
            message=f"both sides are the same: {says_nothing}",
            hint="state it as the definition, or claim something that could be false",
        )
    rng = np.random.default_rng(content_seed(statement, claim, seed))
    used = narrowed(scope, (claim.tree, *claim.equality.values()))
    trial = Trial(used, claim, rng, explain)
    try:
        level, note = trial.run()
    except Refuted as refuted:
        message, code, hint = str(refuted), refuted.code, refuted.hint
    except Undefined as error:
        message, code, hint = f"undefined: {error}", "undefined-at-point", ""
    except WrongShape as error:
        message, code, hint = str(error), "wrong-shape", _SHAPE_HINT
    except TooMuchWork as error:
        message, code, hint = str(error), "check-failed", "split the claim or make it smaller"
    except NumericError as error:
        message, code, hint = str(error), "check-failed", ""
    except (ArithmeticError, ValueError, TypeError, LookupError, RecursionError) as error:
        # What NumPy makes of values that do not fit each other in a way not foreseen.
        message, code, hint = f"{type(error).__name__}: {error}", "check-failed", ""
    else:
        return Verdict(claim.text, level, points=trial.points, note=note)
    return Verdict(claim.text, None, points=trial.points, code=code, message=message, hint=hint)


_SHAPE_HINT = "* multiplies entry by entry, @ is the matrix product, vectors are columns"


def content_seed(statement: Statement, claim: Claim, seed: int) -> int:
    """Return a seed that depends on what is claimed, not on the name of the entry."""
    lines = [f"{name}: {type_text(kind)}" for name, kind in statement.types.items()]
    for name, definition in statement.definitions.items():
        head = f"{name}({', '.join(definition.parameters)})"
        lines.append(f"{head} := {formula_text(definition.body)}")
    lines.append(formula_text(claim.tree))
    lines.extend(f"given {formula_text(node)}" for node in hypotheses(statement, claim))
    lines.extend(f"{name} = {formula_text(node)}" for name, node in claim.equality.items())
    digest = hashlib.sha256("\n".join([*lines, str(seed)]).encode()).digest()
    return int.from_bytes(digest[:8], "big")
