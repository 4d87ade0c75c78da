"""Injected texts on real cards in a real browser: no dialog, no request, no script."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import check_deck
import pytest
from injected import INJECTIONS, as_yaml, entry, read

from dlcards.cli.console import Progress
from dlcards.commands.build import build
from dlcards.problems import Severity
from dlcards.requests import BuildRequest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_PLACES = (
    "title meaning conditions why pitfall personal symbol more prompt-recall example source-word"
    " code-comment ask answer"
)
PLACES = tuple(_PLACES.split())
LATEX = ("latex", "latex-text", "latex-why")

WATCH = """() => {
  window.ran = [];
  for (const name of ['alert', 'confirm', 'prompt', 'open'])
    window[name] = (...told) => { window.ran.push([name, String(told[0]).slice(0, 80)]); };
}"""
STRANGE = """() => {
  const qa = document.getElementById('qa');
  const found = window.ran.map(String);
  for (const e of qa.querySelectorAll(
      'script, iframe, object, embed, link, style, meta, base, form, input, video, audio, svg'))
    if (!e.closest('mjx-container') && !e.textContent.startsWith('/* dlcards.'))
      found.push(e.outerHTML.slice(0, 200));
  for (const e of qa.querySelectorAll('*'))
    for (const a of e.attributes)
      if (a.name.startsWith('on') || /^\\s*(javascript|data|vbscript):/i.test(a.value))
        found.push(e.outerHTML.slice(0, 200));
  return found;
}"""


def package(root: Path, injections: Sequence[str]) -> Path:
    """Build a deck with every injection at every place that accepts it."""
    folder = root / "formulas" / "hostile"
    folder.mkdir(parents=True)
    (root / "decks").mkdir()
    numbered = tuple(enumerate(injections))
    places = {f"e-{number}": dict.fromkeys(PLACES, text) for number, text in numbered}
    places |= {f"u-{number}-{place}": {place: text} for number, text in numbered for place in LATEX}
    deck = {"title": "Hostile", "description": "x", "contents": [{"subject": "hostile"}]}
    (root / "decks" / "hostile.yaml").write_text(as_yaml(deck), encoding="utf-8")
    for name, texts in places.items():
        (folder / f"{name}.yaml").write_text(as_yaml(entry(texts)), encoding="utf-8")
    for number, text in numbered:
        notes = {"a": {"ask": text, "answer": text}}
        listed = {"title": text, "topic": "l", "sources": [text, "A book"], "notes": notes}
        path = folder / f"l-{number}.notes.yaml"
        path.write_text(as_yaml(listed), encoding="utf-8")
    while True:
        result = build(BuildRequest(root, ("hostile",), jobs=0), Progress(quiet=True))
        if result.ok:
            return result.decks[0].package
        for problem in result.problems:
            if problem.severity is Severity.ERROR:
                path = root / problem.location.file
                texts = places.get(path.stem, {})
                place = next((p for p in texts if _blamed(p, path, problem.location.line)), None)
                if place is None or len(texts) == 1:
                    path.unlink(missing_ok=True)
                else:
                    del texts[place]
                    path.write_text(as_yaml(entry(texts)), encoding="utf-8")


def _blamed(place: str, path: Path, line: int) -> bool:
    """Tell whether the key of a place stands in a line."""
    from injected import KEYS

    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return 0 < line <= len(lines) and lines[line - 1].startswith(f'"{KEYS[place][0]}"')


@pytest.mark.exhaustive(of=24)
def test_nothing_happens_on_cards(
    chromium: Any, tmp_path: Path, every: int, count: Callable[..., None]
) -> None:
    injections = INJECTIONS[::every]
    file = package(tmp_path / "project", injections)
    guids = read(file, tmp_path).notes.keys()
    assert len(guids) > 2 * len(injections)
    assert sum(guid.startswith("dlcards/l-") for guid in guids) > len(injections) / 2
    seen: list[str] = []
    shown = 0
    with (
        check_deck.imported(file) as (sides, media),
        check_deck.served(media) as address,
        check_deck.reviewer(chromium, address, 900) as (page, errors),
    ):

        def note(what: str) -> None:
            if not what.startswith(f"request {address}"):
                seen.append(what)

        def dismiss(dialog: Any) -> None:
            note(f"dialog {dialog.message}")
            dialog.dismiss()

        page.on("dialog", dismiss)
        page.on("request", lambda request: note(f"request {request.url}"))
        page.evaluate(WATCH)
        for side in sides:
            page.evaluate("() => { window.ran.length = 0; }")
            assert check_deck.show(page, side, "light")
            page.evaluate(check_deck.OPEN_ALL)
            seen += [f"{side.guid} {side.card}: {what}" for what in page.evaluate(STRANGE)]
            shown += 1
        missing = [error for error in errors if "/_anki/" not in error]
    assert seen == []
    assert missing == []
    assert shown > 5 * len(injections)
    count("sides of cards with injected texts, in a browser", shown)
