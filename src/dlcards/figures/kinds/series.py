"""Curves against a step, a size or a strength: formulas and small simulations."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from dlcards.claims.parser import FormulaError, parse_formula
from dlcards.claims.statement import FormulaProblem
from dlcards.claims.tree import walk
from dlcards.claims.words import CONSTANTS
from dlcards.figures import style
from dlcards.figures.arrays import Array, Indices
from dlcards.figures.expressions import Expressions, bound_names
from dlcards.figures.kind import Kind, Templates
from dlcards.figures.labels import plain_text
from dlcards.figures.marks import check_marks, draw_marks, outside
from dlcards.figures.panel import Panel
from dlcards.figures.spec import Formula, Label, Number, PlotSpec, Range, Strict, Whole

SIMULATIONS = ("u_curve", "train_error_capacity", "test_error_capacity", "layer_std")
SAMPLES = 321
MAX_DOTS = 40
"""So many whole numbers are still drawn as dots."""


class Curve(Strict):
    """One curve."""

    rule: Formula = Field(
        description="A formula in one name (t, k, n, …), or u_curve (validation error of ridge "
        "regression against its penalty), train_error_capacity, test_error_capacity (of "
        "polynomials against their degree), layer_std (spread of activations against the layer)."
    )
    label: Label = Field("", description="Beside the curve.")
    style: Literal["solid", "dashed", "dotted"] = Field("solid", description="How it is drawn.")
    init: Literal["small", "he", "large"] = Field(
        "he", description="Of layer_std: standard deviation 0.01, sqrt(2/n) or 1 of the weights."
    )


class SeriesMark(Strict):
    """A vertical line at a place, or at the lowest point of a curve."""

    at: Number | None = Field(None, description="Where.")
    minimum_of: Annotated[Whole, Field(ge=0, le=7)] | None = Field(
        None, description="Instead of at: index of the curve whose lowest point is marked."
    )
    label: Label = Field("", description="Beside the line.")


class PolynomialErrors(Strict):
    """Bias, variance and their sum for least squares with polynomials, by simulation."""

    degrees: tuple[Annotated[Whole, Field(ge=0, le=14)], ...] = Field(
        min_length=2, max_length=16, description="The degrees."
    )
    n: Annotated[Whole, Field(ge=16, le=200)] = Field(25, description="Points per training set.")
    noise: Annotated[Number, Field(ge=0)] = Field(0.3, description="Standard deviation.")
    reps: Annotated[Whole, Field(ge=10, le=500)] = Field(200, description="Training sets.")
    target: Formula = Field("sin(2*pi*x)", description="The true function on 0 … 1.")


class Spec(PlotSpec):
    """Curves against a step, a size or a strength."""

    kind: Literal["series"]
    series: tuple[Curve, ...] = Field((), max_length=6, description="The curves.")
    poly_bias_variance: PolynomialErrors | None = Field(
        None, description="Squared bias, variance and their sum, instead of series."
    )
    labels: tuple[Label, ...] = Field(
        (), max_length=3, description="Of poly_bias_variance: its three labels."
    )
    x: Range | None = Field(None, description="Horizontal range, [from, to].")
    logx: bool = Field(False, description="Powers of ten on the horizontal axis.")
    logy: bool = Field(False, description="Powers of ten on the vertical axis.")
    discrete: bool = Field(False, description="Dots at whole numbers.")
    marks: tuple[SeriesMark, ...] = Field((), max_length=4, description="Marked places.")


# ---- numbers --------------------------------------------------------------------------


def variable_of(spec: Spec) -> str:
    """Return the one name that the formulas are in; ``x`` when they have none."""
    names: list[str] = []
    for curve in spec.series:
        if curve.rule not in SIMULATIONS:
            tree = parse_formula(curve.rule)
            skip = bound_names(tree) | set(CONSTANTS) | set(spec.params)
            names += [n.name for n in walk(tree) if n.op == "sym" and n.name not in skip]
    return names[0] if names else "x"


def places(spec: Spec) -> Array:
    """Return the horizontal places at which formulas are evaluated."""
    low, high = spec.x or (0.0, 1.0)
    if spec.discrete:
        return np.arange(math.ceil(low), math.floor(high) + 1, dtype=float)
    if spec.logx:
        return np.geomspace(low, high, SAMPLES)
    return np.linspace(low, high, SAMPLES)


def curves(spec: Spec, expressions: Expressions) -> list[tuple[Array, Array]]:
    """Return places and heights of all curves.

    Raises
    ------
    FormulaError
        If a formula cannot be evaluated.
    """
    if spec.poly_bias_variance is not None:
        task = spec.poly_bias_variance
        bias, variance = polynomial_errors(task, spec.seed, expressions)
        at = np.array(task.degrees, dtype=float)
        return [(at, bias), (at, variance), (at, bias + variance)]
    name, x = variable_of(spec), places(spec)
    found = []
    for curve in spec.series:
        if curve.rule in SIMULATIONS:
            found.append(_simulated(curve, spec))
        elif spec.discrete or spec.logx:
            found.append((x, expressions.values(curve.rule, **{name: x})))
        else:
            found.append(expressions.sampled(curve.rule, name, x))
    return found


def polynomial_errors(
    task: PolynomialErrors, seed: int, expressions: Expressions
) -> tuple[Array, Array]:
    """Return squared bias and variance of least-squares polynomials, one for each degree."""
    rng = np.random.default_rng(seed)
    grid = np.linspace(0.02, 0.98, 80)
    truth = expressions.values(task.target, x=grid)
    x = _spread_out(rng, (task.reps, task.n))
    y = expressions.values(task.target, x=x) + task.noise * rng.standard_normal(x.shape)
    bias, variance = [], []
    fitted = _fits(x, y, max(task.degrees), task.degrees)
    for degree, weights in zip(task.degrees, fitted, strict=True):
        fits = weights @ _design(grid, degree).T
        bias.append(float(np.mean((fits.mean(axis=0) - truth) ** 2)))
        variance.append(float(np.mean(fits.var(axis=0))))
    return np.array(bias), np.array(variance)


def _fits(x: Array, y: Array, highest: int, degrees: Sequence[int]) -> list[Array]:
    """Return least-squares weights of many data sets at once, for each degree."""
    q, r = np.linalg.qr(_design(x, highest))
    along = np.swapaxes(q, -1, -2) @ y[..., None]
    return [
        np.linalg.solve(r[..., : d + 1, : d + 1], along[..., : d + 1, :])[..., 0] for d in degrees
    ]


def _spread_out(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Return random places on 0 … 1, one in each of as many equal parts."""
    return (np.arange(shape[-1]) + rng.uniform(0, 1, shape)) / shape[-1]


