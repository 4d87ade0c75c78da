"""Random values of every declared type, awkward ones among them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from dlcards.claims.judge.numeric.values import Array, Matrix, NumericError, Scalar, WrongShape

AWKWARD_CORNERS = 4
"""How many sets of awkward values there are: zeros, ones, minus ones, singular matrices."""


class Stream:
    """Standard normal numbers that can be replayed, or replayed with small changes.

    Parameters
    ----------
    rng : numpy.random.Generator
    latent : sequence of float
        The first numbers of the stream; later ones come from ``rng``.
    """

    __slots__ = ("_position", "_rng", "latent")

    def __init__(self, rng: np.random.Generator, latent: Sequence[float] = ()) -> None:
        self._rng = rng
        self.latent = list(latent)
        self._position = 0

    def normal(self, count: int = 1) -> Array:
        """Return the next numbers of the stream."""
        missing = self._position + count - len(self.latent)
        if missing > 0:
            self.latent.extend(self._rng.standard_normal(missing).tolist())
        numbers = self.latent[self._position : self._position + count]
        self._position += count
        return np.array(numbers)

    def one(self) -> float:
        """Return the next number."""
        return float(self.normal()[0])

    def uniform(self, count: int = 1) -> Array:
        """Return numbers between 0 and 1 made from the next normal ones."""
        levels = [0.5 * math.erfc(-z / math.sqrt(2)) for z in self.normal(count).tolist()]
        return np.clip(levels, 1e-6, 1 - 1e-6)

    def fraction(self) -> float:
        """Return one number between 0 and 1."""
        return float(self.uniform()[0])

    def matrix(self, rows: int, columns: int) -> Array:
        """Return a matrix of the next numbers."""
        return self.normal(rows * columns).reshape(rows, columns)


@dataclass(frozen=True, slots=True, eq=False)
class RandomFunction:
    """A smooth function drawn at random, with the derivatives it is known to have.

    Parameters
    ----------
    inputs, outputs : int or None
        None stands for a plain number, an integer for a vector of that size.
    value : callable
        From an array of shape ``(..., inputs, 1)`` to ``(..., outputs, 1)``, or
        entry by entry when both are plain numbers.
    jacobian : callable or None
        From the same argument to ``(..., outputs, inputs)``.
    slopes : tuple of callable
        For a function of one number: its derivatives of order 1, 2, …
    """

    inputs: int | None
    outputs: int | None
    value: Callable[[Array], Array]
    jacobian: Callable[[Array], Array] | None = None
    slopes: tuple[Callable[[Array], Array], ...] = ()

    def __call__(self, arguments: Sequence[Matrix | Scalar]) -> Matrix | Scalar:
        """Return the value at a number, a vector, or the numbers that make up a vector."""
        point = self.point(arguments)
        result = self.value(point)
        if self.inputs is None:
            return Matrix(result) if isinstance(arguments[0], Matrix) else result
        if self.outputs is None:
            number: Array = result[..., 0, 0]
            return number
        return Matrix(result)

    def point(self, arguments: Sequence[Matrix | Scalar]) -> Array:
        """Return the argument as one array, after checking its shape."""
        first = arguments[0]
        if self.inputs is None:
            if len(arguments) != 1:
                raise WrongShape("this function takes one number, or a vector entry by entry")
            return first.entries if isinstance(first, Matrix) else np.asarray(first, float)
        if isinstance(first, Matrix):
            if len(arguments) != 1 or first.shape != (self.inputs, 1):
                shape = "x".join(map(str, first.shape))
                raise WrongShape(f"this function takes {self.inputs} numbers, not {shape}")
            return first.entries
        numbers = [x for x in arguments if not isinstance(x, Matrix)]
        if len(numbers) != self.inputs or len(numbers) != len(arguments):
            raise WrongShape(f"this function takes {self.inputs} numbers")
        return np.stack(np.broadcast_arrays(*map(np.asarray, numbers)), axis=-1)[..., None]


def random_function(
    kind: str, inputs: int | None, outputs: int | None, stream: Stream
) -> RandomFunction:
    """Draw a smooth function: ``function``, ``positive_function`` or ``convex``."""
    if inputs is None:
        return _scalar_function(kind, stream)
    n, m, waves = inputs, outputs or 1, 3
    w, c = 0.8 * stream.matrix(waves, n), stream.matrix(waves, 1)
    v, slope, level = stream.matrix(m, waves), stream.matrix(m, n), stream.matrix(m, 1)
    if kind == "convex":
        return _convex(n, w, c, slope[:1], 0.4 * stream.matrix(n, n))
    bend = 0.15 * stream.one()

    def value(x: Array) -> Array:
        squares = (x**2).sum(axis=(-1, -2))[..., None, None]
        return np.asarray(v @ np.sin(w @ x + c) + slope @ x + level + bend * squares)

    def jacobian(x: Array) -> Array:
        waves_of_x = np.cos(w @ x + c) * w
        return np.asarray(v @ waves_of_x + slope + 2 * bend * np.swapaxes(x, -1, -2))

    return RandomFunction(inputs, outputs, value, jacobian)


def _convex(n: int, w: Array, c: Array, slope: Array, q: Array) -> RandomFunction:
    square = q.T @ q

    def value(x: Array) -> Array:
        t = w @ x + c
        top = t.max(axis=-2, keepdims=True)
        soft = top + np.log(np.exp(t - top).sum(axis=-2, keepdims=True))
        return np.asarray(soft + 0.5 * np.swapaxes(x, -1, -2) @ square @ x + slope @ x)

    def jacobian(x: Array) -> Array:
        t = w @ x + c
        weights = np.exp(t - t.max(axis=-2, keepdims=True))
        weights = weights / weights.sum(axis=-2, keepdims=True)
        return np.asarray(
            np.swapaxes(weights, -1, -2) @ w + np.swapaxes(x, -1, -2) @ square + slope
        )

    return RandomFunction(n, None, value, jacobian)


def _scalar_function(kind: str, stream: Stream) -> RandomFunction:
    w, c, v = 0.8 * stream.normal(3), stream.normal(3), stream.normal(3)
    a, b, bend = stream.one(), stream.one(), stream.one()
    if kind == "convex":
        q = 0.4 * stream.one()

        def convex(x: Array) -> Array:
            t = x[..., None] * w + c
            top = t.max(axis=-1)
            soft = top + np.log(np.exp(t - top[..., None]).sum(axis=-1))
            return np.asarray(soft + 0.5 * q * q * x * x + a * x)

        return RandomFunction(None, None, convex)

    def wave(order: int) -> Callable[[Array], Array]:
        def slope(x: Array) -> Array:
            turned = np.sin(x[..., None] * w + c + order * math.pi / 2)
            waves = (v * w**order * turned).sum(axis=-1)
            rest = (0.3 * a * x + b + 0.2 * bend * x * x, 0.3 * a + 0.4 * bend * x, 0.4 * bend, 0.0)
            return np.asarray(waves + rest[order])

        return slope

    u, u1, u2, u3 = (wave(order) for order in range(4))
    if kind != "positive_function":
        return RandomFunction(None, None, u, slopes=(u1, u2, u3))

    def positive(x: Array) -> Array:
        return np.exp(0.5 * u(x))

    return RandomFunction(
        None,
        None,
        positive,
        slopes=(
            lambda x: positive(x) * u1(x) / 2,
            lambda x: positive(x) * (u2(x) / 2 + u1(x) ** 2 / 4),
        ),
    )


def quadratic_function(n: int, low: float, high: float, stream: Stream) -> RandomFunction:
    """Draw a quadratic function of n numbers whose curvatures reach from low to high."""
    q, _ = np.linalg.qr(stream.matrix(n, n))
    curvatures = low + (high - low) * stream.uniform(n)
    curvatures[0], curvatures[-1] = high * (1 - 1e-9), low
    bowl, slope = q @ np.diag(curvatures) @ q.T, stream.matrix(n, 1)

    def value(x: Array) -> Array:
        return np.asarray(np.swapaxes(x, -1, -2) @ (0.5 * bowl @ x + slope))

    def jacobian(x: Array) -> Array:
        return np.asarray(np.swapaxes(bowl @ x + slope, -1, -2))

    return RandomFunction(n, None, value, jacobian)


def sample_number(kind: str, bounds: Sequence[float], stream: Stream, corner: int) -> float:
    """Draw a number of a declared type; ``corner`` 1 to 4 asks for an awkward one."""
    if corner and stream.fraction() < 0.7 and kind in _AWKWARD_NUMBERS:
        return float(_AWKWARD_NUMBERS[kind][corner - 1])
    if kind in ("interval", "closed_interval", "integers"):
        return _between(kind, bounds[0], bounds[1], stream)
    return float(_NUMBERS[kind](stream))


_AWKWARD_NUMBERS = {
    "real": (0, 1, -1, 0),
    "nonnegative": (0, 1, 0, 1),
    "integer": (0, 1, -1, 0),
    "natural": (1, 2, 1, 1),
    "nonzero": (1, -1, 1, -1),
}


def _away_from_zero(stream: Stream) -> float:
    number = 1.5 * stream.one()
    return number + math.copysign(0.3, number)


_NUMBERS: dict[str, Callable[[Stream], float]] = {
    "real": lambda s: 1.5 * s.one(),
    "nonzero": _away_from_zero,
    "positive": lambda s: math.exp(0.5 * s.one()),
    "nonnegative": lambda s: abs(s.one()),
    "natural": lambda s: 1 + int(s.fraction() * 5.999),
    "integer": lambda s: round(3 * s.one()),
    "probability": lambda s: 0.02 + 0.96 * s.fraction(),
}


def _between(kind: str, low: float, high: float, stream: Stream) -> float:
    if kind == "integers":
        if not (math.isfinite(low) and math.isfinite(high)) or high < low - 1e-9:
            raise NumericError(f"there is no whole number from {low:g} to {high:g}")
        return low + math.floor(stream.fraction() * (high - low + 1) * 0.999999)
    if not low < high:
        raise NumericError(f"the interval from {low:g} to {high:g} is empty")
    if math.isinf(low) and math.isinf(high):
        return 1.5 * stream.one()
    if math.isinf(high):
        return low + math.exp(stream.one())
    if math.isinf(low):
        return high - math.exp(stream.one())
    return low + (high - low) * (0.01 + 0.98 * stream.fraction())


def sample_matrix(kind: str, sizes: Sequence[int], stream: Stream, corner: int) -> Matrix:
    """Draw a vector or matrix of a declared type; ``corner`` 1 to 4 asks for an awkward one."""
    rows = sizes[0]
    columns = 1 if kind in _VECTORS else sizes[-1]
    if corner and stream.fraction() < 0.7 and kind in _AWKWARD_MATRICES:
        return Matrix(_awkward_matrix(kind, rows, columns, stream, corner))
    if kind in _VECTORS:
        return Matrix(_VECTORS[kind](rows, stream).reshape(rows, 1))
    return Matrix(_MATRICES[kind](rows, columns, stream))


_AWKWARD_MATRICES = ("vector", "nonzero_vector", "matrix", "square", "symmetric", "psd", "diagonal")


def _awkward_matrix(kind: str, rows: int, columns: int, stream: Stream, corner: int) -> Array:
    entries = np.zeros((rows, columns))
    if corner == 4:
        # At any place, so that two of them may multiply to zero.
        row, column = (int(stream.fraction() * 0.999999 * size) for size in (rows, columns))
        entries[row, column if kind in ("matrix", "square") else min(row, columns - 1)] = 1.0
    elif corner == 2 or (corner == 1 and kind == "nonzero_vector"):
        entries[0, 0] = 1.0
    elif corner == 3 and kind != "diagonal":
        entries[:] = 1.0
    return entries


def _simplex(n: int, stream: Stream) -> Array:
    weights = np.exp(stream.normal(n))
    return np.asarray(weights / weights.sum())


def _onehot(n: int, stream: Stream) -> Array:
    return np.asarray(np.eye(n)[int(stream.fraction() * n * 0.999999)])


def _unit(n: int, stream: Stream) -> Array:
    numbers = stream.normal(n)
    return np.asarray(numbers / np.linalg.norm(numbers))


_VECTORS: dict[str, Callable[[int, Stream], Array]] = {
    "vector": lambda n, s: s.normal(n),
    "nonzero_vector": lambda n, s: s.normal(n),
    "nonconstant": lambda n, s: s.normal(n),
    "positive_vector": lambda n, s: np.exp(0.7 * s.normal(n)),
    "simplex": _simplex,
    "open_simplex": _simplex,
    "onehot": _onehot,
    "unit": _unit,
}


def _orthogonal(n: int, stream: Stream) -> Array:
    q, r = np.linalg.qr(stream.matrix(n, n))
    return np.asarray(q * np.sign(np.diag(r)))


def _definite(n: int, stream: Stream, smallest: float | None = None) -> Array:
    q, values = _orthogonal(n, stream), 0.4 + 2 * stream.uniform(n)
    if smallest is not None:
        values[0] = smallest
    product = q @ np.diag(values) @ q.T
    return np.asarray((product + product.T) / 2)


def _invertible(n: int, stream: Stream) -> Array:
    q, values = _orthogonal(n, stream), 0.4 + 2 * stream.uniform(n)
    turned, _ = np.linalg.qr(stream.matrix(n, n))
    return np.asarray(q @ np.diag(values) @ turned)


def _fullrank(rows: int, columns: int, stream: Stream) -> Array:
    if rows < columns:
        raise WrongShape(f"a {rows}x{columns} matrix cannot have independent columns")
    q, _ = np.linalg.qr(stream.matrix(rows, columns))
    turned, _ = np.linalg.qr(stream.matrix(columns, columns))
    return np.asarray(q @ np.diag(0.4 + 2 * stream.uniform(columns)) @ turned)


def _symmetric(n: int, stream: Stream) -> Array:
    entries = stream.matrix(n, n)
    return np.asarray((entries + entries.T) / 2)


_MATRICES: dict[str, Callable[[int, int, Stream], Array]] = {
    "matrix": lambda m, n, s: s.matrix(m, n),
    "square": lambda m, _, s: s.matrix(m, m),
    "symmetric": lambda m, _, s: _symmetric(m, s),
    "diagonal": lambda m, _, s: np.diag(s.normal(m)),
    "orthogonal": lambda m, _, s: _orthogonal(m, s),
    "invertible": lambda m, _, s: _invertible(m, s),
    "spd": lambda m, _, s: _definite(m, s),
    "psd": lambda m, _, s: _definite(m, s, smallest=0.0),
    "fullrank": _fullrank,
}

NUMBER_TYPES = frozenset({*_NUMBERS, "interval", "closed_interval", "integers"})
VECTOR_TYPES = frozenset(_VECTORS)
MATRIX_TYPES = frozenset(_MATRICES)
