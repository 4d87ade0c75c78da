from __future__ import annotations

from pathlib import Path

from dlcards.claims.reference import markdown
from dlcards.claims.words import TYPES, WORDS

PAGE = Path(__file__).parents[2] / "docs" / "claim-language.md"


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == markdown(), (
        "run: python -m dlcards.claims.reference > docs/claim-language.md"
    )


def test_the_page_tells_every_word_and_type() -> None:
    page = markdown()
    missing = [word.name for word in WORDS if f"| `{word.name}` |" not in page]
    missing += [word.name for word in TYPES if f"| `{word.example}` |" not in page]
    assert not missing
