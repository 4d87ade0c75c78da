"""The variants that were judged: ``exercises/variants.lock``.

A variant stands there by its drawn values, in its place for ever, with a fingerprint of the
family and of the code that judged it. Equal fingerprints mean that nothing has to be judged.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dlcards.claims.version import version_with
from dlcards.exercises.model import FamilyText
from dlcards.files import write_atomically

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


@dataclass(frozen=True, slots=True)
class VariantsLock:
    """What is locked, by id of the family."""

    families: Mapping[str, Locked] = field(default_factory=dict)
    damaged: bool = False


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
    version = version_with("dlcards.exercises", _LEFT_OUT)
    return hashlib.sha256(f"{version}\n{json.dumps(said)}".encode()).hexdigest()[:16]


def read_lock(path: Path) -> VariantsLock:
    """Read the lock; a damaged one counts as empty."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return VariantsLock({name: _locked(value) for name, value in data.items()})
    except FileNotFoundError:
        return VariantsLock()
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return VariantsLock(damaged=True)


def _locked(data: Mapping[str, Any]) -> Locked:
    variants = tuple({str(k): str(v) for k, v in each.items()} for each in data["variants"])
    rejected = tuple((str(reason), int(count)) for reason, count in data["rejected"])
    return Locked(str(data["key"]), variants, int(data["passed"]), int(data["tried"]), rejected)


def write_lock(path: Path, lock: VariantsLock) -> None:
    """Write the lock, one variant on a line, so that changes are easy to read.

    Raises
    ------
    OSError
    """
    parts = []
    for name in sorted(lock.families):
        family = lock.families[name]
        head = json.dumps(family.key)
        counts = json.dumps([list(each) for each in family.rejected], ensure_ascii=False)
        rows = ",\n".join(f"   {json.dumps(each)}" for each in family.variants)
        parts.append(
            f" {json.dumps(name)}: {{\n"
            f'  "key": {head}, "passed": {family.passed}, "tried": {family.tried},\n'
            f'  "rejected": {counts},\n'
            f'  "variants": [\n{rows}\n  ]\n }}'
        )
    text = "{\n" + ",\n".join(parts) + "\n}\n"
    write_atomically(path, text.encode())
