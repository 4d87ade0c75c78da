"""Bad derivations as data: each case says on the line concerned which problem is expected.

``#! code`` at the end of a line expects that problem there, and no other anywhere.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dlcards.commands.check import check
from dlcards.problems import Problem
from dlcards.requests import CheckRequest
from marked_cases import expected, without_marks
from samples import DECK, ENTRY, Project
from silence import Silent

CASES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))


def problems_of(project: Project, text: str, lock: str = "{}") -> tuple[Problem, ...]:
    root = project(
        {
            "formulas/calculus/power-rule.yaml": ENTRY,
            "formulas/calculus/other.yaml": ENTRY,
            "formulas/calculus/case.yaml": without_marks(text),
            "formulas/derivations.lock": lock,
            "decks/calculus.yaml": DECK,
        }
    )
    path = root / "formulas" / "calculus" / "case.yaml"
    found = check(CheckRequest(root, (path,), jobs=0, mutate=False), Silent()).problems
    # An entry of tests has no picture and no code.
    return tuple(problem for problem in found if not problem.code.startswith("missing-"))


@pytest.mark.slow
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path, project: Project) -> None:
    text = path.read_text(encoding="utf-8")
    found = problems_of(project, text)
    assert [(p.location.line, p.code) for p in found] == expected(text), "\n".join(map(str, found))
    assert all(problem.location.column > 0 for problem in found)
    assert all(problem.hint for problem in found)
    assert len(expected(text)) == (0 if path.stem == "right" else 1)


@pytest.mark.slow
def test_a_line_that_does_not_follow_is_told_with_a_point_and_both_values(
    project: Project,
) -> None:
    text = (Path(__file__).parent / "cases" / "sign.yaml").read_text(encoding="utf-8")
    (problem,) = problems_of(project, text)
    message = r"line 1 does not follow from the start: false at x = .+: left .+, right .+"
    assert re.fullmatch(message, problem.message)


@pytest.mark.slow
def test_the_line_between_two_moves_is_told(project: Project) -> None:
    text = (Path(__file__).parent / "cases" / "two-moves.yaml").read_text(encoding="utf-8")
    (problem,) = problems_of(project, text)
    assert problem.hint == "write a line between: x**2 + (x + 1)**2 - x**2"


def test_the_claim_to_end_at_is_told(project: Project) -> None:
    text = (Path(__file__).parent / "cases" / "other-end.yaml").read_text(encoding="utf-8")
    (problem,) = problems_of(project, text)
    assert "(x + 1)**2 == x**2 + 2*x + 1" in problem.hint


@pytest.mark.slow
def test_a_damaged_lock_is_told_and_written_anew(project: Project) -> None:
    text = (Path(__file__).parent / "cases" / "right.yaml").read_text(encoding="utf-8")
    (problem,) = problems_of(project, text, "<<<<<<< HEAD\n")
    assert (problem.code, problem.location.file) == ("bad-lock", "formulas/derivations.lock")
    assert problems_of(project, text) == ()
