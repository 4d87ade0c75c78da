"""What a command found, kept for the next time when nothing that it reads has changed."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from dlcards.cache.manifest import CODE, Stamp, lock_state


def _path(root: Path, name: str) -> Path:
    return root / "build" / ".cache" / f"{name}.json"


def recall(root: Path, name: str, stamp: Stamp) -> Any | None:
    """Return what was kept under a name, None when anything has changed since.

    What is damaged counts as nothing.

    Parameters
    ----------
    root : Path
    name : str
    stamp : Stamp
        The state of all files now.
    """
    from dlcards.files import read_kept, unseal

    try:
        sealed = unseal(read_kept(_path(root, name)).decode())
        if sealed is None:
            return None
        kept = json.loads(sealed[1])
        same = kept["stamp"] == stamp.text and kept["lock"] == lock_state(root)
        return kept["found"] if same else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def keep(root: Path, name: str, stamp: Stamp, found: Any) -> None:
    """Keep what was found; forget it while a file may still change unseen.

    Parameters
    ----------
    root : Path
        Nothing is kept below content that is installed with the package.
    name : str
    stamp : Stamp
        The state of all files before they were read.
    found : data that JSON can hold
    """
    from dlcards.files import seal, write_atomically

    if not stamp.settled():
        forget(root, name)
    elif not str(root).startswith(CODE):
        kept = {"stamp": stamp.text, "lock": lock_state(root), "found": found}
        with suppress(OSError):  # what cannot be kept costs time, not correctness
            write_atomically(_path(root, name), seal(json.dumps(kept)))


def forget(root: Path, name: str) -> None:
    """Forget what was kept under a name."""
    if not str(root).startswith(CODE):
        with suppress(OSError):
            _path(root, name).unlink(missing_ok=True)
