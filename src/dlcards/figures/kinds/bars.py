"""Bar charts: groups side by side or stacked, vertical or horizontal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Literal

from matplotlib.colors import to_rgba
from pydantic import Field

from dlcards.claims.statement import FormulaProblem
from dlcards.figures import style
from dlcards.figures.blocks import LEAST_TEXT
from dlcards.figures.expressions import Expressions
from dlcards.figures.kind import Kind, Templates
from dlcards.figures.labels import plain_text, text_size, wrap
from dlcards.figures.marks import check_marks, draw_marks
from dlcards.figures.panel import Panel
from dlcards.figures.spec import FixedLabel, Label, Number, PlotSpec, Strict

SHARE = 0.8
"""How much of the room of a category its bars take."""

INNER = 415.0
"""About the width of the axes in pixels."""


class Group(Strict):
    """Bars of one colour."""

    label: Label = Field("", description="What they are.")
    values: tuple[Number, ...] = Field(
        min_length=1, max_length=24, description="One height for each category."
    )


class Spec(PlotSpec):
    """Bar charts."""

    kind: Literal["bars"]
    categories: tuple[FixedLabel, ...] = Field(
        min_length=1, max_length=24, description="Names or numbers below the bars."
    )
    groups: tuple[Group, ...] = Field(min_length=1, max_length=6, description="The bars.")
    stacked: bool = Field(False, description="Groups on top of each other.")
    horizontal: bool = Field(False, description="Horizontal bars.")
    annotate: bool = Field(False, description="Write each value at its bar.")


def positions(spec: Spec) -> tuple[float, ...]:
    """Return where the categories stand: at their numbers if they are evenly spaced ones."""
    count = len(spec.categories)
    try:
        values = [float(text) for text in spec.categories]
    except ValueError:
        return tuple(map(float, range(count)))
    steps = {round(b - a, 9) for a, b in pairwise(values)}
    if len(steps) == 1 and min(steps) > 0:
        return tuple(values)
    return tuple(map(float, range(count)))


def _pitch(places: Sequence[float]) -> float:
    return places[1] - places[0] if len(places) > 1 else 1.0


def _ranges(spec: Spec) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the range of the categories and that of the values."""
    places = positions(spec)
    half = _pitch(places) * 0.55
    if spec.stacked:
        columns = list(zip(*(g.values for g in spec.groups), strict=True))
        high = max(sum(v for v in column if v > 0) for column in columns)
        low = min(sum(v for v in column if v < 0) for column in columns)
    else:
        every = [v for group in spec.groups for v in group.values]
        low, high = min(*every, 0.0) if len(every) > 1 else min(every[0], 0.0), max(0.0, *every)
    room = (0.14 if spec.annotate and not spec.stacked else 0.06) * ((high - low) or 1.0)
    values = (low - room if low < 0 else 0.0, high + room if high > 0 else 0.0)
    chosen = spec.x if spec.horizontal else spec.y
    return (places[0] - half, places[-1] + half), chosen or values


# ---- drawing --------------------------------------------------------------------------


def draw(spec: Spec, panel: Panel) -> None:
    """Draw the bars, then what stands over them."""
    across, values = _ranges(spec)
    if spec.horizontal:
        panel.limits(values, (across[1], across[0]))
        panel.zero_lines = "x"
        rows = len(spec.categories) * (1 if spec.stacked else max(1.0, 0.7 * len(spec.groups)))
        panel.proportion = min(0.2 + 0.09 * (rows - 1), 0.9)
    else:
        panel.zero_lines = "y"
        panel.limits(across, values)
    _name_categories(spec, panel)
    _bars(spec, panel)
    draw_marks(spec, panel)
    _name_axis(spec, panel)


