"""The derivations that were judged: ``formulas/derivations.lock``.

A derivation stands there with a fingerprint of its lines, of the statement of its entry and of
the code that judged it. Equal fingerprints mean that nothing has to be judged.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dlcards.claims.locks import LockFile, fingerprint_of, read_records, write_records
from dlcards.derivations.model import DerivationText

_LEFT_OUT = frozenset({"lock.py", "printing.py", "__init__.py"})
"""Modules that decide nothing: how lines are kept and printed."""


@dataclass(frozen=True, slots=True)
class LockedChain:
    """A chain in which every line follows.

    Parameters
    ----------
    lines : mapping of int to (str, int)
        Level and points of each line, by its slot.
    slips : mapping of int to str
        What refutes each slip, by its slot.
    """

    lines: Mapping[int, tuple[str, int]]
    slips: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Locked:
    """A derivation without a mistake; its chains by name, the whole under the empty one."""

    key: str
    chains: Mapping[str, LockedChain]

    def levels(self) -> list[tuple[str, int]]:
        """Return level and points of all lines."""
        return [level for chain in self.chains.values() for level in chain.lines.values()]


def fingerprint(text: DerivationText) -> str:
    """Return a hash of everything a derivation says and of the code that judges it."""
    base = text.base
    said = [
        list(base.let.items()),
        list(base.define.items()),
        base.definition,
        [formula for _, formula, _ in base.claims],
        base.given,
        sorted((place, list(own)) for place, own in base.claim_given.items()),
        [
            [
                *(chain.name, chain.idea, chain.start, list(chain.let.items()), chain.given),
                [[li.slot, li.line, li.by, li.uses, li.relation] for li in chain.lines],
                [[slip.slot, slip.after, slip.line, slip.says] for slip in chain.slips],
            ]
            for chain in text.chains
        ],
    ]
    return fingerprint_of(said, "dlcards.derivations", _LEFT_OUT)


def read_lock(path: Path) -> LockFile[Locked]:
    """Read the lock; a damaged one counts as empty."""
    return read_records(path, _locked)


def _locked(data: Mapping[str, Any]) -> Locked:
    chains = {
        str(name): LockedChain(
            {int(slot): (str(level), int(points)) for slot, level, points in chain["lines"]},
            {int(slot): str(message) for slot, message in chain["slips"]},
        )
        for name, chain in data["chains"].items()
    }
    return Locked(str(data["key"]), chains)


def write_lock(path: Path, records: Mapping[str, Locked]) -> None:
    """Write the lock, one derivation on a line, so that changes are easy to read.

    Raises
    ------
    OSError
    """
    rows = {}
    for name, locked in records.items():
        chains = {
            branch: {
                "lines": [[slot, *level] for slot, level in chain.lines.items()],
                "slips": [[slot, message] for slot, message in chain.slips.items()],
            }
            for branch, chain in locked.chains.items()
        }
        data = {"key": locked.key, "chains": chains}
        rows[name] = json.dumps(data, ensure_ascii=False)
    write_records(path, rows)
