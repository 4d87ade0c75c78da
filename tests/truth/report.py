"""What the judge says of claims whose truth is known: ``python -m tests.truth.report``."""

from __future__ import annotations

import sys
import time

from .claims import LISTS, counts, judged, wrongly


def main() -> None:
    """Print a table of every list, then the cases judged wrongly."""
    prove = "--prove" in sys.argv
    for name in LISTS:
        start = time.process_time()
        found = judged(name, prove=prove)
        print(f"{name}: {len(found)} claims, {time.process_time() - start:.0f} s of CPU")
        for (truth, code), number in sorted(counts(found).items()):
            print(f"  {truth:16} {code:20} {number:4}")
        for item in wrongly(found):
            verdict = item.verdict
            told = verdict.message or f"{verdict.points} points" if verdict else ""
            print(f"    {item.case.id} {item.code or 'accepted'}: {told} ({item.case.why})")


if __name__ == "__main__":
    main()
