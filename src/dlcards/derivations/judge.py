"""Judges the lines of a chain: each follows, each slip is false, each hypothesis is used."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from dlcards.claims.judge.judge import check_relation, check_statement
from dlcards.claims.lock import level_rank
from dlcards.claims.needless import needless_hypotheses
from dlcards.claims.prose import Inline, relations
from dlcards.claims.resolver import read_statement
from dlcards.claims.statement import Claim, FormulaProblem, Path, Statement
from dlcards.claims.tree import Node
from dlcards.claims.unparser import formula_text
from dlcards.claims.verdict import Level, Verdict
from dlcards.derivations.model import ABOUT, EQUIVALENT, LOGICAL, Chain, ChainText, Line, Slip
from dlcards.derivations.moves import halfway
from dlcards.derivations.relations import claim_of, composed, relation_node

REFUTED = frozenset({"refuted-claim", "undefined-at-point", "wrong-shape"})
"""What a false line can be."""


@dataclass(frozen=True, slots=True)
class JudgedChain:
    """What became of a chain.

    Parameters
    ----------
    lines : tuple of (int, Verdict)
        How surely each line follows, by its slot.
    slips : tuple of (int, str)
        What refutes each slip, by its slot.
    problems : tuple of FormulaProblem
    """

    lines: tuple[tuple[int, Verdict], ...] = ()
    slips: tuple[tuple[int, str], ...] = ()
    problems: tuple[FormulaProblem, ...] = ()


def judge_chain(chain: Chain, text: ChainText, *, prove: bool = True) -> JudgedChain:
    """Judge every line, slip and text of a chain.

    Parameters
    ----------
    chain : Chain
    text : ChainText
        What it was read from.
    prove : bool
        Whether to try to prove what holds.
    """
    lines = []
    for line in chain.lines:
        verdict = _judged(chain, claims_of_line(chain, line), prove=prove)
        lines.append((line.slot, verdict))
        if verdict.code == "unsatisfied-given" and line.relation not in LOGICAL:
            return JudgedChain(problems=(_contradictory(text, verdict),))
    problems = list(_not_following(chain, text, [verdict for _, verdict in lines]))
    problems += _baseless(chain, text, prove=prove)
    slips = []
    for slip, false in zip(chain.slips, text.slips, strict=True):
        message, problem = _refuted(chain, slip, len(false.line))
        slips.append((slip.slot, message))
        problems += [problem] if problem is not None else []
    problems += _said(chain)
    if not problems:
        problems += _two_moves(chain, text)
        problems += _unused_hypotheses(chain, text)
    return JudgedChain(tuple(lines), tuple(slips), tuple(problems))


def claims_of_line(chain: Chain, line: Line) -> tuple[Claim, ...]:
    """Return what a line claims: one relation, for an equivalence one in each direction."""
    return _claims(chain.before(line), line)


def _claims(before: Node, line: Line) -> tuple[Claim, ...]:
    path = (*line.path, "line")
    if line.relation not in LOGICAL:
        tree = claim_of(before, line)
        return (Claim(formula_text(tree), tree, path=path),)
    there = Claim(formula_text(line.node), line.node, path=path, given=(before,))
    if line.relation != EQUIVALENT:
        return (there,)
    back = Claim(formula_text(before), before, path=path, given=(line.node,))
    return there, back


def _judged(chain: Chain, claims: tuple[Claim, ...], *, prove: bool) -> Verdict:
    """Return the weakest verdict of some claims."""
    verdicts = check_statement(replace(chain.statement, claims=claims), prove=prove)
    return min((_unfolded(*pair) for pair in zip(verdicts, claims, strict=True)), key=level_rank)


def _unfolded(verdict: Verdict, claim: Claim) -> Verdict:
    """Let a line stand that only writes out what a name is defined as."""
    sides = set(claim.tree.args)
    if verdict.code == "vacuous-claim" and len(sides) == len(claim.tree.args):
        return replace(verdict, level=Level.DEFINITION, code="", message="", hint="")
    return verdict


def _contradictory(text: ChainText, verdict: Verdict) -> FormulaProblem:
    path = (*text.path, "given", 0) if text.given else (*text.path, "from")
    length = len(text.given[0] if text.given else text.start)
    hint = "mend the hypotheses, or choose types whose values meet them more often"
    return FormulaProblem(path, verdict.code, verdict.message, hint, 0, length)


def _not_following(
    chain: Chain, text: ChainText, verdicts: Sequence[Verdict]
) -> Iterator[FormulaProblem]:
    """Yield the lines that are wrong: not one that only comes back from a wrong one."""
    good, astray = 0, False  # how many lines were right, and whether one after them was not
    for place, (line, written) in enumerate(zip(chain.lines, text.lines, strict=True)):
        if not verdicts[place].holds and not (astray and _comes_back(chain, good, place)):
            astray = True
            yield _does_not_follow(chain, line, verdicts[place], len(written.line))
        elif not verdicts[place].holds or not astray:
            good, astray = place + 1, False


def _comes_back(chain: Chain, good: int, place: int) -> bool:
    """Return whether a line follows from the last right one, without those between."""
    between = chain.lines[good : place + 1]
    relation = composed([line.relation for line in between])
    if relation is None:
        return False
    error = next((line.error for line in between if line.error is not None), None)
    through = replace(between[-1], relation=relation, error=error)
    verdict = _judged(chain, _claims(chain.before(between[0]), through), prove=False)
    return verdict.holds or verdict.code == "vacuous-claim"


def _does_not_follow(chain: Chain, line: Line, verdict: Verdict, length: int) -> FormulaProblem:
    place, path = chain.lines.index(line), (*line.path, "line")
    before = f"line {chain.lines[place - 1].slot}" if place else "the start"
    message = f"line {line.slot} does not follow from {before}: {verdict.message}"
    if verdict.code == "refuted-claim":
        hint = "look for a sign, a factor, a transpose or an index, or state the hypothesis"
        return FormulaProblem(path, "line-does-not-follow", message, hint, 0, length)
    hint = verdict.hint
    if verdict.code == "unsatisfied-given":
        hint = "write a chain of expressions, or the line as name == formula"
    code = verdict.code or "check-failed"
    return FormulaProblem(path, code, message, hint or "write the step smaller", 0, length)


def _baseless(chain: Chain, text: ChainText, *, prove: bool) -> Iterator[FormulaProblem]:
    """Yield a problem where a chain of relations does not rest on anything that holds."""
    if chain.start.op != "rel":
        return
    backwards = chain.goal is not None and chain.start == chain.goal
    ground, path, written = chain.start, (*chain.path, "from"), text.start
    if backwards:
        ground, path = chain.lines[-1].node, (*chain.lines[-1].path, "line")
        written = text.lines[-1].line
    if ground in chain.statement.given:
        return
    verdict = _judged(chain, (Claim(formula_text(ground), ground, path=path),), prove=False)
    if not verdict.holds:
        message = f"the chain rests on a relation that need not hold: {verdict.message}"
        hint = "begin with a relation under given, or with one that always holds"
        yield FormulaProblem(path, "baseless-chain", message, hint, 0, len(written))


def _refuted(chain: Chain, slip: Slip, length: int) -> tuple[str, FormulaProblem | None]:
    """Return what refutes a slip, or a problem."""
    line = chain.following(slip)
    assert line is not None
    path = (*slip.path, "line")
    if (slip.node.op == "rel") != (line.node.op == "rel"):
        message = f"the slip is not of the same sort as line {line.slot}, in whose place it stands"
        hint = "write an expression in place of an expression"
        return "", FormulaProblem(path, "mixed-relations", message, hint, 0, length)
    wrong = replace(line, node=slip.node)
    verdicts = check_statement(
        replace(chain.statement, claims=_claims(chain.before(line), wrong)), prove=False
    )
    for verdict in verdicts:
        if verdict.code in REFUTED:
            return verdict.message, None
    doubt = next((v for v in verdicts if not v.holds), None)
    if doubt is None or doubt.code == "vacuous-claim":
        message = f"the slip is true: it was compared at {verdicts[0].points} points"
        if doubt is not None:
            message = "the slip says the same as the line before"
        hint = "write a line that is false"
        return "", FormulaProblem(path, "true-slip", message, hint, 0, length)
    message = f"the slip could not be refuted: {doubt.message}"
    hint = doubt.hint or "write a slip that numbers refute"
    return "", FormulaProblem(path, doubt.code or "check-failed", message, hint, 0, length)


def _said(chain: Chain) -> Iterator[FormulaProblem]:
    """Yield the relations in the texts of a chain that do not hold."""
    texts: list[tuple[Path, Sequence[Inline]]] = [((*chain.path, "idea"), chain.idea)]
    texts += [((*line.path, "by"), line.by) for line in chain.lines]
    texts += [((*slip.path, "says"), slip.says) for slip in chain.slips]
    for path, inlines in texts:
        for inline in relations(inlines):
            assert inline.node is not None
            verdict = check_relation(inline.node, chain.statement, text=inline.text)
            if not verdict.holds:
                code = verdict.code or "check-failed"
                yield FormulaProblem(
                    path, code, verdict.message, verdict.hint, inline.start, inline.end
                )


def _two_moves(chain: Chain, text: ChainText) -> Iterator[FormulaProblem]:
    """Yield a warning for each line whose two moves could be made one after the other."""
    for line, written in zip(chain.lines, text.lines, strict=True):
        if line.relation in LOGICAL or line.relation == ABOUT:
            continue
        before = chain.before(line)
        for between in halfway(before, line.node):
            if _equal(before, between, chain.statement) or _equal(
                between, line.node, chain.statement
            ):
                message = f"line {line.slot} makes two moves at once"
                hint = f"write a line between: {formula_text(between)}"
                path = (*line.path, "line")
                length = len(written.line)
                yield FormulaProblem(path, "two-moves", message, hint, 0, length, warning=True)
                break


def _equal(left: Node, right: Node, statement: Statement) -> bool:
    return check_relation(relation_node(left, "==", right), statement, explain=False).holds


def _unused_hypotheses(chain: Chain, text: ChainText) -> Iterator[FormulaProblem]:
    """Yield a warning for each hypothesis of the chain itself that no line needs."""
    if not (text.let or text.given):
        return
    claims = tuple(claim for line in chain.lines for claim in claims_of_line(chain, line))
    own_given, first = len(text.given), chain.first_given
    others = len(chain.text.claims)
    own = {place: tuple(map(formula_text, claim.given)) for place, claim in enumerate(claims)}
    base = replace(
        chain.text,
        claims=(*chain.text.claims, *((claim.path, claim.text, {}) for claim in claims)),
        claim_given={
            **chain.text.claim_given,
            **{others + place: given for place, given in own.items() if given},
        },
    )
    statement, _ = read_statement(base)
    if statement is None:
        return
    for found in needless_hypotheses(base, statement):
        kind, place = found.path[0], found.path[1] if len(found.path) > 1 else ""
        path: Path | None = None
        if kind == "let" and place in text.let:
            path = (*text.path, "let", place)
        elif kind == "given" and isinstance(place, int) and first <= place < first + own_given:
            path = (*text.path, "given", place - first)
        if path is not None:
            message = found.message.replace("every claim", "every line")
            hint = "delete it, or declare less"
            yield replace(found, path=path, code="unused-hypothesis", message=message, hint=hint)


def overall(chain: Chain) -> Node:
    """Return what a chain shows as a whole: the goal, or the relation of its ends."""
    if chain.goal is not None:
        return chain.goal
    if chain.start.op == "rel":
        return chain.lines[-1].node
    relation = composed([line.relation for line in chain.lines])
    errors = [line.error for line in chain.lines if line.error is not None]
    last = chain.lines[-1].node
    if relation == ABOUT:
        return relation_node(chain.start, relation, last, errors[0])
    assert relation is not None
    return relation_node(chain.start, relation, last)
