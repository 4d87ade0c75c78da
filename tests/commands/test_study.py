"""What a chapter needs and how long it takes; which chapters of the sources are covered."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import chapters
from bundled import library
from dlcards.cli import run
from dlcards.commands.study import card_numbers
from dlcards.content.selection import deck_contents

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return chapters.write(tmp_path_factory.mktemp("study"))


class Listed:
    """What ``dlcards list`` says."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root, self.capsys = root, capsys

    def text(self, *options: str, code: int = 0) -> str:
        assert run(["--root", str(self.root), "list", *options]) == code
        told = self.capsys.readouterr()
        return told.err if code else told.out

    def rows(self, *options: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = json.loads(self.text(*options, "--format", "json"))
        return rows


@pytest.fixture
def listed(root: Path, capsys: pytest.CaptureFixture[str]) -> Listed:
    return Listed(root, capsys)


def test_a_chapter_needs_its_entries_and_what_comes_before(listed: Listed) -> None:
    rows = listed.rows("--source", "VIDEO:4")
    assert [(row["id"], row["cards"], row["needed"]) for row in rows] == [
        ("limit", 2, "before"),
        ("slope", 2, "before"),
        ("chain", 10, "chosen"),
        ("net", 2, "chosen"),
        ("ex-slope", 1, "before"),
        ("ex-both", 1, "before"),
    ]
    assert {row["kind"] for row in rows} == {"concept", "exercise"}


def test_days_are_new_cards_by_cards_a_day(listed: Listed) -> None:
    told = listed.text("--source", "VIDEO:4")
    assert told.endswith(
        "\n\nchosen: 2 entries and exercises, 12 cards: 2 days at 10 a day, 1 day at 20 a day\n"
        "with the 4 that come before: 6 entries and exercises, 18 cards: "
        "2 days at 10 a day, 1 day at 20 a day\n"
        "Next: dlcards build --source VIDEO:4 --with-prerequisites\n"
    )
    assert "12 cards: 4 days at 3 a day\n" in listed.text("--source", "VIDEO:4", "--per-day", "3")


def test_the_next_step_repeats_what_was_chosen(listed: Listed) -> None:
    told = listed.text("--deck", "nets", "--source", "A talk", "--id", "net")
    assert told.endswith('Next: dlcards build --deck nets --source "A talk" --id net\n')
    told = listed.text("--source", "BOOK:6", "--core")
    assert told.endswith("Next: dlcards build --source BOOK:6 --core --with-prerequisites\n")


def test_lists_count_with_all_their_notes_or_those_with_the_tag(listed: Listed) -> None:
    assert [(row["id"], row["cards"]) for row in listed.rows("--id", "words")] == [("words", 2)]
    assert [(row["id"], row["cards"]) for row in listed.rows("--tag", "greek")] == [("words", 1)]


@pytest.mark.slow
@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize(
    "options", [("--source", "VIDEO:4"), ("--deck", "maths", "--topic", "t"), ("--tag", "kind")]
)
def test_as_many_cards_are_listed_as_are_built(
    options: tuple[str, ...], listed: Listed, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = listed.rows(*options)
    for more, needed in ((), {"chosen"}), (("--with-prerequisites",), {"chosen", "before"}):
        assert run(["--root", str(listed.root), "build", *options, *more]) == 0
        cards = sum(row["cards"] for row in rows if row["needed"] in needed)
        assert f" {cards} cards" in capsys.readouterr().out


def test_a_table_and_csv_have_the_same_rows(listed: Listed) -> None:
    text = listed.text("--source", "VIDEO:4", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["id"] for row in rows] == [row["id"] for row in listed.rows("--source", "VIDEO:4")]


def test_sources_are_covered_where_an_entry_cites_them_or_a_part(listed: Listed) -> None:
    found = {row["source"]: row["entries"] for row in listed.rows("--sources")}
    assert found == {
        "BOOK": ["fifty", "limit", "slope", "words"],
        "BOOK:1": ["limit", "words"],
        "BOOK:6": ["fifty", "slope"],
        "BOOK:6.5": ["slope"],
        "BOOK:6.5.2": ["slope"],
        "BOOK:6.50": ["fifty"],
        "BOOK:7": [],
        "VIDEO": ["apart", "chain", "net"],
        "VIDEO:4": ["chain", "net"],
        "VIDEO:9": ["apart"],
    }


def test_what_no_entry_covers_is_listed(listed: Listed) -> None:
    told = listed.text("--sources", "--missing", "entries")
    assert [line.split()[0] for line in told.splitlines()[1:2]] == ["BOOK:7"]
    assert told.splitlines()[-2:] == ["BOOK: 5 of 6 covered", "VIDEO: 2 of 2 covered"]
    told = listed.text("--sources", "--deck", "nets", "--source", "BOOK:6")
    assert told.splitlines()[-1] == "BOOK: 0 of 4 covered"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--source", "BOK"), "'BOK' is not a source in formulas/sources.yaml; did"),
        (("--source", "VIDEO:44"), "there is nothing with the source 'VIDEO:44' in the decks"),
        (("--sources", "--source", "BOK"), "'BOK' is not a source in formulas/sources.yaml; did"),
        (("--sources", "--source", "BOOK:8"), "BOOK has no '8'; "),
        (("--sources", "--topic", "t"), "--sources goes with --source, --deck, --missing entries"),
        (("--sources", "--missing", "figure"), "--sources goes with"),
        (("--per-day", "5"), "--per-day goes with --source, --topic, --tag or --id"),
        (("--core",), "--core goes with --source, --topic, --tag or --id"),
        (("--source", "BOOK", "--deck", "net"), "there is no deck 'net'; did you mean 'nets'?"),
        (("--per-day", "0", "--source", "BOOK"), "0 is not in the range"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_mistake_is_told_with_what_to_try(
    options: tuple[str, ...], told: str, listed: Listed
) -> None:
    err = listed.text(*options, code=2)
    assert told in err
    assert err.count("rror: ") == 1


@pytest.mark.slow
@pytest.mark.exhaustive(of=6)
def test_the_numbers_of_this_project_are_those_of_its_packages(
    built_decks: Path, every: int
) -> None:
    content = library()
    for name, source in [*content.decks.items()][::every]:
        numbers = card_numbers(content, source, deck_contents(content, source))
        with zipfile.ZipFile(built_decks / f"{name}.apkg") as archive:
            path = built_decks / f"{name}.counted.db"
            path.write_bytes(archive.read("collection.anki2"))
        with closing(sqlite3.connect(path)) as connection:
            ((cards,),) = connection.execute("SELECT count() FROM cards")
        assert cards == sum(numbers.values()), name


def test_everything_holds_what_any_deck_holds() -> None:
    content = library()
    whole = deck_contents(content, content.decks["everything"])
    for name, source in content.decks.items():
        part = deck_contents(content, source)
        for mine, all_of_it in (
            (part.items, whole.items),
            (part.families, whole.families),
            (part.lists, whole.lists),
        ):
            assert {each.id for each in mine} <= {each.id for each in all_of_it}, name
