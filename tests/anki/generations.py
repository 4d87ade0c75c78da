"""Four releases of one deck, with every kind of change that content can go through.

The packages of past generations are kept beside this file, the way learners have
them: they are never written again, or the tests would only show that today's dlcards
agrees with itself. ``python tests/anki/generations.py`` adds those that are missing.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from dlcards.build.package import write_package
from dlcards.model import DeckPlan, Field, MediaFile, Note, NoteType
from dlcards.release import ledger
from dlcards.release.ledger import Ledger
from dlcards.release.obstacles import Decisions
from dlcards.release.record import release
from plans import CLOZE, FORMULA, SVG, cloze, formula

GOLDEN = Path(__file__).parent / "golden"
DAY = 86_400
DECK = "Test Maths::1 Calculus"
TIMES = (1_700_000_000, 1_703_000_000, 1_706_000_000, 1_709_000_000)
WHY = "Why do the slopes multiply along the way?"
HOW = "How is it computed from the end to the start?"


@dataclass(frozen=True, slots=True)
class Generation:
    """A release: what is in it, since when, and the package."""

    number: int
    plan: DeckPlan
    ledger: Ledger
    changed: frozenset[str]
    modified: dict[str, int]

    @property
    def time(self) -> int:
        """Return the time of the release."""
        return TIMES[self.number - 1]

    @property
    def package(self) -> Path:
        """Return the package that learners got."""
        return GOLDEN / f"generation-{self.number}.apkg"


def _figure(letter: str) -> MediaFile:
    return MediaFile(f"curve-{letter * 8}.svg", SVG + f"<!--{letter}-->".encode())


def _blanks(text: str, *numbers: int) -> Note:
    note = cloze("blanks", text, deck=DECK)
    return replace(note, slots=tuple(f"cloze:{n}" for n in numbers))


def _first() -> DeckPlan:
    notes = (
        formula("stable", q1=WHY),
        formula("own-edit", q1=WHY),
        formula("reworded", q1=WHY),
        formula("retagged"),
        formula("curve", figure=_figure("a").name),
        formula("grows", q1=WHY),
        formula("shrinks", q1=WHY, q2=HOW),
        formula("retired", q1=WHY),
        formula("moved"),
        formula("old-id"),
        _blanks(r"\({{c1::f(x)}} = {{c2::x}}\)", 1, 2),
    )
    return DeckPlan("calculus", DECK, "First", notes, (_figure("a"),), (FORMULA, CLOZE))


def _change(plan: DeckPlan, notes: dict[str, Note | None], *new: Note) -> DeckPlan:
    """Replace notes by GUID, None for none, and add new ones at the front."""
    kept = (notes.get(note.guid, note) for note in plan.notes)
    return replace(plan, notes=(*new, *(note for note in kept if note is not None)))


def _second(plan: DeckPlan) -> DeckPlan:
    """Text, tags, figure, a new question, a new note, a retired one, style, order."""
    old = {note.guid: note for note in plan.notes}
    renamed = replace(old["dlcards/old-id"], entry="new-id")
    changed = _change(
        plan,
        {
            "dlcards/reworded": formula("reworded", q1=WHY.replace("the slopes", "slopes")),
            "dlcards/retagged": formula("retagged", tags=("dlcards::test", "priority::1")),
            "dlcards/curve": formula("curve", figure=_figure("b").name),
            "dlcards/grows": formula("grows", q1=WHY, q2=HOW),
            "dlcards/retired": None,
            "dlcards/moved": replace(old["dlcards/moved"], deck=f"{DECK}::Pen and paper"),
            "dlcards/old-id": renamed,
        },
        formula("second", q1=HOW),
    )
    restyled = replace(FORMULA, css=".card { color: navy }")
    return replace(
        changed, description="Second", media=(_figure("b"),), note_types=(restyled, CLOZE)
    )


def _third(plan: DeckPlan) -> DeckPlan:
    """The same note again, a retired question, a new blank."""
    return _change(
        plan,
        {
            "dlcards/reworded": formula("reworded", q1=WHY.replace("the slopes", "all slopes")),
            "dlcards/shrinks": formula("shrinks", q1=WHY),
            "dlcards/blanks/cloze": _blanks(r"\({{c1::f(x)}} = {{c2::x}} + {{c3::y}}\)", 1, 2, 3),
        },
        formula("third"),
    )


def _renamed(note_type: NoteType) -> NoteType:
    fields = tuple(Field("Heading", f.id) if f.name == "Title" else f for f in note_type.fields)
    templates = tuple(
        replace(
            t,
            name=t.name.replace("Question", "Asked"),
            front=_heading(t.front),
            back=_heading(t.back),
        )
        for t in note_type.templates
    )
    return replace(note_type, name="Test Formulas", fields=fields, templates=templates)


def _heading(html: str) -> str:
    return html.replace("{{Title}}", "{{Heading}}")


def _fourth(plan: DeckPlan) -> DeckPlan:
    """Type, field and template renamed, a reserved field filled, a translation."""
    own = next(note for note in plan.notes if note.guid == "dlcards/own-edit")
    filled = replace(own, fields=(*own.fields[:-1], "filled"))
    korean = replace(formula("stable", recall="써 보세요"), guid="dlcards/stable@ko")
    changed = _change(plan, {"dlcards/own-edit": filled}, korean)
    renamed = _renamed(plan.note_types[0])
    return replace(
        changed,
        note_types=(renamed, CLOZE),
        notes=tuple(
            note if note.note_type == CLOZE.name else replace(note, note_type=renamed.name)
            for note in changed.notes
        ),
    )


@cache
def generations() -> tuple[Generation, ...]:
    """Return the four releases, as the ledger and the release step see them."""
    plans = [_first()]
    for step in (_second, _third, _fourth):
        plans.append(step(plans[-1]))
    decisions = (
        Decisions(),
        Decisions(retire=["dlcards/retired"]),
        Decisions(retire=["dlcards/shrinks#q2"]),
        Decisions(),
    )
    made: list[Generation] = []
    book = Ledger()
    for number, (plan, decided, now) in enumerate(zip(plans, decisions, TIMES, strict=True), 1):
        done = release(book, [plan], version=f"{number}.0.0", now=now, decisions=decided)
        assert done.problems == (), done.problems
        book = done.ledger
        stamps = ledger.stamp(book, [plan], first_built={}, now=now)
        assert stamps.unreleased == ()
        changed = frozenset(done.comparison.changed)
        made.append(Generation(number, plan, book, changed, stamps.modified))
    return tuple(made)


def main() -> int:
    """Write the packages that are missing."""
    for generation in generations():
        if not generation.package.exists():
            write_package(
                generation.plan,
                generation.package,
                modified=generation.modified,
                ids=generation.ledger.ids(),
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
