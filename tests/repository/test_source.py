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
