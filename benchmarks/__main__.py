"""Measure everything and write docs/performance.md: ``python -m benchmarks``."""

from __future__ import annotations

import argparse
import json
import math
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import figures, report, writers
from benchmarks.measuring import DLCARDS, PYTHON, ROOT, Command, Cost, FailedError, in_turn, run
from benchmarks.report import Row, Table

SIZES = (100, 1_000, 10_000, 100_000)
ENTRY = """\
kind: concept
title: Benchmark parabola
topic: derivatives
let: {x: real}
claim: d(%d*x**2, x) == %d*2*x
meaning: The slope of a parabola grows with x%s.
questions:
  q1: {ask: "What is the slope of the parabola at 0?", answer: Zero}
figure: {kind: function_plot, exprs: ["%d*x**2"], x: [-2, 2], alt: A parabola., caption: Steep.}
sources: ["https://example.org/parabola"]
"""
READ_ENTRY = "from dlcards.content.schema import Entry; Entry.model_rebuild()"
SPEC = {"kind": "function_plot", "exprs": ["3*x**2"], "x": [-2, 2], "alt": "A parabola."}


@dataclass(slots=True)
class Bench:
    """The folder of a run, and what it found.

    Parameters
    ----------
    rounds : int
        How often quick commands are run; slow ones less often.
    short : bool
        Build one deck only, and do not check all claims anew.
    """

    folder: Path
    rounds: int
    short: bool = False
    tables: list[Table] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    growth: dict[str, dict[int, float]] = field(default_factory=dict)

    @property
    def content(self) -> Path:
        """Return the copy of the project's content."""
        return self.folder / "content"

    def say(self, text: str) -> None:
        """Tell what is missing from the tables, now and in the report."""
        self.words.append(text)
        print(f"  {text}", file=sys.stderr)


def copy_content(bench: Bench) -> None:
    """Copy the content and leave out entries that cannot be built at present."""
    for name in ("formulas", "decks"):
        shutil.copytree(ROOT / name, bench.content / name)
    (bench.content / "formulas" / "calculus" / "bench.yaml").write_text(entry(1), encoding="utf-8")
    left_out: set[str] = set()
    for _ in range(12):
        done = subprocess.run(
            [*DLCARDS, "--root", bench.content, "build", "--deck", "calculus"],
            capture_output=True,
            text=True,
            check=False,
        )
        wrong = {
            line.split(":")[0]
            for line in done.stderr.splitlines()
            if ": error:" in line and line.startswith("formulas/calculus/")
        } - left_out
        if done.returncode == 0:
            break
        if not wrong:
            raise FailedError(f"the calculus deck cannot be built: {done.stderr[-600:]}")
        for name in wrong:
            (bench.content / name).unlink()
        left_out |= wrong
    if left_out:
        bench.say(f"{len(left_out)} entries of calculus were left out: they have mistakes.")


def entry(number: int, words: str = "") -> str:
    """Return an entry whose claim and figure depend on a number."""
    return ENTRY % (number, number, words, number)


def start_up(bench: Bench) -> None:
    """Compare what starts with what is imported."""
    build = (*DLCARDS, "--root", bench.content, "build", "--deck", "calculus")
    costs = in_turn(
        {
            "python -c pass": (PYTHON, "-c", "pass"),
            "click + yaml": (PYTHON, "-c", "import click, yaml"),
            "the model of an entry alone": (PYTHON, "-c", READ_ENTRY),
            "dlcards --help": (*DLCARDS, "--help"),
            "dlcards list": (*DLCARDS, "--root", bench.content, "list"),
            "nothing changed": build,
        },
        bench.rounds,
    )
    unit = costs["click + yaml"]
    rows = [Row(name, cost.cpu / unit.cpu, cost) for name, cost in costs.items()]
    rows[-1].target = ("≤", 1.1)
    bench.tables.append(Table("Start-up", "× `import click, yaml`", rows))


