"""Curves y = f(x) with tangents, secants, Taylor polynomials, areas and bands."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BeforeValidator, Field

from dlcards.claims.parser import FormulaError
from dlcards.claims.statement import FormulaProblem
from dlcards.figures import style
from dlcards.figures.arrays import Array
from dlcards.figures.expressions import Expressions
from dlcards.figures.kind import Kind, Templates
from dlcards.figures.labels import plain_text
from dlcards.figures.marks import check_marks, draw_marks, outside
from dlcards.figures.panel import Panel, hue
from dlcards.figures.spec import Formula, Hue, Label, Number, Pair, PlotSpec, Range, Strict, Whole

SAMPLES = 361


class Curve(Strict):
    """One curve; a bare formula is short for ``{expr: formula}``."""

    expr: Formula | None = Field(None, description="Formula in x.")
    rule: Literal["relu_fit"] | None = Field(
        None,
        description="Instead of expr: relu_fit, the first curve by `units` ReLU units.",
    )
    params: dict[str, Number] = Field(
        default_factory=dict, max_length=4, description="Numbers of the rule, such as units."
    )
    label: Label | None = Field(None, description="Beside the curve; left out: its formula.")
    style: Literal["solid", "dashed", "dotted"] = Field("solid", description="How it is drawn.")
    domain: Range | None = Field(None, description="Where it is drawn, if not everywhere.")
    color: Hue | None = Field(None, description="Its colour, if not the next in order.")


class Taylor(Strict):
    """Taylor polynomials of an expression."""

    expr: Formula = Field(description="The function.")
    at: Number = Field(description="The point they are taken at.")
    degrees: tuple[Annotated[Whole, Field(ge=0, le=9)], ...] = Field(
        min_length=1, max_length=5, description="One polynomial for each degree."
    )


class Riemann(Strict):
    """Rectangles that approximate an integral of the first curve."""

    a: Number = Field(description="From.")
    b: Number = Field(description="To.")
    n: Annotated[Whole, Field(ge=1, le=80)] = Field(description="How many.")
    rule: Literal["left", "right", "middle"] = Field("left", description="Where heights are read.")


class Shade(Strict):
    """An area between a curve and the axis or another curve."""

    between: Range = Field(description="From x to x.")
    under: Annotated[Whole, Field(ge=0, le=7)] = Field(0, description="Index of the curve.")
    over: Annotated[Whole, Field(ge=0, le=7)] | None = Field(
        None, description="Index of the curve below; left out: the axis."
    )
    label: Label = Field("", description="Text in the area.")
    color: Hue | None = Field(None, description="Its colour, if not that of the curve.")


class Band(Strict):
    """An ε–δ box: a band of heights and the band of places that stays inside."""

    x: Range = Field(description="The band of places.")
    y: Range = Field(description="The band of heights.")


class Cone(Strict):
    """The cone in which a Lipschitz function stays."""

    at: Number = Field(description="Its tip stands on the first curve at this x.")
    slope: Annotated[float, BeforeValidator(lambda v: v), Field(gt=0, le=1e6)] = Field(
        description="The Lipschitz constant."
    )


def _curve(value: object) -> object:
    return {"expr": str(value)} if isinstance(value, str | int | float) else value


class Spec(PlotSpec):
    """Curves y = f(x)."""

    kind: Literal["function_plot"]
    exprs: tuple[Annotated[Curve, BeforeValidator(_curve)], ...] = Field(
        (), max_length=8, description="Formulas in x, or mappings with expr, label, style, domain."
    )
    x: Range = Field(description="Horizontal range, [from, to].")
    rule: Literal["bayes_line_fan"] | None = Field(
        None, description="bayes_line_fan: lines drawn from the posterior of a linear regression."
    )
    tangent_at: tuple[Number, ...] = Field(
        (), max_length=6, description="Tangents of the first curve at these x."
    )
    secant: tuple[Pair, ...] = Field(
        (), max_length=6, description="Secants of the first curve from x to x + h: [[x, h], …]."
    )
    taylor: Taylor | None = Field(None, description="Taylor polynomials.")
    riemann: Riemann | None = Field(None, description="Rectangles below the first curve.")
    shade: tuple[Shade, ...] = Field((), max_length=6, description="Areas.")
    chords: tuple[Pair, ...] = Field(
        (), max_length=6, description="Chords of the first curve: [[a, b], …]."
    )
    band: Band | None = Field(None, description="An ε–δ box.")
    cone: Cone | None = Field(None, description="A Lipschitz cone.")


# ---- numbers --------------------------------------------------------------------------


def sample(curve: Curve, spec: Spec, expressions: Expressions) -> tuple[Array, Array]:
    """Return places and values of a curve, with nan where it jumps or is undefined."""
    low, high = curve.domain or spec.x
    x = np.linspace(max(low, spec.x[0]), min(high, spec.x[1]), SAMPLES)
    if curve.rule == "relu_fit":
        return _relu_fit(curve, spec, expressions)
    assert curve.expr is not None
    return expressions.sampled(curve.expr, "x", x)


def _relu_fit(curve: Curve, spec: Spec, expressions: Expressions) -> tuple[Array, Array]:
    """Join points of the first curve: a sum of that many ReLU units and a constant."""
    units = int(curve.params.get("units", 6))
    knots = np.linspace(*spec.x, max(1, min(units, 40)) + 1)
    return knots, expressions.values(spec.exprs[0].expr or "0", x=knots)


def _height_range(spec: Spec, values: list[Array]) -> tuple[float, float]:
    """Return the vertical range: as written, or as the curves need."""
    if spec.y is not None:
        return spec.y
    finite = np.concatenate([v[np.isfinite(v)] for v in values] or [np.array([0.0, 1.0])])
    if len(finite) == 0:
        return 0.0, 1.0
    low, high = float(np.min(finite)), float(np.max(finite))
    room = 0.08 * (high - low) or 0.5
    return low - room, high + room


# ---- drawing --------------------------------------------------------------------------


def draw(spec: Spec, panel: Panel) -> None:
    """Draw the curves and what lies over them."""
    if spec.rule == "bayes_line_fan":
        _fan(spec, panel)
        return
    expressions = panel.expressions
    panel.xname, panel.yname = "$x$", "$y$"
    sampled = [sample(curve, spec, expressions) for curve in spec.exprs]
    panel.limits(spec.x, _height_range(spec, [y for _, y in sampled]))
    _areas(spec, panel, sampled)
    name_all = len(spec.exprs) > 1 and all(c.label is None for c in spec.exprs)
    for i, (curve, (x, y)) in enumerate(zip(spec.exprs, sampled, strict=True)):
        label = curve.label or (f"${curve.expr}$" if name_all and curve.expr else "")
        panel.curve(
            x, y, color=hue(curve.color, i), label=label, dashes=curve.style, order=3 + 0.1 * i
        )
    if spec.exprs:
        _overlays(spec, panel)
    draw_marks(spec, panel, lambda at: _value(spec, expressions, at))


def _areas(spec: Spec, panel: Panel, sampled: list[tuple[Array, Array]]) -> None:
    for shade in spec.shade:
        x, y = sampled[shade.under]
        inside = (x >= shade.between[0]) & (x <= shade.between[1]) & np.isfinite(y)
        ends = [v for v in shade.between if spec.x[0] <= v <= spec.x[1]]
        xs = np.unique(np.concatenate([x[inside], ends]))
        top = np.interp(xs, x[np.isfinite(y)], y[np.isfinite(y)])
        base: Array = np.zeros_like(xs)
        if shade.over is not None:
            x2, y2 = sampled[shade.over]
            base = np.interp(xs, x2, y2)
        color = hue(shade.color or spec.exprs[shade.under].color, shade.under)
        panel.area(xs, base, top, color=color, label=shade.label)
    if spec.riemann is not None:
        _rectangles(spec, spec.riemann, panel)
    if spec.band is not None:
        _box(spec.band, panel)
    if spec.cone is not None:
        at, slope = spec.cone.at, spec.cone.slope
        tip = _value(spec, panel.expressions, at)
        xs = np.union1d(np.linspace(*spec.x, SAMPLES), [at])
        up = tip + slope * np.abs(xs - at)
        panel.area(xs, 2 * tip - up, up, color=style.GREEN)
        panel.axes.plot(xs, up, color=style.GREEN, linewidth=style.THIN)
        panel.axes.plot(xs, 2 * tip - up, color=style.GREEN, linewidth=style.THIN)


def _rectangles(spec: Spec, riemann: Riemann, panel: Panel) -> None:
    edges = np.linspace(riemann.a, riemann.b, riemann.n + 1)
    share = {"left": 0.0, "middle": 0.5, "right": 1.0}[riemann.rule]
    at = edges[:-1] + share * np.diff(edges)
    heights = panel.expressions.values(spec.exprs[0].expr or "0", x=at)
    panel.axes.bar(
        edges[:-1], heights, np.diff(edges), align="edge", facecolor=(*_rgb(style.ORANGE), 0.3),
        edgecolor=style.ORANGE, linewidth=1.2, zorder=1,
    )  # fmt: skip
    panel.axes.set_xlim(*panel.xlim)
    panel.axes.set_ylim(*panel.ylim)


def _rgb(color: str) -> tuple[float, float, float]:
    red, green, blue = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def _box(band: Band, panel: Panel) -> None:
    axes = panel.axes
    axes.axhspan(*band.y, color=style.GREEN, alpha=0.22, linewidth=0, zorder=0.8)
    axes.axvspan(*band.x, color=style.ORANGE, alpha=0.22, linewidth=0, zorder=0.8)


def _value(spec: Spec, expressions: Expressions, x: float) -> float:
    return float(expressions.values(spec.exprs[0].expr or "0", x=np.array([x]))[0])


def _overlays(spec: Spec, panel: Panel) -> None:
    expressions, first = panel.expressions, spec.exprs[0].expr or "0"
    ends = np.array(spec.x)
    taken = len(spec.exprs)
    for k, (x0, h) in enumerate(spec.secant):
        y0, y1 = _value(spec, expressions, x0), _value(spec, expressions, x0 + h)
        color = style.ramp(0.35 + 0.3 * k / max(1, len(spec.secant) - 1), style.ORANGE)
        line = y0 + (y1 - y0) / h * (ends - x0)
        panel.axes.plot(ends, line, color=color, linewidth=style.THIN, zorder=2.5)
        panel.avoid(ends, line)
        panel.point(x0 + h, y1, color=color, size=7)
        panel.point(x0, y0, size=7)
    for x0 in spec.tangent_at:
        slope = expressions.derivative(first, x0, 1)
        y0 = _value(spec, expressions, x0)
        across = np.linspace(*spec.x, 121)
        line = y0 + slope * (across - x0)
        dashes = "solid" if taken == 1 else "dashed"
        panel.curve(across, line, color=style.GREEN, width=2.2, dashes=dashes, order=3.6)
        panel.point(x0, y0)
    for a, b in spec.chords:
        ya, yb = _value(spec, expressions, a), _value(spec, expressions, b)
        panel.axes.plot([a, b], [ya, yb], color=style.ORANGE, linewidth=style.LINE, zorder=4)
        panel.avoid(np.linspace(a, b, 40), np.linspace(ya, yb, 40))
        for x, y in ((a, ya), (b, yb)):
            panel.point(x, y, color=style.ORANGE)
    if spec.taylor is not None:
        _taylor(spec.taylor, spec, panel)


def _taylor(taylor: Taylor, spec: Spec, panel: Panel) -> None:
    x = np.linspace(*spec.x, SAMPLES)
    orders = range(max(taylor.degrees) + 1)
    slopes = [panel.expressions.derivative(taylor.expr, taylor.at, k) for k in orders]
    for i, degree in enumerate(taylor.degrees):
        terms = [slopes[k] / math.factorial(k) * (x - taylor.at) ** k for k in range(degree + 1)]
        label = f"$T_{degree}$"
        color = style.color(len(spec.exprs) + i)
        panel.curve(x, np.sum(terms, axis=0), color=color, label=label, width=2.0, order=3.0)


def _fan(spec: Spec, panel: Panel) -> None:
    """Draw lines from the posterior of a Bayesian linear regression, and its data."""
    rng = np.random.default_rng(spec.seed)
    lines = int(min(max(spec.params.get("n_lines", 15), 1), 60))
    count = int(min(max(spec.params.get("n_points", 6), 1), 60))
    noise, prior = spec.params.get("noise", 0.4), spec.params.get("prior", 1.5)
    x = rng.uniform(spec.x[0] * 0.8, spec.x[1] * 0.5, count)
    y = 0.3 + 0.9 * x + noise * rng.standard_normal(count)
    design = np.column_stack([np.ones(count), x])
    precision = design.T @ design / noise**2 + np.eye(2) / prior**2
    covariance = np.linalg.inv(precision)
    mean = covariance @ design.T @ y / noise**2
    spread = np.linalg.cholesky(covariance)
    ends = np.array(spec.x)
    panel.limits(spec.x, spec.y or (-3.0, 3.0))
    draw_marks(spec, panel)
    for _ in range(lines):
        w = mean + spread @ rng.standard_normal(2)
        panel.axes.plot(ends, w[0] + w[1] * ends, color=style.BLUE, linewidth=1.3, alpha=0.55)
    panel.curve(ends, mean[0] + mean[1] * ends, color=style.ORANGE, order=4)
    for a, b in zip(x, y, strict=True):
        panel.point(float(a), float(b))


# ---- checks ---------------------------------------------------------------------------


def check(spec: Spec, expressions: Expressions) -> Iterator[FormulaProblem]:
    """Yield formulas that do not read, have no values or lie outside the window."""
    if not (spec.exprs or spec.rule or spec.segments or spec.regions):
        hint = "add exprs: [x**2], or segments or regions"
        yield FormulaProblem((), "missing-key", "there is no curve", hint)
        return
    if not spec.exprs and spec.rule is None:
        yield from _without_curve(spec)
        return
    mistakes = list(_mistakes(spec, expressions))
    yield from mistakes
    if mistakes or not spec.exprs:
        return
    sampled = []
    for i, curve in enumerate(spec.exprs):
        path = ("exprs", i, "rule" if curve.rule else "expr")
        try:
            sampled.append(sample(curve, spec, expressions))
        except FormulaError as error:
            yield FormulaProblem(
                path, error.code, error.message, error.hint, error.start, error.end
            )
            return
        yield from _seen(sampled[-1][1], spec, path)
    yield from _places(spec, expressions)


def _without_curve(spec: Spec) -> Iterator[FormulaProblem]:
    """Yield what a picture of annotations alone cannot show."""
    if spec.y is None:
        message = "without a curve the height of the window is not known"
        yield FormulaProblem((), "missing-key", message, "add y: [0, 1]")
    for key in ("tangent_at", "secant", "chords", "riemann", "shade", "cone"):
        if getattr(spec, key):
            message = "there is no curve that this could follow"
            yield FormulaProblem((key,), "missing-key", message, "add exprs: [x**2]")
    yield from check_marks(spec, spec.x, spec.y, lambda at: math.nan)


def _mistakes(spec: Spec, expressions: Expressions) -> Iterator[FormulaProblem]:
    for i, curve in enumerate(spec.exprs):
        if curve.rule is None and curve.expr is None:
            message = "a curve needs expr or rule"
            yield FormulaProblem(("exprs", i), "missing-key", message, "add expr: x**2")
        elif curve.expr is not None:
            yield from expressions.mistakes(curve.expr, ("x",), ("exprs", i, "expr"))
        elif i == 0:
            message = "the first curve must be a formula: the rule follows it"
            yield FormulaProblem(("exprs", i, "rule"), "wrong-value", message, "put it second")
    if spec.taylor is not None:
        yield from expressions.mistakes(spec.taylor.expr, ("x",), ("taylor", "expr"))
    for i, shade in enumerate(spec.shade):
        for key in ("under", "over"):
            index = getattr(shade, key)
            if index is not None and index >= len(spec.exprs):
                message = f"there is no curve {index}"
                hint = f"curves are counted from 0 to {len(spec.exprs) - 1}"
                yield FormulaProblem(("shade", i, key), "out-of-range", message, hint)


def _seen(y: Array, spec: Spec, path: tuple[str | int, ...]) -> Iterator[FormulaProblem]:
    finite = np.isfinite(y)
    if not finite.any():
        message = "the formula has no value anywhere in the range of x"
        yield FormulaProblem(path, "no-value", message, "change x, or give the curve a domain")
        return
    low, high = spec.y or (-math.inf, math.inf)
    inside = (y[finite] >= low) & (y[finite] <= high)
    if not inside.any():
        found = f"{np.min(y[finite]):.3g} to {np.max(y[finite]):.3g}"
        message = f"the curve is nowhere inside the window; its values go from {found}"
        yield FormulaProblem(path, "outside-window", message, "change y")
    holes = int((~finite).sum()) - _gaps(y)
    if holes > 2:
        message = f"the formula has no value at {holes} of {len(y)} sampled places"
        yield FormulaProblem(path, "no-value", message, "give the curve a domain: [from, to]")


def _gaps(y: Array) -> int:
    """Return how many of the nans are gaps put at jumps: single ones between values."""
    nan = np.isnan(y)
    lone = nan[1:-1] & ~nan[:-2] & ~nan[2:]
    return int(lone.sum())


def _places(spec: Spec, expressions: Expressions) -> Iterator[FormulaProblem]:
    places: list[tuple[tuple[str | int, ...], float]] = [
        *((("tangent_at", i), v) for i, v in enumerate(spec.tangent_at)),
        *((("secant", i, 0), v[0]) for i, v in enumerate(spec.secant)),
        *((("chords", i, k), v[k]) for i, v in enumerate(spec.chords) for k in (0, 1)),
    ]
    for path, value in places:
        yield from outside(path, value, spec.x, "x")
    for i, (_, h) in enumerate(spec.secant):
        if h == 0:
            message = "a secant needs two different points"
            yield FormulaProblem(("secant", i, 1), "out-of-range", message, "choose h > 0")
    yield from _slopes(spec, expressions)
    yield from check_marks(spec, spec.x, spec.y, lambda at: _value(spec, expressions, at))


def _slopes(spec: Spec, expressions: Expressions) -> Iterator[FormulaProblem]:
    """Yield tangents and Taylor polynomials at places without derivatives."""
    first = spec.exprs[0].expr or "0"
    wanted: list[tuple[tuple[str | int, ...], str, float, int]] = [
        (("tangent_at", i), first, at, 1) for i, at in enumerate(spec.tangent_at)
    ]
    if spec.taylor is not None:
        taylor = spec.taylor
        wanted.append((("taylor", "at"), taylor.expr, taylor.at, max(taylor.degrees)))
    for path, text, at, order in wanted:
        try:
            slope = expressions.derivative(text, at, order)
        except FormulaError as error:
            yield FormulaProblem(path, error.code, error.message, error.hint)
            continue
        if not math.isfinite(slope):
            message = f"there is no derivative of order {order} at {at:g}"
            yield FormulaProblem(path, "no-value", message, "choose another place")


def alt(spec: Spec, say: Templates) -> str:
    """State which curves are seen, from where to where, and what is marked."""
    names = [plain_text(c.label) if c.label else c.expr or "" for c in spec.exprs]
    low, high = (style.number_text(v) for v in spec.x)
    marked = [plain_text(p.label) for p in spec.points if p.label]
    curves = ", ".join(names) or (say("posterior") if spec.rule else "")
    seen = "graph" if curves else "axes"
    parts = [say(seen, curves=curves, low=low, high=high)]
    parts += [say("marked", points=", ".join(marked))] if marked else []
    return "; ".join(parts)


EXAMPLES: tuple[dict[str, Any], ...] = (
    {
        "kind": "function_plot",
        "exprs": [
            {"expr": "1/(1+exp(-x))", "label": "$sigma(x)$"},
            {"expr": "exp(-x)/(1+exp(-x))**2", "label": "slope"},
        ],
        "x": [-6, 6],
        "y": [-0.1, 1.15],
        "points": [{"x": 0, "label": "(0, 1/2)"}],
        "hlines": [{"at": 1}, {"at": 0.25, "label": "$1/4$"}],
        "front_safe": True,
    },
    {
        "kind": "function_plot",
        "exprs": ["x**2"],
        "x": [-1, 3],
        "y": [-2, 9],
        "secant": [[1, 1.5], [1, 0.75], [1, 0.25]],
        "tangent_at": [1],
        "caption": "Secants turn into the tangent as the step shrinks.",
    },
    {
        "kind": "function_plot",
        "exprs": [{"expr": "cos(x)", "label": "$cos(x)$"}],
        "x": [-4, 4],
        "y": [-2.5, 2],
        "taylor": {"expr": "cos(x)", "at": 0.5, "degrees": [0, 1, 2]},
        "points": [{"x": 0.5, "label": "$x_0$"}],
    },
    {
        "kind": "function_plot",
        "panels": [
            {"exprs": ["1-x", "3-x"], "title": "none"},
            {"exprs": ["1-x", "x"], "title": "one"},
            {"exprs": ["1-x", {"expr": "(2-2*x)/2", "style": "dashed"}], "title": "infinite"},
        ],
        "x": [-2, 3],
        "y": [-2, 4],
    },
    {
        "kind": "function_plot",
        "exprs": [
            {"expr": "max(0, x)", "label": "ReLU"},
            {"expr": "ind(x > 0)", "label": "its slope", "style": "dashed"},
        ],
        "x": [-3, 3],
        "y": [-0.5, 3],
    },
    {
        "kind": "function_plot",
        "exprs": ["x**2"],
        "x": [0, 3],
        "y": [0, 9],
        "riemann": {"a": 0, "b": 3, "n": 12, "rule": "left"},
    },
    {
        "kind": "function_plot",
        "exprs": ["x**2"],
        "x": [0, 2],
        "y": [0, 3],
        "band": {"y": [0.6, 1.4], "x": [0.78, 1.18]},
        "points": [{"x": 1, "label": "(a, L)"}],
    },
    {
        "kind": "function_plot",
        "exprs": [{"expr": "sin(x)", "label": "$sin(x)$"}, {"expr": "cos(x)", "label": "$cos(x)$"}],
        "x": [-6.3, 6.3],
        "y": [-1.3, 1.3],
        "tangent_at": [0],
    },
    {
        "kind": "function_plot",
        "exprs": ["sin(x)"],
        "x": [-4, 4],
        "y": [-2, 2],
        "cone": {"at": 0.5, "slope": 1},
    },
    {
        "kind": "function_plot",
        "rule": "bayes_line_fan",
        "params": {"n_lines": 15, "n_points": 6},
        "x": [-2, 2],
        "y": [-3, 3],
    },
    {
        "kind": "function_plot",
        "exprs": [
            {"expr": "sin(x)", "label": "target"},
            {"rule": "relu_fit", "params": {"units": 6}, "label": "6 ReLU units"},
        ],
        "x": [-3.2, 3.2],
        "y": [-1.3, 1.3],
    },
    {
        "kind": "function_plot",
        "exprs": [{"expr": "x**2/2", "label": "$f$", "domain": [-0.5, 3.2]}],
        "x": [-0.5, 4.8],
        "y": [-0.6, 4.6],
        "params": {"a": 1, "h": 1.5},
        "secant": [["a", "h"]],
        "brackets": [
            {"from": ["a", "a**2/2"], "to": ["a + h", "a**2/2"], "label": "$h$"},
            {
                "from": ["a + h", "a**2/2"],
                "to": ["a + h", "(a + h)**2/2"],
                "label": "$f(x + h) - f(x)$",
                "color": "orange",
            },
        ],
        "xticks": [{"at": "a", "label": "$x$"}, {"at": "a + h", "label": "$x + h$"}],
        "yticks": [],
        "ylabel": "$y$",
    },
    {
        "kind": "function_plot",
        "exprs": [{"expr": "sin(x)", "label": "$sin(x)$"}],
        "x": [0, "2*pi"],
        "y": [-1.3, 1.3],
        "xticks": "pi",
        "regions": [
            {"x": [0, "pi"], "high": "sin(x)", "label": "$+2$", "color": "blue"},
            {"x": ["pi", "2*pi"], "high": "sin(x)", "label": "$-2$", "color": "orange"},
        ],
    },
    {
        "kind": "function_plot",
        "exprs": [{"expr": "x**2/2", "label": "$f$"}],
        "x": [-0.5, 3.2],
        "y": [-0.6, 4.6],
        "params": {"a": 1},
        "animate": {"param": "h", "from": 1.8, "to": 0.05, "frames": 12},
        "secant": [["a", "h"]],
        "brackets": [{"from": ["a", 0.4], "to": ["a + h", 0.4], "label": "$h$"}],
        "frame": "plain",
    },
)

KIND = Kind("function_plot", "curves y = f(x) with overlays", Spec, draw, check, alt, EXAMPLES)
