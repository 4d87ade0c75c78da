"""The types of numbers."""

from __future__ import annotations

from dlcards.claims.types.record import TypeWord

GROUP = "Numbers"

TYPES: tuple[TypeWord, ...] = (
    TypeWord("real", (0,), 0, GROUP, "any number", "real"),
    TypeWord("nonzero", (0,), 0, GROUP, "any number but 0", "nonzero", wider=("real",)),
    TypeWord(
        "positive",
        (0,),
        0,
        GROUP,
        "a number above 0",
        "positive",
        wider=("real", "nonnegative"),
        sign="positive",
    ),
    TypeWord(
        "nonnegative",
        (0,),
        0,
        GROUP,
        "0 or a number above it",
        "nonnegative",
        wider=("real",),
        sign="nonnegative",
    ),
    TypeWord(
        "probability",
        (0,),
        0,
        GROUP,
        "a number between 0 and 1, neither",
        "probability",
        sign="positive",
        bounded=True,
    ),
    TypeWord(
        "interval",
        (2,),
        0,
        GROUP,
        "between two bounds, neither of them",
        "interval(-1, 1)",
        bounded=True,
    ),
    TypeWord(
        "closed_interval",
        (2,),
        0,
        GROUP,
        "between two bounds, or one of them",
        "closed_interval(0, 1)",
        bounded=True,
    ),
    TypeWord("natural", (0,), 0, GROUP, "1, 2, 3, …", "natural", sign="positive", whole=True),
    TypeWord("integer", (0,), 0, GROUP, "a whole number", "integer", whole=True),
    TypeWord(
        "integers", (2,), 0, GROUP, "a whole number from … to …", "integers(1, n)", whole=True
    ),
    TypeWord("complex", (0,), 0, GROUP, "a complex number", "complex"),
)
