"""The real Anki takes in what was written, all of it, without a complaint."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from dlcards.build.package import write_package
from dlcards.cards import generation
from dlcards.model import DeckPlan, MediaFile, NoteKind, NoteType
from plans import CLOZE, FORMULA, SVG, deck, formula, small_deck, times

pytest.importorskip("anki", reason="the real Anki is not installed")
import learner

pytestmark = pytest.mark.anki


@pytest.fixture
def col(tmp_path: Path) -> Iterator[Any]:
    with learner.collection(tmp_path / "learner") as opened:
        yield opened


def packed(plan: DeckPlan, folder: Path) -> Path:
    target = folder / f"{len(list(folder.iterdir()))}.apkg"
    write_package(plan, target, modified=times(plan))
    return target


def test_counts_are_those_of_the_deck(col: Any, tmp_path: Path) -> None:
    plan = small_deck()
    imported = learner.import_package(col, packed(plan, tmp_path))
    assert imported == learner.Imported(new=4, updated=0, duplicate=0, conflicting=0)
    assert col.note_count() == 4
    assert col.card_count() == 8
    assert learner.fields(col) == {note.guid: note.fields for note in plan.notes}
    assert learner.tags(col) == {note.guid: note.tags for note in plan.notes}


def test_anki_finds_nothing_to_complain_about(col: Any, tmp_path: Path) -> None:
    learner.import_package(col, packed(small_deck(), tmp_path))
    assert col.card_count() > 0
    assert learner.faults(col) == []


def test_the_checks_of_anki_would_notice(col: Any, tmp_path: Path) -> None:
    learner.import_package(col, packed(small_deck(), tmp_path))
    (Path(col.media.dir()) / "chain-1a2b.svg").unlink()
    note = col.get_note(learner.note_id(col, "dlcards/sum-rule"))
    note["Recall"] = ""
    col.update_note(note)
    found = " ".join(learner.faults(col))
    assert "missing media chain-1a2b.svg" in found
    assert "empty cards" in found


def test_figures_arrive_with_their_bytes(col: Any, tmp_path: Path) -> None:
    learner.import_package(col, packed(small_deck(), tmp_path))
    assert (Path(col.media.dir()) / "chain-1a2b.svg").read_bytes() == SVG


def test_decks_nest_and_carry_the_description(col: Any, tmp_path: Path) -> None:
    learner.import_package(col, packed(small_deck(), tmp_path))
    names = {entry.name for entry in col.decks.all_names_and_ids()}
    assert {"Test Maths::1 Calculus", "Test Maths::1 Calculus::Pen and paper"} <= names
    assert col.decks.by_name("Test Maths::1 Calculus")["desc"] == "A deck for tests"
    (home,) = {
        col.decks.name(card.did) for card in col.get_note(note_of(col, "product-rule")).cards()
    }
    assert home == "Test Maths::1 Calculus::Pen and paper"


def test_a_deck_that_only_holds_sub_decks_carries_its_description(col: Any, tmp_path: Path) -> None:
    homes = [f"Test Maths::{name}" for name in ("On the go", "Pen and paper")]
    plan = deck(formula("a", deck=homes[0]), formula("b", deck=homes[1]), name="Test Maths")
    learner.import_package(col, packed(plan, tmp_path))
    assert {entry.name for entry in col.decks.all_names_and_ids()} >= {"Test Maths", *homes}
    assert col.decks.by_name("Test Maths")["desc"] == plan.description


def note_of(col: Any, entry: str) -> int:
    return learner.note_id(col, f"dlcards/{entry}")


def test_new_cards_come_in_the_order_of_the_deck(col: Any, tmp_path: Path) -> None:
    names = ["zeta", "alpha", "mu", "beta"]
    plan = deck(*(formula(name) for name in names))
    learner.import_package(col, packed(plan, tmp_path))
    col.decks.select(col.decks.id(plan.title))
    queue = col.sched.get_queued_cards(fetch_limit=9).cards
    asked = [col.get_card(entry.card.id).note().guid for entry in queue]
    assert asked == [f"dlcards/{name}" for name in names]


def test_first_cards_come_first_within_the_limit_of_a_day(col: Any, tmp_path: Path) -> None:
    plan = deck(*(formula(f"n{i}", q1="Why?", q2="How?") for i in range(20)))
    learner.import_package(col, packed(plan, tmp_path))
    col.decks.select(col.decks.id(plan.title))
    queue = col.sched.get_queued_cards(fetch_limit=20).cards
    asked = [(card.note().guid, card.ord) for card in (col.get_card(e.card.id) for e in queue)]
    of_that_day = [(f"dlcards/n{i}", position) for i in range(20) for position in range(3)][:20]
    assert asked == sorted(of_that_day, key=lambda card: card[1])


def test_ids_of_types_fields_and_templates_are_kept(col: Any, tmp_path: Path) -> None:
    learner.import_package(col, packed(small_deck(), tmp_path))
    for note_type in (FORMULA, CLOZE):
        stored = col.models.get(note_type.id)
        assert stored["name"] == note_type.name
        assert [f["id"] for f in stored["flds"]] == [f.id for f in note_type.fields]
        assert [t["id"] for t in stored["tmpls"]] == [t.id for t in note_type.templates]


def test_importing_again_changes_nothing(col: Any, tmp_path: Path) -> None:
    package = packed(small_deck(), tmp_path)
    learner.import_package(col, package)
    before = (learner.fields(col), learner.schedule(col))
    assert learner.import_package(col, package).duplicate == 4
    assert (learner.fields(col), learner.schedule(col)) == before


def test_a_package_is_no_larger_than_what_anki_exports(col: Any, tmp_path: Path) -> None:
    import anki.collection

    if not hasattr(anki.collection, "ExportAnkiPackageOptions"):
        pytest.skip("this version of Anki has another way to export")
    files = tuple(MediaFile(f"f{i}.svg", SVG + b" " * i) for i in range(30))
    plan = deck(*(formula(f"n{i}", figure=f"f{i}.svg") for i in range(30)), media=files)
    ours = packed(plan, tmp_path)
    learner.import_package(col, ours)
    export = tmp_path / "export.apkg"
    options = anki.collection.ExportAnkiPackageOptions(with_media=True, legacy=True)
    col.export_anki_package(out_path=str(export), options=options, limit=None)
    assert ours.stat().st_size <= export.stat().st_size


# ── Our rules for cards are Anki's ────────────────────────────────────────────────

_BREAKS = ("", " ", "\n", "<br>", "<div><br/></div>", "<BR >", "</div >", "\t<br>\t")
_FILLED = ("x", "0", "&nbsp;", "\u00a0", "<b></b>", "<br class=a>", "<!-- x -->", "<div>x</div>")
_FILLINGS = st.sampled_from(_BREAKS + _FILLED)
_BRACES = ("{{c1::", "{{c2::", "{{c13::", "{{c01::", "{{c::", "{{", "}}", "}} ", "} }")
_BLANK_PIECES = st.sampled_from((*_BRACES, "::", "a", "<br>", "\n", "\\frac{1}{2}"))


@pytest.fixture(scope="module")
def oracle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with learner.collection(tmp_path_factory.mktemp("oracle")) as col:
        for note_type in (FORMULA, CLOZE):
            add_type(col, note_type)
        yield col


def add_type(col: Any, note_type: NoteType) -> None:
    made = col.models.new(note_type.name)
    made["type"] = 1 if note_type.kind is NoteKind.CLOZE else 0
    for name in note_type.field_names():
        col.models.add_field(made, col.models.new_field(name))
    for template in note_type.templates:
        added = col.models.new_template(template.name)
        added["qfmt"], added["afmt"] = template.front, template.back
        col.models.add_template(made, added)
    col.models.add(made)


def cards_of_anki(col: Any, note_type: NoteType, fields: list[str]) -> set[int]:
    note = col.new_note(col.models.by_name(note_type.name))
    note.fields = list(fields)
    col.add_note(note, 1)
    found = {card.ord for card in note.cards()}
    col.remove_notes([note.id])
    return found


@given(fields=st.lists(_FILLINGS, min_size=8, max_size=8))
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_templates_give_the_cards_that_anki_gives(oracle: Any, fields: list[str]) -> None:
    ours = set(generation.card_rule(FORMULA)(fields))
    assert cards_of_anki(oracle, FORMULA, fields) == (ours or {0})


@given(pieces=st.lists(_BLANK_PIECES, max_size=14), other=st.sampled_from(["", "{{c7::z}}"]))
@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_blanks_give_the_cards_that_anki_gives(oracle: Any, pieces: list[str], other: str) -> None:
    if learner.version() < (25,):  # it counts what stands in a blank that is never closed
        depth = 0
        for sign in re.findall(r"\{\{c\d+::|\}\}", "".join(pieces)):
            depth = max(0, depth - 1) if sign == "}}" else depth + 1
        assume(depth == 0)
    fields = ["Title", "".join(pieces), other]
    ours = set(generation.card_rule(CLOZE)(fields))
    assert cards_of_anki(oracle, CLOZE, fields) == (ours or {0})
