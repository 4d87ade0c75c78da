"""A formula at many points: the numbers of the judge, as floats.

A formula of elementary words alone is evaluated on whole arrays. Every other one (with
integrals, derivatives, limits, series, expectations) is evaluated point by point with
error bars and rounded, so that its numbers are those of the judge on every processor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from dlcards.claims.balls.errors import NoValue, TooMuchWork, Undefined, Unsettled
from dlcards.claims.balls.numbers import Number, rational
from dlcards.claims.judge.numeric import values as numeric
from dlcards.claims.judge.numeric.arrays import FloatArray, is_plain, on_arrays
from dlcards.claims.judge.numeric.evaluate import Scope, scope_of
from dlcards.claims.statement import Statement
from dlcards.claims.tabulation.integrals import SharedIntegrals
from dlcards.claims.tabulation.points import Points, float_of
from dlcards.claims.tree import Node, call, sym
from dlcards.claims.words import find_word


class NotDrawable(ValueError):
    """A formula that has no numbers to draw; ``node`` is the part concerned."""

    def __init__(self, message: str, node: Node) -> None:
        super().__init__(message)
        self.message = message
        self.node = node


def tabulate(
    node: Node, names: Mapping[str, npt.ArrayLike], statement: Statement | None = None
) -> FloatArray:
    """Evaluate a formula at many points.

    Parameters
    ----------
    node : Node
        The formula; it must give a number.
    names : mapping of str to array or float
        A value for every free name; the arrays broadcast against each other.
    statement : Statement, optional
        Its definitions and random names may be used in the formula.

    Returns
    -------
    ndarray of float
        Of the broadcast shape; NaN wherever the formula is undefined or not settled.

    Raises
    ------
    NotDrawable
        If a name has no value, or a word has none at a point.

    Examples
    --------
    >>> from dlcards.claims.parser import parse_formula
    >>> tabulate(parse_formula("d(x**2, x)"), {"x": [0.0, 1.5]}).tolist()
    [0.0, 3.0]
    >>> float(tabulate(parse_formula("integral(1/sqrt(t), t, 0, 3)"), {})) == 2 * 3**0.5
    True
    """
    arrays = {name: np.asarray(value, float) for name, value in names.items()}
    shape = np.broadcast_shapes(*(value.shape for value in arrays.values()))
    count = int(np.prod(shape))
    flat = {
        name: value if value.ndim == 0 else np.broadcast_to(value, shape).reshape(-1)
        for name, value in arrays.items()
    }
    scope = _scope(statement, flat)
    if is_plain(node, scope):
        try:
            return on_arrays(node, flat, scope, count).reshape(shape)
        except numeric.TooMuchWork:
            raise NotDrawable("too much work for one figure", node) from None
        except numeric.NumericError:
            pass  # the balls tell which part has no value, or find one
    return _with_balls(node, flat, scope, count).reshape(shape)


def gradient(
    node: Node,
    variables: Sequence[str],
    at: Mapping[str, npt.ArrayLike],
    statement: Statement | None = None,
) -> FloatArray:
    """Differentiate a formula with respect to several names, exactly.

    Returns
    -------
    ndarray of float
        Of shape ``(len(variables), ...)``; NaN where there is no slope.

    Raises
    ------
    NotDrawable
        If a name has no value, or a word has none at a point.

    Examples
    --------
    >>> from dlcards.claims.parser import parse_formula
    >>> gradient(parse_formula("x**2*y"), ("x", "y"), {"x": 3.0, "y": 2.0}).tolist()
    [12.0, 9.0]
    """
    return np.stack([tabulate(call("d", node, sym(name)), at, statement) for name in variables])


def _scope(statement: Statement | None, names: Mapping[str, FloatArray]) -> Scope:
    """Return declarations and definitions, but for names that the figure gives a value."""
    if statement is None:
        return Scope({}, {})
    whole = scope_of(statement)
    return Scope(
        {name: kind for name, kind in whole.types.items() if name not in names},
        {name: found for name, found in whole.definitions.items() if name not in names},
    )


def _with_balls(
    node: Node, names: Mapping[str, FloatArray], scope: Scope, count: int
) -> FloatArray:
    points = Points(scope)
    moving = frozenset(name for name, value in names.items() if value.ndim)
    columns = [np.broadcast_to(value, count).tolist() for value in names.values()]
    rows = list(zip(*columns, strict=True)) if columns else [()] * count
    places: dict[tuple[float, ...], dict[str, Number] | None] = {
        row: _place(tuple(names), row) for row in rows
    }
    known = [place for place in places.values() if place is not None]
    try:
        shared = SharedIntegrals(node, moving, known, points)
        found = {
            row: float("nan") if place is None else _value(shared, place, points)
            for row, place in places.items()
        }
    except NoValue as error:
        place = known[0] if known else {}
        raise _told(node, place, points, error) from None
    return np.array([found[row] for row in rows])


def _place(names: Sequence[str], row: Sequence[float]) -> dict[str, Number] | None:
    """Return the exact numbers that floats are; None where one is not finite."""
    if not np.isfinite(row).all():
        return None
    return {name: rational(*x.as_integer_ratio()) for name, x in zip(names, row, strict=True)}


def _value(shared: SharedIntegrals, place: dict[str, Number], points: Points) -> float:
    quick = shared.at(place)
    if quick is not None:
        try:
            found = float_of(points.number(shared.short, quick))
        except (Undefined, Unsettled):
            found = None
        if found is not None:
            return found
    return points.float(shared.node, place)


def _told(node: Node, place: Mapping[str, Number], points: Points, error: NoValue) -> NotDrawable:
    """Return which part of a formula has no value."""
    if isinstance(error, TooMuchWork):
        return NotDrawable("too much work for one figure", node)
    part, reason = node, error
    searching = True
    while searching:
        searching = False
        for child in _free_parts(part):
            problem = points.problem(child, place)
            if problem is not None:
                part, reason, searching = child, problem, True
                break
    if part.op == "sym":
        return NotDrawable(f"'{part.name}' has no value here", part)
    if part.op == "call" and part.name not in points.scope.definitions:
        return NotDrawable(f"'{part.name}' has no value in this figure: {reason}", part)
    return NotDrawable(str(reason), part)


def _free_parts(node: Node) -> tuple[Node, ...]:
    """Return the arguments in which no name is bound and which have a value of their own."""
    word = find_word(node.name) if node.op == "call" else None
    if word is None:
        return () if node.op in ("list", "given") else node.args
    if word.binder_index is not None or word.variable_index is not None:
        return node.args[2:]
    return node.args
