"""Arrows, a plane and perpendiculars in space."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from dlcards.claims.statement import FormulaProblem
from dlcards.figures import style
from dlcards.figures.arrays import Array
from dlcards.figures.expressions import Expressions
from dlcards.figures.kind import Kind, Templates
from dlcards.figures.kinds.vectors2d import pair_text
from dlcards.figures.labels import plain_text
from dlcards.figures.panel import Panel
from dlcards.figures.space import Camera
from dlcards.figures.spec import BaseSpec, Label, Number, Strict

Point3 = tuple[Number, Number, Number]
ORIGIN: Point3 = (0.0, 0.0, 0.0)


class Vector(Strict):
    """An arrow in space."""

    xyz: Point3 = Field(description="How far it goes.")
    from_: Point3 = Field(ORIGIN, alias="from", description="Where it starts.")
    label: Label = Field("", description="Text beside its head.")

    @property
    def end(self) -> Point3:
        """Return the point of the arrow."""
        x, y, z = (a + b for a, b in zip(self.from_, self.xyz, strict=True))
        return x, y, z


class Plane(Strict):
    """A plane through the origin."""

    span: tuple[Point3, Point3] = Field(description="Two vectors of different directions.")
    label: Label = Field("", description="Text on it.")
    area: Label = Field("", description="Shades the parallelogram of the two vectors, with a text.")


class Drop(Strict):
    """A dashed line; where it is perpendicular to the plane, the right angle is marked."""

    from_: Point3 = Field(alias="from", description="Where it starts.")
    to: Point3 = Field(description="Where it ends.")
    label: Label = Field("", description="Text beside it.")

    @classmethod
    def between(cls, start: Point3, end: Point3) -> Drop:
        """Return the line between two points."""
        return cls.model_validate({"from": start, "to": end})


class Spec(BaseSpec):
    """Arrows in space."""

    kind: Literal["vectors3d"]
    vectors: tuple[Vector, ...] = Field(
        min_length=1, max_length=8, description="The arrows, each in its colour."
    )
    plane: Plane | None = Field(None, description="A plane.")
    drop: tuple[Drop, ...] = Field((), max_length=4, description="Dashed lines.")
    view: tuple[
        Annotated[Number, Field(ge=-90, le=90)], Annotated[Number, Field(ge=-360, le=360)]
    ] = Field((22.0, -50.0), description="Elevation and azimuth in degrees.")


# ---- geometry -------------------------------------------------------------------------


def in_plane(plane: Plane, point: Sequence[float]) -> tuple[float, float, float]:
    """Return the coordinates of the nearest point of a plane, and the distance to it.

    Examples
    --------
    >>> floor = Plane(span=((1, 0, 0), (0, 1, 0)))
    >>> [round(v, 9) for v in in_plane(floor, (2, 3, 4))]
    [2.0, 3.0, 4.0]
    """
    basis = np.array(plane.span, dtype=float).T
    found, *_ = np.linalg.lstsq(basis, np.array(point, dtype=float), rcond=None)
    rest = np.array(point) - basis @ found
    return float(found[0]), float(found[1]), float(np.linalg.norm(rest))


def _patch(spec: Spec, plane: Plane) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the ranges of both coordinates that are drawn: enough for what lies in the plane."""
    points = [v.end for v in spec.vectors] + [v.from_ for v in spec.vectors]
    points += [d.to for d in spec.drop]
    places = [in_plane(plane, p) for p in points]
    near = [(a, b) for a, b, far in places if far < 0.02 * (1 + math.hypot(a, b))]
    near += [(0.0, 0.0), (1.0, 1.0)]
    ranges = []
    for i in (0, 1):
        low, high = min(p[i] for p in near), max(p[i] for p in near)
        room = 0.25 * (high - low)
        ranges.append((low - room, high + room))
    return ranges[0], ranges[1]


def _patch_corners(spec: Spec) -> list[Point3]:
    if spec.plane is None:
        return []
    (a0, a1), (b0, b1) = _patch(spec, spec.plane)
    return [_combination(spec.plane, a, b) for a, b in ((a0, b0), (a1, b0), (a1, b1), (a0, b1))]


def _combination(plane: Plane, a: float, b: float) -> Point3:
    u, v = plane.span
    x, y, z = (a * p + b * q for p, q in zip(u, v, strict=True))
    return x, y, z


