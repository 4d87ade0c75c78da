"""Points with fits, residuals, boundaries, ellipses, principal axes and clusters."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, Any, Literal

import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.patches import Rectangle
from pydantic import BeforeValidator, Field

from dlcards.claims.statement import FormulaProblem
from dlcards.figures import clouds, learners, style
from dlcards.figures.arrays import Array, Indices
from dlcards.figures.clouds import Cloud
from dlcards.figures.expressions import Expressions
from dlcards.figures.kind import Kind, Templates
from dlcards.figures.marks import check_marks, draw_marks
from dlcards.figures.panel import Panel
from dlcards.figures.spec import Label, Number, Pair, PlotSpec, Strict, Whole

MARKERS = ("o", "D", "^", "s")
"""Groups differ in shape too, not in colour alone."""

MAX_POINTS = 1000
GRID = 90

Count = Annotated[Whole, Field(ge=3, le=MAX_POINTS)]


class Params(Strict):
    """Numbers of a generator or a rule."""

    n: Count = Field(60, description="How many points.")
    noise: Annotated[Number, Field(ge=0, le=100)] | None = Field(
        None, description="Standard deviation of the noise."
    )
    slope: Number = Field(1.0, description="linear: slope.")
    intercept: Number = Field(0.0, description="linear: height at 0.")
    separable: bool = Field(False, description="two_blobs: a line separates them.")
    unlabeled: bool = Field(False, description="All points look the same.")
    panels: tuple[Label, ...] = Field(
        (), max_length=4,
        description="targets: titles of four panels, whose bias and variance are low and low, "
        "low and high, high and low, high and high.",
    )  # fmt: skip
    bias: Annotated[Number, Field(ge=0, le=1)] = Field(
        0.0,
        description="targets: how far the middle of the shots is off, as a share of the target.",
    )
    spread: Annotated[Number, Field(ge=0, le=1)] = Field(
        0.1, description="targets: standard deviation of the shots."
    )


class Fit(Strict):
    """A curve fitted to the points; ``line`` is short for ``{poly: 1}``."""

    poly: Annotated[Whole, Field(ge=0, le=15)] | None = Field(
        None, description="A polynomial of this degree."
    )
    sigmoid: bool = Field(False, description="A logistic curve.")
    stumps: Annotated[Whole, Field(ge=1, le=200)] | None = Field(
        None, description="A boosted sum of so many steps."
    )
    gd_steps: tuple[Annotated[Whole, Field(ge=0, le=1000)], ...] = Field(
        (), max_length=6, description="Lines after so many steps of gradient descent."
    )
    label: Label = Field("", description="Text beside the curve.")


class Boundary(Strict):
    """Where a classifier changes its mind."""

    rule: Literal["linear", "logistic", "softmax", "perceptron", "svm", "mlp", "voronoi"] = Field(
        description="Which classifier is trained on the points."
    )
    steps: Annotated[
        tuple[Annotated[Whole, Field(ge=0, le=5000)], ...],
        BeforeValidator(lambda v: (v,) if isinstance(v, int) else v),
    ] = Field(
        (), max_length=4,
        description="mlp: steps of training; perceptron: a line after each of these passes.",
    )  # fmt: skip
    margins: bool = Field(False, description="svm: the edges of the street, the support vectors.")
    show_normal: bool = Field(False, description="The weight vector, at a right angle.")


class Centroids(Strict):
    """Clusters found by k-means."""

    k: Annotated[Whole, Field(ge=1, le=6)] = Field(description="How many.")
    steps: tuple[Annotated[Whole, Field(ge=0, le=100)], ...] = Field(
        (20,), min_length=1, max_length=4,
        description="After so many steps; several give panels, titled by labels.",
    )  # fmt: skip


class Query(Strict):
    """A point whose nearest neighbours vote."""

    xy: Pair = Field(description="The point.")
    k: Annotated[Whole, Field(ge=1, le=50)] = Field(5, description="How many neighbours.")


Gen = Literal[
    "linear", "mvn", "parabola", "sine", "logistic_1d", "two_blobs", "three_blobs", "rings",
    "rings_lifted", "xor", "xor_hidden", "spiral",
]  # fmt: skip


def _fit(value: object) -> object:
    return {"poly": 1} if value == "line" else value


class Spec(PlotSpec):
    """Points in the plane."""

    kind: Literal["scatter"]
    gen: Gen | None = Field(None, description="How the points are generated.")
    rule: Literal["targets", "pi_darts"] | None = Field(
        None, description="Instead of gen: shots at targets, or darts that measure pi."
    )
    params: Params = Field(  # type: ignore[assignment]
        Params(), description="Numbers of the generator or the rule."
    )
    cov: tuple[Pair, Pair] = Field(
        ((1.0, 0.0), (0.0, 1.0)), description="mvn: the covariance matrix."
    )
    n: Count | None = Field(None, description="How many points; also under params.")
    labels: tuple[Label, ...] = Field(
        (), max_length=4, description="Titles of the panels of centroids.steps."
    )
    fits: tuple[Annotated[Fit, BeforeValidator(_fit)], ...] = Field(
        (), max_length=4, description="Fitted curves: line or mappings."
    )
    truth: bool = Field(False, description="The curve without noise, dashed.")
    residuals: bool = Field(False, description="Errors of the first fit.")
    residual_squares: bool = Field(False, description="The squares of these errors.")
    noise_bells: bool = Field(False, description="The normal distribution around the first fit.")
    boundary: Boundary | None = Field(None, description="A trained classifier.")
    ellipses: tuple[Annotated[Number, Field(gt=0, le=6)], ...] = Field(
        (), max_length=4, description="Ellipses of so many standard deviations."
    )
    axes: bool = Field(False, description="The principal axes, two standard deviations long.")
    projections: Annotated[Whole, Field(ge=0, le=1)] = Field(
        0, description="1: perpendiculars onto the first principal axis."
    )
    centroids: Centroids | None = Field(None, description="Clusters of k-means.")
    query: Query | None = Field(None, description="A point and its nearest neighbours.")


def panels(spec: Spec) -> tuple[Spec, ...]:
    """Return one panel for each step of k-means, and four for targets."""
    if spec.rule == "targets" and spec.params.panels:
        kinds = [(0.0, 0.08), (0.0, 0.28), (0.5, 0.08), (0.42, 0.28)]
        return tuple(
            spec.model_copy(
                update={
                    "title": title, "seed": spec.seed + i,
                    "params": spec.params.model_copy(
                        update={"panels": (), "bias": bias, "spread": spread}
                    ),
                }
            )
            for i, (title, (bias, spread)) in enumerate(
                zip(spec.params.panels, kinds, strict=False)
            )
        )  # fmt: skip
    if spec.centroids is not None and len(spec.centroids.steps) > 1:
        titles = [*spec.labels, "", "", "", ""]
        return tuple(
            spec.model_copy(
                update={
                    "title": titles[i], "labels": (),
                    "centroids": spec.centroids.model_copy(update={"steps": (step,)}),
                }
            )
            for i, step in enumerate(spec.centroids.steps)
        )  # fmt: skip
    return (spec,)


def recipe(spec: Spec) -> clouds.Recipe:
    """Return what the points of a spec are made of."""
    p = spec.params
    count = spec.n if spec.n is not None else p.n
    return clouds.Recipe(
        spec.gen or "mvn", count, p.noise, p.slope, p.intercept, p.separable, spec.cov
    )


def cloud_of(spec: Spec) -> Cloud:
    """Return the points of a spec."""
    return clouds.cloud(recipe(spec), spec.seed)


# ---- drawing --------------------------------------------------------------------------


def equal(spec: Spec) -> bool:
    """Return whether distances in the plane matter."""
    return spec.gen in clouds.FLAT or spec.residual_squares or spec.rule is not None


def draw(spec: Spec, panel: Panel) -> None:
    """Draw what lies below the points, the points, and what lies over them."""
    if spec.rule == "targets":
        _targets(spec, panel)
        return
    if spec.rule == "pi_darts":
        _darts(spec, panel)
        return
    made = cloud_of(spec)
    panel.equal = equal(spec)
    window = _window(spec, made)
    panel.limits(*window)
    panel.xname, panel.yname = ("$x_1$", "$x_2$") if panel.equal else ("$x$", "$y$")
    group = made.group if not spec.params.unlabeled else made.group * 0
    if spec.centroids is not None:
        group = _clusters(spec, spec.centroids, made, panel)
    if spec.boundary is not None:
        _boundary(spec, spec.boundary, made, panel)
    _fits(spec, made, panel)
    if spec.axes or spec.projections:
        _principal(spec, made, panel)
    for size in spec.ellipses:
        _ellipse(size, made, panel)
    if spec.query is not None:
        _query(spec.query, made, panel)
    shaped = not (spec.params.unlabeled and spec.centroids is None)
    dots(made, group, panel, shapes=shaped)
    draw_marks(spec, panel)


def _window(spec: Spec, made: Cloud) -> tuple[tuple[float, float], tuple[float, float]]:
    more = [spec.query.xy] if spec.query is not None else []
    every = np.concatenate([made.points, np.reshape(more, (-1, 2))])
    low, high = every.min(axis=0), every.max(axis=0)
    room = 0.08 * (high - low) * (1.0, 2.5 if spec.noise_bells else 1.0)
    if spec.gen == "mvn":
        room = 3.4 * np.sqrt([spec.cov[0][0], spec.cov[1][1]])
        low, high = np.minimum(0.9 * low, -room), np.maximum(0.9 * high, room)
        room = np.zeros(2)
    elif spec.gen in clouds.FLAT:
        room = np.full(2, 0.08 * float(max(high - low)))
    x, y = ((float(low[i] - room[i]), float(high[i] + room[i])) for i in (0, 1))
    if spec.gen == "logistic_1d":
        y = (-0.12, 1.12)
    if spec.gen == "sine":
        x, y = (0.0, 1.0), (min(y[0], -1.5), max(y[1], 1.5))
    return spec.x or x, spec.y or y


def dots(made: Cloud, group: Indices, panel: Panel, *, shapes: bool = True) -> None:
    """Draw the points, each group in its colour and shape."""
    count = len(made.x)
    size = 8.0 if count <= 40 else 6.5 if count <= 100 else 4.6
    for k in range(int(group.max()) + 1):
        mine = group == k
        marker = MARKERS[k % len(MARKERS)] if shapes else "o"
        panel.axes.plot(
            made.x[mine], made.y[mine], linestyle="none", marker=marker, color=style.color(k),
            markersize=size * (0.88 if marker in "Ds" else 1.05 if marker == "^" else 1.0),
            markeredgewidth=0, alpha=0.85 if count <= 100 else 0.7, zorder=4,
        )  # fmt: skip
    for x, y in list(zip(made.x.tolist(), made.y.tolist(), strict=True))[:300]:
        panel.avoid([x], [y], 2.0)


def _fits(spec: Spec, made: Cloud, panel: Panel) -> None:
    x = np.linspace(*panel.xlim, 301)
    if spec.truth:
        panel.curve(x, clouds.truth(recipe(spec), x), color=style.QUIET, dashes="dashed", width=2.2)
    for i, fit in enumerate(spec.fits):
        if fit.gd_steps:
            _descent(fit, made, panel)
            continue
        curve = fitted(fit, made)
        color = style.color(i + 1) if spec.gen != "logistic_1d" else style.GREEN
        if i == 0:
            _errors(spec, made, curve, panel)
        if fit.stumps is not None:
            xs, ys = _stairs(x, curve(x))
            panel.curve(xs, ys, color=color, label=fit.label, width=2.4)
        else:
            panel.curve(x, curve(x), color=color, label=fit.label)


def _stairs(x: Array, y: Array) -> tuple[Array, Array]:
    """Return only the corners of a step function."""
    jumps = np.flatnonzero(np.abs(np.diff(y)) > 1e-12)
    middles = (x[jumps] + x[jumps + 1]) / 2
    xs = np.concatenate([[x[0]], np.repeat(middles, 2), [x[-1]]])
    heights = np.concatenate([y[jumps], [y[-1]]])
    return xs, np.repeat(heights, 2)


def fitted(fit: Fit, made: Cloud) -> Callable[[Array], Array]:
    """Return the fitted curve as a function."""
    if fit.sigmoid:
        return learners.sigmoid_curve(made)
    if fit.stumps is not None:
        return learners.stumps(made, fit.stumps)
    return learners.polynomial(made, fit.poly if fit.poly is not None else 1)


def _descent(fit: Fit, made: Cloud, panel: Panel) -> None:
    ends = np.array(panel.xlim)
    lines = learners.gradient_descent_lines(made, fit.gd_steps)
    for i, (step, (slope, intercept)) in enumerate(zip(fit.gd_steps, lines, strict=True)):
        color = style.ramp(0.3 + 0.6 * i / max(1, len(lines) - 1), style.ORANGE)
        xs = np.linspace(ends[0], ends[1], 60)
        panel.curve(xs, slope * xs + intercept, color=color, label=str(step), width=2.2)


def _errors(spec: Spec, made: Cloud, curve: Callable[[Array], Array], panel: Panel) -> None:
    at = curve(made.x)
    rest = made.y - at
    if spec.residuals or spec.residual_squares:
        for x, low, high in zip(made.x, at, made.y, strict=True):
            panel.axes.plot([x, x], [low, high], color=style.GREEN, linewidth=2.0, zorder=2.5)
            panel.avoid(np.full(12, x), np.linspace(low, high, 12))
    if spec.residual_squares:
        _squares(made, at, rest, panel)
    if spec.noise_bells:
        _bells(made, curve, float(np.std(rest)), panel)


def _squares(made: Cloud, at: Array, rest: Array, panel: Panel) -> None:
    middle = sum(panel.xlim) / 2
    for x, base, r in zip(made.x, at, rest, strict=True):
        side = abs(float(r))
        left = float(x) if x < middle else float(x) - side
        square = Rectangle(
            (left, float(min(base, base + r))), side, side, zorder=1.5, linewidth=1.2,
            facecolor=to_rgba(style.GREEN, 0.2), edgecolor=style.GREEN,
        )  # fmt: skip
        panel.axes.add_patch(square)


def _bells(made: Cloud, curve: Callable[[Array], Array], sigma: float, panel: Panel) -> None:
    """Draw, at four places, how the heights scatter around the curve."""
    span = panel.xlim[1] - panel.xlim[0]
    z = np.linspace(-2.8, 2.8, 61)
    for share in (0.14, 0.36, 0.58, 0.8):
        x = panel.xlim[0] + share * span
        y = float(curve(np.array([x]))[0]) + sigma * z
        bell = x + 0.11 * span * np.exp(-(z**2) / 2)
        panel.axes.fill_betweenx(y, x, bell, color=style.GREEN, alpha=0.25, linewidth=0, zorder=1)
        panel.axes.plot(bell, y, color=style.GREEN, linewidth=1.8, zorder=2)
        panel.axes.plot([x, x], [y[0], y[-1]], color=style.GREEN, linewidth=1.0, zorder=2)
    panel.limits(panel.xlim, panel.ylim)


def _ellipse(size: float, made: Cloud, panel: Panel) -> None:
    mean, axes = learners.principal_axes(made)
    t = np.linspace(0, 2 * np.pi, 121)
    (a, u), (b, v) = axes
    line = mean[:, None] + size * (a * np.outer(u, np.cos(t)) + b * np.outer(v, np.sin(t)))
    panel.axes.plot(line[0], line[1], color=style.ORANGE, linewidth=2.4, zorder=5)
    panel.avoid(line[0], line[1])
    text = "$sigma$" if size == 1 else f"${size:g}*sigma$"
    places = [(float(line[0][i]), float(line[1][i])) for i in (20, 40, 80, 100, 10, 50)]
    panel.label(text, places, color=style.ORANGE)


def _principal(spec: Spec, made: Cloud, panel: Panel) -> None:
    mean, axes = learners.principal_axes(made)
    if spec.projections:
        along = axes[0][1]
        feet = mean + ((made.points - mean) @ along)[:, None] * along
        for p, q in list(zip(made.points, feet, strict=True))[:80]:
            panel.axes.plot(
                [p[0], q[0]], [p[1], q[1]], color=style.QUIET, linewidth=0.8, alpha=0.6, zorder=2
            )
        panel.axes.plot(
            feet[:80, 0], feet[:80, 1], linestyle="none", marker="o", markersize=3.6,
            color=style.ORANGE, markeredgewidth=0, zorder=4.5,
        )  # fmt: skip
        reach = 3.2 * axes[0][0] * np.array([-1.0, 1.0])
        line = mean[:, None] + np.outer(along, reach)
        panel.axes.plot(line[0], line[1], color=style.ORANGE, linewidth=1.2, zorder=3)
    if spec.axes:
        for k, (size, way) in enumerate(axes):
            end = mean + 2 * size * way
            color = (style.ORANGE, style.GREEN)[k]
            panel.arrow(
                (float(mean[0]), float(mean[1])), (float(end[0]), float(end[1])), color=color
            )


def _query(query: Query, made: Cloud, panel: Panel) -> None:
    """Draw a point, the circle of its neighbours and the lines to them."""
    x, y = query.xy
    distance = np.hypot(made.x - x, made.y - y)
    near = np.argsort(distance, kind="stable")[: query.k]
    for i in near:
        panel.axes.plot([x, made.x[i]], [y, made.y[i]], color=style.QUIET, linewidth=1.6, zorder=3)
    t = np.linspace(0, 2 * np.pi, 91)
    radius = float(distance[near].max()) * 1.06
    panel.axes.plot(
        x + radius * np.cos(t), y + radius * np.sin(t), color=style.QUIET, linewidth=style.THIN,
        linestyle=style.DASHES["dashed"], zorder=3,
    )  # fmt: skip
    panel.axes.plot(
        [x], [y], marker="*", markersize=17, color=style.INK, markeredgewidth=0, zorder=7
    )


# ---- boundaries and clusters --------------------------------------------------------------


def _boundary(spec: Spec, boundary: Boundary, made: Cloud, panel: Panel) -> None:
    rule = boundary.rule
    if rule in ("softmax", "mlp"):
        scores = (
            learners.softmax_regression(made)
            if rule == "softmax"
            else learners.network(made, boundary.steps[0] if boundary.steps else 500, spec.seed)
        )
        _regions(scores, panel)
    elif rule == "voronoi":
        if spec.centroids is not None:
            path, _ = learners.k_means(made, spec.centroids.k, spec.centroids.steps[0], spec.seed)
            _regions(_nearness(path[-1]), panel)
    elif rule == "perceptron":
        steps = boundary.steps or (10,)
        for i, (step, weights) in enumerate(
            zip(steps, learners.perceptron(made, steps), strict=True)
        ):
            color = style.ramp(0.25 + 0.65 * i / max(1, len(steps) - 1), style.GREEN)
            _straight(weights, 0.0, panel, color, label=str(step) if len(steps) > 1 else "")
    elif rule == "svm":
        _street(boundary, made, panel)
    else:
        weights = learners.logistic(made.points, (made.group > 0).astype(float), 0.1)
        _straight(weights, 0.0, panel, style.GREEN)
        if boundary.show_normal:
            _normal(weights, panel)


def _nearness(centroids: Array) -> learners.Scores:
    def scores(at: Array) -> Array:
        return np.asarray(-((at[:, None] - centroids[None]) ** 2).sum(axis=2))

    return scores


def _regions(scores: learners.Scores, panel: Panel) -> None:
    """Tint the plane by the class with the highest score, with lines between."""
    x = np.linspace(*panel.xlim, GRID)
    y = np.linspace(*panel.ylim, GRID)
    grid = np.column_stack([v.ravel() for v in np.meshgrid(x, y)])
    value = scores(grid)
    best = value.argmax(axis=1)
    for k in range(value.shape[1]):
        others = np.delete(value, k, axis=1).max(axis=1)
        lead = (value[:, k] - others).reshape(GRID, GRID)
        if (best == k).any():
            panel.axes.contourf(
                x, y, lead, levels=[0.0, max(float(lead.max()), 1e-9) * 1.01],
                colors=[style.color(k)], alpha=0.16, zorder=0.4,
            )  # fmt: skip
        if (lead > 0).any() and (lead < 0).any():
            panel.axes.contour(
                x, y, lead, levels=[0.0], colors=[style.INK], linewidths=1.6, zorder=2,
                linestyles="solid",
            )  # fmt: skip
    panel.limits(panel.xlim, panel.ylim)


def _straight(
    weights: Iterable[float], level: float, panel: Panel, color: str, *, label: str = "",
    dashes: str = "solid", width: float = style.LINE,
) -> None:  # fmt: skip
    """Draw the line on which a linear score has a value."""
    a, b, c = (float(w) for w in weights)
    c -= level
    if abs(a) + abs(b) < 1e-12:
        return
    foot = -c / (a * a + b * b)
    reach = 2 * (panel.xlim[1] - panel.xlim[0] + panel.ylim[1] - panel.ylim[0])
    size = math.hypot(a, b)
    t = np.linspace(-reach, reach, 800)
    x, y = foot * a - t * b / size, foot * b + t * a / size
    inside = (x >= panel.xlim[0]) & (x <= panel.xlim[1])
    inside &= (y >= panel.ylim[0]) & (y <= panel.ylim[1])
    if inside.sum() > 1:
        panel.curve(x[inside], y[inside], color=color, label=label, dashes=dashes, width=width)


def _normal(weights: Iterable[float], panel: Panel) -> None:
    """Draw the weight vector from the point of the boundary nearest to the middle."""
    a, b, c = (float(w) for w in weights)
    square = a * a + b * b
    x0, y0 = sum(panel.xlim) / 2, sum(panel.ylim) / 2
    off = (a * x0 + b * y0 + c) / square
    start = (x0 - off * a, y0 - off * b)
    size = 0.22 * (panel.ylim[1] - panel.ylim[0]) / math.sqrt(square)
    end = (start[0] + size * a, start[1] + size * b)
    panel.arrow(start, end, color=style.PURPLE, label="$w$")


def _street(boundary: Boundary, made: Cloud, panel: Panel) -> None:
    found = learners.widest_margin(made)
    if found is None:
        return
    way, bias = found
    weights = (*way, bias)
    _straight(weights, 0.0, panel, style.GREEN)
    if boundary.margins:
        for level in (-1.0, 1.0):
            _straight(weights, level, panel, style.GREEN, dashes="dashed", width=1.8)
        score = np.abs(made.points @ way + bias)
        held = score < 1 + 1e-6
        panel.axes.plot(
            made.x[held], made.y[held], linestyle="none", marker="o", markersize=15,
            markerfacecolor="none", color=style.INK, markeredgewidth=1.8, zorder=5,
        )  # fmt: skip
    if boundary.show_normal:
        _normal(weights, panel)


def _clusters(spec: Spec, centroids: Centroids, made: Cloud, panel: Panel) -> Indices:
    """Draw the centroids and their way; return the assignment of the points."""
    path, group = learners.k_means(made, centroids.k, centroids.steps[0], spec.seed)
    trail = np.array(path)
    for k in range(centroids.k):
        panel.axes.plot(trail[:, k, 0], trail[:, k, 1], color=style.INK, linewidth=1.4, zorder=5)
        panel.axes.plot(
            trail[-1:, k, 0], trail[-1:, k, 1], marker="X", markersize=12, color=style.INK,
            markeredgewidth=0, linestyle="none", zorder=7,
        )  # fmt: skip
    return group


# ---- rules ----------------------------------------------------------------------------


def _targets(spec: Spec, panel: Panel) -> None:
    """Draw rings and shots."""
    panel.bare((-1.15, 1.15), (-1.15, 1.15))
    t = np.linspace(0, 2 * np.pi, 91)
    for radius in (0.33, 0.66, 1.0):
        panel.axes.plot(
            radius * np.cos(t), radius * np.sin(t), color=style.FAINT, linewidth=1.6, zorder=1
        )
    panel.axes.plot(
        [0], [0], marker="+", markersize=14, color=style.INK, markeredgewidth=2.0, zorder=2
    )
    rng = np.random.default_rng(spec.seed)
    count = min(spec.params.n, 60)
    shots = rng.standard_normal((count, 2))
    shots = (shots - shots.mean(axis=0)) / shots.std(axis=0) * spec.params.spread
    shots += spec.params.bias * np.array([math.cos(0.6), math.sin(0.6)])
    panel.axes.plot(
        shots[:, 0], shots[:, 1], linestyle="none", marker="o", markersize=6.0,
        color=style.BLUE, markeredgewidth=0, alpha=0.8, zorder=3, clip_on=False,
    )  # fmt: skip


def _darts(spec: Spec, panel: Panel) -> None:
    """Draw darts on a square and the quarter of a circle in it."""
    count = spec.n or spec.params.n
    x, y = np.random.default_rng(spec.seed).random((2, count))
    inside = np.hypot(x, y) <= 1
    panel.equal = True
    panel.limits((0.0, 1.0), (0.0, 1.0))
    t = np.linspace(0, np.pi / 2, 61)
    panel.axes.plot(np.cos(t), np.sin(t), color=style.INK, linewidth=2.2, zorder=5, clip_on=False)
    dots(Cloud(x, y, np.where(inside, 0, 1)), np.where(inside, 0, 1), panel, shapes=False)
    hits = int(inside.sum())
    draw_marks(spec, panel)
    if not spec.xlabel:
        panel.xlabel = f"4 · {hits} / {count} = {4 * hits / count:.3f}"


# ---- checks ---------------------------------------------------------------------------


def check(spec: Spec, expressions: Expressions) -> Iterator[FormulaProblem]:
    """Yield overlays that do not belong to the points, classes that no line separates."""
    del expressions
    if (spec.gen is None) == (spec.rule is None):
        message = "either gen or rule is needed"
        yield FormulaProblem((), "missing-key", message, "add gen: linear")
        return
    (a, b), (c, d) = spec.cov
    if b != c or a < 0 or d < 0 or a * d - b * c < 0:
        message = "not a covariance matrix: it must be symmetric and positive semidefinite"
        yield FormulaProblem(("cov",), "wrong-shape", message, "make it [[a, b], [b, c]], b² ≤ a c")
        return
    if spec.rule is not None:
        return
    made = cloud_of(spec)
    yield from _fit_problems(spec, made)
    if spec.boundary is not None:
        yield from _boundary_problems(spec, spec.boundary, made)
    window = _window(spec, made)
    yield from check_marks(spec, *window)


def _fit_problems(spec: Spec, made: Cloud) -> Iterator[FormulaProblem]:
    for i, fit in enumerate(spec.fits):
        given = [fit.poly is not None, fit.sigmoid, fit.stumps is not None, bool(fit.gd_steps)]
        if sum(given) != 1:
            message = "a fit needs exactly one of poly, sigmoid, stumps, gd_steps"
            yield FormulaProblem(("fits", i), "missing-key", message, "write line or poly: 3")
        if fit.poly is not None and fit.poly >= len(made.x):
            message = f"{len(made.x)} points do not determine degree {fit.poly}"
            yield FormulaProblem(("fits", i, "poly"), "out-of-range", message, "add points")
        if fit.sigmoid and spec.gen != "logistic_1d":
            message = "a logistic curve needs heights 0 and 1"
            path = ("fits", i, "sigmoid")
            yield FormulaProblem(path, "wrong-value", message, "use gen: logistic_1d")
    for key in ("residuals", "residual_squares", "noise_bells"):
        if getattr(spec, key) and (not spec.fits or spec.fits[0].gd_steps):
            message = f"{key} belong to a fitted curve"
            yield FormulaProblem((key,), "missing-key", message, "add fits: [line]")
    if spec.truth and spec.gen not in ("linear", "sine", "parabola"):
        message = f"the generator {spec.gen} has no curve"
        yield FormulaProblem(("truth",), "wrong-value", message, "drop truth")


def _boundary_problems(spec: Spec, boundary: Boundary, made: Cloud) -> Iterator[FormulaProblem]:
    classes = int(made.group.max()) + 1
    path = ("boundary", "rule")
    if boundary.rule == "voronoi":
        if spec.centroids is None:
            message = "voronoi cells belong to centroids"
            yield FormulaProblem(path, "missing-key", message, "add centroids: {k: 3}")
        return
    if classes < 2:
        message = "a boundary needs at least two classes"
        yield FormulaProblem(path, "wrong-value", message, "use gen: two_blobs")
        return
    if boundary.rule != "softmax" and classes > 2:
        message = f"{boundary.rule} separates two classes, not {classes}"
        yield FormulaProblem(path, "wrong-value", message, "use softmax")
    if boundary.rule == "svm" and learners.widest_margin(made) is None:
        message = "no line separates the classes"
        yield FormulaProblem(path, "wrong-value", message, "add params: {separable: true}")


def alt(spec: Spec, say: Templates) -> str:
    """State what the points are and what is drawn over them."""
    count = spec.n or spec.params.n
    if spec.rule == "targets":
        where = "off" if spec.params.bias > 0.2 else "around"
        how = "wide" if spec.params.spread > 0.2 else "close"
        return say("targets", f"{where}-{how}", count=count)
    if spec.rule == "pi_darts":
        return say("darts", count=count)
    points = say("points", spec.gen or "mvn", count=count)
    shown = ["fit" if len(spec.fits) == 1 else "fits"] if spec.fits else []
    shown += [name for name in OVERLAYS if getattr(spec, name)]
    if not shown:
        return points
    return say("with", points=points, overlays=", ".join(say(name) for name in shown))


OVERLAYS = (
    "truth", "residuals", "residual_squares", "noise_bells", "boundary", "ellipses", "axes",
    "projections", "centroids", "query",
)  # fmt: skip
"""Keys that draw something over the points, in the order in which they are told."""

EXAMPLES: tuple[dict[str, Any], ...] = (
    {
        "kind": "scatter",
        "gen": "linear",
        "params": {"slope": 0.8, "intercept": 1, "noise": 0.9, "n": 12},
        "fits": ["line"],
        "residual_squares": True,
        "seed": 3,
    },
    {
        "kind": "scatter",
        "panels": [
            {"cov": [[1, -0.8], [-0.8, 1]], "title": "Cov = −0.8"},
            {"cov": [[1, 0], [0, 1]], "title": "Cov = 0"},
            {"cov": [[1, 0.8], [0.8, 1]], "title": "Cov = 0.8"},
        ],
        "gen": "mvn",
        "n": 200,
    },
    {
        "kind": "scatter",
        "gen": "linear",
        "params": {"slope": 0.8, "intercept": 1, "noise": 0.5, "n": 15},
        "fits": ["line"],
        "noise_bells": True,
        "seed": 1,
    },
    {
        "kind": "scatter",
        "panels": [
            {"fits": [{"poly": 1}], "title": "degree 1"},
            {"fits": [{"poly": 3}], "title": "degree 3"},
            {"fits": [{"poly": 9}], "title": "degree 9"},
        ],
        "gen": "sine",
        "params": {"n": 12, "noise": 0.2},
        "truth": True,
    },
    {
        "kind": "scatter",
        "gen": "sine",
        "params": {"n": 40, "noise": 0.1},
        "fits": [
            {"stumps": 1, "label": "1"}, {"stumps": 5, "label": "5"}, {"stumps": 50, "label": "50"},
        ],
    },
    {
        "kind": "scatter",
        "gen": "linear",
        "params": {"slope": 0.8, "intercept": 1, "noise": 0.4, "n": 25},
        "fits": [{"gd_steps": [0, 1, 3, 10, 100]}],
    },
    {
        "kind": "scatter",
        "gen": "logistic_1d",
        "params": {"n": 40},
        "fits": [{"sigmoid": True}],
    },
    {
        "kind": "scatter",
        "gen": "two_blobs",
        "params": {"n": 40, "separable": True},
        "boundary": {"rule": "svm", "margins": True},
        "seed": 3,
    },
    {
        "kind": "scatter",
        "gen": "two_blobs",
        "params": {"n": 40, "separable": True},
        "boundary": {"rule": "perceptron", "steps": [1, 3, 10]},
        "seed": 3,
    },
    {
        "kind": "scatter",
        "gen": "two_blobs",
        "params": {"n": 60},
        "boundary": {"rule": "linear", "show_normal": True},
    },
    {
        "kind": "scatter",
        "gen": "three_blobs",
        "params": {"n": 90},
        "boundary": {"rule": "softmax"},
    },
    {
        "kind": "scatter",
        "panels": [
            {"boundary": {"rule": "mlp", "steps": 0}, "title": "step 0"},
            {"boundary": {"rule": "mlp", "steps": 200}, "title": "step 200"},
            {"boundary": {"rule": "mlp", "steps": 3000}, "title": "step 3000"},
        ],
        "gen": "xor",
        "seed": 1,
    },
    {
        "kind": "scatter",
        "gen": "three_blobs",
        "params": {"n": 90},
        "centroids": {"k": 3, "steps": [0, 1, 10]},
        "boundary": {"rule": "voronoi"},
        "labels": ["assign", "move", "converged"],
    },
    {
        "kind": "scatter",
        "gen": "mvn",
        "cov": [[3, 1.5], [1.5, 1]],
        "n": 200,
        "axes": True,
        "projections": 1,
    },
    {
        "kind": "scatter",
        "gen": "mvn",
        "cov": [[2, 1.2], [1.2, 1]],
        "n": 300,
        "ellipses": [1, 2],
        "axes": True,
    },
    {
        "kind": "scatter",
        "gen": "two_blobs",
        "params": {"n": 40},
        "query": {"xy": [0.2, 0.4], "k": 5},
        "seed": 1,
    },
    {
        "kind": "scatter",
        "panels": [
            {"gen": "rings", "title": "$x_1$ and $x_2$"},
            {"gen": "rings_lifted", "title": "$x_1$ and $r**2$"},
        ],
        "params": {"n": 80},
    },
    {
        "kind": "scatter",
        "panels": [
            {"gen": "xor", "title": "inputs"},
            {"gen": "xor_hidden", "title": "hidden units", "boundary": {"rule": "linear"}},
        ],
    },
    {
        "kind": "scatter",
        "rule": "targets",
        "params": {
            "panels": [
                "low bias, low variance", "low bias, high variance",
                "high bias, low variance", "high bias, high variance",
            ],
            "n": 20,
        },
    },
    {"kind": "scatter", "rule": "pi_darts", "params": {"n": 800}},
)  # fmt: skip

KIND = Kind(
    "scatter",
    "points with fits, residuals, boundaries, ellipses, principal axes and clusters",
    Spec,
    draw,
    check,
    alt,
    EXAMPLES,
    panels=panels,
    equal=equal,
)
