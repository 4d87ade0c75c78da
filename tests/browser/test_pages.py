"""The cards, seen on Anki's own reviewer page."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

import check_deck
import pytest
from check_deck import Side
from stage import Stage

import card_samples

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE = check_deck.SMALL_PHONE
BOX = """(selector) => {
  const e = document.querySelector('#qa ' + selector);
  if (!e) return null;
  const b = e.getBoundingClientRect();
  return [b.left, b.top + scrollY, b.right, b.bottom + scrollY];
}"""
TEXT = "() => document.getElementById('qa').innerText"
STYLE = """([selector, name]) =>
  getComputedStyle(document.querySelector('#qa ' + selector)).getPropertyValue(name)"""


# Every side of every card


@pytest.mark.parametrize("width", check_deck.WIDTHS)
@pytest.mark.parametrize("theme", check_deck.THEMES)
def test_every_side_is_free_of_faults(stage: Stage, theme: str, width: int) -> None:
    count, faults = check_deck.check_sides(
        stage.browser, stage.address, stage.sides, themes=(theme,), widths=(width,)
    )
    assert count == len(stage.sides) > 60
    assert faults == []


# The checks see what they look for

PLANTED = {
    "math-error": r"\[\begin{foo} x \end{foo}\]",
    "undefined-macro": r"\(\argmax_x f\)",
    "raw-delimiter": r"\(x_{1\)",
    "broken-image": '<img src="gone.svg" alt="x">',
    "missing-alt": '<img src="{picture}">',
    "overflow": '<div style="width: 2000px">wide</div>',
    "blank": "<div> </div>",
    "script-error": "x<script>throw new Error('planted')</script>",
    "anki-complains": "The front of this card is blank.",
}


@pytest.mark.parametrize("code", sorted(PLANTED))
def test_a_planted_fault_is_seen(stage: Stage, code: str) -> None:
    assert card_samples.CHAIN_RULE.figure is not None
    markup = PLANTED[code].replace("{picture}", card_samples.CHAIN_RULE.figure.media.name)
    assert code in codes(stage, markup)


def test_a_fault_inside_a_fold_is_seen(stage: Stage) -> None:
    wide = '<details><summary>x</summary><div style="width: 2000px">wide</div></details>'
    assert "overflow" in codes(stage, wide, kind="back")


def test_a_sound_side_has_no_fault(stage: Stage) -> None:
    assert codes(stage, r"<p>\(x_{1}\) costs 5 $ <code>\(</code></p>") == []


def codes(stage: Stage, markup: str, kind: str = "front") -> list[str]:
    side = Side("planted", "Card", 1, kind, markup)
    _, faults = check_deck.check_sides(
        stage.browser, stage.address, [side], themes=("light",), widths=(390,)
    )
    return [fault.code for fault in faults]


CUT = {
    "a long formula": (
        r"<p>\(a + b + c + d + e + f + g + h + i + j + k + l + m + n + o\)</p>",
        [360, 390],
    ),
    "a long display": (r"<div class='formula'>\[" + "abcdefghij" * 4 + r"\]</div>", [360, 390]),
    "a long word in a fold": (
        "<details><summary>x</summary><pre class='wide'>" + "x" * 200 + "</pre></details>",
        [360, 390, 900],
    ),
    "a formula of tiny letters": (r"<p style='font-size: 6px'>\(x\)</p>", [360, 390, 900]),
    "what fits": (r"<p>\(a + b = c\), and words that are broken where a line ends</p>", []),
}


@pytest.mark.parametrize("case", CUT)
def test_what_is_cut_off_is_measured_at_every_width(stage: Stage, case: str) -> None:
    markup, widths = CUT[case]
    styled = stage.sides[0].html.partition("</style>")[0] + "</style>"
    side = Side("planted", "Card", 1, "front", f"{styled}<main class='dl'>{markup}</main>")
    _, faults = check_deck.cut_sides(stage.browser, stage.address, [side], themes=("light",))
    assert sorted({fault.width for fault in faults}) == widths


# What a learner sees


def shown(stage: Stage, side: Side, ask: Any, *args: Any, theme: str = "light") -> Any:
    """Show a side on a small phone and ask the page something."""
    width, height = PHONE
    with check_deck.reviewer(stage.browser, stage.address, width, height=height) as (page, _):
        assert check_deck.show(page, side, theme)
        return page.evaluate(ask, *args)


def test_no_answer_needs_scrolling_on_a_small_phone(stage: Stage) -> None:
    count, late = check_deck.late_answers(stage.browser, stage.address, stage.sides)
    assert count == len(stage.sides) / 2
    assert late == []


def test_an_answer_below_the_screen_is_seen(stage: Stage) -> None:
    tall = '<div style="height: 620px">x</div><hr id="answer"><p>At last.</p>'
    side = Side("planted", "Card", 1, "back", tall)
    _, late = check_deck.late_answers(stage.browser, stage.address, [side])
    assert [fault.code for fault in late] == ["late-answer"]


SCROLLED = """(selector) => {
  const e = document.querySelector('#qa ' + selector);
  return e.scrollWidth > e.clientWidth;
}"""


def test_a_long_formula_is_broken_where_it_would_not_fit(stage: Stage) -> None:
    side = stage.side("dlcards/taylor-second-order", "Recall", "back")
    assert shown(stage, side, SCROLLED, "mjx-container[display='true']") is False


def test_a_formula_without_a_place_to_break_scrolls_with_a_cue(stage: Stage) -> None:
    side = stage.side("dlcards/taylor-second-order", "Recall", "back")
    box = "mjx-container[display='true']"
    long = replace(
        side, html=re.sub(r"\\\[.*?\\\]", r"\\[" + "x" * 80 + r"\\]", side.html, count=1)
    )
    assert shown(stage, long, SCROLLED, box) is True
    assert shown(stage, long, STYLE, [box, "overflow-x"]) == "auto"
    cue = shown(stage, long, STYLE, [box, "background-attachment"])
    assert cue == "local, local, scroll, scroll"


def test_a_blank_is_as_wide_as_what_it_hides_and_does_not_show_it(stage: Stage) -> None:
    front = stage.side("dlcards/chain-rule/cloze", "Cloze", "front", 1)
    back = stage.side("dlcards/chain-rule/cloze", "Cloze", "back", 1)
    blank, part = (shown(stage, side, BOX, ".blank1") for side in (front, back))
    assert blank[2] - blank[0] >= part[2] - part[0]
    assert blank[2] - blank[0] <= 1.4 * (part[2] - part[0])
    assert shown(stage, front, STYLE, [".blank1", "color"]) == "rgba(0, 0, 0, 0)"


@pytest.mark.parametrize("theme", check_deck.THEMES)
def test_only_the_active_gap_is_coloured(stage: Stage, theme: str) -> None:
    back = stage.side("dlcards/chain-rule/cloze", "Cloze", "back", 2)
    colour = {
        name: shown(stage, back, STYLE, [name, "color"], theme=theme)
        for name in (".blank1", ".blank2", ".formula")
    }
    assert colour[".blank1"] == colour[".formula"]
    assert colour[".blank2"] != colour[".formula"]


def test_figures_are_turned_at_night_only(stage: Stage) -> None:
    side = stage.side("dlcards/chain-rule", "Recall", "back")
    assert shown(stage, side, STYLE, ["figure img", "filter"]) == "none"
    night = shown(stage, side, STYLE, ["figure img", "filter"], theme="dark")
    assert night == "invert(1) hue-rotate(180deg)"


def test_the_system_theme_does_not_matter(stage: Stage) -> None:
    side = stage.side("dlcards/chain-rule", "Recall", "back")
    context = stage.browser.new_context(color_scheme="dark")
    page = context.new_page()
    page.goto(stage.address)
    assert check_deck.show(page, side, "light")
    assert page.evaluate(STYLE, ["figure img", "filter"]) == "none"
    context.close()


def test_details_open_from_the_keyboard(stage: Stage) -> None:
    side = stage.side("dlcards/chain-rule", "Recall", "back")
    width, height = PHONE
    with check_deck.reviewer(stage.browser, stage.address, width, height=height) as (page, __):
        assert check_deck.show(page, side, "light")
        opened = "() => document.querySelectorAll('#qa details[open]').length"
        assert page.evaluate(opened) == 0
        for _ in range(20):  # formulas take the focus as well
            page.keyboard.press("Tab")
            if page.evaluate("() => document.activeElement.tagName") == "SUMMARY":
                break
        page.keyboard.press("Enter")
        assert page.evaluate(opened) == 1
        assert "inner function, applied first" in page.evaluate(TEXT)


def test_signs_of_anki_are_shown_as_they_are(stage: Stage) -> None:
    side = stage.side("dlcards/hostile", "Recognise", "back")
    text = shown(stage, side, TEXT).replace("\u2060", "")
    assert r"Signs <b>&amp;</b> {{c1::braces}} [sound:x.mp3] \(x\)" in text
    assert r"<script>alert(1)</script> and x[[1]] {{c2::y}} \(z\) [latex]q[/latex]" in text


# Exercises


def day(page: Any, stage: Stage, side: Side, when: datetime) -> str:
    page.clock.set_fixed_time(when)
    assert check_deck.show(page, side, "light")
    return str(page.evaluate("() => document.querySelector('#qa .problem').textContent"))


def test_an_exercise_changes_from_day_to_day_and_is_the_same_on_both_sides(stage: Stage) -> None:
    front, back = (stage.side("dlcards/ex-det-2x2", "Exercise", kind) for kind in ("front", "back"))
    seen = []
    context = stage.browser.new_context()
    page = context.new_page()
    page.goto(stage.address)
    for number in range(1, 11):
        when = datetime(2026, 3, number, 12)  # noqa: DTZ001
        problem = day(page, stage, front, when)
        assert day(page, stage, back, when) == problem
        seen.append(problem)
    context.close()
    assert len(set(seen)) == len(card_samples.EXERCISE.variants) == 5
    assert seen[:5] == seen[5:]


def test_a_day_of_exercises_ends_at_four_in_the_morning(stage: Stage) -> None:
    front = stage.side("dlcards/ex-det-2x2", "Exercise", "front")
    context = stage.browser.new_context()
    page = context.new_page()
    page.goto(stage.address)
    evening, night, morning = (
        day(page, stage, front, when)
        for when in (
            datetime(2026, 3, 4, 22),  # noqa: DTZ001
            datetime(2026, 3, 5, 3),  # noqa: DTZ001
            datetime(2026, 3, 5, 5),  # noqa: DTZ001
        )
    )
    context.close()
    assert evening == night != morning


def test_without_scripts_the_first_variant_is_shown(stage: Stage) -> None:
    side = stage.side("dlcards/ex-det-2x2", "Exercise", "back")
    context = stage.browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.set_content(f'<body class="card card1"><div id="qa">{side.html}</div></body>')
    text = page.locator("#qa").inner_text()
    context.close()
    assert r"3 & 1 \\ 2 & 4" in text
    assert text.count(r"\begin{bmatrix}") == 1


def test_the_worked_lines_belong_to_the_problem_of_the_day(stage: Stage) -> None:
    front, back = (stage.side("dlcards/ex-det-2x2", "Exercise", kind) for kind in ("front", "back"))
    assert front.html.count("<script>") == 1
    context = stage.browser.new_context()
    page = context.new_page()
    page.goto(stage.address)
    page.clock.set_fixed_time(datetime(2026, 3, 2, 12))  # noqa: DTZ001
    assert check_deck.show(page, replace(back, html=back.html.replace("MathJax", "")), "light")
    parts = page.evaluate(
        "() => ['problem', 'answer', 'steps'].map(n => document.querySelectorAll("
        "'#qa [data-part=\"' + n + '\"] mjx-container').length)"
    )
    context.close()
    assert parts == [1, 1, 2]
