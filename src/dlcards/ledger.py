r"""What was released when: the memory that keeps learners' histories.

Anki replaces a learner's note only by one with a later modification time, and then
replaces all of it. So a note must carry the time of the release in which it last
changed, neither more nor less; `decks/ledger.tsv` remembers it.

Every line is ``kind, key, time, hash, text, check``, separated by tabs and sorted by
kind and key, so that two branches that release different things merge line by line,
and a merge that went wrong, or an edit by hand, is noticed:

============  ==================  =============================================
kind          key                 text
============  ==================  =============================================
``note``      GUID                entry it is made from, id of its note type
``notetype``  id                  name, kind, hashes of the ids of fields, templates
``release``   version
``retired``   GUID or GUID#slot   what it was
``slot``      GUID#slot           what it asks, to notice another meaning
============  ==================  =============================================
"""

from __future__ import annotations

import difflib
import hashlib
import html
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from dlcards import cards
from dlcards.model import DeckPlan, MediaFile, Note, NoteType
from dlcards.problems import Location, Problem, Severity, in_order

HEADER = "# dlcards ledger 1; written by `dlcards release`, not by hand"
_VERSION = re.compile(r"# dlcards ledger (\d+)")
_TIME_FORMAT = "%Y-%m-%dT%H:%M:%SZ"
_QUESTION = re.compile(r"q\d+")
_LONGEST_TEXT = 160
_SAME_MEANING = 0.5  # similarity below which a reworded question looks like another one
_COLUMNS = 6
NOTE_TYPE_KEY = "notetype:"
"""Prefix of a note type's name among the modification times."""


class Kind(StrEnum):
    """What a line of the ledger is about."""

    NOTE = "note"
    NOTE_TYPE = "notetype"
    RELEASE = "release"
    RETIRED = "retired"
    SLOT = "slot"


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """One line of the ledger; the time is that of the release of the last change."""

    kind: Kind
    key: str
    modified: int
    hash: str = ""
    text: str = ""

    def __str__(self) -> str:
        """Return the line as it stands in the file."""
        moment = datetime.fromtimestamp(self.modified, UTC).strftime(_TIME_FORMAT)
        columns = (self.kind.value, self.key, moment, self.hash, self.text)
        content = "\t".join(columns)
        return f"{content}\t{_check(content)}"


@dataclass(frozen=True, slots=True)
class Ledger:
    """Everything that was ever released, sorted."""

    lines: tuple[Line, ...] = ()

    def of(self, kind: Kind) -> dict[str, Line]:
        """Return the lines of one kind by key."""
        return {line.key: line for line in self.lines if line.kind is kind}

    def last_release(self) -> int:
        """Return the latest time in the ledger, 0 when it is empty."""
        return max((line.modified for line in self.lines), default=0)


