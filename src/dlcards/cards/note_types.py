"""The five note types, loaded from the folders beside this file.

Everything a learner reads is in fields, so one note type serves every language, and a
word can be corrected without changing a template. A page such as ``recall.html`` holds
the question, a line ``<!-- answer -->`` and the answer; both are put into the frame that
all cards share. What follows ``<!-- front -->`` in the question stays on the
front, what follows ``<!-- end -->`` in the answer goes to the end of both sides.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

from dlcards.documents import read_document
from dlcards.model import OURS, CardTemplate, Field, NoteKind, NoteType

FOLDERS = ("formula", "cloze", "exercise", "derivation", "algorithm")
_INCLUDE = re.compile(r"^\{\{> ([a-z-]+)\}\}\n", re.MULTILINE)


@cache
def occlusion_type(namespace: str = OURS, style: str = "") -> NoteType:
    """Return the note type for pictures with hidden parts, in the form of Anki's own.

    Examples
    --------
    >>> occlusion_type().field_names()
    ('Occlusion', 'Image', 'Header', 'Back Extra', 'Comments')
    """
    data = _data("occlusion/note_type.yaml")
    ((name, template),) = data["templates"].items()
    front, _, answer = _read(f"occlusion/{template['page']}").partition("<!-- answer -->\n")
    ours = NoteType(
        id=data["id"],
        name=data["name"],
        kind=NoteKind(data["kind"]),
        fields=tuple(Field(field, number) for field, number in data["fields"].items()),
        templates=(CardTemplate(name, template["id"], front, f"{front}{answer}"),),
        css=f"{_read('style.css')}\n{style}" if style else _read("style.css"),
        stock=data["stock"],
    )
    return ours if namespace == OURS else _renamed(ours, namespace)


def all_note_types(namespace: str = OURS, style: str = "") -> tuple[NoteType, ...]:
    """Return every note type that a note may have."""
    return (*note_types(namespace, style), occlusion_type(namespace, style))


@cache
def note_types(namespace: str = OURS, style: str = "") -> tuple[NoteType, ...]:
    """Return the note types Formula, Cloze, Exercise, Derivation and Algorithm, in this order.

    Parameters
    ----------
    namespace : str
        Of the project: its note types have names and ids of their own, so that projects
        with different styles live side by side in a collection.
    style : str
        CSS after that of the cards.

    Examples
    --------
    >>> [note_type.name.partition(" ")[2] for note_type in note_types()]
    ['Formula', 'Cloze', 'Exercise', 'Derivation', 'Algorithm']
    """
    ours = tuple(_load(folder) for folder in FOLDERS)
    if namespace != OURS:
        ours = tuple(_renamed(each, namespace) for each in ours)
    return tuple(replace(each, css=f"{each.css}\n{style}") for each in ours) if style else ours


def _renamed(ours: NoteType, namespace: str) -> NoteType:
    """Return a note type under the name of a project; its fields and templates keep their ids."""
    name = f"{namespace} {ours.name.removeprefix(f'{OURS} ')}"
    number = int.from_bytes(hashlib.sha256(f"note type {name}".encode()).digest()[:8], "big")
    return replace(ours, name=name, id=1_300_000_000_000 + number % 10**11)


def note_type(folder: str, namespace: str = OURS) -> NoteType:
    """Return one note type by its folder.

    Raises
    ------
    ValueError
        If there is no such folder.

    Examples
    --------
    >>> note_type("cloze").field_names()[:3]
    ('Title', 'Topic', 'Text')
    """
    return note_types(namespace)[FOLDERS.index(folder)]


def _load(folder: str) -> NoteType:
    data = _data(f"{folder}/note_type.yaml")
    return NoteType(
        id=data["id"],
        name=data["name"],
        kind=NoteKind(data["kind"]),
        fields=tuple(Field(name, number) for name, number in data["fields"].items()),
        templates=tuple(
            _template(folder, name, template) for name, template in data["templates"].items()
        ),
        css=_read("style.css"),
    )


def _template(folder: str, name: str, data: Mapping[str, Any]) -> CardTemplate:
    page = _INCLUDE.sub(
        lambda m: _read(f"parts/{m.group(1)}.html"), _read(f"{folder}/{data['page']}")
    )
    slot = data.get("slot", "")
    page = page.replace("@", slot.removeprefix("q") or "@")
    question, _, rest = page.partition("<!-- answer -->\n")
    answer, _, end = rest.partition("<!-- end -->\n")
    question, _, only_front = question.partition("<!-- front -->\n")
    topic = '<p class="topic">{{Topic}}</p>\n'
    front = (
        f'<div class="dl front" lang="{{{{Lang}}}}">\n{topic}{question}{only_front}{end}</div>\n'
    )
    if data["when"]:
        front = f"{{{{#{data['when']}}}}}\n{front}{{{{/{data['when']}}}}}\n"
    back = (
        f'<div class="dl back" lang="{{{{Lang}}}}">\n{topic}{question}'
        f'<hr id="answer">\n{answer}{end}</div>\n'
    )
    return CardTemplate(name, data["id"], front, back, slot)


def _data(path: str) -> Mapping[str, Any]:
    document, problems = read_document(_read(path), path)
    if document is None or problems:
        raise ValueError("\n".join(str(problem) for problem in problems))
    data: Mapping[str, Any] = document.data
    return data


def _read(path: str) -> str:
    return (files(__package__) / path).read_text(encoding="utf-8")
