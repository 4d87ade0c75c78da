from __future__ import annotations

from pathlib import Path

from dlcards.claims.types import TYPES
from dlcards.claims.words import LAW_NAMES, WORDS
from dlcards.commands.claim_page import page

PAGE = Path(__file__).parents[2] / "docs" / "claim-language.md"


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m dlcards.commands.claim_page"


def test_the_page_tells_every_word_and_type() -> None:
    assert WORDS
    assert TYPES
    text = page()
    missing = [word.name for word in WORDS if f"| `{word.name}` |" not in text]
    missing += [word.name for word in TYPES if f"| `{word.example}` |" not in text]
    assert not missing


def test_the_page_tells_what_is_drawn_for_every_type() -> None:
    laws = LAW_NAMES | {"Joint", "Density", "quadratic"}
    named = {word.name for word in TYPES} - laws
    rows = page().split("## What is drawn")[1].split("\n## ")[0]
    assert not [name for name in sorted(named) if f"| `{name}` |" not in rows]
