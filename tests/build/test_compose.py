"""Which cards an entry gets, and what stands on them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

import card_samples as samples
from dlcards.build.compose import (
    compose,
    compose_algorithm,
    compose_derivation,
    compose_exercise,
    place,
    topic_line,
)
from dlcards.cards.note_types import note_types
from dlcards.claims.verdict import Level
from dlcards.model import (
    CardContent,
    CheckSummary,
    Note,
    QuestionContent,
    SymbolMeaning,
    math,
    plain,
)

BARE = CardContent("x", "equation", "Rule", "calculus", "derivatives", formulas=("a = b",))
CHAIN = samples.CHAIN_RULE
FIELDS = {note_type.name: note_type.field_names() for note_type in note_types()}


def fields(note: Note) -> dict[str, str]:
    return dict(zip(FIELDS[note.note_type], note.fields, strict=True))


def notes(content: CardContent) -> dict[str, Note]:
    composed, problems = compose(content)
    assert problems == ()
    return {note.note_type.removeprefix("dlcards "): note for note in composed}


def formula_note(content: CardContent) -> dict[str, str]:
    return fields(notes(content)["Formula"])


def slots(content: CardContent) -> tuple[str, ...]:
    return notes(content)["Formula"].slots


def codes(content: CardContent) -> list[str]:
    composed, problems = compose(content)
    assert composed == ()
    return [problem.code for problem in problems]


# Which cards


def test_an_equation_is_recalled_and_recognised() -> None:
    assert slots(BARE) == ("recall", "recognise")


def test_code_is_written_and_read() -> None:
    assert slots(replace(BARE, code="def f(): return 1"))[2:] == ("code", "read")


def test_code_without_a_formula_has_nothing_to_be_asked_for() -> None:
    content = replace(BARE, formulas=(), code="x = 1", questions={"q1": ask("Why?")})
    assert slots(content) == ("q1",)


def test_a_picture_is_asked_for_only_when_it_gives_nothing_away() -> None:
    assert "picture" not in slots(replace(BARE, figure=CHAIN.figure))
    assert "picture" in slots(replace(BARE, figure_front=CHAIN.figure_front))


def test_a_concept_is_asked_for_its_meaning() -> None:
    concept = replace(BARE, kind="concept", formulas=(), meaning=plain("An idea."))
    assert slots(concept) == ("meaning",)


def test_an_entry_leaves_out_what_makes_no_sense() -> None:
    assert slots(replace(BARE, without=("recognise",))) == ("recall",)
    assert "Cloze" not in notes(replace(CHAIN, without=("cloze",)))


def test_the_word_itself_is_trained_in_translations() -> None:
    korean = replace(BARE, lang="ko", term="rule")
    assert slots(korean) == ("recall", "recognise", "term", "term-back")
    assert slots(replace(korean, lang="en")) == ("recall", "recognise")


def test_a_question_keeps_its_slot() -> None:
    content = replace(BARE, questions={"q7": ask("Why?"), "q2": ask("How?")})
    shown = formula_note(content)
    assert slots(content)[2:] == ("q2", "q7")
    assert (shown["Q2"], shown["A2"]) == ("How?", "<p>So.</p>")
    assert shown["Q1"] == ""
    assert shown["Q7"] == "Why?"


def test_nothing_to_ask_is_a_problem() -> None:
    assert codes(replace(BARE, formulas=())) == ["no-card"]


def test_every_sample_is_composed() -> None:
    composed = samples.sample_notes()
    assert len(composed) == 13
    for note in composed:
        assert len(note.fields) == len(FIELDS[note.note_type])


def ask(question: str) -> QuestionContent:
    return QuestionContent(plain(question), plain("So."))


# Words


def test_the_phrase_table_asks_where_the_entry_does_not() -> None:
    assert formula_note(BARE)["RecallQ"] == "State the formula: <em>Rule</em>."


def test_the_entry_asks_in_its_own_words_where_it_has_some() -> None:
    assert formula_note(CHAIN)["RecallQ"] == r"What is the derivative of \(f(g(x))\)?"


def test_a_question_speaks_the_language_of_its_entry() -> None:
    shown = formula_note(samples.KOREAN)
    assert shown["RecallQ"] == "공식을 쓰시오: <em>연쇄법칙</em>"
    assert shown["Topic"] == "미적분 › 미분"
    assert shown["Lang"] == "ko"
    assert "증명됨" in shown["Check"]


def test_a_title_with_stars_stays_a_title() -> None:
    assert "<em>A*B</em>" in formula_note(replace(BARE, title="A*B"))["RecallQ"]


def test_the_topic_is_a_quiet_line_of_words() -> None:
    assert topic_line("linear-algebra", "eigen-things", "en") == "Linear algebra › Eigen things"
    assert topic_line("calculus", "calculus", "en") == "Calculus"


def test_a_topic_that_names_the_entry_is_left_out() -> None:
    content = replace(BARE, title="Derivative")
    assert formula_note(content)["Topic"] == "Calculus"
    assert formula_note(replace(content, title="미분", lang="ko"))["Topic"] == "미적분"
    assert (
        formula_note(replace(content, title="Linear map", topic="linear-maps"))["Topic"]
        == "Calculus"
    )
    convolution = replace(content, title="2-D convolution", topic="convolution")
    assert formula_note(convolution)["Topic"] == "Calculus"
    assert formula_note(replace(convolution, title="Pooling"))["Topic"] == "Calculus › Convolution"


def test_a_language_without_words_is_a_problem() -> None:
    assert codes(replace(BARE, lang="xx")) == ["unknown-language"]


# What stands where


def test_the_conditions_and_the_names_stand_on_the_front() -> None:
    recall = note_types()[0].templates[0]
    assert "{{Where}}{{Conditions}}" in recall.front
    shown = formula_note(CHAIN)
    assert shown["Where"].startswith(r'<p class="where"><span>\(x \in \mathbb{R}\)</span>; ')
    assert shown["Conditions"].startswith('<p class="conditions">')


def test_further_formulas_stand_below_the_headline() -> None:
    shown = formula_note(replace(BARE, formulas=("a = b", "c = d")))["Formula"]
    assert shown == r'\[a = b\]<div class="further">\[c = d\]</div>'


def test_relations_beside_the_point_wait_in_a_fold() -> None:
    shown = formula_note(replace(BARE, further=("c = d",), where_further=(math("c"),)))
    assert shown["Formula"] == r"\[a = b\]"
    assert r"<div>\[c = d\]<p" in shown["Further"]
    assert r"<span>\(c\)</span>" in shown["Further"]
    assert formula_note(replace(BARE, where_further=(math("c"),)))["Further"] == ""


def test_details_wait_behind_a_label() -> None:
    shown = formula_note(CHAIN)
    for name, label in {
        "Symbols": "Symbols",
        "Why": "Why it matters",
        "Pitfall": "Watch out",
        "Example": "Example",
        "Related": "Builds on",
        "Sources": "Sources",
        "Check": "✓ Proved",
    }.items():
        assert re.match(
            rf"<details[^>]*><summary class=\"tappable\">{label}</summary><div>", shown[name]
        ), name


def test_sources_are_links() -> None:
    assert '<a href="https://www.deeplearningbook.org/">' in formula_note(CHAIN)["Sources"]


@pytest.mark.parametrize("level", list(Level))
def test_every_kind_of_check_has_its_badge(level: Level) -> None:
    badge = formula_note(replace(BARE, check=CheckSummary(level, 240, "Only for n < 4.")))["Check"]
    assert f"check-{level.value}" in badge
    assert ("✓" in badge) == (level not in (Level.DEFINITION, Level.CITED, Level.UNCHECKED))
    assert ("240" in badge) == (level is Level.NUMERIC)
    assert "Only for n &lt; 4." in badge


def test_a_badge_says_what_was_tried() -> None:
    numeric = CheckSummary(Level.NUMERIC, 240, sizes=(1, 12), estimated=True)
    badge = formula_note(replace(BARE, check=numeric))["Check"]
    assert "Sizes tried: 1 to 12." in badge
    assert "estimated" in badge
    proved = CheckSummary(Level.PROVED, 240, estimated=True)
    assert "estimated" not in formula_note(replace(BARE, check=proved))["Check"]
    bound = CheckSummary(Level.NUMERIC, 240, "sharpness not shown; true for n < 4")
    badge = formula_note(replace(BARE, check=bound))["Check"]
    assert "Whether a sharper bound exists was not checked." in badge
    assert "<p>true for n &lt; 4</p>" in badge
    definition = CheckSummary(Level.DEFINITION, proved=2)
    badge = formula_note(replace(BARE, check=definition))["Check"]
    assert "proved: 2." in badge
    assert "compared" not in badge


def test_the_figure_of_the_front_is_another_one() -> None:
    note = notes(CHAIN)["Formula"]
    shown = fields(note)
    assert CHAIN.figure is not None
    assert CHAIN.figure_front is not None
    assert CHAIN.figure.media.name in shown["Figure"]
    assert CHAIN.figure_front.media.name in shown["PictureFront"]
    assert note.media == tuple(sorted((CHAIN.figure.media.name, CHAIN.figure_front.media.name)))


def test_media_are_exactly_the_pictures_shown() -> None:
    for note in samples.sample_notes():
        shown = set(re.findall(r'<img src="([^"]+)"', "".join(note.fields)))
        assert set(note.media) == shown
    assert any(note.media for note in samples.sample_notes())


def test_a_front_picture_nobody_asks_for_is_left_out() -> None:
    note = notes(replace(CHAIN, without=("picture",)))["Formula"]
    assert fields(note)["PictureFront"] == ""
    assert len(note.media) == 1


def test_nothing_hostile_gets_through() -> None:
    shown = formula_note(samples.HOSTILE)
    text = "".join(value for value in shown.values())
    assert "<script" not in text
    assert "{{c" not in text
    assert "[sound:" not in text
    assert "[latex]" not in text
    assert shown["Title"].startswith("Signs &lt;b&gt;&amp;amp;&lt;/b&gt;")


# Blanks


def test_blanks_make_a_note_of_their_own() -> None:
    note = notes(CHAIN)["Cloze"]
    shown = fields(note)
    assert note.slots == ("cloze:1", "cloze:2")
    assert r"{\class{blank1}{ {{c1::f'(g(x))::\phantom{f'(g(x))} }} } }" in shown["Text"]
    assert "{{c2::g'(x)::" in shown["Text"]
    assert shown["Prompt"] == "<em>Chain rule</em>: what belongs in the blank?"


def test_a_mark_becomes_a_cloze_deletion() -> None:
    marked = r"a = {\class{blank1}{b}}"
    shown = fields(notes(replace(BARE, marked=marked))["Cloze"])
    assert shown["Text"] == r"\[a = {\class{blank1}{ {{c1::b::\phantom{b} }} } }\]"


# Mistakes in formulas


@pytest.mark.parametrize("latex", [r"\frac{a}{b", "a}", r"a \) b", r"a \] b"])
def test_latex_that_would_break_the_card(latex: str) -> None:
    assert codes(replace(BARE, formulas=(latex,))) == ["bad-latex"]
    assert codes(replace(BARE, why=math(latex))) == ["bad-latex"]
    assert codes(replace(BARE, symbols=(SymbolMeaning(latex, plain("x")),))) == ["bad-latex"]
    question = QuestionContent(plain("?"), math(latex))
    assert codes(replace(BARE, questions={"q1": question})) == ["bad-latex"]


# Identity


def test_guids_are_readable_and_carry_the_language() -> None:
    assert [note.guid for note in compose(CHAIN)[0]] == [
        "dlcards/chain-rule",
        "dlcards/chain-rule/cloze",
    ]
    assert [note.guid for note in compose(samples.KOREAN)[0]] == [
        "dlcards/chain-rule@ko",
        "dlcards/chain-rule/cloze@ko",
    ]
    assert compose(replace(BARE, namespace="mine"))[0][0].guid == "mine/x"


def test_guids_do_not_follow_the_wording() -> None:
    other = replace(CHAIN, title="Other", formulas=("a = b",), marked="", questions={})
    assert compose(other)[0][0].guid == compose(CHAIN)[0][0].guid


def test_tags_let_a_learner_study_along_a_book_or_a_video() -> None:
    assert notes(CHAIN)["Formula"].tags == (
        "dlcards::calculus::derivatives",
        "kind::equation",
        "priority::1",
        "source::3b1b::calculus::04",
        "source::dlb::6.5",
    )


def test_a_tag_holds_no_space() -> None:
    assert "two-words" in notes(replace(BARE, tags=("two words",)))["Formula"].tags


def test_the_same_content_gives_the_same_note() -> None:
    assert compose(CHAIN) == compose(replace(CHAIN))


# Exercises and decks


def test_an_exercise_carries_its_variants() -> None:
    note = compose_exercise(samples.EXERCISE)
    shown = fields(note)
    assert note.guid == "dlcards/ex-det-2x2"
    assert "kind::exercise" in note.tags
    assert r"\begin{bmatrix} 3 &amp; 1" in shown["Problem"]
    assert shown["Answer"] == r"\(10\)"
    assert shown["Variants"].count("<section ") == len(samples.EXERCISE.variants) == 5
    for part in ("problem", "hint", "answer", "steps", "mistakes", "slips"):
        assert shown["Variants"].count(f'<div class="{part}">') == 5
    assert 'data-note="dlcards/ex-det-2x2"' in shown["Variants"]
    assert "main diagonal" in shown["Hint"]
    assert "second product is subtracted" in shown["Mistakes"]
    assert "level::1" in note.tags


def test_worked_lines_are_opened_one_by_one() -> None:
    steps = fields(compose_exercise(samples.EXERCISE))["Steps"]
    assert steps.count("<details") == len(samples.EXERCISE.variants[0].steps)
    assert steps.index("Worked solution") < steps.index(r"\det") < steps.index("Next line")


def test_a_variant_without_a_check_offers_none() -> None:
    bare = replace(samples.EXERCISE.variants[0], check="", mistakes=())
    shown = fields(compose_exercise(replace(samples.EXERCISE, variants=(bare,))))
    assert "<section>" in shown["Variants"]


def test_related_and_check_of_an_exercise() -> None:
    shown = fields(compose_exercise(samples.EXERCISE))
    assert "Practises" in shown["Related"]
    assert "✓ Computed" in shown["Check"]


def test_an_exercise_needs_a_variant() -> None:
    with pytest.raises(ValueError, match="ex-det-2x2"):
        compose_exercise(replace(samples.EXERCISE, variants=()))


def test_questions_and_exercises_go_to_two_decks() -> None:
    both = [*compose(BARE)[0], compose_exercise(samples.EXERCISE)]
    placed = place(both, "Maths::2 Calculus", lang="en", split=True)
    assert [note.deck for note in placed] == [
        "Maths::2 Calculus::On the go",
        "Maths::2 Calculus::Pen and paper",
    ]
    assert {note.deck for note in place(both, "Maths", lang="en", split=False)} == {"Maths"}


def test_the_goal_stands_beside_a_question_unless_it_tells_the_line() -> None:
    first, middle, last = samples.DERIVATION.lines
    for in_goal in (False, True):
        lines = (first, replace(middle, in_goal=in_goal), replace(last, in_goal=True))
        steps, _ = compose_derivation(replace(samples.DERIVATION, lines=lines))
        shown = fields(steps)
        assert (samples.DERIVATION.goal in shown["Ask n1"]) is not in_goal
        assert samples.DERIVATION.goal not in shown["Ask n2"]


def test_what_may_be_written_otherwise_is_said_to_be_right_too() -> None:
    steps, whole = map(fields, compose_derivation(samples.DERIVATION))
    assert "Another way to write it is right too." in steps["Reply n1"]
    assert "right too" not in steps["Reply r1"]
    assert "Another proof is right too" in whole["Reply whole"]
    gaps, whole = map(fields, compose_algorithm(samples.ALGORITHM))
    assert "Code that does the same is right too." in gaps["Reply g1"]
    assert "Code that does the same is right too." in whole["Reply whole"]


def test_infinity_is_written_with_its_sign_where_a_slip_is_refuted() -> None:
    slips = [replace(slip, refuted="left 2, right -oo") for slip in samples.DERIVATION.slips]
    steps, _ = compose_derivation(replace(samples.DERIVATION, slips=tuple(slips)))
    assert "left 2, right -∞" in fields(steps)["Reply s1"]


def test_a_gap_says_how_many_lines_it_hides() -> None:
    steps, _ = compose_algorithm(samples.ALGORITHM)
    shown = fields(steps)
    assert '<span class="gap">?</span>' in shown["Ask g1"]
    assert '<span class="gap">? (2 lines)</span>' in shown["Ask g2"]


@pytest.mark.parametrize(
    ("title", "lang", "told"),
    [
        ("Attention in code", "en", "Attention"),
        ("Attention in code", "ko", "Attention"),
        ("어텐션 (코드)", "ko", "어텐션"),
        ("Huffman code", "en", "Huffman code"),
    ],
)
def test_fronts_with_code_need_not_say_that_it_is_code(title: str, lang: str, told: str) -> None:
    content = replace(samples.ALGORITHM, title=title, lang=lang)
    for note in compose_algorithm(content):
        asked = [text for text in note.fields if text.startswith('<h1 class="ask">')]
        named = [text for text in asked if "<em>" in text.partition("</h1>")[0]]
        assert named
        assert all(f"<em>{told}</em>" in text for text in named)
        assert fields(note)["Title"] == title
