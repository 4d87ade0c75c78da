"""The types of vectors."""

from __future__ import annotations

from dlcards.claims.types.record import TypeWord

GROUP = "Vectors"

TYPES: tuple[TypeWord, ...] = (
    TypeWord("vector", (1,), 1, GROUP, "any column vector", "vector(n)"),
    TypeWord(
        "nonzero_vector",
        (1,),
        1,
        GROUP,
        "not the zero vector",
        "nonzero_vector(n)",
        wider=("vector",),
    ),
    TypeWord(
        "nonconstant",
        (1,),
        1,
        GROUP,
        "entries not all equal",
        "nonconstant(n)",
        wider=("vector", "nonzero_vector"),
    ),
    TypeWord(
        "positive_vector",
        (1,),
        1,
        GROUP,
        "all entries above 0",
        "positive_vector(n)",
        wider=("vector", "nonzero_vector"),
    ),
    TypeWord(
        "simplex",
        (1,),
        1,
        GROUP,
        "entries of at least 0 that sum to 1",
        "simplex(n)",
        wider=("vector",),
        sums_to_one=True,
    ),
    TypeWord(
        "open_simplex",
        (1,),
        1,
        GROUP,
        "entries above 0 that sum to 1",
        "open_simplex(n)",
        wider=("vector", "positive_vector", "simplex"),
        sums_to_one=True,
    ),
    TypeWord(
        "onehot",
        (1,),
        1,
        GROUP,
        "one entry 1, the others 0",
        "onehot(n)",
        wider=("vector", "simplex"),
        sums_to_one=True,
    ),
    TypeWord("unit", (1,), 1, GROUP, "length 1", "unit(n)", wider=("vector", "nonzero_vector")),
    TypeWord("mask", (1,), 1, GROUP, "entries 0 or -oo, at least one of them 0", "mask(n)"),
)
