"""Choose: what a source, a topic, a tag or an id names in the decks, and what comes before it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from dlcards.build.prepare import prepare_list, source_tags
from dlcards.cards.tags import has_tag, note_tags
from dlcards.content.families import ExerciseItem
from dlcards.content.library import DeckSource, Item, Library
from dlcards.content.lists import NoteList
from dlcards.content.references import check_source
from dlcards.content.schema import Deck, Selection
from dlcards.content.selection import (
    Contents,
    cited_by,
    core_items,
    deck_contents,
    derived_entries,
    drilling,
    learning_order,
    with_required,
)
from dlcards.documents import Document
from dlcards.model import EXERCISE_PRIORITY, DeckPlan
from dlcards.project import deck_names
from dlcards.requests import STUDY, Choice
from dlcards.validation import Guesses, nearest

MANY = 12
"""Values that a hint names."""


@dataclass(frozen=True, slots=True)
class Facts:
    """By what an entry, a family of exercises or a list can be found.

    Parameters
    ----------
    id, topic : str
    sources : tuple of str
        What it cites itself.
    tags : frozenset of str
        Of all its notes.
    formerly : tuple of str
        Earlier ids.
    """

    id: str
    topic: str
    sources: tuple[str, ...]
    tags: frozenset[str]
    formerly: tuple[str, ...] = ()

    def values(self, kind: str) -> tuple[str, ...]:
        """Return its sources, topic, tags or id."""
        values = {"source": self.sources, "topic": (self.topic,), "tag": tuple(self.tags)}
        return values.get(kind, (self.id,))

    def has(self, kind: str, wanted: str) -> bool:
        """Tell whether it is found under a source, topic, tag or id."""
        if kind == "source":
            return any(is_within(cited, wanted) for cited in self.sources)
        if kind == "tag":
            return has_tag(self.tags, (wanted,))
        return wanted in self.values(kind)


def is_within(cited: str, wanted: str) -> bool:
    """Tell whether a citation lies in a work, a chapter, a section or an equation.

    Examples
    --------
    >>> is_within("DLB:6.5.2#6.44", "DLB:6.5"), is_within("DLB:6.5.2#6.44", "DLB")
    (True, True)
    >>> is_within("DLB:6.50", "DLB:6.5"), is_within("3B1B-CA:4", "3B1B-CA:4#2")
    (False, False)
    """
    if cited == wanted or "://" in cited:
        return cited == wanted
    code, _, place = wanted.partition(":")
    cited_code, _, cited_place = cited.partition(":")
    section = cited_place.partition("#")[0]
    inside = not place or f"{section}.".startswith(f"{place}.")
    return code == cited_code and inside and "#" not in place


def all_decks(library: Library) -> DeckSource:
    """Return a deck that holds all decks, in the order in which Anki shows them.

    So everything that is chosen goes where the deck has it that comes first.
    """
    titles = {name: source.deck.title for name, source in library.decks.items()}
    names = sorted(deck_names(library.root), key=lambda name: titles.get(name, "").casefold())
    contents = [Selection.model_construct(title=None, deck=name) for name in names]
    deck = Deck.model_construct(title=STUDY, description="", contents=contents, exercises=False)
    return DeckSource(STUDY, deck, Document("decks", "", {}))


def as_one(library: Library, plan: DeckPlan, contents: Contents) -> DeckPlan:
    """Return the plan of what was chosen of all decks: in learning order across them.

    Its title is the one that its decks share.
    """
    place = {item.id: i for i, item in enumerate(learning_order(library, _ids(contents.items)))}
    last = len(place)
    order = {item.first_id: (place[item.id], 0) for item in contents.items}
    for each in contents.families:
        drilled = [place[name] for name in each.exercise.drills if name in place]
        order[each.first_id] = (max(drilled, default=last), 1)
    notes = sorted(plan.notes, key=lambda note: order.get(note.entry, (last, 2)))
    homes = [note.deck.split("::") for note in notes]
    shared = homes[0]
    while any(home[: len(shared)] != shared for home in homes):
        shared = shared[:-1]
    title = "::".join(shared or homes[0])
    return replace(plan, title=title, description=plan.held.get(title, ""), notes=tuple(notes))


def _ids(items: Iterable[Item]) -> list[str]:
    return [item.id for item in items]


def choose(
    library: Library, source: DeckSource, choice: Choice, *, core: bool = False
) -> tuple[Contents, tuple[str, ...]]:
    """Return what a choice names in a deck.

    An exercise comes too when it drills none but chosen entries, but with tags only if it has one.

    Parameters
    ----------
    library : Library
    source : DeckSource
    choice : Choice
    core : bool
        Only what has priority 1 of that, with what it requires.

    Returns
    -------
    Contents
    tuple of str
        What is wrong with the choice, a sentence each.
    """
    facts = deck_facts(library, source)
    given = choice.given()
    wrong = tuple(
        _unknown(library, source, facts, kind, value)
        for kind, values in given.items()
        for value in dict.fromkeys(values)
        if not any(each.has(kind, value) for each in facts.values())
    )
    if wrong:
        return Contents(), wrong
    found = {
        kind: {name for name, each in facts.items() if any(each.has(kind, v) for v in values)}
        for kind, values in given.items()
    }
    named = set.intersection(*found.values())
    if not named:
        told = ", ".join(f"--{kind} names {len(names)}" for kind, names in found.items())
        return Contents(), (f"{told}, and nothing is in each of them; leave one of them out",)
    contents = _contents(library, source, choice, named, core=core)
    if not (contents.items or contents.families or contents.lists):
        told = f"nothing that {choice.options()} names has priority 1"
        return contents, (f"{told}; leave out --core",)
    return contents, ()


def _contents(
    library: Library, source: DeckSource, choice: Choice, named: set[str], *, core: bool
) -> Contents:
    whole = deck_contents(library, source, core=core)
    items = tuple(item for item in deck_contents(library, source).items if item.id in named)
    if core:
        items = core_items(library, items)
    families = tuple(each for each in whole.families if each.id in named)
    wanted = {item.id for item in items} | {n for each in families for n in each.exercise.drills}
    if choice.with_prerequisites:
        wanted = with_required(library, wanted)
        items = tuple(item for item in deck_contents(library, source).items if item.id in wanted)
    if not choice.tags:
        drills = drilling(whole.families, items)
        families = tuple(each for each in whole.families if each in families or each in drills)
    return Contents(
        items,
        families,
        tuple(each for each in whole.lists if each.id in named),
        choice.tags,
        frozenset(item.first_id for item in items if item.id not in named),
    )


def deck_facts(library: Library, source: DeckSource) -> dict[str, Facts]:
    """Return by what the entries, exercises and lists of a deck can be found, by their ids."""
    derived = derived_entries(library, source)
    whole = deck_contents(library, source)
    return {
        **{item.id: _of_item(library, item, derived=item.id in derived) for item in whole.items},
        **{each.id: _of_family(library, each) for each in whole.families},
        **{each.id: _of_list(library, each) for each in whole.lists},
    }


def _of_item(library: Library, item: Item, *, derived: bool) -> Facts:
    entry = item.entry
    tags: set[str] = set()
    for kind in (entry.kind, "derivation") if derived else (entry.kind,):
        cited = source_tags(library.sources, entry.sources)
        place = (library.project.namespace, item.subject, entry.topic, entry.priority)
        tags.update(note_tags(*place, kind, cited, (*library.project.tags, *entry.tags)))
    sources = tuple(entry.sources)
    return Facts(item.id, entry.topic, sources, frozenset(tags), tuple(entry.formerly))


def _of_family(library: Library, item: ExerciseItem) -> Facts:
    exercise = item.exercise
    tags = note_tags(
        library.project.namespace,
        item.subject,
        exercise.topic,
        EXERCISE_PRIORITY,
        "exercise",
        source_tags(library.sources, cited_by(library, item)),
        (f"level::{exercise.level}", *library.project.tags, *exercise.tags),
    )
    sources, formerly = tuple(exercise.sources), tuple(exercise.formerly)
    return Facts(item.id, exercise.topic, sources, frozenset(tags), formerly)


def _of_list(library: Library, questions: NoteList) -> Facts:
    shown = prepare_list(questions, library)
    contents = (shown.shared, *shown.rich.values())
    tags = {
        tag
        for each in contents
        for tag in note_tags(
            each.namespace,
            each.subject,
            each.topic,
            each.priority,
            each.kind,
            each.source_tags,
            each.tags,
        )
    }
    head = questions.head
    return Facts(questions.id, head.topic, tuple(head.sources), frozenset(tags))


def _unknown(
    library: Library, source: DeckSource, facts: Mapping[str, Facts], kind: str, value: str
) -> str:
    """Return why nothing is found under a value, and what to try."""
    for name, each in facts.items():
        if kind == "id" and value in each.formerly:
            return f"{value!r} is called {name!r} now; write --id {name}"
    if kind == "source":
        wrong = check_source(library.sources, value, Guesses())
        if wrong is not None:
            return "; ".join(wrong)
    everywhere = source.name == STUDY and source.name not in library.decks
    where = "in the decks" if everywhere else f"in the deck {source.name!r}"
    told = f"there is nothing with the {kind} {value!r} {where}"
    decks = () if everywhere else _decks_with(library, kind, value)
    if decks:
        return f"{told}; try: {' '.join(f'--deck {name}' for name in decks)}"
    if kind == "id" and value in library.items.keys() | library.lists.keys():
        return f"{value!r} is in no deck; add it to one in decks/"
    known = sorted({v for each in facts.values() for v in each.values(kind)})
    hint = nearest(value, _with_parents(known) if kind == "tag" else known)
    if not hint and kind == "topic":
        hint = f"topics: {', '.join(known[:MANY])}{' …' if len(known) > MANY else ''}"
    ways = {"source": "dlcards list --sources", "tag": "dlcards show ID", "id": "dlcards list"}
    seen = f"see {ways[kind]}" if kind in ways else ""
    return "; ".join(part for part in (told, hint, seen) if part)


def _decks_with(library: Library, kind: str, value: str) -> tuple[str, ...]:
    """Return the decks in which something is found under a value."""
    return tuple(
        name
        for name, deck in sorted(library.decks.items())
        if any(each.has(kind, value) for each in deck_facts(library, deck).values())
    )


def _with_parents(tags: Iterable[str]) -> list[str]:
    """Return tags and the tags above them."""
    parts = (tag.split("::") for tag in tags)
    return sorted({"::".join(each[:end]) for each in parts for end in range(1, len(each) + 1)})
