"""Places panels on a page of fixed width: margins, ticks, labels, legend."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.collections import LineCollection
from matplotlib.contour import ContourSet
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch, Patch, Rectangle
from matplotlib.path import Path
from numpy.typing import ArrayLike

from dlcards.figures import labels as labelling
from dlcards.figures import style
from dlcards.figures.arrays import Array
from dlcards.figures.kind import Kind
from dlcards.figures.panel import FixedText, Panel
from dlcards.figures.settings import settings
from dlcards.figures.svg import Words, squeeze

Clashes = tuple[tuple[str, str], ...]
"""What is wrong with a label, and its text."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A laid out figure: Matplotlib's, its size in pixels, and labels that stand badly."""

    figure: Figure
    width: int
    height: int
    panels: tuple[Panel, ...]
    clashes: Clashes = ()
    words: tuple[Words, ...] = ()

    def svg(self) -> bytes:
        """Return the squeezed SVG."""
        buffer = io.BytesIO()
        with mpl.rc_context(settings()):
            FigureCanvasSVG(self.figure).print_svg(
                buffer, metadata={"Date": None}, bbox_inches_restore=None
            )
        return squeeze(buffer.getvalue(), self.width, self.height, self.words)

    def png(self, width: int) -> bytes:
        """Return a PNG of some width in pixels, transparent like the SVG."""
        buffer = io.BytesIO()
        with mpl.rc_context(settings()):
            self.figure.set_dpi(72 * width / self.width)
            FigureCanvasAgg(self.figure).print_png(buffer, metadata={"Software": None})
            self.figure.set_dpi(72)
        return buffer.getvalue()


@dataclass(frozen=True, slots=True)
class Margins:
    """Pixels around the axes of a panel."""

    left: float
    right: float
    bottom: float
    top: float
    arrow: float = 0.0
    """Of the right margin, the part of an arrow to the next panel."""


def picture(jobs: list[tuple[Kind, Array, Panel]], stack: bool, heading: str) -> Picture:
    """Draw panels on one figure and lay them out by hand.

    Parameters
    ----------
    jobs : list of (kind, spec, panel)
        Panels without axes.
    stack : bool
        Below each other instead of side by side.
    heading : str
        Mathtext above all panels.
    """
    with mpl.rc_context(settings()):
        figure = Figure(figsize=(style.WIDTH / 72, 1), dpi=72)
        FigureCanvasAgg(figure)
        for kind, spec, panel in jobs:
            panel.axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
            panel.axes.set_axis_off()
            kind.draw(spec, panel)
        panels = tuple(panel for _, _, panel in jobs)
        words: list[Words] = []
        height, clashes = _lay_out(figure, panels, words, stack=stack, heading=heading)
    return Picture(figure, style.WIDTH, height, panels, clashes, tuple(words))


Box = tuple[float, float, float, float]


def _columns(count: int, stack: bool) -> int:
    if stack:
        return 1
    return 2 if count in (2, 4) else min(count, 3)


