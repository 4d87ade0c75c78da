"""No symbolic reading: a law as an argument is compared in numbers."""

from __future__ import annotations

from collections.abc import Mapping

from dlcards.claims.prove.evaluator import Reading
from dlcards.claims.words.laws.declared import LAWS

READINGS: Mapping[str, Reading | None] = {law.name: None for law in LAWS}
