"""Guard: refuse already while cards are written what no release would accept."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from dlcards.cards.note_types import all_note_types
from dlcards.content.families import ExerciseItem
from dlcards.content.library import Item, Library
from dlcards.content.lists import NoteList
from dlcards.content.selection import deck_exercises, deck_items, deck_lists, each_once
from dlcards.model import DeckPlan, Note
from dlcards.problems import Location, Problem
from dlcards.release import ledger
from dlcards.release.ledger import Ledger, Line, LineKind, entry_and_type
from dlcards.release.obstacles import Decisions, obstacles, part_of


def guard(
    root: Path,
    library: Library,
    notes: Mapping[str, Sequence[Note]],
    compose: Callable[[NoteList], Sequence[Note]],
    *,
    language: str,
    complete: bool = False,
) -> tuple[Problem, ...]:
    """Find what of some entries was released and is lost, or means something else now.

    Parameters
    ----------
    root : Path
    library : Library
    notes : mapping of str to sequence of Note
        By id of the entry; all notes of an entry, or none.
    compose : callable (list) -> sequence of Note
        Makes the notes of a list, or none; called for lists that were released.
    language : str
    complete : bool
        Whether every entry and deck of the project could be read: what is released and in
        no deck is then lost.
    """
    released, misread = ledger.read_file(root, now=int(time.time()))
    if misread or not released.lines:
        return misread
    items = each_once(deck_items(library, deck) for deck in library.decks.values())
    families = {f.id: f for d in library.decks.values() for f in deck_exercises(library, d)}
    known: tuple[Item | ExerciseItem, ...] = (*items, *families.values())
    files = {item.first_id: item.document.file for item in known}
    there = {item.first_id for item in known if notes.get(item.id)}
    lists = each_once(deck_lists(library, deck) for deck in library.decks.values())
    files |= {each.id: each.file for each in lists}
    asked = _released_entries(released)
    of_lists = {each.id: compose(each) for each in lists if each.id in asked}
    there |= {name for name, group in of_lists.items() if group}
    elsewhere = files.keys()
    part = part_of(
        released,
        lambda entry: entry in there or (complete and entry not in elsewhere),
        language,
    )
    composed = tuple(note for item in known for note in notes.get(item.id, ()))
    composed += tuple(note for group in of_lists.values() for note in group)
    shapes = all_note_types(library.project.namespace, library.project.style)
    plan = DeckPlan("", "", "", composed, (), shapes)
    current, _ = ledger.survey([plan])
    titles = {deck.deck.title: name for name, deck in library.decks.items()}
    current = replace(
        current, decks={title: Line(LineKind.DECK, title, 0, "", n) for title, n in titles.items()}
    )
    if not complete:
        part = Ledger(tuple(line for line in part.lines if line.kind is not LineKind.DECK))
    found = obstacles(part, current, Decisions())
    return tuple(_placed(problem, files) for problem in found)


def _released_entries(released: Ledger) -> frozenset[str]:
    """Return the ids of all entries and lists with a released note."""
    notes = released.of(LineKind.NOTE).values()
    return frozenset(entry_and_type(line)[0].partition("/")[0] for line in notes)


def _placed(problem: Problem, files: dict[str, str]) -> Problem:
    """Name the file of an entry or list in place of its id."""
    file = files.get(problem.location.file.partition("/")[0])
    return replace(problem, location=Location(file, 1, 1)) if file else problem
