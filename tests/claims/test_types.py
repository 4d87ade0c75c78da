"""Every type of the language has all its facets, each in the folder of its group.

How a type is told on a card, in every language, stands in ``test_where``.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import pytest
import sympy as sp
from flint import fmpq

from dlcards.claims import types
from dlcards.claims.balls.laws import CONTINUOUS, DISCRETE
from dlcards.claims.balls.means import TABLE_TYPES
from dlcards.claims.balls.vectors import VECTOR_LAWS
from dlcards.claims.parser import parse_type
from dlcards.claims.points.draw import DOMAINS
from dlcards.claims.points.source import Source
from dlcards.claims.prove.model import matrix_model
from dlcards.claims.prove.zero import NoProof
from dlcards.claims.statement import Statement, Type
from dlcards.claims.types import FUNCTION_TYPES, TYPES
from dlcards.claims.types.chance import symbols as chance
from dlcards.claims.types.chance.drawn import JOINT, TOLD
from dlcards.claims.types.functions import symbols as functions
from dlcards.claims.types.numbers import symbols as numbers
from dlcards.claims.types.record import TypeWord

GROUPS = ("numbers", "vectors", "matrices", "functions", "chance")
DRAWN_BY_CHANCE = {*JOINT, "independent", "white"}


def modelled(type_: Type, group: str) -> Any:
    """Return what stands for a value of a type with sizes of 2."""
    sizes = [2 for _ in type_.args]
    if group == "numbers":
        bounds = [sp.Integer(0), sp.Integer(1)][: len(type_.args)]
        return numbers.number_model("x", type_, bounds, {"x": 1})
    if group in ("vectors", "matrices"):
        return matrix_model("x", type_, sizes)
    if group == "functions":
        return functions.function_model("x", type_, sizes)
    statement = Statement("", {"x": type_}, {})
    if type_.name in chance.FINITE:
        return chance.finite_space(statement, lambda _: 2, {})
    return chance.moment_groups(statement, lambda _: 2, parameters)[0]["x"]


def parameters(type_: Type) -> Sequence[Any]:
    return [sp.Symbol(f"p{i}", positive=True) for i, _ in enumerate(type_.args)]


def group_of(word: TypeWord) -> str:
    return GROUPS[[word in group for group in types.GROUPS].index(True)]


def test_there_are_many_types_and_none_twice() -> None:
    names = [word.name for word in TYPES]
    assert len(names) == len(set(names)) > 60


def test_the_groups_are_the_folders() -> None:
    declared = [import_module(f"dlcards.claims.types.{group}.declared") for group in GROUPS]
    assert tuple(module.TYPES for module in declared) == types.GROUPS


@pytest.mark.parametrize("word", TYPES, ids=lambda word: word.name)
class TestAType:
    def test_has_an_example_that_reads(self, word: TypeWord) -> None:
        type_ = parse_type(word.example)
        assert type_.name == word.name
        assert len(type_.args) in word.arities

    def test_is_described_in_a_few_words(self, word: TypeWord) -> None:
        assert 1 < len(word.description) <= 80
        assert not word.description.endswith(".")

    def test_says_more_than_the_wider_types(self, word: TypeWord) -> None:
        assert types.TYPE_NAMES - {word.name} >= {*word.wider}

    def test_is_drawn_in_one_way(self, word: TypeWord) -> None:
        laws = {*CONTINUOUS, *DISCRETE, *VECTOR_LAWS, *TABLE_TYPES, "Density"}
        ways = (DOMAINS.keys(), DRAWN_BY_CHANCE, laws, {"quadratic"})
        assert sum(word.name in way for way in ways) == 1

    def test_holds_what_is_drawn(self, word: TypeWord) -> None:
        if word.name not in DOMAINS or word.name in FUNCTION_TYPES:
            return
        domain = DOMAINS[word.name]
        args = [2 if word.sizes else fmpq(place) for place, _ in enumerate(word.example.split(","))]
        args = args[: min(word.arities)]
        for index in range(20):
            value = domain.draw(args, Source("held", index))
            assert domain.contains(value, args)

    def test_has_a_model_or_none_on_purpose(self, word: TypeWord) -> None:
        group = group_of(word)
        without = import_module(f"dlcards.claims.types.{group}.symbols").WITHOUT_MODEL
        try:
            assert modelled(parse_type(word.example), group) is not None
        except NoProof:
            assert word.name in without
        else:
            assert word.name not in without


@pytest.mark.parametrize("group", ["numbers", "vectors", "matrices", "chance"])
def test_a_group_prints_its_own_types(group: str) -> None:
    own = {word.name for word in types.GROUPS[GROUPS.index(group)]}
    printed = import_module(f"dlcards.claims.types.{group}.latex")
    assert set(printed.SETS) <= own
    for special, general in getattr(printed, "GENERAL", {}).items():
        assert special | {general} <= own
    if group != "chance":  # a law prints as it is written
        assert own - set(printed.SETS) <= {"integers"}


def test_what_is_drawn_by_chance_is_told() -> None:
    assert set(TOLD) == DRAWN_BY_CHANCE


def test_the_sets_of_types_hold_types() -> None:
    sets = (types.RANDOM_TYPES, types.FUNCTION_TYPES, types.VECTOR_TYPES, types.MATRIX_TYPES)
    for names in sets:
        assert names
        assert names <= types.TYPE_NAMES
