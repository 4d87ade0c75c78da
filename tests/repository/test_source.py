"""What holds in all Python files of the package."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dlcards import languages

PACKAGE = Path(languages.__file__).parents[1]
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if languages.FOLDER not in path.parents)
_ADDRESS = re.compile(r"https?://\S+")


def named_languages(text: str) -> list[str]:
    """Return every code of a language that stands in a text as a word of its own."""
    return re.findall(rf"\b(?:{'|'.join(languages.codes())})\b", _ADDRESS.sub("", text))


def test_codes_of_languages_are_found_in_code_comments_and_texts() -> None:
    assert named_languages('lang = "en"  # or .ko, @ko') == ["en", "ko", "ko"]
    assert named_languages("enter https://en.wikipedia.org/ into kombu") == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_module_outside_languages_names_a_language(path: Path) -> None:
    assert named_languages(path.read_text(encoding="utf-8")) == []


def test_the_map_of_the_design_names_modules_that_exist() -> None:
    design = (PACKAGE.parents[1] / "docs" / "design.md").read_text(encoding="utf-8")
    table = design.partition("## Where is …")[2].partition("## ")[0]
    named = set(re.findall(r"`([a-z]+(?:/[a-z_]+)+)(?:\.[A-Za-z_]+)?`", table))
    assert len(named) > 12
    missing = [
        name
        for name in named
        if not (PACKAGE / f"{name}.py").is_file() and not (PACKAGE / name).is_dir()
    ]
    assert missing == []
