"""A map of what builds on what: columns by depth, an arrow from each entry to what it opens."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, PathPatch
from matplotlib.path import Path

from dlcards.figures import style
from dlcards.figures.settings import settings
from dlcards.figures.svg import squeeze

ROW = 30
GAP = 46
LETTER = 6.3
SIZE = 11


def layers(requires: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """Sort names into columns: each one column after the last of what it requires.

    Examples
    --------
    >>> layers({"a": [], "b": ["a"], "c": ["a", "b"], "d": []})
    [['a', 'd'], ['b'], ['c']]
    """
    depth: dict[str, int] = {}

    def column(name: str) -> int:
        if name not in depth:
            before = [column(other) for other in requires[name] if other in requires]
            depth[name] = 1 + max(before, default=-1)
        return depth[name]

    for name in requires:
        column(name)
    out: list[list[str]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for name in requires:
        out[depth[name]].append(name)
    return _untangled(out, requires)


def _untangled(columns: list[list[str]], requires: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """Order every column by the mean height of its neighbours, so that few arrows cross."""
    after: dict[str, list[str]] = {name: [] for name in requires}
    for name, needs in requires.items():
        for need in needs:
            if need in after:
                after[need].append(name)
    place: dict[str, float] = {}
    for column in columns:
        place |= _spread(column)
    for sweep in range(8):
        near = requires if sweep % 2 == 0 else after
        for column in columns if sweep % 2 == 0 else columns[::-1]:
            mean = {name: _mean(name, near[name], place) for name in column}
            column.sort(key=lambda name, mean=mean: mean[name])  # type: ignore[misc]
            place |= _spread(column)
    return columns


def _spread(column: Sequence[str]) -> dict[str, float]:
    return {name: (i + 0.5) / len(column) for i, name in enumerate(column)}


def _mean(name: str, neighbours: Sequence[str], place: Mapping[str, float]) -> tuple[float, float]:
    known = [place[other] for other in neighbours if other in place]
    return (sum(known) / len(known) if known else place[name], place[name])


def direct(requires: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Return the arrows that no longer way makes needless.

    Examples
    --------
    >>> direct({"a": [], "b": ["a"], "c": ["a", "b"]})
    [('a', 'b'), ('b', 'c')]
    """
    reach: dict[str, set[str]] = {}

    def below(name: str) -> set[str]:
        if name not in reach:
            found: set[str] = set()
            for other in requires[name]:
                if other in requires:
                    found |= {other} | below(other)
            reach[name] = found
        return reach[name]

    out = []
    for name, needs in requires.items():
        inside = [need for need in needs if need in requires]
        behind = {far for need in inside for far in below(need)}
        out += [(need, name) for need in inside if need not in behind]
    return out


def draw_roadmap(titles: Mapping[str, str], requires: Mapping[str, Sequence[str]]) -> bytes:
    """Draw the map of a deck as SVG.

    Parameters
    ----------
    titles : mapping of str to str
        Name of each entry.
    requires : mapping of str to sequence of str
        What each builds on; names outside the deck are left out.
    """
    columns = layers(requires)
    places, width, height = _places(columns, titles)
    with mpl.rc_context(settings()):
        figure = Figure(figsize=(width / 72, height / 72), dpi=72)
        FigureCanvasSVG(figure)
        axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        axes.set_xlim(0, width)
        axes.set_ylim(height, 0)
        axes.set_axis_off()
        for first, second in direct(requires):
            _arrow(axes, places[first], places[second])
        for name, (left, right, y) in places.items():
            _box(axes, left, right, y, titles[name])
        buffer = io.BytesIO()
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    return squeeze(buffer.getvalue(), width, height)


Place = tuple[float, float, float]


def _places(
    columns: Sequence[Sequence[str]], titles: Mapping[str, str]
) -> tuple[dict[str, Place], int, int]:
    tallest = max(len(column) for column in columns)
    height = tallest * ROW + 20
    places: dict[str, Place] = {}
    x = 12.0
    for column in columns:
        wide = max(len(titles[name]) for name in column) * LETTER + 14
        step = (height - 20) / len(column)
        for i, name in enumerate(column):
            own = len(titles[name]) * LETTER + 14
            places[name] = (x, x + own, 10 + step * (i + 0.5))
        x += wide + GAP
    return places, int(x - GAP + 12), height


def _arrow(axes: Axes, first: Place, second: Place) -> None:
    start, end = (first[1], first[2]), (second[0], second[2])
    bend = max(30.0, (end[0] - start[0]) / 2)
    way = [start, (start[0] + bend, start[1]), (end[0] - bend, end[1]), end]
    path = Path(way, [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4])
    axes.add_patch(PathPatch(path, fill=False, lw=0.8, edgecolor=style.FAINT, alpha=0.6))


def _box(axes: Axes, left: float, right: float, y: float, title: str) -> None:
    axes.add_patch(
        FancyBboxPatch(
            (left, y - 10),
            right - left,
            20,
            boxstyle="round,pad=0,rounding_size=5",
            lw=1,
            facecolor="white",
            edgecolor=style.BLUE,
        )
    )
    axes.text(
        (left + right) / 2,
        y,
        title.replace("$", r"\$"),
        ha="center",
        va="center",
        fontsize=SIZE,
        color=style.INK,
    )
