"""No name in content or on the command line leads out of the folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from dlcards.cli import run
from dlcards.content.reader import read_library
from dlcards.files import RESERVED_IDS
from samples import DECK, ENTRY

posix = pytest.mark.skipif(os.name != "posix", reason="names that POSIX allows")
LIST = "title: Bones\ntopic: bones\nsources: [Atlas]\nnotes:\n  a: {ask: Which?, answer: One}\n"
NAMES = (
    "../evil",
    "..",
    "/etc/passwd",
    "a/../../evil",
    "a\\..\\evil",
    "C:evil",
    "~root",
    "evil\n",
    "evil ",
    "Evil",
    "evil.ko",
    "con",
    "NUL",
    "com1",
    "lpt9",
    "éclair",
    "-rf",
    "a" * 300,
    "",
)


@pytest.fixture
def root(small_project: Path) -> Path:
    """Return a project inside a folder that nothing else may appear in."""
    inside = small_project / "project"
    inside.mkdir()
    for name in ("formulas", "decks"):
        (small_project / name).rename(inside / name)
    return inside


def everything(root: Path) -> set[str]:
    return {str(path.relative_to(root.parent)) for path in root.parent.rglob("*")}


def codes(root: Path) -> list[tuple[str, str]]:
    _, problems = read_library(root)
    return [(problem.location.file, problem.code) for problem in problems]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "command",
    [
        ["build", "--deck", "{}"],
        ["build", "--deck", "calculus", "--lang", "{}"],
        ["check", "--lang", "{}"],
        ["check", "{}"],
        ["list", "--deck", "{}"],
        ["show", "{}"],
        ["new", "concept", "{}", "--subject", "calculus"],
        ["new", "concept", "fine", "--subject", "{}"],
        ["release", "--version", "1.0.0", "--lang", "{}"],
    ],
    ids=" ".join,
)
def test_names_on_the_command_line(
    root: Path, capsys: pytest.CaptureFixture[str], command: list[str], name: str
) -> None:
    before = everything(root)
    code = run(["--root", str(root), *[part.format(name) for part in command]])
    said = capsys.readouterr().err
    if name == "con" and "--lang" in command:  # three letters, as codes of languages have
        assert code in (0, 1), said
    else:
        assert code == 2, said
        assert "rror: " in said
    assert {p for p in everything(root) - before if not p.startswith("project/build")} <= {
        "project/formulas/checks.lock"
    }


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("requires: ['{}']", "bad-name"),
        ("formerly: ['{}']", "bad-name"),
    ],
)
@pytest.mark.parametrize("name", ["../evil", "/etc/passwd", "Evil", "a b", "a/b", "..", "é"])
def test_names_in_an_entry(root: Path, key: str, code: str, name: str) -> None:
    path = root / "formulas" / "calculus" / "power-rule.yaml"
    path.write_text(ENTRY + key.format(name) + "\n", encoding="utf-8")
    assert ("formulas/calculus/power-rule.yaml", code) in codes(root)


@pytest.mark.parametrize("name", ["../evil", "/etc", "Evil", "..", "."])
def test_names_in_a_deck(root: Path, name: str) -> None:
    path = root / "decks" / "calculus.yaml"
    for key in (f"subject: '{name}'", f"entries: ['{name}']"):
        path.write_text(DECK.replace("subject: calculus", key), encoding="utf-8")
        assert ("decks/calculus.yaml", "bad-name") in codes(root)


@posix
@pytest.mark.parametrize(
    "name",
    ["Evil", "evil\n", "a b", "-rf", "é", "con", "lpt1", "a" * 61, "a--b", "evil\x1b[31m", "$x"],
)
def test_names_of_files(root: Path, name: str) -> None:
    (root / "formulas" / "calculus" / f"{name}.yaml").write_text(ENTRY, encoding="utf-8")
    (root / "formulas" / "calculus" / f"{name}.notes.yaml").write_text(LIST, encoding="utf-8")
    (root / "decks" / f"{name}.yaml").write_text(DECK, encoding="utf-8")
    told = codes(root)
    assert [code for _, code in told] == ["file-name", "file-name", "file-name"]
    assert run(["--root", str(root), "-q", "build", "--deck", "calculus"]) in (0, 1)


@posix
@pytest.mark.parametrize(("file", "text"), [("inside.yaml", ENTRY), ("list.notes.yaml", LIST)])
@pytest.mark.parametrize("name", ["Evil", "a b", "evil\n", "con", "..x", "é", "a" * 41])
def test_names_of_folders(root: Path, name: str, file: str, text: str) -> None:
    folder = root / "formulas" / name
    folder.mkdir()
    (folder / file).write_text(text, encoding="utf-8")
    hidden = name.startswith(".")
    assert [code for _, code in codes(root)] == ([] if hidden else ["file-name"])


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="names that are no text")
def test_names_that_are_no_text(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for folder in (b"formulas/calculus", b"decks"):
        path = root / os.fsdecode(folder) / os.fsdecode(b"\xff\xfe.yaml")
        path.write_text(ENTRY, encoding="utf-8")
    assert [code for _, code in codes(root)] == ["file-name", "file-name"]
    for arguments in (["check"], ["check", "--format", "json"], ["build", "--all"], ["list"]):
        assert run(["--root", str(root), *arguments]) in (0, 1)
        assert "Traceback" not in capsys.readouterr().err


@posix
def test_what_editors_leave_beside_a_file_is_not_read(root: Path) -> None:
    folder = root / "formulas" / "calculus"
    for name in (".#power-rule.yaml", ".#bones.notes.yaml"):
        (folder / name).symlink_to("someone@machine.1234:5678")
    (folder / ".bones.notes.yaml").write_text("[", encoding="utf-8")
    assert codes(root) == []


def test_every_reserved_name_is_known() -> None:
    assert {"con", "prn", "aux", "nul", "com1", "com9", "lpt1", "lpt9"} <= RESERVED_IDS


@posix
def test_links_are_not_followed(root: Path) -> None:
    secret = root.parent / "secret.yaml"
    secret.write_text(ENTRY, encoding="utf-8")
    folder = root.parent / "folder"
    folder.mkdir()
    (folder / "inside.yaml").write_text(ENTRY, encoding="utf-8")
    (root / "formulas" / "calculus" / "link.yaml").symlink_to(secret)
    (root / "formulas" / "calculus" / "power-rule.ko.yaml").symlink_to(secret)
    (root / "formulas" / "calculus" / "list.notes.yaml").symlink_to(secret)
    (root / "formulas" / "linked").symlink_to(folder)
    (root / "decks" / "link.yaml").symlink_to(secret)
    assert sorted(codes(root)) == [
        ("decks/link.yaml", "symlink"),
        ("formulas/calculus/link.yaml", "symlink"),
        ("formulas/calculus/list.notes.yaml", "symlink"),
        ("formulas/calculus/power-rule.ko.yaml", "symlink"),
        ("formulas/linked", "symlink"),
    ]


@posix
def test_what_is_no_ordinary_file_is_not_opened(root: Path) -> None:
    os.mkfifo(root / "formulas" / "calculus" / "pipe.yaml")
    os.mkfifo(root / "formulas" / "calculus" / "pipes.notes.yaml")
    os.mkfifo(root / "decks" / "pipe.yaml")
    os.mkfifo(root / "formulas" / "sources.yaml")
    assert {(file, code) for file, code in codes(root) if "pipe" in file} == {
        ("decks/pipe.yaml", "not-a-file"),
        ("formulas/calculus/pipe.yaml", "not-a-file"),
        ("formulas/calculus/pipes.notes.yaml", "not-a-file"),
    }


@pytest.mark.slow
@posix
@pytest.mark.parametrize(
    "name", ["decks/ledger.tsv", "formulas/checks.lock", "build/first-built.json"]
)
def test_kept_files_that_are_no_files(
    root: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    (root / name).parent.mkdir(exist_ok=True)
    os.mkfifo(root / name)
    assert run(["--root", str(root), "build", "--all", "--jobs", "1"]) in (0, 3)
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.slow
@posix
def test_what_only_saves_time_may_be_no_file(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = root / "formulas" / "calculus" / "power-rule.yaml"
    figure = "figure: {kind: function_plot, exprs: [x**2], x: [-1, 1], alt: A parabola.}\n"
    entry.write_text(ENTRY + figure, encoding="utf-8")
    build = ["--root", str(root), "build", "--all", "--jobs", "1"]
    cache = root / "build" / ".cache"
    assert run(build) == 0
    cache.joinpath("check.json").write_text("{}", encoding="utf-8")
    kept = [path for path in cache.rglob("*.json") if path.is_file()]
    assert len(kept) == 4
    for path in kept:
        path.unlink()
        os.mkfifo(path)
    assert run(["--root", str(root), "check", "--jobs", "1"]) == 0
    assert run(["-v", *build]) == 0
    assert "damaged" in capsys.readouterr().err
    assert run(build) == 0
    assert not any(path.is_fifo() for path in kept)


@posix
def test_a_new_entry_is_not_written_through_a_link(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outside = root.parent / "outside"
    outside.mkdir()
    (root / "formulas" / "linked").symlink_to(outside)
    command = ["--root", str(root), "new", "concept", "idea", "--subject", "linked"]
    assert run(command) == 2
    assert "is a link" in capsys.readouterr().err
    assert list(outside.iterdir()) == []


def test_a_new_entry_takes_no_name_that_a_list_has(root: Path) -> None:
    (root / "formulas" / "calculus" / "bones.notes.yaml").write_text(LIST, encoding="utf-8")
    assert run(["--root", str(root), "new", "concept", "bones", "--subject", "calculus"]) == 2
    assert run(["--root", str(root), "new", "concept", "skull", "--subject", "a" * 41]) == 2
    assert run(["--root", str(root), "new", "concept", "skull", "--subject", "a" * 40]) == 0
    assert (root / "formulas" / ("a" * 40) / "skull.yaml").is_file()


FOLDERS = (
    "formulas",
    "decks",
    "formulas/calculus",
    "build",
    "build/.cache",
    "build/.cache/figures",
    "page/media",
    "started/formulas",
    "started/formulas/algebra",
    "started/decks",
)
FILES = (
    "build/calculus.apkg",
    "build/first-built.json",
    "build/.cache/composed.en.json",
    "build/.cache/deck-calculus.en.json",
    "build/.cache/check.json",
    "formulas/checks.lock",
    "formulas/entry.schema.json",
    "formulas/calculus/idea.yaml",
    "decks/ledger.tsv",
    "decks/deck.schema.json",
    "page/index.html",
    "page/data.js",
    "page/page.css",
    "figure.svg",
    "started/.gitignore",
    "started/decks/algebra.yaml",
)
WRITING = (
    ["build", "--all", "--jobs", "1"],
    ["check", "--fresh", "--jobs", "1"],
    ["list"],
    ["preview", "--output", "{root}/page", "--jobs", "1"],
    ["show", "power-rule", "--figure", "{root}/figure.svg"],
    ["release", "--version", "1.0.0", "--jobs", "1"],
    ["schema", "--write"],
    ["new", "concept", "idea", "--subject", "calculus"],
    ["init", "{root}/started"],
    ["cache", "clear"],
)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.slow
@posix
@pytest.mark.exhaustive(every=10)
@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize("name", [*FOLDERS, *FILES])
def test_nothing_is_written_or_deleted_through_a_link(
    root: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    entry = root / "formulas" / "calculus" / "power-rule.yaml"
    figure = "figure: {kind: function_plot, exprs: [x**2], x: [-1, 1], alt: A parabola.}\n"
    entry.write_text(ENTRY + figure, encoding="utf-8")
    outside, link = root.parent / "outside", root / name
    link.parent.mkdir(parents=True, exist_ok=True)
    if name in FOLDERS:
        link.rename(outside) if link.is_dir() else outside.mkdir()
        link.symlink_to(outside)
    else:
        outside.mkdir()
        (outside / "file").write_text("{}", encoding="utf-8")
        link.symlink_to(outside / "file")
    for kept in ("x.json", "index.html", "figures/x.json", ".x.01234567-99999999-01234567.part"):
        (outside / kept).parent.mkdir(exist_ok=True)
        (outside / kept).write_text("precious", encoding="utf-8")
        os.utime(outside / kept, (1, 1))
    before, entries = contents(outside), sorted(outside.rglob("*"))
    for command in WRITING:
        code = run(["--root", str(root), *[part.format(root=root) for part in command]])
        assert code in (0, 1, 2, 3), command
        assert "Traceback" not in capsys.readouterr().err
        assert contents(outside) == before, command
        assert sorted(outside.rglob("*")) == entries, command


@pytest.mark.slow
@posix
def test_a_folder_that_was_named_may_be_a_link(root: Path) -> None:
    real, other = root.parent / "real", root.parent / "other.txt"
    real.mkdir()
    other.write_text("precious", encoding="utf-8")
    (root.parent / "link").symlink_to(real)
    (real / "calculus.apkg").symlink_to(other)
    output = ["--output", str(root.parent / "link")]
    assert run(["--root", str(root), "-q", "build", "--all", "--jobs", "1", *output]) == 0
    assert (real / "first-built.json").is_file()
    assert not (real / "calculus.apkg").is_symlink()
    assert other.read_text(encoding="utf-8") == "precious"


@pytest.mark.slow
@posix
def test_the_temporary_folder_has_any_name(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(["--root", str(root), "-q", "build", "--all", "--jobs", "1"]) == 0
    package = str(root / "build" / "calculus.apkg")
    for name in ("a#b", "a?mode=rwc", "a%23b", "a b", "é"):
        folder = root.parent / name
        folder.mkdir()
        before = everything(root)
        monkeypatch.setattr("tempfile.tempdir", str(folder))
        assert run(["diff", package, package]) == 0
        assert everything(root) == before


@pytest.mark.parametrize("place", ["root", "output"])
def test_a_folder_that_is_a_file(
    root: Path, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    file = root.parent / "file"
    file.write_text("x", encoding="utf-8")
    start = str(file) if place == "root" else str(root)
    more = ["--output", str(file)] if place == "output" else []
    assert run(["--root", start, "build", "--all", *more]) == 2
    assert "is a file" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["../evil", "/etc/passwd", "Evil", "a/b", "..", "é"])
def test_a_tag_is_a_word_and_leads_nowhere(root: Path, name: str) -> None:
    path = root / "formulas" / "calculus" / "power-rule.yaml"
    path.write_text(f"{ENTRY}tags: ['{name}']\n", encoding="utf-8")
    before = everything(root)
    assert codes(root) == []
    path.write_text(f"{ENTRY}tags: ['{name} {name}']\n", encoding="utf-8")
    assert ("formulas/calculus/power-rule.yaml", "bad-tag") in codes(root)
    assert everything(root) == before
