"""The modification times of a package."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dlcards.model import DeckPlan
from dlcards.problems import Location, Problem, Severity
from dlcards.release.ledger.content import content_hash, note_type_hash
from dlcards.release.ledger.identity import FIRST_TIME
from dlcards.release.ledger.lines import Ledger, Line, LineKind

_LATEST = 1 << 40
"""Seconds; far beyond what any clock says, and within what a package can hold."""

_CLOCKS_DIFFER = 86_400

NOTE_TYPE_KEY = "notetype:"
"""Prefix of a note type's name among the modification times."""

FirstBuilt = Mapping[str, tuple[str, int]]
"""Hash and time of the last unreleased content, by GUID or ``notetype:ID``."""


@dataclass(frozen=True, slots=True)
class Stamps:
    """Modification times for a package.

    Parameters
    ----------
    modified : dict of str to int
        Seconds by GUID and by ``notetype:NAME``, as `write_package` wants them.
    unreleased : tuple of str
        GUIDs of the notes that differ from the last release.
    first_built : mapping
        What the next build needs to know.
    """

    modified: dict[str, int]
    unreleased: tuple[str, ...]
    first_built: FirstBuilt


def stamp(
    ledger: Ledger,
    plans: Sequence[DeckPlan],
    *,
    first_built: FirstBuilt,
    now: int,
    epoch: int | None = None,
) -> Stamps:
    """Give every note and note type the time of its last change.

    A released note carries the time in the ledger. Any other carries a time that follows
    from the ledger alone, the same wherever it is built, until its content changes: then it
    carries the time of the first build with that content, later than what was built before.

    Parameters
    ----------
    ledger : Ledger
    plans : sequence of DeckPlan
    first_built : mapping
        What the last build wrote.
    now : int
        Seconds since 1970.
    epoch : int, optional
        ``SOURCE_DATE_EPOCH``: the time of all unreleased content, for builds that
        must come out the same; no time is noted then.
    """
    notes, types = ledger.of(LineKind.NOTE), ledger.of(LineKind.NOTE_TYPE)
    anew: dict[str, tuple[str, int]] = {}
    modified: dict[str, int] = {}
    unreleased = []

    def moment(key: str, hashed: str, released: Line | None) -> int:
        last = anew.get(key) or first_built.get(key)
        if last is not None and last[0] == hashed and released is None and epoch is None:
            return last[1]  # most notes of large decks: nothing happened
        found = _moment(hashed, released, last, now, epoch)
        if found.is_new:
            anew[key] = (hashed, found.time)
        return found.time

    for plan in plans:
        for note in plan.notes:
            if note.guid in modified:
                continue
            hashed, released = content_hash(note), notes.get(note.guid)
            modified[note.guid] = moment(note.guid, hashed, released)
            if released is None or released.hash != hashed:
                unreleased.append(note.guid)
        for note_type in plan.note_types:
            key, hashed = str(note_type.id), note_type_hash(note_type)
            modified[NOTE_TYPE_KEY + note_type.name] = moment(
                NOTE_TYPE_KEY + key, hashed, types.get(key)
            )
    noted = {**first_built, **anew} if anew else first_built
    return Stamps(modified, tuple(sorted(unreleased)), noted)


class _Moment(NamedTuple):
    time: int
    is_new: bool = False


def _moment(
    hashed: str,
    released: Line | None,
    last: tuple[str, int] | None,
    now: int,
    epoch: int | None,
) -> _Moment:
    if released is not None and released.hash == hashed:
        return _Moment(released.modified)
    earliest = released.modified + 1 if released is not None else FIRST_TIME
    if epoch is not None:
        return _Moment(max(epoch, earliest))
    if last is None:
        return _Moment(earliest, is_new=True)
    last_hash, last_time = last
    if last_hash == hashed:
        return _Moment(max(last_time, earliest))
    # A return to older content is a change too: its old time would be refused.
    return _Moment(max(now, last_time + 1, earliest), is_new=True)


def read_first_built(
    text: str, *, file: str, now: int = _LATEST
) -> tuple[dict[str, tuple[str, int]], Problem | None]:
    """Read when unreleased content was first built.

    A damaged file is a warning: changes since the last build then get no later time. So are
    times a day or more after `now`, noted while the clock was ahead: they are forgotten, lest
    every later build be dated after them.

    Examples
    --------
    >>> read_first_built('{"g": ["abc", 5]}', file="first-built.json")
    ({'g': ('abc', 5)}, None)
    """
    try:
        times = json.loads(text) if text.strip() else {}
        for key, (hashed, moment) in times.items():
            times[key] = (str(hashed), int(moment))  # in place: there may be 100,000
        if not all(0 <= moment <= _LATEST for _, moment in times.values()):
            raise ValueError("a time that no file system knows")
    except (ValueError, TypeError, AttributeError, ArithmeticError, RecursionError):
        message = "the times of earlier builds cannot be read"
        hint = "what changed since the last build may not reach those who imported it"
        place = Location(file)
        return {}, Problem(place, "damaged-build-times", message, hint, Severity.WARNING)
    latest = max(now, FIRST_TIME) + _CLOCKS_DIFFER
    past = {key: noted for key, noted in times.items() if noted[1] <= latest}
    if len(past) == len(times):
        return times, None
    message = f"{len(times) - len(past)} notes were built in the future of this machine's clock"
    hint = "if you imported that build, import the new one once with 'Update notes: Always'"
    return past, Problem(Location(file), "future-build-times", message, hint, Severity.WARNING)


def write_first_built(first_built: FirstBuilt) -> str:
    """Return the text of the file, the same for the same times."""
    # With an indent the encoder would be the slow one, in Python.
    return json.dumps(first_built, sort_keys=True)
