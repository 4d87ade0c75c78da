from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pytest
from float_domains import is_inside

from dlcards.claims.judge.float_points import float_point
from dlcards.claims.judge.numeric import calculus
from dlcards.claims.judge.numeric.evaluate import settle
from dlcards.claims.judge.numeric.laws import parametric_points
from dlcards.claims.judge.numeric.point import MAX_WORK, Point, Value, scope_of
from dlcards.claims.judge.numeric.values import (
    Array,
    Matrix,
    NumericError,
    TooMuchWork,
    Undefined,
    Unsettled,
    WrongShape,
    column,
)
from dlcards.claims.parser import parse_formula, parse_type
from dlcards.claims.points.draw import DOMAINS, draw_point
from dlcards.claims.points.source import CORNERS, Source, Tier, tier_of
from dlcards.claims.statement import Statement, Type
from dlcards.claims.tree import walk
from dlcards.claims.types import FUNCTION_TYPES, PARAMETRIC_TYPES, TYPES


@pytest.fixture(autouse=True)
def _quiet() -> object:
    with np.errstate(all="ignore"):
        yield


def drawn(
    types: Mapping[str, str],
    fixed: Mapping[str, Value] | None = None,
    *,
    index: int = CORNERS,
    tier: Tier = Tier.BENIGN,
) -> Point:
    kinds = {name: parse_type(text) for name, text in types.items()}
    for kind in list(kinds.values()):
        for arg in kind.args:
            for part in walk(arg):
                if part.op == "sym" and part.name not in kinds:
                    kinds[part.name] = Type("dim")
    scope = scope_of(Statement("entry", kinds, {}))
    point = float_point(scope, draw_point(scope, Source("test", index, tier=tier)))
    assert point is not None
    for name, value in (fixed or {}).items():
        point.values[name] = value
        shape = value.shape if isinstance(value, Matrix) else ()
        for size, number in zip(kinds[name].args, shape, strict=False):
            point.values[size.name] = float(number)
    return point


def worth(formula: str, point: Point) -> Array:
    value = settle(point, point.evaluate(parse_formula(formula)))
    return value.entries if isinstance(value, Matrix) else value


A = Matrix(np.array([[2.0, 1.0], [1.0, 3.0]]))
B = Matrix(np.array([[1.0, 2.0, 0.5], [-1.0, 0.0, 3.0]]))
V = column([1.0, -2.0])
ALGEBRA = {"A": "square(n)", "B": "matrix(n, m)", "v": "vector(n)"}


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("det(A)", 5),
        ("tr(A)", 5),
        ("rank(A)", 2),
        ("inv(A)", [[0.6, -0.2], [-0.2, 0.4]]),
        ("A**-1 @ A", np.eye(2)),
        ("A**0", np.eye(2)),
        ("A @ v", [[0], [-5]]),
        ("v.T @ v", 5),
        ("v**2", [[1], [4]]),
        ("norm(v)**2 + norm1(v) + norminf(v)", 10),
        ("fro(A)**2", 15),
        ("opnorm(A) - lammax(A)", 0),
        ("sum(eigvals(A))", 5),
        ("diag(v)", np.diag([1, -2])),
        ("diag(A)", [[2], [3]]),
        ("vec(B)", [[1], [-1], [2], [0], [0.5], [3]]),
        ("kron(v, v)", [[1], [-2], [-2], [4]]),
        ("svdU(B) @ svdS(B) @ svdV(B).T", B.entries),
        ("B @ pinv(B)", np.eye(2)),
        ("conv(v, v)", [[1], [-4], [4]]),
        ("mean(v)", -0.5),
        ("var(v)", 2.25),
        ("max(v) - min(v)", 3),
        ("max(2, 3)", 3),
        ("len(v)", 2),
        ("sum(B)", 5.5),
        ("B[1]", [[1], [2], [0.5]]),
        ("B[2, 3]", 3),
        ("sum(sum(B[i, j], j, 1, 3), i, 1, 2)", 5.5),
        ("sum(B[k, k], k, 1, 2)", 1),
        ("sum(max(B[i, j], j, 1, 3), i, 1, 2)", 5),
        ("sum(min(B[i, j], j, i, i + 1), i, 1, 2)", 1),
        ("max(min(B[i, j], i, 1, 2), j, 1, 3)", 0.5),
        ("sum(A, k, 1, 3)", 3 * A.entries),
        ("prod(A, k, 1, 2)", A.entries @ A.entries),
        ("sum(basis(k, 3), k, 1, 2)", [[1], [1], [0]]),
        ("sum(sum(eye(k)), k, 1, 3)", 6),
        ("sum(sum(1, j, 1, i), i, 1, 4)", 10),
        ("prod(k, k, 1, 5) - factorial(5)", 0),
        ("sum(k, k, 3, 2)", 0),
        ("binomial(5, 2)", 10),
        ("cases(1, 2 < 1, 5)", 5),
        ("cases(1/0, 2 < 1, 5)", 5),
        ("ind(1 < 2 < 3) + ind(1 != 1)", 1),
        ("zeros(2, 3) + B", B.entries),
        ("entropy([0.5, 0.5]) - log(2)", 0),
        ("KL([1, 0], [0.5, 0.5]) - log(2)", 0),
        ("xent([1, 0], [0.5, 0.5]) - log(2)", 0),
        ("logsumexp([1000, 1000]) - log(2)", 1000),
        ("softmax([1000, 1000])", [[0.5], [0.5]]),
        ("softmax_rows([[0, 0], [1, 1]])", np.full((2, 2), 0.5)),
    ],
)
def test_words_have_the_values_of_the_textbook(formula: str, expected: object) -> None:
    point = drawn(
        {"A": "square(n)", "B": "matrix(n, m)", "v": "vector(n)"}, {"A": A, "B": B, "v": V}
    )
    np.testing.assert_allclose(worth(formula, point), np.asarray(expected, float), atol=1e-12)


