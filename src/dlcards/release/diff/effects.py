"""What Anki does with notes and note types when a package is imported."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Effect(StrEnum):
    """What Anki does with something when the new package is imported."""

    NEW = "new"
    UPDATED = "updated"
    REWRITTEN = "rewritten"
    NOT_UPDATED = "not updated"
    CONFLICT = "conflict"
    LEFT = "kept"
    MOVED = "moved"
    SECOND_TYPE = "second note type"


HARMFUL = frozenset({Effect.REWRITTEN, Effect.NOT_UPDATED, Effect.CONFLICT, Effect.SECOND_TYPE})

EFFECTS = {
    Effect.NEW: "added",
    Effect.UPDATED: "updated; a learner's later edit wins",
    Effect.REWRITTEN: "nothing changed but the time: learners' own edits and tags get lost",
    Effect.NOT_UPDATED: "changed without a later time: learners keep the old one",
    Effect.CONFLICT: "changed its note type: Anki refuses it for ever",
    Effect.LEFT: "no longer in the package: learners keep it",
    Effect.MOVED: "in another deck: cards that learners have stay where they are",
    Effect.SECOND_TYPE: "fields or templates changed: Anki makes a second note type",
}
"""Each effect in words."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field before and after."""

    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class NoteChange:
    """The effect on one note.

    Parameters
    ----------
    guid, title : str
    effect : Effect
    fields : tuple of FieldChange
        Tags and deck count as the fields ``(tags)`` and ``(deck)``.
    new_cards, lost_cards : tuple of str
        Names of templates, or numbers of blanks.
    harm : tuple of str
        How it hurts learners; empty when it does not.
    """

    guid: str
    title: str
    effect: Effect
    fields: tuple[FieldChange, ...] = ()
    new_cards: tuple[str, ...] = ()
    lost_cards: tuple[str, ...] = ()
    harm: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TypeChange:
    """The effect on one note type."""

    name: str
    effect: Effect
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeckChange:
    """What is new about one deck, or about one set of deck options."""

    name: str
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that differs between two packages."""

    notes: tuple[NoteChange, ...] = ()
    note_types: tuple[TypeChange, ...] = ()
    media_added: tuple[str, ...] = ()
    media_removed: tuple[str, ...] = ()
    media_changed: tuple[str, ...] = ()
    decks: tuple[DeckChange, ...] = ()
    unchanged: int = 0
    harm: tuple[str, ...] = ()

    def hurts(self) -> bool:
        """Return whether importing the new package would hurt learners."""
        return bool(
            self.harm
            or any(change.harm or change.effect in HARMFUL for change in self.notes)
            or any(change.effect in HARMFUL for change in self.note_types)
        )

    def is_empty(self) -> bool:
        """Return whether the packages hold the same."""
        media = (*self.media_added, *self.media_removed, *self.media_changed)
        return not (self.notes or self.note_types or self.decks or media)
