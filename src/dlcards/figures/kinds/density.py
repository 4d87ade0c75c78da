"""Densities, probabilities and cumulative probabilities of named distributions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from dlcards.claims.statement import FormulaProblem
from dlcards.figures import style
from dlcards.figures.arrays import Array
from dlcards.figures.distributions import Law, check_law, distribution, parameter_label
from dlcards.figures.expressions import Expressions
from dlcards.figures.kind import Kind, Templates
from dlcards.figures.labels import plain_text
from dlcards.figures.marks import check_marks, draw_marks, outside
from dlcards.figures.panel import Panel, hue
from dlcards.figures.spec import Hue, Label, Number, PlotSpec, Range, Strict, Whole

SAMPLES = 401


class Curve(Law):
    """One distribution."""

    label: Label = Field("", description="Beside its curve.")
    style: Literal["solid", "dashed", "dotted"] = Field("solid", description="How it is drawn.")
    color: Hue | None = Field(None, description="Its colour, if not the next in order.")


class Shade(Strict):
    """The area below one density: a probability."""

    from_: Number = Field(alias="from", description="From this x.")
    to: Number = Field(description="To this x.")
    dist: Annotated[Whole, Field(ge=0, le=7)] = Field(0, description="Index of the distribution.")
    label: Label = Field("", description="Text in the area.")
    color: Hue | None = Field(None, description="Its colour, if not that of the distribution.")


class Spikes(Strict):
    """Vertical lines of the same height: an empirical distribution."""

    at: tuple[Number, ...] = Field(min_length=1, max_length=40, description="Where they stand.")
    height: Annotated[Number, Field(gt=0)] = Field(description="How high.")


class Spec(PlotSpec):
    """Distributions over numbers."""

    kind: Literal["density"]
    dists: tuple[Curve, ...] = Field((), max_length=6, description="The distributions.")
    mode: Literal["pdf", "pmf", "cdf"] = Field("pdf", description="What is drawn of them.")
    x: Range = Field(description="Horizontal range, [from, to].")
    shade: tuple[Shade, ...] = Field((), max_length=6, description="Areas below a density.")
    rug: tuple[Number, ...] = Field((), max_length=60, description="Data, as short strokes below.")
    spikes: Spikes | None = Field(None, description="An empirical distribution, instead of dists.")


def curve(spec: Spec, i: int) -> tuple[Array, Array]:
    """Return places and heights of one distribution.

    A density that jumps is given a value on both sides of the jump.
    """
    law = distribution(spec.dists[i])
    low, high = spec.x
    if law.discrete or spec.mode == "pmf":
        x = np.arange(np.ceil(low), np.floor(high) + 1)
        return x, law.cumulative(x) if spec.mode == "cdf" else law.density(x)
    a, b = law.support()
    x = np.linspace(low, high, SAMPLES)
    ends = [e for e in (a, b) if low < e < high]
    tiny = 1e-9 * (high - low)
    x = np.unique(np.concatenate([x, *([e - tiny, e + tiny] for e in ends)]))
    return x, law.cumulative(x) if spec.mode == "cdf" else law.density(x)


def draw(spec: Spec, panel: Panel) -> None:
    """Draw the distributions, their areas and the data."""
    panel.xname = "$x$"
    letter = "F" if spec.mode == "cdf" else "p"
    panel.yname = f"${letter}$" if spec.xlabel else f"${letter}(x)$"  # the axis is not x
    curves = [curve(spec, i) for i in range(len(spec.dists))]
    tops = [float(np.max(_capped(y))) for _, y in curves]
    if spec.spikes is not None:
        tops.append(1.3 * spec.spikes.height)
    top = 1.0 if spec.mode == "cdf" else max(tops)
    bottom = -0.09 * top if spec.rug else 0.0
    panel.limits(_wide(spec), spec.y or (bottom, 1.12 * top))
    for k, shade in enumerate(spec.shade):
        _shade(k, shade, spec, panel)
    texts = _texts(spec)
    bars = sum(distribution(d).discrete or spec.mode == "pmf" for d in spec.dists)
    for i, (x, y) in enumerate(curves):
        law, color = spec.dists[i], hue(spec.dists[i].color, i)
        if not distribution(law).discrete and spec.mode != "pmf":
            panel.curve(x, y, color=color, label=texts[i], dashes=law.style, crest=True)
        elif spec.mode == "cdf":
            _steps(x, y, color, texts[i], panel)
        else:
            _bars(x, y, (i, bars), color, texts[i], panel)
    if spec.spikes is not None:
        for at in spec.spikes.at:
            panel.axes.plot([at, at], [0, spec.spikes.height], color=style.BLUE, linewidth=3)
            panel.point(at, spec.spikes.height, color=style.BLUE)
    for value in spec.rug:
        panel.axes.plot(
            [value, value], [0.85 * bottom, 0.15 * bottom], color=style.INK, linewidth=2
        )
    first = distribution(spec.dists[0]) if spec.dists else None
    level = first.cumulative if first and spec.mode == "cdf" else first.density if first else None
    draw_marks(spec, panel, (lambda at: float(level(at))) if level else None)


def _texts(spec: Spec) -> list[str]:
    """Return the labels of the curves; without any, parameters tell several apart."""
    if len(spec.dists) > 1 and not any(law.label for law in spec.dists):
        return [parameter_label(law) for law in spec.dists]
    return [law.label for law in spec.dists]


def _capped(y: Array) -> Array:
    """Return heights without a pole at the border, which would flatten the rest."""
    y = y[np.isfinite(y)]
    usual = float(np.quantile(y, 0.98)) if len(y) else 1.0
    return np.minimum(y, max(3 * usual, 1e-12)) if usual > 0 else y


def _wide(spec: Spec) -> tuple[float, float]:
    discrete = any(distribution(d).discrete for d in spec.dists) or spec.mode == "pmf"
    room = 0.6 if discrete else 0.0
    return spec.x[0] - room, spec.x[1] + room


def _shade(k: int, shade: Shade, spec: Spec, panel: Panel) -> None:
    law = distribution(spec.dists[shade.dist])
    x = np.linspace(max(shade.from_, spec.x[0]), min(shade.to, spec.x[1]), 161)
    color = hue(shade.color or spec.dists[shade.dist].color, shade.dist)
    panel.area(x, 0.0, law.density(x), color=color, label="")
    panel.label(shade.label, _inside(k, shade, spec), inside=True, priority=2)


def _inside(k: int, shade: Shade, spec: Spec) -> list[tuple[float, float]]:
    """Return places for an area's text; of nested areas, in the part it adds."""
    law = distribution(spec.dists[shade.dist])
    nested = [s for s in spec.shade[:k] if shade.from_ <= s.from_ and s.to <= shade.to]
    start = max((s.to for s in nested), default=None)
    low = start if start is not None else max(shade.from_, spec.x[0])
    x = np.linspace(low, min(shade.to, spec.x[1]), 41)
    heights = law.density(x)
    top = float(np.max(law.density(np.linspace(*spec.x, 81))))
    order = np.argsort(-heights, kind="stable")
    chosen = (*order[:13:3], len(x) // 2, len(x) // 3, 2 * len(x) // 3)
    inside = [(x[i], share * heights[i]) for share in (0.45, 0.3, 0.6, 0.15) for i in chosen]
    above = [(x[i], heights[i] + lift * top) for lift in (0.07, 0.11, 0.16) for i in chosen]
    return [(float(a), float(b)) for a, b in (*inside, *above)]


def _bars(x: Array, y: Array, which: tuple[int, int], color: str, label: str, panel: Panel) -> None:
    i, count = which
    width = 0.7 / max(1, count)
    at = x + (i - (count - 1) / 2) * width
    panel.axes.bar(at, y, width, color=color, alpha=0.85, linewidth=0, zorder=2)
    for a, b in zip(at, y, strict=True):
        panel.avoid(np.linspace(a - width / 2, a + width / 2, 5), np.full(5, b))
        panel.avoid(np.full(8, a), np.linspace(0, b, 8))
    if label:
        order = np.argsort(-y, kind="stable")
        anchors = [(float(at[k]), float(y[k])) for k in order[:6]]
        panel.label(label, anchors, color=color, reach=6, priority=3)


def _steps(x: Array, y: Array, color: str, label: str, panel: Panel) -> None:
    ends = np.append(x[1:], x[-1] + 1)
    xs = np.column_stack([x, ends, np.full(len(x), np.nan)]).ravel()
    ys = np.column_stack([y, y, np.full(len(x), np.nan)]).ravel()
    panel.curve(xs, ys, color=color, label=label)
    for a, b in zip(x, y, strict=True):
        panel.point(float(a), float(b), color=color, size=7)


def check(spec: Spec, expressions: Expressions) -> Iterator[FormulaProblem]:
    """Yield distributions with wrong parameters and areas that nobody would see."""
    del expressions
    if not spec.dists and spec.spikes is None:
        hint = "add dists: [{name: normal, params: [0, 1]}]"
        yield FormulaProblem((), "missing-key", "there is no distribution", hint)
        return
    mistakes = [p for i, d in enumerate(spec.dists) for p in check_law(d, ("dists", i))]
    yield from mistakes
    if mistakes:
        return
    for i, d in enumerate(spec.dists):
        law = distribution(d)
        if spec.mode == "pmf" and not law.discrete:
            message = f"{d.name} has a density, not probabilities of single numbers"
            yield FormulaProblem(("dists", i, "name"), "wrong-value", message, "mode: pdf")
        _, y = curve(spec, i)
        if spec.mode != "cdf" and float(y.sum()) <= 0:
            low, high = law.support()
            message = f"the curve is nowhere inside the window; it lives on {low:.3g} to {high:.3g}"
            yield FormulaProblem(("dists", i), "outside-window", message, "change x")
    for i, shade in enumerate(spec.shade):
        if shade.dist >= len(spec.dists):
            message = f"there is no distribution {shade.dist}"
            yield FormulaProblem(("shade", i, "dist"), "out-of-range", message, "counted from 0")
        if shade.from_ >= shade.to:
            message = "the area ends before it begins"
            yield FormulaProblem(("shade", i), "empty-range", message, "from must be below to")
        yield from outside(("shade", i, "from"), shade.from_, spec.x, "x")
        yield from outside(("shade", i, "to"), shade.to, spec.x, "x")
    for i, value in enumerate(spec.rug):
        yield from outside(("rug", i), value, spec.x, "x")
    yield from check_marks(spec, spec.x, spec.y)


def alt(spec: Spec, say: Templates) -> str:
    """State which distributions are seen, and what is shaded."""
    names = ", ".join(_said(d) for d in spec.dists)
    low, high = (style.number_text(v) for v in spec.x)
    areas = [
        f"{style.number_text(s.from_)} … {style.number_text(s.to)}"
        + (f" ({plain_text(s.label)})" if s.label else "")
        for s in spec.shade
    ]
    lines = [plain_text(v.label) or style.number_text(v.at) for v in spec.vlines]
    if spec.spikes:
        parts = [say("spikes", count=len(spec.spikes.at))]
    else:
        parts = [say("mode", spec.mode, distributions=names, low=low, high=high)]
    parts += [say("shaded", areas=", ".join(areas))] if areas else []
    parts += [say("lines", lines=", ".join(lines))] if lines else []
    parts += [say("rug", count=len(spec.rug))] if spec.rug else []
    return "; ".join(parts)


def _said(law: Curve) -> str:
    numbers = ", ".join(style.number_text(p) for p in law.params if isinstance(p, float | int))
    said = f"{law.name}({numbers})" if numbers else law.name
    return f"{said} ({plain_text(law.label)})" if law.label else said


EXAMPLES: tuple[dict[str, Any], ...] = (
    {
        "kind": "density",
        "dists": [{"name": "normal", "params": [0, 1]}],
        "x": [-4, 4],
        "shade": [
            {"from": -1, "to": 1, "label": "68%"},
            {"from": -2, "to": 2, "label": "95%"},
            {"from": -3, "to": 3, "label": "99.7%"},
        ],
        "front_safe": True,
    },
    {
        "kind": "density",
        "dists": [
            {"name": "normal", "params": [0, 1], "label": "$H_0$"},
            {"name": "normal", "params": [3, 1], "label": "$H_1$"},
        ],
        "x": [-4, 7],
        "vlines": [{"at": 1.645}],
        "shade": [
            {"dist": 0, "from": 1.645, "to": 7, "label": "$alpha$"},
            {"dist": 1, "from": -4, "to": 1.645, "label": "$beta$"},
        ],
    },
    {
        "kind": "density",
        "dists": [{"name": "binomial", "params": [10, 0.3], "label": "$n == 10$, $p == 0.3$"}],
        "mode": "pmf",
        "x": [0, 10],
        "xlabel": "$k$",
    },
    {
        "kind": "density",
        "dists": [{"name": "lognormal", "params": [0, 0.6]}],
        "x": [0, 5],
        "vlines": [
            {"at": "exp(-0.36)", "label": "mode"},
            {"at": 1, "label": "median"},
            {"at": "exp(0.18)", "label": "mean"},
        ],
    },
    {
        "kind": "density",
        "dists": [
            {"name": "beta", "params": [1, 1], "label": "prior"},
            {"name": "beta", "params": [2, 1], "label": "after 1 head"},
            {"name": "beta", "params": [8, 4], "label": "after 7 of 10"},
        ],
        "x": [0, 1],
    },
    {
        "kind": "density",
        "dists": [
            {"name": "normal", "params": [2, 0.82], "label": "fit"},
            {"name": "normal", "params": [0, 0.82], "label": "too low", "style": "dashed"},
            {"name": "normal", "params": [2, 3], "label": "too wide", "style": "dotted"},
        ],
        "x": [-4, 8],
        "rug": [0.9, 1.4, 1.8, 2.1, 2.6, 3.2],
    },
    {
        "kind": "density",
        "dists": [
            {"name": "mixture", "params": [[0.5, -2, 0.6], [0.5, 2, 0.6]], "label": "$p$"},
            {"name": "normal", "params": [0, 2.09], "label": "$argmin(KL(p, q), q)$"},
            {"name": "normal", "params": [2, 0.6], "label": "$argmin(KL(q, p), q)$"},
        ],
        "x": [-6, 6],
    },
    {
        "kind": "density",
        "dists": [{"name": "normal", "params": [0, 1]}],
        "mode": "cdf",
        "x": [-4, 4],
        "points": [{"x": 0, "label": "0.5"}],
    },
    {
        "kind": "density",
        "spikes": {"at": [1, 1.5, 3, 4.2], "height": 0.25},
        "x": [0, 5],
    },
    {
        "kind": "density",
        "dists": [
            {"name": "exponential", "params": [0.5]},
            {"name": "exponential", "params": [1]},
            {"name": "exponential", "params": [2]},
        ],
        "x": [0, 5],
    },
    {
        "kind": "density",
        "dists": [{"name": "normal", "params": [0, 1]}],
        "x": [-3.5, 3.5],
        "stack": True,
        "params": {"a": 0.8},
        "vlines": [{"at": "a"}],
        "panels": [
            {
                "mode": "pdf",
                "ratio": 0.25,
                "shade": [{"from": -3.5, "to": "a", "color": "orange"}],
                "frame": "plain",
            },
            {
                "mode": "cdf",
                "points": [{"x": "a", "color": "orange"}],
                "xticks": [{"at": "a", "label": "$x$"}],
                "brackets": [
                    {
                        "from": ["a", 0],
                        "to": ["a", "erf(a/sqrt(2))/2 + 1/2"],
                        "label": "$F(x)$",
                        "color": "orange",
                    }
                ],
            },
        ],
    },
)

KIND = Kind(
    "density",
    "density, probabilities or cumulative probability of named distributions",
    Spec,
    draw,
    check,
    alt,
    EXAMPLES,
    version=2,
)
