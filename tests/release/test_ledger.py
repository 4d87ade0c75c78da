"""The ledger remembers what was released, and notices when its memory was tampered with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcards.release import ledger
from dlcards.release.ledger import Ledger, Line, LineKind
from plans import CLOZE, FORMULA, cloze, deck, formula, small_deck, with_fields

T0 = 1_700_000_000

SOUND = Ledger(
    (
        Line(LineKind.DECK, "Maths::1 Calculus", T0, "", "calculus"),
        Line(LineKind.NOTE, "dlcards/a", T0, "1a", "a", 1_699_999_000_001),
        Line(LineKind.NOTE, "dlcards/b", T0 + 9, "2b", "b", 1_699_999_000_002),
        Line(LineKind.NOTE_TYPE, "17", T0, "3c", "T; basic; fields 1; templates 2"),
        Line(LineKind.RELEASE, "1.0.0", T0),
        Line(LineKind.RELEASE, "1.1.0", T0 + 9),
        Line(LineKind.RETIRED, "dlcards/old", T0 + 9, "4d", "old"),
        Line(LineKind.SLOT, "dlcards/a#q1", T0, "", "Why?", 1_699_999_000_003),
    )
)


def codes(text: str, now: int | None = None) -> list[tuple[int, str]]:
    return [(p.location.line, p.code) for p in ledger.read(text, now=now)[1]]


# ── Reading and writing ───────────────────────────────────────────────────────────


def test_what_is_written_is_read_again() -> None:
    assert ledger.read(ledger.write(SOUND), now=T0 + 9) == (SOUND, ())


def test_before_the_first_release_there_is_nothing() -> None:
    assert ledger.read("") == (Ledger(), ())


def test_lines_are_sorted_whatever_their_order_was() -> None:
    assert ledger.write(Ledger(SOUND.lines[::-1])) == ledger.write(SOUND)


_WORDS = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=9)


@pytest.mark.slow
@given(
    keys=st.lists(_WORDS, unique=True, max_size=8),
    modified=st.integers(0, 4_000_000_000),
    text=_WORDS,
)
def test_any_key_and_text_survives(keys: list[str], modified: int, text: str) -> None:
    lines = tuple(sorted(Line(LineKind.NOTE, key, modified, "ab", text) for key in keys))
    assert ledger.read(ledger.write(Ledger(lines))) == (Ledger(lines), ())


@pytest.mark.parametrize("column", [1, 2, 3, 4, 5])
def test_a_column_edited_by_hand_is_told_with_its_line(column: int) -> None:
    rows = ledger.write(SOUND).split("\n")
    cells = rows[2].split("\t")
    cells[column] += "0"
    rows[2] = "\t".join(cells)
    assert codes("\n".join(rows)) == [(3, "ledger-edited")]


def test_what_git_leaves_after_keeping_the_lines_of_both_branches_is_read() -> None:
    header, *rows = ledger.write(SOUND).splitlines(keepends=True)
    shuffled = "".join([header, *rows[::-1], rows[2], rows[0]])
    assert ledger.read(shuffled) == (SOUND, ())


def test_of_two_lines_about_one_note_the_latest_counts_with_the_first_id() -> None:
    ours, theirs = (
        Line(LineKind.NOTE, "dlcards/a", T0 + 5, "5a", "a", 1700),
        Line(LineKind.NOTE, "dlcards/a", T0 + 7, "7a", "a", 1800),
    )
    for pair in ((ours, theirs), (theirs, ours)):
        assert ledger.merge(pair) == (replace(theirs, id=1700),)


def test_what_one_branch_retired_stays_retired_unless_the_other_released_it_later() -> None:
    note = Line(LineKind.NOTE, "dlcards/a", T0, "1a", "a", 17)
    tombstone = Line(LineKind.RETIRED, "dlcards/a", T0, "1a", "a", 17)
    changed = replace(note, modified=T0 + 1, hash="2a")
    assert ledger.merge([note, tombstone]) == (tombstone,)
    assert ledger.merge([tombstone, changed]) == (changed,)


def test_two_releases_of_one_second_leave_a_note_that_counts_as_changed() -> None:
    line = Line(LineKind.NOTE, "dlcards/a", T0, "1a", "a", 17)
    assert ledger.merge([line, replace(line, hash="2b")]) == (replace(line, hash=""),)


def test_markers_of_a_bad_merge_are_told() -> None:
    rows = ledger.write(SOUND).split("\n")
    rows[1:2] = ["<<<<<<< HEAD", rows[1], "=======", ">>>>>>> branch"]
    assert codes("\n".join(rows)) == [(2, "ledger-line"), (4, "ledger-line"), (5, "ledger-line")]


def test_a_slot_without_its_note_is_told() -> None:
    orphan = Ledger((Line(LineKind.SLOT, "dlcards/x#q1", T0),))
    assert [code for _, code in codes(ledger.write(orphan))] == ["ledger-line"]


def test_a_ledger_from_the_future_is_told() -> None:
    found = codes(ledger.write(SOUND), now=T0 + 8)
    assert found
    assert {code for _, code in found} == {"ledger-future"}


@pytest.mark.parametrize("text", ["note\ta", "# dlcards ledger 2\n", "\x00", "<<<<<<<\n"])
def test_another_file_is_not_taken_for_a_ledger(text: str) -> None:
    assert codes(text) == [(1, "ledger-format")]


@pytest.mark.slow
@given(st.text())
def test_no_text_makes_the_reader_fail(text: str) -> None:
    ledger.read(f"{ledger.HEADER}\n{text}")


# ── Continuity ────────────────────────────────────────────────────────────────────


def without(key: str) -> Ledger:
    return Ledger(tuple(line for line in SOUND.lines if line.key != key))


@pytest.mark.parametrize("line", SOUND.lines, ids=lambda line: line.key)
def test_no_line_may_disappear(line: Line) -> None:
    found = ledger.check_continuity(SOUND, without(line.key))
    assert "ledger-lost" in [problem.code for problem in found]


def test_a_tombstone_takes_the_place_of_a_note() -> None:
    retired = Line(LineKind.RETIRED, "dlcards/b", T0 + 20, "2b", "b")
    later = Ledger(tuple(sorted((*without("dlcards/b").lines, retired))))
    assert ledger.check_continuity(SOUND, later) == ()


@pytest.mark.parametrize("change", [{"modified": T0 - 1}, {"hash": "other"}])
def test_content_changes_only_with_a_later_time(change: dict[str, int | str]) -> None:
    changed = replace(SOUND.lines[1], **change)  # type: ignore[arg-type]
    later = Ledger((SOUND.lines[0], changed, *SOUND.lines[2:]))
    (problem,) = ledger.check_continuity(SOUND, later)
    assert (problem.code, "dlcards/a" in problem.message) == ("ledger-time", True)
    moved_on = Ledger((SOUND.lines[0], replace(changed, modified=T0 + 30), *SOUND.lines[2:]))
    assert ledger.check_continuity(SOUND, moved_on) == ()


# ── Content hashes ────────────────────────────────────────────────────────────────


def test_everything_a_learner_sees_changes_the_hash() -> None:
    note = formula("chain", q1="Why?", figure="a.svg")
    hashes = {
        "note": ledger.content_hash(note),
        "field": ledger.content_hash(with_fields(note, Q1="Who?")),
        "tags": ledger.content_hash(replace(note, tags=("other",))),
        "figure": ledger.content_hash(formula("chain", q1="Why?", figure="b.svg")),
    }
    assert len(set(hashes.values())) == len(hashes)


def test_place_and_order_do_not_change_the_hash() -> None:
    note = replace(formula("chain"), tags=("a", "b"))
    moved = replace(note, deck="Elsewhere", note_type="Renamed", entry="other", tags=("b", "a"))
    assert ledger.content_hash(note) == ledger.content_hash(moved)


def test_every_part_of_a_note_type_changes_its_hash() -> None:
    variants = [
        FORMULA,
        replace(FORMULA, css="x"),
        replace(FORMULA, name="x"),
        replace(FORMULA, fields=FORMULA.fields[:-1]),
        replace(FORMULA, templates=(replace(FORMULA.templates[0], back="x"),)),
    ]
    assert len({ledger.note_type_hash(variant) for variant in variants}) == len(variants)


def test_slots_are_told_by_what_they_ask() -> None:
    note = formula("x", q1="<b>Why</b> &amp; how?")
    assert ledger.slot_texts(note, FORMULA.field_names(), ("recall", "q1")) == {
        "recall": "",
        "q1": "Why & how?",
    }
    blanks = cloze("x", "{{c2::b}} {{c1::a::hint}}")
    slots = ("cloze:1", "cloze:2")
    assert ledger.slot_texts(blanks, CLOZE.field_names(), slots) == {"cloze:1": "a", "cloze:2": "b"}


# ── Decks that share notes ────────────────────────────────────────────────────────


def test_a_note_shared_by_two_decks_counts_once() -> None:
    note = formula("shared", q1="Why?")
    current, problems = ledger.survey([deck(note, name="A"), deck(note, name="B")])
    assert (list(current.notes), problems) == (["dlcards/shared"], ())
    assert set(current.slots) == {"dlcards/shared#recall", "dlcards/shared#q1"}
    assert set(current.decks) == {"A", "B"}


def test_a_note_that_differs_between_decks_is_a_problem() -> None:
    plans = [deck(formula("shared"), name="A"), deck(formula("shared", q1="?"), name="B")]
    assert [p.code for p in ledger.survey(plans)[1]] == ["note-differs"]


def test_a_note_type_that_differs_between_decks_is_a_problem() -> None:
    restyled = (replace(FORMULA, css="x"), CLOZE)
    plans = [deck(name="A"), deck(name="B", note_types=restyled)]
    assert [p.code for p in ledger.survey(plans)[1]] == ["note-differs"]


# ── Stamping ──────────────────────────────────────────────────────────────────────


def stamped(plan: object, now: int, memory: Mapping[str, tuple[str, int]]) -> ledger.Stamps:
    return ledger.stamp(Ledger(), [plan], first_built=memory, now=now)  # type: ignore[list-item]


def released(note_hash: str, modified: int = T0) -> Ledger:
    return Ledger((Line(LineKind.NOTE, "dlcards/x", modified, note_hash, "x"),))


def test_a_released_note_carries_the_time_of_its_release() -> None:
    note = formula("x")
    found = ledger.stamp(
        released(ledger.content_hash(note)), [deck(note)], first_built={}, now=T0 + 99
    )
    assert found.modified["dlcards/x"] == T0
    assert found.unreleased == ()
    assert "dlcards/x" not in found.first_built


def test_an_unreleased_note_has_the_same_time_whenever_and_wherever_it_is_built() -> None:
    first = stamped(deck(formula("x")), T0, {})
    again = stamped(deck(formula("x")), T0 + 500, first.first_built)
    elsewhere = stamped(deck(formula("x")), T0 + 900, {})
    times = {found.modified["dlcards/x"] for found in (first, again, elsewhere)}
    assert times == {ledger.FIRST_TIME}
    assert again.unreleased == ("dlcards/x",)
    assert again.modified["notetype:Test Formula"] == ledger.FIRST_TIME


def test_only_what_changed_gets_a_later_time() -> None:
    first = stamped(deck(formula("x"), formula("y")), T0, {})
    later = stamped(deck(formula("x", q1="?"), formula("y")), T0 + 5, first.first_built)
    assert later.modified["dlcards/x"] == T0 + 5
    assert later.modified["dlcards/y"] == ledger.FIRST_TIME


def test_going_back_to_older_content_is_a_change_too() -> None:
    memory: Mapping[str, tuple[str, int]] = {}
    times = []
    for now, question in ((T0, "a"), (T0 + 5, "b"), (T0 + 9, "a")):
        found = stamped(deck(formula("x", q1=question)), now, memory)
        memory = found.first_built
        times.append(found.modified["dlcards/x"])
    assert times == [ledger.FIRST_TIME, T0 + 5, T0 + 9]


def test_two_changes_within_a_second_or_with_a_slow_clock_still_get_later_times() -> None:
    memory = {"dlcards/x": ("another hash", T0)}
    found = stamped(deck(formula("x", q1="a")), T0 - 50, memory)
    assert found.modified["dlcards/x"] == T0 + 1


def test_an_unreleased_change_is_later_than_the_release() -> None:
    found = ledger.stamp(released("old", T0), [deck(formula("x"))], first_built={}, now=T0 - 3)
    assert found.modified["dlcards/x"] == T0 + 1


def test_a_given_epoch_stamps_what_is_unreleased_and_is_not_remembered() -> None:
    first = stamped(deck(formula("x")), T0, {})
    found = ledger.stamp(
        Ledger(), [deck(formula("x"))], first_built=first.first_built, now=T0 + 9, epoch=T0 - 7
    )
    assert set(found.modified.values()) == {T0 - 7}
    assert found.first_built == first.first_built
    late = ledger.stamp(
        released("old"), [deck(formula("x"))], first_built={}, now=T0 + 9, epoch=T0 - 7
    )
    assert late.modified["dlcards/x"] == T0 + 1


def test_every_note_and_type_of_a_deck_is_stamped() -> None:
    plan = small_deck()
    found = stamped(plan, T0, {})
    wanted = {note.guid for note in plan.notes} | {f"notetype:{t.name}" for t in plan.note_types}
    assert set(found.modified) == wanted


def test_remembered_times_survive_writing_and_a_damaged_file_is_a_warning() -> None:
    memory = {"dlcards/x": ("ab", T0), "a": ("cd", T0)}
    text = ledger.write_first_built(memory)
    assert ledger.read_first_built(text, file="f") == (memory, None)
    for damaged in (text[:-5], "[1]", '{"a": 3}', '{"a": ["b", "c"]}'):
        found, problem = ledger.read_first_built(damaged, file="f")
        assert (found, problem is not None and problem.code) == ({}, "damaged-build-times")


def test_times_noted_while_the_clock_was_ahead_are_forgotten_with_a_warning() -> None:
    noted = {"dlcards/x": ("ab", T0 + 9), "dlcards/y": ("cd", T0 + 2 * 86_400)}
    text = ledger.write_first_built(noted)
    found, problem = ledger.read_first_built(text, file="f", now=T0)
    assert found == {"dlcards/x": ("ab", T0 + 9)}
    assert problem is not None
    assert (problem.code, "Always" in problem.hint) == ("future-build-times", True)


# ── Ids ───────────────────────────────────────────────────────────────────────────

_KEYS = st.lists(st.text("abc#:1/", min_size=1, max_size=6), unique=True, max_size=30)


@pytest.mark.slow
@given(_KEYS, _KEYS)
def test_an_id_follows_from_its_key_alone(some: list[str], others: list[str]) -> None:
    alone, together = ledger.choose_ids(some, {}), ledger.choose_ids([*some, *others], {})
    assert {key: together[key] for key in some} == alone


def test_an_id_is_a_moment_in_the_day_before_the_first_release() -> None:
    ids = ledger.choose_ids([f"dlcards/{i}" for i in range(999)], {}, first=T0)
    assert len(set(ids.values())) == len(ids)
    assert all((T0 - 86_400) * 1000 <= number < T0 * 1000 for number in ids.values())


def test_a_released_id_stays_and_is_never_given_twice() -> None:
    (number,) = ledger.choose_ids(["dlcards/x"], {}, first=T0).values()
    known = {"dlcards/older": number}
    later = ledger.choose_ids(["dlcards/x", "dlcards/older"], known, first=T0)
    assert later["dlcards/older"] == number != later["dlcards/x"]
    assert later == ledger.choose_ids(["dlcards/older", "dlcards/x"], known, first=T0)
