"""The comparison of packages foresees what Anki will do, and fears no package."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from dlcards.build.package import write_package
from dlcards.cli import run
from dlcards.model import DeckPlan, Field, MediaFile, NoteType
from dlcards.problems import ContentError, ToolError, UsageError
from dlcards.release.diff import (
    DeckChange,
    Difference,
    Effect,
    Limits,
    compare_packages,
    describe,
    release_page,
    word_difference,
)
from dlcards.release.diff.compare import compare
from dlcards.release.diff.read import ReadPackage
from plans import CLOZE, FORMULA, RELEASED, SVG, cloze, deck, formula, small_deck, times

LATER = RELEASED + 100


@pytest.fixture
def pack(tmp_path: Path) -> Callable[..., Path]:
    def write(plan: DeckPlan, stamps: dict[str, int] | None = None) -> Path:
        target = tmp_path / f"{len(list(tmp_path.iterdir()))}.apkg"
        write_package(plan, target, modified=stamps or times(plan))
        return target

    return write


@pytest.fixture
def compared(pack: Callable[..., Path]) -> Callable[..., Difference]:
    """Compare two decks; the entries named in the third argument changed later."""

    def compare(old: DeckPlan, new: DeckPlan, *later: str) -> Difference:
        stamps = times(new) | dict.fromkeys(later, LATER)
        return compare_packages(pack(old), pack(new, stamps))

    return compare


Compared = Callable[..., Difference]


def effects(difference: Difference) -> dict[str, Effect]:
    return {change.guid: change.effect for change in difference.notes}


# ── What becomes of notes ─────────────────────────────────────────────────────────


def test_the_same_deck_has_no_difference(compared: Compared) -> None:
    found = compared(small_deck(), small_deck())
    assert found == Difference(unchanged=4)
    assert found.is_empty()
    assert not found.hurts()


def test_added_changed_and_removed_notes(compared: Compared) -> None:
    old = deck(formula("same"), formula("text", q1="Why this?"), formula("gone"))
    new = deck(formula("same"), formula("text", q1="Why that?"), formula("fresh"))
    found = compared(old, new, "dlcards/text")
    assert effects(found) == {
        "dlcards/fresh": Effect.NEW,
        "dlcards/gone": Effect.LEFT,
        "dlcards/text": Effect.UPDATED,
    }
    assert found.unchanged == 1
    assert not found.hurts()
    assert [f.name for f in found.notes[2].fields] == ["Q1", "A1"]


def test_a_change_without_a_later_time_never_arrives(compared: Compared) -> None:
    found = compared(deck(formula("x", q1="Why?")), deck(formula("x", q1="Who?")))
    assert effects(found) == {"dlcards/x": Effect.NOT_UPDATED}
    assert found.hurts()


def test_a_later_time_without_a_change_costs_learners_their_edits(compared: Compared) -> None:
    found = compared(deck(formula("x")), deck(formula("x")), "dlcards/x")
    assert effects(found) == {"dlcards/x": Effect.REWRITTEN}
    assert found.hurts()


def test_tags_are_content(compared: Compared) -> None:
    found = compared(deck(formula("x")), deck(formula("x", tags=("new",))), "dlcards/x")
    assert [f.name for f in found.notes[0].fields] == ["(tags)"]


def test_another_deck_is_told_and_harmless(compared: Compared) -> None:
    found = compared(deck(formula("x")), deck(formula("x", deck="Elsewhere")))
    assert effects(found) == {"dlcards/x": Effect.MOVED}
    assert not found.hurts()


def test_new_and_lost_cards_are_named(compared: Compared) -> None:
    found = compared(deck(formula("x", q1="A?")), deck(formula("x", q2="B?")), "dlcards/x")
    (change,) = found.notes
    assert change.new_cards == ("Question 2",)
    assert change.lost_cards == ("Question 1",)
    assert found.hurts()
    blanks = compared(
        deck(cloze("x", "{{c1::a}}")), deck(cloze("x", "{{c1::a}} {{c2::b}}")), "dlcards/x/cloze"
    )
    assert blanks.notes[0].new_cards == ("blank 2",)
    assert not blanks.hurts()


def test_questions_that_change_places_hurt(compared: Compared) -> None:
    old = deck(formula("x", q1="Why so?", q2="How so?"))
    new = deck(formula("x", q1="How so?", q2="Why so?"))
    found = compared(old, new, "dlcards/x")
    assert found.hurts()
    assert "'Q1' holds now what 'Q2' held" in found.notes[0].harm


def test_a_note_under_another_guid_is_doubled(compared: Compared) -> None:
    old = deck(formula("x", q1="?"))
    new = deck(replace(formula("x", q1="?"), guid="dlcards/other"))
    found = compared(old, new)
    assert found.hurts()
    assert "dlcards/other" in found.harm[0]


def test_another_note_type_under_the_same_guid_is_refused_by_anki(compared: Compared) -> None:
    moved = replace(cloze("x", "{{c1::a}}"), guid="dlcards/x")
    found = compared(deck(formula("x")), deck(moved), "dlcards/x")
    assert effects(found) == {"dlcards/x": Effect.CONFLICT}
    assert found.hurts()


# ── Note types and media ──────────────────────────────────────────────────────────


def restyled(compared: Compared, changed: NoteType, *later: str) -> Difference:
    plan = deck(formula("x"), note_types=(FORMULA, CLOZE))
    return compared(plan, replace(plan, note_types=(changed, CLOZE)), *later)


def test_a_new_style_arrives_with_a_later_time_only(compared: Compared) -> None:
    style = replace(FORMULA, css="x")
    assert not restyled(compared, style, f"notetype:{FORMULA.name}").hurts()
    found = restyled(compared, style)
    assert [change.effect for change in found.note_types] == [Effect.NOT_UPDATED]
    assert found.hurts()


def test_a_renamed_field_keeps_its_id_and_its_type(compared: Compared) -> None:
    fields = (*FORMULA.fields[:-1], Field("Extra 1", FORMULA.fields[-1].id))
    found = restyled(compared, replace(FORMULA, fields=fields), f"notetype:{FORMULA.name}")
    assert [change.effect for change in found.note_types] == [Effect.UPDATED]
    assert "'Extra1' renamed to 'Extra 1'" in found.note_types[0].what[0]


def test_other_fields_make_a_second_note_type(compared: Compared) -> None:
    plan = deck(cloze("x", "{{c1::a}}"))
    more = replace(FORMULA, fields=(*FORMULA.fields, Field("More", 99)))
    found = compared(plan, replace(plan, note_types=(more, CLOZE)), f"notetype:{FORMULA.name}")
    assert [change.effect for change in found.note_types] == [Effect.SECOND_TYPE]
    assert found.hurts()


def test_the_same_name_with_another_id_is_a_second_note_type(compared: Compared) -> None:
    found = restyled(compared, replace(FORMULA, id=FORMULA.id + 7))
    assert [change.effect for change in found.note_types] == [Effect.SECOND_TYPE]


def test_media_are_compared_by_content(compared: Compared) -> None:
    def plan(*files: MediaFile) -> DeckPlan:
        notes = [formula(f"n{i}", figure=file.name) for i, file in enumerate(files)]
        return deck(*notes, media=files)

    old = plan(MediaFile("a.svg", SVG), MediaFile("b.svg", SVG))
    new = plan(MediaFile("a.svg", SVG + b" "), MediaFile("c.svg", SVG))
    found = compared(old, new, "dlcards/n1")
    assert found.media_added == ("c.svg",)
    assert found.media_removed == ("b.svg",)
    assert found.media_changed == ("a.svg",)
    assert "dlcards/n0" not in effects(found)  # the same picture, drawn anew


# ── Decks and options ─────────────────────────────────────────────────────────────


def test_new_decks_lost_decks_and_descriptions_are_told(compared: Compared) -> None:
    name = "Test Maths::1 Calculus"
    old = deck(formula("x", deck=f"{name}::Old"), formula("y"))
    new = deck(formula("x", deck=f"{name}::New"), formula("y"), description="Another one")
    assert compared(old, new).decks == (
        DeckChange(name, ("another description, which replaces the learner's",)),
        DeckChange(f"{name}::New", ("a new deck",)),
        DeckChange(f"{name}::Old", ("no longer in the package: learners keep the deck",)),
    )


def test_deck_options_are_told_one_by_one() -> None:
    def package(per_day: int, retention: int) -> ReadPackage:
        decks = {"D": {"name": "D", "desiredRetention": retention}}
        options = {"P": {"name": "P", "mod": per_day, "new": {"perDay": per_day, "bury": True}}}
        return ReadPackage({}, {}, {}, decks=decks, options=options)

    found = compare(package(20, 90), package(30, 93))
    assert found.decks == (
        DeckChange("D", ("desiredRetention 90 → 93: only for those who do not have the deck yet",)),
        DeckChange(
            "deck options P", ("new.perDay 20 → 30: learners who have these options keep theirs",)
        ),
    )
    assert "deck options P: new.perDay 20 → 30" in describe(found)


# ── A page for learners ───────────────────────────────────────────────────────────


def test_the_page_tells_what_comes_what_stays_and_what_gets_lost(compared: Compared) -> None:
    styled = (replace(FORMULA, css=".card { color: red }"), CLOZE)
    old = deck(formula("same"), formula("text", q1="Why?", q2="How?"), formula("gone"))
    picture = MediaFile("a.svg", SVG)
    notes = (formula("same"), formula("text", q1="Who?"), formula("fresh", figure="a.svg"))
    new = deck(*notes, note_types=styled, media=(picture,))
    page = release_page(compared(old, new, "dlcards/text", "notetype:Test Formula"))
    assert (
        page
        == """\
