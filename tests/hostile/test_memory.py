"""Whatever a file holds, no process of ours needs more than a gigabyte for it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from injected import as_yaml, entry
from test_bounded import DOCUMENTS, LISTS, collection, zipped

from samples import DECK

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="memory is measured on Linux"),
]
MOST = 1 << 30
FOLDER = "formulas/calculus"
MEASURED = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], capture_output=True)
print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
"""
Files = Mapping[str, str]


JUDGED = ("let", "claim", "code", "example", "figure", "symbols", "blanks")
"""What takes time for other reasons than the size of a file."""


def simple(number: int, **more: object) -> str:
    ask = f"What is the square of number {number}, and of what else?"
    questions = {"q1": {"ask": ask, "answer": "One"}}
    plain = {key: value for key, value in entry({}).items() if key not in JUDGED}
    return as_yaml({**plain, "title": f"Entry {number}", "questions": questions, **more})


def listed(notes: int, **more: object) -> Files:
    asked = {f"n-{i}": {"ask": f"What is {i}?", "answer": "One: a number"} for i in range(notes)}
    whole = {"title": "L", "topic": "l", "sources": ["A book"], **more, "notes": asked}
    return {f"{FOLDER}/l.notes.yaml": as_yaml(whole)}


def wrong_notes(line: str, number: int) -> Files:
    head = "title: L\ntopic: l\nsources: [Atlas]\nnotes:\n"
    return {f"{FOLDER}/l.notes.yaml": head + "".join(line.format(i) for i in range(number))}


def doubling() -> Files:
    code = "def f(x):\n    y = [x]\n" + "    y = [y, y]\n" * 26 + "    return y[0]\n"
    snippet = {"equals": "x", "numpy": code}
    return {f"{FOLDER}/e-1.yaml": as_yaml({**entry({}), "code": snippet})}


def look_alikes(number: int) -> Files:
    ask = "What is the {} of a very long and winding road, number {}, seen from above?"
    words = ("length", "lengths", "longth", "lungth")
    return {
        f"{FOLDER}/e-{i}.yaml": simple(
            i,
            questions={
                f"q{k}": {"ask": ask.format(words[(i + k) % 4], i), "answer": "One"}
                for k in range(1, 9)
            },
        )
        for i in range(number)
    }


INPUTS: Mapping[str, Callable[[], Files]] = {
    "30,000 unknown sources": lambda: listed(5, sources=[f"CODE:{i}" for i in range(30_000)]),
    "200,000 tags on 2,000 notes": lambda: listed(2000, tags=[f"t-{i}" for i in range(200_000)]),
    "100 tags on 20,000 notes": lambda: listed(20_000, tags=[f"t-{i}" for i in range(100)]),
    "3,000 bad codes of sources": lambda: {
        "formulas/sources.yaml": "".join(f"CODE-{i}: {{name: x}}\n" for i in range(3000))
    },
    "8,000 chained entries": lambda: {
        f"{FOLDER}/e-{i}.yaml": simple(i, requires=[f"e-{i + 1}"][: 7999 - i]) for i in range(8000)
    },
    "100 misspelt names in each of 20 entries beside 1,000": lambda: {
        f"{FOLDER}/e-{i}.yaml": simple(
            i, requires=[f"no-{k}" for k in range(100)] if i < 20 else []
        )
        for i in range(1020)
    },
    "200 entries with fronts that look alike": lambda: look_alikes(200),
    "a snippet that doubles a list 26 times": doubling,
    "300,000 notes, each wrong": lambda: wrong_notes("  n{}: {{ask: A, answer: []}}\n", 300_000),
    "300,000 notes with a misspelt key": lambda: wrong_notes(
        "  n{}: {{ask: Which?, anser: One}}\n", 300_000
    ),
    "160,000 notes with a misspelt key": lambda: wrong_notes(
        "  n{}: {{ask: Which?, anser: One}}\n", 160_000
    ),
    "160,000 notes that need a parser": lambda: wrong_notes(
        "  n{}: {{ask: 'Which?', answer: One}}\n", 160_000
    ),
    "300,000 notes that say nothing": lambda: wrong_notes("  n{}:\n", 300_000),
    "300,000 notes that need a parser": lambda: wrong_notes(
        "  n{}: {{ask: 'Which?', answer: One}}\n", 300_000
    ),
    **{
        f"a list: {name}": lambda name=name: {f"{FOLDER}/l.notes.yaml": LISTS[name]()}  # type: ignore[misc]
        for name in LISTS
    },
    "all costly documents": lambda: {
        f"{FOLDER}/d-{i}.yaml": text for i, text in enumerate(DOCUMENTS.values())
    },
}


