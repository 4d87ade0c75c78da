"""A learner imports release after release for years and loses nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, permutations
from pathlib import Path
from typing import Any

import pytest

from dlcards.build.package import write_package
from dlcards.model import DeckPlan
from dlcards.release import ledger
from dlcards.release.ledger import Ledger, LineKind
from plans import deck, formula, times

pytest.importorskip("anki", reason="the real Anki is not installed")
import learner
from generations import DAY, DECK, GOLDEN, Generation, generations

pytestmark = pytest.mark.anki

OWN_TEXT = "my own words"
OWN_DECK = "My deck"
PATHS = [(1, 2, 3), (1, 2, 3, 4), (1, 3), (1, 4), (2, 4), (1, 2, 4), (3, 4)]
RENAMES = pytest.mark.skipif(
    learner.version() < (23, 12),
    reason="Anki before 23.12 takes a renamed field or template for a new one",
)


def _path(*numbers: int) -> Any:
    marks = [RENAMES] if 4 in numbers else []
    return pytest.param(numbers, id="-".join(map(str, numbers)), marks=marks)


@dataclass(frozen=True, slots=True)
class State:
    """Everything of a collection that an import might touch."""

    schedule: learner.Schedule
    reviews: list[tuple[Any, ...]]
    fields: dict[str, tuple[str, ...]]
    tags: dict[str, tuple[str, ...]]
    note_types: dict[str, int]


def state(col: Any) -> State:
    return State(
        learner.schedule(col),
        learner.reviews(col),
        learner.fields(col),
        learner.tags(col),
        learner.note_types(col),
    )


@pytest.fixture
def col(tmp_path: Path) -> Iterator[Any]:
    with learner.collection(tmp_path / "learner") as opened:
        yield opened


def live(col: Any, until: int) -> None:
    """Let everything the learner did have happened before a moment in the past.

    The releases of the test lie years back; what was done by now must not be later.
    """
    for table in ("notes", "cards"):
        col.db.execute(f"UPDATE {table} SET mod = ? WHERE mod > ?", until, until)


def personalise(col: Any) -> None:
    """Edit a field, add a tag, suspend a card, and move one to a deck of one's own."""
    note = col.get_note(learner.note_id(col, "dlcards/own-edit"))
    note.fields[1] = OWN_TEXT
    note.tags.append("mine")
    col.update_note(note)
    stable = col.get_note(learner.note_id(col, "dlcards/stable")).cards()
    col.sched.suspend_cards([stable[0].id])
    col.set_deck([stable[1].id], col.decks.id(OWN_DECK))


def upgrade(col: Any, new: Generation) -> tuple[State, State, learner.Imported]:
    before = state(col)
    imported = learner.import_package(col, new.package)
    after = state(col)
    live(col, new.time + DAY)
    return before, after, imported


def changed_between(old: Generation, new: Generation) -> set[str]:
    released = old.ledger.of(LineKind.NOTE)
    return {
        guid
        for guid, line in new.ledger.of(LineKind.NOTE).items()
        if guid in released and released[guid].modified < line.modified
    }


@pytest.mark.parametrize("path", [_path(*numbers) for numbers in PATHS])
def test_no_history_is_lost_along_the_way(col: Any, path: Sequence[int]) -> None:
    steps = [generations()[number - 1] for number in path]
    learner.import_package(col, steps[0].package)
    assert learner.study(col, DECK) >= 15
    personalise(col)
    live(col, steps[0].time + DAY)
    for old, new in pairwise(steps):
        before, after, imported = upgrade(col, new)
        was = {note.guid: note for note in old.plan.notes}
        now = {note.guid: note for note in new.plan.notes}
        changed = changed_between(old, new)

        assert len(before.reviews) >= 15
        assert after.reviews == before.reviews
        assert {card: after.schedule[card] for card in before.schedule} == before.schedule

        assert imported.conflicting == 0
        assert len(after.note_types) == len(before.note_types) == 2
        assert set(after.note_types) == {t.name for t in new.plan.note_types}

        for guid in before.fields.keys() - changed:
            assert after.fields[guid] == before.fields[guid], guid
            assert after.tags[guid] == before.tags[guid], guid
        for guid in changed | (now.keys() - was.keys()):
            assert after.fields[guid] == now[guid].fields, guid
            assert set(after.tags[guid]) == set(now[guid].tags), guid
        assert imported.updated == len(changed)
        assert imported.new == len(now.keys() - before.fields.keys())

        assert set(after.schedule) - set(before.schedule) == new_cards(old, new)
        assert set(after.fields) == set(before.fields) | set(now)
        learner.study(col, DECK)
        live(col, new.time + DAY)
    last = state(col)
    assert learner.import_package(col, steps[-1].package).updated == 0
    assert state(col) == last
    for older in steps[-2::-1]:
        assert learner.import_package(col, older.package).updated == 0
        assert state(col) == last


