"""A part of the decks: what a source, a topic, a tag or an id names, under the same identities."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import chapters
from dlcards.build.choose import deck_facts, is_within
from dlcards.cli import run
from dlcards.content.reader import read_library

pytestmark = pytest.mark.usefixtures("in_process")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the root of a project whose claims are judged once for all tests."""
    return chapters.write(tmp_path_factory.mktemp("chosen"))


@pytest.fixture
def root(shared: Path) -> Path:
    """Return its root without packages."""
    clear(shared)
    return shared


def clear(root: Path) -> None:
    for package in (root / "build").glob("*.apkg"):
        package.unlink()


def build(root: Path, *options: str) -> int:
    return run(["-q", "--root", str(root), "build", "--jobs", "1", *options])


def notes(package: Path) -> dict[str, tuple[Any, ...]]:
    """Return deck, fields, tags, time and ids of each note of a package by its name."""
    with zipfile.ZipFile(package) as archive:
        database = package.with_suffix(".db")
        database.write_bytes(archive.read("collection.anki2"))
    with closing(sqlite3.connect(database)) as connection:
        titles = json.loads(connection.execute("SELECT decks FROM col").fetchone()[0])
        rows = connection.execute(
            "SELECT guid, min(did), flds, tags, notes.mod, notes.id, group_concat(cards.id)"
            " FROM notes JOIN cards ON nid = notes.id GROUP BY guid ORDER BY min(due)"
        )
        return {
            guid.removeprefix("dlcards/"): (titles[str(did)]["name"], *rest)
            for guid, did, *rest in rows
        }


def chosen(root: Path, *options: str) -> list[str]:
    """Build what is chosen and return the notes of the one package, in order."""
    clear(root)
    assert build(root, *options) == 0
    (package,) = (root / "build").glob("*.apkg")
    return list(notes(package))


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--source", "BOOK:1"), ["limit", "words/w-a", "words/w-b"]),
        (("--source", "BOOK:6.5"), ["slope", "ex-slope"]),  # its sections, but not 6.50
        (("--source", "BOOK:6.5.2#6.44"), ["slope", "ex-slope"]),
        (("--source", "BOOK:6"), ["slope", "ex-slope", "fifty"]),
        (("--source", "A talk"), ["net"]),
        (
            ("--source", "VIDEO"),
            ["chain", "chain/derivation", "chain/derivation/whole", "net"],
        ),
        (
            ("--source", "BOOK:1", "--source", "BOOK:6.50"),
            ["fifty", "limit", "words/w-a", "words/w-b"],
        ),
        (("--topic", "limits"), ["fifty", "limit"]),
        (("--topic", "limits", "--source", "BOOK:1"), ["limit"]),
        (("--tag", "exam"), ["slope"]),
        (("--tag", "greek"), ["words/w-b"]),
        (("--tag", "dlcards::nets"), ["net", "words/w-a", "words/w-b"]),
        (("--tag", "DLCARDS::Maths::limits"), ["fifty", "limit"]),
        (("--tag", "kind::exercise"), ["ex-slope", "ex-both"]),
        (("--tag", "kind::derivation"), ["chain/derivation", "chain/derivation/whole"]),
        (("--id", "net", "--id", "limit"), ["limit", "net"]),
        (("--id", "ex-both"), ["ex-both"]),
        (("--id", "words"), ["words/w-a", "words/w-b"]),
    ],
    ids=" ".join,
)
def test_a_choice_names_these_notes_and_no_others(
    options: tuple[str, ...], expected: list[str], root: Path
) -> None:
    assert chosen(root, *options) == expected


def test_prerequisites_come_first_across_decks(root: Path) -> None:
    assert chosen(root, "--id", "net", "--with-prerequisites") == [
        "limit",
        "slope",
        "ex-slope",
        "chain",
        "chain/derivation",
        "chain/derivation/whole",
        "ex-both",
        "net",
    ]


def test_prerequisites_keep_all_their_notes_beside_a_tag(root: Path) -> None:
    names = chosen(root, "--tag", "kind::derivation", "--with-prerequisites")
    assert names == ["limit", "slope", "chain/derivation", "chain/derivation/whole"]


def test_the_core_of_a_choice_has_priority_1(root: Path) -> None:
    assert chosen(root, "--source", "BOOK:6", "--core") == ["slope", "ex-slope"]
    assert chosen(root, "--source", "BOOK:6", "--core", "--with-prerequisites") == [
        "limit",
        "slope",
        "ex-slope",
    ]


def test_of_one_deck_only_its_own_notes_are_chosen(root: Path) -> None:
    assert chosen(root, "--deck", "nets", "--source", "VIDEO:4", "--with-prerequisites") == ["net"]
    assert (root / "build" / "nets.source-video-4.prerequisites.apkg").is_file()


