"""Options before the name of the command."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from dlcards.project import find_root, refuse_installed


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
        """Return the folder of the project, or of the bundled content where there is none."""
        return find_root(self.root, Path.cwd())

    def find_own_root(self) -> Path:
        """Return the folder of a project that may be written to."""
        root = self.find_root()
        refuse_installed(root)
        return root
