"""What happened to learners in trials over years, each told once.

Every story is also told with the mistake that it once came from, to show that it would be
noticed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dlcards.build.package import write_package
from dlcards.cards.generation import card_rule
from dlcards.model import DeckPlan, MediaFile
from dlcards.release import ledger
from dlcards.release.ledger import Ledger
from dlcards.release.record import release
from plans import SVG, deck, formula

pytest.importorskip("anki", reason="the real Anki is not installed")
import devices
import learner

pytestmark = pytest.mark.anki

DECK = "Test Maths::1 Calculus"
DAY = 86_400
T0 = 1_700_000_000
WHY = "Why do the slopes multiply?"
OWN = "my own words"


class Publisher:
    """Releases one deck again and again."""

    def __init__(self, folder: Path, *, by_position: bool = False) -> None:
        self.folder = folder
        self.ledger = Ledger()
        self.time = T0
        self.by_position = by_position
        folder.mkdir()

    def release(self, plan: DeckPlan) -> Path:
        self.time += 30 * DAY
        done = release(self.ledger, [plan], version=str(self.time), now=self.time)
        assert done.problems == ()
        self.ledger = done.ledger
        return self.build(plan)

    def build(self, plan: DeckPlan) -> Path:
        """Write a package; released or not."""
        stamps = ledger.stamp(self.ledger, [plan], first_built={}, now=self.time)
        target = self.folder / f"{len(list(self.folder.iterdir()))}.apkg"
        ids = positions(plan) if self.by_position else self.ledger.ids()
        write_package(plan, target, modified=stamps.modified, ids=ids)
        return target


def positions(plan: DeckPlan) -> dict[str, int]:
    """Return the ids of the time when they were places in the deck."""
    base = 1_600_000_000_000
    types = {note_type.name: note_type for note_type in plan.note_types}
    ids = {note.guid: base + place for place, note in enumerate(plan.notes)}
    cards = [
        ledger.card_key(note, types[note.note_type], position)
        for note in plan.notes
        for position in card_rule(types[note.note_type])(note.fields)
    ]
    return ids | {key: base + place for place, key in enumerate(cards)}


@pytest.fixture
def col(tmp_path: Path) -> Iterator[Any]:
    with learner.collection(tmp_path / "learner") as opened:
        yield opened


def first_deck() -> DeckPlan:
    return deck(*(formula(name, q1=WHY) for name in ("alpha", "beta", "gamma")), name=DECK)


def in_front(plan: DeckPlan, *names: str) -> DeckPlan:
    added = tuple(formula(name, q1=WHY) for name in names)
    return replace(plan, notes=(*added, *plan.notes))


def studied(col: Any) -> dict[int, str]:
    """Return which card each review was of, by the time of the review."""
    rows = col.db.all(
        "SELECT revlog.id, guid, ord FROM revlog"
        " LEFT JOIN cards ON cards.id = cid LEFT JOIN notes ON notes.id = nid"
    )
    return {number: f"{guid}#{position}" for number, guid, position in rows}


# ── A deleted note ────────────────────────────────────────────────────────────────


def after_a_deletion(col: Any, publisher: Publisher) -> int:
    """Return how many reviews a new note has that was never studied."""
    plan = first_deck()
    learner.import_package(col, publisher.release(plan))
    learner.study(col, DECK)
    col.remove_notes([learner.note_id(col, "dlcards/alpha")])
    learner.import_package(col, publisher.release(in_front(plan, "new")))
    return sum(name.startswith("dlcards/new#") for name in studied(col).values())


def test_a_new_note_inherits_nothing_of_a_deleted_one(col: Any, tmp_path: Path) -> None:
    assert after_a_deletion(col, Publisher(tmp_path / "decks")) == 0


def test_ids_by_position_would_hand_down_reviews(col: Any, tmp_path: Path) -> None:
    assert after_a_deletion(col, Publisher(tmp_path / "decks", by_position=True)) > 0


# ── Two devices ───────────────────────────────────────────────────────────────────


def two_devices(tmp_path: Path, publisher: Publisher) -> list[str]:
    """Return what is wrong after two devices took different ways and then synced."""
    plan = first_deck()
    one = publisher.release(plan)
    two = publisher.release(second := in_front(plan, "second"))
    three = publisher.release(in_front(second, "third"))
    with (
        devices.server(tmp_path / "server") as address,
        learner.collection(tmp_path / "desktop") as desktop,
        learner.collection(tmp_path / "phone") as phone,
    ):
        learner.import_package(desktop, one)
        devices.sync(desktop, address, upload=True)
        devices.sync(phone, address, upload=False)
        learner.import_package(desktop, two)
        learner.import_package(desktop, three)
        learner.import_package(phone, three)
        learner.study(desktop, DECK)
        reviews = studied(desktop)
        for device in (desktop, phone, desktop, phone):
            devices.sync(device, address)
        wrong = []
        for device in (desktop, phone):
            guids = device.db.list("SELECT guid FROM notes ORDER BY guid")
            if guids != sorted(note.guid for note in in_front(plan, "second", "third").notes):
                wrong.append(f"notes: {guids}")
            seen = studied(device)
            wrong += [f"{n} was of {r}" for n, r in reviews.items() if seen.get(n) != r]
            new = device.db.scalar("SELECT count() FROM cards WHERE queue = 0")
            if new:
                wrong.append(f"{new} cards are new again")
        return wrong


def test_two_devices_that_import_different_releases_agree(tmp_path: Path) -> None:
    assert two_devices(tmp_path, Publisher(tmp_path / "decks")) == []


def test_ids_by_position_would_double_notes_on_two_devices(tmp_path: Path) -> None:
    assert two_devices(tmp_path, Publisher(tmp_path / "decks", by_position=True)) != []


# ── Added days ago ────────────────────────────────────────────────────────────────


def test_the_browser_finds_what_a_release_added(col: Any, tmp_path: Path) -> None:
    publisher = Publisher(tmp_path / "decks")
    learner.import_package(col, publisher.release(first_deck()))
    learner.import_package(col, publisher.release(in_front(first_deck(), "new")))
    age = (learner.now() - publisher.time) // DAY
    found = {col.get_note(n).fields[0] for n in col.find_notes(f"added:{age + 5}")}
    assert found == {"New"}


# ── Own edits ─────────────────────────────────────────────────────────────────────


def edit(col: Any, guid: str, until: int) -> None:
    note = col.get_note(learner.note_id(col, guid))
    note.fields[1] = OWN
    note.tags.append("mine")
    col.update_note(note)
    for table in ("notes", "cards"):
        col.db.execute(f"UPDATE {table} SET mod = ? WHERE mod > ?", until, until)


def edited(col: Any, guid: str) -> bool:
    return learner.fields(col)[guid][1] == OWN and "mine" in learner.tags(col)[guid]


def test_a_first_release_after_a_build_keeps_edits(col: Any, tmp_path: Path) -> None:
    publisher = Publisher(tmp_path / "decks")
    learner.import_package(col, publisher.build(first_deck()))
    edit(col, "dlcards/beta", T0 + DAY)
    assert learner.import_package(col, publisher.release(first_deck())).updated == 0
    assert edited(col, "dlcards/beta")


def drawn(content: bytes, *, name: str = "curve-1a2b3c4d.svg") -> DeckPlan:
    notes = (formula("curve", q1=WHY, figure=name), formula("beta", q1=WHY))
    return deck(*notes, media=(MediaFile(name, content),), name=DECK)


def test_a_picture_drawn_by_another_library_keeps_edits(col: Any, tmp_path: Path) -> None:
    publisher = Publisher(tmp_path / "decks")
    learner.import_package(col, publisher.release(drawn(SVG)))
    edit(col, "dlcards/curve", publisher.time + DAY)
    again = publisher.release(in_front(drawn(SVG + b"<!-- newer -->"), "new"))
    imported = learner.import_package(col, again)
    assert (imported.updated, imported.new) == (0, 1)
    assert edited(col, "dlcards/curve")
    report = col.media.check()
    assert list(report.missing) == []


def test_a_picture_named_by_its_bytes_would_lose_edits(col: Any, tmp_path: Path) -> None:
    publisher = Publisher(tmp_path / "decks")
    learner.import_package(col, publisher.release(drawn(SVG)))
    edit(col, "dlcards/curve", publisher.time + DAY)
    renamed = drawn(SVG + b"<!-- newer -->", name="curve-5e6f7a8b.svg")
    assert learner.import_package(col, publisher.release(renamed)).updated == 1
    assert not edited(col, "dlcards/curve")


def test_a_redrawn_picture_of_a_changed_note_is_shown(col: Any, tmp_path: Path) -> None:
    publisher = Publisher(tmp_path / "decks")
    learner.import_package(col, publisher.release(drawn(SVG)))
    plan = drawn(SVG + b"<!-- newer -->")
    changed = formula("curve", q1=f"{WHY[:-1]} here?", figure="curve-1a2b3c4d.svg")
    learner.import_package(col, publisher.release(replace(plan, notes=(changed, plan.notes[1]))))
    assert learner.fields(col)["dlcards/curve"][3] == changed.fields[3]
    assert list(col.media.check().missing) == []


def test_another_related_title_keeps_edits(col: Any, tmp_path: Path) -> None:
    def listing(title: str) -> DeckPlan:
        related = f'<ul><li data-entry="beta">{title}</li></ul>'
        return deck(formula("alpha", q1=WHY, text=related), formula("beta", q1=WHY), name=DECK)

    publisher = Publisher(tmp_path / "decks")
    learner.import_package(col, publisher.release(listing("Beta")))
    edit(col, "dlcards/alpha", publisher.time + DAY)
    later = publisher.release(in_front(listing("Beta, renamed"), "new"))
    assert learner.import_package(col, later).updated == 0
    assert edited(col, "dlcards/alpha")


# ── What Anki does not bring (F5 and others, told in docs/updates.md) ─────────────


def test_a_text_released_before_the_learners_sort_field_arrives_with_its_next_change(
    col: Any, tmp_path: Path
) -> None:
    publisher = Publisher(tmp_path / "decks")
    learner.import_package(col, publisher.release(first_deck()))
    edit(col, "dlcards/alpha", publisher.time + 45 * DAY)  # after the next release
    notes = (formula("alpha", q1=f"{WHY[:-1]} here?"), *first_deck().notes[1:])
    second = publisher.release(replace(first_deck(), notes=notes))
    assert learner.import_package(col, second).updated == 0
    notes = (formula("alpha", q1=f"{WHY[:-1]} there?"), *first_deck().notes[1:])
    third = publisher.release(replace(first_deck(), notes=notes))
    assert learner.import_package(col, third).updated == 1
    assert not edited(col, "dlcards/alpha")
