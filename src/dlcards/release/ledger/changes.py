"""What changed since a release, and what a later ledger may never lose."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from dlcards.problems import Location, Problem, in_order
from dlcards.release.ledger.content import Survey
from dlcards.release.ledger.lines import LEDGER, RESTORE, Ledger, LineKind

_SAME_MEANING = 0.5  # similarity below which a reworded question looks like another one


@dataclass(frozen=True, slots=True)
class Comparison:
    """How the decks differ from what was released.

    Parameters
    ----------
    new, changed, unchanged, missing : tuple of str
        GUIDs.
    note_types : tuple of str
        Ids of new and changed note types.
    new_slots, missing_slots : tuple of str
        ``GUID#slot``.
    new_decks, missing_decks : tuple of str
        Titles.
    """

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    note_types: tuple[str, ...] = ()
    new_slots: tuple[str, ...] = ()
    missing_slots: tuple[str, ...] = ()
    new_decks: tuple[str, ...] = ()
    missing_decks: tuple[str, ...] = ()

    def nothing_to_release(self) -> bool:
        """Tell whether the decks are exactly what was released."""
        return not (
            self.new
            or self.changed
            or self.missing
            or self.note_types
            or self.new_slots
            or self.missing_slots
            or self.new_decks
            or self.missing_decks
        )


def compare(ledger: Ledger, current: Survey) -> Comparison:
    """Return what is new, changed, unchanged and missing since the last release."""
    notes, types = ledger.of(LineKind.NOTE), ledger.of(LineKind.NOTE_TYPE)
    slots, decks = ledger.of(LineKind.SLOT), ledger.of(LineKind.DECK)
    same = {g for g, line in current.notes.items() if g in notes and notes[g].hash == line.hash}
    return Comparison(
        new=tuple(sorted(current.notes.keys() - notes.keys())),
        changed=tuple(sorted((current.notes.keys() & notes.keys()) - same)),
        unchanged=tuple(sorted(same)),
        missing=tuple(sorted(notes.keys() - current.notes.keys())),
        note_types=tuple(
            key
            for key, line in sorted(current.note_types.items())
            if key not in types or types[key].hash != line.hash
        ),
        new_slots=tuple(sorted(current.slots.keys() - slots.keys())),
        missing_slots=tuple(sorted(slots.keys() - current.slots.keys())),
        new_decks=tuple(sorted(current.decks.keys() - decks.keys())),
        missing_decks=tuple(sorted(decks.keys() - current.decks.keys())),
    )


def meaning_changed(old: str, new: str) -> bool:
    """Tell whether a question was reworded so much that it looks like another one.

    Examples
    --------
    >>> meaning_changed("Why do the slopes multiply?", "Why do slopes multiply here?")
    False
    >>> meaning_changed("Why do the slopes multiply?", "State the quotient rule")
    True
    """
    if old == new or not old:
        return False
    matcher = difflib.SequenceMatcher(None, old.casefold(), new.casefold(), autojunk=False)
    return matcher.ratio() < _SAME_MEANING


def check_continuity(before: Ledger, after: Ledger, *, file: str = LEDGER) -> tuple[Problem, ...]:
    """Find what a later ledger lost of an earlier one.

    Nothing that was released may disappear: a note, a slot or a deck stays, or leaves a
    tombstone; a time never goes back, and a changed hash needs a later time. An id stays,
    unless a merge brought an earlier one.
    """
    current = {(line.kind, line.key): line for line in after.lines}
    retired = after.of(LineKind.RETIRED)
    revivable = (LineKind.NOTE, LineKind.SLOT, LineKind.DECK)
    problems = []
    for line in before.lines:
        now = current.get((line.kind, line.key))
        if now is None:
            if line.kind in revivable and line.key in retired:
                continue
            if line.kind is LineKind.RETIRED and any((k, line.key) in current for k in revivable):
                continue  # revived
            message = f"the {line.kind} '{line.key}' was released and is gone"
            problems.append(Problem(Location(file), "ledger-lost", message, RESTORE))
        elif now.modified < line.modified or (
            now.modified == line.modified and now.hash not in (line.hash, "")
        ):
            message = f"the {line.kind} '{line.key}' changed without a later time"
            problems.append(Problem(Location(file), "ledger-time", message, RESTORE))
        elif line.id and not 0 < now.id <= line.id:
            message = f"the {line.kind} '{line.key}' has another id than when it was released"
            problems.append(Problem(Location(file), "ledger-time", message, RESTORE))
    return in_order(problems)
