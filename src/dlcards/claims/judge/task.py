"""Everything that is checked about one statement, as one task for a worker process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from dlcards.claims.lock import Checked
from dlcards.claims.resolver import read_statement
from dlcards.claims.statement import Claim, FormulaProblem, Path, Statement, StatementText
from dlcards.claims.truisms import said_by_types
from dlcards.claims.unparser import formula_text
from dlcards.claims.verdict import Level, Verdict, from_source

SNIPPET_PATH: Path = ("code", "numpy")


@dataclass(frozen=True, slots=True)
class CheckTask:
    """A statement and how thoroughly it is to be checked.

    Parameters
    ----------
    text : StatementText
    seed : int
        Another seed samples other points.
    prove : bool
        Try to prove what holds.
    proof_seconds : float
        Limit of processor time for each proof.
    mutate : bool
        Corrupt every claim and see that the check notices, and look for hypotheses that no
        check needs.
    most_corruptions : int or None
        Of each claim; None for all.
    run_code : bool
        Also run the snippet, in an isolated process.
    """

    text: StatementText
    seed: int = 0
    prove: bool = True
    proof_seconds: float = 2.0
    mutate: bool = False
    most_corruptions: int | None = None
    run_code: bool = False


@dataclass(frozen=True, slots=True)
class Corruptions:
    """What became of the corruptions of one claim.

    Parameters
    ----------
    claim : str
    path : tuple of str or int
        Where the claim stands in its entry.
    made : int
        That were tried.
    survivors : tuple of str
        The corrupted claims that were accepted: true ones, or holes in the check.
    untried : int
        That were left out.
    """

    claim: str
    path: Path
    made: int
    survivors: tuple[str, ...] = ()
    untried: int = 0

    @property
    def rejected(self) -> int:
        """Number of corruptions that the check refused."""
        return self.made - len(self.survivors)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found.

    Parameters
    ----------
    checked : Checked
        All verdicts, the bad ones too.
    problems : tuple of FormulaProblem
        One per claim, snippet or example that does not hold.
    unproved : tuple of int
        Claims that were not tried to be proved for as long as it may take.
    corruptions : tuple of Corruptions
        One per claim that holds, when they were asked for.
    """

    checked: Checked
    problems: tuple[FormulaProblem, ...] = ()
    unproved: tuple[int, ...] = ()
    corruptions: tuple[Corruptions, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether everything may stand on a card."""
        return all(problem.warning for problem in self.problems)


def portable(text: StatementText) -> StatementText:
    """Return the text with plain dictionaries, which can travel between processes."""
    return replace(
        text,
        let=dict(text.let),
        define=dict(text.define),
        show=dict(text.show),
        claims=tuple((path, formula, dict(equality)) for path, formula, equality in text.claims),
        claim_given=dict(text.claim_given),
        claim_cited=dict(text.claim_cited),
        example_given=dict(text.example_given),
    )


def check_task(task: CheckTask) -> Outcome:
    """Check the claims, the snippet and the worked example of a statement.

    Examples
    --------
    >>> text = StatementText("e", {"x": "real"}, claims=((("claim",), "exp(-x)*exp(x) == 1", {}),))
    >>> [str(verdict.level) for verdict in check_task(CheckTask(text)).checked.verdicts]
    ['proved']
    """
    statement, problems = read_statement(task.text)
    if statement is None:
        errors = tuple(problem for problem in problems if not problem.warning)
        verdicts = tuple(
            Verdict(formula, None, code="check-failed", message="the entry cannot be read")
            for _, formula, _ in task.text.claims
        )
        return Outcome(Checked(verdicts), errors)
    verdicts, unproved = _claims(task, statement)
    verdicts = tuple(
        earned(from_source(verdict, claim.cited), claim, statement)
        for verdict, claim in zip(verdicts, statement.claims, strict=True)
    )
    found = list(_claim_problems(statement, verdicts))
    points, snippet_problems = _snippet(task, statement)
    found += snippet_problems
    values, exact, example_problems = _example(statement)
    found += example_problems
    corruptions: tuple[Corruptions, ...] = ()
    if task.mutate:
        corruptions = _corruptions(task, statement, verdicts)
        found += _mutation_problems(task, statement, corruptions)
        if all(verdict.holds for verdict in verdicts):
            found += _needless(task, statement)
    return Outcome(Checked(verdicts, points, values, exact), tuple(found), unproved, corruptions)


def _claims(task: CheckTask, statement: Statement) -> tuple[tuple[Verdict, ...], tuple[int, ...]]:
    if not statement.claims:
        return (), ()
    # start-up
    from dlcards.claims.judge.judge import check_statement, with_proof

    verdicts = list(check_statement(statement, seed=task.seed, prove=False))
    if not task.prove:
        return tuple(verdicts), tuple(range(len(verdicts)))
    unproved = []
    for place, claim in enumerate(statement.claims):
        verdicts[place], more_time = with_proof(
            verdicts[place], statement, claim, seconds=task.proof_seconds, seed=task.seed
        )
        if more_time:
            unproved.append(place)
    return tuple(verdicts), tuple(unproved)


def earned(verdict: Verdict, claim: Claim, statement: Statement) -> Verdict:
    """Return the verdict with the level the claim earns: none for what its types say."""
    if verdict.holds and said_by_types(claim, statement):
        return replace(verdict, level=Level.DEFINITION, points=0, note="")
    return verdict


def _claim_problems(
    statement: Statement, verdicts: tuple[Verdict, ...]
) -> Iterator[FormulaProblem]:
    told: set[tuple[Path, str]] = set()
    for claim, verdict in zip(statement.claims, verdicts, strict=True):
        if not verdict.holds:
            problem = _claim_problem(statement, claim, verdict)
            if (problem.path, problem.code) not in told:
                told.add((problem.path, problem.code))
                yield problem
            continue
        if claim.cited and verdict.level is not Level.CITED:
            yield FormulaProblem(
                (*claim.path[:-1], "cited"),
                "idle-citation",
                "the claim was checked, so no source has to stand in",
                "delete 'cited'; the sources of the entry are under 'sources'",
                0,
                len(claim.cited),
                warning=True,
            )
        said = said_by_types(claim, statement)
        if said and not statement.unsaid:  # otherwise the claim is what the type means
            yield FormulaProblem(
                claim.path,
                "true-by-type",
                f"the claim is true by its types alone: {said}",
                "claim something that the types do not say; this one earns no badge",
                *text_span(claim.text),
                warning=True,
            )


def _claim_problem(statement: Statement, claim: Claim, verdict: Verdict) -> FormulaProblem:
    """Tell what is wrong with a claim, or with hypotheses that several may share."""
    code = verdict.code or "check-failed"
    if code == "unsatisfied-given":
        own = bool(claim.given)
        path: Path = (*claim.path[:-1], "given", 0) if own else ("given", 0)
        text = formula_text((claim.given or statement.given)[0])
        return FormulaProblem(path, code, verdict.message, verdict.hint, 0, len(text))
    return FormulaProblem(claim.path, code, verdict.message, verdict.hint, *text_span(claim.text))


def _snippet(task: CheckTask, statement: Statement) -> tuple[int, list[FormulaProblem]]:
    if statement.code is None:
        return 0, []
    # start-up
    from dlcards.claims.snippets.check import check_snippet

    verdict = check_snippet(statement, seed=task.seed)
    if verdict.holds and task.run_code:
        # start-up
        from dlcards.claims.snippets.run import run_snippet

        verdict = run_snippet(statement, seed=task.seed)
    if verdict.holds:
        return verdict.points, []
    problem = FormulaProblem(
        SNIPPET_PATH, verdict.code, verdict.message, verdict.hint, verdict.start, verdict.end
    )
    return 0, [problem]


def _example(
    statement: Statement,
) -> tuple[tuple[tuple[str, str], ...], tuple[bool, ...], list[FormulaProblem]]:
    if statement.example is None:
        return (), (), []
    # start-up
    from dlcards.claims.examples import compute

    values = compute(statement)
    problems = [
        FormulaProblem(
            (*statement.example.path, "compute", place),
            value.code,
            value.message,
            start=0,
            end=len(value.formula),
        )
        for place, value in enumerate(values)
        if value.code
    ]
    return tuple((v.text, v.latex) for v in values), tuple(v.exact for v in values), problems


def _corruptions(
    task: CheckTask, statement: Statement, verdicts: tuple[Verdict, ...]
) -> tuple[Corruptions, ...]:
    # start-up
    from dlcards.claims.mutate import resistance

    made = []
    for place, claim in enumerate(statement.claims):
        if verdicts[place].holds:
            found = resistance(statement, place, seed=task.seed, most=task.most_corruptions)
            survivors = tuple(mutant.claim.text for mutant in found.survivors)
            made.append(Corruptions(claim.text, claim.path, found.made, survivors, found.untried))
    return tuple(made)


def _mutation_problems(
    task: CheckTask, statement: Statement, corruptions: tuple[Corruptions, ...]
) -> Iterator[FormulaProblem]:
    # start-up
    from dlcards.claims.mutate import unnoticed_definitions

    for found in corruptions:
        if found.made and not found.rejected:
            message = f"every corruption is accepted too, {found.made} of {found.made}"
            hint = "claim something that could be false"
            yield FormulaProblem(
                found.path, "vacuous-claim", message, hint, *text_span(found.claim)
            )
    for name in unnoticed_definitions(statement, seed=task.seed):
        yield FormulaProblem(
            _definition_path(task.text, name),
            "unpinned-definition",
            f"no claim notices a change of the definition of '{name}'",
            "claim something that depends on all of it",
            warning=True,
        )


def _needless(task: CheckTask, statement: Statement) -> Iterator[FormulaProblem]:
    # start-up
    from dlcards.claims.needless import needless_hypotheses

    return needless_hypotheses(task.text, statement, seed=task.seed)


def text_span(text: str) -> tuple[int, int]:
    """Return where a text starts and ends without the blanks around it.

    Examples
    --------
    >>> text_span(" x == y ")
    (1, 7)
    """
    return len(text) - len(text.lstrip()), len(text.rstrip())


def _definition_path(text: StatementText, name: str) -> Path:
    for head in text.define:
        if head.split("(")[0].strip() == name:
            return ("define", head)
    return ("definition",)
