"""Probability trees and decision trees, growing to the right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import numpy as np
from matplotlib.patches import FancyBboxPatch
from pydantic import Field

from dlcards.claims.statement import FormulaProblem
from dlcards.figures import style
from dlcards.figures.expressions import Expressions
from dlcards.figures.kind import Kind, Templates
from dlcards.figures.labels import plain_text, text_size
from dlcards.figures.panel import Panel
from dlcards.figures.spec import BaseSpec, Label, Number, Strict

ROW = 58.0
BOX = 36.0
LEAST_GAP = 58.0
MAX_LEAVES = 12
MAX_DEPTH = 4


class Branch(Strict):
    """A node and the line that leads to it."""

    label: Label = Field("", description="Text of the node.")
    edge: Label = Field("", description="Text on the line to it.")
    p: Annotated[Number, Field(ge=0, le=1)] | None = Field(
        None, description="Probability of the line to it."
    )
    children: tuple[Branch, ...] = Field(
        (), max_length=6, description="Where it goes from here: branches again."
    )


class Spec(BaseSpec):
    """A tree."""

    kind: Literal["tree"]
    root: Label = Field("", description="Text of the first node; empty: a dot.")
    branches: tuple[Branch, ...] = Field(
        min_length=1, max_length=6, description="The branches of the root."
    )
    products: bool = Field(False, description="Write the product of each path at its end.")
    highlight: tuple[Label, ...] = Field(
        (),
        max_length=MAX_DEPTH,
        description="Labels of a path from the root that is marked; * stands for every label.",
    )


@dataclass(slots=True)
class Node:
    """A placed node."""

    branch: Branch
    depth: int
    marked: bool
    product: float | None
    x: float = 0.0
    y: float = 0.0
    width: float = 0.0
    children: list[Node] = field(default_factory=list)


# ---- layout ---------------------------------------------------------------------------


def grown(spec: Spec) -> Node:
    """Return the tree of nodes below the root, not yet placed."""
    root = Branch(label=spec.root, children=spec.branches)
    return _grow(root, 0, bool(spec.highlight), 1.0, spec.highlight)


def _grow(
    branch: Branch, depth: int, marked: bool, product: float | None, path: tuple[str, ...]
) -> Node:
    node = Node(branch, depth, marked, product)
    for child in branch.children:
        on_path = marked and depth < len(path) and path[depth] in ("*", child.label)
        value = product * child.p if product is not None and child.p is not None else None
        node.children.append(_grow(child, depth + 1, on_path, value, path))
    return node


def nodes(root: Node) -> Iterator[Node]:
    """Yield a node and all below it."""
    yield root
    for child in root.children:
        yield from nodes(child)


def leaves(root: Node) -> list[Node]:
    """Return the nodes without children, from top to bottom."""
    return [node for node in nodes(root) if not node.children]


def _place(root: Node, spec: Spec, panel: Panel) -> float:
    """Give all nodes their places; return the height."""
    for node in nodes(root):
        label = node.branch.label
        shown = "" if panel.hidden(label) else panel.shown(label)
        node.width = text_size(shown, style.TEXT)[0] + 22.0 if shown else 12.0
    depth = max(node.depth for node in nodes(root))
    widest = [max(n.width for n in nodes(root) if n.depth == d) for d in range(depth + 1)]
    end = 66.0 if spec.products else 8.0
    gap = (style.WIDTH - 12.0 - end - sum(widest)) / max(1, depth)
    if gap < LEAST_GAP:
        shrink = (LEAST_GAP - gap) * depth / sum(widest)
        widest = [w * (1 - shrink) for w in widest]
        for node in nodes(root):
            node.width = min(node.width, widest[node.depth])
        gap = LEAST_GAP
    gap = min(gap, 150.0)
    spare = (style.WIDTH - end - sum(widest) - gap * depth) / 2
    left = max(6.0, spare)
    starts = [left + sum(widest[:d]) + gap * d for d in range(depth + 1)]
    for node in nodes(root):
        node.x = starts[node.depth]
    for i, leaf in enumerate(leaves(root)):
        leaf.y = 8.0 + BOX / 2 + i * ROW
    _centre(root)
    return 16.0 + BOX + (len(leaves(root)) - 1) * ROW


def _centre(node: Node) -> None:
    for child in node.children:
        _centre(child)
    if node.children:
        node.y = (node.children[0].y + node.children[-1].y) / 2


# ---- drawing --------------------------------------------------------------------------


def draw(spec: Spec, panel: Panel) -> None:
    """Draw lines and nodes; everything is placed in pixels."""
    root = grown(spec)
    height = _place(root, spec, panel)
    panel.bare((0.0, float(style.WIDTH)), (height, 0.0), margin=0.0)
    for node in nodes(root):
        _node(node, panel)
    for node in nodes(root):
        for child in node.children:
            _line(node, child, panel)
    if spec.products:
        for leaf in leaves(root):
            if leaf.product is not None:
                panel.text(
                    style.number_text(round(leaf.product, 9), 3), leaf.x + leaf.width + 10, leaf.y,
                    color=style.ORANGE if leaf.marked else style.GREEN, ha="left", answer=False,
                )  # fmt: skip


def _node(node: Node, panel: Panel) -> None:
    color = style.ORANGE if node.marked and node.depth else style.BLUE
    if node.width <= 12.0:
        panel.axes.plot(
            [node.x + 6], [node.y], marker="o", markersize=9, color=style.QUIET, clip_on=False,
            markeredgewidth=0, zorder=3,
        )  # fmt: skip
        return
    for face, edge, alpha in ((color, "none", 0.16), ("none", color, 1.0)):
        box = FancyBboxPatch(
            (node.x + 8, node.y - BOX / 2 + 8), node.width - 16, BOX - 16,
            boxstyle="round,pad=8,rounding_size=10", facecolor=face, edgecolor=edge, linewidth=2.0,
            alpha=alpha, zorder=2, clip_on=False,
        )  # fmt: skip
        panel.axes.add_patch(box)
    panel.text(node.branch.label, node.x + node.width / 2, node.y, fit=node.width - 8)
    xs = np.linspace(node.x, node.x + node.width, 12)
    for y in (node.y - BOX / 2, node.y, node.y + BOX / 2):
        panel.avoid(xs, np.full(12, y), 3.0)


def _line(node: Node, child: Node, panel: Panel) -> None:
    color = style.ORANGE if child.marked else style.QUIET
    x = np.linspace(node.x + node.width, child.x, 30)
    y = np.linspace(node.y, child.y, 30)
    panel.axes.plot(
        x[[0, -1]], y[[0, -1]], color=color, linewidth=3.0 if child.marked else 1.8, zorder=1,
        clip_on=False,
    )  # fmt: skip
    panel.avoid(x, y)
    places = [(float(x[i]), float(y[i])) for i in (15, 18, 12, 21, 9)]
    text = child.branch.edge
    if child.branch.p is not None:
        number = style.number_text(child.branch.p)
        text = f"{text} {number}".strip() if not panel.hidden(text) else number
    panel.label(
        text, places, color=color, reach=4.0, priority=1, size=style.SMALL,
        answer=child.branch.p is None,
    )  # fmt: skip


# ---- checks ---------------------------------------------------------------------------


def check(spec: Spec, expressions: Expressions) -> Iterator[FormulaProblem]:
    """Yield probabilities that do not sum to one, trees too large, paths that do not exist."""
    del expressions
    root = grown(spec)
    if len(leaves(root)) > MAX_LEAVES:
        message = f"more than {MAX_LEAVES} leaves"
        yield FormulaProblem(("branches",), "too-large", message, "leave some branches out")
    if max(node.depth for node in nodes(root)) > MAX_DEPTH:
        message = f"more than {MAX_DEPTH} branchings after each other"
        yield FormulaProblem(("branches",), "too-large", message, "make the tree less deep")
    yield from _sums(spec.branches, ("branches",))
    if spec.products and any(leaf.product is None for leaf in leaves(root)):
        message = "products need a probability on every branch"
        yield FormulaProblem(("products",), "missing-key", message, "add p to each branch")
    reached = max((n.depth for n in nodes(root) if n.marked), default=0)
    if spec.highlight and reached < len(spec.highlight):
        message = f"no branch from here is called {spec.highlight[reached]!r}"
        yield FormulaProblem(
            ("highlight", reached), "unknown-name", message, "give labels from the root on"
        )


def _sums(branches: tuple[Branch, ...], path: tuple[str | int, ...]) -> Iterator[FormulaProblem]:
    shares = [branch.p for branch in branches if branch.p is not None]
    if shares and len(shares) < len(branches):
        message = "some branches have a probability, others none"
        yield FormulaProblem(path, "missing-key", message, "add p to each branch")
    elif shares and abs(sum(shares) - 1) > 1e-6:
        message = f"the probabilities sum to {sum(shares):g}"
        yield FormulaProblem(path, "wrong-value", message, "make them sum to 1")
    for i, branch in enumerate(branches):
        yield from _sums(branch.children, (*path, i, "children"))


def numbers(spec: Spec) -> Iterator[float]:
    """Yield the probabilities of the branches and the products at the ends."""
    for node in nodes(grown(spec)):
        yield from (v for v in (node.branch.p, node.product) if v is not None)


def alt(spec: Spec, say: Templates) -> str:
    """State every path."""
    return say("paths", paths="; ".join(" → ".join(path) for path in _paths(grown(spec), ())))


def _paths(node: Node, above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    words = [plain_text(node.branch.edge), plain_text(node.branch.label)]
    if node.branch.p is not None:
        words.append(style.number_text(node.branch.p))
    said = " ".join(word for word in words if word)
    here = (*above, said) if said else above
    if not node.children:
        yield here
    for child in node.children:
        yield from _paths(child, here)


EXAMPLES: tuple[dict[str, Any], ...] = (
    {
        "kind": "tree",
        "branches": [
            {
                "label": "rain", "p": 0.3,
                "children": [{"label": "umbrella", "p": 0.9}, {"label": "none", "p": 0.1}],
            },
            {
                "label": "dry", "p": 0.7,
                "children": [{"label": "umbrella", "p": 0.2}, {"label": "none", "p": 0.8}],
            },
        ],
        "products": True,
        "highlight": ["rain", "umbrella"],
    },
    {
        "kind": "tree",
        "root": "$x_1 < 2$?",
        "branches": [
            {"edge": "yes", "label": "class A"},
            {
                "edge": "no", "label": "$x_2 < 1$?",
                "children": [
                    {"edge": "yes", "label": "class A"}, {"edge": "no", "label": "class B"},
                ],
            },
        ],
    },
    {
        "kind": "tree",
        "branches": [
            {
                "label": "$A$", "p": 0.6,
                "children": [{"label": "$y$", "p": 0.5}, {"label": "not $y$", "p": 0.5}],
            },
            {
                "label": "$B$", "p": 0.4,
                "children": [{"label": "$y$", "p": 0.1}, {"label": "not $y$", "p": 0.9}],
            },
        ],
        "products": True,
        "highlight": ["*", "$y$"],
    },
)  # fmt: skip

KIND = Kind(
    "tree",
    "probability trees and decision trees",
    Spec,
    draw,
    check,
    alt,
    EXAMPLES,
    numbers=numbers,
)