@pytest.mark.parametrize(
    ("formula", "expected", "exactness"),
    [
        ("d(sin(x), x)", math.cos(0.7), 1e-11),
        ("d(exp(x), x, 2)", math.exp(0.7), 1e-8),
        ("d(x**5, x, 3)", 60 * 0.49, 1e-7),
        ("d(log(x), x)", 1 / 0.7, 1e-10),
        ("D(tanh, x)", 1 - math.tanh(0.7) ** 2, 1e-11),
        ("integral(exp(-t**2), t, -oo, oo)", math.sqrt(math.pi), 1e-12),
        ("integral(exp(-t), t, 0, oo)", 1, 1e-12),
        ("integral(exp(t), t, -oo, 0)", 1, 1e-12),
        ("integral(t**2, t, x, 0)", -(0.7**3) / 3, 1e-13),
        ("integral(1/sqrt(t), t, 0, 1)", 2, 1e-7),
        ("integral(log(t), t, 0, 1)", -1, 1e-9),
        ("integral(integral(s*t, s, 0, t), t, 0, 1)", 1 / 8, 1e-12),
        ("d(integral(sin(t), t, 0, x), x)", math.sin(0.7), 1e-10),
        ("limit(sin(h)/h, h, 0)", 1, 1e-9),
        ("limit((1 + 1/k)**k, k, oo)", math.e, 1e-7),
        ("sum(x**k, k, 0, oo)", 1 / 0.3, 1e-13),
        ("sum(x**k/factorial(k), k, 0, oo)", math.exp(0.7), 1e-14),
    ],
)
def test_calculus_is_exact_enough_to_judge(formula: str, expected: float, exactness: float) -> None:
    point = drawn({"x": "real"}, {"x": 0.7})
    assert worth(formula, point) == pytest.approx(expected, rel=exactness)


def test_gradients_jacobians_and_hessians() -> None:
    point = drawn({"A": "square(n)", "v": "vector(n)"}, {"A": A, "v": V})
    np.testing.assert_allclose(worth("grad(v.T @ A @ v, v)", point), [[0], [-10]], atol=1e-12)
    np.testing.assert_allclose(worth("jac(A @ v, v)", point), A.entries, atol=1e-12)
    np.testing.assert_allclose(worth("hess(v.T @ A @ v, v)", point), 2 * A.entries, atol=1e-9)
    np.testing.assert_allclose(worth("grad(det(A), A)", point), [[3, -1], [-1, 2]], atol=1e-12)
    np.testing.assert_allclose(worth("d(v.T @ v, v[2])", point), -4)
    np.testing.assert_allclose(
        worth("jac(grad(v.T @ A @ v, v), v)", point), 2 * A.entries, atol=1e-7
    )


