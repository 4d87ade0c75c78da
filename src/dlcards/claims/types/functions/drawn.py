"""Functions of every declared type: formulas with rational coefficients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flint import fmpq

from dlcards.claims.balls.elementary import exp, sin, softplus
from dlcards.claims.balls.errors import WrongShape
from dlcards.claims.balls.matrices import Matrix, column, diagonal, matmul, transpose
from dlcards.claims.balls.numbers import HALF, ZERO, Mode, Number, add, multiply, total
from dlcards.claims.points.domain import Domain
from dlcards.claims.points.source import Source
from dlcards.claims.types.matrices.drawn import orthogonal
from dlcards.claims.types.vectors.drawn import rationals

WAVES = 2


@dataclass(frozen=True, slots=True, eq=False)
class SampleFunction:
    """A smooth function with exact parameters.

    With u = sum of ``waves[k]*g(turns[k] @ x + shifts[k])``, g being the sine, or
    softplus for a convex function, its entries are
    ``level + slope @ x + bend*norm(x)**2 + u + growth*exp(rate*sum(x))``, where a form
    has only some of these terms; a positive function is exp of half of that.

    Parameters
    ----------
    kind : str
        ``function``, ``positive_function`` or ``convex``.
    form : str
        ``constant``, ``linear``, ``wave`` or ``steep``.
    inputs, outputs : int or None
        None stands for a plain number, an integer for a vector of that size.
    """

    kind: str
    form: str
    inputs: int | None
    outputs: int | None
    turns: list[list[fmpq]]
    shifts: list[fmpq]
    waves: list[list[fmpq]]
    level: Sequence[Number]
    slope: Sequence[Sequence[Number]]
    bend: Sequence[Number]
    growth: list[fmpq]
    rate: fmpq

    def __call__(self, arguments: Sequence[Number | Matrix], mode: Mode) -> Number | Matrix:
        """Return the value at a number, a vector, or the numbers that make up a vector."""
        first = arguments[0]
        if self.inputs is None:
            if len(arguments) != 1:
                raise WrongShape("this function takes one number, or a vector entry by entry")
            if isinstance(first, Matrix):
                return Matrix([[self._at([x], mode)[0] for x in row] for row in first.rows])
            return self._at([first], mode)[0]
        found = self._at(argument_entries(arguments, self.inputs), mode)
        return found[0] if self.outputs is None else column(found)

    def _at(self, x: Sequence[Number], mode: Mode) -> list[Number]:
        values = [self._entry(k, x, mode) for k in range(self.outputs or 1)]
        if self.kind != "positive_function":
            return values
        return [exp(multiply(HALF, value), mode) for value in values]

    def _entry(self, k: int, x: Sequence[Number], mode: Mode) -> Number:
        found: Number = self.level[k]
        if self.form == "constant":
            return found
        found = add(found, _dot(self.slope[k], x))
        if self.form == "linear":
            return found
        squares = total([multiply(t, t) for t in x])
        found = add(found, multiply(self.bend[k], squares))
        if self.kind == "convex":
            if self.form == "steep":
                return add(found, multiply(squares, squares))
            return add(found, total([softplus(t, mode) for t in self._turned(x)]))
        if self.form == "steep":
            return add(found, multiply(self.growth[k], exp(multiply(self.rate, total(x)), mode)))
        return add(found, _dot(self.waves[k], [sin(t, mode) for t in self._turned(x)]))

    def _turned(self, x: Sequence[Number]) -> list[Number]:
        pairs = zip(self.turns, self.shifts, strict=True)
        return [add(shift, _dot(turn, x)) for turn, shift in pairs]


@dataclass(frozen=True, slots=True, eq=False)
class Quadratic:
    """x ↦ x·(bowl x)/2 + slope·x on vectors."""

    inputs: int
    bowl: Matrix
    slope: Matrix
    outputs: None = None

    def __call__(self, arguments: Sequence[Number | Matrix], mode: Mode) -> Number:
        """Return the value at a vector, or at the numbers that make it up."""
        x = column(argument_entries(arguments, self.inputs))
        squares = matmul(transpose(x), matmul(self.bowl, x)).rows[0][0]
        return add(multiply(HALF, squares), matmul(transpose(self.slope), x).rows[0][0])


def argument_entries(arguments: Sequence[Number | Matrix], count: int) -> list[Number]:
    """Return the entries of the vector at which a function of several numbers is taken."""
    first = arguments[0]
    if isinstance(first, Matrix):
        entries = first.vector() if len(arguments) == 1 else []
    else:
        entries = [x for x in arguments if not isinstance(x, Matrix)]
    if len(entries) != count:
        raise WrongShape(f"this function takes {count} numbers")
    return list(entries)


def _dot(a: Sequence[Number], b: Sequence[Number]) -> Number:
    return total([multiply(x, y) for x, y in zip(a, b, strict=True)])


def _coarse(count: int, source: Source, size: float = 1.0) -> list[fmpq]:
    return [source.rational(size * z, 6) for z in source.normals(count)]


_FORMS = {"benign": ("wave",), "special": ("constant", "linear", "wave"), "extreme": ("steep",)}


_FAST = frozenset({"function", "smooth_function"})
"""Types of which some special ones go up and down between whole numbers."""


def sample_function(kind: str, sizes: Sequence[int], source: Source) -> SampleFunction:
    """Draw a function of some numbers of inputs and outputs; without sizes, of a number."""
    inputs = sizes[0] if sizes else None
    outputs = sizes[1] if len(sizes) > 1 else None
    n, m = inputs or 1, outputs or 1
    if source.corner is not None:
        form = ("constant", "linear", "linear")[source.corner]
    else:
        form = source.pick(_FORMS[source.tier])
    level = rationals(m, source)
    if source.corner == 0 or (form == "constant" and source.chance(0.3)):
        level = [ZERO] * m
    bend = _coarse(m, source, 0.3)
    is_fast = n == 1 and form == "wave" and source.tier == "special" and kind in _FAST
    speed = 2.5 if is_fast else 0.8
    slopes = [[ZERO] * n if is_fast else _coarse(n, source) for _ in range(m)]
    if is_fast:
        bend = [ZERO] * m
    return SampleFunction(
        kind,
        form,
        inputs,
        outputs,
        turns=[_coarse(n, source, speed) for _ in range(WAVES)],
        shifts=_coarse(WAVES, source),
        waves=[_coarse(WAVES, source) for _ in range(m)],
        level=level,
        slope=slopes,
        bend=[abs(x) for x in bend] if kind == "convex" else bend,
        growth=_coarse(m, source),
        rate=source.rational(0.5 + abs(source.normal()), 6),
    )


def scaled(function: SampleFunction, factor: fmpq) -> SampleFunction:
    """Return a function of the same type that is so many times as large."""
    return replace(
        function,
        level=[multiply(factor, x) for x in function.level],
        slope=[[multiply(factor, x) for x in row] for row in function.slope],
        bend=[multiply(factor, x) for x in function.bend],
        waves=[[factor * x for x in row] for row in function.waves],
        growth=[factor * x for x in function.growth],
    )


def quadratic(n: int, largest: Number, source: Source) -> Quadratic:
    """Draw a convex quadratic function whose curvatures reach up to a number."""
    shares = [source.rational(u) for u in (source.fraction() for _ in range(n))]
    if source.tier != "benign" or source.chance(0.5):
        shares[0] = fmpq(1)
    if source.is_special():
        shares = [fmpq(1)] * n if source.chance(0.6) else [fmpq(1)] + [ZERO] * (n - 1)
    turned = orthogonal(n, source)
    bowl = matmul(matmul(turned, diagonal(shares)), transpose(turned))
    scaled = Matrix([[multiply(largest, x) for x in row] for row in bowl.rows])
    slope = [ZERO] * n if source.corner == 0 else rationals(n, source)
    return Quadratic(n, scaled, column(slope))


_TOLD = ("waves on a parabola", "constant, linear, fast waves", "exponential growth")

FUNCTION_DOMAINS: dict[str, Domain] = {
    "function": Domain(
        lambda sizes, source: sample_function("function", sizes, source), lambda *_: True, *_TOLD
    ),
    "smooth_function": Domain(
        lambda sizes, source: sample_function("function", sizes, source), lambda *_: True, *_TOLD
    ),
    "positive_function": Domain(
        lambda sizes, source: sample_function("positive_function", sizes, source),
        lambda *_: True,
        "exp of waves on a parabola",
        "constant, exp of a linear function",
        "exp of exponential growth",
    ),
    "convex": Domain(
        lambda sizes, source: sample_function("convex", sizes, source),
        lambda *_: True,
        "a parabola with soft bends",
        "constant, linear",
        "the fourth power of the norm",
    ),
}
"""How functions of every type are drawn; ``quadratic`` has :func:`quadratic`."""
