"""The content of this project: every entry is valid, verified, illustrated and sourced."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path

import pytest

from bundled import library
from dlcards.build.prepare import summary
from dlcards.claims.lock import has_something_to_check, read_lock
from dlcards.claims.verdict import Level
from dlcards.commands import deck_pages
from dlcards.content.library import Item
from dlcards.content.rules import Reviewed, review
from dlcards.content.schema import CORE
from dlcards.content.selection import core_items, deck_items, find_deck
from dlcards.content.texts import checked_text
from dlcards.figures.roadmap import draw_roadmap

ROOT = Path(__file__).parents[2]
PARTS = 168
SIZES = {"equations": 50, "linear-algebra": 64, "calculus": 63, "statistics": 78}
"""Entries the curriculum names: the equations, and the concepts of each subject."""
SIGNS = 91
"""Signs that the curriculum names."""
NOTATION_PAGE = {
    "Numbers and Arrays": "scalar vector matrix tensor identity-n identity-n standard-basis diag"
    " random-variables random-variables random-variables",
    "Sets and Graphs": "set reals binary-set integer-range interval half-open-interval"
    " set-difference graph parents",
    "Indexing": "element all-but-i matrix-element row column tensor-element tensor-slice element",
    "Linear Algebra Operations": "transpose pseudoinverse hadamard det",
    "Calculus": "derivative partial gradient matrix-gradient matrix-gradient jacobian hessian"
    " integral integral",
    "Probability and Information Theory": "independent conditionally-independent pmf density"
    " distributed-as expectation variance covariance entropy kl gaussian-density",
    "Functions": "function-type composition parametrized log sigmoid softplus norm-p norm-p"
    " positive-part indicator elementwise",
    "Datasets and Distributions": "p-data p-data training-set example target design-matrix",
}
"""The tables of the notation page of the Deep Learning Book: for each row the entry of its sign."""


def items(deck: str) -> tuple[Item, ...]:
    chosen = deck_items(library(), find_deck(library(), deck))
    assert chosen
    return chosen


def test_the_decks_hold_the_whole_curriculum() -> None:
    concepts = Counter(i.subject for i in library().items.values() if i.entry.kind == "concept")
    equations = [i for i in library().items.values() if i.entry.kind == "equation"]
    assert len(equations) == SIZES["equations"]
    assert {i.id for i in items("equations")} == {i.id for i in equations}
    for subject in ("linear-algebra", "calculus", "statistics"):
        assert concepts[subject] >= SIZES[subject], subject


@pytest.mark.parametrize("deck", [*SIZES, "notation"])
def test_prerequisites_come_first(deck: str) -> None:
    place = {item.id: i for i, item in enumerate(items(deck))}
    for item in items(deck):
        for other in item.entry.requires:
            assert place.get(other, -1) < place[item.id], (item.id, other)


@pytest.mark.parametrize("deck", [*SIZES, "notation"])
def test_the_core_is_about_a_third_of_the_cards_and_stands_alone(deck: str) -> None:
    core = {item.id for item in items(deck) if item.entry.priority == CORE}
    number = {
        item.id: len(item.entry.questions) + len(item.entry.blanks) + 5 - len(item.entry.without)
        for item in items(deck)
    }
    share = sum(number[name] for name in core) / sum(number.values())
    assert 0.28 <= share <= 0.4, f"{share:.2f}"
    assert core == {item.id for item in core_items(library(), items(deck))}


@pytest.mark.parametrize("deck", SIZES)
def test_nearly_everything_has_its_picture(deck: str) -> None:
    with_figure = sum(item.entry.figure is not None for item in items(deck))
    assert with_figure / len(items(deck)) >= (1.0 if deck == "equations" else 0.95)


@pytest.mark.parametrize("deck", SIZES)
def test_nearly_every_formula_is_checked(deck: str) -> None:
    lock, problems = read_lock(ROOT / "formulas" / "checks.lock")
    assert not problems
    levels: Counter[str] = Counter()
    for item in items(deck):
        checked = lock.find(checked_text(item))
        found = summary(item.entry, checked.verdicts if checked else ())
        if found is not None:
            pinned = found.level is Level.DEFINITION and found.proved + found.tried > 0
            levels["pinned" if pinned else str(found.level)] += 1
    names = ("proved", "proved-small", "numeric", "statistical", "pinned")
    assert sum(levels[name] for name in names) / sum(levels.values()) >= 0.85, levels
    if deck == "equations":
        assert levels["unchecked"] <= 2


def test_every_sign_is_read_and_leads_to_numpy() -> None:
    signs = items("notation")
    assert {item.entry.kind for item in signs} == {"notation"}
    assert len(signs) >= SIGNS
    assert sum(item.entry.figure is not None for item in signs) >= len(signs) / 3
    for item in signs:
        entry = item.entry
        assert entry.say or "say" in entry.without, item.id
        code = entry.code is not None and not {"code", "read"} <= set(entry.without)
        assert code or entry.questions, item.id


@pytest.mark.parametrize("table", NOTATION_PAGE)
def test_every_row_of_the_notation_page_has_its_entry(table: str) -> None:
    signs = {item.id: item for item in items("notation")}
    for name in NOTATION_PAGE[table].split():
        assert "DLB:notation" in signs[f"nt-{name}"].entry.sources, name


def test_a_sign_is_printed_from_the_claim_language_where_it_can_be() -> None:
    printed = [item for item in items("notation") if item.sign and item.sign.node is not None]
    assert len(printed) >= 30
    compared = [item for item in items("notation") if item.entry.code and item.entry.code.equals]
    alone = [item for item in items("notation") if item.entry.code and not item.entry.code.equals]
    assert len(compared) >= 50
    assert [item.id for item in alone] == ["nt-cross-entropy-labels"]


def test_the_lock_knows_every_claim() -> None:
    lock, _ = read_lock(ROOT / "formulas" / "checks.lock")
    texts = [checked_text(item) for item in library().items.values()]
    asked = [text for text in texts if has_something_to_check(text)]
    assert len(asked) > 200
    unknown = [text.id for text in asked if lock.find(text) is None]
    assert not unknown, "run: dlcards check"


def test_the_equations_have_everything() -> None:
    for item in items("equations"):
        entry = item.entry
        for key in ("why", "pitfall", "code", "example", "figure"):
            assert getattr(entry, key) is not None, (item.id, key)
        assert len(entry.questions) >= 3, item.id
        assert entry.blanks or "cloze" in entry.without, item.id
        assert entry.figure is not None
        assert entry.figure.get("alt"), item.id
        assert entry.figure.get("caption"), item.id


@pytest.mark.slow
def test_the_cards_keep_the_rules() -> None:
    needed = {other for item in library().items.values() for other in item.entry.requires}
    assert len(library().items) > 200
    found = review([Reviewed(i.id, i.entry, i.id in needed, 3) for i in library().items.values()])
    told = [(name, p.path, p.code) for name, problems in found.items() for p in problems]
    assert not [problem for problem in told if problem[2] != "missing-figure"]


@pytest.mark.slow
@pytest.mark.exhaustive(every=PARTS)
@pytest.mark.parametrize("part", range(PARTS))
def test_what_is_checked_anew_agrees_with_the_lock(part: int, tmp_path: Path) -> None:
    for folder in ("formulas", "decks"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    entries = sorted(tmp_path.glob("formulas/*/*.yaml"))
    chosen = [str(path) for path in entries if "." not in path.stem][part::PARTS]
    command = [sys.executable, "-m", "dlcards", "--root", str(tmp_path), "check"]
    command += ["--fresh", "--jobs", "1", "--format", "json"]
    done = subprocess.run([*command, *chosen], capture_output=True, check=False)
    told = json.loads(done.stdout)
    assert [p for p in told["problems"] if p["severity"] == "error"] == []
    assert len(told["claims"]) >= len(chosen) > 3


@pytest.mark.slow
@pytest.mark.exhaustive(of=8)  # so many pictures are not drawn anew in a sample, see `built_decks`
def test_the_pages_about_the_decks_are_fresh(
    built_decks: Path, every: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = count()

    def draw_some(titles: Mapping[str, str], requires: Mapping[str, Sequence[str]]) -> bytes:
        return b"" if next(turns) % every else draw_roadmap(titles, requires)

    monkeypatch.setattr(deck_pages, "draw_roadmap", draw_some)
    made = deck_pages.pages(ROOT, built_decks)
    docs = ROOT / "docs"
    stale = [name for name, content in made.items() if content and not same(docs / name, content)]
    assert not stale, "run: python tasks.py docs"
    kept = {f"decks/{path.name}" for path in (docs / "decks").glob("*.svg")}
    assert kept == {name for name in made if name.startswith("decks/")}


def same(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content
