"""Show every side of every card of a package as Anki shows it, and say what is wrong.

    python tests/browser/check_deck.py build/calculus.apkg

The real backend imports and renders the cards; Anki's own reviewer page and MathJax, out
of the published web data, show them in headless Chromium, light and dark, wide and narrow.
"""

from __future__ import annotations

import argparse
import functools
import http.server
import importlib.util
import mimetypes
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

ANKI_VERSION = "26.9.3"
CACHE = Path(__file__).resolve().parents[2] / "build" / ".cache"
WEB = CACHE / f"anki-web-{ANKI_VERSION}"
THEMES = ("light", "dark")
CUT_WIDTHS = (360, 390, 900)
WIDTHS = (900, 390)
HEIGHT = 700
SMALL_PHONE = (360, 640)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PAGE = """<!doctype html><html><head><meta charset="utf-8">
<link rel="stylesheet" href="/_anki/css/webview.css">
<link rel="stylesheet" href="/_anki/css/reviewer.css">
<script>window.pycmd = window.bridgeCommand = function () {}; var qFade = 0;</script></head>
<body class="isLin"><script src="/_anki/js/reviewer.js"></script>
<div id="_mark" hidden></div><div id="_flag" hidden></div><div id="qa" dir="auto"></div>
</body></html>"""

SHOW = """async ([kind, html, bodyClass, night]) => {
  document.documentElement.className = night ? 'night-mode' : '';
  const qa = document.getElementById('qa');
  qa.innerHTML = '';
  qa.style.opacity = '0';
  kind === 'front' ? _showQuestion(html, '', bodyClass) : _showAnswer(html, bodyClass);
  let shown = false;
  for (let i = 0; i < 2000 && !shown; i++) {
    await new Promise(r => setTimeout(r, 4));
    shown = qa.style.opacity === '1';
  }
  if (window.MathJax && MathJax.startup) await MathJax.startup.promise;
  await Promise.all(Array.from(document.images).map(i => i.decode().catch(() => 0)));
  await document.fonts.ready;
  return shown;
}"""

INSPECT = r"""() => {
  const qa = document.getElementById('qa');
  const faults = [];
  const all = (selector) => Array.from(qa.querySelectorAll(selector));
  for (const e of all('mjx-merror')) faults.push(['math-error', e.getAttribute('data-mjx-error')]);
  for (const e of all('mjx-mtext'))
    if (e.style.color === 'red' || e.getAttribute('mathcolor') === 'red')
      faults.push(['undefined-macro', e.textContent.slice(0, 40)]);
  for (const i of all('img')) {
    if (!i.naturalWidth) faults.push(['broken-image', i.getAttribute('src')]);
    if (!(i.getAttribute('alt') || '').trim()) faults.push(['missing-alt', i.getAttribute('src')]);
  }
  const clone = qa.cloneNode(true);
  clone.querySelectorAll('mjx-container,script,style,code,pre').forEach(e => e.remove());
  const text = clone.textContent;
  const raw = text.match(/\\[()\[\]]|\$[^$]+\$/);
  if (raw) faults.push(['raw-delimiter', raw[0]]);
  const anki = /The front of this card is blank|has a problem|No cloze|Front template has/;
  if (anki.test(text)) faults.push(['anki-complains', text.trim().slice(0, 80)]);
  const visible = text.replace(/\s/g, '') || all('mjx-container,img,pre').length;
  if (!visible) faults.push(['blank', '']);
  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth + 1) faults.push(['overflow', String(wide)]);
  return faults;
}"""

ANSWER_END = """(name) => {
  const answer = document.querySelector('#qa ' + name);
  return answer ? answer.getBoundingClientRect().bottom + scrollY : Infinity;
}"""

LAY_OUT = r"""async (sides) => {
  document.body.className = 'card';
  const root = document.getElementById('qa');
  root.style.opacity = '1';
  root.replaceChildren(...sides.map(([number, html]) => {
    const side = document.createElement('section');
    side.className = `card card${number}`;
    side.innerHTML = html;
    side.querySelectorAll('script').forEach(e => e.remove());
    side.querySelectorAll('details').forEach(d => { d.open = true; });
    side.querySelectorAll('[hidden]').forEach(e => { e.hidden = false; });
    return side;
  }));
  await MathJax.typesetPromise([root]);
  await Promise.all(Array.from(document.images).map(i => i.decode().catch(() => 0)));
}"""

