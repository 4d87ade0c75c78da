"""Bring the ledger up to date with the decks, and say what learners will get."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from dlcards.model import DeckPlan
from dlcards.problems import Problem, has_errors, in_order
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
    survey,
)
from dlcards.release.obstacles import Decisions, obstacles, pointless, time_problems, type_name

NOTHING_BUILT: Mapping[str, int] = MappingProxyType({})


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
            *obstacles(ledger, current, decided, file=file),
            *pointless(ledger, current, decided, file),
        ]
    )
    if has_errors(problems):
        return Release(ledger, found, problems=problems)
    gone = tuple(sorted({*found.missing, *found.missing_slots, *found.missing_decks}))
    confirmed = any(key in decided.reword for key in current.slots)
    if found.nothing_to_release() and not confirmed:
        return Release(ledger, found, problems=problems)
    late = time_problems(ledger, version, now, file)
    if late:
        return Release(ledger, found, problems=in_order((*problems, *late)))
    lines = _lines(ledger, current, gone, now, first)
    lines.append(Line(LineKind.RELEASE, version, now))
    return Release(Ledger(tuple(sorted(lines))), found, gone, now, problems)


def decide(
    ledger: Ledger, plans: Sequence[DeckPlan], decisions: Decisions, *, now: int, file: str = LEDGER
) -> Release:
    """Record decisions alone, ahead of the release that they are for.

    Nothing else of the decks is recorded, so that nothing gets a new time.
    """
    current, problems = survey(plans)
    found = compare(ledger, current)
    problems = in_order([*problems, *pointless(ledger, current, decisions, file)])
    if has_errors(problems):
        return Release(ledger, found, problems=problems)
    gone = {
        key
        for key in (*found.missing, *found.missing_slots, *found.missing_decks)
        if key in decisions.retire or key.partition("#")[0] in decisions.retire
    }
    living = {line.key: line for line in current.lines()}
    lines = []
    for line in ledger.lines:
        again = living.get(line.key)
        if line.key in gone:
            lines.append(replace(line, kind=LineKind.RETIRED, modified=now))
        elif line.kind is LineKind.SLOT and line.key in decisions.reword and again is not None:
            lines.append(replace(line, text=again.text, modified=now))
        elif line.kind is LineKind.RETIRED and again is not None and _revived(line, decisions):
            lines.append(replace(again, hash="", modified=now, id=line.id))
        else:
            lines.append(line)
    return Release(Ledger(tuple(sorted(lines))), found, tuple(sorted(gone)), now, problems)


def _revived(line: Line, decisions: Decisions) -> bool:
    return line.key in decisions.revive or line.key.partition("#")[0] in decisions.revive


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
        return min(first.get(line.key, FIRST_TIME), now)
    if line.kind is LineKind.NOTE_TYPE:
        return min(first.get(NOTE_TYPE_KEY + type_name(line), FIRST_TIME), now)
    return now


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
    types = done.ledger.of(LineKind.NOTE_TYPE)
    looks = [type_name(types[key]) for key in found.note_types if key in types]
    for title, keys in (
        ("New", found.new),
        ("Changed", found.changed),
        ("New cards of notes you have", asked),
        ("Retired questions", slots),
        ("Retired", retired),
        ("New styles or templates", looks),
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
    """Return a search of Anki's browser that finds a retired note.

    The field ``Id`` holds the id of the entry, or, where an entry has several notes of one
    type, the GUID.
    """
    tombstone = ledger.of(LineKind.RETIRED).get(guid)
    entry, number = entry_and_type(tombstone) if tombstone else ("", "")
    note_type = ledger.of(LineKind.NOTE_TYPE).get(number)
    name = type_name(note_type) if note_type else ""
    ids = " OR ".join(f'"Id:{each}"' for each in dict.fromkeys((entry or guid, guid)))
    return f'(({ids}) "note:{name}")' if name else f"({ids})"
