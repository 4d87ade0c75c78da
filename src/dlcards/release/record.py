"""Bring the ledger up to date with the decks, and say what learners will get."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from dlcards.model import DeckPlan
from dlcards.problems import Location, Problem, has_errors, in_order
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
    survey,
)


@dataclass(frozen=True, slots=True)
class Decisions:
    """What the maintainer confirmed, because no program can know it.

    Parameters
    ----------
    retire : collection of str
        GUIDs and ``GUID#slot`` that leave the decks for good.
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
    file: str = LEDGER,
) -> Release:
    """Record everything new and changed under one release time.

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
            *_missing(ledger, found, decided, file),
            *_slot_problems(ledger, current, decided),
            *_returned(ledger, current, decided),
            *_structure_problems(ledger, current),
            *_type_problems(ledger, current),
            *_pointless(ledger, current, decided, file),
        ]
    )
    if has_errors(problems):
        return Release(ledger, found, problems=problems)
    gone = tuple(sorted({*found.missing, *found.missing_slots}))
    confirmed = any(key in decided.reword for key in current.slots)
    if found.nothing_to_release() and not confirmed:
        return Release(ledger, found, problems=problems)
    late = _time_problems(ledger, version, now, file)
    if late:
        return Release(ledger, found, problems=in_order((*problems, *late)))
    lines = _lines(ledger, current, gone, now)
    lines.append(Line(LineKind.RELEASE, version, now))
    return Release(Ledger(tuple(sorted(lines))), found, gone, now, problems)


def _lines(ledger: Ledger, current: Survey, gone: Sequence[str], now: int) -> list[Line]:
    """Return the lines of the new ledger but for the release itself."""
    before = {(line.kind, line.key): line for line in ledger.lines}
    lines = [line for line in ledger.lines if line.kind is LineKind.RELEASE]
    living = [*current.notes.values(), *current.note_types.values(), *current.slots.values()]
    for line in living:
        old = before.get((line.kind, line.key))
        same = old is not None and (line.kind is LineKind.SLOT or old.hash == line.hash)
        lines.append(replace(line, modified=old.modified if old and same else now))
    present = {line.key for line in lines}
    lines += [
        line
        for line in ledger.lines
        if line.kind in (LineKind.RETIRED, LineKind.NOTE_TYPE) and line.key not in present
    ]
    for key in gone:
        old = before.get((LineKind.NOTE, key)) or before[(LineKind.SLOT, key)]
        lines.append(Line(LineKind.RETIRED, key, now, old.hash, old.text))
    return lines


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


def _missing(ledger: Ledger, found: Comparison, decided: Decisions, file: str) -> list[Problem]:
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
        if key in decided.retire or guid in found.missing:
            continue
        message = f"the released slot '{key}' is gone; its cards would turn blank"
        hint = f"restore it, or release with --retire '{key}'"
        place = Location(_entry(notes[guid]) or file) if guid in notes else Location(file)
        problems.append(Problem(place, "lost-slot", message, hint))
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
    for key, tombstone in ledger.of(LineKind.RETIRED).items():
        line = current.notes.get(key) or current.slots.get(key)
        if line is None or key in decided.revive or key.rpartition("#")[0] in decided.revive:
            continue
        guid = key if key in current.notes else key.rpartition("#")[0]
        message = f"'{key}' was retired ('{tombstone.text}') and is used again"
        hint = f"choose another name; if it is the same again, release with --revive '{key}'"
        place = _entry(current.notes[guid]) or guid
        problems.append(Problem(Location(place), "retired-again", message, hint))
    return problems


def _structure_problems(ledger: Ledger, current: Survey) -> list[Problem]:
    """Find note types whose fields or templates changed: Anki would make a second one."""
    released = ledger.of(LineKind.NOTE_TYPE)
    problems = []
    for key, line in current.note_types.items():
        old = released.get(key)
        if old is None or _shape(old) == _shape(line):
            continue
        name = line.text.partition(";")[0]
        message = f"fields, templates or kind of the note type '{name}' changed"
        hint = "keep their ids, number and order: Anki would make a second note type"
        problems.append(Problem(Location(name), "note-type-changed", message, hint))
    return problems


def _type_problems(ledger: Ledger, current: Survey) -> list[Problem]:
    """Find notes that changed their note type: Anki would refuse them for ever."""
    released = ledger.of(LineKind.NOTE)
    problems = []
    for guid, line in current.notes.items():
        if guid in released and entry_and_type(released[guid])[1] != entry_and_type(line)[1]:
            message = f"the note '{guid}' was released with another note type"
            hint = "keep its type, or retire it and take another id"
            problems.append(Problem(Location(_entry(line)), "note-changed-type", message, hint))
    return problems


def _entry(line: Line) -> str:
    return entry_and_type(line)[0]


def _shape(line: Line) -> list[str]:
    return line.text.rsplit("; ", 3)[1:]  # all but the name


def _pointless(ledger: Ledger, current: Survey, decided: Decisions, file: str) -> list[Problem]:
    """Find decisions about things that are not there: mostly misspelt names."""
    present = current.notes.keys() | current.slots.keys()
    released = ledger.of(LineKind.NOTE).keys() | ledger.of(LineKind.SLOT).keys()
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
    retired = [key for key in done.retired if "#" not in key]
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
    ):
        if keys:
            parts.append("\n".join([f"{title}", *(f"  {key}" for key in keys)]))
    if done.retired:
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
    kind = f' "note:{note_type.text.rsplit("; ", 3)[0]}"' if note_type else ""
    return f'("Id:{entry or guid}"{kind})'
