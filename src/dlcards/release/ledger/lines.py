"""The lines of the ledger: read, check, write."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from dlcards.files import read_text
from dlcards.problems import Location, Problem, in_order

LEDGER = "decks/ledger.tsv"
HEADER = "# dlcards ledger 1; written by `dlcards release`, not by hand"
_VERSION = re.compile(r"# dlcards ledger (\d{1,9})\b")
_TIME_FORMAT = "%Y-%m-%dT%H:%M:%SZ"
_COLUMNS = 7
RESTORE = "restore the file from the last commit and run `dlcards release` again"


class LineKind(StrEnum):
    """What a line of the ledger is about."""

    DECK = "deck"
    NOTE = "note"
    NOTE_TYPE = "notetype"
    RELEASE = "release"
    RETIRED = "retired"
    SLOT = "slot"


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """One line of the ledger.

    Parameters
    ----------
    kind : LineKind
    key : str
    modified : int
        Seconds since 1970: the time of the last change.
    hash, text : str
        See :mod:`dlcards.release.ledger`.
    id : int
        Of the note or card in Anki; 0 for anything else.
    """

    kind: LineKind
    key: str
    modified: int
    hash: str = ""
    text: str = ""
    id: int = 0

    def __str__(self) -> str:
        """Return the line as it stands in the file."""
        moment = datetime.fromtimestamp(self.modified, UTC).strftime(_TIME_FORMAT)
        number = str(self.id) if self.id else ""
        columns = (self.kind.value, self.key, moment, number, self.hash, self.text)
        content = "\t".join(columns)
        return f"{content}\t{_check(content)}"


@dataclass(frozen=True, slots=True)
class Ledger:
    """Everything that was ever released, sorted."""

    lines: tuple[Line, ...] = ()

    def of(self, kind: LineKind) -> dict[str, Line]:
        """Return the lines of one kind by key."""
        return {line.key: line for line in self.lines if line.kind is kind}

    def last_release(self) -> int:
        """Return the latest time in the ledger, 0 when it is empty."""
        return max((line.modified for line in self.lines), default=0)

    def ids(self) -> dict[str, int]:
        """Return the id of every note by GUID, and of every card by ``GUID#slot``."""
        return {line.key: line.id for line in self.lines if line.id}


def entry_and_type(line: Line) -> tuple[str, str]:
    """Return the entry and the id of the note type in the line of a note.

    Examples
    --------
    >>> entry_and_type(Line(LineKind.NOTE, "dlcards/x", 0, "", "x; type 17"))
    ('x', '17')
    """
    entry, _, number = line.text.rpartition("; type ")
    return entry, number


