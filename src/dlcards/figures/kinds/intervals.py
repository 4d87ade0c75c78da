"""Confidence intervals of many samples, and box plots."""

from __future__ import annotations

import math
from collections.abc import Iterator
from statistics import NormalDist
from typing import Annotated, Any, Literal

import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.patches import Rectangle
from pydantic import Field

from dlcards.claims.statement import FormulaProblem
from dlcards.figures import style
from dlcards.figures.arrays import Array
from dlcards.figures.distributions import Law, Name, Weighted, check_law, distribution
from dlcards.figures.expressions import Expressions
from dlcards.figures.kind import Kind, Templates
from dlcards.figures.labels import plain_text
from dlcards.figures.marks import check_marks, draw_marks
from dlcards.figures.panel import Panel
from dlcards.figures.spec import Label, Number, PlotSpec, Strict, Whole


class Sample(Strict):
    """One sample, shown as a box."""

    dist: Name = Field(description="The distribution it is drawn from.")
    params: Annotated[tuple[Number | Weighted, ...], Field(max_length=6)] = Field(
        (), description="Its parameters."
    )
    n: Annotated[Whole, Field(ge=4, le=10_000)] = Field(100, description="How many numbers.")

    @property
    def law(self) -> Law:
        """Return the distribution."""
        return Law(name=self.dist, params=self.params)


class Spec(PlotSpec):
    """Horizontal intervals."""

    kind: Literal["intervals"]
    mode: Literal["ci", "box"] = Field("ci", description="Confidence intervals or box plots.")
    n_intervals: Annotated[Whole, Field(ge=2, le=100)] = Field(
        40, description="ci: how many samples, each with its interval."
    )
    seen: Annotated[Whole, Field(ge=1, le=100)] | None = Field(
        None, description="ci: how many of them have been drawn, from below."
    )
    n: Annotated[Whole, Field(ge=1, le=10_000)] = Field(30, description="ci: size of a sample.")
    mu: Number = Field(0.0, description="ci: the true mean.")
    sigma: Annotated[Number, Field(gt=0)] = Field(
        1.0, description="ci: the standard deviation, which is known."
    )
    level: Annotated[Number, Field(gt=0, lt=1)] = Field(0.95, description="ci: confidence level.")
    samples: tuple[Sample, ...] = Field((), max_length=6, description="box: the samples.")
    labels: tuple[Label, ...] = Field((), max_length=6, description="box: names of the samples.")


def confidence_intervals(spec: Spec) -> tuple[Array, float]:
    """Return the means of the samples, and half the width of each interval."""
    rng = np.random.default_rng(spec.seed)
    means = spec.mu + spec.sigma * rng.standard_normal((spec.n_intervals, spec.n)).mean(axis=1)
    quantile = NormalDist().inv_cdf((1 + spec.level) / 2)
    return means, quantile * spec.sigma / math.sqrt(spec.n)


def five_numbers(values: Array) -> tuple[float, float, float, float, float]:
    """Return both whiskers' ends, the quartiles and the median, in rising order.

    Whiskers reach to the last number within 1.5 interquartile ranges of the box.

    Examples
    --------
    >>> five_numbers([1, 2, 3, 4, 5, 20])
    (1.0, 2.25, 3.5, 4.75, 5.0)
    """
    values = np.asarray(values, dtype=float)
    low, middle, high = (float(v) for v in np.percentile(values, (25, 50, 75)))
    reach = 1.5 * (high - low)
    inside = values[(values >= low - reach) & (values <= high + reach)]
    return float(inside.min()), low, middle, high, float(inside.max())


def _numbers(spec: Spec) -> list[Array]:
    rng = np.random.default_rng(spec.seed)
    return [distribution(sample.law).draw(rng, sample.n) for sample in spec.samples]


# ---- drawing --------------------------------------------------------------------------


def draw(spec: Spec, panel: Panel) -> None:
    """Draw the intervals or the boxes."""
    panel.zero_lines = ""
    if spec.mode == "ci":
        _intervals(spec, panel)
    else:
        _boxes(spec, panel)


FIGURE_SPACE = "\N{FIGURE SPACE}"
"""As wide as a digit."""


def _intervals(spec: Spec, panel: Panel) -> None:
    means, half = confidence_intervals(spec)
    low, high = float(means.min()) - half, float(means.max()) + half
    room = 0.05 * (high - low)
    top = spec.n_intervals - 0.4
    panel.limits(spec.x or (low - room, high + room), (-0.8, 1.08 * top + 0.8))
    panel.yticks = []
    panel.proportion = min(0.9, 0.25 + 0.012 * spec.n_intervals)
    drawn = np.arange(len(means)) < (spec.seen or len(means))
    hit = np.abs(means - spec.mu) <= half
    width = max(1.6, min(3.4, 90 / spec.n_intervals))
    panel.axes.plot([spec.mu] * 2, [-0.8, top], color=style.INK, linewidth=2.2, zorder=3)
    for mask, color, marker in ((hit & drawn, style.BLUE, "o"), (~hit & drawn, style.ORANGE, "D")):
        at = np.flatnonzero(mask)
        ends = np.stack([means[at] - half, means[at] + half, np.full(len(at), np.nan)], axis=1)
        rows = np.repeat(at.astype(float), 3)
        panel.axes.plot(ends.ravel(), rows, color=color, linewidth=width, zorder=2)
        panel.axes.plot(
            means[at], at, linestyle="none", marker=marker, color=color, markeredgewidth=0,
            markersize=min(7.0, 2.2 * width), zorder=4,
        )  # fmt: skip
    draw_marks(spec, panel)
    if not spec.xlabel:
        # As wide as the whole count, so that a moving figure keeps its height.
        width = len(str(spec.n_intervals))
        counts = (int((hit & drawn).sum()), int(drawn.sum()))
        panel.xlabel = " / ".join(f"{n:>{width}}".replace(" ", FIGURE_SPACE) for n in counts)
    panel.text("$mu$", spec.mu, 1.04 * top + 0.4)


