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
from dlcards.release.diff.read import Limits, read_package
from samples import Project

pytestmark = pytest.mark.usefixtures("in_process")

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


@pytest.mark.slow
@given(st.lists(st.tuples(texts | quoted, texts | quoted), min_size=1, max_size=3), st.booleans())
def test_both_ways_of_reading_agree(pairs: list[tuple[str, str]], on_one_line: bool) -> None:
    form = ONE_LINE if on_one_line else THREE_LINES
    text = HEAD + "".join(form.format(f"n{i}", a, b) for i, (a, b) in enumerate(pairs))
    found = notelist.read_plainly(text)
    if found is not None:
        assert strictly(text) == found[1]


words = st.lists(st.sampled_from(["Which", "bone?", "한국어", "x_1", "(a)", "no", "1+1=2", "it's"]))


@pytest.mark.slow
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


# More than plain words

RICH = HEAD.replace("notes:", "let: {x: real}\nreverse: true\ntags: [Exam::2026]\nnotes:")


def built(root: Path) -> dict[str, object]:

    assert run(["--root", str(root), "-q", "build", "--deck", "bones"]) == 0
    return {n.guid: n for n in read_package(root / "build/bones.apkg", Limits()).notes.values()}


def test_notes_hold_formulas_tags_priority_hints_and_their_reverse(project: Project) -> None:
    notes = (
        "  square: {ask: What is $x*x$?, answer: $x**2$, tags: [Größe], priority: 1}\n"
        "  plain: {ask: Which one?, answer: 007, reverse: false}\n"
        '  price: {ask: "What is *it*?", answer: 1.50, hint: "A [coin](https://example.org)"}\n'
        r"  raw: {ask: 'What is \(\R\)?', answer: +49, more: The phone}" + "\n"
    )
    root = project(
        {
            FILE: RICH + notes,
            "decks/bones.yaml": DECK,
            "dlcards.yaml": "namespace: mine\nmacros: {R: '\\mathbb{R}'}\n",
        }
    )
    assert read_library(root)[1] == ()
    found = built(root)
    assert set(found) == {f"mine/bones/{name}" for name in ("square", "plain", "price", "raw")}
    texts = {guid.rpartition("/")[2]: note.fields for guid, note in found.items()}  # type: ignore[attr-defined]
    tags = {guid.rpartition("/")[2]: set(note.tags) for guid, note in found.items()}  # type: ignore[attr-defined]
    assert any(field.startswith("What is \\(x") for field in texts["square"])
    assert {"Größe", "priority::1", "Exam::2026"} <= tags["square"]
    assert {"priority::2", "Exam::2026"} <= tags["plain"]
    assert "<p>007</p>" in texts["plain"]
    assert "<p>1.50</p>" in texts["price"]
    assert "What is <em>it</em>?" in "".join(texts["price"])
    assert '<a href="https://example.org">coin</a>' in "".join(texts["price"])
    assert r'<span class="written">\(\mathbb{R}\)</span>' in "".join(texts["raw"])
    assert "<p>+49</p>" in "".join(texts["raw"])
    cards = sum(1 for field in texts["square"] if "x^" in field)
    assert cards == 2  # the answer, and the question of the reverse
    assert sum("007" in field for field in texts["plain"]) == 1


LENS = "figure: {kind: image, file: lens.svg, alt: A lens}"
SEEN = f"""{HEAD.partition("notes:")[0]}notes:
  back: {{ask: What bends light?, answer: A lens, {LENS}}}
  front:
    ask: What is this?
    answer: A lens
    reverse: true
    {LENS[:-1]}, front: true}}
    audio: lens.mp3
    ask_audio: click.mp3
"""