def _lay_out(
    figure: Figure, panels: tuple[Panel, ...], words: list[Words], *, stack: bool, heading: str
) -> tuple[int, Clashes]:
    columns = _columns(len(panels), stack)
    rows = [panels[i : i + columns] for i in range(0, len(panels), columns)]
    boxes: list[Box] = []
    margins: list[Margins] = []
    y = 30.0 if heading else 0.0
    for row, around in zip(rows, _all_margins(rows, style.WIDTH / columns), strict=True):
        free = style.WIDTH - sum(m.left + m.right for m in around)
        width = free / len(row) if len(row) == columns else free / columns
        heights = [
            _axes_height(p, m, width, columns, len(rows)) for p, m in zip(row, around, strict=True)
        ]
        inner, above = max(heights), max(m.top for m in around)
        x = 0.0
        for panel, margin in zip(row, around, strict=True):
            boxes.append(_fitted(panel, x + margin.left, y + above, width, inner))
            panel.title_at = y + above - 15
            x += margin.left + width + margin.right
        margins += around
        y += above + inner + max(m.bottom for m in around)
    height = y
    placed, samples, gaps, clashes = [], [], [], []
    for panel, box, margin in zip(panels, boxes, margins, strict=True):
        transform = _Pixels(panel, box)
        for decorate in panel.decorations:
            decorate(transform)
        ticks = _tick_texts(panel, transform, margin)
        beside = margin.right - margin.arrow
        wide = (box[0] - 2, box[1] - 2, box[0] + box[2] + beside - 2, box[1] + box[3] + 2)
        texts, left_over, wrong = _place_labels(panel, transform, wide)
        clashes += wrong
        gaps.append([*(_box(text) for text in texts if text.cuts), *_rims(panel, transform)])
        placed += [*ticks, *texts]
        samples += left_over
    legend, legend_height = _legend(samples, height)
    height += legend_height
    total = math.ceil(height)
    figure.set_size_inches(style.WIDTH / 72, total / 72)
    for panel, box, margin, holes in zip(panels, boxes, margins, gaps, strict=True):
        left, above, width, inner = box
        panel.axes.set_position(
            (
                left / style.WIDTH,
                (total - above - inner) / total,
                width / style.WIDTH,
                inner / total,
            )
        )
        _frame(panel)
        _cut(panel.axes, box, holes, total)
        if margin.arrow:
            placed += _step(figure, panel, box, margin, total)
    if heading:
        placed.append(_Text(heading, style.WIDTH / 2, 15, style.INK, style.TEXT))
    for text in placed:
        _write(figure, text, total, words)
    for entry in legend:
        _write_sample(figure, entry, total, words)
    return total, tuple(clashes)


@dataclass(frozen=True, slots=True)
class _Text:
    """A text at a pixel, counted from the top left corner."""

    text: str
    x: float
    y: float
    color: str
    size: float
    ha: str = "center"
    va: str = "center_baseline"
    rotation: float = 0.0
    cuts: bool = False


@dataclass(frozen=True, slots=True)
class _Sample:
    """A line, dot or area of the legend with its text."""

    label: labelling.Label
    x: float
    y: float


PLACES = 6
"""Decimals of a pixel that decide about places: fewer than processors agree on."""