def one_change(bench: Bench) -> None:
    """Change one entry, its text only or its claim and figure, and build."""
    path = bench.content / "formulas" / "calculus" / "bench.yaml"
    build = (*DLCARDS, "--root", bench.content, "build", "--deck", "calculus")
    (bench.folder / "spec.json").write_text(json.dumps(SPEC), encoding="utf-8")
    seed = iter(range(2, 10_000))

    def text(number: int) -> None:
        path.write_text(entry(1, f", as in case {next(seed)}"), encoding="utf-8")

    def formula(_: int) -> None:
        path.write_text(entry(next(seed)), encoding="utf-8")

    text(0)
    run(build)
    costs = in_turn(
        {
            "click + yaml": (PYTHON, "-c", "import click, yaml"),
            "only a text changed": build,
            "Matplotlib and that figure": writer("draw", 0, bench.folder),
            "claim and figure changed": build,
            "the same, nothing kept": (*build, "--no-cache", "--jobs", "2"),
        },
        max(3, bench.rounds // 3),
        before={"only a text changed": text, "claim and figure changed": formula},
    )
    unit, drawing = costs["click + yaml"].cpu, costs["Matplotlib and that figure"].wall
    names = list(costs)
    bench.tables.append(
        Table(
            "A text changed",
            "× `import click, yaml`",
            [
                Row(name, costs[name].cpu / unit, costs[name], ("≤", 3.5) if i else None)
                for i, name in enumerate(names[:2])
            ],
        )
    )
    bench.tables.append(
        Table(
            "A claim and its figure changed (time on the clock)",
            "× import Matplotlib and draw that figure",
            [
                Row(name, costs[name].wall / drawing, costs[name], ("≤", 1.4) if i == 1 else None)
                for i, name in enumerate(names[2:])
            ],
        )
    )


def cold(bench: Bench) -> None:
    """Draw everything anew with one and two workers; check all claims."""
    examples = [dict(example) for _, _, example in figures.specs()]
    (bench.folder / "examples.json").write_text(json.dumps(examples), encoding="utf-8")
    workers = {
        f"{name} {n}": writer(name, n, bench.folder)
        for name in ("figures", "loops")
        for n in (1, 2)
    }
    one, two, loop, loops = in_turn(workers, 3).values()
    rows = [
        Row("the machine itself: two plain loops at once", 2 * loop.wall / loops.wall, loops),
        Row("300 figures of all kinds, 1 worker", 1.0, one),
        Row("300 figures of all kinds, 2 workers", one.wall / two.wall, two, ("≥", 1.8)),
    ]
    decks = sorted(path.stem for path in (bench.content / "decks").glob("*.yaml"))
    for deck in ["calculus"] if bench.short else decks:
        found = []
        for jobs in ("1", "2"):
            shutil.rmtree(bench.content / "build", ignore_errors=True)
            command = (*DLCARDS, "--root", bench.content, "build", "--deck", deck, "--jobs", jobs)
            try:
                found.append(run(command, limit=400))
            except FailedError:
                bench.say(f"The deck {deck} cannot be built at present; it is left out.")
                break
        if len(found) == 2:
            rows.append(Row(f"deck {deck}, 2 workers", found[0].wall / found[1].wall, found[1]))
    bench.tables.append(Table("Cold builds (time on the clock)", "× faster than 1 worker", rows))
    if bench.short:
        bench.say("A short run: the other decks and the check of all claims were left out.")
        return
    check = (*DLCARDS, "--root", bench.content, "check", "--fresh", "--jobs", "2")
    try:
        cost = run(check, limit=1200)
        bench.tables.append(Table("All claims again, 2 workers", "", [Row("check", 1.0, cost)]))
    except FailedError as error:
        bench.say(f"All claims were not timed: {str(error)[-120:]}")


def writer(name: str, number: int, folder: Path) -> Command:
    """Return the command that writes notes in one way."""
    return (PYTHON, "-m", "benchmarks.writers", name, str(number), folder)


def plain_notes(bench: Bench, sizes: Sequence[int]) -> None:
    """Write plain notes in every way there is."""
    ankdown = peer(bench, "ankdown")
    bench.say("yaml2anki and mdanki: no version installs here. md2anki needs a later Python.")
    for number in sizes:
        folder = bench.folder / f"facts-{number}"
        folder.mkdir()
        writers.write_project(number, folder)
        build = (*DLCARDS, "--root", folder, "build", "--deck", "facts", "--no-cache")
        commands: dict[str, Command] = {
            "floor": writer("floor", number, folder),
            "dlcards, from YAML": build,
            "genanki, from Python": writer("genanki_direct", number, folder),
            "libyaml + pydantic + genanki": writer("usual", number, folder),
            "anki, from Python": writer("anki_package", number, folder),
        }
        if ankdown is not None and number <= 10_000:
            writers.ankdown_files(number, folder)
            package = folder / "ankdown.apkg"
            commands["ankdown"] = (ankdown, "-r", folder / "ankdown", "-p", package)
        rounds = max(3, bench.rounds // 3) if number <= 10_000 else 3
        costs = in_turn(commands, rounds)
        unit = costs["floor"].cpu
        rows = [Row(name, cost.cpu / unit, cost) for name, cost in costs.items()]
        if number >= 10_000:
            rows[1].target = ("≤", 1.6)
        bench.tables.append(Table(f"{number:,} plain notes", "× the floor", rows))
        for name, cost in costs.items():
            bench.growth.setdefault(name, {})[number] = cost.cpu
        conclusions(bench, number, costs)
    pictures(bench)


def conclusions(bench: Bench, number: int, costs: Mapping[str, Cost]) -> None:
    """Work out what the costs at one size, and those before, say."""
    ours = costs["dlcards, from YAML"]
    rows = []
    if number >= 10_000:
        faster = costs["libyaml + pydantic + genanki"].cpu / ours.cpu
        rows.append(Row("× faster than libyaml + pydantic + genanki", faster, None, ("≥", 4.0)))
    if number == 100_000:
        small = bench.growth["dlcards, from YAML"][1_000]
        exponent = math.log(ours.cpu / small) / math.log(100)
        rows.append(Row("growth exponent from 1,000", exponent, None, ("≤", 1.05)))
        least = run(
            (
                *DLCARDS,
                "--root",
                bench.folder / "facts-100",
                "build",
                "--deck",
                "facts",
                "--no-cache",
            )
        )
        content = sum(len(a) + len(b) + len(c) for a, b, c in writers.facts(number))
        extra = ((ours.peak - least.peak) * 1024 - content) / number / 1024
        rows.append(Row("KB of memory per note beyond its content", extra, None, ("≤", 1.5)))
    if number == 10_000:
        folder = bench.folder / f"facts-{number}"
        run(writer("sizes", number, folder))
        sizes = json.loads((folder / "sizes.json").read_text(encoding="utf-8"))
        for name, most in (("legacy", 1.0), ("newest", 1.5)):
            label = f"package size, × the export of anki ({name} format)"
            rows.append(Row(label, sizes["dlcards"] / sizes[name], None, ("≤", most)))
    if rows:
        bench.tables.append(Table(f"What {number:,} notes say", "", rows))


def pictures(bench: Bench) -> None:
    """Write notes with a picture each."""
    folder = bench.folder / "pictures"
    folder.mkdir()
    costs = in_turn(
        {
            "dlcards, compressed": writer("dlcards_pictures", 1_000, folder),
            "genanki, not compressed": writer("genanki_pictures", 1_000, folder),
        },
        3,
    )
    unit = costs["genanki, not compressed"].cpu
    rows = [Row(name, cost.cpu / unit, cost) for name, cost in costs.items()]
    bench.tables.append(Table("1,000 notes with a picture each", "× genanki", rows))


def peer(bench: Bench, name: str) -> Path | None:
    """Install another generator in an environment of its own, and return its program."""
    folder = ROOT / "build" / ".cache" / "venvs" / f"bench-{name}"
    program = folder / "bin" / name
    if program.exists():
        return program
    try:
        venv.create(folder, with_pip=True)
        subprocess.run(
            [folder / "bin" / "python", "-m", "pip", "install", "--quiet", name],
            check=True,
            capture_output=True,
            timeout=300,
        )
    except (OSError, subprocess.SubprocessError):
        bench.say(f"{name} could not be installed; it is left out.")
        return None
    return program


PARTS: Mapping[str, Callable[[Bench], None]] = {
    "start": start_up,
    "change": one_change,
    "cold": cold,
}


def measure(bench: Bench, only: Sequence[str], largest: int) -> Iterator[Table]:
    """Run the parts that were asked for and yield their tables as they are finished."""
    told = 0
    if not only or {"start", "change", "cold"} & set(only):
        copy_content(bench)
        run((*DLCARDS, "--root", bench.content, "build", "--deck", "calculus"))
    for name, part in PARTS.items():
        if not only or name in only:
            part(bench)
            yield from bench.tables[told:]
            told = len(bench.tables)
    if not only or "notes" in only:
        plain_notes(bench, [size for size in SIZES if size <= largest])
        yield from bench.tables[told:]


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", nargs="*", default=[], choices=[*PARTS, "notes"])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--largest", type=int, default=SIZES[-1], help="most plain notes")
    parser.add_argument("--short", action="store_true", help="one deck, no check of all claims")
    parser.add_argument("--dry-run", action="store_true", help="print the tables only")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        bench = Bench(Path(folder), asked.rounds, asked.short)
        for table in measure(bench, asked.only, asked.largest):
            print(report.as_text(table), flush=True)
        if not asked.dry_run:
            if asked.only or asked.largest != SIZES[-1]:
                parser.error("a report needs everything; add --dry-run")
            kinds = figures.table(figures.costs())
            report.write(ROOT / "docs", bench.tables, bench.words, bench.growth, kinds)


if __name__ == "__main__":
    main()
