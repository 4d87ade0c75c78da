"""The quick look in floating point: where it looks, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
import pytest

from dlcards.claims.judge.numeric.arrays import FloatArray
from dlcards.claims.judge.numeric.point import Scope
from dlcards.claims.judge.scan import Scan, is_scannable
from dlcards.claims.parser import parse_formula, parse_type
from dlcards.claims.statement import Definition

INSIDE: Mapping[str, Callable[[FloatArray], npt.NDArray[np.bool_]]] = {
    "real": lambda x: abs(x) < np.inf,
    "nonzero": lambda x: x != 0,
    "positive": lambda x: x > 0,
    "probability": lambda x: (x > 0) & (x < 1),
    "interval(-3, 2)": lambda x: (x > -3) & (x < 2),
    "interval(1, oo)": lambda x: x > 1,
    "natural": lambda x: (x >= 1) & (x == np.round(x)),
    "integers(-4, 9)": lambda x: (x >= -4) & (x <= 9) & (x == np.round(x)),
}


@pytest.mark.parametrize("kind", INSIDE)
@pytest.mark.parametrize("beside", ["real", "natural"])
def test_all_rows_are_of_their_types(kind: str, beside: str) -> None:
    scan = Scan(scope(x=kind, y=beside), ["x", "y"], [])
    x = scan.rows["x"]
    assert INSIDE[kind](x).all()
    assert len(set(x.tolist())) > 10


@pytest.mark.parametrize(("kind", "most"), [("real", 1e4), ("positive", 1e4), ("natural", 900)])
def test_rows_reach_far(kind: str, most: float) -> None:
    assert Scan(scope(x=kind), ["x"], []).rows["x"].max() > most


def test_all_pairs_of_small_whole_numbers_are_rows() -> None:
    rows = Scan(scope(m="natural", n="natural"), ["m", "n"], []).rows
    assert {(63.0, 64.0), (1.0, 1.0), (64.0, 1.0)} <= {
        *zip(rows["m"].tolist(), rows["n"].tolist(), strict=True)
    }


def test_rows_satisfy_the_hypotheses() -> None:
    rows = Scan(scope(x="real", y="real"), ["x", "y"], [parse_formula("x**2 + y**2 < 1")]).rows
    assert (rows["x"] ** 2 + rows["y"] ** 2 < 1).all()
    assert len(rows["x"]) > 100


def test_rows_where_a_claim_is_false_come_first() -> None:
    rows = Scan(scope(n="natural"), ["n"], []).suspects(parse_formula("mod(n, 97) <= 95"), 0)
    assert rows[0] == {"n": 96}


def test_a_row_without_a_value_is_suspicious() -> None:
    rows = Scan(scope(x="real"), ["x"], []).suspects(parse_formula("sqrt(x - 5)**2 == x - 5"), 0)
    assert min(row["x"] for row in rows) < 5


def test_definitions_are_put_in() -> None:
    known = Scope(scope(n="natural").types, {"r": Definition((), parse_formula("mod(n, 97)"))})
    tree = parse_formula("r <= 95")
    assert is_scannable([tree], known, ["n"])
    assert Scan(known, ["n"], []).suspects(tree, 0)[0] == {"n": 96}


def test_no_row_satisfies_what_cannot_be() -> None:
    scan = Scan(scope(x="real"), ["x"], [parse_formula("x**2 < -1")])
    assert scan.suspects(parse_formula("x > 1"), 2) == scan.spread(3) == []


def test_the_bottom_of_a_valley_is_found() -> None:
    tree = parse_formula("(x - 30)**2/1000 + cos(2*x) >= -1")
    row = Scan(scope(x="real"), ["x"], []).suspects(tree, 1)[-1]
    assert row["x"] == pytest.approx(9.5 * np.pi, abs=0.01)


def test_inequalities_meet_in_a_small_region() -> None:
    wanted = [parse_formula(each) for each in ("x > 4", "y > 5", "x + y < 9 + 1/100")]
    (row,) = Scan(scope(x="real", y="real"), ["x", "y"], []).meeting(wanted)
    assert (row["x"] > 4, row["y"] > 5, row["x"] + row["y"] < 9.01) == (True, True, True)
    assert Scan(scope(x="real"), ["x"], []).meeting([parse_formula("x**2 < -1")]) == []


@pytest.mark.parametrize(
    ("formula", "kinds", "can"),
    [
        ("sin(x) < mod(x, 2)", {"x": "real"}, True),
        ("integral(t, t, 0, x) < 1", {"x": "real"}, False),
        ("x < 1", {"x": "vector(3)"}, False),
        ("x < a", {"x": "interval(0, a)", "a": "positive"}, False),
        ("sum(binomial(n, k), k, 0, n) == 2**n", {"n": "natural"}, False),
    ],
)
def test_what_can_be_looked_at(formula: str, kinds: dict[str, str], *, can: bool) -> None:
    assert is_scannable([parse_formula(formula)], scope(**kinds), list(kinds)) == can


def scope(**kinds: str) -> Scope:
    return Scope({name: parse_type(kind) for name, kind in kinds.items()}, {})
