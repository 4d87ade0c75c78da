"""Chapters beside large decks in the real Anki: in any order nothing doubles, moves or is lost."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("anki", reason="the real Anki is not installed")
import learner

from bundled import library
from dlcards.content.selection import deck_items
from run_once import run_once

pytestmark = [pytest.mark.anki, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
TOP = "Deep Learning Math"
CHAPTER = ("--source", "3B1B-CA:4", "--with-prerequisites")
OF_CALCULUS = ("--deck", "calculus", *CHAPTER)
CHOICES = {CHAPTER: "everything", OF_CALCULUS: "calculus"}
"""What is studied along, and the large deck that has each card in the same place."""


@pytest.fixture(scope="session")
def chapters(built_decks: Path) -> dict[tuple[str, ...], Path]:
    """Build what is studied along, once for all test processes."""
    folder = built_decks.parent / "chapters"

    def build() -> None:
        for number, options in enumerate(CHOICES):
            command = [sys.executable, "-m", "dlcards", "-q", "build", *options]
            target = folder / str(number)
            shutil.copytree(built_decks / ".cache", target / ".cache")  # the pictures are drawn
            done = subprocess.run(
                [*command, "--output", str(target)], cwd=ROOT, capture_output=True, encoding="utf-8"
            )
            assert done.returncode == 0, done.stderr[-3000:]

    run_once(folder, build)
    found = {}
    for number, options in enumerate(CHOICES):
        (found[options],) = (folder / str(number)).glob("*.apkg")
    return found


def state(col: Any) -> dict[str, tuple[Any, ...]]:
    """Return fields, tags, and the deck and id of each card of every note."""
    rows = col.db.all(
        "SELECT guid, flds, tags, notes.mod, cards.id, ord, did FROM notes"
        " JOIN cards ON nid = notes.id ORDER BY guid, ord"
    )
    found: dict[str, tuple[Any, ...]] = {}
    for guid, fields, tags, changed, card, place, deck in rows:
        head = found.get(guid, (fields, tags, changed))
        found[guid] = (*head, (card, place, col.decks.name(deck)))
    return found


@pytest.mark.parametrize("options", CHOICES, ids=" ".join)
def test_the_order_of_imports_makes_no_difference(
    options: tuple[str, ...],
    built_decks: Path,
    chapters: dict[tuple[str, ...], Path],
    tmp_path: Path,
) -> None:
    small, large = chapters[options], built_decks / f"{CHOICES[options]}.apkg"
    states = []
    for i, order in enumerate(((small, large), (large, small))):
        with learner.collection(tmp_path / str(i)) as col:
            for package in order:
                imported = learner.import_package(col, package)
                assert (imported.updated, imported.conflicting) == (0, 0)
            assert learner.faults(col) == []
            states.append(state(col))
    assert states[0] == states[1]


@pytest.mark.parametrize("large", ["everything", "calculus"])
def test_what_was_studied_of_a_chapter_stays_when_a_large_deck_comes(
    large: str, built_decks: Path, chapters: dict[tuple[str, ...], Path], tmp_path: Path
) -> None:
    with learner.collection(tmp_path / "learner") as col:
        first = learner.import_package(col, chapters[CHAPTER])
        assert first.new == col.note_count()
        assert learner.study(col, TOP) == col.card_count() > 50
        before, schedule, log = state(col), learner.schedule(col), learner.reviews(col)
        more = learner.import_package(col, built_decks / f"{large}.apkg")
        assert more.new > 0
        assert (more.updated, more.conflicting) == (0, 0)
        after = state(col)
        assert {guid: after[guid] for guid in before} == before
        assert schedule.items() <= learner.schedule(col).items()
        assert learner.reviews(col) == log
        assert learner.faults(col) == []


@pytest.mark.parametrize("large", ["everything", "calculus"])
def test_what_was_studied_of_a_large_deck_stays_when_a_chapter_comes(
    large: str, built_decks: Path, chapters: dict[tuple[str, ...], Path], tmp_path: Path
) -> None:
    with learner.collection(tmp_path / "learner") as col:
        learner.import_package(col, built_decks / f"{large}.apkg")
        for card in col.find_cards("tag:source::3b1b::ca::04")[::2]:
            col.sched.set_due_date([card], "3")
        before, schedule, log = state(col), learner.schedule(col), learner.reviews(col)
        assert log
        more = learner.import_package(col, chapters[CHAPTER])
        assert (more.updated, more.conflicting) == (0, 0)
        assert more.duplicate > 0
        assert more.new == 0  # the large deck has it all
        after = state(col)
        assert {guid: after[guid] for guid in before} == before
        assert schedule.items() <= learner.schedule(col).items()
        assert learner.reviews(col) == log
        assert learner.faults(col) == []


def test_everything_is_what_the_decks_hold_together(built_decks: Path, tmp_path: Path) -> None:
    """Whoever imports the decks in their order has the same as of the one package."""
    content = library()
    titles = {name: source.deck.title for name, source in content.decks.items()}
    parts = sorted((name for name in titles if titles[name] != TOP), key=lambda name: titles[name])
    states = []
    for i, names in enumerate((("everything",), parts)):
        with learner.collection(tmp_path / str(i)) as col:
            for name in names:
                learner.import_package(col, built_decks / f"{name}.apkg")
            states.append(state(col))
            if i == 0:
                assert learner.import_package(col, built_decks / "calculus.apkg").new == 0
                shown = [deck.name for deck in col.decks.all_names_and_ids()]
                below = [name for name in shown if name.count("::") == 1]
                assert below == [titles[name] for name in parts if titles[name].count("::") == 1]
    assert states[0] == states[1]


def test_new_cards_of_everything_come_in_learning_order(built_decks: Path, tmp_path: Path) -> None:
    content = library()
    with learner.collection(tmp_path / "learner") as col:
        learner.import_package(col, built_decks / "everything.apkg")
        seen: set[str] = set()
        for name, source in sorted(content.decks.items(), key=lambda pair: pair[1].deck.title):
            if source.deck.title.count("::") != 1:  # a deck inside one of the decks
                continue
            order = {item.first_id: i for i, item in enumerate(deck_items(content, source))}
            homes = col.decks.deck_and_child_ids(col.decks.id(source.deck.title, create=False))
            rows = [
                guid
                for guid, deck in col.db.all(
                    "SELECT guid, did FROM cards JOIN notes ON notes.id = nid ORDER BY due, ord"
                )
                if deck in homes
            ]
            entries = [guid.split("/")[1] for guid in rows]
            places = [order[entry] for entry in entries if entry in order]
            assert places == sorted(places), name
            assert places, name
            assert not seen & set(rows), "each note is in one deck"
            seen |= set(rows)


def test_by_ascending_position_prerequisites_come_first_across_decks(
    chapters: dict[tuple[str, ...], Path], tmp_path: Path
) -> None:
    """What docs/study-along.md tells to set in the options of the deck."""
    content = library()
    with learner.collection(tmp_path / "learner") as col:
        learner.import_package(col, chapters[CHAPTER])
        col.decks.select(col.decks.id(TOP))
        config = col.decks.config_dict_for_deck_id(col.decks.id(TOP))
        config["new"]["perDay"] = 9999
        config["newGatherPriority"], config["newSortOrder"] = 1, 1  # position, order gathered
        col.decks.update_config(config)
        queue = col.sched.get_queued_cards(fetch_limit=9999).cards
        guids = [col.get_card(each.card.id).note().guid for each in queue]
    order = list(dict.fromkeys(guid.split("/")[1] for guid in guids))
    place = {name: i for i, name in enumerate(order)}
    pairs = [
        (place[need], place[name])
        for name in order
        if name in content.items
        for need in content.items[name].entry.requires
    ]
    assert len(pairs) > 3
    assert all(before < after for before, after in pairs)


def test_a_chapter_alone_is_taken_in_without_a_complaint(
    chapters: dict[tuple[str, ...], Path], tmp_path: Path
) -> None:
    for number, package in enumerate(chapters.values()):
        with learner.collection(tmp_path / str(number)) as col:
            imported = learner.import_package(col, package)
            assert imported.new == col.note_count() > 1
            assert learner.faults(col) == []
            assert learner.import_package(col, package).new == 0