def _design(x: Array, degree: int) -> Array:
    return np.asarray(np.polynomial.legendre.legvander(2 * np.asarray(x) - 1, degree), dtype=float)


def _simulated(curve: Curve, spec: Spec) -> tuple[Array, Array]:
    low, high = spec.x or (0.0, 10.0)
    if curve.rule == "layer_std":
        layers = np.arange(max(1, math.ceil(low)), min(60, math.floor(high)) + 1)
        return layers.astype(float), _activation_spread(curve.init, layers, spec.seed)
    if curve.rule == "u_curve":
        penalties = np.geomspace(max(low, 1e-12), high, 41)
        return penalties, _ridge_errors(penalties, spec.seed)
    degrees = np.arange(max(0, math.ceil(low)), min(14, math.floor(high)) + 1)
    train, test = _capacity_errors(degrees.tolist(), spec.seed)
    return degrees.astype(float), train if curve.rule == "train_error_capacity" else test


def _noisy_sines(seed: int) -> tuple[Array, Array, Array, Array]:
    """Return many small training sets and, for each, a large test set."""
    rng = np.random.default_rng(seed)
    x, new = _spread_out(rng, (60, 16)), rng.uniform(0.02, 0.98, (60, 200))
    noisy = [np.sin(2 * np.pi * v) + 0.3 * rng.standard_normal(v.shape) for v in (x, new)]
    return x, noisy[0], new, noisy[1]


