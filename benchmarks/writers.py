"""Packages of plain notes, each made in another way; run as ``python -m benchmarks.writers``."""

from __future__ import annotations

import json
import random
import sqlite3
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

WORDS = """
the of cell bone nerve large small river which that city year king born first named after
before under over light heavy known word mean long short north south metal gas
"""
HEAD = "title: Facts\ntopic: facts\nsources: [Atlas of facts]\nnotes:\n"
DECK = "title: Facts\ndescription: Many facts.\ncontents:\n  - subject: facts\n"
SCHEMA = """
CREATE TABLE col (id integer primary key, models text, decks text);
CREATE TABLE notes (id integer primary key, guid text not null, mid integer not null,
  mod integer not null, usn integer not null, tags text not null, flds text not null,
  sfld integer not null, csum integer not null, flags integer not null, data text not null);
CREATE TABLE cards (id integer primary key, nid integer not null, did integer not null,
  ord integer not null, mod integer not null, usn integer not null, type integer not null,
  queue integer not null, due integer not null, ivl integer not null, factor integer not null,
  reps integer not null, lapses integer not null, left integer not null, odue integer not null,
  odid integer not null, flags integer not null, data text not null);
"""
INDEXES = (
    "CREATE INDEX ix_notes_usn ON notes (usn)",
    "CREATE INDEX ix_cards_usn ON cards (usn)",
    "CREATE INDEX ix_cards_nid ON cards (nid)",
    "CREATE INDEX ix_cards_sched ON cards (did, queue, due)",
    "CREATE INDEX ix_notes_csum ON notes (csum)",
)
FIELDS = 49
"""As many as the note type of dlcards has, so that the floor writes the same bytes."""


def facts(number: int) -> Iterator[tuple[str, str, str]]:
    """Yield made-up questions and answers, the same each time."""
    chance, words = random.Random(1), WORDS.split()
    for i in range(number):
        ask = " ".join(chance.choices(words, k=8)).capitalize() + "?"
        yield f"f{i}", ask, " ".join(chance.choices(words, k=3)).capitalize()


def write_project(number: int, folder: Path) -> None:
    """Write the facts as a project for dlcards."""
    (folder / "formulas" / "facts").mkdir(parents=True, exist_ok=True)
    (folder / "decks").mkdir(exist_ok=True)
    (folder / "decks" / "facts.yaml").write_text(DECK, encoding="utf-8")
    with (folder / "formulas" / "facts" / "facts.notes.yaml").open("w", encoding="utf-8") as file:
        file.write(HEAD)
        file.writelines(
            f"  {name}: {{ask: {ask}, answer: {answer}}}\n" for name, ask, answer in facts(number)
        )


def floor(number: int, folder: Path) -> None:
    """Rows in memory, into SQLite by bulk, into an archive: nothing can take less."""
    notes, cards = [], []
    shared, rest = "\x1f".join(["Facts", "Facts", *[""] * 27]), "\x1f" * (FIELDS - 32)
    for i, (name, ask, answer) in enumerate(facts(number)):
        text = f"{shared}\x1f{ask}\x1f<p>{answer}</p>{rest}facts/{name}"
        guid = f"dlcards/facts/{name}"
        notes.append((10**12 + i, guid, 1, 1, " dlcards::facts ", text, "Facts"))
        cards.append((10**12 + i, 10**12 + i, 2, 8, 1, i + 1))
    database = folder / "collection.anki2"
    database.unlink(missing_ok=True)
    connection = sqlite3.connect(database, isolation_level=None)
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE"):
        connection.execute(f"PRAGMA {pragma}")
    connection.executescript(SCHEMA)
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO notes VALUES (?,?,?,?,-1,?,?,?,0,0,'')", notes)
    connection.executemany(
        "INSERT INTO cards VALUES (?,?,?,?,?,-1,0,0,?,0,0,0,0,0,0,0,0,'')", cards
    )
    for statement in (*INDEXES, "COMMIT"):
        connection.execute(statement)
    connection.close()
    level = 1 if database.stat().st_size > 8 << 20 else 6
    package = folder / "floor.apkg"
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        archive.write(database, "collection.anki2")
        archive.writestr("media", "{}")