@pytest.mark.parametrize("large", ["everything", "first", "maths", "nets"])
def test_a_note_is_the_same_as_in_every_large_deck(large: str, root: Path) -> None:
    assert build(root, "--all") == 0
    assert build(root, "--source", "BOOK", "--source", "VIDEO") == 0
    whole = notes(root / "build" / f"{large}.apkg")
    small = notes(root / "build" / "study.source-book-video.apkg")
    shared = whole.keys() & small.keys()
    assert shared
    assert {name: small[name][1:] for name in shared} == {name: whole[name][1:] for name in shared}
    if large == "everything":
        assert {name: small[name] for name in shared} == {name: whole[name] for name in shared}


def test_what_is_looked_for_are_the_tags_that_the_notes_bear(root: Path) -> None:
    assert build(root, "--deck", "everything") == 0
    borne: dict[str, set[str]] = {}
    for name, row in notes(root / "build" / "everything.apkg").items():
        borne.setdefault(name.split("/")[0], set()).update(row[2].split())
    library, _ = read_library(root)
    facts = deck_facts(library, library.decks["everything"])
    assert {name: set(each.tags) for name, each in facts.items()} == borne


def test_a_package_of_one_place_bears_the_name_of_its_decks(root: Path) -> None:
    assert build(root, "--id", "net") == 0
    homes = {row[0] for row in notes(root / "build" / "study.id-net.apkg").values()}
    assert homes == {"Top::3 Nets"}


def test_an_unchanged_choice_is_not_built_again(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--root", str(root), "build", "--jobs", "1", "--topic", "limits"]
    assert run(arguments) == 0
    assert "2 notes" in capsys.readouterr().out
    assert run(arguments) == 0
    assert "nothing changed" in capsys.readouterr().out
    assert run([*arguments, "--with-prerequisites"]) == 0
    assert "nothing changed" not in capsys.readouterr().out


NOTHING = "there is nothing with the"
REFUSED = [
    (
        ("--source", "BOK:1"),
        ["the source 'BOK' is not in formulas/sources.yaml; did you mean 'BOOK'?"],
    ),
    (("--source", "BOOK:6.6"), ["BOOK has no '6.6'; did you mean '6.5'?"]),
    (
        ("--source", "VIDEO:44"),
        [f"{NOTHING} source 'VIDEO:44' in the decks; did you mean 'VIDEO:4'?"],
    ),
    (("--topic", "limit"), [f"{NOTHING} topic 'limit' in the decks; did you mean 'limits'?"]),
    (("--topic", "xyz"), [f"{NOTHING} topic 'xyz' in the decks; topics: limits, nets, t, words"]),
    (
        ("--tag", "kind::concep"),
        [f"{NOTHING} tag 'kind::concep' in the decks; did you mean 'kind::concept'?"],
    ),
    (("--id", "slop"), [f"{NOTHING} id 'slop' in the decks; did you mean 'slope'?"]),
    (("--id", "apart"), ["'apart' is in no deck; add it to one in decks/"]),
    (
        ("--deck", "nets", "--id", "slope"),
        [f"{NOTHING} id 'slope' in the deck 'nets'; try: --deck everything --deck maths"],
    ),
    (("--deck", "net", "--id", "slope"), ["there is no deck 'net'; did you mean 'nets'?"]),
    (
        ("--topic", "nets", "--source", "BOOK:1"),
        ["--source names 2, --topic names 1, and nothing is in each of them"],
    ),
    (
        ("--id", "limit", "--core"),
        ["nothing that --id limit names has priority 1; leave out --core"],
    ),
    (("--id", "slop", "--topic", "limit"), ["topic 'limit'", "id 'slop'"]),
    (("--all", "--id", "slope"), ["--all builds whole decks; leave it out"]),
    (("--deck", "nets", "--with-prerequisites"), ["--with-prerequisites goes with --source"]),
    ((), ["which deck?"]),
]


@pytest.mark.parametrize(("options", "told"), REFUSED, ids=" ".join)
def test_a_choice_of_nothing_is_one_clear_problem_for_each_mistake(
    options: tuple[str, ...], told: list[str], root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert build(root, *options) == 2
    errors = [line for line in capsys.readouterr().err.splitlines() if "rror: " in line]
    assert len(errors) == len(told)
    for line, expected in zip(errors, told, strict=False):
        assert expected in line
    assert not list((root / "build").glob("*.apkg"))


@pytest.mark.parametrize(
    ("cited", "wanted", "inside"),
    [
        ("BOOK:6.5.2#6.44", "BOOK", True),
        ("BOOK:6.5.2#6.44", "BOOK:6.5.2", True),
        ("BOOK:6.5.2", "BOOK:6.5.2#6.44", False),
        ("BOOK:6.50", "BOOK:6.5", False),
        ("BOOK-2:6.5", "BOOK:6.5", False),
        ("https://example.org/a", "https", False),
        ("https://example.org/a", "https://example.org/a", True),
        ("BOOK", "BOOK:6", False),
    ],
)
def test_a_citation_lies_in_its_section_chapter_and_work(
    cited: str, wanted: str, inside: bool
) -> None:
    assert is_within(cited, wanted) is inside
