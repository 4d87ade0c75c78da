"""A part of a formula is hidden only where it stands, whole, once."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcards.cards import blanks

CHAIN = r"\frac{d}{dx} f(g(x)) = f'(g(x)) \, g'(x)"


def marked(latex: str, *parts: str) -> str:
    for slot, part in enumerate(parts, 1):
        result = blanks.mark(latex, part, slot)
        assert isinstance(result, str), result
        latex = result
    return latex


def error(latex: str, part: str) -> str:
    result = blanks.mark(latex, part, 1)
    assert isinstance(result, blanks.BlankError), result
    assert result.message
    assert result.hint
    return result.code


def test_a_part_is_wrapped_where_it_stands() -> None:
    assert marked(CHAIN, "f'(g(x))") == (
        r"\frac{d}{dx} f(g(x)) = {\class{blank1}{f'(g(x))}} \, g'(x)"
    )


def test_spaces_do_not_matter() -> None:
    assert marked(r"a+b = c", "a + b") == r"{\class{blank1}{a+b}} = c"


@pytest.mark.parametrize(
    ("latex", "part"),
    [
        (r"\sin x", "n"),  # a letter inside a command is not a part
        (r"\alpha + a", r"\alph"),
        (CHAIN, "h(x)"),
    ],
)
def test_a_part_that_does_not_occur(latex: str, part: str) -> None:
    assert error(latex, part) == "blank-not-found"


@pytest.mark.parametrize(
    ("latex", "part"), [("x + x", "x"), (CHAIN, "g(x)"), (r"a_{i} b_{i}", "i")]
)
def test_a_part_that_the_rest_would_show(latex: str, part: str) -> None:
    assert error(latex, part) == "blank-visible"


@pytest.mark.parametrize(
    "part", ["", "{b", "b}", r"\left( b", r"a & b", r"\begin{cases} a", r"a \\ b"]
)
def test_a_part_that_cuts_through_a_group(part: str) -> None:
    assert error(r"\frac{a}{b} \left( b \right) \begin{cases} a & b \\ c \end{cases}", part) == (
        "bad-blank"
    )


def test_a_small_blank_may_lie_inside_a_large_one() -> None:
    both = marked("a + b c", "b c", "c")
    assert both == r"a + {\class{blank1}{b {\class{blank2}{c}}}}"
    assert blanks.slots(both) == (1, 2)
    assert blanks.without_marks(both) == "a + b c"
    assert blanks.cloze_latex(both) == (
        r"a + {\class{blank1}{ {{c1::b {\class{blank2}{ {{c2::c::\phantom{c} }} } }"
        r" ::\phantom{b c} }} } }"
    )


@pytest.mark.parametrize("part", ["b + c", "b - c"])
@pytest.mark.parametrize("formula", ["a {} = d", "a - {}", "{} d", "{}^{{2}}"])
def test_a_sum_is_not_torn_out_of_a_product_or_a_difference(formula: str, part: str) -> None:
    assert error(formula.format(part), part) == "bad-blank"


@pytest.mark.parametrize("formula", ["({}) d", "d = {}", r"\frac{{{}}}{{d}}", "a + {} + d"])
def test_a_sum_that_stands_alone_can_be_hidden(formula: str) -> None:
    assert "blank1" in marked(formula.format("b - c"), "b - c")


def test_the_name_of_a_mark_is_not_a_part() -> None:
    assert marked("a + b", "a", "b") == r"{\class{blank1}{a}} + {\class{blank2}{b}}"


def test_marks_can_be_taken_off_again() -> None:
    both = marked(CHAIN, "f'(g(x))", "g'(x)")
    assert blanks.slots(both) == (1, 2)
    assert blanks.without_marks(both) == CHAIN


def test_the_gap_has_the_size_of_what_it_hides() -> None:
    field = blanks.cloze_latex(marked(r"a + \frac{1}{2}", r"\frac{1}{2}"))
    assert r"{{c1::\frac{1}{2} ::\phantom{\frac{1}{2} } }}" in field


def test_no_double_colon_is_taken_for_a_hint() -> None:
    assert "a:{}:b" in blanks.cloze_latex(marked("x + a::b", "a::b"))


ATOMS = st.sampled_from(["x", r"\alpha", r"\frac{a}{b}", r"u_{i_{j}}", r"\sqrt{y^{2}}", "{z}"])


@given(st.lists(ATOMS, min_size=1, max_size=5), st.data())
def test_anki_reads_back_exactly_what_was_hidden(atoms: list[str], data: st.DataObject) -> None:
    formula = " + ".join(atoms)
    part = data.draw(st.sampled_from(atoms))
    result = blanks.mark(formula, part, 1)
    if isinstance(result, blanks.BlankError):
        assert result.code in ("blank-visible", "overlapping-blanks")
        return
    field = blanks.cloze_latex(result)
    # Anki ends a cloze at the first pair of closing braces.
    found = re.findall(r"\{\{c1::(.*?)(?:::(.*?))?\}\}", field)
    assert len(found) == 1
    hidden, hint = found[0]
    assert hidden.replace(" ", "") == part.replace(" ", "")
    assert hint.replace(" ", "") == r"\phantom{" + part.replace(" ", "") + "}"
    rest = re.sub(r"\{\{c1::.*?\}\}", "", field)
    assert rest.count("{") == rest.count("}")
    assert "{{" not in rest
    assert "}}" not in rest
