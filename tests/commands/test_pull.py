"""Remarks and tags of one's own come from Anki into the project, and into every later build."""

from __future__ import annotations

import json
import os
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from dlcards.cli import run
from dlcards.release.diff.read import Limits, ReadNote, read_package
from dlcards.release.personal import PERSONAL_FILE, Own, read_personal
from samples import DECK, ENTRY, Project

GUID = "dlcards/ca-power-rule"
AT = 18  # the place of the field Personal


@pytest.fixture
def root(project: Project, monkeypatch: pytest.MonkeyPatch, in_process: None) -> Path:
    files = {"formulas/calculus/ca-power-rule.yaml": ENTRY, "decks/calculus.yaml": DECK}
    made = project(files)
    monkeypatch.chdir(made)
    return made


def built(root: Path) -> Path:
    assert run(["--quiet", "build", "--deck", "calculus", "--jobs", "1"]) == 0
    return root / "build" / "calculus.apkg"


def notes(package: Path) -> dict[str, ReadNote]:
    return read_package(package, Limits()).notes


def export(package: Path, change: Callable[[sqlite3.Connection], object]) -> Path:
    """Return a copy of a package that a learner has edited."""
    target = package.with_name("export.apkg")
    database = package.with_name("export.db")
    with zipfile.ZipFile(package) as archive:
        database.write_bytes(archive.read("collection.anki2"))
    with closing(sqlite3.connect(database)) as connection, connection:
        change(connection)
    with zipfile.ZipFile(target, "w") as archive:
        archive.write(database, "collection.anki2")
    return target


def remark(text: str, tags: str = "") -> Callable[[sqlite3.Connection], object]:
    def change(connection: sqlite3.Connection) -> None:
        (flds,) = connection.execute("SELECT flds FROM notes WHERE guid = ?", (GUID,)).fetchone()
        fields = flds.split("\x1f")
        fields[AT] = text
        connection.execute(
            "UPDATE notes SET flds = ?, tags = tags || ? WHERE guid = ?",
            ("\x1f".join(fields), f"{tags} ", GUID),
        )

    return change


@pytest.mark.slow
def test_remarks_and_own_tags_are_in_every_later_build(root: Path) -> None:
    before = notes(built(root))[GUID]
    learner = export(built(root), remark("see <b>page 3</b>", "hard my::exam marked"))
    assert run(["pull", str(learner)]) == 0
    assert read_personal(root) == ({GUID: Own("see <b>page 3</b>", ("hard", "my::exam"))}, ())
    for _ in range(2):
        after = notes(built(root))[GUID]
        assert after.fields[AT] == "see <b>page 3</b>"
        assert set(after.tags) == {*before.tags, "hard", "my::exam"}
        assert after.modified > before.modified
        assert run(["--quiet", "build", "--deck", "calculus", "--jobs", "1", "--no-cache"]) == 0


@pytest.mark.slow
def test_a_release_does_not_know_them(root: Path) -> None:
    assert run(["release", "--version", "1.0.0", "--jobs", "1"]) == 0
    ledger = (root / "decks" / "ledger.tsv").read_bytes()
    assert run(["pull", str(export(built(root), remark("mine", "hard")))]) == 0
    assert run(["release", "--version", "1.1.0", "--jobs", "1"]) == 0
    assert (root / "decks" / "ledger.tsv").read_bytes() == ledger


