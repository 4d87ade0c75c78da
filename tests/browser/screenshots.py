"""Draw the cards shown in the documentation, from a deck that has been built.

    python tests/browser/screenshots.py build/calculus.apkg

Writes ``docs/cards/``: six cards, front beside back, light and dark, as a phone shows
them, and one as a desktop does.
"""

from __future__ import annotations

import argparse
import base64
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import check_deck
from check_deck import Side

TARGET = Path(__file__).resolve().parents[2] / "docs" / "cards"
PHONE = (390, 844)
DESKTOP = (820, 800)
SCALE = 1.5
END = "() => document.querySelector('#qa .dl').getBoundingClientRect().bottom + scrollY"
BACKDROP = {"light": "#e6e6e1", "dark": "#161618"}
EDGE = {"light": "#d3d3cd", "dark": "#3a3a3e"}


@dataclass(frozen=True)
class Shot:
    """A card to be shown; the number tells cloze cards of one note apart."""

    name: str
    guid: str
    card: str
    number: int = 0
    size: tuple[int, int] = PHONE


SHOTS = (
    Shot("recall", "dlcards/chain-rule", "Recall"),
    Shot("picture", "dlcards/taylor-second-order", "Picture"),
    Shot("cloze", "dlcards/chain-rule/cloze", "Cloze", 1),
    Shot("code", "dlcards/ca-newton-method", "To code"),
    Shot("question", "dlcards/gradient-vector", "Question 1"),
    Shot("read", "dlcards/ca-newton-method", "From code"),
    Shot("desktop", "dlcards/taylor-second-order", "Recall", size=DESKTOP),
)


def find(sides: Sequence[Side], shot: Shot) -> list[Side]:
    """Return front and back of the first such card, nothing when the deck holds none."""
    fitting = [
        side
        for side in sides
        if side.card == shot.card
        and side.guid.startswith(shot.guid)
        and shot.number in (0, side.number)
    ]
    return [side for side in fitting if side.guid == fitting[0].guid][:2]


def photograph(
    opened: Any, address: str, sides: Sequence[Side], theme: str, size: tuple[int, int]
) -> tuple[list[bytes], tuple[int, int]]:
    """Return a picture of each side with the folds closed, and their common size."""
    width, tallest = size
    context = opened.new_context(
        viewport={"width": width, "height": tallest}, device_scale_factor=SCALE
    )
    page = context.new_page()
    page.goto(address)
    ends = []
    for side in sides:
        _show(page, side, theme)
        ends.append(page.evaluate(END))
    height = min(round(max(ends)), tallest)
    page.set_viewport_size({"width": width, "height": height})
    pictures = []
    for side in sides:
        _show(page, side, theme)
        pictures.append(page.screenshot())
    context.close()
    return pictures, (width, height)


def _show(page: Any, side: Side, theme: str) -> None:
    if not check_deck.show(page, side, theme):
        raise RuntimeError(f"{side.guid} {side.card} was never shown")
    page.evaluate("() => scrollTo(0, 0)")


def sheet(opened: Any, pictures: Sequence[bytes], theme: str, size: tuple[int, int]) -> bytes:
    """Lay pictures side by side, each like a screen."""
    width, height = size
    frames = "".join(
        f'<img src="data:image/png;base64,{base64.b64encode(picture).decode()}">'
        for picture in pictures
    )
    style = (
        f"body{{margin:0;padding:24px;display:flex;gap:24px;background:{BACKDROP[theme]}}}"
        f"img{{width:{width}px;height:{height}px;border-radius:18px;"
        f"box-shadow:0 0 0 1px {EDGE[theme]}}}"
    )
    context = opened.new_context(
        viewport={"width": len(pictures) * (width + 24) + 24, "height": height + 48},
        device_scale_factor=SCALE,
    )
    page = context.new_page()
    page.set_content(f"<style>{style}</style>{frames}")
    page.evaluate("() => Promise.all(Array.from(document.images).map(i => i.decode()))")
    drawn: bytes = page.screenshot()
    context.close()
    return drawn


def main() -> int:
    """Draw every card of the list that the package holds."""
    parser = argparse.ArgumentParser(description="Draw the cards of the documentation.")
    parser.add_argument("package", type=Path)
    parser.add_argument("--output", type=Path, default=TARGET)
    options = parser.parse_args()
    if word := check_deck.missing():
        print(f"cannot draw cards: {word}", file=sys.stderr)
        return 3
    options.output.mkdir(parents=True, exist_ok=True)
    absent = []
    with (
        check_deck.imported(options.package) as (sides, media),
        check_deck.served(media) as address,
        check_deck.browser() as opened,
    ):
        for shot in SHOTS:
            chosen = find(sides, shot)
            if not chosen:
                absent.append(shot.name)
                continue
            for theme in check_deck.THEMES:
                pictures, size = photograph(opened, address, chosen, theme, shot.size)
                drawn = sheet(opened, pictures, theme, size)
                (options.output / f"{shot.name}-{theme}.png").write_bytes(drawn)
    for name in absent:
        print(f"the deck holds no card for {name!r}", file=sys.stderr)
    return 1 if absent else 0


if __name__ == "__main__":
    sys.exit(main())
