"""What the user said before the name of the command."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """Global options.

    Parameters
    ----------
    root : Path or None
        None to look for it from the current folder upwards.
    """

    root: Path | None = None
    quiet: bool = False
    verbose: bool = False

    def find_root(self) -> Path:
        """Return the folder that holds formulas/ and decks/."""
        from dlcards.pipeline import find_root

        return find_root(self.root, Path.cwd())
