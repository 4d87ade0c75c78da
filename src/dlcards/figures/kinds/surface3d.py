"""Surfaces z = f(x, y) with slices, tangent planes and level curves on the floor."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, Any, Literal

import numpy as np
from matplotlib.collections import PolyCollection
from pydantic import BeforeValidator, Field

from dlcards.claims.parser import FormulaError
from dlcards.claims.statement import FormulaProblem
from dlcards.figures import style
from dlcards.figures.arrays import Array
from dlcards.figures.expressions import Expressions
from dlcards.figures.kind import Kind, Templates
from dlcards.figures.labels import plain_text
from dlcards.figures.marks import outside, plane_names
from dlcards.figures.panel import Panel
from dlcards.figures.space import Camera
from dlcards.figures.spec import BaseSpec, Formula, Label, Number, Pair, Point, Range, Strict

MESH = 18
CUTS = (style.ORANGE, style.GREEN)
"""Colours of slices; the tangent of a single one is green."""


class Slice(Strict):
    """A curve on the surface above a straight line of the floor."""

    var: Literal["x", "y"] | None = Field(None, description="The variable that is held fixed.")
    at: Number = Field(0.0, description="The value it is held at.")
    direction: Pair | None = Field(None, description="Instead of var: direction of the line.")
    through: Pair = Field((0.0, 0.0), description="A point of the line with this direction.")
    label: Label = Field("", description="Name of the direction, at an arrow on the floor.")


class Spec(BaseSpec):
    """Surfaces z = f(x, y)."""

    kind: Literal["surface3d"]
    exprs: Annotated[
        tuple[Formula, ...], BeforeValidator(lambda v: [v] if isinstance(v, str) else v)
    ] = Field(min_length=1, max_length=4, description="Formulas in x and y, one panel for each.")
    labels: tuple[Label, ...] = Field((), max_length=4, description="Titles of the panels.")
    x: Range = Field(description="Range of x, [from, to].")
    y: Range = Field(description="Range of y, [from, to].")
    view: tuple[
        Annotated[Number, Field(ge=-90, le=90)], Annotated[Number, Field(ge=-360, le=360)]
    ] = Field((28.0, -58.0), description="Elevation and azimuth in degrees.")
    points: tuple[Point, ...] = Field((), max_length=8, description="Points xy on the surface.")
    slices: tuple[Slice, ...] = Field((), max_length=4, description="Curves on the surface.")
    tangent_plane_at: tuple[Pair, ...] = Field(
        (), max_length=3, description="Tangent planes at these [x, y]."
    )
    contour_floor: bool = Field(False, description="Level curves on the floor below.")


def panels(spec: Spec) -> tuple[Spec, ...]:
    """Return one spec for each expression, titled by its label."""
    if len(spec.exprs) == 1 and not spec.labels:
        return (spec,)
    return tuple(
        spec.model_copy(
            update={"exprs": (text,), "labels": (), "title": _label(spec, i) or spec.title}
        )
        for i, text in enumerate(spec.exprs)
    )


def _label(spec: Spec, i: int) -> str:
    return spec.labels[i] if i < len(spec.labels) else ""


# ---- drawing --------------------------------------------------------------------------


def draw(spec: Spec, panel: Panel) -> None:
    """Draw the surface, back to front, then what lies on it."""
    text, expressions = spec.exprs[0], panel.expressions
    x, y = np.meshgrid(np.linspace(*spec.x, MESH + 1), np.linspace(*spec.y, MESH + 1))
    z = expressions.values(text, x=x, y=y)
    low, high = float(np.nanmin(z)), float(np.nanmax(z))
    if high - low < 1e-9:
        low, high = low - 0.5, high + 0.5
    floor = low - 0.35 * (high - low) if spec.contour_floor else low
    camera = Camera(*spec.view, (spec.x[0], spec.y[0], floor), (spec.x[1], spec.y[1], high))
    panel.bare(*_window(spec, camera.project(x, y, z), camera))
    _ground(camera, panel)
    if spec.contour_floor:
        _floor(spec, camera, (low, high), panel)
    _mesh(x, y, z, camera, panel)
    for i, cut in enumerate(spec.slices):
        _slice(cut, CUTS[i % len(CUTS)], spec, camera, panel)
    for at in spec.tangent_plane_at:
        _plane(at, spec, camera, panel)
    for point in spec.points:
        a, b = point.xy or (point.x or 0.0, point.y or 0.0)
        height = float(expressions.values(text, x=np.array([a]), y=np.array([b]))[0])
        u, v, _ = camera.project(a, b, height)
        panel.point(float(u), float(v), label=point.label)


def _window(
    spec: Spec, surface: tuple[Array, Array, Array], camera: Camera
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the part of the panel that shows the floor and the surface, and little more."""
    across, upward = camera.window(0.1)
    room = 0.16 if spec.slices or spec.tangent_plane_at else 0.06
    top = float(np.nanmax(surface[1])) + room
    return across, (upward[0], min(upward[1] + room, top))


