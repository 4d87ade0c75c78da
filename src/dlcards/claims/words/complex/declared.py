"""The declarations of the words of this group."""

from __future__ import annotations

from dlcards.claims.words.record import Word

GROUP = "Complex numbers"

WORDS: tuple[Word, ...] = (
    Word("re", (1,), GROUP, "real part", "re(exp(1j*x)) == cos(x)", r"\operatorname{Re}"),
    Word("im", (1,), GROUP, "imaginary part", "im(exp(1j*x)) == sin(x)", r"\operatorname{Im}"),
    Word("conj", (1,), GROUP, "complex conjugate", "z*conj(z) == abs(z)**2"),
)