def _capacity_errors(degrees: list[int], seed: int) -> tuple[Array, Array]:
    """Return median training and test error of polynomials, one for each degree."""
    x, y, new, y_new = _noisy_sines(seed)
    fitted = _fits(x, y, max(degrees), degrees)
    errors = [
        [float(np.median(np.mean((_values(w, at) - wanted) ** 2, axis=-1))) for w in fitted]
        for at, wanted in ((x, y), (new, y_new))
    ]
    return np.array(errors[0]), np.array(errors[1])


def _values(weights: Array, at: Array) -> Array:
    """Return the values of one polynomial for each data set."""
    return (_design(at, weights.shape[-1] - 1) @ weights[..., None])[..., 0]


def _ridge_errors(penalties: Array, seed: int, degree: int = 11) -> Array:
    """Return the median validation error of ridge regression, one for each penalty."""
    x, y, new, y_new = _noisy_sines(seed)
    design = _design(x, degree)
    across = np.swapaxes(design, -1, -2)
    gram, target = across @ design, across @ y[..., None]
    errors = []
    for penalty in penalties:
        weights = np.linalg.solve(gram + penalty * np.eye(degree + 1), target)[..., 0]
        errors.append(float(np.median(np.mean((_values(weights, new) - y_new) ** 2, axis=-1))))
    return np.array(errors)


def _activation_spread(init: str, layers: Indices, seed: int, units: int = 128) -> Array:
    """Return the standard deviation of ReLU activations in each layer of a random network."""
    rng = np.random.default_rng(seed)
    spread = {"small": 0.01, "he": math.sqrt(2 / units), "large": 1.0}[init]
    h = rng.standard_normal((64, units))
    found = {}
    for layer in range(1, int(layers.max()) + 1):
        h = np.maximum(h @ (spread * rng.standard_normal((units, units))), 0.0)
        found[layer] = float(h.std())
    return np.array([found[int(layer)] for layer in layers])


def mark_place(mark: SeriesMark, drawn: list[tuple[Array, Array]]) -> float:
    """Return where a mark stands."""
    if mark.at is not None:
        return mark.at
    x, y = drawn[mark.minimum_of or 0]
    return float(x[int(np.nanargmin(y))])


# ---- drawing --------------------------------------------------------------------------


def draw(spec: Spec, panel: Panel) -> None:
    """Draw the curves and marks."""
    drawn = curves(spec, panel.expressions)
    panel.xlog, panel.ylog = spec.logx, spec.logy
    panel.limits(_across(spec, drawn), _heights(spec, drawn))
    texts = [c.label for c in spec.series] or list(spec.labels) or ["", "", ""]
    styles = [c.style for c in spec.series] or ["solid"] * 3
    for i, ((x, y), text, dashes) in enumerate(zip(drawn, texts, styles, strict=True)):
        color = style.color(i)
        panel.curve(x, y, color=color, label=text, dashes=dashes, order=3 + 0.1 * i)
        if len(x) <= MAX_DOTS and (spec.discrete or len(x) < SAMPLES):
            panel.axes.plot(
                x, y, color=color, marker="o", markersize=6, markeredgewidth=0,
                linestyle="none", zorder=4,
            )  # fmt: skip
    for mark in spec.marks:
        panel.line("x", mark_place(mark, drawn), label=mark.label)
    draw_marks(spec, panel)


def _across(spec: Spec, drawn: list[tuple[Array, Array]]) -> tuple[float, float]:
    if spec.x is not None:
        return spec.x
    x = drawn[0][0]
    return float(x.min()), float(x.max())


def _heights(spec: Spec, drawn: list[tuple[Array, Array]]) -> tuple[float, float]:
    if spec.y is not None:
        return spec.y
    y = np.concatenate([v[np.isfinite(v)] for _, v in drawn])
    marks = [line.at for line in spec.hlines]
    if spec.logy:
        y = y[y > 0]
        low, high = float(y.min()), float(y.max())
        if math.log10(high / low) < 0.1:
            return low / 3, high * 3
        room = (high / low) ** 0.06
        return low / room, high * room
    low, high = min(float(y.min()), *marks, math.inf), max(float(y.max()), *marks, -math.inf)
    low = 0.0 if 0 < low < 0.6 * high else low
    room = 0.07 * (high - low) or 0.5
    return (low if low == 0.0 else low - room), high + room


