"""What was measured, as text, as a page and as a picture."""

from __future__ import annotations

import math
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from benchmarks.measuring import Cost

INTRODUCTION = """\
# How long it takes

Written by `make bench` (some minutes; `python -m benchmarks --short` leaves out most decks); do
not edit. All figures of one table were measured in turn in one run, medians; read the ratios, not
the milliseconds: the machine had {cores} cores and other work to do. Python {python}, {system}.

The *floor* writes the same rows from memory into SQLite and packs them: no generator can take
less. `dlcards` reads YAML, checks every note, keeps the time of every change and writes the
package; the others write two fields a note and do none of that.
"""


FIGURES = """\
Medians over the examples of each kind in the gallery: processor time of one drawing in a process
that has drawn before, and the size of the SVG as it is and as a package holds it.\
"""


REASONS: Mapping[str, str] = {
    "only a text changed": (
        "The entry that changed is read strictly, by pydantic; importing it and building the model"
        " of one entry already takes most of the target (first table). The rest goes into reading"
        " formulas, composing, and writing the package again. What is not used is not loaded, and"
        " entries that did not change are taken from the cache."
    ),
    "claim and figure changed": (
        "SymPy works beside the drawing, but nothing can be drawn before the entry has been read."
    ),
    "dlcards, from YAML": (
        "The floor knows its rows; dlcards reads 49 fields a note, looks for what Anki would drop,"
        " hashes every note and keeps the time of its last change, so that an update replaces only"
        " what differs. All of it in one pass over tuples; gc is off, rows go in by bulk."
    ),
    "× faster than libyaml + pydantic + genanki": (
        "At 10,000 notes the floor itself is about four times as fast; half of our time is the"
        " start."
    ),
}
"""Why a target is missed, where it is."""


@dataclass(slots=True)
class Row:
    """One line: what, its ratio, what it cost, and what it should be."""

    name: str
    ratio: float
    cost: Cost | None = None
    target: tuple[str, float] | None = None

    def verdict(self) -> str:
        """Return the target and whether it holds."""
        if self.target is None:
            return ""
        sign, value = self.target
        holds = self.ratio <= value if sign == "≤" else self.ratio >= value
        return f"{sign} {value:g}: {'holds' if holds else 'missed'}"


@dataclass(slots=True)
class Table:
    """Rows that were measured together."""

    title: str
    unit: str
    rows: Sequence[Row]


def _cells(row: Row) -> tuple[str, ...]:
    cost = row.cost
    seconds = (f"{cost.cpu:.2f}", f"{cost.wall:.2f}") if cost is not None else ("", "")
    peak = f"{cost.peak / 1024:.0f}" if cost is not None else ""
    return (row.name, f"{row.ratio:.2f}", *seconds, peak, row.verdict())


TITLES = ("", "ratio", "processor, s", "clock, s", "peak, MB", "target")


def as_text(table: Table) -> str:
    """Return a table for the terminal."""
    rows = [TITLES, *(_cells(row) for row in table.rows)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(TITLES))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return "\n".join([f"\n{table.title} ({table.unit})" if table.unit else table.title, *lines])


def as_markdown(table: Table) -> str:
    """Return a table for the page."""
    unit = f"Ratio: {table.unit}.\n\n" if table.unit else ""
    lines = [f"## {table.title}\n\n{unit}| {' | '.join(TITLES)} |", "|---|--:|--:|--:|--:|---|"]
    lines += [f"| {' | '.join(_cells(row))} |" for row in table.rows]
    return "\n".join(lines) + "\n"


def write(
    folder: Path,
    tables: Sequence[Table],
    words: Sequence[str],
    growth: Mapping[str, Mapping[int, float]],
    figures: str,
) -> None:
    """Write the page and its picture."""
    head = INTRODUCTION.format(
        cores=os.cpu_count(), python=platform.python_version(), system=platform.system()
    )
    missed = {
        row.name: REASONS[row.name]
        for table in tables
        for row in table.rows
        if row.verdict().endswith("missed") and row.name in REASONS
    }
    targets = [row for table in tables for row in table.rows if row.target is not None]
    held = sum(row.verdict().endswith("holds") for row in targets)
    parts = [
        head,
        "![Processor time by number of notes](performance.svg)\n",
        f"{held} of {len(targets)} targets hold.\n",
        *(f"- *{name}*: {why}" for name, why in missed.items()),
        "",
        *(as_markdown(table) for table in tables),
        f"## Figures\n\n{FIGURES}\n\n{figures}\n",
        "\n".join(f"- {text}" for text in dict.fromkeys(words)),
    ]
    (folder / "performance.md").write_text("\n".join(parts) + "\n", encoding="utf-8")
    (folder / "performance.svg").write_bytes(plot(growth))


HEIGHT = 0.83 * 4.2 * 72
"""Of the axes, in points."""
APART = 12
"""Points between two labels."""


def _apart(heights: Mapping[str, float]) -> dict[str, float]:
    """Return by how many points each label moves, so that none covers another.

    Examples
    --------
    >>> _apart({"a": 100.0, "b": 96.0, "c": 50.0})
    {'c': 0.0, 'b': -4.0, 'a': 4.0}
    """
    moved = dict.fromkeys(sorted(heights, key=lambda name: heights[name]), 0.0)
    names = list(moved)
    for _ in names:
        for lower, upper in pairwise(names):
            gap = heights[upper] + moved[upper] - heights[lower] - moved[lower]
            if gap < APART:
                moved[lower] -= (APART - gap) / 2
                moved[upper] += (APART - gap) / 2
    return moved


def plot(growth: Mapping[str, Mapping[int, float]]) -> bytes:
    """Draw processor time against the number of notes, both in powers of ten."""
    import io

    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with mpl.rc_context({"svg.hashsalt": "dlcards", "svg.fonttype": "path", "font.size": 9}):
        figure = Figure(figsize=(7, 4.2))
        axes = figure.add_axes((0.09, 0.12, 0.6, 0.83))
        for name, times in growth.items():
            style = "--" if name == "floor" else "-"
            width = 2.4 if name.startswith("dlcards") else 1.4
            axes.loglog(list(times), list(times.values()), style, marker="o", ms=4, lw=width)
        low, high = axes.get_ylim()
        places = _apart(
            {
                name: math.log(times[max(times)] / low) / math.log(high / low) * HEIGHT
                for name, times in growth.items()
            }
        )
        for (name, times), line in zip(growth.items(), axes.lines, strict=True):
            last = max(times)
            whole = last == max(max(each) for each in growth.values())
            axes.annotate(
                name if whole else f"{name} (up to {last:,})",
                (last, times[last]),
                xytext=(8, places[name]) if whole else (-8, 12),
                ha="left" if whole else "right",
                textcoords="offset points",
                va="center",
                color=line.get_color(),
            )
        axes.set_xlabel("notes")
        axes.set_ylabel("processor time, s")
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(alpha=0.3)
        stream = io.BytesIO()
        FigureCanvasSVG(figure).print_svg(stream, metadata={"Date": None})
    return stream.getvalue()
