"""Long formulas are set smaller; ordinary ones are not."""

from __future__ import annotations

import pytest

from dlcards.cards.measure import size_class


@pytest.mark.parametrize(
    "latex",
    [
        "",
        r"\frac{d}{dx} f(g(x)) = f'(g(x)) \, g'(x)",
        r"\frac{a + b + c + d + e + f}{1 + u + v + w + x + y}",
        r"a = b \\ c = d \\ e = f \\ g = h \\ i = j \\ k = l",
        "{a",
    ],
)
def test_what_fits_a_phone_keeps_its_size(latex: str) -> None:
    assert size_class(latex) == ""


def test_longer_formulas_are_set_smaller_and_smaller() -> None:
    terms = [" + ".join("abcdefghijklmnop"[:count]) for count in (4, 9, 12)]
    assert [size_class(term) for term in terms] == ["", "long", "longer"]
