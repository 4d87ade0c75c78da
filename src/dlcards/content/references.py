"""References from one file to another: prerequisites, citations, selections of decks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from dlcards.content.algorithms import check_algorithm
from dlcards.content.derivations import check_derivation
from dlcards.content.families import ExerciseItem
from dlcards.content.library import DeckSource, Item, Library, Source
from dlcards.content.schema import CORE, Selection
from dlcards.documents import MAX_PROBLEMS, Places
from dlcards.problems import Location, Problem, Severity
from dlcards.validation import Guesses

LONG_RING = 10
"""Names at each end of a cycle that is too long to be told whole."""
MANY_KNOWN = 20
"""Sources that a hint names."""


def check_references(
    library: Library,
    known: frozenset[str],
    subjects: frozenset[str],
    decks: frozenset[str],
    guesses: Guesses,
) -> Iterator[Problem]:
    """Yield every reference to what does not exist, and every cycle of prerequisites.

    Parameters
    ----------
    library : Library
    known : frozenset of str
        Ids of all entries, also of those that could not be read.
    subjects : frozenset of str
        Folders with entries or lists.
    decks : frozenset of str
        Names of all decks, also of those that could not be read.
    guesses : Guesses
        Finds what a wrong name may have meant.
    """
    for item in library.items.values():
        yield from _references_of(library, item, known, guesses)
    if "missing-source" in library.project.rules:
        yield from islice(_unsourced(library), MAX_PROBLEMS)
    yield from islice(_cycles(library), MAX_PROBLEMS)
    for source in library.decks.values():
        found = _selections(library, source, known, subjects, decks, guesses)
        yield from islice(found, MAX_PROBLEMS)


def _unsourced(library: Library) -> Iterator[Problem]:
    """Yield entries and lists that say nowhere where they are taught."""
    message, hint = "no source is named", "add sources: CODE:section, a web address or a title"
    for item in library.items.values():
        if not item.entry.sources:
            path = ("sources",) if "sources" in item.document.data else ()
            yield Places(item.document).problem(path, "missing-source", message, hint)
    for each in library.lists.values():
        if not each.head.sources:
            yield Problem(Location(each.file, 1, 1), "missing-source", message, hint)


def _references_of(
    library: Library, item: Item, known: frozenset[str], guesses: Guesses
) -> Iterator[Problem]:
    places = Places(item.document)
    for i, other in enumerate(item.entry.requires):
        if other == item.id:
            message = f"{other!r} requires itself"
            yield places.problem(("requires", i), "cycle", message, "remove it")
        elif other not in known:
            message = f"there is no entry {other!r}"
            hint = guesses.nearest(other, known)
            yield places.problem(("requires", i), "unknown-reference", message, hint)
        elif item.entry.priority == CORE and not _in_core(library.items.get(other)):
            message = f"this entry belongs to the core (priority 1), and {other!r} does not"
            hint = f"give {other} priority 1, or this entry priority 2"
            yield places.problem(
                ("requires", i), "core-requires", message, hint, severity=Severity.WARNING
            )
    for other in item.entry.distinct:
        if other not in known and other not in library.lists:
            message = f"there is no entry {other!r}"
            hint = guesses.nearest(other, known)
            yield places.problem(("distinct", other), "unknown-reference", message, hint, key=True)
    yield from islice(check_derivation(library, item, known, guesses), MAX_PROBLEMS)
    yield from islice(check_algorithm(item), MAX_PROBLEMS)
    cited = [(("claim", i, "cited"), claim.cited) for i, claim in enumerate(item.entry.claim)]
    listed = [(("sources", i), text) for i, text in enumerate(item.entry.sources)]
    for path, text in (*cited, *listed):
        wrong = check_source(library.sources, text, guesses) if text else None
        if wrong is not None:
            yield places.problem(path, "unknown-source", *wrong)
    for old in item.entry.formerly:
        if old in known or old in library.lists:
            message = f"{old!r} is the id of another {'entry' if old in known else 'list'}"
            yield places.problem(("formerly",), "duplicate-id", message, "ids are never reused")


def _in_core(item: Item | None) -> bool:
    """Return whether an entry has priority 1; one that could not be read might."""
    return item is None or item.entry.priority == CORE


def check_exercise(
    item: ExerciseItem, known: frozenset[str], sources: Mapping[str, Source], guesses: Guesses
) -> Iterator[Problem]:
    """Yield what a family of exercises refers to and what does not exist."""
    places = Places(item.document)
    for i, other in enumerate(item.exercise.drills):
        if other not in known:
            message = f"there is no entry {other!r}"
            hint = guesses.nearest(other, known)
            yield places.problem(("drills", i), "unknown-reference", message, hint)
    for i, text in enumerate(item.exercise.sources):
        wrong = check_source(sources, text, guesses)
        if wrong is not None:
            yield places.problem(("sources", i), "unknown-source", *wrong)


def check_source(
    sources: Mapping[str, Source], text: str, guesses: Guesses
) -> tuple[str, str] | None:
    """Return what is wrong with a citation and the remedy, or None.

    A citation is ``CODE``, ``CODE:place`` or ``CODE:place#equation`` of a code in
    ``formulas/sources.yaml``, a web address, or a text with a space in it.
    """
    if re.match(r"https?://[^\s\"'<>]+\Z", text):
        return None
    code, colon, rest = text.partition(":")
    if not colon or " " in code:
        if not sources or " " in text or text in sources:
            return None
        hint = guesses.nearest(text, sources) or "write CODE:section, a web address or a title"
        return f"{text!r} is not a source in formulas/sources.yaml", hint
    if code not in sources:
        if " " in text:
            return None
        hint = guesses.nearest(code, sources) or f"known: {', '.join([*sources][:MANY_KNOWN])}"
        return f"the source {code!r} is not in formulas/sources.yaml", hint
    place = rest.partition("#")[0]
    places = sources[code].places
    if places and place not in places:
        hint = guesses.nearest(place, places) or "its places stand in formulas/sources.yaml"
        return f"{code} has no {place!r}", hint
    return None


def _selections(
    library: Library,
    source: DeckSource,
    known: frozenset[str],
    subjects: frozenset[str],
    decks: frozenset[str],
    guesses: Guesses,
) -> Iterator[Problem]:
    places = Places(source.document)
    yield from _order(source.deck.contents, ("contents",), places)
    for path, selection in _selected(source.deck.contents, ("contents",)):
        keys = ("subject", "kind", "entries", "contents", "deck")
        given = [key for key in keys if getattr(selection, key) is not None]
        if len(given) != 1:
            message = "one of subject, kind, entries, contents, deck belongs here"
            yield places.problem(path, "bad-selection", message, "write one of them")
        elif given == ["contents"] and selection.title is None:
            message = "contents inside contents makes a sub-deck, which needs a title"
            yield places.problem(path, "bad-selection", message, "add title: …")
        elif selection.deck is not None and selection.deck not in decks:
            message = f"there is no deck {selection.deck!r}"
            hint = guesses.nearest(selection.deck, decks - {source.name})
            yield places.problem((*path, "deck"), "unknown-reference", message, hint)
        elif selection.deck is not None and selection.deck in library.decks:
            wrong = _misplaced(source, library.decks[selection.deck], selection, path)
            if wrong is not None:
                yield places.problem((*path, "deck"), "bad-selection", *wrong)
        if selection.subject is not None and selection.subject not in subjects:
            message = f"there is no folder formulas/{selection.subject} with entries"
            hint = guesses.nearest(selection.subject, subjects)
            yield places.problem((*path, "subject"), "unknown-reference", message, hint)
        for k, entry_id in enumerate(selection.entries or ()):
            if entry_id not in known:
                message = f"there is no entry {entry_id!r}"
                hint = guesses.nearest(entry_id, known)
                yield places.problem((*path, "entries", k), "unknown-reference", message, hint)


def _misplaced(
    source: DeckSource, held: DeckSource, selection: Selection, path: tuple[str | int, ...]
) -> tuple[str, str] | None:
    """Return why a deck cannot be part of another one at this place, and the remedy."""
    top = source.deck.title
    if selection.title is not None or len(path) > len(("contents", 0)):
        message = f"{held.name!r} stands in a sub-deck, and its cards keep the deck they have"
        return message, "name it at the top of contents, without a title"
    if not held.deck.title.startswith(f"{top}::"):
        message = f"the title of {held.name!r} is {held.deck.title!r}, which is not below {top!r}"
        return message, f"only a deck called '{top}::…' can be part of this one"
    return None


def _selected(
    contents: Sequence[Selection], path: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], Selection]]:
    """Yield every selection with its place, also those of sub-decks."""
    for i, each in enumerate(contents):
        yield (*path, i), each
        yield from _selected(each.contents or (), (*path, i, "contents"))


def _order(
    contents: Sequence[Selection], path: tuple[str | int, ...], places: Places
) -> Iterator[Problem]:
    """Yield a problem for sub-decks of one name, and a warning for those that Anki reorders."""
    before = ""
    seen: set[str] = set()
    for i, each in enumerate(contents):
        if each.title is not None:
            name, place = each.title.casefold(), (*path, i, "title")
            if name in seen:
                message = f"a sub-deck {each.title!r} is above already"
                yield places.problem(place, "duplicate-name", message, "choose another title")
            elif name < before:
                message = f"Anki sorts sub-decks by name, so {each.title!r} comes before its place"
                hint = "begin the titles with numbers: 1 …, 2 …"
                yield places.problem(
                    place, "sub-deck-order", message, hint, severity=Severity.WARNING
                )
            seen.add(name)
            before = max(before, name)
        yield from _order(each.contents or (), (*path, i, "contents"), places)


def _cycles(library: Library) -> Iterator[Problem]:
    """Yield one problem for each cycle of prerequisites."""
    state: dict[str, int] = {}
    for start in library.items:
        stack: list[tuple[str, Iterator[str]]] = []
        if start not in state:
            stack.append((start, iter(library.items[start].entry.requires)))
            state[start] = 1
        while stack:
            current, rest = stack[-1]
            following = next(rest, None)
            if following is None:
                state[current] = 2
                stack.pop()
            elif following in library.items and state.get(following) is None:
                state[following] = 1
                stack.append((following, iter(library.items[following].entry.requires)))
            elif state.get(following) == 1 and following != current:
                ring = [name for name, _ in stack]
                ring = [*ring[ring.index(following) :], following]
                if len(ring) > 2 * LONG_RING:
                    ring = [*ring[:LONG_RING], "…", *ring[-LONG_RING:]]
                item = library.items[current]
                position = item.entry.requires.index(following)
                yield Places(item.document).problem(
                    ("requires", position),
                    "cycle",
                    f"the prerequisites go in a circle: {' → '.join(ring)}",
                    "remove one of them",
                )
