"""Bad families as data: each case says on the line concerned which problem is expected.

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


def problems_of(project: Project, text: str) -> tuple[Problem, ...]:
    root = project(
        {
            "formulas/calculus/power-rule.yaml": ENTRY,
            "exercises/calculus/case.yaml": without_marks(text),
            "decks/calculus.yaml": DECK,
        }
    )
    path = root / "exercises" / "calculus" / "case.yaml"
    return check(CheckRequest(root, (path,), jobs=0), Silent()).problems


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
def test_a_step_that_fails_is_told_with_the_variant_and_its_values(project: Project) -> None:
    case = Path(__file__).parent / "cases" / "step-does-not-follow.yaml"
    (problem,) = problems_of(project, case.read_text(encoding="utf-8"))
    assert re.search(r"in variant \d+ \(a = \d+, b = -?\d+\)", problem.message)


@pytest.mark.slow
def test_the_condition_that_rejects_most_is_told(project: Project) -> None:
    case = Path(__file__).parent / "cases" / "given-never-met.yaml"
    (problem,) = problems_of(project, case.read_text(encoding="utf-8"))
    assert problem.message == "0 of 1000 draws can be used; 'a < b - 4' rejects 1000"
