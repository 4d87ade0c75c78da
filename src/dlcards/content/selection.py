"""Which entries and which problems belong to the decks that are built."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from dlcards.content.library import DeckSource, Item, Library, deck_lists
from dlcards.problems import Problem


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
    """Tell whether a file that could not be read might belong to these decks."""
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
