"""What a chapter needs: its entries, what comes before them, and how many cards that is.

Nothing is checked or drawn: a picture counts, whatever it shows.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

from dlcards.algorithms.lock import Locked as LockedAlgorithm
from dlcards.build.choose import all_decks, choose
from dlcards.build.derive import Derived
from dlcards.build.flow import Options, prepare_and_compose
from dlcards.build.illustrate import Gallery, shows_front
from dlcards.build.implement import Implemented, read
from dlcards.build.verify import Verified
from dlcards.cache.notes import read_notes
from dlcards.cache.stamp import take_stamp
from dlcards.claims.lock import Checked, Lock, read_lock
from dlcards.commands.survey import exercise_row, list_row, row
from dlcards.content.algorithms import algorithm_text
from dlcards.content.derivations import derivation_text
from dlcards.content.library import DeckSource, Item, Library
from dlcards.content.reader import read_library
from dlcards.content.selection import Contents, find_deck, learning_order
from dlcards.content.texts import checked_text
from dlcards.derivations.lock import Locked, LockedChain
from dlcards.exercises.lock import read_lock as read_variants
from dlcards.languages import SOURCE
from dlcards.model import Illustration, MediaFile
from dlcards.problems import ContentError, UsageError, has_errors
from dlcards.project import CHECKS_LOCK, VARIANTS_LOCK, cache_folder, output_folder
from dlcards.requests import Choice

CHOSEN, BEFORE = "chosen", "before"


@dataclass(frozen=True, slots=True)
class Study:
    """What is to be learned for a choice.

    Parameters
    ----------
    rows : list of row
        Of entries in learning order, exercises and lists: as
        :func:`~dlcards.commands.list_.list_entries` returns them, with the number of their
        ``cards``, and ``needed``: whether they are chosen or come before.
    command : str
        What builds a deck of them.
    """

    rows: list[dict[str, Any]]
    command: str

    def summary(self, rates: Sequence[int]) -> str:
        """Return how many cards and days it takes, at so many new cards a day, and the next step.

        Parameters
        ----------
        rates : sequence of int
        """
        chosen = [each for each in self.rows if each["needed"] == CHOSEN]
        before = len(self.rows) - len(chosen)
        lines = [f"chosen: {_load(chosen, rates)}"]
        if before:
            lines.append(f"with the {before} that come before: {_load(self.rows, rates)}")
        more = " --with-prerequisites" if before else ""
        return "\n".join([*lines, f"Next: {self.command}{more}"])


def _load(rows: Sequence[dict[str, Any]], rates: Sequence[int]) -> str:
    cards = sum(each["cards"] for each in rows)
    days = [(ceil(cards / rate), rate) for rate in rates]
    told = [f"{number} day{'s' * (number != 1)} at {rate} a day" for number, rate in days]
    return f"{len(rows)} entries and exercises, {cards} cards: {', '.join(told)}"


def study(root: Path, deck: str | None, choice: Choice, *, core: bool = False) -> Study:
    """Return what is to be learned for a choice, with what comes before.

    Parameters
    ----------
    root : Path
    deck : str or None
        Only what this deck holds.
    choice : Choice
    core : bool
        Only what has priority 1 of that.

    Raises
    ------
    UsageError
        For a deck that does not exist, or a choice of nothing.
    ContentError
        When an entry cannot be read.
    """
    library = read_known(root)
    source = all_decks(library) if deck is None else find_deck(library, deck)
    chosen, wrong = choose(library, source, choice._replace(with_prerequisites=False), core=core)
    if wrong:
        raise UsageError("\nerror: ".join(wrong))
    whole, _ = choose(library, source, choice._replace(with_prerequisites=True), core=core)
    cards = card_numbers(library, source, whole)
    lock, _ = read_lock(root / CHECKS_LOCK)
    variants = read_variants(root / VARIANTS_LOCK)
    items = learning_order(library, (item.id for item in whole.items))
    rows = [
        *(row(item, lock) for item in items),
        *(exercise_row(each, variants) for each in whole.families),
        *(list_row(each) for each in whole.lists),
    ]
    options = (*(("--deck", deck) if deck else ()), choice.options(), *["--core"] * core)
    named = chosen.ids()
    for each in rows:
        needed = CHOSEN if each["id"] in named else BEFORE
        each |= {"cards": cards[each["id"]], "needed": needed}
    return Study(rows, " ".join(("dlcards build", *options)))


def read_known(root: Path) -> Library:
    """Read the library, with what an earlier build kept of it.

    Raises
    ------
    ContentError
        When an entry cannot be read.
    """
    code = take_stamp(root, time.time_ns()).code
    known = read_notes(cache_folder(output_folder(root)), SOURCE, code)
    library, problems = read_library(root, known.entries)
    if has_errors(problems):
        raise ContentError(problems)
    return library


def card_numbers(library: Library, source: DeckSource, contents: Contents) -> Mapping[str, int]:
    """Return how many cards the entries, exercises and lists of a deck have, by their ids."""
    lock, _ = read_lock(library.root / CHECKS_LOCK)
    gallery = _undrawn(contents.items)
    composed = prepare_and_compose(
        library,
        contents.items,
        Verified({item.id: _checked(item, lock) for item in contents.items}),
        gallery,
        Options(jobs=1, cache=None),
        Derived({item.id: _unjudged(item) for item in contents.items if item.entry.derivation}),
        Implemented({item.id: _untried(item) for item in contents.items if algorithm_text(item)}),
    )
    plan = composed.plan(library, source, contents, SOURCE)
    names = {item.first_id: item.id for item in contents.items}
    numbers = Counter({each.id: 1 for each in contents.families})
    for note in plan.notes:
        first = note.entry.partition("/")[0]
        numbers[names.get(first, first)] += len(note.slots)
    return numbers


def _checked(item: Item, lock: Lock) -> Checked:
    return lock.find(checked_text(item)) or Checked()


def _undrawn(items: tuple[Item, ...]) -> Gallery:
    """Return the figures of entries without what they show."""
    blank = Illustration(MediaFile("figure", b""), "", "", 1, 1)
    drawn = {item.id: item for item in items if item.entry.figure is not None}
    fronts = {name for name, item in drawn.items() if _on_front(item)}
    return Gallery(dict.fromkeys(drawn, blank), dict.fromkeys(fronts, blank), {}, 0)


def _on_front(item: Item) -> bool:
    return item.image.front_safe if item.image is not None else shows_front(item.entry.figure or {})


def _unjudged(item: Item) -> Locked:
    """Return a derivation as if it had been judged."""
    text = derivation_text(item)
    chains = text.chains if text is not None else ()
    return Locked("", {chain.name: LockedChain({}) for chain in chains})


def _untried(item: Item) -> LockedAlgorithm:
    """Return an algorithm as if it had been tried."""
    algorithm = read(item)
    calls = algorithm.calls if algorithm is not None else ()
    return LockedAlgorithm("", 0, calls={call.slot: ("", "") for call in calls})
