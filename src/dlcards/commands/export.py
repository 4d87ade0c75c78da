"""Write a deck for other programs: CSV that Anki imports, CrowdAnki's JSON, Markdown."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from dlcards.build.flow import Options, make_notes, workers
from dlcards.build.package import check_plan
from dlcards.build.verify import Effort
from dlcards.cards.render import render
from dlcards.content.foreign import to_text
from dlcards.content.reader import read_library
from dlcards.content.selection import deck_contents, find_deck
from dlcards.files import write_atomically
from dlcards.languages import SOURCE
from dlcards.model import DeckPlan, Note, NoteKind, NoteType
from dlcards.problems import ContentError, has_errors
from dlcards.project import cache_folder, output_folder
from dlcards.requests import Watcher

Writer = Callable[[DeckPlan], dict[str, bytes]]


def export_deck(root: Path, name: str, form: str, target: Path, watcher: Watcher) -> Path:
    """Write a deck in another form and return where its main file lies.

    Parameters
    ----------
    root : Path
    name : str
    form : str
        ``csv``, ``crowdanki`` or ``markdown``.
    target : Path
        A folder.
    watcher : Watcher

    Raises
    ------
    UsageError
        When there is no such deck.
    ContentError
        When the content is wrong.
    """
    library, problems = read_library(root)
    if has_errors(problems):
        raise ContentError(problems)
    source = find_deck(library, name)
    contents = deck_contents(library, source)
    options = Options(workers(None), cache_folder(output_folder(root)))
    effort = Effort(options.jobs)
    content = make_notes(
        library, contents.items, effort, options, watcher, contents.lists, contents.families
    )
    if has_errors(content.problems):
        raise ContentError(content.problems)
    plan = content.plan(library, source, contents, SOURCE)
    wrong = check_plan(plan)
    if has_errors(wrong):
        raise ContentError(wrong)
    files = WRITERS[form](plan)
    for path, data in files.items():
        write_atomically(target / path, data, target)
    return target / next(iter(files))


def as_csv(plan: DeckPlan) -> dict[str, bytes]:
    """Return the rows that Anki imports as text: GUID, note type, deck, tags, then the fields."""
    shapes = {each.name: each for each in plan.note_types}
    width = max((len(each.fields) for each in shapes.values()), default=0)
    buffer = io.StringIO()
    columns = ("guid", "notetype", "deck", "tags")
    buffer.write("#separator:comma\n#html:true\n")
    for number, column in enumerate(columns, 1):
        buffer.write(f"#{column} column:{number}\n")
    rows = csv.writer(buffer, lineterminator="\n")
    for note in plan.notes:
        blank = [""] * (width - len(note.fields))
        tags = " ".join(note.tags)
        rows.writerow(
            [note.guid, note.note_type, note.deck or plan.title, tags, *note.fields, *blank]
        )
    return {f"{plan.name}.csv": buffer.getvalue().encode(), **_media(plan)}


def as_markdown(plan: DeckPlan) -> dict[str, bytes]:
    """Return every card as a heading and a text, to be read or searched."""
    shapes = {each.name: each for each in plan.note_types}
    parts = [f"# {plan.title}\n"]
    for note in plan.notes:
        for card in render(note, shapes[note.note_type]):
            front, back = to_text(card.front), to_text(card.back.partition('<hr id="answer">')[2])
            parts.append(f"## {front}\n\n{back}\n")
    return {f"{plan.name}.md": "\n".join(parts).encode(), **_media(plan)}


def _media(plan: DeckPlan) -> dict[str, bytes]:
    return {f"media/{file.name}": file.content for file in plan.media}


def as_crowdanki(plan: DeckPlan) -> dict[str, bytes]:
    """Return a folder that the add-on CrowdAnki imports."""
    used = {note.note_type for note in plan.notes}
    models = [_model(each) for each in plan.note_types if each.name in used]
    ids = {model["name"]: model["crowdanki_uuid"] for model in models}
    top = _deck(plan.title, plan, ids)
    top |= {"desc": plan.description, "note_models": models, "deck_configurations": [_OPTIONS]}
    folder = plan.name
    out = {f"{folder}/{folder}.json": json.dumps(top, ensure_ascii=False, indent=1).encode()}
    return out | {f"{folder}/media/{file.name}": file.content for file in plan.media}


def _deck(title: str, plan: DeckPlan, ids: Mapping[str, str]) -> dict[str, Any]:
    """Return a deck with its own notes, and below it its sub-decks."""
    homes = {note.deck or plan.title for note in plan.notes}
    below = sorted(
        {
            f"{title}::{home.removeprefix(f'{title}::').partition('::')[0]}"
            for home in homes
            if home.startswith(f"{title}::")
        }
    )
    own = [note for note in plan.notes if (note.deck or plan.title) == title]
    shown = sorted({name for note in own for name in note.media})
    return {
        "__type__": "Deck",
        "name": title.rpartition("::")[2] if title != plan.title else title,
        "crowdanki_uuid": _uuid(f"deck {title}"),
        "deck_config_uuid": _OPTIONS["crowdanki_uuid"],
        "desc": plan.held.get(title, ""),
        "dyn": 0,
        "extendNew": 10,
        "extendRev": 50,
        "children": [_deck(each, plan, ids) for each in below],
        "media_files": shown,
        "notes": [_note(note, ids) for note in own],
    }


def _note(note: Note, ids: Mapping[str, str]) -> dict[str, Any]:
    return {
        "__type__": "Note",
        "guid": note.guid,
        "fields": list(note.fields),
        "tags": list(note.tags),
        "flags": 0,
        "note_model_uuid": ids[note.note_type],
    }


def _model(shape: NoteType) -> dict[str, Any]:
    return {
        "__type__": "NoteModel",
        "crowdanki_uuid": _uuid(f"note type {shape.id}"),
        "name": shape.name,
        "type": 1 if shape.kind is NoteKind.CLOZE else 0,
        "css": shape.css,
        "latexPre": "",
        "latexPost": "",
        "sortf": 0,
        "tags": [],
        "vers": [],
        "flds": [
            {
                "name": each.name,
                "ord": i,
                "font": "Arial",
                "size": 20,
                "rtl": False,
                "sticky": False,
            }
            for i, each in enumerate(shape.fields)
        ],
        "tmpls": [
            {
                "name": each.name,
                "ord": i,
                "qfmt": each.front,
                "afmt": each.back,
                "did": None,
                "bqfmt": "",
                "bafmt": "",
            }
            for i, each in enumerate(shape.templates)
        ],
    }


def _uuid(text: str) -> str:
    digest = hashlib.sha256(f"dlcards {text}".encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))


_OPTIONS: Mapping[str, Any] = {
    "__type__": "DeckConfig",
    "crowdanki_uuid": _uuid("options"),
    "name": "Default",
    "autoplay": True,
    "dyn": False,
    "lapse": {"delays": [10], "leechAction": 0, "leechFails": 8, "minInt": 1, "mult": 0},
    "maxTaken": 60,
    "new": {
        "bury": True,
        "delays": [1, 10],
        "initialFactor": 2500,
        "ints": [1, 4, 7],
        "order": 1,
        "perDay": 20,
        "separate": True,
    },
    "replayq": True,
    "rev": {
        "bury": True,
        "ease4": 1.3,
        "fuzz": 0.05,
        "ivlFct": 1,
        "maxIvl": 36500,
        "minSpace": 1,
        "perDay": 200,
    },
    "timer": 0,
}

WRITERS: Mapping[str, Writer] = {
    "csv": as_csv,
    "crowdanki": as_crowdanki,
    "markdown": as_markdown,
}
