"""Releasing: compose every deck in every language, and bring the ledger up to date."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from dlcards.build.flow import Work, read_content, workers
from dlcards.build.package import check_plan
from dlcards.build.write import LEDGER, plan_deck, source_date_epoch
from dlcards.cache.manifest import check_language, places_written
from dlcards.content.library import Library, deck_items, read_library
from dlcards.files import clear_leftovers, read_kept, write_atomically
from dlcards.model import DeckPlan
from dlcards.problems import Problem, ToolError, UsageError, has_errors, in_order
from dlcards.release import ledger
from dlcards.release.ledger import Kind, Ledger
from dlcards.release.record import Decisions, release, release_notes
from dlcards.requests import Watcher

MAIN_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class ReleaseRequest:
    """What is to be released.

    Parameters
    ----------
    root : Path
    version : str
    languages : tuple of str
        Beside English and those of earlier releases.
    decisions : Decisions
    jobs : int or None
    write : bool
        False to tell only what would happen.
    """

    root: Path
    version: str
    languages: tuple[str, ...] = ()
    decisions: Decisions = field(default_factory=Decisions)
    jobs: int | None = None
    write: bool = True


@dataclass(frozen=True, slots=True)
class ReleaseResult:
    """What was released, or what stands in the way."""

    notes: str
    changed: bool
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing stands in the way."""
        return not has_errors(self.problems)


def release_decks(request: ReleaseRequest, watcher: Watcher) -> ReleaseResult:
    """Bring the ledger up to date with all decks.

    Raises
    ------
    UsageError
        When there is no deck.
    """
    for language in request.languages:
        check_language(language)
    clear_leftovers(*places_written(request.root, request.root / "build"))
    now = source_date_epoch() or int(time.time())
    known, problems = read_ledger(request.root, now=int(time.time()))
    if problems:
        return ReleaseResult("", changed=False, problems=problems)
    library, found = read_library(request.root)
    if has_errors(found):
        return ReleaseResult("", changed=False, problems=found)
    plans: list[DeckPlan] = []
    problems = found
    for language in sorted({MAIN_LANGUAGE, *request.languages, *_released_languages(known)}):
        for part, more in _plans(request, library, language, watcher):
            plans += part
            problems += more
    if has_errors(problems):
        return ReleaseResult("", changed=False, problems=in_order(problems))
    done = release(
        known, plans, version=request.version, now=now, decisions=request.decisions, file=LEDGER
    )
    problems = in_order((*problems, *done.problems))
    if has_errors(problems):
        return ReleaseResult("", changed=False, problems=problems)
    changed = done.ledger != known
    if changed and request.write:
        write_atomically(request.root / LEDGER, ledger.write(done.ledger))
    return ReleaseResult(release_notes(done, request.version), changed, problems)


def _plans(
    request: ReleaseRequest, library: Library, language: str, watcher: Watcher
) -> Iterator[tuple[tuple[DeckPlan, ...], tuple[Problem, ...]]]:
    if not library.decks:
        raise UsageError("there is no deck to release")
    chosen = {name: deck_items(library, source) for name, source in library.decks.items()}
    items = tuple({item.id: item for group in chosen.values() for item in group}.values())
    work = Work(workers(request.jobs), request.root / "build" / ".cache", language)
    content = read_content(library, items, work, watcher)
    if has_errors(content.problems):
        yield (), content.problems
        return
    plans = tuple(
        plan_deck(library, source, chosen[name], content, language)
        for name, source in sorted(library.decks.items())
    )
    checked = tuple(problem for plan in plans for problem in check_plan(plan))
    yield plans, (*content.problems, *checked)


def _released_languages(known: Ledger) -> set[str]:
    """Return the languages of released notes: ``@ko`` at the end of a GUID."""
    guids = known.of(Kind.NOTE)
    return {guid.rpartition("@")[2] for guid in guids if "@" in guid}


def read_ledger(
    root: Path, *, now: int | None = None, file: Path | None = None
) -> tuple[Ledger, tuple[Problem, ...]]:
    """Read the ledger of a project, or another file that holds one.

    Raises
    ------
    ToolError
        When the file cannot be read.
    """
    path = file or root / LEDGER
    try:
        text = read_kept(path).decode("utf-8", "replace")
    except FileNotFoundError:
        text = ""
    except OSError as error:
        raise ToolError(f"{path}: {error.strerror}") from error
    return ledger.read(text, file=str(file) if file else LEDGER, now=now)


def check_ledger(root: Path, before: Path) -> tuple[Problem, ...]:
    """Find what the ledger lost since an earlier state of it."""
    now = int(time.time())
    earlier, problems = read_ledger(root, file=before)
    current, more = read_ledger(root, now=now)
    lost = ledger.check_continuity(earlier, current, file=LEDGER)
    return in_order((*problems, *more, *lost))