@pytest.mark.parametrize(
    "kind",
    [
        "function",
        "positive_function",
        "function(2)",
        "function(2, 3)",
        "convex(2)",
        "quadratic(2, L)",
    ],
)
def test_random_functions_know_their_derivatives(kind: str) -> None:
    vector = "(" in kind
    point = drawn({"L": "positive", "f": kind, "x": "vector(2)" if vector else "real"})
    word = "jac" if kind == "function(2, 3)" else "grad" if vector else "d"
    np.testing.assert_allclose(
        worth("D(f, x)", point), worth(f"{word}(f(x), x)", point), rtol=1e-8, atol=1e-9
    )
    if not vector:
        np.testing.assert_allclose(
            worth("D(f, x, 2)", point), worth("d(f(x), x, 2)", point), rtol=1e-5
        )


@pytest.mark.parametrize("kind", ["convex", "convex(3)"])
def test_convex_functions_are_convex(kind: str) -> None:
    domain = "vector(3)" if "3" in kind else "real"
    for index in range(20):
        point = drawn({"f": kind, "x": domain, "y": domain}, index=index)
        assert worth("(f(x) + f(y))/2 - f((x + y)/2)", point) >= 0


@pytest.mark.parametrize("kind", sorted(set(DOMAINS) - FUNCTION_TYPES - {"complex"}))
def test_every_drawn_value_lies_in_its_domain(kind: str) -> None:
    word = next(t for t in TYPES if t.name == kind)
    bounds = {
        **dict.fromkeys(("interval", "closed_interval", "integers"), "(2, 5)"),
        **dict.fromkeys(("fullrank", "matrix", "mask_rows", "joint_table", "stochastic"), "(m, n)"),
    }
    text = kind + bounds.get(kind, "(n)" if word.sizes else "")
    for index in range(100):
        point = drawn({"x": text}, index=index, tier=tier_of(index))
        value = point.values["x"]
        assert isinstance(value, float | Matrix)
        entries = value if isinstance(value, Matrix) else np.asarray(value)
        assert is_inside(parse_type(text), entries, point)


def test_sizes_differ_from_each_other() -> None:
    for index in range(CORNERS, 20):
        point = drawn({"A": "matrix(m, n)", "B": "matrix(n, k)"}, index=index)
        assert len({point.values[name] for name in "mnk"}) == 3


@pytest.mark.parametrize(
    ("law", "mean", "variance"),
    [
        (("Bernoulli", [0.3]), 0.3, 0.21),
        (("Binomial", [7, 0.3]), 2.1, 1.47),
        (("Poisson", [2.5]), 2.5, 2.5),
        (("Normal", [1.5, 4.0]), 1.5, 4.0),
        (("Exponential", [0.5]), 2.0, 4.0),
        (("Uniform", [1.0, 4.0]), 2.5, 0.75),
    ],
)
def test_laws_are_finite_sums_with_exact_moments(
    law: tuple[str, list[float]], mean: float, variance: float
) -> None:
    points, weights = parametric_points(*law, 23)
    assert law[0] in PARAMETRIC_TYPES
    assert weights.sum() == pytest.approx(1, abs=1e-12)
    assert weights @ points == pytest.approx(mean, rel=1e-12)
    assert weights @ (points - mean) ** 2 == pytest.approx(variance, rel=1e-11)


def test_expectations_are_exact() -> None:
    point = drawn({["X", "Y"][0]: "random", "Y": "random", "Z": "Normal(0, 1)", "W": "independent"})
    assert worth("E(Z**4)", point) == pytest.approx(3)
    assert worth("E(Z*X) - E(Z)*E(X)", point) == pytest.approx(0, abs=1e-13)
    assert worth("Cov(W, X)", point) == pytest.approx(0, abs=1e-13)
    assert abs(worth("Cov(X, Y)", point)) > 1e-6
    assert worth("E(E(X | Y)*Y) - E(X*Y)", point) == pytest.approx(0, abs=1e-13)
    assert worth("Var(X) - E(Var(X | Y)) - Var(E(X | Y))", point) == pytest.approx(0, abs=1e-13)
    assert worth("P(Z > 0)", point) == pytest.approx(0.5)
    assert worth("H([X, Y]) - H(X) - H(Y | X)", point) == pytest.approx(0, abs=1e-13)
    assert worth("Corr(X, X)", point) == pytest.approx(1)


