"""What is asked of build, check and list, and the answers.

On the warm path: imports nothing that takes time to load. Named tuples, because a
dataclass takes five times as long to define.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from dlcards.languages import SOURCE

if TYPE_CHECKING:
    from dlcards.claims.judge.task import Corruptions
    from dlcards.claims.verdict import Verdict
    from dlcards.content.survivors import Tally
    from dlcards.problems import Problem

_NO_LEVELS: Mapping[str, int] = MappingProxyType({})


class Watcher(Protocol):
    """Shows how far the work is."""

    def step(self, name: str, total: int) -> AbstractContextManager[Callable[[int], None]]:
        """Show one step; call the callable with the number of tasks that were finished."""

    def say(self, text: str) -> None:
        """Print a detail, when asked to be verbose."""


RATES = (10, 20)
"""New cards a day."""
STUDY = "study"
"""First word in the name of a package with what was chosen of all decks."""
LONGEST_LABEL = 80


class Choice(NamedTuple):
    """What is wanted of the decks: any of the values of one kind, and something of each kind.

    Parameters
    ----------
    sources : tuple of str
        ``3B1B-CA:4``; a work, a chapter with its sections, or one equation.
    topics, tags, ids : tuple of str
    with_prerequisites : bool
        Also what it requires, directly or not.
    """

    sources: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    with_prerequisites: bool = False

    def given(self) -> dict[str, tuple[str, ...]]:
        """Return the values of each kind that has any.

        Examples
        --------
        >>> Choice(("3B1B-CA:4",), tags=("kind::concept",)).given()
        {'source': ('3B1B-CA:4',), 'tag': ('kind::concept',)}
        """
        kinds = {"source": self.sources, "topic": self.topics, "tag": self.tags, "id": self.ids}
        return {kind: values for kind, values in kinds.items() if values}

    def options(self) -> str:
        """Return the options of the command line that say the same.

        Examples
        --------
        >>> Choice(("3B1B-CA:4",), with_prerequisites=True).options()
        '--source 3B1B-CA:4 --with-prerequisites'
        """
        given = self.given().items()
        told = [f"--{kind} {_quoted(value)}" for kind, values in given for value in values]
        return " ".join([*told, *["--with-prerequisites"] * self.with_prerequisites])

    def label(self) -> str:
        """Return what the name of a package says of the choice.

        Examples
        --------
        >>> Choice(("3B1B-CA:4",), with_prerequisites=True).label()
        'source-3b1b-ca-4.prerequisites'
        """
        given = self.given().items()
        text = ".".join("-".join([kind, *map(_plain, values)]) for kind, values in given)
        if len(text) > LONGEST_LABEL:
            from hashlib import sha256  # start-up

            text = f"{text[:LONGEST_LABEL]}-{sha256(text.encode()).hexdigest()[:8]}"
        return f"{text}.prerequisites" if self.with_prerequisites else text


def _quoted(value: str) -> str:
    """Return a value as a shell reads it back."""
    return f'"{value}"' if " " in value else value


def _plain(value: str) -> str:
    """Return a value as part of the name of a file."""
    kept = (c if c.isalnum() or c == "." else " " for c in value.lower())
    return "-".join("".join(kept).split())


NO_CHOICE = Choice()


class BuildRequest(NamedTuple):
    """What is to be built.

    Parameters
    ----------
    root : Path
    decks : tuple of str
    every : bool
        All decks instead.
    choice : Choice
        Only this of the decks; of all decks together where none is named.
    core : bool
        Only the entries of priority 1, with what they require.
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
    choice: Choice = NO_CHOICE
    core: bool = False
    language: str = SOURCE
    output: Path | None = None
    jobs: int | None = None
    strict: bool = False
    use_cache: bool = True

    def suffix(self) -> str:
        """Return what the names of packages say beside the deck.

        Examples
        --------
        >>> BuildRequest(Path(), choice=Choice(topics=("norms",)), core=True).suffix()
        '.topic-norms.core'
        """
        language = "" if self.language == SOURCE else self.language
        parts = (self.choice.label(), "core" * self.core, language)
        return "".join(f".{part}" for part in parts if part)


