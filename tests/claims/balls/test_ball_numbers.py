"""Exact numbers stay exact, and balls contain the truth."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from evaluated import digits, value
from flint import acb, arb, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf

from dlcards.claims.balls.elementary import power
from dlcards.claims.balls.errors import Undefined, Unsettled
from dlcards.claims.balls.numbers import (
    ONE,
    Complex,
    Infinity,
    Jet,
    Mode,
    PiMultiple,
    add,
    complex_number,
    divide,
    multiply,
    precision,
    real_ball,
    sign,
    subtract,
)
from dlcards.claims.balls.words import ENTRYWISE

FRACTIONS = st.fractions(min_value=-50, max_value=50, max_denominator=60)
SMOOTH = (
    *("exp", "log", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "tanh", "sinh", "cosh"),
    *("sigmoid", "softplus", "erf", "gamma", "digamma"),
)
MPMATH = {
    "sigmoid": lambda x: 1 / (1 + mp.exp(-x)),
    "softplus": lambda x: mp.log(1 + mp.exp(x)),
    "log": mp.ln,
}


def exact(x: Fraction) -> fmpq:
    return fmpq(x.numerator, x.denominator)


@pytest.mark.slow
@given(FRACTIONS, FRACTIONS)
def test_arithmetic_of_fractions_is_that_of_python(a: Fraction, b: Fraction) -> None:
    p, q = exact(a), exact(b)
    assert add(p, q) == exact(a + b)
    assert subtract(p, q) == exact(a - b)
    assert multiply(p, q) == exact(a * b)
    if b:
        assert divide(p, q) == exact(a / b)


@pytest.mark.slow
@settings(deadline=None, max_examples=40)
@given(FRACTIONS, st.sampled_from(SMOOTH))
def test_balls_contain_the_value_that_mpmath_finds(x: Fraction, word: str) -> None:
    for bits in (80, 200):
        with precision(bits):
            try:
                found = ENTRYWISE[word](exact(x), Mode())
            except (Undefined, Unsettled):
                return
            ball = real_ball(found)
            with mp.workprec(600):
                reference = MPMATH.get(word) or getattr(mp, word)
                truth = reference(mpf(x.numerator) / x.denominator)
                wide = arb(mp.nstr(truth, 150))
            assert ball.overlaps(wide)
            assert ball.rad() <= abs(ball.mid()) * arb(2) ** (40 - bits) + arb(2) ** (20 - bits)


@pytest.mark.slow
@settings(deadline=None, max_examples=40)
@given(st.fractions(-2, 2, max_denominator=30), st.sampled_from(SMOOTH))
def test_jets_are_derivatives(x: Fraction, word: str) -> None:
    with precision(120):
        try:
            found = ENTRYWISE[word](Jet([exact(x), ONE, fmpq(0)], 1), Mode())
        except (Undefined, Unsettled):
            return
        assert isinstance(found, Jet)
        with mp.workprec(500):
            reference = MPMATH.get(word) or getattr(mp, word)
            series = mp.taylor(reference, mpf(x.numerator) / x.denominator, 2)
        for mine, truth in zip(found.coefficients, series, strict=True):
            gap = real_ball(mine) - arb(mp.nstr(mp.re(truth), 60))
            assert abs(gap) < arb(10) ** -15


@pytest.mark.parametrize(
    ("formula", "known"),
    [
        ("1/3 + 1/6", "1/2"),
        ("sin(pi/2)", "1"),
        ("cos(3*pi)", "-1"),
        ("tan(pi)", "0"),
        ("sqrt(9/4)", "3/2"),
        ("(8/27)**(1/3)", "2/3"),
        ("asin(1)", "1/2*pi"),
        ("2*pi - pi/3", "5/3*pi"),
        ("pi/(3*pi)", "1/3"),
        ("(10**9 + 1/7) - 10**9", "1/7"),
        ("gamma(6)", "120"),
        ("0**0", "1"),
        ("exp(1j*pi)", "-1"),
        ("(1 + 1j)**8", "16"),
        ("abs(3 + 4*1j)", "5"),
        ("exp(-oo)", "0"),
        ("tanh(oo)", "1"),
        ("mod(-7, 3)", "2"),
    ],
)
def test_exact_values_are_exact(formula: str, known: str) -> None:
    assert digits(value(formula)) == known


def test_constants_have_as_many_digits_as_asked_for() -> None:
    assert digits(value("pi", bits=400), 3) == "1*pi"
    assert digits(value("exp(1)", bits=400), 50) == (
        "2.7182818284590452353602874713526624977572470937000"
    )


@pytest.mark.parametrize(
    "formula",
    [
        "1/0",
        "tan(pi/2)",
        "log(0)",
        "sqrt(-1)",
        "(-8)**(1/3)",
        "0**(-1)",
        "asin(2)",
        "gamma(-3)",
        "factorial(1/2)",
        "oo - oo",
        "0*oo",
        "erfinv(1)",
    ],
)
def test_undefined_is_told(formula: str) -> None:
    with pytest.raises(Undefined):
        value(formula)


def test_the_sign_of_a_ball_around_0_is_not_guessed() -> None:
    with pytest.raises(Unsettled):
        sign(arb(0, 1), Mode())


def test_a_jet_at_0_has_the_sign_of_the_side_it_is_asked_for() -> None:
    jet = Jet([fmpq(0), fmpq(2)], 1)
    right, left = Mode(side=1), Mode(side=-1)
    assert (sign(jet, right), sign(jet, left)) == (1, -1)
    assert right.tied


def test_a_power_of_a_ball_around_0_is_finite() -> None:
    square = power(arb(0, 1), fmpq(2), Mode())
    assert isinstance(square, arb)
    assert square.contains(0)
    assert not square.contains(fmpq(-1, 100))
    assert square.contains(1)


def test_rationals_with_many_digits_become_balls() -> None:
    big = fmpq(3**4000, 2**100)
    assert isinstance(multiply(big, big), arb)


def test_complex_arithmetic_agrees_with_python() -> None:
    a, b = complex(1.5, -2), complex(-0.25, 0.5)
    p = complex_number(fmpq(3, 2), fmpq(-2))
    q = complex_number(fmpq(-1, 4), fmpq(1, 2))
    for operation, truth in ((multiply, a * b), (divide, a / b), (add, a + b)):
        found = operation(p, q)
        if not isinstance(found, Complex):
            found = Complex(found, fmpq(0))
        assert math.isclose(float(real_ball(found.real)), truth.real)
        assert math.isclose(float(real_ball(found.imag)), truth.imag)


def test_infinity_is_a_number_only_where_it_has_a_meaning() -> None:
    assert add(Infinity(), fmpq(-5)) == Infinity()
    assert divide(ONE, Infinity(-1)) == fmpq(0)
    assert multiply(fmpq(-2), Infinity()) == Infinity(-1)


def test_multiples_of_pi_are_balls_when_they_meet_other_numbers() -> None:
    total = add(PiMultiple(fmpq(1, 2)), ONE)
    assert isinstance(total, arb)
    assert abs(total - (math.pi / 2 + 1)) < 1e-12


def test_cuts_are_not_analytic() -> None:
    wide = acb(arb(-1, 0.5), arb(0, 0.5))
    for word in ("log", "sqrt"):
        found = ENTRYWISE[word](wide, Mode(analytic=True))
        assert isinstance(found, acb)
        assert not found.is_finite()
