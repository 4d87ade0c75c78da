"""Compare two packages the way Anki does when a learner imports the second.

Packages come from anywhere, so nothing of them is trusted: sizes are limited, nothing
is unpacked under a name of the archive's choosing, and the database is only read.
"""

from __future__ import annotations

from pathlib import Path

from dlcards.release.diff.compare import compare
from dlcards.release.diff.effects import (
    EFFECTS,
    HARMFUL,
    DeckChange,
    Difference,
    Effect,
    FieldChange,
    NoteChange,
    TypeChange,
)
from dlcards.release.diff.page import release_page
from dlcards.release.diff.read import Limits, read_package
from dlcards.release.diff.report import describe, word_difference

__all__ = [
    "EFFECTS",
    "HARMFUL",
    "DeckChange",
    "Difference",
    "Effect",
    "FieldChange",
    "Limits",
    "NoteChange",
    "TypeChange",
    "compare_packages",
    "describe",
    "release_page",
    "word_difference",
]


def compare_packages(old: Path, new: Path, *, limits: Limits | None = None) -> Difference:
    """Predict what importing a package does to learners who have an older one.

    Parameters
    ----------
    old, new : Path
        Packages in the format that all versions of Anki read.
    limits : Limits, optional

    Raises
    ------
    UsageError
        If a file is no such package.
    ToolError
        If a package is larger than the limits.
    ContentError
        If a package is damaged.
    """
    allowed = limits or Limits()
    return compare(read_package(old, allowed), read_package(new, allowed))
