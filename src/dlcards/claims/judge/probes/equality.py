"""The stated cases of equality of an inequality."""

from __future__ import annotations

from collections.abc import Iterator

from flint import fmpq

from dlcards.claims.balls.errors import TooMuchWork, Undefined, Unsettled
from dlcards.claims.balls.matrices import Matrix
from dlcards.claims.balls.numbers import precision
from dlcards.claims.balls.values import Laws, Value, as_matrix, plain
from dlcards.claims.judge.budget import PRECISIONS
from dlcards.claims.judge.compare import Outcome, compare
from dlcards.claims.judge.show import show_sides
from dlcards.claims.judge.tally import Refuted
from dlcards.claims.judge.trial import Trial
from dlcards.claims.points.draw import Point
from dlcards.claims.points.hypotheses import satisfied

EQUALITY_POINTS = 6


def equality_cases(trial: Trial) -> None:
    """See that an inequality is an equality where it is said to be one."""
    tree, cases = trial.claim.tree, trial.claim.equality
    if not cases:
        return
    for index in range(EQUALITY_POINTS):
        found = trial.drawn_point(index + 3)
        if found is None:
            continue
        point = _equality_point(trial, found[0])
        if point is not None and not satisfied(trial.scope, point, trial.hypotheses):
            continue
        for k, sign in enumerate(tree.relations):
            if sign not in ("<=", ">=") or point is None:
                continue
            evaluation = trial.evaluation(point, PRECISIONS[1])
            try:
                a, b = evaluation.value(tree.args[k]), evaluation.value(tree.args[k + 1])
                with precision(PRECISIONS[1]):
                    result = compare("==", a, b, estimated=evaluation.estimated)
            except Undefined as error:
                raise trial.undefined(point, error, {}) from None
            except (Unsettled, TooMuchWork):
                continue
            if result.outcome is Outcome.APART:
                raise Refuted(
                    f"not an equality in the stated case{trial.where(point)}: {show_sides(a, b)}",
                    hint="mend 'equality', or the constant of the inequality",
                )


def _equality_point(trial: Trial, point: Point) -> Point | None:
    moved = point.copy()
    for name, node in trial.claim.equality.items():
        evaluation = trial.evaluation(moved)
        try:
            if name in moved.laws.joint:
                values = [
                    _atom(trial.evaluation(moved, outcome=outcome).value(node))
                    for outcome in _joint_outcomes(moved)
                ]
                laws = moved.laws
                joint = {**laws.joint, name: values}
                moved.laws = Laws(laws.weights, joint, laws.independent, laws.white)
            else:
                value = evaluation.value(node)
                shaped = isinstance(moved.values.get(name), Matrix)
                moved.values[name] = as_matrix(value) if shaped else value
        except (Undefined, Unsettled, TooMuchWork):
            return None
    return moved


def _atom(value: Value) -> fmpq | Matrix:
    """Return a value that a random name takes exactly."""
    found = plain(value)
    if not isinstance(found, fmpq | Matrix):
        raise Unsettled("a random value that is not exact")
    return found


def _joint_outcomes(point: Point) -> Iterator[dict[str, Value]]:
    for place in range(len(point.laws.weights)):
        yield {name: values[place] for name, values in point.laws.joint.items()}
