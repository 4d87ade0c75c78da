"""Everything that happens to a text before a formula is checked or a figure is drawn."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from dlcards.build.compose import compose, compose_questions, place
from dlcards.build.prepare import prepare, prepare_list
from dlcards.claims.lock import Checked, parse_lock
from dlcards.claims.parser import FormulaError, parse_formula
from dlcards.claims.prose import read_prose
from dlcards.claims.snippets.grammar import SnippetError, read_snippet
from dlcards.content.library import Library
from dlcards.content.lists import _read_strictly, read_list, read_plainly
from dlcards.content.reader import read_library
from dlcards.content.selection import deck_items, deck_lists
from dlcards.problems import Problem
from dlcards.release.ledger import read, read_first_built


def swallow_entry(
    root: Path, entry: str, deck: str = "", translation: str = "", questions: str = ""
) -> int:
    """Read a project of one entry and one list as far as cards; return the number of problems."""
    folder = root / "formulas" / "calculus"
    folder.mkdir(parents=True, exist_ok=True)
    (root / "decks").mkdir(exist_ok=True)
    files = {
        folder / "entry.yaml": entry,
        folder / "entry.ko.yaml": translation,
        folder / "list.notes.yaml": questions,
        root / "decks" / "deck.yaml": deck,
    }
    for path, text in files.items():
        path.unlink(missing_ok=True)
        if text:
            path.write_bytes(text.encode("utf-8", "surrogatepass"))
    library, problems = read_library(root)
    told = list(problems)
    for source in library.decks.values():
        deck_items(library, source)
        deck_lists(library, source)
    for each in library.lists.values():
        compose_questions(prepare_list(each, library), "Tests")
    for item in library.items.values():
        if item.statement is not None:
            for lang in ("en", "ko"):
                content, _ = prepare(item, library, Checked(), None, None, lang=lang)
                notes, _ = compose(content)
                place(notes, "Tests", lang=lang, split=True)
    for problem in told:
        check_problem(problem)
    return len(told)


def check_problem(problem: Problem) -> None:
    """Assert that a problem can be shown."""
    assert problem.message
    assert problem.code
    assert problem.location.line >= 0
    assert problem.width >= 1
    assert len(str(problem)) < 3000


def swallow_claim(text: str) -> None:
    """Read a text as everything in the claim language that a text can be."""
    with suppress(FormulaError):
        parse_formula(text)
    read_prose(text)
    with suppress(SnippetError):
        read_snippet(text)


def swallow_list(text: str) -> None:
    """Read a text as a list of plain questions, in the quick way and in the strict one."""
    found, problems = read_list(text, "list.notes.yaml", "list", "calculus")
    for problem in problems:
        check_problem(problem)
    if read_plainly(text) is not None:
        strict, _ = _read_strictly(text, "list.notes.yaml", "list", "calculus")
        assert strict == found
    if found is not None:
        library = Library(Path(), {}, {}, {})
        notes = compose_questions(prepare_list(found, library), "Tests")
        assert len(notes) == len(found.notes)


def swallow_kept(text: str) -> None:
    """Read a text as every file that dlcards keeps."""
    for problem in (*parse_lock(text)[1], *read(text)[1]):
        check_problem(problem)
    read_first_built(text, file="first-built.json")
