"""The judge: a claim stands when no sampled point speaks against it.

Numbers decide, a symbolic proof only raises the level. Points, searches and limits
follow from the content and the seed alone, so a verdict is the same everywhere.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Mapping
from dataclasses import replace

from dlcards.claims.balls.errors import NoValue, Undefined, Unsupported, WrongShape
from dlcards.claims.judge.canonical import empty_relation
from dlcards.claims.judge.examine import examine
from dlcards.claims.judge.numeric.evaluate import narrowed
from dlcards.claims.judge.numeric.point import Scope, scope_of
from dlcards.claims.judge.tally import Refuted, Tally, Undecided, Unsatisfied
from dlcards.claims.judge.trial import Trial
from dlcards.claims.points.source import Tier
from dlcards.claims.statement import EMPTY, Claim, Statement, hypotheses
from dlcards.claims.tree import Node
from dlcards.claims.unparser import formula_text, type_text
from dlcards.claims.verdict import Level, Tried, Verdict


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
        if prove:
            verdict, _ = with_proof(verdict, statement, claim, seconds=proof_seconds, seed=seed)
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
    if prove:
        verdict, _ = with_proof(verdict, statement, claim, seconds=proof_seconds, seed=seed)
    return verdict


def with_proof(
    verdict: Verdict, statement: Statement, claim: Claim, *, seconds: float, seed: int = 0
) -> tuple[Verdict, bool]:
    """Raise the level of a verdict by a proof, or look closer where a proof finds a difference.

    A proof that leaves steps to SymPy stands only where the numbers agree everywhere; one
    that is rigorous also where they could not be settled.

    Returns
    -------
    tuple of Verdict and bool
        The verdict, and whether a faster machine might prove more.
    """
    if not verdict.holds and verdict.code != "undecided-claim":
        return verdict, False
    from dlcards.claims.prove import prove  # SymPy is loaded only for proofs

    start = time.process_time()
    proof = prove(statement, claim, seconds=seconds)
    found = verdict
    if proof.rigorous and proof.level is not None:
        found = replace(verdict, level=proof.level, code="", message="", hint="")
    elif proof.doubt and verdict.holds:
        found = _doubted(statement, claim, proof.doubt, seed)
    elif proof.level is not None and verdict.holds and not verdict.tried.unsettled:
        found = replace(verdict, level=proof.level)
    spent = verdict.seconds + time.process_time() - start
    return replace(found, seconds=spent), proof.out_of_time


def _doubted(statement: Statement, claim: Claim, doubt: str, seed: int) -> Verdict:
    """Judge a claim once more, at more points, because its sides may differ symbolically."""
    closer = _judged(statement, scope_of(statement), claim, seed + 1, closely=True)
    if not closer.holds or (closer.tried.benign and not _is_uncertain(closer)):
        return closer
    return Verdict(
        claim.text,
        None,
        closer.points,
        code="undecided-claim",
        message=f"the numbers agree, but a symbolic reading does not: {doubt}",
        hint=_UNDECIDED_HINT,
    )


def _is_uncertain(verdict: Verdict) -> bool:
    return bool(verdict.tried.estimated or verdict.tried.unsettled or verdict.note == _FLOATS)


def _judged(
    statement: Statement,
    scope: Scope,
    claim: Claim,
    seed: int,
    *,
    explain: bool = True,
    closely: bool = False,
) -> Verdict:
    start = time.process_time()
    verdict = _verdict(statement, scope, claim, seed, explain=explain, closely=closely)
    return replace(verdict, seconds=time.process_time() - start)


def _verdict(
    statement: Statement, scope: Scope, claim: Claim, seed: int, *, explain: bool, closely: bool
) -> Verdict:
    says_nothing = empty_relation(claim.tree, scope)
    if says_nothing:
        return Verdict(
            claim.text,
            None,
            code="vacuous-claim",
            message=f"both sides are the same: {says_nothing}",
            hint="state it as the definition, or claim something that could be false",
        )
    assumed = hypotheses(statement, claim)
    used = narrowed(scope, (claim.tree, *claim.equality.values(), *assumed))
    points = f"{content_seed(statement, claim, seed):x}"
    trial = Trial(used, claim, assumed, points, explain, closely)
    hint = ""
    try:
        tally = examine(trial)
    except Refuted as refuted:
        message, code, hint = str(refuted), refuted.code, refuted.hint
    except Undecided as doubt:
        message, code, hint = str(doubt), "undecided-claim", _UNDECIDED_HINT
    except Unsatisfied as error:
        message, code, hint = str(error), "unsatisfied-given", _UNSATISFIED_HINT
    except Undefined as error:
        message, code = f"undefined: {error}", "undefined-at-point"
    except WrongShape as error:
        message, code, hint = str(error), "wrong-shape", _SHAPE_HINT
    except Unsupported as error:
        return _in_floats(trial, str(error))
    except (NoValue, RecursionError, OverflowError, MemoryError) as error:
        message, code, hint = str(error), "undecided-claim", _UNDECIDED_HINT
    else:
        return _holding(claim, tally)
    return Verdict(
        claim.text, None, points=trial.tally.points, code=code, message=message, hint=hint
    )


def _holding(claim: Claim, tally: Tally) -> Verdict:
    ordered = any(sign in ("<", "<=", ">", ">=") for sign in claim.tree.relations)
    return Verdict(
        claim.text,
        Level.STATISTICAL if claim.tree.name == "converges" else Level.NUMERIC,
        points=tally.points,
        note="sharpness not shown" if ordered and not claim.equality else "",
        tried=Tried(
            benign=tally.agreed[Tier.BENIGN],
            special=tally.agreed[Tier.SPECIAL],
            extreme=tally.agreed[Tier.EXTREME],
            unsettled=tally.unsettled.total(),
            estimated=tally.estimated,
            digits=min(int(tally.digits), _MOST_DIGITS) if tally.digits < math.inf else 0,
            sizes=(min(tally.sizes), max(tally.sizes)) if tally.sizes else None,
        ),
    )


def _in_floats(trial: Trial, reason: str) -> Verdict:
    """Judge a claim in floating point, because of a word without a ball version."""
    claim = trial.claim
    if claim.tree.op != "rel":
        return Verdict(claim.text, None, code="undecided-claim", message=reason, hint="")
    from dlcards.claims.judge.floats import float_trial  # NumPy is loaded only when it is needed
    from dlcards.claims.judge.numeric.values import NumericError

    try:
        points, mistake, doubt = float_trial(trial.scope, claim, trial.hypotheses, trial.seed)
    except NumericError as error:
        message = f"{reason}; in floating point: {error}"
        return Verdict(
            claim.text, None, code="undecided-claim", message=message, hint=_UNDECIDED_HINT
        )
    if mistake:
        return Verdict(claim.text, None, points, code="refuted-claim", message=mistake)
    if doubt:
        message = f"{doubt} ({reason}: compared in floating point)"
        return Verdict(
            claim.text, None, points, code="undecided-claim", message=message, hint=_UNDECIDED_HINT
        )
    return Verdict(claim.text, Level.NUMERIC, points, note=_FLOATS)


_MOST_DIGITS = 30
_FLOATS = "compared in floating point"
_SHAPE_HINT = "* multiplies entry by entry, @ is the matrix product, vectors are columns"
_UNDECIDED_HINT = "simplify the claim, narrow its types, or cite a source for it"
_UNSATISFIED_HINT = "mend 'given', or choose types whose values satisfy it more often"


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
