"""Two sets as circles, with a region shaded."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, Any, Literal

import numpy as np
from matplotlib.patches import Circle
from pydantic import Field

from dlcards.claims.statement import FormulaProblem
from dlcards.figures import style
from dlcards.figures.arrays import Array, steady
from dlcards.figures.blocks import rectangles
from dlcards.figures.expressions import Expressions
from dlcards.figures.kind import Kind, Templates
from dlcards.figures.labels import plain_text
from dlcards.figures.panel import Panel
from dlcards.figures.spec import BaseSpec, Label, Number

RADIUS = 92.0
COLORS = (style.BLUE, style.ORANGE)

Share = Annotated[Number, Field(ge=0)]


class Spec(BaseSpec):
    """Two sets."""

    kind: Literal["venn"]
    sets: Literal[2] = Field(2, description="How many.")
    labels: tuple[Label, ...] = Field((), max_length=2, description="Names of the sets.")
    highlight: Literal["union", "intersection", "left_only", "right_only"] | None = Field(
        None, description="The shaded region."
    )
    universe: Label = Field(
        "", description="Name of a box around both, or one of the two names: it is the whole."
    )
    disjoint: bool = Field(False, description="The circles do not meet.")
    values: tuple[Share, ...] = Field(
        (), max_length=3, description="Numbers of the left set, the right set and both together."
    )
    inside: tuple[Label, ...] = Field(
        (), max_length=3, description="Instead of values: names of the left, right, common part."
    )


def draw(spec: Spec, panel: Panel) -> None:
    """Draw the box, the shade and the circles; everything is placed in pixels."""
    boxed = bool(spec.universe) and spec.universe not in spec.labels
    height = 2 * RADIUS + (84.0 if boxed or spec.disjoint else 48.0)
    panel.bare((0.0, float(style.WIDTH)), (height, 0.0), margin=0.0)
    middle = height / 2 + 12.0
    half = RADIUS + 14.0 if spec.disjoint else 0.56 * RADIUS
    centres = ((style.WIDTH / 2 - half, middle), (style.WIDTH / 2 + half, middle))
    if boxed or spec.disjoint:
        box = (10.0, 6.0, style.WIDTH - 20.0, height - 12.0)
        rectangles(panel, [box], edge=style.QUIET, width=1.8, order=1)
        panel.text(spec.universe if boxed else "", 22.0, 28.0, ha="left")
    _shade(spec, centres, panel)
    for i, (x, y) in enumerate(centres):
        whole = spec.universe != "" and not boxed and spec.labels.index(spec.universe) == i
        _outline(x, y, COLORS[i], 4.5 if whole else 2.6, panel, tinted=whole)
    _texts(spec, centres, panel)


def _outline(x: float, y: float, color: str, width: float, panel: Panel, *, tinted: bool) -> None:
    if tinted:
        tint = Circle((x, y), RADIUS, facecolor=color, alpha=0.14, linewidth=0, clip_on=False)
        panel.axes.add_patch(tint)
    ring = Circle(
        (x, y), RADIUS, facecolor="none", edgecolor=color, linewidth=width, zorder=3, clip_on=False
    )
    panel.axes.add_patch(ring)


def region(spec: Spec, centres: tuple[tuple[float, float], tuple[float, float]]) -> list[Array]:
    """Return the outlines of the shaded region, as arrays of points."""
    (x0, y0), (x1, _) = centres
    full = np.linspace(0, 2 * math.pi, 121)

    def arc(x: float, t: Array) -> Array:
        return steady(np.column_stack([x + RADIUS * np.cos(t), y0 + RADIUS * np.sin(t)]))

    left, right = arc(x0, full), arc(x1, full)
    if spec.disjoint:
        return {"union": [left, right], "left_only": [left], "right_only": [right]}.get(
            spec.highlight or "", []
        )
    open_ = math.acos((x1 - x0) / 2 / RADIUS)
    inner_left = arc(x0, np.linspace(-open_, open_, 61))
    inner_right = arc(x1, np.linspace(math.pi - open_, math.pi + open_, 61))
    outer_left = arc(x0, np.linspace(open_, 2 * math.pi - open_, 91))
    outer_right = arc(x1, np.linspace(math.pi + open_, 3 * math.pi - open_, 91))
    parts = {
        "intersection": [np.concatenate([inner_left, inner_right])],
        "left_only": [np.concatenate([outer_left, inner_right[::-1]])],
        "right_only": [np.concatenate([outer_right, inner_left[::-1]])],
        "union": [np.concatenate([outer_left, outer_right])],
    }
    return parts.get(spec.highlight or "", [])


def _shade(
    spec: Spec, centres: tuple[tuple[float, float], tuple[float, float]], panel: Panel
) -> None:
    for outline in region(spec, centres):
        panel.axes.fill(
            outline[:, 0], outline[:, 1], color=style.GREEN, alpha=0.42, linewidth=0, zorder=2,
            clip_on=False,
        )  # fmt: skip


def _texts(
    spec: Spec, centres: tuple[tuple[float, float], tuple[float, float]], panel: Panel
) -> None:
    """Write names above the circles and numbers inside."""
    out = 0.0 if spec.disjoint else 0.42 * RADIUS
    for i, (x, y) in enumerate(centres):
        away = -out if i == 0 else out
        if i < len(spec.labels):
            at = x if spec.disjoint else x + 1.2 * away
            panel.text(spec.labels[i], at, y - RADIUS - 16.0, color=COLORS[i])
        if spec.values:
            panel.text(_only(spec, i), x + away, y, answer=False)
        elif i < len(spec.inside):
            panel.text(spec.inside[i], x + away, y, fit=RADIUS)
    if spec.values and not spec.disjoint:
        both = style.number_text(spec.values[2]) if len(spec.values) > 2 else ""
        panel.text(both, style.WIDTH / 2, centres[0][1], answer=False)
    elif len(spec.inside) > 2:
        panel.text(spec.inside[2], style.WIDTH / 2, centres[0][1], fit=0.86 * RADIUS)


def _only(spec: Spec, index: int) -> str:
    """Return the number of what lies in one set and not in the other."""
    both = spec.values[2] if len(spec.values) > 2 else 0.0
    return style.number_text(round(spec.values[index] - both, 9))


def check(spec: Spec, expressions: Expressions) -> Iterator[FormulaProblem]:
    """Yield numbers that no two sets can have, and regions that do not exist."""
    del expressions
    if spec.labels and len(spec.labels) != 2:
        message = "two sets need two names"
        yield FormulaProblem(("labels",), "out-of-range", message, "add the other")
    if spec.disjoint and spec.highlight == "intersection":
        message = "disjoint sets have no intersection"
        yield FormulaProblem(("highlight",), "wrong-value", message, "choose another region")
    if spec.inside and spec.values:
        message = "a part has either a number or a name"
        yield FormulaProblem(("inside",), "wrong-value", message, "leave out values or inside")
    if spec.disjoint and len(spec.inside) > 2:
        message = "disjoint sets have no common part"
        yield FormulaProblem(("inside", 2), "wrong-value", message, "leave the third name out")
    if not spec.values:
        return
    if len(spec.values) < 2:
        message = "one number for two sets"
        yield FormulaProblem(("values",), "wrong-shape", message, "give left, right and both")
    elif len(spec.values) > 2 and spec.values[2] > min(spec.values[:2]):
        message = "the intersection cannot be larger than a set"
        yield FormulaProblem(("values", 2), "out-of-range", message, "make it smaller")
    elif len(spec.values) > 2 and spec.disjoint and spec.values[2]:
        message = "disjoint sets have nothing in common"
        yield FormulaProblem(("values", 2), "wrong-value", message, "make it 0")


def numbers(spec: Spec) -> Iterator[float]:
    """Yield the numbers of the sets and of their parts."""
    yield from spec.values
    if len(spec.values) > 1:
        yield from (float(spec.values[i]) - (*spec.values, 0.0)[2] for i in (0, 1))


def alt(spec: Spec, say: Templates) -> str:
    """State how the circles lie and what is shaded."""
    names = [plain_text(text) for text in spec.labels if text]
    if len(names) == 2:
        named = say("named", first=names[0], second=names[1])
    else:
        named = "".join(f" {name}" for name in names)
    parts = [say("separate" if spec.disjoint else "overlapping", names=named)]
    parts += [say("shaded", spec.highlight)] if spec.highlight else []
    return "; ".join(parts)


EXAMPLES: tuple[dict[str, Any], ...] = (
    {
        "kind": "venn",
        "labels": ["$A$", "$B$"],
        "values": [0.5, 0.4, 0.2],
        "highlight": "intersection",
    },
    {"kind": "venn", "labels": ["$A$", "$B$"], "disjoint": True, "highlight": "union"},
    {"kind": "venn", "labels": ["A", "B"], "highlight": "union", "universe": "Ω"},
    {"kind": "venn", "labels": ["A", "B"], "highlight": "intersection", "universe": "B"},
    {
        "kind": "venn",
        "labels": ["$H(x)$", "$H(y)$"],
        "highlight": "right_only",
        "inside": ["only x", "only y", "both"],
    },
)

KIND = Kind(
    "venn",
    "two sets as circles, with a region shaded",
    Spec,
    draw,
    check,
    alt,
    EXAMPLES,
    numbers=numbers,
)
