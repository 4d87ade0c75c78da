"""A merge brings new texts and keeps what the learner wrote, field by field."""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dlcards.build.package import write_package
from dlcards.cli import run
from dlcards.model import CardTemplate, DeckPlan, Field, MediaFile, Note
from dlcards.release import newest
from dlcards.release.diff.read import Limits, ReadNote, ReadPackage, read_package
from dlcards.release.merge import Conflict, Merge, MergedNote, describe_merge, merge
from plans import CLOZE, FORMULA, RELEASED, SVG, cloze, deck, formula, times, with_fields

FIRST, SECOND, EDITED = RELEASED, RELEASED + 1_000_000, RELEASED + 500_000
GUID = "dlcards/x"
TITLE, FRONT, RECALL, Q1, A1 = range(5)


@pytest.fixture
def pack(tmp_path: Path) -> Callable[..., Path]:
    def write(plan: DeckPlan, stamps: dict[str, int] | None = None) -> Path:
        target = tmp_path / f"{len(list(tmp_path.iterdir()))}.apkg"
        write_package(plan, target, modified=stamps or times(plan, FIRST))
        return target

    return write


@pytest.fixture
def read(pack: Callable[..., Path]) -> Callable[..., ReadPackage]:
    """Return what a package of some notes holds, all of one time."""

    def package(*notes: Note, at: int = FIRST, **options: Any) -> ReadPackage:
        plan = deck(*notes, **options)
        stamps = times(plan, FIRST) | {note.guid: at for note in notes}
        return read_package(pack(plan, stamps), Limits())

    return package


Read = Callable[..., ReadPackage]


def merged_fields(done: Merge, guid: str = GUID) -> tuple[str, ...]:
    assert done.problems == ()
    return done.notes[guid].note.fields


# ── Field by field ────────────────────────────────────────────────────────────────


OLD = formula("x", q1="Why?")


def test_an_untouched_field_takes_the_new_text_and_an_edited_one_stays(read: Read) -> None:
    new = read(formula("x", q1="Why here?"), at=SECOND)
    mine = read(with_fields(OLD, Recall="my words"), at=EDITED)
    done = merge(new, mine, read(OLD))
    fields = merged_fields(done)
    assert (fields[RECALL], fields[Q1]) == ("my words", "Why here?")
    assert done.conflicts == ()
    assert (done.updated, done.kept) == ((GUID,), (GUID,))


def test_the_merged_note_is_later_than_both_so_that_anki_takes_it(read: Read) -> None:
    new = read(formula("x", q1="Why here?"), at=SECOND)
    for edited in (EDITED, SECOND + 5):
        mine = read(with_fields(OLD, Recall="my words"), at=edited)
        assert merge(new, mine, read(OLD)).notes[GUID].note.modified > max(SECOND, edited)


def test_what_is_not_changed_keeps_its_time(read: Read) -> None:
    mine = read(with_fields(OLD, Recall="my words"), at=EDITED)
    done = merge(read(OLD), mine, read(OLD))
    assert done.notes[GUID].note == mine.notes[GUID]
    assert (done.updated, done.unchanged) == ((), 1)


def test_a_conflict_keeps_the_learners_text_and_is_told_with_all_three(read: Read) -> None:
    new = read(formula("x", q1="Why here?"), at=SECOND)
    mine = read(with_fields(OLD, Q1="Why, again?"), at=EDITED)
    done = merge(new, mine, read(OLD))
    assert merged_fields(done)[Q1] == "Why, again?"
    assert merged_fields(done)[A1] == "answer of Why here?"
    assert done.conflicts == (Conflict(GUID, "X", "Q1", "Why?", "Why here?", "Why, again?"),)
    told = describe_merge(done)
    assert "old:   Why?\n" in told
    assert "new:   Why here?\n" in told
    assert "yours: Why, again?" in told


def test_an_emptied_field_stays_empty_and_brings_no_blank_card(read: Read) -> None:
    new = read(replace(OLD, tags=("dlcards::other",)), at=SECOND)
    mine = read(with_fields(OLD, Q1=""), at=EDITED)
    done = merge(new, mine, read(OLD))
    assert merged_fields(done)[Q1] == ""
    assert done.notes[GUID].positions == {0: 0}


def test_a_new_question_brings_its_card(read: Read) -> None:
    new = read(formula("x", q1="Why?", q2="How?"), at=SECOND)
    done = merge(new, read(with_fields(OLD, Recall="my words"), at=EDITED), read(OLD))
    assert done.notes[GUID].positions == {0: 0, 1: 1, 2: 2}


