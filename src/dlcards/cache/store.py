"""The files of the cache: the only place that reads, writes, counts and deletes them.

A file is JSON below a line with its checksum. A file that is missing, damaged, or made by
other code holds nothing; a file that cannot be written costs time, not correctness.

On the warm path: imports nothing that takes time to load.
"""

from __future__ import annotations

import binascii
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from dlcards.files import read_regular, refuse_links, write_atomically


class CacheFiles(NamedTuple):
    """Files of one sort.

    Parameters
    ----------
    title : str
        For ``dlcards cache stat``.
    pattern : str
        Below the folder of the cache; the key of a file stands for the star.
    """

    title: str
    pattern: str

    def path(self, cache: Path, key: str = "") -> Path:
        """Return the file with a key."""
        return cache / self.pattern.replace("*", key)


FIGURES = CacheFiles("figures", "figures/*.json")
NOTES = CacheFiles("entries and notes", "composed.*.json")
PICTURES = CacheFiles("pictures and sounds of your own", "pictures/*.json")
MANIFESTS = CacheFiles("manifests of decks", "deck-*.json")
CHECK = CacheFiles("result of check", "check.json")
LIST = CacheFiles("result of list", "listing.json")
EVERYTHING = (FIGURES, PICTURES, NOTES, MANIFESTS, CHECK, LIST)


class Stored(NamedTuple):
    """What a file of the cache holds: None when it is missing, damaged or outdated."""

    data: Any = None
    damaged: bool = False


DAMAGED = Stored(damaged=True)


def read(cache: Path | None, files: CacheFiles, key: str = "", *, made_by: str = "") -> Stored:
    """Read a file of the cache.

    Parameters
    ----------
    cache : Path or None
        None reads nothing.
    files : CacheFiles
    key : str
    made_by : str
        One word; a file that another one made is outdated.
    """
    if cache is None:
        return Stored()
    try:
        head, _, body = read_regular(files.path(cache, key)).decode("ascii").partition("\n")
        maker, _, checksum = head.rpartition(" ")
        if checksum != _checksum(body):
            return DAMAGED
        return Stored(json.loads(body)) if maker == made_by else Stored()
    except FileNotFoundError:
        return Stored()
    except (OSError, ValueError, RecursionError):
        return DAMAGED


def write(
    cache: Path | None, files: CacheFiles, data: Any, key: str = "", *, made_by: str = ""
) -> None:
    """Write a file of the cache; parameters as for :func:`read`."""
    if cache is None:
        return
    body = json.dumps(data)
    with suppress(OSError):
        head = f"{made_by} {_checksum(body)}".lstrip()
        write_atomically(files.path(cache, key), f"{head}\n{body}", cache.parent)


def delete(cache: Path, files: CacheFiles, key: str = "") -> None:
    """Delete a file of the cache."""
    with suppress(OSError):
        path = files.path(cache, key)
        refuse_links(path.parent, cache.parent)
        path.unlink(missing_ok=True)


def _checksum(text: str) -> str:
    # Against damage, not against forgery; importing hashlib would take longer than a warm build.
    return f"{binascii.crc32(text.encode()):08x}"


class Usage(NamedTuple):
    """How much there is of one sort."""

    title: str
    files: int
    size: int


def count(cache: Path) -> tuple[Usage, ...]:
    """Return the number of files of each sort and their bytes."""
    found = []
    for files in EVERYTHING:
        sizes = [path.stat().st_size for path in _existing(cache, files)]
        found.append(Usage(files.title, len(sizes), sum(sizes)))
    return tuple(found)


def clear(cache: Path) -> int:
    """Delete every file of the cache and return their number."""
    deleted = 0
    for files in EVERYTHING:
        for path in _existing(cache, files):
            path.unlink(missing_ok=True)
            deleted += 1
    return deleted


def _existing(cache: Path, files: CacheFiles) -> Iterator[Path]:
    for path in cache.glob(files.pattern):
        if path.is_file() and not path.is_symlink() and not path.parent.is_symlink():
            yield path
