"""Lock files of what was judged, one record for each id: how they are keyed, read and written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from dlcards.claims.version import version_with
from dlcards.files import write_atomically

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class LockFile(Generic[T]):
    """What is locked, by id, and whether the file could not be read."""

    records: Mapping[str, T] = field(default_factory=dict)
    damaged: bool = False


def fingerprint_of(said: object, package: str, left_out: frozenset[str]) -> str:
    """Return a hash of what a text says and of the code that judges it.

    Parameters
    ----------
    said : object
        Anything that JSON can hold.
    package : str
        ``dlcards.exercises``
    left_out : frozenset of str
        Names of its modules that decide nothing.
    """
    version = version_with(package, left_out)
    return hashlib.sha256(f"{version}\n{json.dumps(said)}".encode()).hexdigest()[:16]


def read_records(path: Path, record: Callable[[Mapping[str, Any]], T]) -> LockFile[T]:
    """Read a lock file; a damaged one counts as empty."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return LockFile({str(name): record(value) for name, value in data.items()})
    except FileNotFoundError:
        return LockFile()
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return LockFile(damaged=True)


def write_records(path: Path, rows: Mapping[str, str]) -> None:
    """Write a lock file, its records in the order of their ids, each as the JSON that is given.

    Raises
    ------
    OSError
    """
    parts = [f" {json.dumps(name)}: {rows[name]}" for name in sorted(rows)]
    write_atomically(path, ("{\n" + ",\n".join(parts) + "\n}\n").encode())
