"""Which entries and which problems belong to the decks that are built."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

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
    contents = [selection for deck in decks for selection in deck.deck.contents]
    any_folder = any(selection.kind is not None for selection in contents)
    subjects = {selection.subject for selection in contents}
    named = {name for selection in contents for name in selection.entries or ()}
    for problem in problems:
        file = problem.location.file
        if file in others:
            continue
        top, _, rest = file.partition("/")
        subject, _, name = rest.partition("/")
        entry_id = name.partition(".")[0]
        # A file that could not be read might belong to these decks.
        if top == "decks":
            belongs = rest.removesuffix(".yaml") in wanted
        elif entry_id in library.items:
            belongs = entry_id in wanted
        else:
            outside = top != "formulas" or not name
            belongs = outside or any_folder or subject in subjects or entry_id in named
        if belongs:
            yield problem