# ---- checks ---------------------------------------------------------------------------


def check(spec: Spec, expressions: Expressions) -> Iterator[FormulaProblem]:
    """Yield formulas that do not read and curves that cannot be seen."""
    if not spec.series and spec.poly_bias_variance is None:
        hint = "add series: [{rule: 1/n}]"
        yield FormulaProblem((), "missing-key", "there is no curve", hint)
        return
    if spec.series and spec.x is None:
        yield FormulaProblem((), "missing-key", "the key 'x' is missing", "add x: [0, 10]")
        return
    mistakes = list(_mistakes(spec, expressions))
    yield from mistakes
    if mistakes:
        return
    try:
        drawn = curves(spec, expressions)
    except FormulaError as error:
        i = next((k for k, c in enumerate(spec.series) if c.rule not in SIMULATIONS), 0)
        yield FormulaProblem(
            ("series", i, "rule"), error.code, error.message, error.hint, error.start, error.end
        )
        return
    unseen = [problem for i, (_, y) in enumerate(drawn) for problem in _seen(i, y, spec)]
    yield from unseen
    if unseen:
        return
    across = _across(spec, drawn)
    for i, mark in enumerate(spec.marks):
        if mark.at is None and (mark.minimum_of or 0) >= len(drawn):
            message = f"there is no curve {mark.minimum_of}"
            yield FormulaProblem(("marks", i, "minimum_of"), "out-of-range", message)
        else:
            yield from outside(("marks", i), mark_place(mark, drawn), across, "x")
    yield from check_marks(spec, across, spec.y)


def _mistakes(spec: Spec, expressions: Expressions) -> Iterator[FormulaProblem]:
    for i, curve in enumerate(spec.series):
        if curve.rule in SIMULATIONS:
            continue
        path = ("series", i, "rule")
        try:
            name = variable_of(spec)
        except FormulaError:
            name = "x"
        yield from expressions.mistakes(curve.rule, (name,), path)
    task = spec.poly_bias_variance
    if task is not None:
        yield from expressions.mistakes(task.target, ("x",), ("poly_bias_variance", "target"))
    low, high = spec.x or (1.0, 2.0)
    if spec.logx and low <= 0:
        message = "a logarithmic axis begins above 0"
        yield FormulaProblem(("x",), "out-of-range", message, "x: [0.001, 10]")
    if spec.logy and spec.y is not None and spec.y[0] <= 0:
        message = "a logarithmic axis begins above 0"
        yield FormulaProblem(("y",), "out-of-range", message, "y: [0.001, 10]")
    if task is not None and spec.labels and len(spec.labels) != 3:
        message = f"three curves are drawn, and there are {len(spec.labels)} labels"
        yield FormulaProblem(("labels",), "wrong-shape", message, "one label for each curve")
    if spec.discrete and high - low > 2000:
        message = "too many whole numbers between the ends of x"
        yield FormulaProblem(("x",), "out-of-range", message, "leave discrete out")


def _seen(i: int, y: Array, spec: Spec) -> Iterator[FormulaProblem]:
    path = ("series", i, "rule") if spec.series else ("poly_bias_variance",)
    finite = np.isfinite(y)
    if spec.logy:
        finite &= np.where(finite, y, -1.0) > 0
    if finite.sum() < 0.9 * len(y):  # a few gaps mark jumps
        what = "is not above 0" if spec.logy else "has no value"
        message = f"the curve {what} at {int((~finite).sum())} of {len(y)} places"
        yield FormulaProblem(path, "no-value", message, "change x" + " or logy" * spec.logy)
    elif spec.y is not None and not ((y >= spec.y[0]) & (y <= spec.y[1])).any():
        message = "the curve is nowhere inside the window"
        yield FormulaProblem(path, "outside-window", message, "change y")