class _Pixels:
    """From data to pixels, counted from the top left corner, for a box of the layout."""

    def __init__(self, panel: Panel, box: tuple[float, float, float, float]) -> None:
        self.panel = panel
        self.box = box

    def __call__(self, x: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
        left, top, width, height = self.box
        return (
            left + width * self._share(x, self.panel.xlim, self.panel.xlog),
            top + height * (1 - self._share(y, self.panel.ylim, self.panel.ylog)),
        )

    def back(self, x: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
        """Return the points at pixels."""
        left, top, width, height = self.box
        return (
            self._value((np.asarray(x) - left) / width, self.panel.xlim, self.panel.xlog),
            self._value(1 - (np.asarray(y) - top) / height, self.panel.ylim, self.panel.ylog),
        )

    @staticmethod
    def _value(share: Array, limits: tuple[float, float], log: bool) -> Array:
        low, high = limits
        if log:
            return np.asarray(low * (high / low) ** share)
        return np.asarray(low + (high - low) * share)

    @staticmethod
    def _share(value: ArrayLike, limits: tuple[float, float], log: bool) -> Array:
        low, high = limits
        if log:
            with np.errstate(all="ignore"):
                return np.log(np.asarray(value) / low) / math.log(high / low)
        return (np.asarray(value) - low) / (high - low)


def _choose_ticks(panel: Panel, cell: float) -> None:
    if panel.is_bare or panel.frame != "numbers":
        panel.xticks, panel.yticks = panel.xticks or [], panel.yticks or []
        return
    most = 7 if cell > 300 else 4
    if panel.xticks is None:
        panel.xticks = _ticks(panel.xlim, panel.xlog, most)
    if panel.yticks is None:
        most = 6 if cell > 300 else 4
        panel.yticks = _ticks(panel.ylim, panel.ylog, most) if panel.show_yticks else []


def _ticks(limits: tuple[float, float], log: bool, most: int) -> list[tuple[float, str]]:
    if log:
        values = style.log_tick_values(*limits, most)
        if all(1 <= v <= 1000 for v in values):
            return [(v, f"{v:.0f}") for v in values]
        return [(v, f"$10^{{{round(math.log10(v))}}}$") for v in values]
    return [(v, style.number_text(v)) for v in style.tick_values(*limits, most)]


def _all_margins(rows: Sequence[Sequence[Panel]], cell: float) -> list[list[Margins]]:
    """Return the margins of every panel; axes that stand below each other begin together."""
    found = [_row_margins(row, cell) for row in rows]
    if len(rows) > 1 and all(len(row) == 1 for row in rows):
        left = max(row[0].left for row in found)
        right = max(row[0].right for row in found)
        found = [[replace(row[0], left=left, right=right)] for row in found]
    return found


def _row_margins(row: Sequence[Panel], cell: float) -> list[Margins]:
    """Choose ticks; neighbours with the same heights share the numbers of the first."""
    for panel in row:
        _choose_ticks(panel, cell)
    for panel in row[1:]:
        if panel.yticks == row[0].yticks and panel.ylim == row[0].ylim:
            panel.yticks = [(value, "") for value, _ in panel.yticks or []]
            panel.yname = ""
    return [_margins(panel, last=panel is row[-1]) for panel in row]


SHORT = 46.0
"""A name of an axis that is no wider, in pixels, stands at the end of the axis."""


def _names(panel: Panel) -> tuple[str, str]:
    """Return the names of the axes for Matplotlib, empty where none is shown."""
    if panel.is_bare or panel.frame in ("zero", "none"):
        return "", ""
    written = (panel.xlabel, panel.ylabel)
    usual = (panel.xname, panel.yname)
    return (
        _name(panel, written[0], usual[0]),
        _name(panel, written[1], usual[1] if panel.show_yticks else ""),
    )


def _name(panel: Panel, written: str, usual: str) -> str:
    if written:
        return "" if panel.hidden(written) else panel.shown(written)
    # A letter gives nothing away, F(x) may.
    return "" if panel.front and not labelling.LETTER.fullmatch(usual) else usual


def _is_short(name: str) -> bool:
    return bool(name) and labelling.text_size(name, style.TEXT)[0] <= SHORT


def _margins(panel: Panel, *, last: bool) -> Margins:
    left = right = bottom = top = panel.margin
    xname, yname = _names(panel)
    if panel.yticks:
        widths = [labelling.text_size(t, _tick_size(t))[0] for _, t in panel.yticks if t]
        left = max(widths, default=-2.0) + 12
    if panel.xticks:
        half = [labelling.text_size(t, _tick_size(t))[0] / 2 for _, t in panel.xticks]
        bottom = 30.0 + TICK_LINE * _more_lines(panel)
        right = max(right, half[-1] + 5)
        left = max(left, half[0] + 5)
    if _is_short(xname):
        bottom = max(bottom, 32.0)
    elif xname:
        bottom += 24
    if _is_short(yname):
        left = max(left, labelling.text_size(yname, style.TEXT)[0] + 12)
        top = 18.0
    elif yname:
        left += 24
    if not panel.hidden(panel.title):
        top = 32.0
    arrow = 0.0 if last or panel.then is None else _arrow_room(panel)
    return Margins(left, right + arrow, bottom, top, arrow)


def _arrow_room(panel: Panel) -> float:
    """Return how wide the arrow to the next panel is, with its text."""
    text = "" if panel.hidden(panel.then or "") else panel.shown(panel.then or "")
    wide = labelling.text_size(text, labelling.font_size(text, style.TEXT))[0] if text else 0.0
    return max(34.0, wide + 10)


TICK_LINE = 19.0


def _more_lines(panel: Panel) -> int:
    """Return how many lines the texts below the axis have beyond the first."""
    return max((text.count("\n") for _, text in panel.xticks or []), default=0)


def _axes_height(panel: Panel, margin: Margins, width: float, columns: int, rows: int) -> float:
    if panel.proportion is not None:
        return panel.proportion * width
    if panel.equal:
        least, most = (0.1, 1.6) if panel.is_bare else (0.3, 1.02)
        return min(max(width * _proportion(panel), least * width), most * width)
    whole = {1: 0.75 if rows == 1 else 0.5, 2: 1.0, 3: 1.25}[columns] * style.WIDTH / columns
    return max(whole - margin.top - margin.bottom, 0.5 * width)


def _proportion(panel: Panel) -> float:
    """Return height over width of the part of the plane that is seen."""
    return abs((panel.ylim[1] - panel.ylim[0]) / (panel.xlim[1] - panel.xlim[0]))


def _fitted(
    panel: Panel, left: float, top: float, width: float, height: float
) -> tuple[float, float, float, float]:
    """Shrink a box to the panel's proportions where both scales are the same."""
    if not panel.equal:
        return left, top, width, height
    ratio = _proportion(panel)
    if width * ratio <= height:
        return left, top + (height - width * ratio) / 2, width, width * ratio
    return left + (width - height / ratio) / 2, top, height / ratio, height


def _frame(panel: Panel) -> None:
    """Draw the axes: two quiet lines with short ticks, and the zero lines."""
    if panel.is_bare:
        return
    axes, (left, right), (low, high) = panel.axes, panel.xlim, panel.ylim
    thin: dict[str, Any] = {"color": style.FAINT, "linewidth": 1.2, "clip_on": False, "zorder": 0.5}
    if panel.frame in ("numbers", "plain"):
        axes.plot([left, right], [low, low], **thin)
        axes.plot([left, left], [low, high], **thin)
    if panel.frame != "none":
        if "y" in panel.zero_lines and not panel.ylog and min(low, high) < 0 < max(low, high):
            axes.plot([left, right], [0, 0], **thin)
        if "x" in panel.zero_lines and not panel.xlog and left < 0 < right:
            axes.plot([0, 0], [low, high], **thin)
    ticks: dict[str, Any] = {"linestyle": "none", "color": style.FAINT, "markersize": 5}
    ticks |= {"clip_on": False, "zorder": 0.5, "markeredgewidth": 1.2}
    if panel.xticks:
        axes.plot([v for v, _ in panel.xticks], [low] * len(panel.xticks), marker=3, **ticks)
    if panel.yticks:
        axes.plot([left] * len(panel.yticks), [v for v, _ in panel.yticks], marker=0, **ticks)
    if panel.xlog:
        axes.set_xscale("log")
    if panel.ylog:
        axes.set_yscale("log")
    axes.set_xlim(left, right)
    axes.set_ylim(low, high)


GAP = 2.0
"""How far from a label the lines end, in pixels."""


def _rims(panel: Panel, pixels: _Pixels) -> list[Box]:
    """Return the insides of hollow dots, where no line is seen."""
    found = []
    for x, y, radius in panel.holes:
        px, py = (float(v) for v in pixels(x, y))
        inner = 0.8 * radius - GAP
        found.append((px - inner, py - inner, px + inner, py + inner))
    return found


def _cut(axes: Any, box: Box, holes: Sequence[Box], total: int) -> None:
    """Let lines end where a label begins: as a clip path, since nothing can be painted over."""
    if not holes:
        return
    left, top, width, height = box
    inside = _outline((left, top, left + width, top + height), holes, total)
    anywhere = _outline((0, 0, style.WIDTH, total), holes, total)
    arrows = [text.arrow_patch for text in axes.texts if getattr(text, "arrow_patch", None)]
    for line in [*axes.lines, *axes.collections, *axes.patches, *arrows]:
        if not _is_line(line):
            continue
        clipped = line.get_clip_on() and line not in arrows
        line.set_clip_box(None)
        line.set_clip_on(True)
        line.set_clip_path(inside if clipped else anywhere, axes.figure.dpi_scale_trans)


def _is_line(artist: Any) -> bool:
    if isinstance(artist, Line2D):
        return bool(artist.get_linestyle() != "None")
    if isinstance(artist, ContourSet):
        return not bool(artist.filled)
    if isinstance(artist, Patch):
        return isinstance(artist, FancyArrowPatch) or bool(artist.get_facecolor()[3] == 0)
    return isinstance(artist, LineCollection)


def _outline(outer: Box, holes: Sequence[Box], total: int) -> Path:
    """Return a box with holes, in inches from the lower left corner."""
    points: list[tuple[float, float]] = []
    for k, (left, top, right, bottom) in enumerate([outer, *_apart(holes)]):
        corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
        points += corners if k == 0 else corners[::-1]
    codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
    inches = [(round(x, 1) / 72, (total - round(y, 1)) / 72) for x, y in points]
    return Path(inches, codes * (len(points) // 5))


def _apart(boxes: Sequence[Box]) -> list[Box]:
    """Return boxes, each somewhat larger, cut into pieces that do not overlap.

    Where two holes of a path overlap there would be none.
    """
    large = [(x - GAP, y - GAP, right + GAP, low + GAP) for x, y, right, low in boxes]
    edges = sorted({edge for _, top, _, bottom in large for edge in (top, bottom)})
    pieces: list[Box] = []
    for top, bottom in pairwise(edges):
        spans = sorted((b[0], b[2]) for b in large if b[1] <= top and b[3] >= bottom)
        joined: list[tuple[float, float]] = []
        for low, high in spans:
            if joined and low <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(joined[-1][1], high))
            else:
                joined.append((low, high))
        pieces += [(low, top, high, bottom) for low, high in joined]
    return pieces


def _step(figure: Figure, panel: Panel, box: Box, margin: Margins, total: int) -> list[_Text]:
    """Draw the arrow from a panel to the next, and return its text."""
    left, top, width, height = box
    start = left + width + margin.right - margin.arrow + 2
    end, y = start + margin.arrow - 8, top + height / 2
    figure.add_artist(
        FancyArrowPatch(
            (start / 72, (total - y) / 72),
            (end / 72, (total - y) / 72),
            transform=figure.dpi_scale_trans,
            color=style.INK,
            linewidth=2.0,
            mutation_scale=18,
            arrowstyle="-|>,head_width=0.28,head_length=0.5",
            shrinkA=0,
            shrinkB=0,
        )
    )
    if panel.hidden(panel.then or ""):
        return []
    text = panel.shown(panel.then or "")
    size = labelling.font_size(text, style.TEXT)
    return [_Text(text, (start + end) / 2, y - 16, style.INK, size)]


def _tick_texts(panel: Panel, pixels: _Pixels, margin: Margins) -> list[_Text]:
    left, top, width, height = pixels.box
    bottom = top + height
    xname, yname = _names(panel)
    names: list[_Text] = []
    if _is_short(xname):
        right = left + width + margin.right - margin.arrow - 4
        size = labelling.font_size(xname, style.TEXT)
        names.append(_Text(xname, right, bottom + 17, style.INK, size, ha="right"))
    elif xname:
        at = bottom + (41 if panel.xticks else 17) + TICK_LINE * _more_lines(panel)
        names.append(_Text(xname, left + width / 2, at, style.INK, style.TEXT))
    if _is_short(yname):
        size = labelling.font_size(yname, style.TEXT)
        names.append(_Text(yname, left - 7, top - 6, style.INK, size, ha="right"))
    elif yname:
        x, y = left - margin.left + 12, top + height / 2
        names.append(_Text(yname, x, y, style.INK, style.TEXT, va="center", rotation=90))
    numbers: list[_Text] = []
    for value, text in panel.xticks or []:
        px, _ = pixels(value, panel.ylim[0])
        y = bottom + 17 + TICK_LINE * text.count("\n") / 2
        numbers.append(_Text(text, float(px), y, style.QUIET, _tick_size(text)))
    for value, text in [tick for tick in panel.yticks or [] if tick[1]]:
        _, py = pixels(panel.xlim[0], value)
        numbers.append(_Text(text, left - 7, float(py), style.QUIET, _tick_size(text), ha="right"))
    texts = [*names, *(n for n in numbers if not any(_meet(n, name) for name in names))]
    if not panel.hidden(panel.title):
        shown = panel.shown(panel.title)
        usual = labelling.font_size(shown, style.TEXT)
        size = _shrunk(shown, usual, width + margin.left)
        texts.append(_Text(shown, left + width / 2, panel.title_at, style.INK, size))
    return texts


def _tick_size(text: str) -> float:
    is_number = labelling.NUMBER.fullmatch(text.strip("$")) is not None
    return style.SMALL if is_number else labelling.font_size(text, style.SMALL)


def _meet(one: _Text, other: _Text) -> bool:
    """Return whether two texts stand closer than a few pixels."""
    a, b = _box(one), _box(other)
    return a[0] < b[2] + 4 and b[0] < a[2] + 4 and a[1] < b[3] + 1 and b[1] < a[3] + 1


def _shrunk(text: str, size: float, width: float) -> float:
    actual = labelling.text_size(text, size)[0]
    return size if actual <= width else size * width / actual


def _place_labels(
    panel: Panel, pixels: _Pixels, frame: Box
) -> tuple[list[_Text], list[labelling.Label], list[tuple[str, str]]]:
    fixed = [_fixed(text, pixels) for text in panel.texts]
    taken = [_box(text) for text in fixed]
    points = _obstacle_pixels(panel, pixels)
    waiting = sorted(panel.waiting, key=lambda w: w.priority)
    limit = 0.62 * pixels.box[2]
    for item in waiting:
        label = item.label
        label.text = labelling.wrap(label.text, label.size, limit)
        at = [pixels(x, y) for x, y in item.anchors]
        label.anchors = [(round(float(x), PLACES), round(float(y), PLACES)) for x, y in at]
    placed, left_over = labelling.place([w.label for w in waiting], frame, points, taken)
    texts = [
        _Text(
            p.text,
            (p.box[0] + p.box[2]) / 2,
            (p.box[1] + p.box[3]) / 2,
            p.color,
            p.size,
            va="center",
            cuts=True,
        )
        for p in placed
    ]
    given = [labelling.Placed(t.text, t.color, _box(t), t.size) for t in fixed]
    clashes = labelling.collisions(placed, given, frame, points)
    return [*fixed, *texts], left_over, clashes


def _fixed(text: FixedText, pixels: _Pixels) -> _Text:
    x, y = pixels(text.x, text.y)
    size = text.size
    if text.fit is not None:
        limits = pixels.panel.xlim
        size = _shrunk(text.text, size, text.fit / (limits[1] - limits[0]) * pixels.box[2])
    va = {"center": "center_baseline"}.get(text.va, text.va)
    return _Text(text.text, float(x), float(y), text.color, size, text.ha, va, text.rotation)


def _box(text: _Text) -> tuple[float, float, float, float]:
    width, height = labelling.text_size(text.text, text.size)
    if text.rotation:
        width, height = height, width
    left = text.x - {"left": 0.0, "center": 0.5, "right": 1.0}[text.ha] * width
    top = text.y - {"top": 0.0, "bottom": 1.0}.get(text.va, 0.5) * height
    return left, top, left + width, top + height


def _obstacle_pixels(panel: Panel, pixels: _Pixels) -> Array:
    """Return points of all curves, some pixels apart, each with its weight."""
    parts = [np.empty((0, 3))]
    for x, y, weight in panel.obstacles:
        px, py = pixels(x, y)
        line = np.column_stack([np.atleast_1d(px), np.atleast_1d(py)]).astype(float)
        dense = _densified(line)
        parts.append(np.column_stack([dense, np.full(len(dense), weight)]))
    points = np.asarray(np.round(np.concatenate(parts), PLACES), dtype=float)
    return np.asarray(points[np.isfinite(points).all(axis=1)])


def _densified(line: Array, step: float = 5.0) -> Array:
    if len(line) < 2:
        return line
    gaps = np.hypot(*np.diff(line, axis=0).T)
    length = np.concatenate([[0.0], np.cumsum(np.where(np.isfinite(gaps), gaps, 0.0))])
    count = int(min(max(round(float(length[-1]) / step, PLACES), 2), 2000))
    at = np.linspace(0, length[-1], count)
    return np.column_stack([np.interp(at, length, line[:, i]) for i in (0, 1)])


def _legend(labels: list[labelling.Label], top: float) -> tuple[list[_Sample], float]:
    """Arrange the labels that found no place in rows below the picture."""
    samples: list[_Sample] = []
    seen: set[tuple[str, str]] = set()
    x, y, row = 12.0, top + 14, 24.0
    for label in labels:
        text = labelling.wrap(label.text.replace("\n", " "), label.size, style.WIDTH - 70)
        if (text, label.color) in seen:
            continue
        seen.add((text, label.color))
        width, height = labelling.text_size(text, label.size)
        if x > 12 and x + 34 + width > style.WIDTH - 8:
            x, y, row = 12.0, y + row, 24.0
        row = max(row, height + 8)
        label.text = text
        samples.append(_Sample(label, x, y + (row - 24) / 2))
        x += 34 + width + 20
    return samples, (y + row - 14 - top + 4) if samples else 0.0


TALL = 1.7
"""Higher than this share of the size of its letters, a text has a fraction."""


def _write(figure: Figure, text: _Text, total: float, words: list[Words]) -> None:
    if labelling.foreign(labelling.MATH.sub("", text.text)):
        _write_by_card(figure, text, total, words)
        return
    # The middle of a fraction is not that of the part above its baseline.
    is_tall = labelling.text_size(text.text, text.size)[1] > TALL * text.size
    middle = "\n" in text.text or (is_tall and text.va == "center_baseline")
    letter = labelling.LETTER.fullmatch(text.text)
    shown, fonts = (letter[1], [labelling.LETTERS]) if letter else (text.text, None)
    figure.text(
        text.x / style.WIDTH, 1 - text.y / total, shown, color=text.color, fontsize=text.size,
        fontfamily=fonts,
        ha=text.ha, va="center" if middle else text.va, rotation=text.rotation,
        rotation_mode="default", linespacing=1.1, multialignment="center", zorder=10,
    )  # fmt: skip


BASELINE = 0.36
"""How far below the middle of a line its letters stand, as a share of their size."""


def _write_by_card(figure: Figure, text: _Text, total: float, words: list[Words]) -> None:
    """Write a text whose letters the font of the card draws, its formulas as everywhere."""
    lines = text.text.split("\n")
    y = text.y - 0.6 * text.size * (len(lines) - 1)
    for line in lines:
        parts = labelling.runs(line, text.size)
        width = sum(part.width for part in parts)
        x = text.x - {"left": 0.0, "center": 0.5, "right": 1.0}[text.ha] * width
        for part in parts:
            if part.by_card:
                turn = f"rotate({-text.rotation:g} {text.x:.1f} {text.y:.1f})"
                base = y + BASELINE * text.size
                words.append(
                    Words(part.text, x, base, part.width, text.size, text.color,
                          turn if text.rotation else "")
                )  # fmt: skip
            else:
                own = replace(text, text=part.text, x=x, y=y, ha="left", va="center_baseline")
                _write(figure, own, total, words)
            x += part.width
        y += 1.2 * text.size


def _write_sample(figure: Figure, sample: _Sample, total: float, words: list[Words]) -> None:
    label, y = sample.label, 1 - sample.y / total
    left, right = sample.x / style.WIDTH, (sample.x + 26) / style.WIDTH
    if label.sample in ("area", "bar"):
        mark: Artist = Rectangle(
            (left, y - 7 / total), right - left, 14 / total, color=label.color, linewidth=0,
            alpha=style.FILL if label.sample == "area" else style.SOLID,
            transform=figure.transFigure,
        )  # fmt: skip
    elif label.sample == "point":
        mark = Line2D(
            [(left + right) / 2], [y], color=label.color, marker="o", markersize=style.MARKER,
            markeredgewidth=0, linestyle="none", transform=figure.transFigure,
        )  # fmt: skip
    else:
        mark = Line2D(
            [left, right], [y, y], color=label.color, linewidth=style.LINE,
            linestyle=label.dashes, transform=figure.transFigure,
        )  # fmt: skip
    figure.add_artist(mark)
    _write(
        figure,
        _Text(label.text, sample.x + 34, sample.y, style.INK, label.size, ha="left"),
        total,
        words,
    )