def test_a_blank_the_learner_took_away_does_not_come_back(read: Read) -> None:
    old = cloze("x", "{{c1::a}} {{c2::b}}")
    new = read(replace(old, tags=("dlcards::other",)), at=SECOND)
    done = merge(new, read(cloze("x", "{{c1::a}} b"), at=EDITED), read(old))
    assert done.notes["dlcards/x/cloze"].positions == {0: 0}


def test_another_title_of_a_related_entry_is_no_edit(read: Read) -> None:
    def listing(title: str) -> Note:
        return formula("x", text=f'<ul><li data-entry="y">{title}</li></ul>')

    done = merge(read(listing("New")), read(listing("Old"), at=EDITED), read(listing("Older")))
    assert (done.updated, done.conflicts) == ((), ())


# ── Personal, tags, notes ─────────────────────────────────────────────────────────


def test_the_personal_field_is_the_learners(read: Read) -> None:
    kind = replace(FORMULA, fields=(*FORMULA.fields[:-1], Field("Personal", 11_007)))

    def note(text: str, q1: str = "Why?") -> Note:
        plain = formula("x", q1=q1)
        return replace(plain, fields=(*plain.fields[:-1], text))

    types = (kind, CLOZE)
    new = read(note("theirs", "Why here?"), at=SECOND, note_types=types)
    mine = read(note("mine"), at=EDITED, note_types=types)
    for base in (None, read(note(""), note_types=types)):
        done = merge(new, mine, base)
        assert merged_fields(done)[-1] == "mine"
        assert all(conflict.field != "Personal" for conflict in done.conflicts)


def test_own_tags_stay_while_the_releases_come_and_go(read: Read) -> None:
    def tagged(*tags: str) -> Note:
        return formula("x", tags=tags)

    done = merge(
        read(tagged("kept", "added"), at=SECOND),
        read(tagged("kept", "gone", "mine"), at=EDITED),
        read(tagged("kept", "gone", "dropped")),
    )
    assert done.notes[GUID].note.tags == ("added", "kept", "mine")


def test_a_deleted_note_stays_deleted_and_a_new_one_comes(read: Read) -> None:
    new = read(OLD, formula("deleted"), formula("new"), at=SECOND)
    done = merge(new, read(OLD), read(OLD, formula("deleted")))
    assert set(done.notes) == {GUID, "dlcards/new"}
    assert (done.added, done.left_out) == (("dlcards/new",), ("dlcards/deleted",))


def test_foreign_notes_of_the_export_stay_out(read: Read) -> None:
    done = merge(read(OLD, at=SECOND), read(OLD, formula("foreign")), read(OLD))
    assert set(done.notes) == {GUID}


# ── Without the base ──────────────────────────────────────────────────────────────


def test_a_note_with_the_time_of_a_release_is_untouched(read: Read) -> None:
    new = read(formula("x", q1="Why here?"), at=SECOND)
    done = merge(new, read(OLD), releases=[FIRST])
    assert merged_fields(done)[Q1] == "Why here?"
    assert done.conflicts == ()


def test_on_a_touched_note_what_differs_is_an_edit(read: Read) -> None:
    new = read(formula("x", q1="Why here?"), at=SECOND)
    mine = read(with_fields(OLD, Recall="my words"), at=EDITED)
    done = merge(new, mine)
    assert merged_fields(done)[RECALL] == "my words"
    assert {(c.field, c.old) for c in done.conflicts} == {
        ("Recall", None),
        ("Q1", None),
        ("A1", None),
    }