# What this update brings

- 1 new note with 1 card
- 1 note with new text, and 0 new cards
- 1 note as before

## New

- Fresh

## Changed

- Text: Q1, A1, Q2, A2

## Decks, styles and pictures

- cards of the note type Test Formula look different: style changed
- 1 new picture

## What stays

- every review and interval, every flag, every suspended card
- your edits and tags on the 1 note without a change
- 1 note no longer in the deck:
  - Gone

## What you would lose

- your own edits and tags on 1 note, made before this release; `dlcards merge` keeps them
- these cards turn blank; Tools, Empty Cards removes them:
  - Text: Question 2
"""
    )


def test_the_page_stays_one_page(compared: Compared) -> None:
    many = (formula(f"n{i}") for i in range(200))
    page = release_page(compared(deck(formula("x")), deck(formula("x"), *many)))
    assert "- and 170 more" in page
    assert len(page.splitlines()) < 60


# ── Telling ───────────────────────────────────────────────────────────────────────


def test_words_are_marked_one_by_one() -> None:
    assert word_difference("a b c", "a x c") == "a [-b-]{+x+} c"
    assert word_difference("", "new") == "{+new+}"
    assert word_difference(r"\frac{1}{2}", r"\frac{1}{3}") == r"\frac{1}{[-2-]{+3+}}"
    assert word_difference("a" * 10**6, "a b") == "[-1000000 characters-]{+a b+}"


def test_long_unchanged_parts_are_left_out() -> None:
    words = " ".join(f"w{i}" for i in range(500))
    told = word_difference(f"{words} old", f"{words} new")
    assert told.endswith("w499 [-old-]{+new+}")
    assert len(told) < 200


def test_enormous_fields_are_not_compared_word_by_word() -> None:
    told = word_difference("a " * 10**5, "b " * 10**5)
    assert told == "[-199999 characters-]{+199999 characters+} "


def test_harm_stands_out(compared: Compared) -> None:
    text = describe(compared(deck(formula("x", q1="Why?")), deck(formula("x", q1="Who?"))))
    assert "! dlcards/x (X): changed without a later time" in text
    assert "Q1: [-Why-]{+Who+}?" in text


def test_a_package_cannot_steer_the_terminal(compared: Compared) -> None:
    evil = formula("x", q1="\x1b[2J\x07Why?")
    text = describe(compared(deck(formula("x")), deck(evil), "dlcards/x"))
    assert "Why?" in text
    assert "\x1b" not in text


@pytest.mark.parametrize(("question", "code"), [("Why?", 0), ("Who?", 1)])
def test_the_command_tells_by_its_exit_code(
    pack: Callable[..., Path], capsys: pytest.CaptureFixture[str], question: str, code: int
) -> None:
    old, new = pack(deck(formula("x", q1="Why?"))), pack(deck(formula("x", q1=question)))
    assert run(["diff", str(old), str(new), "--format", "json"]) == code
    data = json.loads(capsys.readouterr().out)
    assert data["hurts"] is bool(code)
    assert len(data["notes"]) == code
    assert run(["diff", str(old), str(new)]) == code
    assert capsys.readouterr().out


# ── Packages nobody should trust ──────────────────────────────────────────────────


def archive(folder: Path, entries: dict[str, bytes]) -> Path:
    target = folder / "evil.apkg"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return target


@pytest.mark.parametrize(
    "content", [b"", b"no zip", b"PK\x05\x06" + bytes(18), b"PK\x03\x04" + bytes(50)]
)
def test_other_files_are_not_taken_for_packages(
    pack: Callable[..., Path], tmp_path: Path, content: bytes
) -> None:
    other = tmp_path / "other.apkg"
    other.write_bytes(content)
    with pytest.raises(UsageError, match=r"not an Anki package"):
        compare_packages(pack(small_deck()), other)


@pytest.mark.parametrize(
    "entries",
    [
        {"collection.anki2": b"no database"},
        {"collection.anki2": b"SQLite format 3\0" + bytes(100)},
        {"collection.anki2": b"", "media": b"[1, 2]"},
        {"collection.anki2": b"", "media": b"{broken"},
    ],
)
def test_damaged_packages_are_told(
    pack: Callable[..., Path], tmp_path: Path, entries: dict[str, bytes]
) -> None:
    with pytest.raises(ContentError, match=r"evil\.apkg: error: the package is damaged"):
        compare_packages(pack(small_deck()), archive(tmp_path, entries))


def test_the_newest_format_is_refused_with_a_remedy(
    pack: Callable[..., Path], tmp_path: Path
) -> None:
    newest = archive(tmp_path, {"collection.anki21b": b"", "collection.anki2": b""})
    with pytest.raises(UsageError, match="Support older Anki versions"):
        compare_packages(pack(small_deck()), newest)


def test_a_truncated_package_is_told(pack: Callable[..., Path], tmp_path: Path) -> None:
    whole = pack(small_deck()).read_bytes()
    assert len(whole) > 970
    for length in range(0, len(whole), 97):
        cut = tmp_path / "cut.apkg"
        cut.write_bytes(whole[:length])
        with pytest.raises((UsageError, ContentError)):
            compare_packages(cut, cut)


@pytest.mark.slow
def test_flipped_bytes_never_end_in_a_crash(pack: Callable[..., Path], tmp_path: Path) -> None:
    whole = pack(small_deck()).read_bytes()
    refused = 0
    for position in range(0, len(whole), 41):
        broken = bytearray(whole)
        broken[position] ^= 0xFF
        (tmp_path / "broken.apkg").write_bytes(broken)
        try:
            compare_packages(tmp_path / "broken.apkg", tmp_path / "broken.apkg")
        except (UsageError, ContentError):
            refused += 1
    assert refused > 10


@pytest.mark.parametrize("entry", ["collection.anki2", "media", "0"])
def test_a_bomb_is_stopped_before_it_unfolds(
    pack: Callable[..., Path], tmp_path: Path, entry: str
) -> None:
    sound = pack(small_deck())
    with zipfile.ZipFile(sound) as made:
        entries = {name: made.read(name) for name in made.namelist()}
    entries[entry] = bytes(20 << 20)
    bomb = archive(tmp_path, entries)
    assert bomb.stat().st_size < 100_000
    limits = Limits(database=1 << 20, media_map=1 << 20, media=1 << 20)
    with pytest.raises(ToolError, match="larger than 1 MB"):
        compare_packages(sound, bomb, limits=limits)


def test_too_many_files_are_refused(pack: Callable[..., Path]) -> None:
    package = pack(small_deck())
    with pytest.raises(ToolError, match="too many"):
        compare_packages(package, package, limits=Limits(entries=2))


def test_nothing_is_written_under_a_name_of_the_archive(
    pack: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    monkeypatch.chdir(folder)
    with zipfile.ZipFile(pack(small_deck())) as made:
        entries = {name: made.read(name) for name in made.namelist()}
    entries |= {"../escaped": b"x", "/absolute": b"x"}
    entries["media"] = b'{"0": "../../escaped.svg", "../escaped": "a"}'
    evil = archive(tmp_path, entries)
    before = sorted(tmp_path.rglob("*"))
    compare_packages(evil, evil)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_view_in_place_of_a_table_is_refused(pack: Callable[..., Path], tmp_path: Path) -> None:
    path = tmp_path / "view.anki2"
    connection = sqlite3.connect(path)
    connection.executescript(
        "CREATE TABLE col (models, decks); CREATE TABLE cards (nid, ord, did);"
        "CREATE VIEW notes AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
        " SELECT i AS id FROM n;"
    )
    connection.close()
    evil = archive(tmp_path, {"collection.anki2": path.read_bytes()})
    with pytest.raises(ContentError, match="no table 'notes'"):
        compare_packages(pack(small_deck()), evil)


def test_an_encrypted_or_oddly_packed_entry_is_told(
    pack: Callable[..., Path], tmp_path: Path
) -> None:
    buffer = io.BytesIO(pack(small_deck()).read_bytes())
    data = bytearray(buffer.getvalue())
    for offset in (data.find(b"PK\x03\x04") + 8, data.find(b"PK\x01\x02") + 10):
        data[offset] = 97  # a method of compression nobody has
    (tmp_path / "odd.apkg").write_bytes(data)
    with pytest.raises((ContentError, UsageError)):
        compare_packages(tmp_path / "odd.apkg", tmp_path / "odd.apkg")
