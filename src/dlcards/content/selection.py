"""Which entries, lists and problems belong to a deck, and in which order they are learned."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from dlcards.content.families import ExerciseItem, in_order_of_entries
from dlcards.content.library import DeckSource, Item, Library
from dlcards.content.lists import NoteList
from dlcards.content.schema import CORE, Selection
from dlcards.problems import Problem, UsageError, has_errors
from dlcards.validation import nearest

Chosen = TypeVar("Chosen", Item, NoteList, ExerciseItem)


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
    return each_once(part.items for part in deck_parts(library, source))


@dataclass(frozen=True, slots=True)
class Contents:
    """What goes into a package: a whole deck, or what was chosen of it.

    Parameters
    ----------
    items : tuple of Item
        In learning order.
    families : tuple of ExerciseItem
    lists : tuple of NoteList
    tags : tuple of str
        Only notes with one of these; none for all notes.
    whole : frozenset of str
        Entries and families, by their permanent ids, whose notes all belong, whatever their tags.
    """

    items: tuple[Item, ...] = ()
    families: tuple[ExerciseItem, ...] = ()
    lists: tuple[NoteList, ...] = ()
    tags: tuple[str, ...] = ()
    whole: frozenset[str] = frozenset()

    def ids(self) -> frozenset[str]:
        """Return the ids of all."""
        groups: tuple[Sequence[Item | ExerciseItem | NoteList], ...]
        groups = (self.items, self.families, self.lists)
        return frozenset(each.id for group in groups for each in group)


def deck_contents(library: Library, source: DeckSource, *, core: bool = False) -> Contents:
    """Return what a deck holds, or its core: what has priority 1, with what it requires."""
    items = deck_items(library, source)
    families = deck_exercises(library, source)
    if core:
        items = core_items(library, items)
        families = drilling(families, items)
    return Contents(items, families, deck_lists(library, source, core=core))


def drilling(families: Iterable[ExerciseItem], items: Iterable[Item]) -> tuple[ExerciseItem, ...]:
    """Return the families that drill none but these entries."""
    known = {item.id for item in items}
    return tuple(each for each in families if known.issuperset(each.exercise.drills))


def core_items(library: Library, items: Sequence[Item]) -> tuple[Item, ...]:
    """Return the entries of priority 1 with what they require, in the order of `items`."""
    core = _required(library, (item.id for item in items if item.entry.priority == CORE))
    return tuple(item for item in items if item.id in core)


def with_required(library: Library, names: Iterable[str]) -> set[str]:
    """Return the ids of entries with those of what they require, directly or not."""
    return set(_required(library, set(names) & library.items.keys()))


def cited_by(library: Library, family: ExerciseItem) -> tuple[str, ...]:
    """Return the sources of a family, or those of what it drills, each once."""
    drilled = (library.items[name] for name in family.exercise.drills if name in library.items)
    sources = family.exercise.sources or (s for item in drilled for s in item.entry.sources)
    return tuple(dict.fromkeys(sources))


def deck_content(library: Library, source: DeckSource) -> tuple[Item | NoteList, ...]:
    """Return the entries of a deck in learning order, then its lists."""
    return (*deck_items(library, source), *deck_lists(library, source))


def deck_lists(library: Library, source: DeckSource, *, core: bool = False) -> tuple[NoteList, ...]:
    """Return the lists of plain questions in the folders of a deck, by name."""
    lists = each_once(part.lists for part in deck_parts(library, source))
    return tuple(each for each in lists if not core or each.head.priority == CORE)


@dataclass(frozen=True, slots=True)
class DeckPart:
    """A deck, or one of its sub-decks, without what its own sub-decks hold.

    Parameters
    ----------
    source : DeckSource
        The deck whose settings hold: one that another deck holds keeps its own.
    title : str
        Full name, ``Maths::1 Vectors``.
    items : tuple of Item
        In learning order.
    lists : tuple of NoteList
    families : tuple of ExerciseItem
        Where the deck begins: those that drill its entries.
    """

    source: DeckSource
    title: str
    items: tuple[Item, ...]
    lists: tuple[NoteList, ...]
    families: tuple[ExerciseItem, ...] = ()


def deck_parts(library: Library, source: DeckSource) -> tuple[DeckPart, ...]:
    """Return a deck, its sub-decks and the decks that it holds, in the order of the file.

    What two sub-decks name goes into the first. A deck that is held has all its parts.
    """
    return _deck_parts(library, source, frozenset())


def _deck_parts(
    library: Library, source: DeckSource, around: frozenset[str]
) -> tuple[DeckPart, ...]:
    """Return the parts of a deck; `around` are the decks that hold it, which it cannot hold."""
    around |= {source.name}
    deck = source.deck
    first, *others = _parts(library, source, deck.title, deck.contents, set(), around)
    entries = (item.id for part in (first, *others) for item in part.items)
    families = tuple(in_order_of_entries(library.exercises, entries)) if deck.exercises else ()
    return (replace(first, families=families), *others)


def _parts(
    library: Library,
    source: DeckSource,
    title: str,
    contents: Sequence[Selection],
    taken: set[str],
    around: frozenset[str],
) -> Iterator[DeckPart]:
    own = [each for each in contents if each.title is None]
    subjects = {each.subject for each in own}
    kinds = {each.kind for each in own}
    named = {name for each in own for name in each.entries or ()}
    chosen = [
        item.id
        for item in library.items.values()
        if item.subject in subjects or item.entry.kind in kinds or item.id in named
    ]
    lists = [each for each in library.lists.values() if each.subject in subjects]
    items = learning_order(library, (name for name in chosen if name not in taken))
    fresh = tuple(each for each in lists if each.id not in taken)
    taken.update(chosen, (each.id for each in lists))
    yield DeckPart(source, title, items, fresh)
    for each in contents:
        if each.title is not None:
            inner = each.contents or [each.model_copy(update={"title": None})]
            yield from _parts(library, source, f"{title}::{each.title}", inner, taken, around)
        elif each.deck in library.decks.keys() - around:
            yield from _deck_parts(library, library.decks[each.deck], around)


def selections(contents: Sequence[Selection]) -> Iterator[Selection]:
    """Yield every selection, also those of sub-decks."""
    for each in contents:
        yield each
        yield from selections(each.contents or ())


def rules_of(library: Library, problems: Iterable[Problem]) -> frozenset[str]:
    """Return the rules that apply; beside a broken deck none says what is in no deck."""
    broken = any(p.location.file.startswith("decks/") and has_errors((p,)) for p in problems)
    return library.project.rules - ({"in-no-deck"} if broken else set())


def in_decks(library: Library) -> frozenset[str]:
    """Return the ids of all entries and lists that some deck holds."""
    decks = tuple(library.decks.values())
    items = {item.id for deck in decks for item in deck_items(library, deck)}
    return frozenset(items | {each.id for deck in decks for each in deck_lists(library, deck)})


def deck_exercises(library: Library, source: DeckSource) -> tuple[ExerciseItem, ...]:
    """Return the families that drill the entries of a deck, in the order of these.

    A deck without ``exercises: true`` has none but those of the decks it holds.
    """
    return each_once(part.families for part in deck_parts(library, source))


def derived_entries(library: Library, source: DeckSource) -> frozenset[str]:
    """Return the ids of the entries whose derivations a deck holds, or a deck that it holds."""
    return frozenset(
        item.id
        for part in deck_parts(library, source)
        if part.source.deck.derivations
        for item in part.items
        if item.entry.derivation is not None
    )


def learning_order(library: Library, chosen: Iterable[str]) -> tuple[Item, ...]:
    """Sort entries so that each comes after the entries it requires, directly or not.

    A circle of prerequisites, which is told elsewhere, costs no entry its place.
    """
    wanted = set(chosen)
    required = _required(library, wanted)
    missing = {name: len(needs) for name, needs in required.items()}
    after: dict[str, list[str]] = {}
    for name, needs in required.items():
        for need in needs:
            after.setdefault(need, []).append(name)
    free = [name for name, number in missing.items() if not number]
    ready: list[tuple[int, str, str]] = []
    out: list[Item] = []
    while free or ready:
        while free:
            name = free.pop()
            if name in wanted:
                heapq.heappush(ready, _rank(library.items[name]))
            else:  # not on any card: it holds nothing up
                free += _freed(name, after, missing)
        if ready:
            name = heapq.heappop(ready)[-1]
            out.append(library.items[name])
            free += _freed(name, after, missing)
    return tuple(out)


def _required(library: Library, chosen: Iterable[str]) -> dict[str, set[str]]:
    """Return what entries require, also those required, without what closes a circle."""
    found: dict[str, set[str]] = {}
    path: list[tuple[str, Iterator[str]]] = []
    on_path: set[str] = set()

    def enter(name: str) -> None:
        found[name] = set()
        on_path.add(name)
        path.append((name, iter(library.items[name].entry.requires)))

    for start in sorted(chosen):
        if start not in found:
            enter(start)
        while path:
            name, rest = path[-1]
            need = next(rest, None)
            if need is None:
                path.pop()
                on_path.discard(name)
            elif need in library.items and need not in on_path:
                found[name].add(need)
                if need not in found:
                    enter(need)
    return found


def _freed(name: str, after: Mapping[str, Sequence[str]], missing: dict[str, int]) -> Iterator[str]:
    """Yield the entries for which this one was the last that they require."""
    for other in after.get(name, ()):
        missing[other] -= 1
        if not missing[other]:
            yield other


def _rank(item: Item) -> tuple[int, str, str]:
    return item.entry.priority, item.entry.title, item.id


def each_once(groups: Iterable[Sequence[Chosen]]) -> tuple[Chosen, ...]:
    """Return the entries, lists or exercises of several decks, each once."""
    return tuple({each.id: each for group in groups for each in group}.values())


def each_deck(library: Library, decks: Iterable[DeckSource]) -> tuple[DeckSource, ...]:
    """Return decks and the decks that they hold, each once."""
    found: dict[str, DeckSource] = {}
    for deck in decks:
        found |= {part.source.name: part.source for part in deck_parts(library, deck)}
    return tuple(found.values())


def problems_of_decks(
    problems: Iterable[Problem],
    library: Library,
    decks: Sequence[DeckSource],
    items: Sequence[Item],
) -> Iterator[Problem]:
    """Yield the problems of these decks; a mistake in an entry of another deck stops no build."""
    decks = each_deck(library, decks)
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
    drilled = {each.id for deck in decks for each in deck_exercises(library, deck)}
    others |= {e.document.file for e in library.exercises.values() if e.id not in drilled}
    contents = [each for deck in decks for each in selections(deck.deck.contents)]
    any_folder = any(selection.kind is not None for selection in contents)
    subjects = {selection.subject for selection in contents}
    named = {name for selection in contents for name in selection.entries or ()}
    held = {selection.deck for selection in contents}
    for problem in problems:
        file = problem.location.file
        if file in others:
            continue
        top, _, rest = file.partition("/")
        subject, _, name = rest.partition("/")
        entry_id = name.partition(".")[0]
        # A file that could not be read might belong to these decks.
        if top == "decks":
            belongs = rest.removesuffix(".yaml") in wanted | held
        elif entry_id in library.items:
            belongs = entry_id in wanted
        else:
            outside = top not in ("formulas", "exercises") or not name
            belongs = outside or any_folder or subject in subjects or entry_id in named
        if belongs:
            yield problem