def test_a_merged_note_counts_as_touched_at_the_next_merge(read: Read) -> None:
    """Its time is that of no release, nor of an unreleased build a second later."""
    new = read(formula("x", q1="Why here?"), at=SECOND)
    mine = read(with_fields(OLD, Recall="my words"), at=EDITED)
    merged = merge(new, mine, read(OLD)).notes[GUID].note
    learner = replace(mine, notes={GUID: merged})
    third = read(formula("x", q1="Why there?"), formula("y"), at=SECOND + 2_000_000)
    others = replace(third.notes["dlcards/y"], modified=merged.modified // 10 * 10)
    third = replace(third, notes=third.notes | {"dlcards/y": others})
    done = merge(third, learner, new, releases=[FIRST, SECOND, SECOND + 1])
    assert merged_fields(done)[RECALL] == "my words"
    assert merged_fields(done)[Q1] == "Why there?"


# ── Note types ────────────────────────────────────────────────────────────────────


def with_type(package: ReadPackage, **changes: Any) -> ReadPackage:
    kind = package.types[str(FORMULA.id)] | changes
    return replace(package, types=package.types | {str(FORMULA.id): kind})


def test_fields_the_learner_added_stay_where_they_are(read: Read) -> None:
    mine = read(with_fields(OLD, Recall="my words"), at=EDITED)
    own = {"name": "Mine", "id": 99}
    flds = mine.types[str(FORMULA.id)]["flds"]
    mine = with_type(mine, flds=[flds[0], own, *flds[1:]], mod=EDITED)
    note = mine.notes[GUID]
    fields = (note.fields[0], "my own field", *note.fields[1:])
    mine = replace(mine, notes={GUID: replace(note, fields=fields)})
    done = merge(read(formula("x", q1="Why here?"), formula("new"), at=SECOND), mine, read(OLD))
    assert merged_fields(done)[:2] == ("X", "my own field")
    assert merged_fields(done)[Q1 + 1] == "Why here?"
    assert merged_fields(done, "dlcards/new")[:2] == ("New", "")
    assert [part["name"] for part in done.types[str(FORMULA.id)]["flds"]][1] == "Mine"


def test_cards_follow_their_template_to_its_place(read: Read) -> None:
    mine = read(with_fields(OLD, Recall="my words"), at=EDITED)
    templates = mine.types[str(FORMULA.id)]["tmpls"]
    mine = with_type(mine, tmpls=[templates[1], templates[0], templates[2]])
    done = merge(read(formula("x", q1="Why here?"), at=SECOND), mine, read(OLD))
    assert done.notes[GUID].positions == {0: 1, 1: 0}


def test_a_new_style_comes_unless_the_learner_has_another(read: Read) -> None:
    new = with_type(read(OLD, at=SECOND), css="new", mod=SECOND)
    base = with_type(read(OLD), css="old")
    same = merge(new, with_type(read(OLD), css="old", mod=EDITED), base)
    assert same.types[str(FORMULA.id)]["css"] == "new"
    assert same.types[str(FORMULA.id)]["mod"] > SECOND
    own = merge(new, with_type(read(OLD), css="mine", mod=EDITED), base)
    assert own.types[str(FORMULA.id)]["css"] == "mine"
    assert [c.field for c in own.conflicts] == ["style"]


def test_a_deleted_field_stays_deleted_when_the_base_tells_so(read: Read) -> None:
    mine = read(OLD, at=EDITED)
    flds = mine.types[str(FORMULA.id)]["flds"]
    mine = with_type(mine, flds=flds[:-1], mod=EDITED)
    note = mine.notes[GUID]
    mine = replace(mine, notes={GUID: replace(note, fields=note.fields[:-1])})
    new = read(formula("x", q1="Why here?"), at=SECOND)
    assert len(merged_fields(merge(new, mine, read(OLD)))) == len(flds) - 1
    (problem,) = merge(new, mine, export="mine.apkg").problems
    assert problem.code == "note-type-lacks"
    assert "'Extra1'" in problem.message


MORE = replace(
    FORMULA,
    fields=(*FORMULA.fields[:3], Field("Source", 11_099), *FORMULA.fields[3:]),
    templates=(
        *FORMULA.templates,
        CardTemplate(
            "Source", 12_099, "{{#Source}}Where is {{Title}}?{{/Source}}", "{{Source}}", "source"
        ),
    ),
)
"""The note type of a later release: with one more field in the middle, and one more template."""


def sourced(name: str, source: str, **options: Any) -> Note:
    note = formula(name, **options)
    return replace(note, fields=(*note.fields[:3], source, *note.fields[3:]))


@pytest.mark.parametrize("has_base", [True, False])
def test_fields_and_templates_that_a_release_adds_follow_the_learners(
    read: Read, has_base: bool
) -> None:
    new = read(
        sourced("x", "Book 3", q1="Why here?"),
        sourced("y", ""),
        at=SECOND,
        note_types=(MORE, CLOZE),
    )
    mine = read(with_fields(OLD, Recall="my words"), formula("y"), at=EDITED)
    mine = replace(mine, notes=mine.notes | {"dlcards/y": read(formula("y")).notes["dlcards/y"]})
    done = merge(new, mine, read(OLD, formula("y")) if has_base else None, releases=[FIRST])
    assert done.extended == {"Test Formula": ("Source", "Source")}
    kind = done.types[str(FORMULA.id)]
    assert [part["name"] for part in kind["flds"]] == [*FORMULA.field_names(), "Source"]
    assert [part["ord"] for part in kind["flds"]] == list(range(9))
    assert [part["name"] for part in kind["tmpls"]][-1] == "Source"
    assert kind["mod"] > FIRST
    fields = merged_fields(done)
    assert (fields[RECALL], fields[-1]) == ("my words", "Book 3")
    assert fields[Q1] == ("Why here?" if has_base else "Why?")
    assert done.notes[GUID].positions == {0: 0, 1: 1, 3: 3}
    assert merged_fields(done, "dlcards/y") == (*mine.notes["dlcards/y"].fields, "")
    told = describe_merge(done)
    assert "new to the note type 'Test Formula': 'Source'" in told
    assert "'Merge note types'" in told


def test_a_field_that_a_release_removed_stays_with_its_text(read: Read) -> None:
    types = (MORE, CLOZE)
    base = read(sourced("x", "Book 3", q1="Why?"), note_types=types)
    mine = read(sourced("x", "Book 3, page 9", q1="Why?"), at=EDITED, note_types=types)
    done = merge(read(formula("x", q1="Why here?"), at=SECOND), mine, base)
    fields = merged_fields(done)
    assert (fields[3], fields[Q1 + 1]) == ("Book 3, page 9", "Why here?")
    assert done.types[str(FORMULA.id)]["flds"] == mine.types[str(FORMULA.id)]["flds"]
    assert (done.extended, done.conflicts) == ({}, ())


@pytest.mark.parametrize("has_ids", [True, False])
def test_fields_that_a_release_reordered_are_known_by_name(read: Read, has_ids: bool) -> None:
    def turned(note: Note) -> Note:
        return replace(note, fields=note.fields[::-1])

    def nameless(package: ReadPackage) -> ReadPackage:
        """Return a package as an old Anki exports it, without ids."""
        flds = [part | {"id": None} for part in package.types[str(FORMULA.id)]["flds"]]
        return package if has_ids else with_type(package, flds=flds)

    types = (replace(FORMULA, fields=FORMULA.fields[::-1]), CLOZE)
    new = read(turned(formula("x", q1="Why here?")), at=SECOND, note_types=types)
    mine = nameless(read(with_fields(OLD, Recall="my words"), at=EDITED))
    done = merge(new, mine, read(OLD))
    fields = merged_fields(done)
    assert (fields[RECALL], fields[Q1]) == ("my words", "Why here?")
    assert (done.extended, done.conflicts) == ({}, ())
    back = merge(read(formula("x", q1="Why here?"), at=SECOND), mine, new)
    assert merged_fields(back)[RECALL] == "my words"


def test_a_note_that_became_another_kind_is_left_out(read: Read) -> None:
    mine = read(OLD, cloze("y", "{{c1::a}}"))
    other = replace(mine.notes[GUID], type_id=str(CLOZE.id), fields=("X", "{{c1::mine}}", ""))
    mine = replace(mine, notes=mine.notes | {GUID: other})
    done = merge(read(OLD, cloze("y", "{{c1::b}}"), at=SECOND), mine, read(OLD))
    assert done.left_out == (GUID,)
    assert set(done.notes) == {"dlcards/y/cloze"}
    assert done.types[str(CLOZE.id)]["name"] == CLOZE.name


# ── The command ───────────────────────────────────────────────────────────────────


def test_the_command_writes_a_package_that_can_be_read_again(
    pack: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = MediaFile("a.svg", SVG)
    plan = deck(formula("x", q1="Why here?", figure="a.svg"), formula("y"), media=(picture,))
    new = pack(plan, times(plan, FIRST, x=SECOND))
    base = pack(deck(OLD, formula("y")))
    edited = deck(with_fields(OLD, Recall="my words", Q1=""), formula("y"))
    mine = pack(edited, times(edited, FIRST, x=EDITED))
    target = tmp_path / "out" / "merged.apkg"
    arguments = ["merge", str(new), "--mine", str(mine), "--base", str(base), "-o", str(target)]
    assert run(arguments) == 0
    assert "notes: 1 with new text, 0 new, 1 as before" in capsys.readouterr().out
    found, whole = read_package(target, Limits()), read_package(new, Limits())
    assert found.notes[GUID].fields[RECALL] == "my words"
    assert found.notes[GUID].cards == {0}
    assert found.notes["dlcards/y"] == whole.notes["dlcards/y"]
    assert found.media == whole.media
    assert {n.deck for n in found.notes.values()} == {n.deck for n in whole.notes.values()}


def entries(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def newest_format(path: Path) -> None:
    """Make the export one of the newest format, cut in its middle."""
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("meta", bytes([8, 3]))
        archive.writestr("collection.anki21b", b"\x28\xb5\x2f\xfd")


def a_later_format(path: Path) -> None:
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("meta", bytes([8, 4]))
        archive.writestr("collection.anki21b", b"packed otherwise")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:900])


def broken(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("collection.anki2", b"SQLite format 3\0" + b"\xff" * 5000)


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("collection.anki2", bytes(500 << 20))


def nothing_at_all(path: Path) -> None:
    path.write_bytes(b"")


def half_a_gigabyte_of_nothing(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(500 << 20)


@pytest.mark.parametrize(
    "harm",
    [
        newest_format, a_later_format, cut, broken, bomb, nothing_at_all,
        half_a_gigabyte_of_nothing,
    ],
)  # fmt: skip
def test_a_bad_export_is_one_problem_and_nothing_is_written(
    pack: Callable[..., Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    harm: Callable[[Path], None],
) -> None:
    new, mine = pack(deck(OLD)), pack(deck(OLD))
    harm(mine)
    target = tmp_path / "merged.apkg"
    assert run(["merge", str(new), "--mine", str(mine), "-o", str(target)]) == 1
    errors = capsys.readouterr().err
    assert "[unreadable-export]" in errors
    assert "1 error" in errors
    assert "export the deck again" in errors or "export one deck after the other" in errors
    assert not target.exists()
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="reads are counted by Linux")
@pytest.mark.parametrize("sound", [True, False])
def test_of_a_large_export_only_the_collection_is_read(
    pack: Callable[..., Path], tmp_path: Path, sound: bool
) -> None:
    """Pictures are most of an export: they stand before the collection, and are passed over."""
    new, mine, large = pack(deck(OLD)), pack(deck(OLD)), tmp_path / "large.apkg"
    half_a_gigabyte_of_nothing(large)
    if sound:
        with large.open("ab") as file:
            file.write(mine.read_bytes())
    before = bytes_read()
    code = run(["merge", str(new), "--mine", str(large), "-o", str(tmp_path / "merged.apkg")])
    assert code == (0 if sound else 1)
    assert bytes_read() - before < 20 << 20


def bytes_read() -> int:
    """Return how much this process has read so far."""
    told = Path("/proc/self/io").read_text().splitlines()
    return int(told[0].removeprefix("rchar: "))


def test_without_the_library_the_newest_format_is_one_problem_with_both_ways_out(
    pack: Callable[..., Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(newest, "_MODULE", "dlcards.no_such_library")
    new, mine = pack(deck(OLD)), pack(deck(OLD))
    newest_format(mine)
    target = tmp_path / "merged.apkg"
    assert run(["merge", str(new), "--mine", str(mine), "-o", str(target)]) == 1
    errors = capsys.readouterr().err
    assert "[unreadable-export]" in errors
    assert "pip install 'dlcards[anki]'" in errors
    assert "with 'Support older Anki versions' ticked" in errors
    assert not target.exists()


def test_an_export_of_another_deck_is_one_problem(
    pack: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "merged.apkg"
    new, mine = pack(deck(OLD)), pack(deck(formula("spanish")))
    assert run(["merge", str(new), "--mine", str(mine), "-o", str(target)]) == 1
    assert "[foreign-export]" in capsys.readouterr().err
    assert not target.exists()


def test_a_guid_that_an_export_holds_twice_is_a_problem(read: Read) -> None:
    mine = replace(read(OLD), doubled=(GUID, "foreign"))
    (problem,) = merge(read(OLD), mine).problems
    assert (problem.code, GUID in problem.message) == ("duplicate-guid", True)


def test_a_package_is_never_overwritten_by_its_own_merge(pack: Callable[..., Path]) -> None:
    new = pack(deck(OLD))
    before = entries(new)
    assert run(["merge", str(new), "--mine", str(pack(deck(OLD))), "-o", str(new)]) == 2
    assert entries(new) == before


def test_marked_notes_are_told_because_anki_drops_the_mark() -> None:
    note = ReadNote(GUID, "1", 0, ("marked",), ("X",))
    done = Merge(notes={GUID: MergedNote(note, {0: 0})}, updated=(GUID,))
    assert "Import any learning progress" in describe_merge(done)
    assert "Import any" not in describe_merge(replace(done, updated=()))