def _genanki_deck() -> tuple[Any, Any]:
    import genanki

    model = genanki.Model(
        1607392319,
        "Plain",
        fields=[{"name": "Front"}, {"name": "Back"}],
        templates=[{"name": "Card", "qfmt": "{{Front}}", "afmt": "{{FrontSide}}<hr>{{Back}}"}],
    )
    return model, genanki.Deck(2059400110, "Facts")


def genanki_direct(number: int, folder: Path) -> None:
    """Use genanki as its manual shows, fed by Python."""
    import genanki

    model, deck = _genanki_deck()
    for _, ask, answer in facts(number):
        deck.add_note(genanki.Note(model=model, fields=[ask, answer]))
    genanki.Package(deck).write_to_file(str(folder / "genanki.apkg"))


def _genanki_from_yaml(loader: str, folder: Path) -> None:
    import genanki
    import yaml
    from pydantic import BaseModel

    class Question(BaseModel):
        ask: str
        answer: str

    class Facts(BaseModel):
        title: str
        topic: str
        sources: list[str]
        notes: dict[str, Question]

    text = (folder / "formulas" / "facts" / "facts.notes.yaml").read_text(encoding="utf-8")
    read = Facts.model_validate(yaml.load(text, getattr(yaml, loader)))
    model, deck = _genanki_deck()
    for name, note in read.notes.items():
        guid = genanki.guid_for(name)
        deck.add_note(genanki.Note(model=model, fields=[note.ask, note.answer], guid=guid))
    genanki.Package(deck).write_to_file(str(folder / "usual.apkg"))


def usual(number: int, folder: Path) -> None:
    """Use libyaml, pydantic and genanki as most people would."""
    _genanki_from_yaml("CSafeLoader", folder)


def anki_package(number: int, folder: Path) -> None:
    """Use the ``anki`` package: a collection, its notes, its own export."""
    from anki.collection import Collection, DeckIdLimit, ExportAnkiPackageOptions

    with tempfile.TemporaryDirectory() as scratch:
        collection = Collection(str(Path(scratch) / "collection.anki2"))
        basic = collection.models.by_name("Basic")
        deck = collection.decks.id("Facts")
        assert basic is not None
        assert deck is not None
        requests = []
        from anki.collection import AddNoteRequest

        for _, ask, answer in facts(number):
            note = collection.new_note(basic)
            note.fields = [ask, answer]
            requests.append(AddNoteRequest(note, deck))
        collection.add_notes(requests)
        options = ExportAnkiPackageOptions(with_media=True, legacy=False)
        collection.export_anki_package(
            out_path=str(folder / "anki.apkg"), options=options, limit=DeckIdLimit(deck)
        )
        collection.close()


def sizes(number: int, folder: Path) -> None:
    """Export the very notes of dlcards with the ``anki`` package; print the sizes as JSON."""
    from anki.collection import Collection, ExportAnkiPackageOptions

    from anki import import_export_pb2 as messages

    ours = folder / "build" / "facts.apkg"
    found = {"dlcards": ours.stat().st_size}
    with tempfile.TemporaryDirectory() as scratch:
        collection = Collection(str(Path(scratch) / "collection.anki2"))
        collection.import_anki_package(messages.ImportAnkiPackageRequest(package_path=str(ours)))
        for name, legacy in (("legacy", True), ("newest", False)):
            options = ExportAnkiPackageOptions(with_media=True, legacy=legacy)
            path = folder / f"export-{name}.apkg"
            collection.export_anki_package(out_path=str(path), options=options, limit=None)
            found[name] = path.stat().st_size
        collection.close()
    (folder / "sizes.json").write_text(json.dumps(found), encoding="utf-8")


def _pictures(number: int) -> Iterator[tuple[str, bytes]]:
    chance = random.Random(2)
    for i in range(number):
        path = " ".join(f"L{chance.random() * 300:.1f} {chance.random():.2f}" for _ in range(1500))
        yield f"picture-{i}.svg", f'<svg xmlns="http://www.w3.org/2000/svg">{path}</svg>'.encode()


