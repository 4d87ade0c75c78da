"""Write a package again with other notes: decks, order and media stay."""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
import zipfile
import zlib
from pathlib import Path

from dlcards.files import scratch_folder
from dlcards.problems import ToolError
from dlcards.release.diff.read import DATABASES, FIELD_SEPARATOR, Limits, database_name, unpack
from dlcards.release.merge import Merge

_UPDATE_NOTE = (
    "UPDATE notes SET mid = ?, mod = ?, tags = ?, flds = ?, sfld = ?, csum = 0 WHERE id = ?"
)
_FAILURES = (OSError, EOFError, RuntimeError, sqlite3.Error, zipfile.BadZipFile, zlib.error)


def write_merged(merged: Merge, new: Path, target: Path, limits: Limits) -> None:
    """Write the package of a merge: the new one with the notes and note types of the merge.

    Parameters
    ----------
    merged : Merge
    new : Path
        The package that was merged.
    target : Path
        Appears complete or not at all.
    limits : Limits

    Raises
    ------
    ToolError
        If it cannot be written.
    """
    try:
        with scratch_folder(target) as scratch, zipfile.ZipFile(new) as archive:
            infos = {info.filename: info for info in archive.infolist()}
            name = database_name(new, infos)
            database = scratch / "collection"
            with database.open("xb") as copy:
                for chunk in unpack(archive, infos[name], limits.database):
                    copy.write(chunk)
            _rewrite(database, merged)
            package = scratch / "package.apkg"
            with zipfile.ZipFile(package, "x", zipfile.ZIP_DEFLATED) as written:
                with database.open("rb") as source, written.open(name, "w") as entry:
                    shutil.copyfileobj(source, entry)
                left = limits.media
                for info in infos.values():
                    if info.filename in DATABASES:
                        continue
                    with written.open(info.filename, "w", force_zip64=True) as entry:
                        for chunk in unpack(archive, info, left):
                            left -= len(chunk)
                            entry.write(chunk)
            package.replace(target)
    except _FAILURES as error:
        raise ToolError(f"cannot write {target.name}: {error}") from error


def _rewrite(database: Path, merged: Merge) -> None:
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("PRAGMA trusted_schema = OFF")
        kinds = {row[0] for row in connection.execute("SELECT type FROM sqlite_master")}
        if not kinds <= {"table", "index"}:  # a trigger would run with every change
            raise ToolError(f"the collection holds a {min(kinds - {'table', 'index'})}")
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("BEGIN")
        _rewrite_notes(connection, merged)
        models = json.dumps(dict(merged.types), ensure_ascii=False, separators=(",", ":"))
        connection.execute("UPDATE col SET models = ?", (models,))
        connection.execute("COMMIT")
        connection.execute("VACUUM")


def _rewrite_notes(connection: sqlite3.Connection, merged: Merge) -> None:
    cards: dict[int, list[tuple[int, int]]] = {}
    for card, note, position in connection.execute("SELECT id, nid, ord FROM cards"):
        cards.setdefault(note, []).append((card, position))
    for number, guid in connection.execute("SELECT id, guid FROM notes").fetchall():
        made = merged.notes.get(str(guid))
        if made is None:
            connection.execute("DELETE FROM notes WHERE id = ?", (number,))
            connection.execute("DELETE FROM cards WHERE nid = ?", (number,))
            continue
        note = made.note
        tags = f" {' '.join(note.tags)} " if note.tags else ""
        text = FIELD_SEPARATOR.join(note.fields)
        row = (int(note.type_id), note.modified, tags, text, note.fields[0], number)
        connection.execute(_UPDATE_NOTE, row)
        for card, position in cards.get(number, ()):
            place = made.positions.get(position)
            if place is None:
                connection.execute("DELETE FROM cards WHERE id = ?", (card,))
            else:
                connection.execute("UPDATE cards SET ord = ? WHERE id = ?", (place, card))
