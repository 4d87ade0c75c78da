"""No symbolic reading: proofs know nothing of complex numbers."""

from __future__ import annotations

from collections.abc import Mapping

from dlcards.claims.prove.evaluator import Reading

READINGS: Mapping[str, Reading | None] = {
    "re": None,
    "im": None,
    "conj": None,
}
