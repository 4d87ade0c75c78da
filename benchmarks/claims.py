"""What judging the library costs: all claims anew, without proofs and snippets.

``python -m benchmarks.claims`` prints the processor time of all entries together, the
median and the 90th percentile of one, and the slowest. The targets: 100 s, and 1 s for one.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from dlcards.claims.judge.judge import check_statement
from dlcards.content.reader import read_library

ALL, ONE = 100.0, 1.0
"""Targets, in seconds of processor time: all entries, and nine of ten."""

_SLOWEST = 8


def costs(root: Path) -> Iterator[tuple[str, float]]:
    """Yield every entry with claims and the processor time that judging it took."""
    library, _ = read_library(root)
    for name, item in library.items.items():
        if item.statement is None or not item.statement.claims:
            continue
        start = time.process_time()
        check_statement(item.statement, prove=False)
        yield name, time.process_time() - start


def main() -> None:
    """Print the table."""
    found = sorted(costs(Path(sys.argv[1] if len(sys.argv) > 1 else ".")), key=lambda pair: pair[1])
    seconds = [cost for _, cost in found]
    *_, p90 = statistics.quantiles(seconds, n=10)
    print(f"{len(found)} entries  {sum(seconds):.1f} s (target {ALL:g} s)")
    print(f"median  {statistics.median(seconds):.3f} s")
    print(f"p90     {p90:.2f} s (target {ONE:g} s)")
    for name, cost in reversed(found[-_SLOWEST:]):
        print(f"  {cost:6.2f}  {name}")


if __name__ == "__main__":
    main()