def _camera(spec: Spec) -> Camera:
    """Return a view of a cube around everything, so that angles are true."""
    points = [ORIGIN, *(v.end for v in spec.vectors), *(v.from_ for v in spec.vectors)]
    points += [p for d in spec.drop for p in (d.from_, d.to)] + _patch_corners(spec)
    lows = [min(p[i] for p in points) for i in range(3)]
    highs = [max(p[i] for p in points) for i in range(3)]
    half = max(high - low for low, high in zip(lows, highs, strict=True)) / 2 or 1.0
    middle = [(low + high) / 2 for low, high in zip(lows, highs, strict=True)]
    low, high = ((m - half for m in middle), (m + half for m in middle))
    return Camera(*spec.view, _triple(low), _triple(high), flat=1.0)


def _triple(values: Iterable[float]) -> tuple[float, float, float]:
    x, y, z = values
    return float(x), float(y), float(z)


# ---- drawing --------------------------------------------------------------------------


def draw(spec: Spec, panel: Panel) -> None:
    """Draw the axes, the plane, dashed lines and arrows."""
    camera = _camera(spec)
    axes = _axes(spec)
    corners = _patch_corners(spec)
    seen = [ORIGIN, *axes, *corners, *(v.end for v in spec.vectors)]
    seen += [v.from_ for v in spec.vectors] + [p for d in spec.drop for p in (d.from_, d.to)]
    flat = [_flat(camera, p) for p in seen]
    xs, ys = [p[0] for p in flat], [p[1] for p in flat]
    room = 0.09 * max(max(xs) - min(xs), max(ys) - min(ys))
    low, high = min(ys) - room, max(ys) + room
    middle = (min(xs) + max(xs)) / 2
    half = max((max(xs) - min(xs)) / 2 + 1.6 * room, (high - low) / 1.7)
    panel.bare((middle - half, middle + half), (low, high))
    for end in axes:
        _thin_axis(camera, end, panel)
    if spec.plane is not None:
        _plane(spec, spec.plane, corners, camera, panel)
    for drop in spec.drop:
        _drop(spec, drop, camera, panel)
    order = sorted(range(len(spec.vectors)), key=lambda i: -math.hypot(*spec.vectors[i].xyz))
    for rank, i in enumerate(order):
        vector = spec.vectors[i]
        ends = _flat(camera, vector.from_), _flat(camera, vector.end)
        color = style.color(i)
        panel.arrow(*ends, color=color, label=vector.label, order=5.0 + 0.1 * rank)
    for first, second in upright_pairs(spec):
        _right_angle(np.zeros(3), np.array(first.xyz), np.array(second.xyz), camera, panel)


def _flat(camera: Camera, point: Iterable[float]) -> tuple[float, float]:
    right, up, _ = camera.project(*point)
    return float(right), float(up)


def _axes(spec: Spec) -> list[Point3]:
    """Return the ends of short axes, which tell where up is, except below an arrow."""
    reach = 0.55 * max(math.hypot(*v.end) for v in spec.vectors)
    free = [
        i for i in range(3)
        if all(math.hypot(*v.xyz) - v.xyz[i] > 0.01 for v in spec.vectors if v.from_ == ORIGIN)
    ]  # fmt: skip
    ends: tuple[Point3, ...] = ((reach, 0.0, 0.0), (0.0, reach, 0.0), (0.0, 0.0, reach))
    return [ends[i] for i in free]


def _thin_axis(camera: Camera, end: Point3, panel: Panel) -> None:
    start, stop = _flat(camera, ORIGIN), _flat(camera, end)
    panel.axes.annotate(
        "", xy=stop, xytext=start, zorder=1, annotation_clip=False,
        arrowprops={"arrowstyle": "-|>,head_width=0.16,head_length=0.35", "color": style.FAINT,
                    "linewidth": 1.2, "shrinkA": 0, "shrinkB": 0, "mutation_scale": 16},
    )  # fmt: skip


