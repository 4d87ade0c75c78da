"""How the types of numbers print on a card."""

from __future__ import annotations

from collections.abc import Mapping

SETS: Mapping[str, str] = {
    "real": r"\in \mathbb{R}",
    "nonzero": r"\ne 0",
    "positive": "> 0",
    "nonnegative": r"\ge 0",
    "probability": r"\in (0, 1)",
    "interval": r"\in ({0}, {1})",
    "closed_interval": r"\in [{0}, {1}]",
    "natural": r"\in \{{1, 2, 3, \dots\}}",
    "integer": r"\in \mathbb{{Z}}",
    "complex": r"\in \mathbb{{C}}",
}
"""The set that a name belongs to, with places for the arguments of the type."""
