"""Every word of the language has all its facets, each in the folder of its group."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

import pytest

from dlcards.claims import words
from dlcards.claims.balls.evaluate import WITHOUT_VALUE
from dlcards.claims.balls.laws import CONTINUOUS, DISCRETE
from dlcards.claims.balls.vectors import VECTOR_LAWS
from dlcards.claims.balls.words import WORDS as VALUES
from dlcards.claims.judge.judge import check_statement
from dlcards.claims.judge.numeric.words import NUMERIC_WORDS
from dlcards.claims.mutate import mutants
from dlcards.claims.print import latex, unicode
from dlcards.claims.prove.words import SYMBOLIC
from dlcards.claims.reference import example_text
from dlcards.claims.resolver import read_statement
from dlcards.claims.statement import Statement
from dlcards.claims.tree import Node, walk
from dlcards.claims.words import LAW_NAMES, WORDS
from dlcards.claims.words.record import Word

GROUPS: tuple[str, ...] = ("elementary", "special", "complex", "choice", "calculus")
GROUPS += ("sums", "algebra", "scores", "chance", "laws")
FACETS = ("latex", "unicode", "balls", "arrays", "symbols")
WITHOUT_FLOATS = LAW_NAMES | {
    *("digamma", "erfinv", "betainc", "re", "im", "conj", "mod", "all", "argmin", "argmax"),
    *("expm", "logm", "sqrtm", "block", "iid", "avg", "distributed", "converges", "O"),
}
"""Words that ball arithmetic, or the judge itself, evaluates and floats do not."""


def stated(word: Word) -> Statement:
    statement, problems = read_statement(example_text(word))
    assert statement is not None, problems
    return statement


def tables(module: ModuleType) -> list[Mapping[str, object]]:
    return [
        value
        for name, value in vars(module).items()
        if name.isupper()
        and not name.startswith("_")
        and isinstance(value, Mapping)
        and getattr(module, "__annotations__", {}).get(name, "").startswith("Mapping[str")
    ]


def test_there_are_many_words_and_none_twice() -> None:
    names = [word.name for word in WORDS]
    assert len(names) == len(set(names)) > 100


def test_the_groups_are_the_folders() -> None:
    declared = [import_module(f"dlcards.claims.words.{group}.declared") for group in GROUPS]
    assert tuple(module.WORDS for module in declared) == words.GROUPS


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_speaks_of_its_own_words(group: str) -> None:
    folder = f"dlcards.claims.words.{group}"
    own = {word.name for word in import_module(f"{folder}.declared").WORDS}
    seen = set()
    for facet in FACETS:
        if find_spec(f"{folder}.{facet}") is not None:
            for table in tables(import_module(f"{folder}.{facet}")):
                assert set(table) <= own, facet
                seen |= set(table)
    assert seen


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.name)
class TestAWord:
    def test_has_one_latex_layout(self, word: Word) -> None:
        assert bool(word.latex) != (word.name in latex.LAYOUTS)

    def test_prints_on_a_card_and_in_a_terminal(self, word: Word) -> None:
        statement = stated(word)
        tree = statement.claims[0].tree
        assert latex.to_latex(tree, statement) != word.example
        printed = unicode.to_unicode(tree, statement)
        assert printed
        assert word.name in unicode.LAYOUTS or word.name in printed

    def test_has_a_value_with_error_bars(self, word: Word) -> None:
        laws = {*CONTINUOUS, *DISCRETE, *VECTOR_LAWS}
        assert (word.name in VALUES) + (word.name in WITHOUT_VALUE) + (word.name in laws) == 1

    def test_has_a_value_in_floats_or_is_listed(self, word: Word) -> None:
        assert (word.name in NUMERIC_WORDS) != (word.name in WITHOUT_FLOATS)

    def test_has_a_symbolic_reading_or_none_on_purpose(self, word: Word) -> None:
        assert word.name in SYMBOLIC

    def test_is_mutated(self, word: Word) -> None:
        labels = [mutant.label for mutant in mutants(stated(word), 0)]
        assert labels
        if word.becomes and any(len(node.args) == 1 for node in calls(word)):
            assert any(label.endswith(f"{word.name} becomes {word.becomes}") for label in labels)
        if word.droppable:
            assert any(label.endswith(f"{word.name} dropped") for label in labels)

    def test_has_an_example_that_uses_it(self, word: Word) -> None:
        assert calls(word)

    @pytest.mark.slow
    @pytest.mark.exhaustive(every=3)
    def test_has_an_example_that_is_true(self, word: Word) -> None:
        verdicts = check_statement(stated(word), prove=False)
        assert [verdict.message for verdict in verdicts if not verdict.holds] == []


def calls(word: Word) -> list[Node]:
    return [node for node in walk(stated(word).claims[0].tree) if node.name == word.name]


def test_slips_lead_to_words_of_the_language() -> None:
    slips = {word.becomes for word in WORDS} - {""}
    assert len(slips) > 10
    assert slips <= words.WORD_NAMES


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.name)
def test_a_word_is_described_in_a_few_words(word: Word) -> None:
    assert 1 < len(word.description) <= 80
    assert not word.description.endswith(".")
