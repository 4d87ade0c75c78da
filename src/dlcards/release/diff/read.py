"""Read packages that may be hostile: with limits, and never under names of their choosing."""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dlcards.problems import ContentError, Location, Problem, ToolError, UsageError
from dlcards.release import newest as newest_format

_MEBIBYTE = 1 << 20
FIELD_SEPARATOR = "\x1f"
DATABASES = ("collection.anki21", "collection.anki2")
_NEW_DATABASE = "collection.anki21b"
_TABLES = ("col", "notes", "cards")
_NEW_TABLES = ("notetypes", "fields", "templates", "decks")
_COPY_BYTES = 1 << 18
_STEPS_PER_CALL = 10_000
_CALLS = 100_000  # a billion steps: minutes of work on the largest sound package
_LONGEST_VALUE = 64 * _MEBIBYTE
_SMALL = 32 * _MEBIBYTE
_TIMES_SMALLER = 100
"""No database and no picture of more than a few megabytes is packed so small."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a package may hold before it is refused as a bomb."""

    database: int = 1024 * _MEBIBYTE
    media_map: int = 64 * _MEBIBYTE
    media: int = 4096 * _MEBIBYTE
    entries: int = 500_000


@dataclass(frozen=True, slots=True)
class ReadNote:
    """A note as a package holds it; the cards are positions, counted from 0."""

    guid: str
    type_id: str
    modified: int
    tags: tuple[str, ...]
    fields: tuple[str, ...]
    cards: frozenset[int] = frozenset()
    deck: str = ""


@dataclass(frozen=True, slots=True)
class ReadPackage:
    """What a package holds.

    Parameters
    ----------
    notes : dict of str to ReadNote
        By GUID.
    types : dict of str to dict
        Note types by id.
    media : dict of str to str
        Hashes by name.
    doubled : tuple of str
        GUIDs that are used twice.
    decks, options : dict of str to dict
        Decks and deck options by name, as Anki stores them.
    """

    notes: dict[str, ReadNote]
    types: dict[str, dict[str, Any]]
    media: dict[str, str]
    doubled: tuple[str, ...] = ()
    decks: dict[str, dict[str, Any]] = field(default_factory=dict)
    options: dict[str, dict[str, Any]] = field(default_factory=dict)


def read_package(
    path: Path, limits: Limits, *, media: bool = True, newest: bool = False
) -> ReadPackage:
    """Read a package that may be hostile.

    Parameters
    ----------
    path : Path
    limits : Limits
    media : bool
        Whether to hash the media; a learner's own can be many gigabytes.
    newest : bool
        Whether the newest format of Anki is read as well; of its decks only names and
        descriptions.

    Raises
    ------
    UsageError
        If the file is no package in a format that is read here.
    ToolError
        If it is larger than the limits, or there is no place to unpack it.
    ContentError
        If it is damaged, with one problem.
    """
    with _opened(path) as archive, tempfile.TemporaryDirectory() as scratch:
        infos = {info.filename: info for info in archive.infolist()}
        if len(archive.infolist()) > limits.entries:
            raise ToolError(f"{path.name} holds too many files")
        is_newest = newest and _NEW_DATABASE in infos
        if is_newest and "meta" in infos:
            _check_version(path, b"".join(unpack(archive, infos["meta"], _MEBIBYTE)))
        name = _NEW_DATABASE if is_newest else database_name(path, infos)
        hashes = _read_media(archive, infos, limits, is_newest) if media else {}
        database = Path(scratch).resolve() / "collection"
        chunks = unpack(archive, infos[name], limits.database)
        if is_newest:
            chunks = newest_format.decompress(chunks, limits.database, path.name)
        with database.open("xb") as copy:
            for chunk in chunks:
                copy.write(chunk)
        return _read_database(database, hashes)


