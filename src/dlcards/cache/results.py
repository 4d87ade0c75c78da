"""What a command found, as long as nothing that it reads has changed.

On the warm path: imports nothing that takes time to load.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dlcards.cache import store
from dlcards.cache.stamp import Stamp, lock_state
from dlcards.project import cache_folder, is_installed, output_folder


def read_result(root: Path, files: store.CacheFiles, stamp: Stamp) -> Any | None:
    """Return what a command found last time, None when anything has changed since.

    Parameters
    ----------
    root : Path
    files : CacheFiles
    stamp : Stamp
        The state of all files now.
    """
    stored = store.read(cache_folder(output_folder(root)), files).data
    try:
        same = stored["stamp"] == stamp.text and stored["lock"] == lock_state(root)
        return stored["result"] if same else None
    except (KeyError, TypeError):
        return None


def write_result(root: Path, files: store.CacheFiles, stamp: Stamp, result: Any) -> None:
    """Store what a command found; delete it while a file may still change unseen.

    Parameters
    ----------
    root : Path
    files : CacheFiles
    stamp : Stamp
        The state of all files before they were read.
    result : data that JSON can hold
    """
    if not stamp.settled():
        delete_result(root, files)
    elif not is_installed(root):
        data = {"stamp": stamp.text, "lock": lock_state(root), "result": result}
        store.write(cache_folder(output_folder(root)), files, data)


def delete_result(root: Path, files: store.CacheFiles) -> None:
    """Delete what a command found."""
    if not is_installed(root):
        store.delete(cache_folder(output_folder(root)), files)
