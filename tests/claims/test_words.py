from __future__ import annotations

import pytest
from balls_only import BALLS_ONLY, NEW_USES

from dlcards.claims import types, words
from dlcards.claims.judge.judge import check_statement
from dlcards.claims.judge.numeric.evaluate import NUMERIC_WORDS
from dlcards.claims.parser import parse_type
from dlcards.claims.print.latex import LAYOUTS
from dlcards.claims.prove.words import SYMBOLIC
from dlcards.claims.reference import example_text
from dlcards.claims.resolver import read_statement
from dlcards.claims.tree import walk
from dlcards.claims.types import TYPES
from dlcards.claims.types.record import TypeWord
from dlcards.claims.words import WORDS
from dlcards.claims.words.record import Word

KNOWN_TO_FLOATS = [word for word in WORDS if word.name not in BALLS_ONLY | NEW_USES]


def test_there_are_words_and_types_and_none_twice() -> None:
    names = [word.name for word in WORDS]
    kinds = [word.name for word in TYPES]
    assert len(names) == len(set(names)) > 80
    assert len(kinds) == len(set(kinds)) > 40


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.name)
def test_a_word_has_one_latex_reading(word: Word) -> None:
    assert bool(word.latex) != (word.name in LAYOUTS)


def test_every_word_has_a_numeric_reading() -> None:
    assert words.WORD_NAMES <= NUMERIC_WORDS | BALLS_ONLY


def test_every_word_has_a_symbolic_reading_or_none_on_purpose() -> None:
    assert set(SYMBOLIC) >= words.WORD_NAMES


@pytest.mark.parametrize("word", KNOWN_TO_FLOATS, ids=lambda word: word.name)
def test_the_example_of_a_word_is_true(word: Word) -> None:
    statement, _ = read_statement(example_text(word))
    assert statement is not None
    verdicts = check_statement(statement, prove=False)
    assert [verdict.message for verdict in verdicts if not verdict.holds] == []


def test_no_layout_is_without_its_word() -> None:
    assert set(LAYOUTS) <= words.WORD_NAMES


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.name)
def test_the_example_of_a_word_uses_it_and_reads(word: Word) -> None:
    statement, problems = read_statement(example_text(word))
    assert statement is not None, problems
    assert word.name in {node.name for node in walk(statement.claims[0].tree)}


@pytest.mark.parametrize("word", TYPES, ids=lambda word: word.name)
def test_the_example_of_a_type_reads(word: TypeWord) -> None:
    type_ = parse_type(word.example)
    assert type_.name == word.name
    assert word.min_args <= len(type_.args) <= word.max_args


@pytest.mark.parametrize("word", [*WORDS, *TYPES], ids=lambda word: word.name)
def test_everything_is_described_in_a_few_words(word: Word | TypeWord) -> None:
    assert 1 < len(word.description) <= 80
    assert not word.description.endswith(".")


def test_the_sets_of_types_hold_types() -> None:
    sets = (types.RANDOM_TYPES, types.FUNCTION_TYPES, types.VECTOR_TYPES, types.MATRIX_TYPES)
    for names in (*sets, types.SHAPED_TYPES):
        assert names
        assert names <= types.TYPE_NAMES
