"""Words that have no float version: ball arithmetic alone evaluates them."""

from __future__ import annotations

from dlcards.claims.words import LAW_NAMES

BALLS_ONLY = (LAW_NAMES - {"Normal"}) | frozenset(
    {
        *("digamma", "erfinv", "betainc", "re", "im", "conj", "mod", "all"),
        *("expm", "logm", "sqrtm", "block", "iid", "distributed"),
    }
)
NEW_USES = frozenset({"avg", "argmax"})
"""Words whose example speaks of a use that only ball arithmetic knows."""