def _check(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()[:6]


def write(ledger: Ledger) -> str:
    r"""Return the text of the file.

    Examples
    --------
    >>> text = write(Ledger((Line(LineKind.RELEASE, "1.0.0", 1_700_000_000),)))
    >>> text.splitlines()[1].split("\t")
    ['release', '1.0.0', '2023-11-14T22:13:20Z', '', '', '', 'a4700d']
    """
    return "\n".join([HEADER, *(str(line) for line in sorted(ledger.lines))]) + "\n"


def merge(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return what the lines of several branches say together, sorted.

    Of several lines about one thing the latest counts, with the smallest id: that of the
    release that came first. Where two of the same time differ in content, nobody can tell
    which one learners have: the hash is left out, so that the next release sends it again.

    Examples
    --------
    >>> ours = Line(LineKind.NOTE, "dlcards/x", 1_700_000_000, "ab", "x; type 1", 17)
    >>> theirs = Line(LineKind.RETIRED, "dlcards/x", 1_700_000_009, "ab", "x; type 1", 12)
    >>> [(line.kind.value, line.id) for line in merge([ours, theirs, ours])]
    [('retired', 12)]
    """
    things: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        kind = line.kind if line.kind in (LineKind.NOTE_TYPE, LineKind.RELEASE) else ""
        things.setdefault((kind, line.key), []).append(line)
    merged = []
    for same in things.values():
        latest = max(same, key=lambda each: (each.modified, each.kind is LineKind.RETIRED, each))
        rivals = {each.hash for each in same if each.modified == latest.modified}
        number = min((each.id for each in same if each.id), default=0)
        hashed = latest.hash if len(rivals) == 1 else ""
        merged.append(replace(latest, hash=hashed, id=number))
    return tuple(sorted(merged))


def read(
    text: str, *, file: str = LEDGER, now: int | None = None
) -> tuple[Ledger, tuple[Problem, ...]]:
    """Read the text of a ledger and find every line that cannot be trusted.

    Lines may stand in any order and several may be about one thing, as git leaves them when
    it merges branches by keeping the lines of both, see :func:`merge`.

    Parameters
    ----------
    text : str
        Content of the file; empty before the first release.
    file : str
        Its name, for problems.
    now : int, optional
        Seconds since 1970; later lines are problems.

    Examples
    --------
    >>> ledger, problems = read("<<<<<<< ours")
    >>> print(problems[0])
    decks/ledger.tsv:1:1: error: the first line is not that of a ledger; restore the file from the last commit and run `dlcards release` again [ledger-format]
    """  # noqa: E501
    if not text.strip():
        return Ledger(), ()
    rows = text.split("\n")
    version = _VERSION.match(rows[0])
    if version is None or int(version[1]) > 1:
        return Ledger(), (_header_problem(file, version),)
    lines: list[Line] = []
    problems: list[Problem] = []
    for number, row in enumerate(rows[1:], 2):
        if row == "" and number == len(rows):
            continue
        line = _read_line(row, Location(file, number, 1), problems)
        if line is None:
            continue
        if now is not None and line.modified > now:
            problems.append(_future(line, row, Location(file, number, 1)))
        lines.append(line)
    merged = merge(lines)
    if not problems:
        problems += _orphans(merged, file)
    return Ledger(merged), in_order(problems)


def read_file(
    root: Path, *, now: int | None = None, file: Path | None = None
) -> tuple[Ledger, tuple[Problem, ...]]:
    """Read the ledger of a project, or another file that holds one.

    Raises
    ------
    OSError
        When the file cannot be read.
    """
    return read(read_text(file or root / LEDGER), file=str(file) if file else LEDGER, now=now)


def _header_problem(file: str, version: re.Match[str] | None) -> Problem:
    place = Location(file, 1, 1)
    if version is None:
        return Problem(place, "ledger-format", "the first line is not that of a ledger", RESTORE)
    message = f"the ledger has format {version[1]}, which a later dlcards wrote"
    return Problem(place, "ledger-format", message, "install the newest dlcards")


def _read_line(row: str, place: Location, problems: list[Problem]) -> Line | None:
    columns = row.split("\t")
    if len(columns) != _COLUMNS or columns[0] not in set(LineKind):
        marker = row.startswith(("<<<<<<<", "=======", ">>>>>>>", "|||||||"))
        message = "a merge left its marker" if marker else "this is not a line of a ledger"
        hint = "keep the lines of both sides, without the markers" if marker else RESTORE
        problems.append(Problem(place, "ledger-line", message, hint, source=row))
        return None
    kind, key, moment, number, hashed, text, check = columns
    if _check("\t".join(columns[:-1])) != check:
        message = f"the line of '{key}' was changed by hand"
        problems.append(Problem(place, "ledger-edited", message, RESTORE, source=row))
        return None
    try:
        parsed = datetime.strptime(moment, _TIME_FORMAT).replace(tzinfo=UTC)
        read_number = int(number or "0")
    except ValueError:
        message = f"'{moment}' is not a time, or '{number}' not an id"
        problems.append(Problem(place, "ledger-line", message, RESTORE, source=row))
        return None
    return Line(LineKind(kind), key, int(parsed.timestamp()), hashed, text, read_number)


def _future(line: Line, row: str, place: Location) -> Problem:
    moment = datetime.fromtimestamp(line.modified, UTC).strftime(_TIME_FORMAT)
    message = f"'{line.key}' was released in the future; Anki would refuse later corrections"
    hint = (
        f"set the clock of this machine right; if the clock was ahead at that release and nobody"
        f" has it yet, {RESTORE}; if learners have it, wait until {moment}"
    )
    return Problem(place, "ledger-future", message, hint, source=row)


def _orphans(lines: Sequence[Line], file: str) -> list[Problem]:
    """Find slots of notes that were never released."""
    kinds = (LineKind.NOTE, LineKind.RETIRED)
    notes = {line.key for line in lines if line.kind in kinds}
    problems = []
    for line in lines:
        if line.kind is LineKind.SLOT and line.key.rpartition("#")[0] not in notes:
            message = f"the slot '{line.key}' belongs to no released note"
            problems.append(Problem(Location(file), "ledger-line", message, RESTORE))
    return problems
