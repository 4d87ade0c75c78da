"""The order of the steps; what is to be done again and what is not. No logic of its own.

Importing this package is cheap: the steps, and what they need, are loaded when there
is work for them.
"""

from __future__ import annotations

from dlcards.pipeline.build import build
from dlcards.pipeline.changes import find_root
from dlcards.pipeline.check import check
from dlcards.pipeline.listing import list_decks, list_entries
from dlcards.pipeline.requests import (
    BuildRequest,
    BuildResult,
    BuiltDeck,
    CheckedEntry,
    CheckRequest,
    CheckResult,
)

__all__ = [
    "BuildRequest",
    "BuildResult",
    "BuiltDeck",
    "CheckRequest",
    "CheckResult",
    "CheckedEntry",
    "build",
    "check",
    "find_root",
    "list_decks",
    "list_entries",
]
