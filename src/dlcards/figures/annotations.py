"""What explains a plot: brackets, angles, arrows along curves, regions, texts, named ticks.

Their places are formulas, so that they stand where the curves are; their shapes are measured
in pixels and drawn once the place of the panel is known.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

from dlcards.claims.parser import FormulaError
from dlcards.claims.statement import FormulaProblem, Path
from dlcards.figures import style
from dlcards.figures.arrays import Array, steady
from dlcards.figures.expressions import Expressions
from dlcards.figures.panel import Panel, Pixels
from dlcards.figures.spec import (
    AngleMark,
    Arrow,
    Bracket,
    Note,
    Place,
    PlotSpec,
    Region,
    Tick,
    Ticks,
    Track,
)

SAMPLES = 121
BRACE = 9.0
"""How far a brace reaches from its base to its tip, in pixels."""
ARC = 30.0
"""Radius of the arc of an angle, in pixels."""
SQUARE = 13.0
"""Side of the sign of a right angle, in pixels."""
UNIT = {"above": (0.0, -1.0), "below": (0.0, 1.0), "left": (-1.0, 0.0), "right": (1.0, 0.0)}


def annotate(spec: PlotSpec, panel: Panel) -> None:
    """Draw the annotations of a spec; call it after ``panel.limits``."""
    if spec.frame is not None:
        panel.frame = spec.frame
    if spec.ratio is not None:
        panel.proportion = spec.ratio
    if spec.xticks is not None:
        panel.xticks = _ticks(spec.xticks, panel.xlim, panel)
    if spec.yticks is not None:
        panel.yticks = _ticks(spec.yticks, panel.ylim, panel)
    for region in spec.regions:
        _region(region, panel)
    for segment in spec.segments:
        x, y = track(segment, panel.expressions)
        color = style.NAMED[segment.color]
        panel.curve(x, y, color=color, label=segment.label, dashes=segment.style, width=2.2,
                    order=3.4)  # fmt: skip
    for arrow in spec.arrows:
        panel.later(partial(_arrow, arrow, panel))
    for bracket in spec.brackets:
        panel.later(partial(_bracket, bracket, panel))
    for angle in spec.angles:
        panel.later(partial(_angle, angle, panel))
    for note in spec.notes:
        panel.later(partial(_note, note, panel))


# ---- places -----------------------------------------------------------------------------


def place(point: Place, expressions: Expressions) -> tuple[float, float]:
    """Return the numbers of a point that is written as two formulas."""
    x, y = (float(steady(expressions.values(text))) for text in point)
    return x, y


def track(spec: Track, expressions: Expressions) -> tuple[Array, Array]:
    """Return the points of a straight piece, or of a curve given by two formulas in t."""
    if spec.along is not None:
        low, high = (float(expressions.values(text)) for text in spec.t)
        t = np.linspace(low, high, SAMPLES)
        x, y = (expressions.values(text, t=t) for text in spec.along)
        return x, y
    start = place(spec.from_ or ("0", "0"), expressions)
    end = place(spec.to or ("0", "0"), expressions)
    share = np.linspace(0.0, 1.0, 41)
    return tuple(steady(a + (b - a) * share) for a, b in zip(start, end, strict=True))  # type: ignore[return-value]


def _ticks(ticks: Ticks, limits: tuple[float, float], panel: Panel) -> list[tuple[float, str]]:
    """Return places and texts of the numbers on an axis, in Matplotlib's words."""
    if ticks == "pi":
        return pi_ticks(*limits)
    return [(tick.at, _tick_text(tick, panel)) for tick in ticks or () if isinstance(tick, Tick)]


def _tick_text(tick: Tick, panel: Panel) -> str:
    if not tick.label:
        return style.number_text(tick.at)
    return "" if panel.hidden(tick.label) else panel.shown(tick.label)


