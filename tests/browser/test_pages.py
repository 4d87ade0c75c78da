"""The cards, seen on Anki's own reviewer page."""

from __future__ import annotations

import html
import json
import math
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
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


@pytest.mark.exhaustive(every=3, of=3)  # one wide and light, one narrow and dark
@pytest.mark.parametrize("width", check_deck.WIDTHS)
@pytest.mark.parametrize("theme", check_deck.THEMES)
def test_every_side_is_free_of_faults(stage: Stage, theme: str, width: int, every: int) -> None:
    assert len(stage.sides) > 60
    first = check_deck.WIDTHS.index(width) % every  # other sides each
    chosen = stage.sides[first::every]
    count, faults = check_deck.check_sides(
        stage.browser, stage.address, chosen, themes=(theme,), widths=(width,)
    )
    assert count == len(chosen)
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
    assert check_deck.show(stage.phone, side, theme)
    return stage.phone.evaluate(ask, *args)


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

EXERCISE = "dlcards/ex-det-2x2"
PROBLEM = "() => document.querySelector('#qa .problem').textContent"
NUMBER = "() => document.querySelector('#qa .number').textContent"
STORED = "() => sessionStorage.getItem('dlcards:dlcards/ex-det-2x2')"
NO_STORAGE = "Object.defineProperty(window, 'sessionStorage', {get() { throw new Error('none') }})"


def sides(stage: Stage) -> tuple[Side, Side]:
    front, back = (stage.side(EXERCISE, "Exercise", kind) for kind in ("front", "back"))
    return front, back


def problem(page: Any, side: Side) -> str:
    assert check_deck.show(page, side, "light")
    return str(page.evaluate(PROBLEM))


@contextmanager
def opened(stage: Stage, before: str = "") -> Iterator[Any]:
    if not before:
        with check_deck.reviewer(stage.browser, stage.address, 390) as (page, _):
            yield page
        return
    context = stage.browser.new_context()
    page = context.new_page()
    page.add_init_script(before)
    page.goto(stage.address)
    yield page
    context.close()


def test_a_variant_is_chosen_anew_at_each_showing_and_stays_on_the_back(stage: Stage) -> None:
    front, back = sides(stage)
    seen = []
    with opened(stage) as page:
        for _ in range(40):
            seen.append(problem(page, front))
            told = page.evaluate(NUMBER)
            assert problem(page, back) == seen[-1]
            assert page.evaluate(NUMBER) == told
    assert all(one != other for one, other in pairwise(seen))
    assert len(set(seen)) == len(card_samples.EXERCISE.variants) == 5


def test_the_number_of_the_variant_is_told(stage: Stage) -> None:
    front, _ = sides(stage)
    with opened(stage) as page:
        problem(page, front)
        number = int(page.evaluate(STORED)) + 1
        assert page.evaluate(NUMBER) == f"Variant {number} of 5"


def test_the_choice_survives_a_page_that_is_thrown_away(stage: Stage) -> None:
    front, back = sides(stage)
    with opened(stage) as page:
        for _ in range(5):
            asked = problem(page, front)
            page.reload()
            assert problem(page, back) == asked


def test_without_storage_the_day_chooses(stage: Stage) -> None:
    front, back = sides(stage)
    seen = []
    with opened(stage, NO_STORAGE) as page:
        for number in range(1, 11):
            page.clock.set_fixed_time(datetime(2026, 3, number, 12))  # noqa: DTZ001
            seen.append(problem(page, front))
            assert problem(page, back) == seen[-1]
    assert len(set(seen)) == 5
    assert seen[:5] == seen[5:]


def test_a_day_of_exercises_ends_at_four_in_the_morning(stage: Stage) -> None:
    front, _ = sides(stage)
    told = []
    with opened(stage, NO_STORAGE) as page:
        for when in (
            datetime(2026, 3, 4, 22),  # noqa: DTZ001
            datetime(2026, 3, 5, 3),  # noqa: DTZ001
            datetime(2026, 3, 5, 5),  # noqa: DTZ001
        ):
            page.clock.set_fixed_time(when)
            told.append(problem(page, front))
    evening, night, morning = told
    assert evening == night != morning


