"""Check entries, unless nothing has changed since a check of everything without problems.

On the warm path: imports nothing that takes time to load.
"""

from __future__ import annotations

import time
from typing import Any

from dlcards.cache import store
from dlcards.cache.results import delete_result, read_result, write_result
from dlcards.cache.stamp import take_stamp
from dlcards.claims.verdict import Level, Verdict
from dlcards.requests import CheckedEntry, CheckRequest, CheckResult, Watcher


def check(request: CheckRequest, watcher: Watcher) -> CheckResult:
    """Check entries; errors as for :func:`dlcards.commands.check_entries.check_entries`."""
    stamp = take_stamp(request.root, time.time_ns())
    plain = request.is_plain()
    stored = read_result(request.root, store.CHECK, stamp) if plain else None
    checked = _from_data(stored) if stored is not None else None
    if checked is not None:
        return CheckResult(checked, ())
    from dlcards.commands.check_entries import check_entries  # start-up

    result = check_entries(request, watcher)
    if plain and result.problems:
        delete_result(request.root, store.CHECK)
    elif plain:
        write_result(request.root, store.CHECK, stamp, _to_data(result))
    return result


def _to_data(result: CheckResult) -> list[Any]:
    return [
        (entry.id, [(v.claim, str(v.level), v.points, v.note) for v in entry.verdicts])
        for entry in result.checked
    ]


def _from_data(data: Any) -> tuple[CheckedEntry, ...] | None:
    try:
        return tuple(
            CheckedEntry(
                str(name), tuple(Verdict(c, Level(level), p, n) for c, level, p, n in verdicts)
            )
            for name, verdicts in data
        )
    except (ValueError, TypeError):
        return None
