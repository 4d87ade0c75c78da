"""The note types that learners get, filled with composed notes, in the real Anki."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from card_samples import CHAIN_RULE, SADDLE, sample_plan
from dlcards.build.package import check_plan, write_package
from dlcards.cards.generation import card_rule
from dlcards.model import DeckPlan
from dlcards.release.ledger import Ledger
from dlcards.release.obstacles import Decisions
from dlcards.release.record import release, release_notes
from plans import times

pytest.importorskip("anki", reason="the real Anki is not installed")
import learner

pytestmark = pytest.mark.anki


@pytest.fixture
def col(tmp_path: Path) -> Iterator[Any]:
    with learner.collection(tmp_path / "learner") as opened:
        yield opened


@pytest.fixture
def plan() -> DeckPlan:
    found = sample_plan()
    assert len({note.note_type for note in found.notes}) == 5
    return found


def packed(plan: DeckPlan, folder: Path, seconds: int = 1_700_000_000) -> Path:
    target = folder / f"{seconds}.apkg"
    write_package(plan, target, modified=times(plan, seconds))
    return target


def test_composed_notes_have_no_problem(plan: DeckPlan) -> None:
    assert check_plan(plan) == ()


def test_anki_makes_the_cards_that_were_foreseen(col: Any, plan: DeckPlan, tmp_path: Path) -> None:
    learner.import_package(col, packed(plan, tmp_path))
    rules = {t.name: card_rule(t) for t in plan.note_types}
    foreseen = {(n.guid, i) for n in plan.notes for i in rules[n.note_type](n.fields)}
    assert set(learner.schedule(col)) == foreseen
    assert learner.faults(col) == []


def test_anki_itself_would_make_the_same_cards(col: Any, plan: DeckPlan, tmp_path: Path) -> None:
    """Adding a copy of each note by hand lets Anki decide, not the package."""
    learner.import_package(col, packed(plan, tmp_path))
    types = {t.name: t for t in plan.note_types}
    assert plan.notes
    for note in plan.notes:
        copy = col.new_note(col.models.get(types[note.note_type].id))
        copy.fields = list(note.fields)
        col.add_note(copy, 1)
        foreseen = card_rule(types[note.note_type])(note.fields)
        assert tuple(sorted(card.ord for card in copy.cards())) == foreseen, note.guid


def test_the_types_keep_their_ids(col: Any, plan: DeckPlan, tmp_path: Path) -> None:
    learner.import_package(col, packed(plan, tmp_path))
    assert plan.note_types
    for note_type in plan.note_types:
        stored = col.models.get(note_type.id)
        assert stored["name"] == note_type.name
        assert [f["id"] for f in stored["flds"]] == [f.id for f in note_type.fields]
        assert [t["id"] for t in stored["tmpls"]] == [t.id for t in note_type.templates]
        assert [f["name"] for f in stored["flds"]] == list(note_type.field_names())


def test_a_new_style_and_template_text_arrive_without_a_second_type(
    col: Any, plan: DeckPlan, tmp_path: Path
) -> None:
    learner.import_package(col, packed(plan, tmp_path))
    before = learner.schedule(col)
    types = tuple(
        replace(
            t,
            css=f"{t.css}\n.new {{ color: red }}",
            templates=tuple(replace(u, back=f"{u.back}<p></p>") for u in t.templates),
        )
        for t in plan.note_types
    )
    later = replace(plan, note_types=types)
    imported = learner.import_package(col, packed(later, tmp_path, 1_700_000_500))
    assert imported.conflicting == 0
    assert learner.schedule(col) == before
    for note_type in types:
        stored = col.models.get(note_type.id)
        assert stored["css"] == note_type.css
        assert stored["tmpls"][0]["afmt"] == note_type.templates[0].back
    names = [entry.name for entry in col.models.all_names_and_ids()]
    assert not [name for name in names if name.endswith("+")]


def test_the_advice_for_a_retired_note_finds_it_and_no_other(col: Any, tmp_path: Path) -> None:
    plan = sample_plan((CHAIN_RULE, SADDLE))  # a translation carries the id of its original
    learner.import_package(col, packed(plan, tmp_path))
    first = release(Ledger(), [plan], version="1", now=1_700_000_000)
    assert first.problems == ()
    for gone in plan.notes:
        rest = replace(plan, notes=tuple(note for note in plan.notes if note is not gone))
        shown = {name for note in rest.notes for name in note.media}
        rest = replace(rest, media=tuple(file for file in rest.media if file.name in shown))
        done = release(
            first.ledger,
            [rest],
            version="2",
            now=1_700_000_500,
            decisions=Decisions(retire=[gone.guid]),
        )
        assert done.problems == ()
        (search,) = re.findall(r"search for (.*) in the browser", release_notes(done, "2"))
        assert list(col.find_notes(search)) == [learner.note_id(col, gone.guid)]