def test_without_scripts_the_first_variant_is_shown(stage: Stage) -> None:
    side = stage.side(EXERCISE, "Exercise", "back")
    context = stage.browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.set_content(f'<body class="card card1"><div id="qa">{side.html}</div></body>')
    text = page.locator("#qa").inner_text()
    context.close()
    assert r"3 & 1 \\ 2 & 4" in text
    assert text.count(r"\begin{bmatrix}") == 1


def test_the_worked_lines_belong_to_the_problem_that_is_shown(stage: Stage) -> None:
    front, back = sides(stage)
    assert front.html.count("<script>") == 1
    with opened(stage) as page:
        problem(page, front)
        number = int(page.evaluate(STORED))
        raw = replace(back, html=back.html.replace("MathJax", ""))
        assert check_deck.show(page, raw, "light")
        count = (
            "n => document.querySelectorAll('#qa [data-part=\"' + n + '\"] mjx-container').length"
        )
        assert [page.evaluate(count, part) for part in ("problem", "answer", "steps")] == [1, 1, 2]
        answer = page.evaluate("() => document.querySelector('#qa .reply').textContent")
        variant = card_samples.EXERCISE.variants[number]
        assert variant.answer[0].text in answer.replace("−", "-")


# Check my answer


def verdict(page: Any, answer: str) -> tuple[str, str]:
    """Type an answer, press Enter, and return the verdict and what is said to a mistake."""
    page.fill("#qa .try input", answer)
    page.press("#qa .try input", "Enter")
    said = "() => [...document.querySelectorAll('#qa .try .slips p')].filter(p => !p.hidden)"
    texts = page.evaluate(said + ".map(p => p.textContent).join(' ')")
    return page.inner_text("#qa .try .verdict"), str(texts)


def test_an_answer_is_checked_and_a_mistake_is_named(stage: Stage) -> None:
    front, back = sides(stage)
    with opened(stage) as page:
        problem(page, front)
        variant = card_samples.EXERCISE.variants[int(page.evaluate(STORED))]
        right, wrong = variant.answer[0].text, variant.mistakes[0].answer[0].text
        assert verdict(page, right) == ("Right.", "")
        assert verdict(page, f" {right}.0 ") == ("Right.", "")
        assert verdict(page, f"2*{right}/2") == ("Right.", "")
        assert verdict(page, wrong) == ("Not yet.", "The second product is subtracted.")
        assert verdict(page, "12345") == ("Not yet.", "")
        assert verdict(page, "alert(1)")[0].startswith("This cannot be read")
        assert verdict(page, "  ") == ("", "")
        problem(page, back)
        assert page.locator("#qa .try").count() == 0


def test_the_check_is_used_by_keyboard_and_told_to_screen_readers(stage: Stage) -> None:
    front, _ = sides(stage)
    with opened(stage) as page:
        problem(page, front)
        box = page.get_by_label("Check my answer")
        box.focus()
        page.keyboard.type("12345")
        page.keyboard.press("Tab")
        assert page.evaluate("() => document.activeElement.tagName") == "BUTTON"
        page.keyboard.press("Enter")
        assert page.get_by_role("status").inner_text() == "Not yet."


def wanted(page: Any, side: Side, check: str) -> None:
    """Show a front on which every variant wants this answer."""
    escaped = html.escape(check, quote=True)
    changed = re.sub(r'<section data-check="[^"]*"', f'<section data-check="{escaped}"', side.html)
    problem(page, replace(side, html=changed))


TYPED = [
    (
        '{"kind":"number","rows":[[[0.75]]]}',
        ["3/4", "0.75", "0,75", ".75", "75/100"],
        ["3/5", "0.7"],
    ),
    ('{"kind":"number","rows":[[[0.666666666667]]]}', ["2/3", "0.67", "0.667"], ["0.7", "0.66"]),
    ('{"kind":"number","rows":[[[-2]]]}', ["-2", "−2", "-4/2", "- 2"], ["2", ""]),
    ('{"kind":"number","rows":[[[1.41421356237]]]}', ["sqrt(2)", "√2", "2^(1/2)", "1.41"], ["1.4"]),
    ('{"kind":"number","rows":[[[1.09861228867]]]}', ["log(3)", "ln 3", "1.0986"], ["log(2)"]),
    (
        '{"kind":"vector","rows":[[[1]],[[-2]],[[0.5]]]}',
        ["1 -2 1/2", "1, -2, 0.5", "[1, -2, 1/2]", "(1, -2, 1/2)", "1; -2; 1/2"],
        ["1 2 1/2", "1, -2", "-2, 1, 1/2"],
    ),
    (
        '{"kind":"matrix","rows":[[[1],[2]],[[3],[4]]]}',
        ["1 2; 3 4", "[[1, 2], [3, 4]]", "1, 2; 3, 4"],
        ["1 2 3 4", "1 3; 2 4"],
    ),
    ('{"kind":"set","rows":[[[-3]],[[2]]]}', ["2, -3", "-3 2", "{2, -3}"], ["3, -2", "2"]),
    ('{"kind":"words","words":["saddle point"]}', ["Saddle point", " saddle  point."], ["minimum"]),
]


