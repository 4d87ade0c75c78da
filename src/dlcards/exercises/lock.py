"""The variants that were judged: ``exercises/variants.lock``.

A variant stands there by its drawn values, in its place for ever, with a fingerprint of the
family and of the code that judged it. Equal fingerprints mean that nothing has to be judged.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from dlcards.claims.version import checker_version, code_of
from dlcards.exercises.model import FamilyText
from dlcards.files import write_atomically


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
    return hashlib.sha256(f"{_version()}\n{json.dumps(said)}".encode()).hexdigest()[:16]


@cache
def _version() -> str:
    digest = hashlib.sha256(checker_version().encode())
    for item in sorted(files("dlcards.exercises").iterdir(), key=lambda each: each.name):
        if item.name.endswith(".py") and item.name not in (
            "lock.py",
            "answers.py",
            "printing.py",
            "__init__.py",
        ):
            digest.update(f"{item.name}\n{code_of(item.read_text(encoding='utf-8'))}\n".encode())
    return digest.hexdigest()


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