def read_media(
    path: Path, wanted: Collection[str], limits: Limits, *, largest: int
) -> Iterator[tuple[str, bytes]]:
    """Yield media files of a package in any format; errors as for :func:`read_package`.

    Parameters
    ----------
    path : Path
    wanted : collection of str
        Their names.
    limits : Limits
    largest : int
        In bytes; what is larger is left out.
    """
    with _opened(path) as archive:
        infos = {info.filename: info for info in archive.infolist()}
        is_newest = _NEW_DATABASE in infos
        for name, info in _media_places(archive, infos, limits, is_newest).items():
            if name in wanted and info.file_size <= largest:
                with contextlib.suppress(ToolError):  # unpacked it is larger
                    chunks = _media_chunks(archive, info, largest, is_newest)
                    yield name, b"".join(chunks)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a package, and say what is wrong with it."""
    if path.exists() and not path.is_file():  # reading a pipe or a device may never end
        raise UsageError(f"{path} is not an ordinary file")
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (FileNotFoundError, IsADirectoryError) as error:
        if path.is_file():  # no place for temporary files
            raise ToolError(f"{path.name} cannot be unpacked: {error.strerror}") from error
        raise UsageError(f"there is no package {path}") from error
    except zipfile.BadZipFile as error:
        raise UsageError(f"{path.name} is not an Anki package: {error}") from error
    except (
        sqlite3.DatabaseError,
        zlib.error,
        struct.error,
        OSError,
        ArithmeticError,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
    ) as error:
        message = f"the package is damaged: {str(error)[:200]}"
        raise ContentError(
            [Problem(Location(path.name), "damaged-package", message, "export it again")]
        ) from error


def _check_version(path: Path, meta: bytes) -> None:
    if newest_format.is_newer(meta):
        hint = "export it with 'Support older Anki versions'"
        raise UsageError(f"{path.name} was made by a newer Anki than is known here; {hint}")


def database_name(path: Path, infos: Mapping[str, zipfile.ZipInfo]) -> str:
    """Return the entry of a package that holds its collection.

    Raises
    ------
    UsageError
        If there is none that all versions of Anki read.
    """
    if _NEW_DATABASE in infos:
        hint = "export it with 'Support older Anki versions'"
        raise UsageError(f"{path.name} is in a format only the newest Anki reads; {hint}")
    for name in DATABASES:
        if name in infos:
            return name
    raise UsageError(f"{path.name} is not an Anki package: it holds no collection")


def unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> Iterator[bytes]:
    """Yield the content of an entry, but never more than allowed, whatever it declares."""
    read = 0
    too_large = f"'{info.filename}' in {archive.filename} is larger than {limit // _MEBIBYTE} MB"
    if info.file_size > limit:
        raise ToolError(too_large)
    if info.file_size > _SMALL and info.file_size > _TIMES_SMALLER * info.compress_size:
        raise ToolError(f"'{info.filename}' in {archive.filename} unpacks like a bomb")
    with archive.open(info) as stream:
        while chunk := stream.read(_COPY_BYTES):
            read += len(chunk)
            if read > limit:
                raise ToolError(too_large)
            yield chunk


def _read_media(
    archive: zipfile.ZipFile,
    infos: Mapping[str, zipfile.ZipInfo],
    limits: Limits,
    is_newest: bool,
) -> dict[str, str]:
    """Return the hash of every media file by name."""
    hashes = {}
    left = limits.media
    for name, info in _media_places(archive, infos, limits, is_newest).items():
        total = hashlib.sha256()
        for chunk in _media_chunks(archive, info, left, is_newest):
            total.update(chunk)
            left -= len(chunk)
        hashes[name] = total.hexdigest()
    return hashes


def _media_places(
    archive: zipfile.ZipFile,
    infos: Mapping[str, zipfile.ZipInfo],
    limits: Limits,
    is_newest: bool,
) -> dict[str, zipfile.ZipInfo]:
    """Return where each media file lies in the archive, by its name."""
    if "media" not in infos:
        return {}
    packed = unpack(archive, infos["media"], limits.media_map)
    if is_newest:
        data = b"".join(newest_format.decompress(packed, limits.media_map, _label(archive)))
        names = {str(i): name for i, name in enumerate(newest_format.media_names(data))}
    else:
        names = _mapping(json.loads(b"".join(packed)))
    return {_text(name): infos[place] for place, name in names.items() if place in infos}


def _media_chunks(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int, is_newest: bool
) -> Iterator[bytes]:
    chunks = unpack(archive, info, limit)
    return newest_format.decompress(chunks, limit, _label(archive)) if is_newest else chunks


def _label(archive: zipfile.ZipFile) -> str:
    return Path(archive.filename or "the package").name


def _read_database(path: Path, media: dict[str, str]) -> ReadPackage:
    with contextlib.closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        calls = iter(range(_CALLS))
        connection.set_progress_handler(lambda: next(calls, None) is None, _STEPS_PER_CALL)
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)
        connection.execute("PRAGMA trusted_schema = OFF")
        tables = dict(connection.execute("SELECT name, type FROM sqlite_master"))
        is_newest = "notetypes" in tables
        for table in (*_TABLES, *(_NEW_TABLES if is_newest else ())):
            if tables.get(table) != "table":
                raise ValueError(f"the collection has no table '{table}'")
            # A column that is computed can cost hours while it is read.
            if any(row[-1] for row in connection.execute(f"PRAGMA table_xinfo({table})")):
                raise ValueError(f"the table '{table}' has columns that are computed")
        options: list[dict[str, Any]] = []
        if is_newest:
            models, decks = newest_format.note_types(connection), newest_format.decks(connection)
        else:
            models, decks = map(json.loads, _old_columns(connection, "models", "decks"))
            columns = {row[1] for row in connection.execute("PRAGMA table_info(col)")}
            if "dconf" in columns:  # other programs may write none
                (presets,) = _old_columns(connection, "dconf")
                options = [_mapping(v) for v in _mapping(json.loads(presets or "{}")).values()]
        types = {key: _note_type(value) for key, value in _mapping(models).items()}
        made = {key: _mapping(value) for key, value in _mapping(decks).items()}
        deck_names = {key: _text(value["name"]) for key, value in made.items()}
        cards: dict[int, set[int]] = {}
        homes: dict[int, str] = {}
        for note, position, deck in connection.execute("SELECT nid, ord, did FROM cards"):
            cards.setdefault(note, set()).add(int(position))
            homes.setdefault(note, deck_names.get(str(deck), ""))
        notes: dict[str, ReadNote] = {}
        doubled = []
        for number, guid, type_id, modified, tags, fields in connection.execute(
            "SELECT id, guid, mid, mod, tags, flds FROM notes"
        ):
            if str(guid) in notes:
                doubled.append(str(guid))
            notes[str(guid)] = ReadNote(
                str(guid),
                str(type_id),
                int(modified),
                tuple(sorted(str(tags).split())),
                tuple(str(fields).split(FIELD_SEPARATOR)),
                frozenset(cards.get(number, ())),
                homes.get(number, ""),
            )
    used = set(homes.values())
    return ReadPackage(
        notes,
        types,
        media,
        tuple(doubled),
        # Every collection has a default deck; most hold nothing in it.
        decks={deck_names[k]: d for k, d in made.items() if k != "1" or deck_names[k] in used},
        options={str(preset.get("name")): preset for preset in options},
    )


def _old_columns(connection: sqlite3.Connection, *names: str) -> tuple[Any, ...]:
    row = connection.execute(f"SELECT {', '.join(names)} FROM col").fetchone()  # noqa: S608
    return tuple(row)


# ── JSON of anybody ──────────────────────────────────────────────────────────────


def _note_type(value: object) -> dict[str, Any]:
    """Return a note type, what is compared of it of its proper sort."""
    kind = _mapping(value)
    return {
        **kind,
        "name": _text(kind.get("name")),
        "type": _number(kind.get("type", 0)),
        "mod": _number(kind.get("mod", 0)),
        "css": _text(kind.get("css", "")),
        "flds": [_part(part) for part in _listed(kind.get("flds"))],
        "tmpls": [_part(part) for part in _listed(kind.get("tmpls"))],
    }


def _part(value: object) -> dict[str, Any]:
    """Return a field or a template, what is compared of it of its proper sort."""
    part = _mapping(value)
    number = part.get("id")
    return {
        **part,
        "id": None if number is None else _number(number),
        **{key: _text(part.get(key, "")) for key in ("name", "qfmt", "afmt")},
    }


def _mapping(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError(f"expected a mapping, found {_sort(value)}")
    return value


def _listed(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"expected a list, found {_sort(value)}")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expected a text, found {_sort(value)}")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int | float):
        raise TypeError(f"expected a number, found {_sort(value)}")
    return int(value)


def _sort(value: object) -> str:
    return "nothing" if value is None else type(value).__name__
