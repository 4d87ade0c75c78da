"""What holds of every figure of the library: labels stand free, axes have names."""

from __future__ import annotations

import zlib
from collections import defaultdict
from pathlib import Path

import pytest

from dlcards import figures
from dlcards.claims.resolver import read_statement
from dlcards.claims.statement import Statement
from dlcards.content.schema import Entry, read_model
from dlcards.documents import read_document
from dlcards.figures.alt import says_a_word_of
from dlcards.figures.identity import spec_digest
from dlcards.figures.spec import PlotSpec

FORMULAS = Path(__file__).parents[2] / "formulas"


def figure(path: Path) -> tuple[figures.FigureSpec, Statement, Entry]:
    document, wrong = read_document(path.read_text(encoding="utf-8"), path.name)
    assert document is not None, wrong
    entry, problems = read_model(Entry, document)
    assert entry is not None, problems
    statement, _ = read_statement(entry.statement_text(path.stem))
    assert statement is not None
    spec, misfits = figures.parse_spec(document.data["figure"])
    assert spec is not None, misfits
    return spec, statement, entry


PATHS = [
    path
    for path in sorted(FORMULAS.glob("*/*.yaml"))
    if "\nfigure:" in path.read_text(encoding="utf-8")
]
ENTRIES = [pytest.param(path, id=path.stem) for path in PATHS]
MOVING = [
    pytest.param(path, id=path.stem)
    for path in PATHS
    if "\n  animate:" in path.read_text(encoding="utf-8")
]


def test_the_library_has_figures() -> None:
    assert len(ENTRIES) >= 250


@pytest.mark.slow
def test_no_picture_is_shown_with_two_entries() -> None:
    shown: dict[str, list[str]] = defaultdict(list)
    for path in PATHS:
        spec, _, entry = figure(path)
        shown[spec_digest(spec, entry.statement_text(path.stem), lang="en", front=False)].append(
            path.stem
        )
    assert [names for names in shown.values() if len(names) > 1] == []


@pytest.mark.exhaustive(every=24)
@pytest.mark.parametrize("path", ENTRIES)
def test_its_labels_stand_on_no_line_and_no_label_and_inside(path: Path) -> None:
    spec, statement, _ = figure(path)
    for drawn in (spec, *spec.frames):
        for front in (False, True):
            assert figures.lay_out(drawn, statement, front=front).clashes == ()


def test_motion_is_shown_where_it_is_the_idea() -> None:
    assert len(MOVING) >= 25


@pytest.mark.exhaustive(every=24)
@pytest.mark.parametrize("path", MOVING)
def test_a_moving_figure_keeps_its_height_and_is_small(path: Path) -> None:
    spec, statement, _ = figure(path)
    assert len({figures.lay_out(frame, statement).height for frame in spec.frames}) == 1
    assert len(zlib.compress(figures.render(spec, statement=statement).svg)) <= 60_000


@pytest.mark.exhaustive(every=24)
@pytest.mark.parametrize("path", ENTRIES)
def test_axes_with_numbers_have_names(path: Path) -> None:
    spec, statement, _ = figure(path)
    for panel in figures.lay_out(spec, statement).panels:
        numbered = any(any(c.isdigit() for c in text) for _, text in panel.xticks or [])
        if not panel.is_bare and numbered:
            assert panel.xlabel or panel.xname or panel.frame != "numbers"


@pytest.mark.exhaustive(every=24)
@pytest.mark.parametrize("path", ENTRIES)
def test_a_front_tells_no_word_of_the_title(path: Path) -> None:
    spec, statement, entry = figure(path)
    if spec.common.front_safe:
        told = figures.render(spec, statement=statement, front=True, answers=(entry.title,)).alt
        assert told
        assert not says_a_word_of(told, [entry.title])


def test_plots_are_found_among_the_figures() -> None:
    some = [figure(path) for path in PATHS[:40]]
    assert sum(isinstance(spec.common, PlotSpec) for spec, _, _ in some) >= 10
