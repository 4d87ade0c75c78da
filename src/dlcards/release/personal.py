"""The owner's remarks and tags, pulled from Anki, which every later build carries.

They are no part of what is released: the ledger does not know them.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path

from dlcards.cards.html import shield
from dlcards.cards.note_types import note_types
from dlcards.content.files import read_file
from dlcards.documents import Places, has_invisible
from dlcards.model import OURS, DeckPlan, Note
from dlcards.problems import Location, Problem
from dlcards.release.diff.read import ReadNote, ReadPackage
from dlcards.release.merge import PERSONAL, SYSTEM_TAGS

PERSONAL_FILE = "formulas/personal.yaml"

_KEYS = ("personal", "tags")
_HEAD = "# Written by dlcards pull: remarks and tags of your own, by GUID.\n"
_MARKUP = frozenset(
    "b i u em strong code sub sup br div p ul ol li blockquote pre s mark".split()  # noqa: SIM905
)
_PICTURES = frozenset({"img", "audio", "video", "object"})
_OURS = ("priority::", "kind::", "source::")
_SHOWN = 60
_FOLD = "<details"
"""How a remark of the deck's author starts, from ``personal:`` of the entry."""


@dataclass(frozen=True, slots=True)
class Own:
    """What the owner added to one note."""

    personal: str = ""
    tags: tuple[str, ...] = ()


Overlay = Mapping[str, Own]
"""What the owner added, by GUID."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """What an export holds of the owner's.

    Parameters
    ----------
    overlay : Overlay
    without_media : tuple of str
        GUIDs of remarks whose pictures or sounds stay in Anki alone.
    problems : tuple of Problem
    """

    overlay: Overlay = field(default_factory=dict)
    without_media: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def pull(
    mine: ReadPackage,
    before: Overlay,
    known_tags: frozenset[str],
    export: str,
    namespace: str = OURS,
) -> Pulled:
    """Take remarks and own tags from an export; notes it does not hold keep theirs.

    Parameters
    ----------
    mine : ReadPackage
    before : Overlay
        What was pulled earlier.
    known_tags : frozenset of str
        Tags that entries have.
    export : str
        Name of the export, for problems.
    namespace : str
        Of the project; notes of others are left alone.
    """
    types = note_types(namespace)
    places = {str(t.id): t.field_names().index(PERSONAL) for t in types}
    overlay = dict(before)
    notes = [note for note in mine.notes.values() if note.type_id in places]
    if not notes:
        message = "the export holds no note of this deck"
        hint = "export the deck that you study"
        return Pulled(problems=(Problem(Location(export), "foreign-export", message, hint),))
    without_media = []
    for note in notes:
        at = places[note.type_id]
        text = note.fields[at] if at < len(note.fields) else ""
        remark = _plain("" if text.startswith(_FOLD) else text)
        own_tags = (tag for tag in note.tags if tag not in known_tags and _is_own(tag, note))
        tags = tuple(filter(None, map(_visible, own_tags)))
        own = Own(remark.result(), tags)
        overlay.pop(note.guid, None)
        if own != Own():
            overlay[note.guid] = own
        if remark.media:
            without_media.append(note.guid)
    return Pulled(overlay, tuple(without_media))


def _visible(text: str) -> str:
    """Return a text without the characters that no file of a project may hold."""
    return "".join(c for c in text if not has_invisible(c)) if has_invisible(text) else text


def _is_own(tag: str, note: ReadNote) -> bool:
    namespace = note.guid.partition("/")[0]
    return tag not in SYSTEM_TAGS and not tag.startswith((*_OURS, f"{namespace}::"))


class _Remark(HTMLParser):
    """Reads a remark as Anki stores it, and keeps text and plain markup."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.media = False
        self.dropped = ""
        self._parts: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.media |= tag in _PICTURES
        if tag not in _MARKUP or attrs:
            self.dropped = self.dropped or str(self.get_starttag_text())
        if tag in _MARKUP:
            self._parts.append(f"<{tag}>")
            if tag != "br":
                self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while tag in self._open:
            last = self._open.pop()
            self._parts.append(f"</{last}>")
            if last == tag:
                break

    def handle_data(self, data: str) -> None:
        if "[sound:" in data:
            self.media = True
            data = data.replace("[sound:", "[")
        shown = "".join(c if c.isprintable() else " " for c in _visible(data))
        self._parts.append(shield(html.escape(shown, quote=False)))

    def result(self) -> str:
        """Return the remark, with every element closed."""
        self.close()
        while self._open:
            self._parts.append(f"</{self._open.pop()}>")
        return "".join(self._parts).strip()


