"""Small decks made by hand, for tests of what happens after composition."""

from __future__ import annotations

from dataclasses import replace

from dlcards.model import CardTemplate, DeckPlan, Field, MediaFile, Note, NoteKind, NoteType

RELEASED = 1_700_000_000
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9"/></svg>'

FORMULA = NoteType(
    id=1_711_000_000_001,
    name="Test Formula",
    kind=NoteKind.BASIC,
    fields=tuple(
        Field(name, 11_000 + i)
        for i, name in enumerate(["Title", "Formula", "Recall", "Q1", "A1", "Q2", "A2", "Extra1"])
    ),
    templates=(
        CardTemplate("Recall", 12_000, "{{#Recall}}{{Recall}}{{/Recall}}", "{{Formula}}", "recall"),
        CardTemplate("Question 1", 12_001, "{{#Q1}}{{Title}} {{Q1}}{{/Q1}}", "{{A1}}", "q1"),
        CardTemplate("Question 2", 12_002, "{{#Q2}}{{Title}} {{Q2}}{{/Q2}}", "{{A2}}", "q2"),
    ),
    css=".card { color: black }",
)
CLOZE = NoteType(
    id=1_711_000_000_002,
    name="Test Cloze",
    kind=NoteKind.CLOZE,
    fields=(Field("Title", 13_000), Field("Text", 13_001), Field("Extra", 13_002)),
    templates=(CardTemplate("Cloze", 14_000, "{{cloze:Text}}", "{{cloze:Text}} {{Extra}}"),),
    css=".cloze { color: blue }",
)


def formula(
    name: str,
    *,
    recall: str = "Write it",
    q1: str = "",
    q2: str = "",
    figure: str = "",
    tags: tuple[str, ...] = ("dlcards::test",),
    deck: str = "",
    text: str = "",
) -> Note:
    """Return a note with a recall card, up to two questions and perhaps a picture."""
    shown = f'<img src="{figure}">' if figure else ""
    slots = tuple(s for s, q in (("q1", q1), ("q2", q2)) if q)
    return Note(
        guid=f"dlcards/{name}",
        note_type=FORMULA.name,
        fields=(
            name.title(),
            (text or rf"\({name[0]}' = {name[-1]}\)") + shown,
            recall,
            q1,
            f"answer of {q1}" if q1 else "",
            q2,
            f"answer of {q2}" if q2 else "",
            "",
        ),
        tags=tags,
        media=(figure,) if figure else (),
        deck=deck,
        entry=name,
        slots=slots,
    )


def cloze(name: str, text: str, *, deck: str = "") -> Note:
    """Return a note with blanks."""
    return Note(
        guid=f"dlcards/{name}/cloze",
        note_type=CLOZE.name,
        fields=(name.title(), text, ""),
        tags=("dlcards::test",),
        deck=deck,
        entry=name,
    )


def deck(
    *notes: Note,
    name: str = "Test Maths::1 Calculus",
    media: tuple[MediaFile, ...] = (),
    note_types: tuple[NoteType, ...] = (FORMULA, CLOZE),
    description: str = "A deck for tests",
) -> DeckPlan:
    """Return a deck of the given notes."""
    return DeckPlan(
        name=name.rpartition("::")[2].replace(" ", "-").lower(),
        title=name,
        description=description,
        notes=notes,
        media=media,
        note_types=note_types,
    )


def small_deck() -> DeckPlan:
    """Return a deck with both kinds of notes, a picture and a sub-deck."""
    name = "Test Maths::1 Calculus"
    return deck(
        formula("chain-rule", q1="Why multiply?", q2="And backwards?", figure="chain-1a2b.svg"),
        formula("product-rule", recall="", q1="Which sum?", deck=f"{name}::Pen and paper"),
        formula("sum-rule", recall="Write <b>it</b>"),
        cloze("chain-rule", r"\({{c1::\frac{1}{2} }} + {{c2::x {{c3::y}} }}\)"),
        media=(MediaFile("chain-1a2b.svg", SVG),),
        name=name,
    )


def times(plan: DeckPlan, seconds: int = RELEASED, **later: int) -> dict[str, int]:
    """Return modification times: one for all, others for the named entries and types."""
    stamps = {note.guid: seconds for note in plan.notes}
    stamps |= {f"notetype:{note_type.name}": seconds for note_type in plan.note_types}
    for note in plan.notes:
        if note.entry in later:
            stamps[note.guid] = later[note.entry]
    return stamps


def with_fields(note: Note, **fields: str) -> Note:
    """Return a formula note with some fields replaced."""
    names = FORMULA.field_names()
    values = dict(zip(names, note.fields, strict=True)) | fields
    return replace(note, fields=tuple(values[name] for name in names))
