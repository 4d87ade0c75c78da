"""Code of algorithms on the reviewer page: whole lines on a phone, gaps that tell nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import check_deck
import pytest
from stage import Stage

from dlcards.content.algorithms import MOST_LINES, WIDEST

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NARROW = 360
NOTE = "dlcards/al-descent/algorithm"
LINES = """() => {
  const code = document.querySelector('#qa .code code');
  const style = getComputedStyle(code.parentElement);
  return code.getBoundingClientRect().height / parseFloat(style.lineHeight);
}"""
GAP = """() => {
  const gap = document.querySelector('#qa .gap');
  const box = gap.getBoundingClientRect();
  return [Math.round(box.width), Math.round(box.height), getComputedStyle(gap).color,
          getComputedStyle(gap.closest('.code')).color];
}"""


def shown(stage: Stage, side: check_deck.Side, script: str, theme: str = "light") -> Any:
    with check_deck.reviewer(stage.browser, stage.address, NARROW) as (page, _):
        assert check_deck.show(page, side, theme)
        return page.evaluate(script)


def test_lines_of_the_greatest_width_are_not_broken_on_a_small_phone(stage: Stage) -> None:
    side = stage.side(NOTE, "Gap 1", "front")
    opening = '<pre class="code"><code>'
    start = side.html.index(opening) + len(opening)
    end = side.html.index("</code></pre>")

    def with_lines(width: int) -> check_deck.Side:
        code = "\n".join(["m" * width] * MOST_LINES)
        return replace(side, html=f"{side.html[:start]}{code}{side.html[end:]}")

    assert shown(stage, with_lines(WIDEST), LINES) == pytest.approx(MOST_LINES, abs=0.6)
    assert shown(stage, with_lines(WIDEST + 4), LINES) > MOST_LINES + 1


@pytest.mark.parametrize("theme", check_deck.THEMES)
def test_a_gap_tells_how_many_lines_it_hides_and_nothing_else(stage: Stage, theme: str) -> None:
    sides = [stage.side(NOTE, f"Gap {number}", "front") for number in (1, 2)]
    first, second = (shown(stage, side, GAP, theme) for side in sides)
    assert first[1:] == second[1:]
    assert second[0] > first[0], "the second says that it hides two lines"
    width, height, colour, around = first
    assert width > 20
    assert height > 10
    assert colour != around


def test_the_answer_of_a_gap_says_what_counts_as_right_too(stage: Stage) -> None:
    text = shown(stage, stage.side(NOTE, "Gap 1", "back"), "() => document.body.innerText")
    assert "x - lr * g(x)" in text
    assert "-lr * g(x) + x" in text
    assert "Code that does the same is right too." in text


def test_the_back_of_a_slip_shows_both_lines_and_where_it_fails(stage: Stage) -> None:
    back = stage.side(NOTE, "Slip 1", "back")
    text = shown(stage, back, "() => document.querySelector('#answer + *').innerText")
    assert text.index("x = x + lr * g(x)") < text.index("x = x - lr * g(x)")
    assert "Where it fails" in text
    assert "at x = 1" not in text  # folded until asked for


def test_the_badge_says_how_often_it_was_tried_and_no_more(stage: Stage) -> None:
    back = stage.side(NOTE, "Call 1", "back")
    label = shown(stage, back, "() => document.querySelector('.check-algorithm summary').innerText")
    assert label == "✓ Tried at 40 inputs"
