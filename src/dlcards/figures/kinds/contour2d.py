"""Level curves of f(x, y) with gradients, optimiser paths and constraints."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BeforeValidator, Field

from dlcards.claims.parser import FormulaError, parse_formula
from dlcards.claims.statement import FormulaProblem
from dlcards.claims.tree import walk
from dlcards.figures import style
from dlcards.figures.arrays import Array, symmetric_eigen
from dlcards.figures.expressions import Expressions
from dlcards.figures.kind import Kind, Templates
from dlcards.figures.labels import plain_text
from dlcards.figures.marks import check_marks, draw_marks, outside, plane_names
from dlcards.figures.panel import Panel
from dlcards.figures.spec import Formula, Label, Number, Pair, PlotSpec, Range, Strict, Whole

GRID = 121
FINE_GRID = 301
KINKED = frozenset({"abs", "max", "min", "norm1", "norminf", "relu", "cases", "sign", "ind"})
"""Words that make corners, which need a finer grid."""

Method = Literal["gd", "sgd", "momentum", "adagrad", "rmsprop", "adam"]
METHOD_NAMES = {
    "gd": "GD", "sgd": "SGD", "momentum": "momentum",
    "adagrad": "AdaGrad", "rmsprop": "RMSProp", "adam": "Adam",
}  # fmt: skip
FAR = 20.0
"""A path this many window widths away counts as diverged."""


class Descent(Strict):
    """The path of an optimiser on the first expression, from its own gradient."""

    method: Method = Field("gd", description="The optimiser.")
    start: Pair = Field(description="Where it starts.")
    lr: Annotated[Number, Field(gt=0)] = Field(description="Learning rate.")
    steps: Annotated[Whole, Field(ge=1, le=400)] = Field(20, description="How many steps.")
    alpha: Annotated[Number, Field(ge=0, lt=1)] = Field(0.9, description="Momentum.")
    rho: Annotated[Number, Field(ge=0, lt=1)] = Field(0.9, description="Decay of RMSProp.")
    noise: Annotated[Number, Field(ge=0)] = Field(
        1.0, description="Standard deviation of the noise in SGD's gradients."
    )
    seed: Annotated[Whole, Field(ge=0)] = Field(0, description="Of the noise.")
    label: Label | None = Field(None, description="Left out: what distinguishes the paths.")


class Constraint(Strict):
    """The curve, or with ``fill`` the region, to which a solution is bound."""

    expr: Formula = Field(description="Formula in x and y.")
    level: Number = Field(description="The curve is expr = level.")
    fill: bool = Field(False, description="The region expr ≤ level.")
    label: Label = Field("", description="Text beside it.")


Levels = Annotated[tuple[Number, ...], Field(min_length=1, max_length=12)]


class Spec(PlotSpec):
    """Level curves of f(x, y)."""

    kind: Literal["contour2d"]
    exprs: Annotated[
        tuple[Formula, ...], BeforeValidator(lambda v: [v] if isinstance(v, str) else v)
    ] = Field(min_length=1, max_length=4, description="Formulas in x and y.")
    labels: tuple[Label, ...] = Field((), max_length=4, description="One for each expression.")
    levels: Levels = Field(description="The heights of the curves.")
    level_labels: bool = Field(False, description="Write the heights beside the curves.")
    x: Range = Field(description="Horizontal range, [from, to].")
    y: Range = Field(description="Vertical range, [from, to].")
    gradient_at: tuple[Pair, ...] = Field(
        (), max_length=9, description="Arrows of the first expression's gradient at these points."
    )
    directions_at: tuple[tuple[Number, Number, Annotated[Whole, Field(ge=3, le=24)]], ...] = Field(
        (),
        max_length=3,
        description="Fans of unit arrows [x, y, count], coloured by the slope in their direction.",
    )
    tangent_at: tuple[Pair, ...] = Field(
        (), max_length=4, description="Tangents of the level curve through these points."
    )
    paths: tuple[Descent, ...] = Field((), max_length=4, description="Paths of optimisers.")
    constraint: Constraint | None = Field(None, description="A constraint.")
    axes_from_cov: tuple[Pair, Pair] | None = Field(
        None, description="A covariance: its eigenvectors, as long as standard deviations."
    )
    eigen_axes: bool = Field(
        False, description="Eigenvectors of the first expression's Hessian at 0, with eigenvalues."
    )


# ---- numbers --------------------------------------------------------------------------


def descend(path: Descent, text: str, expressions: Expressions) -> Array:
    """Return the points of an optimiser's path, an array ``(steps + 1, 2)``.

    A path that overflows ends early.
    """
    rng = np.random.default_rng(path.seed)
    at = np.array(path.start)
    points = [at]
    velocity, square = np.zeros(2), np.zeros(2)
    for step in range(1, path.steps + 1):
        slope = np.asarray(expressions.gradient(text, *at))
        if path.method == "sgd":
            slope = slope + path.noise * rng.standard_normal(2)
        move, velocity, square = _move(path, slope, velocity, square, step)
        at = at + move
        if not np.all(np.isfinite(at)) or np.max(np.abs(at)) > 1e9:
            break
        points.append(at)
    return np.array(points)


def _move(
    path: Descent, slope: Array, velocity: Array, square: Array, step: int
) -> tuple[Array, Array, Array]:
    """Return the step an optimiser takes, and its two memories afterwards."""
    tiny = 1e-8
    if path.method == "momentum":
        velocity = path.alpha * velocity - path.lr * slope
        return velocity, velocity, square
    if path.method == "adagrad":
        square = square + slope**2
        return -path.lr * slope / (np.sqrt(square) + tiny), velocity, square
    if path.method == "rmsprop":
        square = path.rho * square + (1 - path.rho) * slope**2
        return -path.lr * slope / (np.sqrt(square) + tiny), velocity, square
    if path.method == "adam":
        velocity = 0.9 * velocity + 0.1 * slope
        square = 0.999 * square + 0.001 * slope**2
        mean, spread = velocity / (1 - 0.9**step), square / (1 - 0.999**step)
        return -path.lr * mean / (np.sqrt(spread) + tiny), velocity, square
    return -path.lr * slope, velocity, square


def _surface(text: str, spec: Spec, expressions: Expressions) -> tuple[Array, Array, Array]:
    corners = any(node.op == "call" and node.name in KINKED for node in walk(parse_formula(text)))
    count = FINE_GRID if corners else GRID
    x, y = np.meshgrid(np.linspace(*spec.x, count), np.linspace(*spec.y, count))
    return x, y, expressions.values(text, x=x, y=y)


def _hessian(text: str, expressions: Expressions) -> Array:
    """Return the Hessian of a formula at the origin, by differentiating twice."""
    terms = [f"d(d({text}, {a}), {b})" for a in "xy" for b in "xy"]
    origin = {"x": 0.0, "y": 0.0}
    return np.array([float(expressions.values(t, **origin)) for t in terms]).reshape(2, 2)


# ---- drawing --------------------------------------------------------------------------


def equal(spec: Spec) -> bool:
    """Return whether arrows or right angles need the same scale in both directions."""
    return bool(
        spec.gradient_at or spec.directions_at or spec.tangent_at
        or spec.axes_from_cov or spec.eigen_axes
    )  # fmt: skip


def draw(spec: Spec, panel: Panel) -> None:
    """Draw the level curves and what lies over them."""
    panel.limits(spec.x, spec.y)
    panel.xname, panel.yname = plane_names(panel.expressions)
    panel.equal = equal(spec)
    if spec.constraint is not None:
        _constraint(spec.constraint, spec, panel)
    for i, text in enumerate(spec.exprs):
        _levels(i, text, spec, panel)
    _directions(spec, panel)
    _gradients(spec, panel)
    _tangents(spec, panel)
    if spec.axes_from_cov is not None:
        _axes(spec.axes_from_cov, panel)
    if spec.eigen_axes:
        _eigen_axes(spec, panel)
    colors = (style.ORANGE, style.GREEN, style.PURPLE, style.BROWN)
    for path, color, label in zip(spec.paths, colors, _path_labels(spec), strict=False):
        _path(path, color, label, spec, panel)
    draw_marks(spec, panel)


def _levels(i: int, text: str, spec: Spec, panel: Panel) -> None:
    x, y, z = _surface(text, spec, panel.expressions)
    levels = sorted(set(spec.levels))
    single = len(spec.exprs) == 1
    last = max(1, len(levels) - 1)
    shades = [style.ramp(0.75 - 0.35 * k / last) for k in range(len(levels))]
    colors = shades if single else [style.color(i)] * len(levels)
    groups = _curves(panel, (x, y, z), levels, colors, width=2.2, order=2.0, weight=0.3)
    for level, segments, color in zip(levels, groups, colors, strict=True):
        if segments and spec.level_labels:
            number = style.number_text(level)
            panel.label(number, _along(segments), color=color, reach=2.5, priority=3)
    label = spec.labels[i] if i < len(spec.labels) else ""
    every = [segment for group in groups[::-1] for segment in group]
    if every and label:
        panel.label(label, _along(every), color=colors[-1], reach=5, priority=3)


def _curves(
    panel: Panel, surface: tuple[Array, Array, Array], levels: list[float], colors: list[str],
    *, width: float, order: float, weight: float,
) -> list[list[Array]]:  # fmt: skip
    """Draw level curves and return them, one list of arrays for each level."""
    computed = panel.axes.contour(*surface, levels=levels)
    groups = [[segment for segment in group if len(segment)] for group in computed.allsegs]
    computed.remove()
    for segments, color in zip(groups, colors, strict=True):
        for segment in segments:
            x, y = segment.T
            panel.axes.plot(x, y, color=color, linewidth=width, zorder=order)
            panel.avoid(x, y, weight)
    return groups


def _along(segments: Sequence[Array]) -> list[tuple[float, float]]:
    """Return places along the longest of some curves."""
    longest = max(segments, key=len)
    shares = (0.12, 0.88, 0.62, 0.38, 0.0, 0.5, 0.25, 0.75, 0.06, 0.94, 0.18, 0.82, 0.31, 0.69)
    return [tuple(longest[int(s * (len(longest) - 1))]) for s in shares]


def _constraint(constraint: Constraint, spec: Spec, panel: Panel) -> None:
    x, y, z = _surface(constraint.expr, spec, panel.expressions)
    if constraint.fill:
        low = float(z[z == z].min()) - 1.0
        panel.axes.contourf(
            x, y, z, levels=[min(low, constraint.level - 1), constraint.level],
            colors=[style.GREEN], alpha=style.FILL, zorder=1,
        )  # fmt: skip
    (curves,) = _curves(
        panel, (x, y, z), [constraint.level], [style.GREEN], width=style.LINE, order=3, weight=1
    )
    if constraint.label and curves:
        panel.label(constraint.label, _along(curves), color=style.GREEN, priority=2)


def _gradients(spec: Spec, panel: Panel) -> None:
    if not spec.gradient_at:
        return
    slopes = [panel.expressions.gradient(spec.exprs[0], *at) for at in spec.gradient_at]
    longest = max(float(np.hypot(*s)) for s in slopes) or 1.0
    reach = 0.2 * min(spec.x[1] - spec.x[0], 1.4 * (spec.y[1] - spec.y[0]))
    pairs = list(zip(spec.gradient_at, slopes, strict=True))
    reach = min(reach, *(_room(at, slope, longest, spec) for at, slope in pairs))
    for k, (at, slope) in enumerate(pairs):
        length = float(np.hypot(*slope))
        if length == 0.0:
            continue
        scaled = np.asarray(slope) / length * reach * max(0.3, length / longest)
        head = (at[0] + float(scaled[0]), at[1] + float(scaled[1]))
        panel.arrow(at, head, color=style.ORANGE, label=r"$\nabla f$" if k == 0 else "")
        panel.point(*at, size=7)


def _room(at: Pair, slope: Array, longest: float, spec: Spec) -> float:
    """Return how long the longest arrow may be for this one to stay in the window."""
    rooms = [math.inf]
    for start, part, (low, high) in zip(at, slope, (spec.x, spec.y), strict=True):
        if part:
            rooms.append(((high if part > 0 else low) - start) / part * longest)
    span = min(spec.x[1] - spec.x[0], spec.y[1] - spec.y[0])
    return max(0.96 * min(rooms), 0.12 * span)


def _directions(spec: Spec, panel: Panel) -> None:
    reach = 0.17 * min(spec.x[1] - spec.x[0], 1.4 * (spec.y[1] - spec.y[0]))
    for x, y, count in spec.directions_at:
        slope = np.asarray(panel.expressions.gradient(spec.exprs[0], x, y))
        length = float(np.hypot(*slope)) or 1.0
        toward = math.atan2(slope[1], slope[0])
        for k in range(1 if (x, y) in spec.gradient_at else 0, count):
            angle = toward + 2 * math.pi * k / count
            unit = np.array([math.cos(angle), math.sin(angle)])
            share = float(unit @ slope) / length
            hue = style.ORANGE if share > 0.02 else style.BLUE if share < -0.02 else style.QUIET
            color = hue if abs(share) > 0.99 or hue == style.QUIET else style.ramp(0.3, hue)
            head = (x + reach * float(unit[0]), y + reach * float(unit[1]))
            panel.arrow((x, y), head, color=color, width=1.8, order=4)


def _tangents(spec: Spec, panel: Panel) -> None:
    span = math.hypot(spec.x[1] - spec.x[0], spec.y[1] - spec.y[0])
    for x, y in spec.tangent_at:
        gx, gy = panel.expressions.gradient(spec.exprs[0], x, y)
        length = math.hypot(gx, gy) or 1.0
        t = np.array([-span, span])
        xs, ys = x - t * gy / length, y + t * gx / length
        panel.axes.plot(xs, ys, color=style.GREEN, linewidth=2.2, zorder=3)
        panel.avoid(xs, ys)
        panel.point(x, y)


def _axes(covariance: tuple[Pair, Pair], panel: Panel) -> None:
    values, vectors = symmetric_eigen(covariance)
    for k, value in enumerate(values[::-1]):
        axis = np.array(vectors[1 - k]) * math.sqrt(max(value, 0.0))
        axis = axis if axis[0] >= 0 else -axis
        label = f"$sqrt(lam_{k + 1})*v_{k + 1}$"
        panel.arrow((0.0, 0.0), (float(axis[0]), float(axis[1])), color=style.ORANGE, label=label)


def _eigen_axes(spec: Spec, panel: Panel) -> None:
    values, vectors = symmetric_eigen(_hessian(spec.exprs[0], panel.expressions))
    reach = 0.34 * min(spec.x[1] - spec.x[0], spec.y[1] - spec.y[0])
    for k in (0, 1):
        axis = np.array(vectors[k]) * reach
        axis = axis if axis[0] + axis[1] >= 0 else -axis
        label = f"$lam == {round(float(values[k]), 3):g}$"
        color = (style.GREEN, style.ORANGE)[k]
        panel.arrow((0.0, 0.0), (float(axis[0]), float(axis[1])), color=color, label=label)


def _path_labels(spec: Spec) -> list[str]:
    """Return labels that tell the paths apart: methods, else learning rates."""
    if len(spec.paths) < 2:
        return [path.label or "" for path in spec.paths]
    if len({path.method for path in spec.paths}) > 1:
        usual = [METHOD_NAMES[path.method] for path in spec.paths]
    else:
        usual = [f"$eta == {path.lr:g}$" for path in spec.paths]
    return [
        path.label if path.label is not None else text
        for path, text in zip(spec.paths, usual, strict=True)
    ]


def _path(path: Descent, color: str, label: str, spec: Spec, panel: Panel) -> None:
    points = descend(path, spec.exprs[0], panel.expressions)
    x, y = points.T
    panel.axes.plot(
        x, y, color=color, linewidth=1.8, marker="o", markersize=4.5, markeredgewidth=0, zorder=5
    )
    panel.avoid(x, y)
    panel.point(float(x[0]), float(y[0]))
    count = len(points)
    anchors = [tuple(points[k]) for k in (0, 1, min(2, count - 1), count // 3, count // 2)]
    panel.label(label, anchors, color=color, reach=6, priority=2)


# ---- checks ---------------------------------------------------------------------------


def check(spec: Spec, expressions: Expressions) -> Iterator[FormulaProblem]:
    """Yield formulas that do not read, levels never reached, paths that diverge."""
    mistakes = [
        p
        for i, text in enumerate(spec.exprs)
        for p in expressions.mistakes(text, ("x", "y"), ("exprs", i))
    ]
    bound = spec.constraint
    if bound is not None:
        mistakes += expressions.mistakes(bound.expr, ("x", "y"), ("constraint", "expr"))
    yield from mistakes
    if mistakes:
        return
    try:
        for i, text in enumerate(spec.exprs):
            levels: Levelled = [(("levels", k), level) for k, level in enumerate(spec.levels)]
            yield from _reached(text, ("exprs", i), levels, spec, expressions)
    except FormulaError as error:
        yield _told(("exprs", i), error)
        return
    if bound is not None:
        try:
            levels = [(("constraint", "level"), bound.level)]
            yield from _reached(bound.expr, ("constraint", "expr"), levels, spec, expressions)
        except FormulaError as error:
            yield _told(("constraint", "expr"), error)
    yield from _places(spec)
    for i, path in enumerate(spec.paths):
        yield from _stays(i, path, spec, expressions)
    yield from check_marks(spec, spec.x, spec.y)


Levelled = list[tuple[tuple[str | int, ...], float]]


def _told(path: tuple[str | int, ...], error: FormulaError) -> FormulaProblem:
    return FormulaProblem(path, error.code, error.message, error.hint, error.start, error.end)


def _reached(
    text: str, path: tuple[str | int, ...], levels: Levelled, spec: Spec, expressions: Expressions
) -> Iterator[FormulaProblem]:
    _, _, z = _surface(text, spec, expressions)
    finite = z[np.isfinite(z)]
    if len(finite) < z.size / 2:
        message = "the formula has no value in half of the window or more"
        yield FormulaProblem(path, "no-value", message, "change x or y")
        return
    low, high = float(finite.min()), float(finite.max())
    for place, level in levels:
        if not low < level < high:
            message = (
                f"the level {level:g} is never reached: values go from {low:.3g} to {high:.3g}"
            )
            yield FormulaProblem(place, "level-not-reached", message, "change it, or the window")


def _places(spec: Spec) -> Iterator[FormulaProblem]:
    groups = {
        "gradient_at": spec.gradient_at,
        "tangent_at": spec.tangent_at,
        "directions_at": spec.directions_at,
    }
    for key, places in groups.items():
        for i, place in enumerate(places):
            yield from outside((key, i, 0), place[0], spec.x, "x")
            yield from outside((key, i, 1), place[1], spec.y, "y")
    for i, path in enumerate(spec.paths):
        yield from outside(("paths", i, "start", 0), path.start[0], spec.x, "x")
        yield from outside(("paths", i, "start", 1), path.start[1], spec.y, "y")
    if len(spec.labels) > len(spec.exprs):
        message = f"{len(spec.labels)} labels for {len(spec.exprs)} expressions"
        yield FormulaProblem(("labels",), "out-of-range", message, "one label for each expression")
    cov = spec.axes_from_cov
    if cov is not None and not (
        cov[0][1] == cov[1][0] and cov[0][0] > 0 and cov[0][0] * cov[1][1] >= cov[0][1] ** 2
    ):
        message = "this is not a covariance: it must be symmetric and positive"
        yield FormulaProblem(("axes_from_cov",), "wrong-shape", message, "[[2, 1], [1, 2]]")


def _stays(i: int, path: Descent, spec: Spec, expressions: Expressions) -> Iterator[FormulaProblem]:
    points = descend(path, spec.exprs[0], expressions)
    middle = np.array([sum(spec.x) / 2, sum(spec.y) / 2])
    span = np.array([spec.x[1] - spec.x[0], spec.y[1] - spec.y[0]])
    away = np.abs(points - middle) / span
    if len(points) <= path.steps or float(away.max()) > FAR:
        first = int(np.argmax((away > 0.5).any(axis=1))) if (away > 0.5).any() else len(points)
        message = f"the path diverges: it leaves the window at step {first} and does not return"
        yield FormulaProblem(("paths", i), "path-diverges", message, "a smaller lr, or fewer steps")


def alt(spec: Spec, say: Templates) -> str:
    """State whose level curves are seen, and what lies over them."""
    names = [plain_text(t) for t in spec.labels] or list(spec.exprs)
    levels = ", ".join(style.number_text(v) for v in spec.levels)
    paths = [
        plain_text(t) or METHOD_NAMES[p.method]
        for t, p in zip(_path_labels(spec), spec.paths, strict=True)
    ]
    marked = [plain_text(p.label) for p in spec.points if p.label]
    parts = [say("levels", functions=", ".join(names), levels=levels)]
    if spec.gradient_at:
        count = len(spec.gradient_at)
        parts.append(say("gradients" if count > 1 else "gradient", count=count))
    parts += [say("directions")] if spec.directions_at else []
    parts += [say("tangent")] if spec.tangent_at else []
    parts += [say("paths", paths=", ".join(paths))] if paths else []
    parts += [say("constraint", constraint=spec.constraint.expr)] if spec.constraint else []
    parts += [say("axes")] if spec.axes_from_cov or spec.eigen_axes else []
    parts += [say("marked", points=", ".join(marked))] if marked else []
    return "; ".join(parts)


EXAMPLES: tuple[dict[str, Any], ...] = (
    {
        "kind": "contour2d",
        "exprs": ["x**2 + 3*y**2"],
        "levels": [1, 3, 6, 10],
        "x": [-4, 4],
        "y": [-2.5, 2.5],
        "gradient_at": [[1.5, 1.0], [-2, 0.8], [0.5, -1.5], [2.5, -0.5]],
        "caption": "Every gradient is perpendicular to its level curve.",
    },
    {
        "kind": "contour2d",
        "exprs": ["0.5*x**2 + 10*y**2"],
        "levels": [1, 3, 8, 16],
        "x": [-4.5, 4.5],
        "y": [-1.5, 1.5],
        "paths": [
            {"method": "gd", "start": [-4, 1.1], "lr": 0.09, "steps": 30},
            {"method": "momentum", "start": [-4, 1.1], "lr": 0.03, "alpha": 0.8, "steps": 30},
        ],
    },
    {
        "kind": "contour2d",
        "exprs": ["abs(x)+abs(y)", "sqrt(x**2+y**2)", "max(abs(x),abs(y))"],
        "labels": ["$p == 1$", "$p == 2$", "$p == oo$"],
        "levels": [1],
        "x": [-1.4, 1.4],
        "y": [-1.4, 1.4],
        "equal": True,
    },
    {
        "kind": "contour2d",
        "panels": [
            {"constraint": {"expr": "x**2+y**2", "level": 1, "fill": True}, "title": "ridge"},
            {"constraint": {"expr": "abs(x)+abs(y)", "level": 1, "fill": True}, "title": "lasso"},
        ],
        "exprs": ["(x-1.6)**2 + 2*(y-0.7)**2"],
        "levels": [0.2, 0.8, 1.8],
        "x": [-1.5, 3],
        "y": [-1.5, 2],
        "equal": True,
    },
    {
        "kind": "contour2d",
        "exprs": ["exp(-0.5*(x**2 - 2.4*x*y + 2*y**2)/0.56)/(2*pi*sqrt(0.56))"],
        "levels": [0.02, 0.06, 0.12, 0.18],
        "x": [-4, 4],
        "y": [-3, 3],
        "axes_from_cov": [[2, 1.2], [1.2, 1]],
    },
    {
        "kind": "contour2d",
        "exprs": ["x**2 + 3*y**2"],
        "levels": [1, 3, 6],
        "x": [-3, 3],
        "y": [-2, 2],
        "gradient_at": [[1.2, 0.8]],
        "directions_at": [[1.2, 0.8, 12]],
    },
    {
        "kind": "contour2d",
        "exprs": ["0.5*x**2 + 3*y**2"],
        "levels": [0.5, 1.5, 3],
        "level_labels": True,
        "x": [-3, 3],
        "y": [-1.5, 1.5],
        "eigen_axes": True,
    },
    {
        "kind": "contour2d",
        "exprs": ["(x-2)**2 + (y-1)**2"],
        "levels": [0.5, 1.5278640450004206, 3],
        "x": [-1.5, 3.5],
        "y": [-1.5, 2.5],
        "constraint": {"expr": "x**2 + y**2", "level": 1, "label": "$g == 0$"},
        "points": [{"xy": ["2/sqrt(5)", "1/sqrt(5)"], "label": "optimum"}],
        "gradient_at": [["2/sqrt(5)", "1/sqrt(5)"]],
    },
    {
        "kind": "contour2d",
        "panels": [
            {"paths": [{"start": [-3, 1.5], "lr": 0.02, "steps": 20}], "title": "too small"},
            {"paths": [{"start": [-3, 1.5], "lr": 0.2, "steps": 20}], "title": "good"},
            {"paths": [{"start": [-3, 1.5], "lr": 0.51, "steps": 8}], "title": "too large"},
        ],
        "exprs": ["0.5*x**2 + 2*y**2"],
        "levels": [0.5, 2, 5],
        "x": [-4, 4],
        "y": [-3, 3],
    },
    {
        "kind": "contour2d",
        "exprs": ["x**2 + 2*y**2"],
        "levels": [1, 3, 6],
        "level_labels": True,
        "x": [-3, 3],
        "y": [-2, 2.2],
        "equal": True,
        "arrows": [
            {"from": [1, 1], "to": ["1 + 2/4", "1 + 4/4"], "color": "orange"},
            {
                "along": ["sqrt(3)*cos(t)", "sqrt(3/2)*sin(t)"],
                "t": [1.2, 2.4],
                "label": "$f(x, y) == 3$",
                "color": "green",
            },
        ],
        "segments": [{"from": [-0.2, 1.6], "to": [2.2, 0.4], "style": "dashed"}],
        "angles": [{"at": [1, 1], "from": ["1 + 2", "1 - 1"], "to": ["1 + 1", "1 + 2"]}],
    },
)

KIND = Kind(
    "contour2d",
    "level curves of f(x, y), gradients, optimiser paths, constraints",
    Spec,
    draw,
    check,
    alt,
    EXAMPLES,
    equal=equal,
)
