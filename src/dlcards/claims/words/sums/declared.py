"""The declarations of the words of this group."""

from __future__ import annotations

from dlcards.claims.words.record import Word

GROUP = "Sums, products and optima"

WORDS: tuple[Word, ...] = (
    Word(
        "sum",
        (1, 4),
        GROUP,
        "sum over an index from … to …, or of all entries",
        "sum(i, i, 1, k) == k*(k + 1)/2",
        binder_index=1,
        becomes="prod",
        bounded=True,
    ),
    Word(
        "prod",
        (1, 4),
        GROUP,
        "product over an index from … to …, or of all entries",
        "prod(i, i, 1, k) == factorial(k)",
        binder_index=1,
        bounded=True,
    ),
    Word(
        "argmin",
        (1, 2, 4),
        GROUP,
        "where a number is smallest: an entry, a variable, an index from … to …",
        "argmin((y - 3)**2, y) == 3",
        binder_index=1,
        variable_index=1,
    ),
    Word(
        "argmax",
        (1, 2, 4),
        GROUP,
        "where a number is largest: an entry, a variable, an index from … to …",
        "u[argmax(u)] == max(u)",
        binder_index=1,
        variable_index=1,
    ),
)
