"""What a deck holds: its notes in learning order, its media, its description."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from dlcards import __version__
from dlcards.build.compose import deck_for, place
from dlcards.build.describe import describe_deck
from dlcards.cards.note_types import all_note_types, note_type
from dlcards.claims.lock import Checked
from dlcards.claims.verdict import Level
from dlcards.content.library import DeckSource, Item, Library
from dlcards.content.lists import NoteList
from dlcards.content.schema import CORE
from dlcards.content.selection import deck_exercises, deck_parts
from dlcards.model import DeckPlan, MediaFile, Note


def plan_deck(
    library: Library,
    source: DeckSource,
    items: Sequence[Item],
    notes: Mapping[str, Sequence[Note]],
    compose_list: Callable[[NoteList, str], Sequence[Note]],
    media: Mapping[str, MediaFile],
    language: str,
    *,
    core: bool = False,
) -> DeckPlan:
    """Order the notes of a deck: entries in learning order, exercises, lists of questions.

    Parameters
    ----------
    library : Library
    source : DeckSource
    items : sequence of Item
        In learning order.
    notes : mapping of str to sequence of Note
        By id of the entry.
    compose_list : callable (list, deck) -> sequence of Note
    media : mapping of str to MediaFile
        By name.
    language : str
    core : bool
        Whether lists of a lower priority are left out, as their entries are. Exercises are
        left out with any of the entries that they drill.
    """
    deck = source.deck
    labels = library.project.labels(language)
    split = deck.exercises or deck.derivations
    wanted = {item.id for item in items}
    formula = note_type("formula").name
    derivation = note_type("derivation", library.project.namespace).name
    placed: list[Note] = []
    for part in deck_parts(library, source):
        inside = [item.id for item in part.items if item.id in wanted]
        composed = [
            note
            for name in inside
            for note in notes.get(name, ())
            if deck.derivations or note.note_type != derivation
        ]
        placed += place(composed, part.title, lang=labels, split=split)
        if part.title == deck.title:
            families = deck_exercises(library, source)
            drills = [
                note
                for family in families
                if wanted.issuperset(family.exercise.drills)
                for note in notes.get(family.id, ())
            ]
            placed += place(drills, part.title, lang=labels, split=split)
        cards = deck_for(formula, part.title, lang=labels, split=split)
        for questions in part.lists:
            if core and questions.head.priority != CORE:
                continue
            placed += compose_list(questions, cards)
    used = {name for note in placed for name in note.media}
    types = {note.note_type for note in placed}
    shapes = all_note_types(library.project.namespace, library.project.style)
    version = deck.version or __version__
    return DeckPlan(
        name=source.name,
        title=deck.title,
        description=describe_deck(
            deck.description, lang=labels, version=version, project=library.project
        ),
        notes=tuple(placed),
        media=tuple(media[name] for name in sorted(used)),
        note_types=tuple(each for each in shapes if each.name in types),
    )


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
