"""What builds keep to be quick the next time, and how to be rid of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

PLACES: Mapping[str, str] = {
    "figures": ".cache/figures/*.json",
    "texts and notes": ".cache/composed.*.json",
    "records of builds": ".cache/deck-*.json",
    "record of the check": ".cache/check.json",
    "list of entries": ".cache/listing.json",
}
"""Everything that a build only keeps to save time, as patterns below the output folder.

The verdicts in ``formulas/checks.lock`` and the times in ``first-built.json`` are no cache:
they belong to the content and to its releases.
"""


class Kept(NamedTuple):
    """Files of one sort."""

    name: str
    files: int
    size: int


def _files(output: Path, pattern: str) -> Iterator[Path]:
    return (path for path in output.glob(pattern) if path.is_file() and not path.is_symlink())


def count(output: Path) -> tuple[Kept, ...]:
    """Return how many files of each sort are kept, and their bytes."""
    found = []
    for name, pattern in PLACES.items():
        sizes = [path.stat().st_size for path in _files(output, pattern)]
        found.append(Kept(name, len(sizes), sum(sizes)))
    return tuple(found)


def clear(output: Path) -> int:
    """Delete what is kept and return the number of files; packages stay."""
    deleted = 0
    for pattern in PLACES.values():
        for path in _files(output, pattern):
            path.unlink(missing_ok=True)
            deleted += 1
    return deleted
