"""Limits and series: values, and those that do not exist."""

from __future__ import annotations

import pytest
from evaluated import digits, evaluation, value
from flint import fmpq

from dlcards.claims.balls.errors import Undefined, Unsettled
from dlcards.claims.balls.matrices import Matrix
from dlcards.claims.balls.numbers import imaginary_part, real_ball, real_part, surely_differ
from dlcards.claims.balls.values import as_number


@pytest.mark.parametrize(
    ("formula", "known"),
    [
        ("limit(sin(s)/s, s, 0)", "1.00000000000000"),
        ("limit((1 + 1/s)**s, s, oo)", "2.71828182845905"),
        ("limit(abs(s)/s, s, 0, above)", "1.00000000000000"),
        ("limit(abs(s)/s, s, 0, below)", "-1.00000000000000"),
        ("limit(s, s, oo)", "oo"),
        ("limit(log(s), s, oo)", "oo"),
        ("limit(1/s, s, 0, below)", "-oo"),
        ("sum(1/2**k, k, 0, oo)", "2.00000000000000"),
        ("sum(1/k**2, k, 1, oo)", "1.64493406684823"),
        ("sum((-1)**k/k, k, 1, oo)", "-0.693147180559945"),
        ("sum((1 - 1/10**9)**k/10**9, k, 0, oo)", "1.00000000000000"),
        ("sum(1/2**abs(k), k, -oo, oo)", "3.00000000000000"),
        ("prod(1 + 1/k**2, k, 1, oo)", "3.67607791037498"),
        ("limit(integral(cos(s), s, 0, h)/h, h, 0)", "1.00000000000000"),
        ("limit(integral(exp(s), s, 1, 1 + h)/h, h, 0)", "2.71828182845905"),
    ],
)
def test_a_limit_is_estimated(formula: str, known: str) -> None:
    found, where = evaluation(formula)
    assert digits(found) == known
    assert where.estimated


def test_a_product_ends_where_nothing_but_rounding_is_left() -> None:
    found = value("prod(1 + x**(2**k), k, 0, oo)", {"x": "probability"}, {"x": "7/8"})
    assert digits(found) == "8.00000000000000"


@pytest.mark.parametrize(
    ("formula", "known"),
    [
        ("sum((1j/2)**k, k, 0, oo)", 0.8 + 0.4j),
        ("sum(exp(1j*k)/k, k, 1, oo)", 0.042019505825369 + 1.0707963267948966j),
        ("limit((1 + 1j/s)**s, s, oo)", 0.5403023058681398 + 0.8414709848078965j),
        ("limit((exp(1j*s) - 1)/s, s, 0)", 1j),
    ],
)
def test_a_limit_may_be_complex(formula: str, known: complex) -> None:
    found = as_number(value(formula))
    parts = (float(real_ball(part(found)).mid()) for part in (real_part, imaginary_part))
    assert complex(*parts) == pytest.approx(known, abs=1e-12)


@pytest.mark.parametrize("formula", ["sum((2*1j)**k, k, 0, oo)", "sum(1j**k, k, 0, oo)"])
def test_a_complex_series_may_diverge(formula: str) -> None:
    with pytest.raises(Undefined):
        value(formula)


def test_a_series_of_matrices_is_summed_as_a_whole() -> None:
    half = {"A": Matrix([[fmpq(1, 2), fmpq(0)], [fmpq(1), fmpq(1, 3)]])}
    known = value("inv(eye(2) - A)", {"A": "square(2)"}, half)
    found = value("sum(A**k, k, 0, oo)", {"A": "square(2)"}, half)
    assert isinstance(found, Matrix)
    assert isinstance(known, Matrix)
    assert not any(map(surely_differ, found.entries, known.entries))
    assert all(real_ball(x).rad() < 1e-20 for x in found.entries)


def test_a_series_of_matrices_that_grow_does_not_settle() -> None:
    with pytest.raises(Unsettled):
        value("sum(A**k, k, 0, oo)", {"A": "square(2)"}, {"A": Matrix([[fmpq(2), fmpq(0)]] * 2)})


@pytest.mark.parametrize(
    "formula",
    [
        "limit(sin(1/s), s, 0)",
        "limit(s - floor(s), s, oo)",
        "limit(abs(s)/s, s, 0)",
        "limit(1/s, s, 0)",
        "limit(cos(pi*s), s, oo)",
        "limit((-1)**floor(s), s, oo)",
        "sum((-1)**k, k, 0, oo)",
        "sum(1/k, k, 1, oo)",
        "sum(2**k, k, 0, oo)",
        "sum(k/(k + 1), k, 1, oo)",
    ],
)
def test_what_has_no_limit_is_told(formula: str) -> None:
    with pytest.raises(Undefined):
        value(formula)


@pytest.mark.parametrize(
    "formula", ["limit(1/log(s), s, oo)", "limit(log(s)/s**(1/1000), s, oo)",
                "sum(1/(k*log(k)**2), k, 2, oo)", "sum(ind(k == 2048), k, 0, oo)"]
)  # fmt: skip
def test_what_converges_too_slowly_is_neither_a_value_nor_called_divergent(formula: str) -> None:
    with pytest.raises(Unsettled):
        value(formula)


def test_a_sum_without_terms_is_0_and_a_product_1() -> None:
    assert digits(value("sum(k**2, k, 5, 2)")) == "0"
    assert digits(value("prod(k, k, 5, 2)")) == "1"
    assert digits(value("prod(k, k, 1, 5)")) == "120"
