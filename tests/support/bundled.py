"""The content of this repository, read once by each test process."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from dlcards.content.library import Library
from dlcards.content.reader import read_library

ROOT = Path(__file__).parents[2]


@cache
def library() -> Library:
    """Return what the repository holds; fail if anything in it has a problem."""
    found, problems = read_library(ROOT)
    assert not problems, "\n".join(str(problem) for problem in problems)
    return found
