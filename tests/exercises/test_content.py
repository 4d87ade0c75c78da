"""The families of this repository: judged, locked, and as the documentation shows them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from bundled import library
from dlcards.cards.latex import fault
from dlcards.cards.mathml import mathml
from dlcards.cli.schema import schema_text
from dlcards.content.families import ExerciseItem, family_text, read_exercise
from dlcards.content.selection import deck_exercises, deck_items
from dlcards.exercises.lock import fingerprint, read_lock
from dlcards.exercises.printing import printed, printed_answer
from dlcards.exercises.variants import choose_variants

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "exercises").glob("*/*.yaml"))
LOCK = read_lock(ROOT / "exercises" / "variants.lock")
BLOCK = re.compile(r"```yaml\n(.*?)```", re.DOTALL)


def item(path: Path) -> ExerciseItem:
    text = path.read_text(encoding="utf-8")
    found, problems = read_exercise(text, path.name, path.stem, path.parent.name)
    assert found is not None, problems
    return found


def test_the_documentation_shows_three_families_as_they_stand_here() -> None:
    shown = BLOCK.findall((ROOT / "docs" / "exercises.md").read_text(encoding="utf-8"))
    stored = {path.read_text(encoding="utf-8") for path in FILES}
    assert len(shown) == 3
    assert set(shown) <= stored


def test_the_lock_knows_every_family_and_no_other() -> None:
    assert set(LOCK.records) == {item(path).first_id for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_family_is_as_it_was_judged(path: Path) -> None:
    """Mend it by `dlcards check`, and commit exercises/variants.lock."""
    found = item(path)
    locked = LOCK.records[found.first_id]
    assert locked.key == fingerprint(family_text(found.exercise, found.first_id))
    assert len(locked.variants) >= 2
    assert locked.tried == 1000
    assert locked.passed >= 10
    assert bool(locked.rejected) == (locked.passed < 1000)


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_family_is_printed_tidily(path: Path) -> None:
    found = item(path)
    family = found.family
    assert family is not None
    locked = LOCK.records[found.first_id].variants
    for variant in choose_variants(family, locked, len(locked)):
        texts = [family.ask, *family.steps, family.hint, *(m.says for m in family.mistakes)]
        parts = [part for text in texts for part in printed(text, family, variant)]
        for part in (*parts, *printed_answer(family, variant)):
            if part.kind == "math":
                assert fault(part.text) == ""
                assert not re.search(
                    r"[+-] -|[a-z]\^\{1\}|(?<![\d.])1 [a-z]|(^|[^\d}]) ?0 \+", part.text
                )
                assert "<mtext>" not in mathml(part.text), part.text


@pytest.mark.slow
def test_every_family_is_practised_in_a_deck_behind_what_it_drills() -> None:
    content = library()
    placed = set()
    for source in content.decks.values():
        order = {each.id: place for place, each in enumerate(deck_items(content, source))}
        families = deck_exercises(content, source)
        placed |= {family.id for family in families}
        last = [max(order[name] for name in family.exercise.drills) for family in families]
        assert last == sorted(last)
        on_paper = any(item.entry.kind == "algorithm" for item in deck_items(content, source))
        if not any(part.deck for part in source.deck.contents):  # those inside decide themselves
            assert bool(families or on_paper) == source.deck.exercises, source.name
    assert placed == {path.stem for path in FILES}


@pytest.mark.slow
def test_the_schema_describes_them() -> None:
    validator = jsonschema.Draft7Validator(json.loads(schema_text("exercise")))
    for path in FILES:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert [e.message for e in validator.iter_errors(data)] == [], path.name
