"""Ten mistakes that everybody makes once: each gives one clear problem at the right column."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dlcards.cli.console import Progress
from dlcards.commands.check import check
from dlcards.problems import Problem, Severity
from dlcards.requests import CheckRequest
from samples import DECK, Project

FIRST = """\
kind: equation
title: Slope of a square
topic: derivatives
let:
  x: real
  A: matrix(m, n)
  v: vector(n)
claim:
  - d(x**2, x) == 2*x
  - A @ v == A @ v + 0*A @ v
meaning: The slope of a square is twice the number.
why: The squared error has this slope.
pitfall: Forgetting the two.
code:
  equals: d(x**2, x)
  numpy: |
    def slope(x):
        return 2*x
figure:
  kind: function_plot
  exprs: [x**2]
  x: [-2, 2]
  alt: A parabola that opens upwards.
blanks: [2*x]
questions:
  q1: {ask: "What is the slope of the square at one?", answer: Two}
  q2: {ask: "Where has the square no slope?", answer: At zero}
  q3: {ask: "Which parabola has the slope 2x?", answer: The square}
requires: [number]
sources: ["DLB:6.5"]
"""
NUMBER = """\
kind: concept
title: Number
topic: numbers
meaning: A number tells how many.
questions:
  q1: {ask: "What tells how many?", answer: A number}
  q2: {ask: "What comes after three?", answer: Four}
sources: ["DLB:6.5"]
"""
SOURCES = 'DLB: {title: Deep Learning, places: {"6.5": Back-Propagation}}\n'

Checked = Callable[[str, str], list[Problem]]


@pytest.fixture
def checked(project: Project) -> Checked:
    """Return a function that makes a mistake in the entry and returns the problems."""

    def make(right: str, wrong: str) -> list[Problem]:
        assert right in FIRST
        root: Path = project(
            {
                "formulas/calculus/square-slope.yaml": FIRST.replace(right, wrong, 1),
                "formulas/calculus/number.yaml": NUMBER,
                "formulas/sources.yaml": SOURCES,
                "decks/calculus.yaml": DECK,
            }
        )
        path = root / "formulas" / "calculus" / "square-slope.yaml"
        found = check(CheckRequest(root, (path,), jobs=0), Progress(quiet=True)).problems
        return [problem for problem in found if problem.severity is Severity.ERROR]

    return make


MISTAKES = {
    "a typing mistake in a key": (
        "pitfall: F",
        "pitfal: F",
        "unknown-key",
        "pitfal: Forgetting",
        "pitfall",
    ),
    "a tab": ("  kind: function_plot", "\tkind: function_plot", "yaml-syntax", "\tkind", "spaces"),
    "an unquoted colon": (
        "meaning: The slope",
        "meaning: The rule: the slope",
        "yaml-syntax",
        ": the slope",
        "quotes",
    ),
    "an unknown type": ("  x: real", "  x: reel", "unknown-type", "reel", "real"),
    "a wrong shape": (
        "A @ v == A @ v + 0*A @ v",
        "A @ v == v @ A",
        "wrong-shape",
        "A @ v == v @ A",
        "vectors are columns",
    ),
    "a sign error": (
        "- d(x**2, x) == 2*x",
        "- d(x**2, x) == -2*x",
        "refuted-claim",
        "d(x**2, x) == -2*x",
        "",
    ),
    "a missing source": (
        'sources: ["DLB:6.5"]\n',
        "",
        "missing-source",
        "kind: equation",
        "sources",
    ),
    "a figure out of range": (
        "  x: [-2, 2]\n",
        "  x: [-2, 2]\n  y: [10, 12]\n",
        "outside-window",
        "x**2]",
        "change y",
    ),
    "a blank that is not found": ("blanks: [2*x]", "blanks: [3*x]", "blank-not-found", "3*x", ""),
    "a question for yes or no": (
        '"Where has the square no slope?"',
        '"Is the slope zero somewhere?"',
        "yes-no-question",
        "Is the slope",
        "which",
    ),
}


@pytest.mark.slow
def test_without_a_mistake_there_is_no_problem(checked: Checked) -> None:
    assert checked("kind: equation", "kind: equation") == []


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_gives_one_problem_at_its_place(checked: Checked, name: str) -> None:
    right, wrong, code, place, advice = MISTAKES[name]
    (problem,) = checked(right, wrong)
    assert problem.code == code
    line = FIRST.replace(right, wrong, 1).splitlines()[problem.location.line - 1]
    assert line[problem.location.column - 1 :].startswith(place)
    assert problem.source == line
    assert advice in f"{problem.message}; {problem.hint}"


def test_the_ten_typical_mistakes_are_here() -> None:
    assert len(MISTAKES) == 10
