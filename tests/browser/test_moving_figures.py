"""A moving figure in a card's image: it runs, it rests, and it holds still where asked to."""

from __future__ import annotations

import base64
from typing import Any

import check_deck
import pytest

from dlcards import figures
from dlcards.cards import html
from dlcards.model import Illustration, MediaFile

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not check_deck.chromium(), reason="Chromium is not installed"),
]
TURN: dict[str, Any] = {
    "kind": "map2d",
    "matrix": [["cos(t)", "-sin(t)"], ["sin(t)", "cos(t)"]],
    "show": ["basis"],
    "lim": [-2, 2, -2, 2],
    "animate": {"param": "t", "from": 0, "to": "pi/2", "frames": 4, "seconds": 1.5, "pause": 1.5},
}


def shots(chromium: Any, svg: bytes, motion: str, times: tuple[int, ...]) -> list[bytes]:
    """Return pictures of a card's figure at some milliseconds after it was shown."""
    source = "data:image/svg+xml;base64," + base64.b64encode(svg).decode()
    markup = html.figure(Illustration(MediaFile("a.svg", svg), ""), caption=False)
    context = chromium.new_context(reduced_motion=motion)
    page = context.new_page()
    page.set_content(markup.replace("a.svg", source))
    page.evaluate("() => document.images[0].decode()")
    found, past = [], 0
    for time in times:
        page.wait_for_timeout(time - past)
        past = time
        found.append(page.screenshot())
    context.close()
    return found


def spec() -> figures.FigureSpec:
    found, problems = figures.parse_spec(TURN)
    assert found is not None, problems
    return found


def test_it_runs(chromium: Any) -> None:
    # A busy machine takes its pictures late: more of them meet every part of the round.
    times = tuple(range(100, 6500, 430))
    pictures = shots(chromium, figures.render(spec()).svg, "no-preference", times)
    assert len(set(pictures)) >= 3


def test_it_holds_still_and_shows_the_last_picture_where_less_motion_is_asked_for(
    chromium: Any,
) -> None:
    moving = spec()
    still = figures.FigureSpec(moving.panels, moving.data)
    pictures = shots(chromium, figures.render(moving).svg, "reduce", (100, 800))
    assert pictures == shots(chromium, figures.render(still).svg, "reduce", (100, 200))
