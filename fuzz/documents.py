"""Fuzz entries, decks, translations, lists and files that dlcards keeps: only problems come out.

python fuzz/documents.py fuzz/found fuzz/corpus/documents -max_total_time=600
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "hostile"))

with atheris.instrument_imports(include=["dlcards", "swallow"]):
    from swallow import swallow_entry, swallow_kept, swallow_list

ROOT = Path(tempfile.mkdtemp(prefix="dlcards-fuzz-"))


def one(data: bytes) -> None:
    """Read one input in every way."""
    text = data.decode("utf-8", "replace")
    entry, _, rest = text.partition("\n===\n")
    deck, _, rest = rest.partition("\n===\n")
    translation, _, questions = rest.partition("\n===\n")
    swallow_entry(ROOT, entry, deck, translation, questions)
    swallow_list(text)
    swallow_kept(text)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