@pytest.mark.exhaustive(every=2)
@pytest.mark.parametrize(("check", "right", "wrong"), TYPED, ids=lambda value: str(value)[:40])
def test_answers_are_read_as_learners_type_them(
    stage: Stage, check: str, right: list[str], wrong: list[str]
) -> None:
    front, _ = sides(stage)
    with opened(stage) as page:
        wanted(page, front, check)
        for answer in right:
            assert (answer, verdict(page, answer)[0]) == (answer, "Right.")
        for answer in wrong:
            expected = "Not yet." if answer else ""
            assert (answer, verdict(page, answer)[0]) == (answer, expected)


@pytest.mark.exhaustive(every=2)
@pytest.mark.parametrize(
    ("formula", "right", "wrong"),
    [
        (lambda x: 2 * x + 1, ["2x+1", "2*x + 1", "1 + 2 x", "(4x+2)/2"], ["2x", "x+1", "3"]),
        (lambda x: 3 * x**2, ["3x^2", "3x²", "3*x**2", "3 x x"], ["3x", "3x^3"]),
        (lambda x: x * math.exp(2 * x), ["x e^(2x)", "xe^(2x)", "x*exp(2x)"], ["e^(2x)", "x e^2x"]),
        (
            lambda x: math.sin(x) ** 2,
            ["sin(x)^2", "sin^2 x", "(sin x)^2", "sin^2(x)"],
            ["sin(x^2)"],
        ),
        (lambda x: -(x**2), ["-x^2", "-(x^2)"], ["(-x)^2"]),
        (lambda x: 1 / (1 + math.exp(-x)), ["sigmoid(x)", "1/(1+e^(-x))"], ["1/1+e^(-x)"]),
    ],
)
def test_expressions_are_compared_at_points(
    stage: Stage, formula: Callable[[float], float], right: list[str], wrong: list[str]
) -> None:
    points = (0.7, -1.3, 2.1)
    data = {
        "kind": "number",
        "names": ["x"],
        "points": [[x] for x in points],
        "rows": [[[formula(x) for x in points]]],
    }
    front, _ = sides(stage)
    with opened(stage) as page:
        wanted(page, front, json.dumps(data))
        for answer in right:
            assert (answer, verdict(page, answer)[0]) == (answer, "Right.")
        for answer in wrong:
            assert (answer, verdict(page, answer)[0]) == (answer, "Not yet.")


@pytest.mark.parametrize("theme", check_deck.THEMES)
def test_the_check_is_readable_in_both_themes(stage: Stage, theme: str) -> None:
    front, _ = sides(stage)
    ink = shown(stage, front, STYLE, [".try input", "color"], theme=theme)
    assert ink == shown(stage, front, STYLE, [".problem", "color"], theme=theme)


def test_the_script_is_of_2009(stage: Stage) -> None:
    """Old web views of iOS and Android stop at the first word that they do not know."""
    front, _ = sides(stage)
    script = front.html.partition("<script>")[2].partition("</script>")[0]
    code = re.sub(r"//.*", "", script)
    for new in (
        r"\blet\b",
        r"\bconst\b",
        "=>",
        "`",
        r"\bclass\b",
        r"\.\.\.",
        "forEach",
        "includes",
    ):
        assert not re.search(new, code), new
    for unsafe in ("eval", "Function(", "innerHTML", "fetch", "XMLHttpRequest", "import"):
        assert unsafe not in code
