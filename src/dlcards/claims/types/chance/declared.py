"""The types of random variables and events."""

from __future__ import annotations

from dlcards.claims.types.record import TypeWord
from dlcards.claims.words.laws.declared import LAWS

GROUP = "Chance"

TYPES: tuple[TypeWord, ...] = (
    TypeWord("event", (0,), 0, GROUP, "an event", "event"),
    TypeWord("partition", (1,), 1, GROUP, "n events of which exactly one happens", "partition(n)"),
    TypeWord(
        "random", (0,), 0, GROUP, "a random variable; several may depend on each other", "random"
    ),
    TypeWord(
        "centered", (0,), 0, GROUP, "a random variable with mean 0", "centered", wider=("random",)
    ),
    TypeWord(
        "independent",
        (0,),
        0,
        GROUP,
        "independent of everything else",
        "independent",
        wider=("random",),
    ),
    TypeWord("random_vector", (1,), 1, GROUP, "a random vector", "random_vector(n)"),
    TypeWord(
        "white",
        (1,),
        1,
        GROUP,
        "independent entries, mean 0, variance 1",
        "white(n)",
        wider=("random_vector",),
    ),
    TypeWord(
        "Joint",
        (1,),
        0,
        GROUP,
        "two variables, X, Y: P(X == i & Y == j) is entry i, j of a table",
        "Joint(T)",
    ),
    TypeWord(
        "Density",
        (3, 5),
        0,
        GROUP,
        "a density with its bounds; with four bounds, of two variables",
        "Density(g, 0, 1)",
    ),
    *(TypeWord(law.name, law.arities, 0, GROUP, law.description, law.declared) for law in LAWS),
)
