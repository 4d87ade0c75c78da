"""Projects to try things on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import check_deck
import pytest

from samples import DECK, ENTRY, Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Return a function that writes files below a fresh root and returns the root."""

    def write(files: Mapping[str, str]) -> Path:
        (tmp_path / "formulas").mkdir(exist_ok=True)
        (tmp_path / "decks").mkdir(exist_ok=True)
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path

    return write


@pytest.fixture
def small_project(project: Project) -> Path:
    """Return the root of a project with one entry and one deck."""
    return project({"formulas/calculus/power-rule.yaml": ENTRY, "decks/calculus.yaml": DECK})


Count = Callable[..., None]


@pytest.fixture
def count(request: pytest.FixtureRequest) -> Iterator[Count]:
    """Return a function that counts what a test tries; the run prints the sums in the end."""
    counted: Counter[str] = Counter()

    def add(what: str, number: int = 1) -> None:
        counted[what] += number

    yield add
    request.node.user_properties.extend(("count", each) for each in counted.items())


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print how much was tried, and how much of it by tests that passed."""
    stats = terminalreporter.stats
    failed = {report.nodeid for kind in ("failed", "error") for report in stats.get(kind, ())}
    tried: Counter[str] = Counter()
    survived: Counter[str] = Counter()
    for report in stats.get("", ()):
        if report.when == "teardown":
            for name, value in report.user_properties:
                if name == "count":
                    what, number = value
                    tried[what] += number
                    survived[what] += number * (report.nodeid not in failed)
    if tried:
        terminalreporter.section("reliability")
        for what in sorted(tried):
            told = f"{what}: {tried[what]:,} tried, {survived[what]:,} survived"
            terminalreporter.write_line(told)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Start the one browser of a test process: Playwright allows no second one beside it."""
    if word := check_deck.missing():
        pytest.skip(word)
    with check_deck.browser() as opened:
        yield opened
