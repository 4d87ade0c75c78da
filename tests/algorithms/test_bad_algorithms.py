"""Bad algorithms as data: each case says on the line concerned which problem is expected.

``#! code`` at the end of a line expects that problem there, and no other anywhere. Inside the
code, where a remark would be Python, the line is named by :data:`IN_CODE`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from dlcards.algorithms.model import AlgorithmText, GapText
from dlcards.algorithms.reader import read_algorithm
from dlcards.claims.statement import StatementText
from dlcards.commands.check import check
from dlcards.problems import Problem
from dlcards.requests import CheckRequest
from marked_cases import expected, without_marks
from samples import DECK, ENTRY, Project
from silence import Silent

CASES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))
IN_CODE = {
    "attack": ("open(", "snippet-not-allowed"),
    "changes-its-argument": ("def ", "wrong-snippet"),
    "fails": ("+ q", "wrong-snippet"),
    "import": ("import os", "snippet-not-allowed"),
    "loop-with-break": ("invariants:", "no-loop"),
    "many-lines": ("def ", "code-long"),
    "no-loop": ("invariants:", "no-loop"),
    "not-python": ("range(k)", "snippet-not-allowed"),
    "returned-and-unused": ("returns:", "unused-name"),
    "too-much-work": ("y = y + y", "snippet-not-allowed"),
    "two-values": ("return y, x", "wrong-snippet"),
    "undeclared-argument": ("def double", "wrong-snippet"),
    "wide-line": ("0.00000", "code-wide"),
}


def problems_of(project: Project, text: str, lock: str = "{}") -> tuple[Problem, ...]:
    root = project(
        {
            "formulas/calculus/power-rule.yaml": ENTRY,
            "formulas/calculus/case.yaml": text,
            "formulas/algorithms.lock": lock,
            "decks/calculus.yaml": DECK,
        }
    )
    path = root / "formulas" / "calculus" / "case.yaml"
    found = check(CheckRequest(root, (path,), jobs=0, mutate=False), Silent()).problems
    # An entry of tests has no picture.
    return tuple(problem for problem in found if not problem.code.startswith("missing-"))


def wanted(name: str, text: str) -> list[tuple[int, str]]:
    """Return line and code of the problems that a case announces."""
    if name not in IN_CODE:
        return expected(text)
    part, code = IN_CODE[name]
    lines = text.splitlines()
    return [(next(i for i, line in enumerate(lines, 1) if part in line), code)]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path, project: Project) -> None:
    text = path.read_text(encoding="utf-8")
    found = problems_of(project, without_marks(text))
    told = [(p.location.line, p.code) for p in found]
    assert told == wanted(path.stem, text), "\n".join(map(str, found))
    assert all(problem.location.column > 0 for problem in found)
    assert all(problem.hint for problem in found)
    assert bool(told) == (path.stem != "right")


def case(name: str) -> str:
    return without_marks((Path(__file__).parent / "cases" / f"{name}.yaml").read_text())


def test_what_is_not_achieved_is_told_with_an_input_and_both_sides(project: Project) -> None:
    (problem,) = problems_of(project, case("not-achieved"))
    assert problem.message == "not achieved: left is 64 and right is 12, at x = 1, k = 6"


def test_an_invariant_is_told_with_its_pass(project: Project) -> None:
    (problem,) = problems_of(project, case("invariant-fails"))
    assert "in pass 1 left is -2 and right is -1, at x = -1" in problem.message


@pytest.mark.slow
def test_a_damaged_lock_is_told_and_written_anew(project: Project) -> None:
    (problem,) = problems_of(project, case("right"), "<<<<<<< HEAD\n")
    assert (problem.code, problem.location.file) == ("bad-lock", "formulas/algorithms.lock")
    assert problems_of(project, case("right")) == ()


def test_a_line_break_finds_the_place_and_is_not_hidden() -> None:
    code = "def double(x):\n    y = x + x\n    y = x + x - 0*x\n    return y"
    gap = GapText(1, "x + x\n", (), "", ("gaps", 0))
    text = AlgorithmText(
        *("double", StatementText("double"), "Doubles a number.", {"x": "real"}, {}, (), code),
        *({"y": "real"}, ("y == 2*x",), {}, (), (gap,), (), ()),
    )
    algorithm, problems = read_algorithm(text)
    assert problems == ()
    assert algorithm is not None
    assert code[algorithm.gaps[0].start : algorithm.gaps[0].end] == "x + x"
