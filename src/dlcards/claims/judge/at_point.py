"""What a claim says at one exact point."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import product

from flint import fmpq

from dlcards.claims.balls.errors import (
    NoValue,
    TooMuchWork,
    Undefined,
    Unsettled,
    Unsupported,
    WrongShape,
)
from dlcards.claims.balls.evaluate import Evaluation
from dlcards.claims.balls.matrices import Matrix, column
from dlcards.claims.balls.numbers import ONE, ZERO, PiMultiple, multiply, precision
from dlcards.claims.balls.values import Value
from dlcards.claims.judge.budget import FINE, LARGE_WHOLE, POINT_WORK, PRECISIONS, WEIGHTS
from dlcards.claims.judge.compare import Comparison, Outcome, compare
from dlcards.claims.judge.convergence import convergence
from dlcards.claims.judge.distribution import distribution
from dlcards.claims.judge.numeric.laws import DEPENDENT, INDEPENDENT
from dlcards.claims.judge.numeric.point import Scope
from dlcards.claims.judge.optimum import Optimum, optimum_in, optimum_mistake
from dlcards.claims.judge.orders import order_mistake, orders_in
from dlcards.claims.judge.show import show_sides, show_value
from dlcards.claims.judge.tally import Found, Refuted, Undecided, joined
from dlcards.claims.judge.trial import MOVING, Trial
from dlcards.claims.points.draw import Point
from dlcards.claims.points.source import Source, Tier
from dlcards.claims.tree import Node
from dlcards.claims.unparser import formula_text

_DENSITY_DISCOUNT = 8
"""Probabilities of several variables take many cheap evaluations, of densities."""

_OUTCOMES = 200
_STRETCHED = frozenset({"vector", "nonzero_vector", "nonconstant", "positive_vector", "matrix"})
_STRETCHED = _STRETCHED | {"square", "symmetric", "diagonal"}
"""Vectors and matrices whose entries are moved, each by another part of itself."""

_RANDOM = DEPENDENT | INDEPENDENT
_SUPPORTS: Mapping[str, Sequence[fmpq]] = {
    "Normal": (ZERO, ONE, fmpq(-1), fmpq(7, 3), fmpq(-20), fmpq(1, 1000)),
    "Exponential": (ZERO, ONE, fmpq(7, 3), fmpq(20), fmpq(1, 1000)),
    "Bernoulli": (ZERO, ONE),
    "Poisson": (ZERO, ONE, fmpq(2), fmpq(9)),
}
"""Some values that a random variable of a named law takes."""


def compare_at(trial: Trial, point: Point) -> Found:
    """Compare all sides at a point.

    Raises
    ------
    Refuted
        If the claim is false or undefined there.
    Undecided
        If both sides are equal to all digits, and apart beside the point.
    NoValue
        If the point settles nothing, or costs too much.
    """
    tree = trial.claim.tree
    if tree.name == "converges":
        return _converges(trial, point)
    if tree.name == "distributed":
        return _distributed(trial, point)
    if tree.name == "all":
        return _everywhere(trial, point, tree)
    if tree.op != "rel":
        raise Unsupported(f"a claim with {tree.name or tree.op}")
    found = Found()
    for outcome in _outcomes(trial, point):
        found = joined(found, _compared(trial, tree, point, outcome))
    return found


def _everywhere(trial: Trial, point: Point, tree: Node) -> Found:
    """Compare at every value of the index of ``all(relation, i, 1, n)``."""
    relation, index, *ends = tree.args
    low, high = (whole_number(trial.evaluation(point).value(end)) for end in ends)
    found = Found()
    for k in range(low, min(high, low + _OUTCOMES) + 1):
        at = point.copy()
        at.values[index.name] = fmpq(k)
        found = joined(found, _holds_at(trial, at, relation))
    return found


def _holds_at(trial: Trial, point: Point, relation: Node) -> Found:
    """Compare what stands inside ``all``: a relation, several, or ``all`` again."""
    if relation.name == "all":
        return _everywhere(trial, point, relation)
    if relation.op == "and":
        first, second = (_holds_at(trial, point, part) for part in relation.args)
        return joined(first, second)
    if relation.op != "rel":
        raise Unsupported(f"'all' of {relation.name or relation.op}")
    return _compared(trial, relation, point, {})


def _outcomes(trial: Trial, point: Point) -> Iterator[Mapping[str, Value]]:
    """Yield what random names are worth; nothing unless the claim is about outcomes."""
    if not trial.is_free:
        yield {}
        return
    laws = point.laws
    random = [name for name in trial.names if trial.scope.types[name].name in _RANDOM]
    joint: list[dict[str, Value]] = [
        {name: laws.joint[name][place] for name in random if name in laws.joint}
        for place in range(len(laws.weights) or 1)
    ]
    own: list[list[dict[str, Value]]] = [
        [{name: value} for value in _values_of(trial, name, point)]
        for name in random
        if name not in laws.joint
    ]
    for count, parts in enumerate(product(joint, *own)):
        if count == _OUTCOMES:
            return
        merged: dict[str, Value] = {}
        for part in parts:
            merged.update(part)
        yield merged


def _values_of(trial: Trial, name: str, point: Point) -> Sequence[Value]:
    """Return some values that an independent random name takes."""
    if name in point.laws.independent:
        return [value for _, value in point.laws.independent[name]]
    if name in point.laws.white:
        entries = point.laws.white[name]
        return [column([entry[k][1] for entry in entries]) for k in (0, 1)]
    kind = trial.scope.types[name].name
    if kind not in _SUPPORTS:
        raise Unsupported(f"a claim about outcomes of {kind}")
    return list(_SUPPORTS[kind])


def _compared(trial: Trial, tree: Node, point: Point, outcome: Mapping[str, Value]) -> Found:
    found = Found()
    for k, sign in enumerate(tree.relations):
        left, right = tree.args[k], tree.args[k + 1]
        optimum, is_of_order = _form(trial, sign, left, right)
        try:
            if optimum is not None:
                _optimal(trial, point, optimum)
                found = joined(found, Found(trivial=False))
            elif is_of_order:
                _of_order(trial, point, left, right)
                found = joined(found, Found(trivial=False))
            else:
                found = joined(found, _related(trial, point, sign, left, right, outcome))
        except Undefined as error:
            raise trial.undefined(point, error, outcome) from None
    return found


def _form(trial: Trial, sign: str, left: Node, right: Node) -> tuple[Optimum | None, bool]:
    """Return the optimum that a relation states, if any, and whether it states an order."""
    found = trial.forms.get(id(left))
    if found is None:
        optimum = optimum_in(left, right, trial.scope) if sign == "==" else None
        found = optimum, bool(orders_in(left) or orders_in(right))
        trial.forms[id(left)] = found
    return found


def _related(
    trial: Trial, point: Point, sign: str, left: Node, right: Node, outcome: Mapping[str, Value]
) -> Found:
    reason = "the error bars stay wide"
    found: Found | None = None
    start = trial.work
    touching = False
    for bits in trial.ladder if trial.names else trial.ladder[-2:]:
        if trial.work - start > trial.allowance():
            break
        result: Comparison | None = None
        allowed = trial.allowance()
        evaluation = trial.evaluation(point, bits, outcome, allowed)
        try:
            a, b = evaluation.value(left), evaluation.value(right)
            estimated = evaluation.estimated
            with precision(bits):
                result = compare(sign, a, b, estimated=estimated)
        except Unsettled as error:
            reason = str(error)
        except TooMuchWork:
            if found is None:
                raise
        finally:
            spent = allowed - max(evaluation.work, 0)
            trial.work += spent * WEIGHTS[bits]
        if result is None:
            continue
        if result.outcome is Outcome.APART:
            raise Refuted(f"false{trial.where(point, outcome)}: {show_sides(a, b)}")
        if result.outcome is Outcome.TOUCH:
            # 1 - exp(-exp(9)) is not 1: what is equal to many digits need not be equal.
            reason = "both sides are equal as far as their digits tell"
            touching = bits == trial.ladder[-1]
        if result.outcome is Outcome.AGREE and not (result.coarse and bits < PRECISIONS[1]):
            uncertain = estimated or result.coarse
            trivial = result.trivial and not _is_zero(left) and not _is_zero(right)
            found = Found(result.slack, result.digits, uncertain, trivial)
            if trial.varies:
                return found  # otherwise this is the only point, so more digits are asked
        if estimated:
            reason = "an estimated value is too close to call"
    if found is not None and not trial.varies:
        _beside_zero(trial, point, sign, left, right, outcome)
    if touching and _parts_beside(trial, point, sign, left, right, outcome):
        raise Undecided(f"{reason}{trial.where(point, outcome)}")
    if found is None:
        raise Unsettled(reason)
    return found


def _beside_zero(
    trial: Trial, point: Point, sign: str, left: Node, right: Node, outcome: Mapping[str, Value]
) -> None:
    """Look once more, with many bits, whether a side that seems to be 0 is."""
    if not (_is_zero(left) or _is_zero(right)):
        return
    bits = FINE[-1]
    evaluation = trial.evaluation(point, bits, outcome)
    evaluation.closely()
    with suppress(Unsettled, TooMuchWork):
        a, b = evaluation.value(left), evaluation.value(right)
        with precision(bits):
            apart = compare(sign, a, b).outcome is Outcome.APART
            if apart and not evaluation.estimated:
                raise Refuted(f"false{trial.where(point, outcome)}: {show_sides(a, b)}")


def _parts_beside(
    trial: Trial, point: Point, sign: str, left: Node, right: Node, outcome: Mapping[str, Value]
) -> bool:
    """Tell whether sides that meet at a point are apart beside it.

    Where they are not, one has come so near to its limit, as ``tanh(x)`` for x = 1000,
    that no digits tell whether it gets there.
    """
    beside, count = point.copy(), 0
    for name in trial.names:
        value = point.values.get(name)
        if trial.scope.types[name].name in _STRETCHED and isinstance(value, Matrix):
            rows = []
            for row in value.rows:
                rows.append([multiply(x, _stretch(count + k)) for k, x in enumerate(row, 1)])
                count += len(row)
            beside.values[name] = Matrix(rows)
        elif trial.scope.types[name].name in MOVING and isinstance(value, fmpq | PiMultiple):
            count += 1
            beside.values[name] = multiply(value, _stretch(count))
        elif isinstance(value, fmpq) and abs(value) > LARGE_WHOLE:
            return False
    if not count:
        return point.tier is not Tier.EXTREME
    bits = trial.ladder[-1]
    try:
        evaluation = trial.evaluation(beside, bits, outcome, trial.allowance())
        a, b = evaluation.value(left), evaluation.value(right)
        with precision(bits):
            return compare(sign, a, b).outcome is Outcome.AGREE
    except NoValue:
        return False


def _optimal(trial: Trial, point: Point, optimum: Optimum) -> None:
    seed = f"{trial.seed} rivals"
    source = Source(seed, trial.tally.points + 3, trial.constants)
    found = optimum_mistake(trial.scope, point, optimum, source, lambda p: trial.counted(p, 200))
    if found is None:
        return
    best, rival = found
    if rival is best:
        message = f"{show_value(best)} lies outside the domain"
    else:
        message = f"{show_value(rival)} is as good or better than {show_value(best)}"
    raise Refuted(f"not the only optimum{trial.where(point)}: {message}")


def _of_order(trial: Trial, point: Point, left: Node, right: Node) -> None:
    side = order_mistake(trial.scope, point, left, right, trial.counted)
    if side:
        raise Refuted(f"the error is of a lower order for {side}{trial.where(point)}")


def _converges(trial: Trial, point: Point) -> Found:
    try:
        result, tends_to, stated = convergence(
            trial.claim.tree, point, lambda p: trial.counted(p, PRECISIONS[0])
        )
    except Undefined as error:
        raise trial.undefined(point, error, {}) from None
    if result.outcome is Outcome.APART:
        sides = f"{show_value(tends_to)} instead of {show_value(stated)}"
        raise Refuted(f"does not converge{trial.where(point)}: {sides}")
    if result.outcome is not Outcome.AGREE:
        raise Unsettled("a limit that is too close to call")
    return Found(digits=result.digits, estimated=not result.trivial, trivial=result.trivial)


def _distributed(trial: Trial, point: Point) -> Found:
    made: list[Evaluation] = []

    def evaluation_of(scope: Scope, at: Point) -> Evaluation:
        found = Evaluation(scope, at.values, at.laws, precision=PRECISIONS[0], work=POINT_WORK)
        made.append(found)
        return found

    try:
        with precision(PRECISIONS[0]):
            result, compared, a, b = distribution(
                trial.claim.tree, trial.scope, point, evaluation_of
            )
    except Undefined as error:
        raise trial.undefined(point, error, {}) from None
    finally:
        trial.work += sum(POINT_WORK - max(each.work, 0) for each in made) // _DENSITY_DISCOUNT
    if result.outcome is Outcome.APART:
        what = formula_text(compared)
        where = trial.where(point)
        raise Refuted(f"another law{where}: {what} is {show_value(a)}, not {show_value(b)}")
    if result.outcome is not Outcome.AGREE:
        raise Unsettled("a probability that is too close to call")
    return Found(digits=result.digits, estimated=True, trivial=False)


def slack_of(trial: Trial, point: Point) -> float | None:
    """Return how far an inequality is from equality at a point; None where that cannot be told."""
    try:
        allowed = trial.is_allowed(point, trial.evaluation(point))
        return compare_at(trial, point).tightness if allowed else None
    except NoValue:
        return None


def _stretch(k: int) -> fmpq:
    return 1 + fmpq(k, 1000)


def whole_number(value: object) -> int:
    """Return a value that is a whole number."""
    if not isinstance(value, fmpq) or value.q != 1:
        raise WrongShape("a whole number is needed")
    return int(value.p)


def _is_zero(node: Node) -> bool:
    return node.op == "num" and node.number == 0