# ── The file ───────────────────────────────────────────────────────────────────────


def write_personal(overlay: Overlay) -> str:
    r"""Return the text of the file.

    Examples
    --------
    >>> print(write_personal({"dlcards/x": Own("<b>!</b>", ("hard",))}).partition("\n")[2])
    "dlcards/x":
      personal: "<b>!</b>"
      tags: ["hard"]
    <BLANKLINE>
    """
    lines = []
    for guid, own in sorted(overlay.items()):
        lines.append(f"{_quoted(guid)}:\n")
        if own.personal:
            lines.append(f"  personal: {_quoted(own.personal)}\n")
        if own.tags:
            lines.append(f"  tags: [{', '.join(_quoted(tag) for tag in own.tags)}]\n")
    return _HEAD + ("".join(lines) or "{}\n")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def read_personal(root: Path) -> tuple[Overlay, tuple[Problem, ...]]:
    """Read the file of a project; a project without one has an empty overlay."""
    path = root / PERSONAL_FILE
    if not path.is_file() or path.is_symlink():
        return {}, ()
    document, problems = read_file(root, path, frozenset())
    if document is None:
        return {}, problems
    places = Places(document)
    wrong = tuple(
        problem for guid, own in document.data.items() for problem in _misshapen(guid, own, places)
    )
    if wrong:
        return {}, (*problems, *wrong)
    overlay = {
        guid: Own(_plain(own.get("personal", "")).result(), tuple(own.get("tags", ())))
        for guid, own in document.data.items()
    }
    return {guid: own for guid, own in overlay.items() if own != Own()}, problems


def _plain(text: str) -> _Remark:
    remark = _Remark()
    remark.feed(text)
    return remark


def _misshapen(guid: str, own: object, places: Places) -> Iterator[Problem]:
    if not isinstance(own, dict):
        yield places.problem((guid,), "wrong-type", "expected a mapping", "write personal: …")
        return
    for key, value in own.items():
        if key not in _KEYS:
            message, known = f"the key {key!r} is not known here", "known keys: personal, tags"
            yield places.problem((guid, key), "unknown-key", message, known, key=True)
        elif key == "personal" and not isinstance(value, str):
            yield places.problem((guid, key), "wrong-type", "expected a text", "put it in quotes")
        elif key == "tags" and not (
            isinstance(value, list) and all(isinstance(tag, str) for tag in value)
        ):
            yield places.problem((guid, key), "wrong-type", "expected a list of tags", "write [a]")
        elif key == "personal" and (dropped := _plain(value).dropped):
            message = f"{dropped[:_SHOWN]!r} has no place in a remark"
            hint = f"plain markup without attributes: {', '.join(sorted(_MARKUP))}"
            yield places.problem((guid, key), "wrong-value", message, hint)
        elif key == "tags":
            for place, tag in enumerate(value):
                if not tag or any(c.isspace() for c in tag):
                    message, hint = f"{tag!r} is no tag", "a tag has no spaces"
                    yield places.problem((guid, key, place), "wrong-value", message, hint)


# ── The build ──────────────────────────────────────────────────────────────────────


def with_personal(plan: DeckPlan, overlay: Overlay) -> DeckPlan:
    """Return a deck with the owner's remarks and tags."""
    if not overlay:
        return plan
    places = {
        t.name: t.field_names().index(PERSONAL)
        for t in plan.note_types
        if PERSONAL in t.field_names()
    }
    notes = tuple(
        _personal(note, overlay[note.guid], places.get(note.note_type))
        if note.guid in overlay
        else note
        for note in plan.notes
    )
    return replace(plan, notes=notes)


def _personal(note: Note, own: Own, at: int | None) -> Note:
    if at is None:  # a picture with hidden parts has no place for remarks
        return replace(note, tags=tuple(sorted({*note.tags, *own.tags})))
    text = own.personal or note.fields[at]
    fields = (*note.fields[:at], text, *note.fields[at + 1 :])
    return replace(note, fields=fields, tags=tuple(sorted({*note.tags, *own.tags})))
