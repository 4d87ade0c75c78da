"""Draw contact sheets of the library's figures, as wide as on a phone, by day and by night.

    python tests/browser/contact_sheets.py --output build/sheets
    python tests/browser/contact_sheets.py --output build/sheets chain-rule la-basis

Without names every entry with a figure is shown. Below each picture stand the id of its entry,
the caption and the alternative text, so that one sees whether they agree. Of a moving figure
the first frame, the one in the middle and the last are shown.
"""

from __future__ import annotations

import argparse
import base64
import html
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import check_deck

from dlcards import figures
from dlcards.claims.resolver import read_statement
from dlcards.content.schema import Entry, read_model
from dlcards.documents import read_document

FORMULAS = Path(__file__).resolve().parents[2] / "formulas"
WIDTH = 358
COLUMNS, ROWS = 5, 4
STYLE = """
body { margin: 12px; display: grid; grid-template-columns: repeat(COLUMNS, WIDTHpx); gap: 14px 18px;
  align-items: start; font: 11px/1.35 sans-serif; background: #fff; color: #222; }
body.dark { background: #2c2c2c; color: #ddd; }
img { width: WIDTHpx; display: block; }
.dark img { filter: invert(1) hue-rotate(180deg); }
figcaption { margin-top: 4px; }
p { margin: 2px 0; opacity: .75; }
""".replace("COLUMNS", str(COLUMNS)).replace("WIDTH", str(WIDTH))


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure on a sheet.

    Parameters
    ----------
    id : str
        Of its entry.
    svg : bytes
    caption, alt : str
    """

    id: str
    svg: bytes
    caption: str
    alt: str


def drawn(names: Sequence[str]) -> Iterator[Shown]:
    """Draw the figures of some entries, of all without names."""
    for path in sorted(FORMULAS.glob("*/*.yaml")):
        if names and path.stem not in names:
            continue
        document, _ = read_document(path.read_text(encoding="utf-8"), path.name)
        if document is None or not isinstance(document.data.get("figure"), dict):
            continue
        entry, problems = read_model(Entry, document)
        spec, misfits = figures.parse_spec(document.data["figure"])
        if entry is None or spec is None:
            print(f"{path.stem}: not readable: {problems or misfits}", file=sys.stderr)
            continue
        statement, _ = read_statement(entry.statement_text(path.stem))
        for problem in figures.check(spec, statement, answers=(entry.title,)):
            print(f"{path.stem}: {problem.path}: {problem.message}", file=sys.stderr)
        frames = spec.frames
        shown = (frames[0], frames[len(frames) // 2], frames[-1]) if frames else (spec,)
        for frame in shown:
            still = figures.FigureSpec(frame.panels, frame.data, frame.title)
            picture = figures.render(still, statement=statement)
            yield Shown(path.stem, picture.svg, picture.caption, picture.alt)


def page(shown: Sequence[Shown], theme: str) -> str:
    """Return a sheet as HTML."""
    return (
        f"<!doctype html><meta charset=utf-8><style>{STYLE}</style><body class={theme}>"
        + "".join(
            f'<figure style="margin:0">'
            f'<img src="data:image/svg+xml;base64,{base64.b64encode(one.svg).decode()}">'
            f"<figcaption><b>{html.escape(one.id)}</b> {html.escape(one.caption)}"
            f"<p>{html.escape(one.alt)}</p></figcaption></figure>"
            for one in shown
        )
    )


def photograph(opened: Any, text: str) -> bytes:
    """Return a picture of a whole page."""
    context = opened.new_context(
        viewport={"width": COLUMNS * (WIDTH + 18) + 12, "height": 800}, reduced_motion="reduce"
    )
    tab = context.new_page()
    tab.set_content(text)
    tab.evaluate("() => Promise.all(Array.from(document.images).map(i => i.decode()))")
    picture: bytes = tab.screenshot(full_page=True)
    context.close()
    return picture


def main() -> int:
    """Write the sheets."""
    parser = argparse.ArgumentParser(description="Draw contact sheets of the figures.")
    parser.add_argument("names", nargs="*", help="ids of entries")
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    if not check_deck.chromium():
        print("Chromium is not installed", file=sys.stderr)
        return 3
    options.output.mkdir(parents=True, exist_ok=True)
    shown = list(drawn(options.names))
    with check_deck.browser() as opened:
        for start in range(0, len(shown), COLUMNS * ROWS):
            part = shown[start : start + COLUMNS * ROWS]
            for theme in check_deck.THEMES:
                name = f"sheet-{1 + start // (COLUMNS * ROWS):02d}-{theme}.png"
                (options.output / name).write_bytes(photograph(opened, page(part, theme)))
    return 0 if shown else 1


if __name__ == "__main__":
    sys.exit(main())
