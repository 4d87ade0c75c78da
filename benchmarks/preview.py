"""What a save costs while the preview watches: ``python -m benchmarks.preview [FOLDER]``."""

from __future__ import annotations

import os
import resource
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.measuring import ROOT
from dlcards.build.verify import get_ready
from dlcards.cli.console import Progress
from dlcards.commands.preview import Preview, PreviewRequest, preview
from dlcards.workers import Crew

ENTRY = """\
kind: equation
title: Benchmark power
topic: derivatives
let: {{x: real}}
claim: d(x**{power}, x) == {power}*x**({power} - 1)
meaning: The slope of a power, {word}.
figure: {{kind: function_plot, exprs: [x**2], x: [-2, {end}], alt: A parabola.}}
questions:
  q1: {{ask: "How does the slope of the parabola change at zero?", answer: It turns}}
sources: ["https://example.org"]
"""
ROUNDS = 5


def main(folder: Path) -> None:
    """Save an entry again and again, and print the processor time until its cards are there."""
    for top in ("formulas", "exercises", "decks"):
        shutil.copytree(ROOT / top, folder / top, dirs_exist_ok=True)
    entry = folder / "formulas" / "calculus" / "benchmark-power.yaml"
    entry.write_text(ENTRY.format(power=3, word="first", end=2), encoding="utf-8")
    request, silent = PreviewRequest(folder, jobs=1), Progress(quiet=True)
    with Crew() as crew:
        get_ready(crew, 1)
        shown = preview(request, silent, preview(request, silent, check=False), crew=crew)
        changes: dict[str, Callable[[int], dict[str, object]]] = {
            "text": lambda i: {"word": f"again {i}"},
            "figure": lambda i: {"end": 2 + i / 10},
            "claim": lambda i: {"power": 30 + i},
        }
        for what, change in changes.items():
            for i in range(1, ROUNDS + 1):
                told = {"power": 3, "word": "first", "end": 2, **change(i)}
                entry.write_text(ENTRY.format(**told), encoding="utf-8")
                shown, seconds, checked = _saved(request, silent, shown, crew)
                print(f"{what}: cards after {seconds:.2f} s, checked after {checked:.2f} s of CPU")


def _saved(
    request: PreviewRequest, silent: Progress, shown: Preview, crew: Crew
) -> tuple[Preview, float, float]:
    start = _processor_time(crew)
    shown = preview(request, silent, shown, check=False)
    seconds = _processor_time(crew) - start
    if shown.pending():
        shown = preview(request, silent, shown, crew=crew)
    return shown, seconds, _processor_time(crew) - start


def _processor_time(crew: Crew) -> float:
    """Return the seconds that this process, its ended children and the crew have used."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    ticks = 0
    for number in crew.processes():
        told = Path(f"/proc/{number}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        ticks += int(told[11]) + int(told[12])
    spent = ticks / os.sysconf("SC_CLK_TCK")
    return sum(each.ru_utime + each.ru_stime for each in used) + spent


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as scratch:
            main(Path(scratch))
