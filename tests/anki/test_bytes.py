"""A released state gives the same bytes on every supported Python; Anki is not needed for it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from generations import Generation, generations

from dlcards.build.package import write_package
from dlcards.release import ledger


@pytest.mark.parametrize("generation", generations(), ids=lambda g: str(g.number))
def test_a_released_state_gives_the_bytes_it_gave(generation: Generation, tmp_path: Path) -> None:
    """Holds with the same zlib and SQLite file layout; both have been stable for years."""
    stamps = ledger.stamp(generation.ledger, [generation.plan], first_built={}, now=2_000_000_000)
    assert stamps.unreleased == ()
    again = tmp_path / "again.apkg"
    ids = generation.ledger.ids()
    write_package(generation.plan, again, modified=stamps.modified, ids=ids)
    assert digest(tmp_path / "again.apkg") == digest(generation.package)


def digest(package: Path) -> str:
    return hashlib.sha256(package.read_bytes()).hexdigest()
