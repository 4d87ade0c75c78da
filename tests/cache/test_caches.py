"""The cache is never stale, never trusted when damaged, and can be deleted."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dlcards.build import flow
from dlcards.build.compose import compose
from dlcards.cache import store
from dlcards.cache.manifest import unchanged, write_manifest
from dlcards.cache.stamp import take_stamp
from dlcards.cli import run
from dlcards.content import reader
from dlcards.problems import Location, Problem, Severity
from dlcards.requests import BuildRequest
from samples import DECK, ENTRY, Project

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("in_process")]

FIGURE = (
    'figure: {kind: function_plot, exprs: ["x**2"], x: [-2, 2], alt: A parabola., caption: Up.}\n'
)
KOREAN = "title: 거듭제곱 규칙\n"
SOURCES = "CALC: {title: A calculus book, url: https://example.org}\n"
LIST = "title: Facts\ntopic: facts\nsources: [A book]\nnotes:\n  one: {ask: One?, answer: Yes}\n"
ENTRY_FILE = "formulas/calculus/power-rule.yaml"
LIST_FILE = "formulas/calculus/facts.notes.yaml"


@pytest.fixture
def root(project: Project) -> Path:
    text = ENTRY.replace("https://example.org/calculus", "CALC:1") + FIGURE
    second = ENTRY.replace("title: Power rule", "title: Second") + "requires: [power-rule]\n"
    return project(
        {
            ENTRY_FILE: text,
            "formulas/calculus/power-rule.ko.yaml": KOREAN,
            "formulas/calculus/second.yaml": second,
            LIST_FILE: LIST,
            "formulas/sources.yaml": SOURCES,
            "decks/calculus.yaml": DECK,
        }
    )


def settle(root: Path) -> None:
    """Make every file old enough to be trusted by its time."""
    for file in root.rglob("*.*"):
        if file.is_file() and "build" not in file.parts:
            os.utime(file, ns=(10**18, 10**18))


def content(root: Path, *more: str, code: int = 0) -> dict[str, bytes]:
    """Build and return what the package holds."""
    assert run(["--root", str(root), "build", "--deck", "calculus", *more]) == code
    suffix = ".ko" if "ko" in more else ""
    with zipfile.ZipFile(root / "build" / f"calculus{suffix}.apkg") as package:
        return {name: package.read(name) for name in package.namelist()}


def path(root: Path, files: store.CacheFiles, key: str = "") -> Path:
    return files.path(root / "build" / ".cache", key)


def read(root: Path, files: store.CacheFiles, key: str = "", made_by: str = "") -> Any:
    """Return what a file of the cache holds; there must be one."""
    data, damaged = store.read(root / "build" / ".cache", files, key, made_by=made_by)
    assert data is not None
    assert not damaged
    return data


def replaced(file: str, old: str, new: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        text = (root / file).read_text(encoding="utf-8")
        assert old in text
        (root / file).write_text(text.replace(old, new), encoding="utf-8")

    return change


def shown(found: dict[str, bytes]) -> str:
    """Return everything in a package as text; fields are stored as they are."""
    return b"".join(found.values()).decode("utf-8", "replace")


CHANGES = {
    "a text": (replaced(ENTRY_FILE, "Bring the exponent", "Fetch the exponent"), "Fetch the"),
    "a title that another entry shows": (
        replaced(ENTRY_FILE, "title: Power rule", "title: Rule of powers"),
        "Rule of powers</li>",
    ),
    "a claim": (replaced(ENTRY_FILE, "n*x**(n - 1)", "x**(n - 1)*n"), "x^{n - 1} n"),
    "a figure": (replaced(ENTRY_FILE, "alt: A parabola.", "alt: A bowl."), 'alt="A bowl.'),
    "a source": (replaced("formulas/sources.yaml", "A calculus book", "A fat book"), "A fat book"),
    "a deck": (replaced("decks/calculus.yaml", "For the tests", "For all tests"), "For all tests"),
    "a list": (replaced(LIST_FILE, "answer: Yes", "answer: Indeed"), "<p>Indeed</p>"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_every_change_reaches_the_package(root: Path, what: str) -> None:
    change, wanted = CHANGES[what]
    settle(root)
    before = content(root)
    assert wanted not in shown(before)
    assert content(root) == before
    change(root)
    assert wanted in shown(content(root))


def test_a_translation_reaches_the_package(root: Path) -> None:
    settle(root)
    assert "거듭제곱 규칙" in shown(content(root, "--lang", "ko"))
    replaced("formulas/calculus/power-rule.ko.yaml", "규칙", "법칙")(root)
    assert "거듭제곱 법칙" in shown(content(root, "--lang", "ko"))


def test_a_change_within_the_same_moment_is_seen(root: Path) -> None:
    file = root / LIST_FILE
    content(root)
    status = file.stat()
    file.write_text(LIST.replace("Yes", "Not"), encoding="utf-8")
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert "<p>Not</p>" in shown(content(root)), "the files were too new to be trusted"


def test_what_is_added_or_removed_is_seen(root: Path) -> None:
    settle(root)
    content(root)
    (root / LIST_FILE).unlink()
    assert "<p>Yes</p>" not in shown(content(root))
    (root / LIST_FILE).write_text(LIST, encoding="utf-8")
    assert "<p>Yes</p>" in shown(content(root))


def test_a_new_library_makes_everything_old(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = take_stamp(root, 0)
    folder = root / "site-packages"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    second = take_stamp(root, 0)
    assert first.text != second.text
    os.utime(folder, ns=(5, 5))
    assert take_stamp(root, 0).text != second.text


@pytest.mark.parametrize("damage", [b"", b"{}", b"[1]", b"\xff\x00", b'{"stamp": 3}'])
def test_a_damaged_manifest_is_not_trusted(
    root: Path, damage: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    settle(root)
    before = content(root)
    assert read(root, store.MANIFESTS, "calculus.en")["settled"]
    path(root, store.MANIFESTS, "calculus.en").write_bytes(damage)
    capsys.readouterr()
    assert run(["-v", "--root", str(root), "build", "--deck", "calculus"]) == 0
    output = capsys.readouterr()
    assert "nothing changed" not in output.out
    assert "the manifest of the last build is damaged" in output.err
    assert content(root) == before


@pytest.mark.parametrize("damage", [b"", b"\xff", b"a b\n{}", None])
def test_damaged_notes_are_composed_anew(
    root: Path, damage: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    before = content(root)
    stored = path(root, store.NOTES, "en")
    whole = stored.read_bytes()
    stored.write_bytes(whole.replace(b"down", b"DOWN") if damage is None else damage)
    assert stored.read_bytes() != whole
    capsys.readouterr()
    assert run(["-v", "--root", str(root), "build", "--deck", "calculus"]) == 0
    assert content(root) == before
    assert stored.read_bytes() == whole


@pytest.mark.parametrize(
    ("part", "value"),
    [
        (0, 5),
        (2, [1] * 49),
        (3, [None]),
        (4, ["unknown.svg"]),
        (4, ["../../outside"]),
        (5, {}),
        (6, [7]),
    ],
)
def test_notes_of_another_shape_are_composed_anew(root: Path, part: int, value: object) -> None:
    before = content(root)
    maker = path(root, store.NOTES, "en").read_text(encoding="ascii").split()[0]
    data = read(root, store.NOTES, "en", maker)
    data["notes"]["power-rule"][1][0][part] = value
    store.write(root / "build" / ".cache", store.NOTES, data, "en", made_by=maker)
    path(root, store.MANIFESTS, "calculus.en").unlink()
    assert content(root) == before


def test_an_entry_that_did_not_change_is_neither_read_nor_composed_again(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content(root)
    composed: list[str] = []
    read: list[str] = []
    monkeypatch.setattr(flow, "compose", spy(composed, compose))
    monkeypatch.setattr(reader, "_read_anew", spy_on_id(read, reader._read_anew))
    replaced("formulas/calculus/second.yaml", "Bring the", "Fetch the")(root)
    content(root)
    assert read == ["second"]
    assert composed == ["second"]


def spy(seen: list[str], function: Any) -> Any:
    def spied(given: Any) -> Any:
        seen.append(given.id)
        return function(given)

    return spied


def spy_on_id(seen: list[str], function: Any) -> Any:
    def spied(text: str, digest: str, entry_id: str, *more: Any) -> Any:
        seen.append(entry_id)
        return function(text, digest, entry_id, *more)

    return spied


@pytest.mark.parametrize("damage", [b"", b"x", b"0" * 64 + b"\n{}"])
def test_a_damaged_figure_is_drawn_anew(
    root: Path, damage: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    before = content(root)
    (figure,) = (root / "build" / ".cache" / "figures").glob("*.json")
    whole = figure.read_bytes()
    figure.write_bytes(damage or whole[:-9])
    capsys.readouterr()
    assert run(["-v", "--root", str(root), "build", "--deck", "calculus"]) == 0
    assert "figures: 1 damaged in the cache" in capsys.readouterr().err
    assert content(root) == before
    assert figure.read_bytes() == whole


def test_a_warning_is_told_again_when_nothing_changed(root: Path) -> None:
    settle(root)
    content(root)
    output = root / "build"
    request = BuildRequest(root, ("calculus",))
    stamp = take_stamp(root, time.time_ns())
    same = unchanged(request, output, ("calculus",), stamp)
    assert same is not None
    place = Location(ENTRY_FILE, 7, 3)
    warning = Problem(place, "some-code", "odd", "mend it", Severity.WARNING, "  x: real", 4)
    deck = same.decks[0]._replace(modified=(output / "calculus.apkg").stat().st_mtime_ns)
    write_manifest(request, output, deck, stamp, [warning])
    again = unchanged(request, output, ("calculus",), stamp)
    assert again is not None
    assert again.problems == (warning,)


def test_the_cache_can_be_counted_and_cleared(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = content(root)
    (root / "build" / ".cache" / "pictures").mkdir()
    for name in ("check", "listing", "pictures/a"):
        (root / "build" / ".cache" / f"{name}.json").write_text("{}", encoding="utf-8")
    capsys.readouterr()
    assert run(["--root", str(root), "cache", "stat"]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()[1:]]
    assert [row[-3] for row in rows] == ["1"] * 6
    other = root / "build" / ".cache" / "other"
    other.write_text("not ours", encoding="utf-8")
    assert run(["--root", str(root), "cache", "clear"]) == 0
    assert "6 files deleted" in capsys.readouterr().out
    assert other.exists()
    assert (root / "build" / "calculus.apkg").exists()
    assert content(root) == before


def test_without_the_cache_nothing_is_taken_from_it(root: Path) -> None:
    settle(root)
    before = content(root)
    (root / "build" / "calculus.apkg").write_bytes(b"")
    assert content(root, "--no-cache") == before


def test_two_builds_at_once_do_not_disturb_each_other(root: Path) -> None:
    command = [sys.executable, "-m", "dlcards", "--root", str(root), "build"]
    command += ["--deck", "calculus", "--jobs", "1"]
    builds = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    for build in builds:
        _, told = build.communicate(timeout=120)
        assert build.returncode == 0, told
    assert not list((root / "build").glob(".*.part"))
    assert content(root)["collection.anki2"]