def _ground(camera: Camera, panel: Panel) -> None:
    """Draw the frame of the floor, with the names of its sides."""
    (x0, y0, z0), (x1, y1, _) = camera.low, camera.high
    u, v, _ = camera.project([x0, x1, x1, x0, x0], [y0, y0, y1, y1, y0], [z0] * 5)
    panel.axes.plot(u, v, color=style.FAINT, linewidth=1.4, zorder=0.5, clip_on=False)
    panel.avoid(u, v)
    first, second = plane_names(panel.expressions)
    sides = {
        first: [((x0 + x1) / 2, y, z0) for y in (y0, y1)],
        second: [(x, (y0 + y1) / 2, z0) for x in (x0, x1)],
    }
    for name, places in sides.items():
        at = max(places, key=lambda p: float(camera.project(*p)[2]))
        u, v, _ = camera.project(*at)
        middle = camera.project((x0 + x1) / 2, (y0 + y1) / 2, z0)
        du, dv = float(u - middle[0]), float(v - middle[1])
        far = 0.07 / (math.hypot(du, dv) or 1.0)
        panel.text(name, float(u) + du * far, float(v) + dv * far, color=style.QUIET, answer=False)


def _mesh(x: Array, y: Array, z: Array, camera: Camera, panel: Panel) -> None:
    u, v, near = camera.project(x, y, z)
    corners = [(slice(None, -1), slice(None, -1)), (slice(None, -1), slice(1, None)),
               (slice(1, None), slice(1, None)), (slice(1, None), slice(None, -1))]  # fmt: skip
    quads = np.stack([np.stack([u[c], v[c]], axis=-1) for c in corners], axis=-2).reshape(-1, 4, 2)
    depth = np.mean([near[c] for c in corners], axis=0).ravel()
    good = np.isfinite(quads).all(axis=(1, 2))
    order = np.argsort(np.round(depth[good], 9), kind="stable")
    quads, lit = quads[good][order], light(u, v, near)[good][order]
    # Slopes just between two shades are many: rounding noise must not choose.
    shares = np.round(np.round(lit * 11, 9)) / 11
    faces = [style.ramp(0.08 + 0.5 * (1 - s)) for s in shares]
    edges = [style.ramp(0.45 + 0.4 * (1 - s)) for s in shares]
    panel.axes.add_collection(
        PolyCollection(
            list(quads), facecolors=faces, edgecolors=edges, linewidths=0.7, zorder=1,
            clip_on=False,
        ),
        autolim=False,
    )  # fmt: skip
    for line in (*zip(u[::6], v[::6], strict=True), *zip(u.T[::6], v.T[::6], strict=True)):
        panel.avoid(*line, 0.25)


def light(u: Array, v: Array, near: Array) -> Array:
    """Return how much light from the side each cell of a mesh gets, from 0 to 1.

    A card in night mode swaps dark and light. Light from above would then come from below,
    and hollows would look like hills; light from the left just comes from the right.
    """
    points = np.stack([u, v, near], axis=-1)
    one = points[1:, 1:] - points[:-1, :-1]
    other = points[1:, :-1] - points[:-1, 1:]
    normal = np.cross(one, other)
    normal *= np.where(normal[..., 2:] < 0, -1.0, 1.0)
    length = np.linalg.norm(normal, axis=-1)
    across = np.where(length > 0, normal[..., 0] / np.where(length > 0, length, 1.0), 0.0)
    return np.asarray(0.5 - 0.5 * across).ravel()


def _floor(spec: Spec, camera: Camera, heights: tuple[float, float], panel: Panel) -> None:
    x, y = np.meshgrid(np.linspace(*spec.x, 61), np.linspace(*spec.y, 61))
    z = panel.expressions.values(spec.exprs[0], x=x, y=y)
    levels = np.linspace(*heights, 7)[1:-1]
    computed = panel.axes.contour(x, y, z, levels=levels)
    groups = computed.allsegs
    computed.remove()
    for k, segments in enumerate(groups):
        for segment in segments:
            u, v, _ = camera.project(segment[:, 0], segment[:, 1], camera.low[2])
            color = style.ramp(0.75 - 0.1 * k)
            panel.axes.plot(u, v, color=color, linewidth=1.6, zorder=0.7, clip_on=False)


