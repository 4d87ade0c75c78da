"""What stands in the way of a release, because it would cost learners something."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from dlcards.languages import SOURCE
from dlcards.problems import Location, Problem, in_order
from dlcards.release.ledger import (
    LEDGER,
    Comparison,
    Ledger,
    Line,
    LineKind,
    Survey,
    compare,
    entry_and_type,
    meaning_changed,
)


@dataclass(frozen=True, slots=True)
class Decisions:
    """What the maintainer confirmed, because no program can know it.

    Parameters
    ----------
    retire : collection of str
        GUIDs, ``GUID#slot`` and titles of decks that go for good.
    revive : collection of str
        Retired ones that come back with their old meaning.
    reword : collection of str
        ``GUID#slot`` that ask the same in other words.
    """

    retire: Collection[str] = ()
    revive: Collection[str] = ()
    reword: Collection[str] = ()


def obstacles(
    ledger: Ledger, current: Survey, decided: Decisions, *, file: str = LEDGER
) -> tuple[Problem, ...]:
    """Find everything that was released and is lost, or means something else now.

    Parameters
    ----------
    ledger : Ledger
    current : Survey
        All decks in all languages; what is not there counts as gone.
    decided : Decisions
    file : str
        Name of the ledger, for problems.
    """
    found = compare(ledger, current)
    return in_order(
        [
            *_missing(ledger, current, found, decided, file),
            *_slot_problems(ledger, current, decided),
            *_returned(ledger, current, decided),
            *_structure_problems(ledger, current),
            *_type_problems(ledger, current),
        ]
    )


def part_of(ledger: Ledger, belongs: Callable[[str], bool], language: str) -> Ledger:
    """Return what the ledger says about some entries in one language.

    Parameters
    ----------
    ledger : Ledger
    belongs : callable (id) -> bool
        Tells by its first id whether an entry is one of them.
    language : str
    """
    wanted = {
        guid
        for guid, line in ledger.of(LineKind.NOTE).items()
        if belongs(_entry(line).partition("/")[0]) and language_of(guid) == language
    }
    kinds = (LineKind.NOTE, LineKind.SLOT)
    return Ledger(
        tuple(
            line
            for line in ledger.lines
            if line.kind not in kinds or line.key.partition("#")[0] in wanted
        )
    )


def language_of(guid: str) -> str:
    """Return the language of a note.

    Examples
    --------
    >>> language_of("dlcards/chain-rule@xx"), language_of("dlcards/chain-rule/cloze") == SOURCE
    ('xx', True)
    """
    return guid.rpartition("@")[2] if "@" in guid else SOURCE


def time_problems(ledger: Ledger, version: str, now: int, file: str) -> list[Problem]:
    """Find why a release cannot have this name and time."""
    problems = []
    if version in ledger.of(LineKind.RELEASE):
        message = f"the version {version} was released before"
        problems.append(Problem(Location(file), "version-used", message, "choose a later one"))
    if now <= ledger.last_release():
        message = "the last release lies in the future of this machine's clock"
        problems.append(Problem(Location(file), "ledger-future", message, "set the clock right"))
    return problems


def _missing(
    ledger: Ledger, current: Survey, found: Comparison, decided: Decisions, file: str
) -> list[Problem]:
    """Find released things that no deck holds any more, unless they were retired."""
    notes = ledger.of(LineKind.NOTE)
    problems = []
    for guid in found.missing:
        if guid in decided.retire:
            continue
        message = f"the released note '{guid}' is in no deck"
        hint = (
            f"renamed? write 'formerly: [{_entry(notes[guid]) or guid}]' in its entry;"
            f" gone for good? release with --retire {guid}"
        )
        problems.append(Problem(Location(file), "lost-note", message, hint))
    for key in found.missing_slots:
        guid = key.rpartition("#")[0]
        if key in decided.retire or guid in found.missing or guid not in notes:
            continue
        if guid in current.notes and _type_of(notes[guid]) != _type_of(current.notes[guid]):
            continue  # told as a changed note type
        message = f"the released slot '{key}' is gone; its cards would turn blank"
        hint = f"restore it, or release with --retire '{key}'"
        place = Location(_entry(notes[guid]) or file)
        problems.append(Problem(place, "lost-slot", message, hint))
    for title in found.missing_decks:
        if title in decided.retire:
            continue
        name = ledger.of(LineKind.DECK)[title].text
        message = f"no deck has the released title '{title}'; learners would get a second deck"
        hint = f"write it again in decks/{name}.yaml, or release with --retire '{title}'"
        problems.append(Problem(Location(f"decks/{name}.yaml"), "lost-deck", message, hint))
    return problems


def _slot_problems(ledger: Ledger, current: Survey, decided: Decisions) -> list[Problem]:
    """Find slots that ask something else than when they were released."""
    released = ledger.of(LineKind.SLOT)
    owners = {
        (key.rpartition("#")[0], line.text): key for key, line in released.items() if line.text
    }
    problems = []
    for key, line in current.slots.items():
        old = released.get(key)
        if old is None or old.text == line.text or key in decided.reword:
            continue
        guid, _, slot = key.rpartition("#")
        owner = owners.get((guid, line.text))
        if owner:
            message = f"'{slot}' asks what '{owner.rpartition('#')[2]}' asked when released"
        elif meaning_changed(old.text, line.text):
            message = f"'{slot}' asked '{old.text}' when released and asks something else now"
        else:
            continue
        hint = (
            f"keep its question and take a new slot for the other; if it means the same,"
            f" release with --reword '{key}'"
        )
        place = _entry(current.notes[guid]) or guid
        problems.append(Problem(Location(place), "changed-slot", message, hint))
    return problems


def _returned(ledger: Ledger, current: Survey, decided: Decisions) -> list[Problem]:
    problems = []
    tombstones = ledger.of(LineKind.RETIRED)
    for key, tombstone in tombstones.items():
        if "#" in key and key.partition("#")[0] in tombstones:
            continue  # told of its note
        line = current.notes.get(key) or current.slots.get(key) or current.decks.get(key)
        if line is None or key in decided.revive or key.rpartition("#")[0] in decided.revive:
            continue
        guid = key.partition("#")[0]
        message = f"'{key}' was retired ('{tombstone.text}') and is used again"
        hint = f"choose another name; if it is the same again, release with --revive '{key}'"
        place = _entry(current.notes[guid]) if guid in current.notes else ""
        problems.append(Problem(Location(place or guid), "retired-again", message, hint))
    return problems


def _structure_problems(ledger: Ledger, current: Survey) -> list[Problem]:
    """Find note types whose fields or templates changed: Anki would make a second one."""
    released = ledger.of(LineKind.NOTE_TYPE)
    problems = []
    for key, line in current.note_types.items():
        old = released.get(key)
        if old is None or _shape(old) == _shape(line):
            continue
        name = type_name(line)
        message = f"fields, templates or kind of the note type '{name}' changed"
        hint = "keep their ids, number and order: Anki would make a second note type"
        problems.append(Problem(Location(name), "note-type-changed", message, hint))
    return problems


def _type_problems(ledger: Ledger, current: Survey) -> list[Problem]:
    """Find notes that changed their note type: Anki would refuse them for ever."""
    released = ledger.of(LineKind.NOTE)
    problems = []
    for guid, line in current.notes.items():
        if guid in released and _type_of(released[guid]) != _type_of(line):
            message = f"the note '{guid}' was released with another note type"
            hint = "keep its type, or retire it and take another id"
            problems.append(Problem(Location(_entry(line)), "note-changed-type", message, hint))
    return problems


def _entry(line: Line) -> str:
    return entry_and_type(line)[0]


def _type_of(line: Line) -> str:
    return entry_and_type(line)[1]


def _shape(line: Line) -> list[str]:
    return line.text.rsplit("; ", 3)[1:]  # all but the name


def pointless(ledger: Ledger, current: Survey, decided: Decisions, file: str) -> list[Problem]:
    """Find decisions about things that are not there: mostly misspelt names."""
    present = {line.key for line in current.lines()}
    kinds = (LineKind.NOTE, LineKind.SLOT, LineKind.DECK)
    released = {line.key for line in ledger.lines if line.kind in kinds}
    retired = ledger.of(LineKind.RETIRED).keys()
    checks = (
        ("retire", decided.retire, released - present, "is not a released one that is gone"),
        ("revive", decided.revive, retired & present, "is not a retired one that is back"),
        ("reword", decided.reword, released & current.slots.keys(), "is not a released slot"),
    )
    return [
        Problem(Location(file), "nothing-to-decide", f"--{option}: '{key}' {why}")
        for option, keys, allowed, why in checks
        for key in keys
        if key not in allowed
    ]


def type_name(line: Line) -> str:
    """Return the name of a note type, from its line."""
    return line.text.rsplit("; ", 3)[0]
