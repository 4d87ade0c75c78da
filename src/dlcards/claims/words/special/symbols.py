"""No symbolic reading: proofs know nothing of special functions."""

from __future__ import annotations

from collections.abc import Mapping

from dlcards.claims.prove.evaluator import Reading

READINGS: Mapping[str, Reading | None] = {
    "digamma": None,
    "erfinv": None,
    "betainc": None,
}
