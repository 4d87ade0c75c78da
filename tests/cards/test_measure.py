"""Long formulas are set smaller; ordinary ones are not."""

from __future__ import annotations

import pytest

from dlcards.cards.latex import fault
from dlcards.cards.measure import LONGEST, broken, size_class


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
    terms = [" + ".join("abcdefghijklmnop"[:count]) for count in (4, 9, 11, 12)]
    assert [size_class(term) for term in terms] == ["", "long", "longer", "longest"]


SUM = " + ".join(["a_{1} b"] * 12)
BROKEN = {
    "before a relation, then before a sum": (
        f"f(x + y + z) = {SUM}",
        ["&f(x + y + z)", r"&\quad = a_{1} b +", r"&\qquad {}+ a_{1} b +"],
    ),
    "not after a short left side": (f"s = {SUM}", ["&s = a_{1} b +", r"&\qquad {}+ a_{1}"]),
    "a line of several": (
        rf"\begin{{aligned}}&f(x) \\ &\quad = {SUM}\end{{aligned}}",
        ["&f(x)", r"&\quad = a_{1} b +", r"&\qquad {}+ a_{1} b +"],
    ),
    "around a blank, not in it": (
        rf"s = {{\class{{blank1}}{{{' + '.join('abcdefgh')}}}}} + {' - '.join('abcdefgh')}",
        [r"&s = {\class{blank1}{a + b + c + d + e + f + g + h}}", r"&\qquad {}- b"],
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_fits_at_no_size_is_broken_where_a_reader_would(case: str) -> None:
    latex, starts = BROKEN[case]
    made = broken(latex)
    rows = made.removeprefix(r"\begin{aligned}").removesuffix(r"\end{aligned}").split(r" \\ ")
    assert len(rows) >= len(starts)
    assert [row[: len(start)] for row, start in zip(rows, starts, strict=False)] == starts
    assert not fault(made.replace(r"\class{blank1}", ""))
    assert size_class(made) != "longest"


@pytest.mark.parametrize(
    "latex",
    [
        "a + b = c",
        rf"\frac{{{SUM}}}{{2}}",
        rf"\lVert {SUM} \rVert",
        rf"\left({SUM}\right)",
        rf"|{SUM}|",
        "x " * 60,
        r"\begin{aligned}&f(x) \\ &\quad = a\end{aligned}",
    ],
)
def test_what_fits_or_has_no_place_for_it_is_not_broken(latex: str) -> None:
    assert broken(latex) == latex


def test_a_minus_that_belongs_to_a_term_stays_with_it() -> None:
    made = broken("y = -" + " - ".join(["a_{1} b_{2}"] * 12) + r" \cdot -c \le -d")
    assert "= \\\\" not in made
    assert r"\cdot \\" not in made
    assert r"\le \\" not in made


def test_boxes_around_parts_count() -> None:
    latex = " + ".join("abcdefgh")
    assert [size_class(latex, blanks=count) for count in (0, 4)] == ["", "long"]
    assert LONGEST > 20