def new_cards(old: Generation, new: Generation) -> set[tuple[str, int]]:
    from dlcards.cards.generation import card_rule

    def cards(plan: DeckPlan) -> set[tuple[str, int]]:
        rules = {t.name: card_rule(t) for t in plan.note_types}
        return {(n.guid, i) for n in plan.notes for i in rules[n.note_type](n.fields)}

    return cards(new.plan) - cards(old.plan)


def test_the_learners_own_edit_tag_suspension_and_deck_stay(col: Any) -> None:
    one, two, three = generations()[:3]
    learner.import_package(col, one.package)
    learner.study(col, DECK)
    personalise(col)
    live(col, one.time + DAY)
    for new in (two, three):
        upgrade(col, new)
    assert learner.fields(col)["dlcards/own-edit"][1] == OWN_TEXT
    assert "mine" in learner.tags(col)["dlcards/own-edit"]
    suspended, moved = col.get_note(learner.note_id(col, "dlcards/stable")).cards()
    assert suspended.queue == -1
    assert col.decks.name(moved.did) == OWN_DECK


@RENAMES
def test_an_edit_is_replaced_when_the_note_itself_changes_later(col: Any) -> None:
    three, four = generations()[2:]
    learner.import_package(col, three.package)
    personalise(col)
    live(col, three.time + DAY)
    upgrade(col, four)
    assert learner.fields(col)["dlcards/own-edit"][1] != OWN_TEXT


@RENAMES
def test_an_edit_that_is_later_than_the_change_stays(col: Any) -> None:
    three, four = generations()[2:]
    learner.import_package(col, three.package)
    personalise(col)
    live(col, four.time + DAY)
    upgrade(col, four)
    assert learner.fields(col)["dlcards/own-edit"][1] == OWN_TEXT


def test_a_retired_question_turns_up_under_empty_cards(col: Any) -> None:
    one, _, three = generations()[:3]
    learner.import_package(col, one.package)
    learner.study(col, DECK)
    live(col, one.time + DAY)
    assert list(col.get_empty_cards().notes) == []
    upgrade(col, three)
    assert [entry.note_id for entry in col.get_empty_cards().notes] == [
        learner.note_id(col, "dlcards/shrinks")
    ]


def test_a_retired_note_stays_with_those_who_have_it(col: Any) -> None:
    one, two = generations()[:2]
    learner.import_package(col, one.package)
    upgrade(col, two)
    assert "dlcards/retired" in learner.fields(col)


def test_a_changed_figure_arrives(col: Any) -> None:
    one, two = generations()[:2]
    learner.import_package(col, one.package)
    upgrade(col, two)
    folder = Path(col.media.dir())
    (figure,) = [file for file in two.plan.media if file.name.startswith("curve-")]
    assert figure.name in learner.fields(col)["dlcards/curve"][1]
    assert (folder / figure.name).read_bytes() == figure.content
    assert list(col.media.check().missing) == []


@RENAMES
def test_style_and_renamed_fields_and_templates_arrive(col: Any) -> None:
    one, last = generations()[0], generations()[-1]
    learner.import_package(col, one.package)
    live(col, one.time + DAY)
    upgrade(col, last)
    wanted = last.plan.note_types[0]
    stored = col.models.get(wanted.id)
    assert stored["css"] == wanted.css
    assert [f["name"] for f in stored["flds"]] == list(wanted.field_names())
    assert [t["name"] for t in stored["tmpls"]] == [t.name for t in wanted.templates]


def test_a_fresh_learner_gets_the_last_release_whole(col: Any) -> None:
    last = generations()[-1]
    imported = learner.import_package(col, last.package)
    assert imported.new == len(last.plan.notes)
    assert learner.faults(col) == []


# ── The test would notice ─────────────────────────────────────────────────────────


def test_one_time_for_all_notes_would_lose_the_learners_edits(col: Any, tmp_path: Path) -> None:
    one, two = generations()[:2]
    learner.import_package(col, one.package)
    personalise(col)
    live(col, one.time + DAY)
    careless = tmp_path / "careless.apkg"
    write_package(two.plan, careless, modified=times(two.plan, two.time))
    learner.import_package(col, careless)
    assert learner.fields(col)["dlcards/own-edit"][1] != OWN_TEXT


