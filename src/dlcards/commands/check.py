"""Checking entries without building anything."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dlcards.cache.manifest import check_language, places_written, take_stamp
from dlcards.commands import check_cache
from dlcards.problems import Problem, UsageError, as_errors, has_errors, in_order
from dlcards.requests import Watcher

if TYPE_CHECKING:
    from dlcards.claims.judge.task import Corruptions
    from dlcards.claims.verdict import Verdict
    from dlcards.content.library import Item, Library
    from dlcards.content.survivors import Tally


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
    """An entry, the verdicts of its claims and what became of their corruptions."""

    id: str
    verdicts: tuple[Verdict, ...]
    corruptions: tuple[Corruptions, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Everything a check has to say."""

    checked: tuple[CheckedEntry, ...]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...] = ()
    mutation: Tally | None = None

    @property
    def ok(self) -> bool:
        """Whether no error was found."""
        return not has_errors(self.problems)


def check(request: CheckRequest, watcher: Watcher) -> CheckResult:
    """Check entries: form, references, claims, snippets, figures and cards.

    Raises
    ------
    UsageError
        When a path names no entry.
    """
    stamp = take_stamp(request.root, time.time_ns())
    remembered = check_cache.recall(request, stamp)
    if remembered is not None:
        return remembered
    result = _check(request, watcher)
    check_cache.keep(request, stamp, result)
    return result


def _check(request: CheckRequest, watcher: Watcher) -> CheckResult:
    from dlcards.build.flow import Work, compose_items, verify_and_draw, workers
    from dlcards.build.verification import Effort
    from dlcards.claims.lock import Checked
    from dlcards.content.library import read_library
    from dlcards.files import clear_leftovers

    for language in request.languages:
        check_language(language)
    clear_leftovers(*places_written(request.root, request.root / "build"))
    library, problems = read_library(request.root)
    items, files = _chosen(request, library, problems)
    found = [p for p in problems if not files or p.location.file in files]
    jobs = workers(request.jobs)
    effort = Effort(
        jobs,
        fresh=request.fresh,
        seed=request.seed,
        mutate=request.mutate,
        run_code=request.run_code,
        complete=not files and not found,
    )
    work = Work(jobs, request.root / "build" / ".cache")
    verified, gallery = verify_and_draw(library, items, effort, work, watcher)
    content = compose_items(library, items, verified, work, watcher, gallery)
    found += content.problems
    found += _reviewed(library, items, content.cards_per_entry())
    notes = _translations(request, items, found)
    ordered = in_order(found)
    if request.strict:
        ordered = as_errors(ordered)
    checked = tuple(
        CheckedEntry(
            item.id,
            verified.checked.get(item.id, Checked()).verdicts,
            verified.corruptions.get(item.id, ()),
        )
        for item in items
    )
    return CheckResult(checked, ordered, notes, verified.tally)


def _chosen(
    request: CheckRequest, library: Library, problems: Sequence[Problem]
) -> tuple[tuple[Item, ...], frozenset[str]]:
    """Return the entries that were named, and the files problems may be told of; none means all."""
    if not request.paths:
        return tuple(library.items.values()), frozenset()
    items: dict[str, Item] = {}
    files: set[str] = set()
    known = {item.document.file: item for item in library.items.values()}
    told = {problem.location.file for problem in problems}
    for path in request.paths:
        matching = _matching(path, request.root, sorted({*known, *told}))
        if not matching:
            message = f"{path} is no entry below {request.root / 'formulas'}"
            raise UsageError(f"{message}; entries are listed by: dlcards list")
        for file in matching:
            files.add(file)
            if file in known:
                items[known[file].id] = known[file]
                files |= {d.file for d in known[file].translation_documents.values()}
    return tuple(items.values()), frozenset(files)


def _matching(path: Path, root: Path, files: Sequence[str]) -> list[str]:
    """Return the files that a path names: from here, from the root, or by the id of an entry."""
    for inside in (_below(path, root), _below(root / path, root)):
        found = [f for f in files if f == inside or (inside and f"{f}/".startswith(f"{inside}/"))]
        if found:
            return found
    return [file for file in files if Path(file).stem == path.as_posix()]


def _below(path: Path, root: Path) -> str | None:
    absolute = path if path.is_absolute() else Path.cwd() / path
    try:
        return absolute.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return None


def _reviewed(library: Library, items: Sequence[Item], cards: dict[str, int]) -> list[Problem]:
    from dlcards.content.library import located
    from dlcards.content.rules import Reviewed, review

    needed = {other for item in library.items.values() for other in item.entry.requires}
    reviewed = review(
        [
            Reviewed(item.id, item.entry, item.id in needed, cards.get(item.id, 0))
            for item in library.items.values()
        ]
    )
    return [problem for item in items for problem in located(item, reviewed.get(item.id, ()))]


def _translations(
    request: CheckRequest, items: Sequence[Item], problems: list[Problem]
) -> tuple[str, ...]:
    """Count what is missing in each language that was asked for."""
    from dlcards.content.library import missing_translations

    notes = []
    for language in request.languages:
        missing = [(item, missing_translations(item, language)) for item in items]
        whole = sum(not gaps for _, gaps in missing)
        notes.append(f"{language}: {whole} of {len(items)} entries are translated")
        for _, gaps in missing:
            problems += gaps
    return tuple(notes)
