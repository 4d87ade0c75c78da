"""What holds in all Python files of the package."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from dlcards import languages

PACKAGE = Path(languages.__file__).parents[1]
ROOT = PACKAGE.parents[1]
WRITTEN = {("decks/ledger", ".tsv"), ("build/.cache/figures", "")}
"""What only a run writes."""

MODULES = sorted(path for path in PACKAGE.rglob("*.py") if languages.FOLDER not in path.parents)
_ADDRESS = re.compile(r"https?://\S+")


def named_languages(text: str) -> list[str]:
    """Return every code of a language that stands in a text as a word of its own."""
    return re.findall(rf"\b(?:{'|'.join(languages.codes())})\b", _ADDRESS.sub("", text))


def test_codes_of_languages_are_found_in_code_comments_and_texts() -> None:
    assert named_languages('lang = "en"  # or .ko, @ko') == ["en", "ko", "ko"]
    assert named_languages("enter https://en.wikipedia.org/ into kombu") == []


@pytest.mark.slow
def test_no_module_outside_languages_names_a_language() -> None:
    named = {path: named_languages(path.read_text(encoding="utf-8")) for path in MODULES}
    assert {path: codes for path, codes in named.items() if codes} == {}


def places(text: str) -> set[tuple[str, str]]:
    """Return the paths that stand in backquotes, each with the name it has behind a dot."""
    found = re.findall(r"`((?:[a-zA-Z_]+/)+[a-zA-Z_]*)((?:\.[\w*]+)*)`", text)
    return {(path.rstrip("/"), name) for path, name in found}


@pytest.mark.slow
@pytest.mark.parametrize("page", ["docs/design.md", "CONTRIBUTING.md"])
def test_a_page_names_files_folders_and_functions_that_exist(page: str) -> None:
    named = places((ROOT / page).read_text(encoding="utf-8"))
    assert len(named) > 8
    missing = []
    for path, name in sorted(named - WRITTEN):
        pattern = re.sub(r"\b[A-Z]+\b", "*", path)  # GROUP, NAME, CODE: any
        modules = list(PACKAGE.rglob(f"{pattern}.py"))
        whole = [*PACKAGE.rglob(pattern + name), *ROOT.glob(pattern + name)]
        if name and modules and not whole:
            defined = re.compile(rf"^(?:def|class) {name[1:]}\b", re.MULTILINE)
            whole = [each for each in modules if defined.search(each.read_text(encoding="utf-8"))]
        if not whole and (name or not modules):
            missing.append(path + name)
    assert missing == []


def silent_imports(text: str) -> list[str]:
    """Return the imports inside functions that no comment explains, behind or above them.

    One comment explains all imports below it.
    """
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
    late = {
        node.lineno
        for function in functions
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    lines = ["", *text.splitlines()]
    explained: set[int] = set()
    for n in sorted(late):
        if "#" in lines[n] or lines[n - 1].strip().startswith("#") or n - 1 in explained:
            explained.add(n)
    return [lines[n] for n in sorted(late - explained)]


@pytest.mark.slow
def test_an_import_inside_a_function_says_why() -> None:
    told = "def f():\n  import b  # start-up\n  import c\n  # not on Windows\n  import d\n"
    assert silent_imports(told + "  f()\n  import e\nimport g\n") == ["  import e"]
    found = {
        path.relative_to(PACKAGE).as_posix(): silent_imports(path.read_text(encoding="utf-8"))
        for path in MODULES
        if path.parent.name != "cli"  # a command imports what it needs
    }
    assert {path: lines for path, lines in found.items() if lines} == {}
