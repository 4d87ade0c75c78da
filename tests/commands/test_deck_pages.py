"""The pages about the decks: how many cards there are, and how many days they take."""

from __future__ import annotations

from pathlib import Path

import pytest

from dlcards.commands.deck_pages import pages
from samples import DECK, ENTRY, Project

EXERCISE = """\
kind: exercise
title: Adding
topic: sums
level: 1
drills: [{drills}]
draw: {{a: "integers(2, 9)", b: "integers(11, 19)"}}
ask: What is $a + b$?
answer: a + b
claim: answer - b == a
hint: Count on.
steps: ["The sum is $a + b$."]
mistakes:
  - {{answer: a*b, says: These were multiplied.}}
sources: ["https://example.org"]
"""
DERIVATION = """\
derivation:
  idea: A power is a product.
  from: d(x**n, x)
  lines:
    - {line: "n*x**(n - 1)", by: the exponent comes down}
  slips:
    - {after: 0, line: "n*x**n", says: The exponent is lowered by one.}
"""
ENTRY_CARDS = 5
"""Two questions, the meaning, and the name both ways."""


def page(project: Project, tmp_path: Path, deck: str) -> str:
    core = ENTRY.replace("topic: derivatives", "topic: derivatives\npriority: 1")
    root = project(
        {
            "formulas/calculus/power-rule.yaml": core + DERIVATION,
            "formulas/calculus/later.yaml": ENTRY.replace("Power rule", "Later rule"),
            "exercises/calculus/ex-first.yaml": EXERCISE.format(drills="power-rule"),
            "exercises/calculus/ex-both.yaml": EXERCISE.format(drills="power-rule, later"),
            "decks/calculus.yaml": f"{DECK}{deck}",
        }
    )
    return pages(root, tmp_path)["deck-calculus.md"].decode()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("deck", "kinds", "whole", "core"),
    [
        ("", "", 0, 0),
        ("exercises: true\n", " (2 exercises)", 2, 1),
        ("exercises: true\nderivations: true\n", " (2 exercises, 5 on derivations)", 7, 6),
    ],
    ids=["questions only", "exercises", "both"],
)
def test_the_load_counts_the_cards_that_the_deck_is_built_with(
    project: Project,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    deck: str,
    kinds: str,
    whole: int,
    core: int,
) -> None:
    """An exercise that drills an entry outside the core is left out of the core."""
    monkeypatch.setattr("dlcards.commands.deck_pages.workers", lambda jobs: 0)
    text = page(project, tmp_path, deck)
    cards = 2 * ENTRY_CARDS + whole
    assert f"2 entries, {cards} cards{kinds}, " in text
    assert f"| whole deck | {cards} | {-(-cards // 10)} | {-(-cards // 20)} |" in text
    assert f"| core: `build --deck calculus --core` | {ENTRY_CARDS + core} | " in text
