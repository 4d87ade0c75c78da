"""The reviewed survivors: read strictly, compared with what the check accepts."""

from __future__ import annotations

import pytest

from dlcards.claims.judge.task import Corruptions
from dlcards.content.reader import read_library
from dlcards.content.survivors import Reviewed, Tally, read_survivors, stale, tally, unexplained
from dlcards.problems import Problem, Severity
from samples import ENTRY, Project

ENTRY_FILE = "formulas/calculus/power-rule.yaml"
MADE = Corruptions("x**2 >= 0", ("claim", 0, "formula"), 7, ("x**4 >= 0", "abs(x) >= 0"))


def reviewed(project: Project, text: str, **more: str) -> tuple[Reviewed, tuple[Problem, ...]]:
    root = project({ENTRY_FILE: ENTRY, "formulas/survivors.yaml": text, **more})
    library, _ = read_library(root)
    return read_survivors(library)


GOOD = """\
power-rule:
  - reason: powers of squares are squares
    accepted:
      - 'x**4 >= 0'
  - reason: a distance
    accepted: ['abs(x) >= 0', 'x >= 0']
"""


def test_what_is_accepted_is_known_by_entry(project: Project) -> None:
    found, problems = reviewed(project, GOOD)
    assert not problems
    assert set(found.accepted["power-rule"]) == {"x**4 >= 0", "abs(x) >= 0", "x >= 0"}


def test_without_the_file_nothing_is_accepted(small_project: object, project: Project) -> None:
    library, _ = read_library(project({}))
    assert read_survivors(library) == (Reviewed(), ())


def test_a_survivor_without_a_reason_is_an_error_at_its_claim() -> None:
    (problem,) = unexplained([MADE], {"x**4 >= 0": ()})
    assert (problem.code, problem.path) == ("unexplained-survivor", ("claim", 0, "formula"))
    assert "abs(x) >= 0" in problem.message
    assert (problem.start, problem.end) == (0, 9)
    assert not problem.warning
    assert len(unexplained([MADE], {})) == 2


def test_a_line_that_does_not_survive_is_stale(project: Project) -> None:
    found, _ = reviewed(project, GOOD)
    (problem,) = stale(found, {"power-rule": [MADE]})
    assert (problem.code, problem.severity) == ("stale-survivor", Severity.WARNING)
    assert str(problem.location) == "formulas/survivors.yaml:6:32"
    assert stale(found, {}) == ()
    assert len(stale(found, {"power-rule": []})) == 3


def test_survivors_are_counted(project: Project) -> None:
    found, _ = reviewed(project, GOOD.replace("x**4", "x**6"))
    assert tally({"power-rule": [MADE, MADE]}, found) == Tally(2, 14, 10, 2, 2)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("power-rul: []", "unknown-reference", 1),
        ("power-rule: true", "wrong-type", 1),
        ("power-rule:\n  - text", "wrong-type", 2),
        ("power-rule:\n  - reason: x\n    accept: ['y']\n    accepted: ['y']", "unknown-key", 3),
        ("power-rule:\n  - accepted: ['y']", "missing-key", 2),
        ("power-rule:\n  - reason: x", "missing-key", 2),
        ("power-rule:\n  - reason: ''\n    accepted: ['y']", "empty-value", 2),
        ("power-rule:\n  - reason: 3\n    accepted: ['y']", "wrong-type", 2),
        ("power-rule:\n  - reason: x\n    accepted: y", "wrong-type", 3),
        ("power-rule:\n  - reason: x\n    accepted: []", "empty-value", 3),
        ("power-rule:\n  - reason: x\n    accepted: [2]", "wrong-type", 3),
        ("power-rule:\n  - reason: x\n    accepted: ['y', 'y']", "stale-survivor", 3),
        ("power-rule: [", "yaml-syntax", 2),
        ("power-rule: &a []", "yaml-anchor", 1),
    ],
)
def test_mistakes_in_the_file_are_found(project: Project, text: str, code: str, line: int) -> None:
    _, problems = reviewed(project, text)
    assert [(p.code, p.location.line) for p in problems] == [(code, line)]
    assert problems[0].location.file == "formulas/survivors.yaml"


def test_an_entry_that_cannot_be_read_is_not_called_unknown(project: Project) -> None:
    found, problems = reviewed(project, GOOD, **{ENTRY_FILE: "kind: ["})
    assert not problems
    assert found.accepted
