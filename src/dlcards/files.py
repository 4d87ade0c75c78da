"""Files: written whole or not at all, safe to read, cleared away after a killed process.

On the warm path: imports nothing that takes time to load.
"""

from __future__ import annotations

import binascii
import errno
import os
import re
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ID_PATTERN = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
RESERVED_IDS = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)}
)
"""Names that Windows cannot store as files."""

LONGEST_ID = 60
LONGEST_SUBJECT = 40

_UNFINISHED = r"\..+\.(?P<machine>[0-9a-f]{8})-(?P<process>[0-9]{1,10})-[0-9a-f]{8}\.part"
_LARGEST = 256 << 20
_ABANDONED_AFTER = 3600  # seconds; nothing that dlcards writes takes as long


def is_id(name: str, longest: int = LONGEST_ID) -> bool:
    r"""Tell whether a name is lower-case letters, digits and single hyphens, and not too long.

    Examples
    --------
    >>> is_id("chain-rule"), is_id("Chain--Rule"), is_id("chain-rule\n")
    (True, False, False)
    """
    return len(name) <= longest and re.fullmatch(ID_PATTERN.rstrip("$"), name) is not None


def read_regular(path: Path) -> bytes:
    """Read a regular file of moderate size.

    Raises
    ------
    OSError
        If there is none, if a pipe or a device lies there (reading one may never end), or
        if it is larger than anything that dlcards writes.
    """
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "not an ordinary file", str(path))
    if status.st_size > _LARGEST:
        raise OSError(errno.EFBIG, "the file is too large", str(path))
    return path.read_bytes()


def read_text(path: Path) -> str:
    """Return the text of a regular file, nothing where there is none.

    Raises
    ------
    OSError
        If it cannot be read, see :func:`read_regular`.
    """
    try:
        return read_regular(path).decode("utf-8", "replace")
    except FileNotFoundError:
        return ""


def refuse_links(path: Path, below: Path) -> None:
    """Refuse a path that leads through a link, below a folder that is trusted.

    Raises
    ------
    OSError
        If a folder between the two, or the path itself, is a symbolic link.
    """
    while path != below:
        if path.is_symlink():
            raise OSError(errno.ELOOP, "this is a link, and no link is followed", str(path))
        path = path.parent


def make_folder(path: Path, below: Path) -> None:
    """Make a folder, and those above it, without following a link below a trusted folder.

    Raises
    ------
    OSError
        If a link stands there, or the folder cannot be made.
    """
    refuse_links(path, below)
    path.mkdir(parents=True, exist_ok=True)


def write_atomically(path: Path, content: str | bytes, below: Path | None = None) -> None:
    """Write a file so that readers see the old one or the new one, never a part.

    Where a link stands, the file takes its place; what it leads to is untouched.

    Parameters
    ----------
    path : Path
    content : str or bytes
    below : Path, optional
        Between this folder and the file no link is followed; the file's own by default.

    Raises
    ------
    OSError
        If it cannot be written; the old file is untouched and nothing stays behind.
    """
    data = content.encode() if isinstance(content, str) else content
    make_folder(path.parent, below or path.parent)
    part = unfinished(path)
    try:
        with part.open("xb") as file:
            file.write(data)
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def write_new(path: Path, content: str | bytes, below: Path) -> None:
    """Write a file where there is none; a failure leaves nothing behind.

    Parameters as for :func:`write_atomically`.

    Raises
    ------
    FileExistsError
        If there is one.
    OSError
        If it cannot be written.
    """
    make_folder(path.parent, below)
    file = path.open("xb")
    try:
        with file:
            file.write(content if isinstance(content, bytes) else content.encode())
    except BaseException:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        raise


@contextmanager
def scratch_folder(path: Path) -> Iterator[Path]:
    """Make a folder beside a file to be written, and remove it in the end.

    Raises
    ------
    OSError
        If it cannot be made.
    """
    import shutil  # start-up

    path.parent.mkdir(parents=True, exist_ok=True)
    folder = unfinished(path)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def unfinished(path: Path) -> Path:
    """Return a name beside a file under which this process may write it."""
    tag = f"{_machine()}-{os.getpid()}-{os.urandom(4).hex()}"
    return path.with_name(f".{path.name}.{tag}.part")


def clear_leftovers(*folders: Path) -> None:
    """Remove unfinished files and folders of processes that have ended."""
    for folder in folders:
        _clear(folder)


def _clear(folder: Path) -> None:
    try:
        names = os.listdir(folder)  # noqa: PTH208 - names alone are needed, and fast
    except OSError:
        return
    for name in names:
        match = re.fullmatch(_UNFINISHED, name) if name.endswith(".part") else None
        if match is not None and _abandoned(folder / name, match["machine"], int(match["process"])):
            _remove(folder / name)


def _remove(path: Path) -> None:
    import shutil  # start-up

    with suppress(OSError):  # another process may have been faster
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()


def _abandoned(path: Path, machine: str, process: int) -> bool:
    if machine == _machine() and process != os.getpid() and _has_ended(process):
        return True
    try:
        age = time.time() - path.lstat().st_mtime
    except OSError:
        return False
    return age > _ABANDONED_AFTER


def _has_ended(process: int) -> bool:
    if os.name != "posix":  # elsewhere, asking with a signal would end the process
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False


def _machine() -> str:
    """Return a mark of this machine: another one's processes cannot be asked for."""
    import platform  # start-up

    return f"{binascii.crc32(platform.node().encode()):08x}"
