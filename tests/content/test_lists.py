"""Lists of plain questions: the quick way of reading them says what the strict way says."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcards.build.compose import compose, compose_questions
from dlcards.cli import run
from dlcards.content import lists as notelist
from dlcards.content.reader import read_library
from dlcards.model import CardContent, PlainQuestions, QuestionContent, plain
from samples import Project

HEAD = "title: Bones\ntopic: bones\nsources: [Atlas of bones]\nnotes:\n"
ONE_LINE = "  {}: {{ask: {}, answer: {}}}\n"
THREE_LINES = "  {}:\n    ask: {}\n    answer: {}\n"
DECK = "title: Tests::Bones\ndescription: Bones.\ncontents:\n  - subject: anatomy\n"
FILE = "formulas/anatomy/bones.notes.yaml"


def strictly(text: str) -> dict[str, tuple[str, str]] | None:
    found, _ = notelist._read_strictly(text, "bones.notes.yaml", "bones", "anatomy")
    return dict(found.notes) if found is not None else None


@pytest.mark.parametrize(
    "head",
    [
        HEAD.replace("\nnotes", "\n...\nnotes"),
        HEAD.replace("title", "---\ntitle"),
        HEAD.replace("t", "  t", 1).replace("\nt", "\n  t").replace("\ns", "\n  s"),
        "# A comment\n\n  title: Bones\n  topic: bones\n  sources: [Atlas]\nnotes:\n",
        "{title: Bones, topic: bones, sources: [Atlas]}\nnotes:\n",
        '"title": Bones\ntopic: bones\nsources: [Atlas]\nnotes:\n',
    ],
)
def test_a_head_that_is_not_plain_is_left_to_the_parser(head: str) -> None:
    text = head + ONE_LINE.format("femur", "Which one?", "The femur")
    assert notelist.read_plainly(text) is None
    assert notelist.read_plainly(HEAD + ONE_LINE.format("femur", "Which one?", "The femur"))


@pytest.mark.parametrize("form", [ONE_LINE, THREE_LINES])
def test_the_plainest_form_is_read_without_a_parser(form: str) -> None:
    text = HEAD + form.format("femur", "Which bone is the longest?", '"It is: the femur, #1"')
    found = notelist.read_plainly(text)
    assert found is not None
    assert found[1] == {"femur": ("Which bone is the longest?", "It is: the femur, #1")}
    assert strictly(text) == found[1]


@pytest.mark.parametrize(
    "text",
    [
        "Is it a: b",
        "A #comment",
        "Null",
        "true",
        "12",
        "'quoted'",
        '"an escape \\n"',
        '" a space"',
        "two  spaces",
        "- a dash",
        "*alias",
        "a, b",
        "[a]",
        "a \\",
        "tab\there",
        "\u2028",
        '"a \u2028 b"',
        '"\u200bx"',
        "x" * 1201,
    ],
)
def test_anything_else_is_left_to_the_parser(text: str) -> None:
    written = HEAD + ONE_LINE.format("femur", text, "Femur")
    assert notelist.read_plainly(written) is None


def test_what_stands_between_the_notes_is_left_to_the_parser() -> None:
    note = ONE_LINE.format("femur", "Longest", "Femur")
    for odd in (
        note + "  # a comment\n" + note.replace("femur", "tibia"),
        note + note,
        note + "  tibia: {ask: Second}\n",
        note + "priority: 1\n",
        note.replace("femur", "null"),
        note[:-1],
    ):
        assert notelist.read_plainly(HEAD + odd) is None, odd


texts = st.text(
    st.sampled_from([*"aZé한 ,:#'\"?!.-&*{}[]|>%@`\\\t~0=_();", "\u00a0", "\u2028", "😀", "\n"]),
    min_size=1,
    max_size=12,
)
quoted = texts.map(lambda text: f'"{text}"')


@given(st.lists(st.tuples(texts | quoted, texts | quoted), min_size=1, max_size=3), st.booleans())
def test_both_ways_of_reading_agree(pairs: list[tuple[str, str]], on_one_line: bool) -> None:
    form = ONE_LINE if on_one_line else THREE_LINES
    text = HEAD + "".join(form.format(f"n{i}", a, b) for i, (a, b) in enumerate(pairs))
    found = notelist.read_plainly(text)
    if found is not None:
        assert strictly(text) == found[1]


words = st.lists(st.sampled_from(["Which", "bone?", "한국어", "x_1", "(a)", "no", "1+1=2", "it's"]))


@given(words, words)
def test_ordinary_sentences_take_the_quick_way(ask: list[str], answer: list[str]) -> None:
    note = ONE_LINE.format("femur", " ".join(["Tell", *ask]), " ".join(["It", *answer]))
    found = notelist.read_plainly(HEAD + note)
    assert found is not None
    assert strictly(HEAD + note) == found[1]


def test_a_note_of_a_list_is_what_an_entry_with_one_question_would_be() -> None:
    shared = CardContent("bones", "concept", "Bones", "anatomy", "bones", tags=("exam",))
    (note,) = compose_questions(PlainQuestions(shared, {"femur": ("a < b?", "{{c1::x}}")}))
    question = QuestionContent(plain("a < b?"), plain("{{c1::x}}"))
    from dataclasses import replace

    entry = replace(shared, id="bones/femur", questions={"q1": question})
    (same,), problems = compose(entry)
    assert not problems
    assert note == same


def test_mistakes_are_told_at_their_place(project: Project) -> None:
    text = HEAD + ONE_LINE.format("femur", "Longest", "Femur") + "  tibia: {ask: Second}\n"
    _, problems = read_library(project({FILE: text, "decks/bones.yaml": DECK}))
    assert [(str(p.location), p.code) for p in problems] == [(f"{FILE}:6:10", "missing-key")]


def test_a_list_goes_into_the_deck_of_its_folder(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    notes = "".join(ONE_LINE.format(f"n{i}", f"Question {i}", f"Answer {i}") for i in range(3))
    root = project({FILE: HEAD + notes, "decks/bones.yaml": DECK})
    assert run(["--root", str(root), "build", "--deck", "bones"]) == 0
    assert "3 notes, 3 cards" in capsys.readouterr().out
    with zipfile.ZipFile(root / "build" / "bones.apkg") as package:
        assert json.loads(package.read("media")) == {}


def test_a_list_and_an_entry_share_no_name(project: Project, tmp_path: Path) -> None:
    text = HEAD + ONE_LINE.format("femur", "Longest", "Femur")
    entry = "kind: concept\ntitle: B\ntopic: b\nmeaning: B.\nsources: [A b]\n"
    root = project({FILE: text, "formulas/other/bones.yaml": entry})
    _, problems = read_library(root)
    assert [p.code for p in problems] == ["duplicate-id"]