def _plane(spec: Spec, plane: Plane, corners: list[Point3], camera: Camera, panel: Panel) -> None:
    flat = [_flat(camera, p) for p in corners]
    x, y = [p[0] for p in flat], [p[1] for p in flat]
    panel.axes.fill(x, y, color=style.PURPLE, alpha=0.16, linewidth=0, zorder=1.5)
    panel.axes.plot([*x, x[0]], [*y, y[0]], color=style.PURPLE, linewidth=1.4, zorder=1.6)
    panel.avoid([*x, x[0]], [*y, y[0]])
    ranges = _patch(spec, plane)
    for i in (0, 1):
        low, high = ranges[i]
        for level in range(math.ceil(2 * low), math.floor(2 * high) + 1):
            ends = [(level / 2, v) if i == 0 else (v, level / 2) for v in ranges[1 - i]]
            line = [_flat(camera, _combination(plane, *end)) for end in ends]
            panel.axes.plot(
                [p[0] for p in line], [p[1] for p in line], color=style.PURPLE, linewidth=0.8,
                alpha=0.45, zorder=1.6,
            )  # fmt: skip
    if plane.area:
        _area(plane, camera, panel)
    inner = [(a + 0.25 * (sum(x) / 4 - a), b + 0.25 * (sum(y) / 4 - b)) for a, b in flat]
    panel.label(plane.label, inner[1:], color=style.PURPLE, inside=True)


def _area(plane: Plane, camera: Camera, panel: Panel) -> None:
    corners = [
        _flat(camera, _combination(plane, a, b)) for a, b in ((0, 0), (1, 0), (1, 1), (0, 1))
    ]
    x, y = [p[0] for p in corners], [p[1] for p in corners]
    panel.axes.fill(x, y, color=style.PURPLE, alpha=style.FILL, linewidth=0, zorder=1.7)
    panel.axes.plot(
        [*x, x[0]], [*y, y[0]], color=style.PURPLE, linewidth=1.8, zorder=1.8,
        linestyle=style.DASHES["dashed"],
    )  # fmt: skip
    middle = (sum(x) / 4, sum(y) / 4)
    places = [(middle[0] + s * (a - middle[0]), middle[1] + s * (b - middle[1]))
              for s in (0.0, 0.3) for a, b in (corners[2], corners[1], corners[3])]  # fmt: skip
    panel.label(plane.area, places, color=style.PURPLE, inside=True, priority=1)


def upright_pairs(spec: Spec) -> list[tuple[Vector, Vector]]:
    """Return the arrows that stand upright on a plane, each with the arrows in it.

    Examples
    --------
    >>> floor = {"span": [[1, 0, 0], [0, 1, 0]]}
    >>> arrows = [{"xyz": [0, 0, 1], "label": "n"}, {"xyz": [1, 1, 0], "label": "a"}]
    >>> pairs = upright_pairs(Spec(kind="vectors3d", plane=floor, vectors=arrows))
    >>> [(up.label, flat.label) for up, flat in pairs]
    [('n', 'a')]
    """
    if spec.plane is None:
        return []
    arrows = [v for v in spec.vectors if v.from_ == ORIGIN]
    upright = [v for v in arrows if is_perpendicular(spec.plane, Drop.between(ORIGIN, v.xyz))]
    flat = [v for v in arrows if in_plane(spec.plane, v.xyz)[2] < 0.01 * math.hypot(*v.xyz)]
    return [(first, second) for first in upright for second in flat]


def _drop(spec: Spec, drop: Drop, camera: Camera, panel: Panel) -> None:
    start, stop = _flat(camera, drop.from_), _flat(camera, drop.to)
    panel.axes.plot(
        [start[0], stop[0]], [start[1], stop[1]], color=style.QUIET, linewidth=2.0, zorder=4,
        linestyle=style.DASHES["dashed"],
    )  # fmt: skip
    xs, ys = np.linspace(start[0], stop[0], 30), np.linspace(start[1], stop[1], 30)
    panel.avoid(xs, ys)
    panel.label(drop.label, [(float(xs[i]), float(ys[i])) for i in (15, 10, 20)], color=style.QUIET)
    if spec.plane is not None and is_perpendicular(spec.plane, drop):
        _corner(drop, camera, panel)


def is_perpendicular(plane: Plane, drop: Drop) -> bool:
    """Return whether a dashed line meets the plane at a right angle.

    Examples
    --------
    >>> floor = Plane(span=((1, 0, 0), (0, 1, 0)))
    >>> is_perpendicular(floor, Drop(**{"from": (1, 1, 2), "to": (1, 1, 0)}))
    True
    """
    way = [b - a for a, b in zip(drop.from_, drop.to, strict=True)]
    size = math.hypot(*way)
    return size > 0 and all(
        abs(sum(a * b for a, b in zip(way, v, strict=True))) < 0.01 * size * math.hypot(*v)
        for v in plane.span
    )


