"""The variants that were judged: ``exercises/variants.lock``.

A variant stands there by its drawn values, in its place for ever, with a fingerprint of the
family and of the code that judged it. Equal fingerprints mean that nothing has to be judged.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlcards.claims.locks import LockFile, fingerprint_of, read_records, write_records
from dlcards.exercises.model import FamilyText

_LEFT_OUT = frozenset({"lock.py", "answers.py", "printing.py", "__init__.py"})
"""Modules that decide nothing: how lines are kept and printed."""


@dataclass(frozen=True, slots=True)
class Locked:
    """A family that was judged without a problem."""

    key: str
    variants: tuple[Mapping[str, str], ...]
    passed: int = 0
    tried: int = 0
    rejected: tuple[tuple[str, int], ...] = ()


def fingerprint(text: FamilyText) -> str:
    """Return a hash of everything a family says and of the code that judges it."""
    said = [
        text.id,
        text.ask,
        text.answer,
        list(text.draw.items()),
        text.claims,
        list(text.let.items()),
        list(text.show.items()),
        text.given,
        text.reply,
        text.choices,
        text.steps,
        text.hint,
        text.mistakes,
        text.note,
        sorted(text.allows),
        text.count,
    ]
    return fingerprint_of(said, "dlcards.exercises", _LEFT_OUT)


def read_lock(path: Path) -> LockFile[Locked]:
    """Read the lock; a damaged one counts as empty."""
    return read_records(path, _locked)


def _locked(data: Mapping[str, Any]) -> Locked:
    variants = tuple({str(k): str(v) for k, v in each.items()} for each in data["variants"])
    rejected = tuple((str(reason), int(count)) for reason, count in data["rejected"])
    return Locked(str(data["key"]), variants, int(data["passed"]), int(data["tried"]), rejected)


def write_lock(path: Path, records: Mapping[str, Locked]) -> None:
    """Write the lock, one variant on a line, so that changes are easy to read.

    Raises
    ------
    OSError
    """
    parts = {}
    for name, family in records.items():
        head = json.dumps(family.key)
        counts = json.dumps([list(each) for each in family.rejected], ensure_ascii=False)
        rows = ",\n".join(f"   {json.dumps(each)}" for each in family.variants)
        parts[name] = (
            "{\n"
            f'  "key": {head}, "passed": {family.passed}, "tried": {family.tried},\n'
            f'  "rejected": {counts},\n'
            f'  "variants": [\n{rows}\n  ]\n }}'
        )
    write_records(path, parts)
