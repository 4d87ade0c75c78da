"""What is asked of the pipeline, and what it answers."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from dlcards.problems import Problem, has_errors

if TYPE_CHECKING:
    from dlcards.claims.verdict import Verdict


class Watcher(Protocol):
    """Shows how far the work is."""

    def step(self, name: str, total: int) -> AbstractContextManager[Callable[[int], None]]:
        """Show one step; the callable is told how many more tasks are finished."""

    def say(self, text: str) -> None:
        """Say a detail."""


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """What is to be built.

    Parameters
    ----------
    root : Path
    decks : tuple of str
    every : bool
        All decks instead.
    language : str
    output : Path or None
        None for ``build/`` below the root.
    jobs : int or None
        None for one worker per core.
    strict : bool
        Warnings are errors.
    use_cache : bool
    """

    root: Path
    decks: tuple[str, ...] = ()
    every: bool = False
    language: str = "en"
    output: Path | None = None
    jobs: int | None = None
    strict: bool = False
    use_cache: bool = True


@dataclass(frozen=True, slots=True)
class BuiltDeck:
    """A deck that was written, or found to be unchanged."""

    name: str
    package: Path
    notes: int
    cards: int
    media: int
    size: int
    levels: dict[str, int] = field(default_factory=dict)
    unreleased: int = 0
    unchanged: bool = False

    def summary(self) -> str:
        """Return what a reader of the terminal wants to know, in one line."""
        path = os.path.relpath(self.package)
        shown = path if not path.startswith("..") else str(self.package)
        if self.unchanged:
            return f"{shown}: nothing changed ({self.notes} notes, {self.cards} cards)"
        levels = ", ".join(f"{number} {level}" for level, number in self.levels.items())
        size = f"{self.size / 1024:,.0f} KB"
        return (
            f"{shown}: {self.notes} notes, {self.cards} cards, {self.media} pictures, {size}"
            + (f"; formulas: {levels}" if levels else "")
            + (f"; {self.unreleased} notes unreleased" if self.unreleased else "")
        )


@dataclass(frozen=True, slots=True)
class BuildResult:
    """Everything a build has to say."""

    decks: tuple[BuiltDeck, ...]
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """Whether every deck asked for is there."""
        return not has_errors(self.problems)


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """What is to be checked; no paths means everything."""

    root: Path
    paths: tuple[Path, ...] = ()
    mutate: bool = False
    run_code: bool = False
    fresh: bool = False
    seed: int = 0
    languages: tuple[str, ...] = ()
    jobs: int | None = None
    strict: bool = False


@dataclass(frozen=True, slots=True)
class CheckedEntry:
    """An entry and the verdicts of its claims."""

    id: str
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Everything a check has to say."""

    checked: tuple[CheckedEntry, ...]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether no error was found."""
        return not has_errors(self.problems)
