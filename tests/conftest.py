"""What tests share: projects, one browser, the built decks, and how much of a sweep is run."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import check_deck
import pytest
from hypothesis import HealthCheck, settings

from dlcards.garbage import collect_rarely
from run_once import run_once, shared_folder
from samples import DECK, ENTRY, Project

ROOT = Path(__file__).parents[1]

# A machine with other work to do is slow, and no reason to fail.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

LONGEST_ID = 60
"""Of a parameter in the name of a test."""

DRAWN = 24
"""One picture in so many is drawn, in the decks of a sample."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that runs every case of the exhaustive sweeps."""
    told = "run every case of the sweeps marked exhaustive, not a sample"
    parser.addoption("--exhaustive", action="store_true", help=told)


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a long parameter by its beginning: a sound of 11 MB made a name of 44 MB."""
    if isinstance(val, bytes | str) and len(val) > LONGEST_ID:
        return f"{val[:LONGEST_ID]!a}… ({len(val):,})"
    return None


@pytest.hookimpl(tryfirst=True)  # before the scheduler writes groups into names
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep a sample of each sweep, put what takes long first, and what does not in groups."""
    if not config.getoption("--exhaustive"):
        leave_out(config, items)
        for item in items:
            if "built_decks" in getattr(item, "fixturenames", ()):
                # One process alone waits until the decks are built.
                item.add_marker(pytest.mark.xdist_group("decks"))
    items.sort(key=quick)
    for item in items:
        if quick(item) and item.get_closest_marker("xdist_group") is None:
            # Each test on its own would be sent for and reported on its own.
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


def quick(item: pytest.Item) -> bool:
    """Tell whether `tasks.py quick` runs a test."""
    return not any(item.get_closest_marker(name) for name in LONG)


LONG = ("slow", "anki", "browser", "exhaustive")
"""Marks of tests that `tasks.py quick` leaves out."""


def leave_out(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep one case in `every` of each sweep marked exhaustive, always the same ones."""
    seen: Counter[str] = Counter()
    left_out = []
    for item in items:
        marker = item.get_closest_marker("exhaustive")
        if marker is not None:
            sweep = item.nodeid.partition("[")[0]
            if seen[sweep] % marker.kwargs.get("every", 1):
                left_out.append(item)
            seen[sweep] += 1
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        gone = set(left_out)
        items[:] = [item for item in items if item not in gone]


def pytest_collection() -> None:
    """Look for no garbage while tests are collected: they stay to the end."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Look for it among what tests make only."""
    gc.collect()
    gc.freeze()
    collect_rarely()
    gc.enable()


@pytest.fixture
def every(request: pytest.FixtureRequest) -> int:
    """Return n if a test marked exhaustive(of=n) is to try one in n of its cases; 1 for all."""
    marker = request.node.get_closest_marker("exhaustive")
    return 1 if request.config.getoption("--exhaustive") else int(marker.kwargs["of"])


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Return a function that writes files below a fresh root and returns the root."""

    def write(files: Mapping[str, str]) -> Path:
        (tmp_path / "formulas").mkdir(exist_ok=True)
        (tmp_path / "decks").mkdir(exist_ok=True)
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path

    return write


@pytest.fixture
def small_project(project: Project) -> Path:
    """Return the root of a project with one entry and one deck."""
    return project({"formulas/calculus/power-rule.yaml": ENTRY, "decks/calculus.yaml": DECK})


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands work in this process: to start others takes longer than a small project."""
    for module in ("build.flow", *(f"commands.{name}" for name in STARTING)):
        monkeypatch.setattr(f"dlcards.{module}.workers", lambda jobs: 0)


STARTING = (
    "check_entries",
    "export",
    "import_notes",
    "preview",
    "preview_site",
    "release",
    "show",
    "worksheet",
)
"""Commands that start worker processes."""

Count = Callable[..., None]


@pytest.fixture
def count(request: pytest.FixtureRequest) -> Iterator[Count]:
    """Return a function that counts what a test tries; the run prints the sums in the end."""
    counted: Counter[str] = Counter()

    def add(what: str, number: int = 1) -> None:
        counted[what] += number

    yield add
    request.node.user_properties.extend(("count", each) for each in counted.items())


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print how much was tried, and how much of it by tests that passed."""
    stats = terminalreporter.stats
    failed = {report.nodeid for kind in ("failed", "error") for report in stats.get(kind, ())}
    tried: Counter[str] = Counter()
    survived: Counter[str] = Counter()
    for report in stats.get("", ()):
        if report.when == "teardown":
            for name, value in report.user_properties:
                if name == "count":
                    what, number = value
                    tried[what] += number
                    survived[what] += number * (report.nodeid not in failed)
    if tried:
        terminalreporter.section("reliability")
        for what in sorted(tried):
            told = f"{what}: {tried[what]:,} tried, {survived[what]:,} survived"
            terminalreporter.write_line(told)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Start the one browser of a test process: Playwright allows no second one beside it."""
    if word := check_deck.missing():
        pytest.skip(word)
    with check_deck.browser() as opened:
        yield opened


@pytest.fixture(scope="session")
def built_decks(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build every deck of this project, once for all test processes of a run.

    In a sample most pictures are those of the documentation: to draw all takes most of a build.
    """
    drawn = 1 if request.config.getoption("--exhaustive") else DRAWN
    folder = shared_folder(tmp_path_factory, "built-decks")

    def build() -> None:
        from kept_pictures import take_kept_pictures  # loads Matplotlib

        take_kept_pictures(ROOT, folder / "decks" / ".cache", drawn=drawn)
        command = [sys.executable, "-m", "dlcards", "-q", "build", "--all"]
        done = subprocess.run(
            [*command, "--output", str(folder / "decks")],
            cwd=ROOT,
            capture_output=True,
            encoding="utf-8",
        )
        assert done.returncode == 0, done.stderr[-3000:]

    run_once(folder, build)
    return folder / "decks"
