"""What the last check of everything found, for a check in which nothing changed.

Only a check without any problem is remembered, so that there is nothing to tell again.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from dlcards.pipeline.changes import CODE, Stamp, lock_state

if TYPE_CHECKING:
    from dlcards.pipeline.check import CheckRequest, CheckResult


def _path(root: Path) -> Path:
    return root / "build" / ".cache" / "check.json"


def is_plain(request: CheckRequest) -> bool:
    """Tell whether a request asks for no more than the usual check of everything."""
    special = request.mutate or request.run_code or request.fresh or request.seed
    return not (special or request.paths or request.languages)


def recall(request: CheckRequest, stamp: Stamp) -> CheckResult | None:
    """Return what the last check found, when nothing it read has changed since."""
    from dlcards.claims.verdict import Level, Verdict
    from dlcards.files import read_kept
    from dlcards.pipeline.check import CheckedEntry, CheckResult

    if not is_plain(request):
        return None
    try:
        kept = json.loads(read_kept(_path(request.root)))
        if kept["stamp"] != stamp.text or kept["lock"] != lock_state(request.root):
            return None
        checked = tuple(
            CheckedEntry(
                str(name), tuple(Verdict(c, Level(level), p, n) for c, level, p, n in verdicts)
            )
            for name, verdicts in kept["checked"]
        )
        return CheckResult(checked, ())
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def keep(request: CheckRequest, stamp: Stamp, result: CheckResult) -> None:
    """Remember a check without problems; forget the one before when there are some."""
    from dlcards.files import write_atomically

    if not is_plain(request) or str(request.root).startswith(CODE):
        return
    path = _path(request.root)
    with suppress(OSError):  # what cannot be remembered costs time, not correctness
        if result.problems or not stamp.settled():
            path.unlink(missing_ok=True)
            return
        checked = [
            (entry.id, [(v.claim, str(v.level), v.points, v.note) for v in entry.verdicts])
            for entry in result.checked
        ]
        kept = {"stamp": stamp.text, "lock": lock_state(request.root), "checked": checked}
        write_atomically(path, json.dumps(kept, ensure_ascii=False))