def test_white_noise_is_white() -> None:
    point = drawn({"w": "white(n)"})
    size = int(float(point.values["n"]))  # type: ignore[arg-type]  # a size is a number
    np.testing.assert_allclose(worth("Cov(w)", point), np.eye(size), atol=1e-12)


def test_a_partition_covers_everything_once() -> None:
    point = drawn({"B": "partition(n)", "A": "event"})
    assert worth("sum(P(B[i]), i, 1, n)", point) == pytest.approx(1)
    assert worth("P(B[1] & B[2])", point) == 0
    assert worth("P(~A) + P(A)", point) == pytest.approx(1)


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        ("1/x", "division"),
        ("log(x)", "logarithm"),
        ("sqrt(x - 1)", "square root"),
        ("x**-1", "power"),
        ("(x - 1)**0.5", "power"),
        ("factorial(x - 1)", "factorial"),
        ("d(abs(x), x)", "kink"),
        ("d(sign(x), x)", "kink"),
        ("inv([[x, x], [x, x]])", "singular"),
        ("sum(1/k, k, 1, oo)", "series"),
        ("limit(sign(h), h, x)", "left"),
        ("integral(log(t), t, -1, 1)", "logarithm"),
        ("[x, 1][3]", "index"),
        ("E(Z | Z > 100)", "probability zero"),
        ("Corr(Z, x)", "constant"),
        ("KL([-1, 2], [1, 1])", "divergence"),
    ],
)
def test_an_undefined_value_says_why(formula: str, reason: str) -> None:
    point = drawn({"x": "real", "Z": "Normal(0, 1)"}, {"x": 0.0})
    with pytest.raises((Undefined, Unsettled), match=reason):
        worth(formula, point)


@pytest.mark.parametrize(
    "formula",
    [
        "A + v",
        "A @ B.T @ v @ v",
        "A[1] + A",
        "norm(A)",
        "det(B)",
        "A*v",
        "2**A",
        "grad(A @ v, v)",
        "jac(v, A)",
        "sum(v, i, 1, 2) + 1",
        "cases(v, 1 > 0, 1)",
        "A < A",
        "max(v, 1)",
    ],
)
def test_shapes_are_never_stretched(formula: str) -> None:
    point = drawn(
        {"A": "square(n)", "B": "matrix(n, m)", "v": "vector(n)"}, {"A": A, "B": B, "v": V}
    )
    with pytest.raises(WrongShape):
        worth(formula, point)


@pytest.mark.parametrize(
    "formula",
    [
        "X",
        "E(X | Y)",
        "P(X | Y)",
        "argmin(x, x)",
        "zeta",
        "sum(1, k, 1, 1/2)",
        "pdf(X, 0)",
        "eye(0)",
    ],
)
def test_what_has_no_value_is_an_error(formula: str) -> None:
    point = drawn({"x": "real", "X": "random", "Y": "random"})
    with pytest.raises(NumericError):
        worth(formula, point)


def test_work_is_counted_not_timed() -> None:
    spent = []
    for _ in range(2):
        point = drawn({"x": "real"})
        worth("integral(d(sin(t*x), t), t, 0, 1)", point)
        spent.append(point.work.spent)
    assert spent[0] == spent[1] > 100
    assert spent[0] < MAX_WORK
    with pytest.raises(TooMuchWork):
        worth("sum(sum(sum(x, i, 1, 2000), j, 1, 2000), k, 1, 2000)", drawn({"x": "real"}))


def test_a_stencil_tells_smooth_from_kinked() -> None:
    at = calculus.stencil(0.1)
    assert calculus.slope_of(np.exp(at), 0.1).smooth
    assert calculus.slope_of(np.sin(5 * at) * 1e3, 0.1).smooth
    assert not calculus.slope_of(np.abs(at), 0.1).smooth
    assert not calculus.slope_of(np.maximum(at, 0) + at**2, 0.1).smooth
    assert not calculus.slope_of(np.sign(at), 0.1).smooth
