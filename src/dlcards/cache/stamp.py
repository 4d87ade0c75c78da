"""The state of all files that a command reads, without reading them.

On the warm path: imports nothing that takes time to load.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from dlcards.project import (
    ALGORITHMS_LOCK,
    CHECKS_LOCK,
    DERIVATIONS_LOCK,
    MEDIA_SUFFIXES,
    PACKAGE,
    PROJECT_FILE,
    STYLE_FILE,
    VARIANTS_LOCK,
)

RACY_NANOSECONDS = 100_000_000
"""A file changed this shortly before the stamp was taken may change again within one tick."""


class Stamp(NamedTuple):
    """The state of files at one moment.

    Parameters
    ----------
    text : str
        One line per file: path, size, time of its last change.
    newest : int
        The latest of these times, in nanoseconds since 1970.
    taken : int
        The moment.
    code : str
        The lines about code and libraries.
    """

    text: str
    newest: int
    taken: int
    code: str

    def settled(self) -> bool:
        """Whether any later change of a file shows in its time."""
        return self.newest < self.taken - RACY_NANOSECONDS


def take_stamp(root: Path, taken: int) -> Stamp:
    """Look at every file a build depends on: content, ledger, our own code, libraries.

    The locks are left to :func:`lock_state`: a build may write them itself.

    Parameters
    ----------
    root : Path
    taken : int
        The time now, in nanoseconds since 1970.
    """
    content = (".yaml", ".yml", ".tsv", *MEDIA_SUFFIXES)
    code = (".py", ".html", ".css", ".yaml", ".js")
    folders = ("decks", "formulas", "exercises")
    tops = (*((str(root / name), content) for name in folders), (PACKAGE, code))
    lines = [f"SOURCE_DATE_EPOCH={os.environ.get('SOURCE_DATE_EPOCH', '')}"]
    newest = start = 0
    for name in (PROJECT_FILE, STYLE_FILE):
        with suppress(FileNotFoundError, NotADirectoryError):
            status = os.lstat(root / name)
            lines.append(f"{root / name} {status.st_size} {status.st_mtime_ns}")
            newest = max(newest, status.st_mtime_ns)
    for top, suffixes in tops:
        start = len(lines)
        for path, size, modified in _files(top, suffixes):
            lines.append(f"{path} {size} {modified}")
            newest = max(newest, modified)
    lines += (sys.version, *_installed())
    return Stamp("\n".join(lines), newest, taken, "\n".join(lines[start:]))


def _files(top: str, suffixes: tuple[str, ...]) -> Iterator[tuple[str, int, int]]:
    """Yield path, size and time of files below a folder, sorted by folder and name."""
    stack = [top]
    while stack:
        folder = stack.pop()
        try:
            with os.scandir(folder) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except (FileNotFoundError, NotADirectoryError):
            continue
        for entry in found:
            if entry.name.endswith(suffixes):
                status = entry.stat(follow_symlinks=False)
                yield entry.path, status.st_size, status.st_mtime_ns
            elif entry.is_dir(follow_symlinks=False) and entry.name != "__pycache__":
                stack.append(entry.path)


def _installed() -> Iterator[str]:
    """Yield the state of the folders of libraries; installing anything changes one of them."""
    for folder in sys.path:
        if folder.endswith(("site-packages", "dist-packages")):
            try:
                yield f"{folder} 0 {os.stat(folder).st_mtime_ns}"  # noqa: PTH116
            except OSError:
                continue


def lock_state(root: Path) -> list[int]:
    """Return size and time of the locks, zeros where there is none."""
    state = []
    for name in (CHECKS_LOCK, VARIANTS_LOCK, DERIVATIONS_LOCK, ALGORITHMS_LOCK):
        try:
            status = (root / name).stat()
        except OSError:
            state += [0, 0]
        else:
            state += [status.st_size, status.st_mtime_ns]
    return state
