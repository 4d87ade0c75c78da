"""What a card needs to check an answer without a computer algebra system.

The card evaluates what a learner types at sample points and compares with the values here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from dlcards.claims.balls.numbers import as_float
from dlcards.claims.tree import Node
from dlcards.exercises.compare import as_list, is_set, sample_points
from dlcards.exercises.literals import as_fraction, rows_of
from dlcards.exercises.model import ANSWER, Family, Variant
from dlcards.exercises.values import NoResult, free_names, number_at

DIGITS = 12


def expected(family: Family, variant: Variant, value: Node | None = None) -> str:
    """Return what a card compares an answer with, as JSON.

    ``{"kind": "number", "names": ["x"], "points": [[0.7], …], "rows": [[[1.4, …]]]}``: rows of
    entries, each with its value at every point. An answer with choices has ``words``.

    Parameters
    ----------
    value : Node, optional
        A wrong answer; the right one where there is none.

    Examples
    --------
    >>> from dlcards.exercises.literals import literal
    >>> family = Family("", {}, (), (), (), None, ())
    >>> expected(family, Variant(1, {}, {}), literal(Fraction(3, 4)))
    '{"kind":"number","rows":[[[0.75]]]}'
    """
    right = variant.values.get(ANSWER)
    shown = value if value is not None else right
    assert shown is not None
    if family.choices:
        number = as_fraction(shown)
        words = [family.choices[int(number) - 1]] if number is not None else []
        return _json({"kind": "words", "words": words})
    listed = as_list(shown)
    names = sorted(free_names(listed) | (free_names(right) if right is not None else frozenset()))
    points = list(sample_points(frozenset(names), family.types))
    data: dict[str, Any] = {"kind": _kind(shown)}
    if names:
        data["names"] = names
        data["points"] = [[_short(point[name]) for name in names] for point in points]
    data["rows"] = [[_values(entry, points) for entry in row] for row in rows_of(listed)]
    return _json(data)


def _kind(value: Node) -> str:
    if is_set(value):
        return "set"
    if value.op != "list":
        return "number"
    return "matrix" if value.args and value.args[0].op == "list" else "vector"


def _values(entry: Node, points: list[dict[str, Fraction]]) -> list[float | None]:
    return [_value(entry, point) for point in points]


def _value(entry: Node, point: Mapping[str, Fraction]) -> float | None:
    exact = as_fraction(entry)
    if exact is not None:
        return _short(exact)
    try:
        return _short(as_float(number_at(entry, point)))
    except NoResult:
        return None


def _short(number: float | Fraction) -> float:
    rounded = float(f"{float(number):.{DIGITS}g}")
    return int(rounded) if rounded == int(rounded) else rounded


def _json(data: object) -> str:
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False)
