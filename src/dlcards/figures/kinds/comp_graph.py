"""Directed graphs: computational graphs with values and gradients, graphical models."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Any, Literal

import numpy as np
from matplotlib.patches import FancyBboxPatch
from numpy.typing import NDArray
from pydantic import BeforeValidator, Field

from dlcards.claims.statement import FormulaProblem
from dlcards.figures import style
from dlcards.figures.arrays import Array
from dlcards.figures.expressions import Expressions
from dlcards.figures.kind import Kind, Templates
from dlcards.figures.labels import plain_text, text_size
from dlcards.figures.panel import Panel
from dlcards.figures.spec import BaseSpec, Label, Strict, Whole

NODE_HEIGHT = 36.0
LAYER_GAP = 34.0
LANE_GAP = 40.0
DOWN_GAP = 52.0
WIDTH = float(style.WIDTH - 16)


class Node(Strict):
    """A node of the graph."""

    id: Annotated[str, Field(min_length=1, max_length=20)] = Field(description="For the edges.")
    label: Label = Field(description="Text in the node.")
    value: Label | None = Field(None, description="Its value, shown above.")
    grad: Label | None = Field(None, description="The gradient that arrives, shown below.")


class Edge(Strict):
    """An arrow; ``[from, to, label]`` is short for it."""

    from_: str = Field(alias="from", description="Id of a node.")
    to: str = Field(description="Id of a node.")
    label: Label = Field("", description="Beside the arrow, such as the local derivative.")


def _edge(value: object) -> object:
    if isinstance(value, list | tuple) and 2 <= len(value) <= 3:
        return dict(zip(("from", "to", "label"), value, strict=False))
    return value


class Spec(BaseSpec):
    """A directed graph without cycles."""

    kind: Literal["comp_graph"]
    nodes: tuple[Node, ...] = Field(min_length=1, max_length=16, description="The nodes.")
    edges: tuple[Annotated[Edge, BeforeValidator(_edge)], ...] = Field(
        (), max_length=32, description="The arrows: [from, to] or [from, to, label]."
    )
    show: tuple[Literal["values", "grads"], ...] = Field((), description="What stands at nodes.")
    direction: Literal["forward", "backward", "both"] = Field(
        "forward", description="Which way arrows point; both adds the way back."
    )
    reached: Annotated[Whole, Field(ge=0, le=16)] | None = Field(
        None, description="How many nodes the gradients have reached, from the end; left out: all."
    )
    orientation: Literal["right", "down"] | None = Field(
        None, description="Where the graph grows; left out: right if it fits."
    )


# ---- layout ---------------------------------------------------------------------------


@dataclass(slots=True)
class Place:
    """A node, or a bend of a long edge, on its way to a place."""

    id: str
    layer: int
    width: float
    lane: float = 0.0
    x: float = 0.0
    y: float = 0.0


@dataclass(frozen=True, slots=True)
class Route:
    """An edge with the places it leads through."""

    edge: Edge
    stops: tuple[Place, ...]


def layers(spec: Spec) -> dict[str, int] | None:
    """Return the layer of every node, sources next to what they feed; None with a cycle."""
    into: dict[str, list[str]] = {node.id: [] for node in spec.nodes}
    for edge in spec.edges:
        into[edge.to].append(edge.from_)
    depth: dict[str, int] = {}
    for _ in spec.nodes:
        for name, before in into.items():
            if name not in depth and all(b in depth for b in before):
                depth[name] = 1 + max((depth[b] for b in before), default=-1)
    if len(depth) < len(into):
        return None
    for node in spec.nodes:
        after = [depth[e.to] for e in spec.edges if e.from_ == node.id]
        if after and not into[node.id]:
            depth[node.id] = min(after) - 1
    return depth


def _routes(spec: Spec, places: dict[str, Place]) -> list[Route]:
    """Give every edge its bends: one in each layer it jumps over."""
    routes = []
    for k, edge in enumerate(spec.edges):
        start, end = places[edge.from_], places[edge.to]
        bends = [Place(f"{k}/{i}", i, 6.0) for i in range(start.layer + 1, end.layer)]
        routes.append(Route(edge, (start, *bends, end)))
    return routes


def _arrange(rows: list[list[Place]], routes: Sequence[Route]) -> None:
    """Order each layer and give lanes so that edges are short and cross little."""
    near: dict[str, list[Place]] = {place.id: [] for row in rows for place in row}
    for route in routes:
        for a, b in pairwise(route.stops):
            near[a.id].append(b)
            near[b.id].append(a)
    for row in rows:
        _spread(row)
    for sweep in range(8):
        for row in rows if sweep % 2 == 0 else rows[::-1]:
            side = -1 if sweep % 2 == 0 else 1
            wanted = {p.id: _wanted(p, near[p.id], side) for p in row}
            row.sort(key=lambda p: wanted[p.id])
            _spread(row, wanted)
    low = min(p.lane for row in rows for p in row)
    for row in rows:
        for place in row:
            place.lane -= low


def _wanted(place: Place, near: list[Place], side: int) -> float:
    lanes = [n.lane for n in near if (n.layer - place.layer) * side > 0]
    lanes = lanes or [n.lane for n in near]
    return sum(lanes) / len(lanes) if lanes else place.lane


def _spread(row: list[Place], wanted: dict[str, float] | None = None) -> None:
    """Put places at least one lane apart, near where they want to be."""
    if wanted is None:
        for i, place in enumerate(row):
            place.lane = i - (len(row) - 1) / 2
        return
    lanes: list[float] = []
    for place in row:
        lanes.append(max(wanted[place.id], lanes[-1] + 1 if lanes else -math.inf))
    shift = sum(wanted[p.id] - lane for p, lane in zip(row, lanes, strict=True)) / len(row)
    for place, lane in zip(row, lanes, strict=True):
        place.lane = lane + shift


def _laid_out(spec: Spec, panel: Panel) -> tuple[dict[str, Place], list[Route], float, bool]:
    """Return places, routes, the height in pixels, and whether the graph grows down."""
    depth = layers(spec) or {}
    places = {n.id: Place(n.id, depth[n.id], _width(n, panel)) for n in spec.nodes}
    routes = _routes(spec, places)
    rows: list[list[Place]] = [[] for _ in range(1 + max(depth.values()))]
    for node in spec.nodes:
        rows[depth[node.id]].append(places[node.id])
    for route in routes:
        for bend in route.stops[1:-1]:
            rows[bend.layer].append(bend)
    _arrange(rows, routes)
    gaps = _gaps(spec, routes, len(rows), panel)
    widest = [max(p.width for p in row) for row in rows]
    needed = sum(widest) + sum(gaps)
    if spec.orientation == "right" or (spec.orientation is None and needed <= WIDTH):
        return places, routes, _rightward(rows, widest, gaps, spec), False
    return places, routes, _downward(rows, spec), True


def _width(node: Node, panel: Panel) -> float:
    shown = "" if panel.hidden(node.label) else panel.shown(node.label)
    return max(42.0, text_size(shown, style.TEXT)[0] + 22.0)


def _gaps(spec: Spec, routes: Sequence[Route], count: int, panel: Panel) -> list[float]:
    """Return the room between neighbouring layers: enough for the labels of the edges."""
    gaps = [LAYER_GAP] * (count - 1)
    for route in routes:
        if len(route.stops) == 2 and not panel.hidden(route.edge.label):
            wide = text_size(panel.shown(route.edge.label), style.SMALL)[0] + 16
            layer = route.stops[0].layer
            gaps[layer] = max(gaps[layer], wide)
    return gaps


def _room(spec: Spec) -> tuple[float, float]:
    """Return the room above and below the nodes for values and gradients."""
    above = 28.0 if "values" in spec.show and any(n.value for n in spec.nodes) else 18.0
    below = 30.0 if "grads" in spec.show and any(n.grad for n in spec.nodes) else 18.0
    return above, below


def _rightward(
    rows: list[list[Place]], widest: list[float], gaps: list[float], spec: Spec
) -> float:
    spare = WIDTH - sum(widest) - sum(gaps)
    extra = min(spare / max(1, len(gaps)), 70.0) if gaps else 0.0
    x = 8.0 + (spare - extra * len(gaps)) / 2
    above, below = _room(spec)
    lanes = max(p.lane for row in rows for p in row)
    lane = NODE_HEIGHT + max(LANE_GAP, above + below + 4)
    for row, wide, gap in zip(rows, widest, [*gaps, 0.0], strict=True):
        for place in row:
            place.x = x + wide / 2
            place.y = above + NODE_HEIGHT / 2 + place.lane * lane
        x += wide + gap + extra
    return above + NODE_HEIGHT + lanes * lane + below


def _downward(rows: list[list[Place]], spec: Spec) -> float:
    step = NODE_HEIGHT + DOWN_GAP
    lanes = max(p.lane for row in rows for p in row)
    sides = 80.0 if spec.show else 40.0
    fits = (WIDTH - 90 - sides) / lanes if lanes else 0.0
    lane = min(max(p.width for row in rows for p in row) + sides, fits)
    for row in rows:
        for place in row:
            place.x = style.WIDTH / 2 + (place.lane - lanes / 2) * lane
            place.y = 10 + NODE_HEIGHT / 2 + place.layer * step
    return 20 + NODE_HEIGHT + (len(rows) - 1) * step


# ---- drawing --------------------------------------------------------------------------


def draw(spec: Spec, panel: Panel) -> None:
    """Draw nodes and arrows; everything is placed in pixels."""
    places, routes, height, down = _laid_out(spec, panel)
    panel.bare((0.0, float(style.WIDTH)), (height, 0.0), margin=0.0)
    known = reached(spec)
    for node in spec.nodes:
        _node(node, places[node.id], panel)
        _numbers(node, places[node.id], spec, panel, down=down, grad=node.id in known)
    for route in routes:
        _arrow(route, spec, panel)


def reached(spec: Spec) -> frozenset[str]:
    """Return the nodes whose gradients are known, the last ones of the graph first."""
    depth = layers(spec) or {}
    order = sorted((node.id for node in spec.nodes), key=lambda name: -depth.get(name, 0))
    return frozenset(order if spec.reached is None else order[: spec.reached])


def _node(node: Node, place: Place, panel: Panel) -> None:
    left, bottom = place.x - place.width / 2, place.y - NODE_HEIGHT / 2
    for face, edge, alpha in ((style.BLUE, "none", 0.14), ("none", style.BLUE, 1.0)):
        box = FancyBboxPatch(
            (left + 9, bottom + 9), place.width - 18, NODE_HEIGHT - 18,
            boxstyle="round,pad=9,rounding_size=13", facecolor=face, edgecolor=edge,
            linewidth=2.0, alpha=alpha, zorder=2, clip_on=False, mutation_aspect=1,
        )  # fmt: skip
        panel.axes.add_patch(box)
    panel.text(node.label, place.x, place.y, fit=place.width - 8)
    xs = np.linspace(left, left + place.width, 12)
    for y in (bottom, place.y, bottom + NODE_HEIGHT):
        panel.avoid(xs, np.full(12, y), 3.0)


def _numbers(node: Node, place: Place, spec: Spec, panel: Panel, *, down: bool, grad: bool) -> None:
    """Write value and gradient above and below a node, or beside it where arrows run down."""
    up, aside = NODE_HEIGHT / 2, place.width / 2 + 10
    value = node.value if "values" in spec.show else None
    gradient = node.grad if "grads" in spec.show and grad else None
    if down:
        panel.text(value or "", place.x - aside, place.y, color=style.GREEN, ha="right")
        panel.text(gradient or "", place.x + aside, place.y, color=style.ORANGE, ha="left")
    else:
        panel.text(value or "", place.x, place.y - up - 13, color=style.GREEN)
        panel.text(gradient or "", place.x, place.y + up + 15, color=style.ORANGE)


def _arrow(route: Route, spec: Spec, panel: Panel) -> None:
    ways = {"forward": (1,), "backward": (-1,), "both": (1, -1)}[spec.direction]
    for way in ways:
        if way < 0 and route.edge.from_ not in reached(spec):
            continue
        stops = route.stops[::way]
        shift = 0.0 if len(ways) == 1 else 6.0
        color = style.ORANGE if way < 0 else style.QUIET
        points = _path_points(stops, shift)
        _draw_path(points, color, panel)
    label_color = style.ORANGE if "grads" in spec.show else style.INK
    line = _path_points(route.stops, 0.0)
    anchors = [tuple(line[int(s * (len(line) - 1))]) for s in (0.5, 0.42, 0.58, 0.34, 0.66)]
    panel.label(
        route.edge.label, anchors, color=label_color, reach=5.0 + (5.0 if len(ways) > 1 else 0.0),
        priority=1, size=style.SMALL,
    )  # fmt: skip


def _path_points(stops: Sequence[Place], shift: float) -> Array:
    """Return points of an arrow between two nodes, cut at their borders, ``shift`` aside."""
    centres = np.array([(p.x, p.y) for p in stops])
    if len(centres) > 2:
        centres = _smooth(centres)
    line = np.concatenate([np.linspace(a, b, 40) for a, b in pairwise(centres)])
    direction = line[-1] - line[0]
    aside = np.array([-direction[1], direction[0]]) / (np.hypot(*direction) or 1.0)
    line = line + shift * aside
    keep = ~(_within(line, stops[0], 3.0) | _within(line, stops[-1], 5.0))
    return line[keep] if keep.sum() > 1 else line


def _smooth(points: Array) -> Array:
    """Return a quadratic B-spline along some points: it starts and ends at the outer ones."""
    padded = np.concatenate([points[:1], points, points[-1:]])
    t = np.linspace(0, 1, 12)[:, None]
    parts = []
    for a, b, c in zip(padded, padded[1:], padded[2:], strict=False):
        start, end = (a + b) / 2, (b + c) / 2
        parts.append((1 - t) ** 2 * start + 2 * t * (1 - t) * b + t**2 * end)
    return np.concatenate([points[:1], *parts, points[-1:]])


def _within(line: Array, place: Place, room: float) -> NDArray[np.bool_]:
    return (np.abs(line[:, 0] - place.x) < place.width / 2 + room) & (
        np.abs(line[:, 1] - place.y) < NODE_HEIGHT / 2 + room
    )


def _draw_path(points: Array, color: str, panel: Panel) -> None:
    panel.axes.plot(
        points[:-1, 0], points[:-1, 1], color=color, linewidth=2.0, zorder=1, clip_on=False
    )
    back = points[max(0, len(points) - 9)]
    panel.axes.annotate(
        "", xy=tuple(points[-1]), xytext=tuple(back), zorder=1, annotation_clip=False,
        arrowprops={"arrowstyle": "-|>,head_width=0.26,head_length=0.5", "color": color,
                    "linewidth": 2.0, "shrinkA": 0, "shrinkB": 0, "mutation_scale": 18},
    )  # fmt: skip
    panel.avoid(points[:, 0], points[:, 1])


# ---- checks ---------------------------------------------------------------------------


def check(spec: Spec, expressions: Expressions) -> Iterator[FormulaProblem]:
    """Yield edges to nowhere, doubled nodes and cycles."""
    del expressions
    ids = [node.id for node in spec.nodes]
    for i, name in enumerate(ids):
        if name in ids[:i]:
            message = f"the node {name!r} stands here twice"
            yield FormulaProblem(("nodes", i, "id"), "duplicate-name", message, "rename one")
    broken = False
    for i, edge in enumerate(spec.edges):
        for key, end in enumerate((edge.from_, edge.to)):
            if end not in ids:
                broken = True
                message = f"there is no node {end!r}"
                hint = f"nodes: {', '.join(ids)}"
                yield FormulaProblem(("edges", i, key), "unknown-name", message, hint)
    if not broken and layers(spec) is None:
        message = "the arrows run in a circle"
        yield FormulaProblem(("edges",), "cyclic-graph", message, "unroll the loop in time")


def alt(spec: Spec, say: Templates) -> str:
    """State which nodes are joined, with their values and gradients."""
    said = {node.id: _said(node, spec) for node in spec.nodes}
    arrows = [
        f"{said[e.from_]} → {said[e.to]}" + (f" ({plain_text(e.label)})" if e.label else "")
        for e in spec.edges
    ]
    lone = [said[n.id] for n in spec.nodes if all(n.id not in (e.from_, e.to) for e in spec.edges)]
    return say("graph", arrows=", ".join([*arrows, *lone]))


def _said(node: Node, spec: Spec) -> str:
    text = plain_text(node.label) or "·"
    marks = []
    if "values" in spec.show and node.value:
        marks.append(plain_text(node.value))
    if "grads" in spec.show and node.grad:
        marks.append(f"∂ {plain_text(node.grad)}")
    return f"{text} [{', '.join(marks)}]" if marks else text


EXAMPLES: tuple[dict[str, Any], ...] = (
    {
        "kind": "comp_graph",
        "nodes": [
            {"id": "x", "label": "$x$", "value": 1, "grad": 24},
            {"id": "y", "label": "$y == 3*x + 1$", "value": 4, "grad": 8},
            {"id": "z", "label": "$z == y**2$", "value": 16, "grad": 1},
        ],
        "edges": [["x", "y", "$3$"], ["y", "z", "$2*y == 8$"]],
        "show": ["values", "grads"],
    },
    {
        "kind": "comp_graph",
        "nodes": [
            {"id": "x", "label": "$x$", "value": 2, "grad": 4},
            {"id": "y", "label": "$y$", "value": -3, "grad": 4},
            {"id": "z", "label": "$z$", "value": 4, "grad": -1},
            {"id": "q", "label": "$q == x + y$", "value": -1, "grad": 4},
            {"id": "f", "label": "$f == q*z$", "value": -4, "grad": 1},
        ],
        "edges": [
            ["x", "q", "$1$"], ["y", "q", "$1$"], ["q", "f", "$z$"], ["z", "f", "$q$"],
        ],
        "show": ["values", "grads"],
    },
    {
        "kind": "comp_graph",
        "nodes": [
            {"id": "h0", "label": "$h_0$"},
            {"id": "z1", "label": "$z_1$", "grad": "$delta_1$"},
            {"id": "h1", "label": "$h_1$"},
            {"id": "z2", "label": "$z_2$", "grad": "$delta_2$"},
            {"id": "L", "label": "$L$", "grad": 1},
        ],
        "edges": [["h0", "z1", "$W_1$"], ["z1", "h1", "$g$"], ["h1", "z2", "$W_2$"], ["z2", "L"]],
        "show": ["grads"],
        "direction": "both",
    },
    {
        "kind": "comp_graph",
        "nodes": [
            {"id": "x", "label": "$x$"},
            {"id": "F", "label": "$F(x)$"},
            {"id": "y", "label": "$x + F(x)$"},
        ],
        "edges": [["x", "F"], ["F", "y"], ["x", "y", "skip"]],
    },
    {
        "kind": "comp_graph",
        "nodes": [
            {"id": "a", "label": "$a$"},
            {"id": "b", "label": "$b$"},
            {"id": "c", "label": "$c$"},
            {"id": "d", "label": "$d$"},
        ],
        "edges": [["a", "b"], ["a", "c"], ["b", "d"], ["c", "d"]],
        "orientation": "down",
        "front_safe": True,
        "keep_labels": ["$a$", "$b$", "$c$", "$d$"],
    },
    {
        "kind": "comp_graph",
        "nodes": [
            {"id": "h0", "label": "$h_0$"},
            {"id": "h1", "label": "$h_1$"},
            {"id": "h2", "label": "$h_2$"},
            {"id": "x1", "label": "$x_1$"},
            {"id": "x2", "label": "$x_2$"},
        ],
        "edges": [
            ["h0", "h1", "$W$"], ["h1", "h2", "$W$"], ["x1", "h1", "$U$"], ["x2", "h2", "$U$"],
        ],
    },
    {
        "kind": "comp_graph",
        "nodes": [
            {"id": "m", "label": "$mu$"},
            {"id": "s", "label": "$sigma$"},
            {"id": "e", "label": "$eps$"},
            {"id": "z", "label": "$z == mu + sigma*eps$"},
            {"id": "L", "label": "$L$"},
        ],
        "edges": [["m", "z", "$1$"], ["s", "z", "$eps$"], ["e", "z"], ["z", "L"]],
        "show": ["grads"],
    },
    {
        "kind": "comp_graph",
        "nodes": [
            {"id": "x", "label": "$x$", "value": 2},
            {"id": "a", "label": "$a == x**2$", "value": 4},
            {"id": "b", "label": "$b == a + 1$", "value": 5},
            {"id": "c", "label": "$c == log(b)$", "value": 1.609},
        ],
        "edges": [["x", "a", "$2*x == 4$"], ["a", "b", "$1$"], ["b", "c", "$1/b == 0.2$"]],
        "show": ["values", "grads"],
    },
)  # fmt: skip

KIND = Kind(
    "comp_graph",
    "directed graph: computational graph or graphical model",
    Spec,
    draw,
    check,
    alt,
    EXAMPLES,
)
