"""Limits and series: values, and those that do not exist."""

from __future__ import annotations

import pytest
from evaluated import digits, evaluation, value

from dlcards.claims.balls.errors import Undefined, Unsettled


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
    ],
)
def test_a_limit_is_estimated(formula: str, known: str) -> None:
    found, where = evaluation(formula)
    assert digits(found) == known
    assert where.estimated


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