def pi_ticks(low: float, high: float) -> list[tuple[float, str]]:
    r"""Return multiples of π inside a range, or of its half, or of larger steps.

    Examples
    --------
    >>> [text for _, text in pi_ticks(0, 6.3)]
    ['0', '$\\pi/2$', '$\\pi$', '$3\\pi/2$', '$2\\pi$']
    """
    for halves in (1, 2, 4, 8, 16, 32):
        size = halves * math.pi / 2
        first, last = math.ceil(low / size - 1e-9), math.floor(high / size + 1e-9)
        if last - first < 6:
            return [(k * size, _pi_text(k * halves)) for k in range(first, last + 1)]
    return []


def _pi_text(halves: int) -> str:
    if halves == 0:
        return "0"
    sign, size = ("-" if halves < 0 else ""), abs(halves)
    count, below = (size // 2, "") if size % 2 == 0 else (size, "/2")
    return f"${sign}{count if count > 1 else ''}\\pi{below}$"


# ---- shapes -----------------------------------------------------------------------------


def _region(region: Region, panel: Panel) -> None:
    low, high = (float(panel.expressions.values(text)) for text in region.x)
    x = np.linspace(low, high, SAMPLES)
    bottom = panel.expressions.values(region.low, x=x)
    top = panel.expressions.values(region.high, x=x)
    panel.area(x, bottom, top, color=style.NAMED[region.color], label=region.label)


def _line(points: Array, panel: Panel, pixels: Pixels, color: str, width: float = 2.0) -> None:
    """Draw a line given in pixels."""
    x, y = pixels.back(points[:, 0], points[:, 1])
    panel.axes.plot(x, y, color=color, linewidth=width, zorder=5, clip_on=False)
    panel.avoid(x, y)


def _anchor(point: Sequence[float], pixels: Pixels) -> tuple[float, float]:
    x, y = pixels.back(point[0], point[1])
    return float(x), float(y)


AROUND = ((0, 0), (0, -12), (0, 12), (-16, 0), (16, 0), (-16, -16), (16, 16), (0, -26), (0, 26))
"""Where a text may stand instead of at its place, in pixels."""


def _note(note: Note, panel: Panel, pixels: Pixels) -> None:
    x, y = (float(v) for v in pixels(*place(note.at, panel.expressions)))
    anchors = [_anchor((x + dx, y + dy), pixels) for dx, dy in AROUND]
    panel.label(note.label, anchors, color=style.NAMED[note.color], inside=True, priority=0)


def _bracket(bracket: Bracket, panel: Panel, pixels: Pixels) -> None:
    start, end = (
        np.array([float(v) for v in pixels(*place(point, panel.expressions))])
        for point in (bracket.from_, bracket.to)
    )
    length = float(np.hypot(*(end - start)))
    if length < 1.0:
        return
    along = (end - start) / length
    out = _outward(along, bracket.side)
    color = style.NAMED[bracket.color]
    if bracket.shape == "arrows":
        _measure(start, end, along, panel, pixels, color)
        tip = (start + end) / 2
    else:
        tip = _brace(start, end, along, out, panel, pixels, color)
    panel.label(
        bracket.label, [_anchor(tip + k * along, pixels) for k in (0, -8, 8, -20, 20)],
        color=color, reach=3.0, priority=0, toward=(float(out[0]), float(out[1])),
    )  # fmt: skip


def _outward(along: Array, side: str | None) -> Array:
    """Return the unit vector at a right angle that points to a side."""
    normal = np.array([-along[1], along[0]])
    usual = "right" if abs(along[1]) > abs(along[0]) else "below"
    wanted = np.array(UNIT[side or usual])
    return normal if float(normal @ wanted) >= 0 else -normal


def _brace(
    start: Array, end: Array, along: Array, out: Array, panel: Panel, pixels: Pixels, color: str
) -> Array:
    """Draw a brace beside a distance and return its tip."""
    length = float(np.hypot(*(end - start)))
    bow = min(BRACE, length / 4)
    base = start + 4.0 * out
    turn = np.linspace(0, math.pi / 2, 9)
    rise = np.column_stack([bow * (1 - np.cos(turn)), bow / 2 * np.sin(turn)])
    half = np.concatenate([rise, [[length / 2 - bow, bow / 2]]])
    tip = np.column_stack(
        [length / 2 - bow * (1 - np.sin(turn)), bow / 2 + bow / 2 * (1 - np.cos(turn))]
    )
    half = np.concatenate([half, tip])
    other = np.column_stack([length - half[::-1, 0], half[::-1, 1]])
    shape = np.concatenate([half, other])
    points = base + shape[:, :1] * along + shape[:, 1:] * out
    _line(points, panel, pixels, color)
    return np.asarray(base + length / 2 * along + bow * out)


def _measure(
    start: Array, end: Array, along: Array, panel: Panel, pixels: Pixels, color: str
) -> None:
    """Draw a line with a head at both ends, on the distance itself."""
    side = np.array([-along[1], along[0]])
    size = min(8.0, float(np.hypot(*(end - start))) / 3)
    _line(np.array([start, end]), panel, pixels, color)
    for point, back in ((start, 1.0), (end, -1.0)):
        wings = [point + back * size * along + s * 0.6 * size * side for s in (1, -1)]
        _line(np.array([wings[0], point, wings[1]]), panel, pixels, color)
    x, y = pixels.back(*np.linspace(start, end, 20).T)
    panel.avoid(x, y)


def _arrow(arrow: Arrow, panel: Panel, pixels: Pixels) -> None:
    x, y = track(arrow, panel.expressions)
    points = np.column_stack(pixels(x, y))
    if arrow.bend:
        points = _bowed(points[0], points[-1], arrow.bend)
    length = np.hypot(*np.diff(points, axis=0).T)
    total = float(length.sum())
    if not math.isfinite(total) or total < 2.0:
        return
    color = style.NAMED[arrow.color]
    head = min(13.0, 0.6 * total)
    way = np.concatenate([[0.0], np.cumsum(length)])
    stop = np.searchsorted(way, total - 0.8 * head)
    neck = np.array([np.interp(total - 0.8 * head, way, points[:, i]) for i in (0, 1)])
    shaft = np.concatenate([points[:stop], [neck]])
    x, y = pixels.back(shaft[:, 0], shaft[:, 1])
    panel.axes.plot(
        x, y, color=color, linewidth=2.4, zorder=5, clip_on=False, solid_capstyle="butt",
        linestyle=style.DASHES[arrow.style],
    )  # fmt: skip
    back = np.array([np.interp(total - head, way, points[:, i]) for i in (0, 1)])
    step = (points[-1] - back) / (float(np.hypot(*(points[-1] - back))) or 1.0)
    side = np.array([-step[1], step[0]])
    foot = points[-1] - head * step
    wings = np.array([points[-1], foot + 0.42 * head * side, foot - 0.42 * head * side])
    x, y = pixels.back(wings[:, 0], wings[:, 1])
    panel.axes.fill(x, y, facecolor=color, linewidth=0, zorder=5.1, clip_on=False)
    x, y = pixels.back(points[:, 0], points[:, 1])
    panel.avoid(x, y)
    picks = [len(points) // 2, len(points) * 2 // 3, len(points) // 3, len(points) - 1]
    anchors = [_anchor(points[i], pixels) for i in picks]
    panel.label(arrow.label, anchors, color=color, reach=5.0, priority=0)


def _bowed(start: Array, end: Array, bend: float) -> Array:
    """Return the points of an arc from one pixel to another."""
    share = np.linspace(0, 1, 41)[:, None]
    step = end - start
    left = np.array([step[1], -step[0]])
    return np.asarray(start + share * step + 4 * bend * share * (1 - share) * left)


def _angle(angle: AngleMark, panel: Panel, pixels: Pixels) -> None:
    corner, first, second = (
        np.array([float(v) for v in pixels(*place(point, panel.expressions))])
        for point in (angle.at, angle.from_, angle.to)
    )
    legs = [leg / (float(np.hypot(*leg)) or 1.0) for leg in (first - corner, second - corner)]
    color = style.NAMED[angle.color]
    if right_angle(angle, panel.expressions):
        points = np.array(
            [SQUARE * legs[0], SQUARE * (legs[0] + legs[1]), SQUARE * legs[1]]
        ) + corner  # fmt: skip
        _line(points, panel, pixels, color, 1.8)
        middle = legs[0] + legs[1]
    else:
        begin = math.atan2(legs[0][1], legs[0][0])
        turn = math.atan2(legs[1][1], legs[1][0]) - begin
        turn = (turn + math.pi) % (2 * math.pi) - math.pi
        t = begin + turn * np.linspace(0, 1, 31)
        _line(corner + ARC * np.column_stack([np.cos(t), np.sin(t)]), panel, pixels, color)
        middle = np.array([math.cos(begin + turn / 2), math.sin(begin + turn / 2)])
    tip = corner + (ARC if not right_angle(angle, panel.expressions) else SQUARE) * middle
    panel.label(
        angle.label, [_anchor(tip, pixels)], color=color, reach=3.0, priority=0,
        toward=(float(middle[0]), float(middle[1])),
    )  # fmt: skip


def right_angle(angle: AngleMark, expressions: Expressions) -> bool:
    """Return whether the legs of an angle are at a right angle, in the units of the axes."""
    corner, first, second = (
        np.array(place(point, expressions)) for point in (angle.at, angle.from_, angle.to)
    )
    one, other = first - corner, second - corner
    size = float(np.hypot(*one)) * float(np.hypot(*other))
    return size > 0 and abs(float(one @ other)) < 1e-6 * size


# ---- checks -----------------------------------------------------------------------------


def check_annotations(spec: PlotSpec, expressions: Expressions) -> Iterator[FormulaProblem]:
    """Yield formulas of annotations that do not read or lie outside the window."""
    for path, text, names in _formulas(spec):
        mistakes = expressions.mistakes(text, names, path)
        yield from mistakes
        if mistakes or names:
            continue
        try:
            value = float(expressions.values(text))
        except FormulaError as error:
            yield FormulaProblem(
                path, error.code, error.message, error.hint, error.start, error.end
            )
            continue
        yield from _out_of_sight(path, value, spec)
    for i, found in enumerate(spec.arrows):
        yield from _ends(found, ("arrows", i))
    for i, other in enumerate(spec.segments):
        yield from _ends(other, ("segments", i))


def _ends(spec: Track, path: Path) -> Iterator[FormulaProblem]:
    if spec.along is None and (spec.from_ is None or spec.to is None):
        message = "it needs from and to, or along"
        yield FormulaProblem(path, "missing-key", message, "add from: [0, 0] and to: [1, 1]")


def _out_of_sight(path: Path, value: float, spec: PlotSpec) -> Iterator[FormulaProblem]:
    """Yield a problem where a point is nowhere, or far outside the window."""
    if not math.isfinite(value):
        yield FormulaProblem(path, "no-value", "it has no value", "choose another place")
        return
    axis = 0 if path[0] == "regions" else path[-1]
    limits = spec.x if axis == 0 else spec.y
    is_direction = path[0] == "angles" and path[2] != "at"
    if limits is None or path[-2] == "t" or is_direction:
        return
    low, high = limits
    room = 0.15 * (high - low)
    if not low - room <= value <= high + room:
        message = f"{value:.4g} lies outside the window, which goes from {low:g} to {high:g}"
        yield FormulaProblem(path, "outside-window", message, "change it, or the range")


def _formulas(spec: PlotSpec) -> Iterator[tuple[Path, str, tuple[str, ...]]]:
    """Yield path, text and names of every formula of the annotations."""
    lists: tuple[tuple[str, Sequence[Any]], ...] = (
        ("brackets", spec.brackets),
        ("angles", spec.angles),
        ("arrows", spec.arrows),
        ("segments", spec.segments),
        ("notes", spec.notes),
    )
    for key, items in lists:
        for i, item in enumerate(items):
            for field, alias in (("at", "at"), ("from_", "from"), ("to", "to"), ("t", "t")):
                for k, text in enumerate(getattr(item, field, None) or ()):
                    yield (key, i, alias, k), text, ()
            for k, text in enumerate(getattr(item, "along", None) or ()):
                yield (key, i, "along", k), text, ("t",)
    for i, region in enumerate(spec.regions):
        for k, text in enumerate(region.x):
            yield ("regions", i, "x", k), text, ()
        yield ("regions", i, "low"), region.low, ("x",)
        yield ("regions", i, "high"), region.high, ("x",)
