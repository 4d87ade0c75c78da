"""Which entries, lists and problems belong to a deck, and in which order they are learned."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Iterator, Sequence

from dlcards.content.library import DeckSource, Item, Library
from dlcards.content.lists import NoteList
from dlcards.content.schema import Selection
from dlcards.problems import Problem, UsageError
from dlcards.validation import nearest


def find_deck(library: Library, name: str) -> DeckSource:
    """Return the deck with a name.

    Raises
    ------
    UsageError
        When there is none; the message names the decks there are.
    """
    if name in library.decks:
        return library.decks[name]
    known = ", ".join(sorted(library.decks)) or "none yet"
    hint = nearest(name, library.decks)
    message = f"there is no deck {name!r}"
    raise UsageError("; ".join(part for part in (message, hint, f"decks: {known}") if part))


def deck_items(library: Library, source: DeckSource) -> tuple[Item, ...]:
    """Return the entries of a deck in learning order.

    Prerequisites come first, then the lower priority number, then the title.
    """
    chosen: set[str] = set()
    for selection in source.deck.contents:
        chosen |= set(_selected(library, selection))
    return learning_order(library, chosen)


def deck_lists(library: Library, source: DeckSource) -> tuple[NoteList, ...]:
    """Return the lists of plain questions in the folders of a deck, by name."""
    subjects = {selection.subject for selection in source.deck.contents}
    return tuple(each for each in library.lists.values() if each.subject in subjects)


def _selected(library: Library, selection: Selection) -> Iterator[str]:
    for item in library.items.values():
        if selection.subject is not None and item.subject == selection.subject:
            yield item.id
        if selection.kind is not None and item.entry.kind == selection.kind:
            yield item.id
    for entry_id in selection.entries or ():
        if entry_id in library.items:
            yield entry_id


def learning_order(library: Library, chosen: Iterable[str]) -> tuple[Item, ...]:
    """Sort entries so that each comes after the entries it requires, directly or not."""
    wanted = set(chosen)
    before: dict[str, set[str]] = {}
    for name in wanted:
        before[name] = set(_required(library, name)) & wanted - {name}
    after: dict[str, list[str]] = {name: [] for name in wanted}
    for name, needs in before.items():
        for need in needs:
            after[need].append(name)
    ready = [_rank(library.items[name]) for name in wanted if not before[name]]
    heapq.heapify(ready)
    out: list[Item] = []
    while ready:
        name = heapq.heappop(ready)[-1]
        out.append(library.items[name])
        for other in after[name]:
            before[other].discard(name)
            if not before[other]:
                heapq.heappush(ready, _rank(library.items[other]))
    return tuple(out)


def _rank(item: Item) -> tuple[int, str, str]:
    return item.entry.priority, item.entry.title, item.id


def _required(library: Library, name: str) -> set[str]:
    """Return everything an entry builds on."""
    seen: set[str] = set()
    stack = [name]
    while stack:
        item = library.items.get(stack.pop())
        for other in item.entry.requires if item is not None else ():
            if other not in seen:
                seen.add(other)
                stack.append(other)
    return seen


def each_once(groups: Iterable[Sequence[Item]]) -> tuple[Item, ...]:
    """Return the entries of several decks, each once."""
    return tuple({item.id: item for group in groups for item in group}.values())


def problems_of_decks(
    problems: Iterable[Problem],
    library: Library,
    decks: Sequence[DeckSource],
    items: Sequence[Item],
) -> Iterator[Problem]:
    """Yield the problems of these decks; a mistake in an entry of another deck stops no build."""
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
    """Return whether a file that could not be read might belong to these decks."""
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
