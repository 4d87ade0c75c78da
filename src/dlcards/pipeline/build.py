"""Building decks: read, verify, illustrate, compose, package."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dlcards.pipeline.changes import (
    Taken,
    deck_names,
    output_folder,
    remember,
    take_stamp,
    unchanged,
)
from dlcards.pipeline.requests import BuildRequest, BuildResult, Watcher
from dlcards.problems import Problem, as_errors, has_errors, in_order

if TYPE_CHECKING:
    from dlcards.library import DeckSource, Item, Library


def build(request: BuildRequest, watcher: Watcher) -> BuildResult:
    """Build decks.

    A package is written only when nothing is wrong; whatever happens, the packages of
    earlier builds stay as they are until their successors are complete.

    Raises
    ------
    UsageError
        For a deck that does not exist.
    """
    now = time.time_ns()
    output = output_folder(request)
    taken = Taken(take_stamp(request.root), now)
    names = deck_names(request.root) if request.every else request.decks
    if request.use_cache:
        kept = [unchanged(request, output, name, taken.stamp) for name in names]
        same = tuple(deck for deck in kept if deck is not None)
        if names and len(same) == len(names):
            return BuildResult(same, ())
    return _build(request, names, output, taken, watcher)


def _build(
    request: BuildRequest,
    names: Sequence[str],
    output: Path,
    taken: Taken,
    watcher: Watcher,
) -> BuildResult:
    from dlcards.library import deck_items, find_deck, read_library
    from dlcards.pipeline.content import Work, read_content, workers
    from dlcards.pipeline.packaging import count_levels, plan_deck, write_decks

    library, problems = read_library(request.root)
    decks = [find_deck(library, name) for name in names]
    chosen = {source.name: deck_items(library, source) for source in decks}
    items = _each_once(chosen.values())
    found = list(_concerning(problems, library, decks, items))
    if has_errors(found):
        return BuildResult((), in_order(found))
    cache = output / ".cache"
    work = Work(workers(request.jobs), cache if request.use_cache else None, request.language)
    content = read_content(library, items, work, watcher)
    found += content.problems
    if has_errors(found) or (request.strict and found):
        return BuildResult((), _final(found, request.strict))
    plans = [plan_deck(s, chosen[s.name], content, request.language) for s in decks]
    counts = {name: count_levels(group, content.checked) for name, group in chosen.items()}
    suffix = "" if request.language == "en" else f".{request.language}"
    written, more = write_decks(request.root, output, plans, counts, suffix)
    found += more
    for deck in written:
        remember(request, output, deck, taken)
    return BuildResult(written, _final(found, request.strict))


def _final(problems: Iterable[Problem], strict: bool) -> tuple[Problem, ...]:
    ordered = in_order(problems)
    return as_errors(ordered) if strict else ordered


def _each_once(groups: Iterable[Sequence[Item]]) -> tuple[Item, ...]:
    return tuple({item.id: item for group in groups for item in group}.values())


def _concerning(
    problems: Iterable[Problem],
    library: Library,
    decks: Sequence[DeckSource],
    items: Sequence[Item],
) -> Iterable[Problem]:
    """Yield the problems of these decks; a mistake in an entry of another deck can wait."""
    wanted = {item.id for item in items} | {deck.name for deck in decks}
    others = {
        document.file
        for item in library.items.values()
        if item.id not in wanted
        for document in (item.document, *item.translation_documents.values())
    }
    others |= {d.document.file for d in library.decks.values() if d.name not in wanted}
    return (problem for problem in problems if problem.location.file not in others)
