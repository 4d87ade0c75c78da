"""The derivations that were judged: ``formulas/derivations.lock``.

A derivation stands there with a fingerprint of its lines, of the statement of its entry and of
the code that judged it. Equal fingerprints mean that nothing has to be judged.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dlcards.claims.version import version_with
from dlcards.derivations.model import DerivationText
from dlcards.files import write_atomically

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


@dataclass(frozen=True, slots=True)
class DerivationsLock:
    """What is locked, by id of the entry."""

    derivations: Mapping[str, Locked] = field(default_factory=dict)
    damaged: bool = False


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
    version = version_with("dlcards.derivations", _LEFT_OUT)
    return hashlib.sha256(f"{version}\n{json.dumps(said)}".encode()).hexdigest()[:16]


def read_lock(path: Path) -> DerivationsLock:
    """Read the lock; a damaged one counts as empty."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return DerivationsLock({str(name): _locked(value) for name, value in data.items()})
    except FileNotFoundError:
        return DerivationsLock()
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return DerivationsLock(damaged=True)


def _locked(data: Mapping[str, Any]) -> Locked:
    chains = {
        str(name): LockedChain(
            {int(slot): (str(level), int(points)) for slot, level, points in chain["lines"]},
            {int(slot): str(message) for slot, message in chain["slips"]},
        )
        for name, chain in data["chains"].items()
    }
    return Locked(str(data["key"]), chains)


def write_lock(path: Path, lock: DerivationsLock) -> None:
    """Write the lock, one derivation on a line, so that changes are easy to read.

    Raises
    ------
    OSError
    """
    rows = []
    for name, locked in sorted(lock.derivations.items()):
        chains = {
            branch: {
                "lines": [[slot, *level] for slot, level in chain.lines.items()],
                "slips": [[slot, message] for slot, message in chain.slips.items()],
            }
            for branch, chain in locked.chains.items()
        }
        data = {"key": locked.key, "chains": chains}
        rows.append(f" {json.dumps(name)}: {json.dumps(data, ensure_ascii=False)}")
    write_atomically(path, ("{\n" + ",\n".join(rows) + "\n}\n").encode())
