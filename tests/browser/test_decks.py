"""Every side of every card of every deck, on Anki's own reviewer page."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import check_deck
import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
DECKS = sorted(path.stem for path in (ROOT / "decks").glob("*.yaml"))


def test_there_are_decks() -> None:
    assert "calculus" in DECKS


@pytest.mark.parametrize("name", DECKS)
def test_every_side_of_a_deck_is_free_of_faults(name: str, tmp_path: Path) -> None:
    if word := check_deck.missing():
        pytest.skip(word)
    command = [sys.executable, "-m", "dlcards", "-q", "build", "--deck", name]
    built = subprocess.run(
        [*command, "--output", str(tmp_path)],
        cwd=ROOT,
        check=False,
        capture_output=True,
        encoding="utf-8",
    )
    assert built.returncode == 0, built.stderr[-2000:]
    count, faults = check_deck.check_package(tmp_path / f"{name}.apkg")
    assert count > 100
    assert [str(fault) for fault in faults] == []
