"""A release records what changed and refuses to lose what learners have."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dlcards.model import CardTemplate, DeckPlan, Field
from dlcards.release import ledger
from dlcards.release.ledger import Ledger, LineKind
from dlcards.release.obstacles import Decisions
from dlcards.release.record import Release, release, release_notes
from plans import CLOZE, FORMULA, cloze, deck, formula

T0 = 1_700_000_000
WHY = "Why do the slopes multiply along the way?"
HOW = "How is it computed from the end to the start?"


def first(*plans: DeckPlan) -> Ledger:
    done = release(Ledger(), plans, version="1.0.0", now=T0)
    assert done.problems == ()
    return done.ledger


def second(before: Ledger, plan: DeckPlan, now: int = T0 + 100, **decided: object) -> Release:
    decisions = Decisions(**decided)  # type: ignore[arg-type]
    return release(before, [plan], version="1.1.0", now=now, decisions=decisions)


def codes(done: Release) -> list[str]:
    return [problem.code for problem in done.problems]


def test_a_first_release_records_notes_slots_types_and_itself() -> None:
    book = first(deck(formula("chain", q1=WHY)))
    assert {(line.kind, line.key) for line in book.lines} == {
        (LineKind.NOTE, "dlcards/chain"),
        (LineKind.SLOT, "dlcards/chain#q1"),
        (LineKind.SLOT, "dlcards/chain#recall"),
        (LineKind.DECK, "Test Maths::1 Calculus"),
        (LineKind.NOTE_TYPE, str(FORMULA.id)),
        (LineKind.NOTE_TYPE, str(CLOZE.id)),
        (LineKind.RELEASE, "1.0.0"),
    }
    times = {line.kind: line.modified for line in book.lines}
    assert times[LineKind.NOTE] == times[LineKind.NOTE_TYPE] == ledger.FIRST_TIME
    assert times[LineKind.SLOT] == times[LineKind.DECK] == times[LineKind.RELEASE] == T0


def test_ids_of_notes_and_cards_are_recorded_and_stay() -> None:
    book = first(deck(formula("chain", q1=WHY)))
    assert set(book.ids()) == {"dlcards/chain", "dlcards/chain#q1", "dlcards/chain#recall"}
    assert all(0 < T0 * 1000 - number <= 86_400_000 for number in book.ids().values())
    later = second(book, deck(formula("front"), formula("chain", q1=WHY, q2=HOW)), T0 + 10**6)
    assert later.ledger.ids().items() > book.ids().items()
    assert ledger.check_continuity(book, later.ledger) == ()
    moved = Ledger(tuple(replace(line, id=line.id + 1) for line in later.ledger.lines))
    assert {p.code for p in ledger.check_continuity(book, moved)} == {"ledger-time"}


def test_a_first_release_rewrites_nothing_of_a_build_before_it() -> None:
    plan = deck(formula("a"), cloze("b", "{{c1::x}}"))
    built = ledger.stamp(Ledger(), [plan], first_built={}, now=T0 - 500).modified
    assert ledger.stamp(first(plan), [plan], first_built={}, now=T0 + 9).modified == built


def test_a_first_release_reaches_those_who_imported_other_content() -> None:
    old = ledger.stamp(Ledger(), [deck(formula("a"))], first_built={}, now=T0 - 500)
    plan = deck(formula("a", q1=WHY))
    times = ledger.stamp(Ledger(), [plan], first_built=old.first_built, now=T0).modified
    book = release(Ledger(), [plan], version="1", now=T0, first=times).ledger
    assert book.of(LineKind.NOTE)["dlcards/a"].modified > old.modified["dlcards/a"]


def test_a_released_deck_keeps_its_title() -> None:
    book = first(deck(formula("a"), name="Maths::Calculus"))
    renamed = deck(formula("a"), name="Maths::1 Calculus")
    done = second(book, renamed)
    assert codes(done) == ["lost-deck"]
    assert "decks/calculus.yaml" in done.problems[0].hint
    retired = second(book, renamed, retire=["Maths::Calculus"])
    assert retired.problems == ()
    assert set(retired.ledger.of(LineKind.DECK)) == {"Maths::1 Calculus"}
    assert ledger.check_continuity(book, retired.ledger) == ()


def test_only_what_changed_gets_the_time_of_the_release() -> None:
    book = first(deck(formula("a"), formula("b")))
    done = second(book, deck(formula("a", tags=("new",)), formula("b"), formula("c")))
    assert (done.comparison.new, done.comparison.changed) == (("dlcards/c",), ("dlcards/a",))
    times = {key: line.modified for key, line in done.ledger.of(LineKind.NOTE).items()}
    since = ledger.FIRST_TIME
    assert times == {"dlcards/a": T0 + 100, "dlcards/b": since, "dlcards/c": since}
    assert {line.modified for line in done.ledger.of(LineKind.NOTE_TYPE).values()} == {since}
    assert ledger.check_continuity(book, done.ledger) == ()


def test_a_released_state_is_stamped_from_the_ledger_alone() -> None:
    plan = deck(formula("a", q1=WHY), cloze("b", "{{c1::x}}"))
    book = first(plan)
    stamps = ledger.stamp(book, [plan], first_built={}, now=T0 + 10**6)
    assert stamps.unreleased == ()
    assert set(stamps.modified.values()) == {ledger.FIRST_TIME}


def test_releasing_the_same_again_changes_nothing() -> None:
    plan = deck(formula("a"))
    book = first(plan)
    done = second(book, plan)
    assert done.ledger == book
    assert done.comparison.nothing_to_release()


def test_a_note_may_not_get_lost() -> None:
    done = second(first(deck(formula("a"), formula("b"))), deck(formula("a")))
    assert codes(done) == ["lost-note"]
    assert "formerly: [b]" in done.problems[0].hint
    assert "--retire dlcards/b" in done.problems[0].hint


def test_a_refused_release_keeps_the_ledger() -> None:
    book = first(deck(formula("a"), formula("b")))
    assert second(book, deck(formula("a"))).ledger == book


def test_a_retired_note_leaves_a_tombstone_and_advice() -> None:
    book = first(deck(formula("a"), formula("b", q1=WHY)))
    done = second(book, deck(formula("a")), retire=["dlcards/b", "dlcards/b#q1"])
    assert done.problems == ()
    assert set(done.ledger.of(LineKind.RETIRED)) == {
        "dlcards/b",
        "dlcards/b#q1",
        "dlcards/b#recall",
    }
    assert ledger.check_continuity(book, done.ledger) == ()
    assert ledger.read(ledger.write(done.ledger))[1] == ()
    found = '(("Id:b" OR "Id:dlcards/b") "note:Test Formula")'
    assert found in release_notes(done, "1.1.0")


def test_retiring_a_note_retires_its_slots() -> None:
    done = second(
        first(deck(formula("a"), formula("b", q1=WHY))), deck(formula("a")), retire=["dlcards/b"]
    )
    assert done.problems == ()
    assert set(done.ledger.of(LineKind.RETIRED)) == {
        "dlcards/b",
        "dlcards/b#q1",
        "dlcards/b#recall",
    }


def test_tombstones_stay_for_ever() -> None:
    book = first(deck(formula("a"), formula("b")))
    retired = second(book, deck(formula("a")), retire=["dlcards/b"]).ledger
    plan = deck(formula("a", q1=WHY))
    third = release(retired, [plan], version="1.2.0", now=T0 + 200)
    assert third.problems == ()
    assert "dlcards/b" in third.ledger.of(LineKind.RETIRED)


def test_a_retired_name_is_not_used_again_without_saying_so() -> None:
    book = first(deck(formula("a"), formula("b")))
    retired = second(book, deck(formula("a")), retire=["dlcards/b"]).ledger
    plan = deck(formula("a"), formula("b"))
    again = release(retired, [plan], version="1.2.0", now=T0 + 200)
    assert codes(again) == ["retired-again"]
    revived = release(
        retired,
        [plan],
        version="1.2.0",
        now=T0 + 200,
        decisions=Decisions(revive=["dlcards/b"]),
    )
    assert revived.problems == ()
    assert revived.ledger.of(LineKind.RETIRED) == {}
    assert ledger.check_continuity(retired, revived.ledger) == ()


def test_a_slot_may_not_get_lost() -> None:
    book = first(deck(formula("a", q1=WHY, q2=HOW)))
    plan = deck(formula("a", q1=WHY))
    assert codes(second(book, plan)) == ["lost-slot"]
    done = second(book, plan, retire=["dlcards/a#q2"])
    assert done.problems == ()
    assert set(done.ledger.of(LineKind.RETIRED)) == {"dlcards/a#q2"}
    assert "Empty Cards" in release_notes(done, "1.1.0")


def test_questions_may_not_change_places() -> None:
    book = first(deck(formula("a", q1=WHY, q2=HOW)))
    assert codes(second(book, deck(formula("a", q1=HOW, q2=WHY)))) == ["changed-slot"] * 2


def test_another_question_under_an_old_slot_is_refused_unless_confirmed() -> None:
    book = first(deck(formula("a", q1=WHY)))
    plan = deck(formula("a", q1="State the quotient rule"))
    assert codes(second(book, plan)) == ["changed-slot"]
    done = second(book, plan, reword=["dlcards/a#q1"])
    assert done.problems == ()
    assert done.ledger.of(LineKind.SLOT)["dlcards/a#q1"].text == "State the quotient rule"


def test_a_better_wording_is_welcome() -> None:
    book = first(deck(formula("a", q1=WHY)))
    done = second(book, deck(formula("a", q1=WHY.replace("the slopes", "slopes"))))
    assert done.problems == ()
    assert done.comparison.changed == ("dlcards/a",)


def test_a_blank_keeps_hiding_the_same() -> None:
    def plan(text: str) -> DeckPlan:
        return deck(replace(cloze("a", text), slots=("cloze:1", "cloze:2")))

    book = first(plan("{{c1::f(x)}} = {{c2::y}}"))
    assert codes(second(book, plan("{{c2::f(x)}} = {{c1::y}}"))) == ["changed-slot"] * 2


def test_note_types_keep_the_ids_of_their_fields_and_templates() -> None:
    book = first(deck(formula("a")))
    more = replace(FORMULA, fields=(*FORMULA.fields, Field("More", 99)))
    fewer = replace(FORMULA, templates=FORMULA.templates[:2])
    other = replace(FORMULA, templates=(*FORMULA.templates[:2], CardTemplate("x", 77, "", "")))
    for changed in (more, fewer, other):
        done = second(book, deck(formula("a"), note_types=(changed, CLOZE)))
        assert codes(done) == ["note-type-changed"]


def test_a_note_keeps_its_note_type() -> None:
    book = first(deck(formula("a")))
    moved = replace(cloze("a", "{{c1::x}}"), guid="dlcards/a")
    assert codes(second(book, deck(moved))) == ["note-changed-type"]


def test_renamed_and_restyled_note_types_are_released() -> None:
    book = first(deck(formula("a")))
    renamed = replace(FORMULA, fields=(Field("Heading", 11_000), *FORMULA.fields[1:]), css="x")
    done = second(book, deck(formula("a"), note_types=(renamed, CLOZE)))
    assert done.problems == ()
    times = {key: line.modified for key, line in done.ledger.of(LineKind.NOTE_TYPE).items()}
    assert times == {str(FORMULA.id): T0 + 100, str(CLOZE.id): ledger.FIRST_TIME}


@pytest.mark.parametrize("now", [T0, T0 - 1])
def test_times_only_grow(now: int) -> None:
    book = first(deck(formula("a")))
    assert codes(second(book, deck(formula("a"), formula("b")), now)) == ["ledger-future"]


def test_a_version_is_used_once() -> None:
    book = first(deck(formula("a")))
    plan = deck(formula("a"), formula("b"))
    assert codes(release(book, [plan], version="1.0.0", now=T0 + 9)) == ["version-used"]


@pytest.mark.parametrize("option", ["retire", "revive", "reword"])
def test_a_misspelt_decision_is_told(option: str) -> None:
    plan = deck(formula("a"))
    decisions = Decisions(**{option: ["dlcards/aa"]})
    done = release(first(plan), [plan], version="2", now=T0 + 9, decisions=decisions)
    assert codes(done) == ["nothing-to-decide"]


def test_release_notes_name_new_styles() -> None:
    book = first(deck(formula("a")))
    styled = (replace(FORMULA, css=".card { color: red }"), CLOZE)
    text = release_notes(second(book, deck(formula("a"), note_types=styled)), "1.1.0")
    assert "New styles or templates\n  Test Formula" in text
    assert "Test Cloze" not in text


def test_release_notes_name_new_cards_of_old_notes() -> None:
    book = first(deck(formula("a")))
    text = release_notes(second(book, deck(formula("a", q1=WHY))), "1.1.0")
    assert text.startswith("1.1.0: 0 new, 1 changed, 0 retired, 0 unchanged")
    assert "New cards of notes you have\n  dlcards/a#q1" in text