CUT = """(night) => {
  document.body.className = 'card' + (night ? ' nightMode night_mode' : '');
  const found = [];
  document.querySelectorAll('#qa > section').forEach((side, index) => {
    for (const e of side.querySelectorAll('*')) {
      if (e.closest('mjx-container') && e.tagName !== 'MJX-CONTAINER') continue;
      if (!e.clientWidth || e.tagName === 'SUMMARY') continue;
      const style = getComputedStyle(e);
      if (style.display === 'inline') continue;
      const wide = e.scrollWidth - e.clientWidth;
      const tall = style.overflowY === 'visible' ? 0 : e.scrollHeight - e.clientHeight;
      if (wide <= 1 && tall <= 2) continue;
      const inner = e.tagName === 'MJX-CONTAINER' ? [] : [...e.children];
      if (inner.some(c => c.scrollWidth - c.clientWidth > 1 && c.clientWidth)) continue;
      const name = e.tagName.toLowerCase() + (e.className ? '.' + e.className : '');
      const lost = wide > 1 ? `${wide} px at the right` : `${tall} px below`;
      found.push([index, `${name}: ${lost}: ${e.textContent.trim().slice(0, 40)}`]);
    }
    for (const m of side.querySelectorAll('mjx-math')) {
      const size = parseFloat(getComputedStyle(m).fontSize);
      if (size < 11) found.push([index, `a formula of ${size.toFixed(1)} px is too small to read`]);
    }
  });
  return found;
}"""

OPEN_ALL = "() => document.querySelectorAll('#qa details').forEach(d => { d.open = true; })"


_STORE = re.compile(r'<div class="variants" hidden>.*?(?=<script>)', re.DOTALL)
"""Variants that are never shown there: the one that is chosen stands in its place."""
_SHARED = re.compile(r"<style>.*?</style>|<figure>.*?</figure>|<details.*?</details>", re.DOTALL)


@dataclass(frozen=True)
class Side:
    """One side of one card, as the backend rendered it."""

    guid: str
    card: str
    number: int
    kind: str
    html: str


def _answer(side: Side) -> str:
    """Return the selector of what was asked for; remarks may stand further down."""
    if '"formula blank"' in side.html:
        return ".formula.blank"
    if side.card == "Whole derivation":
        return "#answer + * .by"  # as long as the derivation is; it is ticked line by line
    right = "#answer + * .chain ~ .chain, #answer + * .wrong ~ .code"
    return right if "Slip" in side.card else "#answer + *"


@dataclass(frozen=True)
class Fault:
    """Something a learner would stumble over."""

    guid: str
    card: str
    kind: str
    theme: str
    width: int
    code: str
    detail: str

    def __str__(self) -> str:
        place = f"{self.guid} {self.card} {self.kind} ({self.theme}, {self.width} px)"
        return f"{place}: {self.code}: {self.detail}"


def missing() -> str:
    """Say what keeps the cards from being shown here; empty when nothing does."""
    for name in ("anki", "playwright"):
        if importlib.util.find_spec(name) is None:
            return f"{name} is not installed"
    if not chromium():
        return "Chromium is not installed"
    if not WEB.is_dir() and not fetch_web_data():
        return f"the web data of aqt {ANKI_VERSION} cannot be fetched"
    return ""


