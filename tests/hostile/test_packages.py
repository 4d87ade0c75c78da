"""Packages in which any of the JSON is anything: one problem, or a comparison."""

from __future__ import annotations

import json
import os
import random
import sqlite3
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from dlcards.cli import run
from dlcards.commands.merge import MergeRequest, merge_packages, read_export
from dlcards.problems import ContentError
from dlcards.release import newest as newest_format
from dlcards.release.diff import compare_packages, describe
from dlcards.release.merge import describe_merge
from dlcards.release.personal import pull

EXAMPLES = int(os.environ.get("DLCARDS_EXAMPLES", "40"))
PART = {"name": "Front", "id": 5, "qfmt": "{{Front}}", "afmt": "{{Back}}", "ord": 0}
MODELS = {
    "1": {"id": 1, "name": "A", "type": 0, "mod": 1, "css": "", "flds": [PART], "tmpls": [PART]},
    "2": {"id": 2, "name": "B", "type": 1, "mod": 2, "css": "x", "flds": [PART], "tmpls": [PART]},
}
DECKS = {"1": {"id": 1, "name": "Default"}, "2": {"id": 2, "name": "A::B", "conf": 1}}
DCONF = {"1": {"id": 1, "name": "Default", "new": {"perDay": 20}}}
MEDIA = {"0": "a.png", "1": "b.png"}
ODD: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, 1e308, float("inf"), float("nan"), 10**400, "", "x", "\ud800", "\0",
    "a" * 5000, [], {}, [[]], [None], {"": None}, {"id": []}, [{"name": {}}], [{"id": [1]}],
)  # fmt: skip


def write(path: Path, models: Any, decks: Any, dconf: Any, media: Any) -> Path:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(
            "CREATE TABLE col (models, decks, dconf);"
            "CREATE TABLE notes (id, guid, mid, mod, tags, flds, sfld, csum);"
            "CREATE TABLE cards (id, nid, ord, did);"
            "INSERT INTO notes VALUES (1, 'g', 1, 1, ' a ', 'f\x1f<img src=\"a.png\">', '', 0),"
            " (2, 'h', 2, 2, '', 'front\x1fback', '', 0);"
            "INSERT INTO cards VALUES (1, 1, 0, 1), (2, 2, 0, 2), (3, 2, 3, 9);"
        )
        texts = [json.dumps(value) for value in (models, decks, dconf)]
        connection.execute("INSERT INTO col VALUES (?, ?, ?)", texts)
        connection.commit()
        content = connection.serialize()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("collection.anki2", content)
        archive.writestr("media", json.dumps(media))
        archive.writestr("0", b"picture")
    return path


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to every value in JSON."""
    yield path
    if isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for key, below in inner:
            yield from places(below, (*path, key))


def changed(value: Any, path: tuple[Any, ...], odd: Any) -> Any:
    if not path:
        return odd
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = changed(copy[path[0]], path[1:], odd)
    return copy


def compared(old: Path, new: Path) -> str:
    """Compare in both directions; return what was wrong, if anything."""
    wrong = ""
    for one, other in ((old, new), (new, old)):
        try:
            assert describe(compare_packages(one, other))
        except ContentError as error:
            (problem,) = error.problems
            wrong = str(problem)
    return wrong


@pytest.mark.slow
def test_odd_json(tmp_path: Path, count: Callable[..., None]) -> None:
    honest = {"models": MODELS, "decks": DECKS, "dconf": DCONF, "media": MEDIA}
    old = write(tmp_path / "old.apkg", **honest)
    assert compared(old, old) == ""
    chance = random.Random(17)
    every = [(n, path, odd) for n, v in honest.items() for path in places(v) for odd in ODD]
    refused = 0
    for name, path, odd in chance.sample(every, min(len(every), max(150, EXAMPLES))):
        odds = {**honest, name: changed(honest[name], path, odd)}
        for _ in range(chance.choice((0, 0, 1, 3))):
            more, where, what = chance.choice(every)
            if where in list(places(odds[more])):
                odds[more] = changed(odds[more], where, what)
        refused += "damaged-package" in compared(old, write(tmp_path / "new.apkg", **odds))
        count("packages with odd JSON")
    assert refused > 20


def exported(new: Path, mine: Path, folder: Path) -> str:
    """Merge and pull an export; return what was wrong, if anything."""
    target = folder / "merged.apkg"
    done = merge_packages(MergeRequest(new, mine, None, target))
    assert target.is_file() != bool(done.problems)
    assert done.problems or describe_merge(done)
    target.unlink(missing_ok=True)
    found, problems = read_export(mine)
    if found is not None:
        problems = pull(found, {}, frozenset(), mine.name).problems
    return " ".join(p.code for p in (*done.problems, *problems))


@pytest.mark.slow
def test_odd_exports(tmp_path: Path, count: Callable[..., None]) -> None:
    honest = {"models": MODELS, "decks": DECKS, "dconf": DCONF, "media": MEDIA}
    new = write(tmp_path / "new.apkg", **honest)
    assert exported(new, write(tmp_path / "mine.apkg", **honest), tmp_path) == "foreign-export"
    chance = random.Random(18)
    every = [(n, path, odd) for n, v in honest.items() for path in places(v) for odd in ODD]
    refused = 0
    for name, path, odd in chance.choices(every, k=EXAMPLES):
        odds = {**honest, name: changed(honest[name], path, odd)}
        mine = write(tmp_path / "mine.apkg", **odds)
        refused += "unreadable-export" in exported(new, mine, tmp_path)
        count("exports with odd JSON")
    assert refused > EXAMPLES // 20


NOTE_TYPE = bytes.fromhex("080010001a0178")
FIELD = bytes.fromhex("1a0541726961 6c20144801".replace(" ", ""))
TEMPLATE = b"\n\x09{{Front}}\x12\x08{{Back}}@\x05"
DECK_KIND = b"\n\x02\x08\x01"


def newest(path: Path, blobs: Mapping[str, bytes], packed: Callable[[bytes], bytes]) -> Path:
    """Write a package in the newest format of Anki."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(
            "CREATE TABLE col (models, decks, dconf);"
            "CREATE TABLE notes (id, guid, mid, mod, tags, flds);"
            "CREATE TABLE cards (nid, ord, did);"
            "CREATE TABLE notetypes (id, name, mtime_secs, usn, config);"
            "CREATE TABLE fields (ntid, ord, name, config);"
            "CREATE TABLE templates (ntid, ord, name, config);"
            "CREATE TABLE decks (id, name, kind);"
            "INSERT INTO col VALUES ('', '', '');"
            "INSERT INTO notes VALUES (1, 'g', 1, 1, ' a ', 'f\x1fb');"
            "INSERT INTO cards VALUES (1, 0, 1);"
        )
        connection.execute("INSERT INTO notetypes VALUES (1, 'A', 1, 0, ?)", [blobs["type"]])
        connection.execute("INSERT INTO fields VALUES (1, 0, 'Front', ?)", [blobs["field"]])
        connection.execute("INSERT INTO templates VALUES (1, 0, 'Card', ?)", [blobs["template"]])
        connection.execute("INSERT INTO decks VALUES (1, 'A\x1fB', ?)", [blobs["deck"]])
        connection.commit()
        content = connection.serialize()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("meta", blobs["meta"])
        archive.writestr("collection.anki21b", packed(content))
    return path


