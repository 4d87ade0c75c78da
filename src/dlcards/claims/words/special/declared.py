"""The declarations of the words of this group."""

from __future__ import annotations

from dlcards.claims.words.record import Word

GROUP = "Special functions"

WORDS: tuple[Word, ...] = (
    Word(
        "digamma",
        (1,),
        GROUP,
        "slope of log(gamma(x))",
        "d(log(gamma(a)), a) == digamma(a)",
        r"\psi",
    ),
    Word(
        "erfinv",
        (1,),
        GROUP,
        "inverse of the error function",
        "erf(erfinv(w)) == w",
        r"\operatorname{erf}^{-1}",
    ),
    Word(
        "betainc",
        (3,),
        GROUP,
        "P(X <= x) for X of law Beta(a, b); x is last",
        "betainc(a, 1, c) == c**a",
    ),
)
