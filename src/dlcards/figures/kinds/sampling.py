"""Random samples: histograms, running means, the bootstrap, quantiles against quantiles."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BeforeValidator, Field

from dlcards.claims.statement import FormulaProblem
from dlcards.figures import style
from dlcards.figures.arrays import Array
from dlcards.figures.distributions import Distribution, Law, check_law, distribution
from dlcards.figures.expressions import Expressions
from dlcards.figures.kind import Kind, Templates
from dlcards.figures.marks import check_marks, draw_marks
from dlcards.figures.panel import Panel
from dlcards.figures.spec import PlotSpec, Whole

Statistic = Literal["identity", "mean", "median", "var0", "var1"]
MAX_NUMBERS = 2_000_000
"""Random numbers one panel may draw."""

NAMES = {"identity": "x", "mean": "mean", "median": "median", "var0": "1/n", "var1": "1/(n − 1)"}


def _list(value: object) -> object:
    return [value] if isinstance(value, str | int) else value


class Spec(PlotSpec):
    """Random samples and their statistics."""

    kind: Literal["sampling"]
    dist: Law = Field(description="Where the numbers come from.")
    n: Annotated[tuple[Annotated[Whole, Field(ge=1, le=100_000)], ...], BeforeValidator(_list)] = (
        Field(min_length=1, max_length=4, description="Sample sizes, one panel for each.")
    )
    reps: Annotated[Whole, Field(ge=1, le=20_000)] = Field(1, description="How many samples.")
    statistic: Annotated[tuple[Statistic, ...], BeforeValidator(_list)] = Field(
        ("mean",),
        min_length=1,
        max_length=3,
        description="What is computed from each sample: identity, mean, median, var0 (divides by "
        "n), var1 (by n − 1); one panel for each.",
    )
    mode: Literal["hist", "running", "bootstrap", "qq"] = Field(
        "hist",
        description="A histogram; the running statistic; the bootstrap of one sample; normal "
        "quantiles against those of the sample.",
    )
    overlay: bool = Field(False, description="The theoretical curve over the histogram.")
    seen: Annotated[Whole, Field(ge=1, le=100_000)] | None = Field(
        None, description="running: how many draws have been made, of n."
    )
    standardize: bool = Field(
        False, description="Means minus their mean, over their standard deviation."
    )


def panels(spec: Spec) -> tuple[Spec, ...]:
    """Return one spec for each sample size and statistic, over the same range."""
    if len(spec.n) * len(spec.statistic) == 1 or _is_wrong(spec):
        return (spec,)
    across = spec.x or _shared_range(spec)
    found = []
    for n in spec.n:
        for statistic in spec.statistic:
            title = f"$m == {n}$" if len(spec.n) > 1 else NAMES[statistic]
            update = {"n": (n,), "statistic": (statistic,), "title": title, "x": across}
            found.append(spec.model_copy(update=update))
    return tuple(found)


def _shared_range(spec: Spec) -> tuple[float, float] | None:
    if spec.mode != "hist":
        return None
    if spec.standardize:
        return -4.0, 4.0
    numbers = [values(spec.model_copy(update={"n": (n,), "statistic": (s,)}))
               for n in (min(spec.n), max(spec.n)) for s in spec.statistic]  # fmt: skip
    lows, highs = zip(*(_central(v) for v in numbers), strict=True)
    return min(lows), max(highs)


def _central(numbers: Array) -> tuple[float, float]:
    """Return a range that holds nearly all numbers."""
    low, high = np.quantile(numbers, [0.002, 0.998])
    room = 0.05 * (high - low) or 0.5
    least = 0.0 if numbers.min() >= 0 else -math.inf
    return max(float(low - room), least), float(high + room)


def values(spec: Spec) -> Array:
    """Return the numbers whose histogram is drawn."""
    rng = np.random.default_rng(spec.seed)
    law, n, statistic = distribution(spec.dist), spec.n[0], spec.statistic[0]
    if spec.mode == "bootstrap":
        sample = law.draw(rng, n)
        again = sample[rng.integers(0, n, (spec.reps, n))]
        return _statistic(statistic, again)
    if statistic == "identity":
        return law.draw(rng, n * spec.reps)
    numbers = _statistic(statistic, law.draw(rng, (spec.reps, n)))
    if spec.standardize:
        mean, variance = law.moments()
        numbers = (numbers - mean) / math.sqrt(variance / n)
    return numbers


ACROSS = {"identity": "$x$", "mean": r"$\bar{X}$", "var0": "$s_n^2$", "var1": "$s^2$"}
"""How a statistic is called below its axis, as mathtext."""
STANDARDIZED = r"$(\bar{X} - \mathrm{E}[\bar{X}])\,/\,\sigma_{\bar{X}}$"
"""The same for a mean that is standardized."""


def _statistic(name: str, samples: Array) -> Array:
    if name == "median":
        return np.asarray(np.median(samples, axis=-1))
    if name in ("var0", "var1"):
        return np.asarray(np.var(samples, axis=-1, ddof=int(name[-1])))
    return np.asarray(np.mean(samples, axis=-1))


# ---- drawing --------------------------------------------------------------------------


def draw(spec: Spec, panel: Panel) -> None:
    """Draw a histogram, running statistics or quantiles."""
    panel.xname, panel.yname = ACROSS.get(spec.statistic[0], ""), ""
    if spec.standardize:
        panel.xname = STANDARDIZED
    if spec.mode == "running":
        panel.xname, panel.yname = "$n$", r"$\bar{X}_n$"
    if spec.mode == "running":
        _running(spec, panel)
    elif spec.mode == "qq":
        _quantiles(spec, panel)
    else:
        _histogram(spec, panel)
    draw_marks(spec, panel)


def _histogram(spec: Spec, panel: Panel) -> None:
    numbers = values(spec)
    low, high = spec.x or _central(numbers)
    whole = spec.statistic[0] == "identity" and distribution(spec.dist).discrete
    bins = np.arange(math.floor(low) - 0.5, math.ceil(high) + 1) if whole else None
    if bins is None:
        bins = _bins(numbers, low, high, spec)
    heights, edges = np.histogram(numbers, bins=bins)
    density = heights / (len(numbers) * np.diff(edges))
    curve = _theory(spec, np.linspace(low, high, 241))
    tops = [float(density.max()), *([float(np.max(curve))] if curve is not None else [])]
    panel.limits((low, high), (0.0, 1.14 * max(tops)))
    panel.show_yticks = False
    panel.axes.stairs(density, edges, fill=True, color=style.BLUE, alpha=0.55, zorder=1)
    panel.avoid(np.repeat(edges[:-1], 2), np.repeat(density, 2), 0.5)
    if curve is not None:
        panel.curve(np.linspace(low, high, 241), curve, color=style.ORANGE)
    mean = float(numbers.mean())
    if spec.mode == "bootstrap":
        for edge in np.quantile(numbers, [0.025, 0.975]):
            panel.line("x", float(edge))
    elif spec.vlines and low < mean < high:
        panel.axes.plot([mean, mean], [0, 1.05 * max(tops)], color=style.ORANGE, linewidth=2.4)
        panel.avoid(np.full(20, mean), np.linspace(0, 1.05 * max(tops), 20))


def _bins(numbers: Array, low: float, high: float, spec: Spec) -> Array:
    """Return edges that suit the spread, aligned with the steps of discrete numbers."""
    law = distribution(spec.dist)
    count = int(min(44, max(8, 2 * len(numbers) ** (1 / 3))))
    inner = np.quantile(numbers, [0.02, 0.98])
    width = max((inner[1] - inner[0]) / count, (high - low) / 120, 1e-12)
    if law.discrete and spec.statistic[0] == "mean" and not spec.standardize:
        step = 1 / spec.n[0]
        width = max(1, round(width / step)) * step
        first = math.floor(low / step) * step - step / 2
        return np.arange(first, high + width, width)
    return np.arange(low, high + width, width)


def _theory(spec: Spec, x: Array) -> Array | None:
    """Return the density that the histogram approaches, or None."""
    if not spec.overlay:
        return None
    law, n = distribution(spec.dist), spec.n[0]
    if spec.statistic[0] == "identity":
        return None if law.discrete else law.density(x)
    mean, variance = law.moments()
    if spec.standardize:
        return Distribution("normal", (0.0, 1.0)).density(x)
    return Distribution("normal", (mean, math.sqrt(variance / n))).density(x)


def _running(spec: Spec, panel: Panel) -> None:
    rng = np.random.default_rng(spec.seed)
    n, law = spec.n[0], distribution(spec.dist)
    mean, variance = law.moments()
    steps = np.arange(1, n + 1)
    shown = np.unique(np.round(np.geomspace(1, n, 260), 6).astype(int))
    shown = shown[shown <= (spec.seen or n)]
    reach = 3.2 * math.sqrt(variance / max(1.0, n**0.35))
    panel.limits((1.0, float(n)), spec.y or (mean - reach, mean + reach))
    panel.xlog = True
    for k in range(min(spec.reps, 8)):
        numbers = np.cumsum(law.draw(rng, n)) / steps
        color = style.color(k) if spec.reps > 1 else style.BLUE
        panel.curve(shown, numbers[shown - 1], color=color, width=2.0)


def _quantiles(spec: Spec, panel: Panel) -> None:
    rng = np.random.default_rng(spec.seed)
    n = spec.n[0]
    sample = np.sort(distribution(spec.dist).draw(rng, n))
    grid = np.linspace(-5, 5, 4001)
    total = Distribution("normal", (0.0, 1.0)).cumulative(grid)
    normal = np.interp((np.arange(n) + 0.5) / n, total, grid)
    spread, middle = float(sample.std()), float(sample.mean())
    reach = 1.08 * float(np.max(np.abs(normal)))
    low, high = min(sample[0], middle - reach * spread), max(sample[-1], middle + reach * spread)
    room = 0.05 * float(high - low)
    panel.limits((-reach, reach), (float(low) - room, float(high) + room))
    ends = np.array([-reach, reach])
    panel.axes.plot(ends, middle + spread * ends, color=style.ORANGE, linewidth=2.2, zorder=2)
    shown = slice(None, None, max(1, n // 300))
    panel.axes.plot(
        normal[shown], sample[shown], marker="o", markersize=5, linestyle="none",
        color=style.BLUE, markeredgewidth=0, alpha=0.8, zorder=3,
    )  # fmt: skip
    panel.avoid(normal, sample)


# ---- checks ---------------------------------------------------------------------------


def _is_wrong(spec: Spec) -> bool:
    """Return whether no number can be drawn, or too many would be."""
    return any(check_law(spec.dist, ())) or max(spec.n) * spec.reps > MAX_NUMBERS


def check(spec: Spec, expressions: Expressions) -> Iterator[FormulaProblem]:
    """Yield distributions with wrong parameters and work that is too much."""
    del expressions
    mistakes = list(check_law(spec.dist, ("dist",)))
    yield from mistakes
    if mistakes:
        return
    if max(spec.n) * spec.reps > MAX_NUMBERS:
        message = f"{max(spec.n) * spec.reps:,} random numbers are too many"
        hint = f"n times reps at most {MAX_NUMBERS:,}"
        yield FormulaProblem(("reps",), "too-large", message, hint)
        return
    identity = "identity" in spec.statistic
    if spec.mode == "hist" and not identity and spec.reps < 20:
        message = f"the distribution of a statistic needs many samples, not {spec.reps}"
        yield FormulaProblem(("reps",), "out-of-range", message, "reps: 2000")
    if spec.standardize and spec.statistic != ("mean",):
        message = "only means can be standardized"
        yield FormulaProblem(("standardize",), "wrong-value", message, "statistic: mean")
    if "var1" in spec.statistic and min(spec.n) < 2:
        message = "a sample of one has no variance"
        yield FormulaProblem(("n",), "out-of-range", message, "n of 2 or more")
    law = distribution(spec.dist)
    if spec.overlay and not identity and spec.statistic != ("mean",):
        message = "there is a theoretical curve for identity and mean only"
        yield FormulaProblem(("overlay",), "wrong-value", message, "leave it out")
    if spec.overlay and identity and law.discrete:
        message = f"{spec.dist.name} has no density"
        yield FormulaProblem(("overlay",), "wrong-value", message, "leave it out")
    yield from check_marks(spec, spec.x or (-math.inf, math.inf), spec.y)


def alt(spec: Spec, say: Templates) -> str:
    """State what was drawn how often, and how it is shown."""
    numbers = ", ".join(style.number_text(p) for p in spec.dist.params if isinstance(p, float))
    statistic = "standardized" if spec.standardize else spec.statistic[0]
    text = say(
        "mode",
        spec.mode,
        distribution=f"{spec.dist.name}({numbers})" if numbers else spec.dist.name,
        statistic=say("statistic", statistic),
        n=spec.n[0],
        reps=spec.reps,
    )
    return text + (say("overlay") if spec.overlay else "")


EXAMPLES: tuple[dict[str, Any], ...] = (
    {
        "kind": "sampling",
        "dist": {"name": "exponential", "params": [1]},
        "n": [1, 2, 10, 50],
        "reps": 5000,
        "statistic": "mean",
        "overlay": True,
        "standardize": True,
        "front_safe": True,
    },
    {
        "kind": "sampling",
        "dist": {"name": "die"},
        "mode": "running",
        "n": 1000,
        "reps": 5,
        "statistic": "mean",
        "hlines": [{"at": 3.5, "label": "3.5"}],
        "xlabel": "$n$",
    },
    {
        "kind": "sampling",
        "dist": {"name": "normal", "params": [0, 1]},
        "n": [4, 16, 64],
        "reps": 3000,
        "statistic": "mean",
        "overlay": True,
    },
    {
        "kind": "sampling",
        "dist": {"name": "normal", "params": [0, 1]},
        "n": 5,
        "reps": 5000,
        "statistic": ["var0", "var1"],
        "vlines": [{"at": 1, "label": "$sigma**2$"}],
    },
    {
        "kind": "sampling",
        "dist": {"name": "normal", "params": [0, 1]},
        "n": [100, 10000],
        "statistic": "identity",
        "overlay": True,
    },
    {
        "kind": "sampling",
        "dist": {"name": "exponential", "params": [1]},
        "mode": "bootstrap",
        "n": 30,
        "reps": 3000,
        "statistic": "median",
        "xlabel": "median",
    },
    {
        "kind": "sampling",
        "dist": {"name": "normal", "params": [0, 1]},
        "mode": "qq",
        "n": 100,
        "xlabel": "normal quantiles",
        "ylabel": "sample",
    },
)

KIND = Kind(
    "sampling",
    "histogram of samples or of a statistic over repetitions",
    Spec,
    draw,
    check,
    alt,
    EXAMPLES,
    panels,
    version=3,
)
