"""What a linear or smooth map of the plane does to the grid, to arrows, to a circle."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike
from pydantic import Field

from dlcards.claims.parser import FormulaError
from dlcards.claims.statement import FormulaProblem
from dlcards.figures import style
from dlcards.figures.arrays import Array
from dlcards.figures.expressions import Expressions
from dlcards.figures.kind import Kind, Templates
from dlcards.figures.kinds.vectors2d import Lim, Window, circle
from dlcards.figures.labels import plain_text
from dlcards.figures.marks import check_marks, draw_marks, outside
from dlcards.figures.panel import Panel
from dlcards.figures.spec import Formula, Label, Pair, PlotSpec

Matrix = tuple[Pair, Pair]
Shown = Literal[
    "grid", "basis", "unit_square", "area", "unit_circle", "eigenvectors", "singular_vectors",
    "null_space", "test_vector", "linearization",
]  # fmt: skip
IDENTITY: Matrix = ((1.0, 0.0), (0.0, 1.0))
MAX_LINES = 61


class Spec(PlotSpec):
    """Maps of the plane."""

    kind: Literal["map2d"]
    matrix: Matrix | None = Field(None, description="The two rows of a linear map.")
    matrices: tuple[Matrix, ...] = Field(
        (), max_length=4, description="Linear maps, the first is applied first."
    )
    exprs: tuple[Formula, Formula] | None = Field(
        None, description="Instead of a matrix: two formulas in x and y; lim is their domain."
    )
    translate: Pair = Field((0.0, 0.0), description="Added after the matrix.")
    show: tuple[Shown, ...] = Field(
        ("grid",), min_length=1, max_length=10, description="What is drawn with its image."
    )
    vector: Pair | None = Field(None, description="The test vector.")
    linearize_at: Pair | None = Field(
        None, description="Where the straight grid of the Jacobian matrix is drawn."
    )
    grid_basis: Literal["eigenvectors"] | None = Field(
        None, description="The grid follows the eigenvectors instead of the axes."
    )
    lim: Lim = Field(description="What is seen, [x from, x to, y from, y to].")
    before_after: bool | None = Field(
        None, description="Two panels; left out: for formulas without linearization."
    )
    labels: tuple[Label, ...] = Field(
        (), max_length=4, description="Titles: one panel after each of the matrices."
    )


def panels(spec: Spec) -> tuple[Spec, ...]:
    """Return before and after, or one panel after each of several maps."""
    if spec.matrices and spec.labels:
        steps = range(1, min(len(spec.matrices), len(spec.labels)) + 1)
        return tuple(
            spec.model_copy(
                update={
                    "matrices": spec.matrices[:k], "labels": (), "title": spec.labels[k - 1],
                    "before_after": False, "then": spec.then or "",
                }
            )
            for k in steps
        )  # fmt: skip
    smooth = spec.exprs is not None and "linearization" not in spec.show
    if spec.before_after or (spec.before_after is None and smooth):
        before = {"matrix": IDENTITY, "matrices": (), "exprs": None, "translate": (0.0, 0.0)}
        always = {"before_after": False, "then": spec.then or ""}
        return (spec.model_copy(update={**before, **always}), spec.model_copy(update=always))
    return (spec,)


def product(spec: Spec) -> Array:
    """Return the matrix of all linear maps of a spec together."""
    result = np.array(spec.matrix if spec.matrix is not None else IDENTITY)
    for matrix in spec.matrices:
        result = np.array(matrix) @ result
    return result


# ---- geometry -------------------------------------------------------------------------


def eigenpairs(matrix: ArrayLike) -> list[tuple[float, tuple[float, float]]]:
    """Return the real eigenvalues of a matrix, falling, with unit eigenvectors.

    Examples
    --------
    >>> [round(value, 9) for value, _ in eigenpairs([[2, 1], [1, 2]])]
    [3.0, 1.0]
    >>> eigenpairs([[0, -1], [1, 0]])
    []
    """
    values, vectors = np.linalg.eig(np.array(matrix, dtype=float))
    if np.iscomplexobj(values) and np.max(np.abs(values.imag)) > 1e-12:
        return []
    pairs = []
    for value, vector in zip(values.real, vectors.real.T, strict=True):
        x, y = vector / np.hypot(*vector)
        sign = 1.0 if (round(x, 9), round(y, 9)) > (0, -9) or (abs(x) < 1e-9 and y > 0) else -1.0
        pairs.append((float(value), (float(sign * x), float(sign * y))))
    return sorted(pairs, key=lambda pair: -pair[0])


def singular_triples(
    matrix: ArrayLike,
) -> list[tuple[tuple[float, float], float, tuple[float, float]]]:
    """Return right vector, singular value and left vector, the largest value first."""
    u, s, vt = np.linalg.svd(np.array(matrix, dtype=float))
    triples = []
    for k in range(2):
        sign = -1.0 if vt[k, 0] < -1e-9 or (abs(vt[k, 0]) < 1e-9 and vt[k, 1] < 0) else 1.0
        right, left = sign * vt[k], sign * u[:, k]
        triples.append(
            ((float(right[0]), float(right[1])), float(s[k]), (float(left[0]), float(left[1])))
        )
    return triples


def null_direction(matrix: ArrayLike) -> tuple[float, float] | None:
    """Return a unit vector that a singular matrix maps to zero, or None.

    Examples
    --------
    >>> [round(v, 3) for v in null_direction([[1, 2], [0.5, 1]])]
    [0.894, -0.447]
    """
    triples = singular_triples(matrix)
    if triples[1][1] > 1e-6 * max(triples[0][1], 1e-12):
        return None
    return triples[1][0]


class Map:
    """The map of a spec, on arrays of points."""

    def __init__(self, spec: Spec, expressions: Expressions) -> None:
        self.spec = spec
        self.expressions = expressions
        self.matrix: Array | None = None if spec.exprs is not None else product(spec)

    def __call__(self, x: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
        """Return the images of points."""
        x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
        if self.matrix is None:
            first, second = (self.expressions.values(e, x=x, y=y) for e in self.spec.exprs or ())
            return first, second
        (a, b), (c, d) = self.matrix
        s, t = self.spec.translate
        return a * x + b * y + s, c * x + d * y + t

    def jacobian(self, x: float, y: float) -> Array:
        """Return the matrix of partial derivatives of the formulas at a point."""
        if self.matrix is not None:
            return self.matrix
        return np.array([self.expressions.gradient(e, x, y) for e in self.spec.exprs or ()])


def _extent(spec: Spec, mapping: Map) -> Window:
    """Return what is seen: the window as written, or the image of the domain."""
    if spec.exprs is None:
        return spec.lim
    x, y = np.meshgrid(np.linspace(*spec.lim[:2], 25), np.linspace(*spec.lim[2:], 25))
    u, v = mapping(x, y)
    u, v = u[np.isfinite(u)], v[np.isfinite(v)]
    if not len(u) or not len(v):
        return spec.lim
    room = 0.04 * max(float(np.ptp(u)), float(np.ptp(v)), 1e-9)
    return (
        float(u.min()) - room, float(u.max()) + room, float(v.min()) - room, float(v.max()) + room
    )  # fmt: skip


def _levels(low: float, high: float) -> list[float]:
    """Return whole numbers, or rounder ones, from low to high."""
    step = 1.0
    if high - low < 4:
        step = next(s for s in (0.5, 0.25, 0.2, 0.1, (high - low) / 10) if (high - low) / s >= 6)
    while (high - low) / step > MAX_LINES - 1:
        step *= 2
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [k * step for k in range(first, last + 1)]


# ---- drawing --------------------------------------------------------------------------


def draw(spec: Spec, panel: Panel) -> None:
    """Draw the grid and what is shown, each thing with its image."""
    mapping = Map(spec, panel.expressions)
    seen = _extent(spec, mapping)
    panel.equal = True
    panel.frame = "zero"
    panel.limits(seen[:2], seen[2:])
    matrix = mapping.matrix
    plain = matrix is not None and (matrix == identity()).all()
    if "grid" in spec.show:
        _grid(spec, mapping, seen, panel, plain=bool(plain))
    if {"unit_square", "area"} & set(spec.show):
        _square(spec, mapping, panel)
    if "unit_circle" in spec.show:
        _circle(mapping, panel)
    if matrix is not None and "null_space" in spec.show:
        _null_space(matrix, seen, panel)
    if matrix is not None and "eigenvectors" in spec.show:
        _eigenvectors(matrix, seen, panel)
    if matrix is not None and "singular_vectors" in spec.show:
        _singular_vectors(matrix, panel)
    if "basis" in spec.show:
        _basis(mapping, panel, plain=bool(plain))
    if "test_vector" in spec.show and spec.vector is not None:
        _test_vector(spec.vector, mapping, panel)
    if "linearization" in spec.show and spec.linearize_at is not None:
        _linearization(spec, spec.linearize_at, mapping, panel)
    draw_marks(spec, panel)


def identity() -> Array:
    """Return the identity as an array."""
    return np.array(IDENTITY)


def _grid(spec: Spec, mapping: Map, seen: Window, panel: Panel, *, plain: bool) -> None:
    """Draw the image of the grid; below it, faint, the grid itself."""
    if mapping.matrix is not None:
        directions = _directions(spec, mapping.matrix)
        if not plain:
            _straight(np.eye(2), (0.0, 0.0), seen, panel, style.FAINT, 0.9, 0.55)
        _straight(mapping.matrix @ directions, spec.translate, seen, panel, style.BLUE, 1.5, 0.6)
        return
    across, up = spec.lim[:2], spec.lim[2:]
    for k, (at, along) in enumerate(((across, up), (up, across))):
        t = np.linspace(*along, 81)
        for level in _levels(*at):
            x, y = (np.full(81, level), t) if k == 0 else (t, np.full(81, level))
            u, v = mapping(x, y)
            panel.axes.plot(u, v, color=style.BLUE, linewidth=1.5, alpha=0.8, zorder=1)
            panel.avoid(u, v, 0.4)


def _directions(spec: Spec, matrix: Array) -> Array:
    """Return the directions of the grid as columns."""
    pairs = eigenpairs(matrix) if spec.grid_basis == "eigenvectors" else []
    if len(pairs) == 2:
        columns = np.array([pairs[0][1], pairs[1][1]]).T
        if abs(np.linalg.det(columns)) > 1e-6:
            return columns
    return np.eye(2)


def _straight(
    columns: Array, origin: Pair, seen: Window, panel: Panel, color: str, width: float, alpha: float
) -> None:
    """Draw the lines through whole multiples of two vectors, as far as they are seen."""
    corners = np.array([(x - origin[0], y - origin[1]) for x in seen[:2] for y in seen[2:]]).T
    regular = abs(np.linalg.det(columns)) > 1e-6 * max(1e-12, float(np.abs(columns).max()) ** 2)
    if regular:
        coordinates = np.round(np.linalg.solve(columns, corners), 9)
        low, high = coordinates.min(axis=1), coordinates.max(axis=1)
    else:
        low, high = np.full(2, -30.0), np.full(2, 30.0)
    for axis in (0, 1):
        for level in _levels(low[axis], high[axis]) if regular else [0.0]:
            ends = np.zeros((2, 2))
            ends[axis] = level
            ends[1 - axis] = low[1 - axis] - 1, high[1 - axis] + 1
            x, y = columns @ ends
            panel.axes.plot(
                x + origin[0], y + origin[1], color=color, zorder=alpha,
                linewidth=width if regular else 2 * width, alpha=0.8 if color == style.BLUE else 1,
            )  # fmt: skip


def _square(spec: Spec, mapping: Map, panel: Panel) -> None:
    """Draw the unit square dashed and its image filled, perhaps with its area."""
    x, y = np.array([0.0, 1, 1, 0, 0]), np.array([0.0, 0, 1, 1, 0])
    u, v = mapping(x, y)
    panel.axes.plot(x, y, color=style.INK, linewidth=2.0, linestyle=style.DASHES["dashed"])
    panel.axes.fill(u, v, color=style.ORANGE, alpha=style.FILL, linewidth=0, zorder=1.2)
    panel.axes.plot(u, v, color=style.ORANGE, linewidth=2.4, zorder=2)
    panel.avoid(x, y)
    panel.avoid(u, v)
    if mapping.matrix is not None and "area" in spec.show:
        area = abs(float(np.linalg.det(mapping.matrix)))
        middle = (float(np.mean(u[:4])), float(np.mean(v[:4])))
        text = f"area {style.number_text(round(area, 3))}"
        outer = [
            (middle[0] + k * (float(u[i]) - middle[0]), middle[1] + k * (float(v[i]) - middle[1]))
            for k in (1.35, 1.7, 2.1)
            for i in (2, 1, 3, 0)
        ]
        panel.label(text, [middle, *outer], color=style.ORANGE, inside=area > 0.01)


def _circle(mapping: Map, panel: Panel) -> None:
    circle(1.0, panel, dashes="dashed")
    t = np.linspace(0, 2 * np.pi, 161)
    u, v = mapping(np.cos(t), np.sin(t))
    panel.axes.plot(u, v, color=style.BLUE, linewidth=style.LINE, zorder=3)
    panel.avoid(u, v)


def _line_through(direction: Pair, seen: Window, panel: Panel, color: str) -> None:
    reach = max(abs(v) for v in seen) * 2.0
    x, y = (np.array([-reach, reach]) * d for d in direction)
    panel.axes.plot(x, y, color=color, linewidth=2.0, zorder=2, linestyle=style.DASHES["dashed"])
    t = np.linspace(-reach, reach, 120)
    panel.avoid(t * direction[0], t * direction[1])


def _null_space(matrix: Array, seen: Window, panel: Panel) -> None:
    direction = null_direction(matrix)
    if direction is None:
        return
    _line_through(direction, seen, panel, style.ORANGE)
    panel.point(0.0, 0.0, color=style.ORANGE)
    reach = min(_reach(direction, seen), _reach((-direction[0], -direction[1]), seen))
    anchors = [(s * reach * direction[0], s * reach * direction[1]) for s in (0.8, -0.8, 0.6, -0.6)]
    panel.label("$A @ x == 0$", anchors, color=style.ORANGE)


def _reach(direction: Sequence[float], seen: Window) -> float:
    """Return how far one sees from the origin in a direction."""
    ends = [
        (seen[2 * i + (1 if d > 0 else 0)]) / d for i, d in enumerate(direction) if abs(d) > 1e-9
    ]
    return max(min(ends, default=1.0), 0.0)


def _eigenvectors(matrix: Array, seen: Window, panel: Panel) -> None:
    """Draw the lines that stay where they are, and on each a vector with its image."""
    colors = (style.ORANGE, style.GREEN)
    for k, (value, direction) in enumerate(eigenpairs(matrix)[:2]):
        _line_through(direction, seen, panel, colors[k])
        size = math.sqrt(2.0) if _reach(direction, seen) > abs(value) * math.sqrt(2.0) else 1.0
        vector = (size * direction[0], size * direction[1])
        image = (value * vector[0], value * vector[1])
        if abs(value) > 1e-9:
            panel.arrow((0.0, 0.0), image, color=colors[k], width=style.LINE, order=4.0)
        if abs(value - 1) > 1e-6:
            panel.arrow((0.0, 0.0), vector, color=style.INK, width=2.2, order=4.5)
        text = f"$lambda == {round(value, 3) + 0.0:g}$"
        panel.label(text, [image, vector], color=colors[k], priority=1)


def _singular_vectors(matrix: Array, panel: Panel) -> None:
    """Draw the vectors that become the half-axes of the ellipse, and the half-axes."""
    colors = (style.ORANGE, style.GREEN)
    for k, (right, value, left) in enumerate(singular_triples(matrix)):
        image = (value * left[0], value * left[1])
        panel.arrow((0.0, 0.0), right, color=style.INK, width=1.8, order=4.0)
        panel.label(f"$v_{k + 1}$", [right], priority=3)
        if value > 1e-9:
            panel.arrow((0.0, 0.0), image, color=colors[k], order=4.5)
        middle = (0.6 * image[0], 0.6 * image[1])
        text = f"$sigma_{k + 1} == {round(value, 3):g}$"
        outer = [(f * image[0], f * image[1]) for f in (1.15, 1.3)]
        panel.label(text, [image, middle, *outer], color=colors[k], priority=1)


def _basis(mapping: Map, panel: Panel, *, plain: bool) -> None:
    """Draw the images of the basis vectors: for a matrix, its columns."""
    origin = tuple(float(v) for v in mapping(0.0, 0.0))
    for k, unit in enumerate(((1.0, 0.0), (0.0, 1.0))):
        color = (style.ORANGE, style.GREEN)[k]
        u, v = (float(c) for c in mapping(*unit))
        if math.hypot(u - origin[0], v - origin[1]) < 1e-9:
            continue
        panel.arrow((origin[0], origin[1]), (u, v), color=color)
        name = f"$e_{k + 1}$" if plain else f"$A @ e_{k + 1}$"
        middle = ((u + origin[0]) / 2, (v + origin[1]) / 2)
        panel.label(name, [(u, v), middle], color=color, priority=1)


def _test_vector(vector: Pair, mapping: Map, panel: Panel) -> None:
    u, v = (float(c) for c in mapping(*vector))
    panel.arrow((0.0, 0.0), vector, color=style.PURPLE, width=2.2)
    panel.label("$x$", [vector, (vector[0] / 2, vector[1] / 2)], color=style.PURPLE, priority=1)
    panel.arrow((0.0, 0.0), (u, v), color=style.PURPLE)
    name = "$A @ x$" if mapping.matrix is not None else "$f(x)$"
    panel.label(name, [(u, v), (u / 2, v / 2)], color=style.PURPLE, priority=1)


def _linearization(spec: Spec, at: Pair, mapping: Map, panel: Panel) -> None:
    """Lay the straight grid of the Jacobian matrix over the curved one, near a point."""
    jacobian = mapping.jacobian(*at)
    u0, v0 = (float(c) for c in mapping(*at))
    near = [_near(spec.lim[:2], at[0]), _near(spec.lim[2:], at[1])]
    for axis in (0, 1):
        along = near[1 - axis]
        room = 0.25 * (along[1] - along[0])
        t = np.array([along[0] - room, along[-1] + room]) - at[1 - axis]
        for level in near[axis]:
            offset = np.full(2, level - at[axis])
            du, dv = jacobian @ np.array([offset, t] if axis == 0 else [t, offset])
            panel.axes.plot(u0 + du, v0 + dv, color=style.ORANGE, linewidth=2.4, zorder=3)
            panel.avoid(u0 + np.linspace(du[0], du[1], 20), v0 + np.linspace(dv[0], dv[1], 20))
    panel.point(u0, v0)


def _near(limits: tuple[float, float], at: float) -> list[float]:
    """Return the levels of the grid nearest to a value: two, or three if it is one of them."""
    levels = _levels(*limits)
    step = levels[1] - levels[0]
    return [level for level in levels if abs(level - at) < 1.01 * step]


# ---- checks ---------------------------------------------------------------------------


def check(spec: Spec, expressions: Expressions) -> Iterator[FormulaProblem]:
    """Yield missing maps, complex eigenvalues, images outside the window."""
    given = [spec.matrix is not None, bool(spec.matrices), spec.exprs is not None]
    if sum(given) != 1:
        message = "exactly one of matrix, matrices and exprs is needed"
        yield FormulaProblem((), "missing-key", message, "add matrix: [[2, 1], [1, 2]]")
        return
    if spec.labels and len(spec.labels) != len(spec.matrices):
        message = f"{len(spec.labels)} labels for {len(spec.matrices)} matrices"
        yield FormulaProblem(("labels",), "out-of-range", message, "give each matrix its label")
    if spec.exprs is not None:
        yield from _formula_problems(spec, expressions)
    else:
        yield from _linear_problems(spec, Map(spec, expressions), product(spec))


def _formula_problems(spec: Spec, expressions: Expressions) -> Iterator[FormulaProblem]:
    assert spec.exprs is not None
    mistakes = [
        p
        for i, text in enumerate(spec.exprs)
        for p in expressions.mistakes(text, ("x", "y"), ("exprs", i))
    ]
    yield from mistakes
    if mistakes:
        return
    x, y = np.meshgrid(np.linspace(*spec.lim[:2], 25), np.linspace(*spec.lim[2:], 25))
    for i, text in enumerate(spec.exprs):
        try:
            values = expressions.values(text, x=x, y=y)
        except FormulaError as error:
            yield FormulaProblem(
                ("exprs", i), error.code, error.message, error.hint, error.start, error.end
            )
            return
        if not np.isfinite(values).all():
            message = "the formula has no value somewhere inside lim"
            yield FormulaProblem(("exprs", i), "no-value", message, "change lim")
            return
    linear = {"eigenvectors", "singular_vectors", "null_space"}
    for i, name in enumerate(spec.show):
        if name in linear:
            message = f"{name} belongs to a matrix"
            yield FormulaProblem(("show", i), "wrong-value", message, "give matrix, not exprs")
    if "linearization" in spec.show:
        if spec.linearize_at is None:
            message = "linearization needs a point"
            yield FormulaProblem((), "missing-key", message, "add linearize_at: [1, 1]")
        else:
            yield from outside(("linearize_at", 0), spec.linearize_at[0], spec.lim[:2], "lim")
            yield from outside(("linearize_at", 1), spec.linearize_at[1], spec.lim[2:], "lim")


def _linear_problems(spec: Spec, mapping: Map, matrix: Array) -> Iterator[FormulaProblem]:
    wanted = "eigenvectors" in spec.show or spec.grid_basis == "eigenvectors"
    if wanted and not eigenpairs(matrix):
        path: tuple[str | int, ...] = ("matrix",) if spec.matrix else ("matrices",)
        message = "the eigenvalues of this matrix are not real"
        yield FormulaProblem(path, "wrong-value", message, "do not show eigenvectors")
    if "null_space" in spec.show and null_direction(matrix) is None:
        where = spec.show.index("null_space")
        message = "the matrix maps no line to zero"
        yield FormulaProblem(("show", where), "wrong-value", message, "choose a singular matrix")
    if "linearization" in spec.show and not (np.array(matrix) == identity()).all():
        where = spec.show.index("linearization")
        message = "a linear map is its own linearization"
        yield FormulaProblem(("show", where), "wrong-value", message, "give exprs")
    if "test_vector" in spec.show and spec.vector is None:
        yield FormulaProblem((), "missing-key", "there is no test vector", "add vector: [1, 0]")
    for name, point in _images(spec, mapping):
        for value, limits in zip(point, (spec.lim[:2], spec.lim[2:]), strict=True):
            for problem in outside(("lim",), float(value), limits, "lim"):
                message = f"the image of {name} leaves the window: {problem.message}"
                yield FormulaProblem(("lim",), problem.code, message, "make lim larger")
    yield from check_marks(spec, spec.lim[:2], spec.lim[2:])


def _images(spec: Spec, mapping: Map) -> Iterator[tuple[str, Pair]]:
    """Yield what must be seen, with its place."""
    named: list[tuple[str, Pair]] = []
    if "basis" in spec.show:
        named += [("a basis vector", (1.0, 0.0)), ("a basis vector", (0.0, 1.0))]
    if "unit_square" in spec.show:
        named += [("the unit square", (1.0, 1.0))]
    if "test_vector" in spec.show and spec.vector is not None:
        named += [("the test vector", spec.vector)]
    for name, point in named:
        u, v = mapping(*point)
        yield name, (float(u), float(v))


def alt(spec: Spec, say: Templates) -> str:
    """State which map it is and what is shown with its image."""
    if spec.exprs is not None:
        name = f"(x, y) → ({spec.exprs[0]}, {spec.exprs[1]})"
    else:
        rows = [
            ", ".join(style.number_text(round(float(v), 3)) for v in r)
            for r in product(spec).tolist()
        ]
        name = f"[{'; '.join(rows)}]"
        if spec.translate != (0.0, 0.0):
            name += " + (" + ", ".join(style.number_text(v) for v in spec.translate) + ")"
    shown = ", ".join(say("shown", name) for name in spec.show)
    return say("map", map=plain_text(name), shown=shown)


EXAMPLES: tuple[dict[str, Any], ...] = (
    {
        "kind": "map2d",
        "matrix": [[2, 1], [1, 2]],
        "show": ["grid", "eigenvectors", "test_vector"],
        "vector": [1, 0],
        "lim": [-4, 4, -4, 4],
    },
    {
        "kind": "map2d",
        "matrix": [[1, 1], [0, 1]],
        "show": ["unit_circle", "singular_vectors"],
        "lim": [-2.2, 2.2, -2.2, 2.2],
    },
    {
        "kind": "map2d",
        "exprs": ["x + 0.4*sin(y)", "y + 0.4*sin(x)"],
        "show": ["grid", "linearization"],
        "linearize_at": [1, 0.5],
        "lim": [-3, 3, -3, 3],
    },
    {
        "kind": "map2d",
        "exprs": ["x*cos(y)", "x*sin(y)"],
        "show": ["grid"],
        "lim": [0, 2, 0, "pi"],
    },
    {
        "kind": "map2d",
        "matrix": [[2, 1], [0.5, 1.5]],
        "show": ["grid", "unit_square"],
        "lim": [-3, 4, -3, 4],
    },
    {
        "kind": "map2d",
        "matrices": [[[0, -1], [1, 0]], [[1, 1], [0, 1]]],
        "show": ["grid", "basis"],
        "labels": ["first rotate", "then shear"],
        "lim": [-3, 3, -3, 3],
    },
    {
        "kind": "map2d",
        "matrix": [[1, 2], [0.5, 1]],
        "show": ["grid", "null_space"],
        "lim": [-3, 3, -3, 3],
    },
    {
        "kind": "map2d",
        "matrix": [[1, -0.5], [0.5, 1.2]],
        "show": ["grid", "basis"],
        "lim": [-3, 3, -3, 3],
        "before_after": True,
    },
    {
        "kind": "map2d",
        "matrix": [[2, 1], [0, 1]],
        "show": ["grid", "eigenvectors"],
        "grid_basis": "eigenvectors",
        "lim": [-4, 4, -3, 3],
    },
    {
        "kind": "map2d",
        "matrix": [["cos(t)", "-sin(t)"], ["sin(t)", "cos(t)"]],
        "show": ["grid", "basis"],
        "lim": [-2, 2, -1.2, 1.8],
        "animate": {"param": "t", "from": 0, "to": "pi/3", "frames": 12},
        "angles": [{"at": [0, 0], "from": [1, 0], "to": ["cos(t)", "sin(t)"], "label": "$theta$"}],
    },
    {
        "kind": "map2d",
        "matrix": [[1.5, 0.5], [0.5, 1]],
        "show": ["grid", "basis"],
        "before_after": True,
        "then": "$A$",
        "lim": [-2, 2.5, -1.5, 2],
    },
)

KIND = Kind(
    "map2d",
    "what a linear or smooth map of the plane does to the grid, to arrows, to a circle",
    Spec,
    draw,
    check,
    alt,
    EXAMPLES,
    panels=panels,
    equal=lambda spec: True,
)