def chromium() -> str:
    """Return the path of Chromium, empty when there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    return ""


def fetch_web_data() -> bool:
    """Take Anki's reviewer page out of the published wheel, without its dependencies.

    The folder appears whole: several test processes may fetch at once.
    """
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", folder]
        subprocess.run([*command, f"aqt=={ANKI_VERSION}"], check=False, capture_output=True)
        for path in Path(folder).glob("*.whl"):
            with zipfile.ZipFile(path) as wheel:
                names = [name for name in wheel.namelist() if name.startswith("_aqt/data/web/")]
                wheel.extractall(folder, names)
            with suppress(OSError):  # another process was faster
                (Path(folder) / "_aqt" / "data" / "web").rename(WEB)
    return WEB.is_dir()


@contextmanager
def imported(package: Path, chosen: slice = slice(None)) -> Iterator[tuple[list[Side], Path]]:
    """Import a package into a new collection; give sides of its cards and its media folder.

    Of thousands of cards, only those that are chosen are rendered.
    """
    from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

    with tempfile.TemporaryDirectory() as folder:
        collection = Collection(str(Path(folder) / "c.anki2"))
        try:
            request = ImportAnkiPackageRequest(
                package_path=str(package.resolve()), options=ImportAnkiPackageOptions()
            )
            collection.import_anki_package(request)
            yield list(_sides(collection, chosen)), Path(collection.media.dir())
        finally:
            collection.close()


def _sides(collection: Any, chosen: slice) -> Iterator[Side]:
    for card_id in collection.find_cards("", order="c.due asc, c.ord asc, c.id asc")[chosen]:
        card = collection.get_card(card_id)
        guid, name = card.note().guid, card.template()["name"]
        yield Side(guid, name, card.ord + 1, "front", card.question())
        yield Side(guid, name, card.ord + 1, "back", card.answer())


@contextmanager
def served(media: Path) -> Iterator[str]:
    """Serve the reviewer page, Anki's web data and the media folder."""
    handler = functools.partial(_Handler, media)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(http.server.BaseHTTPRequestHandler):
    def __init__(self, media: Path, *args: Any) -> None:
        self.media = media
        super().__init__(*args)

    def log_message(self, *args: Any) -> None:
        """Stay silent."""

    def do_GET(self) -> None:
        path = unquote(urlparse(self.path).path)
        body, kind = PAGE.encode(), "text/html"
        if path != "/":
            anki = path.startswith("/_anki/")
            root = (WEB if anki else self.media).resolve()
            file = (root / (path.removeprefix("/_anki/") if anki else path[1:])).resolve()
            if not file.is_relative_to(root) or not file.is_file():
                self.send_error(404)
                return
            body = file.read_bytes()
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if path.startswith("/_anki/"):
            self.send_header("Cache-Control", "max-age=3600")
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def browser() -> Iterator[Any]:
    """Start headless Chromium, with the context in which pages of the reviewer are opened."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        opened.new_context()
        try:
            yield opened
        finally:
            opened.close()


@contextmanager
def reviewer(
    opened: Any, address: str, width: int, *, height: int = HEIGHT, script: bool = True
) -> Iterator[tuple[Any, list[str]]]:
    """Open the reviewer page; give it and the list in which its errors gather.

    Pages share what the browser keeps of MathJax: to load it anew takes longer than most tests.
    What a page stores goes with it.
    """
    context = opened.contexts[0] if script else opened.new_context(java_script_enabled=False)
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": height})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)[:200]))
    page.on("response", lambda answer: _note_response(answer, errors))
    page.goto(address)
    try:
        yield page, errors
    finally:
        if script:
            page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
            page.close()
        else:
            context.close()


def _note_response(answer: Any, errors: list[str]) -> None:
    if answer.status >= 400 and "favicon" not in answer.url:
        errors.append(f"{answer.status} {urlparse(answer.url).path}")


def show(page: Any, side: Side, theme: str) -> bool:
    """Show one side and wait until it is typeset; False when it never was."""
    night = theme == "dark"
    classes = f"card card{side.number} isLin" + (" nightMode night_mode" if night else "")
    return bool(page.evaluate(SHOW, [side.kind, side.html, classes, night]))


def faults_of(page: Any, errors: list[str], side: Side, theme: str, width: int) -> list[Fault]:
    """Show one side and return everything wrong with it, also inside the folds."""
    errors.clear()
    found = []
    if not show(page, side, theme):
        found.append(("timeout", "the side was never shown"))
    found += [tuple(fault) for fault in page.evaluate(INSPECT)]
    if side.kind == "back" and "<details" in side.html:
        page.evaluate(OPEN_ALL)
        found += [tuple(f) for f in page.evaluate(INSPECT) if tuple(f) not in found]
    found += [("script-error", error) for error in errors]
    return [Fault(side.guid, side.card, side.kind, theme, width, *fault) for fault in found]


def check_package(
    opened: Any,
    package: Path,
    *,
    part: int = 0,
    parts: int = 1,
    themes: Sequence[str] = THEMES,
    widths: Sequence[int] = WIDTHS,
) -> tuple[int, list[Fault]]:
    """Show every side, or one card in `parts`; return how many sides and every fault."""
    with imported(package, slice(part, None, parts)) as (sides, media), served(media) as address:
        count, faults = check_sides(opened, address, sides, themes=themes, widths=widths)
        return count, faults + late_answers(opened, address, sides)[1]


def check_sides(
    opened: Any,
    address: str,
    sides: Iterable[Side],
    *,
    themes: Sequence[str] = THEMES,
    widths: Sequence[int] = WIDTHS,
) -> tuple[int, list[Fault]]:
    """Show sides and return their number and every fault."""
    sides = list(sides)
    count, faults = 0, []
    for width in widths:
        with reviewer(opened, address, width) as (page, errors):
            for theme in themes:
                for side in sides:
                    faults += faults_of(page, errors, side, theme, width)
                    count += 1
    return count, faults


def cut_sides(
    opened: Any,
    address: str,
    sides: Iterable[Side],
    *,
    themes: Sequence[str] = THEMES,
    widths: Sequence[int] = CUT_WIDTHS,
    batch: int = 150,
) -> tuple[int, list[Fault]]:
    """Lay many sides on one page, folds open; return their number and what is cut off.

    Formulas are typeset once for all widths and themes, and what several sides of a note
    share, its figure and its folds, is shown once.
    """
    chosen = [side for side in sides if side.html]
    faults: list[Fault] = []
    with reviewer(opened, address, widths[0]) as (page, _):
        show(page, Side("", "", 1, "front", r"\(x\)"), "light")
        for start in range(0, len(chosen), batch):
            part = chosen[start : start + batch]
            page.evaluate(LAY_OUT, [[side.number, html] for side, html in _told_once(part)])
            for width in widths:
                page.set_viewport_size({"width": width, "height": HEIGHT})
                for theme in themes:
                    for index, detail in page.evaluate(CUT, theme == "dark"):
                        side = part[index]
                        place = (side.guid, side.card, side.kind, theme, width)
                        faults.append(Fault(*place, "cut", detail))
    return len(chosen), faults


def _told_once(sides: Sequence[Side]) -> Iterator[tuple[Side, str]]:
    """Yield sides with their HTML, without what an earlier one has shown."""
    seen: set[str] = set()

    def unseen(match: re.Match[str]) -> str:
        known = match[0] in seen
        seen.add(match[0])
        return "" if known else match[0]

    for side in sides:
        yield side, _SHARED.sub(unseen, _STORE.sub("", side.html))


def late_answers(
    opened: Any, address: str, sides: Iterable[Side], *, size: tuple[int, int] = SMALL_PHONE
) -> tuple[int, list[Fault]]:
    """Return the number of backs, and those whose answer ends below a small screen."""
    width, height = size
    faults = []
    backs = [side for side in sides if side.kind == "back"]
    with reviewer(opened, address, width, height=height) as (page, _):
        for side in backs:
            show(page, side, "light")
            end = page.evaluate(ANSWER_END, _answer(side))
            if end > height:
                detail = f"ends at {end:.0f} of {height} px"
                fault = (side.guid, side.card, side.kind, "light", width, "late-answer", detail)
                faults.append(Fault(*fault))
    return len(backs), faults


def main() -> int:
    """Check packages named on the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("packages", nargs="+", type=Path)
    parser.add_argument("--cut", action="store_true", help="only what is cut off, all on one page")
    parser.add_argument("--quick", action="store_true", help="only narrow and dark")
    options = parser.parse_args()
    if word := missing():
        print(f"cannot show cards: {word}", file=sys.stderr)
        return 3
    failed = False
    chosen = {"themes": ("dark",), "widths": (390,)} if options.quick else {}
    with browser() as opened:
        for package in options.packages:
            if options.cut:
                with imported(package) as (sides, media), served(media) as address:
                    count, faults = cut_sides(opened, address, sides)
            else:
                count, faults = check_package(opened, package, **chosen)  # type: ignore[arg-type]
            for fault in faults:
                print(fault)
            print(f"{package.name}: {count} sides, {len(faults)} faults")
            failed = failed or bool(faults) or not count
    return 1 if failed else 0


def slug(text: str) -> str:
    """Return a text fit for a file name."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


if __name__ == "__main__":
    sys.exit(main())
