"""The search for a point at which a claim is false."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from dlcards.claims.judge.asymptotics import order_error, orders_in, simulate
from dlcards.claims.judge.counterexample import missing_hypothesis, show_law, show_sides, show_value
from dlcards.claims.judge.jumps import Thresholds, has_jumps, move_beside_jumps, thresholds
from dlcards.claims.judge.numeric.evaluate import names_in, sample_point, sample_type, settle
from dlcards.claims.judge.numeric.laws import DEPENDENT, INDEPENDENT
from dlcards.claims.judge.numeric.point import Point, Scope, Value, Work, is_event
from dlcards.claims.judge.numeric.sampling import AWKWARD_CORNERS
from dlcards.claims.judge.numeric.values import (
    Array,
    Matrix,
    NumericError,
    Undefined,
    Unsettled,
    WrongShape,
)
from dlcards.claims.judge.optimum import optimum_error
from dlcards.claims.statement import Claim
from dlcards.claims.tree import Node
from dlcards.claims.unparser import formula_text
from dlcards.claims.verdict import Level

EQUATION_POINTS = 16
DISCRETE_POINTS = 64
"""Whole numbers and values that jump agree by accident more often than real ones."""
INEQUALITY_POINTS = 150
SEARCH_STEPS = 150
EQUALITY_POINTS = 6
NEARBY_POINTS = 120
EXPLAINING_POINTS = 15
SIMULATIONS = 3

_ENOUGH_WORK = 1_000_000
"""Steps after which four points suffice; three times as many, two."""

_ROUNDING_SOUGHT = 1e-8
"""A walk downhill also finds where rounding is worst; a wrong claim gets worse than that."""

_CORNERS_AT_JUMPS = (1, 4, 0, 4, 3, 0, 2, 4)
"""Every other one, with variables that are not constant, is moved beside a jump."""

_FIXED_TYPES = frozenset({"dim", "natural", "integer", "integers", "onehot"})
_WHOLE_TYPES = frozenset({"natural", "integer", "integers"})
_AVERAGES = frozenset({"E", "Var", "Cov", "P"})


class Refuted(Exception):
    """A sampled point at which a claim is false."""

    def __init__(self, message: str, code: str = "refuted-claim", hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.hint = hint


@dataclass(slots=True)
class Trial:
    """The search for a point at which a claim is false."""

    scope: Scope
    claim: Claim
    rng: np.random.Generator
    explain: bool = True
    work: Work = field(default_factory=Work)
    points: int = 0
    tightest: tuple[float, list[float]] | None = None
    _is_free: bool = False
    _has_jumps: bool = False
    _thresholds: Thresholds = ()

    def __post_init__(self) -> None:
        self._is_free = is_free(self.claim.tree, self.scope)
        self._has_jumps = has_jumps(self.claim.tree, self.scope)
        self._thresholds = thresholds(self.claim.tree, self.scope) if self._has_jumps else ()

    def run(self) -> tuple[Level, str]:
        """Return how surely the claim holds, with a note for the reader.

        Raises
        ------
        Refuted
            At the first point that speaks against the claim.
        NumericError
            If the claim cannot be evaluated.
        """
        tree = self.claim.tree
        if tree.op == "call" and tree.name == "converges":
            return Level.STATISTICAL, self._simulated()
        if tree.op != "rel":
            raise NumericError("a claim is a relation")
        self._sample()
        if not self._has_order(tree):
            return Level.NUMERIC, ""
        self._search()
        if not self.claim.equality:
            return Level.NUMERIC, "sharpness not shown"
        for _ in range(EQUALITY_POINTS):
            self._at_equality()
        for k in range(NEARBY_POINTS):
            self._near_equality((0.3, 0.1, 0.03, 0.01)[k % 4])
        return Level.NUMERIC, ""

    @staticmethod
    def _has_order(tree: Node) -> bool:
        return any(sign in ("<", "<=", ">", ">=") for sign in tree.relations)

    def _simulated(self) -> str:
        note = ""
        for _ in range(SIMULATIONS):
            point = sample_point(self.scope, self.rng, self.work)
            result = simulate(point, self.claim.tree, self.rng)
            self.points += 1
            if result.deviation > result.bound:
                raise Refuted(f"does not converge: {result.note}{self._where(point)}")
            note = result.note
        return note

    # Sampling

    def _sample(self) -> None:
        ordered = self._has_order(self.claim.tree)
        wanted = INEQUALITY_POINTS if ordered else self._equation_points()
        skipped = 0
        best: tuple[float, list[float]] | None = None
        while self.points < wanted and not self._tired():
            drawn = self.points + skipped
            point = sample_point(self.scope, self.rng, self.work, corner=self._corner(drawn))
            moved = bool(self._thresholds) and drawn % 2 == 1
            if moved:
                move_beside_jumps(point, self._thresholds, self.rng)
            try:
                slack = self._compare(point, strict=True)
            except Unsettled as error:
                skipped += 1
                if skipped > 10 and skipped > self.points:
                    raise NumericError(f"the numbers hardly ever settle: {error}") from None
                continue
            except Refuted as refuted:
                raise (self._shortest(refuted) if self.explain else refuted) from None
            self.points += 1
            if ordered and not moved and (best is None or slack < best[0]):
                best = (slack, point.stream.latent)
        self.tightest = best

    def _corner(self, drawn: int) -> int:
        """Return which awkward values a point takes; where values jump, most points do."""
        if self._has_jumps:
            return _CORNERS_AT_JUMPS[drawn % len(_CORNERS_AT_JUMPS)]
        return drawn + 1 if drawn < AWKWARD_CORNERS else 0

    def _shortest(self, first: Refuted) -> Refuted:
        """Look for a counter-example that is quicker to read: round numbers, small sizes."""
        best = first
        for k in range(EXPLAINING_POINTS):
            try:
                corner = k % (AWKWARD_CORNERS + 1)
                point = sample_point(self.scope, self.rng, self.work, corner=corner)
                self._compare(point, strict=True)
            except Refuted as other:
                if other.code == first.code and len(str(other)) < len(str(best)):
                    best = other
            except NumericError:
                continue
        return best

    def _equation_points(self) -> int:
        names = names_in(self.claim.tree, self.scope)
        whole = any(self.scope.types[name].name in _WHOLE_TYPES for name in names)
        return DISCRETE_POINTS if whole or self._has_jumps else EQUATION_POINTS

    def _tired(self) -> bool:
        spent = self.work.spent
        return (spent > _ENOUGH_WORK and self.points >= 4) or (
            spent > 3 * _ENOUGH_WORK and self.points >= 2
        )

    def _search(self) -> None:
        """Walk downhill from the tightest point of an inequality."""
        best, step = self.tightest, 0.5
        if best is None:
            return
        for _ in range(SEARCH_STEPS):
            if self.work.spent > 2 * _ENOUGH_WORK:
                break
            count = len(best[1])
            kicks = self.rng.standard_normal(count) * (self.rng.random(count) < 0.4)
            latent = (np.array(best[1]) + step * kicks).tolist()
            try:
                point = sample_point(self.scope, self.rng, self.work, latent=latent)
                slack = self._compare(point, strict=False)
            except (Undefined, Unsettled):
                continue
            if slack < best[0]:
                best, step = (slack, point.stream.latent), min(step * 1.3, 1.0)
            else:
                step = max(step * 0.97, 0.02)

    # One point

    def _compare(self, point: Point, *, strict: bool) -> float:
        """Compare all sides at a point; return the smallest slack of the inequalities."""
        tree = self.claim.tree
        slack = math.inf
        if self._is_free:
            with point.chance():
                for k in range(len(tree.relations)):
                    slack = min(slack, self._compare_pair(point, k, strict=strict))
            return slack
        for k in range(len(tree.relations)):
            slack = min(slack, self._compare_pair(point, k, strict=strict))
        return slack

    def _compare_pair(self, point: Point, k: int, *, strict: bool) -> float:
        tree = self.claim.tree
        sign, left, right = tree.relations[k], tree.args[k], tree.args[k + 1]
        try:
            if sign in ("==", "!="):
                self._equal(point, sign, left, right)
                return math.inf
            a, b = settle(point, point.evaluate(left)), settle(point, point.evaluate(right))
        except Undefined as error:
            raise self._undefined(point, error) from None
        if isinstance(a, Matrix) or isinstance(b, Matrix):
            raise WrongShape("only numbers can be compared with < and >")
        gap = b - a if sign in ("<", "<=") else a - b
        slack = float(np.min(gap / (1 + np.maximum(np.abs(a), np.abs(b)))))
        touching = strict and sign in ("<", ">") and slack <= 0
        allowed = point.tolerance if strict else max(point.tolerance, _ROUNDING_SOUGHT)
        if slack < -allowed or touching:
            raise Refuted(f"false{self._where(point)}: {show_sides(a, b, sign)}")
        return slack

    def _behind(self, side: Node) -> Node:
        """Return the optimum that a defined name stands for, else the side itself."""
        known = self.scope.definitions.get(side.name) if side.op == "sym" else None
        if known is None or known.parameters or known.body.name not in ("argmin", "argmax"):
            return side
        return known.body

    def _equal(self, point: Point, sign: str, left: Node, right: Node) -> None:
        for a, b in ((self._behind(left), right), (self._behind(right), left)):
            if a.op == "call" and a.name in ("argmin", "argmax"):
                worse = optimum_error(point, a, b)
                if worse > point.tolerance:
                    raise Refuted(
                        f"not the optimum{self._where(point)}: {formula_text(b)} ="
                        f" {show_value(point.evaluate(b))}, and some other point is better"
                    )
                return
        if orders_in(left) or orders_in(right):
            if order_error(point, left, right) > 0:
                raise Refuted(f"the error is of a lower order{self._where(point)}")
            return
        a_value = settle(point, point.evaluate(left))
        b_value = settle(point, point.evaluate(right))
        error = relative_error(a_value, b_value, point.peak)
        if (error > point.tolerance) == (sign == "=="):
            raise Refuted(f"false{self._where(point)}: {show_sides(a_value, b_value, sign)}")

    def _undefined(self, point: Point, error: Undefined) -> Refuted:
        hint = ""
        if point.reasons:
            part = point.reasons[0][1]
            hint = missing_hypothesis(part, str(error), self.scope)
        return Refuted(f"undefined{self._where(point)}: {error}", "undefined-at-point", hint)

    def _where(self, point: Point) -> str:
        """Say where a point is: ``" at x = -0.37"``."""
        shown = []
        names = sorted(names_in(self.claim.tree, self.scope))
        shapes_show = any(isinstance(point.values.get(name), Matrix) for name in names)
        for name in names:
            value = point.values.get(name)
            if shapes_show and self.scope.types[name].name == "dim":
                continue
            if isinstance(value, Matrix | float):
                shown.append(f"{name} = {show_value(value)}")
            elif point.law is not None and name in point.law.values:
                shown.append(show_law(name, point.law.values[name], point.law.weights))
        shown = [text for text in shown if text]
        return f" at {', '.join(shown)}" if shown else ""

    # Equality cases

    def _equality_point(self) -> Point:
        point = sample_point(self.scope, self.rng, self.work)
        fixed: dict[str, Value] = {}
        random: dict[str, Array] = {}
        for name, node in self.claim.equality.items():
            if point.law is not None and name in point.law.values:
                found = point.distribution(node)
                random[name] = found.entries if isinstance(found, Matrix) else found
            else:
                fixed[name] = point.evaluate(node)
        point.values.update(fixed)
        if point.law is not None:
            point.law.values.update(random)
        return point

    def _at_equality(self) -> None:
        point = self._equality_point()
        for sign, left, right in self._pairs():
            if sign not in ("<=", ">="):
                continue
            a, b = settle(point, point.evaluate(left)), settle(point, point.evaluate(right))
            error = relative_error(a, b, point.peak)
            if error > max(point.tolerance, 1e-7):
                sides = show_sides(a, b, "==")
                raise Refuted(
                    f"not an equality in the stated case{self._where(point)}: {sides}",
                    hint="mend 'equality', or the constant of the inequality",
                )

    def _near_equality(self, distance: float) -> None:
        """Try a point next to the equality case, where a wrong constant shows first."""
        point = self._equality_point()
        for name, kind in self.scope.types.items():
            moved = _moved(point, name, kind.name, distance, self.rng)
            if moved is not None:
                point.values[name] = moved
        if point.law is not None:
            weights = point.law.weights
            weights = weights * np.exp(distance * self.rng.standard_normal(len(weights)))
            point.law.weights = weights / weights.sum()
            for name, kind in self.scope.types.items():
                if kind.name == "random" and self.rng.random() < 0.5:
                    values = point.law.values[name]
                    palette, places = np.unique(values, return_inverse=True)
                    shifted = palette + distance * self.rng.standard_normal(len(palette))
                    point.law.values[name] = shifted[places.reshape(values.shape)]
        try:
            self._compare(point, strict=False)
        except (Undefined, Unsettled):
            return
        except Refuted as refuted:
            # A step next to the equality case may leave the domain.
            if refuted.code == "refuted-claim":
                raise

    def _pairs(self) -> list[tuple[str, Node, Node]]:
        tree = self.claim.tree
        return list(zip(tree.relations, tree.args, tree.args[1:], strict=False))


def is_free(node: Node, scope: Scope) -> bool:
    """Tell whether a formula is random, that is, not yet averaged over."""
    if node.op == "sym" and node.name in scope.types:
        return scope.types[node.name].name in DEPENDENT | INDEPENDENT
    if node.op == "call" and node.name in ("H", "MI"):
        return False
    if node.op == "call" and node.name == "pdf":
        return is_free(node.args[1], scope)
    if node.op == "call" and node.name in _AVERAGES:
        conditions = [arg.args[1] for arg in node.args if arg.op == "given"]
        return any(not is_event(c, scope) and is_free(c, scope) for c in conditions)
    inner = list(node.args)
    if node.op in ("sym", "call") and node.name in scope.definitions:
        inner.append(scope.definitions[node.name].body)
    return any(is_free(part, scope) for part in inner)


def _moved(
    point: Point, name: str, kind: str, distance: float, rng: np.random.Generator
) -> Value | None:
    value = point.values.get(name)
    if value is None or kind in _FIXED_TYPES:
        return None
    if isinstance(value, Matrix):
        if kind in ("vector", "matrix", "square"):
            return Matrix(value.entries + distance * rng.standard_normal(value.shape))
        if kind in ("simplex", "open_simplex", "symmetric", "spd", "psd", "positive_vector"):
            other = sample_type(point, point.scope.types[name])
            assert isinstance(other, Matrix)
            return Matrix(value.entries + distance * (other.entries - value.entries))
        return None
    if isinstance(value, float | np.ndarray) and np.ndim(value) == 0:
        if kind in ("probability", "interval", "closed_interval"):
            other = sample_type(point, point.scope.types[name])
            assert isinstance(other, float)
            return float(value) + distance * (other - float(value))
        kick = float(rng.standard_normal())
        return (
            float(value) + distance * kick
            if kind == "real"
            else float(value) * math.exp(distance * kick)
        )
    return None


def relative_error(a: Matrix | Array, b: Matrix | Array, peak: float = 0.0) -> float:
    """Return the largest difference of two values relative to their size.

    Terms that cancel, up to ``peak``, set a floor: what is lost to rounding there is
    no error.

    Raises
    ------
    WrongShape
        If one is a number and the other a matrix, or their shapes differ.

    Examples
    --------
    >>> relative_error(np.array(3.0), np.array(1.0))
    0.5
    """
    x, y = (v.entries if isinstance(v, Matrix) else np.asarray(v) for v in (a, b))
    shapes = [v.shape if isinstance(v, Matrix) else () for v in (a, b)]
    if shapes[0] != shapes[1]:
        left, right = ("x".join(map(str, s)) or "a number" for s in shapes)
        raise WrongShape(f"the two sides have different shapes: {left} and {right}")
    gap, size = np.abs(x - y), np.abs(x)
    size_b = np.abs(y)
    if shapes[0]:
        gap, size, size_b = (v.max(axis=(-1, -2)) for v in (gap, size, size_b))
    scale = size + size_b + min(1e-3 * peak, 1.0)
    return float(np.max(np.where(gap == 0, 0.0, gap / np.where(scale == 0, 1.0, scale))))
