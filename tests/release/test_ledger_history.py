"""Whatever happens between releases, a learner who imports every package is up to date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcards.model import DeckPlan
from dlcards.release import ledger
from dlcards.release.ledger import Ledger, LineKind, content_hash
from dlcards.release.obstacles import Decisions
from dlcards.release.record import release
from plans import deck, formula

NAMES = ("a", "b", "c")
QUESTIONS = ("Why so?", "Why so now?", "Why so at all?")

_edit = st.tuples(st.just("edit"), st.sampled_from(NAMES), st.sampled_from(QUESTIONS))
_build = st.tuples(st.just("build"), st.integers(0, 3), st.none())
_release = st.tuples(st.just("release"), st.integers(30, 60), st.none())
_histories = st.lists(st.one_of(_edit, _build, _release), min_size=1, max_size=25)


@dataclass
class Learner:
    """Anki's rule: a note is replaced by a later one, and only by a later one."""

    notes: dict[str, tuple[int, str]] = field(default_factory=dict)
    replaced: list[str] = field(default_factory=list)

    def take(self, plan: DeckPlan, modified: dict[str, int]) -> None:
        self.replaced = []
        for note in plan.notes:
            have = self.notes.get(note.guid)
            if have is None or have[0] < modified[note.guid]:
                self.notes[note.guid] = (modified[note.guid], content_hash(note))
                self.replaced.append(note.guid)


@pytest.mark.slow
@given(_histories)
def test_importing_every_package_brings_every_change_and_nothing_else(
    history: list[tuple[str, str | int, str | None]],
) -> None:
    texts = dict.fromkeys(NAMES, QUESTIONS[0])
    memory: Mapping[str, tuple[str, int]] = {}
    book, now = Ledger(), 1_700_000_000
    learner = Learner()
    for action, value, question in history:
        if action == "edit":
            assert isinstance(value, str)
            texts[value] = str(question)
            continue
        now += int(value)
        plan = deck(*(formula(name, q1=text) for name, text in texts.items()))
        before = book
        if action == "release":
            again = [f"dlcards/{n}#q1" for n in NAMES if before.lines]
            done = release(
                book,
                [plan],
                version=str(len(book.lines) + now),
                now=max(now, book.last_release() + 1),
                decisions=Decisions(reword=again),
                first=ledger.stamp(book, [plan], first_built=memory, now=now).modified,
            )
            assert done.problems == ()
            book = done.ledger
            now = max(now, book.last_release())
            assert ledger.check_continuity(before, book) == ()
            assert ledger.read(ledger.write(book), now=now) == (book, ())
        stamps = ledger.stamp(book, [plan], first_built=memory, now=now)
        memory = stamps.first_built
        had = dict(learner.notes)
        learner.take(plan, stamps.modified)
        released, earlier = book.of(LineKind.NOTE), before.of(LineKind.NOTE)
        for note in plan.notes:
            guid, current = note.guid, content_hash(note)
            same = guid in had and had[guid][1] == current
            if same and guid in learner.replaced:  # once, by the release of a change
                assert guid in earlier
                assert released[guid].modified > had[guid][0]
            # Only a return to what was released before may leave a learner of builds behind.
            if guid not in earlier or earlier[guid].hash != current:
                assert learner.notes[guid][1] == current


@pytest.mark.slow
@given(_histories)
def test_times_never_go_back(history: list[tuple[str, str | int, str | None]]) -> None:
    texts = dict.fromkeys(NAMES, QUESTIONS[0])
    memory: Mapping[str, tuple[str, int]] = {}
    now, last = 1_700_000_000, dict[str, int]()
    for action, value, question in history:
        if action == "edit":
            texts[str(value)] = str(question)
            continue
        now += int(value) - 1  # a clock that sometimes goes back
        plan = deck(*(formula(name, q1=text) for name, text in texts.items()))
        stamps = ledger.stamp(Ledger(), [plan], first_built=memory, now=now)
        memory = stamps.first_built
        assert all(stamps.modified[key] >= moment for key, moment in last.items())
        last = stamps.modified
