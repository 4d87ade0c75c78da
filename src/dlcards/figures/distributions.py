"""Named distributions: densities, cumulative probabilities, samples. NumPy and math only."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import ArrayLike
from pydantic import Field

from dlcards.claims.statement import FormulaProblem
from dlcards.figures.arrays import Array
from dlcards.figures.spec import Number, Strict

Name = Literal[
    "normal", "uniform", "exponential", "laplace", "lognormal", "beta", "mixture",
    "binomial", "poisson", "bernoulli", "die",
]  # fmt: skip

PARAMETERS: dict[str, tuple[str, ...]] = {
    "normal": ("mean", "standard deviation"),
    "uniform": ("from", "to"),
    "exponential": ("rate",),
    "laplace": ("mean", "scale"),
    "lognormal": ("mean of the log", "standard deviation of the log"),
    "beta": ("a", "b"),
    "binomial": ("n", "p"),
    "poisson": ("mean",),
    "bernoulli": ("p",),
    "die": (),
}
"""What each distribution wants; a mixture wants ``[[weight, mean, sd], …]``."""

_WANTED = "; ".join(f"{name} [{', '.join(wants)}]" for name, wants in PARAMETERS.items())

POSITIVE = {
    "normal": (1,), "exponential": (0,), "laplace": (1,), "lognormal": (1,), "beta": (0, 1),
    "poisson": (0,),
}  # fmt: skip
PROBABILITIES = {"binomial": 1, "bernoulli": 0}
SMALLEST, LARGEST = 1e-9, 1e6
"""What parameters may be, beside 0; sums and histograms beyond hold no number any more."""
LARGEST_EXPONENT = 50
TOO_FAR = "the number is too far from 1 to be drawn"
DISCRETE = frozenset({"binomial", "poisson", "bernoulli", "die"})

Weighted = tuple[Number, Number, Number]


class Law(Strict):
    """A named distribution."""

    name: Name = Field(description="Which one.")
    params: Annotated[tuple[Number | Weighted, ...], Field(max_length=6)] = Field(
        (), description=f"Its parameters: {_WANTED}; mixture [[weight, mean, sd], …]."
    )


@dataclass(frozen=True, slots=True)
class Distribution:
    """A distribution with numbers for its parameters."""

    name: str
    params: tuple[Any, ...]

    @property
    def discrete(self) -> bool:
        """Whether it has probabilities at whole numbers instead of a density."""
        return self.name in DISCRETE

    def density(self, x: ArrayLike) -> Array:
        """Return density or probability at places.

        Examples
        --------
        >>> round(float(Distribution("normal", (0.0, 1.0)).density(0.0)), 4)
        0.3989
        """
        x = np.asarray(x, dtype=float)
        with np.errstate(all="ignore"):
            values = _DENSITIES[self.name](x, *self._arguments())
        return np.where(np.isfinite(values), values, 0.0)

    def cumulative(self, x: ArrayLike) -> Array:
        """Return the probability of at most x, exactly or by a fine sum of the density.

        Examples
        --------
        >>> round(float(Distribution("exponential", (1.0,)).cumulative(math.log(2))), 4)
        0.5
        """
        x = np.asarray(x, dtype=float)
        low, high = self.support()
        if self.discrete:
            k = np.arange(math.floor(low), math.ceil(high) + 1)
            total = np.cumsum(self.density(k))
            at = np.clip(np.floor(x).astype(int) - int(k[0]), -1, len(k) - 1)
            return np.where(at < 0, 0.0, total[at])
        edges = np.linspace(low, high, 8001)
        middle = self.density((edges[1:] + edges[:-1]) / 2)
        total = np.concatenate([[0.0], np.cumsum(middle) * (edges[1] - edges[0])])
        return np.asarray(np.interp(x, edges, total / total[-1]))

    def support(self) -> tuple[float, float]:
        """Return a range that holds all but a negligible part of the probability."""
        a, b = (*self.params, 0.0, 0.0)[:2]
        ranges: dict[str, tuple[float, float]] = {
            "normal": (a - 9 * b, a + 9 * b) if self.name == "normal" else (0, 0),
            "uniform": (a, b),
            "exponential": (0.0, 40.0 / a) if self.name == "exponential" else (0, 0),
            "laplace": (a - 40 * b, a + 40 * b) if self.name == "laplace" else (0, 0),
            "lognormal": (0.0, math.exp(a + 6 * b)) if self.name == "lognormal" else (0, 0),
            "beta": (0.0, 1.0),
            "binomial": (0.0, a),
            "poisson": (0.0, a + 10 * math.sqrt(a) + 10) if self.name == "poisson" else (0, 0),
            "bernoulli": (0.0, 1.0),
            "die": (1.0, 6.0),
        }
        if self.name == "mixture":
            return (
                min(m - 9 * s for _, m, s in self.params),
                max(m + 9 * s for _, m, s in self.params),
            )
        return ranges[self.name]

    def moments(self) -> tuple[float, float]:
        """Return mean and variance.

        Examples
        --------
        >>> Distribution("die", ()).moments()
        (3.5, 2.9166666666666665)
        """
        p = self.params
        if self.name == "mixture":
            total = sum(w for w, _, _ in p)
            mean = sum(w * m for w, m, _ in p) / total
            return mean, sum(w * (s**2 + m**2) for w, m, s in p) / total - mean**2
        mean, variance = _MOMENTS[self.name](*p)
        return mean, variance

    def draw(self, rng: np.random.Generator, size: int | tuple[int, ...]) -> Array:
        """Return random numbers of a shape."""
        if self.name == "mixture":
            weights = np.array([w for w, _, _ in self.params])
            which = rng.choice(len(weights), size=size, p=weights / weights.sum())
            mean, spread = (np.array([part[i] for part in self.params]) for i in (1, 2))
            return np.asarray(mean[which] + spread[which] * rng.standard_normal(size))
        return _DRAWS[self.name](rng, size, *self.params)

    def _arguments(self) -> tuple[Any, ...]:
        return (self.params,) if self.name == "mixture" else self.params


def _gaussian(x: Array, mean: float, spread: float) -> Array:
    return np.exp(-0.5 * ((x - mean) / spread) ** 2) / (spread * math.sqrt(2 * math.pi))


def _uniform(x: Array, a: float, b: float) -> Array:
    return ((x >= a) & (x <= b)) / (b - a)


def _exponential(x: Array, rate: float) -> Array:
    return np.where(x >= 0, rate * np.exp(-rate * x), 0.0)


def _laplace(x: Array, mean: float, scale: float) -> Array:
    return np.exp(-np.abs(x - mean) / scale) / (2 * scale)


def _lognormal(x: Array, mean: float, spread: float) -> Array:
    return np.where(x > 0, _gaussian(np.log(np.where(x > 0, x, 1.0)), mean, spread) / x, 0.0)


def _beta(x: Array, a: float, b: float) -> Array:
    scale = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    inside = (x >= 0) & (x <= 1)
    return np.where(inside, math.exp(scale) * x ** (a - 1) * (1 - x) ** (b - 1), 0.0)


def _mixture(x: Array, parts: tuple[tuple[float, float, float], ...]) -> Array:
    total = sum(w for w, _, _ in parts)
    return np.asarray(sum(w / total * _gaussian(x, m, s) for w, m, s in parts))


def _binomial(x: Array, n: float, p: float) -> Array:
    values = [math.comb(int(n), int(k)) * p**k * (1 - p) ** (n - k) if 0 <= k <= n else 0.0
              for k in np.ravel(x)]  # fmt: skip
    return np.reshape(values, np.shape(x))


def _poisson(x: Array, mean: float) -> Array:
    values = [math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) if k >= 0 else 0.0
              for k in np.ravel(x)]  # fmt: skip
    return np.reshape(values, np.shape(x))


def _bernoulli(x: Array, p: float) -> Array:
    return _binomial(x, 1, p)


def _die(x: Array) -> Array:
    return ((x >= 1) & (x <= 6)) / 6


_DENSITIES: dict[str, Callable[..., Array]] = {
    "normal": _gaussian, "uniform": _uniform, "exponential": _exponential, "laplace": _laplace,
    "lognormal": _lognormal, "beta": _beta, "mixture": _mixture, "binomial": _binomial,
    "poisson": _poisson, "bernoulli": _bernoulli, "die": _die,
}  # fmt: skip

_MOMENTS: dict[str, Callable[..., tuple[float, float]]] = {
    "normal": lambda m, s: (m, s**2),
    "uniform": lambda a, b: ((a + b) / 2, (b - a) ** 2 / 12),
    "exponential": lambda r: (1 / r, 1 / r**2),
    "laplace": lambda m, s: (m, 2 * s**2),
    "lognormal": lambda m, s: (
        math.exp(m + s**2 / 2), (math.exp(s**2) - 1) * math.exp(2 * m + s**2)
    ),
    "beta": lambda a, b: (a / (a + b), a * b / ((a + b) ** 2 * (a + b + 1))),
    "binomial": lambda n, p: (n * p, n * p * (1 - p)),
    "poisson": lambda m: (m, m),
    "bernoulli": lambda p: (p, p * (1 - p)),
    "die": lambda: (3.5, 35 / 12),
}  # fmt: skip

_DRAWS: dict[str, Callable[..., Array]] = {
    "normal": lambda rng, size, m, s: rng.normal(m, s, size),
    "uniform": lambda rng, size, a, b: rng.uniform(a, b, size),
    "exponential": lambda rng, size, r: rng.exponential(1 / r, size),
    "laplace": lambda rng, size, m, s: rng.laplace(m, s, size),
    "lognormal": lambda rng, size, m, s: rng.lognormal(m, s, size),
    "beta": lambda rng, size, a, b: rng.beta(a, b, size),
    "binomial": lambda rng, size, n, p: rng.binomial(int(n), p, size).astype(float),
    "poisson": lambda rng, size, m: rng.poisson(m, size).astype(float),
    "bernoulli": lambda rng, size, p: rng.binomial(1, p, size).astype(float),
    "die": lambda rng, size: rng.integers(1, 7, size).astype(float),
}


SYMBOLS: dict[str, tuple[str, ...]] = {
    "normal": ("mu", "sigma"), "uniform": ("a", "b"), "exponential": ("lam",),
    "laplace": ("mu", "gamma_0"), "lognormal": ("mu", "sigma"), "beta": ("a", "b"),
    "binomial": ("n", "p"), "poisson": ("lam",), "bernoulli": ("p",),
}  # fmt: skip
"""How the parameters are called in a label."""


def parameter_label(law: Law) -> str:
    """Return a label that tells a distribution from others of its kind.

    Examples
    --------
    >>> parameter_label(Law(name="exponential", params=(0.5,)))
    '$lam == 0.5$'
    """
    pairs = zip(SYMBOLS.get(law.name, ()), law.params, strict=False)
    return ", ".join(f"${name} == {value:g}$" for name, value in pairs if isinstance(value, float))


def distribution(law: Law) -> Distribution:
    """Return the distribution of a spec."""
    return Distribution(law.name, law.params)


def _drawable(size: float) -> bool:
    return SMALLEST <= size <= LARGEST


def check_law(law: Law, path: tuple[str | int, ...]) -> Iterator[FormulaProblem]:
    """Yield what is wrong with the parameters of a distribution."""
    place = (*path, "params")
    if law.name == "mixture":
        parts = [p for p in law.params if isinstance(p, tuple)]
        good = parts and len(parts) == len(law.params)
        if good and any(not _drawable(abs(p)) for part in parts for p in part if p):
            yield FormulaProblem(place, "out-of-range", TOO_FAR)
            return
        if not good or any(w <= 0 or s <= 0 for w, _, s in parts):
            message = "a mixture wants [[weight, mean, standard deviation], …], weights above 0"
            yield FormulaProblem(place, "wrong-shape", message, "[[0.5, -1, 1], [0.5, 1, 1]]")
        return
    wanted = PARAMETERS[law.name]
    numbers = [p for p in law.params if isinstance(p, float | int)]
    if len(numbers) != len(law.params) or len(numbers) != len(wanted):
        names = ", ".join(wanted) or "nothing"
        message = f"{law.name} wants {len(wanted)} numbers ({names}), found {len(law.params)}"
        yield FormulaProblem(place, "wrong-shape", message, f"params: [{names}]")
        return
    for i in POSITIVE.get(law.name, ()):
        if numbers[i] <= 0:
            message = f"the {wanted[i]} of {law.name} must be above 0"
            yield FormulaProblem((*place, i), "out-of-range", message)
    for i, number in enumerate(numbers):
        far = law.name == "lognormal" and abs(number) > LARGEST_EXPONENT
        if far or (number and not _drawable(abs(number))):
            yield FormulaProblem((*place, i), "out-of-range", TOO_FAR)
    i = PROBABILITIES.get(law.name, -1)
    if i >= 0 and not 0 <= numbers[i] <= 1:
        message = "p must lie between 0 and 1"
        yield FormulaProblem((*place, i), "out-of-range", message)
    if law.name == "uniform" and numbers[0] >= numbers[1]:
        yield FormulaProblem(place, "out-of-range", "the range ends before it begins")
    if law.name == "binomial" and not (numbers[0] == int(numbers[0]) and 1 <= numbers[0] <= 400):
        message = "n must be a whole number from 1 to 400"
        yield FormulaProblem((*place, 0), "out-of-range", message)
