"""A package is complete, the same for the same deck, or not there at all."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from dlcards.build import package
from dlcards.build.package import database
from dlcards.model import CardTemplate, DeckPlan, MediaFile
from dlcards.problems import ContentError, ToolError
from plans import CLOZE, FORMULA, RELEASED, SVG, cloze, deck, formula, small_deck, times


def codes(plan: DeckPlan) -> list[str]:
    return [problem.code for problem in package.check_plan(plan)]


def open_collection(path: Path, folder: Path) -> sqlite3.Connection:
    with zipfile.ZipFile(path) as archive:
        (folder / "read.anki2").write_bytes(archive.read("collection.anki2"))
    return sqlite3.connect(folder / "read.anki2")


def written(plan: DeckPlan, folder: Path, **later: int) -> Path:
    target = folder / "deck.apkg"
    package.write_package(plan, target, modified=times(plan, **later))
    return target


# ── Content ───────────────────────────────────────────────────────────────────────


def test_summary_counts_what_the_package_holds(tmp_path: Path) -> None:
    plan = small_deck()
    target = tmp_path / "new folder" / "deck.apkg"
    summary = package.write_package(plan, target, modified=times(plan))
    assert (summary.notes, summary.cards, summary.media) == (4, 8, 1)
    assert summary.bytes == target.stat().st_size


def test_every_note_and_note_type_carries_its_own_time(tmp_path: Path) -> None:
    plan = small_deck()
    stamps = times(plan) | {"dlcards/sum-rule": RELEASED + 5, "notetype:Test Cloze": RELEASED + 9}
    package.write_package(plan, tmp_path / "deck.apkg", modified=stamps)
    collection = open_collection(tmp_path / "deck.apkg", tmp_path)
    assert dict(collection.execute("SELECT guid, mod FROM notes")) == {
        note.guid: stamps[note.guid] for note in plan.notes
    }
    models = json.loads(collection.execute("SELECT models FROM col").fetchone()[0])
    assert {m["name"]: m["mod"] for m in models.values()} == {
        FORMULA.name: RELEASED,
        CLOZE.name: RELEASED + 9,
    }
    collection.close()


def test_fields_and_templates_carry_explicit_ids(tmp_path: Path) -> None:
    collection = open_collection(written(small_deck(), tmp_path), tmp_path)
    models = json.loads(collection.execute("SELECT models FROM col").fetchone()[0])
    collection.close()
    stored = models[str(FORMULA.id)]
    assert [f["id"] for f in stored["flds"]] == [f.id for f in FORMULA.fields]
    assert [t["id"] for t in stored["tmpls"]] == [t.id for t in FORMULA.templates]


def test_new_cards_are_due_in_the_order_of_the_notes(tmp_path: Path) -> None:
    plan = small_deck()
    collection = open_collection(written(plan, tmp_path), tmp_path)
    order = collection.execute(
        "SELECT guid, due FROM notes JOIN cards ON nid = notes.id GROUP BY guid ORDER BY due"
    ).fetchall()
    collection.close()
    assert order == [(note.guid, i) for i, note in enumerate(plan.notes, 1)]


def test_deck_ids_are_stable_and_never_the_default_deck(tmp_path: Path) -> None:
    collection = open_collection(written(small_deck(), tmp_path), tmp_path)
    used = {row[0] for row in collection.execute("SELECT DISTINCT did FROM cards")}
    collection.close()
    assert used == {
        package.deck_id("Test Maths::1 Calculus"),
        package.deck_id("Test Maths::1 Calculus::Pen and paper"),
    }
    assert 1 not in used


def test_ids_lie_in_the_past(tmp_path: Path) -> None:
    collection = open_collection(written(small_deck(), tmp_path), tmp_path)
    largest = max(
        collection.execute(f"SELECT max(id) FROM {table}").fetchone()[0]
        for table in ("notes", "cards")
    )
    collection.close()
    assert largest < RELEASED * 1000


def test_media_are_packed_under_numbers_in_the_order_of_their_names(tmp_path: Path) -> None:
    files = tuple(MediaFile(name, name.encode()) for name in ("b.svg", "a.png"))
    plan = deck(formula("x", figure="b.svg"), formula("y", figure="a.png"), media=files)
    with zipfile.ZipFile(written(plan, tmp_path)) as archive:
        names = json.loads(archive.read("media"))
        content = {name: archive.read(number) for number, name in names.items()}
        dates = {entry.date_time for entry in archive.infolist()}
    assert names == {"0": "a.png", "1": "b.svg"}
    assert content == {"a.png": b"a.png", "b.svg": b"b.svg"}
    assert dates == {(1980, 1, 1, 0, 0, 0)}


def test_a_missing_time_is_not_invented(tmp_path: Path) -> None:
    plan = small_deck()
    stamps = times(plan)
    del stamps["dlcards/sum-rule"]
    with pytest.raises(KeyError, match="sum-rule"):
        package.write_package(plan, tmp_path / "deck.apkg", modified=stamps)
    assert list(tmp_path.iterdir()) == []


# ── Whole or not at all ───────────────────────────────────────────────────────────


def test_a_refused_deck_leaves_the_old_package_alone(tmp_path: Path) -> None:
    target = written(small_deck(), tmp_path)
    before = target.read_bytes()
    twice = deck(formula("sum-rule"), formula("sum-rule"))
    with pytest.raises(ContentError, match="duplicate-guid"):
        package.write_package(twice, target, modified=times(twice))
    assert target.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["deck.apkg"]


@pytest.mark.parametrize("failing", ["fsync", "database"])
def test_a_full_disk_leaves_the_old_package_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    plan = small_deck()
    target = written(plan, tmp_path)
    before = target.read_bytes()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    if failing == "fsync":
        monkeypatch.setattr(os, "fsync", full)
    else:
        monkeypatch.setattr(database, "_insert_notes", full)
    with pytest.raises(ToolError, match="No space left"):
        package.write_package(plan, target, modified=times(plan, RELEASED + 1))
    assert target.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["deck.apkg"]


def test_an_interrupt_leaves_the_old_package_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = written(small_deck(), tmp_path)
    before = target.read_bytes()

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(package, "write_archive", interrupted)
    with pytest.raises(KeyboardInterrupt):
        written(deck(formula("other")), tmp_path)
    assert target.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["deck.apkg"]


_KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from plans import formula, deck, times
from dlcards.build import package
package.write_archive = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
plan = deck(formula("other"))
package.write_package(plan, Path(sys.argv[1]), modified=times(plan))
"""


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
def test_a_killed_build_leaves_the_old_package_and_the_next_clears_its_rest_away(
    tmp_path: Path,
) -> None:
    target = written(small_deck(), tmp_path)
    before = target.read_bytes()
    helpers = str(Path(__file__).parents[1] / "support")
    killed = subprocess.run([sys.executable, "-c", _KILLED, str(target), helpers])
    assert killed.returncode < 0
    assert target.read_bytes() == before
    assert len(list(tmp_path.glob(".deck.apkg.*"))) == 1
    written(small_deck(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["deck.apkg"]


def test_builds_at_the_same_time_do_not_disturb_each_other(tmp_path: Path) -> None:
    plan = small_deck()
    alone = written(plan, tmp_path).read_bytes()
    with ThreadPoolExecutor(8) as pool:
        for _ in pool.map(lambda _: written(plan, tmp_path), range(16)):
            assert (tmp_path / "deck.apkg").read_bytes() == alone
    assert [path.name for path in tmp_path.iterdir()] == ["deck.apkg"]


@pytest.mark.parametrize("place", ["folder", "file/deck.apkg"])
def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, place: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("in the way")
    plan = small_deck()
    with pytest.raises(ToolError, match="cannot write"):
        package.write_package(plan, tmp_path / place, modified=times(plan))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="needs symbolic links")
def test_the_package_takes_the_place_of_a_link(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("kept")
    link = tmp_path / "deck.apkg"
    link.symlink_to(precious)
    written(small_deck(), tmp_path)
    assert not link.is_symlink()
    assert zipfile.is_zipfile(link)
    assert precious.read_text() == "kept"


# ── The same bytes ────────────────────────────────────────────────────────────────

_WRITE_ONE = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from plans import small_deck, times
from dlcards.build.package import write_package
plan = small_deck()
write_package(plan, Path(sys.argv[1]), modified=times(plan))
"""


def test_bytes_do_not_depend_on_hash_seed_folder_or_time_zone(tmp_path: Path) -> None:
    helpers = str(Path(__file__).parents[1] / "support")
    packages = []
    for seed, zone in (("0", "UTC"), ("1", "Asia/Seoul"), ("4242", "America/New_York")):
        folder = tmp_path / seed
        folder.mkdir()
        environment = os.environ | {"PYTHONHASHSEED": seed, "TZ": zone}
        command = [sys.executable, "-c", _WRITE_ONE, str(folder / "deck.apkg"), helpers]
        subprocess.run(command, check=True, cwd=folder, env=environment)
        packages.append((folder / "deck.apkg").read_bytes())
    assert len(packages) == 3
    assert len(set(packages)) == 1


def test_bytes_do_not_depend_on_the_order_of_media_and_types(tmp_path: Path) -> None:
    files = tuple(MediaFile(f"f{i}.svg", SVG + bytes([48 + i])) for i in range(5))
    notes = [formula(f"n{i}", figure=f"f{i}.svg") for i in range(5)]
    first = written(deck(*notes, media=files), tmp_path).read_bytes()
    turned = deck(*notes, media=files[::-1], note_types=(CLOZE, FORMULA))
    assert written(turned, tmp_path).read_bytes() == first


def test_bytes_tell_one_modification_time_from_another(tmp_path: Path) -> None:
    plan = small_deck()
    first = written(plan, tmp_path).read_bytes()
    assert written(plan, tmp_path, **{"sum-rule": RELEASED + 1}).read_bytes() != first


# ── Bad decks ─────────────────────────────────────────────────────────────────────


def test_a_sound_deck_has_no_problem() -> None:
    assert codes(small_deck()) == []


BAD_NOTES = {
    "note-without-cards": formula("x", recall=" <br><div></div>"),
    "cloze-without-blank": cloze("x", "no blank here {{c1:}}"),
    "unclosed-cloze": cloze("x", r"{{c1::a}} {{c2::\frac{1}{2}"),
    "cloze-number": cloze("x", "{{c1::a}} {{c0::b}}"),
    "missing-media": formula("x", figure="lost.svg"),
    "unescaped-html": formula("x", text="a < b"),
    "control-character": formula("x", text="a\x1fb"),
    "bad-tag": formula("x", tags=("two words",)),
    "bad-guid": replace(formula("x"), guid="two words"),
    "bad-deck-name": formula("x", deck="A::::B"),
    "unknown-note-type": replace(formula("x"), note_type="Nobody"),
    "wrong-field-count": replace(formula("x"), fields=("only", "two")),
}


@pytest.mark.parametrize("code", BAD_NOTES)
def test_a_bad_note_is_told_by_its_entry(code: str) -> None:
    problems = package.check_plan(deck(formula("sound"), BAD_NOTES[code]))
    assert [problem.code for problem in problems] == [code]
    if code != "bad-deck-name":
        assert problems[0].location.file == "x"


def test_a_blank_with_several_numbers_is_refused_for_the_sake_of_older_versions() -> None:
    assert codes(deck(cloze("x", "{{c1,2::a}}"))) == ["cloze-number"]


def test_missing_media_is_found_in_every_way_to_refer_to_it() -> None:
    for html in ("<img alt='' src=a.svg>", "<IMG SRC='a.svg'>", "[sound:a.svg]"):
        assert codes(deck(formula("x", text=html))) == ["missing-media"], html
    assert codes(deck(formula("x", text='<img src="https://example.org/a.svg">'))) == []


def test_media_nobody_shows_is_told_but_not_that_of_templates() -> None:
    plan = deck(formula("x"), media=(MediaFile("a.svg", SVG), MediaFile("_font.woff", b"f")))
    assert codes(plan) == ["unused-media"]


@pytest.mark.parametrize(
    "name", ["a/b.svg", "a?.svg", " a.svg", "u\u0308.svg", "..", "x" * 121, "a\nb.svg"]
)
def test_media_names_that_anki_changes_are_refused(name: str) -> None:
    plan = deck(formula("x"), media=(MediaFile(name, SVG),))
    assert "bad-media-name" in codes(plan)


def test_two_media_files_of_one_name_are_refused() -> None:
    files = (MediaFile("A.svg", SVG), MediaFile("a.svg", SVG))
    plan = deck(formula("x", figure="a.svg"), formula("y", figure="A.svg"), media=files)
    assert codes(plan) == ["duplicate-media"]


@pytest.mark.parametrize(
    ("front", "word"),
    [("{{Missing}}", "Missing"), ("{{#Q1}}{{Q1}}", "Q1"), ("{{Q1}}{{/Q2}}", "Q2")],
)
def test_templates_that_anki_cannot_read_are_refused(front: str, word: str) -> None:
    broken = replace(FORMULA, templates=(CardTemplate("Card", 1, front, "{{A1}}"),))
    problems = package.check_plan(deck(formula("x"), note_types=(broken,)))
    assert [problem.code for problem in problems] == ["bad-template"]
    assert word in problems[0].message


def test_two_note_types_with_one_id_are_refused() -> None:
    twin = replace(CLOZE, id=FORMULA.id)
    assert "duplicate-note-type" in codes(deck(formula("x"), note_types=(FORMULA, twin)))


def test_all_problems_are_told_at_once() -> None:
    bad = [BAD_NOTES[code] for code in ("bad-tag", "missing-media", "note-without-cards")]
    plan = deck(*(replace(note, guid=f"g{i}") for i, note in enumerate(bad)))
    assert sorted(codes(plan)) == ["bad-tag", "missing-media", "note-without-cards"]
