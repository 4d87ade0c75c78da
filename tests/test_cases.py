"""Bad input as data: each case says on the line concerned which problem is expected.

A case is an entry in ``tests/cases``. ``#! code`` at the end of a line expects that
problem there; ``#! 7: code`` in a line of its own expects it in line 7, where a comment
cannot stand; ``#! file: code`` expects one about the file as a whole.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dlcards.commands.check import check
from dlcards.problems import Problem, Severity
from dlcards.requests import CheckRequest
from samples import DECK, ENTRY, Project

CASES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))
SOURCES = 'DLB: {title: Deep Learning, places: {"6.5": Back-Propagation}}\n'
LONG = {"beyond-work"}
TOLD_WITH_CORRUPTIONS = {"needless-hypothesis-warning"}
_HERE = re.compile(r"#! (?P<codes>[a-z0-9][a-z0-9, -]*)$")
_THERE = re.compile(r"^#! (?P<place>\d+|file): (?P<codes>[a-z0-9, -]+)$")


class Silent:
    """Shows no progress."""

    def step(self, name: str, total: int) -> Silent:
        return self

    def say(self, text: str) -> None:
        """Say nothing."""

    def __enter__(self) -> Silent:
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing to end."""

    def __call__(self, done: int) -> None:
        """Count nothing."""


def expected(text: str) -> list[tuple[int, str]]:
    """Return line and code of every problem a case announces."""
    out: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        there, here = _THERE.match(line), _HERE.search(line)
        if there:
            place = 0 if there["place"] == "file" else int(there["place"])
            out += [(place, code.strip()) for code in there["codes"].split(",")]
        elif here:
            out += [(number, code.strip()) for code in here["codes"].split(",")]
    return sorted(out)


def problems_of(project: Project, text: str) -> tuple[Problem, ...]:
    root = project(
        {
            "formulas/calculus/case.yaml": text,
            "formulas/calculus/power-rule.yaml": ENTRY,
            "formulas/sources.yaml": SOURCES,
            "decks/calculus.yaml": DECK,
        }
    )
    path = root / "formulas" / "calculus" / "case.yaml"
    mutate = bool(TOLD_WITH_CORRUPTIONS & {code for _, code in expected(text)})
    return check(CheckRequest(root, (path,), mutate=mutate, jobs=0), Silent()).problems


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 60
    assert all(expected(path.read_text(encoding="utf-8")) for path in CASES)


@pytest.mark.parametrize(
    "path",
    [pytest.param(p, marks=pytest.mark.slow if p.stem in LONG else (), id=p.stem) for p in CASES],
)
def test_every_problem_is_told_at_its_place_with_what_to_do_next(
    path: Path, project: Project
) -> None:
    text = path.read_text(encoding="utf-8")
    found = problems_of(project, text)
    told = sorted((p.location.line, p.code) for p in found if p.severity is Severity.ERROR)
    wanted = [(line, code) for line, code in expected(text) if not code.endswith("-warning")]
    warned = sorted((p.location.line, p.code) for p in found if p.severity is Severity.WARNING)
    assert told == wanted, [str(p) for p in found]
    for line, code in expected(text):
        if code.endswith("-warning"):
            assert (line, code.removesuffix("-warning")) in warned, [str(p) for p in found]
    assert found
    for problem in found:
        assert problem.location.file == "formulas/calculus/case.yaml"
        if problem.severity is Severity.ERROR:
            assert problem.hint, str(problem)
            assert problem.location.line == 0 or problem.source.strip()