def test_another_pull_keeps_what_the_export_does_not_hold(root: Path) -> None:
    (root / PERSONAL_FILE).write_text('"dlcards/elsewhere": {tags: [kept]}\n')
    package = built(root)
    assert run(["pull", str(export(package, remark("mine")))]) == 0
    assert set(read_personal(root)[0]) == {"dlcards/elsewhere", GUID}
    assert run(["pull", str(export(package, remark("")))]) == 0
    assert set(read_personal(root)[0]) == {"dlcards/elsewhere"}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (r"\(a &lt; b\)&nbsp;always", r"\(a &lt; b\) always"),
        ('<div style="color:red">a</div>', "<div>a</div>"),
        ("<b>never closed", "<b>never closed</b>"),
        ("closed twice</b></b>", "closed twice"),
        ("<script>x</script>", "x"),
        ('<img src="mine.png">words', "words"),
        ("한국어 \U0001f600", "한국어 \U0001f600"),
        ("\u2764\ufe0f a\u3164b\u00adc\u200b", "\u2764 abc"),
        ("[latex]x[/latex] {{c1::y}}", "&#91;latex]x&#91;/latex] &#123;{c1::y&#125;}"),
    ],
)
def test_a_remark_is_kept_as_text_and_plain_markup(root: Path, text: str, kept: str) -> None:
    assert run(["pull", str(export(built(root), remark(text)))]) == 0
    assert notes(built(root))[GUID].fields[AT] == kept


def test_an_export_of_another_deck_changes_nothing(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def foreign(connection: sqlite3.Connection) -> None:
        (models,) = connection.execute("SELECT models FROM col").fetchone()
        kind = next(iter(json.loads(models).values()))
        connection.execute("UPDATE col SET models = ?", (json.dumps({"9": kind | {"id": 9}}),))
        connection.execute("UPDATE notes SET mid = 9")

    assert run(["pull", str(export(built(root), foreign))]) == 1
    assert "[foreign-export]" in capsys.readouterr().err
    assert not (root / PERSONAL_FILE).exists()


def later(path: Path) -> None:
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("meta", bytes([8, 4]))
        archive.writestr("collection.anki21b", b"")


@pytest.mark.parametrize(
    "harm",
    [
        later,
        lambda path: path.write_bytes(path.read_bytes()[:500]),
        lambda path: path.write_bytes(b""),
        lambda path: os.truncate(path, 500 << 20),
    ],
    ids=["a newer Anki", "cut", "empty", "500 MB"],
)
def test_an_export_that_cannot_be_read_changes_nothing(
    root: Path, capsys: pytest.CaptureFixture[str], harm: Callable[[Path], object]
) -> None:
    (root / PERSONAL_FILE).write_text('"dlcards/elsewhere": {tags: [kept]}\n')
    before = (root / PERSONAL_FILE).read_bytes()
    learner = export(built(root), remark("mine"))
    harm(learner)
    assert run(["pull", str(learner)]) == 1
    errors = capsys.readouterr().err
    assert "[unreadable-export]" in errors
    assert "1 error" in errors
    assert (root / PERSONAL_FILE).read_bytes() == before


WRONG = """\
"dlcards/a": {personal: 5}  # 25 wrong-type
"dlcards/b": {note: x}  # 15 unknown-key
"dlcards/c": 7  # 14 wrong-type
"dlcards/d": {tags: hard}  # 21 wrong-type
"dlcards/e": {tags: [a, 'b c']}  # 26 wrong-value
"dlcards/f": {personal: 'x <script>y</script>'}  # 26 wrong-value
"dlcards/g": {personal: '<b onclick="x">y</b>'}  # 26 wrong-value
"""


@pytest.mark.parametrize("command", ["build", "check"])
def test_mistakes_in_the_file_are_told_at_their_places(
    root: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    more = ["--deck", "calculus"] if command == "build" else ["--no-mutate"]
    (root / PERSONAL_FILE).write_text(WRONG)
    assert run([command, *more, "--jobs", "1"]) == 1
    told = [line for line in capsys.readouterr().err.splitlines() if ": error: " in line]
    assert len(told) == len(WRONG.splitlines())
    for number, (line, text) in enumerate(zip(WRONG.splitlines(), told, strict=True), start=1):
        column, code = line.partition("  # ")[2].split()
        assert text.startswith(f"{PERSONAL_FILE}:{number}:{column}: error: "), text
        assert text.endswith(f"[{code}]")


def test_what_nobody_sees_is_told_too(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / PERSONAL_FILE).write_text(f'"{GUID}": {{personal: "a\\u00adb"}}\n')
    assert run(["check", "--no-mutate", "--jobs", "1"]) == 1
    assert "[bad-character]" in capsys.readouterr().err
