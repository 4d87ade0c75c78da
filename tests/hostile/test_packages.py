"""Packages in which any of the JSON is anything: one problem, or a comparison."""

from __future__ import annotations

import json
import os
import random
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from dlcards.cli import run
from dlcards.problems import ContentError
from dlcards.release.diff import compare_packages, describe

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
            "CREATE TABLE notes (id, guid, mid, mod, tags, flds);"
            "CREATE TABLE cards (nid, ord, did);"
            "INSERT INTO notes VALUES (1, 'g', 1, 1, ' a ', 'f\x1f<img src=\"a.png\">'),"
            " (2, 'h', 2, 2, '', 'front\x1fback');"
            "INSERT INTO cards VALUES (1, 0, 1), (2, 0, 2), (2, 3, 9);"
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
