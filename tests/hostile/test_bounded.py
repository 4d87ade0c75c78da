"""Input made to cost time or memory is a problem soon, and the rest goes on."""

from __future__ import annotations

import io
import json
import math
import os
import random
import re
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from injected import as_yaml, entry

from dlcards.content.schema import Deck, Entry, Translation, read_model
from dlcards.documents import MAX_PROBLEMS, read_document
from samples import DECK, ENTRY

pytestmark = pytest.mark.slow

MEBIBYTE = 1 << 20
MEMORY = 1200 * MEBIBYTE
"""Address space of the process; Python with NumPy and Matplotlib needs half of it."""
PROCESSOR = 120
"""Seconds of the processor, whatever else the machine does; without bounds it would be hours."""

N = 25_000
DOCUMENTS = {
    "repeated keys": "a: 1\n" * 50_000,
    "anchors": "a:\n" + "".join(f"- &a{i} x\n" for i in range(50_000)),
    "alias bomb": "a0: &a0 [x, x]\n"
    + "".join(f"a{i + 1}: &a{i + 1} [*a{i}, *a{i}]\n" for i in range(60)),
    "keys without values": "let: {" + ", ".join(f"k{i}" for i in range(50_000)) + "}\n",
    "unknown keys": ENTRY + "".join(f"key{i}: 1\n" for i in range(N)),
    "deep lists": "a: " + "[" * 300_000,
    "deep mappings": "a: " + "{a: " * 200_000,
    "deep blocks": "".join(" " * i + "a:\n" for i in range(1000)),
    "long key": ENTRY + "k" * 900_000 + ": 1\n",
    "long value": "kind: " + "a" * 990_000,
    "long number": ENTRY + "priority: " + "9" * 900_000 + "\n",
    "control characters": "\x01" * 900_000,
    "empty lines": "\n" * 990_000 + ": x",
    "quotes": '"' * 900_000,
    "spaces": "a: " + " " * 900_000 + "- b",
    "a million entries": "requires: [" + "x-y, " * 1_000_000 + "]",
    "many prerequisites": ENTRY + "requires: [" + "x-y, " * 50_000 + "]\n",
    "many names": ENTRY.replace("  n: real\n", "".join(f"  a{i}: real\n" for i in range(N))),
    "many symbols": ENTRY + "symbols:\n" + "".join(f"  x+{i}: word\n" for i in range(N)),
    "many questions": ENTRY + "figure: {" + ", ".join(f"q{i}: {{}}" for i in range(N)) + "}\n",
    "points": ENTRY + f"figure: {{kind: scatter, points: [{'[1, 2], ' * 15_000}], alt: x}}\n",
    "expressions": ENTRY
    + f"figure: {{kind: function_plot, exprs: [{'x, ' * 50_000}], x: [0, 1], alt: x}}\n",
}
LIST = "title: Bones\ntopic: bones\nsources: [Atlas]\nnotes:\n"
LISTS: dict[str, Callable[[], str]] = {
    "one line of words": lambda: LIST + "  a: {ask: x" + " x" * 30_000_000 + "\n",
    "one id": lambda: LIST + "  " + "a-" * 30_000_000 + "\n",
    "quotes": lambda: LIST + '  a: {ask: "' * 5_000_000,
    "spaces": lambda: LIST + " " * 60_000_000 + "\n",
    "unfinished notes": lambda: LIST + "  a: {ask: x, answer: x y z\n" * 2_000_000,
    "repeated ids": lambda: LIST + "  a: {ask: Which?, answer: One}\n" * 1_500_000,
    "too many": lambda: (
        LIST + "".join(f"  n{i}: {{ask: 'Which?', answer: One}}\n" for i in range(500_000))
    ),
    "misspelt keys": lambda: (
        LIST + "".join(f"  n{i}: {{ask: Which?, anser: One}}\n" for i in range(50_000))
    ),
}
FORMULAS = (
    "9**9**9 == x",
    "9**9**9**9**9 == x",
    "sum(i, i, 1, 10**9) == x",
    "tr(eye(10**8)) == x",
    "factorial(factorial(99)) == x",
    "(" * 290 + "x" + ")" * 290 + " == 1",
    "-" * 590 + "x == 1",
    "+".join(["x"] * 290) + " == 1",
)
FIGURES: tuple[dict[str, object], ...] = (
    {"kind": "function_plot", "exprs": ["x"], "x": [-1e308, 1e308], "alt": "A line."},
    {"kind": "function_plot", "exprs": ["9**9**9*x"], "x": [0, 1], "alt": "A line."},
    {"kind": "function_plot", "exprs": ["sum(x**k, k, 1, 10**9)"], "x": [0, 1], "alt": "x"},
    {"kind": "function_plot", "exprs": ["sin(10**9*x)"], "x": [0, 10**9], "alt": "Waves."},
    {"kind": "heatmap", "matrix": [[1] * 1000] * 50, "alt": "A matrix."},
    {"kind": "sampling", "n": 10**9, "alt": "Samples."},
    {"kind": "series", "terms": 10**9, "alt": "Terms."},
    {"kind": "matrix_shapes", "m": 10**9, "n": 10**9, "alt": "Shapes."},
)