@pytest.mark.slow
def test_odd_exports_of_the_newest_format(tmp_path: Path, count: Callable[..., None]) -> None:
    zstd = pytest.importorskip(newest_format._MODULE, reason="dlcards[anki] is not installed")
    honest = {
        "meta": b"\x08\x03",
        "type": NOTE_TYPE,
        "field": FIELD,
        "template": TEMPLATE,
        "deck": DECK_KIND,
    }
    new = write(tmp_path / "new.apkg", MODELS, DECKS, DCONF, MEDIA)
    mine = newest(tmp_path / "mine.apkg", honest, zstd.compress)
    assert exported(new, mine, tmp_path) == "foreign-export"
    chance = random.Random(19)
    codes = set()
    for _ in range(EXAMPLES):
        odds = dict(honest)
        for name in chance.sample(sorted(odds), chance.randint(1, 3)):
            odds[name] = harmed(odds[name], chance)

        def packed(content: bytes, harm: bool = chance.random() < 0.3) -> bytes:
            whole: bytes = zstd.compress(content)
            return harmed(whole, chance) if harm else whole

        codes.add(exported(new, newest(tmp_path / "mine.apkg", odds, packed), tmp_path))
        count("exports of the newest format, changed at random")
    assert {"foreign-export", "unreadable-export unreadable-export"} <= codes


def harmed(content: bytes, chance: random.Random) -> bytes:
    """Return bytes of which a few are others, or which end early or late."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, 3)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    way = chance.random()
    if way < 0.3:
        del changed[chance.randrange(len(changed)) :]
    elif way < 0.5:
        changed += chance.randbytes(9)
    return bytes(changed)


@pytest.mark.slow
@pytest.mark.parametrize("size", [300, 1200])
def test_what_unpacks_without_end_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], size: int
) -> None:
    zstd = pytest.importorskip(newest_format._MODULE, reason="dlcards[anki] is not installed")
    new = write(tmp_path / "new.apkg", MODELS, DECKS, DCONF, MEDIA)
    with zipfile.ZipFile(tmp_path / "mine.apkg", "w") as archive:
        archive.writestr("collection.anki21b", zstd.compress(bytes(size << 20)))
    mine, target = str(tmp_path / "mine.apkg"), str(tmp_path / "merged.apkg")
    assert run(["merge", str(new), "--mine", mine, "-o", target]) == 1
    assert "unpacks like a bomb" in capsys.readouterr().err


@pytest.mark.parametrize("models", [{"1": {"flds": 7}}, None, "text", {"1": None}, [1]])
def test_a_damaged_package_is_one_problem(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], models: Any
) -> None:
    old = write(tmp_path / "old.apkg", MODELS, DECKS, DCONF, MEDIA)
    new = write(tmp_path / "new.apkg", models, DECKS, DCONF, MEDIA)
    assert run(["diff", str(old), str(new)]) == 1
    said = capsys.readouterr().err.splitlines()
    assert said[0].startswith("new.apkg: error: the package is damaged: expected a ")
    assert said[1:] == ["1 error"]
