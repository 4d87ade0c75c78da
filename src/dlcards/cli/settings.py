"""Options before the name of the command."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from dlcards.project import find_root


class Settings(NamedTuple):
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
        return find_root(self.root, Path.cwd())
