"""Building decks: read, verify, illustrate, compose, package."""

from __future__ import annotations

import gc
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dlcards.cache.manifest import (
    Stamp,
    check_language,
    deck_names,
    output_folder,
    places_written,
    remember,
    take_stamp,
    unchanged,
    what_changed,
)
from dlcards.requests import BuildRequest, BuildResult, Watcher

if TYPE_CHECKING:
    from dlcards.content.library import DeckSource, Item, Library
    from dlcards.problems import Problem


def build(request: BuildRequest, watcher: Watcher) -> BuildResult:
    """Build decks.

    A package is written only when nothing is wrong; whatever happens, the packages of
    earlier builds stay as they are until their successors are complete.

    Raises
    ------
    UsageError
        For a deck that does not exist.
    """
    check_language(request.language)
    output = output_folder(request)
    stamp = take_stamp(request.root, time.time_ns())
    names = deck_names(request.root) if request.every else request.decks
    if request.use_cache:
        same = unchanged(request, output, names, stamp)
        if same is not None:
            return same
        for line in what_changed(request, output, names, stamp):
            watcher.say(line)
    # Nothing here is thrown away before the end: looking for garbage is a quarter of the time.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _build(request, names, output, stamp, watcher)
    finally:
        if collecting:
            gc.enable()


def _build(
    request: BuildRequest,
    names: Sequence[str],
    output: Path,
    stamp: Stamp,
    watcher: Watcher,
) -> BuildResult:
    from dlcards.build.flow import Work, read_content, workers
    from dlcards.build.verification import LOCK
    from dlcards.build.write import count_levels, plan_deck, write_decks
    from dlcards.cache.notes import Kept, read_kept, write_kept
    from dlcards.content.library import deck_items, find_deck, read_library
    from dlcards.files import clear_leftovers
    from dlcards.problems import has_errors, in_order

    clear_leftovers(*places_written(request.root, output))
    cache = output / ".cache"
    kept = read_kept(cache, request.language, stamp.code) if request.use_cache else Kept()
    if kept.damaged:
        watcher.say("what earlier builds composed was damaged; it is composed anew")
    library, problems = read_library(request.root, kept.entries)
    files = {f"decks/{name}.yaml" for name in names}
    unread = tuple(problem for problem in problems if problem.location.file in files)
    if has_errors(unread):
        return BuildResult((), in_order(unread))
    decks = [find_deck(library, name) for name in names]
    chosen = {source.name: deck_items(library, source) for source in decks}
    items = _each_once(chosen.values())
    found = list(_concerning(problems, library, decks, items))
    if has_errors(found):
        return BuildResult((), in_order(found))
    cached = cache if request.use_cache else None
    work = Work(workers(request.jobs), cached, request.language, kept)
    content = read_content(library, items, work, watcher)
    found += content.problems
    if has_errors(found) or (request.strict and found):
        return BuildResult((), _final(found, request.strict))
    plans = [plan_deck(library, s, chosen[s.name], content, request.language) for s in decks]
    counts = {name: count_levels(group, content.checked) for name, group in chosen.items()}
    suffix = "" if request.language == "en" else f".{request.language}"
    written, more = write_decks(request.root, output, plans, counts, suffix)
    # A damaged lock has been mended by now; everything else is told until it is changed.
    lasting = [problem for problem in found if problem.location.file != LOCK]
    for deck in written:
        remember(request, output, deck, stamp, lasting)
    composed = {name: (key, content.notes[name]) for name, key in content.keys.items()}
    notes = {**kept.notes, **composed}
    write_kept(cache, request.language, stamp.code, library, notes)
    return BuildResult(written, _final((*found, *more), request.strict))


def _final(problems: Iterable[Problem], strict: bool) -> tuple[Problem, ...]:
    from dlcards.problems import as_errors, in_order

    ordered = in_order(problems)
    return as_errors(ordered) if strict else ordered


def _each_once(groups: Iterable[Sequence[Item]]) -> tuple[Item, ...]:
    return tuple({item.id: item for group in groups for item in group}.values())


def _concerning(
    problems: Iterable[Problem],
    library: Library,
    decks: Sequence[DeckSource],
    items: Sequence[Item],
) -> Iterator[Problem]:
    """Yield the problems of these decks; a mistake in an entry of another deck can wait."""
    from dlcards.content.library import deck_lists

    wanted = {item.id for item in items} | {deck.name for deck in decks}
    others = {
        document.file
        for item in library.items.values()
        if item.id not in wanted
        for document in (item.document, *item.translation_documents.values())
    }
    read = {each.id for deck in decks for each in deck_lists(library, deck)}
    others |= {each.file for each in library.lists.values() if each.id not in read}
    others |= {d.document.file for d in library.decks.values() if d.name not in wanted}
    for problem in problems:
        file = problem.location.file
        if file not in others and _may_belong(file, library, decks, wanted):
            yield problem


def _may_belong(
    file: str, library: Library, decks: Sequence[DeckSource], wanted: Collection[str]
) -> bool:
    """Tell whether a file that could not be read would have had its part in these decks."""
    top, _, rest = file.partition("/")
    subject, _, name = rest.partition("/")
    entry_id = name.partition(".")[0]
    if top == "decks":
        return rest.removesuffix(".yaml") in wanted
    if entry_id in library.items:
        return entry_id in wanted
    if top != "formulas" or not name:
        return True
    return any(
        selection.kind is not None
        or selection.subject == subject
        or entry_id in (selection.entries or ())
        for deck in decks
        for selection in deck.deck.contents
    )
