"""What the last check of everything found, for a check in which nothing changed.

Only a check without any problem is remembered, so that there is nothing to tell again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlcards.cache import results as remembered
from dlcards.cache.manifest import Stamp

if TYPE_CHECKING:
    from dlcards.commands.check import CheckRequest, CheckResult

_NAME = "check"


def is_plain(request: CheckRequest) -> bool:
    """Tell whether a request asks for no more than the usual check of everything."""
    special = request.mutate or request.run_code or request.fresh or request.seed
    return not (special or request.paths or request.languages)


def recall(request: CheckRequest, stamp: Stamp) -> CheckResult | None:
    """Return what the last check found, when nothing it read has changed since."""
    from dlcards.claims.verdict import Level, Verdict
    from dlcards.commands.check import CheckedEntry, CheckResult

    found = remembered.recall(request.root, _NAME, stamp) if is_plain(request) else None
    if found is None:
        return None
    try:
        checked = tuple(
            CheckedEntry(
                str(name), tuple(Verdict(c, Level(level), p, n) for c, level, p, n in verdicts)
            )
            for name, verdicts in found
        )
        return CheckResult(checked, ())
    except (ValueError, TypeError):
        return None


def keep(request: CheckRequest, stamp: Stamp, result: CheckResult) -> None:
    """Remember a check without problems; forget the one before when there are some."""
    if not is_plain(request):
        return
    if result.problems:
        remembered.forget(request.root, _NAME)
        return
    checked = [
        (entry.id, [(v.claim, str(v.level), v.points, v.note) for v in entry.verdicts])
        for entry in result.checked
    ]
    remembered.keep(request.root, _NAME, stamp, checked)
