"""Verdicts that need not be found again: one line of ``checks.lock`` per statement.

A line is keyed by what was checked and by whom, never by the entry's id or its
place, so that renaming an entry or rewording it checks nothing again. A line is
trusted by a build; continuous integration recomputes all of them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from dlcards.claims.statement import StatementText
from dlcards.claims.verdict import NOTHING_TRIED, Level, Tried, Verdict
from dlcards.claims.version import checker_version
from dlcards.files import read_regular, write_atomically
from dlcards.problems import Location, Problem

HEADER = "# dlcards checks"
_ADVICE = "run 'dlcards check' to write the file anew"
_LINE = re.compile(r"(?P<key>[0-9a-f]{24}) (?P<record>\{.*\})")
_EMPTY: Mapping[str, Any] = MappingProxyType({})
_LEVELS = {str(level): level for level in Level}
_RANK = {level: rank for rank, level in enumerate(reversed(Level))}


@dataclass(frozen=True, slots=True)
class Checked:
    """All that the check of one statement found; only what holds is ever recorded.

    Parameters
    ----------
    verdicts : tuple of Verdict
        One per claim, in the order of the claims.
    code_points : int
        Inputs on which the NumPy snippet agreed; 0 when there is none.
    examples : tuple of (str, str)
        Values computed for the worked example, as plain text and as LaTeX.
    exact : tuple of bool
        For each of them, whether no digit was rounded away.
    """

    verdicts: tuple[Verdict, ...] = ()
    code_points: int = 0
    examples: tuple[tuple[str, str], ...] = ()
    exact: tuple[bool, ...] = ()


@dataclass(frozen=True, slots=True)
class Lock:
    """The lines of ``checks.lock`` by fingerprint."""

    records: Mapping[str, Checked] = field(default_factory=lambda: _EMPTY)

    def find(self, text: StatementText) -> Checked | None:
        """Return what is known about a statement, or None."""
        checked = self.records.get(fingerprint(text))
        if checked is None or len(checked.verdicts) != len(text.claims):
            return None
        if len(checked.examples) != len(text.example_compute):
            return None
        named = zip(checked.verdicts, text.claims, strict=True)
        verdicts = tuple(
            replace(verdict, claim=formula, seconds=0.0) for verdict, (_, formula, _) in named
        )
        return replace(checked, verdicts=verdicts)


def fingerprint(text: StatementText) -> str:
    """Return the key of the verdicts on a statement.

    Glyphs, the entry's id and the places of the claims have no part in it.

    Examples
    --------
    >>> text = StatementText("exp", {"x": "real"}, claims=((("claim",), "exp(0) == 1", {}),))
    >>> len(fingerprint(text))
    24
    """
    parts = [
        checker_version(),
        [[name.strip(), value.strip()] for name, value in text.let.items()],
        [[name.strip(), value.strip()] for name, value in text.define.items()],
        text.definition.strip(),
        [
            [formula.strip(), [[name, value.strip()] for name, value in equality.items()]]
            for _, formula, equality in text.claims
        ],
        [text.code_equals.strip(), text.code_numpy.rstrip()],
        [[name.strip(), value.strip()] for name, value in text.example_given.items()],
        [formula.strip() for formula in text.example_compute],
        *_assumed(text),
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:24]


def _assumed(text: StatementText) -> list[object]:
    """Return what is assumed or cited; nothing for the many statements without either."""
    if not (text.given or text.claim_given or text.claim_cited):
        return []
    own = {place: [r.strip() for r in relations] for place, relations in text.claim_given.items()}
    return [[relation.strip() for relation in text.given], own, sorted(text.claim_cited)]


def has_something_to_check(text: StatementText) -> bool:
    """Tell whether a statement says anything that could be wrong."""
    return bool(text.claims or text.code_numpy.strip() or text.example_compute)


def read_lock(path: Path, name: str = "") -> tuple[Lock, tuple[Problem, ...]]:
    """Read a lock file; a line that cannot be read is a problem and counts as missing.

    Parameters
    ----------
    path : Path
        A file that does not exist is an empty lock.
    name : str
        How problems call the file; its path when empty.

    Raises
    ------
    OSError
        If the file exists and cannot be opened.
    """
    try:
        content = read_regular(path)
    except FileNotFoundError:
        return Lock(), ()
    return parse_lock(content.decode("utf-8", "replace"), name or path.as_posix())


def parse_lock(text: str, name: str = "checks.lock") -> tuple[Lock, tuple[Problem, ...]]:
    """Read the text of a lock file.

    Examples
    --------
    >>> lock, problems = parse_lock(format_lock(Lock()))
    >>> len(lock.records), problems
    (0, ())
    """
    problems: list[Problem] = []

    def report(line: int, message: str, source: str) -> None:
        location = Location(name, line, 1)
        problems.append(
            Problem(
                location,
                "bad-lock",
                message,
                _ADVICE,
                source=source[:80],
                width=max(1, len(source)),
            )
        )

    lines = text.splitlines()
    if lines and not lines[0].startswith(HEADER):
        report(1, "this is not a lock file of dlcards", lines[0])
        return Lock(), tuple(problems)
    records: dict[str, Checked] = {}
    last = ""
    for number, line in enumerate(lines, 1):
        if line.startswith("#") or not line.strip():
            continue
        match = _LINE.fullmatch(line)
        checked = _read_record(match["record"]) if match else None
        if match is None or checked is None:
            conflict = line.startswith(("<<<<<<<", "=======", ">>>>>>>", "|||||||"))
            report(number, "a merge is not finished" if conflict else "unreadable line", line)
            continue
        key = match["key"]
        if key in records:
            report(number, "the line stands here twice", line[:24])
        elif key < last:
            report(number, "the line is out of order", line[:24])
        records.setdefault(key, checked)
        last = max(last, key)
    return Lock(MappingProxyType(records)), tuple(problems)


def format_lock(lock: Lock, versions: Mapping[str, str] | None = None) -> str:
    """Return the text of a lock file: sorted, one line per statement.

    Parameters
    ----------
    versions : mapping of str to str, optional
        Programs that took part, for the reader's information only.
    """
    names = "".join(f", {name} {version}" for name, version in sorted((versions or {}).items()))
    lines = [f"{HEADER}, version {checker_version()}{names}", f"# {_ADVICE}; never edit it by hand"]
    lines += [f"{key} {_record(checked)}" for key, checked in sorted(lock.records.items())]
    return "\n".join(lines) + "\n"


def write_lock(path: Path, lock: Lock, versions: Mapping[str, str] | None = None) -> bool:
    """Write a lock file in one piece; return whether its lines changed.

    The header alone is no reason to write: the same verdicts found with another
    version of NumPy leave the file as it is.

    Raises
    ------
    OSError
        If the folder cannot be written to.
    """
    text = format_lock(lock, versions)
    if path.exists() and _body(read_regular(path).decode("utf-8", "replace")) == _body(text):
        return False
    write_atomically(path, text)
    return True


def updated(lock: Lock, found: Mapping[str, Checked], *, keep: Iterable[str] | None = None) -> Lock:
    """Return the lock with new records.

    Parameters
    ----------
    found : mapping of fingerprint to Checked
    keep : iterable of str, optional
        The fingerprints in use; records of others are dropped. Without it all stay.
    """
    old = lock.records if keep is None else {key: lock.records.get(key) for key in keep}
    records = {**{key: record for key, record in old.items() if record is not None}, **found}
    return Lock(MappingProxyType(records))


def best(old: Checked | None, new: Checked) -> Checked:
    """Keep a proof once found: a slower machine may not get that far in time.

    Parameters
    ----------
    old : Checked or None
        The record of the same fingerprint.
    """
    if old is None or len(old.verdicts) != len(new.verdicts):
        return new
    pairs = zip(old.verdicts, new.verdicts, strict=True)
    verdicts = tuple(b if level_rank(b) >= level_rank(a) else a for a, b in pairs)
    return replace(new, verdicts=verdicts)


def level_rank(verdict: Verdict) -> int:
    """Return how strong the evidence is: 0 or more, and -1 for a claim that does not hold."""
    return -1 if verdict.level is None else _RANK[verdict.level]


def _body(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.startswith("#")]


def _record(checked: Checked) -> str:
    record: dict[str, Any] = {"claims": [_verdict(verdict) for verdict in checked.verdicts]}
    if checked.code_points:
        record["code"] = checked.code_points
    if checked.examples:
        exact = checked.exact or (False,) * len(checked.examples)
        pairs = zip(checked.examples, exact, strict=True)
        record["examples"] = [[plain, latex, sure] for (plain, latex), sure in pairs]
    return json.dumps(record, sort_keys=True)


def _verdict(verdict: Verdict) -> list[object]:
    """Return level, points, note and what was tried; what is empty at the end is left out."""
    kept: list[object] = [str(verdict.level), verdict.points]
    if verdict.note or verdict.tried != NOTHING_TRIED:
        kept.append(verdict.note)
    if verdict.tried != NOTHING_TRIED:
        tried = verdict.tried
        counts = [tried.benign, tried.special, tried.extreme, tried.unsettled, tried.estimated]
        kept.append([*counts, tried.digits, *(tried.sizes or ())])
    return kept


def _read_record(text: str) -> Checked | None:
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(record, dict) or not {"claims"} <= set(record) <= {
        "claims",
        "code",
        "examples",
    }:
        return None
    verdicts = [_read_verdict(item) for item in _as_list(record["claims"])]
    examples = [_read_example(item) for item in _as_list(record.get("examples", []))]
    points = record.get("code", 0)
    if type(points) is not int or points < 0 or None in verdicts or None in examples:
        return None
    return Checked(
        tuple(v for v in verdicts if v is not None),
        points,
        tuple((plain, latex) for plain, latex, _ in filter(None, examples)),
        tuple(exact for _, _, exact in filter(None, examples)),
    )


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else [None]


def _read_verdict(item: object) -> Verdict | None:
    match item:
        case [str(level), int(points)] if level in _LEVELS:
            return Verdict("", _LEVELS[level], points)
        case [str(level), int(points), str(note)] if level in _LEVELS:
            return Verdict("", _LEVELS[level], points, note)
        case [str(level), int(points), str(note), [*numbers]] if level in _LEVELS:
            tried = _read_tried(numbers)
            return None if tried is None else Verdict("", _LEVELS[level], points, note, tried=tried)
    return None


def _read_tried(numbers: list[object]) -> Tried | None:
    whole = [number for number in numbers if type(number) is int and number >= 0]
    if len(whole) < len(numbers) or len(whole) not in (6, 8):
        return None
    benign, special, extreme, unsettled, estimated, digits, *sizes = whole
    ends = (sizes[0], sizes[1]) if sizes else None
    return Tried(benign, special, extreme, unsettled, estimated, digits, ends)


def _read_example(item: object) -> tuple[str, str, bool] | None:
    match item:
        case [str(plain), str(latex), bool(exact)]:
            return plain, latex, exact
    return None
