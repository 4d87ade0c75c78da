"""The card knows the right answer of every family, and every mistake that it declares."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dlcards.build.compose import compose_exercise
from dlcards.build.typeset import printed_family
from dlcards.cards.note_types import note_type
from dlcards.cards.render import render
from dlcards.claims.unparser import formula_text
from dlcards.content.families import ExerciseItem, read_exercise
from dlcards.content.library import Library
from dlcards.exercises.lock import Locked, read_lock
from dlcards.exercises.model import ANSWER
from dlcards.exercises.printing import names_of
from dlcards.exercises.values import worked_out
from dlcards.exercises.variants import choose_variants

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "exercises").glob("*/*.yaml"))
LOCK = read_lock(ROOT / "exercises" / "variants.lock")
NOWHERE = Library(ROOT, {}, {}, {})


@pytest.fixture(scope="module")
def page(chromium: Any) -> Iterator[Any]:
    opened = chromium.new_page()
    yield opened
    opened.close()


def read(path: Path) -> tuple[ExerciseItem, Locked]:
    item, _ = read_exercise(
        path.read_text(encoding="utf-8"), path.name, path.stem, path.parent.name
    )
    assert item is not None
    return item, LOCK.records[item.first_id]


def typed(value: str) -> str:
    """Return a value of the claim language as a learner types it."""
    return re.sub(r"^(?:set|interval)\((.*)\)$", r"\1", value)


@pytest.mark.exhaustive(every=8)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_right_answers_are_right_and_mistakes_are_named(path: Path, page: Any) -> None:
    item, locked = read(path)
    family = item.family
    assert family is not None
    number = sum(map(ord, path.stem)) % len(locked.variants)  # another one for each family
    variant = choose_variants(family, locked.variants, number + 1)[number]
    kept = Locked(locked.key, locked.variants[: number + 1])
    content = printed_family(item, NOWHERE, kept)
    shown = type(content)(
        content.id, content.title, content.subject, content.topic, content.variants[number:]
    )
    (card,) = render(compose_exercise(shown), note_type("exercise"))
    page.set_content(f'<div id="qa">{card.front}</div>')
    answer = variant.values[ANSWER]
    text = typed(formula_text(answer))
    if family.choices:
        text = family.choices[int(text) - 1]
    assert verdict(page, text) == ("right", ""), text
    for mistake in family.mistakes:
        wrong = typed(formula_text(worked_out(mistake.answer.node, names_of(variant))))
        state, said = verdict(page, wrong)
        assert (state, bool(said)) == ("wrong", True), wrong
        assert said[:12] == "".join(part.text for part in mistake.says)[:12], wrong


def verdict(page: Any, answer: str) -> tuple[str, str]:
    page.fill(".try input", answer)
    page.click(".try button")
    state = page.get_attribute(".try .verdict", "class").removeprefix("verdict").strip()
    said = "() => [...document.querySelectorAll('.slips p')].filter(p => !p.hidden)"
    return state, page.evaluate(said + ".map(p => p.textContent).join(' ')")