def write(root: Path, entries: dict[str, str]) -> None:
    folder = root / "formulas" / "calculus"
    folder.mkdir(parents=True, exist_ok=True)
    (root / "decks").mkdir(exist_ok=True)
    (root / "decks" / "calculus.yaml").write_text(DECK, encoding="utf-8")
    for name, text in entries.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


def limited(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a process with little memory, which may not work for ever."""

    def limit() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR, PROCESSOR))

    return subprocess.run(
        [sys.executable, "-m", "dlcards", *arguments],
        preexec_fn=limit if sys.platform == "linux" else None,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        encoding="utf-8",
    )


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents(name: str, count: Callable[..., None]) -> None:
    count("costly documents")
    document, problems = read_document(DOCUMENTS[name], "a.yaml")
    found = list(problems)
    if document is not None:
        for model in (Entry, Deck, Translation):
            _, misfits = read_model(model, document)
            found += misfits
    assert found or name in ("points", "expressions")
    assert len(found) <= 3 * MAX_PROBLEMS
    assert max((len(str(problem)) for problem in found), default=0) < 2000


@pytest.mark.exhaustive(of=3)
def test_the_rest_is_told_too(tmp_path: Path, every: int, count: Callable[..., None]) -> None:
    documents, formulas = [*DOCUMENTS.values()][::every], FORMULAS[::every]
    texts = {f"d-{i}": text for i, text in enumerate(documents)}
    texts |= {f"f-{i}": as_yaml(entry({"claim": text})) for i, text in enumerate(formulas)}
    texts |= {f"p-{i}": as_yaml({**entry({}), "figure": f}) for i, f in enumerate(FIGURES[::every])}
    texts["honest-mistake"] = ENTRY.replace("n*x**(n - 1)", "n*x**(n + 1)")
    write(tmp_path, texts)
    count("costly entries beside an honest one", len(texts))
    with (tmp_path / "formulas" / "calculus" / "large.yaml").open("wb") as large:
        large.truncate(100 * MEBIBYTE)
    done = limited("--root", str(tmp_path), "check", "--format", "json", "--jobs", "1")
    assert done.returncode == 1, done.stderr[-2000:]
    told = json.loads(done.stdout)["problems"]
    wrong = {Path(p["file"]).stem for p in told if p["severity"] == "error"}
    assert wrong >= {"large", "honest-mistake"}
    assert wrong >= {f"d-{i}" for i in range(len(documents))}
    assert wrong >= {f"f-{i}" for i in range(len(formulas))}
    assert [p["code"] for p in told if p["file"].endswith("honest-mistake.yaml")].count(
        "refuted-claim"
    ) == 1


@pytest.mark.exhaustive(every=8)
@pytest.mark.parametrize("name", LISTS)
def test_lists(tmp_path: Path, name: str, count: Callable[..., None]) -> None:
    write(tmp_path, {"honest-mistake": ENTRY.replace("n*x**(n - 1)", "n*x**(n + 1)")})
    path = tmp_path / "formulas" / "calculus" / "bones.notes.yaml"
    text = LISTS[name]()
    assert len(text) < 64_000_000
    path.write_text(text, encoding="utf-8")
    count("costly lists")
    done = limited("--root", str(tmp_path), "check", "--format", "json", "--jobs", "1")
    assert done.returncode == 1, done.stderr[-2000:]
    told = {(p["file"], p["code"]) for p in json.loads(done.stdout)["problems"]}
    assert any(file.endswith("bones.notes.yaml") for file, _ in told)
    assert ("formulas/calculus/honest-mistake.yaml", "refuted-claim") in told


# ── Regular expressions ──────────────────────────────────────────────────────────


def expressions() -> dict[str, re.Pattern[str]]:
    """Return every regular expression that a module of the package keeps."""
    import importlib
    import pkgutil

    import dlcards

    found = {}
    for info in pkgutil.walk_packages(dlcards.__path__, "dlcards."):
        if not info.name.endswith("__main__"):
            module = importlib.import_module(info.name)
            for name, value in vars(module).items():
                if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                    found[f"{info.name}.{name}"] = value
    return found


def pieces(pattern: str) -> list[str]:
    """Return what a pattern is made of, and parts of it, to be repeated many times."""
    single = [*dict.fromkeys(re.findall(r"[A-Za-z]+|.", pattern)), " ", "\n", "0", "a", "<a "]
    chance = random.Random(ascii(pattern))
    return single + ["".join(chance.choices(single, k=chance.randint(2, 5))) for _ in range(15)]


def work(use: Callable[[str], object], text: str) -> float:
    """Return the processor's time for a text, of three tries the shortest."""
    found = math.inf
    for _ in range(3):
        start = time.thread_time()
        use(text)
        found = min(found, time.thread_time() - start)
        if not MEASURABLE < found < 100 * MEASURABLE:
            break
    return found


MEASURABLE = 0.004
"""Below so much of the processor's time, a ratio says nothing."""
SQUARE = 6.0
"""A square grows by 4 when a text doubles, a cube by 8, a trap without end."""


def is_trap(pattern: re.Pattern[str], piece: str) -> bool:
    """Tell whether a pattern takes more than a square of the length of a text."""
    for use in (pattern.fullmatch, lambda text: pattern.sub("", text)):
        size, before = 10, math.inf
        while size <= 3000:
            text = piece * (size // len(piece)) + "\x01"
            took = work(use, text)
            if took > MEASURABLE and took > SQUARE * before:
                return True
            if took > 10 * MEASURABLE:
                break
            size, before = 2 * size, max(took, MEASURABLE / 4)
    return False


TRAPPED = """
import sys
sys.path.insert(0, {tests!r})
from test_bounded import expressions, is_trap, pieces
patterns = expressions()
for name, pattern in [*patterns.items()][::{every}]:
    for piece in pieces(pattern.pattern):
        if is_trap(pattern, piece):
            print("trap", name, ascii(piece))
print("end", len(patterns))
"""


@pytest.mark.exhaustive(of=18)
def test_no_regular_expression_is_a_trap(every: int) -> None:
    code = TRAPPED.format(tests=str(Path(__file__).parent), every=every)
    paths = os.pathsep.join(
        [str(Path(__file__).parents[1] / "support"), os.environ.get("PYTHONPATH", "")]
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr[-2000:]
    *found, end = done.stdout.splitlines()
    assert found == []
    assert int(end.removeprefix("end ")) > 40


@pytest.mark.parametrize(
    ("pattern", "piece"), [(r"(a+)+$", "a"), (r"(a|b|ab)*c", "ab"), (r"a*a*a*a*b", "a")]
)
def test_a_trap_would_be_seen(pattern: str, piece: str) -> None:
    assert is_trap(re.compile(pattern), piece)


def test_a_square_is_none() -> None:
    assert not is_trap(re.compile(r"a*b"), "a")


# ── Packages from strangers ──────────────────────────────────────────────────────


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def bomb(path: Path, name: str, mebibytes: int) -> Path:
    """Write an archive in which one file of zeros is enormous."""
    zeros = bytes(MEBIBYTE)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        if name != "collection.anki2":
            archive.writestr("collection.anki2", collection())
        if name == "0":
            archive.writestr("media", json.dumps({"0": "a.png"}))
        with archive.open(name, "w", force_zip64=True) as stream:
            for _ in range(mebibytes):
                stream.write(zeros)
    return path


def collection(*more: str) -> bytes:
    """Return the database of an empty package, with more statements."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(
            "CREATE TABLE col (models, decks);"
            "CREATE TABLE notes (id, guid, mid, mod, tags, flds);"
            "CREATE TABLE cards (nid, ord, did);"
            "INSERT INTO col VALUES ('{}', '{}');"
        )
        for statement in more:
            connection.executescript(statement)
        connection.commit()
        return connection.serialize()


def diffed(package: Path, honest: Path) -> subprocess.CompletedProcess[str]:
    return limited("diff", str(honest), str(package))


@pytest.fixture
def honest(tmp_path: Path) -> Path:
    path = zipped(tmp_path / "honest.apkg", {"collection.anki2": collection(), "media": b"{}"})
    done = diffed(path, path)
    assert done.returncode == 0, done.stderr
    return path


@pytest.mark.skipif(os.name != "posix", reason="devices of POSIX")
def test_packages_that_are_no_files(tmp_path: Path, honest: Path) -> None:
    pipe = tmp_path / "pipe.apkg"
    os.mkfifo(pipe)
    for package in (pipe, Path("/dev/zero")):
        done = diffed(package, honest)
        assert done.returncode == 2
        assert "not an ordinary file" in done.stderr


@pytest.mark.parametrize("name", ["collection.anki2", "media", "0"])
def test_zip_bombs(tmp_path: Path, honest: Path, name: str, count: Callable[..., None]) -> None:
    count("hostile packages")
    done = diffed(bomb(tmp_path / "bomb.apkg", name, 300), honest)
    assert done.returncode == 3
    assert "bomb.apkg" in done.stderr or name in done.stderr
    assert "Traceback" not in done.stderr


LIES = {
    "generated": (
        "DROP TABLE notes;"
        "CREATE TABLE notes (id, guid, mid, mod, tags,"
        " flds AS (printf('%.*c', 200000000, 'x')));"
        "INSERT INTO notes (id, guid, mid, mod, tags) VALUES (1, 'a', 1, 1, '');"
    ),
    "slow": (
        "DROP TABLE notes;"
        "CREATE TABLE notes (id, guid, mid, mod, tags, flds AS (replace(printf('%.*c', 1000000,"
        " 'x'), 'x', printf('%.*c', 900, 'y'))));"
        "INSERT INTO notes (id, guid, mid, mod, tags) VALUES (1, 'a', 1, 1, '');"
    ),
    "view": (
        "DROP TABLE notes;"
        "CREATE VIEW notes AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
        " SELECT i AS id, i AS guid, 1 AS mid, 1 AS mod, '' AS tags, '' AS flds FROM n;"
    ),
    "deep": f"UPDATE col SET models = '{'[' * 100_000}';",
    "list": "UPDATE col SET models = '[1]', decks = '7';",
    "blob": "INSERT INTO notes VALUES (x'00', x'ff', x'00', x'00', x'00', x'00');",
    "text": "INSERT INTO notes VALUES ('a', 'a', 'a', 'a', 'a', 'a');",
    "huge blob": "INSERT INTO notes VALUES (1, 'a', 1, 1, '', randomblob(70000000));",
}


@pytest.mark.exhaustive(every=3)
@pytest.mark.parametrize("lie", LIES)
def test_databases_that_lie(
    tmp_path: Path, honest: Path, lie: str, count: Callable[..., None]
) -> None:
    count("hostile packages")
    package = zipped(
        tmp_path / "lie.apkg", {"collection.anki2": collection(LIES[lie]), "media": b"{}"}
    )
    done = diffed(package, honest)
    assert done.returncode == 1, done.stderr
    assert "lie.apkg: error: the package is damaged" in done.stderr
    assert "Traceback" not in done.stderr


def test_archives_that_lie(tmp_path: Path, honest: Path, count: Callable[..., None]) -> None:
    overlapping = io.BytesIO()
    with zipfile.ZipFile(overlapping, "w") as archive:
        archive.writestr("collection.anki2", collection())
        archive.writestr("media", b'{"0": "../../evil", "1": "/etc/passwd"}')
        archive.writestr("../../evil", b"x")
        archive.writestr("0", b"x")
    content = overlapping.getvalue()
    whole = tmp_path / "whole.apkg"
    whole.write_bytes(content)
    before = set(tmp_path.rglob("*"))
    assert diffed(whole, honest).returncode in (0, 1)
    assert set(tmp_path.rglob("*")) == before
    for number in range(20):
        part = bytearray(content)
        chance = random.Random(number)
        for _ in range(chance.randint(1, 30)):
            part[chance.randrange(len(part))] = chance.randrange(256)
        del part[chance.randint(len(part) // 2, len(part)) :]
        (tmp_path / "broken.apkg").write_bytes(part)
        code = _compare(tmp_path / "broken.apkg", honest)
        count("hostile packages")
        assert code in ("", "ContentError", "UsageError"), number


def _compare(package: Path, honest: Path) -> str:
    from dlcards.problems import DlcardsError
    from dlcards.release.diff import compare_packages

    try:
        compare_packages(honest, package)
    except DlcardsError as error:
        return type(error).__name__
    return ""