def _check(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()[:6]


# ── Reading and writing ───────────────────────────────────────────────────────────


def write(ledger: Ledger) -> str:
    r"""Return the text of the file.

    Examples
    --------
    >>> text = write(Ledger((Line(Kind.RELEASE, "1.0.0", 1_700_000_000),)))
    >>> text.splitlines()[1].split("\t")
    ['release', '1.0.0', '2023-11-14T22:13:20Z', '', '', '36948b']
    """
    return "\n".join([HEADER, *(str(line) for line in sorted(ledger.lines))]) + "\n"


def read(
    text: str, *, file: str = "decks/ledger.tsv", now: int | None = None
) -> tuple[Ledger, tuple[Problem, ...]]:
    """Read the ledger and tell every line that cannot be trusted.

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
        if lines:
            problems += _misplaced(lines[-1], line, row, Location(file, number, 1))
        if now is not None and line.modified > now:
            problems.append(_future(line, row, Location(file, number, 1)))
        lines.append(line)
    problems += _contradictions(lines, file)
    return Ledger(tuple(lines)), in_order(problems)


_RESTORE = "restore the file from the last commit and run `dlcards release` again"


def _header_problem(file: str, version: re.Match[str] | None) -> Problem:
    place = Location(file, 1, 1)
    if version is None:
        return Problem(place, "ledger-format", "the first line is not that of a ledger", _RESTORE)
    message = f"the ledger has format {version[1]}, which a later dlcards wrote"
    return Problem(place, "ledger-format", message, "install the newest dlcards")


def _read_line(row: str, place: Location, problems: list[Problem]) -> Line | None:
    columns = row.split("\t")
    if len(columns) != _COLUMNS or columns[0] not in set(Kind):
        marker = row.startswith(("<<<<<<<", "=======", ">>>>>>>", "|||||||"))
        message = "a merge left its marker" if marker else "this is not a line of a ledger"
        hint = "keep the lines of both sides in order, without the marker" if marker else _RESTORE
        problems.append(Problem(place, "ledger-line", message, hint, source=row))
        return None
    kind, key, moment, hashed, text, check = columns
    if _check("\t".join(columns[:-1])) != check:
        message = f"the line of '{key}' was changed by hand"
        problems.append(Problem(place, "ledger-edited", message, _RESTORE, source=row))
        return None
    try:
        parsed = datetime.strptime(moment, _TIME_FORMAT).replace(tzinfo=UTC)
    except ValueError:
        message = f"'{moment}' is not a time"
        problems.append(Problem(place, "ledger-line", message, _RESTORE, source=row))
        return None
    return Line(
        Kind(kind),
        key,
        int(parsed.timestamp()),
        hashed,
        text,
    )


def _misplaced(last: Line, line: Line, row: str, place: Location) -> list[Problem]:
    if (last.kind, last.key) == (line.kind, line.key):
        message = f"'{line.key}' has two lines"
        hint = "a merge doubled it: keep the one with the later time"
        return [Problem(place, "ledger-duplicate", message, hint, source=row)]
    if (last.kind, last.key) > (line.kind, line.key):
        message = f"the line of '{line.key}' stands after that of '{last.key}'"
        return [Problem(place, "ledger-order", message, "sort the lines", source=row)]
    return []


def _future(line: Line, row: str, place: Location) -> Problem:
    message = f"'{line.key}' was released in the future; Anki would refuse later corrections"
    hint = f"set the clock of this machine right, or {_RESTORE}"
    return Problem(place, "ledger-future", message, hint, source=row)


def _contradictions(lines: Sequence[Line], file: str) -> list[Problem]:
    """Find what is both alive and retired, and slots of notes that are neither."""
    notes = {line.key for line in lines if line.kind is Kind.NOTE}
    live = notes | {line.key for line in lines if line.kind is Kind.SLOT}
    retired = {line.key for line in lines if line.kind is Kind.RETIRED}
    problems = []
    for number, line in enumerate(lines, 2):
        place = Location(file, number, 1)
        if line.kind is Kind.RETIRED and line.key in live:
            message = f"'{line.key}' is both released and retired"
            hint = "a merge kept both lines: keep the retired one"
            problems.append(Problem(place, "ledger-duplicate", message, hint))
        owner = line.key.rpartition("#")[0]
        if line.kind is Kind.SLOT and owner not in notes | retired:
            message = f"the slot '{line.key}' belongs to no released note"
            problems.append(Problem(place, "ledger-line", message, _RESTORE))
    return problems


# ── What the decks hold now ───────────────────────────────────────────────────────


def _digest(parts: Iterable[str]) -> str:
    # No package holds a NUL, so it keeps ("ab", "c") and ("a", "bc") apart.
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


def media_digests(media: Iterable[MediaFile]) -> dict[str, str]:
    """Return the hash of every media file by name, to be computed once."""
    return {file.name: hashlib.sha256(file.content).hexdigest() for file in media}


def content_hash(note: Note, media: Mapping[str, str]) -> str:
    """Return the hash of everything of a note that reaches a learner.

    Its note type is no part of it: that may be renamed without touching the notes.

    Parameters
    ----------
    note : Note
    media : mapping of str to str
        Hashes of the media files, from `media_digests`.

    Examples
    --------
    >>> note = Note("dlcards/x", "T", ("a", "b"))
    >>> content_hash(note, {}) == content_hash(Note("other", "T", ("a", "b")), {})
    True
    >>> content_hash(note, {}) == content_hash(Note("dlcards/x", "T", ("ab", "")), {})
    False
    """
    texts = [str(len(note.fields)), *note.fields, *sorted(note.tags)]
    for name in sorted(note.media):
        texts += [name, media.get(name, "")]
    return _digest(texts)


def note_type_hash(note_type: NoteType) -> str:
    """Return the hash of a note type: names, ids, templates and style."""
    shape = [
        note_type.id,
        note_type.name,
        note_type.kind.value,
        [[f.name, f.id] for f in note_type.fields],
        [[t.name, t.id, t.front, t.back] for t in note_type.templates],
        note_type.css,
    ]
    return _digest([json.dumps(shape, ensure_ascii=False)])


def _structure(note_type: NoteType) -> str:
    """Return what must never change of a note type: Anki would make a second one."""
    fields = _ids(field.id for field in note_type.fields)
    templates = _ids(template.id for template in note_type.templates)
    return f"{note_type.name}; {note_type.kind}; fields {fields}; templates {templates}"


def _ids(numbers: Iterable[int]) -> str:
    texts = [str(number) for number in numbers]
    return f"{len(texts)} {_digest(texts)[:8]}"


def _plain(text: str) -> str:
    words = html.unescape(re.sub(r"<[^>]*>", " ", text)).split()
    return " ".join(words)[:_LONGEST_TEXT].strip()


def slot_texts(note: Note, names: Sequence[str]) -> dict[str, str]:
    """Return what every slot of a note asks, in plain text.

    ``cloze:2`` is the text that blank 2 hides, ``q1`` the field ``Q1``. Any other slot,
    such as ``recall``, means what its name says, whatever the words: its text is empty.

    Parameters
    ----------
    note : Note
    names : sequence of str
        Names of the fields of its note type.

    Examples
    --------
    >>> note = Note("g", "T", ("<b>Why</b>?", "{{c2::x}}"), slots=("q1", "cloze:2"))
    >>> slot_texts(note, ("Q1", "Text"))
    {'q1': 'Why ?', 'cloze:2': 'x'}
    """
    by_name = {n.casefold(): text for n, text in zip(names, note.fields, strict=False)}
    texts = {}
    for slot in note.slots:
        kind, _, number = slot.partition(":")
        if kind == "cloze" and number.isdecimal():
            hidden = [cards.read_blanks(text).hidden for text in note.fields]
            texts[slot] = _plain(" ".join(h[int(number)] for h in hidden if int(number) in h))
        elif _QUESTION.fullmatch(slot):
            texts[slot] = _plain(by_name.get(slot, ""))
        else:
            texts[slot] = ""
    return texts


def entry_and_type(line: Line) -> tuple[str, str]:
    """Return the entry and the id of the note type that the line of a note tells.

    Examples
    --------
    >>> entry_and_type(Line(Kind.NOTE, "dlcards/x", 0, "", "x; type 17"))
    ('x', '17')
    """
    entry, _, number = line.text.rpartition("; type ")
    return entry, number


@dataclass(frozen=True, slots=True)
class Survey:
    """What a set of decks holds, each thing once.

    Parameters
    ----------
    notes : dict of str to Line
        By GUID, with time 0.
    note_types : dict of str to Line
        By id.
    slots : dict of str to Line
        By ``GUID#slot``.
    """

    notes: dict[str, Line] = field(default_factory=dict)
    note_types: dict[str, Line] = field(default_factory=dict)
    slots: dict[str, Line] = field(default_factory=dict)


def survey(plans: Iterable[DeckPlan]) -> tuple[Survey, tuple[Problem, ...]]:
    """Collect what the decks hold; a note in two decks must be the same in both.

    Anki keeps the note of the package that is imported first, so that two versions
    of one note would leave it to chance what a learner sees.
    """
    found = Survey()
    problems: list[Problem] = []
    for plan in plans:
        digests = media_digests(plan.media)
        names = {t.name: t.field_names() for t in plan.note_types}
        ids = {t.name: t.id for t in plan.note_types}
        for note_type in plan.note_types:
            line = Line(
                Kind.NOTE_TYPE,
                str(note_type.id),
                0,
                note_type_hash(note_type),
                _structure(note_type),
            )
            if found.note_types.setdefault(line.key, line) != line:
                problems.append(_differs(plan, f"the note type '{note_type.name}'", plan.name))
        for note in plan.notes:
            text = f"{note.entry}; type {ids.get(note.note_type, 0)}"
            line = Line(Kind.NOTE, note.guid, 0, content_hash(note, digests), text)
            if found.notes.setdefault(note.guid, line) != line:
                problems.append(_differs(plan, f"the note '{note.guid}'", note.entry))
            for slot, text in slot_texts(note, names.get(note.note_type, ())).items():
                key = f"{note.guid}#{slot}"
                found.slots[key] = Line(Kind.SLOT, key, 0, "", text)
    return found, in_order(problems)


def _differs(plan: DeckPlan, what: str, place: str) -> Problem:
    message = f"{what} is another one in '{plan.name}' than in the decks before it"
    hint = "let both decks show the same content"
    return Problem(Location(place or plan.name), "note-differs", message, hint)


# ── Comparing ─────────────────────────────────────────────────────────────────────


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
    """

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    note_types: tuple[str, ...] = ()
    new_slots: tuple[str, ...] = ()
    missing_slots: tuple[str, ...] = ()

    def nothing_to_release(self) -> bool:
        """Tell whether the decks are exactly what was released."""
        return not (
            self.new
            or self.changed
            or self.missing
            or self.note_types
            or self.new_slots
            or self.missing_slots
        )


def compare(ledger: Ledger, current: Survey) -> Comparison:
    """Tell what is new, changed, unchanged and missing since the last release."""
    notes, types, slots = ledger.of(Kind.NOTE), ledger.of(Kind.NOTE_TYPE), ledger.of(Kind.SLOT)
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


def check_continuity(
    before: Ledger, after: Ledger, *, file: str = "decks/ledger.tsv"
) -> tuple[Problem, ...]:
    """Find what a later ledger lost of an earlier one.

    Nothing that was released may disappear: a note or a slot stays, or leaves a
    tombstone; a time never goes back, and a changed hash needs a later time.
    """
    kept = {(line.kind, line.key): line for line in after.lines}
    retired = after.of(Kind.RETIRED)
    numbers = {line: i for i, line in enumerate(after.lines, 2)}
    problems = []
    for line in before.lines:
        now = kept.get((line.kind, line.key))
        if now is None:
            if line.kind in (Kind.NOTE, Kind.SLOT) and line.key in retired:
                continue
            if line.kind is Kind.RETIRED and ((Kind.NOTE, line.key) in kept):
                continue  # revived
            message = f"the {line.kind} '{line.key}' was released and is gone"
            problems.append(Problem(Location(file), "ledger-lost", message, _RESTORE))
        elif now.modified < line.modified or (
            now.modified == line.modified and now.hash != line.hash
        ):
            message = f"the {line.kind} '{line.key}' changed without a later time"
            place = Location(file, numbers[now], 1)
            problems.append(Problem(place, "ledger-time", message, _RESTORE))
    return in_order(problems)


# ── Stamping ──────────────────────────────────────────────────────────────────────

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
    first_built : dict
        What to remember for the next build.
    """

    modified: dict[str, int]
    unreleased: tuple[str, ...]
    first_built: dict[str, tuple[str, int]]


def stamp(
    ledger: Ledger,
    plans: Sequence[DeckPlan],
    *,
    first_built: FirstBuilt,
    now: int,
    epoch: int | None = None,
) -> Stamps:
    """Give every note and note type the time of its last change.

    A released note carries its release's time. Any other carries the time at which
    its content was first built here, always later than what was built before it.

    Parameters
    ----------
    ledger : Ledger
    plans : sequence of DeckPlan
    first_built : mapping
        What the last build remembered.
    now : int
        Seconds since 1970.
    epoch : int, optional
        ``SOURCE_DATE_EPOCH``: the time of all unreleased content, for builds that
        must come out the same; nothing is remembered then.
    """
    notes, types = ledger.of(Kind.NOTE), ledger.of(Kind.NOTE_TYPE)
    memory = dict(first_built)
    modified: dict[str, int] = {}
    unreleased = []
    for plan in plans:
        digests = media_digests(plan.media)
        for note in plan.notes:
            if note.guid in modified:
                continue
            hashed, released = content_hash(note, digests), notes.get(note.guid)
            modified[note.guid] = _moment(note.guid, hashed, released, memory, now, epoch)
            if released is None or released.hash != hashed:
                unreleased.append(note.guid)
        for note_type in plan.note_types:
            key, hashed = str(note_type.id), note_type_hash(note_type)
            modified[NOTE_TYPE_KEY + note_type.name] = _moment(
                NOTE_TYPE_KEY + key, hashed, types.get(key), memory, now, epoch
            )
    return Stamps(modified, tuple(sorted(unreleased)), memory)


def _moment(
    key: str,
    hashed: str,
    released: Line | None,
    memory: dict[str, tuple[str, int]],
    now: int,
    epoch: int | None,
) -> int:
    if released is not None and released.hash == hashed:
        return released.modified
    earliest = released.modified + 1 if released is not None else 0
    if epoch is not None:
        return max(epoch, earliest)
    last_hash, last_time = memory.get(key, ("", -1))
    if last_hash == hashed:
        return max(last_time, earliest)
    # A return to older content is a change too: its old time would be refused.
    moment = max(now, last_time + 1, earliest)
    memory[key] = (hashed, moment)
    return moment


def read_first_built(text: str, *, file: str) -> tuple[dict[str, tuple[str, int]], Problem | None]:
    """Read what the last builds remembered.

    A damaged file is a warning: every unreleased note then counts as changed now.

    Examples
    --------
    >>> read_first_built('{"g": ["abc", 5]}', file="first-built.json")
    ({'g': ('abc', 5)}, None)
    """
    try:
        data = json.loads(text) if text.strip() else {}
        return {str(k): (str(h), int(t)) for k, (h, t) in data.items()}, None
    except (ValueError, TypeError, AttributeError):
        message = "the times of earlier builds cannot be read"
        hint = "unreleased notes get the time of this build"
        place = Location(file)
        return {}, Problem(place, "damaged-build-times", message, hint, Severity.WARNING)


def write_first_built(first_built: FirstBuilt) -> str:
    """Return the text to remember, the same for the same content."""
    return json.dumps(
        {k: list(v) for k, v in sorted(first_built.items())}, ensure_ascii=False, indent=0
    )
