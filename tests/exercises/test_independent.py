"""Two hundred variants, solved from what stands on the card by SymPy, without our code.

A solver sees the words and the LaTeX of a problem and nothing else; the answer of the card is
compared with what it finds.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sympy as sp
from sympy.parsing.sympy_parser import (
    implicit_multiplication_application,
    parse_expr,
    standard_transformations,
)

from dlcards.content.families import read_exercise
from dlcards.exercises.answers import expected
from dlcards.exercises.lock import read_lock
from dlcards.exercises.printing import printed
from dlcards.exercises.variants import choose_variants

ROOT = Path(__file__).parents[2]
LOCK = read_lock(ROOT / "exercises" / "variants.lock")
COUNT = 200
x, y, z, t, lam, w = NAMES = sp.symbols("x y z t lambda_ w", real=True)
KNOWN = {"x": x, "y": y, "z": z, "t": t, "lambda_": lam, "w": w, "e": sp.E}
SIGMOID = sp.Lambda(t, 1 / (1 + sp.exp(-t)))

Solver = Callable[[list[Any], str], Any]


# From LaTeX to SymPy


def expression(latex: str) -> Any:
    text = re.sub(r"\\boldsymbol\{(\w)\}", r"\1", latex)
    text = text.replace(r"\left", "").replace(r"\right", "").replace(r"\,", " ")
    text = text.replace(r"\cdot", "*").replace(r"\lambda", "lambda_")
    for _ in range(6):
        text = re.sub(r"\\d?frac\{([^{}]*)\}\{([^{}]*)\}", r"((\1)/(\2))", text)
        text = re.sub(r"\\sqrt\{([^{}]*)\}", r"sqrt(\1)", text)
        text = re.sub(r"\^\{([^{}]*)\}", r"**(\1)", text)
    text = text.replace("\\", "")
    rules = (*standard_transformations, implicit_multiplication_application)
    return parse_expr(text, local_dict={**KNOWN, "sigma": SIGMOID}, transformations=rules)


def value(latex: str) -> Any:
    """Read a formula, a matrix, or the right side of an equation."""
    latex = latex.strip()
    table = re.search(r"\\begin\{pmatrix\}(.*?)\\end\{pmatrix\}", latex)
    if table:
        rows = [[sp.nsimplify(expression(c)) for c in r.split("&")] for r in table[1].split(r"\\")]
        factor = latex[: table.start()].rpartition("=")[2].strip()
        return sp.Matrix(rows) * (expression(factor) if factor else 1)
    return expression(latex.rpartition("=")[2])


def column(*entries: Any) -> Any:
    return sp.Matrix(entries)


# How each problem is solved


def derivative(m: list[Any], _: str) -> Any:
    return sp.diff(m[0], x)


def at_point(m: list[Any], names: tuple[Any, ...]) -> Any:
    point = dict(zip(names, m[1:], strict=False))
    return column(*(sp.diff(m[0], name).subs(point) for name in names))


def combination(m: list[Any], text: str) -> Any:
    u, v = m[1], m[2]
    found = re.match(r".*?\$(.*?)\$", text)
    assert found is not None
    shown = re.sub(r"\\boldsymbol\{(\w)\}", r"\1", found[1])
    a, b = sp.symbols("u v")
    form = parse_expr(
        shown,
        local_dict={"u": a, "v": b},
        transformations=(*standard_transformations, implicit_multiplication_application),
    )
    return form.coeff(a) * u + form.coeff(b) * v


def eigenvector(m: list[Any], _: str) -> Any:
    matrix, number, first = m
    space = (matrix - number * sp.eye(2)).nullspace()[0]
    return space * first / space[0]


def rank_and_mean(m: list[Any], _: str) -> Any:
    return m[0].rank()


def correlation(m: list[Any], _: str) -> Any:
    u, v = m
    return (u.T * v)[0] / 3 - sum(u) * sum(v) / sp.Integer(9)


def table(m: list[Any], _: str) -> tuple[Any, Any]:
    values, weights = m
    mean = sum(p * v for p, v in zip(weights, values, strict=True))
    return mean, sum(p * v**2 for p, v in zip(weights, values, strict=True)) - mean**2


def line(m: list[Any], _: str) -> Any:
    design = sp.Matrix([[1, -1], [1, 0], [1, 1]])
    return (design.T * design).inv() * design.T * m[0]


def sorted_set(*numbers: Any) -> Any:
    return column(*sorted(numbers))


def convolved(m: list[Any], _: str) -> Any:
    image, kernel = m
    return sp.Matrix(
        2,
        2,
        lambda i, j: sum(image[i + a, j + b] * kernel[a, b] for a in range(2) for b in range(2)),
    )


def softmax(scores: list[Any]) -> Any:
    weights = [sp.exp(score) for score in scores]
    return column(*(sp.simplify(weight / sum(weights)) for weight in weights))


def best(f: Any, name: Any) -> Any:
    return sp.solve(sp.diff(f, name), name)[0]


def two_coins(m: list[Any], _: str) -> Any:
    heads, tosses, other_heads, other_tosses = m[2:6]
    first = heads * sp.log(t) + (tosses - heads) * sp.log(1 - t)
    second = other_heads * sp.log(1 - t) + (other_tosses - other_heads) * sp.log(t)
    return best(first + second, t)


def equations(text: str) -> list[Any]:
    """Return left minus right side of every equation of a problem."""
    sides = [latex.split("=") for latex in re.findall(r"\$(.*?)\$", text) if "=" in latex]
    return [expression(left) - expression(right) for left, right in sides]


def antiderivative(m: list[Any], _: str) -> Any:
    whole = sp.integrate(m[0], x)
    return whole - whole.subs(x, 0) + m[1]


def definite_integral(_: list[Any], text: str) -> Any:
    found = re.search(r"\\int_\{(.*?)\}\^\{(.*?)\} (.*)\\,dx", text)
    assert found is not None
    low, high, body = (expression(part) for part in found.groups())
    return sp.integrate(body, (x, low, high))


def lagrange(m: list[Any], text: str) -> Any:
    goal, constraint = m[1], equations(text)[0]
    found = sp.solve([*(sp.diff(goal + t * constraint, name) for name in (x, y)), constraint])
    return (
        column(found[0][x], found[0][y]) if isinstance(found, list) else column(found[x], found[y])
    )


def riemann_sum(m: list[Any], text: str) -> Any:
    f, end, count = m
    step = end / sp.Integer(count)
    first = 0 if "left" in text else 1 if "right" in text else sp.Rational(1, 2)
    return step * sum(f.subs(x, (k + first) * step) for k in range(int(count)))


def linear_system(_: list[Any], text: str) -> Any:
    found = sp.solve(equations(text), (x, y))
    return column(found[x], found[y])


def attention(m: list[Any], text: str) -> Any:
    scores = [*m[:-1]]
    weights = softmax(scores).T
    return (weights * m[-1]).T


def two_tokens(m: list[Any], _: str) -> Any:
    weights = softmax([m[0], sp.Integer(0)])
    return weights[0] * m[1] + weights[1] * m[2]


def backprop(m: list[Any], text: str) -> Any:
    found = re.search(r"\$([^$]*)\\operatorname\{ReLU\}\((.*?)\)\$", text)
    assert found is not None
    u = sp.Symbol("u")
    outer = {"": "1", "-": "-1"}.get(found[1].strip(), found[1])
    inner = expression(found[2]).coeff(u)
    output = expression(outer) * sp.Max(inner * u, 0)
    return sp.diff((output - m[2]) ** 2 / 2, u).subs(u, m[1])


def batch_norm(m: list[Any], _: str) -> Any:
    batch, spread, scale, shift = m
    mean = sum(batch) / sp.Integer(len(batch))
    return batch.applyfunc(lambda entry: (entry - mean) / spread * scale + shift)


def k_means(m: list[Any], _: str) -> Any:
    *points, left, right = m
    near = [point for point in points if abs(point - left) < abs(point - right)]
    far = [point for point in points if point not in near]
    return column(*(sp.Rational(sum(group), len(group)) for group in (near, far)))


def one_step_to_the_minimum(m: list[Any], _: str) -> Any:
    return 1 / sp.diff(m[0], x, 2)


def logistic_gradient(m: list[Any], _: str) -> Any:
    return (1 / (1 + sp.exp(-m[2])) - m[1]) * m[0]


def mlp(m: list[Any], _: str) -> Any:
    weights, bias, inputs, output = m
    hidden = (weights.T * inputs + bias).applyfunc(lambda entry: max(entry, 0))
    return (output.T * hidden)[0]


def momentum(m: list[Any], _: str) -> Any:
    place, loss, step, alpha = m
    velocity = 0
    for _step in range(2):
        velocity = alpha * velocity - step * sp.diff(loss, x).subs(x, place)
        place += velocity
    return place


def sgd(m: list[Any], _: str) -> Any:
    model, weight, target, step = m
    return weight - step * sp.diff((model - target) ** 2 / 2, w).subs(w, weight)


def sigmoid_slope(m: list[Any], _: str) -> Any:
    return sp.diff(m[0], z).subs(z, m[-1])


def softmax_gradient(m: list[Any], _: str) -> Any:
    gradient = sp.Matrix(m[0])
    gradient[int(m[1]) - 1] -= 1
    return gradient


def linear_mean(m: list[Any], _: str) -> Any:
    X, Y = sp.symbols("X Y")
    return m[2].coeff(X) * m[0] + m[2].coeff(Y) * m[1] + m[2].subs({X: 0, Y: 0})


def sample_variance(m: list[Any], _: str) -> Any:
    count = sp.Integer(len(m[0]))
    mean = sum(m[0]) / count
    return sum((entry - mean) ** 2 for entry in m[0]) / (count - 1)


def hessian_kind(m: list[Any], _: str) -> str:
    matrix = sp.hessian(m[0], (x, y))
    if matrix.det() < 0:
        return "saddle point"
    return "minimum" if matrix[0, 0] > 0 else "maximum"


SOLVERS: dict[str, Solver] = {
    "ex-angle": lambda m, _: sp.acos((m[0].T * m[1])[0] / m[0].norm() / m[1].norm()) * 180 / sp.pi,
    "ex-characteristic-polynomial": lambda m, _: (m[1] - lam * sp.eye(2)).det(),
    "ex-cross-product": lambda m, _: m[0].cross(m[1]),
    "ex-det-2x2": lambda m, _: m[0].det(),
    "ex-det-3x3": lambda m, _: m[0].det(),
    "ex-distance": lambda m, _: (m[0] - m[1]).norm(),
    "ex-dot-product": lambda m, _: (m[1].T * m[2])[0],
    "ex-eigenvalues-2x2": lambda m, _: sorted_set(*m[0].eigenvals()),
    "ex-triangular": lambda m, _: sorted_set(*m[0].eigenvals()),
    "ex-eigenvector": eigenvector,
    "ex-frobenius-norm": lambda m, _: m[0].norm(),
    "ex-hadamard": lambda m, _: m[1].multiply_elementwise(m[2]),
    "ex-inverse-2x2": lambda m, _: m[0].inv(),
    "ex-l1-norm": lambda m, _: sum(abs(entry) for entry in m[0]),
    "ex-linear-combination": combination,
    "ex-matrix-power": lambda m, _: m[1] * m[1],
    "ex-matrix-product": lambda m, _: m[1] * m[2],
    "ex-matrix-vector": lambda m, _: m[1] * m[2],
    "ex-max-norm": lambda m, _: max(abs(entry) for entry in m[0]),
    "ex-norms": lambda m, _: m[0].norm(),
    "ex-outer-product": lambda m, _: m[1] * m[2].T,
    "ex-projection": lambda m, _: m[1] * (m[0].T * m[1])[0] / (m[1].T * m[1])[0],
    "ex-gram-schmidt": lambda m, _: m[0] - m[1] * (m[0].T * m[1])[0] / (m[1].T * m[1])[0],
    "ex-quadratic-form": lambda m, _: (m[2].T * m[1] * m[2])[0],
    "ex-rank": rank_and_mean,
    "ex-trace": lambda m, _: m[0].trace(),
    "ex-unit-vector": lambda m, _: m[0] / m[0].norm(),
    "ex-chain-rule": derivative,
    "ex-derivative-polynomial": lambda m, _: at_point(m, (w,))[0],
    "ex-product-rule": derivative,
    "ex-quotient-rule": derivative,
    "ex-partial-derivatives": derivative,
    "ex-second-derivative": lambda m, _: sp.diff(m[0], x, 2),
    "ex-gradient-at-point": lambda m, _: at_point(m, (x, y)),
    "ex-graph-gradients": lambda m, _: at_point(m, (x, y, z)),
    "ex-directional-derivative": lambda m, _: (at_point(m[:3], (x, y)).T * m[3])[0],
    "ex-hessian": lambda m, _: sp.hessian(m[0], (x, y)),
    "ex-hessian-classify": hessian_kind,
    "ex-taylor": lambda m, _: sp.series(m[0], x, 0, 3).removeO(),
    "ex-critical-points": lambda m, _: sorted_set(*sp.solve(sp.diff(m[0], x), x)),
    "ex-critical-value": lambda m, _: m[0].subs(x, best(m[0], x)),
    "ex-linear-approximation": lambda m, _: sp.series(m[0], x, m[1], 2).removeO(),
    "ex-average-value": lambda m, _: sp.integrate(m[0], (x, m[1], m[2])) / (m[2] - m[1]),
    "ex-lhopital": lambda m, _: sp.limit(m[0], x, 0, "+"),
    "ex-newton-step": lambda m, _: m[1] - (m[0] / sp.diff(m[0], x)).subs(x, m[1]),
    "ex-bayes": lambda m, _: m[0] * m[1] / (m[0] * m[1] + (100 - m[0]) * m[2]),
    "ex-beta-update": lambda m, _: (m[0] + m[2]) / (m[0] + m[1] + m[3]),
    "ex-binomial": lambda m, _: (
        sp.binomial(m[0], m[2]) * m[1] ** m[2] * (1 - m[1]) ** (m[0] - m[2])
    ),
    "ex-covariance": correlation,
    "ex-cross-entropy": lambda m, _: -sp.log(m[0][int(m[1]) - 1]),
    "ex-entropy-bits": lambda m, _: -sum(p * sp.log(p, 2) for p in m[0]),
    "ex-kl-bits": lambda m, _: sum(p * sp.log(p / q, 2) for p, q in zip(*m[1:], strict=True)),
    "ex-expectation-variance": lambda m, _: table(m, "")[0],
    "ex-variance-table": lambda m, _: table(m, "")[1],
    "ex-mle": two_coins,
    "ex-mle-exponential": lambda m, _: best(3 * sp.log(t) - t * sum(m[0]), t),
    "ex-sample-mean": lambda m, _: (m[0] * m[1] + m[2]) / (m[0] + 1),
    "ex-standardize": lambda m, _: (m[2] - m[0]) / m[1],
    "ex-z-test": lambda m, _: (m[1] - m[3]) / (m[2] / sp.sqrt(m[0])),
    "ex-conv-2d": convolved,
    "ex-least-squares-line": line,
    "ex-relu": lambda m, _: m[0].applyfunc(lambda entry: max(entry, 0)),
    "ex-ridge": lambda m, _: best(m[1], w),
    "ex-sigmoid": lambda m, _: sp.simplify(m[0]),
    "ex-softmax": lambda m, _: softmax(m),
    "ex-parameter-count": lambda m, _: (m[0] + 1) * m[1] + (m[1] + 1) * m[2],
    "ex-antiderivative": antiderivative,
    "ex-definite-integral": definite_integral,
    "ex-jacobian": lambda m, _: m[0].jacobian([x, y]),
    "ex-lagrange": lagrange,
    "ex-log-laws": lambda _, text: sp.solve(equations(text)[0], sp.Symbol("k"))[0],
    "ex-riemann-sum": riemann_sum,
    "ex-linear-system": linear_system,
    "ex-matrix-shapes": lambda m, _: column(m[0], m[3]),
    "ex-orthogonality": lambda m, _: sp.solve((m[1].T * m[2])[0], t)[0],
    "ex-adam-moment": lambda m, _: (m[0] * (1 - m[0]) * m[1] + (1 - m[0]) * m[2]) / (1 - m[0] ** 2),
    "ex-attention-two-tokens": two_tokens,
    "ex-attention-weights": attention,
    "ex-backprop-step": backprop,
    "ex-batch-norm": batch_norm,
    "ex-confusion-metrics": lambda m, _: 2 * m[0] / (2 * m[0] + m[1] + m[2]),
    "ex-conv-output-size": lambda m, _: sp.floor((m[0] + 2 * m[1] - m[2]) / m[3]) + 1,
    "ex-dropout": lambda m, _: m[1].multiply_elementwise(m[2]) / (1 - m[0]),
    "ex-gd-step": lambda m, _: m[1] - m[2] * at_point([m[0], *m[1]], (x, y)),
    "ex-kmeans-step": k_means,
    "ex-learning-rate": one_step_to_the_minimum,
    "ex-logistic-gradient": logistic_gradient,
    "ex-mlp-forward": mlp,
    "ex-momentum-step": momentum,
    "ex-numpy-axis": lambda m, _: column(*(s for i, s in enumerate(m[:3]) if i != m[3])),
    "ex-numpy-shape": lambda m, _: column(m[0], m[3]),
    "ex-parameter-count-conv": lambda m, _: (m[0] * m[1] * m[2] + 1) * m[3],
    "ex-precision": lambda m, text: m[0] / (m[0] + (m[1] if "precision" in text else m[2])),
    "ex-sgd-step": sgd,
    "ex-sigmoid-slope": sigmoid_slope,
    "ex-softmax-gradient": softmax_gradient,
    "ex-conditional-probability": lambda m, _: m[2] / m[1],
    "ex-confidence-interval": lambda m, _: column(
        *(m[1] + sign * 2 * m[2] / sp.sqrt(m[0]) for sign in (-1, 1))
    ),
    "ex-correlation": lambda m, _: m[2] / (m[0] * m[1]),
    "ex-joint-table": lambda m, _: m[0][0, int(m[1]) - 1] / sum(m[0].row(0)),
    "ex-linear-mean": linear_mean,
    "ex-linear-variance": lambda m, _: m[1].coeff(sp.Symbol("X")) ** 2 * m[0],
    "ex-marginal": lambda m, _: sum(m[0].row(1)) / sum(m[0]),
    "ex-odds": lambda m, _: m[0] / (1 - m[0]),
    "ex-poisson": lambda m, _: m[0] ** m[1] * sp.exp(-m[0]) / sp.factorial(m[1]),
    "ex-sample-mean-variance": sample_variance,
    "ex-standard-error": lambda m, _: m[0] / sp.sqrt(m[1]),
    "ex-total-probability": lambda m, _: (m[0] * m[1] + (100 - m[0]) * m[2]) / 100,
    "ex-inclusion-exclusion": lambda m, _: m[0] + m[1] - m[2],
    "ex-rotation": lambda m, _: sp.Matrix([[0, -1], [1, 0]]) ** (m[1] / 90) * m[0],
    "ex-mean-squared-error": lambda m, _: sum((m[0] - m[1]).applyfunc(lambda e: e**2)) / 3,
}


# The comparison


def cards() -> list[tuple[str, int, str, list[str], str]]:
    found = []
    for name in SOLVERS:
        (path,) = (ROOT / "exercises").glob(f"*/{name}.yaml")
        text = path.read_text(encoding="utf-8")
        item, _ = read_exercise(text, path.name, name, path.parent.name)
        assert item is not None
        family = item.family
        assert family is not None
        locked = LOCK.records[name].variants
        for variant in choose_variants(family, locked, len(locked)):
            parts = printed(family.ask, family, variant)
            math = [part.text for part in parts if part.kind == "math"]
            whole = "".join(f"${p.text}$" if p.kind == "math" else p.text for p in parts)
            found.append((name, variant.index, whole, math, expected(family, variant)))
    return found


@pytest.mark.slow
def test_every_family_is_solved() -> None:
    assert SOLVERS.keys() == {path.stem for path in (ROOT / "exercises").glob("*/*.yaml")}
    assert len(cards()) > 1000


@pytest.mark.slow
@pytest.mark.exhaustive(of=2)
def test_two_hundred_variants_are_solved_right(every: int) -> None:
    chosen = random.Random(20).sample(cards(), COUNT)[::every]
    wrong = [
        f"{name} {index}: {problem}"
        for name, index, problem, math, answer in chosen
        if not agrees(SOLVERS[name]([read(latex) for latex in math], problem), answer)
    ]
    assert wrong == []


def read(latex: str) -> Any:
    try:
        return value(latex)
    except (SyntaxError, TypeError, ValueError, AttributeError):
        return None  # words of the problem, such as det A


def agrees(found: Any, answer: str) -> bool:
    wanted = json.loads(answer)
    if wanted["kind"] == "words":
        return bool(wanted["words"] == [found])
    rows = found.tolist() if isinstance(found, sp.MatrixBase) else [[found]]
    if [len(row) for row in rows] != [len(row) for row in wanted["rows"]]:
        return False
    names = [KNOWN.get(name, lam) for name in wanted.get("names", [])]
    for row, expected_row in zip(rows, wanted["rows"], strict=True):
        for entry, numbers in zip(row, expected_row, strict=True):
            for point, number in zip(wanted.get("points", [[]]), numbers, strict=True):
                got = sp.sympify(entry).subs(dict(zip(names, point, strict=True)))
                if abs(complex(sp.N(got)) - number) > 1e-6 * max(1, abs(number)):
                    return False
    return True


@pytest.mark.parametrize("answer", ['{"kind":"number","rows":[[[4]]]}'])
def test_a_wrong_answer_is_seen(answer: str) -> None:
    assert not agrees(sp.Integer(5), answer)
