"""What a deck holds: its notes in learning order, its media, its description."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from dlcards import __version__
from dlcards.build.compose import deck_for, place
from dlcards.build.describe import describe_deck
from dlcards.cards.note_types import all_note_types, note_type
from dlcards.cards.tags import has_tag
from dlcards.claims.lock import Checked
from dlcards.claims.verdict import Level
from dlcards.content.families import ExerciseItem
from dlcards.content.library import DeckSource, Item, Library
from dlcards.content.lists import NoteList
from dlcards.content.selection import Contents, DeckPart, deck_parts
from dlcards.model import DeckPlan, MediaFile, Note


def plan_deck(
    library: Library,
    source: DeckSource,
    contents: Contents,
    notes: Mapping[str, Sequence[Note]],
    compose_list: Callable[[NoteList, str], Sequence[Note]],
    media: Mapping[str, MediaFile],
    language: str,
) -> DeckPlan:
    """Order the notes of a deck: entries in learning order, exercises, lists of questions.

    A note that several decks hold goes to the first of them.

    Parameters
    ----------
    library : Library
    source : DeckSource
    contents : Contents
        What of the deck is wanted.
    notes : mapping of str to sequence of Note
        By id of the entry.
    compose_list : callable (list, deck) -> sequence of Note
    media : mapping of str to MediaFile
        By name.
    language : str
    """
    labels = library.project.labels(language)
    placed: dict[str, Note] = {}
    descriptions: dict[str, str] = {}
    for part in deck_parts(library, source):
        deck = part.source.deck
        fresh = [
            note
            for note in _placed(library, part, contents, notes, compose_list, language)
            if note.guid not in placed
        ]
        placed |= {note.guid: note for note in fresh}
        if fresh or part.source is source:
            descriptions[deck.title] = describe_deck(
                deck.description,
                lang=labels,
                version=deck.version or __version__,
                project=library.project,
            )
    used = {name for note in placed.values() for name in note.media}
    types = {note.note_type for note in placed.values()}
    shapes = all_note_types(library.project.namespace, library.project.style)
    return DeckPlan(
        name=source.name,
        title=source.deck.title,
        description=descriptions.pop(source.deck.title),
        notes=tuple(placed.values()),
        media=tuple(media[name] for name in sorted(used)),
        note_types=tuple(each for each in shapes if each.name in types),
        held=descriptions,
    )


def _placed(
    library: Library,
    part: DeckPart,
    contents: Contents,
    notes: Mapping[str, Sequence[Note]],
    compose_list: Callable[[NoteList, str], Sequence[Note]],
    language: str,
) -> Iterator[Note]:
    """Yield the notes of a part, each with its deck."""
    deck = part.source.deck
    labels = library.project.labels(language)
    split = deck.exercises or deck.derivations
    formula = note_type("formula").name
    derivation = note_type("derivation", library.project.namespace).name
    wanted = contents.ids()
    asked: tuple[Item | ExerciseItem, ...] = (*part.items, *part.families)
    composed = [
        note
        for each in asked
        if each.id in wanted
        for note in notes.get(each.id, ())
        if deck.derivations or note.note_type != derivation
    ]
    placed = [*place(composed, part.title, lang=labels, split=split)]
    cards = deck_for(formula, part.title, lang=labels, split=split)
    for questions in part.lists:
        if questions.id in wanted:
            placed += compose_list(questions, cards)
    for note in placed:
        if not contents.tags or note.entry in contents.whole or has_tag(note.tags, contents.tags):
            yield note


def count_levels(items: Sequence[Item], checked: Mapping[str, Checked]) -> dict[str, int]:
    """Count the claims of a deck by level, the strongest first."""
    counts = dict.fromkeys((str(level) for level in Level), 0)
    for item in items:
        for verdict in checked.get(item.id, Checked()).verdicts:
            if verdict.level is not None:
                counts[str(verdict.level)] += 1
        if item.entry.unchecked is not None:
            counts[str(Level.UNCHECKED)] += 1
        elif item.entry.definition is not None and not item.entry.claim:
            counts[str(Level.DEFINITION)] += 1
    return {level: number for level, number in counts.items() if number}
