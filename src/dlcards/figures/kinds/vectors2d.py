"""Arrows in the plane with perpendiculars, angles, lines, a circle and other grids."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from dlcards.claims.statement import FormulaProblem
from dlcards.figures import style
from dlcards.figures.expressions import Expressions
from dlcards.figures.kind import Kind, Templates
from dlcards.figures.labels import plain_text
from dlcards.figures.marks import check_marks, draw_marks, outside, plane_names
from dlcards.figures.panel import Panel, hue
from dlcards.figures.spec import Hue, Label, Number, Pair, PlotSpec, Strict

Window = tuple[float, float, float, float]


def _ordered(window: Window) -> Window:
    if not (window[0] < window[1] and window[2] < window[3]):
        raise PydanticCustomError("empty_range", "a range ends before it begins")
    return window


Lim = Annotated[tuple[Number, Number, Number, Number], AfterValidator(_ordered)]
"""The part of the plane that is seen: ``[x from, x to, y from, y to]``."""


class Vector(Strict):
    """An arrow."""

    xy: Pair = Field(description="How far it goes, [right, up].")
    from_: Pair = Field((0.0, 0.0), alias="from", description="Where it starts.")
    label: Label = Field("", description="Text beside its head.")
    color: Hue | None = Field(None, description="Its colour, if not the next in order.")

    @property
    def end(self) -> tuple[float, float]:
        """Return the point of the arrow."""
        return self.from_[0] + self.xy[0], self.from_[1] + self.xy[1]


class Drop(Strict):
    """A dashed line from a point to a foot."""

    from_: Pair = Field(alias="from", description="Where it starts.")
    to: Pair = Field(description="Where it ends.")
    label: Label = Field("", description="Text beside it.")


class Corner(Strict):
    """The sign of a right angle; arrows or lines must meet there at one."""

    at: Pair = Field(description="The corner.")


class Angle(Strict):
    """An arc between two directions."""

    a: Pair = Field(description="One direction.")
    b: Pair = Field(description="The other direction.")
    at: Pair = Field((0.0, 0.0), description="The corner.")
    label: Label = Field("", description="Text beside the arc.")


class Line(Strict):
    """A line: a piece from one point to another, or without ends along a direction."""

    from_: Pair | None = Field(None, alias="from", description="Where a piece starts.")
    to: Pair | None = Field(None, description="Where a piece ends.")
    through: Pair = Field((0.0, 0.0), description="A point of a line without ends.")
    dir: Pair | None = Field(None, description="Direction of a line without ends.")
    label: Label = Field("", description="Text beside it.")


class Spec(PlotSpec):
    """Arrows in the plane."""

    kind: Literal["vectors2d"]
    vectors: tuple[Vector, ...] = Field(
        min_length=1, max_length=12, description="The arrows, each in its colour."
    )
    lim: Lim | None = Field(
        None, description="What is seen, [x from, x to, y from, y to]; left out: all arrows."
    )
    drop: tuple[Drop, ...] = Field((), max_length=8, description="Dashed lines.")
    right_angle: tuple[Corner, ...] = Field((), max_length=6, description="Right angles.")
    angle: tuple[Angle, ...] = Field((), max_length=4, description="Arcs between directions.")
    lines: tuple[Line, ...] = Field((), max_length=8, description="Thin lines.")
    circle: Annotated[Number, Field(gt=0)] | None = Field(
        None, description="Radius of a circle around the origin."
    )
    grid_basis: tuple[Pair, Pair] | None = Field(
        None, description="Two vectors whose multiples make a grid."
    )


def window(spec: Spec) -> Window:
    """Return the part of the plane that is seen, as written or as the arrows need."""
    if spec.lim is not None:
        return spec.lim
    points = [(0.0, 0.0), *(v.from_ for v in spec.vectors), *(v.end for v in spec.vectors)]
    points += [p for d in spec.drop for p in (d.from_, d.to)]
    if spec.circle is not None:
        points += [(spec.circle, spec.circle), (-spec.circle, -spec.circle)]
    lows, highs = (
        [min(p[i] for p in points) for i in (0, 1)],
        [max(p[i] for p in points) for i in (0, 1)],
    )
    room = 0.15 * max(highs[0] - lows[0], highs[1] - lows[1], 1e-9)
    x = spec.x or (lows[0] - room, highs[0] + room)
    y = spec.y or (lows[1] - room, highs[1] + room)
    return (*x, *y)


# ---- drawing --------------------------------------------------------------------------


def draw(spec: Spec, panel: Panel) -> None:
    """Draw the plane, then lines, then arrows, the longest first."""
    seen = window(spec)
    panel.equal = True
    panel.limits(seen[:2], seen[2:])
    panel.xname, panel.yname = plane_names(panel.expressions)
    if spec.grid_basis is not None:
        _grid(spec.grid_basis, seen, panel)
    if spec.circle is not None:
        circle(spec.circle, panel)
    for line in spec.lines:
        _line(line, seen, panel)
    for drop in spec.drop:
        _dashed(drop, panel)
    span = max(seen[1] - seen[0], seen[3] - seen[2])
    for corner in spec.right_angle:
        arms = perpendicular_arms(spec, corner.at)
        if arms is not None:
            _corner(corner.at, arms, 0.045 * span, panel)
    for i, angle in enumerate(spec.angle):
        _arc(angle, (0.13 + 0.05 * i) * span, panel)
    order = sorted(range(len(spec.vectors)), key=lambda i: -math.hypot(*spec.vectors[i].xy))
    for rank, i in enumerate(order):
        _arrow(spec, i, 5.0 + 0.1 * rank, panel)
    draw_marks(spec, panel)


def _arrow(spec: Spec, index: int, order: float, panel: Panel) -> None:
    vector = spec.vectors[index]
    color = hue(vector.color, index)
    panel.arrow(vector.from_, vector.end, color=color, order=order)
    tail = vector.from_ != (0.0, 0.0)
    shares = (0.55, 0.4, 0.7, 0.97, 0.85) if tail else (1.0, 0.9, 0.75, 0.6, 0.45)
    anchors = [_along(vector.from_, vector.xy, share) for share in shares]
    panel.label(vector.label, anchors, color=color, priority=1)


def _along(start: Sequence[float], step: Sequence[float], share: float) -> tuple[float, float]:
    return start[0] + share * step[0], start[1] + share * step[1]


def circle(radius: float, panel: Panel, *, dashes: str = "solid") -> None:
    """Draw a thin circle around the origin."""
    t = np.linspace(0, 2 * np.pi, 121)
    x, y = radius * np.cos(t), radius * np.sin(t)
    panel.axes.plot(
        x, y, color=style.QUIET, linewidth=style.THIN, zorder=2, linestyle=style.DASHES[dashes]
    )
    panel.avoid(x, y)


def _line(line: Line, seen: Window, panel: Panel) -> None:
    if line.dir is not None:
        reach = math.hypot(seen[1] - seen[0], seen[3] - seen[2]) + math.hypot(*line.through)
        size = math.hypot(*line.dir)
        start, end = (_along(line.through, line.dir, k * reach / size) for k in (-1, 1))
        width = style.THIN
    else:
        assert line.from_ is not None
        assert line.to is not None
        start, end = line.from_, line.to
        width = style.THIN
    xs, ys = (np.linspace(start[i], end[i], 80) for i in (0, 1))
    inside = (xs > seen[0]) & (xs < seen[1]) & (ys > seen[2]) & (ys < seen[3])
    panel.axes.plot([start[0], end[0]], [start[1], end[1]], color=style.QUIET, linewidth=width)
    if inside.any():
        xs, ys = xs[inside], ys[inside]
        panel.avoid(xs, ys)
        places = [int(s * (len(xs) - 1)) for s in (0.92, 0.8, 0.08, 0.5, 0.3)]
        panel.label(line.label, [(float(xs[i]), float(ys[i])) for i in places], color=style.QUIET)


def _dashed(drop: Drop, panel: Panel) -> None:
    xs, ys = (np.linspace(drop.from_[i], drop.to[i], 30) for i in (0, 1))
    panel.axes.plot(
        xs[[0, -1]], ys[[0, -1]], color=style.QUIET, linewidth=2.0, zorder=3,
        linestyle=style.DASHES["dashed"],
    )  # fmt: skip
    panel.avoid(xs, ys)
    anchors = [(float(xs[i]), float(ys[i])) for i in (15, 10, 20)]
    panel.label(drop.label, anchors, color=style.QUIET)


def arms_at(spec: Spec, at: Pair) -> list[tuple[float, float]]:
    """Return the directions in which lines and arrows leave a point."""
    pieces = [(v.from_, v.end) for v in spec.vectors]
    pieces += [(d.from_, d.to) for d in spec.drop]
    pieces += [(k.from_, k.to) for k in spec.lines if k.from_ is not None and k.to is not None]
    pieces += [
        (_along(k.through, k.dir, -1e3), _along(k.through, k.dir, 1e3))
        for k in spec.lines if k.dir is not None
    ]  # fmt: skip
    arms = []
    for start, end in pieces:
        long = math.dist(start, end)
        if not long or abs(math.dist(start, at) + math.dist(at, end) - long) > 0.02 * min(long, 4):
            continue
        for point in (start, end):
            away = math.dist(point, at)
            if away > 0.05 * min(long, 4):
                arms.append(((point[0] - at[0]) / away, (point[1] - at[1]) / away))
    return arms


def perpendicular_arms(
    spec: Spec, at: Pair
) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """Return two directions that leave a point at a right angle, or None."""
    arms = arms_at(spec, at)
    for i, a in enumerate(arms):
        for b in arms[i + 1 :]:
            if abs(a[0] * b[0] + a[1] * b[1]) < 0.02:
                return a, b
    return None


def _corner(
    at: Pair, arms: tuple[tuple[float, float], tuple[float, float]], size: float, panel: Panel
) -> None:
    (ax, ay), (bx, by) = arms
    x = [at[0] + size * ax, at[0] + size * (ax + bx), at[0] + size * bx]
    y = [at[1] + size * ay, at[1] + size * (ay + by), at[1] + size * by]
    panel.axes.plot(x, y, color=style.INK, linewidth=style.THIN, zorder=4)
    panel.avoid(x, y)


def _arc(angle: Angle, radius: float, panel: Panel) -> None:
    first = math.atan2(angle.a[1], angle.a[0])
    turn = (math.atan2(angle.b[1], angle.b[0]) - first + math.pi) % (2 * math.pi) - math.pi
    t = first + turn * np.linspace(0, 1, 40)
    x, y = angle.at[0] + radius * np.cos(t), angle.at[1] + radius * np.sin(t)
    panel.axes.plot(x, y, color=style.INK, linewidth=2.0, zorder=4)
    panel.avoid(x, y)
    anchors = [
        (angle.at[0] + k * radius * math.cos(t[i]), angle.at[1] + k * radius * math.sin(t[i]))
        for k in (1.45, 1.7) for i in (20, 14, 26)
    ]  # fmt: skip
    anchors.append((float(x[20]), float(y[20])))
    if not panel.hidden(angle.label):
        panel.label(angle.label, anchors, inside=True, priority=0)


def _grid(basis: tuple[Pair, Pair], seen: Window, panel: Panel) -> None:
    """Draw the lines through whole multiples of two vectors."""
    matrix = np.array(basis).T
    corners = np.array([(x, y) for x in seen[:2] for y in seen[2:]]).T
    coordinates = np.round(np.linalg.solve(matrix, corners), 9)
    low = np.floor(coordinates.min(axis=1)).astype(int)
    high = np.ceil(coordinates.max(axis=1)).astype(int)
    for axis in (0, 1):
        other = 1 - axis
        for k in range(low[axis], high[axis] + 1):
            ends = np.zeros((2, 2))
            ends[axis] = k
            ends[other] = low[other], high[other]
            x, y = matrix @ ends
            panel.axes.plot(x, y, color=style.FAINT, linewidth=1.0, zorder=0.6)


# ---- checks ---------------------------------------------------------------------------


def check(spec: Spec, expressions: Expressions) -> Iterator[FormulaProblem]:
    """Yield arrows outside the window, angles that are not right, directions of no length."""
    del expressions
    seen = window(spec)
    for i, vector in enumerate(spec.vectors):
        if vector.xy == (0.0, 0.0):
            message = "an arrow of length 0 has no direction"
            yield FormulaProblem(("vectors", i, "xy"), "zero-length", message, "make it longer")
        yield from _inside(("vectors", i, "xy"), vector.end, seen)
        yield from _inside(("vectors", i, "from"), vector.from_, seen)
    for i, drop in enumerate(spec.drop):
        yield from _inside(("drop", i, "from"), drop.from_, seen)
        yield from _inside(("drop", i, "to"), drop.to, seen)
    for i, corner in enumerate(spec.right_angle):
        if perpendicular_arms(spec, corner.at) is None:
            message = "no two arrows or lines meet here at a right angle"
            hint = "give a point where they do, to two decimals"
            yield FormulaProblem(("right_angle", i, "at"), "not-right", message, hint)
    for i, angle in enumerate(spec.angle):
        for key in ("a", "b"):
            if getattr(angle, key) == (0.0, 0.0):
                message = "a direction of length 0"
                yield FormulaProblem(("angle", i, key), "zero-length", message, "make it longer")
    yield from _lines(spec)
    yield from _grid_problems(spec, seen)
    yield from check_marks(spec, seen[:2], seen[2:])


def _inside(path: tuple[str | int, ...], point: Pair, seen: Window) -> Iterator[FormulaProblem]:
    yield from outside(path, point[0], seen[:2], "lim")
    yield from outside(path, point[1], seen[2:], "lim")


def _lines(spec: Spec) -> Iterator[FormulaProblem]:
    for i, line in enumerate(spec.lines):
        piece = line.from_ is not None and line.to is not None
        if piece == (line.dir is not None):
            message = "a line needs either from and to, or through and dir"
            yield FormulaProblem(("lines", i), "missing-key", message, "add dir: [1, 1]")
        elif line.dir == (0.0, 0.0):
            message = "a direction of length 0"
            yield FormulaProblem(("lines", i, "dir"), "zero-length", message, "make it longer")


def _grid_problems(spec: Spec, seen: Window) -> Iterator[FormulaProblem]:
    if spec.grid_basis is None:
        return
    (a, b), (c, d) = spec.grid_basis
    area = abs(a * d - b * c)
    if area <= 1e-9 * (math.hypot(a, b) * math.hypot(c, d) or 1.0):
        message = "the two vectors lie on one line, so they make no grid"
        yield FormulaProblem(("grid_basis",), "wrong-value", message, "choose independent ones")
    elif (seen[1] - seen[0]) * (seen[3] - seen[2]) / area > 1600:
        message = "the grid would have more than 1600 cells"
        yield FormulaProblem(("grid_basis",), "too-large", message, "take longer vectors")


def alt(spec: Spec, say: Templates) -> str:
    """State where each arrow goes."""
    arrows = []
    for vector in spec.vectors:
        arrow = f"{plain_text(vector.label)} {pair_text(vector.xy)}".strip()
        if vector.from_ != (0.0, 0.0):
            arrow = say("from", arrow=arrow, start=pair_text(vector.from_))
        arrows.append(arrow)
    return say("arrows", arrows=", ".join(arrows))


def pair_text(pair: Sequence[float]) -> str:
    """Write a vector as in a sentence.

    Examples
    --------
    >>> pair_text((1.0, 2.5))
    '(1, 2.5)'
    """
    return "(" + ", ".join(style.number_text(v) for v in pair) + ")"


EXAMPLES: tuple[dict[str, Any], ...] = (
    {
        "kind": "vectors2d",
        "vectors": [{"xy": [3, 1], "label": "$x$"}, {"xy": [2, 3], "label": "$y$"}],
        "drop": [{"from": [2, 3], "to": [2.7, 0.9]}],
        "right_angle": [{"at": [2.7, 0.9]}],
        "angle": [{"a": [3, 1], "b": [2, 3], "label": "$theta$"}],
        "lim": [-0.5, 4, -0.5, 3.5],
    },
    {
        "kind": "vectors2d",
        "vectors": [
            {"xy": [2, 1], "label": "$a_1$"},
            {"xy": [-2, 2], "from": [2, 1], "label": "$2*a_2$"},
            {"xy": [-1, 1], "label": "$a_2$"},
            {"xy": [0, 3], "label": "$A @ x$"},
        ],
        "lim": [-2, 3, -0.5, 3.5],
    },
    {
        "kind": "vectors2d",
        "vectors": [
            {"xy": [2, 1], "label": "$b_1$"},
            {"xy": [-1, 1], "label": "$b_2$"},
            {"xy": [3, 3], "label": "$x$"},
        ],
        "grid_basis": [[2, 1], [-1, 1]],
        "lim": [-4, 5, -3, 5],
    },
    {
        "kind": "vectors2d",
        "vectors": [
            {"xy": [1, 0], "label": "$v_0$"},
            {"xy": [0.894, 0.447], "label": "$v_1$"},
            {"xy": [0.781, 0.625], "label": "$v_2$"},
        ],
        "lines": [{"through": [0, 0], "dir": [1, 1]}],
        "circle": 1,
        "lim": [-0.3, 1.3, -0.3, 1.3],
    },
    {
        "kind": "vectors2d",
        "panels": [
            {"vectors": [{"xy": [2, 1]}, {"xy": [1, 2]}], "title": "independent"},
            {"vectors": [{"xy": [1, 0.5]}, {"xy": [2, 1]}], "title": "dependent"},
        ],
        "lim": [-1, 3, -1, 3],
    },
    {
        "kind": "vectors2d",
        "vectors": [{"xy": [3, 2], "label": "$g$"}, {"xy": [1.664, 1.109], "label": "clipped"}],
        "circle": 2,
        "lim": [-2.5, 3.5, -2.5, 2.5],
    },
)  # fmt: skip

KIND = Kind(
    "vectors2d",
    "arrows in the plane with perpendiculars, angles, lines, a circle and other grids",
    Spec,
    draw,
    check,
    alt,
    EXAMPLES,
    equal=lambda spec: True,
)