def _corner(drop: Drop, camera: Camera, panel: Panel) -> None:
    """Mark the right angle between a dashed line and the arrow to its foot."""
    foot = np.array(drop.to)
    up, back = np.array(drop.from_) - foot, -foot
    if np.linalg.norm(back) >= 1e-9:
        _right_angle(foot, up, back, camera, panel)


def _right_angle(foot: Array, one: Array, other: Array, camera: Camera, panel: Panel) -> None:
    size = 0.11 * max(float(np.linalg.norm(one)), float(np.linalg.norm(other)))
    a, b = size * one / np.linalg.norm(one), size * other / np.linalg.norm(other)
    line = [_flat(camera, foot + p) for p in (a, a + b, b)]
    panel.axes.plot(
        [p[0] for p in line], [p[1] for p in line], color=style.INK, linewidth=style.THIN, zorder=4
    )


# ---- checks ---------------------------------------------------------------------------


def check(spec: Spec, expressions: Expressions) -> Iterator[FormulaProblem]:
    """Yield arrows of no length, degenerate planes, views from straight above a plane."""
    del expressions
    for i, vector in enumerate(spec.vectors):
        if vector.xyz == ORIGIN:
            message = "an arrow of length 0 has no direction"
            yield FormulaProblem(("vectors", i, "xyz"), "zero-length", message, "make it longer")
    if spec.plane is None:
        return
    u, v = spec.plane.span
    cross = (u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0])
    size = math.hypot(*u) * math.hypot(*v)
    if math.hypot(*cross) <= 1e-9 * (size or 1.0):
        message = "the two vectors lie on one line, so they span no plane"
        hint = "choose independent ones"
        yield FormulaProblem(("plane", "span"), "wrong-value", message, hint)
        return
    e, a = (math.radians(angle) for angle in spec.view)
    eye = (math.cos(e) * math.cos(a), math.cos(e) * math.sin(a), math.sin(e))
    slant = abs(sum(p * q for p, q in zip(cross, eye, strict=True))) / math.hypot(*cross)
    if slant < 0.08:
        message = "from here the plane is seen as a line"
        yield FormulaProblem(("view",), "wrong-value", message, "look from another side")


def alt(spec: Spec, say: Templates) -> str:
    """State where each arrow goes, and whether there is a plane."""
    parts = [f"{plain_text(v.label)} {pair_text(v.xyz)}".strip() for v in spec.vectors]
    text = say("arrows", arrows=", ".join(parts))
    text += say("plane") if spec.plane else ""
    return text + (say("drop") if spec.drop else "")


EXAMPLES: tuple[dict[str, Any], ...] = (
    {
        "kind": "vectors3d",
        "plane": {"span": [[1, 0, 0.2], [0, 1, 0.3]]},
        "vectors": [
            {"xyz": [0.8, 0.9, 1.6], "label": "$y$"},
            {"xyz": [1.0071, 1.2106, 0.5646], "label": "$X @ w$"},
        ],
        "drop": [{"from": [0.8, 0.9, 1.6], "to": [1.0071, 1.2106, 0.5646]}],
    },
    {
        "kind": "vectors3d",
        "plane": {"span": [[1, 0, 0], [0.5, 1, 0]], "area": "1"},
        "vectors": [
            {"xyz": [1, 0, 0], "label": "$u$"},
            {"xyz": [0.5, 1, 0], "label": "$v$"},
            {"xyz": [0, 0, 1], "label": "$cross(u, v)$"},
        ],
    },
    {
        "kind": "vectors3d",
        "plane": {"span": [[1, 0, 0.4], [0, 1, 0.2]]},
        "vectors": [
            {"xyz": [1, 0, 0.4], "label": "$a_1$"},
            {"xyz": [0, 1, 0.2], "label": "$a_2$"},
            {"xyz": [0.5, 0.5, 1.2], "label": "$b$"},
        ],
    },
    {
        "kind": "vectors3d",
        "vectors": [
            {"xyz": [1, 0, 0], "label": "$e_1$"},
            {"xyz": [0, 1, 0], "label": "$e_2$"},
            {"xyz": [0, 0, 1], "label": "$e_3$"},
        ],
    },
)

KIND = Kind(
    "vectors3d",
    "arrows, a plane and perpendiculars in space",
    Spec,
    draw,
    check,
    alt,
    EXAMPLES,
    version=2,
)
