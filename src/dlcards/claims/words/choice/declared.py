"""The declarations of the words of this group."""

from __future__ import annotations

from dlcards.claims.words.record import Word

GROUP = "Cases and counting"

WORDS: tuple[Word, ...] = (
    Word(
        "mod",
        (2,),
        GROUP,
        "what a division leaves: mod(a, b) lies in [0, b)",
        "mod(x, 1) == x - floor(x)",
    ),
    Word(
        "factorial", (1,), GROUP, "n!", "factorial(k + 1) == (k + 1)*factorial(k)", becomes="gamma"
    ),
    Word(
        "binomial",
        (2,),
        GROUP,
        "number of ways to choose k of n",
        "binomial(k + 1, 2) == k*(k + 1)/2",
        ordered=True,
    ),
    Word("ind", (1,), GROUP, "1 when the relation holds, else 0", "ind(x > 0)*x == relu(x)"),
    Word(
        "max",
        (1, 2, 4),
        GROUP,
        "larger of two, largest entry, or largest over an index from … to …",
        "max(x, y) + min(x, y) == x + y",
        binder_index=1,
        becomes="min",
    ),
    Word(
        "min",
        (1, 2, 4),
        GROUP,
        "smaller of two, smallest entry, or smallest over an index from … to …",
        "min(u) == -max(-u)",
        binder_index=1,
        becomes="max",
    ),
    Word(
        "all",
        (4,),
        GROUP,
        "the relation holds for every index from … to …",
        "all(u[i] <= max(u), i, 1, n)",
        binder_index=1,
    ),
    Word(
        "cases",
        (3, 5, 7, 9),
        GROUP,
        "value, condition, value, condition, …, otherwise",
        "abs(x) == cases(x, x > 0, -x)",
    ),
)
