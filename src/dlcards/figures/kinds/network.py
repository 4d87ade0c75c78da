"""Layered neural networks: units, connections, dropped units, receptive fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated, Any, Literal

import numpy as np
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from pydantic import Field

from dlcards.claims.statement import FormulaProblem
from dlcards.figures import style
from dlcards.figures.expressions import Expressions
from dlcards.figures.kind import Kind, Templates
from dlcards.figures.labels import plain_text, text_size, wrap
from dlcards.figures.panel import Panel
from dlcards.figures.spec import BaseSpec, Label, Strict, Whole

MAX_UNITS = 12
HEIGHT = 300.0
TOP = 26.0

Index = Annotated[Whole, Field(ge=0, le=MAX_UNITS - 1)]
Place = Callable[[int, int], tuple[float, float]]
"""From layer and unit to its centre."""

Edge = tuple[int, int, int]
"""Layer it comes from, unit there, unit in the next layer."""


class Unit(Strict):
    """One unit, counted from 0."""

    layer: Index = Field(description="Which layer.")
    unit: Index = Field(description="Which unit of it, from the top.")


class Mask(Strict):
    """Units that are switched off."""

    layer: Index = Field(description="Which layer, counted from 0.")
    dropped: tuple[Index, ...] = Field(max_length=MAX_UNITS, description="Which units of it.")


class Spec(BaseSpec):
    """A layered network."""

    kind: Literal["network"]
    layers: tuple[Annotated[Whole, Field(ge=1, le=MAX_UNITS)], ...] = Field(
        min_length=2, max_length=7, description="How many units each layer has."
    )
    labels: tuple[Label, ...] = Field(
        (), max_length=7, description="Text below each layer; may be empty."
    )
    edge_labels: Label = Field(
        "", description="Name of the weights, such as w: beside the marked connections, numbered."
    )
    highlight: Unit | None = Field(
        None, description="A unit that is marked with all that leads to it."
    )
    dropout_mask: Mask | None = Field(None, description="Units that are switched off.")
    local: Annotated[Whole, Field(ge=1, le=MAX_UNITS)] | None = Field(
        None, description="Each unit sees only so many neighbours of the layer before."
    )


# ---- structure ------------------------------------------------------------------------


def sources(spec: Spec, layer: int, unit: int) -> list[int]:
    """Return the units of the layer before that a unit is connected to.

    Examples
    --------
    >>> sources(Spec(kind="network", layers=(5, 3), local=3), 1, 1)
    [1, 2, 3]
    """
    before = spec.layers[layer - 1]
    if spec.local is None:
        return list(range(before))
    first = unit + (before - spec.layers[layer] - spec.local + 1) // 2
    return [i for i in range(first, first + spec.local) if 0 <= i < before]


def dropped(spec: Spec, layer: int, unit: int) -> bool:
    """Return whether a unit is switched off."""
    mask = spec.dropout_mask
    return mask is not None and mask.layer == layer and unit in mask.dropped


def edges(spec: Spec) -> list[Edge]:
    """Return all connections between units that are not switched off."""
    return [
        (layer - 1, i, j)
        for layer in range(1, len(spec.layers))
        for j in range(spec.layers[layer])
        for i in sources(spec, layer, j)
        if not dropped(spec, layer, j) and not dropped(spec, layer - 1, i)
    ]


def marked_edges(spec: Spec) -> list[Edge]:
    """Return the connections that lead to the marked unit, back to the input where local."""
    if spec.highlight is None:
        return []
    found: list[Edge] = []
    units = {spec.highlight.unit}
    alive = set(edges(spec))
    for layer in range(spec.highlight.layer, 0, -1):
        new = [
            (layer - 1, i, j)
            for j in sorted(units) for i in sources(spec, layer, j)
            if (layer - 1, i, j) in alive
        ]  # fmt: skip
        found += new
        units = {i for _, i, _ in new}
        if spec.local is None:
            break
    return found


# ---- drawing --------------------------------------------------------------------------


def draw(spec: Spec, panel: Panel) -> None:
    """Draw connections, then units; everything is placed in pixels."""
    tallest = max(spec.layers)
    pitch = min(54.0, HEIGHT / tallest)
    radius = min(16.0, 0.36 * pitch)
    inner = pitch * tallest
    texts = [t for t in spec.labels if not panel.hidden(t)]
    room = (style.WIDTH - 70.0) / max(1, len(spec.layers) - 1)
    lines = max((_wrapped(t, room, panel).count("\n") for t in texts), default=0)
    below = 30.0 + 20.0 * lines if texts else 8.0
    panel.bare((0.0, float(style.WIDTH)), (inner + 12.0 + below, 0.0), margin=0.0)
    step = min(room, 170.0)
    left = style.WIDTH / 2 - step * (len(spec.layers) - 1) / 2

    def place(layer: int, unit: int) -> tuple[float, float]:
        offset = (tallest - spec.layers[layer]) * pitch / 2
        return left + layer * step, 6.0 + offset + (unit + 0.5) * pitch

    marked = marked_edges(spec)
    _lines([e for e in edges(spec) if e not in set(marked)], place, panel, marked=False)
    _lines(marked, place, panel, marked=True)
    lit = {(layer, i) for layer, i, _ in marked}
    if spec.highlight is not None:
        lit.add((spec.highlight.layer, spec.highlight.unit))
    for layer, count in enumerate(spec.layers):
        for unit in range(count):
            off = dropped(spec, layer, unit)
            color = style.ORANGE if (layer, unit) in lit else style.BLUE
            _circle(place(layer, unit), radius, style.QUIET if off else color, panel, off=off)
    for layer, text in enumerate(spec.labels[: len(spec.layers)]):
        if not panel.hidden(text):
            shown = _wrapped(text, room, panel)
            y = inner + 24.0 + 10.0 * shown.count("\n")
            x, _ = place(layer, 0)
            half = text_size(shown, style.TEXT)[0] / 2 + 3
            panel.text(text, min(max(x, half), style.WIDTH - half), y)
            panel.texts[-1].text = shown
    _edge_labels(spec, marked, place, panel)


def _wrapped(text: str, room: float, panel: Panel) -> str:
    return wrap(panel.shown(text), style.TEXT, max(room - 10.0, 60.0))


def _lines(some: list[Edge], place: Place, panel: Panel, *, marked: bool) -> None:
    """Draw connections of one look as one path."""
    if not some:
        return
    points, codes = [], []
    for layer, i, j in some:
        points += [place(layer, i), place(layer + 1, j)]
        codes += [Path.MOVETO, Path.LINETO]
    many = len(some) > 60
    patch = PathPatch(
        Path(points, codes), facecolor="none", clip_on=False, zorder=1.5 if marked else 1,
        edgecolor=style.ORANGE if marked else style.QUIET,
        linewidth=2.4 if marked else 0.9 if many else 1.3, alpha=1.0 if marked else 0.7,
    )  # fmt: skip
    panel.axes.add_patch(patch)


def _circle(at: tuple[float, float], radius: float, color: str, panel: Panel, *, off: bool) -> None:
    """Draw a unit; the lines below it do not shine through its tint."""
    axes, (x, y) = panel.axes, at
    axes.plot(
        [x], [y], marker="o", markersize=2 * radius, color=color, markeredgewidth=2.2,
        markerfacecolor=(*_mixed(color, 0.35), 1.0) if not off else "none",
        markeredgecolor=color, zorder=3, clip_on=False, linestyle="none",
    )  # fmt: skip
    if off:
        size = 0.66 * radius
        for sign in (1, -1):
            axes.plot(
                [x - size, x + size], [y - sign * size, y + sign * size], color=style.ORANGE,
                linewidth=2.6, zorder=4, clip_on=False,
            )  # fmt: skip


def _mixed(color: str, share: float) -> tuple[float, float, float]:
    """Return a colour between itself and a middle grey, opaque on every background."""
    red, green, blue = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red + share * (0.5 - red), green + share * (0.5 - green), blue + share * (0.5 - blue)


def _edge_labels(spec: Spec, marked: list[Edge], place: Place, panel: Panel) -> None:
    """Write a numbered name at the marked connections, or one name into each gap."""
    if panel.hidden(spec.edge_labels):
        return
    for e in edges(spec):
        (x0, y0), (x1, y1) = place(e[0], e[1]), place(e[0] + 1, e[2])
        panel.avoid(np.linspace(x0, x1, 25), np.linspace(y0, y1, 25), 0.35)
    for layer in range(len(spec.layers)):
        for unit in range(spec.layers[layer]):
            x, y = place(layer, unit)
            panel.avoid(np.array([x - 12, x, x + 12]), np.full(3, y), 6.0)
    last = [e for e in marked if spec.highlight and e[0] == spec.highlight.layer - 1]
    name = spec.edge_labels.strip("$")
    for number, (layer, i, j) in enumerate(last, 1):
        (x0, y0), (x1, y1) = place(layer, i), place(layer + 1, j)
        is_name = name.isidentifier() and name.isascii()
        text = f"${name}_{number}$" if is_name else spec.edge_labels
        shares = (0.45, 0.35, 0.55, 0.28, 0.62)
        places = [(x0 + s * (x1 - x0), y0 + s * (y1 - y0)) for s in shares]
        _keep(text, places, panel)
    if not last:
        for layer in range(len(spec.layers) - 1):
            (x0, y0), (x1, y1) = place(layer, 0), place(layer + 1, 0)
            places = [(x0 + s * (x1 - x0), y0 + s * (y1 - y0)) for s in (0.5, 0.4, 0.6)]
            _keep(spec.edge_labels, places, panel)


def _keep(text: str, places: list[tuple[float, float]], panel: Panel) -> None:
    panel.label(text, places, color=style.ORANGE, reach=4.0, priority=1, answer=False)


# ---- checks ---------------------------------------------------------------------------


def check(spec: Spec, expressions: Expressions) -> Iterator[FormulaProblem]:
    """Yield units that do not exist and labels too many."""
    del expressions
    if spec.labels and len(spec.labels) != len(spec.layers):
        message = f"{len(spec.labels)} labels for {len(spec.layers)} layers"
        hint = "give each layer its label; it may be empty"
        yield FormulaProblem(("labels",), "out-of-range", message, hint)
    named: list[tuple[tuple[str | int, ...], int, tuple[int, ...]]] = []
    if spec.highlight is not None:
        named.append((("highlight",), spec.highlight.layer, (spec.highlight.unit,)))
    if spec.dropout_mask is not None:
        named.append((("dropout_mask",), spec.dropout_mask.layer, spec.dropout_mask.dropped))
    for path, layer, units in named:
        if layer >= len(spec.layers):
            message = f"there is no layer {layer}"
            hint = f"layers are counted from 0 to {len(spec.layers) - 1}"
            yield FormulaProblem((*path, "layer"), "out-of-range", message, hint)
        elif units and max(units) >= spec.layers[layer]:
            message = f"layer {layer} has only {spec.layers[layer]} units"
            key = "unit" if path == ("highlight",) else "dropped"
            yield FormulaProblem((*path, key), "out-of-range", message, "count from 0")
    if spec.highlight is not None and spec.highlight.layer == 0:
        message = "nothing leads to an input"
        path = ("highlight", "layer")
        yield FormulaProblem(path, "out-of-range", message, "mark a unit of a later layer")


def alt(spec: Spec, say: Templates) -> str:
    """State the layers and what is special."""
    sizes = []
    for layer, count in enumerate(spec.layers):
        name = plain_text(spec.labels[layer]) if layer < len(spec.labels) else ""
        sizes.append(f"{count} ({name})" if name else str(count))
    parts = [say("layers", sizes=", ".join(sizes))]
    if mask := spec.dropout_mask:
        parts.append(say("dropped", count=len(mask.dropped), layer=mask.layer + 1))
    parts += [say("local", count=spec.local)] if spec.local else []
    parts += [say("marked")] if spec.highlight else []
    return "; ".join(parts)


EXAMPLES: tuple[dict[str, Any], ...] = (
    {
        "kind": "network",
        "layers": [3, 4, 2],
        "labels": ["$x$", "$h$", "output"],
        "highlight": {"layer": 1, "unit": 0},
        "edge_labels": "w",
    },
    {
        "kind": "network",
        "layers": [4, 5, 3],
        "labels": ["input", "hidden", "output"],
        "dropout_mask": {"layer": 1, "dropped": [1, 3]},
    },
    {
        "kind": "network",
        "layers": [6, 4, 2, 4, 6],
        "labels": ["$x$", "", "code", "", "reconstruction"],
    },
    {
        "kind": "network",
        "layers": [7, 5, 3, 1],
        "local": 3,
        "highlight": {"layer": 3, "unit": 0},
    },
    {
        "kind": "network",
        "layers": [3, 1],
        "labels": ["inputs", "output"],
        "edge_labels": "w",
        "highlight": {"layer": 1, "unit": 0},
    },
)

KIND = Kind(
    "network",
    "layered neural networks: units, connections, dropped units, receptive fields",
    Spec,
    draw,
    check,
    alt,
    EXAMPLES,
)