def _line(cut: Slice, spec: Spec) -> tuple[Array, Array]:
    """Return the part of a slice's line that lies over the floor."""
    if cut.var == "y":
        return np.linspace(*spec.x, 81), np.full(81, cut.at)
    if cut.var == "x":
        return np.full(81, cut.at), np.linspace(*spec.y, 81)
    dx, dy = cut.direction or (1.0, 0.0)
    reach = math.hypot(spec.x[1] - spec.x[0], spec.y[1] - spec.y[0]) / math.hypot(dx, dy)
    t = np.linspace(-reach, reach, 641)
    x, y = cut.through[0] + t * dx, cut.through[1] + t * dy
    inside = (x >= spec.x[0]) & (x <= spec.x[1]) & (y >= spec.y[0]) & (y <= spec.y[1])
    return x[inside], y[inside]


HEADING = (0.5, 0.82)
"""From where to where on the floor an arrow shows the direction of a slice."""


def _slice(cut: Slice, color: str, spec: Spec, camera: Camera, panel: Panel) -> None:
    x, y = _line(cut, spec)
    z = panel.expressions.values(spec.exprs[0], x=x, y=y)
    u, v, _ = camera.project(x, y, z)
    base_u, base_v, _ = camera.project(x, y, np.full_like(z, camera.low[2]))
    panel.axes.fill(
        np.concatenate([u, base_u[::-1]]), np.concatenate([v, base_v[::-1]]),
        color=color, alpha=0.16, linewidth=0, zorder=2, clip_on=False,
    )  # fmt: skip
    panel.axes.plot(u, v, color=color, linewidth=style.LINE, zorder=4, clip_on=False)
    panel.avoid(u, v)
    if cut.label:
        ends = [
            (float(base_u[i]), float(base_v[i])) for i in (round(s * (len(x) - 1)) for s in HEADING)
        ]
        panel.arrow(*ends, color=color, label=cut.label, order=5.0)
    for point in spec.points:
        at = point.xy or (point.x or 0.0, point.y or 0.0)
        if float(np.min(np.hypot(x - at[0], y - at[1]))) < 0.02 * (spec.x[1] - spec.x[0]):
            _tangent(at, (x[-1] - x[0], y[-1] - y[0]), spec, camera, panel)


def _tangent(
    at: Pair, direction: tuple[float, float], spec: Spec, camera: Camera, panel: Panel
) -> None:
    """Draw the tangent of a slice at a marked point: its slope is the derivative."""
    gx, gy = panel.expressions.gradient(spec.exprs[0], *at)
    t = np.array([-0.22, 0.22])
    x, y = at[0] + t * direction[0], at[1] + t * direction[1]
    middle = panel.expressions.values(spec.exprs[0], x=np.array([at[0]]), y=np.array([at[1]]))[0]
    z = middle + gx * (x - at[0]) + gy * (y - at[1])
    u, v, _ = camera.project(x, y, z)
    panel.axes.plot(u, v, color=style.GREEN, linewidth=style.LINE, zorder=5, clip_on=False)
    panel.avoid(u, v)


def _plane(at: Pair, spec: Spec, camera: Camera, panel: Panel) -> None:
    gx, gy = panel.expressions.gradient(spec.exprs[0], *at)
    middle = panel.expressions.values(spec.exprs[0], x=np.array([at[0]]), y=np.array([at[1]]))[0]
    rx, ry = (0.24 * (r[1] - r[0]) for r in (spec.x, spec.y))
    dx, dy = np.array([-rx, rx, rx, -rx]), np.array([-ry, -ry, ry, ry])
    u, v, _ = camera.project(at[0] + dx, at[1] + dy, middle + gx * dx + gy * dy)
    panel.axes.fill(u, v, facecolor=style.ORANGE, alpha=0.4, linewidth=0, zorder=3, clip_on=False)
    panel.axes.plot(
        np.append(u, u[0]), np.append(v, v[0]), color=style.ORANGE, linewidth=2, zorder=3.1,
        clip_on=False,
    )  # fmt: skip
    cu, cv, _ = camera.project(*at, middle)
    panel.point(float(cu), float(cv))


# ---- checks ---------------------------------------------------------------------------


