"""A unit square cut by prior and likelihood, and the growing rectangle of the product rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from dlcards.claims.statement import FormulaProblem
from dlcards.figures import style
from dlcards.figures.blocks import LEAST_TEXT, Box, rectangles
from dlcards.figures.expressions import Expressions
from dlcards.figures.kind import Kind, Templates
from dlcards.figures.labels import plain_text, text_size
from dlcards.figures.panel import Panel
from dlcards.figures.spec import BaseSpec, Label, Number, Strict

SIDE = 290.0
GAP = 3.0
TOP = 60.0

Share = Annotated[Number, Field(ge=0, le=1)]


class Names(Strict):
    """Texts of a square."""

    prior: tuple[Label, ...] = Field((), max_length=6, description="Names of the columns.")
    event: Label = Field("", description="Name of the shaded event.")


class Spec(BaseSpec):
    """A square or a rectangle cut into areas."""

    kind: Literal["mosaic"]
    prior: tuple[Share, ...] = Field((), max_length=6, description="Widths of the columns.")
    likelihood: tuple[Share, ...] = Field(
        (), max_length=6, description="The share of each column that is shaded."
    )
    labels: Names | tuple[Label, ...] = Field(
        Names(),
        description="{prior: [names of the columns], event: name of what is shaded}; for "
        "product_rectangle the three areas: the old one, the strip above, the strip beside.",
    )
    highlight: Literal["event"] | None = Field(None, description="Shade the event strongly.")
    rule: Literal["product_rectangle"] | None = Field(
        None, description="A rectangle f × g that grows by df and dg, all under params."
    )


# ---- drawing --------------------------------------------------------------------------


def draw(spec: Spec, panel: Panel) -> None:
    """Draw the areas; everything is placed in pixels."""
    if spec.rule == "product_rectangle":
        _rectangle(spec, panel)
    else:
        _square(spec, panel)


def _names(spec: Spec) -> Names:
    return spec.labels if isinstance(spec.labels, Names) else Names()


def _square(spec: Spec, panel: Panel) -> None:
    left = (style.WIDTH - SIDE) / 2
    panel.bare((0.0, float(style.WIDTH)), (TOP + SIDE + 12.0, 0.0), margin=0.0)
    names = _names(spec)
    total = sum(spec.prior) or 1.0
    x = left
    strength = 0.62 if spec.highlight == "event" else 0.34
    widest = max(range(len(spec.prior)), key=lambda i: spec.prior[i] * spec.likelihood[i])
    for i, (share, part) in enumerate(zip(spec.prior, spec.likelihood, strict=True)):
        width = SIDE * share / total
        color = (style.ORANGE, style.BLUE, style.GREEN, style.PURPLE, style.BROWN, style.CRIMSON)[i]
        inner = max(width - GAP, 1.5)
        column = (x, TOP, inner, SIDE)
        shaded = (x, TOP + SIDE * (1 - part), inner, SIDE * part)
        rectangles(panel, [column], face=color, alpha=0.12, order=1)
        rectangles(panel, [shaded], face=color, alpha=strength, order=1.2)
        rectangles(panel, [shaded, column], edge=color, width=1.8, order=2)
        _column_texts(spec, i, column, shaded, panel)
        if i == widest and not panel.hidden(names.event):
            if _fits(panel.shown(names.event), shaded, lines=2):
                y = shaded[1] + shaded[3] / 2 - (12.0 if _area_fits(spec, i, shaded) else 0.0)
                panel.text(names.event, x + inner / 2, y)
            else:
                panel.label(names.event, [(x + inner / 2, shaded[1] - 14)], inside=True)
        x += width


def _area_text(spec: Spec, index: int) -> str:
    return style.number_text(round(spec.prior[index] * spec.likelihood[index], 6), 3)


def _area_fits(spec: Spec, index: int, shaded: Box) -> bool:
    return _fits(_area_text(spec, index), shaded)


def _fits(text: str, box: Box, lines: int = 1) -> bool:
    width, height = text_size(text, style.TEXT)
    return width + 8 <= box[2] and lines * (height + 8) <= box[3]


def _column_texts(spec: Spec, index: int, column: Box, shaded: Box, panel: Panel) -> None:
    """Write name and width above a column, the height beside it, the area inside."""
    names, count = _names(spec), len(spec.prior)
    left, top, width, _ = column
    middle = left + width / 2
    share = style.number_text(spec.prior[index], 3)
    panel.text(share, middle, top - 14, size=style.SMALL, color=style.QUIET, answer=False)
    if index < len(names.prior):
        panel.text(names.prior[index], middle, top - 38)
    part = style.number_text(spec.likelihood[index], 3)
    y = min(shaded[1], top + SIDE - 10.0)
    if index == 0:
        panel.text(part, left - 8, y, ha="right", size=style.SMALL, answer=False)
    elif index == count - 1:
        panel.text(part, left + width + 8, y, ha="left", size=style.SMALL, answer=False)
    elif width > 34 and shaded[1] > top + 24:
        panel.text(part, middle, shaded[1] - 12, size=LEAST_TEXT, answer=False)
    if _area_fits(spec, index, shaded):
        lower = 12.0 if _has_event(spec, index, shaded, panel) else 0.0
        panel.text(_area_text(spec, index), middle, shaded[1] + shaded[3] / 2 + lower, answer=False)


def _has_event(spec: Spec, index: int, shaded: Box, panel: Panel) -> bool:
    names = _names(spec)
    widest = max(range(len(spec.prior)), key=lambda i: spec.prior[i] * spec.likelihood[i])
    hidden = panel.hidden(names.event)
    return index == widest and not hidden and _fits(panel.shown(names.event), shaded, lines=2)


def _rectangle(spec: Spec, panel: Panel) -> None:
    """Draw f × g and the strips that df and dg add."""
    f, g, df, dg = (spec.params[key] for key in ("f", "g", "df", "dg"))
    scale = min(340.0 / (f + df), 290.0 / (g + dg))
    wide, high, more, taller = (scale * v for v in (f, g, df, dg))
    left = (style.WIDTH - wide - more) / 2 + 14
    top = 12.0
    panel.bare((0.0, float(style.WIDTH)), (top + high + taller + 36.0, 0.0), margin=0.0)
    base = (left, top + taller, wide, high)
    above = (left, top, wide, taller)
    beside = (left + wide, top + taller, more, high)
    corner = (left + wide, top, more, taller)
    for box, color, alpha in (
        (base, style.BLUE, 0.28), (above, style.ORANGE, 0.45), (beside, style.GREEN, 0.45),
        (corner, style.PURPLE, 0.5),
    ):  # fmt: skip
        rectangles(panel, [box], face=color, alpha=alpha, order=1)
        rectangles(panel, [box], edge=color, width=2.0, order=2)
    texts = spec.labels if isinstance(spec.labels, tuple) else ()
    for text, box in zip(texts, (base, above, beside), strict=False):
        middle = (box[0] + box[2] / 2, box[1] + box[3] / 2)
        upright = box[2] < text_size(panel.shown(text), style.TEXT)[0] + 6
        panel.text(text, *middle, rotation=90.0 if upright else 0.0)
    bottom = top + taller + high + 17
    panel.text("f", left + wide / 2, bottom)
    panel.text("df", left + wide + more / 2, bottom)
    panel.text("g", left - 16, top + taller + high / 2)
    panel.text("dg", left - 18, top + taller / 2)


# ---- checks ---------------------------------------------------------------------------


def check(spec: Spec, expressions: Expressions) -> Iterator[FormulaProblem]:
    """Yield priors that do not sum to one, and lists of different length."""
    del expressions
    if spec.rule == "product_rectangle":
        yield from _rectangle_problems(spec)
        return
    if len(spec.prior) < 2:
        message = "at least two columns are needed"
        yield FormulaProblem(("prior",), "missing-key", message, "add prior: [0.4, 0.6]")
        return
    if len(spec.likelihood) != len(spec.prior):
        message = f"{len(spec.likelihood)} heights for {len(spec.prior)} columns"
        yield FormulaProblem(("likelihood",), "wrong-shape", message, "give each column one")
        return
    if abs(sum(spec.prior) - 1) > 1e-6:
        message = f"the widths sum to {sum(spec.prior):g}"
        yield FormulaProblem(("prior",), "wrong-value", message, "make them sum to 1")
    if not isinstance(spec.labels, Names):
        message = "expected {prior: [...], event: ...}"
        yield FormulaProblem(("labels",), "wrong-type", message, "only the rule takes a list")
    elif spec.labels.prior and len(spec.labels.prior) != len(spec.prior):
        message = f"{len(spec.labels.prior)} names for {len(spec.prior)} columns"
        yield FormulaProblem(("labels", "prior"), "out-of-range", message, "name each column")


def _rectangle_problems(spec: Spec) -> Iterator[FormulaProblem]:
    for key in ("f", "g", "df", "dg"):
        value = spec.params.get(key)
        if value is None:
            message = f"the rule needs {key}"
            yield FormulaProblem(("params",), "missing-key", message, f"add {key}: 1")
        elif value <= 0:
            message = f"{key} must be positive to be seen"
            yield FormulaProblem(("params", key), "out-of-range", message, "make it larger")
    if isinstance(spec.labels, tuple) and len(spec.labels) > 3:
        message = "there are three areas to name"
        yield FormulaProblem(("labels",), "out-of-range", message, "name f g, f dg and g df")


def numbers(spec: Spec) -> Iterator[float]:
    """Yield widths, heights and areas of the pieces."""
    yield from (*spec.prior, *spec.likelihood, *spec.params.values())
    yield from (p * q for p, q in zip(spec.prior, spec.likelihood, strict=False))


def alt(spec: Spec, say: Templates) -> str:
    """State the widths and the shaded shares."""
    if spec.rule == "product_rectangle":
        return say("rectangle")
    names = _names(spec)
    columns = []
    for i, (share, part) in enumerate(zip(spec.prior, spec.likelihood, strict=False)):
        name = plain_text(names.prior[i]) + " " if i < len(names.prior) else ""
        width, height = style.number_text(share), style.number_text(part)
        columns.append(say("column", name=name, width=width, height=height))
    parts = [say("square", columns=", ".join(columns))]
    parts += [say("event", event=plain_text(names.event))] if names.event else []
    return "; ".join(parts)


EXAMPLES: tuple[dict[str, Any], ...] = (
    {
        "kind": "mosaic",
        "prior": [0.1, 0.9],
        "likelihood": [0.9, 0.2],
        "labels": {"prior": ["sick", "healthy"], "event": "positive"},
        "highlight": "event",
    },
    {
        "kind": "mosaic",
        "rule": "product_rectangle",
        "params": {"f": 3, "g": 2, "df": 0.5, "dg": 0.4},
        "labels": ["$f*g$", "$f*dg$", "$g*df$"],
    },
    {
        "kind": "mosaic",
        "prior": [0.4, 0.6],
        "likelihood": [0.3, 0.3],
        "labels": {"prior": ["$x == 0$", "$x == 1$"], "event": "$y$"},
    },
    {
        "kind": "mosaic",
        "prior": [0.01, 0.99],
        "likelihood": [0.9, 0.09],
        "labels": {"prior": ["sick", "healthy"], "event": "positive"},
        "highlight": "event",
    },
)

KIND = Kind(
    "mosaic",
    "a unit square cut by prior and likelihood, or the growing rectangle of the product rule",
    Spec,
    draw,
    check,
    alt,
    EXAMPLES,
    numbers=numbers,
)