def test_an_unchanged_time_would_bring_no_update(col: Any, tmp_path: Path) -> None:
    one, two = generations()[:2]
    learner.import_package(col, one.package)
    frozen = tmp_path / "frozen.apkg"
    write_package(two.plan, frozen, modified=times(two.plan, ledger.FIRST_TIME))
    assert learner.import_package(col, frozen).updated == 0


# ── The packages of the past ──────────────────────────────────────────────────────


@pytest.mark.parametrize("generation", generations(), ids=lambda g: str(g.number))
def test_past_packages_hold_what_their_ledgers_say(
    generation: Generation, col: Any, tmp_path: Path
) -> None:
    learner.import_package(col, generation.package)
    kept = dict(col.db.all("SELECT guid, mod FROM notes"))
    assert kept == {note.guid: generation.modified[note.guid] for note in generation.plan.notes}
    assert learner.fields(col) == {note.guid: note.fields for note in generation.plan.notes}


def test_all_past_packages_are_tested() -> None:
    packages = sorted(GOLDEN.glob("*.apkg"))
    assert packages == sorted(generation.package for generation in generations())
    assert len(packages) >= 3


# ── Decks that share notes ────────────────────────────────────────────────────────


def shared_decks(words: str, tmp_path: Path, modified: int) -> list[Path]:
    """Write three decks that share notes, all of one release."""
    common = formula("shared", q1=words)
    both = formula("of-two")
    plans = [
        deck(common, both, formula("only-a"), name="Test A"),
        deck(formula("only-b"), common, name="Test B"),
        deck(both, common, name="Test C"),
    ]
    folder = tmp_path / str(modified)
    folder.mkdir()
    packages = []
    for plan in plans:
        stamps = times(plan) | {"dlcards/shared": modified}
        packages.append(folder / f"{plan.title}.apkg")
        write_package(plan, packages[-1], modified=stamps)
    return packages


@pytest.mark.parametrize(
    "order", list(permutations(range(3))), ids=lambda order: "".join("ABC"[i] for i in order)
)
def test_decks_that_share_notes_come_in_any_order(
    col: Any, tmp_path: Path, order: Sequence[int]
) -> None:
    first = shared_decks("Why?", tmp_path, 1_700_000_000)
    for i in order:
        learner.import_package(col, first[i])
    guids = col.db.list("SELECT guid FROM notes ORDER BY guid")
    assert guids == ["dlcards/of-two", "dlcards/only-a", "dlcards/only-b", "dlcards/shared"]
    assert len(learner.note_types(col)) <= 2
    assert learner.faults(col) == []
    for name in ("Test A", "Test B", "Test C"):
        if col.decks.id_for_name(name):
            learner.study(col, name)
    live(col, 1_700_000_000 + DAY)
    before = state(col)
    later = shared_decks("Why now?", tmp_path, 1_700_500_000)
    updated = [learner.import_package(col, later[i]).updated for i in reversed(order)]
    assert sum(updated) == 1  # by whichever deck came first
    after = state(col)
    assert after.schedule == before.schedule
    assert after.fields["dlcards/shared"][3] == "Why now?"


# ── Own decks without releases ────────────────────────────────────────────────────


def test_own_decks_without_releases_update_only_what_changed(col: Any, tmp_path: Path) -> None:
    memory: Mapping[str, tuple[str, int]] = {}

    def build(plan: DeckPlan, now: int) -> Path:
        nonlocal memory
        stamps = ledger.stamp(Ledger(), [plan], first_built=memory, now=now)
        memory = stamps.first_built
        write_package(plan, tmp_path / "own.apkg", modified=stamps.modified)
        return tmp_path / "own.apkg"

    first = deck(formula("own-edit", q1="?"), formula("stable", q1="?"), formula("new"), name=DECK)
    learner.import_package(col, build(first, 1_700_000_000))
    learner.study(col, DECK)
    personalise(col)
    live(col, 1_700_000_000 + DAY)
    before = state(col)
    second = replace(first, notes=(*first.notes[:2], formula("new", q1="Why?")))
    imported = learner.import_package(col, build(second, 1_700_900_000))
    assert (imported.updated, imported.new, imported.conflicting) == (1, 0, 0)
    after = state(col)
    assert after.fields["dlcards/own-edit"][1] == OWN_TEXT
    assert {card: after.schedule[card] for card in before.schedule} == before.schedule
