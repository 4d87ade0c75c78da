"""A file of the cache holds what was written, or nothing."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from dlcards.cache import store
from dlcards.cache.store import DAMAGED, EVERYTHING, FIGURES, LIST, NOTES, CacheFiles, Stored

DATA = {"é": [1, 2.5, None], "nested": {"x": "∑"}}


def test_what_is_written_is_read(tmp_path: Path) -> None:
    store.write(tmp_path, FIGURES, DATA, "abc")
    assert store.read(tmp_path, FIGURES, "abc") == Stored(DATA)
    assert store.read(tmp_path, FIGURES, "abd") == Stored()
    assert (tmp_path / "figures" / "abc.json").is_file()


def test_what_other_code_made_is_outdated_and_not_damaged(tmp_path: Path) -> None:
    store.write(tmp_path, NOTES, DATA, "en", made_by="v1")
    assert store.read(tmp_path, NOTES, "en", made_by="v1") == Stored(DATA)
    assert store.read(tmp_path, NOTES, "en", made_by="v2") == Stored()
    assert store.read(tmp_path, NOTES, "en") == Stored()


def test_every_change_of_a_byte_is_damage(tmp_path: Path) -> None:
    store.write(tmp_path, LIST, DATA, made_by="v1")
    path = LIST.path(tmp_path)
    whole = path.read_bytes()
    maker = len(b"v1 ")
    for place in range(maker, len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert store.read(tmp_path, LIST, made_by="v1") == DAMAGED, place
        path.write_bytes(whole[:place])
        assert store.read(tmp_path, LIST, made_by="v1") == DAMAGED, place


@pytest.mark.parametrize("content", [b"", b"\n", b"{}", b"\xff\xfe", b"00000000\n", b"[" * 99_999])
def test_what_was_never_written_here_is_damage(tmp_path: Path, content: bytes) -> None:
    LIST.path(tmp_path).write_bytes(content)
    assert store.read(tmp_path, LIST) == DAMAGED


def test_nesting_beyond_the_parser_is_damage(tmp_path: Path) -> None:
    body = "[" * 200_000 + "]" * 200_000
    LIST.path(tmp_path).write_text(f"{store._checksum(body)}\n{body}", encoding="ascii")
    assert store.read(tmp_path, LIST) == DAMAGED


@pytest.mark.skipif(sys.platform == "win32", reason="has no named pipes in folders")
def test_a_pipe_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(LIST.path(tmp_path))
    assert store.read(tmp_path, LIST) == DAMAGED


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way", encoding="utf-8")
    store.write(blocked, LIST, DATA)
    store.delete(blocked, LIST)
    assert store.read(blocked, LIST).data is None
    assert blocked.read_text(encoding="utf-8") == "in the way"


def test_without_a_cache_nothing_is_written_or_read(tmp_path: Path) -> None:
    store.write(None, LIST, DATA)
    assert store.read(None, LIST) == Stored()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("files", EVERYTHING, ids=lambda files: files.title)
def test_every_file_is_counted_and_cleared(tmp_path: Path, files: CacheFiles) -> None:
    store.write(tmp_path, files, DATA, "a-key")
    path = files.path(tmp_path, "a-key")
    other = path.with_name("other.txt")
    other.write_text("not ours", encoding="utf-8")
    usage = {each.title: each for each in store.count(tmp_path)}
    assert usage[files.title] == (files.title, 1, path.stat().st_size)
    assert sum(each.files for each in usage.values()) == 1
    assert store.clear(tmp_path) == 1
    assert not path.exists()
    assert other.exists()