@pytest.mark.slow
def test_pictures_and_sounds_of_notes_are_shown_and_played(project: Project) -> None:
    from dlcards.cli.console import Progress
    from dlcards.commands.preview import PreviewRequest, preview

    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9"/></svg>'
    )
    root = project({FILE: SEEN, "decks/bones.yaml": DECK})
    folder = (root / FILE).parent
    (folder / "lens.svg").write_text(drawing, encoding="utf-8")
    for place, name in enumerate(("lens.mp3", "click.mp3")):
        (folder / name).write_bytes(b"ID3" + bytes([place]) * 99)
    assert run(["--root", str(root), "-q", "build", "--all"]) == 0
    package = read_package(root / "build" / "bones.apkg", Limits())
    lens, click = (f"[sound:{name}]" for name in sorted(package.media) if name.endswith("mp3"))
    (kind,) = package.types.values()
    names = [field["name"] for field in kind["flds"]]
    notes = {
        guid.rpartition("/")[2]: dict(zip(names, note.fields, strict=True))
        for guid, note in package.notes.items()
    }
    if lens not in notes["front"]["A1"]:
        lens, click = click, lens
    back, front = notes["back"], notes["front"]
    assert ("<img" in back["Q1"], "<img" in back["Figure"]) == (False, True)
    assert ("<img" in front["Q1"], "<img" in front["Q2"]) == (True, False)
    assert [click in front["Q1"], lens in front["A1"]] == [True, True]
    assert [lens in front["Q2"], click in front["A2"]] == [True, True]
    request, silent = PreviewRequest(root, jobs=0), Progress(quiet=True)
    shown = preview(request, silent, check=False)
    assert any(name.endswith(".svg") for name in shown.entries["bones"].media)
    assert preview(request, silent, shown).entries["bones"] is shown.entries["bones"]
    (folder / "lens.svg").write_text("<svg/>", encoding="utf-8")
    broken = preview(request, silent, shown)
    assert {problem.code for problem in broken.problems["bones"]} == {"bad-picture"}


@pytest.mark.parametrize(
    ("note", "place", "code"),
    [
        ("  a: {ask: What is $x + $?, answer: b}\n", "8:23", "bad-syntax"),
        ("  a: {ask: What?, answer: '$x**2 == x$'}\n", "8:28", "refuted-claim"),
        ("  a: {ask: What is $q + 1 == 2$?, answer: b}\n", "8:21", "unknown-name"),
        ("  a: {ask: What is $q + 1$?, answer: b}\n", "8:21", "undeclared-name"),
        ("  a: {ask: What is **b**?, answer: b}\n", "8:20", "raw-markup"),
        ("  a: {ask: What?, answer: '$$x$$'}\n", "8:28", "raw-markup"),
        ("  a: {ask: What?, answer: '\\(\\dv{x}\\)'}\n", "8:28", "bad-latex"),
        ("  a: {ask: What?, answer: b, tags: [a b]}\n", "8:37", "bad-tag"),
        ("  a: {ask: What?, answer: b, priority: 4}\n", "8:40", "out-of-range"),
        ("  a: {ask: What?, answer: b, revers: true}\n", "8:30", "unknown-key"),
        (f"  a: {{ask: What?, answer: b, {LENS}}}\n", "8:58", "bad-picture"),
        (
            f"  a: {{ask: What?, answer: b, {LENS.replace('lens', '../x')}}}\n",
            "8:58",
            "bad-picture",
        ),
        ("  a: {ask: What?, answer: b, audio: no.mp3}\n", "8:37", "bad-sound"),
        ("  a: {ask: What?, answer: b, ask_audio: no.mp3}\n", "8:41", "bad-sound"),
        ("  a: {ask: What?, answer: b, figure: {kind: venn}}\n", "8:45", "unknown-value"),
    ],
)
def test_a_mistake_in_a_note_is_told_at_its_place(
    project: Project, note: str, place: str, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    root = project({FILE: RICH + note, "decks/bones.yaml": DECK})
    run(["--root", str(root), "check", "--jobs", "1", "bones"])
    assert f"{FILE}:{place}: " in (told := capsys.readouterr().err), told
    assert f"[{code}]" in told


def test_lists_are_seen_by_every_command(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    from dlcards.cli.console import Progress
    from dlcards.commands.preview import PreviewRequest, preview

    text = HEAD + ONE_LINE.format("femur", "Longest", "Femur")
    root = project({FILE: text, "decks/bones.yaml": DECK})

    def said(*command: str) -> str:
        assert run(["--root", str(root), *command]) == 0
        return capsys.readouterr().out

    assert "bones" in said("list")
    assert "bones" in said("list", "--deck", "bones")
    assert "1 list read: 1 note" in said("check")
    assert "Longest  →  Femur" in said("show", "bones")
    assert "Longest  →  Femur" in said("show", "bones/femur")
    assert run(["--root", str(root), "show", "bones/femor"]) == 2
    assert "did you mean 'femur'" in capsys.readouterr().err
    for names in ((), ("bones",)):
        shown = preview(PreviewRequest(root, names, jobs=0), Progress(quiet=True))
        assert shown.cards() == 1
        assert "Longest" in shown.entry("bones")["cards"][0]["front"]
        assert shown.frame()["decks"][0]["entries"] == ["bones"]
