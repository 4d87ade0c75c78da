"""What figures cost: per kind, as SVG and as PNG, with one worker and with two.

``python -m benchmarks.figures`` draws every example of the gallery and prints a table.
Times are processor time of one run on one machine: compare them with each other only.
"""

from __future__ import annotations

import statistics
import sys
import time
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dlcards.build.illustrate import FigureRequest, draw
from dlcards.claims.judge.task import portable
from dlcards.claims.statement import StatementText
from dlcards.figures import KINDS, FigureSpec, parse_spec, render, render_png
from dlcards.workers import run_tasks

FIGURES_FOR_WORKERS = 300
EMPTY = portable(StatementText("figure", let={}, define={}, show={}, example_given={}))


@dataclass(frozen=True, slots=True)
class Cost:
    """Medians over the examples of one kind: milliseconds and kilobytes."""

    kind: str
    svg_ms: float
    png_ms: float
    raw_kb: float
    deflated_kb: float
    largest_kb: float


def specs() -> Iterator[tuple[str, FigureSpec, Mapping[str, Any]]]:
    """Yield kind, spec and source of every example in the gallery."""
    for kind in KINDS:
        for example in kind.examples:
            spec, problems = parse_spec(dict(example))
            assert spec is not None, problems
            yield kind.name, spec, example


def costs() -> list[Cost]:
    """Draw every example twice and count the second time."""
    found: dict[str, list[tuple[float, float, float, float]]] = {}
    for kind, spec, _ in specs():
        render(spec)
        start = time.process_time()
        svg = render(spec).svg
        middle = time.process_time()
        render_png(spec)
        end = time.process_time()
        sizes = len(svg) / 1024, len(zlib.compress(svg, 6)) / 1024
        found.setdefault(kind, []).append(((middle - start) * 1e3, (end - middle) * 1e3, *sizes))
    out = []
    for kind, rows in found.items():
        svg_ms, png_ms, raw, deflated = (
            statistics.median(column) for column in zip(*rows, strict=True)
        )
        out.append(Cost(kind, svg_ms, png_ms, raw, deflated, max(row[2] for row in rows)))
    return out


def speed_up() -> tuple[float, float]:
    """Return wall-clock seconds of the same figures with one worker and with two."""
    examples = [dict(example) for _, _, example in specs()]
    requests = [
        FigureRequest(f"figure-{i}", examples[i % len(examples)], EMPTY)
        for i in range(FIGURES_FOR_WORKERS)
    ]
    seconds = []
    for jobs in (1, 2):
        start = time.perf_counter()
        results = run_tasks(draw, requests, jobs=jobs)
        seconds.append(time.perf_counter() - start)
        assert all(result.failure is None for result in results)
    return seconds[0], seconds[1]


def table(rows: list[Cost]) -> str:
    """Return the costs as Markdown."""
    lines = [
        "| kind | SVG, ms | PNG, ms | PNG / SVG | raw, KB | deflated, KB | largest, KB |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    return "\n".join([*lines, *(_line(row) for row in (*rows, _all(rows)))])


def _line(row: Cost) -> str:
    return (
        f"| {row.kind} | {row.svg_ms:.0f} | {row.png_ms:.0f} | {row.png_ms / row.svg_ms:.1f} "
        f"| {row.raw_kb:.1f} | {row.deflated_kb:.1f} | {row.largest_kb:.1f} |"
    )


def _all(rows: list[Cost]) -> Cost:
    return Cost(
        "median of kinds",
        svg_ms=statistics.median(row.svg_ms for row in rows),
        png_ms=statistics.median(row.png_ms for row in rows),
        raw_kb=statistics.median(row.raw_kb for row in rows),
        deflated_kb=statistics.median(row.deflated_kb for row in rows),
        largest_kb=max(row.largest_kb for row in rows),
    )


def main() -> None:
    """Measure and print."""
    one, two = speed_up()
    sys.stdout.write(
        f"{table(costs())}\n\n"
        f"{FIGURES_FOR_WORKERS} figures with two workers: {one / two:.2f} × faster than one.\n"
    )


if __name__ == "__main__":
    main()