def peak(*command: str) -> tuple[int, int]:
    """Return the exit code of a command, and the most memory of any of its processes."""
    launch = [sys.executable, "-c", MEASURED, sys.executable, "-m", "dlcards", *command]
    told = subprocess.run(launch, check=True, capture_output=True, encoding="utf-8").stdout
    code, memory = told.split()
    return int(code), int(memory)


@pytest.mark.exhaustive(every=12)
@pytest.mark.parametrize("name", INPUTS)
def test_content(tmp_path: Path, name: str, count: Callable[..., None]) -> None:
    for file, text in {"decks/calculus.yaml": DECK, **INPUTS[name]()}.items():
        path = tmp_path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    code, memory = peak("--root", str(tmp_path), "check", "--no-mutate", "--jobs", "1")
    assert code in (0, 1)
    assert memory < MOST, f"{memory >> 20} MB"
    count("inputs whose memory was measured")


def words(order: int) -> bytes:
    text = " ".join(f"w{i}" for i in range(4900)[::order])
    return collection(f"INSERT INTO notes VALUES (1, 'g', 1, {2 + order}, '', '{text}');")


def many_notes(number: int) -> bytes:
    return collection(
        f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {number})"
        " INSERT INTO notes SELECT i, 'guid-' || i, 1, 1, ' a b c ', 'front ' || i FROM n;"
    )


def large_note(mebibytes: int) -> bytes:
    return collection(
        f"INSERT INTO notes VALUES (1, 'g', 1, 1, '', hex(randomblob({mebibytes << 19})));"
    )


PACKAGES: Mapping[str, Callable[[], tuple[bytes, bytes]]] = {
    "a note of 4,900 words, turned round": lambda: (words(1), words(-1)),
    "300,000 notes": lambda: (many_notes(300_000), many_notes(299_999)),
    "a note of 60 MB": lambda: (large_note(60), large_note(60)),
    "a note of 70 MB": lambda: (large_note(70), large_note(60)),
}


@pytest.mark.exhaustive(every=12)
@pytest.mark.parametrize("name", PACKAGES)
@pytest.mark.parametrize("command", ["diff", "merge", "pull"])
def test_packages(tmp_path: Path, name: str, command: str, count: Callable[..., None]) -> None:
    one, other = (
        zipped(tmp_path / f"{i}.apkg", {"collection.anki2": content, "media": b"{}"})
        for i, content in enumerate(PACKAGES[name]())
    )
    commands = {
        "diff": ["diff", str(one), str(other)],
        "merge": ["merge", str(one), "--mine", str(other), "-o", str(tmp_path / "m.apkg")],
        "pull": ["pull", str(one)],
    }
    (tmp_path / "formulas").mkdir()
    (tmp_path / "decks").mkdir()
    code, memory = peak("--root", str(tmp_path), *commands[command])
    assert code in (0, 1)
    assert memory < MOST, f"{memory >> 20} MB"
    count("inputs whose memory was measured")


def test_what_is_measured_is_the_largest_process(tmp_path: Path) -> None:
    hungry = (
        "import subprocess, sys; subprocess.run([sys.executable, '-c', 'x = bytearray(1 << 28)'])"
    )
    launch = [sys.executable, "-c", MEASURED, sys.executable, "-c", hungry]
    told = subprocess.run(launch, check=True, capture_output=True, encoding="utf-8").stdout
    assert int(told.split()[1]) > 1 << 28