class BuiltDeck(NamedTuple):
    """A deck that was written, or found to be unchanged."""

    name: str
    package: Path
    notes: int
    cards: int
    media: int
    size: int
    modified: int = 0
    levels: Mapping[str, int] = _NO_LEVELS
    unreleased: int = 0
    unchanged: bool = False

    def summary(self) -> str:
        """Return one line for the terminal."""
        path = os.path.relpath(self.package)
        shown = path if not path.startswith("..") else str(self.package)
        if self.unchanged:
            return f"{shown}: nothing changed ({_counted(self.notes, self.cards)})"
        levels = ", ".join(f"{number} {level}" for level, number in self.levels.items())
        size = f"{self.size / 1024:,.0f} KB"
        return (
            f"{shown}: {_counted(self.notes, self.cards, self.media)}, {size}"
            + (f"; formulas: {levels}" if levels else "")
            + (f"; {_counted(self.unreleased)} unreleased" if self.unreleased else "")
        )


def _counted(*numbers: int) -> str:
    """Return numbers of notes, cards and pictures.

    Examples
    --------
    >>> _counted(1, 2)
    '1 note, 2 cards'
    """
    nouns = ("note", "card", "picture")
    each = zip(numbers, nouns, strict=False)
    return ", ".join(f"{number} {noun}{'' if number == 1 else 's'}" for number, noun in each)


class BuildResult(NamedTuple):
    """The decks and problems of a build."""

    decks: tuple[BuiltDeck, ...]
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """Whether every deck asked for is there."""
        return _without_errors(self.problems)


class CheckRequest(NamedTuple):
    """What is to be checked.

    Parameters
    ----------
    root : Path
    paths : tuple of Path
        Files, folders or ids; none means everything.
    mutate : bool or None
        Corrupt every claim and see whether the check notices; None for a part of the
        corruptions, if few entries are named.
    run_code : bool
        Really run the snippets.
    fresh : bool
        Trust nothing in ``checks.lock``.
    seed : int
        Another seed samples other points.
    languages : tuple of str
        Count the missing translations into these.
    jobs : int or None
        None for one worker per core.
    strict : bool
        Warnings are errors.
    """

    root: Path
    paths: tuple[Path, ...] = ()
    mutate: bool | None = False
    run_code: bool = False
    fresh: bool = False
    seed: int = 0
    languages: tuple[str, ...] = ()
    jobs: int | None = None
    strict: bool = False

    def is_plain(self) -> bool:
        """Return whether no more is asked than the usual check of everything."""
        special = self.mutate or self.run_code or self.fresh or self.seed
        return not (special or self.paths or self.languages)


class CheckedEntry(NamedTuple):
    """An entry, the verdicts on its claims and the results of corrupting them."""

    id: str
    verdicts: tuple[Verdict, ...]
    corruptions: tuple[Corruptions, ...] = ()


class CheckResult(NamedTuple):
    """The entries and problems of a check.

    Parameters
    ----------
    checked : tuple of CheckedEntry
    problems : tuple of Problem
    notes : tuple of str
        Lines for the terminal.
    mutation : Tally or None
    """

    checked: tuple[CheckedEntry, ...]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...] = ()
    mutation: Tally | None = None

    @property
    def ok(self) -> bool:
        """Whether no error was found."""
        return _without_errors(self.problems)


class Listing(NamedTuple):
    """Everything below a root.

    Parameters
    ----------
    rows : dict of str to row
        Entries, lists and exercises by id, see :func:`dlcards.commands.list_.list_entries`.
    decks : dict of str to (title, ids of entries and lists, ids of exercises, derivations)
    """

    rows: dict[str, dict[str, Any]]
    decks: dict[str, tuple[str, list[str], list[str], int]]

    def shown(self, deck: str | None) -> list[dict[str, Any]]:
        """Return all rows, or those of a deck in learning order."""
        if deck is None:
            return list(self.rows.values())
        _, content, exercises, _ = self.decks[deck]
        return [self.rows[name] for name in (*content, *exercises)]


def _without_errors(problems: Sequence[Problem]) -> bool:
    if not problems:
        return True
    from dlcards.problems import has_errors  # start-up

    return not has_errors(problems)
