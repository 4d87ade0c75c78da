"""A learner with the real Anki: imports packages, studies, edits, looks at the result."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Imported:
    """What Anki says about an import."""

    new: int
    updated: int
    duplicate: int
    conflicting: int


def version() -> tuple[int, ...]:
    """Return the version of Anki: (2, 1, 66), or (24, 11)."""
    from anki.buildinfo import version as text

    return tuple(int(part) for part in text.split(".") if part.isdecimal())


@contextmanager
def collection(folder: Path) -> Iterator[Any]:
    """Open a fresh collection and close it afterwards."""
    from anki.collection import Collection

    folder.mkdir(parents=True, exist_ok=True)
    opened = Collection(str(folder / "collection.anki2"))
    try:
        yield opened
    finally:
        opened.close()


def import_package(col: Any, package: Path) -> Imported:
    """Import a package with Anki's default options."""
    from anki import import_export_pb2 as messages

    request = messages.ImportAnkiPackageRequest(package_path=str(package))
    try:
        log = col.import_anki_package(request).log
    except TypeError:  # 2.1.66 and 23.10 take the message in pieces
        answer = col._backend.import_anki_package_raw(request.SerializeToString())
        log = messages.ImportResponse.FromString(answer).log
    cache = getattr(col.models, "_clear_cache", None)
    if cache:
        cache()
    return Imported(len(log.new), len(log.updated), len(log.duplicate), len(log.conflicting))


HOUSEKEEPING = ("Database rebuilt and optimized", "Added last review time")
"""What Anki tells of its own upkeep; the times are those of answers, not of a package."""


def faults(col: Any) -> list[str]:
    """Return everything that Anki's own checks find wrong with a collection."""
    found: list[str] = []
    empty = col.get_empty_cards()
    found += [f"empty cards of note {note.note_id}" for note in empty.notes]
    media = col.media.check()
    found += [f"missing media {name}" for name in media.missing]
    found += [f"unused media {name}" for name in media.unused]
    message, _ = col.fix_integrity()
    found += [line for line in message.splitlines() if not line.startswith(HOUSEKEEPING)]
    doubled = col.db.list("SELECT guid FROM notes GROUP BY guid HAVING count() > 1")
    found += [f"duplicate GUID {guid}" for guid in doubled]
    return found


def note_id(col: Any, guid: str) -> int:
    """Return the id of the one note with a GUID."""
    (found,) = col.db.list("SELECT id FROM notes WHERE guid = ?", guid)
    return int(found)


def fields(col: Any) -> dict[str, tuple[str, ...]]:
    """Return the fields of every note by GUID."""
    rows = col.db.all("SELECT guid, flds FROM notes")
    return {guid: tuple(text.split("\x1f")) for guid, text in rows}


def tags(col: Any) -> dict[str, tuple[str, ...]]:
    """Return the tags of every note by GUID."""
    return {guid: tuple(t.split()) for guid, t in col.db.all("SELECT guid, tags FROM notes")}


def note_types(col: Any) -> dict[str, int]:
    """Return the note types that did not come with Anki itself."""
    found = {entry.name: entry.id for entry in col.models.all_names_and_ids()}
    return {name: number for name, number in found.items() if name.startswith("Test ")}


Schedule = dict[tuple[str, int], tuple[int, ...]]


def schedule(col: Any) -> Schedule:
    """Return what Anki knows about the learning of every card, reviews included."""
    rows = col.db.all(
        "SELECT guid, ord, type, queue, due, ivl, factor, reps, lapses, left, odue, cards.id,"
        " did, (SELECT count() FROM revlog WHERE cid = cards.id)"
        " FROM cards JOIN notes ON notes.id = nid"
    )
    return {(row[0], row[1]): tuple(row[2:]) for row in rows}


def reviews(col: Any) -> list[tuple[Any, ...]]:
    """Return the whole review log."""
    return [tuple(row) for row in col.db.all("SELECT * FROM revlog ORDER BY id")]


def study(col: Any, deck: str, *, most: int = 9999, again: bool = False) -> int:
    """Answer the cards of a deck as easy, or again, with Anki's scheduler; return how many."""
    from anki.scheduler.v3 import CardAnswer

    col.decks.select(col.decks.id(deck))
    config = col.decks.config_dict_for_deck_id(col.decks.id(deck))
    config["new"]["perDay"] = 9999
    config["rev"]["perDay"] = 9999
    col.decks.update_config(config)
    rating = CardAnswer.AGAIN if again else CardAnswer.EASY
    answered = 0
    while answered < most and (queue := col.sched.get_queued_cards(fetch_limit=1).cards):
        card = col.get_card(queue[0].card.id)
        card.start_timer()
        answer = col.sched.build_answer(card=card, states=queue[0].states, rating=rating)
        col.sched.answer_card(answer)
        answered += 1
    return answered


def now() -> int:
    """Return the time of this machine in seconds, as Anki sees it."""
    from anki.utils import int_time

    return int(int_time())
