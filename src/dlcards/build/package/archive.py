"""The archive that a package is: fixed dates, rights and order, so the same bytes each time."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path

from dlcards.model import MediaFile

_LARGE_DATABASE = 8 * 1024 * 1024  # beyond it level 6 costs seconds and gains a tenth
_COPY_BYTES = 1 << 20
_PACKED_ALREADY = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".mp3", ".mp4", ".ogg")


def write_archive(media: Sequence[MediaFile], database: Path, package: Path) -> None:
    """Pack database and media with fixed dates, rights and order."""
    level = 1 if database.stat().st_size > _LARGE_DATABASE else 6
    files = sorted(media, key=lambda file: file.name)
    names = {str(i): file.name for i, file in enumerate(files)}
    with package.open("xb") as stream:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
            _pack_database(archive, database)
            archive.writestr(
                _entry("media"),
                json.dumps(names, ensure_ascii=False, separators=(",", ":")),
                zipfile.ZIP_DEFLATED,
                6,
            )
            for number, file in enumerate(files):
                packed = file.name.lower().endswith(_PACKED_ALREADY)
                method = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
                archive.writestr(_entry(str(number)), file.content, method, 6)
        stream.flush()
        os.fsync(stream.fileno())


def _pack_database(archive: zipfile.ZipFile, database: Path) -> None:
    # Opened by name, an entry takes the level of its archive and the date 1980-01-01.
    large = database.stat().st_size >= 1 << 31
    with (
        database.open("rb") as source,
        archive.open("collection.anki2", "w", force_zip64=large) as entry,
    ):
        shutil.copyfileobj(source, entry, _COPY_BYTES)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.create_system = 3
    entry.external_attr = 0o644 << 16
    return entry
