"""Content is found, read and resolved; every mistake is told at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from dlcards.content.library import Library
from dlcards.content.reader import read_library
from dlcards.content.references import check_source
from dlcards.content.selection import deck_items, find_deck
from dlcards.problems import Problem, UsageError
from dlcards.validation import Guesses
from samples import DECK, ENTRY, Project


def told(problems: tuple[Problem, ...]) -> list[str]:
    return sorted(f"{p.location} {p.code}" for p in problems)


def entry(title: str, *requires: str, priority: int = 2) -> str:
    text = ENTRY.replace("title: Power rule", f"title: {title}")
    return f"{text}priority: {priority}\nrequires: [{', '.join(requires)}]\n"


def read(root: Path) -> Library:
    library, problems = read_library(root)
    assert not problems, told(problems)
    return library


def test_an_entry_is_known_by_the_name_of_its_file(small_project: Path) -> None:
    item = read(small_project).items["power-rule"]
    assert (item.subject, item.entry.title) == ("calculus", "Power rule")
    assert item.statement is not None
    assert [claim.text for claim in item.statement.claims] == ["d(x**n, x) == n*x**(n - 1)"]


def test_prerequisites_come_first_then_priority_then_title(project: Project) -> None:
    names = {
        "d": entry("Delta", "c"),
        "c": entry("Gamma", "a"),
        "b": entry("Beta", priority=1),
        "a": entry("Alpha", priority=3),
        "e": entry("Epsilon", priority=1),
    }
    files = {f"formulas/calculus/{name}.yaml": text for name, text in names.items()}
    library = read(project({**files, "decks/calculus.yaml": DECK}))
    order = [item.id for item in deck_items(library, find_deck(library, "calculus"))]
    assert order == ["b", "e", "a", "c", "d"]


def test_an_indirect_prerequisite_outside_the_deck_still_orders(project: Project) -> None:
    root = project(
        {
            "formulas/calculus/a.yaml": entry("Zeta"),
            "formulas/calculus/z.yaml": entry("Alpha", "middle"),
            "formulas/other/middle.yaml": entry("Middle", "a"),
            "decks/calculus.yaml": DECK,
        }
    )
    library = read(root)
    order = [item.id for item in deck_items(library, find_deck(library, "calculus"))]
    assert order == ["a", "z"]


def test_a_circle_elsewhere_takes_no_entry_from_a_deck(project: Project) -> None:
    root = project(
        {
            "formulas/calculus/a.yaml": entry("A", "b"),
            "formulas/calculus/b.yaml": entry("B", "one"),
            "formulas/other/one.yaml": entry("One", "two"),
            "formulas/other/two.yaml": entry("Two", "one"),
            "decks/calculus.yaml": DECK,
        }
    )
    library, _ = read_library(root)
    order = [item.id for item in deck_items(library, find_deck(library, "calculus"))]
    assert order == ["b", "a"]


def test_all_mistakes_are_told_at_once(project: Project) -> None:
    root = project(
        {
            "formulas/calculus/a.yaml": entry("A", "b", "nobody"),
            "formulas/calculus/b.yaml": entry("B", "a"),
            "formulas/calculus/Bad Name.yaml": ENTRY,
            "formulas/calculus/con.yaml": ENTRY,
            "formulas/calculus/x.yml": ENTRY,
            "formulas/other/a.yaml": ENTRY,
            "formulas/calculus/gone.ko.yaml": "title: x\n",
            "formulas/calculus/broken.yaml": "kind: [\n",
            "decks/d.yaml": DECK + "  - entries: [nobody]\n  - subject: nothing\n",
        }
    )
    _, problems = read_library(root)
    assert told(problems) == [
        "decks/d.yaml:5:15 unknown-reference",
        "decks/d.yaml:6:14 unknown-reference",
        "formulas/calculus/Bad Name.yaml file-name",
        "formulas/calculus/a.yaml:14:15 unknown-reference",
        "formulas/calculus/b.yaml:14:12 cycle",
        "formulas/calculus/broken.yaml:2:1 yaml-syntax",
        "formulas/calculus/con.yaml file-name",
        "formulas/calculus/gone.ko.yaml unknown-reference",
        "formulas/calculus/x.yml file-name",
        "formulas/other/a.yaml duplicate-id",
    ]


def test_links_are_not_followed(
    small_project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret.yaml"
    outside.write_text(ENTRY, encoding="utf-8")
    (small_project / "formulas/calculus/secret.yaml").symlink_to(outside)
    (small_project / "formulas/linked").symlink_to(outside.parent)
    library, problems = read_library(small_project)
    assert [p.code for p in problems] == ["symlink", "symlink"]
    assert list(library.items) == ["power-rule"]


def test_a_file_that_is_not_utf8_is_told_with_its_line(small_project: Path) -> None:
    path = small_project / "formulas/calculus/latin.yaml"
    path.write_bytes(b"kind: concept\ntitle: caf\xe9\n")
    _, problems = read_library(small_project)
    assert told(problems) == ["formulas/calculus/latin.yaml:2:11 not-utf-8"]


def test_a_missing_deck_names_the_decks_there_are(small_project: Path) -> None:
    with pytest.raises(UsageError, match=r"'calculas'.*did you mean 'calculus'.*decks: calculus"):
        find_deck(read(small_project), "calculas")


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("DLB:6.5", True),
        ("DLB:6.5#6.44", True),
        ("DLB:99", False),
        ("DBL:6.5", False),
        ("https://example.org/x", True),
        ("javascript:alert(1)", False),
        ("Strang, Introduction to Linear Algebra", True),
        ("Strang", False),
    ],
)
def test_citations_are_resolved(project: Project, text: str, right: bool) -> None:
    root = project({"formulas/sources.yaml": 'DLB: {title: Book, places: {"6.5": Backprop}}\n'})
    assert (check_source(read(root).sources, text, Guesses()) is None) is right