def _name_categories(spec: Spec, panel: Panel) -> None:
    places = positions(spec)
    texts = [panel.shown(text) for text in spec.categories]
    if spec.horizontal:
        texts = [wrap(text, style.SMALL, 130.0) for text in texts]
        panel.yticks = list(zip(places, texts, strict=True))
        return
    room = INNER / len(places) - 8.0
    texts = [wrap(text, style.SMALL, max(room, 30.0)) for text in texts]
    widest = max(text_size(text, style.SMALL)[0] for text in texts)
    step = max(1, -int(-widest // max(room, 1.0))) if len(places) > 8 else 1
    panel.xticks = [
        (place, text)
        for i, (place, text) in enumerate(zip(places, texts, strict=True))
        if i % step == 0
    ]


def _name_axis(spec: Spec, panel: Panel) -> None:
    """Name the value axis; one group alone needs no legend."""
    lone = spec.groups[0].label if len(spec.groups) == 1 else ""
    if spec.horizontal and not spec.xlabel:
        panel.xlabel = lone
    elif not spec.horizontal and not spec.ylabel:
        panel.ylabel = lone
    elif lone:
        panel.legend(lone, color=style.color(0))


def _bars(spec: Spec, panel: Panel) -> None:
    places, count = positions(spec), len(spec.groups)
    pitch = _pitch(places)
    above, below = [0.0] * len(places), [0.0] * len(places)
    for i, group in enumerate(spec.groups):
        color = style.color(i)
        width = SHARE * pitch * (1.0 if spec.stacked else 1.0 / count)
        boxes = []
        for j, (place, value) in enumerate(zip(places, group.values, strict=True)):
            start, middle = 0.0, place
            if spec.stacked:
                side = above if value >= 0 else below
                start = side[j]
                side[j] += value
            else:
                middle = place + (i - (count - 1) / 2) * width
            if value or not spec.stacked:
                boxes.append((middle, start, value))
        _paint(boxes, width, color, panel, spec)
        named = _inside(group, boxes, panel, spec)
        if count > 1 and not named:
            panel.legend(group.label, color=color)


def _paint(
    boxes: Sequence[tuple[float, float, float]], width: float, color: str, panel: Panel, spec: Spec
) -> None:
    middles = [b[0] for b in boxes]
    starts, values = [b[1] for b in boxes], [b[2] for b in boxes]
    look: dict[str, Any] = {
        "facecolor": to_rgba(color, style.SOLID), "edgecolor": color, "linewidth": 1.6, "zorder": 2,
    }  # fmt: skip
    if spec.horizontal:
        panel.axes.barh(middles, values, 0.94 * width, left=starts, **look)
    else:
        panel.axes.bar(middles, values, 0.94 * width, bottom=starts, **look)
    panel.limits(panel.xlim, panel.ylim)
    for middle, start, value in boxes:
        line = ([middle, middle], [start, start + value])
        panel.avoid(*(line[::-1] if spec.horizontal else line), 3.0)
        if spec.annotate:
            _annotate(middle, start, value, width, panel, spec)


def _annotate(
    middle: float, start: float, value: float, width: float, panel: Panel, spec: Spec
) -> None:
    """Write a value at the end of its bar, or in the middle of a piece of a stack."""
    text = style.number_text(value, 3)
    if spec.stacked:
        at, va, ha = start + value / 2, "center", "center"
        if value == 0:
            return
    else:
        at = start + value
        va, ha = ("bottom", "left") if value >= 0 else ("top", "right")
    if spec.horizontal:
        shift = 0.0 if spec.stacked else 5.0 / INNER * (panel.xlim[1] - panel.xlim[0])
        panel.text(
            text, at + (shift if value >= 0 else -shift), middle, ha=ha, size=LEAST_TEXT,
            answer=False,
        )  # fmt: skip
        return
    room = 0.94 * width / (panel.xlim[1] - panel.xlim[0]) * INNER
    wide = text_size(text, LEAST_TEXT)[0] > room + 6.0
    shift = 0.0 if spec.stacked else 4.0 / 300.0 * (panel.ylim[1] - panel.ylim[0])
    panel.text(
        text, middle, at + (shift if value >= 0 else -shift), va=va, size=LEAST_TEXT,
        rotation=90.0 if wide else 0.0, answer=False,
    )  # fmt: skip


def _inside(
    group: Group, boxes: Sequence[tuple[float, float, float]], panel: Panel, spec: Spec
) -> bool:
    """Write the name of a group into a single horizontal bar if there is room."""
    if not (spec.stacked and spec.horizontal and len(boxes) == 1) or spec.annotate:
        return False
    middle, start, value = boxes[0]
    room = abs(value) / (panel.xlim[1] - panel.xlim[0]) * 0.95 * INNER - 8.0
    if panel.hidden(group.label):
        return True
    if text_size(panel.shown(group.label), style.SMALL)[0] > room:
        return False
    panel.text(group.label, start + value / 2, middle, size=style.SMALL)
    return True


# ---- checks ---------------------------------------------------------------------------


def check(spec: Spec, expressions: Expressions) -> Iterator[FormulaProblem]:
    """Yield groups with the wrong number of values, bars that would be cut off."""
    del expressions
    count = len(spec.categories)
    bad = False
    for i, group in enumerate(spec.groups):
        if len(group.values) != count:
            bad = True
            message = f"{len(group.values)} values for {count} categories"
            yield FormulaProblem(("groups", i, "values"), "wrong-shape", message, "give each one")
    if bad:
        return
    across, values = _ranges(spec)
    for i, group in enumerate(spec.groups):
        for j, value in enumerate(group.values):
            if not spec.stacked and not values[0] <= value <= values[1]:
                message = f"the bar ends at {value:g}, outside the window"
                hint = f"change {'x' if spec.horizontal else 'y'}"
                yield FormulaProblem(("groups", i, "values", j), "outside-window", message, hint)
    if count * (1 if spec.stacked else len(spec.groups)) > 48:
        message = "more than 48 bars cannot be told apart"
        yield FormulaProblem(("groups",), "too-large", message, "show fewer groups")
    window = (values, across) if spec.horizontal else (across, values)
    yield from check_marks(spec, *window)


def numbers(spec: Spec) -> Iterator[float]:
    """Yield the heights of the bars and the places of categories that are numbers."""
    yield from positions(spec)
    for group in spec.groups:
        yield from group.values


def alt(spec: Spec, say: Templates) -> str:
    """State the values of every group."""
    parts = []
    for group in spec.groups:
        values = ", ".join(style.number_text(v) for v in group.values)
        name = plain_text(group.label)
        parts.append(f"{name}: {values}" if name else values)
    marks = [plain_text(m.label) for m in (*spec.vlines, *spec.hlines) if m.label]
    tail = f" ({', '.join(marks)})" if marks else ""
    names = ", ".join(plain_text(text) for text in spec.categories)
    return say("bars", categories=names, values="; ".join(parts)) + tail


EXAMPLES: tuple[dict[str, Any], ...] = (
    {
        "kind": "bars",
        "categories": ["class 1", "class 2", "class 3"],
        "groups": [
            {"label": "scores $z$", "values": [2.0, 1.0, 0.1]},
            {"label": "$softmax(z)$", "values": [0.659, 0.242, 0.099]},
        ],
        "annotate": True,
    },
    {
        "kind": "bars",
        "categories": [0, 1, 2, 3],
        "groups": [{"label": "$P(x)$", "values": [0.1, 0.2, 0.3, 0.4]}],
        "vlines": [{"at": 2.0, "label": "balance point"}],
        "ylabel": "probability",
    },
    {
        "kind": "bars",
        "categories": ["class 1", "class 2", "class 3"],
        "groups": [
            {"label": "$p$", "values": [0.2, 0.7, 0.1]},
            {"label": "$y$", "values": [0, 1, 0]},
            {"label": "$p - y$", "values": [0.2, -0.3, 0.1]},
        ],
        "annotate": True,
    },
    {
        "kind": "bars",
        "categories": ["rank 3", "rank 2", "rank 1"],
        "groups": [
            {"label": "dim image", "values": [3, 2, 1]},
            {"label": "dim kernel", "values": [0, 1, 2]},
        ],
        "stacked": True,
    },
    {
        "kind": "bars",
        "categories": ["data"],
        "groups": [
            {"label": "train", "values": [0.6]},
            {"label": "validation", "values": [0.2]},
            {"label": "test", "values": [0.2]},
        ],
        "stacked": True,
        "horizontal": True,
    },
    {
        "kind": "bars",
        "categories": ["PC1", "PC2", "PC3", "PC4"],
        "groups": [{"label": "share of variance", "values": [0.62, 0.23, 0.1, 0.05]}],
        "annotate": True,
        "horizontal": True,
    },
    {
        "kind": "bars",
        "categories": ["task A", "task B", "mean over all tasks"],
        "groups": [
            {"label": "learner 1", "values": [0.9, 0.4, 0.5]},
            {"label": "learner 2", "values": [0.5, 0.8, 0.5]},
        ],
    },
)

KIND = Kind(
    "bars",
    "bar charts: groups side by side or stacked, vertical or horizontal",
    Spec,
    draw,
    check,
    alt,
    EXAMPLES,
    numbers=numbers,
)
