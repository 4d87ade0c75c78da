"""Bring the ledger up to date with the decks, and say what learners will get."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from dlcards.model import DeckPlan
from dlcards.problems import Location, Problem, has_errors, in_order
from dlcards.release.ledger import (
    FIRST_TIME,
    LEDGER,
    NOTE_TYPE_KEY,
    Comparison,
    Ledger,
    Line,
    LineKind,
    Survey,
    choose_ids,
    compare,
    entry_and_type,
    meaning_changed,
    survey,
)

NOTHING_BUILT: Mapping[str, int] = MappingProxyType({})


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


@dataclass(frozen=True, slots=True)
class Release:
    """A new state of the ledger, or the problems that stand in its way."""

    ledger: Ledger
    comparison: Comparison
    retired: tuple[str, ...] = ()
    time: int = 0
    problems: tuple[Problem, ...] = ()


def release(
    ledger: Ledger,
    plans: Sequence[DeckPlan],
    *,
    version: str,
    now: int,
    decisions: Decisions | None = None,
    first: Mapping[str, int] = NOTHING_BUILT,
    file: str = LEDGER,
) -> Release:
    """Record everything new and changed under one release time.

    What was never released keeps the time that builds gave it: nobody has it but those who
    imported such a build, and they keep their edits.

    Parameters
    ----------
    ledger : Ledger
        State after the last release.
    plans : sequence of DeckPlan
        All decks in all languages; what none of them holds counts as gone.
    version : str
        Name of the release; used once.
    now : int
        Seconds since 1970: the time of the release. It must lie after all others.
    decisions : Decisions, optional
    first : mapping of str to int
        Times of unreleased notes and note types, as `stamp` gives them.
    file : str
        Name of the ledger, for problems.

    Returns
    -------
    Release
        With the old ledger and the problems when something stands in the way. When
        nothing changed, the ledger stays as it is.
    """
    decided = decisions or Decisions()
    current, problems = survey(plans)
    found = compare(ledger, current)
    problems = in_order(
        [
            *problems,
            *_missing(ledger, current, found, decided, file),
            *_slot_problems(ledger, current, decided),
            *_returned(ledger, current, decided),
            *_structure_problems(ledger, current),
            *_type_problems(ledger, current),
            *_pointless(ledger, current, decided, file),
        ]
    )
    if has_errors(problems):
        return Release(ledger, found, problems=problems)
    gone = tuple(sorted({*found.missing, *found.missing_slots, *found.missing_decks}))
    confirmed = any(key in decided.reword for key in current.slots)
    if found.nothing_to_release() and not confirmed:
        return Release(ledger, found, problems=problems)
    late = _time_problems(ledger, version, now, file)
    if late:
        return Release(ledger, found, problems=in_order((*problems, *late)))
    lines = _lines(ledger, current, gone, now, first)
    lines.append(Line(LineKind.RELEASE, version, now))
    return Release(Ledger(tuple(sorted(lines))), found, gone, now, problems)


def _lines(
    ledger: Ledger, current: Survey, gone: Sequence[str], now: int, first: Mapping[str, int]
) -> list[Line]:
    """Return the lines of the new ledger but for the release itself."""
    before = {(line.kind, line.key): line for line in ledger.lines}
    tombstones = ledger.of(LineKind.RETIRED)
    known = ledger.ids()
    notes = choose_ids(current.notes, _of_notes(known), first=now)
    ids = notes | choose_ids(current.slots, _of_cards(known), first=now)
    lines = [line for line in ledger.lines if line.kind is LineKind.RELEASE]
    for line in current.lines():
        old = before.get((line.kind, line.key))
        modified = now
        if old is not None and _same(old, line):
            modified = old.modified
        elif old is None and line.key not in tombstones:
            modified = _first_time(line, first, now)
        lines.append(replace(line, modified=modified, id=ids.get(line.key, 0)))
    present = {line.key for line in lines}
    lines += [
        line
        for line in ledger.lines
        if line.kind in (LineKind.RETIRED, LineKind.NOTE_TYPE) and line.key not in present
    ]
    kinds = (LineKind.NOTE, LineKind.SLOT, LineKind.DECK)
    for key in gone:
        old = next(before[kind, key] for kind in kinds if (kind, key) in before)
        lines.append(replace(old, kind=LineKind.RETIRED, modified=now))
    return lines


def _of_notes(ids: Mapping[str, int]) -> dict[str, int]:
    return {key: number for key, number in ids.items() if "#" not in key}


def _of_cards(ids: Mapping[str, int]) -> dict[str, int]:
    return {key: number for key, number in ids.items() if "#" in key}


def _same(old: Line, line: Line) -> bool:
    if line.kind in (LineKind.SLOT, LineKind.DECK):
        return old.text == line.text
    return old.hash == line.hash


def _first_time(line: Line, first: Mapping[str, int], now: int) -> int:
    """Return the time of what is released for the first time."""
    if line.kind is LineKind.NOTE:
        return first.get(line.key, FIRST_TIME)
    if line.kind is LineKind.NOTE_TYPE:
        return first.get(NOTE_TYPE_KEY + _type_name(line), FIRST_TIME)
    return now


def _type_name(line: Line) -> str:
    return line.text.rsplit("; ", 3)[0]


# ── What stands in the way ────────────────────────────────────────────────────────


def _time_problems(ledger: Ledger, version: str, now: int, file: str) -> list[Problem]:
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
        name = _type_name(line)
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


def _pointless(ledger: Ledger, current: Survey, decided: Decisions, file: str) -> list[Problem]:
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


# ── Release notes ──────────────────────────────────────────────────────────────────


def release_notes(done: Release, version: str) -> str:
    """Return what a release brings, for the change log and for learners.

    Examples
    --------
    >>> print(release_notes(Release(Ledger(), Comparison(new=("dlcards/x",))), "1.0.0"))
    1.0.0: 1 new, 0 changed, 0 retired, 0 unchanged
    <BLANKLINE>
    New
      dlcards/x
    """
    found = done.comparison
    retired = [key for key in done.retired if "#" not in key and key not in found.missing_decks]
    counts = (
        (found.new, "new"),
        (found.changed, "changed"),
        (retired, "retired"),
        (found.unchanged, "unchanged"),
    )
    parts = [f"{version}: " + ", ".join(f"{len(keys)} {word}" for keys, word in counts)]
    asked = [key for key in found.new_slots if key.rpartition("#")[0] not in found.new]
    slots = [key for key in done.retired if "#" in key and key.partition("#")[0] not in retired]
    for title, keys in (
        ("New", found.new),
        ("Changed", found.changed),
        ("New cards of notes you have", asked),
        ("Retired questions", slots),
        ("Retired", retired),
        ("New decks", found.new_decks),
        ("Retired decks", found.missing_decks),
    ):
        if keys:
            parts.append("\n".join([f"{title}", *(f"  {key}" for key in keys)]))
    if retired or slots:
        parts.append(_how_to_suspend(done, retired, slots))
    return "\n\n".join(parts)


def _how_to_suspend(done: Release, notes: Sequence[str], slots: Sequence[str]) -> str:
    lines = ["Anki never removes cards by itself. To put retired ones aside:"]
    if notes:
        searches = " OR ".join(sorted({_search(done.ledger, guid) for guid in notes}))
        lines.append(f"  search for {searches} in the browser, select all, and suspend the cards")
    if slots:
        lines.append("  Tools > Empty Cards lists the cards of retired questions")
    return "\n".join(lines)


def _search(ledger: Ledger, guid: str) -> str:
    """Return a search of Anki's browser that finds a retired note."""
    tombstone = ledger.of(LineKind.RETIRED).get(guid)
    entry, number = entry_and_type(tombstone) if tombstone else ("", "")
    note_type = ledger.of(LineKind.NOTE_TYPE).get(number)
    kind = f' "note:{_type_name(note_type)}"' if note_type else ""
    return f'("Id:{entry or guid}"{kind})'
