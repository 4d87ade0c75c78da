"""The content of a project as records: entries, translations, decks, lists, sources."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlcards.claims.statement import FormulaProblem, Statement
from dlcards.content.families import ExerciseItem
from dlcards.content.lists import NoteList
from dlcards.content.project_file import LIBRARY, Project
from dlcards.content.schema import Deck, Entry, ImageFigure, Translation
from dlcards.documents import Document

if TYPE_CHECKING:
    from dlcards.claims.prose import Inline

TextPath = tuple[str | int, ...]
"""Where a text stands in its entry: ``("questions", "q1", "ask")``."""


@dataclass(frozen=True, slots=True)
class Item:
    """An entry that has been read, with everything its files say.

    Parameters
    ----------
    id, subject : str
        File name and folder.
    entry : Entry
    digest : str
        Hash of the text of the file.
    read : callable
        Returns formulas and texts as trees; they are read once.
    document : Document
        For the place of problems.
    translations : mapping of str to Translation
        By code of the language.
    """

    id: str
    subject: str
    entry: Entry
    digest: str
    read: Callable[[], Trees]
    document: Document
    translations: Mapping[str, Translation] = field(default_factory=dict)
    translation_documents: Mapping[str, Document] = field(default_factory=dict)
    sound: bool = False
    known: KnownEntry | None = None

    @property
    def first_id(self) -> str:
        """The id that notes and pictures keep when the entry is renamed."""
        return self.entry.formerly[0] if self.entry.formerly else self.id

    def title(self, language: str) -> str:
        """Return the title in a language, the original one where it is not translated."""
        translation = self.translations.get(language)
        return (translation and translation.title) or self.entry.title

    @property
    def statement(self) -> Statement | None:
        """The formulas; None where they cannot be read."""
        return self.read().statement

    @property
    def texts(self) -> Mapping[TextPath, tuple[Inline, ...]]:
        """The texts that may hold formulas, by their place in the entry."""
        return self.read().texts

    @property
    def sign(self) -> Inline | None:
        """The sign of a notation; without a tree where it is hand-written LaTeX."""
        inlines = self.texts.get(("sign",), ())
        return next((inline for inline in inlines if inline.kind == "math"), None)

    @property
    def image(self) -> ImageFigure | None:
        """The picture of one's own, None where a figure is computed or there is none."""
        figure = self.entry.figure
        if figure is None or figure.get("kind") != "image":
            return None
        return ImageFigure.model_validate(figure)

    @property
    def readable(self) -> bool:
        """Whether the formulas can be read."""
        return self.known is not None or self.statement is not None


@dataclass(frozen=True, slots=True)
class Trees:
    """What the formulas and texts of an entry say.

    Parameters
    ----------
    statement : Statement or None
        None where the formulas cannot be read.
    texts : mapping of path to tuple of Inline
    problems : tuple of FormulaProblem
        Mistakes in both.
    """

    statement: Statement | None
    texts: Mapping[TextPath, tuple[Inline, ...]]
    problems: tuple[FormulaProblem, ...]


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """What an earlier build read in a file without any mistake.

    Parameters
    ----------
    data : dict
        As the YAML parser gave it.
    asserted : tuple of (path, formula)
        The relations in its texts, see :func:`asserted`.
    """

    data: dict[str, Any]
    asserted: tuple[tuple[TextPath, str], ...]


@dataclass(frozen=True, slots=True)
class DeckSource:
    """A deck file that has been read."""

    name: str
    deck: Deck
    document: Document


@dataclass(frozen=True, slots=True)
class Source:
    """A book, course or paper that entries may cite.

    Parameters
    ----------
    places : mapping of str to str
        Section, chapter or key to its title; empty when any place may be cited.
    """

    code: str
    title: str
    url: str
    places: Mapping[str, str]
    urls: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Library:
    """All content below one root."""

    root: Path
    items: Mapping[str, Item]
    decks: Mapping[str, DeckSource]
    sources: Mapping[str, Source]
    lists: Mapping[str, NoteList] = field(default_factory=dict)
    exercises: Mapping[str, ExerciseItem] = field(default_factory=dict)
    project: Project = LIBRARY

    def titles(self, names: Iterable[str], language: str) -> tuple[tuple[str, str], ...]:
        """Return the permanent ids and the titles of entries, of those that exist."""
        found = (self.items[name] for name in names if name in self.items)
        return tuple((item.first_id, item.title(language)) for item in found)
