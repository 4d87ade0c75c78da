"""Compose every deck in every language, and bring the ledger up to date."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from dlcards.build.flow import Options, make_notes, workers
from dlcards.build.package import check_plan
from dlcards.build.package.decks import source_date_epoch, stamp_plans
from dlcards.build.verify import Effort
from dlcards.content.library import Library
from dlcards.content.reader import read_library
from dlcards.content.selection import deck_contents, each_once
from dlcards.files import clear_leftovers, write_atomically
from dlcards.languages import SOURCE
from dlcards.model import DeckPlan
from dlcards.problems import Problem, UsageError, has_errors, in_order
from dlcards.project import cache_folder, check_language, output_folder, written_folders
from dlcards.release import ledger
from dlcards.release.ledger import LEDGER, Ledger, LineKind
from dlcards.release.obstacles import Decisions
from dlcards.release.record import decide, release, release_notes
from dlcards.requests import Watcher

DECIDED = "recorded; the next release is told nothing more about it"


@dataclass(frozen=True, slots=True)
class ReleaseRequest:
    """What is to be released.

    Parameters
    ----------
    root : Path
    version : str
        Empty to record the decisions alone.
    languages : tuple of str
        Beside the source language and those of earlier releases.
    decisions : Decisions
    jobs : int or None
    write : bool
        False to return only what would happen.
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
    clear_leftovers(*written_folders(request.root, output_folder(request.root)))
    now = source_date_epoch() or int(time.time())
    known, problems = ledger.read_file(request.root, now=int(time.time()))
    if problems:
        return ReleaseResult("", changed=False, problems=problems)
    library, found = read_library(request.root)
    if has_errors(found):
        return ReleaseResult("", changed=False, problems=found)
    plans: list[DeckPlan] = []
    problems = found
    for language in sorted({SOURCE, *request.languages, *_released_languages(known)}):
        for part, more in _plans(request, library, language, watcher):
            plans += part
            problems += more
    if has_errors(problems):
        return ReleaseResult("", changed=False, problems=in_order(problems))
    output = output_folder(request.root)
    stamps, more = stamp_plans(known, output, plans, now=now, note=False)
    if request.version:
        done = release(
            known,
            plans,
            version=request.version,
            now=now,
            decisions=request.decisions,
            first=stamps.modified,
            file=LEDGER,
        )
    else:
        done = decide(known, plans, request.decisions, now=now, file=LEDGER)
    problems = in_order((*problems, *more, *done.problems))
    if has_errors(problems):
        return ReleaseResult("", changed=False, problems=problems)
    changed = done.ledger != known
    if changed and request.write:
        write_atomically(request.root / LEDGER, ledger.write(done.ledger), request.root)
    notes = release_notes(done, request.version) if request.version else DECIDED
    return ReleaseResult(notes, changed, problems)


def _plans(
    request: ReleaseRequest, library: Library, language: str, watcher: Watcher
) -> Iterator[tuple[tuple[DeckPlan, ...], tuple[Problem, ...]]]:
    if not library.decks:
        raise UsageError("there is no deck to release")
    chosen = {name: deck_contents(library, source) for name, source in library.decks.items()}
    cache = cache_folder(output_folder(request.root))
    options = Options(workers(request.jobs), cache, language)
    items = each_once(contents.items for contents in chosen.values())
    lists = each_once(contents.lists for contents in chosen.values())
    families = each_once(contents.families for contents in chosen.values())
    effort = Effort(options.jobs)
    content = make_notes(library, items, effort, options, watcher, lists, families)
    if has_errors(content.problems):
        yield (), content.problems
        return
    plans = tuple(
        content.plan(library, source, chosen[name], language)
        for name, source in sorted(library.decks.items())
    )
    checked = tuple(problem for plan in plans for problem in check_plan(plan))
    yield plans, (*content.problems, *checked)


def _released_languages(known: Ledger) -> set[str]:
    """Return the languages of released notes: ``@CODE`` at the end of a GUID."""
    guids = known.of(LineKind.NOTE)
    return {guid.rpartition("@")[2] for guid in guids if "@" in guid}


def check_ledger(root: Path, before: Path) -> tuple[Problem, ...]:
    """Find what the ledger lost since an earlier state of it."""
    now = int(time.time())
    earlier, problems = ledger.read_file(root, file=before)
    current, more = ledger.read_file(root, now=now)
    lost = ledger.check_continuity(earlier, current, file=LEDGER)
    return in_order((*problems, *more, *lost))
