"""Exports in the newest format of Anki: packed with zstd, note types and decks in protobuf."""

from __future__ import annotations

import importlib
import json
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dlcards.problems import ToolError, UsageError

NEWEST_VERSION = 3
"""The latest version of packages that is known here."""

_MODULE = "compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd"
_DECK_SEPARATOR = "\x1f"
_SMALL = 32 << 20
_TIMES_SMALLER = 100
_PIECE = 1 << 18
_SIGN = 1 << 63
_NORMAL, _DESCRIPTION = 1, 4


def decompress(packed: Iterable[bytes], limit: int, name: str) -> Iterator[bytes]:
    """Yield what was packed with zstd, but never more than allowed.

    Parameters
    ----------
    packed : iterable of bytes
    limit : int
        In bytes.
    name : str
        Name of the package, for errors.

    Raises
    ------
    UsageError
        If there is no library for it.
    ToolError
        If it is larger than the limit.
    ValueError
        If it is damaged.
    """
    try:
        zstd: Any = importlib.import_module(_MODULE)
    except ImportError as error:
        need = "pip install 'dlcards[anki]'"
        message = f"{name} is in the newest format of Anki, which needs one more library: {need}"
        raise UsageError(message) from error
    reader = zstd.ZstdDecompressor()
    read = written = 0
    for chunk in packed:
        read += len(chunk)
        while True:
            try:
                piece = reader.decompress(chunk, max_length=_PIECE)
            except (zstd.ZstdError, EOFError) as error:
                raise ValueError(str(error)) from error
            written += len(piece)
            if written > limit:
                raise ToolError(f"the collection in {name} is larger than {limit >> 20} MB")
            if written > _SMALL and written > _TIMES_SMALLER * read:
                raise ToolError(f"the collection in {name} unpacks like a bomb")
            yield piece
            if reader.needs_input or reader.eof:
                break
            chunk = b""  # noqa: PLW2901 - what is left stays with the reader
    if not reader.eof:
        raise ValueError("the collection ends too early")


def is_newer(meta: bytes) -> bool:
    """Tell whether a package says that it is of a format unknown here.

    Examples
    --------
    >>> is_newer(bytes([8, 3])), is_newer(bytes([8, 4]))
    (False, True)
    """
    return _Message(meta).number(1) > NEWEST_VERSION


def note_types(connection: sqlite3.Connection) -> dict[str, dict[str, Any]]:
    """Return the note types as older versions of Anki store them, by id."""
    parts: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for table, made in (("fields", _field), ("templates", _template)):
        rows = connection.execute(f"SELECT ntid, ord, name, config FROM {table}")  # noqa: S608
        for number, place, name, config in sorted(rows, key=lambda row: (row[0], row[1])):
            parts.setdefault((table, number), []).append(made(name, place, _Message(config)))
    found = {}
    for number, name, modified, usn, config in connection.execute(
        "SELECT id, name, mtime_secs, usn, config FROM notetypes"
    ):
        told = _Message(config)
        found[str(number)] = {
            **told.others(),
            "id": number,
            "name": name,
            "type": told.number(1),
            "mod": modified,
            "usn": usn,
            "sortf": told.number(2),
            "did": told.signed(4) or None,
            "tmpls": parts.get(("templates", number), []),
            "flds": parts.get(("fields", number), []),
            "css": told.text(3),
            "latexPre": told.text(5),
            "latexPost": told.text(6),
            "latexsvg": bool(told.number(7)),
            **{key: told.number(k) for key, k in _ORIGINS.items() if told.number(k)},
        }
    return found


_ORIGINS = {"originalStockKind": 9, "originalId": 10}


def _field(name: str, place: int, told: _Message) -> dict[str, Any]:
    return {
        **told.others(),
        "name": name,
        "ord": place,
        "sticky": bool(told.number(1)),
        "rtl": bool(told.number(2)),
        "font": told.text(3),
        "size": told.number(4),
        "description": told.text(5),
        "plainText": bool(told.number(6)),
        "collapsed": bool(told.number(7)),
        "excludeFromSearch": bool(told.number(8)),
        "id": told.identity(9),
        "tag": told.signed(10),
        "preventDeletion": bool(told.number(11)),
    }


def _template(name: str, place: int, told: _Message) -> dict[str, Any]:
    return {
        **told.others(),
        "name": name,
        "ord": place,
        "qfmt": told.text(1),
        "afmt": told.text(2),
        "bqfmt": told.text(3),
        "bafmt": told.text(4),
        "did": told.signed(5) or None,
        "bfont": told.text(6),
        "bsize": told.number(7),
        "id": told.identity(8),
    }


def decks(connection: sqlite3.Connection) -> dict[str, dict[str, Any]]:
    """Return names and descriptions of the decks as older versions of Anki store them, by id."""
    found = {}
    for number, name, kind in connection.execute("SELECT id, name, kind FROM decks"):
        normal = _Message(_Message(kind).value(_NORMAL, b""))
        title = str(name).replace(_DECK_SEPARATOR, "::")
        found[str(number)] = {"id": number, "name": title, "desc": normal.text(_DESCRIPTION)}
    return found


def media_names(data: bytes) -> list[str]:
    r"""Return the names of the media files in the order of their numbers.

    Examples
    --------
    >>> media_names(b"\x0a\x07\x0a\x05a.png")
    ['a.png']
    """
    entries = [value for field, value in _values(data) if field == 1]
    return [_Message(each).text(1) for each in entries if isinstance(each, bytes)]


# ── Protobuf ──────────────────────────────────────────────────────────────────────


class _Message:
    """The values of a message by the number of their field; of repeated ones the last."""

    def __init__(self, data: bytes) -> None:
        if not isinstance(data, bytes):
            raise TypeError(f"expected bytes, found {type(data).__name__}")
        self._values: Mapping[int, int | bytes] = dict(_values(data))

    def value(self, field: int, default: bytes) -> bytes:
        found = self._values.get(field, default)
        if not isinstance(found, bytes):
            raise TypeError("expected bytes, found a number")
        return found

    def text(self, field: int) -> str:
        return self.value(field, b"").decode()

    def number(self, field: int) -> int:
        found = self._values.get(field, 0)
        if not isinstance(found, int):
            raise TypeError("expected a number, found bytes")
        return found

    def signed(self, field: int) -> int | None:
        """Return a number that may be negative, None when there is none."""
        if field not in self._values:
            return None
        found = self.number(field)
        return found - 2 * _SIGN if found >= _SIGN else found

    def identity(self, field: int) -> Any:
        """Return an id; versions before 2.1.67 keep it among what they do not know."""
        found = self.signed(field)
        return self.others().get("id") if found is None else found

    def others(self) -> dict[str, Any]:
        """Return what this version of Anki or add-ons have written beside it."""
        found = json.loads(self.value(255, b"") or b"{}")
        return found if isinstance(found, dict) else {}


def _values(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        kind = tag & 7
        if kind == 0:
            number, at = _varint(data, at)
            yield tag >> 3, number
            continue
        if kind == 2:
            size, at = _varint(data, at)
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
        else:
            raise ValueError(f"protobuf knows no values of kind {kind}")
        if at + size > len(data):
            raise ValueError("a value of protobuf ends too early")
        yield tag >> 3, data[at : at + size]
        at += size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    number = 0
    for shift in range(0, 64, 7):
        if at >= len(data):
            raise ValueError("a number of protobuf ends too early")
        number |= (data[at] & 127) << shift
        at += 1
        if data[at - 1] < 128:
            return number & (2 * _SIGN - 1), at
    raise ValueError("a number of protobuf is too long")
