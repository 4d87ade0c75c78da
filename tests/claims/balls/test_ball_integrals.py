"""Integrals: to many digits, over kinks, improper, divergent, inside each other."""

from __future__ import annotations

import pytest
from evaluated import digits, evaluation, value
from flint import arb

from dlcards.claims.balls.errors import Undefined
from dlcards.claims.balls.numbers import precision, real_ball
from dlcards.claims.balls.tails import Growth
from dlcards.claims.balls.values import as_number

KNOWN = [
    ("integral(s**3, s, 0, 2)", "4"),
    ("integral(max(s, 1/2), s, 0, 1)", "5/8"),
    ("integral(ind(s > 1/3), s, 0, 1)", "2/3"),
    ("integral(integral(s*t, t, 0, s), s, 0, 1)", "0.125000000000000"),
    ("integral(sin(s), s, 0, pi)", "2.00000000000000"),
    ("integral(floor(s), s, 0, 5)", "10.0000000000000"),
    ("integral(abs(sin(s)), s, 0, 10*pi)", "20.0000000000000"),
    ("integral(exp(-s**2), s, -oo, oo)", "1.77245385090552"),
    ("integral(s**2*exp(-s), s, 0, oo)", "2.00000000000000"),
    ("integral(1/(1 + s**2), s, -oo, oo)", "3.14159265358979"),
    ("integral(exp(s)/(exp(s) + 1)**2, s, -oo, oo)", "1.00000000000000"),
    ("integral(s/(exp(s) - 1), s, 1, oo)", "0.867429432735978"),
    ("integral(exp(-abs(s)), s, oo, -oo)", "-2.00000000000000"),
    ("integral(integral(sin(s*t), t, 0, s), s, 0, 1)", "0.119905871000282"),
]
ESTIMATED = [
    ("integral(1/sqrt(s), s, 0, 3)", "3.46410161513775"),
    ("integral(1/sqrt(abs(s - 1/3)), s, 0, 1)", "2.78769370023470"),
    ("integral(s**(10**6 - 1)/sqrt(1 - s), s, 0, 1)", "0.00177245407246226"),
]


@pytest.mark.parametrize(("formula", "known"), KNOWN)
def test_a_proved_integral(formula: str, known: str) -> None:
    found, where = evaluation(formula)
    assert digits(found) == known
    assert not where.estimated


@pytest.mark.slow
@pytest.mark.parametrize(("formula", "known"), ESTIMATED)
def test_an_estimated_integral_says_so(formula: str, known: str) -> None:
    found, where = evaluation(formula)
    assert digits(found) == known
    assert where.estimated


@pytest.mark.parametrize(
    "formula",
    [
        "integral(1/s, s, -1, 1)",
        "integral(1/s, s, -1, 2)",
        "integral(1/s**2, s, -1, 2)",
        "integral(1/s, s, 1, oo)",
        "integral(exp(s), s, 0, oo)",
        "integral(s/(1 + s**2), s, -oo, oo)",
        "integral(log(s), s, -1, 1)",
        "integral(sqrt(s), s, -2, 2)",
    ],
)
def test_an_integral_that_does_not_exist_is_told(formula: str) -> None:
    with pytest.raises(Undefined):
        value(formula)


@pytest.mark.parametrize("formula", [text for text, _ in KNOWN if "abs(sin" not in text])
def test_enclosures_of_two_precisions_meet(formula: str) -> None:
    low, high = (real_ball(as_number(value(formula, bits=bits))) for bits in (100, 250))
    assert low.overlaps(high)
    assert high.rad() <= low.rad()


def test_a_tail_is_bounded_from_above() -> None:
    with precision(100):
        gauss = Growth(arb(1), curve=arb(-0.5)).integral(arb(5))
        truth = (arb.pi() / 2).sqrt() * (arb(5) / arb(2).sqrt()).erfc()
        assert gauss is not None
        assert truth < gauss < 2 * truth
        power = Growth(arb(3), power=-2).integral(arb(10))
        assert power is not None
        assert power >= arb(3) / 10
        assert Growth(arb(1), power=-1).integral(arb(10)) is None
        assert Growth(arb(1), rate=arb(1)).integral(arb(10)) is None
