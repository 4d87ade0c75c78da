"""Whatever a figure asks for: a picture or a problem, never an exception.

``DLCARDS_EXAMPLES=5000`` tries as many figures; ``make fuzz`` does.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
import strategies
from hypothesis import HealthCheck, given, settings
from injected import picture_faults
from swallow import check_problem

from dlcards.build.illustrate import FigureRequest, draw
from dlcards.claims.statement import StatementText
from dlcards.problems import Location, Problem

EXAMPLES = int(os.environ.get("DLCARDS_EXAMPLES", "60"))

SAMPLING = {"kind": "sampling", "n": [4, 16], "reps": 3000, "statistic": "mean"}
NORMAL = {"name": "normal", "params": [0, 1]}
FOUND: dict[str, dict[str, Any]] = {
    "a law without its numbers": {**SAMPLING, "dist": {"name": "normal", "params": [0]}},
    "a law with too many numbers": {**SAMPLING, "dist": {"name": "normal", "params": [0, 1, 2]}},
    "a negative spread": {**SAMPLING, "dist": {"name": "normal", "params": [0, -1]}},
    "a spread of nearly nothing": {**SAMPLING, "dist": {"name": "normal", "params": [0, 1e-300]}},
    "numbers near infinity": {**SAMPLING, "dist": {"name": "exponential", "params": [1e-308]}},
    "an exponent too large": {**SAMPLING, "dist": {"name": "lognormal", "params": [1000, 1]}},
    "no statistic": {**SAMPLING, "dist": NORMAL, "statistic": []},
    "billions of numbers": {**SAMPLING, "dist": NORMAL, "n": [4, 100_000], "reps": 20_000},
    "a curve without a value": {
        "kind": "series",
        "series": [{"rule": "x/0", "label": "c"}],
        "x": [1, 2],
        "marks": [{"minimum_of": 0}],
    },
    "a logarithm of a negative number": {
        "kind": "series",
        "series": [{"rule": "1.1**t"}],
        "x": [0, 50],
        "y": [-1, 2],
        "logy": True,
    },
    "a title that is no formula": {
        "kind": "scatter",
        "title": r"$\\frac{1}{2}$",
        "panels": [{"gen": "rings"}, {"gen": "rings_lifted"}],
    },
    "a title that fills the page": {
        "kind": "scatter",
        "title": "a" * 100_000,
        "panels": [{"gen": "rings"}, {"gen": "rings_lifted"}],
    },
    "a label too few": {
        "kind": "series",
        "poly_bias_variance": {"degrees": [0, 1, 2]},
        "labels": ["a", "b"],
    },
}


def drawn(spec: dict[str, Any], *, front: bool = False) -> bool:
    """Draw a figure; tell whether there is a picture."""
    request = FigureRequest("entry", spec, StatementText("entry"), title="Title", front=front)
    found = draw(request)
    for problem in found.problems:
        check_problem(Problem(Location("a.yaml", 1, 1), problem.code, problem.message))
    if found.svg:
        assert list(picture_faults(found.svg)) == []
    assert found.svg or found.problems
    return bool(found.svg)


@pytest.mark.parametrize("name", FOUND)
def test_what_once_ended_in_an_exception_is_a_problem(name: str) -> None:
    assert not drawn({**FOUND[name], "alt": "x"})


def test_a_surface_with_gaps_is_drawn() -> None:
    surface = {"kind": "contour2d", "exprs": ["x**x"], "levels": [0.5, 1.5, 3], "alt": "Lines."}
    drawn({**surface, "level_labels": True, "x": [-3, 3], "y": [-1.5, 1.5], "eigen_axes": True})


@pytest.mark.parametrize("value", [0.00002, -0.00002, 1e-300, 1e8, 1234567])
@pytest.mark.parametrize("horizontal", [False, True])
def test_values_of_any_size_stand_at_their_bars(value: float, horizontal: bool) -> None:
    groups = [{"values": [value, 0.5]}]
    bars = {"kind": "bars", "categories": ["a", "b"], "groups": groups, "alt": "Bars."}
    assert drawn({**bars, "annotate": True, "horizontal": horizontal})


@pytest.mark.slow
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize="DLCARDS_EXAMPLES" not in os.environ,
)
@given(strategies.figures())
@pytest.mark.filterwarnings("ignore::UserWarning")  # a letter that the font lacks is a warning
def test_figures(count: Callable[..., None], figure: dict[str, Any]) -> None:
    count("inputs: figures")
    count("inputs: figures, of which drawn", int(drawn(figure)))
