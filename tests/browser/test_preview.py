"""The preview in a real browser: formulas, filters, looks, zoom, and changes while one looks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import check_deck
import pytest

from dlcards.cli.console import Progress
from dlcards.commands.build import build
from dlcards.commands.preview import Preview, PreviewRequest, preview
from dlcards.commands.preview_site import Serving, Site, find_mathjax, write_site
from dlcards.requests import BuildRequest
from samples import DECK, ENTRY

pytestmark = [pytest.mark.browser, pytest.mark.slow]

QUIET = Progress(quiet=True)
FIGURE = "figure: {kind: function_plot, exprs: [x**2], x: [-2, 2], alt: A parabola.}\n"
SUM = """\
kind: equation
title: Sum rule
topic: limits
let: {x: positive}
claim: x + x == 3*x
meaning: Two of a kind.
sources: ["https://example.org/sums"]
"""
POWERS = """\
title: Powers
description: One.
contents: [{entries: [power-rule]}]
"""
MATHJAX = check_deck.WEB / "js" / "vendor" / "mathjax"
FORMULAS = """() => [...document.querySelectorAll('.side')].filter(s => s.shadowRoot)
  .reduce((n, s) => n + s.shadowRoot.querySelectorAll('mjx-container').length, 0)"""


@dataclass
class Opened:
    """A page with everything that went wrong on it."""

    page: Any
    faults: list[str] = field(default_factory=list)

    def cards(self) -> str:
        return str(self.page.locator("#count").inner_text())


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    files = {
        "formulas/calculus/power-rule.yaml": ENTRY.replace("sources:", f"{FIGURE}sources:"),
        "formulas/calculus/sum-rule.yaml": SUM,
        "decks/calculus.yaml": DECK,
        "decks/powers.yaml": POWERS,
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def shown(root: Path) -> Preview:
    return preview(PreviewRequest(root, jobs=0), QUIET)


@pytest.fixture
def site(shown: Preview) -> Site:
    return Site(shown, find_mathjax(MATHJAX), live=True)


@pytest.fixture
def opened(chromium: Any, site: Site) -> Iterator[Opened]:
    with Serving(site) as address:
        page = chromium.new_page(viewport={"width": 1200, "height": 900})
        found = Opened(page)
        page.on("pageerror", lambda error: found.faults.append(str(error)))
        page.on("console", lambda m: found.faults.append(m.text) if m.type == "error" else None)
        page.goto(address, wait_until="domcontentloaded")
        yield found
        page.close()
        assert [f for f in found.faults if "favicon" not in f and "404" not in f] == []


def test_formulas_are_typeset_in_the_style_of_the_note_type(opened: Opened) -> None:
    opened.page.wait_for_function(f"() => ({FORMULAS})() > 5")
    assert opened.page.evaluate(
        """() => {
          const card = document.querySelector('.side').shadowRoot.firstChild;
          const formula = document.querySelector('.back').shadowRoot.querySelector('mjx-math');
          return [card.className, getComputedStyle(card).backgroundColor,
            getComputedStyle(formula).display, formula.getBoundingClientRect().height > 10];
        }"""
    ) == ["card card1", "rgb(252, 252, 250)", "inline-block", True]


def test_filters_leave_what_fits(opened: Opened) -> None:
    everything = opened.cards()
    opened.page.select_option("#deck", "powers")
    assert opened.cards() == "5 cards" != everything
    opened.page.select_option("#deck", "")
    opened.page.select_option("#level", "refuted")
    assert opened.page.locator(".entry:visible h2").all_text_contents()[0].startswith("Sum rule")
    opened.page.select_option("#level", "")
    opened.page.select_option("#topic", "calculus / derivatives")
    assert opened.cards() == "5 cards"
    opened.page.fill("#text", "which power has")
    assert opened.cards() == "1 card"
    opened.page.fill("#text", "no such words")
    assert opened.cards() == "0 cards"


def test_a_problem_stands_beside_its_cards(opened: Opened) -> None:
    told = opened.page.locator("#entry-sum-rule .problems").text_content()
    assert "[refuted-claim]" in told
    assert "claim: x + x == 3*x" in told
    assert "does not hold" in opened.page.locator("#entry-sum-rule .checks").text_content()


def test_cards_turn_dark_and_as_narrow_as_a_phone(opened: Opened) -> None:
    size = """() => { const s = document.querySelector('.side'); const c = s.shadowRoot.firstChild;
      const ask = c.querySelector('.ask');
      return [s.getBoundingClientRect().width, c.className, getComputedStyle(ask).fontSize]; }"""
    opened.page.wait_for_function("() => document.querySelector('.side').shadowRoot")
    wide, light, large = opened.page.evaluate(size)
    opened.page.click("#night")
    opened.page.click("#phone")
    narrow, dark, small = opened.page.evaluate(size)
    assert (light, dark) == ("card card1", "card card1 nightMode night_mode")
    assert wide > 500
    assert narrow == 390
    assert (large, small) == ("21px", "18.75px")


def test_a_figure_opens_large(opened: Opened) -> None:
    opened.page.wait_for_function("() => document.querySelector('.back').shadowRoot")
    small = opened.page.locator(".back img").first
    width = small.bounding_box()["width"]
    small.click()
    large = opened.page.locator("#zoom img")
    assert large.bounding_box()["width"] > 1.5 * width
    assert large.get_attribute("alt") == "A parabola."
    large.click()
    assert not large.is_visible()


def test_a_change_appears_by_itself_and_the_place_stays(
    opened: Opened, site: Site, root: Path, shown: Preview
) -> None:
    opened.page.wait_for_function(f"() => ({FORMULAS})() > 5")
    opened.page.evaluate("window.marked = true; window.scrollTo(0, 300)")
    path = root / "formulas" / "calculus" / "power-rule.yaml"
    text = path.read_text(encoding="utf-8")
    try:
        path.write_text(text.replace("Bring the exponent", "Take the exponent"), encoding="utf-8")
        site.publish(preview(PreviewRequest(root, jobs=0), QUIET, shown, check=False))
        opened.page.locator("#entry-power-rule", has_text="Take the exponent").wait_for()
        assert opened.page.evaluate("[window.marked, window.scrollY]") == [True, 300]
    finally:
        path.write_text(text, encoding="utf-8")


def test_formulas_can_be_read_without_mathjax(
    chromium: Any, shown: Preview, tmp_path: Path
) -> None:
    index = write_site(shown, tmp_path / "site")
    context = chromium.new_context(offline=True)
    page = context.new_page()
    page.goto(index.as_uri(), wait_until="domcontentloaded")
    page.wait_for_function(
        """() => [...document.querySelectorAll('.side')].some(
          s => s.shadowRoot?.querySelector('.tex'))""",
        timeout=20000,
    )
    assert any(r"\frac{d}{dx}" in text for text in page.locator(".back .tex").all_text_contents())
    context.close()


def test_files_work_without_a_server(chromium: Any, shown: Preview, tmp_path: Path) -> None:
    index = write_site(shown, tmp_path / "site", find_mathjax(MATHJAX))
    page = chromium.new_page()
    page.goto(index.as_uri(), wait_until="domcontentloaded")
    page.wait_for_function(f"() => ({FORMULAS})() > 5")
    assert page.locator(".back img").first.evaluate(
        "i => i.decode().then(() => i.naturalWidth > 0)"
    )
    page.close()


def test_thousands_of_cards_are_made_only_when_one_comes_near(
    chromium: Any, shown: Preview, tmp_path: Path
) -> None:
    entry = shown.entries["power-rule"]
    copies = {
        f"copy-{i}": replace(entry, shown={**entry.shown, "id": f"copy-{i}"}) for i in range(400)
    }
    index = write_site(replace(shown, entries=copies), tmp_path / "site", find_mathjax(MATHJAX))
    page = chromium.new_page(viewport={"width": 1200, "height": 900})
    page.goto(index.as_uri(), wait_until="domcontentloaded")
    assert page.locator("#count").inner_text() == "2000 cards"
    page.wait_for_function(f"() => ({FORMULAS})() > 5")
    made = "() => [...document.querySelectorAll('.side')].filter(s => s.shadowRoot).length"
    assert 0 < page.evaluate(made) < 100
    page.evaluate("document.getElementById('entry-copy-390').scrollIntoView()")
    page.wait_for_function(
        """() => document.querySelector('#entry-copy-390 .back').shadowRoot
          ?.querySelector('mjx-container')"""
    )
    assert page.evaluate(made) < 200
    page.close()


BOXES = """(root) => {
  const card = root.querySelector('.dl');
  const start = card.getBoundingClientRect();
  const shown = ['.topic', '.ask', '.where', 'hr', '.formula', 'mjx-math', '.meaning', 'figure',
    'img', 'figcaption', '.folds', '.fold summary', '.fold > div', '.symbols', '.code', 'li'];
  return shown.map((name) => {
    const e = card.querySelector(name);
    if (!e) return [name];
    const box = e.getBoundingClientRect();
    const style = getComputedStyle(e);
    return [name, Math.round(box.left - start.left), Math.round(box.width),
      Math.round(box.height), style.fontSize, style.lineHeight, style.color, style.textAlign];
  });
}"""


@pytest.mark.exhaustive(every=3)  # narrow and light, wide and dark
@pytest.mark.parametrize("night", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [390, 1200])
def test_a_card_has_the_same_boxes_as_in_anki(
    opened: Opened, root: Path, chromium: Any, tmp_path: Path, width: int, *, night: bool
) -> None:
    page = opened.page
    sides = ".pair, body.phone .pair { grid-template-columns: %dpx %dpx !important }"
    page.add_style_tag(content=f".entry {{ max-width: none }} {sides % (width, width)}")
    if night:
        page.click("#night")
    side = page.locator("#entry-power-rule .pair", has_text="Recall").locator(".back")
    page.evaluate("document.getElementById('entry-power-rule').scrollIntoView()")
    page.wait_for_function(
        """() => [...document.querySelectorAll('#entry-power-rule .back')].every(
          s => s.shadowRoot?.querySelector('mjx-math'))"""
    )
    side.first.evaluate("e => Promise.all(e.shadowRoot.getAnimations().map(a => a.finished))")
    boxes = f"(e) => ({BOXES})(e.shadowRoot)"
    in_preview = side.first.evaluate(boxes)

    assert build(BuildRequest(root, ("powers",), output=tmp_path, jobs=0), QUIET).ok
    with (
        check_deck.imported(tmp_path / "powers.apkg") as (shown_sides, media),
        check_deck.served(media) as address,
        check_deck.reviewer(chromium, address, width, height=2000) as (reviewer, _),
    ):
        back = next(s for s in shown_sides if (s.card, s.kind) == ("Recall", "back"))
        assert check_deck.show(reviewer, back, "dark" if night else "light")
        in_anki = reviewer.evaluate(f"() => ({BOXES})(document)")
    assert len([box for box in in_anki if len(box) > 1]) >= 9
    assert in_preview == in_anki