def alt(spec: Spec, say: Templates) -> str:
    """State which curves are seen, against what."""
    across = plain_text(spec.xlabel) or "x"
    names = [plain_text(c.label) or c.rule for c in spec.series]
    marked = [plain_text(m.label) for m in spec.marks if m.label]
    if spec.poly_bias_variance is not None:
        usual = [say(name) for name in ("bias", "variance", "sum")]
        names = [plain_text(t) for t in spec.labels] or usual
    text = say("curves", curves=", ".join(names), across=across)
    if spec.x:
        low, high = (style.number_text(v).replace("$", "") for v in spec.x)
        text += say("range", low=low, high=high)
    text += say("logarithmic") if spec.logx or spec.logy else ""
    return "; ".join([text, *([say("marked", marks=", ".join(marked))] if marked else [])])


EXAMPLES: tuple[dict[str, Any], ...] = (
    {
        "kind": "series",
        "series": [
            {"rule": "0.9*exp(-t/20) + 0.05", "label": "train"},
            {"rule": "0.9*exp(-t/20) + 0.15 + 0.0015*t", "label": "validation"},
        ],
        "x": [0, 150],
        "xlabel": "epoch",
        "ylabel": "error",
        "marks": [{"minimum_of": 1, "label": "stop"}],
    },
    {
        "kind": "series",
        "poly_bias_variance": {"degrees": [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]},
        "labels": ["$bias**2$", "variance", "sum"],
        "xlabel": "polynomial degree",
        "ylabel": "error",
        "logy": True,
    },
    {
        "kind": "series",
        "series": [
            {"rule": "exp(1)*h**2/6 + 10**(-16)/h", "label": "central"},
            {"rule": "exp(1)*h/2 + 10**(-16)/h", "label": "forward"},
        ],
        "x": ["1e-12", "1e-1"],
        "y": ["1e-12", 1],
        "logx": True,
        "logy": True,
        "xlabel": "$h$",
        "ylabel": "error",
    },
    {
        "kind": "series",
        "series": [
            {"rule": "layer_std", "init": "small", "label": "$sigma == 0.01$"},
            {"rule": "layer_std", "init": "he", "label": "He"},
            {"rule": "layer_std", "init": "large", "label": "$sigma == 1$"},
        ],
        "x": [1, 20],
        "logy": True,
        "xlabel": "layer",
        "ylabel": "std of activations",
    },
    {
        "kind": "series",
        "series": [
            {"rule": "train_error_capacity", "label": "train"},
            {"rule": "test_error_capacity", "label": "test"},
        ],
        "x": [0, 10],
        "xlabel": "capacity",
        "ylabel": "error",
    },
    {
        "kind": "series",
        "series": [{"rule": "u_curve", "label": "validation error"}],
        "x": ["1e-6", 10],
        "logx": True,
        "xlabel": "$lam$",
        "marks": [{"minimum_of": 0, "label": "chosen"}],
    },
    {
        "kind": "series",
        "series": [{"rule": "(1+1/n)**n", "label": "$(1 + 1/n)**n$"}],
        "x": [1, 30],
        "discrete": True,
        "hlines": [{"at": "exp(1)", "label": "e"}],
        "xlabel": "$n$",
    },
    {
        "kind": "series",
        "series": [
            {"rule": "1 - 0.99*k/100", "label": "linear"},
            {"rule": "0.5*(1+cos(pi*k/100))", "label": "cosine"},
            {"rule": "0.5**floor(k/30)", "label": "step"},
        ],
        "x": [0, 100],
        "xlabel": "step",
    },
    {
        "kind": "series",
        "series": [
            {"rule": "1.1**t", "label": "$lam == 1.1$"},
            {"rule": "1.0**t", "label": "$lam == 1$"},
            {"rule": "0.9**t", "label": "$lam == 0.9$"},
        ],
        "x": [0, 50],
        "logy": True,
        "xlabel": "$t$",
    },
)

KIND = Kind("series", "curves against a step or size", Spec, draw, check, alt, EXAMPLES)
