"""Twice as much of anything is about twice the work: lines of Python are counted, not seconds."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from injected import as_yaml, entry
from test_bounded import limited

from dlcards.content.reader import read_library
from dlcards.content.rules import Reviewed, review
from dlcards.content.selection import deck_items, problems_of_decks
from dlcards.problems import in_order
from dlcards.release.diff import word_difference
from dlcards.release.diff.read import ReadNote, ReadPackage
from dlcards.release.merge import merge
from dlcards.release.personal import read_personal
from samples import DECK

Files = Mapping[str, str]
FOLDER = "formulas/calculus"
MOST = 3.0
"""A line grows by the factor 2 when its length doubles, a square by 4."""


def simple(number: int, **more: object) -> str:
    ask = f"What is the square of number {number}, and of what else?"
    questions = {"q1": {"ask": ask, "answer": "One"}}
    return as_yaml({**entry({}), "title": f"Entry {number}", "questions": questions, **more})


def entries(n: int) -> Files:
    return {f"{FOLDER}/e-{i}.yaml": simple(i) for i in range(n)}


def translations(n: int) -> Files:
    words = as_yaml({"title": "제곱", "meaning": "수를 자기 자신과 곱한 것이다."})
    return {**entries(n), **{f"{FOLDER}/e-{i}.ko.yaml": words for i in range(n)}}


def lost_translations(n: int) -> Files:
    return {**entries(n), **{f"{FOLDER}/f-{i}.ko.yaml": "title: 제곱\n" for i in range(n)}}


def chain(n: int) -> Files:
    numbers = range(n)
    return {
        f"{FOLDER}/e-{i}.yaml": simple(i, requires=[f"e-{i + 1}"][: n - 1 - i]) for i in numbers
    }


def rings(n: int) -> Files:
    return {
        f"{FOLDER}/e-{i}.yaml": simple(i, requires=["e-0", f"e-{(i + 1) % n}"]) for i in range(n)
    }


def misspelt(n: int) -> Files:
    wrong = [f"entry-{k}-of-which-there-is-none" for k in range(20)]
    return {f"{FOLDER}/e-{i}.yaml": simple(i, requires=wrong) for i in range(n)}


def look_alikes(n: int) -> Files:
    slots = [f"q{k}" for k in range(1, 9)]
    ask = "What is the {} of a very long and winding road, number {}, seen from above?"
    words = ("length", "lengths", "longth", "lungth")
    return {
        f"{FOLDER}/e-{i}.yaml": simple(
            i,
            questions={
                slot: {"ask": ask.format(words[(i + k) % 4], i), "answer": "One"}
                for k, slot in enumerate(slots)
            },
        )
        for i in range(n)
    }


def listed(n: int, **head: object) -> Files:
    notes = {f"n-{i}": {"ask": f"What is {i}?", "answer": "One: a number"} for i in range(n)}
    whole = {"title": "L", "topic": "l", "sources": ["A book"], **head, "notes": notes}
    return {f"{FOLDER}/list.notes.yaml": as_yaml(whole)}


def sources(n: int) -> Files:
    return listed(5, sources=[f"CODE:{i}" for i in range(n)])


def tags(n: int) -> Files:
    return listed(n, tags=[f"t-{i}" for i in range(n)])


def bad_codes(n: int) -> Files:
    lines = "".join(f"CODE-{i}: {{name: x}}\n" for i in range(n))
    return {**entries(2), "formulas/sources.yaml": lines}


def cited_codes(n: int) -> Files:
    lines = "".join(f"CODE-{i}: {{title: x}}\n" for i in range(n))
    return {
        "formulas/sources.yaml": lines,
        **{f"{FOLDER}/e-{i}.yaml": simple(i, sources=[f"KODE-{i}:1"]) for i in range(n)},
    }


def chosen(n: int) -> Files:
    contents = [{"entries": [f"e-{i}", f"f-{i}"]} for i in range(n)]
    deck = {"title": "A", "description": "x", "contents": contents}
    return {**entries(n), "decks/many.yaml": as_yaml(deck)}


def broken(n: int) -> Files:
    return {**chosen(n), **{f"{FOLDER}/f-{i}.yaml": "title: [" for i in range(n)}}


def remarks(n: int) -> Files:
    own = {f"dlcards/e-{i}": {"personal": "a <b>b</b>", "tags": ["c"]} for i in range(n)}
    return {"formulas/personal.yaml": as_yaml(own)}


def long_remark(n: int) -> Files:
    own = {"dlcards/e": {"personal": "<b>a & b</b> " * n, "tags": [f"t-{i}" for i in range(n)]}}
    return {"formulas/personal.yaml": as_yaml(own)}


def wrong_remarks(n: int) -> Files:
    own = {f"dlcards/e-{i}": {"personal": "<script>", "tag": "c"} for i in range(n)}
    return {"formulas/personal.yaml": as_yaml(own)}


INPUTS: Mapping[str, tuple[Callable[[int], Files], int]] = {
    each.__name__: (each, size)
    for each, size in (
        (entries, 20),
        (translations, 20),
        (lost_translations, 250),
        (chain, 40),
        (rings, 80),
        (misspelt, 60),
        (look_alikes, 30),
        (listed, 100),
        (sources, 150),
        (tags, 150),
        (bad_codes, 150),
        (cited_codes, 250),
        (chosen, 40),
        (broken, 40),
        (remarks, 200),
        (long_remark, 100),
        (wrong_remarks, 200),
    )
}


def lines_run(function: Callable[[], object]) -> int:
    """Return how many lines of Python a function runs."""
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function()
    finally:
        sys.settrace(before)
    return count


def read(root: Path) -> None:
    read_personal(root)
    library, problems = read_library(root)
    items = list(library.items.values())
    review([Reviewed(item.id, item.entry, is_root=False, cards=3) for item in items])
    decks = list(library.decks.values())
    for deck in decks:
        deck_items(library, deck)
    in_order(problems_of_decks(problems, library, decks, items))


def growth(works: list[int]) -> float:
    """Return by how much the work grows when the input doubles, without what is constant."""
    first, second, third = works
    return (third - second) / max(second - first, first // 20)


def written(root: Path, files: Files) -> Path:
    for name, text in {"decks/calculus.yaml": DECK, **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


@pytest.mark.slow
@pytest.mark.exhaustive(every=8)
@pytest.mark.parametrize("name", INPUTS)
def test_content(tmp_path: Path, name: str, count: Callable[..., None]) -> None:
    make, size = INPUTS[name]
    read(written(tmp_path / "first", make(3)))  # what is imported and remembered once
    works = []
    for times in (1, 2, 4):
        root = written(tmp_path / str(times), make(times * size))
        works.append(lines_run(lambda root=root: read(root)))  # type: ignore[misc]
    assert growth(works) < MOST, works
    count("inputs that doubled")


def texts(size: int) -> Iterator[tuple[str, str]]:
    words = [f"w{i}" for i in range(size)]
    yield " ".join(words), " ".join(words[::-1])
    yield "a b " * size, "b a " * size
    yield "a " * size, "a b " * size
    yield "".join(f"{w} x " for w in words), "".join(f"y {w} " for w in words)
    yield "<b>" * size, "</b><b>" * size


def test_words_of_a_note(count: Callable[..., None]) -> None:
    sizes = (800, 1600, 3200)
    for pairs in zip(*map(texts, sizes), strict=True):
        works = [lines_run(lambda pair=pair: word_difference(*pair)) for pair in pairs]  # type: ignore[misc]
        assert growth(works) < MOST, works
        count("inputs that doubled")


def package(notes: int, fields: int, modified: int) -> ReadPackage:
    """Return a package of so many notes, of so many fields and templates."""
    names = [f"F{i}" for i in range(fields)]
    kind = {
        "id": 1,
        "name": "A",
        "mod": modified,
        "css": "",
        "flds": [{"name": name} for name in names],
        "tmpls": [{"name": f"{{{{{n}}}}}", "qfmt": f"{{{{{n}}}}}", "afmt": ""} for n in names],
    }
    texts = tuple(f"{name} at {modified}" for name in names)
    made = {
        f"g-{i}": ReadNote(f"g-{i}", "1", modified, ("a",), texts, frozenset({0}))
        for i in range(notes)
    }
    return ReadPackage(made, {"1": kind}, {})


@pytest.mark.parametrize("shape", ["notes", "fields of a note type"])
def test_a_merge(shape: str, count: Callable[..., None]) -> None:
    works = []
    for size in (40, 80, 160):
        notes, fields = (size, 4) if shape == "notes" else (2, size)
        three = [package(notes, fields, modified) for modified in (3, 2, 1)]
        works.append(lines_run(lambda three=three: merge(*three)))  # type: ignore[misc]
    assert growth(works) < MOST, works
    count("inputs that doubled")


def test_a_square_would_be_seen() -> None:
    def square(n: int) -> None:
        for _ in range(n):
            for _ in range(n):
                pass

    assert growth([lines_run(lambda n=n: square(n)) for n in (20, 40, 80)]) > 3.5  # type: ignore[misc]


SNIPPET = "def f(x):\n    y = [x]\n" + "    y = [y, y]\n" * 6
SNIPPETS = {
    "lists": SNIPPET + "    return y[0][0]\n",
    "loop": "def f(x):\n    y = [x]\n    for i in range(60):\n        y = [y, y]\n    return x\n",
    "append": "def f(x):\n    y = [x]\n    for i in range(60):\n        z = []\n"
    "        z.append(y)\n        z.append(y)\n        y = z\n    return x\n",
    "tuples": "def f(x):\n    y = (x, x)\n    for i in range(60):\n"
    "        y = (y, y)\n    return x\n",
    "comprehensions": "def f(x):\n    y = [x]\n    for i in range(60):\n"
    "        y = [y for k in range(2)]\n    return x\n",
}


@pytest.mark.slow
@pytest.mark.exhaustive(every=3)
@pytest.mark.parametrize("name", SNIPPETS)
def test_snippets(tmp_path: Path, name: str, count: Callable[..., None]) -> None:
    code = {"equals": "x", "numpy": SNIPPETS[name]}
    written(tmp_path, {f"{FOLDER}/e-1.yaml": as_yaml({**entry({}), "code": code})})
    done = limited("--root", str(tmp_path), "check", "--fresh", "--jobs", "1")
    assert done.returncode == 1, done.stderr[-2000:]
    assert "snippet" in done.stderr
    count("inputs that doubled")
