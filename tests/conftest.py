"""Projects to try things on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Start the one browser of a test process: Playwright allows no second one beside it."""
    if word := check_deck.missing():
        pytest.skip(word)
    with check_deck.browser() as opened:
        yield opened
