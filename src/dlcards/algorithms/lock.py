"""The algorithms that were tried: ``formulas/algorithms.lock``.

An algorithm stands there with a fingerprint of everything it says and of the code that judged
it. Equal fingerprints mean that nothing has to be tried.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from pathlib import Path
from typing import Any

from dlcards.algorithms.model import AlgorithmText
from dlcards.claims.locks import LockFile, fingerprint_of, read_records, write_records

_LEFT_OUT = frozenset({"lock.py", "__init__.py"})
"""Modules that decide nothing."""


@dataclass(frozen=True, slots=True)
class Locked:
    """An algorithm without a mistake.

    Parameters
    ----------
    inputs : int
        At how many it was tried.
    sizes : tuple of int or None
        The smallest and largest size of vectors and matrices there.
    calls : mapping of int to (str, str)
        What each call is given and what it returns, by slot.
    slips : mapping of int to str
        Where each slip fails, by slot.
    """

    key: str
    inputs: int
    sizes: tuple[int, int] | None = None
    calls: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    slips: Mapping[int, str] = field(default_factory=dict)


def fingerprint(text: AlgorithmText) -> str:
    """Return a hash of everything an algorithm says and of the code that judges it."""
    base = text.base
    said = [
        *(list(base.let.items()), list(base.define.items()), base.given),
        *(text.id, text.task, list(text.let.items()), list(text.define.items()), text.given),
        *(text.code, list(text.returns.items()), text.ensures, list(text.loop.items())),
        [astuple(each) for each in text.invariants],
        [astuple(each) for each in text.gaps],
        [[call.slot, list(call.given.items())] for call in text.calls],
        [astuple(each) for each in text.slips],
    ]
    return fingerprint_of(said, "dlcards.algorithms", _LEFT_OUT)


def read_lock(path: Path) -> LockFile[Locked]:
    """Read the lock; a damaged one counts as empty."""
    return read_records(path, _locked)


def _locked(data: Mapping[str, Any]) -> Locked:
    sizes = data["sizes"]
    return Locked(
        str(data["key"]),
        int(data["inputs"]),
        (int(sizes[0]), int(sizes[1])) if sizes else None,
        {int(slot): (str(given), str(out)) for slot, given, out in data["calls"]},
        {int(slot): str(where) for slot, where in data["slips"]},
    )


def write_lock(path: Path, records: Mapping[str, Locked]) -> None:
    """Write the lock, one algorithm on a line, so that changes are easy to read.

    Raises
    ------
    OSError
    """
    rows = {}
    for name, locked in records.items():
        data = {
            "key": locked.key,
            "inputs": locked.inputs,
            "sizes": locked.sizes,
            "calls": [[slot, *shown] for slot, shown in locked.calls.items()],
            "slips": list(locked.slips.items()),
        }
        rows[name] = json.dumps(data, ensure_ascii=False)
    write_records(path, rows)
