"""A learner imports a merged package: everything of their own is there, and the new texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dlcards.build.package import write_package
from dlcards.commands.merge import MergeRequest, merge_packages, read_export
from dlcards.model import DeckPlan, Field
from dlcards.release import newest
from dlcards.release.diff.read import Limits, read_package
from plans import CLOZE, FORMULA, deck, formula, times

pytest.importorskip("anki", reason="the real Anki is not installed")
import learner

pytestmark = pytest.mark.anki

DECK = "Test Maths::1 Calculus"
FIRST, SECOND = 1_700_000_000, 1_710_000_000
OWN = "my own words"
NAMES = ("alpha", "beta", "gamma", "delta")


def first() -> DeckPlan:
    return deck(*(formula(name, q1="Why?") for name in NAMES), name=DECK)


def second() -> DeckPlan:
    """Change all notes but the last, and add one."""
    notes = [formula(name, q1="Why here?", q2="How?") for name in NAMES[:-1]]
    return deck(*notes, formula("delta", q1="Why?"), formula("new"), name=DECK)


@pytest.fixture
def col(tmp_path: Path) -> Iterator[Any]:
    with learner.collection(tmp_path / "learner") as opened:
        yield opened


def packed(folder: Path, plan: DeckPlan, name: str, *, changed: bool = False) -> Path:
    later = dict.fromkeys((*NAMES[:-1], "new"), SECOND) if changed else {}
    write_package(plan, folder / name, modified=times(plan, FIRST, **later))
    return folder / name


def edit(col: Any, name: str, **fields: str) -> None:
    note = col.get_note(learner.note_id(col, f"dlcards/{name}"))
    for field, text in fields.items():
        note[field] = text
    col.update_note(note)


def tag(col: Any, name: str, *tags: str) -> None:
    note = col.get_note(learner.note_id(col, f"dlcards/{name}"))
    note.tags += tags
    col.update_note(note)


def cards(col: Any, name: str) -> list[int]:
    return list(col.find_cards(f"nid:{learner.note_id(col, f'dlcards/{name}')}"))


def export(col: Any, target: Path, *, legacy: bool = True) -> Path:
    """Export everything, for older versions of Anki too, unless told otherwise."""
    from anki import import_export_pb2 as messages

    request = messages.ExportAnkiPackageRequest(out_path=str(target))
    options = {"with_scheduling": True, "with_media": True, "legacy": legacy}
    target_options = getattr(messages, "ExportAnkiPackageOptions", None)
    if target_options is not None and "options" in request.DESCRIPTOR.fields_by_name:
        request.options.CopyFrom(target_options(**options))
    else:
        for name, value in options.items():
            setattr(request, name, value)
    request.limit.whole_collection.SetInParent()
    try:
        col._backend.export_anki_package(request)
    except TypeError:
        col._backend.export_anki_package_raw(request.SerializeToString())
    return target


def state(col: Any) -> dict[str, list[Any]]:
    """Return suspended and flagged cards, and the whole review log."""
    return {
        "suspended": sorted(col.find_cards("is:suspended")),
        "flagged": sorted(col.find_cards("flag:2")),
        "reviews": learner.reviews(col),
    }


def study_and_edit(col: Any) -> None:
    assert learner.study(col, DECK) == 2 * len(NAMES)
    edit(col, "alpha", Recall=OWN)
    edit(col, "beta", Q1="Why, in my words?")
    tag(col, "gamma", "mine")
    col.set_user_flag_for_cards(2, cards(col, "alpha"))
    col.sched.suspend_cards(cards(col, "beta"))


def need_zstd() -> None:
    pytest.importorskip(newest._MODULE, reason="dlcards[anki] is not installed")


@pytest.mark.parametrize("legacy", [True, False])
@pytest.mark.parametrize("with_base", [True, False])
def test_a_merged_package_brings_the_new_texts_and_keeps_everything_of_ones_own(
    col: Any, tmp_path: Path, *, with_base: bool, legacy: bool
) -> None:
    if not legacy:
        need_zstd()
    old = packed(tmp_path, first(), "old.apkg")
    new = packed(tmp_path, second(), "new.apkg", changed=True)
    learner.import_package(col, old)
    study_and_edit(col)
    before, schedule = state(col), learner.schedule(col)
    mine = export(col, tmp_path / "mine.apkg", legacy=legacy)
    target = tmp_path / "merged.apkg"
    base = old if with_base else None
    assert merge_packages(MergeRequest(new, mine, base, target)).problems == ()

    imported = learner.import_package(col, target)

    assert (imported.new, imported.conflicting) == (1, 0)
    assert state(col) == before
    assert schedule.items() <= learner.schedule(col).items()
    fields, tags = learner.fields(col), learner.tags(col)
    assert fields["dlcards/alpha"][2] == OWN
    assert fields["dlcards/beta"][3] == "Why, in my words?"
    assert "mine" in tags["dlcards/gamma"]
    if with_base:  # without it, touched notes keep what differs
        assert fields["dlcards/alpha"][3] == "Why here?"
        assert fields["dlcards/gamma"][3] == "Why here?"
        assert fields["dlcards/beta"][4] == "answer of Why here?"
    assert fields["dlcards/alpha"][5] == ("How?" if with_base else "")
    assert "dlcards/new" in fields
    assert learner.faults(col) == []

    again = learner.import_package(col, new)
    assert (again.new, again.updated) == (0, 0)
    assert learner.fields(col) == fields


def test_the_release_alone_would_cost_the_edits(col: Any, tmp_path: Path) -> None:
    learner.import_package(col, packed(tmp_path, first(), "old.apkg"))
    study_and_edit(col)
    col.db.execute("UPDATE notes SET mod = ?", SECOND - 1)  # edited before the release
    learner.import_package(col, packed(tmp_path, second(), "new.apkg", changed=True))
    assert learner.fields(col)["dlcards/alpha"][2] != OWN
    assert "mine" not in learner.tags(col)["dlcards/gamma"]


def test_an_added_field_stays_and_updates_still_arrive(col: Any, tmp_path: Path) -> None:
    old = packed(tmp_path, first(), "old.apkg")
    new = packed(tmp_path, second(), "new.apkg", changed=True)
    learner.import_package(col, old)
    kind = col.models.by_name("Test Formula")
    col.models.add_field(kind, col.models.new_field("Mine"))
    col.models.update_dict(kind)
    edit(col, "alpha", Mine=OWN)
    mine, target = export(col, tmp_path / "mine.apkg"), tmp_path / "merged.apkg"
    assert merge_packages(MergeRequest(new, mine, old, target)).problems == ()

    imported = learner.import_package(col, target)

    assert (imported.new, imported.updated, imported.conflicting) == (1, 3, 0)
    assert learner.fields(col)["dlcards/alpha"][-1] == OWN
    assert learner.fields(col)["dlcards/alpha"][3] == "Why here?"
    assert set(learner.note_types(col)) == {"Test Formula"}


def test_a_marked_note_keeps_its_mark_with_the_learning_progress(col: Any, tmp_path: Path) -> None:
    from anki import import_export_pb2 as messages

    old = packed(tmp_path, first(), "old.apkg")
    new = packed(tmp_path, second(), "new.apkg", changed=True)
    learner.import_package(col, old)
    study_and_edit(col)
    tag(col, "gamma", "marked")
    before, schedule = state(col), learner.schedule(col)
    mine, target = export(col, tmp_path / "mine.apkg"), tmp_path / "merged.apkg"
    done = merge_packages(MergeRequest(new, mine, old, target))
    assert done.system_tags() == ("dlcards/gamma",)
    options = getattr(messages, "ImportAnkiPackageOptions", None)
    if options is None:
        pytest.skip("this Anki has no such option")
    col.import_anki_package(
        messages.ImportAnkiPackageRequest(
            package_path=str(target), options=options(with_scheduling=True)
        )
    )
    assert {"marked", "mine"} <= set(learner.tags(col)["dlcards/gamma"])
    assert state(col) == before
    assert schedule.items() <= learner.schedule(col).items()


def test_an_export_of_the_newest_format_says_the_same_as_one_for_older_versions(
    col: Any, tmp_path: Path
) -> None:
    need_zstd()
    learner.import_package(col, packed(tmp_path, first(), "old.apkg"))
    study_and_edit(col)
    tag(col, "gamma", "한국어::\u00e9")
    read = [
        read_package(export(col, tmp_path / f"{legacy}.apkg", legacy=legacy), Limits(),
                     media=False, newest=True)
        for legacy in (True, False)
    ]  # fmt: skip
    older, found = read
    assert found.notes == older.notes
    assert {name: deck["desc"] for name, deck in found.decks.items()} == {
        name: deck["desc"] for name, deck in older.decks.items()
    }
    assert found.types.keys() == older.types.keys()
    for number, kind in older.types.items():
        assert said_by_both(kind, found.types[number]) == said_by_both(found.types[number], kind)


def said_by_both(one: Any, other: Any) -> Any:
    """Return of a note type what another names too; an older Anki knows fewer keys."""
    if isinstance(one, list):
        return [said_by_both(*pair) for pair in zip(one, other, strict=True)]
    if not isinstance(one, dict):
        return one
    assert {"name", "id"} <= one.keys() or "ord" in one
    computed = ("req", "usn")  # Anki computes the first anew, and never asks for the second
    return {
        key: said_by_both(value, other[key])
        for key, value in one.items()
        if key in other and key not in computed
    }


def test_a_whole_collection_of_the_newest_format_is_read_too(col: Any, tmp_path: Path) -> None:
    need_zstd()
    learner.import_package(col, packed(tmp_path, first(), "old.apkg"))
    mine = tmp_path / "mine.colpkg"
    col.export_collection_package(str(mine), include_media=False, legacy=False)
    found, problems = read_export(mine)
    assert problems == ()
    assert found is not None
    assert {f"dlcards/{name}" for name in NAMES} <= found.notes.keys()


# ── A release with more fields ────────────────────────────────────────────────────


LONGER = replace(FORMULA, fields=(FORMULA.fields[0], Field("Source", 11_099), *FORMULA.fields[1:]))


def with_sources(plan: DeckPlan) -> DeckPlan:
    notes = tuple(
        replace(n, fields=(n.fields[0], f"Book of {n.entry}", *n.fields[1:])) for n in plan.notes
    )
    return replace(plan, notes=notes, note_types=(LONGER, CLOZE))


def test_a_field_that_a_release_adds_comes_with_a_merge(col: Any, tmp_path: Path) -> None:
    """The learner ticks what the command tells: merge note types, update always."""
    from anki import import_export_pb2 as messages

    options = getattr(messages, "ImportAnkiPackageOptions", None)
    if options is None or "merge_notetypes" not in options.DESCRIPTOR.fields_by_name:
        pytest.skip("this Anki has no such option")
    old = packed(tmp_path, first(), "old.apkg")
    new = tmp_path / "new.apkg"
    plan = with_sources(second())
    write_package(plan, new, modified=times(plan, SECOND))
    learner.import_package(col, old)
    study_and_edit(col)
    before, schedule = state(col), learner.schedule(col)
    target = tmp_path / "merged.apkg"
    done = merge_packages(MergeRequest(new, export(col, tmp_path / "mine.apkg"), old, target))
    assert done.problems == ()
    assert done.extended == {"Test Formula": ("Source",)}
    always = messages.IMPORT_ANKI_PACKAGE_UPDATE_CONDITION_ALWAYS
    chosen = options(merge_notetypes=True, update_notes=always, update_notetypes=always)
    col.import_anki_package(
        messages.ImportAnkiPackageRequest(package_path=str(target), options=chosen)
    )
    assert state(col) == before
    assert schedule.items() <= learner.schedule(col).items()
    fields, tags = learner.fields(col), learner.tags(col)
    assert {texts[-1] for texts in fields.values()} == {
        f"Book of {name}" for name in (*NAMES, "new")
    }
    assert fields["dlcards/alpha"][2] == OWN
    assert fields["dlcards/beta"][3] == "Why, in my words?"
    assert fields["dlcards/gamma"][3] == "Why here?"
    assert "mine" in tags["dlcards/gamma"]
    assert set(learner.note_types(col)) <= {"Test Formula", "Test Cloze"}
    assert [fault for fault in learner.faults(col) if "unused" not in fault] == []
