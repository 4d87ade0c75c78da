"""Frozen records that flow between the steps of a build."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class NoteKind(StrEnum):
    """Anki's two kinds of note type."""

    BASIC = "basic"
    CLOZE = "cloze"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a note type; its id never changes, so it may be renamed."""

    name: str
    id: int


@dataclass(frozen=True, slots=True)
class CardTemplate:
    """A card template; its id never changes, so it may be renamed."""

    name: str
    id: int
    front: str
    back: str


@dataclass(frozen=True, slots=True)
class NoteType:
    """A note type as Anki knows it; the first field is the sort field."""

    id: int
    name: str
    kind: NoteKind
    fields: tuple[Field, ...]
    templates: tuple[CardTemplate, ...]
    css: str

    def field_names(self) -> tuple[str, ...]:
        """Return the names of the fields, in order."""
        return tuple(field.name for field in self.fields)


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A file of the collection's media folder; the name carries a hash of the content."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A note: its fields are HTML, ready for Anki.

    Parameters
    ----------
    guid : str
        Readable and permanent: ``dlcards/chain-rule``.
    note_type : str
        Name of the note type.
    fields : tuple of str
        In the order of the note type.
    tags : tuple of str
        Sorted.
    media : tuple of str
        Names of the media files the fields refer to.
    deck : str
        Full name of the deck its cards go to, ``A::B``.
    entry : str
        Id of the entry it was composed from.
    slots : tuple of str
        Released things that must keep their meaning: ``q1``, ``cloze:2``.
    """

    guid: str
    note_type: str
    fields: tuple[str, ...]
    tags: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    deck: str = ""
    entry: str = ""
    slots: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Illustration:
    """A drawn figure.

    Parameters
    ----------
    media : MediaFile
        The SVG, named by its content.
    alt, caption : str
        Plain text; the caption belongs on the back.
    width, height : int
        CSS pixels.
    """

    media: MediaFile
    alt: str
    caption: str = ""
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class DeckPlan:
    """A deck to be written: notes in the order in which new cards appear."""

    name: str
    title: str
    description: str
    notes: tuple[Note, ...]
    media: tuple[MediaFile, ...]
    note_types: tuple[NoteType, ...]
