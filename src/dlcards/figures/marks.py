"""Marks that every plot may have: points and straight lines."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from dlcards.claims.statement import FormulaProblem
from dlcards.figures import style
from dlcards.figures.annotations import annotate
from dlcards.figures.expressions import Expressions
from dlcards.figures.panel import Panel
from dlcards.figures.spec import PlotSpec, Point

Height = Callable[[float], float]
"""The height of the first curve at a place."""


def draw_marks(spec: PlotSpec, panel: Panel, height: Height | None = None) -> None:
    """Draw the points, lines and annotations of a spec; call it after ``panel.limits``."""
    panel.equal = panel.equal if spec.equal is None else spec.equal
    panel.xlabel, panel.ylabel = spec.xlabel, spec.ylabel
    for line in spec.hlines:
        panel.line("y", line.at, label=line.label, color=style.NAMED[line.color])
    for line in spec.vlines:
        panel.line("x", line.at, label=line.label, color=style.NAMED[line.color])
    for point in spec.points:
        x, y = point_place(point, height)
        color = style.NAMED[point.color]
        panel.point(x, y, label=point.label, hollow=point.open, color=color)
    annotate(spec, panel)


def plane_names(expressions: Expressions) -> tuple[str, str]:
    """Return the names of the axes: x and y, or the components where x is a vector."""
    types = expressions.statement.types if expressions.statement else {}
    is_vector = "x" in types and types["x"].name not in ("real", "complex", "integer")
    return ("$x_1$", "$x_2$") if is_vector else ("$x$", "$y$")


def point_place(point: Point, height: Height | None = None) -> tuple[float, float]:
    """Return where a point stands; without ``y`` it is on the first curve, or at 0."""
    if point.xy is not None:
        return point.xy
    x = point.x if point.x is not None else 0.0
    if point.y is not None:
        return x, point.y
    return x, height(x) if height is not None else 0.0


def check_marks(
    spec: PlotSpec,
    x: tuple[float, float],
    y: tuple[float, float] | None,
    height: Height | None = None,
) -> Iterator[FormulaProblem]:
    """Yield the points and lines of a spec that nobody would see.

    Parameters
    ----------
    x, y : (float, float)
        The window; no ``y`` when the curves decide.
    """
    high = y or (-math.inf, math.inf)
    for i, line in enumerate(spec.vlines):
        yield from outside(("vlines", i, "at"), line.at, x, "x")
    for i, line in enumerate(spec.hlines):
        yield from outside(("hlines", i, "at"), line.at, high, "y")
    for i, point in enumerate(spec.points):
        at, level = point_place(point, height)
        names = ("xy", "xy") if point.xy is not None else ("x", "y")
        yield from outside(("points", i, names[0]), at, x, "x")
        if math.isfinite(level):
            named = names[1] if point.y is not None or point.xy is not None else "x"
            yield from outside(("points", i, named), level, high, "y")
        else:
            message = "the first curve has no value here"
            yield FormulaProblem(("points", i), "no-value", message, "give the point a y")


def outside(
    path: tuple[str | int, ...], value: float, limits: tuple[float, float], key: str
) -> Iterator[FormulaProblem]:
    """Yield a problem when a value lies outside the window."""
    low, high = limits
    slack = 1e-9 * (high - low) if math.isfinite(high - low) else 0.0
    if not low - slack <= value <= high + slack:
        message = f"{value:.4g} lies outside the window, which goes from {low:g} to {high:g}"
        yield FormulaProblem(path, "outside-window", message, f"change it, or {key}")