def _boxes(spec: Spec, panel: Panel) -> None:
    numbers = _numbers(spec)
    low, high = min(float(v.min()) for v in numbers), max(float(v.max()) for v in numbers)
    room = 0.06 * ((high - low) or 1.0)
    count = len(numbers)
    panel.limits(spec.x or (low - room, high + room), (count - 0.4, -0.6))
    panel.proportion = min(0.9, 0.18 + 0.16 * count)
    names = [panel.shown(t) if not panel.hidden(t) else "" for t in spec.labels]
    panel.yticks = [(float(i), name) for i, name in enumerate(names)]
    for i, values in enumerate(numbers):
        least, q1, middle, q3, most = five_numbers(values)
        color = style.color(i)
        for a, b in ((least, q1), (q3, most)):
            panel.axes.plot([a, b], [i, i], color=color, linewidth=2.2, zorder=2)
        for end in (least, most):
            panel.axes.plot([end, end], [i - 0.13, i + 0.13], color=color, linewidth=2.2, zorder=2)
        box = Rectangle(
            (q1, i - 0.27), q3 - q1, 0.54, facecolor=to_rgba(color, style.FILL), edgecolor=color,
            linewidth=2.2, zorder=2,
        )  # fmt: skip
        panel.axes.add_patch(box)
        panel.axes.plot(
            [middle, middle], [i - 0.27, i + 0.27], color=color, linewidth=4.0, zorder=3
        )
        far = values[(values < least) | (values > most)]
        panel.axes.plot(
            far, [i] * len(far), linestyle="none", marker="o", markersize=6, color=color,
            markerfacecolor="none", markeredgewidth=1.6, zorder=3,
        )  # fmt: skip
    draw_marks(spec, panel)


# ---- checks ---------------------------------------------------------------------------


def check(spec: Spec, expressions: Expressions) -> Iterator[FormulaProblem]:
    """Yield samples that cannot be drawn, too many numbers, names that are missing."""
    del expressions
    if spec.mode == "ci":
        if spec.n * spec.n_intervals > 500_000:
            message = f"{spec.n * spec.n_intervals} random numbers are too many"
            yield FormulaProblem(("n",), "too-large", message, "make n smaller")
            return
        means, half = confidence_intervals(spec)
        window = spec.x or (float(means.min()) - half, float(means.max()) + half)
        yield from check_marks(spec, window, (-1.0, float(spec.n_intervals)))
        return
    if not spec.samples:
        message = "there is no sample"
        hint = "add samples: [{dist: normal, params: [0, 1], n: 100}]"
        yield FormulaProblem((), "missing-key", message, hint)
        return
    for i, sample in enumerate(spec.samples):
        yield from check_law(sample.law, ("samples", i))
    if spec.labels and len(spec.labels) != len(spec.samples):
        message = f"{len(spec.labels)} names for {len(spec.samples)} samples"
        yield FormulaProblem(("labels",), "out-of-range", message, "name each sample")


def alt(spec: Spec, say: Templates) -> str:
    """State how many intervals hold the true mean, or which boxes are seen."""
    if spec.mode == "ci":
        means, half = confidence_intervals(spec)
        hits = int((np.abs(means - spec.mu) <= half).sum())
        level = f"{100 * spec.level:g}"
        return say("intervals", count=spec.n_intervals, level=level, hits=hits)
    names = ", ".join(
        plain_text(spec.labels[i]) if i < len(spec.labels) else sample.dist
        for i, sample in enumerate(spec.samples)
    )
    return say("boxes", names=names)


EXAMPLES: tuple[dict[str, Any], ...] = (
    {
        "kind": "intervals",
        "mode": "ci",
        "n_intervals": 40,
        "n": 30,
        "mu": 0,
        "sigma": 1,
        "level": 0.95,
    },
    {
        "kind": "intervals",
        "mode": "box",
        "samples": [
            {"dist": "normal", "params": [0, 1], "n": 100},
            {"dist": "lognormal", "params": [0, 0.6], "n": 100},
        ],
        "labels": ["normal", "skewed"],
    },
)

KIND = Kind(
    "intervals",
    "confidence intervals of many samples, and box plots",
    Spec,
    draw,
    check,
    alt,
    EXAMPLES,
)
