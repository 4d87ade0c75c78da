"""Everything that is done about one family, as one task for a worker process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from dlcards.claims.statement import FormulaProblem, Path
from dlcards.exercises.judge import judge_variant
from dlcards.exercises.model import FamilyText
from dlcards.exercises.reader import read_family
from dlcards.exercises.variants import (
    LEAST_PASSING,
    DrawFailed,
    Passing,
    choose_variants,
    drawn_text,
    passing,
)

MOST_REASONS = 5


@dataclass(frozen=True, slots=True)
class FamilyTask:
    """A family to be drawn and judged, with the values that its variants had before."""

    text: FamilyText
    pinned: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a family.

    Parameters
    ----------
    variants : tuple of mapping of str to str
        The drawn values of each variant.
    passed, tried : int
        How many draws can be used, of how many.
    rejected : tuple of (str, int)
        The conditions that reject most draws, and how many.
    problems : tuple of FormulaProblem
    """

    variants: tuple[Mapping[str, str], ...] = ()
    passed: int = 0
    tried: int = 0
    rejected: tuple[tuple[str, int], ...] = ()
    problems: tuple[FormulaProblem, ...] = ()


def portable(text: FamilyText) -> FamilyText:
    """Return the text with plain dictionaries, which can travel between processes."""
    return replace(text, draw=dict(text.draw), let=dict(text.let), show=dict(text.show))


def judge_family(task: FamilyTask) -> Judged:
    """Draw the variants of a family, judge each, and count how many draws can be used.

    Examples
    --------
    >>> text = FamilyText("ex-sum", "What is $a + b$?", "a + b",
    ...     {"a, b": "integers(1, 9)"}, ("answer - b == a",), given=("a < b",))
    >>> found = judge_family(FamilyTask(text))
    >>> len(found.variants), found.passed, found.rejected, found.problems
    (12, 458, (('a < b', 542),), ())
    """
    family, problems = read_family(task.text)
    if family is None:
        return Judged(problems=problems)
    try:
        passed = passing(family)
        few = (*_few(passed), *_undecided(passed))
        if few:
            return Judged((), passed.passed, passed.tried, _reasons(passed), few)
        variants = choose_variants(family, task.pinned)
    except DrawFailed as error:
        return Judged(problems=(error.problem,))
    found: dict[tuple[Path, str], FormulaProblem] = {}
    for variant in variants:
        for problem in judge_variant(family, variant):
            found.setdefault((problem.path, problem.code), problem)
    texts = tuple(map(drawn_text, variants))
    return Judged(texts, passed.passed, passed.tried, _reasons(passed), tuple(found.values()))


def _reasons(passed: Passing) -> tuple[tuple[str, int], ...]:
    return tuple((each.reason, count) for each, count in passed.rejected.items())[:MOST_REASONS]


def _undecided(passed: Passing) -> Iterator[FormulaProblem]:
    """Yield a problem where what is asked does not tell which of two answers is right."""
    if passed.undecided:
        message = f"the same problem has different answers: {' and '.join(passed.undecided)}"
        hint = "show every number that the answer needs"
        yield FormulaProblem(("ask",), "two-answers", message, hint)


def _few(passed: Passing) -> Iterator[FormulaProblem]:
    """Yield a problem where hardly any draw meets the conditions."""
    if passed.passed >= LEAST_PASSING:
        return
    worst, count = next(iter(passed.rejected.items()))
    most = f"'{worst.reason}' rejects {count}"
    message = f"{passed.passed} of {passed.tried} draws can be used; {most}"
    hint = "build the numbers backwards from the answer, or drop the condition"
    yield FormulaProblem(worst.path, "few-draws-pass", message, hint)
