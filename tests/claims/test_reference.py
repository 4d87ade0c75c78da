from __future__ import annotations

from pathlib import Path

import pytest

from dlcards.claims.judge.judge import check_statement
from dlcards.claims.reference import MEANINGS, meaning_text
from dlcards.claims.resolver import read_statement
from dlcards.claims.types import TYPES
from dlcards.claims.verdict import Verdict
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


@pytest.mark.parametrize(("about", "rule", "true", "false", "code"), MEANINGS)
def test_what_is_said_about_meaning_holds(
    about: str, rule: str, true: str, false: str, code: str
) -> None:
    assert [verdict.holds for verdict in judged(true)] == [True], judged(true)[0].message
    assert [verdict.code for verdict in judged(false)] == [code], judged(false)[0].message


def judged(claim: str) -> tuple[Verdict, ...]:
    statement, problems = read_statement(meaning_text(claim))
    assert statement is not None, problems
    return check_statement(statement, prove=False)