def check(spec: Spec, expressions: Expressions) -> Iterator[FormulaProblem]:
    """Yield formulas that do not read and places outside the floor."""
    for i, text in enumerate(spec.exprs):
        mistakes = expressions.mistakes(text, ("x", "y"), ("exprs", i))
        yield from mistakes
        if mistakes:
            continue
        x, y = np.meshgrid(np.linspace(*spec.x, MESH + 1), np.linspace(*spec.y, MESH + 1))
        try:
            z = expressions.values(text, x=x, y=y)
        except FormulaError as error:
            yield FormulaProblem(
                ("exprs", i), error.code, error.message, error.hint, error.start, error.end
            )
            continue
        if np.isfinite(z).mean() < 0.5:
            message = "the formula has no value over half of the floor or more"
            yield FormulaProblem(("exprs", i), "no-value", message, "change x or y")
    if len(spec.labels) > len(spec.exprs):
        message = f"{len(spec.labels)} labels for {len(spec.exprs)} expressions"
        yield FormulaProblem(("labels",), "out-of-range", message, "one label for each expression")
    for i, at in enumerate(spec.tangent_plane_at):
        yield from outside(("tangent_plane_at", i, 0), at[0], spec.x, "x")
        yield from outside(("tangent_plane_at", i, 1), at[1], spec.y, "y")
    for i, point in enumerate(spec.points):
        a, b = point.xy or (point.x or 0.0, point.y or 0.0)
        yield from outside(("points", i), a, spec.x, "x")
        yield from outside(("points", i), b, spec.y, "y")
    for i, cut in enumerate(spec.slices):
        yield from _check_slice(i, cut, spec)


def _check_slice(i: int, cut: Slice, spec: Spec) -> Iterator[FormulaProblem]:
    if (cut.var is None) == (cut.direction is None):
        message = "a slice needs either var or direction"
        yield FormulaProblem(("slices", i), "missing-key", message, "var: y, at: 0")
    elif cut.direction == (0.0, 0.0):
        message = "a direction must not be zero"
        yield FormulaProblem(("slices", i, "direction"), "out-of-range", message, "[1, 0]")
    elif len(_line(cut, spec)[0]) < 2 or not (
        cut.var is None or (spec.x if cut.var == "x" else spec.y)[0] <= cut.at
        <= (spec.x if cut.var == "x" else spec.y)[1]
    ):  # fmt: skip
        message = "the slice lies outside the floor"
        yield FormulaProblem(("slices", i), "outside-window", message, "change it, or x and y")


def alt(spec: Spec, say: Templates) -> str:
    """State which surface is seen, and what lies on it."""
    marked = [plain_text(p.label) for p in spec.points if p.label]
    parts = [say("surface", expressions=", ".join(spec.exprs))]
    if spec.slices:
        count = len(spec.slices)
        parts.append(say("slices" if count > 1 else "slice", count=count))
    parts += [say("tangent-plane")] if spec.tangent_plane_at else []
    parts += [say("floor")] if spec.contour_floor else []
    parts += [say("marked", points=", ".join(marked))] if marked else []
    return "; ".join(parts)


EXAMPLES: tuple[dict[str, Any], ...] = (
    {
        "kind": "surface3d",
        "exprs": ["4 - x**2 - 0.5*y**2"],
        "x": [-2, 2],
        "y": [-2, 2],
        "slices": [{"var": "y", "at": 0.5}],
        "points": [{"xy": [1, 0.5]}],
        "caption": "Only x moves: the slope of the slice is the partial derivative.",
    },
    {
        "kind": "surface3d",
        "exprs": ["x**2 + y**2", "x**2 - y**2", "x**2"],
        "labels": ["$lam$: + +", "$lam$: + −", "$lam$: + 0"],
        "x": [-1.5, 1.5],
        "y": [-1.5, 1.5],
    },
    {
        "kind": "surface3d",
        "exprs": ["x**2 - y**2"],
        "x": [-1.5, 1.5],
        "y": [-1.5, 1.5],
        "points": [{"xy": [0, 0]}],
        "view": [25, -60],
        "front_safe": True,
    },
    {
        "kind": "surface3d",
        "exprs": ["2*x**2 + 2*x*y + 2*y**2"],
        "x": [-1.5, 1.5],
        "y": [-1.5, 1.5],
        "contour_floor": True,
    },
    {
        "kind": "surface3d",
        "exprs": ["3 - 0.5*x**2 - 0.5*y**2"],
        "x": [-2, 2],
        "y": [-2, 2],
        "tangent_plane_at": [[0.8, -0.6]],
    },
    {
        "kind": "surface3d",
        "exprs": ["x**2/2 + y**2/2"],
        "x": [-2, 2],
        "y": [-2, 2],
        "slices": [{"direction": [1, 1], "through": [0, 0], "label": "$u$"}],
        "points": [{"xy": [0.7, 0.7]}],
    },
)

KIND = Kind("surface3d", "surface z = f(x, y)", Spec, draw, check, alt, EXAMPLES, panels, version=2)