def dlcards_pictures(number: int, folder: Path) -> None:
    """Write notes with a picture each through the package step of dlcards."""
    from dlcards.build.compose import compose, place
    from dlcards.build.package import write_package
    from dlcards.cards.note_types import note_types
    from dlcards.model import (
        CardContent,
        DeckPlan,
        Illustration,
        MediaFile,
        Note,
        QuestionContent,
        plain,
    )

    notes: list[Note] = []
    media = []
    for (name, content), (key, ask, answer) in zip(_pictures(number), facts(number), strict=True):
        media.append(MediaFile(name, content))
        question = QuestionContent(plain(ask), plain(answer))
        figure = Illustration(media[-1], "a line", "", 300, 200)
        card = CardContent(
            key, "concept", ask, "facts", "facts", figure=figure, questions={"q1": question}
        )
        notes += compose(card)[0]
    placed = place(notes, "Facts", lang="en", split=False)
    types = tuple(each for each in note_types() if each.name == placed[0].note_type)
    plan = DeckPlan("facts", "Facts", "", placed, tuple(media), types)
    times = {note.guid: 1 for note in placed} | {f"notetype:{each.name}": 1 for each in types}
    write_package(plan, folder / "pictures.apkg", modified=times)


def genanki_pictures(number: int, folder: Path) -> None:
    """Write the same with genanki, from files."""
    import genanki

    model, deck = _genanki_deck()
    files = []
    for (name, content), (_, ask, answer) in zip(_pictures(number), facts(number), strict=True):
        path = folder / name
        path.write_bytes(content)
        files.append(str(path))
        deck.add_note(genanki.Note(model=model, fields=[ask, f'{answer}<img src="{name}">']))
    package = genanki.Package(deck)
    package.media_files = files
    package.write_to_file(str(folder / "genanki-pictures.apkg"))


def ankdown_files(number: int, folder: Path) -> None:
    """Write the facts as Markdown for ankdown; not measured."""
    (folder / "ankdown").mkdir(exist_ok=True)
    cards = (f"{ask}\n\n%\n\n{answer}\n" for _, ask, answer in facts(number))
    (folder / "ankdown" / "facts.md").write_text("\n---\n\n".join(cards), encoding="utf-8")


def draw(number: int, folder: Path) -> None:
    """Draw one figure in a fresh process: what a changed figure takes at the least."""
    from dlcards.build import illustrate
    from dlcards.claims.statement import StatementText

    spec = json.loads((folder / "spec.json").read_text(encoding="utf-8"))
    drawn = illustrate.draw(
        illustrate.FigureRequest(
            "bench", spec, StatementText("bench", {}, {}, {}, example_given={})
        )
    )
    assert drawn.svg, drawn.problems


def figures(number: int, folder: Path) -> None:
    """Draw 300 figures of all kinds with so many workers, without a cache."""
    from dlcards.build.illustrate import FigureRequest, draw_all
    from dlcards.claims.statement import StatementText

    examples = json.loads((folder / "examples.json").read_text(encoding="utf-8"))
    text = StatementText("bench", {}, {}, {}, example_given={})
    requests = [FigureRequest(f"bench-{i}", examples[i % len(examples)], text) for i in range(300)]
    gallery = draw_all(requests, cache=None, jobs=number)
    assert len(gallery.figures) == 300, gallery.problems


def loops(number: int, folder: Path) -> None:
    """Count in so many processes at once: what the machine gives at this moment."""
    import subprocess

    count = "for i in range(30_000_000): pass"
    running = [subprocess.Popen((sys.executable, "-c", count)) for _ in range(number)]
    assert not any(process.wait() for process in running)


WRITERS: Mapping[str, Callable[[int, Path], None]] = {
    function.__name__: function
    for function in (
        floor,
        genanki_direct,
        usual,
        anki_package,
        sizes,
        dlcards_pictures,
        genanki_pictures,
        draw,
        figures,
        loops,
    )
}

if __name__ == "__main__":
    WRITERS[sys.argv[1]](int(sys.argv[2]), Path(sys.argv[3]))
